"""Passer-by counts per counter and interval, without traces of single persons."""

from __future__ import annotations

import unicodedata
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import isnan

import geopandas as gpd
import numpy as np
import pandas as pd

from data.schema.tables import COUNTS
from etl.area import Area
from etl.errors import ContentError
from etl.parsing import column_map, datetimes, positions, table_file
from etl.parsing.column_map import ColumnMap, OpenedTable
from etl.parsing.import_reader import ImportedFile, file_read, publishable, read_files
from etl.parsing.personal_traces import refuse_traces, traces_error
from etl.parsing.preview import EXAMPLES, Preview
from etl.parsing.row_filter import RowFilter
from etl.problems import Finding, make_finding, phrase
from etl.source import FileRead, Parsed, Piece, Source
from geo.bilingual import Bilingual
from geo.crs import RD

SOURCE = Source(
    id="counters",
    title=Bilingual(
        nl="Passantentellingen van de gemeente", en="The municipality's counts of passers-by"
    ),
    publisher="Gemeente",
    licence="Eigen gegevens van de gemeente; niet verspreiden",
    fills=(COUNTS,),
    rows=range(1, 2_000_000),
    tried="documentation",
    tried_with=("descriptions of counting systems and made-up counts after them (CSV, XLSX)",),
    sharing="internal",
    waits_for_file=True,
    accepts=(".csv", ".txt", ".xlsx", ".xls", ".ods", ".toml"),
    per="region",
)

FIELDS = column_map.declared_fields("counters")

