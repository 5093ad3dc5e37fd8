"""A centre at a glance: the figures that stand for it, their past and their peers, its goals."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from dashboard.analysis import figures, quotable
from dashboard.analysis.stations import BASE_YEAR
from dashboard.analysis.vitality import Vitality
from dashboard.facts.records import MEASURED, Observation, RetailPlace
from dashboard.facts.snapshot import Facts
from geo.indicator import Indicator

Subject = Literal["vacancy", "supply", "travellers", "residents"]
Rows = tuple[Observation, ...]

INDICATORS: Mapping[Subject, tuple[str, ...]] = {
    "vacancy": figures.VACANCY_RATES,
    "supply": (
        "turnover",
        "outlets_non_daily",
        "retail_floor_area_m2",
        "establishments_trade_hospitality",
    ),
    "travellers": ("boardings_per_workday",),
    "residents": ("centre_residents", figures.RESIDENTS),
}
"""What may stand for a subject, the best first."""

# Amounts that say little without an earlier one.
_ONLY_WITH_PAST = ("turnover", "outlets_non_daily")
# What may stand beside the share of empty premises: their number has a past, and peers.
_BESIDE_VACANCY = ("vacant_premises", "vacant_outlets_per_1000_inhabitants")
# Measures that do not merely grow with the town, for subjects whose figure does.
_PEER_MEASURES: Mapping[Subject, str] = {
    "supply": "trade_hospitality_establishments",
    "residents": "centre_density",
}
# A change in one of these is the finding about a centre, the first that is known.
_FINDINGS: tuple[Subject, ...] = ("vacancy", "supply", "travellers")
_AREAS = (*figures.AREAS, "station")


@dataclass(frozen=True, slots=True)
class Peers:
    """One measure of several centres that compare: value by place id, highest first.

    The values are those of `measure`, else of `rows` as published; with `since` they are changes
    from that year to the year of the rows, -1 to 1. `rows` are the figures behind the values.
    """

    values: Mapping[str, float]
    rows: Rows = ()
    measure: Indicator | None = None
    since: int | None = None


@dataclass(frozen=True, slots=True)
class CentreFigure:
    """What stands for one subject of a centre.

    `row` is None where nothing citable is known. `past` is one series, oldest first, and empty
    without two figures; `peers` is None where no other centre compares.
    """

    subject: Subject
    row: Observation | None
    past: Rows
    peers: Peers | None


@dataclass(frozen=True, slots=True)
class CentreSummary:
    """The figures of a centre by subject, its goals in numbers, and the change that matters most.

    `finding` holds the first and the last figure of one series that may both be a headline.
    """

    place: RetailPlace
    figures: tuple[CentreFigure, ...]
    goals: Rows
    finding: tuple[Observation, Observation] | None


def summarise(facts: Facts, place: RetailPlace, vital: Vitality) -> CentreSummary:
    """What is known of a centre; nothing stands side by side that does not compare."""
    by_subject = {subject: _figure(facts, place, subject, vital) for subject in INDICATORS}
    pasts = (by_subject[subject].past for subject in _FINDINGS)
    pairs = ((start(past), past[-1]) for past in pasts if past)
    return CentreSummary(
        place=place,
        figures=tuple(by_subject.values()),
        goals=figures.goals(facts, place.place_id),
        finding=next((pair for pair in pairs if all(map(_is_headline, pair))), None),
    )


def _is_headline(row: Observation) -> bool:
    return row.nature == "measured" and quotable.is_quotable_headline(row)


def start(past: Rows) -> Observation:
    """The figure of a series that its last one is compared with."""
    if past[-1].indicator in INDICATORS["travellers"]:
        return next((row for row in past if row.year == BASE_YEAR), past[0])
    return past[0]


def _figure(facts: Facts, place: RetailPlace, subject: Subject, vital: Vitality) -> CentreFigure:
    if subject == "vacancy":
        return vacancy(facts, place, facts.years)
    rows = _citable(facts, INDICATORS[subject])
    own = [row for row in rows if row.place_id == place.place_id]
    row = _stands_for(own, INDICATORS[subject])
    past = () if row is None else series_until(own, row)
    if subject == "travellers":
        return CentreFigure(subject, row, past, _changes(facts, rows, place))
    return CentreFigure(subject, row, past, _measured(facts, place, _PEER_MEASURES[subject], vital))


def vacancy(facts: Facts, place: RetailPlace, years: tuple[int, int]) -> CentreFigure:
    """The vacancy of a centre within `years`; the past may be another series of its source."""
    rows = [
        row
        for row in _citable(facts, (*INDICATORS["vacancy"], *_BESIDE_VACANCY))
        if row.year is not None and years[0] <= row.year <= years[1]
    ]
    row = figures.vacancy_figure(facts, place.place_id, years)
    own = [other for other in rows if other.place_id == place.place_id]
    of_source = [other for other in own if row is None or other.source_id == row.source_id]
    last_rows = of_source if row is None else (row, *of_source)
    past = next(filter(None, (series_until(own, last) for last in last_rows)), ())
    return CentreFigure("vacancy", row, past, _published(facts, rows, place, row))


def _citable(facts: Facts, indicators: Sequence[str]) -> list[Observation]:
    return [
        row
        for row in facts.observations
        if row.indicator in indicators
        and row.nature in MEASURED
        and row.confidence != "low"
        and row.area_kind in _AREAS
        and row.value is not None
        and row.end is not None
    ]


def _stands_for(own: Sequence[Observation], indicators: Sequence[str]) -> Observation | None:
    """The newest figure of the first indicator that has one."""
    for indicator in indicators:
        rows = [row for row in own if row.indicator == indicator]
        if rows and (indicator not in _ONLY_WITH_PAST or series_until(own, min(rows, key=_best))):
            return min(rows, key=_best)
    return None


def _best(row: Observation) -> tuple[int, int, float]:
    """Orders figures of one indicator: the best area, then the newest, then the largest."""
    return _AREAS.index(row.area_kind), -(row.year or 0), -(row.value or 0.0)


def series_until(own: Iterable[Observation], last: Observation) -> Rows:
    """The series that ends with `last`, oldest first; empty for a figure without an earlier one.

    One source counted all of it in one way in one kind of area.
    """

    def kind(row: Observation) -> tuple[str | None, ...]:
        return row.series, row.source_id, row.definition, row.area_kind

    rows = sorted(
        (row for row in own if row.series is not None and kind(row) == kind(last)),
        key=lambda row: row.year or 0,
    )
    return tuple(rows) if len(rows) > 1 and rows[-1] == last else ()


def _measured(facts: Facts, place: RetailPlace, measure: str, vital: Vitality) -> Peers | None:
    """A measure of this centre and of the others of which it is known in the same way."""
    readings = {
        place_id: reading
        for (place_id, name), reading in vital.readings.items()
        if name == measure and reading.beside
    }
    behind = {reading.row_id for reading in readings.values()}
    return _several(
        {place_id: reading.value for place_id, reading in readings.items()},
        place,
        rows=tuple(row for row in facts.observations if row.observation_id in behind),
        measure=vital.indicators[measure],
    )


def _published(
    facts: Facts, rows: Iterable[Observation], place: RetailPlace, row: Observation | None
) -> Peers | None:
    """Published figures of one kind: those of the kind of `row`, else the newest."""
    groups: dict[tuple[str, str, str | None, int | None], dict[str, Observation]] = {}
    centres = {centre.place_id for centre in facts.centres}
    for peer in sorted(rows, key=_best):
        if peer.place_id in centres:
            kind = peer.indicator, peer.area_kind, peer.definition, peer.year
            groups.setdefault(kind, {}).setdefault(peer.place_id, peer)
    shared = [
        tuple(group.values())
        for group in groups.values()
        if place.place_id in group and figures.comparable(list(group.values()))
    ]
    if not shared:
        return None
    best = max(shared, key=lambda group: (row in group, group[0].year or 0, len(group)))
    values = {peer.place_id or "": peer.value or 0.0 for peer in best}
    return _several(values, place, rows=best)


def _changes(facts: Facts, rows: Sequence[Observation], place: RetailPlace) -> Peers | None:
    """The change of each centre since the base year, up to the newest year that all share."""
    pasts = {}
    for centre in facts.centres:
        own = [row for row in rows if row.place_id == centre.place_id]
        past = series_until(own, min(own, key=_best)) if own else ()
        if past and start(past).year == BASE_YEAR and start(past).value:
            pasts[centre.place_id] = past
    last_years = {past[-1].year for past in pasts.values()}
    if len(last_years) != 1:
        return None
    values = {
        place_id: (past[-1].value or 0.0) / (start(past).value or 1.0) - 1.0
        for place_id, past in pasts.items()
    }
    ends = tuple(row for past in pasts.values() for row in (start(past), past[-1]))
    return _several(values, place, rows=ends, since=BASE_YEAR)


def _several(
    values: Mapping[str, float],
    place: RetailPlace,
    *,
    rows: Rows = (),
    measure: Indicator | None = None,
    since: int | None = None,
) -> Peers | None:
    if place.place_id not in values or len(values) < 2:
        return None
    ordered = dict(sorted(values.items(), key=lambda value: -value[1]))
    return Peers(ordered, rows, measure, since)
