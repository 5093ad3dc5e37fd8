"""Which column of an imported table means what, by its headings."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from importlib import resources

import pandas as pd

from data.forms import personal_data
from etl.decoding.delimited import Dialect
from etl.errors import ContentError
from etl.parsing import table_file
from etl.parsing.table_file import Spreadsheet
from etl.problems import Finding, make_finding
from etl.source import ENDING as PART
from etl.source import Piece
from geo.bilingual import Bilingual

# dBASE keeps ten characters of a name.
_CUT = 10
_SHOWN = 8
_LOOKED_AT = 200
"""Number of different cells of a column that are searched for names."""
_NAMES = re.compile("naam|name")
_YES_NO = re.compile(r"\(\s*(ja?\s*/\s*n(ee)?|y(es)?\s*/\s*no?)\s*\)", re.IGNORECASE)
_PERSON = re.compile(
    r"eigenaar|huurder|ondernemer|contactpersoon|voornaam|achternaam|telefoon|email|geboorte|bsn$"
)
_DECLARED = tomllib.loads(
    resources.files("etl.parsing").joinpath("import_fields.toml").read_text(encoding="utf-8")
)


@dataclass(frozen=True, slots=True)
class ImportField:
    """A column that a table may have: `aliases` are its headings, `label` says what it holds.

    `words` gives the code of each word it may hold; `example` is a typical cell. Coordinates often
    come from another program than the other numbers, in another notation.
    """

    id: str
    label: Bilingual
    aliases: tuple[str, ...]
    number: bool = False
    coordinate: bool = False
    example: str = ""
    words: Mapping[str, str] = field(default_factory=dict)


def declared_fields(source_id: str) -> tuple[ImportField, ...]:
    """The columns of a source, in the order of `etl/parsing/import_fields.toml`."""
    return tuple(
        ImportField(
            name,
            Bilingual(nl=entry["nl"], en=entry["en"]),
            tuple(entry["aliases"]),
            number=entry.get("number", False),
            coordinate=entry.get("coordinate", False),
            example=entry.get("example", ""),
            words=entry.get("words", {}),
        )
        for name, entry in _DECLARED[source_id].items()
    )


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Heading per field, and the notation of one file; None is sniffed or unstated.

    `words` gives words of the file (in small letters) their meaning; `status` holds for every unit
    whose words do not give another. Of a table of CBS `table` is its id, `measures` says of each
    subject to read its `indicator` or `theme`, `unit` and `label`, and `where` which rows count.
    """

    columns: Mapping[str, str]
    decimal: str | None = None
    thousands: str | None = None
    coordinate_decimal: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    surveyed: date | None = None
    status: str | None = None
    words: Mapping[str, str] = field(default_factory=dict)
    table: str | None = None
    measures: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    where: Mapping[str, str] = field(default_factory=dict)


@lru_cache(maxsize=4096)
def plain(heading: str) -> str:
    """A heading without accents, capitals, blanks and signs: `Leeg sinds` is `leegsinds`."""
    bare = unicodedata.normalize("NFKD", heading).encode("ascii", "ignore").decode("ascii")
    return re.sub(r"[^a-z0-9]", "", bare.lower())


@lru_cache(maxsize=1024)
def _plain_aliases(aliases: Sequence[str]) -> frozenset[str]:
    return frozenset(map(plain, aliases))


def meaning(heading: str, fields: Sequence[ImportField]) -> str | None:
    """The id of the field that a heading names; None when it names none or several.

    A heading may say in brackets that its answer is yes or no. One of ten characters may be cut
    off.
    """
    bare = plain(heading)
    for name in (bare, plain(_YES_NO.sub("", heading))):
        exact = {field.id for field in fields if name in _plain_aliases(field.aliases)}
        if exact:
            break
    if not exact and len(heading) == _CUT:
        exact = {
            field.id
            for field in fields
            if any(plain(alias).startswith(bare) for alias in field.aliases)
        }
    return exact.pop() if len(exact) == 1 else None


def count_known(headings: Sequence[str], fields: Sequence[ImportField]) -> int:
    """The number of headings that name a field."""
    return sum(meaning(heading, fields) is not None for heading in headings)


def guess(headings: Sequence[str], fields: Sequence[ImportField]) -> dict[str, str]:
    """Heading per field, in order of the fields.

    Of two headings for a field the first among its aliases counts.
    """
    candidates: dict[str, list[str]] = {}
    for heading in headings:
        if (field_id := meaning(heading, fields)) is not None:
            candidates.setdefault(field_id, []).append(heading)
    chosen = {}
    for wanted in fields:
        if wanted.id in candidates:
            chosen[wanted.id] = min(
                candidates[wanted.id], key=lambda heading: _alias_rank(heading, wanted)
            )
    return chosen


