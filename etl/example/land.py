"""The made-up land under the region: an island in the sea that a border runs through, with roads
and railways from town to town.
"""

from __future__ import annotations

from collections.abc import Iterator

import geopandas as gpd
import pandas as pd
import shapely
from shapely.geometry import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from etl.example import plan
from etl.example.region import TOWNS, spot, villages
from geo.crs import RD

# Kilometres east and north of Voorbeeldstad, as everything here.
_COAST = (
    (-30, -16),
    (-26, -19),
    (-17, -15),
    (-9, -18),
    (-3, -23),
    (4, -21),
    (12, -19),
    (20, -16),
    (27, -14),
    (27, -4),
    (28, 4),
    (27, 13),
    (18, 14),
    (10, 18),
    (6, 21),
    (-2, 18),
    (-10, 18),
    (-18, 14),
    (-27, 12),
    (-26, 4),
    (-24, -3),
    (-28, -9),
)
_BORDER = ((19, 30), (20, 10), (21.5, 2), (22, -6), (20.5, -13), (22, -30))
_LAKE = ((-13, 9), (-11.5, 11.2), (-10, 11.4), (-10, 9.2), (-11, 7.6), (-12.6, 7.4))
_WOOD = ((4.5, 12), (6, 15), (9, 15.5), (10.5, 13), (8, 11))
_ROUNDED_M = 2_500.0
# Farther than any map of the region looks.
_SEA_M = 150_000.0
# Which towns a road or a railway joins; those of Voorbeeldstad begin where its own streets end.
_ROADS = (
    "out_w haven",
    "out_n berg",
    "out_e dal",
    "out_s burg",
    "haven duin",
    "haven kerk",
    "kerk meer",
    "meer out_n",
    "meer berg",
    "berg dal",
    "dal weide",
    "weide burg",
    "burg brug",
    "brug haven",
    "out_s brug",
    "dal stadt",
    "weide feld",
    "stadt feld",
    "feld heim",
    "burg heim",
)
_RAILWAYS = ("kerk meer berg dal weide", "haven brug burg weide")
_BEND = 0.05


def background() -> gpd.GeoDataFrame:
    """Land, water, green, rail and roads under the map, by kind, in RD."""
    island = Polygon(_points(_COAST)).buffer(-_ROUNDED_M).buffer(2 * _ROUNDED_M).buffer(-_ROUNDED_M)
    east = Polygon([*_points(_BORDER), *_points(((60, -30), (60, 30)))])
    rows: list[tuple[str, BaseGeometry]] = [
        ("land_nl", island.difference(east)),
        ("land_de", island.intersection(east)),
        ("water", spot(0, 0).buffer(_SEA_M, quad_segs=8).difference(island)),
        ("water", Polygon(_points(_LAKE)).buffer(700.0)),
        ("green", Polygon(_points(_WOOD)).buffer(500.0)),
        *plan.shapes(),
        *(("rail", line) for line in _railways()),
        *(("road", line) for line in _roads()),
    ]
    # Whole decimetres: the last digits of a buffer are no coast.
    shapes = gpd.GeoSeries(shapely.set_precision([shape for _, shape in rows], 0.1), crs=RD)
    return gpd.GeoDataFrame(
        {"kind": pd.Series([kind for kind, _ in rows], dtype="str")}, geometry=shapes
    )


def _points(km: tuple[tuple[float, float], ...]) -> list[Point]:
    return [spot(*pair) for pair in km]


def _ends() -> dict[str, Point]:
    """Where roads begin and end, by the last part of the name of a town."""
    towns = {town.place_id.removeprefix("voorbeeld"): town.core for town in TOWNS}
    return towns | {name.removeprefix("Beispiel"): point for name, point in villages().items()}


def _roads() -> Iterator[LineString]:
    """A road bends a little, now to one side and now to the other."""
    known = _ends()
    for number, pair in enumerate(_ROADS):
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


def _railways() -> Iterator[LineString]:
    stations = {town.place_id.removeprefix("voorbeeld"): town.station for town in TOWNS}
    for line in _RAILWAYS:
        yield LineString([stations[name] for name in line.split()])
    west, east = plan.rail_ends()
    yield LineString([stations["duin"], stations["haven"], west])
    yield LineString([east, stations["weide"], _ends()["stadt"]])
