"""A centre at a glance, in words: one finding, four figures with past and peers, the edge."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.analysis import centre, figures, quotable
from dashboard.analysis.centre import CentreFigure, Peers, Subject
from dashboard.analysis.competition import surveys
from dashboard.analysis.quotable import Verdict
from dashboard.analysis.vitality import Vitality
from dashboard.facts.records import Observation, RetailPlace
from dashboard.facts.snapshot import Facts
from dashboard.i18n.lists import listed
from dashboard.i18n.text import Texts
from dashboard.sentences import citation, headline_figures, town_table
from dashboard.sentences.indicator_value import written
from dashboard.style import theme

_COUNTED = ("travellers", "residents")
_EDGE_FIGURES = ("visitors_from_outside_share", *figures.MARKET_SHARES)


@dataclass(frozen=True, slots=True)
class DatedValue:
    """One figure of a series: its year and period, its value, and how that is written.

    `compared` marks the two figures that a change is told from.
    """

    year: int
    period: str
    value: float
    written: str
    compared: bool


@dataclass(frozen=True, slots=True)
class PeerValue:
    """What one centre has of a measure; `own` is the centre that the page is about."""

    place: RetailPlace
    value: float
    written: str
    own: bool


@dataclass(frozen=True, slots=True)
class CentreCard:
    """One figure set large, with its basis and source; below it its past, its peers, its goal.

    `source_id` and `verdict` are None where the figure is unknown, `key` is empty where it is no
    published figure.
    """

    subject: Subject
    heading: str
    figure: str
    basis: str
    source_id: str | None
    verdict: Verdict | None
    key: str
    past_title: str
    past: tuple[DatedValue, ...]
    peers_title: str
    peers: tuple[PeerValue, ...]
    goals: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CentreWords:
    """The words of a centre's page; `rows` are the figures and sources behind them."""

    place: RetailPlace
    finding: str
    cards: tuple[CentreCard, ...]
    edge: RetailPlace | None
    edge_figures: tuple[Observation, ...]
    goals: tuple[str, ...]
    unknown: str
    rows: tuple[Observation | str, ...]


def words(facts: Facts, place: RetailPlace, vital: Vitality, text: Texts) -> CentreWords:
    """What the page of a centre says."""
    summary = centre.summarise(facts, place, vital)
    cards = tuple(_card(row, summary.goals, facts, place, text) for row in summary.figures)
    survey = surveys.survey_of(facts)
    edge = None if survey is None else facts.places[survey.edge]
    edge_figures = () if edge is None else _edge_figures(facts, edge)
    return CentreWords(
        place=place,
        finding=_finding(summary.finding, facts, place, text),
        cards=cards,
        edge=edge,
        edge_figures=edge_figures,
        goals=tuple(
            _goal(row, facts, text)
            for row in summary.goals
            if not any(_about(row, figure, facts) for figure in summary.figures)
        ),
        unknown=_unknown(facts, place, text),
        rows=(
            *(card.source_id for card in cards if card.source_id),
            *(row for figure in summary.figures for row in figure.past),
            *(row for figure in summary.figures if figure.peers for row in figure.peers.rows),
            *summary.goals,
            *edge_figures,
        ),
    )


def _finding(
    pair: tuple[Observation, Observation] | None, facts: Facts, place: RetailPlace, text: Texts
) -> str:
    """The change that matters most, both figures with their time; or that none is known."""
    if pair is None:
        return text("centre.no_finding", place=place.names[text.lang])
    first, last = pair
    turn = (last.value or 0.0) - (first.value or 0.0)
    return text(
        f"centre.finding_{'up' if turn > 0 else 'down' if turn < 0 else 'same'}",
        what=citation.what(last, facts, text),
        area=citation.area(last, facts, text),
        first=citation.value_without_unit(first, facts, text),
        first_period=citation.period(first, text),
        last=citation.value_without_unit(last, facts, text),
        last_period=citation.period(last, text),
    )


