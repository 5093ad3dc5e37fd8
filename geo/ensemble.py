"""Shares under many sets of parameters at once, which carries uncertainty through to the result.

A member is one complete set: floor areas, exponents, border cost and the part each branch group has
in spending. Every member divides all spending: its shares sum to 1 in each origin.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.arrays import Floats, Mask
from geo.decay import checked
from geo.errors import MissingValueError, NoAttractionError, WrongShapeError

# Pairs worked out at a time, of several members: their tables fit the cache, and leave little
# behind in every thread's memory.
BLOCK_PAIRS = 2**17


@dataclass(frozen=True, slots=True, eq=False)
class Pull:
    """How each site fades at each origin, per member and branch group; stored, or computed on
    demand.
    """

    minutes: Floats = field(repr=False)
    crosses: Mask = field(repr=False)
    beta: Floats = field(repr=False)
    border_minutes: Floats = field(repr=False)
    precomputed: Floats | None = field(default=None, repr=False)

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """Numbers of members, branch groups, origins and sites."""
        return (*self.beta.shape, *self.minutes.shape)

    def fading(self, members: slice, group: int) -> Floats:
        """exp(-beta * cost) of some members for one group, `[K, N, M]`: 1 at the nearest site of
        each origin.
        """
        if self.precomputed is not None:
            return self.precomputed[members, group]
        cost = self.minutes + self.border_minutes[members, None, None] * self.crosses
        cost -= cost.min(axis=2, keepdims=True)
        cost *= -self.beta[members, group, None, None]
        return np.exp(cost, out=cost)


def prepare(
    minutes: ArrayLike,
    crosses: ArrayLike,
    beta: ArrayLike,
    border_minutes: ArrayLike,
    *,
    keep: bool = True,
) -> Pull:
    """The pull of every pair; cost is `minutes[N, M]`, plus the border's where `crosses[N, M]`.

    `beta[K, G]` is per minute, `border_minutes[K]` is what the border adds in each member. With
    `keep` 8 bytes per member, group and pair are held, so that new floor areas cost a
    multiplication.
    """
    rates = checked(beta, "beta", (None, None))
    border = checked(border_minutes, "border_minutes", (rates.shape[0],))
    travel = checked(minutes, "minutes", (None, None))
    over = np.asarray(crosses, dtype=bool)
    if over.shape != travel.shape:
        raise WrongShapeError(f"crosses: expected {travel.shape} values, got {over.shape}")
    if not travel.shape[1]:
        raise WrongShapeError("minutes: expected at least one site, got none")
    pull = Pull(travel, over, rates, border)
    if not keep:
        return pull
    faded = np.empty(pull.shape)
    for members in _blocks(rates.shape[0], travel.size):
        for group in range(rates.shape[1]):
            faded[members, group] = pull.fading(members, group)
    return Pull(travel, over, rates, border, faded)


def shares(
    pull: Pull, floor_area: ArrayLike, part: ArrayLike, *, together: ArrayLike | None = None
) -> Floats:
    """Share of each site in the spending of each origin, per member: `[K, N, M]`, rows sum to 1.

    `floor_area[K, G, M]` in m2; `part[K, G]` is how spending divides over the groups and sums to 1
    per member. A group with part 0 is not looked at. `together[M]` numbers the column each site is
    added into, from 0; then the result is `[K, N, columns]`. Raises NoAttractionError when a group
    with spending has no site.
    """
    members, groups, origins, sites = pull.shape
    area = checked(floor_area, "floor_area", (members, groups, sites))
    parts = checked(part, "part", (members, groups))
    if np.abs(parts.sum(axis=1) - 1.0).max(initial=0.0) > 1e-9:
        raise WrongShapeError("part: expected parts that add up to 1 in every member")
    order, starts = _order(np.arange(sites) if together is None else together, sites)
    total = np.empty((members, origins, starts.size))
    blocks = _blocks(members, origins * sites)
    room = np.empty((2, len(area[blocks[0]]) if blocks else 0, origins, sites))
    for block in blocks:
        divided, weight = room[:, : len(area[block])]
        divided[:] = 0.0
        for group in range(groups):
            if parts[block, group].any():
                _divide(
                    pull.fading(block, group),
                    area[block, group],
                    parts[block, group],
                    group,
                    weight,
                )
                divided += weight
        # Not a matrix product: its threads cost more than these few sums.
        total[block] = (
            divided if together is None else np.add.reduceat(divided[:, :, order], starts, axis=2)
        )
    return total


def _divide(fading: Floats, area: Floats, part: Floats, group: int, weight: Floats) -> None:
    """Write into `weight[K, N, M]` what part of all spending goes to each site for one group."""
    if not area.any(axis=1).all():
        raise NoAttractionError(
            f"group {group}: expected a site above 0 m2, got none: spending has nowhere to go"
        )
    np.multiply(fading, area[:, None, :], out=weight)
    sums = weight.sum(axis=2)
    if not sums.min() > 0.0:
        raise NoAttractionError(
            f"group {group}: expected an open site within reach of every origin, got none: shorten"
            " the travel times"
        )
    weight *= (part[:, None] / sums)[:, :, None]


def _order(together: ArrayLike, sites: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The sites in order of their column, and where each column begins."""
    column = np.asarray(together)
    if column.shape != (sites,) or not np.issubdtype(column.dtype, np.integer):
        raise WrongShapeError(
            f"together: expected a column number for each of {sites} sites, got {column.shape}"
        )
    order = np.argsort(column, kind="stable")
    columns, starts = np.unique(column[order], return_index=True)
    if (columns != np.arange(columns.size)).any():
        raise WrongShapeError("together: expected columns numbered from 0 without a gap")
    return order, starts


