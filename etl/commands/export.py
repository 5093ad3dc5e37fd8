"""Export published tables in common formats, without internal rows."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from data import catalogue
from data.errors import ExportError, WithheldError
from data.export.data_package import described
from data.export.sheet import ExportTable
from data.export.tables import FORMATS, Format, files, parcel, table_sheet
from data.snapshot.files import draft_name
from etl.errors import UseError

_ONE_FILE = ("gpkg", "xlsx", "ods", "zip")


@dataclass(frozen=True, slots=True)
class ExportResult:
    """The files written, rows per table, and withheld internal rows per table."""

    files: tuple[Path, ...]
    rows: tuple[tuple[str, int], ...]
    withheld: tuple[tuple[str, int], ...]


def export(
    folder: Path | str | None, form: str, out: Path, *, names: Sequence[str] = ()
) -> ExportResult:
    """Write tables to `out`, by default every table that the format can hold.

    That is one file for gpkg, xlsx, ods and zip or for one table, else a folder with one per table.
    Raises UseError, ExportError, and what opening the data raises.
    """
    chosen = next((known for known in FORMATS if known == form), None)
    if chosen is None:
        raise UseError(f"--format: expected one of {', '.join(FORMATS)}, got {form!r}")
    if chosen in _ONE_FILE and out.suffix.lower() != f".{chosen}":
        raise UseError(f"--out: expected a file name that ends in .{chosen}, got {out.name!r}")
    opened = catalogue.open(folder)
    unknown = [name for name in names if not opened.has(name)]
    if unknown:
        raise UseError(f"--table: expected one of {', '.join(opened.names)}, got {unknown[0]!r}")
    sheets, withheld = _shareable_sheets(opened, tuple(dict.fromkeys(names)) or opened.names)
    if chosen == "geojson" and not names:
        sheets = [sheet for sheet in sheets if sheet.geometric]
    if not sheets:
        raise ExportError(
            "expected a table that may leave this computer, got only internal ones:"
            f" {', '.join(name for name, _ in withheld)}"
        )
    if out.exists():
        raise ExportError(
            f"{out}: expected a path where nothing stands yet, got an existing one: remove it or"
            " choose another with --out"
        )
    try:
        written = _write(chosen, sheets, out, single=len(names) == 1)
    except OSError as error:
        raise ExportError(
            f"{error.filename or out}: cannot be written ({error.strerror}): choose another path"
            " with --out"
        ) from error
    rows = tuple((sheet.name, len(sheet.rows)) for sheet in sheets)
    return ExportResult(written, rows, tuple(withheld))


def _shareable_sheets(
    opened: catalogue.Catalogue, names: Sequence[str]
) -> tuple[list[ExportTable], list[tuple[str, int]]]:
    sheets, withheld = [], []
    for name in names:
        record = opened.manifest.table(name)
        rows = 0 if record is None else record.rows
        try:
            sheet = table_sheet(opened, name, link=os.environ.get("STADSHART_PUBLIC_URL") or None)
        except WithheldError:
            withheld.append((name, rows))
            continue
        if len(sheet.rows) < rows:
            withheld.append((name, rows - len(sheet.rows)))
        sheets.append(sheet)
    return sheets, withheld


def _write(
    form: Format, sheets: Sequence[ExportTable], out: Path, *, single: bool
) -> tuple[Path, ...]:
    """Write the files under a temporary name first, so that an interrupt leaves no half export."""
    bundle = parcel(sheets, name=sheets[0].name if single else "stadshart")
    contents = files(bundle, form)
    if not single and form not in _ONE_FILE:
        contents = described(bundle.name, sheets, contents) | contents
    out.parent.mkdir(parents=True, exist_ok=True)
    draft = out.with_name(f"{draft_name()}{out.suffix}")
    try:
        if single or form in _ONE_FILE:
            (content,) = contents.values()
            draft.write_bytes(content)
        else:
            draft.mkdir()
            for name, content in contents.items():
                (draft / name).write_bytes(content)
        draft.rename(out)
    finally:
        if draft.is_dir():
            for path in draft.iterdir():
                path.unlink()
            draft.rmdir()
        else:
            draft.unlink(missing_ok=True)
    return tuple(sorted(out.iterdir())) if out.is_dir() else (out,)
