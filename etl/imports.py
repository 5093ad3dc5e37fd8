"""Files that a municipality brings: looked at first, then laid beside the data and published with
everything else.

DIR/imports/<source id>/<place id>/<file>               read by every run from then on
DIR/imports/<source id>/<place id>/<file>.columns.toml  how it is read
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from types import ModuleType

from etl import addresses, build, changes, checks, gather, headings, repair, withdrawn
from etl import area as areas
from etl.archive import WORKBOOK, require_file, require_kind
from etl.area import Area
from etl.changes import Change
from etl.curated import of as curated_of
from etl.errors import ContentError, FileError, FoundError, RawStoreError, UseError
from etl.headings import ENDING, ColumnMap
from etl.pace import Clock, SystemClock
from etl.parts import Part, Store
from etl.preview import Preview
from etl.problems import Finding
from etl.source import KINDS, Piece, Source, reader, readers
from etl.sources.reference import PLACES, place_table
from etl.task import Reading, read
from geo.bilingual import Bilingual

MENDED_BY_A_MAP = frozenset(
    {"headings-unknown", "heading-missing", "number-form", "survey-undated", "survey-unplaced"}
)
"""What may be wrong with a file that a column map can put right."""

_STRANGE = re.compile(r"[^\w .()-]+")
_LONGEST_NAME = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A file somebody brings for a source: for which place, under which column map, into which data
    folder.

    `accept` says why a suspicious change is published all the same.
    """

    source_id: str
    file: Path
    place_id: str | None
    data: Path
    columns: Path | None = None
    places: Path = PLACES
    accept: str | None = None


@dataclass(frozen=True, slots=True)
class Understood:
    """What a file says: `preview` for tables with a column map, else `rows` per table.

    `map_text` is the map as TOML. `questions` must be answered before the file may be published.
    """

    piece: Piece
    preview: Preview | None
    rows: tuple[tuple[str, int], ...]
    findings: tuple[Finding, ...]
    map_text: str | None
    questions: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Brought:
    """How an import ended: the version that is current, whether it is new, and rows per table of
    the source.
    """

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


def understand(given: Given, *, clock: Clock | None = None) -> Understood:
    """What the file says, nothing written.

    Raises UseError for what does not exist, FileError or ContentError when the file cannot be read
    as what it should be.
    """
    module, area, piece = _opened(given, clock or SystemClock())
    stated = _stated(given, module)
    beside = (
        *standing(given.data, given.source_id, piece.retrieved),
        *_looked_up(module.SOURCE, given.data),
    )
    others = [
        one
        for one in beside
        if (one.name, one.place_id)
        not in ((piece.name, piece.place_id), (piece.name + ENDING, piece.place_id))
    ]
    if hasattr(module, "preview"):
        preview: Preview = module.preview(piece, stated, area, others)
        text = headings.to_toml(preview.opened, source_id=given.source_id, unheard=preview.words)
        tables = (module.SOURCE.fills[0].name, preview.kept)
        return Understood(piece, preview, (tables,), preview.findings, text, preview.questions)
    parsed = module.parse((piece,), area)
    rows = tuple((name, len(frame)) for name, frame in sorted(parsed.frames.items()))
    return Understood(piece, None, rows, parsed.findings, None, checks.refused_files(parsed.files))


def draft(given: Given, *, clock: Clock | None = None) -> str | None:
    """The guessed column map of a file that cannot be read without one; None for a source that has
    none.
    """
    module, _, piece = _opened(given, clock or SystemClock())
    return (
        headings.draft(piece, module.FIELDS, source_id=given.source_id)
        if hasattr(module, "FIELDS")
        else None
    )


def faults(given: Given, *, clock: Clock | None = None) -> list[str]:
    """What is wrong in a sheet cell by cell, in Dutch; nothing for a source that tells it row by
    row in its preview.
    """
    module, area, piece = _opened(given, clock or SystemClock())
    return list(module.faults(piece, area)) if hasattr(module, "faults") else []


