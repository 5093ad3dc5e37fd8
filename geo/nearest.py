"""The nearest street of each point: a grid to look in, then exact distances."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.arrays import Floats, Ints
from geo.compiled import HAS_NUMBA, chosen, nearest_among, nearest_pieces
from geo.crs import Layer, require_rd
from geo.errors import NegativeValueError, WrongShapeError
from geo.noding import require_finite

Engine = Literal["auto", "numba", "numpy"]

CELL_M = 50.0
_LINE = int(shapely.GeometryType.LINESTRING)
_MOST_CELLS = 4_000_000
_RINGS = 8
_PAIRS = 20_000
# Below this many points, or pairs of a point and a piece of its kind, compiling takes longer than
# it saves.
_WORTH_COMPILING = 200_000


@dataclass(frozen=True, slots=True)
class SegmentGrid:
    """Square cells with, per cell, the straight pieces whose box touches it."""

    west: float
    south: float
    cell_m: float
    columns: int
    rows: int
    start: Ints
    piece: Ints


def nearest(
    points: Layer, streets: Layer, *, max_m: float = 300.0, engine: Engine = "auto"
) -> pd.DataFrame:
    """Per point `street` (label in the index of `streets`) and `distance_m`; missing beyond
    `max_m`.

    Distance to a square is 0 inside it. Of streets equally near the first in order is
    taken. Points and streets in RD; a missing or empty geometry is near nothing.
    """
    position, distance = nearest_rows(points, streets, max_m=max_m, engine=engine)
    return pd.DataFrame(
        {"street": _labels(streets.index, position), "distance_m": distance}
    ).set_axis(points.index)


def nearest_rows(
    points: Layer, streets: Layer, *, max_m: float = 300.0, engine: Engine = "auto"
) -> tuple[Ints, Floats]:
    """As `nearest`, with the position of the street: -1 beyond `max_m` metres, distance NaN."""
    require_rd(points)
    require_rd(streets)
    if not (np.isfinite(max_m) and max_m > 0):
        raise NegativeValueError(f"expected max_m above 0 and finite, got {max_m}")
    where = np.array(points.geometry.array, dtype=object)
    where[shapely.is_empty(where)] = None
    if bool((shapely.get_type_id(where) > 0).any()):
        raise WrongShapeError(
            "expected points, got lines or areas: take their representative_point first"
        )
    x, y = shapely.get_x(where), shapely.get_y(where)
    return _nearest_rows(x, y, np.asarray(streets.geometry.array, dtype=object), max_m, engine)


def nearest_of_kind(
    points: Layer, asked: Ints, streets: Layer, kind: Ints, *, max_m: float
) -> Ints:
    """Position in `streets` of the nearest of the kind each point wants, -1 beyond `max_m` metres.

    Kinds are numbers; a negative one matches nothing. Otherwise as `nearest`.
    """
    require_rd(points)
    require_rd(streets)
    where = np.asarray(points.geometry.array, dtype=object)
    shapes = np.asarray(streets.geometry.array, dtype=object)
    x, y = shapely.get_x(where), shapely.get_y(where)
    segments, row = straight_pieces(shapes)
    order = np.argsort(kind[row], kind="stable")
    offered = kind[row][order]
    begin = np.searchsorted(offered, asked, side="left")
    count = np.searchsorted(offered, asked, side="right") - begin
    count[(asked < 0) | ~(np.isfinite(x) & np.isfinite(y))] = 0
    position = np.full(len(x), -1, dtype=np.int64)
    distance2 = np.full(len(x), np.inf)
    some = np.argsort(count, kind="stable")[np.count_nonzero(count == 0) :]
    if HAS_NUMBA and count.sum() >= _WORTH_COMPILING:
        least, nearest_row = nearest_among(x, y, segments, order, begin, count)
        position, distance2 = np.where(nearest_row >= 0, row[nearest_row], -1), least
        some = some[:0]
    # Points with as many pieces to compare, a few at a time, so that what is compared stays near
    # the processor.
    times, sides = count[some], np.ascontiguousarray(segments[order].T)
    cuts = np.flatnonzero(np.diff(times) | np.diff(np.cumsum(times) // _PAIRS)) + 1
    for part in np.split(some, cuts) if some.size else ():
        piece = begin[part] + np.arange(count[part[0]])[:, None]
        squared = squared_distance(x[part], y[part], sides.take(piece, axis=1))
        distance2[part] = squared.min(axis=0)
        # The pieces of a kind stand in order, so the first of equals is the first in order.
        position[part] = row[order[begin[part] + squared.argmin(axis=0)]]
    position[distance2 > max_m**2] = -1
    areas = np.flatnonzero((shapely.get_dimensions(shapes) == 2) & (kind >= 0))
    within = np.flatnonzero(np.isin(asked, kind[areas]) & (asked >= 0)) if areas.size else areas
    if within.size:
        point, area = shapely.STRtree(shapes[areas]).query(where[within], predicate="intersects")
        same_kind = asked[within[point]] == kind[areas[area]]
        # Of two squares over one another the first in order, and of a street through a square as
        # well.
        for at, inside in zip(within[point[same_kind]], areas[area[same_kind]], strict=True):
            if distance2[at] > 0.0 or position[at] < 0 or inside < position[at]:
                position[at], distance2[at] = inside, 0.0
    return position


def straight_pieces(geometries: NDArray[np.object_]) -> tuple[Floats, Ints]:
    """`[S, 4]` x1, y1, x2, y2 of every straight piece of lines and rims, and the row of each."""
    dimension = shapely.get_dimensions(geometries)
    if (shapely.get_type_id(geometries) == _LINE).all():
        parts, row = geometries, np.arange(len(geometries))
    else:
        flat = geometries.copy()
        flat[dimension == 2] = shapely.boundary(flat[dimension == 2])
        flat[dimension < 1] = None
        parts, row = shapely.get_parts(flat, return_index=True)
    xy, part = shapely.get_coordinates(parts, return_index=True)
    require_finite(xy)
    joined = part[1:] == part[:-1]
    return np.column_stack([xy[:-1], xy[1:]])[joined], row[part[:-1][joined]].astype(np.int64)


def nearest_piece(
    x: Floats, y: Floats, segments: Floats, *, max_m: float, engine: Engine = "auto"
) -> tuple[Ints, Floats]:
    """Position in `segments` of the nearest piece, and metres to it; -1 and NaN beyond `max_m`."""
    compiled = chosen(engine, "numpy", installed=HAS_NUMBA, worthwhile=len(x) >= _WORTH_COMPILING)
    best = np.full(len(x), -1, dtype=np.int64)
    distance2 = np.full(len(x), np.inf)
    known = np.isfinite(x) & np.isfinite(y)
    if len(segments) and known.any():
        grid = _grid(segments)
        # Nothing beyond `max_m` is asked for.
        rings = int(min(_RINGS, np.ceil(max_m / grid.cell_m)))
        # Neighbours in space are then neighbours in memory.
        rows = np.flatnonzero(known)
        cell = np.floor((y[rows] - grid.south) / grid.cell_m) * 1e9 + np.floor(
            (x[rows] - grid.west) / grid.cell_m
        )
        rows = rows[np.argsort(cell, kind="stable")]
        if compiled:
            nearest, squared = nearest_pieces(
                x[rows],
                y[rows],
                segments,
                grid.start,
                grid.piece,
                grid.west,
                grid.south,
                grid.cell_m,
                grid.columns,
                grid.rows,
                rings,
            )
        else:
            nearest, squared = _by_rings(x[rows], y[rows], segments, grid, rings)
        best[rows], distance2[rows] = nearest, squared
        far = np.flatnonzero(known & (distance2 > (rings * grid.cell_m) ** 2))
        if far.size and max_m > rings * grid.cell_m:
            best[far], distance2[far] = _by_tree(x[far], y[far], segments, max_m)
    distance = np.sqrt(distance2)
    beyond = ~(distance <= max_m)
    best[beyond], distance[beyond] = -1, np.nan
    return best, distance


def _nearest_rows(
    x: Floats, y: Floats, geometries: NDArray[np.object_], max_m: float, engine: Engine
) -> tuple[Ints, Floats]:
    segments, row = straight_pieces(geometries)
    best, distance = nearest_piece(x, y, segments, max_m=max_m, engine=engine)
    position = np.where(best >= 0, row[best] if len(row) else -1, -1)
    areas = np.flatnonzero(shapely.get_dimensions(geometries) == 2)
    if areas.size:
        known = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
        point, area = shapely.STRtree(geometries[areas]).query(
            shapely.points(x[known], y[known]), predicate="intersects"
        )
        # Of two squares over one another the first in order, as everywhere.
        order = np.lexsort((area, point))
        point, at = np.unique(point[order], return_index=True)
        inside, area = known[point], areas[area[order][at]]
        gains = (distance[inside] != 0.0) | (area < position[inside])
        position[inside[gains]], distance[inside] = area[gains], 0.0
    return position, distance


def _grid(segments: Floats) -> SegmentGrid:
    low = np.minimum(segments[:, :2], segments[:, 2:])
    high = np.maximum(segments[:, :2], segments[:, 2:])
    west, south = low.min(axis=0)
    extent = high.max(axis=0) - (west, south)
    cell_m = max(CELL_M, float(np.sqrt(max(extent.prod(), extent.max() * CELL_M) / _MOST_CELLS)))
    columns, rows = (int(side // cell_m) + 1 for side in extent)
    first = np.floor((low - (west, south)) / cell_m).astype(np.int64)
    last = np.floor((high - (west, south)) / cell_m).astype(np.int64)
    wide, tall = (last - first + 1).T
    piece = np.repeat(np.arange(len(segments)), wide * tall)
    step = _counter(wide * tall)
    column = first[piece, 0] + step % wide[piece]
    line = first[piece, 1] + step // wide[piece]
    cell = line * columns + column
    order = np.argsort(cell, kind="stable")
    start = np.concatenate([[0], np.cumsum(np.bincount(cell, minlength=columns * rows))])
    return SegmentGrid(
        float(west), float(south), cell_m, columns, rows, start.astype(np.int64), piece[order]
    )


def _by_rings(
    x: Floats, y: Floats, segments: Floats, grid: SegmentGrid, rings: int
) -> tuple[Ints, Floats]:
    best = np.full(len(x), -1, dtype=np.int64)
    distance2 = np.full(len(x), np.inf)
    for begin in range(0, len(x), 50_000):
        part = slice(begin, begin + 50_000)
        best[part], distance2[part] = _rings_of(x[part], y[part], segments, grid, rings)
    return best, distance2


def _rings_of(
    x: Floats, y: Floats, segments: Floats, grid: SegmentGrid, rings: int
) -> tuple[Ints, Floats]:
    best = np.full(len(x), -1, dtype=np.int64)
    distance2 = np.full(len(x), np.inf)
    column = np.floor((x - grid.west) / grid.cell_m).astype(np.int64)
    line = np.floor((y - grid.south) / grid.cell_m).astype(np.int64)
    open_ = np.arange(len(x))
    for ring in range(1, rings + 1):
        _look(open_, x, y, column, line, ring, segments, grid, best, distance2)
        # What was not looked at lies at least `ring` cells away.
        open_ = open_[distance2[open_] > (ring * grid.cell_m) ** 2]
        if not open_.size:
            break
    return best, distance2


def _look(
    rows: Ints,
    x: Floats,
    y: Floats,
    column: Ints,
    line: Ints,
    ring: int,
    segments: Floats,
    grid: SegmentGrid,
    best: Ints,
    distance2: Floats,
) -> None:
    """Improve `best` and `distance2` of the points asked with the cells up to `ring` steps away."""
    for step in range(-ring, ring + 1):
        at = line[rows] + step
        # The first look takes the whole block of 3 x 3 cells, later ones the rim only.
        spans = (
            [(-ring, ring)] if abs(step) == ring or ring == 1 else [(-ring, -ring), (ring, ring)]
        )
        for left, right in spans:
            west = np.clip(column[rows] + left, 0, grid.columns)
            east = np.clip(column[rows] + right + 1, 0, grid.columns)
            valid = (at >= 0) & (at < grid.rows) & (west < east)
            base = np.where(valid, at, 0) * grid.columns
            begin = grid.start[base + np.where(valid, west, 0)]
            count = np.where(valid, grid.start[base + np.where(valid, east, 0)] - begin, 0)
            some = np.flatnonzero(count)
            if not some.size:
                continue
            begin, count, point = begin[some], count[some], rows[some]
            piece = grid.piece[np.repeat(begin, count) + _counter(count)]
            squared = squared_distance(
                np.repeat(x[point], count), np.repeat(y[point], count), segments[piece].T
            )
            offset = np.concatenate([[0], np.cumsum(count)[:-1]])
            least = np.minimum.reduceat(squared, offset)
            # Equally near: the first piece in order.
            lowest = np.minimum.reduceat(
                np.where(squared == np.repeat(least, count), piece, len(segments)), offset
            )
            better = (least < distance2[point]) | (
                (least == distance2[point]) & (lowest < best[point])
            )
            best[point[better]], distance2[point[better]] = lowest[better], least[better]


def squared_distance(x: Floats, y: Floats, segments: Floats) -> Floats:
    """Squared distance in m2 of each point to the straight piece beside it, `[4, ...]` x1, y1, x2,
    y2.
    """
    x1, y1, x2, y2 = segments
    dx, dy = x2 - x1, y2 - y1
    length2 = dx * dx + dy * dy
    along = (x - x1) * dx + (y - y1) * dy
    along = np.clip(along / np.where(length2 > 0.0, length2, 1.0), 0.0, 1.0)
    off_x, off_y = x - (x1 + along * dx), y - (y1 + along * dy)
    result: Floats = off_x * off_x + off_y * off_y
    return result


def _by_tree(x: Floats, y: Floats, segments: Floats, max_m: float) -> tuple[Ints, Floats]:
    """The few points far from every street, by a tree instead of the grid."""
    lines = np.asarray(shapely.linestrings(segments.reshape(-1, 2, 2)), dtype=object)
    tree = shapely.STRtree(lines)
    point, piece = tree.query_nearest(shapely.points(x, y), max_distance=max_m, all_matches=True)
    best = np.full(len(x), len(segments), dtype=np.int64)
    np.minimum.at(best, point, piece)
    reached = best < len(segments)
    distance2 = np.full(len(x), np.inf)
    distance2[reached] = squared_distance(x[reached], y[reached], segments[best[reached]].T)
    return np.where(reached, best, -1), distance2


def _counter(count: Ints) -> Ints:
    """0, 1, ... count-1 for every count in turn."""
    total = np.concatenate([[0], np.cumsum(count)])
    result: Ints = np.arange(total[-1]) - np.repeat(total[:-1], count)
    return result


def _labels(index: pd.Index, position: Ints) -> pd.Series:
    missing = position < 0
    if not len(index):
        return pd.Series(np.nan, index=range(len(position)), dtype=float)
    label = pd.Series(index.take(np.where(missing, 0, position)))
    if pd.api.types.is_integer_dtype(label.dtype):
        label = label.astype("Int64")
    return label.mask(missing)
