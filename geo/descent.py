"""Least squares of many small problems side by side, within bounds.

Damped steps (K. Levenberg, 1944; D. W. Marquardt, 1963). Each problem has its own damping, which
follows how well the last step was predicted (H. B. Nielsen, 1999). The cost of a small problem is
mostly the calls it takes, so all problems that have not converged take their step in one call.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.arrays import Floats, Mask
from geo.errors import WrongShapeError

Cases = NDArray[np.intp]
Residuals = Callable[[Floats, Cases], tuple[Floats, Floats]]
"""From parameters `[B, P]` and each row's problem to errors `[B, R]` and slopes `[B, R, P]`."""

MOST_STEPS = 200
FIRST_DAMPING = 1e-3
# Less damping gains nothing and may leave singular equations; more moves nothing.
LEAST_DAMPING, MOST_DAMPING = 1e-9, 1e12
# A parameter moves nothing where its squared slope is at most this part of the steepest.
FLAT = 1e-24
# A step shorter than this part of every range has arrived.
STILL = 1e-10


@dataclass(frozen=True, slots=True, eq=False)
class Lowest:
    """Parameters of each problem `[K, P]`, their sum of squared errors, whether it converged."""

    parameters: Floats = field(repr=False)
    squares: Floats
    converged: Mask


def descend(
    residuals: Residuals,
    start: ArrayLike,
    low: ArrayLike,
    high: ArrayLike,
    *,
    precision: float = 1e-8,
) -> Lowest:
    """The least sum of squared errors downhill from each row of `start[K, P]`, within bounds.

    The bounds are shared, `[P]`, or per problem, `[K, P]`; equal ones hold a parameter.
    `precision` is the relative gain below which a problem is done. Raises WrongShapeError for
    missing numbers in `start` and for `low` above `high`.
    """
    at = np.array(start, dtype=np.float64)
    if at.ndim != 2 or np.isnan(at).any():
        raise WrongShapeError(
            f"start: expected known numbers, problems by parameters, got {at.shape}"
        )
    bottom, top = (
        np.broadcast_to(np.asarray(end, dtype=np.float64), at.shape) for end in (low, high)
    )
    if (bottom > top).any():
        raise WrongShapeError("expected low <= high for every parameter")
    at = np.clip(at, bottom, top)
    error, slope = (np.array(array) for array in residuals(at, np.arange(len(at))))
    squares = (error**2).sum(axis=1)
    damping, growth = np.full(len(at), FIRST_DAMPING), np.full(len(at), 2.0)
    going = np.arange(len(at))
    for _ in range(MOST_STEPS):
        if not going.size:
            break
        there, step, expected = _trial(
            at[going], error[going], slope[going], damping[going], bottom[going], top[going]
        )
        tried, tried_slope = residuals(there, going)
        reached = (tried**2).sum(axis=1)
        gain = squares[going] - reached
        little = precision * squares[going]
        still = (np.abs(step) <= STILL * (top[going] - bottom[going])).all(axis=1)
        better = gain > 0.0
        taken, refused = going[better], going[~better]
        for best, trial in ((at, there), (error, tried), (slope, tried_slope), (squares, reached)):
            best[taken] = trial[better]
        agreement = np.divide(gain, expected, out=np.zeros_like(gain), where=expected > 0.0)[better]
        damping[taken] = np.maximum(
            damping[taken] * np.maximum(1.0 / 3.0, 1.0 - (2.0 * agreement - 1.0) ** 3),
            LEAST_DAMPING,
        )
        growth[taken] = 2.0
        damping[refused] *= growth[refused]
        growth[refused] *= 2.0
        done = (np.abs(expected) <= little) & (gain <= little) | still
        going = going[~(done | (damping[going] > MOST_DAMPING))]
    converged = np.ones(len(at), dtype=bool)
    converged[going] = False
    return Lowest(at, squares, converged)


def _trial(
    at: Floats, error: Floats, slope: Floats, damping: Floats, low: Floats, high: Floats
) -> tuple[Floats, Floats, Floats]:
    """Where the damped step of each problem leads, the step within the bounds, and the expected
    drop of the sum of squares.
    """
    gradient = np.einsum("krp,kr->kp", slope, error)
    bend = np.einsum("krp,krq->kpq", slope, slope)
    at_bound = ((at <= low) & (gradient >= 0.0)) | ((at >= high) & (gradient <= 0.0))
    there = np.clip(at + _step(bend, gradient, at_bound, damping), low, high)
    step = there - at
    expected = -2.0 * (gradient * step).sum(axis=1) - np.einsum("kp,kpq,kq->k", step, bend, step)
    return there, step, expected


def _step(bend: Floats, gradient: Floats, at_bound: Mask, damping: Floats) -> Floats:
    """The damped step of each problem, 0 for a parameter held at a bound."""
    steepness = np.einsum("kpp->kp", bend)
    # Parameters differ in scale (per minute, in minutes): solve in scaled units.
    scale = np.sqrt(np.maximum(steepness, FLAT * steepness.max(axis=1, keepdims=True)))
    scale = np.where(scale > 0.0, scale, 1.0)
    moves = ~at_bound
    even = bend / (scale[:, :, None] * scale[:, None, :]) * (moves[:, :, None] & moves[:, None, :])
    even[:, range(gradient.shape[1]), range(gradient.shape[1])] += damping[:, None] + at_bound
    return np.linalg.solve(even, -(moves * gradient / scale)[:, :, None])[:, :, 0] / scale
