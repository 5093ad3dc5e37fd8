"""How sure an index is: score and rank intervals, which assumption matters, one indicator left out.

Uncertainty and sensitivity analysis after OECD/JRC, Handbook on Constructing Composite Indicators
(2008), step 7. Four assumptions are varied: the weights, the normalisation, the aggregation and,
where standard errors are given, the data. Offered to callers through `geo.index`.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import get_args

import numpy as np
import pandas as pd

from geo import scales
from geo.errors import MissingValueError, NegativeValueError, WrongShapeError
from geo.scales import MIN_COVERAGE, Aggregation, Better, Bounds, Normalisation, Weights

ASSUMPTIONS = ("weights", "normalisation", "aggregation", "data")
NORMALISATIONS: tuple[Normalisation, ...] = get_args(Normalisation)
AGGREGATIONS: tuple[Aggregation, ...] = get_args(Aggregation)

# Relative standard deviation of an average weight: half or one and a half as much is plausible.
WEIGHT_SPREAD = 0.5
# One standard deviation of a z-score in points around 50, so that z-scores spread about as wide
# as min-max and rank do; beyond 2.5 deviations a value counts as 2.5.
Z_POINTS = 20.0
# Cells of values worked on at once: 16 MB per array.
BLOCK_CELLS = 2_000_000


def uncertainty(
    values: pd.DataFrame,
    *,
    better: Mapping[str, Better],
    weights: Weights,
    draws: int = 1000,
    seed: int = 0,
    standard_errors: pd.DataFrame | None = None,
    bounds: Bounds | None = None,
    log: Collection[str] = (),
    level: float = 0.9,
    min_coverage: float = MIN_COVERAGE,
) -> pd.DataFrame:
    """Per row `score_low, score_median, score_high` (0-100) and `rank_low, rank_median, rank_high`
    (1 is best).

    Each draw takes weights from a Dirichlet distribution around the given ones, one of three
    normalisations (all carried to 0-100), one of two aggregations (the geometric one on 1-100,
    so that a lowest row does not drop to 0) and, where `standard_errors` (same shape and units
    as `values`) are given, values with normal noise. The interval holds `level` of the draws.
    Rows covered for less than `min_coverage` of the weight are missing and take no rank. The
    same seed gives the same answer in any order of rows and columns.

    Raises WrongShapeError on wrong columns or fewer than 2 draws. Method: OECD/JRC, Handbook on
    Constructing Composite Indicators (2008), step 7.

    >>> towns = pd.DataFrame({"vacancy": [5.0, 9.0], "visitors": [9.0, 4.0]}, index=["a", "b"])
    >>> better = {"vacancy": "lower", "visitors": "higher"}
    >>> found = uncertainty(towns, better=better, weights={"vacancy": 1, "visitors": 1}, draws=50)
    >>> found["rank_median"].tolist()
    [1.0, 2.0]
    """
    _require_at_least(draws, 2, "draws")
    problem = _problem(values, better, weights, standard_errors, bounds, log, min_coverage)
    scores = _drawn_scores(problem, draws, seed)
    places = _ranks(scores)
    edges = ((1.0 - level) / 2.0, (1.0 + level) / 2.0)
    result = pd.DataFrame(np.nan, index=values.index, columns=[])
    columns = {
        "score_low": np.quantile(scores, edges[0], axis=0),
        "score_median": np.quantile(scores, 0.5, axis=0),
        "score_high": np.quantile(scores, edges[1], axis=0),
        "rank_low": np.quantile(places, edges[0], axis=0, method="inverted_cdf"),
        "rank_median": np.quantile(places, 0.5, axis=0, method="inverted_cdf"),
        "rank_high": np.quantile(places, edges[1], axis=0, method="inverted_cdf"),
    }
    for name, column in columns.items():
        result[name] = pd.Series(column, index=problem.rows).reindex(values.index)
    return result


def outranking(
    values: pd.DataFrame,
    *,
    better: Mapping[str, Better],
    weights: Weights,
    draws: int = 1000,
    seed: int = 0,
    standard_errors: pd.DataFrame | None = None,
    bounds: Bounds | None = None,
    log: Collection[str] = (),
    min_coverage: float = MIN_COVERAGE,
) -> pd.DataFrame:
    """Share of the draws, 0 to 1, in which the row ranks above the column.

    The draws are those of `uncertainty` with the same arguments. In the remaining draws the column
    ranks above the row or both are equal. Missing for rows that take no rank.

    >>> towns = pd.DataFrame({"vacancy": [5.0, 9.0], "visitors": [9.0, 4.0]}, index=["a", "b"])
    >>> better = {"vacancy": "lower", "visitors": "higher"}
    >>> above = outranking(towns, better=better, weights={"vacancy": 1, "visitors": 1}, draws=50)
    >>> float(above.loc["a", "b"])
    1.0
    """
    _require_at_least(draws, 2, "draws")
    problem = _problem(values, better, weights, standard_errors, bounds, log, min_coverage)
    places = _ranks(_drawn_scores(problem, draws, seed))
    above = (places[:, :, None] < places[:, None, :]).mean(axis=0)
    shares = pd.DataFrame(above, index=problem.rows, columns=problem.rows)
    return shares.reindex(index=values.index, columns=values.index)


def sensitivity(
    values: pd.DataFrame,
    *,
    better: Mapping[str, Better],
    weights: Weights,
    draws: int = 256,
    seed: int = 0,
    standard_errors: pd.DataFrame | None = None,
    bounds: Bounds | None = None,
    log: Collection[str] = (),
    min_coverage: float = MIN_COVERAGE,
) -> pd.DataFrame:
    """Sobol index per assumption, 0 to 1: the share of the changes in rank that it explains.

    `first` is what the assumption does alone, `total` what it does with all others together;
    both over the whole ranking (sum over rows of explained variance by sum of variance: Gamboa,
    Janon, Klein and Lagnoux, 2014), estimated after Saltelli et al. (2010) and Jansen (1999) and
    held within 0 <= first <= total <= 1, as the true values are. `varied` is False where the
    assumption was not varied (data without standard errors, one weight): its 0 then says nothing
    about the world. All missing when no draw changes any rank.

    >>> towns = pd.DataFrame({"vacancy": [5.0, 9.0, 7.0], "visitors": [3.0, 9.0, 5.0]})
    >>> better = {"vacancy": "lower", "visitors": "higher"}
    >>> found = sensitivity(towns, better=better, weights={"vacancy": 1, "visitors": 1}, draws=16)
    >>> list(found.index)
    ['weights', 'normalisation', 'aggregation', 'data']
    """
    _require_at_least(draws, 2, "draws")
    problem = _problem(values, better, weights, standard_errors, bounds, log, min_coverage)
    rng = np.random.default_rng(seed)
    first_draw, second_draw = _draw(problem, draws, rng), _draw(problem, draws, rng)
    first_ranks, second_ranks = (
        _ranks(_scores(problem, draw)) for draw in (first_draw, second_draw)
    )
    both = np.concatenate([first_ranks, second_ranks])
    centre, variance = both.mean(axis=0), both.var(axis=0).sum()
    varied = {
        "weights": problem.shares.size > 1,
        "normalisation": True,
        "aggregation": True,
        "data": problem.noise is not None,
    }
    rows = []
    for name in ASSUMPTIONS:
        if variance == 0:
            rows.append((np.nan, np.nan, varied[name]))
            continue
        shift = _ranks(_scores(problem, _swapped(first_draw, second_draw, name))) - first_ranks
        total = 0.5 * (shift**2).mean(axis=0).sum() / variance
        first = ((second_ranks - centre) * shift).mean(axis=0).sum() / variance
        total = min(1.0, total)
        rows.append((min(max(0.0, first), total), total, varied[name]))
    index = pd.Index(ASSUMPTIONS, name="assumption")
    return pd.DataFrame(rows, index=index, columns=["first", "total", "varied"])


def leave_one_out(
    values: pd.DataFrame,
    *,
    better: Mapping[str, Better],
    weights: Weights,
    method: Normalisation = "minmax",
    aggregation: Aggregation = "arithmetic",
    bounds: Bounds | None = None,
    log: Collection[str] = (),
    min_coverage: float = MIN_COVERAGE,
) -> pd.DataFrame:
    """Score and rank per row with one indicator left out, and their shift from the full index.

    Indexed by `left_out` and the rows of `values`; columns `score, rank, score_shift,
    rank_shift` (above 0: the row stands lower without the indicator). Indicators of weight 0
    are not left out: nothing would change. Scores are on the scale of `method`.
    """
    table = scales.oriented(values, better=better, log=log)
    low, high = scales.goalposts(values, better=better, bounds=bounds, log=log)
    scaled = scales.rescaled(table, method, low=low, high=high)
    shares = scales.weight_shares(weights, values.columns)
    used = np.flatnonzero(shares)
    _require_at_least(used.size, 2, "indicators with a weight")

    def scored(columns: np.ndarray) -> pd.DataFrame:
        part, weight = scaled[:, columns], shares[columns] / shares[columns].sum()
        score = scales.combined(part, weight, aggregation)
        covered = ~np.isnan(part) @ weight >= min_coverage - 1e-12
        shown = pd.Series(np.where(covered, score, np.nan), index=values.index)
        rank = shown.round(9).rank(ascending=False, method="min")
        return pd.DataFrame({"score": shown, "rank": rank})

    full = scored(used)
    parts = {}
    for column in used:
        part = scored(used[used != column])
        parts[values.columns[int(column)]] = part.join((part - full).add_suffix("_shift"))
    result: pd.DataFrame = pd.concat(parts, names=["left_out"])
    return result


@dataclass(frozen=True, slots=True)
class _Problem:
    """What is varied around; rows and columns sorted by name, so that their order is nothing."""

    table: np.ndarray
    noise: np.ndarray | None
    shares: np.ndarray
    low: np.ndarray
    high: np.ndarray
    covered: np.ndarray
    rows: pd.Index


@dataclass(frozen=True, slots=True)
class _Draw:
    """Many sets of assumptions, one per element of the first axis."""

    weights: np.ndarray
    normalisation: np.ndarray
    aggregation: np.ndarray
    data: np.ndarray | None


def _problem(
    values: pd.DataFrame,
    better: Mapping[str, Better],
    weights: Weights,
    standard_errors: pd.DataFrame | None,
    bounds: Bounds | None,
    log: Collection[str],
    min_coverage: float,
) -> _Problem:
    shares = pd.Series(scales.weight_shares(weights, values.columns), index=values.columns)
    # By their text: names of places may be numbers and words at once.
    names = sorted(shares.index[shares > 0], key=str)
    used = values.loc[sorted(values.index, key=str), names]
    logged = [name for name in names if name in set(log)]
    low, high = scales.goalposts(values, better=better, bounds=bounds, log=log)
    at = values.columns.get_indexer(pd.Index(names))
    weight = shares[names].to_numpy()
    covered = used.notna().to_numpy() @ weight >= min_coverage - 1e-12
    return _Problem(
        table=scales.oriented(used, better=better, log=logged),
        noise=None if standard_errors is None else _noise(used, standard_errors, logged),
        shares=weight / weight.sum(),
        low=low[at],
        high=high[at],
        covered=covered,
        rows=used.index[covered],
    )


def _noise(values: pd.DataFrame, standard_errors: pd.DataFrame, logged: list[str]) -> np.ndarray:
    """Standard errors on the scale of the oriented values, 0 where the value is missing."""
    if not values.columns.isin(standard_errors.columns).all():
        raise WrongShapeError(
            f"expected standard errors for {list(values.columns)}, "
            f"got {list(standard_errors.columns)}"
        )
    errors = scales.to_floats(standard_errors[values.columns].reindex(values.index))
    numbers = scales.to_floats(values)
    known = ~np.isnan(numbers)
    if np.isnan(errors[known]).any():
        raise MissingValueError(
            f"expected a standard error for each known value, got {np.isnan(errors[known]).sum()} "
            "missing: give 0 only for a value that is exact"
        )
    if (errors[known] < 0).any():
        raise NegativeValueError(f"expected standard errors of 0 or more, got {errors.min():g}")
    columns = values.columns.isin(logged)
    # The error of a logarithm is the relative error of the value.
    errors[:, columns] /= numbers[:, columns]
    return np.where(known, errors, 0.0)


def _draw(problem: _Problem, draws: int, rng: np.random.Generator) -> _Draw:
    count = problem.shares.size
    if count == 1:
        weights = np.ones((draws, 1))
    else:
        concentration = (count - 1) / WEIGHT_SPREAD**2 - 1
        weights = rng.dirichlet(problem.shares * concentration, size=draws)
        # A weight so small that it was drawn as exactly 0 still takes part.
        weights = np.maximum(weights, 1e-300)
    return _Draw(
        weights=weights,
        normalisation=rng.permutation(np.arange(draws) % len(NORMALISATIONS)),
        aggregation=rng.permutation(np.arange(draws) % len(AGGREGATIONS)),
        data=None if problem.noise is None else rng.standard_normal((draws, *problem.table.shape)),
    )


def _drawn_scores(problem: _Problem, draws: int, seed: int) -> np.ndarray:
    """Score per draw and kept row; the draws come in blocks that bound the memory."""
    rng = np.random.default_rng(seed)
    block = max(1, BLOCK_CELLS // problem.table.size)
    sizes = [min(block, draws - done) for done in range(0, draws, block)]
    return np.concatenate([_scores(problem, _draw(problem, size, rng)) for size in sizes])


def _swapped(first: _Draw, other: _Draw, assumption: str) -> _Draw:
    """`first` with a single assumption taken from `other`."""
    match assumption:
        case "weights":
            return replace(first, weights=other.weights)
        case "normalisation":
            return replace(first, normalisation=other.normalisation)
        case "aggregation":
            return replace(first, aggregation=other.aggregation)
        case _:
            return replace(first, data=other.data)


def _scores(problem: _Problem, draw: _Draw) -> np.ndarray:
    """Score per draw and kept row, 0 to 100."""
    scores = np.empty((draw.weights.shape[0], problem.rows.size))
    for number, method in enumerate(NORMALISATIONS):
        chosen = draw.normalisation == number
        table = problem.table
        if problem.noise is not None and draw.data is not None:
            table = table + problem.noise * draw.data[chosen]
        points = _to_points(
            scales.rescaled(table, method, low=problem.low, high=problem.high), method
        )
        points = points[..., problem.covered, :]
        means = np.empty((chosen.sum(), problem.rows.size))
        for which, aggregation in enumerate(AGGREGATIONS):
            part = draw.aggregation[chosen] == which
            cells = points if points.ndim == 2 else points[part]
            if aggregation == "geometric":
                cells = 1.0 + 0.99 * cells
            means[part] = scales.combined(cells, draw.weights[chosen][part], aggregation)
        scores[chosen] = means
    return scores


def _to_points(scaled: np.ndarray, method: Normalisation) -> np.ndarray:
    """A scale of `rescaled` carried to 0-100, so that methods can be put side by side."""
    if method == "zscore":
        return (50.0 + Z_POINTS * scaled).clip(0.0, 100.0)
    if method == "rank":
        best = (~np.isnan(scaled)).sum(axis=-2, keepdims=True)
        return np.where(best > 1, (scaled - 1.0) / np.maximum(best - 1, 1) * 100.0, scaled * 50.0)
    return scaled


def _ranks(scores: np.ndarray) -> np.ndarray:
    from scipy.stats import rankdata

    # Rounded, so that the order of summing does not part equal rows.
    return rankdata(-scores.round(9), method="min", axis=1).astype(float)


def _require_at_least(number: int, least: int, what: str) -> None:
    if number < least:
        raise WrongShapeError(f"expected at least {least} {what}, got {number}")
