"""An export table as CSV or XLSX: each row with its source, text never a formula."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import zip_longest
from types import MappingProxyType
from typing import TYPE_CHECKING, cast
from xml.sax.saxutils import escape

import shapely

from data.export.sheet import (
    Cell,
    ExportColumn,
    ExportTable,
    Kind,
    plain_text,
    provenance,
    provenance_columns,
    typed,
    words,
)
from geo.bilingual import Language

if TYPE_CHECKING:
    from _typeshed import SizedBuffer
    from openpyxl.cell import Cell as SheetCell
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet
    from openpyxl.worksheet.worksheet import Worksheet

# Excel takes both signs from Windows, not from the file: a computer set to Dutch or German expects
# 19,3 between semicolons and opens that with a double click; one set to English expects 19.3
# between commas, as do most programs.
DIALECTS: Mapping[Language, tuple[str, str]] = MappingProxyType(
    {"nl": (";", ","), "de": (";", ","), "en": (",", ".")}
)
MOMENT = "%Y-%m-%d %H:%M:%S"  # with a blank: with a T Excel takes it for text
EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest moment a zip file can hold

_EPOCH_XML = b"1980-01-01T00:00:00Z"
_WIDEST_COLUMN = 60
LONGEST_NAME = 31  # of a sheet in Excel
_FORMATS: Mapping[Kind, str] = MappingProxyType(
    {
        "text": "@",
        "number": "General",
        "share": "0.0%",
        "date": "yyyy-mm-dd",
        "moment": "yyyy-mm-dd hh:mm",
        "year": "0",
        "flag": "General",
        "list": "@",
    }
)
_WHOLE = "#,##0"
_SPOT = (ExportColumn("x_m", "x (RD, m)", "number"), ExportColumn("y_m", "y (RD, m)", "number"))


def csv_bytes(sheet: ExportTable) -> bytes:
    """The sheet as CSV with one header row: UTF-8 with byte order mark, signs as in `DIALECTS`.

    No line comes before the header, because most programs cannot read that: source, licence and
    link are columns.
    """
    delimiter, decimal = DIALECTS[sheet.lang]
    columns, rows = spreadsheet_rows(sheet)
    say = words(sheet.lang)
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow([header(column) for column in columns])
    writer.writerows([_written(cell, decimal, say) for cell in row] for row in rows)
    # Without a byte order mark Excel reads UTF-8 as the code page of the computer: "CafÃ©".
    return out.getvalue().encode("utf-8-sig")


def xlsx_bytes(sheets: Sequence[ExportTable]) -> bytes:
    """A workbook with one typed sheet per table, then one with all sources and definitions.

    The same tables give the same bytes: no time of writing is stored. Text is stored as text, never
    as a formula.
    """
    from openpyxl import Workbook  # here, because it would cost every start of the dashboard 0.2 s
    from openpyxl.writer.excel import ExcelWriter

    say = words(sheets[0].lang)
    book = Workbook(write_only=True)
    book.properties.creator = "Stadshart Twente"
    book.properties.title = plain_text(sheets[0].title)
    rows = [
        _fill_table(
            book.create_sheet(say["table"] if len(sheets) == 1 else sheet.name[:LONGEST_NAME]),
            sheet,
        )
        for sheet in sheets
    ]
    sources, lines = book.create_sheet(say["sheet_sources"]), source_lines(sheets, say)
    _set_widths(sources, column_widths([line for line, bold in lines if bold != 1]))
    for line, bold in lines:
        sources.append([_text_cell(sources, text, bold=at < bold) for at, text in enumerate(line)])
    raw = io.BytesIO()
    ExcelWriter(book, _TimelessZip(raw, "w", strict_timestamps=False)).save()
    return _finished(raw.getvalue(), rows)


class _TimelessZip(zipfile.ZipFile):
    """A zip file that does not read the clock, which zip cannot store before 1980."""

    def writestr(
        self,
        zinfo_or_arcname: str | zipfile.ZipInfo,
        data: SizedBuffer | str,
        compress_type: int | None = None,
        compresslevel: int | None = None,
    ) -> None:
        """Add a file of these bytes."""
        if isinstance(zinfo_or_arcname, str):
            zinfo_or_arcname = zipfile.ZipInfo(zinfo_or_arcname, EPOCH)
        super().writestr(zinfo_or_arcname, data, compress_type, compresslevel)


def cell_columns(sheet: ExportTable) -> tuple[ExportColumn, ...]:
    """The columns of the table in a spreadsheet: its own, coordinates, and provenance."""
    return (*sheet.columns, *(_SPOT if _of_points(sheet) else ()), *provenance_columns(sheet))


def _of_points(sheet: ExportTable) -> bool:
    # Lines and areas do not fit a cell: only the other formats hold them.
    return sheet.geometric and all(
        row.shape is None or row.shape.geom_type == "Point" for row in sheet.rows
    )


def spreadsheet_rows(
    sheet: ExportTable,
) -> tuple[tuple[ExportColumn, ...], list[list[Cell]]]:
    """All columns of a spreadsheet, and its rows: own cells, coordinates, provenance."""
    spots = _of_points(sheet)
    rows = []
    for row in sheet.rows:
        cells = [
            _plain(typed(cell, column))
            for cell, column in zip(row.cells, sheet.columns, strict=True)
        ]
        if spots:
            at = (
                (None, None)
                if row.shape is None
                else (shapely.get_x(row.shape), shapely.get_y(row.shape))
            )
            cells += [None if value is None else _plain(round(float(value), 2)) for value in at]
        rows.append([*cells, *(_plain(value) for value in provenance(sheet, row))])
    return cell_columns(sheet), rows


def _plain(value: Cell) -> Cell:
    if isinstance(value, tuple):
        value = "; ".join(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return (plain_text(value) or None) if isinstance(value, str) else value


def header(column: ExportColumn) -> str:
    """The heading of the column."""
    # The file holds 0.193 where the screen says 19,3 %: the heading states the scale.
    return plain_text(f"{column.header} (0-1)" if column.kind == "share" else column.header)


def _written(value: Cell, decimal: str, say: Mapping[str, str]) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return say["yes" if value else "no"]
    if isinstance(value, float):
        return format(Decimal(repr(value)), "f").replace(".", decimal)  # never 1e-07
    if isinstance(value, datetime):
        return value.strftime(MOMENT)
    return value.isoformat() if isinstance(value, date) else str(value)


def _fill_table(page: WriteOnlyWorksheet, sheet: ExportTable) -> bytes:
    """Fill the page but its rows, which come back as XML: `openpyxl` takes 0.1 ms per cell.

    A table of a whole region has half a million cells.
    """
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.properties import PageSetupProperties

    columns, rows = spreadsheet_rows(sheet)
    headings = [header(column) for column in columns]
    _set_widths(page, column_widths([headings, *rows]))
    page.freeze_panes = "A2"
    page.print_title_rows = "1:1"
    printed = cast("Worksheet", page)  # the stubs leave these out
    printed.page_setup.orientation = "landscape"
    printed.page_setup.fitToHeight = 0
    printed.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    filtered = page.auto_filter  # type: ignore[attr-defined]  # the stubs leave it out
    filtered.ref = f"A1:{get_column_letter(len(columns))}{len(rows) + 1}"
    page.append([_text_cell(page, heading, bold=True) for heading in headings])
    letters = [get_column_letter(number) for number in range(1, len(columns) + 1)]
    styles = {look: _style(page, look) for look in (*_FORMATS.values(), _WHOLE)}
    formats = []
    for number, row in enumerate(rows, start=2):
        cells = [
            _cell(value, column.kind, f"{letter}{number}", styles)
            for value, column, letter in zip(row, columns, letters, strict=True)
            if value is not None
        ]
        if row[-1] is None:
            # Some readers reject a row that ends before the last column.
            cells.append(f'<c r="{letters[-1]}{number}"/>')
        formats.append(f'<row r="{number}">{"".join(cells)}</row>')
    return "".join(formats).encode()


def source_lines(
    sheets: Sequence[ExportTable], say: Mapping[str, str]
) -> list[tuple[list[str], int]]:
    """The lines of the page with titles, notes, sources and definitions, and how many of their
    first cells are headings.
    """
    several = len(sheets) > 1
    source_head = [
        say[f"source_{key}"]
        for key in ("publisher", "title", "url", "date", "licence", "retrieved")
    ]
    sources = [
        [
            source.publisher,
            source.title,
            source.url or "",
            source.published or "",
            source.licence,
            source.read_on or "",
        ]
        for source in dict.fromkeys(source for sheet in sheets for source in sheet.sources)
    ]
    column_head = [say["column"], say["definition"], "id", *([say["table"]] if several else [])]
    columns = [
        [header(column), column.definition, column.key, *([sheet.name] if several else [])]
        for sheet in sheets
        for column in sheet.columns
    ]
    links = dict.fromkeys(sheet.link for sheet in sheets if sheet.link)
    notes = dict.fromkeys(note for sheet in sheets for note in sheet.notes)
    versions = dict.fromkeys(sheet.version for sheet in sheets if sheet.version)
    facts = [(say["title"], sheet.title) for sheet in sheets]
    facts += [(say["link"], link) for link in links]
    facts += [(say["version"], version) for version in versions]
    lines = [([label, text], 1) for label, text in [*facts, *((say["note"], n) for n in notes)]]
    for heading, rows in ((source_head, sources), (column_head, columns)):
        lines += [([], 0), (heading, len(heading)), *((row, 0) for row in rows)]
    return [([plain_text(text) for text in cells], bold) for cells, bold in lines]


def column_widths(lines: Sequence[Sequence[Cell]]) -> list[int]:
    """How many signs wide each column is, of rows of equal length or shorter."""
    return [
        min(max(8, *(len(str(cell)) for cell in cells if cell is not None)) + 3, _WIDEST_COLUMN)
        for cells in zip_longest(*lines)
    ]


def _set_widths(page: WriteOnlyWorksheet, widths: Sequence[int]) -> None:
    from openpyxl.utils import get_column_letter

    columns = page.column_dimensions  # type: ignore[attr-defined]  # the stubs leave it out
    for number, width in enumerate(widths, start=1):
        columns[get_column_letter(number)].width = width


def _style(page: WriteOnlyWorksheet, look: str) -> int:
    """The number under which the workbook knows a number format."""
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(page)
    cell.number_format = look
    return int(cell.style_id)


def _cell(value: Cell, kind: Kind, at: str, styles: Mapping[str, int]) -> str:
    """A cell as XML: text as text, whatever it begins with."""
    from openpyxl.utils.datetime import to_excel

    if isinstance(value, str):
        return (
            f'<c r="{at}" s="{styles[_FORMATS["text"]]}"'
            f' t="inlineStr"><is><t>{escape(value)}</t></is></c>'
        )
    look = styles[_WHOLE if kind == "number" and isinstance(value, int) else _FORMATS[kind]]
    if isinstance(value, bool):
        return f'<c r="{at}" s="{look}" t="b"><v>{value:d}</v></c>'
    number = to_excel(value) if isinstance(value, date) else value  # type: ignore[no-untyped-call]
    return f'<c r="{at}" s="{look}"><v>{number!r}</v></c>'


def _text_cell(page: WriteOnlyWorksheet, text: str, *, bold: bool = False) -> SheetCell:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    cell = WriteOnlyCell(page, value=text)
    cell.data_type = "s"
    cell.number_format = _FORMATS["text"]
    if bold:
        cell.font = Font(bold=True)
    return cell


def _finished(workbook: bytes, rows: Sequence[bytes]) -> bytes:
    """The workbook with the rows of its first pages, and one fixed time for all time stamps."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as old:
        names = sorted(old.namelist(), key=lambda name: (name != "[Content_Types].xml", name))
        files = {name: old.read(name) for name in names}
    for number, page in enumerate(rows, start=1):
        name, end = f"xl/worksheets/sheet{number}.xml", b"</sheetData>"
        files[name] = files[name].replace(end, page + end)
    core = "docProps/core.xml"
    files[core] = re.sub(
        rb"(<dcterms:(created|modified)[^>]*>)[^<]*", rb"\g<1>" + _EPOCH_XML, files[core]
    )
    return zipped(files)


def zipped(files: Mapping[str, bytes], *, stored: Sequence[str] = ()) -> bytes:
    """The files as a zip, those in `stored` uncompressed: the same files give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return out.getvalue()
