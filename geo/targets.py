"""Parameters of a flow model found from a few published shares, and how well each of those is met.

Weighted least squares on shares, within stated bounds. With few targets a fit says little by
itself: `leave_one_out` tells how well each target is foreseen by the others.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

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
        return float(_Stack([self]).modelled(flows)[0])

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
    flows: Flows,
    targets: Sequence[Target],
    *,
    start: ArrayLike,
    low: ArrayLike,
    high: ArrayLike,
    precision: float = 1e-8,
) -> Calibrated:
    """The parameters between `low` and `high` with the least weighted squared error over the targets.

    `precision` is the relative gain below which it stops looking. Raises TooFewUnitsError when there
    are fewer targets than parameters.
    """
    # Late: scipy takes a third of a second that looking at a model need not cost.
    from scipy.optimize import least_squares

    first, bottom, top = _checked_range(start, low, high)
    if len(targets) < first.size:
        raise TooFewUnitsError(
            f"expected at least as many targets as free parameters, got {len(targets)} for {first.size}: free fewer"
        )
    weights = np.array([target.weight for target in targets])
    stack = _Stack(targets)

    def missed(parameters: Floats) -> Floats:
        return weights * stack.errors(stack.modelled(flows(parameters)))

    scale = np.maximum(np.abs(first), (top - bottom) * 1e-3)
    found = least_squares(missed, first, bounds=(bottom, top), x_scale=scale, ftol=precision, xtol=precision)
    modelled = stack.modelled(flows(found.x))
    errors = stack.errors(modelled)
    room = (top - bottom) * AT_END
    ends = np.flatnonzero((found.x - bottom < room) | (top - found.x < room))
    return Calibrated(
        parameters=found.x,
        modelled=modelled,
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


class _Stack:
    """Several targets as tables, so that all their sums are one product."""

    def __init__(self, targets: Sequence[Target]) -> None:
        self.targets = targets
        pairs = [target.part for target in targets] + [target.whole for target in targets]
        self.origins = np.array([origins for origins, _ in pairs], dtype=np.float64)
        self.sites = np.array([sites for _, sites in pairs], dtype=np.float64)
        self.values = np.array([target.value for target in targets])
        self.at_least = np.array([target.at_least for target in targets])

    def modelled(self, flows: Floats) -> Floats:
        """The ratio of each target in these flows."""
        if flows.shape != (self.origins.shape[1], self.sites.shape[1]):
            raise WrongShapeError(f"{self.targets[0].name}: expected masks of {flows.shape}")
        sums = ((self.origins @ flows) * self.sites).sum(axis=1)
        part, whole = np.split(sums, 2)
        if not (whole > 0.0).all():
            name = self.targets[int(np.argmin(whole))].name
            raise NotIdentifiedError(f"{name}: expected spending above 0 to take a share of, got {whole.min()}")
        return part / whole

    def errors(self, modelled: Floats) -> Floats:
        """Modelled minus published of each; 0 where an `at_least` is met."""
        missed = modelled - self.values
        return np.where(self.at_least, np.minimum(missed, 0.0), missed)


def _checked_range(start: ArrayLike, low: ArrayLike, high: ArrayLike) -> tuple[Floats, Floats, Floats]:
    first, bottom, top = (np.asarray(values, dtype=np.float64) for values in (start, low, high))
    if not (first.shape == bottom.shape == top.shape and first.ndim == 1 and first.size):
        raise WrongShapeError(f"expected start, low and high of one length, got {first.shape}, {bottom.shape}, {top.shape}")
    if not (bottom < top).all() or not ((bottom <= first) & (first <= top)).all():
        raise WrongShapeError("expected low < high with start between them for every parameter")
    return first, bottom, top
