"""What stands first about a centre: four figures, each with its past, its peers and its goal."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from dashboard.analysis import figures, quotable
from dashboard.analysis.competition import surveys
from dashboard.analysis.quotable import Quotable
from dashboard.facts.records import MEASURED, Observation, RetailPlace, StationYear
from dashboard.facts.snapshot import Facts
from dashboard.i18n.text import Texts
from dashboard.sentences import citation, headline_figures
from dashboard.style import theme

MOST = 4
# Pairs that say how a centre does; residents and boardings have figures of their own.
_PAIRS = ("vacancy", "spending_flows", "floor_area")
_EDGE = (
    "visitors_from_outside_share",
    *figures.MARKET_SHARES,
    "retail_jobs_change_share",
    "vacancy_rate",
)
# One source counted these in every centre in one year; the first two that compare are taken.
_COUNTED = (
    ("centre_residents", "inner_city"),
    ("establishments_trade_hospitality", "municipality"),
    ("restaurants_within_1km", "municipality"),
    ("cafes_within_1km", "municipality"),
)


@dataclass(frozen=True, slots=True)
class Moment:
    """One measurement in time, as written."""

    year: int
    period: str
    value: float
    written: str


@dataclass(frozen=True, slots=True)
class Peer:
    """The figure of one centre among those that compare with it."""

    place_id: str
    name: str
    value: float
    written: str


@dataclass(frozen=True, slots=True)
class SummaryFigure:
    """A figure as its source wrote it; `past` and `peers` are empty where nothing compares.

    A past of one moment is that of the figure itself. `past_of` says what the past counts where
    that is something else. `rows` are the figures it rests on, `peer_rows` those of the others;
    of a station `years` and of a survey `source_id` take their place.
    """

    theme: str
    figure: str
    what: str
    verdict: Quotable | None
    large: bool
    rows: tuple[Observation, ...] = ()
    years: tuple[StationYear, ...] = ()
    source_id: str | None = None
    past: tuple[Moment, ...] = ()
    past_of: str = ""
    peers: tuple[Peer, ...] = ()
    peer_rows: tuple[Observation, ...] = ()
    goals: tuple[Observation, ...] = ()


Find = Callable[[Facts, RetailPlace, Texts], SummaryFigure | None]


def of_centre(facts: Facts, place: RetailPlace, text: Texts) -> tuple[SummaryFigure, ...]:
    """The figures that stand first, four at most; what is unknown is left out."""
    firsts: tuple[Find, ...] = (vacancy, _pair)
    residents, *more = _counted(facts, place, text)
    known = [
        *(find(facts, place, text) for find in firsts),
        residents,
        _travellers(facts, place, text),
        *more,
    ]
    return tuple(figure for figure in known if figure is not None)[:MOST]


def finding(facts: Facts, place: RetailPlace) -> tuple[Observation, Observation] | None:
    """The first and newest figure of the strongest measured pair that may be a headline."""
    sure = (
        (pair[0], pair[-1])
        for pair in _pairs(facts, place)
        if all(quotable.is_quotable_headline(row) and row.nature == "measured" for row in pair)
    )
    return next(sure, None)


def edge(facts: Facts) -> tuple[RetailPlace, tuple[Observation, ...]] | None:
    """The retail site at the edge with what was measured there; None without a survey of it."""
    survey = surveys.survey_of(facts)
    if survey is None:
        return None
    newest = (headline_figures.newest(facts, survey.edge, name, "retail_site") for name in _EDGE)
    return facts.places[survey.edge], tuple(row for row in newest if row is not None)


def described(row: Observation, facts: Facts, text: Texts) -> str:
    """What a figure counts, where and when."""
    parts = (citation.what(row, facts, text), citation.area(row, facts, text))
    return ", ".join((*parts, citation.period(row, text)))


def goal(row: Observation, facts: Facts, text: Texts) -> str:
    """A goal, named as one."""
    value, period = citation.value(row, facts, text), citation.period(row, text)
    return text("factsheet.goal", value=value, period=period)


def _published(
    facts: Facts,
    row: Observation,
    text: Texts,
    *,
    label: str,
    past: Sequence[Observation] = (),
    peers: Iterable[Observation] = (),
    goals: tuple[Observation, ...] = (),
) -> SummaryFigure:
    alike = tuple(other for other in peers if other.value is not None)
    alike = alike if len(alike) > 1 else ()
    of_another = bool(past) and past[0].indicator != row.indicator
    return SummaryFigure(
        theme=label,
        figure=citation.value_without_unit(row, facts, text),
        what=described(row, facts, text),
        verdict=quotable.quotable(row),
        large=quotable.is_quotable_headline(row),
        rows=(row, *(other for other in past if other is not row)),
        past=tuple(
            Moment(
                other.year or 0,
                citation.period(other, text, short=True),
                other.value or 0.0,
                citation.value_without_unit(other, facts, text),
            )
            for other in past
        ),
        past_of=citation.what(past[0], facts, text) if of_another else "",
        peers=tuple(
            Peer(
                other.place_id or "",
                citation.place_or_area(other, facts, text),
                other.value or 0.0,
                citation.value_without_unit(other, facts, text),
            )
            for other in alike
        ),
        peer_rows=tuple(other for other in alike if other is not row),
        goals=goals,
    )


def vacancy(
    facts: Facts, place: RetailPlace, text: Texts, years: tuple[int, int] | None = None
) -> SummaryFigure | None:
    """The vacancy of a centre within `years`: as published, else as surveyed; None for unknown."""
    years = years or facts.years
    row = figures.vacancy_figure(facts, place.place_id, years)
    if row is None:
        return _surveyed(facts, place, text, years)
    every = [figures.vacancy_figure(facts, other.place_id, years) for other in facts.centres]
    beside = [other for other in _series(facts, row) if other.year == row.year]
    return _published(
        facts,
        row,
        text,
        label=text("theme.vacancy"),
        past=_past(facts, row),
        peers=[other for other in every if other] if figures.comparable(every) else beside,
        goals=vacancy_goals(facts, place),
    )


def vacancy_goals(facts: Facts, place: RetailPlace) -> tuple[Observation, ...]:
    """The goals about vacancy that were set for a centre."""
    return tuple(
        row
        for row in figures.goals(facts, place.place_id)
        if facts.indicators[row.indicator].theme == "vacancy"
    )


def _surveyed(
    facts: Facts, place: RetailPlace, text: Texts, years: tuple[int, int]
) -> SummaryFigure | None:
    """The newest survey of shops within the years, with those before it."""
    town = facts.towns.get(place.place_id)
    surveyed = [
        survey
        for survey in (() if town is None else town.surveys)
        if survey.rate is not None and years[0] <= survey.year <= years[1]
    ]
    if not surveyed:
        return None
    newest = surveyed[-1]
    past = tuple(
        Moment(
            survey.year,
            theme.month(survey.day, text.lang),
            survey.rate or 0.0,
            theme.share(survey.rate or 0.0, text.lang, decimals=1),
        )
        for survey in surveyed
    )
    return SummaryFigure(
        theme=text("theme.vacancy"),
        figure=past[-1].written,
        what=text(
            "inventory.basis",
            month=past[-1].period,
            **headline_figures.survey_counts(newest, text),
        ),
        verdict=None,
        large=True,
        source_id=newest.source_id,
        past=past,
        goals=vacancy_goals(facts, place),
    )


def _pair(facts: Facts, place: RetailPlace, text: Texts) -> SummaryFigure | None:
    """The strongest pair that one source gives itself, other than that of vacancy."""
    row = headline_figures.vacancy_row(facts, place)
    shown = () if row is None else _past(facts, row)
    past = next((pair for pair in _pairs(facts, place) if pair[-1] not in shown), None)
    if past is None:
        return None
    label = citation.what(past[-1], facts, text)
    return _published(facts, past[-1], text, label=label, past=past)


def _counted(facts: Facts, place: RetailPlace, text: Texts) -> list[SummaryFigure | None]:
    """Figures that one source counted alike; without peers where they do not compare."""
    counted: list[SummaryFigure | None] = []
    for indicator, area_kind in _COUNTED:
        rows = {
            other.place_id: headline_figures.newest(facts, other.place_id, indicator, area_kind)
            for other in facts.centres
        }
        row = rows.get(place.place_id)
        alike = figures.comparable([*rows.values()])
        peers = [other for other in rows.values() if alike and other is not None]
        label = text(f"theme.{facts.indicators[indicator].theme}") if row is not None else ""
        counted.append(
            None if row is None else _published(facts, row, text, label=label, peers=peers)
        )
    return counted


def _travellers(facts: Facts, place: RetailPlace, text: Texts) -> SummaryFigure | None:
    row = headline_figures.newest_station(facts, place)
    if row is None or row.boardings_per_workday is None:
        return None
    newest = [headline_figures.newest_station(facts, other) for other in facts.centres]
    alike = {None if other is None else other.year for other in newest} == {row.year}
    return SummaryFigure(
        theme=text("theme.travellers"),
        figure=theme.number(row.boardings_per_workday, text.lang),
        what=text(
            "overview.boardings", station=facts.translate(row.name, text.lang), year=row.year
        ),
        verdict=quotable.quotable_boardings(row, facts),
        large=True,
        years=tuple(other for other in facts.stations if other.name == row.name),
        source_id=facts.station_source_id,
        peers=tuple(
            Peer(
                other.place_id or "",
                facts.places[other.place_id or ""].names[text.lang],
                other.boardings_per_workday or 0.0,
                theme.number(other.boardings_per_workday or 0.0, text.lang),
            )
            for other in newest
            if other is not None and alike and len(newest) > 1
        ),
    )


def _pairs(facts: Facts, place: RetailPlace) -> list[tuple[Observation, ...]]:
    """Series of a place in which its source counted twice or more, the strongest first."""
    series = {
        row.series: _series(facts, row)
        for row in facts.observations
        if row.place_id == place.place_id and facts.indicators[row.indicator].theme in _PAIRS
    }
    pairs = [
        past
        for past in series.values()
        if len(past) > 1 and {row.place_id for row in past} == {place.place_id}
    ]
    return sorted(
        pairs,
        key=lambda past: (
            _PAIRS.index(facts.indicators[past[-1].indicator].theme),
            figures.AREAS.index(past[-1].area_kind) if past[-1].area_kind in figures.AREAS else 9,
            -(past[-1].year or 0),
            -(past[-1].value or 0.0),
        ),
    )


def _past(facts: Facts, row: Observation) -> tuple[Observation, ...]:
    """The series of a figure, else another series of its source about the same place."""
    for counted in (row, *figures.of_one_source(facts, row)):
        past = tuple(other for other in _series(facts, counted) if other.place_id == row.place_id)
        if len(past) > 1 and len({other.year for other in past}) > 1:
            return past
    return ()


def _series(facts: Facts, row: Observation) -> tuple[Observation, ...]:
    """The measured figures of one series, definition and kind of area, oldest first."""
    if row.series is None:
        return ()
    rows = [
        other
        for other in facts.observations
        if (other.series, other.definition, other.area_kind)
        == (row.series, row.definition, row.area_kind)
        and other.nature in MEASURED
        and other.value is not None
        and other.end is not None
    ]
    return tuple(sorted(rows, key=lambda other: (other.year or 0, other.observation_id)))
