"""Parameters of a flow model fitted to a few published shares, and the error in each share.

Weighted least squares on shares, within stated bounds. With few targets a fit says little by
itself: fits with a target left out tell how well each target is predicted by the others.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike

from geo.arrays import Floats, Mask
from geo.descent import Cases, Lowest, descend
from geo.ensemble import evenly
from geo.errors import TooFewUnitsError, WrongShapeError
from geo.ratios import Target, TargetTable

Flows = Callable[[Floats, Cases], tuple[Floats, Floats]]
"""Parameters `[B, P]`, and which case each row is of, in; spending of every origin at every site,
`[B, N, M]`, and how
fast it moves with each parameter, `[B, P, N, M]`, out. A model of one case is asked for case 0
only.
"""

# A parameter within this part of its range from an end stopped there.
AT_END = 1e-3
# Of all places looked at, from how many of the lowest a problem goes downhill.
FOLLOWED = 4
# Relative gain below which those are compared, and how many of them go on to the end.
ROUGH, FINALISTS = 0.1, 3
# The first step of a profile towards a bound, as a part of the way there; then twice as far each
# time.
FIRST_PART = 1.0 / 32.0
# A profile ends where the squares have risen as far as asked, to this part, or within AT_END of its
# range.
RISEN = 1e-3


@dataclass(frozen=True, slots=True)
class Calibrated:
    """The best parameters, the modelled value and error of each target, and the mean error.

    `rmse` is the root mean square of the errors, unweighted; `at_bound` holds the places of the
    parameters that stopped at an end of their range.
    """

    parameters: Floats = field(compare=False)
    modelled: Floats = field(compare=False)
    errors: Floats = field(compare=False)
    rmse: float
    converged: bool
    at_bound: tuple[int, ...]


def calibrate_each(
    flows: Flows,
    targets: Sequence[Target],
    values: ArrayLike,
    *,
    start: ArrayLike,
    low: ArrayLike,
    high: ArrayLike,
    weights: ArrayLike | None = None,
    precision: float = 1e-8,
    tries: int = 0,
) -> tuple[Calibrated, ...]:
    """The parameters of every case with the least weighted squared error over the targets, which
    have the values in its row of `values[K, T]`.

    The search goes downhill from `start`, of all cases `[P]` or of each `[K, P]`, and from the best
    of `tries` places spread evenly between `low` and `high`. `precision` is the relative gain below
    which it stops. `weights[T]` take the place of the targets' own; 0 leaves a target out of the
    fit. Raises TooFewUnitsError when there are fewer targets to fit than parameters.
    """
    first, bottom, top = _checked_range(start, low, high)
    stack, published = TargetTable(targets), np.asarray(values, dtype=np.float64)
    weighted = np.broadcast_to(stack.weights if weights is None else weights, len(targets))
    _require_enough(int((weighted > 0.0).sum()), bottom.size)
    if published.shape != (len(published), len(targets)) or not np.isfinite(published).all():
        raise WrongShapeError(
            f"values: expected known numbers, cases by {len(targets)} targets, got"
            f" {published.shape}"
        )
    cases = np.arange(len(published))
    each = np.tile(weighted, (len(cases), 1))
    search = _Search(flows, stack, published, each, cases, bottom, top)
    return search.calibrated(np.broadcast_to(first, (len(cases), bottom.size)), precision, tries)


def leave_one_out(
    flows: Flows,
    targets: Sequence[Target],
    *,
    start: ArrayLike,
    low: ArrayLike,
    high: ArrayLike,
    precision: float = 1e-8,
    tries: int = 0,
) -> tuple[Calibrated, Floats]:
    """What `calibrate` returns, and the error in each target when it is left out of the fit.

    Few targets may fit almost as well in several places, and the one nearest to `start` looks too
    good: search from `tries` others.
    """
    first, bottom, top = _checked_range(start, low, high)
    _require_enough(len(targets) - 1, bottom.size)
    stack, problems = TargetTable(targets), len(targets) + 1
    weights = np.tile(stack.weights, (problems, 1))
    every = np.arange(len(targets))
    weights[every, every] = 0.0
    # The last problem leaves no target out.
    published, only = np.tile(stack.values, (problems, 1)), np.zeros(problems, dtype=np.intp)
    search = _Search(flows, stack, published, weights, only, bottom, top)
    *without, best = search.calibrated(
        np.broadcast_to(first, (problems, bottom.size)), precision, tries
    )
    return best, np.array([fitted.errors[place] for place, fitted in enumerate(without)])


def profile(
    flows: Flows,
    targets: Sequence[Target],
    calibrated: Calibrated,
    *,
    doubt: float,
    low: ArrayLike,
    high: ArrayLike,
    level: float = 0.9,
    precision: float = 1e-8,
) -> Floats:
    """Low and high of each parameter, `[P, 2]`, from the profile likelihood.

    Targets scatter normally around the model with standard deviation `doubt`; the other parameters
    are refitted at each step (D. J. Venzon and S. H. Moolgavkar, 1988). A range that is still
    likely at `low` or `high` ends there.
    """
    best, bottom, top = _checked_range(calibrated.parameters, low, high)
    if not doubt > 0.0 or not 0.0 < level < 1.0:
        raise WrongShapeError(
            f"expected a doubt above 0 and a level between 0 and 1, got {doubt} and {level}"
        )
    stack = TargetTable(targets)
    # The quantile of chi squared with one degree of freedom.
    drop = NormalDist().inv_cdf((1.0 + level) / 2.0) ** 2
    # Two ends of each parameter, searched side by side.
    which, bound = np.tile(np.arange(best.size), 2), np.concatenate([bottom, top])
    published, weights = (
        np.tile(row, (bound.size, 1)) for row in (stack.values, stack.weights / doubt)
    )
    search = _Search(
        flows, stack, published, weights, np.zeros(bound.size, dtype=np.intp), bottom, top
    )
    near = search.to_unit(np.tile(best, (bound.size, 1)))
    low_end, high_end = search.to_unit(bottom), search.to_unit(top)
    least = (search.residuals(near[:1], np.zeros(1, dtype=np.intp))[0] ** 2).sum()

    def rise(values: Floats, ends: Cases) -> Floats:
        """1 where a range ends; about as straight as the parameter itself."""
        held = np.zeros((ends.size, best.size), dtype=bool)
        held[np.arange(ends.size), which[ends]] = True
        there = search.to_unit(np.where(held, values[:, None], best))
        lowest = descend(
            search.residuals,
            near[ends],
            np.where(held, there, low_end),
            np.where(held, there, high_end),
            precision=precision,
        )
        near[ends] = lowest.parameters
        result: Floats = np.sqrt(np.maximum(lowest.squares - least, 0.0) / drop)
        return result

    return _reach(rise, best[which], bound).reshape(2, -1).T


def _reach(rise: Callable[[Floats, Cases], Floats], start: Floats, bound: Floats) -> Floats:
    """Where `rise`, 0 at `start`, reaches 1 towards each `bound`; else the bound."""
    inside, outside = start.copy(), bound.copy()
    below, above = np.full(start.size, -1.0), np.zeros(start.size)
    walking, part = np.flatnonzero(start != bound), FIRST_PART
    crossed = np.zeros(start.size, dtype=bool)
    while walking.size and part <= 1.0:
        ahead = (start + part * (bound - start))[walking]
        risen = rise(ahead, walking) - 1.0
        over = risen >= 0.0
        out = walking[over]
        outside[out], above[out], crossed[out] = ahead[over], risen[over], True
        walking = walking[~over]
        inside[walking], below[walking] = ahead[~over], risen[~over]
        part *= 2.0
    crossing, going = np.where(crossed, outside, bound), np.flatnonzero(crossed)
    side = np.zeros(start.size)
    while going.size:
        # False position; an end that stays twice counts half (the Illinois rule), so that both
        # close in.
        low, high = below[going], above[going]
        between = inside[going] - low * (outside[going] - inside[going]) / (high - low)
        risen = rise(between, going) - 1.0
        crossing[going], over = between, risen >= 0.0
        out, into = going[over], going[~over]
        outside[out], above[out] = between[over], risen[over]
        inside[into], below[into] = between[~over], risen[~over]
        below[out] *= np.where(side[out] > 0.0, 0.5, 1.0)
        above[into] *= np.where(side[into] < 0.0, 0.5, 1.0)
        side[going] = np.where(over, 1.0, -1.0)
        narrow = np.abs(outside - inside)[going] <= AT_END**2 * np.abs(bound - start)[going]
        going = going[~(narrow | (np.abs(risen) <= RISEN))]
    return crossing


@dataclass(frozen=True, slots=True, eq=False)
class _Search:
    """Weighted errors of the targets for many problems, each with its values, weights and case."""

    flows: Flows
    stack: TargetTable
    values: Floats
    weights: Floats
    cases: Cases
    bottom: Floats
    top: Floats

    @property
    def scales(self) -> Mask:
        """A parameter above 0 is a scale: the search uses its logarithm."""
        return self.bottom > 0.0

    def to_unit(self, parameters: Floats) -> Floats:
        """The parameters as the search uses them."""
        return np.log(parameters, out=parameters.copy(), where=self.scales)

    def from_unit(self, looked: Floats) -> Floats:
        """The parameters themselves."""
        return np.clip(np.exp(looked, out=looked.copy(), where=self.scales), self.bottom, self.top)

    def residuals(self, looked: Floats, problems: Cases) -> tuple[Floats, Floats]:
        """Weighted errors `[B, T]` and their slopes `[B, T, P]`, for `geo.descent`."""
        parameters = self.from_unit(looked)
        modelled, moved = self.stack.moved(*self.flows(parameters, self.cases[problems]))
        moved *= np.where(self.scales, parameters, 1.0)[:, None, :]
        values, weights = self.values[problems], self.weights[problems]
        is_met = self.stack.is_met(modelled, values)
        return weights * np.where(is_met, 0.0, modelled - values), weights[:, :, None] * np.where(
            is_met[:, :, None], 0.0, moved
        )

    def calibrated(self, starts: Floats, precision: float, tries: int) -> tuple[Calibrated, ...]:
        """The best of each problem, downhill from its row of `starts[K, P]` and from the best of
        the places tried.
        """
        low, high = self.to_unit(self.bottom), self.to_unit(self.top)
        starts = self.to_unit(starts)[:, None, :]
        if tries:
            places = low + evenly(tries, low.size) * (high - low)
            best = np.argsort(self._squares(places), axis=1, kind="stable")[:, :FOLLOWED]
            starts = np.concatenate([starts, places[best]], axis=1)
            rough = self._descended(starts, low, high, ROUGH)
            best = np.argsort(rough.squares.reshape(starts.shape[:2]), axis=1, kind="stable")[
                :, :FINALISTS
            ]
            starts = np.take_along_axis(
                rough.parameters.reshape(starts.shape), best[:, :, None], axis=1
            )
        lowest = self._descended(starts, low, high, precision)
        each = starts.shape[1]
        best = np.arange(len(starts)) * each + lowest.squares.reshape(-1, each).argmin(axis=1)
        parameters = self.from_unit(lowest.parameters[best])
        modelled = self.stack.modelled(self.flows(parameters, self.cases)[0])
        errors = self.stack.errors(modelled, self.values)
        room = (self.top - self.bottom) * AT_END
        ends = (parameters - self.bottom < room) | (self.top - parameters < room)
        return tuple(
            Calibrated(
                parameters=parameters[problem],
                modelled=modelled[problem],
                errors=errors[problem],
                rmse=float(np.sqrt(np.mean(errors[problem] ** 2))),
                converged=bool(lowest.converged[best[problem]]),
                at_bound=tuple(np.flatnonzero(ends[problem]).tolist()),
            )
            for problem in range(len(starts))
        )

    def _descended(self, starts: Floats, low: Floats, high: Floats, precision: float) -> Lowest:
        """Downhill from several places for each problem, `[K, S, P]`; one after the other, `[K * S,
        P]`.
        """
        number = np.repeat(np.arange(len(starts)), starts.shape[1])

        def residuals(looked: Floats, rows: Cases) -> tuple[Floats, Floats]:
            return self.residuals(looked, number[rows])

        return descend(residuals, starts.reshape(number.size, -1), low, high, precision=precision)

    def _squares(self, places: Floats) -> Floats:
        """The squared error of every problem in every place, `[K, S]`; what problems share is
        worked out once.
        """
        cases, case = np.unique(self.cases, return_inverse=True)
        flows = self.flows(
            np.tile(self.from_unit(places), (cases.size, 1)), np.repeat(cases, len(places))
        )[0]
        modelled = self.stack.modelled(flows).reshape(cases.size, len(places), -1)[case]
        weighted = self.weights[:, None] * self.stack.errors(modelled, self.values[:, None])
        result: Floats = (weighted**2).sum(axis=2)
        return result


def _require_enough(targets: int, parameters: int) -> None:
    if targets < parameters:
        raise TooFewUnitsError(
            f"expected at least as many targets as free parameters, got {targets} for {parameters}:"
            " free fewer"
        )


def _checked_range(
    start: ArrayLike, low: ArrayLike, high: ArrayLike
) -> tuple[Floats, Floats, Floats]:
    first, bottom, top = (np.asarray(values, dtype=np.float64) for values in (start, low, high))
    if not (first.shape[-1:] == bottom.shape == top.shape and bottom.size):
        raise WrongShapeError(
            f"expected start, low and high of one length, got {first.shape}, {bottom.shape},"
            f" {top.shape}"
        )
    if not (bottom < top).all() or not ((bottom <= first) & (first <= top)).all():
        raise WrongShapeError("expected low < high with start between them for every parameter")
    return first, bottom, top
