"""Files that a municipality imports: read once as a dry run, then published with everything else.

DIR/imports/<source id>/<place id>/<file>               read by every run from then on
DIR/imports/<source id>/<place id>/<file>.columns.toml  how it is read
"""

from __future__ import annotations

import hashlib
import importlib
import os
import re
import shutil
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from types import ModuleType

from data.snapshot import lock
from data.snapshot.changelog import ChangelogEntry, append_changes
from data.snapshot.publish import WAIT_S
from etl import area as areas
from etl.area import Area
from etl.decoding.file_guard import WORKBOOK, require_file, require_kind
from etl.errors import ContentError, FileError, ProblemError, UseError
from etl.fetch import raw_store
from etl.fetch.throttle import Clock, SystemClock
from etl.parsing import column_map_file, dropped_rows
from etl.parsing.column_map import ColumnMap, OpenedTable
from etl.parsing.column_map_file import ENDING
from etl.parsing.preview import Preview
from etl.pipeline import collect, corrections, parts_store, run
from etl.pipeline.collect_stage import input_files
from etl.pipeline.parts_store import ParsedPart, PartsStore
from etl.pipeline.reference_data import reference_data
from etl.pipeline.tasks import ParseTask, run_parse
from etl.problems import Finding, phrase
from etl.source import KINDS, Piece, Source
from etl.sources import reader, readers
from etl.sources.reference import PLACES
from geo.bilingual import Bilingual

COLUMN_MAP_HELPS = frozenset(
    {"headings-unknown", "heading-missing", "number-form", "survey-undated", "survey-unplaced"}
)
"""Problems of a file that a column map can solve."""

_STRANGE = re.compile(r"[^\w .()-]+")
_LONGEST_NAME = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRequest:
    """A file to import into a data folder, with its source, place and column map.

    `accept` is the reason to publish a suspicious change. The changelog keeps it, or else the
    `reason` of the import, and `by` whom it was made.
    """

    source_id: str
    file: Path
    place_id: str | None
    data: Path
    columns: Path | None = None
    places: Path = PLACES
    accept: str | None = None
    reason: str | None = None
    by: str | None = None


@dataclass(frozen=True, slots=True)
class DryRun:
    """What is read in a file: `preview` for tables with a column map, else `rows` per table.

    `map_text` is the map as TOML. `questions` must be answered before the file may be published.
    """

    preview: Preview | None
    rows: tuple[tuple[str, int], ...]
    findings: tuple[Finding, ...]
    map_text: str | None
    questions: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class ImportResult:
    """How an import ended: the current version, whether it is new, and the rows of the source."""

    version: str
    changed: bool
    rows: tuple[tuple[str, int], ...]
    counts: tuple[tuple[str, int], ...]
    findings: tuple[Finding, ...]


def importable() -> dict[str, Source]:
    """The sources that wait for a file, by id."""
    return {
        name: module.SOURCE for name, module in readers().items() if module.SOURCE.waits_for_file
    }


def dry_run(request: ImportRequest, *, clock: Clock | None = None) -> DryRun:
    """What is read in the file, without writing anything.

    Raises UseError for what does not exist, FileError or ContentError when the file is not readable
    as a file of its source.
    """
    return _dry_run(request, *_opened(request, clock or SystemClock()))


def _dry_run(request: ImportRequest, module: ModuleType, area: Area, piece: Piece) -> DryRun:
    source_id, source = request.source_id, module.SOURCE
    stated = _stated(request, module)
    if not hasattr(module, "preview"):
        parsed = module.parse((piece,), area)
        rows = tuple((name, len(frame)) for name, frame in sorted(parsed.frames.items()))
        return DryRun(None, rows, parsed.findings, None, dropped_rows.refused_files(parsed.files))
    replaced = {(name, piece.place_id) for name in (piece.name, piece.name + ENDING)}
    beside = [
        other
        for other in (
            *imported_files(request.data, source_id, piece.retrieved),
            *_reference_pieces(source, request.data),
        )
        if (other.name, other.place_id) not in replaced
    ]
    preview: Preview = module.preview(piece, stated, area, beside)
    text = column_map_file.to_toml(preview.opened, source_id=source_id, unheard=preview.words)
    table = (source.fills[0].name, preview.file.used)
    return DryRun(preview, (table,), preview.findings, text, preview.questions)


