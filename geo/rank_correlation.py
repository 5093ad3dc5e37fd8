"""Spearman's rank correlation of many pairs of series at once."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from geo.arrays import Floats
from geo.errors import WrongShapeError


def with_labels(
    proxy: pd.Series | ArrayLike, counts: pd.Series | ArrayLike
) -> tuple[pd.Series, pd.Series]:
    """Both with labels; what has none stands in the order of the other."""
    sizes = [np.shape(values) for values in (proxy, counts)]
    both = isinstance(proxy, pd.Series) and isinstance(counts, pd.Series)
    if any(len(size) != 1 for size in sizes) or (not both and sizes[0] != sizes[1]):
        raise WrongShapeError(
            f"expected one figure and one count per street, got {sizes[0]} and {sizes[1]}"
        )
    labels = next(
        (values.index for values in (proxy, counts) if isinstance(values, pd.Series)), None
    )
    first, second = (
        values if isinstance(values, pd.Series) else pd.Series(values, index=labels)
        for values in (proxy, counts)
    )
    return first, second


def spearman(pairs: Floats) -> Floats:
    """Rank correlations of `[2, R, n]`; NaN where one side is all alike."""
    # Imported late: it takes 40 MB and half a second.
    from scipy.stats import rankdata

    ranks = rankdata(pairs, axis=-1)
    ranks -= ranks.mean(axis=-1, keepdims=True)
    spread = np.sqrt((ranks**2).sum(axis=-1).prod(axis=0))
    result: Floats = np.divide(
        (ranks[0] * ranks[1]).sum(axis=-1),
        spread,
        out=np.full(spread.shape, np.nan),
        where=spread > 1e-9,
    )
    return result
