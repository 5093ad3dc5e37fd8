"""Workbooks to fill in, as XLSX and ODS: sheets of text, with lists to choose from."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

LISTED_ROWS = 2_000
"""Rows under a heading in which a cell offers its list."""
_LISTS = "lijsten"
_MIMETYPE = "application/vnd.oasis.opendocument.spreadsheet"
_NAMESPACES = (
    " ".join(
        f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{prefix}:1.0"'
        for prefix in ("office", "table", "text")
    )
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

    Another word may be typed as well.
    """

    title: str
    rows: Sequence[Sequence[str]]
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)


def xlsx(sheets: Sequence[TemplateSheet]) -> bytes:
    """The sheets as a workbook; the words of the lists stand on a hidden sheet of their own."""
    # Late, since it is slow to load and only needed here.
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    book = Workbook()
    book.remove(book.worksheets[0])
    lists = [words for sheet in sheets for words in sheet.choices.values()]
    for content in sheets:
        sheet = book.create_sheet(content.title)
        for row in content.rows:
            sheet.append(list(row))
        headings = content.rows[0]
        for at in range(1, len(headings) + 1):
            sheet.column_dimensions[get_column_letter(at)].width = 30 if at <= 4 else 18
            sheet.cell(1, at).font = Font(bold=True)
        for cells in sheet.iter_rows(min_row=2):
            for cell in cells:
                cell.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.freeze_panes = "A2"
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
            f"<table:table-row>{''.join(map(_cell, row))}</table:table-row>" for row in sheet.rows
        ]
        if names:
            empty = "".join(
                f'<table:table-cell table:content-validation-name="{names[heading]}"/>'
                if heading in names
                else "<table:table-cell/>"
                for heading in sheet.rows[0]
            )
            repeated = f'table:number-rows-repeated="{LISTED_ROWS - len(rows)}"'
            rows.append(f"<table:table-row {repeated}>{empty}</table:table-row>")
        title = quoteattr(sheet.title)
        tables.append(f"<table:table table:name={title}>{''.join(rows)}</table:table>")
    validations = f"<table:content-validations>{''.join(rules)}</table:content-validations>"
    content = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<office:document-content {_NAMESPACES} office:version="1.3"><office:body>'
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


def _cell(text: str) -> str:
    if not text:
        return "<table:table-cell/>"
    return (
        '<table:table-cell office:value-type="string">'
        f"<text:p>{escape(text)}</text:p></table:table-cell>"
    )
