"""Geometry in RD as whole steps of a degree, for the browser."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache, lru_cache
from typing import cast

import numpy as np
import pyproj
import shapely
from numpy.typing import ArrayLike
from shapely.geometry.base import BaseGeometry

from dashboard.errors import MapError

Bounds = tuple[float, float, float, float]
# Parts of one shape (points, lines, rings), each a flat list x, y, dx, dy, ...; None has no place.
Shape = list[list[int]] | None

STEPS_PER_DEGREE: Mapping[str, int] = {"point": 1_000_000, "line": 100_000, "area": 100_000}

# PROJ takes 30 ms to set up per thread, and every rerun is a new thread: this one stays.
_PROJECTING = ThreadPoolExecutor(1, "projecting")


@lru_cache(maxsize=4096)
def to_degrees(bounds: Bounds) -> Bounds:
    """Bounds in RD as west, south, east, north in degrees, 5 decimals."""
    west, south, east, north = bounds
    if not (west < east and south < north):
        raise MapError(f"bounds {bounds}, expected west < east and south < north in RD metres")
    xs = np.array([west, west, east, east])
    ys = np.array([south, north, south, north])
    lon, lat = _projected(xs, ys)
    degrees = (lon.min(), lat.min(), lon.max(), lat.max())
    w, s, e, n = (round(float(value), 5) for value in degrees)
    return w, s, e, n


def point_to_degrees(point_rd: tuple[float, float]) -> tuple[float, float]:
    """A point in RD as longitude and latitude, 5 decimals."""
    lon, lat = _projected(*point_rd)
    return round(float(lon), 5), round(float(lat), 5)


def _projected(x: ArrayLike, y: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Longitude and latitude of points in RD."""
    done = _PROJECTING.submit(lambda: _transformer().transform(x, y))
    return cast("tuple[np.ndarray, np.ndarray]", done.result())


@cache
def _transformer() -> pyproj.Transformer:
    return pyproj.Transformer.from_crs("EPSG:28992", "EPSG:4326", always_xy=True)


_KINDS = {0: "point", 1: "line", 2: "line", 3: "area", 4: "point", 5: "line", 6: "area"}


def kind_of(shapes: Sequence[BaseGeometry | None], where: str) -> str:
    """`point`, `line` or `area`; point without any geometry. Raises MapError for a mixture."""
    kinds = {
        _KINDS.get(int(shapely.get_type_id(shape)), "mixed")
        for shape in shapes
        if shape is not None
    }
    if len(kinds) > 1 or "mixed" in kinds:
        raise MapError(
            f"{where}: geometry of kinds {sorted(kinds)}, expected one of point, line, area"
        )
    return kinds.pop() if kinds else "point"


def steps(shapes: Sequence[BaseGeometry | None], per_degree: int) -> list[Shape]:
    """Per shape its parts (points, lines, rings), each a flat list of steps between vertices."""
    present = np.array([shape for shape in shapes if shape is not None], dtype=object)
    if present.size == 0:
        return [None for _ in shapes]
    parts, owner = shapely.get_parts(present, return_index=True)
    if shapely.get_type_id(parts[0]) == 3 or (shapely.get_dimensions(parts) == 2).any():
        parts, owner = _rings(parts, owner)
    coordinates, part = shapely.get_coordinates(parts, return_index=True)
    lon, lat = _projected(coordinates[:, 0], coordinates[:, 1])
    stepped = np.column_stack([np.rint(lon * per_degree), np.rint(lat * per_degree)]).astype(
        np.int64
    )
    begin = np.searchsorted(part, np.arange(len(parts) + 1))
    deltas = np.diff(stepped, axis=0, prepend=0)
    # The first vertex of a part is absolute; an empty part has none.
    first = begin[:-1][begin[:-1] < begin[1:]]
    deltas[first] = stepped[first]
    numbers = deltas.ravel().tolist()
    flat: list[list[list[int]]] = [[] for _ in range(present.size)]
    for index, start, end in zip(
        owner.tolist(), begin[:-1].tolist(), begin[1:].tolist(), strict=True
    ):
        flat[index].append(numbers[2 * start : 2 * end])
    drawn = iter(flat)
    return [None if shape is None else next(drawn) for shape in shapes]


def _rings(parts: np.ndarray, owner: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Polygons split into rings; lines are unchanged."""
    out: list[BaseGeometry] = []
    owners: list[int] = []
    for shape, index in zip(parts, owner, strict=True):
        pieces = [*shapely.get_rings(shape)] if shapely.get_dimensions(shape) == 2 else [shape]
        out.extend(pieces)
        owners.extend([int(index)] * len(pieces))
    return np.array(out, dtype=object), np.array(owners)
