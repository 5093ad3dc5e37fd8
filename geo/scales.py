"""Scales of an index: arrays on which more is better."""

from collections.abc import Collection, Mapping, Sequence
from typing import Literal, get_args

import numpy as np
import pandas as pd

from geo.errors import MissingValueError, NegativeValueError, WrongShapeError

Better = Literal["higher", "lower"]
Normalisation = Literal["minmax", "zscore", "rank"]
Aggregation = Literal["arithmetic", "geometric"]
# By name, or plain numbers in the order of the columns.
Weights = Mapping[str, float] | pd.Series | Sequence[float] | np.ndarray
Bounds = Mapping[str, tuple[float, float]]

# About two thirds: one of three equal indicators may be missing, not more.
MIN_COVERAGE = 0.65


def weight_shares(weights: Weights, names: pd.Index) -> np.ndarray:
    """Weights in the order of `names`, 0 or more, carried to a sum of 1."""
    if not isinstance(weights, Mapping | pd.Series):
        if len(weights) != len(names):
            raise WrongShapeError(
                f"expected one weight per indicator, {len(names)}, got {len(weights)}"
            )
        weights = dict(zip(names, weights, strict=True))
    given, wanted = set(weights.keys()), set(names)
    if given != wanted:
        raise WrongShapeError(
            f"expected one weight per indicator, got none for {sorted(wanted - given, key=str)} "
            f"and unknown {sorted(given - wanted, key=str)}"
        )
    try:
        sizes = np.array([float(weights[name]) for name in names])
    except (TypeError, ValueError):
        sizes = np.array([np.nan])
    if not np.isfinite(sizes).all():
        raise MissingValueError(f"expected a number for every weight, got {dict(weights)}")
    if (sizes < 0).any() or not sizes.any():
        raise NegativeValueError(f"expected weights of 0 or more, one above 0, got {dict(weights)}")
    result: np.ndarray = sizes / sizes.sum()
    return result


def to_floats(table: pd.DataFrame) -> np.ndarray:
    """The table as floats, missing as NaN; a table without rows or with text raises."""
    texts = [name for name in table.columns if not pd.api.types.is_numeric_dtype(table[name])]
    if texts or table.empty or not (table.columns.is_unique and table.index.is_unique):
        raise WrongShapeError(
            "expected a table of numbers with at least one row and unique names, "
            f"got {table.shape[0]} rows and {table.shape[1]} columns, of which text: {texts}"
        )
    array = table.to_numpy(dtype=float, na_value=np.nan, copy=True)
    if np.isinf(array).any():
        raise MissingValueError("expected numbers, got an endless value: leave it missing")
    return array


def oriented(
    values: pd.DataFrame, *, better: Mapping[str, Better], log: Collection[str] = ()
) -> np.ndarray:
    """Values, logarithms where asked, turned so that more is better."""
    table = to_floats(values)
    signs = _signs(values.columns, better)
    logged = _logged(values.columns, log)
    if (table[:, logged] <= 0).any():
        raise NegativeValueError(
            f"expected values above 0 for a logarithm, got {np.nanmin(table[:, logged]):g} "
            f"in one of {list(values.columns[logged])}"
        )
    table[:, logged] = np.log(table[:, logged])
    result: np.ndarray = table * signs
    return result


def goalposts(
    values: pd.DataFrame,
    *,
    better: Mapping[str, Better],
    bounds: Bounds | None = None,
    log: Collection[str] = (),
) -> tuple[np.ndarray, np.ndarray]:
    """Worst and best goalpost per column on the scale of `oriented`, NaN where none is given."""
    given = {} if bounds is None else bounds
    posts = np.array([given.get(name, (np.nan, np.nan)) for name in values.columns], dtype=float)
    wrong = [name for name, (low, high) in given.items() if not low < high]
    if wrong or not set(given) <= set(values.columns):
        raise WrongShapeError(
            f"expected bounds (low, high) with low below high for known columns, got {dict(given)}"
        )
    logged = _logged(values.columns, log)
    if (posts[logged] <= 0).any():
        raise NegativeValueError(f"expected goalposts above 0 for a logarithm, got {dict(given)}")
    posts[logged] = np.log(posts[logged])
    posts *= _signs(values.columns, better)[:, None]
    return posts.min(axis=1), posts.max(axis=1)


def rescaled(
    table: np.ndarray, method: Normalisation, *, low: np.ndarray, high: np.ndarray
) -> np.ndarray:
    """`table` [..., rows, columns], more is better, on the scale of `method` (see `normalise`)."""
    known = ~np.isnan(table)
    lowest = np.fmin.reduce(table, axis=-2, keepdims=True)
    highest = np.fmax.reduce(table, axis=-2, keepdims=True)
    if method == "rank":
        # Imported late: scipy.stats takes most of a second.
        from scipy.stats import rankdata

        order = rankdata(np.where(known, table, np.inf), axis=-2)
        return np.where(known, order, np.nan)
    if method == "minmax":
        lowest = np.where(np.isnan(low), lowest, low)
        highest = np.where(np.isnan(high), highest, high)
        spread = np.where(highest > lowest, highest - lowest, np.nan)
        share = np.where(highest > lowest, (table - lowest) / spread, 0.5)
        return np.where(known, 100.0 * share.clip(0.0, 1.0), np.nan)
    if method == "zscore":
        count = np.maximum(known.sum(axis=-2, keepdims=True), 1)
        centred = table - np.where(known, table, 0.0).sum(axis=-2, keepdims=True) / count
        squares = np.where(known, centred, 0.0) ** 2
        variance = squares.sum(axis=-2, keepdims=True) / np.maximum(count - 1, 1)
        # Equal rows differ from their mean by rounding only: compare the extremes instead.
        deviation = np.where(highest > lowest, np.sqrt(variance), np.nan)
        return np.where(known, np.where(highest > lowest, centred / deviation, 0.0), np.nan)
    raise WrongShapeError(f"expected one of {get_args(Normalisation)}, got {method!r}")


def combined(table: np.ndarray, shares: np.ndarray, method: Aggregation) -> np.ndarray:
    """Weighted mean over the known columns of `table` [..., rows, columns], NaN where none is.

    `shares` [..., columns] may hold many sets of weights, all above 0: one result per set.
    """
    if method not in get_args(Aggregation):
        raise WrongShapeError(f"expected one of {get_args(Aggregation)}, got {method!r}")
    known = ~np.isnan(table)
    with np.errstate(divide="ignore"):
        terms = np.log(table) if method == "geometric" else table
    weighted = np.matmul(np.where(known, terms, 0.0), shares[..., None])[..., 0]
    weight = np.matmul(known.astype(float), shares[..., None])[..., 0]
    mean = weighted / np.where(weight > 0, weight, np.nan)
    result: np.ndarray = np.exp(mean) if method == "geometric" else mean
    return result


def _signs(names: pd.Index, better: Mapping[str, Better]) -> np.ndarray:
    wrong = [name for name in names if better.get(name) not in get_args(Better)]
    if wrong:
        raise WrongShapeError(f"expected a direction, higher or lower, for {wrong}")
    return np.array([1.0 if better[name] == "higher" else -1.0 for name in names])


def _logged(names: pd.Index, log: Collection[str]) -> np.ndarray:
    if not set(log) <= set(names):
        raise WrongShapeError(f"expected known columns to take the logarithm of, got {list(log)}")
    return np.array([name in log for name in names], dtype=bool)
