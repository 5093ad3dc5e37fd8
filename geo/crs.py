"""The coordinate system of all measuring (RD), conversion from and to it, and plausible extents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Self, TypeAlias, TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from geopandas.array import GeometryArray
from numpy.typing import ArrayLike
from pandas.api.extensions import ExtensionArray
from pyproj import CRS, Proj, Transformer
from shapely.geometry.base import BaseGeometry

from geo.arrays import Floats, Mask
from geo.errors import MissingValueError, OutsideBoxError, WrongCrsError, WrongShapeError

RD = "EPSG:28992"
WGS84 = "EPSG:4326"
RD_SYSTEM = CRS.from_user_input(RD)
"""RD as an object: a layer made with it costs no parsing and compares quickly."""

REACH_M = 1500.0
"""How far a place reaches around its core until it has an outline, in metres on the ground."""
RD_ORIGIN = (155_000.0, 463_000.0)
RD_TRUE_M = 200_000.0
"""This far around its origin RD is right within 0.02 per cent: in the Netherlands and beside it."""

Layer: TypeAlias = gpd.GeoDataFrame | gpd.GeoSeries
LayerT = TypeVar("LayerT", gpd.GeoDataFrame, gpd.GeoSeries)


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in RD metres; coordinates outside it are refused."""

    west: float
    south: float
    east: float
    north: float

    def __post_init__(self) -> None:
        sides = (self.west, self.south, self.east, self.north)
        if not np.isfinite(sides).all() or self.west > self.east or self.south > self.north:
            raise WrongShapeError(f"expected a box west <= east and south <= north, got {sides}")

    @classmethod
    def around(cls, layer: Layer, *, margin_m: float = 0.0) -> Self:
        """The extent of `layer` (RD) widened by `margin_m` on every side."""
        require_rd(layer)
        west, south, east, north = layer.total_bounds
        return cls(west - margin_m, south - margin_m, east + margin_m, north + margin_m)

    def holds(self, x: Floats, y: Floats) -> Mask:
        """Whether each point lies in the box, its edge included; a missing coordinate does not."""
        return (x >= self.west) & (x <= self.east) & (y >= self.south) & (y <= self.north)


def rd_frame(
    columns: Mapping[str, ArrayLike | ExtensionArray], index: pd.Index | None = None
) -> gpd.GeoDataFrame:
    """Build a GeoDataFrame from columns; a `geometry` without a CRS is taken as RD."""
    shapes = columns["geometry"]
    has_crs = isinstance(shapes, GeometryArray) and shapes.crs is not None
    drawn = shapes if has_crs else GeometryArray(np.asarray(shapes, dtype=object), crs=RD_SYSTEM)
    return geo_frame({**columns, "geometry": drawn}, index)


def geo_frame(
    columns: Mapping[str, ArrayLike | ExtensionArray], index: pd.Index | None = None
) -> gpd.GeoDataFrame:
    """Build a GeoDataFrame from columns, of which `geometry` is a GeometryArray, in its CRS.

    About 5x faster than passing shapes as `geometry=` to GeoDataFrame. The columns are not copied.
    """
    return gpd.GeoDataFrame(
        pd.DataFrame(dict(columns), index=index, copy=False), geometry="geometry", copy=False
    )


def is_rd(layer: Layer) -> bool:
    """Whether the layer has the CRS RD."""
    crs = layer.crs
    return crs is RD_SYSTEM or (crs is not None and (crs == RD_SYSTEM or crs.to_epsg() == 28992))


def require_rd(layer: Layer) -> None:
    """Raise WrongCrsError unless the layer is in RD, WrongShapeError when it has no geometry."""
    if not isinstance(layer, gpd.GeoSeries) and not (
        isinstance(layer, gpd.GeoDataFrame) and layer.active_geometry_name in layer.columns
    ):
        raise WrongShapeError(
            f"expected a layer with geometry, got a {type(layer).__name__} without: name its column"
            " with set_geometry"
        )
    if is_rd(layer):
        return
    if layer.crs is None:
        raise WrongCrsError(
            f"expected {RD}, got no coordinate system: set the one the source states, then call"
            " to_rd"
        )
    raise WrongCrsError(f"expected {RD}, got {_name(layer.crs)}: call to_rd first")


