"""Lines along which a surface has one value, from values on a grid (marching squares)."""

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import ArrayLike
from shapely.geometry import MultiLineString

from geo.decay import Floats
from geo.errors import MissingValueError, WrongShapeError

# Sides of a cell: 0 south, 1 east, 2 north, 3 west. Corners in bits: south-west 1, south-east 2, north-east 4, north-west 8.
_PAIRS: tuple[tuple[tuple[int, int], ...], ...] = (
    (), ((3, 0),), ((0, 1),), ((3, 1),), ((1, 2),), ((3, 0), (1, 2)), ((0, 2),), ((3, 2),),
    ((2, 3),), ((2, 0),), ((0, 1), (2, 3)), ((2, 1),), ((1, 3),), ((1, 0),), ((0, 3),), (),
)  # fmt: skip
_OTHER_WAY = {5: ((3, 2), (1, 0)), 10: ((0, 3), (2, 1))}


def isolines(values: ArrayLike, x: ArrayLike, y: ArrayLike, level: float) -> MultiLineString:
    """The lines where `values[rows, columns]` pass `level`, in the unit of `x[columns]` and `y[rows]`; empty if none.

    Between grid points the surface is taken as straight; a saddle is parted by the mean of its corners.
    """
    surface, across, up = (np.asarray(given, dtype=np.float64) for given in (values, x, y))
    if surface.ndim != 2 or surface.shape != (up.size, across.size) or min(surface.shape) < 2:
        raise WrongShapeError(f"expected a grid of {up.size} x {across.size} with 2 or more each way, got {surface.shape}")
    if not (np.diff(across) > 0.0).all() or not (np.diff(up) > 0.0).all():
        raise WrongShapeError("expected x and y to grow")
    if not np.isfinite(surface).all() or not np.isfinite(level):
        raise MissingValueError("expected known values on the whole grid and a known level, got a gap")
    above = surface >= level
    kinds = above[:-1, :-1] + 2 * above[:-1, 1:] + 4 * above[1:, 1:] + 8 * above[1:, :-1]
    segments = []
    for row, column in np.argwhere((kinds > 0) & (kinds < 15)):
        kind = int(kinds[row, column])
        corners = surface[row : row + 2, column : column + 2]
        pairs = _PAIRS[kind]
        if kind in _OTHER_WAY and corners.mean() >= level:
            pairs = _OTHER_WAY[kind]
        sides = _sides(corners, across[column : column + 2], up[row : row + 2], level)
        segments += [(sides[start], sides[end]) for start, end in pairs]
    if not segments:
        return MultiLineString()
    merged = shapely.line_merge(MultiLineString([segment for segment in segments if segment[0] != segment[1]]))
    return merged if isinstance(merged, MultiLineString) else MultiLineString([merged])


def _sides(corners: Floats, x: Floats, y: Floats, level: float) -> Sequence[tuple[float, float]]:
    """Where the level meets the south, east, north and west side."""
    (south_west, south_east), (north_west, north_east) = corners

    def between(start: float, end: float, first: float, last: float) -> float:
        # A side that is not crossed is never asked for; equal ends would divide by zero.
        part = (level - first) / (last - first) if last != first else 0.5
        return float(start + (end - start) * part)

    return (
        (between(x[0], x[1], south_west, south_east), float(y[0])),
        (float(x[1]), between(y[0], y[1], south_east, north_east)),
        (between(x[0], x[1], north_west, north_east), float(y[1])),
        (float(x[0]), between(y[0], y[1], south_west, north_west)),
    )
