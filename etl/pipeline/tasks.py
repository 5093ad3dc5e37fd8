"""Tasks of a run: parse one source in one area, or join one place; the same wherever they run."""

from __future__ import annotations

# Before anything imports GDAL, also in a worker process that only unpickles a task.
from etl.decoding import gdal

gdal.block()

import importlib  # noqa: E402
import traceback  # noqa: E402
from collections import Counter  # noqa: E402
from collections.abc import Mapping, Sequence  # noqa: E402
from dataclasses import dataclass, field, replace  # noqa: E402
from datetime import date  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import TypeVar, cast  # noqa: E402

import geopandas as gpd  # noqa: E402
import pandas as pd  # noqa: E402
from shapely.errors import ShapelyError  # noqa: E402

from data.schema.content_hash import increasing  # noqa: E402
from data.schema.tables import DECLARED  # noqa: E402
from etl.area import Area  # noqa: E402
from etl.errors import EtlError, ProblemError  # noqa: E402
from etl.joins import footfall  # noqa: E402
from etl.joins.streets import on_streets, street_vacancy, streets  # noqa: E402
from etl.parsing import dropped_rows
from etl.pipeline import corrections as pipeline_corrections
from etl.pipeline import drift, validate
from etl.pipeline.parts_store import INTERMEDIATE_FRAMES, ParsedPart, PartsStore  # noqa: E402
from etl.problems import Finding, found  # noqa: E402
from etl.source import Parsed, Piece, Reader, Source  # noqa: E402
from geo.errors import GeoError  # noqa: E402

FrameT = TypeVar("FrameT", pd.DataFrame, gpd.GeoDataFrame)
PACKAGE = Path(gdal.__file__).parents[1]
JOINED_FRAMES = ("lines", "premises", "counts")
PARSER_ERRORS = (
    LookupError,
    TypeError,
    ValueError,
    ArithmeticError,
    AttributeError,
    RuntimeError,
    ShapelyError,
)
"""What a parser may raise on an answer of an unknown shape; errors of disk and memory are not among
them.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParseTask:
    """Parse one source in one area; `previous` is the fingerprint of the part published last."""

    module: str
    key: str
    area: Area
    pieces: tuple[Piece, ...]
    data_dir: Path
    fingerprint: str
    previous: str | None
    corrections: tuple[pipeline_corrections.Correction, ...]
    today: date
    accept: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinTask:
    """Join what the sources say of one place.

    `parts` are fingerprints, `places` is the table of that name.
    """

    place_id: str
    places: gpd.GeoDataFrame
    parts: tuple[str, ...]
    stops: gpd.GeoDataFrame
    data_dir: Path
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinResult:
    """What was joined in one place, and how many rows have a street."""

    place_id: str
    fingerprint: str
    joins: Mapping[str, int]


def run_parse(task: ParseTask) -> ParsedPart:
    """The part that the pieces make, stored under its fingerprint.

    Faults of the source are findings of the part, never raised.
    """
    reader = cast(Reader, importlib.import_module(task.module))
    result = _ParseResult()
    try:
        _parse(reader, task, result)
    except ProblemError as error:
        result.findings.append(error.finding)
    except (EtlError, GeoError) as error:
        result.findings.append(found("reader-stopped", detail=error))
    except PARSER_ERRORS as error:
        # An answer of an unknown shape: this source fails, and the others are published all the
        # same.
        detail = f"{type(error).__name__} at {_where(error)}: {error}"
        result.findings.append(found("reader-broke", detail=detail))
    part = ParsedPart(
        source_id=reader.SOURCE.id,
        key=task.key,
        fingerprint=task.fingerprint,
        findings=tuple(_with_file_names(finding, task.pieces) for finding in result.findings),
    )
    if result.parsed is None:
        return part
    part = replace(
        part,
        rows={name: len(frame) for name, frame in sorted(result.frames.items())},
        counts={rule: count for rule, count in sorted(result.counts.items()) if count},
        surveyed=result.parsed.surveyed,
        owner=result.parsed.owner,
    )
    if part.good:
        PartsStore(task.data_dir).save(task.fingerprint, result.frames)
    return part


@dataclass(slots=True)
class _ParseResult:
    """What a parser gave so far; `parsed` is None until all of it passed the checks."""

    findings: list[Finding] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    frames: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    parsed: Parsed | None = None


def _parse(reader: Reader, task: ParseTask, result: _ParseResult) -> None:
    """Parse, correct and check into `result`; raises what the parser and the checks raise."""
    source = reader.SOURCE
    parsed = reader.parse(task.pieces, task.area)
    result.counts.update(parsed.counts)
    result.findings += parsed.findings
    refused = dropped_rows.refused_files(parsed.files)
    if refused:
        result.findings += refused
        return
    frames, corrected, expired = pipeline_corrections.apply_corrections(
        parsed.frames, task.corrections, task.today
    )
    result.counts += corrected
    result.findings += expired
    result.frames, check_counts, changes = _checked(frames, task, source)
    result.counts += check_counts
    # What a parser says itself is not said again.
    severities = {finding.severity for finding in parsed.findings}
    if "error" not in severities:
        unused = dropped_rows.require_used(source, task.pieces, result.frames, result.counts)
        result.findings += () if "warning" in severities else unused
    result.findings += drift.accept(changes, task.accept)
    result.parsed = parsed


def _with_file_names(finding: Finding, pieces: Sequence[Piece]) -> Finding:
    """The finding with the names of the files as people know them; in the raw store a file is named
    by its checksum.
    """
    names = {piece.path.name: piece.name for piece in pieces}
    return replace(
        finding, values={gap: names.get(value, value) for gap, value in finding.values.items()}
    )


def _where(error: BaseException) -> str:
    """File and line that raised: the last step in this program's own modules."""
    steps = traceback.extract_tb(error.__traceback__)
    own = [step for step in steps if Path(step.filename).is_relative_to(PACKAGE)] or list(steps)
    return f"{Path(own[-1].filename).name}:{own[-1].lineno}"