def draft(request: ImportRequest, *, clock: Clock | None = None) -> OpenedTable | None:
    """A file that cannot be read without a column map, with the guessed one.

    None for a source that has no column map.
    """
    module, _, piece = _opened(request, clock or SystemClock())
    if not hasattr(module, "FIELDS"):
        return None
    return column_map_file.draft(piece, module.FIELDS)


def faults(request: ImportRequest, *, clock: Clock | None = None) -> list[Bilingual]:
    """The faults of a sheet, cell by cell; empty for a source that lists them in its preview."""
    module, area, piece = _opened(request, clock or SystemClock())
    return list(module.faults(piece, area)) if hasattr(module, "faults") else []


def import_file(request: ImportRequest, *, clock: Clock | None = None) -> ImportResult:
    """Publish the file with everything else, or change nothing.

    All files of its source are parsed as in a run before anything is published. Raises ProblemError
    with the first fault, and what `etl.pipeline.run.run` raises; then the files are unchanged.
    """
    clock = clock or SystemClock()
    module, area, piece = _opened(request, clock)
    trial = _dry_run(request, module, area, piece)
    if trial.questions:
        raise ContentError.from_finding(trial.questions[0])
    with sole_importer(request.data):
        return _import(request, trial, area, piece, clock)


@contextmanager
def sole_importer(data: Path) -> Iterator[None]:
    """Hold the imported files: one command at a time changes them; raises BusyError."""
    folder = data / run.IMPORTS
    folder.mkdir(parents=True, exist_ok=True)
    with lock.held(folder, wait_s=WAIT_S):
        yield


def _import(
    request: ImportRequest, trial: DryRun, area: Area, piece: Piece, clock: Clock
) -> ImportResult:
    data, source_id, accept = request.data, request.source_id, request.accept
    map_text = trial.map_text
    folder = data / run.IMPORTS / source_id / (request.place_id or "")
    contents: dict[Path, bytes | None] = {
        # The map first, so that no run reads the file without it.
        folder / f"{piece.name}{ENDING}": None if map_text is None else map_text.encode(),
        folder / piece.name: request.file.read_bytes(),
    }
    with _FileTransaction(contents) as transaction:
        transaction.write()
        for part in parse_trial(data, source_id, area, clock.now().date(), accept=accept):
            if not part.good:
                errors = (finding for finding in part.findings if finding.severity == "error")
                raise ProblemError.from_finding(next(errors))
        report = publish(data, source_id, places=request.places, accept=accept, clock=clock)
        transaction.commit()
    state = next(state for state in report.sources if state.record.source_id == source_id)
    if report.changed:
        entry = ChangelogEntry(
            time=clock.now(),
            what="import",
            source_id=source_id,
            place_id=request.place_id,
            name=piece.name,
            rows=sum(count for _, count in trial.rows),
            reason=accept or request.reason,
            version=report.version,
            by=request.by,
        )
        append_changes(data, [entry])
    return ImportResult(
        report.version,
        report.changed,
        tuple(state.rows.items()),
        tuple(state.counts.items()),
        tuple(finding for _, finding in state.findings),
    )


def publish(
    data: Path, source_id: str, *, places: Path, accept: str | None, clock: Clock
) -> run.RunResult:
    """Publish the data folder with the files of one source as they are imported now."""
    options = run.RunOptions(
        data=data,
        places=places,
        only_sources=(source_id,),
        accept={source_id: accept} if accept else None,
        workers=1,
    )
    return run.run(options, clock=clock)


def imported_files(data: Path, source_id: str, today: date) -> tuple[Piece, ...]:
    """The files imported for a source so far, in order of place and name."""
    files = input_files(data / run.IMPORTS / source_id)
    return tuple(_piece(path, path.name, place_id, today) for path, place_id in files)


def parse_trial(
    data: Path, source_id: str, area: Area, today: date, *, accept: str | None
) -> list[ParsedPart]:
    """The parts that a run would make of the imported files; nothing is stored."""
    module, store = reader(source_id), PartsStore(data)
    index = store.index()
    pieces = imported_files(data, source_id, today)
    reference = _reference_pieces(module.SOURCE, data)
    parts = []
    for key, part_area in collect.split_areas(module.SOURCE, area).items():
        area_pieces = tuple(
            piece for piece in pieces if piece.place_id in (None, *part_area.place_ids)
        )
        if not area_pieces:
            continue
        earlier = index.parts.get(f"{source_id}/{key}")
        before = None if earlier is None else earlier.fingerprint
        task = ParseTask(
            module=f"etl.sources.{source_id}",
            key=key,
            area=part_area,
            pieces=(*area_pieces, *reference),
            data_dir=data,
            fingerprint=f"trial-{uuid.uuid4().hex}",
            previous=before if before is not None and store.has(before) else None,
            corrections=corrections.load_corrections(source_id, data / "corrections"),
            today=today,
            accept=accept,
        )
        parts.append(run_parse(task))
        shutil.rmtree(store.folder / task.fingerprint, ignore_errors=True)
    return parts


