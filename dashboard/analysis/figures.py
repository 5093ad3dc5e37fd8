"""The published figure that stands for a place: which one, and whether figures compare."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from dashboard.analysis import quotable
from dashboard.facts.records import MEASURED, Observation, RetailPlace
from dashboard.facts.snapshot import Facts
from dashboard.selection.permalink import Selection

AREAS = ("inner_city", "retail_site", "municipality")
"""What may stand for a place, the best first."""

VACANCY_RATES = (
    "vacancy_rate_premises",
    "vacancy_rate_outlets",
    "vacancy_rate_floor_area",
    "vacancy_rate_shops",
    "vacancy_rate",
)
"""Shares say what part is empty whatever the size of the town; the best defined first."""

MARKET_SHARES = ("twente_market_share", "region_market_share")
"""The part of a site in the spending of the whole region, by the name its survey gives it."""

_SITE_FLOOR_AREAS = ("retail_floor_area_m2", "store_floor_area_m2")

RESIDENTS = "population"
VACANCY_LAYER_ID, RESIDENTS_LAYER_ID = "leegstand", "inwoners"
"""The map layers with these figures under their own id."""

_CONFIDENCE = ("high", "medium")

# Where money and visitors come from or go to, the whole before a part; jobs, outlets and ratings
# are no flows.
_FLOWS = (
    "non_daily_inflow_share",
    "visitors_from_outside_share",
    "visitors_from_germany_share",
    "visitors_from_abroad_share",
    "visitors_from_own_city_share",
    "non_daily_retention_share",
    "daily_inflow_share",
    "daily_retention_share",
    "turnover",
    "turnover_non_daily",
    *MARKET_SHARES,
    "non_daily_germany_inflow_share",
    "non_daily_abroad_inflow_share",
    "visitors_from_enschede_and_almelo_share",
    "visitors_from_neighbours_share",
    "german_spending_share",
)

Rank = Callable[[Observation], tuple[int | str, ...]]
"""Orders figures of one kind of area and one year, the best first."""
Ranked = Mapping[str, Sequence[Observation]]
"""The figures of each place, the best first."""


def vacancy_rank(row: Observation) -> tuple[int | str, ...]:
    """The rank of a figure of vacancy: confidence, then kind of share."""
    return (
        _CONFIDENCE.index(row.confidence),
        VACANCY_RATES.index(row.indicator),
        row.observation_id,
    )


def flow_rank(row: Observation) -> tuple[int | str, ...]:
    """The rank of a figure of shopping flows: the whole before a part."""
    return _FLOWS.index(row.indicator), row.observation_id


def vacancy_candidates(facts: Facts) -> tuple[Observation, ...]:
    """Measured shares of vacancy about a whole place, without those of low confidence."""
    return facts.derived(_vacancy_candidates)


def _vacancy_candidates(facts: Facts) -> tuple[Observation, ...]:
    return tuple(filter(_is_vacancy_candidate, facts.observations))


def ranked_vacancy(facts: Facts) -> Ranked:
    """The shares of vacancy that may stand for each place."""
    return facts.derived(_ranked_vacancy)


def _ranked_vacancy(facts: Facts) -> Ranked:
    return ranked(vacancy_candidates(facts), vacancy_rank)


def _is_vacancy_candidate(row: Observation) -> bool:
    return (
        row.place_id is not None
        and row.indicator in VACANCY_RATES
        and row.area_kind in AREAS
        and row.nature in MEASURED
        and row.confidence in _CONFIDENCE
        and row.year is not None
    )


def flow_candidates(facts: Facts) -> tuple[Observation, ...]:
    """Figures of shopping flows about a whole place that may be quoted."""
    return facts.derived(_flow_candidates)


def _flow_candidates(facts: Facts) -> tuple[Observation, ...]:
    return tuple(filter(_is_flow_candidate, facts.observations))


def _is_flow_candidate(row: Observation) -> bool:
    return (
        row.place_id is not None
        and row.indicator in _FLOWS
        and row.area_kind in AREAS
        and row.value is not None
        and row.year is not None
        and quotable.quotable(row).verdict != "no"
    )


def ranked(rows: Iterable[Observation], rank: Rank) -> Ranked:
    """The dated figures of each place: the best area first, then the newest year, then `rank`."""
    dated = (row for row in rows if row.place_id is not None and row.year is not None)
    by_place: dict[str, list[Observation]] = {}
    for row in sorted(
        dated, key=lambda row: (AREAS.index(row.area_kind), -(row.year or 0), rank(row))
    ):
        by_place.setdefault(row.place_id or "", []).append(row)
    return by_place


def best(ranked_rows: Sequence[Observation], years: tuple[int, int]) -> Observation | None:
    """The first of ranked figures within the years."""
    first, last = years
    for row in ranked_rows:
        if first <= (row.year or 0) <= last:
            return row
    return None


def best_by_place(
    ranked_rows: Ranked, facts: Facts, selection: Selection
) -> dict[str, Observation | None]:
    """Each place in view with its figure within the period.

    A centre without a figure has None, a retail site without one is left out.
    """
    figures: dict[str, Observation | None] = {}
    for place in facts.places.values():
        if not (
            selection.whole_region
            or place.municipality_code == facts.places[selection.place].municipality_code
        ):
            continue
        figure = best(ranked_rows.get(place.place_id, ()), selection.years)
        if figure is not None or place.role == "centre":
            figures[place.place_id] = figure
    return figures


def vacancy_figure(facts: Facts, place_id: str, years: tuple[int, int]) -> Observation | None:
    """The figure of vacancy that stands for a place within `years`."""
    return best(ranked_vacancy(facts).get(place_id, ()), years)


def site_floor_area(facts: Facts, site: RetailPlace) -> Observation | None:
    """The newest measured floor area of a site at the edge or abroad, or None."""
    rows = [
        row
        for row in facts.by_place.get(site.place_id, ())
        if row.indicator in _SITE_FLOOR_AREAS
        and row.nature in MEASURED
        and row.area_kind == "retail_site"
        and row.value is not None
    ]
    return max(
        rows,
        key=lambda row: (row.confidence == "high", row.year or 0, row.observation_id),
        default=None,
    )


def comparable(rows: Sequence[Observation | None]) -> bool:
    """Whether figures compare: several, all known, of one year and counted in the same way."""
    kinds = {
        None if row is None else (row.indicator, row.area_kind, row.definition, row.year)
        for row in rows
    }
    return (
        len(rows) > 1
        and len(kinds) == 1
        and all(row is not None and row.definition is not None for row in rows)
    )


def residents(facts: Facts) -> tuple[Observation, ...]:
    """Residents per municipality and year."""
    return tuple(
        row
        for row in facts.by_indicator.get(RESIDENTS, ())
        if row.area_kind == "municipality" and row.place_id is not None
    )


def residents_year(facts: Facts, years: tuple[int, int]) -> int | None:
    """The newest year in the period with residents counted."""
    return max(
        (row.year for row in residents(facts) if row.year and years[0] <= row.year <= years[1]),
        default=None,
    )


def of_one_source(facts: Facts, row: Observation) -> tuple[Observation, ...]:
    """Other figures on the subject of a row that its source measured, oldest first.

    Figures of its series, or about its place and kind of area.
    """
    subject = facts.indicators[row.indicator].theme
    others = [
        other
        for other in facts.observations
        if other.source_id == row.source_id
        and other is not row
        and facts.indicators[other.indicator].theme == subject
        and other.nature in MEASURED
        and other.confidence in _CONFIDENCE
        and other.end is not None
        and (
            (other.place_id, other.area_kind) == (row.place_id, row.area_kind)
            or (row.series is not None and other.series == row.series)
        )
    ]
    return tuple(sorted(others, key=lambda other: (other.indicator, other.end, other.area_name)))


def goals(facts: Facts, place_id: str) -> tuple[Observation, ...]:
    """The goals in figures that were set for a place; a goal is no measurement."""
    return tuple(
        row
        for row in facts.by_place.get(place_id, ())
        if row.nature == "target" and (row.value is not None or row.value_low is not None)
    )