def bring(given: Given, *, clock: Clock | None = None) -> Brought:
    """The file published with everything else, or nothing changed.

    It is read with all files of its source as a run would, before anything is laid down. Raises
    FoundError with the
    first fault, and whatever `etl.build.run` raises; then the files are as they were.
    """
    now = clock or SystemClock()
    understood = understand(given, clock=now)
    if understood.questions:
        raise ContentError.from_finding(understood.questions[0])
    _, area, piece = _opened(given, now)
    folder = given.data / build.IMPORTS / given.source_id / (given.place_id or "")
    laid = folder / piece.name
    with _Laid(laid, folder / f"{piece.name}{ENDING}") as files:
        files.lay(given.file, understood.map_text)
        for part in trial(given.data, given.source_id, area, now.now().date(), accept=given.accept):
            if not part.good:
                raise FoundError.from_finding(
                    next(finding for finding in part.findings if finding.severity == "error")
                )
        done = publish(
            given.data, given.source_id, places=given.places, accept=given.accept, clock=now
        )
        files.stay()
    state = next(one for one in done.sources if one.record.source_id == given.source_id)
    if done.changed:
        one = Change(
            time=now.now(),
            what="import",
            source_id=given.source_id,
            place_id=given.place_id,
            name=piece.name,
            rows=sum(count for _, count in understood.rows),
            reason=given.accept,
            version=done.version,
        )
        changes.add(given.data, [one])
    findings = tuple(finding for _, finding in state.findings)
    return Brought(
        done.version, done.changed, tuple(state.rows.items()), tuple(state.counts.items()), findings
    )


def publish(
    data: Path, source_id: str, *, places: Path, accept: str | None, clock: Clock
) -> build.Report:
    """The data folder published anew with the imported files of one source as they lie
    there now.
    """
    options = build.Options(
        data=data,
        places=places,
        only_sources=(source_id,),
        accept={source_id: accept} if accept else None,
        workers=1,
    )
    return build.run(options, clock=clock)


def standing(data: Path, source_id: str, today: date) -> tuple[Piece, ...]:
    """The files imported for a source so far, in order of place and name."""
    root = data / build.IMPORTS / source_id
    if not root.is_dir():
        return ()
    folders = [
        (root, None),
        *((path, path.name) for path in sorted(root.iterdir()) if path.is_dir()),
    ]
    return tuple(
        _piece(path, path.name, place_id, today)
        for folder, place_id in folders
        for path in sorted(folder.iterdir())
        if path.is_file() and not path.name.startswith(".")
    )


def trial(data: Path, source_id: str, area: Area, today: date, *, accept: str | None) -> list[Part]:
    """The parts a run would make of the files that lie there now; nothing of it is kept."""
    module, store, index = reader(source_id), Store(data), Store(data).index()
    pieces, beside = standing(data, source_id, today), _looked_up(module.SOURCE, data)
    parts = []
    for key, one in gather.divided(module.SOURCE, area).items():
        earlier = index.parts.get(f"{source_id}/{key}")
        mine = tuple(
            piece for piece in pieces if piece.place_id is None or piece.place_id in one.place_ids
        )
        work = Reading(
            module=f"etl.sources.{source_id}",
            key=key,
            area=one,
            pieces=(*mine, *beside),
            data_dir=data,
            fingerprint=f"trial-{uuid.uuid4().hex}",
            before=earlier.fingerprint
            if earlier is not None and store.has(earlier.fingerprint)
            else None,
            corrections=repair.of(source_id, data / "corrections"),
            today=today,
            accept=accept,
        )
        if mine:
            parts.append(read(work))
            shutil.rmtree(store.folder / work.fingerprint, ignore_errors=True)
    return parts


def _looked_up(source: Source, data: Path) -> tuple[Piece, ...]:
    """What the source may look up in the sources beside it."""
    store = Store(data)
    return addresses.pieces(source, store.index().parts, store)


def area_of(places: Path) -> Area:
    """All places of a folder of place files."""
    if not any(places.glob("*.geojson")):
        raise UseError(
            f"{places}: expected place files (*.geojson), got none: name their folder with --places"
        )
    return areas.of(curated_of(place_table(places)).places)


