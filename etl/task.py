"""One piece of work of a run: read what one source says in one area, or finish one place; the same
wherever it runs.
"""

from __future__ import annotations

# Before anything imports GDAL, also in a worker process that only unpickles a task.
from etl import drivers

drivers.shut()

import importlib  # noqa: E402
import traceback  # noqa: E402
from collections import Counter  # noqa: E402
from collections.abc import Mapping, Sequence  # noqa: E402
from dataclasses import dataclass, replace  # noqa: E402
from datetime import date  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import TypeVar, cast  # noqa: E402

import geopandas as gpd  # noqa: E402
import pandas as pd  # noqa: E402
from shapely.errors import ShapelyError  # noqa: E402

from data.content import increasing  # noqa: E402
from data.tables import DECLARED  # noqa: E402
from etl import checks, dropped, footfall, repair  # noqa: E402
from etl.area import Area  # noqa: E402
from etl.errors import EtlError, FoundError  # noqa: E402
from etl.parts import LOOSE, Part, Store  # noqa: E402
from etl.problems import Finding, found  # noqa: E402
from etl.source import Piece, Reader, Source  # noqa: E402
from etl.streets import on_streets, street_vacancy, streets  # noqa: E402
from geo.errors import GeoError  # noqa: E402

FrameT = TypeVar("FrameT", pd.DataFrame, gpd.GeoDataFrame)
ROOM = Path(drivers.__file__).parent
UNREAD = (
    LookupError,
    TypeError,
    ValueError,
    ArithmeticError,
    AttributeError,
    RuntimeError,
    ShapelyError,
)
"""What a reader may break on in an answer of a shape nobody foresaw; what the disk or the memory
refuses is none of it.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The work of reading one source in one area; `before` is the part published last."""

    module: str
    key: str
    area: Area
    pieces: tuple[Piece, ...]
    data_dir: Path
    fingerprint: str
    before: str | None
    corrections: tuple[repair.Correction, ...]
    today: date
    accept: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finishing:
    """The work of joining in one place what its sources say: `parts` are fingerprints, `places` the
    table of that name.
    """

    place_id: str
    places: gpd.GeoDataFrame
    parts: tuple[str, ...]
    stops: gpd.GeoDataFrame
    data_dir: Path
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """What was joined in one place, and how many rows found their street."""

    place_id: str
    fingerprint: str
    joins: Mapping[str, int]
    findings: tuple[Finding, ...] = ()


def read(work: Reading) -> Part:
    """The part the pieces make, kept under its fingerprint; faults of the source are in its
    findings, never raised.
    """
    part = _read(work)
    return replace(
        part, findings=tuple(_by_name(finding, work.pieces) for finding in part.findings)
    )


def _read(work: Reading) -> Part:
    module = cast(Reader, importlib.import_module(work.module))
    source = module.SOURCE
    told: list[Finding] = []
    counts: Counter[str] = Counter()
    try:
        parsed = module.parse(work.pieces, work.area)
        counts.update(parsed.counts)
        told += parsed.findings
        refused = checks.refused_files(parsed.files)
        if refused:
            return Part(
                source_id=source.id,
                key=work.key,
                fingerprint=work.fingerprint,
                findings=(*told, *refused),
            )
        frames, mended, expired = repair.apply(parsed.frames, work.corrections, work.today)
        counts += mended
        told += expired
        frames, kept, shifted = _checked(frames, work, source)
        counts += kept
        # What a reader says itself is not said again.
        said = {finding.severity for finding in parsed.findings}
        if "error" not in said:
            unused = dropped.require_used(source, work.pieces, frames, counts)
            told += () if "warning" in said else unused
        told += checks.accepted(shifted, work.accept)
        surveyed, owner = parsed.surveyed, parsed.owner
    except FoundError as error:
        return Part(
            source_id=source.id,
            key=work.key,
            fingerprint=work.fingerprint,
            findings=(*told, error.finding),
        )
    except (EtlError, GeoError) as error:
        stuck = found("reader-stopped", detail=error)
        return Part(
            source_id=source.id, key=work.key, fingerprint=work.fingerprint, findings=(*told, stuck)
        )
    except UNREAD as error:
        # A shape of answer nobody has seen: this source fails, loudly, and the others are published
        # all the same.
        broke = found("reader-broke", detail=f"{type(error).__name__} at {_where(error)}: {error}")
        return Part(
            source_id=source.id, key=work.key, fingerprint=work.fingerprint, findings=(*told, broke)
        )
    part = Part(
        source_id=source.id,
        key=work.key,
        fingerprint=work.fingerprint,
        rows={name: len(frame) for name, frame in sorted(frames.items())},
        counts={rule: count for rule, count in sorted(counts.items()) if count},
        surveyed=surveyed,
        findings=tuple(told),
        owner=owner,
    )
    if part.good:
        Store(work.data_dir).save(work.fingerprint, frames)
    return part


