"""Composite index: indicators brought to one scale, weighed, aggregated, in groups if wanted.

Definitions follow OECD/JRC, Handbook on Constructing Composite Indicators (2008), step 5
(normalisation) and step 6 (weighting and aggregation); how sure the outcome is (step 7) stands
in `geo.robustness` and is offered here too.

One rule for missing values everywhere: a row is scored on what is known of it, with the weights
of the known indicators carried back to a sum of 1, provided these make up at least `MIN_COVERAGE`
of the weight; below that the row has no score. Nothing is filled in. Rows scored on different
indicators compare badly: `common_coverage` says how much weight lies on what all rows know.
"""

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd

from geo import scales
from geo.errors import NegativeValueError, WrongShapeError
from geo.robustness import leave_one_out, outranking, sensitivity, uncertainty
from geo.scales import MIN_COVERAGE, Aggregation, Better, Bounds, Normalisation, Weights

__all__ = [
    "MIN_COVERAGE",
    "aggregate",
    "common_coverage",
    "coverage",
    "flat_weights",
    "group_scores",
    "leave_one_out",
    "normalise",
    "outranking",
    "ranks",
    "sensitivity",
    "uncertainty",
]


def normalise(
    values: pd.DataFrame,
    *,
    better: Mapping[str, Better],
    method: Normalisation = "minmax",
    bounds: Bounds | None = None,
    log: Collection[str] = (),
) -> pd.DataFrame:
    """Indicators on one scale on which more is better; missing stays missing.

    `minmax` runs 0 to 100 between the lowest and highest row, or between the goalposts in
    `bounds` (low, high, in the indicator's own unit), beyond which a value counts as the
    goalpost. `zscore` is in sample standard deviations around 0. `rank` runs from 1 (worst)
    to the number of known rows (best); equal rows share the mean rank. Columns in `log` are
    taken as logarithm first, goalposts included. Where all known rows are equal each gets the
    middle of the scale: none is better than another.

    Raises WrongShapeError on a column without direction, NegativeValueError on a logarithm of
    0 or less, MissingValueError on an endless value.

    >>> towns = pd.DataFrame({"vacancy": [5.0, 10.0, 15.0]}, index=["a", "b", "c"])
    >>> normalise(towns, better={"vacancy": "lower"})["vacancy"].tolist()
    [100.0, 50.0, 0.0]
    """
    table = scales.oriented(values, better=better, log=log)
    low, high = scales.goalposts(values, better=better, bounds=bounds, log=log)
    scaled = scales.rescaled(table, method, low=low, high=high)
    return pd.DataFrame(scaled, index=values.index, columns=values.columns)


def aggregate(
    normalised: pd.DataFrame,
    weights: Weights,
    *,
    method: Aggregation = "arithmetic",
    min_coverage: float = MIN_COVERAGE,
) -> pd.Series:
    """Score per row, on the scale of `normalised`: its weighted mean over the known indicators.

    Only the proportions of the weights matter; an indicator of weight 0 takes no part. A row
    whose known indicators carry less than `min_coverage` of the weight is missing. `geometric`
    lets a strong indicator make up for a weak one only in part; a single 0 makes the score 0,
    and values below 0 (z-scores) raise NegativeValueError.

    >>> scaled = pd.DataFrame({"vacancy": [100.0, 0.0], "visitors": [50.0, 100.0]})
    >>> aggregate(scaled, {"vacancy": 3, "visitors": 1}).tolist()
    [87.5, 25.0]
    """
    shares = scales.weight_shares(weights, normalised.columns)
    used = shares > 0
    table = scales.to_floats(normalised)[:, used]
    if method == "geometric" and (table < 0).any():
        raise NegativeValueError(
            f"expected values of 0 or more for a geometric mean, got {np.nanmin(table):g}: "
            "normalise with minmax or rank"
        )
    score = pd.Series(
        scales.combined(table, shares[used], method), index=normalised.index, name="score"
    )
    return score.where(coverage(normalised, weights) >= min_coverage - 1e-12)


def coverage(normalised: pd.DataFrame, weights: Weights) -> pd.Series:
    """Share of the weight that lies on known indicators, per row, 0 to 1."""
    known = normalised.notna().to_numpy(dtype=float)
    shares = scales.weight_shares(weights, normalised.columns)
    return pd.Series(known @ shares, index=normalised.index, name="coverage").clip(0.0, 1.0)


def common_coverage(normalised: pd.DataFrame, weights: Weights) -> float:
    """Share of the weight that lies on indicators known for every row, 0 to 1."""
    everywhere = normalised.notna().all(axis=0).to_numpy(dtype=float)
    return min(1.0, float(everywhere @ scales.weight_shares(weights, normalised.columns)))


def group_scores(
    normalised: pd.DataFrame,
    weights: Weights,
    *,
    groups: Mapping[str, str],
    method: Aggregation = "arithmetic",
    min_coverage: float = MIN_COVERAGE,
) -> pd.DataFrame:
    """Score per row and group, one column per group in order of name.

    `groups` maps indicator to group; the weights count within their group. The total over
    groups is `aggregate` of this frame with the weights between groups, so that the rule for
    missing values holds on both levels. Groups whose indicators all have weight 0 are left out.
    """
    given = pd.Series(scales.weight_shares(weights, normalised.columns), index=normalised.columns)
    member_of = _groups_of(normalised.columns, groups)
    scores = {
        group: aggregate(normalised[names], given[names], method=method, min_coverage=min_coverage)
        for group, names in member_of.items()
        if given[names].sum() > 0
    }
    return pd.DataFrame(scores, index=normalised.index)


def flat_weights(
    weights: Mapping[str, float] | pd.Series, *, groups: Mapping[str, str], group_weights: Weights
) -> pd.Series:
    """Weight per indicator in the whole, sum 1: its share within its group times the group's share.

    For complete rows the arithmetic mean with these equals the two steps through `group_scores`.
    """
    names = pd.Index(list(weights.keys()))
    given = pd.Series(scales.weight_shares(weights, names), index=names)
    member_of = _groups_of(names, groups)
    between = pd.Series(
        scales.weight_shares(group_weights, pd.Index(member_of)), index=list(member_of)
    )
    flat = given.copy()
    for group, members in member_of.items():
        within = given[members].sum()
        if within == 0 and between[group] > 0:
            raise WrongShapeError(
                f"expected an indicator of weight above 0 in group {group}, got none: "
                "give the group weight 0"
            )
        flat[members] = given[members] / within * between[group] if within > 0 else 0.0
    return flat.rename("weight")


def ranks(scores: pd.Series) -> pd.Series:
    """Rank per row, 1 is the highest score; equal scores share the best rank, missing stays so."""
    # Differences of rounding size are ties: the order of summing must not rank anyone.
    return scores.round(9).rank(ascending=False, method="min").rename("rank")


def _groups_of(names: pd.Index, groups: Mapping[str, str]) -> dict[str, list[str]]:
    missing = [name for name in names if name not in groups]
    if missing:
        raise WrongShapeError(f"expected a group for every indicator, got none for {missing}")
    members: dict[str, list[str]] = {group: [] for group in sorted({groups[n] for n in names})}
    for name in names:
        members[groups[name]].append(name)
    return members