def to_rd(layer: LayerT) -> LayerT:
    """The same layer in RD metres; a layer in RD comes back as it is.

    Lands within 0.15 m of RDNAPTRANS in Twente, without correction grids. Raises WrongCrsError
    without a coordinate system, and OutsideBoxError where coordinates cannot be of the system they
    claim (metres called degrees).
    """
    if is_rd(layer):
        return layer
    if layer.crs is None:
        raise WrongCrsError(
            f"expected a coordinate system to come from, got none: set {WGS84} or what the source"
            " states"
        )
    if layer.crs.is_geographic:
        _require_degrees(layer)
    return layer.to_crs(RD_SYSTEM)


def to_wgs84(layer: LayerT) -> LayerT:
    """The same layer in degrees, longitude first; a layer in WGS84 comes back as it is."""
    if layer.crs is None:
        raise WrongCrsError(
            f"expected {RD}, got no coordinate system: set the one the source states"
        )
    return layer if layer.crs == WGS84 else layer.to_crs(WGS84)


def rd_per_metre(x: ArrayLike, y: ArrayLike) -> Floats:
    """Metres of RD per metre on the ground at points in RD; RD is conformal, so for every
    direction.

    1 in and near the Netherlands, 1.001 in the south of Germany, 1.007 in Warsaw, 1.022 in Lisbon.
    """
    x, y = np.broadcast_arrays(np.asarray(x, dtype=float), np.asarray(y, dtype=float))
    scale = np.ones(x.shape)
    far = np.hypot(x - RD_ORIGIN[0], y - RD_ORIGIN[1]) > RD_TRUE_M
    if far.any():
        lon, lat = _transform(x[far], y[far], RD, WGS84)
        scale[far] = Proj(RD).get_factors(lon, lat).meridional_scale
    return scale


def rd_per_metre_at(shape: BaseGeometry) -> float:
    """`rd_per_metre` at the middle of a shape in RD."""
    west, south, east, north = shape.bounds
    return float(rd_per_metre((west + east) / 2.0, (south + north) / 2.0))


def around(spot: BaseGeometry, radius_m: float, *, quad_segs: int = 32) -> BaseGeometry:
    """The area within so many metres on the ground of a shape in RD."""
    return spot.buffer(radius_m * rd_per_metre_at(spot), quad_segs=quad_segs)


def distance_m(geometry: BaseGeometry, other: BaseGeometry) -> float:
    """Metres on the ground between two shapes in RD that lie near each other."""
    return float(geometry.distance(other)) / rd_per_metre_at(geometry)


def area_m2(shape: BaseGeometry) -> float:
    """Square metres on the ground of a shape in RD."""
    return float(shape.area) / rd_per_metre_at(shape) ** 2 if not shape.is_empty else 0.0


def on_ground(layer: LayerT, scale: float) -> LayerT:
    """The layer in metres on the ground, where `scale` of RD make one; only to measure in."""
    if scale == 1.0:
        return layer
    drawn = np.asarray(layer.geometry.array, dtype=object)
    shapes = shapely.transform(drawn, lambda xy: xy / scale)
    series = gpd.GeoSeries(shapes, index=layer.index, crs=RD_SYSTEM)
    return layer.set_geometry(series) if isinstance(layer, gpd.GeoDataFrame) else series


def inside(layer: Layer, box: Box) -> pd.Series:
    """Whether each row lies wholly in `box`; missing and empty geometry does not."""
    west, south, east, north = shapely.bounds(
        np.asarray(to_rd(layer).geometry.array, dtype=object)
    ).T
    lower, upper = box.holds(west, south), box.holds(east, north)
    return pd.Series(lower & upper, index=layer.index, name="inside")


