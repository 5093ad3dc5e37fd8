"""What is set side by side where nothing is chosen, and the series that years are compared in."""

import itertools
from collections import Counter
from collections.abc import Iterable, Sequence

from dashboard.analysis.stations import CORONA_YEARS
from dashboard.facts.records import MEASURED, Observation, RetailPlace
from dashboard.facts.snapshot import Facts
from dashboard.facts.street_records import TownStreets
from dashboard.selection.comparison import FEWEST, MOST

_DEFAULT_STREETS = 3
# A year to compare with is no older than this at the end.
_RECENT_YEARS = 5


def centres(facts: Facts, place_id: str) -> tuple[str, ...]:
    """The place first, if it is a centre, then the others, as many as fit."""
    others = [place.place_id for place in facts.centres]
    return tuple(sorted(others, key=lambda other: other != place_id)[:MOST])


def streets(town: TownStreets) -> tuple[str, ...]:
    """The streets with most units in the newest survey, else the first ones."""
    newest = town.surveys[-1].survey if town.surveys else ""

    def units(key: str) -> int:
        reading = town.streets[key].readings.get(newest)
        return 0 if reading is None else reading.units

    return tuple(sorted(town.streets, key=lambda key: -units(key))[:_DEFAULT_STREETS])


def series(facts: Facts, place: RetailPlace) -> tuple[tuple[Observation, ...], ...]:
    """The series about a place, each oldest first: one source, definition and kind of area."""
    by_kind: dict[tuple[str | None, ...], list[Observation]] = {}
    for row in facts.observations:
        known = row.value is not None and row.year is not None and row.confidence != "low"
        if known and row.series and row.place_id == place.place_id and row.nature in MEASURED:
            kind = row.series, row.indicator, row.source_id, row.definition, row.area_name
            by_kind.setdefault((*kind, row.area_kind), []).append(row)
    return tuple(
        tuple(sorted(rows, key=lambda row: row.year or 0))
        for rows in by_kind.values()
        if len({row.year for row in rows}) > 1
    )


def known_years(facts: Facts, places: Iterable[RetailPlace]) -> tuple[tuple[int, ...], ...]:
    """The years of each series and of the surveys of the places."""
    every: list[set[int]] = []
    for place in places:
        every += ({row.year or 0 for row in rows} for rows in series(facts, place))
        if place.place_id in facts.towns:
            every.append({survey.year for survey in facts.towns[place.place_id].surveys})
    return tuple(tuple(sorted(years)) for years in every if len(years) >= FEWEST)


def years(known: Sequence[Sequence[int]]) -> tuple[int, ...]:
    """The two years that most series tell apart, each counted by the years between them.

    The later one is recent, and neither is a corona year; empty without such a pair.
    """
    pairs = Counter(
        pair
        for years_known in known
        for pair in itertools.combinations(
            [year for year in years_known if year not in CORONA_YEARS], 2
        )
    )
    newest = max((last for _, last in pairs), default=0)
    recent = {pair: n for pair, n in pairs.items() if pair[1] > newest - _RECENT_YEARS}
    return max(recent, key=lambda pair: (recent[pair] * (pair[1] - pair[0]), pair[1]), default=())
