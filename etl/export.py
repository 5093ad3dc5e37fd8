"""Taking along what is published, in the formats of others; nothing internal goes along."""

from __future__ import annotations

import os
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from data import catalogue
from data.errors import ExportError
from data.export import SOURCE_COLUMNS, Taken, geojson, geopackage, geoparquet, safe_text, source_rows, table_csv, workbook
from data.sharing import shareable
from etl.errors import UseError

Format = Literal["gpkg", "parquet", "geojson", "csv", "xlsx"]
FORMATS: tuple[str, ...] = get_args(Format)
_ONE_FILE = ("gpkg", "xlsx")
_WRITERS = {"parquet": geoparquet, "geojson": geojson, "csv": table_csv}


@dataclass(frozen=True, slots=True)
class Exported:
    """The files written, rows per table, and the tables and numbers of rows that stayed because they are internal."""

    files: tuple[Path, ...]
    rows: tuple[tuple[str, int], ...]
    withheld: tuple[tuple[str, int], ...]


def export(folder: Path | None, form: str, out: Path, *, names: Sequence[str] = ()) -> Exported:
    """The tables at `out`: one file for gpkg and xlsx or for one table, else a folder with a file per table and the sources.

    Without names every table that the format can hold. Raises UseError, ExportError, and what opening the data raises.
    """
    if form not in FORMATS:
        raise UseError(f"--format: expected one of {', '.join(FORMATS)}, got {form!r}")
    if form in _ONE_FILE and out.suffix.lower() != f".{form}":
        raise UseError(f"--out: expected a file name that ends in .{form}, got {out.name!r}")
    opened = catalogue.open(folder)
    unknown = [name for name in names if not opened.has(name)]
    if unknown:
        raise UseError(f"--table: expected one of {', '.join(opened.names)}, got {unknown[0]!r}")
    taken, withheld = _taken(opened, tuple(dict.fromkeys(names)) or opened.names)
    if form == "geojson" and not names:
        taken = [one for one in taken if one.geometric]
    if not taken:
        raise ExportError(f"expected a table that may leave this computer, got only internal ones: {', '.join(name for name, _ in withheld)}")
    if out.exists():
        raise ExportError(f"{out}: expected a path where nothing stands yet, got an existing one: remove it or choose another with --out")
    try:
        files = _written(form, taken, out, single=len(names) == 1)
    except OSError as error:
        raise ExportError(f"{error.filename or out}: cannot be written ({error.strerror}): choose another path with --out") from error
    return Exported(files, tuple((one.name, len(one.frame)) for one in taken), tuple(withheld))


def _taken(opened: catalogue.Catalogue, names: Sequence[str]) -> tuple[list[Taken], list[tuple[str, int]]]:
    taken, withheld = [], []
    for name in names:
        record = opened.manifest.table(name)
        frame = shareable(opened, name)
        rows = record.rows if record is not None else 0
        if frame is None or len(frame) < rows:
            withheld.append((name, rows - (0 if frame is None else len(frame))))
        if frame is None or record is None:
            continue
        met = set(frame["source_id"]) if "source_id" in frame else set(record.sources)
        sources = tuple(source for source in opened.manifest.sources if source.source_id in met and (source.sharing != "internal" or "source_id" in frame))
        taken.append(Taken(name, frame, sources, opened.version, os.environ.get("STADSHART_PUBLIC_URL") or None))
    return taken, withheld


def _written(form: str, taken: Sequence[Taken], out: Path, *, single: bool) -> tuple[Path, ...]:
    """The files, first under another name: whoever is interrupted leaves nothing that looks whole."""
    out.parent.mkdir(parents=True, exist_ok=True)
    draft = out.with_name(f".new-{uuid.uuid4().hex}{out.suffix}")
    try:
        if form == "gpkg":
            geopackage(taken, draft)
        elif form == "xlsx":
            draft.write_bytes(workbook(taken))
        elif single:
            draft.write_bytes(_WRITERS[form](taken[0]))
        else:
            draft.mkdir()
            for one in taken:
                (draft / f"{one.name}.{form}").write_bytes(_WRITERS[form](one))
            lines = [";".join(SOURCE_COLUMNS), *(";".join(_quoted(value) for value in row.values()) for row in source_rows(taken))]
            (draft / "sources.csv").write_bytes(b"\xef\xbb\xbf" + ("\r\n".join(lines) + "\r\n").encode())
        draft.rename(out)
    finally:
        if draft.is_dir():
            for path in draft.iterdir():
                path.unlink()
            draft.rmdir()
        else:
            draft.unlink(missing_ok=True)
    return tuple(sorted(out.iterdir())) if out.is_dir() else (out,)


def _quoted(value: str) -> str:
    return '"' + safe_text(value).replace('"', '""') + '"'
