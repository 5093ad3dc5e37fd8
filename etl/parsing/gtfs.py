"""Stops and their departures on a normal workday, from a timetable in GTFS (a zip of CSV files)."""

from __future__ import annotations

import io
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import IO

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow
import pyarrow.compute
import pyarrow.csv

from etl.area import Area
from etl.decoding import file_guard
from etl.decoding.file_guard import MIB, ArchiveLimits, require_archive
from etl.errors import ContentError, column_retyped
from etl.parsing import column_checks
from etl.problems import one_line
from geo.bilingual import Bilingual
from geo.crs import RD, WGS84, to_rd

CAPS = ArchiveLimits(file_bytes=1024 * MIB, unpacked_bytes=8192 * MIB)
WINDOW_DAYS = 28
"""Four weeks: works and holidays distort a single day."""
FULL_SHARE = 0.9
"""The first weeks with this share of the service of the fullest: some timetables begin years before
most of their trips.
"""
MOST_DAYS = 1500
"""The longest span of the days of service of a timetable: about four years."""

_BLOCK_BYTES = 16 * MIB
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MEMBERS = ("stops.txt", "trips.txt", "stop_times.txt")
_NEEDED = {
    "stops.txt": ("stop_id", "stop_name", "stop_lat", "stop_lon"),
    "trips.txt": ("trip_id", "service_id"),
    "stop_times.txt": ("trip_id", "stop_id", "stop_sequence"),
    "calendar_dates.txt": ("service_id", "date", "exception_type"),
    "calendar.txt": ("service_id", *_DAYS, "start_date", "end_date"),
    "frequencies.txt": ("trip_id", "start_time", "end_time", "headway_secs"),
}
_OPTIONAL = {"stops.txt": ("stop_code", "parent_station"), "stop_times.txt": ("pickup_type",)}
_NO_PICKUP = "1"
_TIME = re.compile(r"(\d{1,2}):([0-5]\d):([0-5]\d)")


@dataclass(frozen=True, slots=True)
class Timetable:
    """Stop places in the area (RD) with `stop_id, name, departures_per_workday`; the four weeks
    they were counted in.

    `quays` is the number of stops in reach, with or without departures. `publisher` is the stated
    publisher, else the only company in the timetable, else None.
    """

    stops: gpd.GeoDataFrame
    quays: int
    first: date
    last: date
    publisher: str | None = None
    url: str | None = None


def stops(content: pd.DataFrame, area: Area) -> gpd.GeoDataFrame:
    """Stops with `stop_id, stop_code, stop_name, parent_station` and a point in RD.

    Stops outside the plausible box are left out.
    """
    column_checks.require(content.columns, _NEEDED["stops.txt"])
    lat, lon = (
        column_checks.require_numbers(_filled(content[name]), name)
        for name in ("stop_lat", "stop_lon")
    )
    sound = lat.between(-90.0, 90.0) & lon.between(-180.0, 180.0) & ~((lat == 0.0) & (lon == 0.0))
    if len(content) and not sound.any():
        detail = f"no position ({len(content)} rows)"
        named = "stop_lat, stop_lon"
        raise column_retyped(named, detail, "a number")
    known = content[sound].reindex(columns=["stop_id", "stop_code", "stop_name", "parent_station"])
    points = to_rd(
        gpd.GeoSeries(gpd.points_from_xy(lon[sound], lat[sound]), index=known.index, crs=WGS84)
    )
    frame = gpd.GeoDataFrame(known, geometry=points, crs=RD)
    near = area.plausible(frame)
    if len(frame) and not near.any():
        area.require_plausible(frame)
    nearby = frame[near].reset_index(drop=True)
    names = _filled(nearby["stop_name"]).fillna(nearby["stop_id"])
    return nearby.assign(stop_name=names.str.split().str.join(" "))


def stops_in(path: Path, area: Area) -> gpd.GeoDataFrame:
    """All stops of a timetable within the plausible box."""
    return stops(_whole(path, "stops.txt"), area)


