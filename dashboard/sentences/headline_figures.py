"""What the opening view says: the lead, key figures, and comparisons."""

from dataclasses import dataclass

from dashboard.analysis import figures, quotable, stations
from dashboard.analysis.competition import surveys
from dashboard.analysis.competition.survey import FlowSurvey
from dashboard.facts.records import MEASURED, Observation, RetailPlace, StationYear
from dashboard.facts.snapshot import Facts
from dashboard.facts.street_records import TownSurvey
from dashboard.i18n.text import Texts
from dashboard.selection.context import Context
from dashboard.sentences import citation
from dashboard.style import theme

_CONFIDENCE = {"high": 0, "medium": 1}
_WHOLE_CENTRE = "inner_city"
# The figures of a flow survey by interest: where the turnover comes from, then its amount.
_FLOWS = ("non_daily_inflow_share", "turnover", "turnover_non_daily", "visitors_from_germany_share")


@dataclass(frozen=True, slots=True)
class HeadlineFigure:
    """A figure set large: what, when, source, and the mark or row it comes from (`layer:id`).

    An unknown figure has no source; a figure of a survey has no key.
    """

    figure: str
    what: str
    when: str
    source_id: str | None
    key: str
    verdict: quotable.Verdict | None


def newest(facts: Facts, place_id: str, indicator: str, area_kind: str) -> Observation | None:
    """The newest citable figure of one kind about one place."""
    rows = [
        row
        for row in facts.by_place.get(place_id, ())
        if (row.indicator, row.area_kind) == (indicator, area_kind)
        and row.nature in MEASURED
        and row.confidence in _CONFIDENCE
        and row.end is not None
        and row.value is not None
    ]
    return max(rows, key=lambda row: (row.end, row.confidence == "high"), default=None)


def lead(facts: Facts, text: Texts) -> tuple[tuple[str, str] | None, tuple[Observation, ...]]:
    """Two sentences with the strongest facts and their rows; None when a row is missing."""
    survey = surveys.survey_of(facts)
    edge = (
        None
        if survey is None
        else newest(facts, survey.edge, "visitors_from_outside_share", "retail_site")
    )
    vacant = (
        None if survey is None else newest(facts, survey.home, "vacant_premises", _WHOLE_CENTRE)
    )
    if survey is None or edge is None or vacant is None or vacant.value is None:
        return None, ()
    first = edge_sentence(survey, edge, facts, text)
    second = text.counted(
        "overview.lead_centre",
        round(vacant.value),
        place=facts.places[survey.home].names[text.lang],
        period=citation.period(vacant, text),
        count=theme.number(vacant.value, text.lang),
    )
    return (first, second), (edge, vacant)


def edge_sentence(survey: FlowSurvey, row: Observation, facts: Facts, text: Texts) -> str:
    """Where the visitors of the site at the edge come from, as a sentence."""
    return text(
        "overview.lead_edge",
        edge=facts.places[survey.edge].names[text.lang],
        edge_year=citation.period(row, text),
        edge_share=citation.value(row, facts, text),
        edge_home=facts.places[survey.home].names[text.lang],
    )


def headlines(facts: Facts, text: Texts) -> tuple[HeadlineFigure, ...]:
    """The key figures of the region, as far as the snapshot holds them."""
    survey = surveys.survey_of(facts)
    if survey is None:
        return ()
    keys = (
        (survey.home, "vacancy_rate_premises", _WHOLE_CENTRE),
        (survey.home, "vacant_floor_area_m2", _WHOLE_CENTRE),
        (survey.edge, "visitors_from_outside_share", "retail_site"),
        *((survey.edge, indicator, "retail_site") for indicator in figures.MARKET_SHARES),
    )
    rows = (newest(facts, *key) for key in keys)
    return tuple(_headline(row, facts, text) for row in rows if row is not None)


def place_headlines(context: Context) -> tuple[HeadlineFigure, ...]:
    """Vacancy, travellers and residents of the chosen place within the period."""
    facts, text, selection = context.facts, context.text, context.selection
    place = facts.places[selection.place]
    year = stations.year_shown(facts, selection.years)
    residents_year = figures.residents_year(facts, selection.years)
    return (
        _vacancy_headline(facts, place, selection.years, text),
        *(
            _boardings_headline(row, row.boardings_per_workday, facts, text)
            for row in facts.stations
            if (row.place_id, row.year) == (place.place_id, year)
            and row.boardings_per_workday is not None
        ),
        *(
            _headline(row, facts, text, layer=figures.RESIDENTS_LAYER_ID)
            for row in figures.residents(facts)
            if (row.place_id, row.year) == (place.place_id, residents_year)
        ),
    )


