"""Empty sheets for what people bring, as CSV or XLSX by the name of the file."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

from etl.errors import UseError
from etl.imports import require_importable

BOM = b"\xef\xbb\xbf"


def write(source_id: str, path: Path) -> None:
    """The empty sheet of a source at `path`; UseError when something stands there or the source has
    no sheet.
    """
    module = require_importable(source_id)
    if path.exists():
        raise UseError(
            f"{path}: expected a path where nothing stands yet, got an existing file: choose"
            " another"
        )
    more: tuple[tuple[str, ...], ...] = module.explained() if hasattr(module, "explained") else ()
    if hasattr(module, "sheet_headings"):
        content = table(module.sheet_headings(), more, path.suffix.lower())
    elif hasattr(module, "FIELDS"):
        names = [one.aliases[0] for one in module.FIELDS]
        content = table(names, (*_explained(module), *more), path.suffix.lower())
    else:
        raise UseError(
            f"{source_id} has no sheet of its own: bring the file as its publisher gives it"
        )
    try:
        path.write_bytes(content)
    except OSError as error:
        raise UseError(
            f"{path}: cannot be written ({error.strerror}): choose another path"
        ) from error


def _explained(module: ModuleType) -> list[tuple[str, ...]]:
    """What may stand under each heading, with a row as an example and the words that are known."""
    rows = [("kolom", "wat er staat", "voorbeeld", "woorden die herkend worden")]
    for one in module.FIELDS:
        words = ", ".join(module.ALLOWED.get(one.id, ()))
        rows.append((one.aliases[0], one.nl, module.EXAMPLE.get(one.id, ""), words))
    return rows


def table(headings: Sequence[str], explained: Sequence[Sequence[str]], ending: str) -> bytes:
    """Headings alone as CSV, or as a workbook with a second sheet that says what may stand under
    them.
    """
    if ending != ".xlsx":
        return BOM + (";".join(headings) + "\r\n").encode()
    # Slow to load, and only needed here.
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    book.create_sheet("invullen").append(list(headings))
    if explained:
        sheet = book.create_sheet("uitleg")
        for row in explained:
            sheet.append(list(row))
        for letter in "ABCD":
            sheet.column_dimensions[letter].width = 30
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