def read(path: Path, area: Area) -> Timetable:
    """Departures per stop place and workday in the area: the median of the workdays of four weeks.

    Quays of one stop place count together. The last stop of a trip and stops where nobody may get
    in are no departures.
    """
    members = require_archive(path, wanted=_MEMBERS, caps=CAPS)
    quays = stops_in(path, area)
    quays = quays[area.owners(quays).notna()]
    active, days = _active(path, members)
    publisher, url = _publisher(path, members)
    if quays.empty:
        empty: dict[str, list[object]] = {"stop_id": [], "name": [], "departures_per_workday": []}
        nothing = gpd.GeoDataFrame(empty, geometry=[], crs=RD)
        return Timetable(nothing, 0, days[0], days[-1], publisher, url)
    workdays = [at for at, day in enumerate(days) if day.weekday() < 5]
    # A quay counts under the id of its stop place, or else under its own.
    place = quays["parent_station"].fillna(quays["stop_id"]).to_numpy(dtype=object)
    per_service = _departures(
        path, dict(zip(quays["stop_id"], place, strict=True)), _runs(path, members)
    )
    services = {name: at for at, name in enumerate(active.index)}
    known = per_service[per_service["service_id"].isin(services)]
    names = pd.Index(sorted(set(place)))
    counts = np.zeros((len(names), len(days)))
    rows = names.get_indexer(known["place"])
    runs = active.to_numpy(dtype=float)[[services[name] for name in known["service_id"]]]
    np.add.at(counts, rows, known["departures"].to_numpy(dtype=float)[:, None] * runs)
    normal = np.median(counts[:, workdays], axis=1) if workdays else np.full(len(names), np.nan)
    points = (
        quays.assign(place=place).dissolve("place", aggfunc={"stop_name": "first"}).reindex(names)
    )
    frame = gpd.GeoDataFrame(
        {
            "stop_id": names.to_series(index=range(len(names))),
            "name": points["stop_name"].to_numpy(),
            "departures_per_workday": normal,
        },
        geometry=points.geometry.centroid.to_numpy(),
        crs=RD,
    )
    served = frame[frame["departures_per_workday"] > 0].reset_index(drop=True)
    return Timetable(served, len(quays), days[0], days[-1], publisher, url)


def _filled(cells: pd.Series) -> pd.Series:
    """The cells without blanks around them; empty ones missing."""
    text = cells.astype("str").str.strip()
    return text.mask(text == "")


def _publisher(path: Path, members: Sequence[str]) -> tuple[str | None, str | None]:
    """Name and web address of the publisher of the timetable, None where it is not given."""
    for member, name, url in (
        ("feed_info.txt", "feed_publisher_name", "feed_publisher_url"),
        ("agency.txt", "agency_name", "agency_url"),
    ):
        rows = _whole(path, member, members)
        publisher = _only_value(rows, name)
        if publisher:
            address = _only_value(rows, url)
            is_web = address is not None and address.startswith(("https://", "http://"))
            return publisher, address if is_web else None
    return None, None


def _only_value(rows: pd.DataFrame, name: str) -> str | None:
    """The one text in a column on one line; None where it holds several, or none."""
    values = list(rows[name].dropna().map(one_line).unique()) if name in rows else []
    return str(values[0]) if len(values) == 1 else None


def _departures(path: Path, places: dict[str, object], runs: pd.Series) -> pd.DataFrame:
    """Departures per stop place and service, one row each; a trip counts as often as it `runs`."""
    wanted = pyarrow.array(list(places), type=pyarrow.string())
    last_stops: list[pyarrow.Table] = []
    ours: list[pyarrow.Table] = []
    for block in _blocks(path, "stop_times.txt"):
        table = pyarrow.Table.from_batches([block])
        table = table.set_column(
            table.schema.get_field_index("stop_sequence"),
            "stop_sequence",
            _whole_numbers(table["stop_sequence"]),
        )
        last_stops.append(table.group_by("trip_id").aggregate([("stop_sequence", "max")]))
        ours.append(table.filter(pyarrow.compute.is_in(table["stop_id"], value_set=wanted)))
    calls = pyarrow.concat_tables(ours).to_pandas() if ours else pd.DataFrame()
    if calls.empty:
        return pd.DataFrame({"place": [], "service_id": [], "departures": []})
    last = (
        pyarrow.concat_tables(last_stops)
        .group_by("trip_id")
        .aggregate([("stop_sequence_max", "max")])
        .to_pandas()
    )
    ends = last.set_index("trip_id")["stop_sequence_max_max"]
    leaving = calls[
        (calls["stop_sequence"] < calls["trip_id"].map(ends)) & calls["pickup_type"].ne(_NO_PICKUP)
    ]
    trips = _whole(path, "trips.txt").set_index("trip_id")["service_id"]
    if not calls["trip_id"].isin(trips.index).any():
        why = Bilingual(nl="geen trip_id staat in trips.txt", en="no trip_id stands in trips.txt")
        expected = Bilingual(nl="ritten van trips.txt", en="trips of trips.txt")
        name, rows = "stop_times.txt", len(calls)
        raise ContentError("rows-unusable", name=name, rows=rows, why=why, expected=expected)
    departures = leaving.assign(
        place=leaving["stop_id"].map(places),
        service_id=leaving["trip_id"].map(trips[~trips.index.duplicated()]),
    )
    departures = departures.assign(departures=leaving["trip_id"].map(runs).fillna(1.0))
    return departures.groupby(["place", "service_id"])["departures"].sum().reset_index()


