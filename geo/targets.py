"""Parameters of a flow model found from a few published shares, and how well each of those is met.

Weighted least squares on shares, within stated bounds. With few targets a fit says little by
itself: `leave_one_out` tells how well each target is foreseen by the others.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.decay import Floats
from geo.ensemble import evenly
from geo.errors import MissingValueError, NotIdentifiedError, TooFewUnitsError, WrongShapeError

Mask = NDArray[np.bool_]
Flows = Callable[[Floats], Floats]
"""Parameters in, spending of every origin (row) at every site (column) out."""
Slopes = Callable[[Floats], tuple[Floats, Floats]]
"""Parameters in, that spending and how fast it moves with each parameter out, `[P, N, M]`."""

# A parameter within this part of its range from an end stopped there.
AT_END = 1e-3
# The first step of a profile towards a bound, as a part of the way there; then twice as far each time.
FIRST_PART = 1.0 / 32.0


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
    slopes: Slopes | None = None,
) -> Calibrated:
    """The parameters between `low` and `high` with the least weighted squared error over the targets.

    `precision` is the relative gain below which it stops looking; without `slopes` it feels its way.
    Raises TooFewUnitsError when there are fewer targets than parameters.
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

    def moved(slopes: Slopes) -> Flows:
        return lambda parameters: weights[:, None] * stack.slopes(*slopes(parameters))

    scale = np.maximum(np.abs(first), (top - bottom) * 1e-3)
    found = least_squares(
        missed,
        first,
        jac="2-point" if slopes is None else moved(slopes),
        bounds=(bottom, top),
        x_scale=scale,
        ftol=precision,
        xtol=precision,
    )
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
    flows: Flows,
    targets: Sequence[Target],
    *,
    start: ArrayLike,
    low: ArrayLike,
    high: ArrayLike,
    precision: float = 1e-8,
    slopes: Slopes | None = None,
    tries: int = 0,
) -> Floats:
    """Error in each target when the parameters are found from the other ones only; see `calibrate`.

    Few targets may be met almost as well in several places, and the nearest to `start` flatters: besides from there it
    looks from `tries` places spread evenly between `low` and `high`, and takes the best.
    """
    first, bottom, top = _checked_range(start, low, high)
    starts = [first, *(bottom + evenly(tries, first.size) * (top - bottom))]
    errors = np.empty(len(targets))
    for place, target in enumerate(targets):
        others = [*targets[:place], *targets[place + 1 :]]
        weights = np.array([other.weight for other in others])
        met = [
            calibrate(flows, others, start=one, low=low, high=high, precision=precision, slopes=slopes) for one in starts
        ]
        best = min(met, key=lambda found: float(((weights * found.errors) ** 2).sum()))
        errors[place] = target.error(flows(best.parameters))
    return errors


def profile(
    flows: Flows,
    targets: Sequence[Target],
    found: Calibrated,
    *,
    doubt: float,
    low: ArrayLike,
    high: ArrayLike,
    level: float = 0.9,
    precision: float = 1e-5,
) -> Floats:
    """Low and high of each parameter, `[P, 2]`: where the targets become too unlikely, the other parameters found anew.

    The profile of the likelihood, the targets scattering normally around the model with standard deviation `doubt`
    (D. J. Venzon and S. H. Moolgavkar, 1988). A range that is still likely at `low` or `high` ends there.
    """
    from scipy.optimize import least_squares
    from scipy.stats import chi2

    best, bottom, top = _checked_range(found.parameters, low, high)
    if not doubt > 0.0 or not 0.0 < level < 1.0:
        raise WrongShapeError(f"expected a doubt above 0 and a level between 0 and 1, got {doubt} and {level}")
    stack, weights = _Stack(targets), np.array([target.weight for target in targets])
    drop = float(chi2.ppf(level, 1))

    def missed(parameters: Floats) -> Floats:
        return weights * stack.errors(stack.modelled(flows(parameters))) / doubt

    least = float((missed(best) ** 2).sum())

    def end(which: int, bound: float) -> float:
        others = np.delete(np.arange(best.size), which)
        near = best.copy()

        def rise(value: float) -> float:
            """1 where the range ends; about as straight as the parameter itself."""
            near[which] = value
            if others.size:

                def held(rest: Floats) -> Floats:
                    tried = near.copy()
                    tried[others] = rest
                    return missed(tried)

                scale = np.maximum(np.abs(best[others]), (top - bottom)[others] * 1e-3)
                near[others] = least_squares(
                    held, near[others], bounds=(bottom[others], top[others]), x_scale=scale, ftol=precision, xtol=precision
                ).x
            return float(np.sqrt(max((missed(near) ** 2).sum() - least, 0.0) / drop))

        return _reach(rise, float(best[which]), bound) if best[which] != bound else bound

    return np.array([[end(which, bottom[which]), end(which, top[which])] for which in range(best.size)])


