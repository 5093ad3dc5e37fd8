"""Tables to take along: what is on the screen as CSV or XLSX, each row with its source."""

import csv
import io
import math
import re
import unicodedata
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from dashboard.errors import DashboardError
from dashboard.text import Lang, Texts

if TYPE_CHECKING:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

Kind = Literal["text", "number", "share", "date", "year"]
Extension = Literal["csv", "xlsx", "html", "png", "svg", "pdf", "geojson", "gpkg", "parquet", "zip"]
Cell = str | int | float | date | None

# Excel takes both signs from Windows, not from the file: a computer set to Dutch or German expects 19,3 between
# semicolons and opens that with a double click; one set to English expects 19.3 between commas, as do most programs.
DIALECTS: dict[Lang, tuple[str, str]] = {"nl": (";", ","), "de": (";", ","), "en": (",", ".")}
BYTE_ORDER_MARK = "\ufeff"  # without it Excel reads UTF-8 as the code page of the computer: "CafÃ©"

# What a spreadsheet may take for the start of a formula, the full-width signs of East Asian keyboards included.
_FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_BREAKS = re.compile(r"[\s\u0085\u2028\u2029]+")
# Control characters, halves of pairs and non-characters: XML has no place for them and openpyxl raises.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")

_LONGEST_CELL = 32_767  # of Excel; openpyxl would cut without a word
_WIDEST_COLUMN = 60
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest moment a zip file can hold
_EPOCH_XML = "1980-01-01T00:00:00Z"
_FORMATS: dict[Kind, str] = {"text": "@", "number": "General", "share": "0.0%", "date": "yyyy-mm-dd", "year": "0"}


class UnusableTableError(DashboardError, ValueError):
    """A table that cannot be written as it was handed over."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its stable key, what stands above it, and what its cells are.

    A share runs 0 to 1; unknown is None or NaN. `definition` goes along on the second sheet.
    """

    key: str
    header: str
    kind: Kind = "text"
    definition: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a row comes from; `published` is text because many sources say only "ongedateerd"."""

    publisher: str
    title: str
    url: str | None
    published: str | None
    licence: str
    retrieved: date | None


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of one row in the order of the columns, and the sources they rest on."""

    cells: tuple[Cell, ...]
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class TableExport:
    """A table ready to leave: every row as wide as the columns, every row with a source.

    `link` leads back to the view and is None where readers cannot reach the dashboard; `notes` are whole sentences
    (a warning not to compare, "gemodelleerd", "Voorbeeldstad") for the second sheet, and `inputs` the sources of a
    model of which every row is an outcome. Raises UnusableTableError.
    """

    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    lang: Lang
    link: str | None = None
    notes: tuple[str, ...] = ()
    inputs: tuple[Source, ...] = ()

    def __post_init__(self) -> None:
        for number, row in enumerate(self.rows, start=1):
            if len(row.cells) != len(self.columns):
                raise UnusableTableError(
                    f"row {number} has {len(row.cells)} cells, expected {len(self.columns)}: one for each column"
                )
            if not row.sources:
                raise UnusableTableError(f"row {number} has no source, expected at least one: no figure leaves without")

    @property
    def sources(self) -> tuple[Source, ...]:
        """Every source once, in order of first appearance."""
        return tuple(dict.fromkeys((*(source for row in self.rows for source in row.sources), *self.inputs)))


def file_name(*parts: str, extension: Extension) -> str:
    """A file name of `a-z0-9-` and the extension, at most 80 characters before it; never empty."""
    plain = unicodedata.normalize("NFKD", "-".join(parts)).encode("ascii", "ignore").decode("ascii")
    slug = re.sub(r"[^a-z0-9]+", "-", plain.lower())[:80].strip("-")
    return f"{slug or 'stadshart'}.{extension}"


def csv_bytes(table: TableExport, words: Texts) -> bytes:
    """The table as CSV with one header row: UTF-8 with byte order mark, signs as in `DIALECTS`.

    No line stands above the header, for that breaks every program but Excel: source, licence and link are columns.
    """
    delimiter, decimal = DIALECTS[table.lang]
    columns = _all_columns(table, words)
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow([_header(column) for column in columns])
    for row in table.rows:
        cells = zip(columns, _all_cells(table, row), strict=True)
        writer.writerow([_written(_typed(cell, column), column.kind, decimal) for column, cell in cells])
    return (BYTE_ORDER_MARK + out.getvalue()).encode("utf-8")


def xlsx_bytes(table: TableExport, words: Texts) -> bytes:
    """The table as a workbook: typed columns on the first sheet, sources and definitions on the second.

    The same table gives the same bytes: no moment of writing is kept. Text is stored as text, never as a formula.
    """
    from openpyxl import Workbook  # here, because it would cost every start of the dashboard 0.2 s

    book = Workbook(write_only=True)
    book.properties.creator = "Stadshart Twente"
    book.properties.title = plain_text(table.title)
    _fill_table(book.create_sheet(words("download.table")), table, words)
    _fill_sources(book.create_sheet(words("download.sources")), table, words)
    raw = io.BytesIO()
    book.save(raw)
    return _without_clock(raw.getvalue())


def plain_text(text: str) -> str:
    """The text on one line without control characters, with `'` before it where a spreadsheet would see a formula."""
    line = _BREAKS.sub(" ", _UNPRINTABLE.sub("", text)).strip()
    if len(line) >= _LONGEST_CELL:
        line = line[: _LONGEST_CELL - 2] + "…"
    return "'" + line if line.startswith(_FORMULA) else line


