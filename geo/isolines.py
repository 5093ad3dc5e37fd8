"""Lines along which a surface has one value, from values on a grid (marching squares)."""

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from shapely.geometry import MultiLineString

from geo.decay import Floats
from geo.errors import MissingValueError, WrongShapeError

# Sides of a cell: 0 south, 1 east, 2 north, 3 west. Corners in bits: south-west 1, south-east 2,
# north-east 4, north-west 8.
_PAIRS: tuple[tuple[tuple[int, int], ...], ...] = (
    (),
    ((3, 0),),
    ((0, 1),),
    ((3, 1),),
    ((1, 2),),
    ((3, 0), (1, 2)),
    ((0, 2),),
    ((3, 2),),
    ((2, 3),),
    ((2, 0),),
    ((0, 1), (2, 3)),
    ((2, 1),),
    ((1, 3),),
    ((1, 0),),
    ((0, 3),),
    (),
)
_OTHER_WAY = {5: ((3, 2), (1, 0)), 10: ((0, 3), (2, 1))}


def isolines(values: ArrayLike, x: ArrayLike, y: ArrayLike, level: float) -> MultiLineString:
    """The lines where `values[rows, columns]` pass `level`, in the unit of `x[columns]` and
    `y[rows]`; empty if none.

    Between grid points the surface is taken as straight; a saddle is parted by the mean of its
    corners.
    """
    surface, across, up = (np.asarray(given, dtype=np.float64) for given in (values, x, y))
    if surface.ndim != 2 or surface.shape != (up.size, across.size) or min(surface.shape) < 2:
        raise WrongShapeError(
            f"expected a grid of {up.size} x {across.size} with 2 or more each way, got"
            f" {surface.shape}"
        )
    if not (np.diff(across) > 0.0).all() or not (np.diff(up) > 0.0).all():
        raise WrongShapeError("expected x and y to grow")
    if not np.isfinite(surface).all() or not np.isfinite(level):
        raise MissingValueError(
            "expected known values on the whole grid and a known level, got a gap"
        )
    above = surface >= level
    kinds = above[:-1, :-1] + 2 * above[:-1, 1:] + 4 * above[1:, 1:] + 8 * above[1:, :-1]
    rows, columns = np.nonzero((kinds > 0) & (kinds < 15))
    sides = _sides(surface, across, up, level, rows, columns)
    kind = kinds[rows, columns]
    corners = (surface[:-1, :-1] + surface[:-1, 1:] + surface[1:, 1:] + surface[1:, :-1])[
        rows, columns
    ]
    segments = []
    for met in np.unique(kind):
        cells = kind == met
        turned = (
            cells & (corners >= 4.0 * level)
            if int(met) in _OTHER_WAY
            else np.zeros(cells.size, dtype=bool)
        )
        for pairs, which in (
            (_PAIRS[met], cells & ~turned),
            (_OTHER_WAY.get(int(met), ()), turned),
        ):
            segments += [
                np.stack([sides[start][which], sides[end][which]], axis=1) for start, end in pairs
            ]
    found = np.concatenate([*segments, np.empty((0, 2, 2))])
    found = found[(found[:, 0] != found[:, 1]).any(axis=1)]
    if not len(found):
        return MultiLineString()
    merged = shapely.line_merge(shapely.multilinestrings(shapely.linestrings(found)))
    return merged if isinstance(merged, MultiLineString) else MultiLineString([merged])


def _sides(
    surface: Floats,
    x: Floats,
    y: Floats,
    level: float,
    rows: NDArray[np.intp],
    columns: NDArray[np.intp],
) -> Sequence[Floats]:
    """Where the level meets the south, east, north and west side of these cells,
    `[cells, 2]` each.
    """
    west, east, south, north = x[columns], x[columns + 1], y[rows], y[rows + 1]
    corner = {(up, right): surface[rows + up, columns + right] for up in (0, 1) for right in (0, 1)}

    def part(first: Floats, last: Floats) -> Floats:
        # A side that is not crossed is never asked for; equal ends would divide by zero.
        rise = np.where(last != first, last - first, 1.0)
        return np.where(last != first, (level - first) / rise, 0.5)

    def placed(at_x: Floats, at_y: Floats) -> Floats:
        return np.stack([at_x, at_y], axis=1)

    return (
        placed(west + (east - west) * part(corner[0, 0], corner[0, 1]), south),
        placed(east, south + (north - south) * part(corner[0, 1], corner[1, 1])),
        placed(west + (east - west) * part(corner[1, 0], corner[1, 1]), north),
        placed(west, south + (north - south) * part(corner[0, 0], corner[1, 0])),
    )