def _runs(path: Path, members: Sequence[str]) -> pd.Series:
    """How often a day a trip runs, by trip id, for trips like "every ten minutes from 7 to 9"."""
    rows = _whole(path, "frequencies.txt", members)
    if rows.empty:
        return pd.Series([], index=pd.Index([], dtype="str"), dtype="float64")
    every = column_checks.require_numbers(rows["headway_secs"], "headway_secs")
    if not (every > 0).all():
        raise column_retyped(
            "headway_secs", repr(rows["headway_secs"][~(every > 0)].iloc[0]), "seconds above 0"
        )
    seconds = rows["end_time"].map(_seconds) - rows["start_time"].map(_seconds)
    # No trip leaves at the end itself.
    departures = pd.Series(np.ceil(seconds.clip(lower=0.0) / every), index=rows.index)
    return departures.groupby(rows["trip_id"]).sum()


def _seconds(text: str) -> float:
    """A time of the day in seconds; trips after midnight go on to 25:30:00."""
    match = _TIME.fullmatch(str(text).strip())
    if match is None:
        raise column_retyped("start_time", repr(text), "a time like 07:30:00")
    hours, minutes, seconds = (float(part) for part in match.groups())
    return hours * 3600.0 + minutes * 60.0 + seconds


def _active(path: Path, members: Sequence[str]) -> tuple[pd.DataFrame, list[date]]:
    """Whether each service runs on each day of the window, and those days.

    The Dutch timetable gives single days only, others give weeks as well.
    """
    if not {"calendar.txt", "calendar_dates.txt"} & set(members):
        raise ContentError(
            "archive-missing", name=path.name, member="calendar.txt, calendar_dates.txt"
        )
    single, weekly = (
        _whole(path, name, members) for name in ("calendar_dates.txt", "calendar.txt")
    )
    first = _busiest(single, weekly)
    days = [first + timedelta(days=number) for number in range(WINDOW_DAYS)]
    names = sorted({*single["service_id"].dropna(), *weekly["service_id"].dropna()})
    active = pd.DataFrame(False, index=pd.Index(names), columns=days)
    for row in weekly.dropna(subset=["service_id"]).to_dict("records"):
        begins, ends = _day(row["start_date"]), _day(row["end_date"])
        active.loc[row["service_id"]] = [
            begins <= day <= ends and row[_DAYS[day.weekday()]] == "1" for day in days
        ]
    texts = {day.strftime("%Y%m%d"): at for at, day in enumerate(days)}
    near = single[single["date"].isin(texts) & single["service_id"].notna()]
    values = active.to_numpy(copy=True)
    rows, at = (
        active.index.get_indexer(pd.Index(near["service_id"])),
        near["date"].map(texts).to_numpy(dtype=int),
    )
    values[rows, at] = (near["exception_type"] == "1").to_numpy()
    return pd.DataFrame(values, index=active.index, columns=days), days