def run_join(task: JoinTask) -> JoinResult:
    """Streets with their footfall, units and counters on their street, and vacancy per street, of
    one place; stored under the fingerprint of the task.
    """
    store = PartsStore(task.data_dir)
    lines, units, intervals = (_stored_frames(store, task, name) for name in JOINED_FRAMES)
    premises, counts = _concat("premises", units), _concat("counts", intervals)
    table = _concat("streets", [])
    frames: dict[str, pd.DataFrame] = {}
    joins: Counter[str] = Counter()
    if lines:
        measured = streets(
            gpd.GeoDataFrame(pd.concat(lines, ignore_index=True)) if len(lines) > 1 else lines[0],
            task.places,
            premises=premises,
            stops=task.stops,
            counts=counts if len(counts) else None,
        )
        table = _of_place(measured.streets, task.place_id)
        frames["streets"] = table
        tests = _of_place(measured.tests, task.place_id)
        if len(tests):
            frames["footfall_tests"] = tests
    if units:
        premises = on_streets(premises, table)
        for source_id, on_street in premises["street_id"].notna().groupby(premises["source_id"]):
            joins[f"{source_id}-units"] += len(on_street)
            joins[f"{source_id}-on-street"] += int(on_street.sum())
        frames["premises"] = premises
        vacancy = street_vacancy(premises, table)
        if len(vacancy):
            frames["street_vacancy"] = vacancy
    if intervals:
        counts = footfall.on_streets(counts, table)
        joins["counters-intervals"] += len(counts)
        joins["counters-on-street"] += int(counts["street_id"].notna().sum())
        frames["counts"] = counts
    if frames:
        store.save(task.fingerprint, frames)
    fingerprint = task.fingerprint if frames else ""
    return JoinResult(place_id=task.place_id, fingerprint=fingerprint, joins=dict(joins))


def _stored_frames(store: PartsStore, task: JoinTask, name: str) -> list[gpd.GeoDataFrame]:
    """The frames of that name in the parts of a task; units and counts of its place only."""
    frames = []
    for fingerprint in task.parts:
        frame = store.frame(fingerprint, name)
        if frame is None:
            continue
        if name == "premises":
            frame = _of_place(frame, task.place_id)
        elif name == "counts":
            frame = footfall.of_place(cast(gpd.GeoDataFrame, frame), task.places, task.place_id)
        frames.append(cast(gpd.GeoDataFrame, frame))
    return frames


def _checked(
    frames: Mapping[str, pd.DataFrame], task: ParseTask, source: Source
) -> tuple[dict[str, pd.DataFrame], Counter[str], tuple[Finding, ...]]:
    """The frames as their tables promise, counts per rule, and what changed too much since the last
    published part.
    """
    checked: dict[str, pd.DataFrame] = {}
    counts: Counter[str] = Counter()
    findings: list[Finding] = []
    for name, frame in frames.items():
        if name in INTERMEDIATE_FRAMES:
            if isinstance(frame, gpd.GeoDataFrame) and len(frame):
                task.area.require_plausible(frame)
            checked[name] = frame
            continue
        result = validate.as_table(name, frame, source, task.area, task.today)
        checked[name] = result.frame
        counts += result.counts
        findings += result.findings
    if task.previous is not None:
        store = PartsStore(task.data_dir)
        for name in (*DECLARED, "lines"):
            before = store.frame(task.previous, name)
            if before is None:
                continue
            now = checked.get(name)
            if now is None:
                findings.append(found("rows-none", table=name, before=len(before)))
            elif name == "lines":
                findings += drift.row_count_change("lines", len(now), len(before))
            else:
                findings += drift.compare(name, now, before, source)
    return checked, counts, tuple(findings)


def _of_place(frame: FrameT, place_id: str) -> FrameT:
    """The rows of one place, renumbered; a frame about that place alone is returned as it is."""
    own = frame["place_id"] == place_id
    return frame if own.all() else frame[own].reset_index(drop=True)


def _concat(name: str, frames: Sequence[pd.DataFrame]) -> gpd.GeoDataFrame:
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
