"""A made-up street grid, its core and its shops, in RD."""

from collections.abc import Sequence

import geopandas as gpd
from shapely.geometry import LineString, Point
from shapely.geometry.base import BaseGeometry

from geo.crs import RD

Coordinates = tuple[float, float]


def layer(
    *shapes: Sequence[Coordinates] | BaseGeometry, **columns: Sequence[object]
) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        columns,
        geometry=[s if isinstance(s, BaseGeometry) else LineString(s) for s in shapes],
        crs=RD,
    )


def grid(
    side: int = 7, step_m: float = 100.0, west: float = 0.0, south: float = 0.0
) -> gpd.GeoDataFrame:
    at = [step_m * number for number in range(side)]
    across = [[(west + x, south + y), (west + x + step_m, south + y)] for x in at[:-1] for y in at]
    along = [[(west + y, south + x), (west + y, south + x + step_m)] for x in at[:-1] for y in at]
    return layer(*across, *along)


def core(x: float = 0.0, y: float = 0.0) -> gpd.GeoSeries:
    return gpd.GeoSeries([Point(x, y)], crs=RD)


def shops(*places: Coordinates) -> gpd.GeoDataFrame:
    return layer(*[Point(place) for place in places])
