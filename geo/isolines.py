"""Lines along which a surface has one value, from values on a grid (marching squares)."""

from __future__ import annotations

import numpy as np
import shapely
from contourpy import contour_generator
from numpy.typing import ArrayLike
from shapely.geometry import MultiLineString

from geo.errors import MissingValueError, WrongShapeError


def isolines(values: ArrayLike, x: ArrayLike, y: ArrayLike, level: float) -> MultiLineString:
    """The lines where `values[rows, columns]` pass `level`, in the unit of `x[columns]` and
    `y[rows]`.

    Between grid points the surface is taken as straight; a saddle is parted by the mean of its
    corners. A value equal to `level` counts as above it.

    Raises WrongShapeError when the grid does not fit its axes or an axis does not grow, and
    MissingValueError when a value or `level` is missing or infinite.
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
    # contourpy counts a value equal to the level as below it; upside down it counts as above.
    contours = contour_generator(across, up, -surface, name="serial", line_type="Separate")
    lines = [shapely.LineString(np.asarray(line)) for line in contours.lines(-level)]
    return MultiLineString([line for line in lines if line.length > 0.0])