SHORTEST_MINUTES = 5
"""The shortest interval in minutes: totals over less time may follow single people."""
MOVED_M = 25.0
LONGEST_GAP_DAYS = 31
"""The longest gap after which the counts of a counter are still comparable."""
DAY_MINUTES = 1440
_INTERVALS = {
    "counter_id": "str",
    "start": "datetime64[ms]",
    "value": "float64",
    "break_before": "bool",
    "minutes": "int64",
    "file": "str",
}
_YES = ["ja", "j", "1", "x", "true", "yes"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CountsFile(ImportedFile):
    """Intervals of one file without their position (`frame`), or positions (RD) without intervals.

    `merged` is the number of rows added to another row of the same counter and time.
    """

    spots: gpd.GeoDataFrame
    merged: int = 0


def parse(pieces: Sequence[Piece], area: Area) -> Parsed:
    """One row per counter and interval, in RD and local time.

    A file with spots only places the counters of the others. Raises FileError or ContentError.
    """
    return _merge(read_files(pieces, SOURCE.id, FIELDS, _read), pieces, area)


def preview(
    piece: Piece, stated: ColumnMap | None, area: Area, beside: Sequence[Piece] = ()
) -> Preview:
    """The preview of one file; earlier files (`beside`) may place its counters."""
    file = _read(piece, stated)
    others = read_files(beside, SOURCE.id, FIELDS, _read)
    merged = _merge([*others, file], (), area)
    counts = merged.frames["counts"]
    counts = counts[counts["counter_id"].isin(file.frame["counter_id"].unique())]
    notes = []
    if len(counts):
        first, last = counts["start"].min(), counts["start"].max()
        notes.append(phrase("counters.span", first=first, last=last))
    notes += [
        phrase("counters.length", minutes=minutes, count=count)
        for minutes, count in counts["minutes"].value_counts().sort_index().items()
    ]
    findings = (*file.findings, *_merged_rows([file]))
    return replace(file, file=merged.files[-1], findings=findings).preview(
        SOURCE.id,
        tallies={
            "counters": int(counts["counter_id"].nunique()) if len(counts) else len(file.spots),
            "intervals": len(counts),
            "intervals-unknown": int(counts["value"].isna().sum()),
            "intervals-absent": _count_absent(counts),
            "breaks": int(counts["break_before"].sum()),
        },
        examples=map(_example, counts.head(EXAMPLES).to_dict("records")),
        notes=notes,
    )


def _example(row: Mapping[Hashable, object]) -> Bilingual:
    """An interval as it would be published, in words."""
    value = row["value"]
    gaps = {"counter": row["counter_id"], "start": row["start"], "minutes": row["minutes"]}
    if isinstance(value, float) and isnan(value):
        return phrase("counters.example-unknown", **gaps)
    return phrase("counters.example", value=value, **gaps)


def _count_absent(counts: pd.DataFrame) -> int:
    """The number of intervals without a row between the first and the last of each counter.

    The hour that summer time skips is not counted.
    """
    absent = 0
    for _, rows in counts.groupby("counter_id", sort=False):
        minutes = int(rows["minutes"].min())
        grid = pd.date_range(
            rows["start"].min(), rows["start"].max(), freq=pd.Timedelta(minutes=minutes)
        )
        if minutes < DAY_MINUTES:
            local = grid.tz_localize("Europe/Amsterdam", ambiguous=False, nonexistent="NaT")
            grid = grid[local.notna()]
        absent += int((~grid.isin(rows["start"])).sum())
    return absent


def _merge(files: Sequence[CountsFile], pieces: Sequence[Piece], area: Area) -> Parsed:
    """The intervals of all files, each with the position of its counter."""
    spots = pd.concat([_no_spots(), *(file.spots for file in files)], ignore_index=True)
    points = gpd.GeoDataFrame(spots, geometry="geometry", crs=RD)
    nowhere = _counters_outside(points, area)
    for file in files:
        lost = sorted(set(file.frame["counter_id"]) - set(points["counter_id"]))
        if lost:
            raise ContentError("counter-nowhere", counter=lost[0], name=file.file.name)
    filled = [file.frame for file in files if len(file.frame)]
    intervals = pd.concat(filled, ignore_index=True) if filled else _no_intervals()
    # The file imported last counts.
    latest = intervals.drop_duplicates(["counter_id", "start"], keep="last")
    outside = latest["counter_id"].isin(nowhere)
    latest = latest[~outside].sort_values(["counter_id", "start"], ignore_index=True)
    shapes = _spots_of(latest, points[~points["counter_id"].isin(nowhere)])
    frame = gpd.GeoDataFrame(latest.drop(columns="file"), geometry=shapes, crs=RD)
    frame["break_before"] = frame["break_before"] | _breaks(frame)
    return publishable(
        SOURCE,
        frame,
        [replace(file, file=_inside(file, nowhere)) for file in files],
        pieces,
        key="counter_id",
        day="start",
        counts={"dropped-outside-places": int(outside.sum())} if outside.any() else {},
        findings=(
            *(finding for file in files for finding in file.findings),
            *_merged_rows(files),
        ),
    )


def _merged_rows(files: Sequence[CountsFile]) -> list[Finding]:
    merged = sum(file.merged for file in files)
    return [make_finding("counts-merged", count=merged)] if merged else []


def _counters_outside(points: gpd.GeoDataFrame, area: Area) -> set[str]:
    """Counters without a position in any place; OutsideBoxError for one far from all places."""
    if not len(points):
        return set()
    believed = area.plausible(points.geometry)
    if not believed.all():
        area.require_plausible(points[~believed])
    outside = area.owners(points.geometry).isna()
    return set(points.loc[outside, "counter_id"]) - set(points.loc[~outside, "counter_id"])


def _spots_of(intervals: pd.DataFrame, points: gpd.GeoDataFrame) -> gpd.GeoSeries:
    """The position of the counter of each interval in its own file, or else in the last file."""
    last = points.drop_duplicates("counter_id", keep="last").set_index("counter_id").geometry
    located = points.drop_duplicates(["file", "counter_id"], keep="last")
    located = located.set_index(["file", "counter_id"]).geometry
    by_file = pd.MultiIndex.from_frame(intervals[["file", "counter_id"]])
    in_file = pd.Series(located.to_numpy(), index=located.index).reindex(by_file).to_numpy()
    there = pd.Series(last.to_numpy(), index=last.index).reindex(intervals["counter_id"]).to_numpy()
    return gpd.GeoSeries(np.where(pd.isna(in_file), there, in_file), index=intervals.index, crs=RD)


def _inside(file: CountsFile, nowhere: set[str]) -> FileRead:
    """The rows of a file that are read: those of counters outside all places are not."""
    # A file without numbers gives the positions of counters.
    rows = file.frame if "value" in file.opened.map.columns else file.spots
    inside = int((~rows["counter_id"].isin(nowhere)).sum())
    reason = phrase("counters.outside") if len(rows) else file.file.reason
    return replace(file.file, used=inside + file.merged if inside else 0, reason=reason)


def _read(piece: Piece, stated: ColumnMap | None) -> CountsFile:
    opened = column_map.open_table(piece, stated, FIELDS, source_id=SOURCE.id)
    used = opened.map.columns
    refuse_traces(opened)
    if "counter" not in used:
        raise column_map.missing_column(opened, "telpunt")
    counter = _counter_ids(opened.texts("counter"), piece.place_id)
    spots = _spots(opened, counter)
    if "value" not in used:
        # Without a total a row is a position, or a single passer-by.
        if {"start", "hour"} & set(used) or not len(spots) or counter.duplicated().any():
            raise traces_error(piece.name, "no-number")
        file = file_read(opened, 0, ())
        return CountsFile(
            opened=opened,
            frame=_no_intervals(),
            file=file,
            findings=opened.sheet.findings,
            spots=spots,
        )
    if not {"start", "hour"} & set(used):
        raise column_map.missing_column(opened, "tijdstip")
    return _intervals(opened, counter, spots)


def _intervals(opened: OpenedTable, counter: pd.Series, spots: gpd.GeoDataFrame) -> CountsFile:
    """The total per counter and interval; ContentError where rows may be single persons."""
    piece, used = opened.piece, opened.map.columns
    start, whole_days, notes = datetimes.interval_starts(
        opened.column("start"), opened.column("hour")
    )
    if not whole_days and ((start.dt.second > 0) | (start.dt.microsecond > 0)).any():
        raise traces_error(piece.name, "seconds")
    value = table_file.numbers(opened.sheet.cells[used["value"]], opened.form)
    rows = RowFilter(opened.index, SOURCE.id)
    rows.drop(counter.isna(), "dropped-no-counter")
    rows.drop(start.isna(), "dropped-date")
    late = start.dt.normalize() > pd.Timestamp(piece.retrieved)
    rows.drop(late, "dropped-future", today=piece.retrieved.isoformat())
    rows.drop(value.refused | (value.values < 0), "dropped-no-number")
    minutes = opened.column("minutes")
    every = pd.DataFrame(
        {
            "counter_id": counter,
            "start": start,
            "value": value.values,
            "break_before": opened.texts("break").str.lower().isin(_YES),
            "minutes": float("nan")
            if minutes is None
            else table_file.numbers(minutes, opened.form).values,
        }
    )
    passages = every[rows.remaining]
    doubled = passages.duplicated(["counter_id", "start"], keep=False)
    if "direction" not in used and doubled.sum() > max(4, 0.02 * len(passages)):
        raise traces_error(piece.name, "same-time")
    merged = _merge_directions(passages)
    merged["minutes"] = merged["minutes"].fillna(_lengths(merged, whole_days))
    unknown = merged["minutes"].isna()
    if unknown.any():
        lost = merged.loc[unknown, "counter_id"].iloc[0]
        raise ContentError("counter-interval", counter=lost, name=piece.name)
    if (merged["minutes"] < SHORTEST_MINUTES).any():
        raise traces_error(piece.name, "short", minutes=SHORTEST_MINUTES)
    if not whole_days:
        _require_rhythm(merged, piece.name)
    return CountsFile(
        opened=opened,
        frame=merged.assign(minutes=merged["minutes"].astype("int64"), file=_file_key(piece)),
        file=file_read(opened, len(merged), rows.refusals),
        refusals=tuple(rows.refusals),
        findings=opened.sheet.findings,
        notes=notes,
        spots=spots,
        merged=len(passages) - len(merged),
    )


def _merge_directions(passages: pd.DataFrame) -> pd.DataFrame:
    """One row per counter and start, directions added up; unknown when one of them is."""
    merged = (
        passages.assign(unknown=passages["value"].isna())
        .groupby(["counter_id", "start"], as_index=False)
        .agg(
            value=("value", "sum"),
            break_before=("break_before", "any"),
            minutes=("minutes", "max"),
            unknown=("unknown", "any"),
        )
    )
    return merged.assign(value=merged["value"].mask(merged["unknown"])).drop(columns="unknown")


def _require_rhythm(rows: pd.DataFrame, name: str) -> None:
    """Raise ContentError unless intervals start at multiples of their length.

    Other moments may be those of single people.
    """
    minute = rows["start"].dt.hour * 60 + rows["start"].dt.minute
    length = rows["minutes"].clip(upper=60)
    if (minute % length != 0).mean() > 0.05 and rows.groupby("counter_id")["start"].apply(
        lambda start: start.dt.minute.nunique()
    ).max() > 12:
        raise traces_error(name, "rhythm")


def _lengths(rows: pd.DataFrame, whole_days: bool) -> pd.Series:
    """Minutes per interval by the rhythm of each counter; whole days for counts per day."""
    if whole_days:
        return pd.Series(float(DAY_MINUTES), index=rows.index)
    step = rows.sort_values("start").groupby("counter_id")["start"].diff().dt.total_seconds() / 60
    usual = step.groupby(rows["counter_id"]).agg(
        lambda steps: steps.mode().iloc[0] if steps.notna().any() else float("nan")
    )
    return rows["counter_id"].map(usual.astype("float64"))


def _breaks(frame: gpd.GeoDataFrame) -> pd.Series:
    """Whether each interval cannot be compared with the one before it.

    It has another length or position, or comes after a long gap.
    """
    before = frame.groupby("counter_id", sort=False)
    first = ~frame["counter_id"].duplicated()
    longer = before["minutes"].diff().fillna(0) != 0
    silent = (before["start"].diff() > pd.Timedelta(days=LONGEST_GAP_DAYS)) & (
        frame["minutes"] < DAY_MINUTES
    )
    moved = frame.geometry.distance(frame.geometry.shift(), align=False) > MOVED_M
    breaks: pd.Series = (longer | silent | moved) & ~first
    return breaks


def _counter_ids(words: pd.Series, place_id: str | None) -> pd.Series:
    """Stable ids of the counters, with their place before them."""
    letters = words.map(
        lambda word: unicodedata.normalize("NFKD", word).encode("ascii", "ignore").decode("ascii"),
        na_action="ignore",
    )
    bare = (
        letters.astype("str").str.lower().str.replace(r"[^a-z0-9]+", "-", regex=True).str.strip("-")
    )
    return ((f"{place_id}:" if place_id else "") + bare.mask(bare == "")).astype("str")


def _spots(opened: OpenedTable, counter: pd.Series) -> gpd.GeoDataFrame:
    """Positions (RD) of the counters of a file; empty when it has no coordinates."""
    points = positions.row_points(opened)
    known = points.notna() & counter.notna()
    if not known.any():
        return _no_spots()
    columns = {"file": _file_key(opened.piece), "counter_id": counter[known]}
    spots = gpd.GeoDataFrame(columns, geometry=points[known], crs=RD)
    return spots.drop_duplicates("counter_id", keep="last").reset_index(drop=True)


def _file_key(piece: Piece) -> str:
    return f"{piece.place_id or ''}/{piece.name}"


def _no_spots() -> gpd.GeoDataFrame:
    empty = pd.Series([], dtype="str")
    shapes = gpd.GeoSeries([], crs=RD)
    return gpd.GeoDataFrame({"file": empty, "counter_id": empty}, geometry=shapes, crs=RD)


def _no_intervals() -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series([], dtype=dtype) for name, dtype in _INTERVALS.items()})
