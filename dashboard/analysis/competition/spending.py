"""Non-daily spending under many unknowns and parameters at once, with its derivatives.

It is `FlowProblem.flows` for a fit: towns, and sites, that count for the same published shares are
one row, and one column.
"""

from collections.abc import Sequence

import numpy as np

from dashboard.analysis.competition.flow_problem import USED, FlowProblem, ModelForm, Unknowns
from dashboard.analysis.competition.region import LARGE_SCALE, NON_DAILY
from geo.arrays import Floats
from geo.descent import Cases

# Sets computed at a time, so that their tables of towns by sites fit the cache.
BLOCK = 16


class Spending:
    """The flows of a problem as `geo.targets` asks for them; a case is one set of unknowns.

    The arrays run over sets (B), sites (M) or columns of them (C), and towns (N).
    """

    def __init__(
        self, problem: FlowProblem, unknowns: Sequence[Unknowns], form: ModelForm = USED
    ) -> None:
        self.form = form
        order = np.argsort(problem.column, kind="stable")
        self.ends = np.searchsorted(problem.column[order], np.arange(problem.column.max() + 2))
        self.minutes = np.ascontiguousarray(problem.minutes.T[order])
        self.crosses = problem.crosses.T[order].astype(np.float64)
        self.column_crosses = self.crosses[self.ends[:-1]]
        self.column_other = problem.others[order][self.ends[:-1], None]
        # The row of each town, times its spending: 1 per resident.
        self.spent = np.eye(problem.row.max() + 1)[problem.row] * problem.region.population[:, None]
        part = np.array([draw.large_part for draw in unknowns])
        floor = np.array([problem.floor(draw, 1.0) * problem.there for draw in unknowns])
        self.groups = (
            _Group(problem, order, floor[:, NON_DAILY], 1.0 - part),
            _Group(problem, order, floor[:, LARGE_SCALE], part),
        )

    def __call__(self, parameters: Floats, cases: Cases) -> tuple[Floats, Floats]:
        """Spending of each row of towns in each column, and its derivative to each parameter."""
        spent = np.empty(
            (len(cases), 1 + parameters.shape[1], self.spent.shape[1], len(self.ends) - 1)
        )
        # Allocated once: fresh memory for every sum costs as much as the sum.
        room = np.empty((4, min(BLOCK, len(cases)), *self.minutes.shape))
        for start in range(0, len(cases), BLOCK):
            block = slice(start, start + BLOCK)
            spent[block] = self._block(
                parameters[block], cases[block], room[:, : len(cases[block])]
            )
        return spent[:, 0], spent[:, 1:]

    def _block(self, parameters: Floats, cases: Cases, room: Floats) -> Floats:
        border, other = parameters[:, 2, None, None], parameters[:, 3, None]
        strength = parameters[:, 4:]
        cost, far, pull, spare = room
        if self.form.power:
            np.add(self.minutes, np.multiply(self.crosses, border, out=cost), out=cost)
            np.log(cost, out=far)
        towns = np.zeros((1 + parameters.shape[1], len(cases), len(self.ends) - 1, len(self.spent)))
        for place, group in enumerate(self.groups):
            rate = parameters[:, place, None, None]
            areas = group.areas(other, strength, cases, self.form.clustered)
            if self.form.power:
                np.exp(np.multiply(far, -rate, out=pull), out=pull)
                weight, *nearer = (self._added(pull, area) for area in areas)
                far_weight = self._added(np.multiply(pull, far, out=spare), areas[0])
                dearer = (
                    self._added(np.divide(pull, cost, out=pull), areas[0]) * self.column_crosses
                )
            else:
                # The border is one factor for all sites of a column, outside the sums.
                fading = np.where(self.column_crosses > 0.0, np.exp(-rate * border), 1.0)
                np.exp(np.multiply(self.minutes, -rate, out=pull), out=pull)
                weight, *nearer = (self._added(pull, area) * fading for area in areas)
                dearer = weight * self.column_crosses
                far_weight = (
                    self._added(np.multiply(pull, self.minutes, out=pull), areas[0]) * fading
                    + border * dearer
                )
            moved = {
                1 + place: -far_weight,
                3: -rate * dearer,
                4: weight * (self.column_other / other[:, None]),
            }
            if nearer:
                moved[4] += nearer[0]
                moved[5] = nearer[1]
            part, whole = group.part[cases, None, None], 1.0 / weight.sum(axis=1, keepdims=True)
            share, part_of_whole = weight * whole, part * whole
            towns[0] += part * share
            # Of a share p of weight w: dp = p * (d ln w - the mean of d ln w over all sites).
            for parameter, change in moved.items():
                relative = change - share * change.sum(axis=1, keepdims=True)
                towns[parameter] += relative * part_of_whole
        return (towns @ self.spent).transpose(1, 0, 3, 2)

    def _added(self, pull: Floats, area: Floats) -> Floats:
        """The weight of the sites of each column together, `[B, C, N]`."""
        weight = np.empty((len(pull), len(self.ends) - 1, pull.shape[2]))
        for column, (start, end) in enumerate(zip(self.ends[:-1], self.ends[1:], strict=True)):
            np.einsum("bmn,bm->bn", pull[:, start:end], area[:, start:end], out=weight[:, column])
        return weight


class _Group:
    """The floor area of one branch group in every case, `[K, M]`, and its part in spending."""

    def __init__(self, problem: FlowProblem, order: Cases, floor: Floats, part: Floats) -> None:
        self.part, self.floor, self.others = part, floor[:, order], problem.others[order]
        near = np.divide(
            1.0,
            problem.between,
            out=np.zeros_like(problem.between),
            where=~np.eye(len(order), dtype=bool),
        )[:, order]
        self.near_named = np.where(problem.others, 0.0, floor) @ near
        self.near_others = np.where(problem.others, floor, 0.0) @ near

    def areas(
        self, other: Floats, strength: Floats, cases: Cases, clustered: bool
    ) -> tuple[Floats, ...]:
        """The floor area that counts, `[B, M]`, and where clustered its derivatives.

        The derivatives are to the weight of the other shops and to the strength of clustering.
        """
        area = self.floor[cases] * np.where(self.others, other, 1.0)
        if not clustered:
            return (area,)
        # The accessibility of `geo.competition` up to a factor, which does not change the shares.
        near = self.near_named[cases] + other * self.near_others[cases]
        # Nothing is near the only site with floor area, which has all spending at any factor.
        near[near == 0.0] = 1.0
        area *= near**strength
        return area, area * strength * self.near_others[cases] / near, area * np.log(near)