def _card(
    figure: CentreFigure,
    goals: Sequence[Observation],
    facts: Facts,
    place: RetailPlace,
    text: Texts,
) -> CentreCard:
    row, past = figure.row, figure.past
    survey = headline_figures.survey_of(facts, place, facts.years)
    value, basis, source_id = text("unknown.cell"), text("centre.unknown"), None
    if row is not None:
        value = citation.value_without_unit(row, facts, text)
        # Set large, the heading says what is counted.
        if row.value is not None and row.value_text is None and figure.subject in _COUNTED:
            value = theme.number(row.value, text.lang)
        basis = (
            f"{citation.what(row, facts, text)}, {citation.area(row, facts, text)},"
            f" {citation.period(row, text)}"
        )
        source_id = row.source_id
    elif figure.subject == "vacancy" and survey is not None and survey.rate is not None:
        value = theme.share(survey.rate, text.lang, decimals=1)
        counts = headline_figures.survey_counts(survey, text)
        basis = text("inventory.basis", month=theme.month(survey.day, text.lang), **counts)
        source_id = survey.source_id
    return CentreCard(
        subject=figure.subject,
        heading=text(f"centre.{figure.subject}"),
        figure=value,
        basis=basis,
        source_id=source_id,
        verdict=None if row is None else quotable.quotable(row).verdict,
        key="" if row is None else row.observation_id,
        past_title=citation.what(past[-1], facts, text) if past else "",
        past=tuple(
            DatedValue(
                entry.year or 0,
                citation.period(entry, text),
                entry.value or 0.0,
                citation.value_without_unit(entry, facts, text),
                compared=entry in (centre.start(past), past[-1]),
            )
            for entry in past
        ),
        peers_title="" if figure.peers is None else _peers_title(figure.peers, facts, text),
        peers=() if figure.peers is None else _peers(figure.peers, facts, place, text),
        goals=tuple(_goal(goal, facts, text) for goal in goals if _about(goal, figure, facts)),
    )


def _peers_title(peers: Peers, facts: Facts, text: Texts) -> str:
    """What the centres are compared on, where and when."""
    if peers.measure is not None:
        label, unit = (words.text(text.lang) for words in (peers.measure.label, peers.measure.unit))
        counted = label if unit in label else f"{label}, {unit}"
        return f"{counted}, {text(f'scope_name.{peers.measure.scope}')}"
    row = peers.rows[0]
    if peers.since is not None:
        return text("centre.change_since", first=peers.since, last=row.year or 0)
    return (
        f"{citation.what(row, facts, text)}, {text(f'area.{row.area_kind}')},"
        f" {citation.period(row, text)}"
    )


def _peers(peers: Peers, facts: Facts, place: RetailPlace, text: Texts) -> tuple[PeerValue, ...]:
    by_place = {row.place_id: row for row in peers.rows}

    def value_written(place_id: str, value: float) -> str:
        if peers.measure is not None:
            unit = f" {peers.measure.unit.text(text.lang)}"
            return written(peers.measure, value, text.lang).removesuffix(unit)
        if peers.since is not None:
            return ("+" if value > 0 else "") + theme.share(value, text.lang, decimals=0)
        return citation.value_without_unit(by_place[place_id], facts, text)

    return tuple(
        PeerValue(
            facts.places[place_id],
            value,
            value_written(place_id, value),
            own=place_id == place.place_id,
        )
        for place_id, value in peers.values.items()
    )


def _about(goal: Observation, figure: CentreFigure, facts: Facts) -> bool:
    """Whether a goal is about the subject of a figure."""
    return facts.indicators[goal.indicator].theme == figure.subject


def _goal(row: Observation, facts: Facts, text: Texts) -> str:
    return text(
        "centre.goal",
        what=citation.what(row, facts, text),
        value=citation.value(row, facts, text),
        period=citation.period(row, text),
    )


def _edge_figures(facts: Facts, edge: RetailPlace) -> tuple[Observation, ...]:
    """What is known of the site at the edge: floor area, visitors from outside, market share."""
    known = [
        figures.site_floor_area(facts, edge),
        *(
            headline_figures.newest(facts, edge.place_id, indicator, "retail_site")
            for indicator in _EDGE_FIGURES
        ),
    ]
    return tuple(row for row in known if row is not None)


def _unknown(facts: Facts, place: RetailPlace, text: Texts) -> str:
    """The subjects of the table of towns without a figure, as one sentence; empty without any."""
    cells = town_table.matrix(facts, text)[place.place_id]
    missing = [
        town_table.heading(name, text)
        for name, cell in zip(town_table.COLUMNS, cells, strict=True)
        if cell.figure is None
    ]
    if not missing:
        return ""
    return text("centre.missing", place=place.names[text.lang], what=listed(missing, text))