def _reference_pieces(source: Source, data: Path) -> tuple[Piece, ...]:
    """Pieces in which the source looks things up, of the sources beside it."""
    store = PartsStore(data)
    return parts_store.lookup_pieces(source, store.index().parts, store)


def area_of(places: Path) -> Area:
    """The area of all places in a folder of place files."""
    return areas.area_of_places(reference_data(run.read_places(places)).places)


def require_importable(source_id: str) -> ModuleType:
    """The module of a source that waits for a file; for another id UseError lists those."""
    known = importable()
    if source_id not in known:
        raise UseError(
            f"expected a source that waits for a file, one of {', '.join(known)}, got {source_id!r}"
        )
    return importlib.import_module(reader(source_id).__name__)


def _opened(request: ImportRequest, clock: Clock) -> tuple[ModuleType, Area, Piece]:
    """The module of the source, the area of all places, and the file as a piece."""
    module = require_importable(request.source_id)
    area = area_of(request.places)
    known = [place.place_id for place in area.all_places]
    if request.place_id is not None and request.place_id not in known:
        near = get_close_matches(request.place_id.lower(), known, n=1, cutoff=0.6)
        raise UseError(
            f"--place: expected one of {', '.join(known)}, got {request.place_id!r}"
            + (f": do you mean {near[0]!r}?" if near else "")
        )
    path = _file("FILE", request.file)
    ending = path.suffix.lower()
    accepted = [suffix for suffix in module.SOURCE.accepts if suffix != ".toml"]
    if ending not in accepted:
        raise ContentError("input-not-read", name=path.name, accepted=", ".join(accepted))
    require_kind(path, KINDS[ending], caps=WORKBOOK)
    stem = _STRANGE.sub("-", path.stem).strip(" .-")[:_LONGEST_NAME] or "bestand"
    piece = _piece(path, f"{stem}{ending}", request.place_id, clock.now().date())
    return module, area, piece


def _stated(request: ImportRequest, module: ModuleType) -> ColumnMap | None:
    if request.columns is None:
        return None
    if not hasattr(module, "FIELDS"):
        raise UseError(f"--columns: {request.source_id} has a fixed sheet and no column map")
    path = _file("--columns", request.columns)
    if path.stat().st_size > 100_000:
        detail = phrase("column_map.too-large")
        raise ContentError("map-broken", name=path.name, detail=detail)
    return column_map_file.from_toml(
        path.read_bytes(), path.name, source_id=request.source_id, fields=module.FIELDS
    )


def _file(option: str, path: Path) -> Path:
    """The path of an existing file.

    Raises UseError when it does not exist, FileError when it is not an ordinary file.
    """
    try:
        return require_file(path)
    except FileError as error:
        if os.path.lexists(path):
            raise
        raise UseError(f"{option}: {error}") from error


def _piece(path: Path, name: str, place_id: str | None, today: date) -> Piece:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Piece(
        name=name,
        path=path,
        origin="file",
        url=f"file:{name}",
        sha256=digest,
        retrieved=today,
        place_id=place_id,
    )


class _FileTransaction:
    """New contents of files (None removes one), undone on exit unless committed."""

    def __init__(self, contents: Mapping[Path, bytes | None]) -> None:
        self._contents = contents
        self._before = {path: path.read_bytes() if path.is_file() else None for path in contents}

    def __enter__(self) -> _FileTransaction:
        return self

    def __exit__(self, *_: object) -> None:
        _write(self._before)

    def write(self) -> None:
        """Write the new contents in their order."""
        _write(self._contents)

    def commit(self) -> None:
        """Keep the new contents on exit."""
        self._before = {}


def _write(contents: Mapping[Path, bytes | None]) -> None:
    for path, content in contents.items():
        if content is None:
            path.unlink(missing_ok=True)
        else:
            raw_store.replace_file(path, content)
