"""Parameters of a flow model found from a few published shares, and how well each of those is met.

Weighted least squares on shares, within stated bounds. With few targets a fit says little by
itself: `leave_one_out` tells how well each target is foreseen by the others.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import least_squares

from geo.decay import Floats
from geo.errors import MissingValueError, NotIdentifiedError, TooFewUnitsError, WrongShapeError

Mask = NDArray[np.bool_]
Flows = Callable[[Floats], Floats]
"""Parameters in, spending of every origin (row) at every site (column) out."""

# A parameter within this part of its range from an end stopped there.
AT_END = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """A published ratio of two sums of spending, each over some origins and some sites.

    With `at_least` the ratio may be larger than `value` without being an error: that says a rank.
    """

    name: str
    value: float
    part: tuple[Mask, Mask]
    whole: tuple[Mask, Mask]
    weight: float = 1.0
    at_least: bool = False

    def __post_init__(self) -> None:
        if not np.isfinite(self.value) or not (np.isfinite(self.weight) and self.weight > 0.0):
            raise MissingValueError(
                f"{self.name}: expected a known value and a weight above 0, got {self.value} and {self.weight}"
            )

    def modelled(self, flows: Floats) -> float:
        """The ratio in these flows; raises NotIdentifiedError when nothing is spent in the whole."""
        whole = _sum(flows, self.whole, self.name)
        if not whole > 0.0:
            raise NotIdentifiedError(f"{self.name}: expected spending above 0 to take a share of, got {whole}")
        return _sum(flows, self.part, self.name) / whole

    def error(self, flows: Floats) -> float:
        """Modelled minus published; 0 where an `at_least` is met."""
        missed = self.modelled(flows) - self.value
        return min(0.0, missed) if self.at_least else missed


@dataclass(frozen=True, slots=True)
class Calibrated:
    """The parameters that fit best, the modelled value and error of each target, and the mean error.

    `rmse` is the root mean square of the errors, unweighted; `at_bound` holds the places of the
    parameters that stopped at an end of their range.
    """

    parameters: Floats = field(compare=False)
    modelled: Floats = field(compare=False)
    errors: Floats = field(compare=False)
    rmse: float
    converged: bool
    at_bound: tuple[int, ...]


def calibrate(
    flows: Flows, targets: Sequence[Target], *, start: ArrayLike, low: ArrayLike, high: ArrayLike
) -> Calibrated:
    """The parameters between `low` and `high` with the least weighted squared error over the targets.

    Raises TooFewUnitsError when there are fewer targets than parameters.
    """
    first, bottom, top = _checked_range(start, low, high)
    if len(targets) < first.size:
        raise TooFewUnitsError(
            f"expected at least as many targets as free parameters, got {len(targets)} for {first.size}: free fewer"
        )
    weights = np.array([target.weight for target in targets])

    def missed(parameters: Floats) -> Floats:
        reached = flows(parameters)
        return weights * np.array([target.error(reached) for target in targets])

    scale = np.maximum(np.abs(first), (top - bottom) * 1e-3)
    found = least_squares(missed, first, bounds=(bottom, top), x_scale=scale, xtol=1e-6, ftol=1e-8)
    reached = flows(found.x)
    errors = np.array([target.error(reached) for target in targets])
    room = (top - bottom) * AT_END
    ends = np.flatnonzero((found.x - bottom < room) | (top - found.x < room))
    return Calibrated(
        parameters=found.x,
        modelled=np.array([target.modelled(reached) for target in targets]),
        errors=errors,
        rmse=float(np.sqrt(np.mean(errors**2))),
        converged=bool(found.success),
        at_bound=tuple(int(place) for place in ends),
    )


def leave_one_out(
    flows: Flows, targets: Sequence[Target], *, start: ArrayLike, low: ArrayLike, high: ArrayLike
) -> Floats:
    """Error in each target when the parameters are found from the other ones only."""
    errors = np.empty(len(targets))
    for place, target in enumerate(targets):
        others = [*targets[:place], *targets[place + 1 :]]
        found = calibrate(flows, others, start=start, low=low, high=high)
        errors[place] = target.error(flows(found.parameters))
    return errors


def _sum(flows: Floats, where: tuple[Mask, Mask], name: str) -> float:
    origins, sites = where
    if (origins.size, sites.size) != flows.shape:
        raise WrongShapeError(f"{name}: expected masks of {flows.shape}, got {(origins.size, sites.size)}")
    return float(origins.astype(np.float64) @ flows @ sites.astype(np.float64))


def _checked_range(start: ArrayLike, low: ArrayLike, high: ArrayLike) -> tuple[Floats, Floats, Floats]:
    first, bottom, top = (np.asarray(values, dtype=np.float64) for values in (start, low, high))
    if not (first.shape == bottom.shape == top.shape and first.ndim == 1 and first.size):
        raise WrongShapeError(f"expected start, low and high of one length, got {first.shape}, {bottom.shape}, {top.shape}")
    if not (bottom < top).all() or not ((bottom <= first) & (first <= top)).all():
        raise WrongShapeError("expected low < high with start between them for every parameter")
    return first, bottom, top
