"""Which sites feed on which, and how much floor area would make up for a change.

Both read one Huff model; sites are told apart by their place in the arrays.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq

from geo.decay import Floats, Law, checked
from geo.errors import NoAttractionError, WrongShapeError
from geo.huff import prepare

# Wider than this times its present size no site is grown in search of its old share.
WIDEST = 1e6


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
    """Of what a site (row) gains by growing by `growth`, the part taken from each other site (column): `[M, M]`.

    Off the diagonal 0 to 1; each row of a site that gains sums to 1, its own place holds 0. A site
    with zero attraction cannot grow by a part of itself: its row is 0.
    """
    if not growth > 0.0 or not np.isfinite(growth):
        raise WrongShapeError(f"growth: expected above 0, got {growth}: 0.1 is ten per cent")
    sizes = checked(attraction, "attraction", (None,))
    model = prepare(cost, beta=beta, decay=decay)
    spending = checked(demand, "demand", (None,))
    before = spending @ model.shares(sizes, alpha=alpha)
    taken = np.zeros((sizes.size, sizes.size))
    for site in np.flatnonzero(sizes > 0.0):
        grown = sizes.copy()
        grown[site] *= 1.0 + growth
        lost = before - spending @ model.shares(grown, alpha=alpha)
        lost[site] = 0.0
        gained = lost.sum()
        # A site that has everything, or where nobody lives, takes nothing.
        taken[site] = lost / gained if gained > 0.0 else 0.0
    return taken


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
    """Extra m2 with which `site` would keep the spending it had: negative where it could do with less.

    `before[M]` and `after[M]` are the floor areas, `cost[N, M]` covers a new site too (0 before).
    Raises NoAttractionError when no floor area would bring the spending back.
    """
    old, new = checked(before, "before", (None,)), checked(after, "after", (None,))
    if old.size != new.size or not 0 <= site < old.size:
        raise WrongShapeError(f"expected before and after of one length and a site among them, got {old.size}, {new.size}, {site}")
    if not old[site] > 0.0:
        raise NoAttractionError(f"site {site}: expected floor area above 0 before, got {old[site]}")
    model = prepare(cost, beta=beta, decay=decay)
    spending = checked(demand, "demand", (None,))
    had = float(spending @ model.shares(old, alpha=alpha)[:, site])

    def short(log_size: float) -> float:
        sizes = new.copy()
        sizes[site] = np.exp(log_size)
        return float(spending @ model.shares(sizes, alpha=alpha)[:, site]) - had

    ends = np.log(old[site]) + np.log(WIDEST) * np.array([-1.0, 1.0])
    if not short(ends[0]) < 0.0 < short(ends[1]):
        raise NoAttractionError(f"site {site}: expected a floor area that brings its spending back, found none")
    # The level it would need against what it really has after the change, closed or grown included.
    return float(np.exp(brentq(short, *ends, xtol=1e-12))) - float(new[site])
