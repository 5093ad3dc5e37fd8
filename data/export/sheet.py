"""A table for export: typed cells, meaning of the columns, sources and shape (RD) of each row."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from operator import attrgetter
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from shapely.geometry.base import BaseGeometry

from data.errors import UnusableTableError
from data.schema.vocabulary import FORMULA_SIGNS
from geo.bilingual import Language

Kind = Literal["text", "number", "share", "date", "moment", "year", "flag", "list"]
Cell = str | int | float | bool | date | tuple[str, ...] | None

_BREAKS = re.compile(r"[\s\u0085\u2028\u2029]+")
# Control characters, halves of pairs and non-characters: XML has no place for them and openpyxl
# raises.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_LONGEST_CELL = 32_767  # of Excel; openpyxl would cut without a word
_NAME = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, slots=True)
class ExportColumn:
    """A column: its stable key, its heading, and the kind of its cells.

    A share runs 0 to 1; a moment is a date with a time of day; unknown is None or NaN. `definition`
    is exported beside the table.
    """

    key: str
    header: str
    kind: Kind = "text"
    definition: str = ""


@dataclass(frozen=True, slots=True)
class SourceNote:
    """The source of a row; `published` is text because many sources say only "ongedateerd"."""

    publisher: str
    title: str
    url: str | None
    published: str | None
    licence: str
    retrieved: date | None
    credit: str | None = None

    @property
    def read_on(self) -> str | None:
        """The day it was retrieved, in ISO format."""
        return self.retrieved.isoformat() if self.retrieved else None


@dataclass(frozen=True, slots=True)
class ExportRow:
    """Cells in the order of the columns, the sources of the row, and its shape (EPSG:28992)."""

    cells: tuple[Cell, ...]
    sources: tuple[SourceNote, ...]
    shape: BaseGeometry | None = None


@dataclass(frozen=True, slots=True)
class ExportTable:
    """A table for export: every row as wide as the columns, every row with a source.

    `name` names its layer and file. `link` leads back to the view; None where readers cannot reach
    the dashboard. `notes` are whole sentences (a warning not to compare, "gemodelleerd",
    "Voorbeeldstad"). `inputs` are the sources of a model that made every row. A `geometric` table
    has shapes. Where rows hold the id of their source, `sources_in_rows` is False and geo files do
    not repeat it in every row. Raises UnusableTableError.
    """

    title: str
    columns: tuple[ExportColumn, ...]
    rows: tuple[ExportRow, ...]
    lang: Language
    link: str | None = None
    notes: tuple[str, ...] = ()
    name: str = "stadshart"
    version: str = ""
    geometric: bool = False
    sources_in_rows: bool = True
    inputs: tuple[SourceNote, ...] = ()

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise UnusableTableError(
                f"sheet {self.name!r}: expected a name of a-z, 0-9 and _ that starts with a letter"
            )
        for number, row in enumerate(self.rows, start=1):
            if len(row.cells) != len(self.columns):
                raise UnusableTableError(
                    f"row {number} has {len(row.cells)} cells, expected {len(self.columns)}: one"
                    " for each column"
                )
            if not row.sources:
                raise UnusableTableError(
                    f"row {number} has no source, expected at least one: no figure leaves without"
                )

    @property
    def sources(self) -> tuple[SourceNote, ...]:
        """Every source once, in order of first appearance."""
        return tuple(
            dict.fromkeys((*(source for row in self.rows for source in row.sources), *self.inputs))
        )


_PROVENANCE: Mapping[str, Callable[[SourceNote], str | None]] = {
    "source_publisher": attrgetter("publisher"),
    "source_title": attrgetter("title"),
    "source_url": attrgetter("url"),
    "source_date": attrgetter("published"),
    "source_licence": attrgetter("licence"),
    "source_retrieved": attrgetter("read_on"),
}


@cache
def words(lang: Language) -> Mapping[str, str]:
    """The texts of the exported files, by key."""
    return MappingProxyType(
        tomllib.loads(Path(__file__).with_name("export.toml").read_text("utf-8"))[lang]
    )


def provenance_columns(sheet: ExportTable) -> tuple[ExportColumn, ...]:
    """The columns for the source of each row, without those that the table has already."""
    say = words(sheet.lang)
    sheet_keys = {column.key for column in sheet.columns}
    return tuple(
        ExportColumn(key, say[key])
        for key in (*_PROVENANCE, *(("link",) if sheet.link else ()))
        if key not in sheet_keys
    )


def provenance(sheet: ExportTable, row: ExportRow) -> tuple[str | None, ...]:
    """The cells of `provenance_columns`; several sources are separated by bars."""
    lines = {key: [part(source) for source in row.sources] for key, part in _PROVENANCE.items()}
    lines["link"] = [sheet.link]
    return tuple(
        " | ".join(dict.fromkeys(value for value in lines[column.key] if value)) or None
        for column in provenance_columns(sheet)
    )


def typed(value: Cell, column: ExportColumn) -> Cell:
    """The value as the column's kind promises it; unknown is None. Raises UnusableTableError."""
    if value is None or value != value:  # NaN and NaT differ from themselves
        return None
    match column.kind:
        case "text" if isinstance(value, str):
            return value
        case "number" | "share" if _is_number(value) and math.isfinite(value):  # type: ignore[arg-type]
            return int(value) if hasattr(value, "__index__") else float(value)  # type: ignore[arg-type]
        case "year" if _is_number(value) and float(value).is_integer():  # type: ignore[arg-type]
            return int(value)  # type: ignore[arg-type]
        case "date" if isinstance(value, datetime):
            return value.date() if value.tzinfo is None and value.time() == time.min else value
        case "date" if isinstance(value, date):
            return value
        case "moment" if isinstance(value, datetime):
            return value
        case "flag" if isinstance(value, bool):
            return value
        case "list" if isinstance(value, list | tuple) and all(
            isinstance(item, str) for item in value
        ):
            return tuple(value)
    raise UnusableTableError(
        f"column {column.key!r}: got {value!r}, expected {column.kind} or None"
    )


def plain_text(text: str) -> str:
    """The text on one line without control characters, with `'` before the start of a formula."""
    line = one_line(text)
    if len(line) >= _LONGEST_CELL:
        line = line[: _LONGEST_CELL - 2] + "…"
    return "'" + line if line.startswith(FORMULA_SIGNS) else line


def one_line(text: str) -> str:
    """The text on one line without control characters."""
    return printable(text).strip()


def printable(text: str) -> str:
    """The text with blanks for breaks and without what XML has no place for."""
    # Most text is so already, and asking takes a fifth of the time.
    if text.isprintable() and "  " not in text:
        return text
    return _BREAKS.sub(" ", _UNPRINTABLE.sub("", text))


def _is_number(value: Cell) -> bool:
    # NumPy's own integers are no int of Python's; what makes a float without being text is a number
    # here.
    return not isinstance(value, str | bool) and hasattr(value, "__float__")