def _vacancy_headline(
    facts: Facts, place: RetailPlace, years: tuple[int, int], text: Texts
) -> HeadlineFigure:
    row = figures.vacancy_figure(facts, place.place_id, years)
    if row is not None:
        return _headline(row, facts, text, layer=figures.VACANCY_LAYER_ID)
    survey = survey_of(facts, place, years)
    if survey is not None and survey.rate is not None:
        return HeadlineFigure(
            figure=theme.share(survey.rate, text.lang, decimals=1),
            what=text("inventory.card", **survey_counts(survey, text)),
            when=theme.month(survey.day, text.lang),
            source_id=survey.source_id,
            key="",
            verdict=None,
        )
    return HeadlineFigure(
        figure=text("unknown.cell"),
        what=text("theme.vacancy"),
        when=text("map.no_figure"),
        source_id=None,
        key=f"{figures.VACANCY_LAYER_ID}:{place.place_id}-unknown",
        verdict=None,
    )


def _boardings_headline(
    row: StationYear, boardings: float, facts: Facts, text: Texts
) -> HeadlineFigure:
    station = facts.translate(row.name, text.lang)
    return HeadlineFigure(
        figure=theme.number(boardings, text.lang),
        what=text("overview.boardings", station=station, year=row.year),
        when=str(row.year),
        source_id=facts.station_source_id,
        key=f"{stations.LAYER_ID}:{stations.feature_id(row)}",
        verdict=quotable.quotable_boardings(row, facts).verdict,
    )


def _headline(
    row: Observation, facts: Facts, text: Texts, *, layer: str = "cijfer"
) -> HeadlineFigure:
    return HeadlineFigure(
        figure=citation.value(row, facts, text),
        what=f"{citation.what(row, facts, text)}, {citation.area(row, facts, text)}",
        when=citation.period(row, text),
        source_id=row.source_id,
        key=f"{layer}:{row.observation_id}",
        verdict=quotable.quotable(row).verdict,
    )


def survey_counts(survey: TownSurvey, text: Texts) -> dict[str, str]:
    """The vacant and all units of a survey, as written."""
    return {name: theme.number(getattr(survey, name), text.lang) for name in ("vacant", "units")}


def survey_of(facts: Facts, place: RetailPlace, years: tuple[int, int]) -> TownSurvey | None:
    """The newest survey of a place within the years; None without one."""
    town = facts.towns.get(place.place_id)
    return None if town is None else town.survey(years)


def about(facts: Facts, place_id: str | None, theme_id: str | None) -> tuple[Observation, ...]:
    """Every figure about a place (None: all places) and a theme (None: all themes)."""
    rows = facts.observations if place_id is None else facts.by_place.get(place_id, ())
    return tuple(
        row for row in rows if theme_id is None or facts.indicators[row.indicator].theme == theme_id
    )


def vacancy_row(facts: Facts, place: RetailPlace) -> Observation | None:
    """The vacancy figure that stands for a place, of any year."""
    return figures.vacancy_figure(facts, place.place_id, facts.years)


def floor_area_row(facts: Facts, place: RetailPlace) -> Observation | None:
    """The newest citable retail floor area of a whole centre."""
    return newest(facts, place.place_id, "retail_floor_area_m2", _WHOLE_CENTRE)


def flow_row(facts: Facts, place: RetailPlace) -> Observation | None:
    """The main figure of a survey of spending flows."""
    rows = [
        row
        for row in about(facts, place.place_id, "spending_flows")
        if row.nature in MEASURED
        and row.confidence in _CONFIDENCE
        and row.year is not None
        and row.area_kind in (_WHOLE_CENTRE, "municipality")
        and row.value is not None
    ]
    return min(
        rows,
        key=lambda row: (
            _FLOWS.index(row.indicator) if row.indicator in _FLOWS else len(_FLOWS),
            _CONFIDENCE[row.confidence],
            -(row.year or 0),
            row.observation_id,
        ),
        default=None,
    )


def newest_station(facts: Facts, place: RetailPlace) -> StationYear | None:
    """The newest count of the place's main station."""
    rows = [
        row
        for row in facts.stations
        if row.place_id == place.place_id and row.boardings_per_workday is not None
    ]
    return max(rows, key=lambda row: row.year, default=None)


def residents(facts: Facts) -> tuple[tuple[RetailPlace, Observation, Observation], ...]:
    """Per municipality the first and the newest count of one series, most residents first."""
    pairs = []
    for place in facts.centres:
        rows = [
            row
            for row in figures.residents(facts)
            if row.place_id == place.place_id and row.value is not None
        ]
        rows.sort(key=lambda row: row.year or 0)
        if rows and rows[0].series is not None and rows[0].series == rows[-1].series:
            pairs.append((place, rows[0], rows[-1]))
    return tuple(sorted(pairs, key=lambda pair: -(pair[2].value or 0.0)))


def locatus(facts: Facts) -> tuple[Observation, ...]:
    """Vacant outlets per 1,000 residents, most first; empty unless all are of one series."""
    rows = [
        row for row in facts.observations if row.indicator == "vacant_outlets_per_1000_inhabitants"
    ]
    series = {row.series for row in rows}
    if len(series) != 1 or None in series:
        return ()
    return tuple(sorted(rows, key=lambda row: (-(row.value or 0.0), row.area_name)))
