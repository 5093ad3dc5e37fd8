"""The made-up land under the region: an island with a border, roads and railways."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely
from shapely.geometry import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from etl.example import plan
from etl.example.region import TOWNS, spot, villages
from geo.crs import RD

_ROUNDED_M = 2_500.0
# Farther than any map of the region looks.
_SEA_M = 150_000.0
_BEND = 0.05


def background() -> gpd.GeoDataFrame:
    """Land, water, green, rail and roads under the map, by kind, in RD."""
    land = tomllib.loads(Path(__file__).with_name("land.toml").read_text("utf-8"))
    island = Polygon(_points(land["coast"]))
    for metres in (-_ROUNDED_M, 2 * _ROUNDED_M, -_ROUNDED_M):
        island = island.buffer(metres)
    east = Polygon([*_points(land["border"]), *_points(((60, -30), (60, 30)))])
    rows: list[tuple[str, BaseGeometry]] = [
        ("land_nl", island.difference(east)),
        ("land_de", island.intersection(east)),
        ("water", spot(0, 0).buffer(_SEA_M, quad_segs=8).difference(island)),
        ("water", Polygon(_points(land["lake"])).buffer(700.0)),
        ("green", Polygon(_points(land["wood"])).buffer(500.0)),
        *plan.shapes(),
        *(("rail", line) for line in _railways(land["railways"])),
        *(("road", line) for line in _roads(land["roads"])),
    ]
    # Whole decimetres: the last digits of a buffer are no coast.
    shapes = gpd.GeoSeries(shapely.set_precision([shape for _, shape in rows], 0.1), crs=RD)
    return gpd.GeoDataFrame(
        {"kind": pd.Series([kind for kind, _ in rows], dtype="str")}, geometry=shapes
    )


def _points(km: Sequence[Sequence[float]]) -> list[Point]:
    return [spot(east, north) for east, north in km]


def _ends() -> dict[str, Point]:
    """Where roads begin and end, by the last part of the name of a town."""
    towns = {town.place_id.removeprefix("voorbeeld"): town.core for town in TOWNS}
    return towns | {name.removeprefix("Beispiel"): point for name, point in villages().items()}


def _roads(pairs: Sequence[str]) -> Iterator[LineString]:
    """A road bends a little, now to one side and now to the other."""
    known = _ends()
    for number, pair in enumerate(pairs):
        start, end = (known[name] if name in known else plan.point(name) for name in pair.split())
        side = _BEND if number % 2 else -_BEND
        across = Point(-(end.y - start.y) * side, (end.x - start.x) * side)
        thirds = [
            Point(
                start.x + part * (end.x - start.x) + across.x,
                start.y + part * (end.y - start.y) + across.y,
            )
            for part in (0.3, 0.7)
        ]
        yield LineString([start, *thirds, end])


def _railways(lines: Sequence[str]) -> Iterator[LineString]:
    stations = {town.place_id.removeprefix("voorbeeld"): town.station for town in TOWNS}
    for line in lines:
        yield LineString([stations[name] for name in line.split()])
    west, east = plan.rail_ends()
    yield LineString([stations["duin"], stations["haven"], west])
    yield LineString([east, stations["weide"], _ends()["stadt"]])
