"""How sites stand in each other's light: the competing-destinations term.

A. S. Fotheringham, "A new set of spatial-interaction models: the theory of competing
destinations", Environment and Planning A 15 (1983). A site near others is one choice within a
cluster: with delta below 0 it loses to an equal one that stands alone, above 0 it gains.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from geo.arrays import Floats
from geo.decay import checked, log2_pull, require_parameter
from geo.errors import MissingValueError, NegativeValueError


def accessibility(attraction: ArrayLike, between: ArrayLike, *, sigma: float = 1.0) -> Floats:
    """Accessibility of all other sites from each site: sum of attraction / cost**sigma, largest is
    1.

    `between[M, M]` is the cost from site to site; its diagonal is not used, and a cost of 0 counts
    as half the smallest positive one. A site that has no other with attraction beside it gets 1.
    """
    sizes = checked(attraction, "attraction", (None,))
    require_parameter(sigma, "sigma")
    costs = checked(between, "between", (sizes.size, sizes.size))
    apart = ~np.eye(sizes.size, dtype=bool)
    smallest = float(costs.min(where=apart & (costs > 0.0), initial=np.inf))
    level = smallest / 2.0 if np.isfinite(smallest) else 1.0
    exponent = log2_pull(sizes, 1.0) - sigma * np.log2(np.maximum(costs, level))
    exponent[~apart] = -np.inf
    top = exponent.max()
    if not np.isfinite(top):
        return np.ones(sizes.size)
    reached = np.exp2(exponent - top).sum(axis=1)
    reached[reached == 0.0] = reached.max()
    result: Floats = reached / reached.max()
    return result


def pull(
    attraction: ArrayLike, access: ArrayLike, *, alpha: float = 1.0, delta: float = 0.0
) -> Floats:
    """Attraction**alpha * accessibility**delta per site, largest is 1: hand it to `geo.huff` with
    alpha 1.
    """
    sizes = checked(attraction, "attraction", (None,))
    near = checked(access, "accessibility", sizes.shape)
    require_parameter(alpha, "alpha")
    if not np.isfinite(delta):
        raise MissingValueError(f"delta: expected a known number, got {delta}")
    if (near == 0.0).any():
        raise NegativeValueError(
            f"accessibility: expected above 0, got 0 at site {int(np.argmin(near))}"
        )
    exponent = log2_pull(sizes, alpha) + delta * np.log2(near)
    result: Floats = np.exp2(exponent - exponent.max())
    return result