def _all_columns(table: TableExport, words: Texts) -> tuple[Column, ...]:
    provenance = (
        Column("source_publisher", words("sources.publisher")),
        Column("source_title", words("sources.what")),
        Column("source_url", words("column.url")),
        Column("source_date", words("column.source_date")),
        Column("source_licence", words("column.licence")),
        Column("source_retrieved", words("column.retrieved")),
    )
    return (*table.columns, *provenance, *((Column("link", words("download.link")),) if table.link else ()))


def _all_cells(table: TableExport, row: Row) -> tuple[Cell, ...]:
    retrieved = [source.retrieved.isoformat() if source.retrieved else None for source in row.sources]
    provenance = (
        _joined([source.publisher for source in row.sources]),
        _joined([source.title for source in row.sources]),
        _joined([source.url for source in row.sources]),
        _joined([source.published for source in row.sources]),
        _joined([source.licence for source in row.sources]),
        _joined(retrieved),
    )
    return (*row.cells, *provenance, *((table.link,) if table.link else ()))


def _joined(values: Sequence[str | None]) -> str | None:
    known = list(dict.fromkeys(value for value in values if value))
    return " | ".join(known) or None


def _header(column: Column) -> str:
    # The file holds 0.193 where the screen says 19,3 %: the scale stands where nobody can miss it.
    return plain_text(f"{column.header} (0-1)" if column.kind == "share" else column.header)


def _typed(value: Cell, column: Column) -> Cell:
    """The value as the column's kind promises it; unknown is None. Raises UnusableTableError."""
    if value is None or value != value:  # NaN and NaT differ from themselves
        return None
    match column.kind:
        case "text" if isinstance(value, str):
            return plain_text(value) or None
        case "number" | "share" if _is_number(value) and math.isfinite(value):
            return int(value) if float(value).is_integer() else float(value)
        case "year" if _is_number(value) and float(value).is_integer():
            return int(value)
        case "date" if isinstance(value, datetime):
            return value.date()
        case "date" if isinstance(value, date):
            return value
    raise UnusableTableError(f"column {column.key!r}: got {value!r}, expected {column.kind} or None")


def _is_number(value: Cell) -> bool:
    # NumPy's own integers are no int of Python's; what makes a float without being text is a number here.
    return not isinstance(value, str | bool) and hasattr(value, "__float__")


def _written(value: Cell, kind: Kind, decimal: str) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return format(Decimal(repr(value)), "f").replace(".", decimal)  # never 1e-07
    return value.isoformat() if isinstance(value, date) else str(value)


def _fill_table(sheet: "WriteOnlyWorksheet", table: TableExport, words: Texts) -> None:
    from openpyxl.utils import get_column_letter

    columns = _all_columns(table, words)
    rows = [
        [_typed(cell, column) for column, cell in zip(columns, _all_cells(table, row), strict=True)]
        for row in table.rows
    ]
    for index, column in enumerate(columns):
        texts = [_header(column), *(str(row[index]) for row in rows if row[index] is not None)]
        _set_width(sheet, index, texts)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{len(rows) + 1}"
    sheet.append([_text_cell(sheet, _header(column), bold=True) for column in columns])
    for row in rows:
        sheet.append([_cell(sheet, value, column.kind) for value, column in zip(row, columns, strict=True)])


def _fill_sources(sheet: "WriteOnlyWorksheet", table: TableExport, words: Texts) -> None:
    head = [[words("download.title"), table.title], *([[words("download.link"), table.link]] if table.link else [])]
    head += [[words("download.note"), note] for note in table.notes]
    sources = [
        [
            source.publisher,
            source.title,
            source.url or "",
            source.published or "",
            source.licence,
            source.retrieved.isoformat() if source.retrieved else "",
        ]
        for source in table.sources
    ]
    source_keys = ("sources.publisher", "sources.what", "column.url", "column.source_date", "column.licence")
    source_head = [words(key) for key in (*source_keys, "column.retrieved")]
    columns = [[_header(column), column.definition, column.key] for column in table.columns]
    for index in range(len(source_head)):
        _set_width(sheet, index, [row[index] for row in [source_head, *sources]])
    for label, text in head:
        sheet.append([_text_cell(sheet, label, bold=True), _text_cell(sheet, text)])
    column_head = [words("download.column"), words("column.definition"), "id"]
    for heading, lines in ((source_head, sources), (column_head, columns)):
        sheet.append([])
        sheet.append([_text_cell(sheet, text, bold=True) for text in heading])
        for line in lines:
            sheet.append([_text_cell(sheet, text) for text in line])


def _set_width(sheet: "WriteOnlyWorksheet", index: int, texts: Sequence[str]) -> None:
    from openpyxl.utils import get_column_letter

    widest = max((len(text) for text in texts), default=0)
    sheet.column_dimensions[get_column_letter(index + 1)].width = min(max(widest, 8) + 3, _WIDEST_COLUMN)


def _cell(sheet: "WriteOnlyWorksheet", value: Cell, kind: Kind) -> "WriteOnlyCell | None":
    from openpyxl.cell import WriteOnlyCell

    if value is None:
        return None
    if isinstance(value, str):
        return _text_cell(sheet, value)
    cell = WriteOnlyCell(sheet, value=value)
    cell.number_format = "#,##0" if kind == "number" and isinstance(value, int) else _FORMATS[kind]
    return cell


def _text_cell(sheet: "WriteOnlyWorksheet", text: str, *, bold: bool = False) -> "WriteOnlyCell":
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    cell = WriteOnlyCell(sheet, value=plain_text(text))
    cell.data_type = "s"
    cell.number_format = _FORMATS["text"]
    if bold:
        cell.font = Font(bold=True)
    return cell


def _without_clock(workbook: bytes) -> bytes:
    """The same workbook with every time stamp of the writing set to one fixed moment."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            content = old.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"(<dcterms:(created|modified)[^>]*>)[^<]*", rb"\g<1>" + _EPOCH_XML.encode(), content)
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, content)
    return out.getvalue()
