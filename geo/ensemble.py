"""Shares under many sets of parameters at once, so that what is not known stays a range up to the result.

A member is one complete set: floor areas, exponents, border cost and the part each branch group has
in spending. Every member divides all spending: its shares sum to 1 in each origin.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.decay import Floats, checked
from geo.errors import MissingValueError, NoAttractionError, WrongShapeError


@dataclass(frozen=True, slots=True, eq=False)
class Pull:
    """How each site fades at each origin, per member and branch group: `[K, G, N, M]`, 1 at the nearest site."""

    fading: Floats = field(repr=False)

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """Numbers of members, branch groups, origins and sites."""
        members, groups, origins, sites = self.fading.shape
        return members, groups, origins, sites


def prepare(minutes: ArrayLike, crosses: ArrayLike, beta: ArrayLike, border_minutes: ArrayLike) -> Pull:
    """The fading exp(-beta * cost) of every pair; cost is `minutes[N, M]`, plus the border's where `crosses[N, M]`.

    `beta[K, G]` is per minute, `border_minutes[K]` is what the border adds in each member.
    """
    rates = checked(beta, "beta", (None, None))
    border = checked(border_minutes, "border_minutes", (rates.shape[0],))
    travel = checked(minutes, "minutes", (None, None))
    over = np.asarray(crosses, dtype=bool)
    if over.shape != travel.shape:
        raise WrongShapeError(f"crosses: expected {travel.shape} values, got {over.shape}")
    if not travel.shape[1]:
        raise WrongShapeError("minutes: expected at least one site, got none")
    cost = travel + border[:, None, None] * over
    cost -= cost.min(axis=2, keepdims=True)
    fading = cost[:, None] * -rates[:, :, None, None]
    return Pull(np.exp(fading, out=fading))


def shares(pull: Pull, floor_area: ArrayLike, part: ArrayLike) -> Floats:
    """Share of each site in the spending of each origin, per member: `[K, N, M]`, rows sum to 1.

    `floor_area[K, G, M]` in m2; `part[K, G]` is how spending divides over the groups and sums to 1
    per member. A group with part 0 is not looked at. Raises NoAttractionError when a group with
    spending has no site.
    """
    members, groups, origins, sites = pull.shape
    area = checked(floor_area, "floor_area", (members, groups, sites))
    parts = checked(part, "part", (members, groups))
    if np.abs(parts.sum(axis=1) - 1.0).max(initial=0.0) > 1e-9:
        raise WrongShapeError("part: expected parts that add up to 1 in every member")
    total = np.zeros((members, origins, sites))
    for group in range(groups):
        if not parts[:, group].any():
            continue
        if not area[:, group].any(axis=1).all():
            raise NoAttractionError(f"group {group}: expected a site above 0 m2, got none: spending has nowhere to go")
        weight = pull.fading[:, group] * area[:, group, None, :]
        sums = weight.sum(axis=2)
        if not sums.min() > 0.0:
            raise NoAttractionError(
                f"group {group}: expected an open site within reach of every origin, got none: shorten the travel times"
            )
        weight *= (parts[:, group, None] / sums)[:, :, None]
        total += weight
    return total


def totals(demand: ArrayLike, share: Floats) -> Floats:
    """Spending that reaches each site, per member: `[K, M]`; every row sums to the sum of `demand[N]`."""
    spending = checked(demand, "demand", (share.shape[1],))
    return np.einsum("n,knm->km", spending, share)


def between(low: ArrayLike, high: ArrayLike, position: ArrayLike) -> Floats:
    """Sizes between `low[...]` and `high[...]` at `position` 0 to 1, evenly in the logarithm; 0 where both are 0."""
    bottom, top = np.asarray(low, dtype=np.float64), np.asarray(high, dtype=np.float64)
    if np.isnan(bottom).any() or np.isnan(top).any():
        raise MissingValueError("expected a known low and high for every size, got a gap: leave the site out")
    if (bottom > top).any() or ((bottom <= 0.0) & (top > 0.0)).any() or (bottom < 0.0).any():
        raise WrongShapeError("expected 0 < low <= high, or both 0, for every size")
    safe_low, safe_high = np.where(bottom > 0.0, bottom, 1.0), np.where(top > 0.0, top, 1.0)
    sized = safe_low * (safe_high / safe_low) ** np.asarray(position, dtype=np.float64)
    return np.where(top > 0.0, sized, 0.0)


def span(values: ArrayLike, level: float = 0.9) -> tuple[Floats, Floats]:
    """The middle `level` of the members' values, low and high; the members lie along the first axis."""
    sample = np.asarray(values, dtype=np.float64)
    if not 0.0 < level < 1.0 or sample.ndim == 0 or not len(sample):
        raise WrongShapeError(f"expected members along the first axis and a level between 0 and 1, got {sample.shape}, {level}")
    # By rank, without a number between two members.
    ordered = np.sort(sample, axis=0)
    cut = int(round((1.0 - level) / 2.0 * len(ordered), 6))
    return ordered[cut], ordered[len(ordered) - 1 - cut]


def evenly(members: int, columns: int, *, seed: int = 0) -> NDArray[np.float64]:
    """Positions 0 to 1 for `members` draws of `columns` unknowns: a Latin hypercube (M. D. McKay, 1979)."""
    rng = np.random.default_rng(seed)
    order = np.argsort(rng.random((members, columns)), axis=0)
    return (order + rng.random((members, columns))) / members