def _by_name(finding: Finding, pieces: Sequence[Piece]) -> Finding:
    """The finding with the name people know a file by; in the raw store it goes by its checksum."""
    names = {piece.path.name: piece.name for piece in pieces}
    return replace(
        finding, values={gap: names.get(value, value) for gap, value in finding.values.items()}
    )


def _where(error: BaseException) -> str:
    """File and line of the reader in which it broke: the last step in this program's
    own modules.
    """
    steps = traceback.extract_tb(error.__traceback__)
    own = [step for step in steps if Path(step.filename).is_relative_to(ROOM)] or list(steps)
    return f"{Path(own[-1].filename).name}:{own[-1].lineno}"


def finish(work: Finishing) -> Finished:
    """Streets with their footfall, units and counters on their street, and vacancy per street, of
    one place.
    """
    store = Store(work.data_dir)
    parts: dict[str, list[pd.DataFrame]] = {name: [] for name in ("lines", "premises", "counts")}
    for fingerprint in work.parts:
        for name, frames in parts.items():
            frame = store.frame(fingerprint, name)
            if frame is not None:
                if name == "premises":
                    frame = _of_place(frame, work.place_id)
                frames.append(
                    footfall.of_place(frame, work.places, work.place_id)
                    if name == "counts"
                    else frame
                )
    premises, counts = (_together(name, parts[name]) for name in ("premises", "counts"))
    frames = {}
    joins: Counter[str] = Counter()
    table = _together("streets", [])
    if parts["lines"]:
        met = parts["lines"]
        lines = cast(
            gpd.GeoDataFrame, pd.concat(met, ignore_index=True) if len(met) > 1 else met[0]
        )
        measured = streets(
            lines,
            work.places,
            premises=premises,
            stops=work.stops,
            counts=counts if len(counts) else None,
        )
        table = _of_place(measured.streets, work.place_id)
        frames["streets"] = table
        tests = _of_place(measured.tests, work.place_id)
        if len(tests):
            frames["footfall_tests"] = tests
    if parts["premises"]:
        premises = on_streets(premises, table)
        for source_id, found_street in premises["street_id"].notna().groupby(premises["source_id"]):
            joins[f"{source_id}-units"] += len(found_street)
            joins[f"{source_id}-on-street"] += int(found_street.sum())
        frames["premises"] = premises
        vacancy = street_vacancy(premises, table)
        if len(vacancy):
            frames["street_vacancy"] = vacancy
    if parts["counts"]:
        counts = footfall.on_streets(counts, table)
        joins["counters-intervals"] += len(counts)
        joins["counters-on-street"] += int(counts["street_id"].notna().sum())
        frames["counts"] = counts
    if frames:
        store.save(work.fingerprint, frames)
    return Finished(
        place_id=work.place_id, fingerprint=work.fingerprint if frames else "", joins=dict(joins)
    )


def _checked(
    frames: Mapping[str, pd.DataFrame], work: Reading, source: Source
) -> tuple[dict[str, pd.DataFrame], Counter[str], tuple[Finding, ...]]:
    """The frames as their tables promise, counts per rule, and what changed too much since the last
    published part.
    """
    store = Store(work.data_dir)
    checked: dict[str, pd.DataFrame] = {}
    counts: Counter[str] = Counter()
    findings: list[Finding] = []
    for name, frame in frames.items():
        if name in LOOSE:
            if isinstance(frame, gpd.GeoDataFrame) and len(frame):
                work.area.require_plausible(frame)
            checked[name] = frame
            continue
        one = checks.as_table(name, frame, source, work.area, work.today)
        checked[name] = one.frame
        counts += one.counts
        findings += one.findings
    if work.before is not None:
        for name in (*DECLARED, "lines"):
            before = store.frame(work.before, name)
            if before is None:
                continue
            now = checked.get(name)
            if now is None:
                findings.append(found("rows-none", table=name, before=len(before)))
            elif name == "lines":
                findings += checks.fewer("lines", len(now), len(before))
            else:
                findings += checks.compared(name, now, before, source)
    return checked, counts, tuple(findings)


def _of_place(frame: FrameT, place_id: str) -> FrameT:
    """The rows of one place, counted anew; what is of that place alone comes back as it is."""
    mine = frame["place_id"] == place_id
    return frame if mine.all() else frame[mine].reset_index(drop=True)


def _together(name: str, frames: Sequence[pd.DataFrame]) -> gpd.GeoDataFrame:
    """The rows of several parts as one frame of that table, empty with its columns when there are
    none.
    """
    table = DECLARED[name]
    filled = [frame for frame in frames if len(frame)]
    if filled:
        whole = (
            pd.concat(filled, ignore_index=True)
            if len(filled) > 1
            else filled[0].reset_index(drop=True)
        )
        if not increasing(whole, table.sort):
            whole = whole.drop_duplicates(list(table.key), ignore_index=True)
        return cast(gpd.GeoDataFrame, whole)
    return cast(gpd.GeoDataFrame, table.empty())