def require_importable(source_id: str) -> ModuleType:
    """The module of a source that waits for a file; UseError naming those there are."""
    known = importable()
    if source_id not in known:
        raise UseError(
            f"expected a source that waits for a file, one of {', '.join(known)}, got {source_id!r}"
        )
    return reader(source_id)  # type: ignore[return-value]


def _opened(given: Given, clock: Clock) -> tuple[ModuleType, Area, Piece]:
    """The source's module, all places, and the file as a piece."""
    module = require_importable(given.source_id)
    area = area_of(given.places)
    known = [place.place_id for place in area.everywhere]
    if given.place_id is not None and given.place_id not in known:
        near = get_close_matches(given.place_id.lower(), known, n=1, cutoff=0.6)
        raise UseError(
            f"--place: expected one of {', '.join(known)}, got {given.place_id!r}"
            + (f": do you mean {near[0]!r}?" if near else "")
        )
    path = _file("FILE", given.file)
    accepted = [ending for ending in module.SOURCE.accepts if ending != ".toml"]
    if path.suffix.lower() not in accepted:
        raise ContentError("input-not-read", name=path.name, accepted=", ".join(accepted))
    require_kind(path, KINDS[path.suffix.lower()], caps=WORKBOOK)
    name = _STRANGE.sub("-", path.stem).strip(" .-")[:_LONGEST_NAME] or "bestand"
    return (
        module,
        area,
        _piece(path, f"{name}{path.suffix.lower()}", given.place_id, clock.now().date()),
    )


def _stated(given: Given, module: ModuleType) -> ColumnMap | None:
    if given.columns is None:
        return None
    if not hasattr(module, "FIELDS"):
        raise UseError(f"--columns: {given.source_id} has a fixed sheet and no column map")
    path = _file("--columns", given.columns)
    if path.stat().st_size > 100_000:
        raise ContentError(
            "map-broken",
            name=path.name,
            detail=Bilingual(
                nl="hij is groter dan een kolommenkaart ooit is",
                en="it is larger than a column map ever is",
            ),
        )
    return headings.from_toml(
        path.read_bytes(), path.name, source_id=given.source_id, fields=module.FIELDS
    )


def _file(option: str, given: Path) -> Path:
    """The path of a file that is there; UseError when there is none by that name, FileError when it
    leads elsewhere.
    """
    try:
        return require_file(given)
    except FileError as error:
        if os.path.lexists(given):
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


class _Laid:
    """Files laid down, and put back as they were unless they may stay."""

    def __init__(self, *paths: Path) -> None:
        self.paths = paths
        self.before: dict[Path, bytes | None] = {}
        self.kept = False

    def __enter__(self) -> _Laid:
        return self

    def __exit__(self, *_: object) -> None:
        for path, content in {} if self.kept else self.before.items():
            if content is None:
                path.unlink(missing_ok=True)
            else:
                _lay(path, content)

    def lay(self, file: Path, map_text: str | None) -> None:
        """The file and its map in their places; the map first, so that no run sees the file without
        it.
        """
        table, beside = self.paths
        self.before = {path: path.read_bytes() if path.is_file() else None for path in self.paths}
        if map_text is not None:
            _lay(beside, map_text.encode())
        else:
            beside.unlink(missing_ok=True)
        _lay(table, file.read_bytes())

    def stay(self) -> None:
        """What was laid down is published."""
        self.kept = True


def _lay(path: Path, content: bytes) -> None:
    """A file with this content, whole or not at all; a name with a dot in front is not read."""
    draft = path.with_name(f".new-{uuid.uuid4().hex}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with draft.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, path)
    except OSError as error:
        raise RawStoreError(
            "raw-not-written", folder=path.parent, detail=error.strerror or error
        ) from error
    finally:
        draft.unlink(missing_ok=True)


def tables_of(pieces: Sequence[Piece]) -> list[Piece]:
    """The imported tables among the pieces, without maps and lists of what was withdrawn."""
    return [piece for piece in headings.tables(pieces) if piece.name != withdrawn.NAME]