def require_inside(layer: Layer, box: Box) -> None:
    """Raise OutsideBoxError, with a guess at the mistake, unless all coordinates lie in `box`.

    The layer may be in any stated system. Rows without geometry are not checked here.
    """
    if layer.crs is None:
        raise WrongCrsError(
            f"expected a coordinate system, got none: set {WGS84}, {RD} or what the source states"
        )
    x, y = _xy(layer)
    known = np.isfinite(x) & np.isfinite(y)
    if not known.all():
        raise MissingValueError(
            f"expected numbers for coordinates, got {int((~known).sum())} endless or missing: read"
            " the source again"
        )
    rd_x, rd_y = _read(x, y, layer.crs)
    outside = ~box.holds(rd_x, rd_y)
    if not outside.any():
        return
    first = int(np.flatnonzero(outside)[0])
    raise OutsideBoxError(
        f"{int(outside.sum())} of {outside.size} coordinates outside the box {_words(box)}, "
        f"first ({x[first]:.10g}, {y[first]:.10g}) in {_name(layer.crs)}: "
        + _guess(x[outside], y[outside], layer.crs, box)
    )


def _guess(x: Floats, y: Floats, crs: CRS, box: Box) -> str:
    """The likely mistake: the reading under which most coordinates fall in the box."""
    undone_x, undone_y = _transform(x, y, crs, WGS84)
    readings = {
        f"these are degrees, longitude first, called {_name(crs)}; set {WGS84}": _read(x, y, WGS84),
        f"these are degrees, latitude first; swap them and set {WGS84}": _read(y, x, WGS84),
        f"these are RD metres called {_name(crs)}; set {RD}": (x, y),
        f"these are RD metres with x and y swapped; swap them and set {RD}": (y, x),
        "latitude and longitude were swapped before they were turned into metres; swap them at the"
        " source": _read(undone_y, undone_x, WGS84),
    }
    hits = {words: float(box.holds(*point).mean()) for words, point in readings.items()}
    best = max(hits, key=hits.__getitem__)
    return (
        best
        if hits[best] > 0.5
        else "no swap or other coordinate system explains it; check that this is the right region"
    )


def _require_degrees(layer: Layer) -> None:
    x, y = _xy(layer)
    wrong = ~((np.abs(x) <= 180.0) & (np.abs(y) <= 90.0))
    if not wrong.any():
        return
    first = int(np.flatnonzero(wrong)[0])
    swapped = bool(((np.abs(y) <= 180.0) & (np.abs(x) <= 90.0)).all())
    cure = (
        "latitude and longitude are swapped"
        if swapped
        else f"these look like RD metres called {_name(layer.crs)}; set {RD}"
    )
    raise OutsideBoxError(
        f"expected degrees within 180 and 90, got ({x[first]:.10g}, {y[first]:.10g}) "
        f"in {int(wrong.sum())} of {x.size} coordinates: {cure}"
    )


def _read(x: Floats, y: Floats, crs: CRS | str) -> tuple[Floats, Floats]:
    return (x, y) if crs is RD_SYSTEM or crs == RD else _transform(x, y, crs, RD)


def _transform(x: Floats, y: Floats, source: CRS | str, target: str) -> tuple[Floats, Floats]:
    # Impossible coordinates come out as infinity, which no box holds.
    east, north = _transformer(source, target).transform(x, y)
    return np.asarray(east, dtype=float), np.asarray(north, dtype=float)


# Making one takes longer than turning a thousand points.
@lru_cache(maxsize=16)
def _transformer(source: CRS | str, target: str) -> Transformer:
    return Transformer.from_crs(source, target, always_xy=True)


def _xy(layer: Layer) -> tuple[Floats, Floats]:
    points = shapely.get_coordinates(layer.geometry.array)
    return np.ascontiguousarray(points[:, 0]), np.ascontiguousarray(points[:, 1])


def _name(crs: CRS) -> str:
    authority = crs.to_authority()
    return ":".join(authority) if authority else crs.name


def _words(box: Box) -> str:
    return f"{box.west:.0f},{box.south:.0f} to {box.east:.0f},{box.north:.0f} (RD metres)"
