"""A table of CBS as a file: CSV or OData of StatLine, or a workbook such as the key figures of
districts, as a column per subject and a row per region and period.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from etl.decoding import strict_json
from etl.decoding.delimited import Dialect
from etl.errors import ContentError
from etl.parsing import column_map, municipalities, table_file
from etl.parsing.column_map import ColumnMap, ImportField, OpenedTable
from etl.parsing.table_file import Spreadsheet
from etl.problems import phrase
from etl.source import Piece

NOTHING = frozenset({"", ".", "-", "x"})
"""Cells of figures that CBS does not publish; a dash may be nil, which is not told apart."""
MOST_SLICES = 60
"""Cells of a column among which somebody can choose: ages, branches, kinds of house."""
_ID = re.compile(r"(?<![0-9A-Za-z])(\d{5}(?:NED|ned|ENG|eng))(?![0-9A-Za-z])")
_CONTEXT = re.compile(r"/(\w+)/\$metadata")
_CODED_PERIOD = re.compile(r"(\d{4})(JJ|KW|MM)(\d{2})")
_YEAR = re.compile(r"(?:19|20)\d{2}")
_QUARTER = re.compile(r"((?:19|20)\d{2}) ([1-4])e kwartaal")
_MONTH = re.compile(r"((?:19|20)\d{2}) ([a-z]+)")
# Behind a subject in brackets, or in a row below the headings.
_UNIT = re.compile(
    r"(?:(?:x )?(?P<scale>1 000 000|1 000|mln|mld)(?: |$))?(?P<noun>aantal|%|procent|euro|inwoners"
    r"|personen|banen|vestigingen|woningen|km|m|m2|m²|ha|)"
)
_SCALES = {"1 000": 1e3, "1 000 000": 1e6, "mln": 1e6, "mld": 1e9}
_IN_BRACKETS = re.compile(r"(.*\S)\s*\(([^()]*)\)")
_KEYS = frozenset({"Id", "ID", "ValueAttribute", "StringValue"})


@dataclass(frozen=True, slots=True)
class CbsUnit:
    """What is counted, and how many of them one of the table stands for."""

    noun: str
    scale: float = 1.0


@dataclass(frozen=True, slots=True)
class Period:
    """First and last day, how it is written in an id, and whether its figures may still change."""

    start: date
    end: date
    name: str
    provisional: bool = False


def open_cbs_table(
    piece: Piece, stated: ColumnMap | None, fields: Sequence[ImportField], *, source_id: str
) -> OpenedTable:
    """The table with a column per subject, only with rows of the stated slice.

    Raises FileError or ContentError, also for a slice that still holds a cell twice.
    """
    if piece.require("json", "xlsx", "xls", "csv") == "json":
        sheet = _from_json(piece)
        used = stated or ColumnMap(column_map.guess(sheet.headings, fields))
        opened = OpenedTable(piece, sheet, used, tuple(fields), Dialect(), Dialect())
    else:
        opened = column_map.open_table(piece, stated, fields, source_id=source_id)
    used = opened.map
    for name, heading in (*used.columns.items(), *(("where", name) for name in used.where)):
        if heading not in opened.sheet.headings:
            every = ", ".join(opened.sheet.headings)
            raise ContentError("map-column", name=name, heading=heading, headings=every)
    if "region" not in used.columns:
        raise column_map.missing_column(opened, fields[0].aliases[0])
    if "measure" not in used.columns:
        opened = _with_units(opened)
    for heading, wanted in used.where.items():
        cells = opened.sheet.cells
        chosen = cells[table_file.texts(cells[heading]).eq(wanted)]
        opened = replace(opened, sheet=replace(opened.sheet, cells=chosen))
    if "measure" in used.columns:
        opened = _per_subject(opened)
    columns = [opened.sheet.cells[heading].map(number_cell) for heading in subjects(opened)]
    form = (
        Dialect(decimal=stated.decimal, thousands=stated.thousands or "")
        if stated is not None and stated.decimal
        else table_file.number_form(columns, name=piece.name)
    )
    used = replace(used, decimal=form.decimal, thousands=form.thousands, table=table_id(opened))
    return replace(opened, form=form, map=used)


def subjects(opened: OpenedTable) -> list[str]:
    """Headings of figures: those of the map, else all that may hold them."""
    if opened.map.measures:
        return [name for name in opened.map.measures if name in opened.sheet.headings]
    return candidates(opened)


def candidates(opened: OpenedTable) -> list[str]:
    """Headings that may hold figures: their cells are numbers."""
    return [
        heading
        for heading in opened.unused
        if heading not in _KEYS and _looks_numeric(opened.sheet.cells[heading])
    ]


def slices(opened: OpenedTable) -> dict[str, list[str]]:
    """The cells, in their order, of each column that tells rows of one region and period apart."""
    cells, columns = opened.sheet.cells, opened.map.columns
    keys = [cells[columns[name]] for name in ("region", "period") if name in columns]
    counted = {*candidates(opened), *_KEYS}
    texts = {name: table_file.texts(cells[name]) for name in opened.unused if name not in counted}
    return {
        name: [str(text) for text in known.dropna().unique()]
        for name, known in texts.items()
        if keys and known.groupby(keys).nunique().gt(1).any() and known.nunique() <= MOST_SLICES
    }


def _looks_numeric(cells: pd.Series) -> bool:
    known = cells.map(number_cell).dropna()
    return bool(len(known)) and bool(known.map(_is_number).all())


def _is_number(cell: object) -> bool:
    if isinstance(cell, str):
        return re.fullmatch(r"[+-]?\d[\d.,]*", cell) is not None
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def number_cell(cell: object) -> object:
    """A cell without blanks between digits; None where CBS publishes nothing."""
    if not isinstance(cell, str):
        return cell
    bare = re.sub(r"(?<=\d)\s(?=\d{3})", "", cell.strip())
    return None if bare.casefold() in NOTHING else bare


def table_id(opened: OpenedTable) -> str | None:
    """The id of the table, by the map, the answer itself or the name of the file."""
    if opened.map.table:
        return opened.map.table
    match = _ID.search(f"{opened.sheet.sheet} {opened.piece.name}".replace("_", " "))
    return None if match is None else match[1]


def _from_json(piece: Piece) -> Spreadsheet:
    """The rows of an OData answer, its address in place of the name of a sheet."""
    answer = strict_json.read(piece.read())
    rows = answer if isinstance(answer, list) else strict_json.rows_at(answer, "value")
    records = [row for row in rows or () if isinstance(row, dict)]
    if not records or any(isinstance(cell, list | dict) for cell in records[0].values()):
        raise ContentError("input-kind", name=piece.name, expected="rows of StatLine (OData)")
    cells = pd.DataFrame(records, dtype=object)
    cells = cells.astype(object).where(cells.notna(), None)
    cells.index = pd.RangeIndex(1, len(cells) + 1)
    address = strict_json.text_at(answer, "@odata.context") or strict_json.text_at(
        answer, "odata.metadata"
    )
    context = _CONTEXT.search(address or "")
    return Spreadsheet(piece.name, cells, context[1] if context else None, None, None)


def _per_subject(opened: OpenedTable) -> OpenedTable:
    """A table of one figure per row, turned into a column per subject."""
    columns = opened.map.columns
    if "value" not in columns:
        raise column_map.missing_column(opened, "Value")
    subject, value = columns["measure"], columns["value"]
    cells = opened.sheet.cells.assign(**{subject: table_file.texts(opened.sheet.cells[subject])})
    keys = [name for name in cells.columns if name not in (subject, value, *_KEYS)]
    for name in keys:
        cells[name] = table_file.texts(cells[name]).fillna("")
    twice = cells.duplicated([*keys, subject])
    if twice.any():
        raise _unclear(opened, ", ".join(keys), "which-slice")
    wide = cells.pivot(index=keys, columns=subject, values=value).reset_index()
    wide.index, wide.columns.name = pd.RangeIndex(1, len(wide) + 1), None
    return replace(opened, sheet=replace(opened.sheet, cells=wide))


def _with_units(opened: OpenedTable) -> OpenedTable:
    """A row of units below the headings moved behind them, in brackets."""
    cells, region = opened.sheet.cells, opened.map.columns["region"]
    if cells.empty or str(cells[region].iloc[0]).strip() != region:
        return opened
    units = table_file.texts(cells.iloc[0])
    named = {
        heading: f"{heading} ({units[heading]})"
        for heading in opened.unused
        if isinstance(units[heading], str) and units[heading] != heading
    }
    cells = cells.iloc[1:].rename(columns=named)
    return replace(opened, sheet=replace(opened.sheet, cells=cells))


def _unclear(opened: OpenedTable, column: str, question: str) -> ContentError:
    detail = phrase(f"cbs_table.{question}")
    return ContentError("column-unclear", name=opened.piece.name, column=column, detail=detail)


def require_one_row(opened: OpenedTable, keys: pd.DataFrame) -> None:
    """Raise ContentError where a region and period stand in several rows of the table."""
    if keys.duplicated().any():
        others = [name for name in opened.unused if name not in subjects(opened)]
        raise _unclear(opened, ", ".join(others) or "-", "which-slice")


def label_of(heading: str) -> str:
    """The name of a subject without its unit and the number that OData puts behind it."""
    match = _IN_BRACKETS.fullmatch(heading)
    bare = match[1] if match and unit_of(match[2]) else heading
    return re.sub(r"_\d+$", "", bare).replace("_", " ").strip()


def unit_of(text: str) -> CbsUnit | None:
    """The unit in words of CBS (`x 1 000 euro`, `%`, `aantal`); None for other words."""
    match = _UNIT.fullmatch(" ".join(text.casefold().split()))
    if match is None or not (match["scale"] or match["noun"]):
        return None
    return CbsUnit(match["noun"] or "aantal", _SCALES.get(match["scale"] or "", 1.0))


def stated_unit(heading: str) -> CbsUnit | None:
    """The unit in brackets behind a subject."""
    match = _IN_BRACKETS.fullmatch(heading)
    return None if match is None else unit_of(match[2])


def municipality_code(text: str | None) -> str | None:
    """The code of the one municipality that a code or name means; None for any other region."""
    meant = municipalities.find_municipalities(text) if text else ()
    if len(meant) == 1:
        return meant[0].code
    # A code that is no longer in the list is still one.
    return municipalities.code_of(text) if text else None


def period_of(text: str) -> Period | None:
    """The period in a code or in words; a star behind it marks figures that may change."""
    bare = text.rstrip("* ")
    provisional = bare != text.rstrip()
    if match := _CODED_PERIOD.fullmatch(bare):
        year, step, number = int(match[1]), match[2], int(match[3])
        return _months(year, {"JJ": 12, "KW": 3, "MM": 1}[step], number or 1, provisional)
    if _YEAR.fullmatch(bare):
        return _months(int(bare), 12, 1, provisional)
    if match := _QUARTER.fullmatch(bare):
        return _months(int(match[1]), 3, int(match[2]), provisional)
    if match := _MONTH.fullmatch(bare):
        day = table_file.day(f"1 {match[2]} {match[1]}")
        return None if day is None else _months(day.year, 1, day.month, provisional)
    day = table_file.day(bare)
    return None if day is None else Period(day, day, day.isoformat(), provisional)


def _months(year: int, length: int, number: int, provisional: bool) -> Period | None:
    """The `number`-th period of so many months in a year."""
    last = length * number
    if not 1 <= last <= 12:
        return None
    first = last - length + 1
    name = {12: f"{year}", 3: f"{year}-q{number}", 1: f"{year}-{last:02d}"}[length]
    end = date(year, last, monthrange(year, last)[1])
    return Period(date(year, first, 1), end, name, provisional)


def period_of_file(opened: OpenedTable) -> Period:
    """The period of a table without a column for it: by its map, or the one year in its name.

    Raises ContentError when neither says it.
    """
    day = opened.map.surveyed
    if day is not None:
        return Period(day, day, day.isoformat())
    years = set(re.findall(r"(?<!\d)(?:19|20)\d{2}(?!\d)", opened.piece.name))
    if len(years) != 1:
        raise ContentError("year-missing", name=opened.piece.name)
    whole = period_of(years.pop())
    if whole is None:
        raise ContentError("year-missing", name=opened.piece.name)
    return whole
