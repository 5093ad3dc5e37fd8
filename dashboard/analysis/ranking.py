"""The index: scores and ranks with their intervals, or the coverage that is lacking."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from dashboard.analysis.vitality import Vitality
from dashboard.facts.records import records

# Least weight on indicators that are known for every place; as MIN_COVERAGE of geo.index for one.
NEEDED_COVERAGE = 0.65
# Two places have one order; that is no ranking.
MIN_PLACES = 3
DRAWS = 1000

Assumption = Literal["weights", "normalisation", "aggregation", "data"]


@dataclass(frozen=True, slots=True)
class PlaceRank:
    """Intervals of the score (0 to 100) and rank (1 is best) of a place; `same` are its ties."""

    place_id: str
    score_low: float
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
    """The index: places by middle rank, sensitivity, and the effect of leaving out an indicator."""

    places: tuple[PlaceRank, ...]
    sensitivities: tuple[Sensitivity, ...]
    shifts: tuple[Shift, ...]
    coverage: float


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

    It is the lower of two: at equal weights over every declared indicator, so that no choice of
    weights hides what is unknown, and at the chosen weights.
    """
    from geo import index

    equal = dict.fromkeys(vitality.indicators, 1)
    shared = int(vitality.table.notna().all(axis=0).sum())
    coverage = min(
        index.common_coverage(vitality.table, each) for each in (equal, weights or equal)
    )
    if coverage < NEEDED_COVERAGE or len(vitality.places) < MIN_PLACES:
        return InsufficientCoverage(
            coverage, shared, len(vitality.indicators), len(vitality.places)
        )
    return coverage


def ranked(vitality: Vitality, weights: Mapping[str, int]) -> Ranking | InsufficientCoverage:
    """Scores, ranks, their intervals and sensitivity; the same inputs give the same result."""
    from geo import index

    coverage = reach(vitality, weights)
    if isinstance(coverage, InsufficientCoverage):
        return coverage
    better = {name: indicator.better for name, indicator in vitality.indicators.items()}
    values = vitality.table
    sure = index.uncertainty(values, better=better, weights=weights, draws=DRAWS)
    sobol = index.sensitivity(values, better=better, weights=weights)
    standings = [
        PlaceRank(
            place_id=place,
            score_low=float(sure.loc[place, "score_low"]),
            score_high=float(sure.loc[place, "score_high"]),
            rank_low=int(sure.loc[place, "rank_low"]),
            rank_high=int(sure.loc[place, "rank_high"]),
            same=tuple(
                other
                for other in vitality.places
                if other != place
                and sure.loc[other, "rank_low"] <= sure.loc[place, "rank_high"]
                and sure.loc[place, "rank_low"] <= sure.loc[other, "rank_high"]
            ),
        )
        for place in sure.dropna()
        .sort_values(["rank_median", "rank_low", "rank_high"], kind="stable")
        .index
    ]
    matters = records(sobol.reset_index(names="assumption"), Sensitivity)
    return Ranking(tuple(standings), tuple(matters), _shifts(vitality, weights), coverage)


def _shifts(vitality: Vitality, weights: Mapping[str, int]) -> tuple[Shift, ...]:
    """Per indicator, the place that leaving it out moves most; largest moves first."""
    from geo import index

    if sum(weight > 0 for weight in weights.values()) < 2:
        return ()
    better = {name: indicator.better for name, indicator in vitality.indicators.items()}
    left_out = index.leave_one_out(vitality.table, better=better, weights=weights)[
        "rank_shift"
    ].dropna()
    shifts = []
    for name in vitality.indicators:
        if name in left_out.index.get_level_values(0):
            moved = left_out.loc[name]
            place = moved.abs().sort_index().idxmax()
            if moved[place] != 0:
                shifts.append(Shift(name, str(place), int(moved[place])))
    return tuple(sorted(shifts, key=lambda shift: -abs(shift.ranks)))