def _blocks(members: int, pairs: int) -> list[slice]:
    size = max(1, BLOCK_PAIRS // max(1, pairs))
    return [slice(start, min(start + size, members)) for start in range(0, members, size)]


def totals(demand: ArrayLike, share: Floats) -> Floats:
    """Spending that reaches each site, per member: `[K, M]`; rows sum to the sum of `demand[N]`."""
    spending = checked(demand, "demand", (share.shape[1],))
    result: Floats = np.einsum("n,knm->km", spending, share)
    return result


def between(low: ArrayLike, high: ArrayLike, position: ArrayLike) -> Floats:
    """Sizes between `low[...]` and `high[...]` at `position` 0 to 1, even in the logarithm; 0 stays
    0.
    """
    bottom, top = np.asarray(low, dtype=np.float64), np.asarray(high, dtype=np.float64)
    if np.isnan(bottom).any() or np.isnan(top).any():
        raise MissingValueError(
            "expected a known low and high for every size, got a gap: leave the site out"
        )
    if (bottom > top).any() or ((bottom <= 0.0) & (top > 0.0)).any() or (bottom < 0.0).any():
        raise WrongShapeError("expected 0 < low <= high, or both 0, for every size")
    safe_low, safe_high = np.where(bottom > 0.0, bottom, 1.0), np.where(top > 0.0, top, 1.0)
    sized = safe_low * (safe_high / safe_low) ** np.asarray(position, dtype=np.float64)
    return np.where(top > 0.0, sized, 0.0)


def span(values: ArrayLike, level: float = 0.9) -> tuple[Floats, Floats]:
    """Low and high of the middle `level` of the members' values, along the first axis."""
    sample = np.asarray(values, dtype=np.float64)
    if not 0.0 < level < 1.0 or sample.ndim == 0 or not len(sample):
        raise WrongShapeError(
            "expected members along the first axis and a level between 0 and 1, got"
            f" {sample.shape}, {level}"
        )
    # By rank, without a number between two members.
    ordered = np.sort(sample, axis=0)
    cut = int(round((1.0 - level) / 2.0 * len(ordered), 6))
    return ordered[cut], ordered[len(ordered) - 1 - cut]


def evenly(members: int, columns: int, *, seed: int = 0) -> Floats:
    """Positions 0 to 1 for `members` draws of `columns` unknowns: a Latin hypercube (M. D. McKay,
    1979).
    """
    rng = np.random.default_rng(seed)
    order = np.argsort(rng.random((members, columns)), axis=0)
    return (order + rng.random((members, columns))) / members
