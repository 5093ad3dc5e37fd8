"""Empty sheets for imports, as CSV, XLSX or ODS by the name of the file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType

from etl.commands import template_workbook
from etl.commands.import_file import require_importable
from etl.commands.template_workbook import TemplateSheet
from etl.decoding.sniff import BOM
from etl.errors import UseError
from etl.parsing.column_map import ImportField
from etl.parsing.table_file import EXAMPLE_SHEET
from etl.problems import phrase


def write_template(source_id: str, path: Path) -> None:
    """Write the empty sheet of a source to `path`.

    A workbook has lists to choose from, a sheet with a whole row as an example, which is never
    read, and one that explains the headings. Raises UseError when the path exists already or the
    source has no sheet.
    """
    module = require_importable(source_id)
    if path.exists():
        raise UseError(
            f"{path}: expected a path where nothing stands yet, got an existing file: choose"
            " another"
        )
    if hasattr(module, "sheet_headings"):
        headings = module.sheet_headings()
    elif hasattr(module, "FIELDS"):
        headings = [field.aliases[0] for field in module.FIELDS]
    else:
        raise UseError(
            f"{source_id} has no sheet of its own: bring the file as its publisher gives it"
        )
    workbooks = {".xlsx": template_workbook.xlsx, ".ods": template_workbook.ods}
    written = workbooks.get(path.suffix.lower())
    content = (
        BOM + (";".join(headings) + "\r\n").encode()
        if written is None
        else written(_sheets(module, headings))
    )
    try:
        path.write_bytes(content)
    except OSError as error:
        raise UseError(
            f"{path}: cannot be written ({error.strerror}): choose another path"
        ) from error


def _sheets(module: ModuleType, headings: Sequence[str]) -> list[TemplateSheet]:
    explained: list[Sequence[str]] = _explained(getattr(module, "FIELDS", ()))
    explained += module.explained() if hasattr(module, "explained") else ()
    how = [(phrase(f"template.{line}").nl,) for line in ("fill", "leave", "example")]
    how.insert(1, (phrase(f"template.need-{module.SOURCE.id}").nl,))
    at = list(explained[0]).index("voorbeeld")
    examples = {line[0]: line[at] for line in explained[1 : len(headings) + 1]}
    return [
        TemplateSheet("invullen", [headings], _choices(module, headings)),
        TemplateSheet(EXAMPLE_SHEET, [headings, [examples[heading] for heading in headings]]),
        TemplateSheet("uitleg", [*how, ("",), *explained], heading_row=len(how) + 1),
    ]


def _choices(module: ModuleType, headings: Sequence[str]) -> Mapping[str, Sequence[str]]:
    """One word for each meaning, by heading."""
    words: dict[str, Mapping[str, str]] = (
        module.sheet_words()
        if hasattr(module, "sheet_words")
        else {field.aliases[0]: field.words for field in module.FIELDS}
    )
    choices = {}
    for heading in headings:
        first: dict[str, str] = {}
        for word, code in words.get(heading, {}).items():
            if code:
                first.setdefault(code, word)
        if first:
            choices[heading] = tuple(first.values())
    return choices


def _explained(fields: Sequence[ImportField]) -> list[Sequence[str]]:
    """Rows that explain each heading, with an example and the known words."""
    rows = [
        (field.aliases[0], field.label.nl, field.example, ", ".join(field.words))
        for field in fields
    ]
    return (
        [("kolom", "wat er staat", "voorbeeld", "woorden die herkend worden"), *rows]
        if rows
        else []
    )