def _reach(rise: Callable[[float], float], start: float, bound: float) -> float:
    """Where `rise`, 0 at `start`, comes to 1 on the way to `bound`; `bound` itself where it does not."""
    from scipy.optimize import brentq

    inside, part = start, FIRST_PART
    while True:
        outside = start + part * (bound - start)
        if rise(outside) >= 1.0:
            return float(brentq(lambda value: rise(value) - 1.0, inside, outside, xtol=abs(bound - start) * AT_END))
        if part == 1.0:
            return bound
        inside, part = outside, min(2.0 * part, 1.0)


class _Stack:
    """Several targets as tables, so that all their sums are a few small ones.

    Origins that take part in the same targets are summed first: a product over all of them is large enough for the
    threads of a library that wait for each other on a busy machine.
    """

    def __init__(self, targets: Sequence[Target]) -> None:
        self.targets = targets
        pairs = [target.part for target in targets] + [target.whole for target in targets]
        origins = np.array([mask for mask, _ in pairs], dtype=np.float64)
        self.kinds, kind = np.unique(origins, axis=1, return_inverse=True)
        self.order = np.argsort(kind, kind="stable")
        self.starts = np.searchsorted(kind[self.order], np.arange(self.kinds.shape[1]))
        self.sites = np.array([sites for _, sites in pairs], dtype=np.float64)
        self.values = np.array([target.value for target in targets])
        self.at_least = np.array([target.at_least for target in targets])

    def modelled(self, flows: Floats) -> Floats:
        """The ratio of each target in these flows."""
        part, whole = self._sums(flows)
        return part / whole

    def slopes(self, flows: Floats, slopes: Floats) -> Floats:
        """How fast each error moves with each parameter, `[T, P]`, from how fast the flows do, `[P, N, M]`."""
        part, whole = self._sums(flows)
        moved = np.array([self._added(slope) for slope in slopes]).reshape(len(slopes), 2, -1)
        by_target = (moved[:, 0] - moved[:, 1] * (part / whole)) / whole
        met = self.at_least & (part / whole >= self.values)
        return np.where(met, 0.0, by_target).T

    def _sums(self, flows: Floats) -> tuple[Floats, Floats]:
        """What is spent in the part and in the whole of each target."""
        if flows.shape != (self.order.size, self.sites.shape[1]):
            raise WrongShapeError(f"{self.targets[0].name}: expected masks of {flows.shape}")
        part, whole = np.split(self._added(flows), 2)
        if not (whole > 0.0).all():
            name = self.targets[int(np.argmin(whole))].name
            raise NotIdentifiedError(f"{name}: expected spending above 0 to take a share of, got {whole.min()}")
        return part, whole

    def _added(self, flows: Floats) -> Floats:
        by_kind = np.add.reduceat(flows[self.order], self.starts, axis=0)
        return ((self.kinds @ by_kind) * self.sites).sum(axis=1)

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
