"""Least squares of many small problems side by side, within bounds.

Damped steps (K. Levenberg, 1944; D. W. Marquardt, 1963), each problem with a damping of its own
that follows how well
the last step did what was expected of it (H. B. Nielsen, 1999). One small problem costs mostly the
calls it takes: here
all that are not there yet take their step in the same call.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.decay import Floats
from geo.errors import WrongShapeError

Cases = NDArray[np.intp]
Missed = Callable[[Floats, Cases], tuple[Floats, Floats]]
"""Parameters `[B, P]` and the number of the problem each row is of in; errors `[B, R]` and their
slopes `[B, R, P]` out.
"""

MOST_STEPS = 200
FIRST_DAMPING = 1e-3
# Less damping than this gains nothing and may leave equations that cannot be solved; more stands
# still.
LEAST_DAMPING, MOST_DAMPING = 1e-9, 1e12
# A parameter moves nothing where its slope is this part of the steepest one's or less (squared).
FLAT = 1e-24
# A step shorter than this part of every range has arrived.
STILL = 1e-10


@dataclass(frozen=True, slots=True, eq=False)
class Lowest:
    """Where each problem ended: its parameters `[K, P]`, the sum of its squared errors, whether
    nothing was left to gain.
    """

    parameters: Floats = field(repr=False)
    squares: Floats
    converged: NDArray[np.bool_]


def descend(
    missed: Missed, start: ArrayLike, low: ArrayLike, high: ArrayLike, *, precision: float = 1e-8
) -> Lowest:
    """The least sum of squared errors downhill from each row of `start[K, P]`, between `low` and
    `high`.

    The bounds are those of all problems, `[P]`, or of each, `[K, P]`; where both are the same a
    parameter is held.
    `precision` is the relative gain below which a problem is done.
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
    error, slope = (np.array(array) for array in missed(at, np.arange(len(at))))
    squares = (error**2).sum(axis=1)
    damping, growth = np.full(len(at), FIRST_DAMPING), np.full(len(at), 2.0)
    going = np.arange(len(at))
    for _ in range(MOST_STEPS):
        if not going.size:
            break
        here, lowest, highest = at[going], bottom[going], top[going]
        gradient = np.einsum("krp,kr->kp", slope[going], error[going])
        bend = np.einsum("krp,krq->kpq", slope[going], slope[going])
        at_bound = ((here <= lowest) & (gradient >= 0.0)) | ((here >= highest) & (gradient <= 0.0))
        there = np.clip(here + _step(bend, gradient, at_bound, damping[going]), lowest, highest)
        step = there - here
        expected = -2.0 * (gradient * step).sum(axis=1) - np.einsum(
            "kp,kpq,kq->k", step, bend, step
        )
        tried, tried_slope = missed(there, going)
        reached = (tried**2).sum(axis=1)
        gain = squares[going] - reached
        little = precision * squares[going]
        still = (np.abs(step) <= STILL * (highest - lowest)).all(axis=1)
        better = gain > 0.0
        taken, refused = going[better], going[~better]
        at[taken], error[taken], slope[taken], squares[taken] = (
            there[better],
            tried[better],
            tried_slope[better],
            reached[better],
        )
        kept_word = np.divide(gain, expected, out=np.zeros_like(gain), where=expected > 0.0)[better]
        damping[taken] = np.maximum(
            damping[taken] * np.maximum(1.0 / 3.0, 1.0 - (2.0 * kept_word - 1.0) ** 3),
            LEAST_DAMPING,
        )
        growth[taken] = 2.0
        damping[refused] *= growth[refused]
        growth[refused] *= 2.0
        going = going[
            ~(
                (np.abs(expected) <= little) & (gain <= little)
                | still
                | (damping[going] > MOST_DAMPING)
            )
        ]
    converged = np.ones(len(at), dtype=bool)
    converged[going] = False
    return Lowest(at, squares, converged)


def _step(bend: Floats, gradient: Floats, at_bound: NDArray[np.bool_], damping: Floats) -> Floats:
    """The damped step of each problem, 0 for a parameter that is stuck at a bound."""
    steepness = np.einsum("kpp->kp", bend)
    # Parameters per minute and in minutes stand side by side: bring them to one scale first.
    scale = np.sqrt(np.maximum(steepness, FLAT * steepness.max(axis=1, keepdims=True)))
    scale = np.where(scale > 0.0, scale, 1.0)
    moves = ~at_bound
    even = bend / (scale[:, :, None] * scale[:, None, :]) * (moves[:, :, None] & moves[:, None, :])
    even[:, range(gradient.shape[1]), range(gradient.shape[1])] += damping[:, None] + at_bound
    return np.linalg.solve(even, -(moves * gradient / scale)[:, :, None])[:, :, 0] / scale
