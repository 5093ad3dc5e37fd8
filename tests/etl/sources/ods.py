"""A small ODS workbook for tests."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import date
from xml.sax.saxutils import escape

_HEAD = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
)
_MANIFEST = (
    "<manifest:manifest"
    ' xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry'
    ' manifest:full-path="/"'
    ' manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>'
)


def ods(*tables: tuple[str, str], content: str | None = None) -> bytes:
    """A workbook of named tables, each given as its rows in XML, or of any content."""
    inside = "".join(
        f'<table:table table:name="{escape(name)}">{rows}</table:table>' for name, rows in tables
    )
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            zipfile.ZipInfo("mimetype"),
            "application/vnd.oasis.opendocument.spreadsheet",
            zipfile.ZIP_STORED,
        )
        archive.writestr("META-INF/manifest.xml", _MANIFEST)
        archive.writestr(
            "content.xml",
            content
            or f"{_HEAD}{inside}</office:spreadsheet></office:body></office:document-content>",
        )
    return whole.getvalue()


def rows(cells: Sequence[Sequence[object]]) -> str:
    """Rows of text, numbers, truths, days and nothing in XML."""
    return "".join(
        f"<table:table-row>{''.join(_cell(one) for one in row)}</table:table-row>" for row in cells
    )


def _cell(value: object) -> str:
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, bool):
        return (
            '<table:table-cell office:value-type="boolean"'
            f' office:boolean-value="{str(value).lower()}"/>'
        )
    if isinstance(value, date):
        return (
            f'<table:table-cell office:value-type="date" office:date-value="{value.isoformat()}"/>'
        )
    if isinstance(value, int | float):
        return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
    return (
        "<table:table-cell"
        f' office:value-type="string"><text:p>{escape(str(value))}</text:p></table:table-cell>'
    )
