"""One sheet of an ODS workbook that somebody brought, within caps: a zip with one XML file in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import islice, repeat
from pathlib import Path
from xml.etree.ElementTree import Element

from etl import archive, xmlio
from etl.archive import MIB, Caps, require_kind
from etl.errors import ContentError, FileError
from etl.problems import found
from etl.workbook import MOST_COLUMNS, MOST_ROWS, MOST_TOPS, TOP_ROWS, Cell, Sheet

CAPS = Caps(file_bytes=20 * MIB, unpacked_bytes=64 * MIB)

_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"


def read(given: str | Path, *, sheet: str | None = None, most_rows: int = MOST_ROWS, most_columns: int = MOST_COLUMNS) -> Sheet:
    """The sheet with this name, or the first; blank rows in between are kept, those at the end are not.

    Raises FileError or ContentError.
    """
    path = require_kind(given, "ods", caps=CAPS)
    with archive.member(path, "content.xml", caps=CAPS) as content:
        root = xmlio.read(content.read())
    tables = {one.get(f"{_TABLE}name", ""): one for one in root.iter(f"{_TABLE}table")}
    if not tables or (sheet is not None and sheet not in tables):
        raise FileError(found("sheet-missing", name=path.name, sheet=sheet or "", present=", ".join(tables)))
    name = sheet or next(iter(tables))
    # A sheet may claim a million rows that it does not hold.
    rows = tuple(islice(_rows(tables[name], name, path.name, most_columns), most_rows + 1))
    if len(rows) > most_rows:
        raise FileError(found("sheet-rows", sheet=name, name=path.name, limit=most_rows))
    others = [one for one in tables if one != name][:MOST_TOPS] if sheet is None else []
    read = {one: _rows(tables[one], one, path.name, most_columns) for one in others}
    tops = tuple((one, tuple(islice(top, TOP_ROWS))) for one, top in read.items())
    return Sheet(name, rows, tuple(tables), tops)


def _rows(table: Element, sheet: str, name: str, most_columns: int) -> Iterator[tuple[Cell, ...]]:
    """The rows of a table up to its last filled one."""
    blank = 0
    for row in table.iter(f"{_TABLE}table-row"):
        cells = _cells(row, sheet, name, most_columns)
        times = _times(row, "rows")
        if not cells:
            blank += times
            continue
        yield from repeat((), blank)
        yield from repeat(cells, times)
        blank = 0


def _cells(row: Element, sheet: str, name: str, most: int) -> tuple[Cell, ...]:
    """The cells of a row up to its last filled one."""
    cells: list[Cell] = []
    blank = 0
    for one in row:
        if one.tag not in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            continue
        value, times = _value(one), _times(one, "columns")
        if value is None:
            blank += times
            continue
        if len(cells) + blank + times > most:
            raise FileError(found("sheet-columns", sheet=sheet, name=name, limit=most))
        cells += [None] * blank + [value] * times
        blank = 0
    return tuple(cells)


def _value(cell: Element) -> Cell:
    """A cell as stored; a percentage comes as its share."""
    kind = cell.get(f"{_OFFICE}value-type")
    try:
        if kind in ("float", "percentage", "currency"):
            return float(cell.get(f"{_OFFICE}value", ""))
        if kind == "boolean":
            return cell.get(f"{_OFFICE}boolean-value") == "true"
        if kind == "date":
            return date.fromisoformat(cell.get(f"{_OFFICE}date-value", "")[:10])
    except ValueError as error:
        raise ContentError(found("column-retyped", column="-", met=str(error), expected=f"a {kind}")) from error
    text = "\n".join("".join(part.itertext()) for part in cell.findall(f"{_TEXT}p")).strip()
    return text or None


def _times(element: Element, what: str) -> int:
    told = element.get(f"{_TABLE}number-{what}-repeated", "1")
    return int(told) if told.isdecimal() and len(told) <= 9 else 1