def _alias_rank(heading: str, field: ImportField) -> int:
    order = [plain(alias) for alias in field.aliases]
    return order.index(plain(heading)) if plain(heading) in order else len(order)


def tables(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces that are tables, without column maps and parts of other sources."""
    return [piece for piece in pieces if not piece.name.endswith((".toml", PART))]


@dataclass(frozen=True, slots=True)
class OpenedTable:
    """A table, the map it is read with, and its columns by field.

    `form` is the notation of its numbers, `coordinates` that of its coordinates.
    """

    piece: Piece
    sheet: Spreadsheet
    map: ColumnMap
    fields: tuple[ImportField, ...]
    form: Dialect
    coordinates: Dialect

    @property
    def index(self) -> pd.Index:
        """Numbers of the rows as a spreadsheet program shows them."""
        return self.sheet.cells.index

    def column(self, name: str) -> pd.Series | None:
        """The cells of a field, None when the table has no such column."""
        heading = self.map.columns.get(name)
        return None if heading is None else self.sheet.cells[heading]

    def texts(self, name: str) -> pd.Series:
        """The cells of a field as text; missing throughout when the table has no such column."""
        column = self.column(name)
        if column is None:
            return pd.Series(None, index=self.index, dtype="str")
        return table_file.texts(column)

    @property
    def unused(self) -> tuple[str, ...]:
        """Headings that are not read."""
        return tuple(
            heading for heading in self.sheet.headings if heading not in self.map.columns.values()
        )


def missing_column(opened: OpenedTable, *names: str) -> ContentError:
    """The error for a table without a column of one of these names."""
    return ContentError(
        "heading-missing",
        name=opened.sheet.name,
        column=Bilingual(nl=" of ".join(names), en=" or ".join(names)),
        headings=", ".join(opened.unused[:_SHOWN]) or "-",
    )


def personal_columns(opened: OpenedTable) -> tuple[Finding, ...]:
    """A finding per column about persons that is not read, or read for the status only."""
    findings, headings = [], list(opened.unused)
    status = opened.map.columns.get("status")
    if status is not None and _PERSON.search(plain(status)):
        headings.append(status)
    for heading in headings:
        cells = opened.sheet.cells[heading].dropna().unique()[:_LOOKED_AT]
        if _PERSON.search(plain(heading)) or any(
            personal_data.kinds(cell) for cell in cells if isinstance(cell, str)
        ):
            findings.append(make_finding("personal-column", name=opened.sheet.name, column=heading))
    return tuple(findings)


def may_hold_names(heading: str) -> bool:
    """Whether a column of this heading may hold names of persons or shops."""
    bare = plain(heading)
    return bool(_PERSON.search(bare) or _NAMES.search(bare))


def open_table(
    piece: Piece, stated: ColumnMap | None, fields: Sequence[ImportField], *, source_id: str
) -> OpenedTable:
    """The table in a piece under the stated map, or else one guessed from its headings.

    Raises FileError or ContentError.
    """
    wanted = set(stated.columns.values()) if stated else set()
    sheet = table_file.read(
        piece.path,
        piece.name,
        knows=(
            (lambda row: sum(cell in wanted for cell in row))
            if stated
            else (lambda row: count_known(row, fields))
        ),
        sheet=stated.sheet if stated else None,
        delimiter=stated.delimiter if stated else None,
    )
    used = stated or ColumnMap(guess(sheet.headings, fields))
    every = ", ".join(sheet.headings)
    for field_id, heading in used.columns.items():
        if heading not in sheet.headings:
            raise ContentError("map-column", name=field_id, heading=heading, headings=every)
    if not used.columns:
        raise ContentError("headings-unknown", name=piece.name, headings=every, source=source_id)
    plain_numbers = [field for field in fields if field.number and not field.coordinate]
    form = _form(sheet, used, plain_numbers, used.decimal, used.thousands)
    located = [field for field in fields if field.coordinate]
    coordinates = _form(sheet, used, located, used.coordinate_decimal, "")
    whole = replace(
        used,
        decimal=form.decimal,
        thousands=form.thousands,
        coordinate_decimal=coordinates.decimal,
        delimiter=sheet.delimiter,
        sheet=sheet.sheet,
    )
    return OpenedTable(piece, sheet, whole, tuple(fields), form, coordinates)


def _form(
    sheet: Spreadsheet,
    used: ColumnMap,
    fields: Sequence[ImportField],
    decimal: str | None,
    thousands: str | None,
) -> Dialect:
    """The notation of these fields: the stated one, or else the one that fits all their cells."""
    if decimal:
        return Dialect(decimal=decimal, thousands=thousands or "")
    columns = [sheet.cells[used.columns[field.id]] for field in fields if field.id in used.columns]
    return table_file.number_form(columns, name=sheet.name)
