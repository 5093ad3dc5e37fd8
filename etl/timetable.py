"""Stops and their departures on a normal workday, from a timetable in GTFS (a zip of CSV files)."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow
import pyarrow.compute
import pyarrow.csv

from etl import archive, columns
from etl.archive import MIB, Caps, require_archive
from etl.area import Area
from etl.errors import ContentError
from etl.problems import found
from geo.crs import RD, WGS84, to_rd

CAPS = Caps(file_bytes=1024 * MIB, unpacked_bytes=8192 * MIB)
WINDOW_DAYS = 28
"""Four weeks from the first day of the timetable: works and holidays distort a single day."""

_BLOCK_BYTES = 16 * MIB
_NEEDED = {
    "stops.txt": ("stop_id", "stop_name", "stop_lat", "stop_lon"),
    "trips.txt": ("trip_id", "service_id"),
    "stop_times.txt": ("trip_id", "stop_id", "stop_sequence"),
}
_OPTIONAL = {"stops.txt": ("stop_code", "parent_station"), "stop_times.txt": ("pickup_type",)}
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NO_PICKUP = "1"


@dataclass(frozen=True, slots=True)
class Timetable:
    """Stop places in the area (RD) with `stop_id, name, departures_per_workday`; the four weeks they were counted in."""

    stops: gpd.GeoDataFrame
    first: date
    last: date


def stops(content: pd.DataFrame, area: Area) -> gpd.GeoDataFrame:
    """Stops with `stop_id, stop_code, stop_name, parent_station` and a point in RD, those beyond the plausible box left out."""
    columns.require(content.columns, _NEEDED["stops.txt"])
    lat, lon = (columns.require_numbers(content[name], name) for name in ("stop_lat", "stop_lon"))
    sound = lat.between(-90.0, 90.0) & lon.between(-180.0, 180.0) & ~((lat == 0.0) & (lon == 0.0))
    known = content[sound].reindex(columns=["stop_id", "stop_code", "stop_name", "parent_station"])
    points = to_rd(gpd.GeoSeries(gpd.points_from_xy(lon[sound], lat[sound]), index=known.index, crs=WGS84))
    frame = gpd.GeoDataFrame(known, geometry=points, crs=RD)
    near = area.plausible(frame)
    if len(frame) and not near.any():
        area.require_plausible(frame)
    return frame[near].reset_index(drop=True)


def stops_in(path: Path, area: Area) -> gpd.GeoDataFrame:
    """All stops of a timetable within the plausible box."""
    return stops(_whole(path, "stops.txt"), area)


def read(path: Path, area: Area) -> Timetable:
    """Departures per stop place and workday in the area: the median of the workdays of four weeks.

    Quays of one stop place count together. The last stop of a trip and stops where nobody may get in are no departures.
    """
    members = require_archive(path, wanted=tuple(_NEEDED), caps=CAPS)
    quays = stops_in(path, area)
    quays = quays[area.owners(quays).notna()]
    active, days = _active(path, members)
    workdays = [at for at, day in enumerate(days) if day.weekday() < 5]
    # A stop place goes by its own id, a stop outside any by its own too.
    place = quays["parent_station"].fillna(quays["stop_id"]).to_numpy(dtype=object)
    per_service = _departures(path, dict(zip(quays["stop_id"], place, strict=True)))
    services = {name: at for at, name in enumerate(active.index)}
    known = per_service[per_service["service_id"].isin(services)]
    names = pd.Index(sorted(set(place)))
    counts = np.zeros((len(names), len(days)))
    rows = names.get_indexer(known["place"])
    runs = active.to_numpy(dtype=float)[[services[name] for name in known["service_id"]]]
    np.add.at(counts, rows, known["departures"].to_numpy(dtype=float)[:, None] * runs)
    normal = np.median(counts[:, workdays], axis=1) if workdays else np.full(len(names), np.nan)
    points = quays.assign(place=place).dissolve("place", aggfunc={"stop_name": "first"}).reindex(names)
    frame = gpd.GeoDataFrame(
        {"stop_id": names.to_series(index=range(len(names))), "name": points["stop_name"].to_numpy(), "departures_per_workday": normal},
        geometry=points.geometry.centroid.to_numpy(),
        crs=RD,
    )
    return Timetable(frame[frame["departures_per_workday"] > 0].reset_index(drop=True), days[0], days[-1])


def _departures(path: Path, places: dict[str, object]) -> pd.DataFrame:
    """Departures per stop place and service, one row each."""
    wanted = pyarrow.array(list(places), type=pyarrow.string())
    lasts: list[pyarrow.Table] = []
    ours: list[pyarrow.Table] = []
    for block in _blocks(path, "stop_times.txt"):
        table = pyarrow.Table.from_batches([block])
        table = table.set_column(table.schema.get_field_index("stop_sequence"), "stop_sequence", _whole_numbers(table["stop_sequence"]))
        lasts.append(table.group_by("trip_id").aggregate([("stop_sequence", "max")]))
        ours.append(table.filter(pyarrow.compute.is_in(table["stop_id"], value_set=wanted)))
    if not ours:
        return pd.DataFrame({"place": [], "service_id": [], "departures": []})
    met = pyarrow.concat_tables(ours).to_pandas()
    last = pyarrow.concat_tables(lasts).group_by("trip_id").aggregate([("stop_sequence_max", "max")]).to_pandas()
    ends = last.set_index("trip_id")["stop_sequence_max_max"]
    leaving = met[(met["stop_sequence"] < met["trip_id"].map(ends)) & met["pickup_type"].ne(_NO_PICKUP)]
    trips = _whole(path, "trips.txt").set_index("trip_id")["service_id"]
    told = leaving.assign(place=leaving["stop_id"].map(places), service_id=leaving["trip_id"].map(trips[~trips.index.duplicated()]))
    return told.groupby(["place", "service_id"]).size().rename("departures").reset_index()


def _active(path: Path, members: Sequence[str]) -> tuple[pd.DataFrame, list[date]]:
    """Whether each service runs on each day of the window; the Dutch timetable gives single days only, others weeks as well."""
    if not {"calendar.txt", "calendar_dates.txt"} & set(members):
        raise ContentError(found("archive-missing", name=path.name, member="calendar.txt, calendar_dates.txt"))
    single = _whole(path, "calendar_dates.txt") if "calendar_dates.txt" in members else pd.DataFrame(columns=["service_id", "date", "exception_type"])
    weekly = _whole(path, "calendar.txt") if "calendar.txt" in members else pd.DataFrame(columns=["service_id", "start_date", "end_date", *_DAYS])
    added = single[single["exception_type"] == "1"]
    starts = [_day(text) for text in (*added["date"].unique(), *weekly["start_date"].unique())]
    if not starts:
        raise ContentError(found("column-retyped", column="date", met="no day of service", expected="a day like 20260301"))
    days = [min(starts) + timedelta(days=number) for number in range(WINDOW_DAYS)]
    names = sorted({*single["service_id"], *weekly["service_id"]})
    active = pd.DataFrame(False, index=pd.Index(names), columns=days)
    for row in weekly.to_dict("records"):
        first, last = _day(row["start_date"]), _day(row["end_date"])
        active.loc[row["service_id"]] = [first <= day <= last and row[_DAYS[day.weekday()]] == "1" for day in days]
    texts = {day.strftime("%Y%m%d"): at for at, day in enumerate(days)}
    near = single[single["date"].isin(texts)]
    values = active.to_numpy(copy=True)
    rows, at = active.index.get_indexer(near["service_id"]), near["date"].map(texts).to_numpy(dtype=int)
    values[rows, at] = (near["exception_type"] == "1").to_numpy()
    return pd.DataFrame(values, index=active.index, columns=days), days


def _day(text: str) -> date:
    if not re.fullmatch(r"\d{8}", text):
        raise ContentError(found("column-retyped", column="date", met=repr(text), expected="a day like 20260301"))
    return datetime.strptime(text, "%Y%m%d").date()


def _whole(path: Path, name: str) -> pd.DataFrame:
    """One member as text; empty cells missing."""
    blocks = list(_blocks(path, name))
    if not blocks:
        return pd.DataFrame({column: pd.Series([], dtype="str") for column in (*_NEEDED.get(name, ()), *_OPTIONAL.get(name, ()))})
    frame = pyarrow.Table.from_batches(blocks).to_pandas().astype("str")
    return frame.mask(frame == "")


def _blocks(path: Path, name: str) -> Iterator[pyarrow.RecordBatch]:
    """The rows of one member in blocks, straight from the archive, every cell as text."""
    needed, optional = _NEEDED.get(name, ()), _OPTIONAL.get(name, ())
    with archive.member(path, name, caps=CAPS) as content:
        header = content.readline().decode("utf-8-sig", "replace").strip()
        names = [one.strip().strip('"') for one in header.split(",")]
        columns.require(names, needed)
        chosen = [*needed, *optional] if needed else names
        try:
            reader = pyarrow.csv.open_csv(
                _Rest(content),
                read_options=pyarrow.csv.ReadOptions(column_names=names, block_size=_BLOCK_BYTES),
                convert_options=pyarrow.csv.ConvertOptions(
                    include_columns=chosen,
                    include_missing_columns=True,
                    column_types={one: pyarrow.string() for one in chosen},
                    strings_can_be_null=False,
                ),
            )
            yield from (block for block in reader if block.num_rows)
        except pyarrow.ArrowInvalid as error:
            if "Empty CSV" not in str(error):
                raise ContentError(found("csv-broken", line="-", detail=f"{name}: {error}")) from error


class _Rest(io.RawIOBase):
    """What is left of a member, under a name of its own: the reader closes what it is given."""

    def __init__(self, content: io.BufferedIOBase) -> None:
        self._content = content

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        return self._content.read(size)


def _whole_numbers(texts: pyarrow.ChunkedArray) -> pyarrow.ChunkedArray:
    try:
        return pyarrow.compute.cast(pyarrow.compute.utf8_trim_whitespace(texts), pyarrow.int64())
    except pyarrow.ArrowInvalid as error:
        raise ContentError(found("column-retyped", column="stop_sequence", met=str(error), expected="a whole number")) from error
