"""Empty sheets for imports, as CSV or XLSX by the name of the file."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

from etl.commands.import_file import require_importable
from etl.decoding.sniff import BOM
from etl.errors import UseError
from etl.parsing.column_map import ImportField


def write_template(source_id: str, path: Path) -> None:
    """Write the empty sheet of a source to `path`.

    Raises UseError when the path exists already or the source has no sheet.
    """
    module = require_importable(source_id)
    if path.exists():
        raise UseError(
            f"{path}: expected a path where nothing stands yet, got an existing file: choose"
            " another"
        )
    more: tuple[tuple[str, ...], ...] = module.explained() if hasattr(module, "explained") else ()
    if hasattr(module, "sheet_headings"):
        content = template_content(module.sheet_headings(), more, path.suffix.lower())
    elif hasattr(module, "FIELDS"):
        names = [field.aliases[0] for field in module.FIELDS]
        content = template_content(names, (*_explained(module.FIELDS), *more), path.suffix.lower())
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


def _explained(fields: Sequence[ImportField]) -> list[tuple[str, str, str, str]]:
    """Rows that explain each heading, with an example and the known words."""
    return [
        ("kolom", "wat er staat", "voorbeeld", "woorden die herkend worden"),
        *(
            (field.aliases[0], field.label.nl, field.example, ", ".join(field.words))
            for field in fields
        ),
    ]


def template_content(
    headings: Sequence[str], explained: Sequence[Sequence[str]], ending: str
) -> bytes:
    """The headings as CSV, or as a workbook with a second sheet that explains them."""
    if ending != ".xlsx":
        return BOM + (";".join(headings) + "\r\n").encode()
    # Late, since it is slow to load and only needed here.
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
