"""Workbooks to fill in, as XLSX and ODS: sheets of text, with lists to choose from."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from math import ceil
from xml.sax.saxutils import escape, quoteattr

LISTED_ROWS = 2_000
"""Rows under a heading in which a cell offers its list."""
SHORTEST, LONGEST = 12, 60
"""Widths of columns, in signs."""
LINE_PT = 15
_LISTS = "lijsten"
_MIMETYPE = "application/vnd.oasis.opendocument.spreadsheet"
_NAMESPACES = (
    " ".join(
        f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{prefix}:1.0"'
        for prefix in ("office", "style", "table", "text")
    )
    + ' xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"'
    + ' xmlns:of="urn:oasis:names:tc:opendocument:xmlns:of:1.2"'
)
_MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest'
    ' xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_MIMETYPE}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    "</manifest:manifest>"
)


@dataclass(frozen=True, slots=True)
class TemplateSheet:
    """A sheet with its rows; `choices` are the words to choose from, by heading of the first row.

    Another word may be typed as well. `heading_row` is the row of its headings, from 0.
    """

    title: str
    rows: Sequence[Sequence[str]]
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)
    heading_row: int = 0

    def widths(self) -> list[int]:
        """The width of each column in signs, by its longest word or heading."""
        return [
            max(SHORTEST, min(LONGEST, max(map(len, column)) + 2))
            for column in zip_longest(*self.rows[self.heading_row :], fillvalue="")
        ]


def xlsx(sheets: Sequence[TemplateSheet]) -> bytes:
    """The sheets as a workbook; the words of the lists stand on a hidden sheet of their own."""
    # Late, since it is slow to load and only needed here.
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation
    from openpyxl.worksheet.properties import PageSetupProperties

    book = Workbook()
    book.remove(book.worksheets[0])
    lists = [words for sheet in sheets for words in sheet.choices.values()]
    for content in sheets:
        sheet = book.create_sheet(content.title)
        for row in content.rows:
            sheet.append(list(row))
        headings, first = content.rows[content.heading_row], content.heading_row + 1
        for at, width in enumerate(content.widths(), start=1):
            sheet.column_dimensions[get_column_letter(at)].width = width
            sheet.cell(first, at).font = Font(name="Calibri", bold=True)
        for cells in sheet.iter_rows(min_row=first + 1):
            lines = 1
            for cell, width in zip(cells, content.widths(), strict=True):
                cell.alignment = Alignment(wrap_text=True, vertical="top")
                lines = max(lines, ceil(len(str(cell.value or "")) / (width - 2)))
            sheet.row_dimensions[cells[0].row].height = LINE_PT * lines
        sheet.freeze_panes = f"A{first + 1}"
        sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        for heading, words in content.choices.items():
            letter = get_column_letter(list(headings).index(heading) + 1)
            column = get_column_letter(lists.index(words) + 1)
            rule = DataValidation(
                type="list",
                formula1=f"{_LISTS}!${column}$1:${column}${len(words)}",
                errorStyle="warning",
                allow_blank=True,
            )
            rule.add(f"{letter}2:{letter}{LISTED_ROWS}")
            sheet.add_data_validation(rule)
    if lists:
        hidden = book.create_sheet(_LISTS)
        for at, words in enumerate(lists, start=1):
            for number, word in enumerate(words, start=1):
                hidden.cell(number, at, word)
        hidden.sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


_STYLES = (
    '<style:style style:name="head" style:family="table-cell"><style:text-properties'
    ' fo:font-weight="bold"/></style:style><style:style style:name="wrapped"'
    ' style:family="table-cell"><style:table-cell-properties fo:wrap-option="wrap"'
    ' style:vertical-align="top"/></style:style>'
    + "".join(
        f'<style:style style:name="wide{width}" style:family="table-column">'
        f'<style:table-column-properties style:column-width="{width * 2}mm"/></style:style>'
        for width in range(SHORTEST, LONGEST + 1)
    )
)


def ods(sheets: Sequence[TemplateSheet]) -> bytes:
    """The sheets as an OpenDocument spreadsheet."""
    rules: list[str] = []
    tables: list[str] = []
    for sheet in sheets:
        names = {heading: f"lijst{len(rules) + at}" for at, heading in enumerate(sheet.choices)}
        for heading, name in names.items():
            words = ";".join(f'"{word}"' for word in sheet.choices[heading])
            rules.append(
                f'<table:content-validation table:name="{name}" table:allow-empty-cell="true"'
                f" table:condition={quoteattr(f'of:cell-content-is-in-list({words})')}"
                ' table:display-list="unsorted"><table:error-message table:display="true"'
                ' table:message-type="information"/></table:content-validation>'
            )
        rows = [
            "".join(f'<table:table-column table:style-name="wide{n}"/>' for n in sheet.widths())
        ]
        for number, row in enumerate(sheet.rows):
            style = "head" if number == sheet.heading_row else "wrapped"
            style = style if number >= sheet.heading_row else "Default"
            cells = "".join(_cell(text, style) for text in row)
            rows.append(f"<table:table-row>{cells}</table:table-row>")
        if names:
            empty = "".join(
                f'<table:table-cell table:content-validation-name="{names[heading]}"/>'
                if heading in names
                else "<table:table-cell/>"
                for heading in sheet.rows[0]
            )
            repeated = f'table:number-rows-repeated="{LISTED_ROWS - len(sheet.rows)}"'
            rows.append(f"<table:table-row {repeated}>{empty}</table:table-row>")
        title = quoteattr(sheet.title)
        tables.append(f"<table:table table:name={title}>{''.join(rows)}</table:table>")
    validations = f"<table:content-validations>{''.join(rules)}</table:content-validations>"
    content = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<office:document-content {_NAMESPACES} office:version="1.3">'
        f"<office:automatic-styles>{_STYLES}</office:automatic-styles><office:body>"
        f"<office:spreadsheet>{validations if rules else ''}{''.join(tables)}"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        # First and uncompressed, so that programs recognise the file by it.
        archive.writestr("mimetype", _MIMETYPE, compress_type=zipfile.ZIP_STORED)
        archive.writestr("META-INF/manifest.xml", _MANIFEST)
        archive.writestr("content.xml", content)
    return out.getvalue()


def _cell(text: str, style: str) -> str:
    if not text:
        return "<table:table-cell/>"
    return (
        f'<table:table-cell table:style-name="{style}" office:value-type="string">'
        f"<text:p>{escape(text)}</text:p></table:table-cell>"
    )