def _busiest(single: pd.DataFrame, weekly: pd.DataFrame) -> date:
    """First day of the first four weeks with nearly as many days of service together as any."""
    changes = {text: _day(text) for text in single["date"].unique()}
    spans = [
        (_day(row["start_date"]), _day(row["end_date"]), row) for row in weekly.to_dict("records")
    ]
    added = single["exception_type"] == "1"
    known = [
        *(changes[text] for text in single["date"][added].unique()),
        *(day for begins, ends, _ in spans for day in (begins, ends)),
    ]
    if not known:
        raise column_retyped("date", "no day of service", "a day like 20260301")
    first, last = min(known), max(known)
    # A later date stands for "until further notice".
    length = min((last - first).days + 1, MOST_DAYS)
    running = np.zeros(max(length, WINDOW_DAYS))
    weekdays = (np.arange(running.size) + first.weekday()) % 7
    for begins, ends, row in spans:
        on = np.isin(weekdays, [number for number, name in enumerate(_DAYS) if row[name] == "1"])
        on[: max((begins - first).days, 0)] = False
        on[max((ends - first).days + 1, 0) :] = False
        running += on
    at = np.array([(changes[text] - first).days for text in single["date"]], dtype=int)
    inside = (at >= 0) & (at < running.size)
    np.add.at(running, at[inside], np.where(added, 1.0, -1.0)[inside])
    sums = np.concatenate([[0.0], np.cumsum(running)])
    weeks = sums[WINDOW_DAYS:] - sums[:-WINDOW_DAYS]
    return first + timedelta(days=int(np.argmax(weeks >= FULL_SHARE * weeks.max())))


def _day(text: str) -> date:
    try:
        return datetime.strptime(text, "%Y%m%d").date()  # noqa: DTZ007 - a day, no moment
    except (ValueError, TypeError) as error:
        raise column_retyped("date", repr(text), "a day like 20260301") from error


def _whole(path: Path, name: str, members: Collection[str] = _MEMBERS) -> pd.DataFrame:
    """One member as text, empty cells missing; no rows where it is not among `members`."""
    blocks = list(_blocks(path, name)) if name in members else []
    if not blocks:
        columns = (*_NEEDED.get(name, ()), *_OPTIONAL.get(name, ()))
        return pd.DataFrame(columns=list(columns), dtype="str")
    frame: pd.DataFrame = pyarrow.Table.from_batches(blocks).to_pandas().astype("str")
    return frame.mask(frame == "")


def _blocks(path: Path, name: str) -> Iterator[pyarrow.RecordBatch]:
    """The rows of one member in blocks, straight from the archive, every cell as text."""
    needed, optional = _NEEDED.get(name, ()), _OPTIONAL.get(name, ())
    with file_guard.member(path, name, caps=CAPS) as content:
        header = content.readline().decode("utf-8-sig", "replace").strip()
        if not header and name not in _MEMBERS:
            return
        names = [heading.strip().strip('"') for heading in header.split(",")]
        column_checks.require(names, needed)
        chosen = [*needed, *optional] if needed else names
        try:
            reader = pyarrow.csv.open_csv(
                _Rest(content),
                read_options=pyarrow.csv.ReadOptions(column_names=names, block_size=_BLOCK_BYTES),
                # Names may span lines; times never do, and there are millions of them.
                parse_options=pyarrow.csv.ParseOptions(newlines_in_values=name == "stops.txt"),
                convert_options=pyarrow.csv.ConvertOptions(
                    include_columns=chosen,
                    include_missing_columns=True,
                    column_types={column: pyarrow.string() for column in chosen},
                    strings_can_be_null=False,
                ),
            )
            yield from (block for block in reader if block.num_rows)
        except pyarrow.ArrowInvalid as error:
            if "Empty CSV" not in str(error):
                raise ContentError("csv-broken", name=name, line="-", detail=error) from error


class _Rest(io.RawIOBase):
    """The rest of a member, wrapped because the reader of CSV closes its input."""

    def __init__(self, content: IO[bytes]) -> None:
        self._content = content

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        return self._content.read(size)


def _whole_numbers(texts: pyarrow.ChunkedArray) -> pyarrow.ChunkedArray:
    try:
        return pyarrow.compute.cast(pyarrow.compute.utf8_trim_whitespace(texts), pyarrow.int64())
    except pyarrow.ArrowInvalid as error:
        raise column_retyped("stop_sequence", str(error), "a whole number") from error
