"""Tasks of a run: parse one source in one area, or join one place; on any executor."""

from __future__ import annotations

import importlib
import traceback
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TypeVar, cast

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.errors import ShapelyError

import etl
from data.schema.columns import text_array
from data.schema.content_hash import increasing
from data.schema.table import Table
from data.schema.tables import COUNTS, DECLARED, PREMISES, STREETS
from etl.area import Area
from etl.errors import EtlError, ProblemError
from etl.joins import footfall
from etl.joins.streets import on_streets, street_vacancy, streets
from etl.parsing import dropped_rows
from etl.pipeline import corrections as pipeline_corrections
from etl.pipeline import drift, validate
from etl.pipeline.parts_store import INTERMEDIATE_FRAMES, ParsedPart, PartsStore
from etl.problems import Finding, make_finding
from etl.source import Parsed, Piece, Reader, Source
from geo.crs import RD_SYSTEM, rd_frame
from geo.errors import GeoError

FrameT = TypeVar("FrameT", pd.DataFrame, gpd.GeoDataFrame)
PACKAGE = Path(etl.__file__).parent
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
"""Exceptions of a parser on an answer of an unknown shape, without those of disk and memory."""


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
    """Join the parts of one place; `parts` are fingerprints, `places` is the table `places`."""

    place_id: str
    places: gpd.GeoDataFrame
    parts: tuple[str, ...]
    stops: gpd.GeoDataFrame
    data_dir: Path
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinResult:
    """The join of one place; `joins` counts rows, and rows with a street, per source."""

    place_id: str
    fingerprint: str
    joins: Mapping[str, int]


def run_parse(task: ParseTask) -> ParsedPart:
    """Parse the pieces into a part and store its frames under the fingerprint.

    Faults of the source are findings of the part, never raised.
    """
    reader = cast(Reader, importlib.import_module(task.module))
    result = _ParseResult()
    try:
        _parse(reader, task, result)
    except ProblemError as error:
        result.findings.append(error.finding)
    except (EtlError, GeoError) as error:
        result.findings.append(make_finding("reader-stopped", detail=error))
    except PARSER_ERRORS as error:
        # An answer of an unknown shape fails this source only.
        detail = f"{type(error).__name__} at {_where(error)}: {error}"
        result.findings.append(make_finding("reader-broke", detail=detail))
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
    """The result of a parser so far; `parsed` is None until all checks passed."""

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
    # Findings of the parser are not repeated.
    severities = {finding.severity for finding in parsed.findings}
    if "error" not in severities:
        unused = dropped_rows.require_used(source, task.pieces, result.frames, result.counts)
        result.findings += () if "warning" in severities else unused
    result.findings += drift.accept(changes, task.accept)
    result.parsed = parsed


def _with_file_names(finding: Finding, pieces: Sequence[Piece]) -> Finding:
    """The finding with the original file names in place of the checksums of the raw store."""
    names = {piece.path.name: piece.name for piece in pieces}
    return replace(
        finding, values={gap: names.get(value, value) for gap, value in finding.values.items()}
    )


def _where(error: BaseException) -> str:
    """File and line that raised: the last step of the traceback in this package."""
    steps = traceback.extract_tb(error.__traceback__)
    inside = [step for step in steps if Path(step.filename).is_relative_to(PACKAGE)]
    last = (inside or steps)[-1]
    return f"{Path(last.filename).name}:{last.lineno}"


