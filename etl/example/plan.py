"""The street plan of Voorbeeldstad: streets and squares between named junctions."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
from shapely.geometry import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from etl.example.rows import read
from geo.crs import RD

# Open sea north-west of Texel: a map of the country shows that there is no such town.
X, Y = 60_000.0, 575_000.0

# Metres east and north of `m`, the middle of the market square.
_JUNCTIONS = {
    row["name"]: (float(row["east_m"]), float(row["north_m"])) for row in read("junctions.csv")
}
STATION = "s_sw"
_RAIL = ((X - 1_700, Y - 420), (X - 300, Y - 330), (X + 200, Y - 335), (X + 1_750, Y - 250))


def point(node: str) -> Point:
    """A junction in RD."""
    east, north = _JUNCTIONS[node]
    return Point(X + east, Y + north)


def lines() -> gpd.GeoDataFrame:
    """Streets and squares as OpenStreetMap would give them: `name, highway`, lines and
    areas in RD.
    """
    rows = read("streets.csv")
    shapes: list[BaseGeometry] = []
    for row in rows:
        points = [point(node) for node in row["junctions"].split()]
        shapes.append(LineString(points) if row["shape"] == "line" else Polygon(points))
    text = pd.DataFrame(rows, columns=["name", "highway"], dtype="str")
    return gpd.GeoDataFrame(text, geometry=gpd.GeoSeries(shapes, crs=RD))


def singel() -> Polygon:
    """The round of the four singels: the town's own outline of its inner city."""
    ring = "r_nw t2 n4 r_ne r_e1 o4 r_e2 r_se r_s z4 r_sw1 r_sw2 l4 r_w"
    return Polygon([point(node) for node in ring.split()])


def rail_ends() -> tuple[Point, Point]:
    """Where the railway leaves the town, west and east."""
    return Point(_RAIL[0]), Point(_RAIL[-1])


def shapes() -> list[tuple[str, BaseGeometry]]:
    """Water, green, rail and roads of the town under the map, by kind, in RD."""
    moat = (
        singel()
        .buffer(34.0, join_style="mitre")
        .difference(singel().buffer(20.0, join_style="mitre"))
    )
    park = Polygon(
        [
            (X - 330, Y + 95),
            (X - 290, Y + 250),
            (X - 180, Y + 300),
            (X - 210, Y + 205),
            (X - 275, Y + 95),
        ]
    )
    roads = [shape for shape in lines().geometry if shape.geom_type == "LineString"]
    return [
        ("water", moat),
        ("green", park),
        ("rail", LineString(_RAIL)),
        *(("road", shape) for shape in roads),
    ]
