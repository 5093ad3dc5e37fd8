"""Which sites feed on which, and how much floor area would make up for a change.

Both ask any model of spending: sites are told apart by their place in the arrays. `matrix` and
`equivalent_floor_area` ask one Huff model.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike

from geo.arrays import Floats
from geo.decay import Law, checked
from geo.errors import NoAttractionError, WrongShapeError
from geo.huff import prepare

# Wider than this times its present size no site is grown in search of its old share.
WIDEST = 1e6
# Halvings of that range: eleven figures.
HALVINGS = 64


def taken(
    spent: Callable[[Floats], Floats],
    sites: int,
    *,
    which: Sequence[int] | None = None,
    growth: float = 0.1,
) -> Floats:
    """Share of what a site (row) gains by growing by `growth` taken from each site (column): `[...,
    M, M]`.

    `spent` gives what each of the sites takes in, `[..., M]`, when their floor areas are multiplied
    by its argument, `[M]`. Off the diagonal 0 to 1; each row of a site that gains sums to 1, its
    own place holds 0, and a site that gains nothing takes nothing. With `which` those rows only.
    """
    if not growth > 0.0 or not np.isfinite(growth):
        raise WrongShapeError(f"growth: expected above 0, got {growth}: 0.1 is ten per cent")
    before = spent(np.ones(sites))
    rows = []
    for site in range(sites) if which is None else which:
        grown = np.ones(sites)
        grown[site] += growth
        lost = before - spent(grown)
        lost[..., site] = 0.0
        gained = lost.sum(axis=-1, keepdims=True)
        rows.append(np.divide(lost, gained, out=np.zeros_like(lost), where=gained > 0.0))
    return np.stack(rows, axis=-2)


def needed(spent: Callable[[Floats], Floats], had: ArrayLike, present: ArrayLike) -> Floats:
    """Floor area `[K]` in m2 with which a site takes in `had[K]`; the search starts at
    `present[K]`, above 0.

    `spent` gives what it takes in with a floor area, both `[K]`, and grows with it. Raises
    NoAttractionError when no floor area reaches `had`.
    """
    wanted, start = checked(had, "had", (None,)), checked(present, "present", (None,))
    if wanted.size != start.size or not (start > 0.0).all():
        raise NoAttractionError(
            f"expected as many floor areas above 0 as amounts, got {start.min(initial=0.0)} for"
            f" {wanted.size}"
        )
    low, high = start / WIDEST, start * WIDEST
    if not ((spent(low) < wanted) & (wanted < spent(high))).all():
        raise NoAttractionError("expected a floor area that brings the spending back, found none")
    for _ in range(HALVINGS):
        middle = np.sqrt(low * high)
        short = spent(middle) < wanted
        low, high = np.where(short, middle, low), np.where(short, high, middle)
    return high


def matrix(
    demand: ArrayLike,
    attraction: ArrayLike,
    cost: ArrayLike,
    *,
    growth: float = 0.1,
    alpha: float = 1.0,
    beta: float = 2.0,
    decay: Law = "power",
) -> Floats:
    """Share of what a site (row) gains by growing by `growth` taken from each other site: `[M, M]`.

    See `taken`. A site with zero attraction cannot grow by a part of itself: its row is 0.
    """
    sizes, spending = checked(attraction, "attraction", (None,)), checked(demand, "demand", (None,))
    model = prepare(cost, beta=beta, decay=decay)
    return taken(
        lambda factor: spending @ model.shares(sizes * factor, alpha=alpha),
        sizes.size,
        growth=growth,
    )


def equivalent_floor_area(
    demand: ArrayLike,
    before: ArrayLike,
    after: ArrayLike,
    cost: ArrayLike,
    *,
    site: int,
    alpha: float = 1.0,
    beta: float = 2.0,
    decay: Law = "power",
) -> float:
    """Extra m2 with which `site` would keep its spending; negative where less would do.

    `before[M]` and `after[M]` are the floor areas, `cost[N, M]` covers a new site too (0 before).
    Raises NoAttractionError when no floor area would bring the spending back.
    """
    old, new = checked(before, "before", (None,)), checked(after, "after", (None,))
    if old.size != new.size or not 0 <= site < old.size:
        raise WrongShapeError(
            f"expected before and after of one length and a site among them, got {old.size},"
            f" {new.size}, {site}"
        )
    if not old[site] > 0.0:
        raise NoAttractionError(f"site {site}: expected floor area above 0 before, got {old[site]}")
    model = prepare(cost, beta=beta, decay=decay)
    spending = checked(demand, "demand", (None,))

    def spent(area: Floats) -> Floats:
        sizes = new.copy()
        sizes[site] = area[0]
        return np.array([float(spending @ model.shares(sizes, alpha=alpha)[:, site])])

    had = float(spending @ model.shares(old, alpha=alpha)[:, site])
    # What it would need against what it really has after the change, closed or grown included.
    return float(needed(spent, [had], [float(old[site])])[0]) - float(new[site])