def run_join(task: JoinTask) -> JoinResult:
    """Join one place and store the frames under the fingerprint of the task.

    The frames are streets with footfall, units and counts with their street, and street vacancy.
    """
    store = PartsStore(task.data_dir)
    lines, units, intervals = (_stored_frames(store, task, name) for name in JOINED_FRAMES)
    counts = joined_rows(COUNTS, intervals) if intervals else None
    joins: Counter[str] = Counter()
    premises = _within_outline(joined_rows(PREMISES, units), task, joins)
    table = STREETS.empty()
    frames: dict[str, pd.DataFrame] = {}
    if lines:
        measured = streets(
            gpd.GeoDataFrame(pd.concat(lines, ignore_index=True)) if len(lines) > 1 else lines[0],
            task.places,
            premises=premises,
            stops=task.stops,
            counts=counts if counts is not None and len(counts) else None,
        )
        table = _of_place(measured.streets, task.place_id)
        frames["streets"] = table
        tests = _of_place(measured.tests, task.place_id)
        if len(tests):
            frames["footfall_tests"] = tests
    if units:
        premises = on_streets(premises, table)
        of_source, source_ids = pd.factorize(premises["source_id"])
        on_street = np.bincount(of_source, weights=premises["street_id"].notna())
        for source_id, count, there in zip(
            source_ids, np.bincount(of_source), on_street, strict=True
        ):
            joins[f"{source_id}-units"] += int(count)
            joins[f"{source_id}-on-street"] += int(there)
        frames["premises"] = premises
        vacancy = street_vacancy(premises, table)
        if len(vacancy):
            frames["street_vacancy"] = vacancy
    if counts is not None:
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
            frame = footfall.of_place(frame, task.places, task.place_id)
        frames.append(frame)
    return frames


def _within_outline(
    premises: gpd.GeoDataFrame, task: JoinTask, joins: Counter[str]
) -> gpd.GeoDataFrame:
    """The units in the outline of the place, all where it has none; others count in `joins`.

    An outline that arrives with this run is smaller than the reach that units were read in.
    """
    (own,) = np.flatnonzero(task.places["place_id"].array == task.place_id)
    outline = task.places.geometry.array[own]
    if outline.geom_type == "Point":
        return premises
    # Prepared, an outline is found to hold a point in a tenth of the time.
    shapely.prepare(outline)
    inside = shapely.intersects(outline, np.asarray(premises.geometry.array, dtype=object))
    if inside.all():
        return premises
    for source_id, count in premises.loc[~inside, "source_id"].value_counts().items():
        joins[f"{source_id}-outside-outline"] += int(count)
    return premises[inside].reset_index(drop=True)


def _checked(
    frames: Mapping[str, pd.DataFrame], task: ParseTask, source: Source
) -> tuple[dict[str, pd.DataFrame], Counter[str], tuple[Finding, ...]]:
    """Validated frames, counts per rule, and findings about drift since the last published part."""
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
        for name in (*DECLARED, "lines", "outlines"):
            before = store.frame(task.previous, name)
            if before is None:
                continue
            now = checked.get(name)
            if now is None:
                findings.append(make_finding("rows-none", table=name, before=len(before)))
            elif name == "lines":
                findings += drift.row_count_change("lines", len(now), len(before))
            else:
                findings += drift.compare(name, now, before, source)
    return checked, counts, tuple(findings)


def _of_place(frame: FrameT, place_id: str) -> FrameT:
    """The rows of one place, renumbered; the same frame when it has no other rows."""
    inside = np.asarray(frame["place_id"].array == place_id, dtype=bool)
    return frame if inside.all() else frame[inside].reset_index(drop=True)


def _stacked(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """The rows of all frames, each text column in one piece.

    In pieces, as pandas leaves it, every later look at a column would copy it.
    """
    whole = pd.concat(map(pd.DataFrame, frames), ignore_index=True)
    columns = {
        str(name): (
            pd.array(text_array(values.array), dtype="str")
            if isinstance(values.dtype, pd.StringDtype)
            else values.array
        )
        for name, values in whole.items()
    }
    return rd_frame(columns) if "geometry" in columns else pd.DataFrame(columns, copy=False)


def joined_rows(table: Table, frames: Sequence[pd.DataFrame]) -> gpd.GeoDataFrame:
    """The rows of all frames, the first of each key; without a key, the first of equal rows."""
    filled = [frame for frame in frames if len(frame)] or [table.empty()]
    whole = _stacked(filled) if len(filled) > 1 else filled[0]
    if table.key:
        if not increasing(whole, table.sort):
            whole = whole.drop_duplicates(list(table.key), ignore_index=True)
    elif table.geometry is not None and len(filled) > 1:
        outline = gpd.GeoSeries(whole["geometry"]).to_wkb()
        plain = [name for name in table.columns if name != "geometry"]
        whole = whole[~whole[plain].assign(outline=outline).duplicated()].reset_index(drop=True)
    if table.geometry is None or isinstance(whole, gpd.GeoDataFrame):
        return whole
    return gpd.GeoDataFrame(whole, geometry="geometry", crs=RD_SYSTEM)
