"""The index: scores and ranks with their intervals, or the coverage that is lacking."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from dashboard.analysis.vitality import Vitality
from dashboard.facts.records import records
from geo.scales import Better

# Least weight on indicators that are known for every place; as MIN_COVERAGE of geo.index for one.
NEEDED_COVERAGE = 0.65
# Two places have one order; that is no ranking.
MIN_PLACES = 3
DRAWS = 1000
# Share of the draws that a stated interval holds, and in which one place ranks above another when
# the two are told apart. Intervals hold the truth about as often (tests/bench/index_coverage.py).
LEVEL = 0.95

Assumption = Literal["weights", "normalisation", "aggregation", "data"]


@dataclass(frozen=True, slots=True)
class PlaceRank:
    """Intervals of the score (0 to 100) and rank (1 is best) of a place.

    `same` are the places that cannot be told apart from it.
    """

    place_id: str
    score_low: float
    score_median: float
    score_high: float
    rank_low: int
    rank_high: int
    same: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """Influence of an assumption on the ranking, 0 to 1: `first` alone, `total` with others."""

    assumption: Assumption
    first: float | None
    total: float | None
    varied: bool


@dataclass(frozen=True, slots=True)
class Shift:
    """The place that moves most without one indicator; `ranks` above 0 means lower."""

    indicator: str
    place_id: str
    ranks: int


@dataclass(frozen=True, slots=True)
class Ranking:
    """The index: places in their own order, pairs (above, below) that are told apart, sensitivity,
    and the effect of leaving out an indicator; `shared` are the indicators that it rests on.
    """

    places: tuple[PlaceRank, ...]
    apart: tuple[tuple[str, str], ...]
    sensitivities: tuple[Sensitivity, ...]
    shifts: tuple[Shift, ...]
    coverage: float
    shared: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InsufficientCoverage:
    """Why there is no index: the common coverage, and the indicators and places behind it."""

    coverage: float
    shared: int
    indicators: int
    places: int


def reach(
    vitality: Vitality, weights: Mapping[str, int] | None = None
) -> InsufficientCoverage | float:
    """The common coverage of the weights, 0 to 1, or why there can be no index.

    It is the lower of two: at equal weights over every declared indicator that does not merely grow
    with size, so that no choice of weights hides what is unknown, and at the chosen weights.
    """
    from geo import index

    counted = vitality.weighable
    equal = {name: int(name in counted) for name in vitality.indicators}
    coverage = min(
        index.common_coverage(vitality.table, each) for each in (equal, weights or equal)
    )
    if coverage < NEEDED_COVERAGE or len(vitality.places) < MIN_PLACES:
        shared = int(vitality.table[list(counted)].notna().all(axis=0).sum())
        return InsufficientCoverage(coverage, shared, len(counted), len(vitality.places))
    return coverage


def ranked(vitality: Vitality, weights: Mapping[str, int]) -> Ranking | InsufficientCoverage:
    """Scores, ranks, their intervals and sensitivity; the same inputs give the same result.

    Every place is scored on the same indicators: those with a weight that are known for all.
    """
    from geo import index

    coverage = reach(vitality, weights)
    if isinstance(coverage, InsufficientCoverage):
        return coverage
    shared = tuple(
        name
        for name in vitality.indicators
        if weights[name] > 0 and vitality.table[name].notna().all()
    )
    values, errors = vitality.table[list(shared)], vitality.errors[list(shared)]
    better = {name: vitality.indicators[name].better for name in shared}
    weights = {name: weights[name] for name in shared}
    noise = errors if errors.to_numpy().any() else None
    sure = index.uncertainty(
        values, better=better, weights=weights, draws=DRAWS, standard_errors=noise, level=LEVEL
    )
    above = index.outranking(
        values, better=better, weights=weights, draws=DRAWS, standard_errors=noise
    ).to_numpy()
    apart = tuple(
        (vitality.places[row], vitality.places[column])
        for row, column in itertools.permutations(range(len(above)), 2)
        if above[row, column] >= LEVEL
    )
    sobol = index.sensitivity(values, better=better, weights=weights, standard_errors=noise)
    columns = ["score_low", "score_median", "score_high", "rank_low", "rank_high"]
    standings = [
        PlaceRank(
            place,
            low,
            median,
            high,
            int(best),
            int(worst),
            same=tuple(
                other
                for other in vitality.places
                if other != place and (place, other) not in apart and (other, place) not in apart
            ),
        )
        for place, (low, median, high, best, worst) in zip(
            vitality.places, sure[columns].to_numpy().tolist(), strict=True
        )
    ]
    matters = records(sobol.reset_index(names="assumption"), Sensitivity)
    return Ranking(
        tuple(standings), apart, tuple(matters), _shifts(values, better, weights), coverage, shared
    )


def _shifts(
    values: pd.DataFrame, better: Mapping[str, Better], weights: Mapping[str, int]
) -> tuple[Shift, ...]:
    """Per indicator, the place that leaving it out moves most; largest moves first."""
    from geo import index

    if len(weights) < 2:
        return ()
    left_out = index.leave_one_out(values, better=better, weights=weights)["rank_shift"]
    shifts = []
    for name in weights:
        moved = left_out.loc[name]
        place = moved.abs().sort_index().idxmax()
        if moved[place] != 0:
            shifts.append(Shift(name, str(place), int(moved[place])))
    return tuple(sorted(shifts, key=lambda shift: -abs(shift.ranks)))
