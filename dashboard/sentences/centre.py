"""A centre at a glance, in words: one finding, four figures with past and peers, the edge."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dashboard.analysis import centre, figures, quotable
from dashboard.analysis.centre import CentreFigure, Peers, Rows, Subject
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
_EDGE_FIGURES = (
    "visitors_from_outside_share",
    *figures.MARKET_SHARES,
    "retail_jobs_change_share",
    "vacancy_rate",
)


@dataclass(frozen=True, slots=True)
class DatedValue:
    """One figure of a series: its year and period, its value, and how that is written.

    `compared` marks the two figures that a change is told from; `short` is the period in short.
    """

    year: int
    period: str
    short: str
    value: float
    written: str
    compared: bool


@dataclass(frozen=True, slots=True)
class PeerValue:
    """What one centre has of a measure, and the figures it rests on.

    `own` is the centre that the page is about.
    """

    place: RetailPlace
    name: str
    value: float
    written: str
    own: bool
    rows: Rows = ()


@dataclass(frozen=True, slots=True)
class Goal:
    """A goal in words that name it as one, and its row."""

    words: str
    row: Observation


@dataclass(frozen=True, slots=True)
class CentreCard:
    """One figure set large, with its basis and source; below it its past, its peers, its goal.

    `source_id` is None where the figure is unknown, `row` and `verdict` also where it is no
    published figure. `rows` are those of figure, past and peers; `large` says that the figure may
    be a headline.
    """

    subject: Subject
    heading: str
    figure: str
    basis: str
    source_id: str | None
    verdict: Verdict | None
    row: Observation | None
    large: bool
    past_title: str
    past: tuple[DatedValue, ...]
    peers_title: str
    peers: tuple[PeerValue, ...]
    goals: tuple[Goal, ...]
    rows: Rows

    @property
    def surveyed(self) -> tuple[tuple[str, str], ...]:
        """Source and period of the surveys it rests on, where it is no published figure."""
        if self.row is not None or self.source_id is None:
            return ()
        return tuple((self.source_id, dated.short) for dated in self.past)


@dataclass(frozen=True, slots=True)
class CentreWords:
    """The words of a centre's page; `rows` are the figures and sources behind them.

    `finding_row` is the last figure of the finding, None where none is known.
    """

    place: RetailPlace
    finding: str
    finding_row: Observation | None
    cards: tuple[CentreCard, ...]
    edge: RetailPlace | None
    edge_figures: Rows
    goals: tuple[Goal, ...]
    unknown: str
    rows: tuple[Observation | str, ...]


def words(facts: Facts, place: RetailPlace, vital: Vitality, text: Texts) -> CentreWords:
    """What the page of a centre says."""
    summary = centre.summarise(facts, place, vital)
    cards = tuple(
        _card(figure, summary.goals, facts, place, text, facts.years) for figure in summary.figures
    )
    survey = surveys.survey_of(facts)
    # A town outside the region of the survey has another edge.
    edge = (
        facts.places[survey.edge]
        if survey is not None and place.municipality_code in survey.municipalities
        else None
    )
    edge_figures = () if edge is None else _edge_figures(facts, edge)
    return CentreWords(
        place=place,
        finding=_finding(summary.finding, facts, place, text),
        finding_row=None if summary.finding is None else summary.finding[1],
        cards=cards,
        edge=edge,
        edge_figures=edge_figures,
        goals=tuple(
            _goal(row, facts, text)
            for row in summary.goals
            if facts.indicators[row.indicator].theme not in centre.INDICATORS
        ),
        unknown=_unknown(facts, place, text),
        rows=(
            *(card.source_id for card in cards if card.source_id),
            *(row for card in cards for row in card.rows),
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


def vacancy(facts: Facts, place: RetailPlace, text: Texts, years: tuple[int, int]) -> CentreCard:
    """The card about the vacancy of a centre within `years`, for a picture of that figure alone.

    Its past and its peers are left out where they are not about the figure itself.
    """
    figure = centre.vacancy(facts, place, years)
    row, peers = figure.row, figure.peers
    figure = replace(
        figure,
        past=() if row is None else figure.past,
        peers=peers if peers is not None and row in peers.rows else None,
    )
    return _card(figure, figures.goals(facts, place.place_id), facts, place, text, years)


def _card(
    figure: CentreFigure,
    goals: Sequence[Observation],
    facts: Facts,
    place: RetailPlace,
    text: Texts,
    years: tuple[int, int],
) -> CentreCard:
    row, past, peers = figure.row, figure.past, figure.peers
    value, basis = text("unknown.cell"), text("centre.unknown")
    if row is not None:
        value, basis = citation.value_without_unit(row, facts, text), described(row, facts, text)
        # Set large, the heading says what is counted.
        if row.value is not None and row.value_text is None and figure.subject in _COUNTED:
            value = theme.number(row.value, text.lang)
    card = CentreCard(
        subject=figure.subject,
        heading=text(f"centre.{figure.subject}"),
        figure=value,
        basis=basis,
        source_id=None if row is None else row.source_id,
        verdict=None if row is None else quotable.quotable(row).verdict,
        row=row,
        large=quotable.is_quotable_headline(row),
        past_title=citation.what(past[-1], facts, text) if past else "",
        past=tuple(_dated(entry, past, facts, text) for entry in past),
        peers_title="" if peers is None else _peers_title(peers, facts, text),
        peers=() if peers is None else _peers(peers, facts, place, text),
        goals=tuple(
            _goal(goal, facts, text)
            for goal in goals
            if facts.indicators[goal.indicator].theme == figure.subject
        ),
        rows=tuple(
            {
                entry.observation_id: entry
                for entry in (row, *past, *(() if peers is None else peers.rows))
                if entry is not None
            }.values()
        ),
    )
    surveyed = figure.subject == "vacancy" and row is None
    return _surveyed(card, facts, place, text, years) if surveyed else card


def _surveyed(
    card: CentreCard, facts: Facts, place: RetailPlace, text: Texts, years: tuple[int, int]
) -> CentreCard:
    """The card with the newest survey of shops within the years and those before it, if any."""
    town = facts.towns.get(place.place_id)
    surveys = [
        (survey, survey.rate, theme.month(survey.day, text.lang))
        for survey in (() if town is None else town.surveys)
        if survey.rate is not None and years[0] <= survey.year <= years[1]
    ]
    if not surveys:
        return card
    newest, rate, month = surveys[-1]
    counts = headline_figures.survey_counts(newest, text)
    return replace(
        card,
        figure=theme.share(rate, text.lang, decimals=1),
        basis=text("inventory.basis", month=month, **counts),
        source_id=newest.source_id,
        large=True,
        past_title=card.heading,
        past=tuple(
            DatedValue(
                survey.year,
                month,
                month,
                rate,
                theme.share(rate, text.lang, decimals=1),
                compared=survey in (surveys[0][0], newest),
            )
            for survey, rate, month in surveys
        ),
    )


def described(row: Observation, facts: Facts, text: Texts) -> str:
    """What a figure counts, where and when."""
    parts = (citation.what(row, facts, text), citation.area(row, facts, text))
    return ", ".join((*parts, citation.period(row, text)))


def _dated(row: Observation, past: Rows, facts: Facts, text: Texts) -> DatedValue:
    return DatedValue(
        row.year or 0,
        citation.period(row, text),
        citation.period(row, text, short=True),
        row.value or 0.0,
        citation.value_without_unit(row, facts, text),
        compared=row in (centre.start(past), past[-1]),
    )


def _peers_title(peers: Peers, facts: Facts, text: Texts) -> str:
    """What the centres are compared on, where and when."""
    if peers.measure is not None:
        label, unit = (words.text(text.lang) for words in (peers.measure.label, peers.measure.unit))
        counted = label if unit in label else f"{label}, {unit}"
        return f"{counted}, {text(f'scope_name.{peers.measure.scope}')}"
    row = peers.rows[0]
    if peers.since is not None:
        return text("centre.change_since", first=peers.since, last=peers.rows[-1].year or 0)
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
            return theme.signed_share(value, text.lang)
        return citation.value_without_unit(by_place[place_id], facts, text)

    return tuple(
        PeerValue(
            facts.places[place_id],
            facts.places[place_id].names[text.lang],
            value,
            value_written(place_id, value),
            own=place_id == place.place_id,
            rows=tuple(row for row in peers.rows if row.place_id == place_id),
        )
        for place_id, value in peers.values.items()
    )


def _goal(row: Observation, facts: Facts, text: Texts) -> Goal:
    words = text(
        "centre.goal",
        what=citation.what(row, facts, text),
        value=citation.value(row, facts, text),
        period=citation.period(row, text),
    )
    return Goal(words, row)


def _edge_figures(facts: Facts, edge: RetailPlace) -> Rows:
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
    cells = town_table.cells(facts, place, text)
    missing = [
        town_table.heading(name, text)
        for name, cell in zip(town_table.COLUMNS, cells, strict=True)
        if cell.figure is None
    ]
    if not missing:
        return ""
    return text("centre.missing", place=place.names[text.lang], what=listed(missing, text))
