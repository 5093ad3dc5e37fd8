"""An imported table, CSV or workbook: its headings, its cells, its numbers.

Delimiter, encoding and decimal sign are sniffed for the whole file, never per cell, and shown.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import count
from pathlib import Path

import pandas as pd

from etl.decoding import delimited, xlsx
from etl.decoding.delimited import Dialect, Numbers
from etl.decoding.file_guard import WORKBOOK, require_kind, workbook_kind
from etl.decoding.sniff import BOM, HEAD_BYTES, matches
from etl.decoding.xlsx import Cell
from etl.errors import ContentError, FileError
from etl.problems import Finding, phrase

DELIMITERS = (";", ",", "\t", "|")
ENCODINGS = ("utf-8", "cp1252")
"""Plain CSV of Excel on Windows has the second encoding."""
EXAMPLE_SHEET = "voorbeeld"
HEADING_WITHIN = 20
"""The first rows of a sheet that may hold its headings, below titles and dates."""

_SAMPLE_LINES = 50
_DAY_FIRST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")
_ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ]00:00(?::00(?:\.0+)?)?)?")
_RUN_TOGETHER = re.compile(r"(\d{4})(\d{2})(\d{2})")
_ISO_MONTH = re.compile(r"(\d{4})-(\d{2})")
_IN_WORDS = re.compile(r"(?:(\d{1,2})[-. ]+)?([a-z]{3,9})\.?[- ]+(\d{4})")
_MONTHS = (
    ("januari", "jan", "january"),
    ("februari", "feb", "febr", "february"),
    ("maart", "mrt", "mar", "march"),
    ("april", "apr"),
    ("mei", "may"),
    ("juni", "jun", "june"),
    ("juli", "jul", "july"),
    ("augustus", "aug", "august"),
    ("september", "sep", "sept"),
    ("oktober", "okt", "october", "oct"),
    ("november", "nov"),
    ("december", "dec"),
)
_WEEKDAYS = (
    ("maandag", "ma", "monday", "mon"),
    ("dinsdag", "di", "tuesday", "tue"),
    ("woensdag", "wo", "wednesday", "wed"),
    ("donderdag", "do", "thursday", "thu"),
    ("vrijdag", "vr", "friday", "fri"),
    ("zaterdag", "za", "saturday", "sat"),
    ("zondag", "zo", "sunday", "sun"),
)
_WEEKDAY = {word: number for number, words in enumerate(_WEEKDAYS) for word in words}
_NAMED_DAY = re.compile(r"([a-z]{2,9})\.?[ ,/-]+(\d.*)")
_MONTH = {word: number for number, words in enumerate(_MONTHS, start=1) for word in words}
_NUMBER = re.compile(r"[+-]?\d[\d.,\s]*")
_AMBIGUOUS = re.compile(r"[+-]?\d{1,3}[.,]\d{3}")


@dataclass(frozen=True, slots=True)
class Spreadsheet:
    """One table: `cells` under its headings, as text (CSV) or as stored (workbook).

    Blank cells are None. The index is the number of each row as a spreadsheet program shows it.
    """

    name: str
    cells: pd.DataFrame
    sheet: str | None
    delimiter: str | None
    encoding: str | None
    findings: tuple[Finding, ...] = ()

    @property
    def headings(self) -> tuple[str, ...]:
        """The names above the columns, in order."""
        return tuple(self.cells.columns)


def read(
    path: Path,
    name: str,
    *,
    knows: Callable[[Sequence[str]], int],
    sheet: str | None = None,
    delimiter: str | None = None,
) -> Spreadsheet:
    """The table in a CSV file or workbook; `knows` counts the caller's headings in a row.

    Of a workbook it is the named sheet, else the one with most known headings. Raises FileError or
    ContentError.
    """
    if workbook_kind(path) is not None:
        first = xlsx.read(path, sheet=sheet)
        # The first sheet often holds explanations only.
        heading_score = _known(first, knows)
        best = max(heading_score, key=heading_score.__getitem__)
        return _from_workbook(
            first if best == first.name else xlsx.read(path, sheet=best), name, knows
        )
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if not matches(head, "csv"):
        raise ContentError("input-kind", name=name, expected="CSV, XLSX, XLS or ODS")
    require_kind(path, "csv", caps=WORKBOOK)
    return _from_text(path.read_bytes(), name, knows, delimiter)


def known_sheets(path: Path, knows: Callable[[Sequence[str]], int]) -> tuple[str, ...]:
    """The sheets of a workbook with most known headings; several when they have as many."""
    heading_score = _known(xlsx.read(path), knows)
    return tuple(
        title for title, count in heading_score.items() if count == max(heading_score.values())
    )


def _known(first: xlsx.WorkbookSheet, knows: Callable[[Sequence[str]], int]) -> dict[str, int]:
    """The most known headings in any row of each sheet, by name, `first` in front; none in the
    example beside an empty sheet of ours.
    """
    tops = {first.name: first.rows[:HEADING_WITHIN], **dict(first.tops)}
    return {
        title: max((knows([_word(cell) for cell in row]) for row in rows), default=0)
        if title.casefold() != EXAMPLE_SHEET
        else 0
        for title, rows in tops.items()
    }


def _from_workbook(
    sheet: xlsx.WorkbookSheet, name: str, knows: Callable[[Sequence[str]], int]
) -> Spreadsheet:
    filled = [
        number
        for number, row in enumerate(sheet.rows[:HEADING_WITHIN])
        if any(_present(cell) for cell in row)
    ]
    if not filled:
        raise ContentError("csv-header", name=name, detail=phrase("table.no-rows"))
    # The first row with most known headings: a title above the table has none.
    top = max(
        filled, key=lambda number: (knows([_word(cell) for cell in sheet.rows[number]]), -number)
    )
    headings = [_word(cell) for cell in sheet.rows[top]]
    rows, numbers, wide = [], [], 0
    for number, row in enumerate(sheet.rows[top + 1 :], start=top + 2):
        if not any(_present(cell) for cell in row):
            continue
        wide = max(wide, len(row))
        rows.append([cell if _present(cell) else None for cell in row])
        numbers.append(number)
    width = max(len(headings), wide)
    padded = [row + [None] * (width - len(row)) for row in rows]
    headings += [""] * (width - len(headings))
    cells = pd.DataFrame(padded, index=numbers, columns=range(width), dtype=object)
    return Spreadsheet(
        name, _headed(cells, headings, _named(headings, knows, name)), sheet.name, None, None
    )


def _named(headings: Sequence[str], knows: Callable[[Sequence[str]], int], name: str) -> list[str]:
    """A unique name per column: its letter without a heading, a number after a repeated heading.

    Raises ContentError when a known heading occurs twice.
    """
    named: list[str] = []
    for at, given in enumerate(headings):
        heading = given.strip() or f"kolom {_letter(at)}"
        if heading in named and knows([heading]):
            raise delimited.duplicate_heading_error(heading, name)
        if heading in named:
            numbered = (f"{heading} ({number})" for number in count(2))
            heading = next(other for other in numbered if other not in named)
        named.append(heading)
    return named


def _letter(at: int) -> str:
    """The letters of the column at a position in spreadsheet programs: A for 0, AA for 26."""
    return (_letter(at // 26 - 1) if at >= 26 else "") + chr(ord("A") + at % 26)


def _headed(cells: pd.DataFrame, headings: Sequence[str], named: Sequence[str]) -> pd.DataFrame:
    """The columns under their names; an empty one without a heading is left out."""
    filled = cells.notna().any().to_numpy()
    used = [at for at, heading in enumerate(headings) if heading.strip() or filled[at]]
    return cells.iloc[:, used].set_axis([named[at] for at in used], axis=1)


def _from_text(
    data: bytes, name: str, knows: Callable[[Sequence[str]], int], delimiter: str | None
) -> Spreadsheet:
    text, _, _ = delimited.decode(data, ENCODINGS, name=name)
    chosen = delimiter or _delimiter(text, knows)
    above = _above(text, chosen, knows)
    headings: list[str] = []

    def named(header: Sequence[str]) -> list[str]:
        headings.extend(header)
        return _named(header, knows, name)

    # The strict reader below reports an unclosed quote with its line.
    table = delimited.read(
        data, Dialect(delimiter=chosen, encodings=ENCODINGS), name=name, above=above, names=named
    )
    if len(table.frame.columns) > xlsx.MOST_COLUMNS:
        raise FileError("sheet-columns", sheet="-", name=name, limit=xlsx.MOST_COLUMNS)
    if len(table.frame) > xlsx.MOST_ROWS:
        raise FileError("sheet-rows", sheet="-", name=name, limit=xlsx.MOST_ROWS)
    cells = table.frame.astype(object).map(lambda cell: cell if _present(cell) else None)
    names = list(cells.columns)
    cells.index = pd.RangeIndex(above + 2, above + len(cells) + 2)
    cells = _headed(cells, headings, names)
    if cells.columns.empty:
        raise ContentError("csv-header", name=name, detail=phrase("table.no-cells"))
    cells = cells[cells.notna().any(axis=1)]
    encoding = "utf-8" if data.startswith(BOM) else table.encoding
    return Spreadsheet(name, cells, None, chosen, encoding, table.findings)


def _above(text: str, delimiter: str, knows: Callable[[Sequence[str]], int]) -> int:
    """The number of title lines above the headings."""
    lines = text.splitlines(keepends=True)[:HEADING_WITHIN]
    try:
        rows = [next(csv.reader([line], delimiter=delimiter), []) for line in lines]
    except csv.Error:
        return 0
    scores = [knows([cell.strip() for cell in row]) for row in rows]
    # One word of a title may happen to be a heading.
    return scores.index(max(scores)) if scores and max(scores) >= max(2, scores[0] + 1) else 0


def _delimiter(text: str, knows: Callable[[Sequence[str]], int]) -> str:
    """The delimiter that gives most known headings, then most columns of one width."""
    sample = "".join(text.splitlines(keepends=True)[:_SAMPLE_LINES])

    def fit(sign: str) -> tuple[int, int]:
        try:
            rows = [
                row for row in csv.reader(io.StringIO(sample, newline=""), delimiter=sign) if row
            ]
        except csv.Error:
            return 0, 0
        even = bool(rows) and {len(row) for row in rows} == {len(rows[0])}
        return max((knows(row) for row in rows[:HEADING_WITHIN]), default=0), (
            len(rows[0]) if even else 0
        )

    return max(DELIMITERS, key=lambda sign: (*fit(sign), -DELIMITERS.index(sign)))


def _present(cell: object) -> bool:
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return False
    return not isinstance(cell, str) or bool(cell.strip())


def _word(cell: Cell) -> str:
    """A cell as text: whole numbers without a point, days in ISO format, blanks empty."""
    if not _present(cell):
        return ""
    if isinstance(cell, bool):
        return "ja" if cell else "nee"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        return str(int(cell))
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    if isinstance(cell, date | time):
        return cell.isoformat()
    # Cells often hold line breaks, and blanks at their ends.
    return " ".join(str(cell).split())


def texts(cells: pd.Series) -> pd.Series:
    """The cells as `str` without surplus blanks, missing where empty."""
    return cells.map(lambda cell: _word(cell) or None).astype("str")


def number_form(columns: Iterable[pd.Series], *, name: str) -> Dialect:
    """The notation of numbers that fits all text cells; else with a decimal comma.

    Raises ContentError when cells contradict each other, or when `1.234` may be 1,234.
    """
    comma, point, either = False, False, None
    for column in columns:
        for cell in column.dropna().unique():
            text = cell.strip() if isinstance(cell, str) else ""
            if not _NUMBER.fullmatch(text) or not {".", ","} & set(text):
                continue
            sign = _decimal_sign(text)
            if sign is None:
                either = text
            comma, point = comma or sign == ",", point or sign == "."
    if comma and point:
        raise ContentError("number-form", name=name, detail=phrase("table.both-signs"))
    if either is not None and not (comma or point):
        detail = phrase("table.either-sign", given=either)
        raise ContentError("number-form", name=name, detail=detail)
    return Dialect(decimal=".", thousands=",") if point else Dialect(decimal=",", thousands=".")


def _decimal_sign(text: str) -> str | None:
    """The only possible decimal sign of a text, None when both are possible."""
    if _AMBIGUOUS.fullmatch(text):
        # A group of thousands never begins with a zero.
        return ("," if "," in text else ".") if re.match(r"[+-]?0", text) else None
    last = max(text.rfind("."), text.rfind(","))
    sign, other = text[last], "," if text[last] == "." else "."
    # A repeated sign separates thousands; the last of two kinds is the decimal sign.
    return other if text.count(sign) > 1 else sign


def numbers(cells: pd.Series, form: Dialect) -> Numbers:
    """Float64 values of stored numbers and of text in the declared form; others are refused.

    Groups of thousands are optional within one form, as `delimited.numbers` reads them.
    """
    stored = cells.map(
        lambda cell: isinstance(cell, int | float) and not isinstance(cell, bool)
    ).astype(bool)
    # In a text file all numbers are written.
    written = delimited.numbers(texts(cells.where(~stored, None) if stored.any() else cells), form)
    values = written.values
    if stored.any():
        values = values.where(
            ~stored, pd.to_numeric(cells.where(stored, None), errors="coerce").astype("float64")
        )
    endless = values.abs() == float("inf")
    return Numbers(values.mask(endless), written.refused | endless)


@dataclass(frozen=True, slots=True)
class Days:
    """Values as datetime64[ms] with missing as NaT, and the cells that hold no day."""

    values: pd.Series
    refused: pd.Series


def days(cells: pd.Series) -> Days:
    """Days from stored dates and text like `2024-03-31`, `31-3-2024`, `20240331`, `31 maart 2024`.

    The day always comes before the month. A day of the week in front must be right: a wrong one
    shows that the month comes first. A month (`2024-03`, `mrt 2024`) is its first day. A year alone
    is refused, as is any other text.
    """
    read = cells.map(day)
    values = pd.Series(
        pd.to_datetime(read.map(lambda day: day.isoformat() if day else None), format="%Y-%m-%d"),
        index=cells.index,
    )
    return Days(values.astype("datetime64[ms]"), cells.notna() & values.isna())


def day(cell: object) -> date | None:
    """The day in one cell, None when it holds none; see `days`."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = _word(cell) if isinstance(cell, str | int | float) else ""
    named = _NAMED_DAY.fullmatch(text.lower())
    if named is not None and named[1] in _WEEKDAY:
        read = day(named[2])
        return read if read is not None and read.weekday() == _WEEKDAY[named[1]] else None
    for form, order in (
        (_ISO_DAY, (1, 2, 3)),
        (_DAY_FIRST, (3, 2, 1)),
        (_RUN_TOGETHER, (1, 2, 3)),
        (_ISO_MONTH, (1, 2, None)),
    ):
        if match := form.fullmatch(text):
            year, month, number = (
                1 if group is None else int(match.group(group)) for group in order
            )
            try:
                return date(year, month, number) if year >= 1800 else None
            except ValueError:
                return None
    match = _IN_WORDS.fullmatch(text.lower())
    if match and match.group(2) in _MONTH and int(match.group(3)) >= 1800:
        try:
            return date(int(match.group(3)), _MONTH[match.group(2)], int(match.group(1) or 1))
        except ValueError:
            return None
    return None
