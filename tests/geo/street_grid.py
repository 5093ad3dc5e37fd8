"""A made-up street grid, its core and its shops, in RD."""

import geopandas as gpd
from shapely.geometry import LineString, Point

from geo.crs import RD


def layer(*shapes, **columns):
    return gpd.GeoDataFrame(
        columns, geometry=[LineString(s) if isinstance(s, list) else s for s in shapes], crs=RD
    )


def grid(side=7, step_m=100.0, west=0.0, south=0.0):
    at = [step_m * number for number in range(side)]
    across = [[(west + x, south + y), (west + x + step_m, south + y)] for x in at[:-1] for y in at]
    along = [[(west + y, south + x), (west + y, south + x + step_m)] for x in at[:-1] for y in at]
    return layer(*across, *along)


def core(x=0.0, y=0.0):
    return gpd.GeoSeries([Point(x, y)], crs=RD)


def shops(*places):
    return layer(*[Point(place) for place in places])
