"""What the factsheet of a city says: figures with their verdicts, initiatives, numbered sources."""

from dataclasses import dataclass

from dashboard.analysis import figures, quotable, vitality
from dashboard.analysis.vitality import Vitality
from dashboard.facts.records import Initiative, Observation, RetailPlace
from dashboard.facts.snapshot import Facts
from dashboard.i18n.text import Texts
from dashboard.press.pictures import centre_content
from dashboard.press.pictures.centre_content import CentreContent
from dashboard.press.pictures.numbered_sources import NumberedSources
from dashboard.sentences import centre, citation, headline_figures
from dashboard.style import theme
from dashboard.style.theme import Style

_LONGEST_DEFINITION = 160
_MOST_VACANCIES = 9
_MORE = ("floor_area", "spending_flows", "population", "profile")


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One figure of a theme; `what` says what it counts and when, `verdict` whether to quote it."""

    theme: str
    figure: str
    what: str
    definition: str
    verdict: str


@dataclass(frozen=True, slots=True)
class InitiativeRow:
    """One initiative; `what` says where it is and how far it got.

    `description` is empty where there is none in this language.
    """

    style: Style
    name: str
    what: str
    description: str


@dataclass(frozen=True, slots=True)
class FactsheetContent:
    """The words of a factsheet; figures name their source by its number in `sources`."""

    place: RetailPlace
    name: str
    centre: CentreContent
    more: tuple[FigureRow, ...]
    vacancies: tuple[tuple[str, ...], ...]
    vacancies_left_out: int
    initiatives: tuple[InitiativeRow, ...]
    sources: tuple[str, ...]


def collect(facts: Facts, place: RetailPlace, text: Texts, vital: Vitality) -> FactsheetContent:
    """The words of a city's factsheet; what is unknown says so."""
    sources = NumberedSources(facts, text)
    words = centre.words(facts, place, vital, text)
    summary = centre_content.collect(words, facts, text, sources)
    firsts = {row.observation_id for card in words.cards for row in card.rows}
    known = (_row(facts, place, theme_id) for theme_id in _MORE)
    more = tuple(
        _figure_row(row, facts, sources, text)
        for row in known
        if row is not None and row.observation_id not in firsts
    )
    rows = [
        row
        for row in headline_figures.about(facts, place.place_id, "vacancy")
        if quotable.quotable(row).verdict != "no"
    ]
    vacancies = tuple(
        (
            citation.value(row, facts, text),
            citation.what(row, facts, text),
            citation.area(row, facts, text),
            f"{citation.period(row, text, short=True)} {sources.mark(row)}",
            text(f"cite.{quotable.quotable(row).verdict}"),
        )
        for row in rows[:_MOST_VACANCIES]
    )
    initiatives = tuple(
        _initiative_row(row, sources, text)
        for row in facts.initiatives
        if row.place_id == place.place_id
    )
    return FactsheetContent(
        place=place,
        name=place.names[text.lang],
        centre=summary,
        more=more,
        vacancies=vacancies,
        vacancies_left_out=len(rows) - len(vacancies),
        initiatives=initiatives,
        sources=sources.lines,
    )


def _figure_row(row: Observation, facts: Facts, sources: NumberedSources, text: Texts) -> FigureRow:
    return FigureRow(
        theme=text(f"theme.{facts.indicators[row.indicator].theme}"),
        figure=citation.value_without_unit(row, facts, text),
        what=f"{centre.described(row, facts, text)} {sources.mark(row)}",
        definition=_definition(row, facts, text),
        verdict=_verdict(row, facts, text),
    )


def _row(facts: Facts, place: RetailPlace, theme_id: str) -> Observation | None:
    match theme_id:
        case "floor_area":
            return headline_figures.floor_area_row(facts, place)
        case "spending_flows":
            return headline_figures.flow_row(facts, place)
        case "profile":
            return vitality.own_profile(facts, place)
        case _:
            counts = [row for row in figures.residents(facts) if row.place_id == place.place_id]
            return max(counts, key=lambda row: row.year or 0, default=None)


def _definition(row: Observation, facts: Facts, text: Texts) -> str:
    """The definition of a figure, empty where it is too long for the page."""
    definition = facts.translate(row.definition, text.lang) if row.definition else ""
    if not definition:
        return text("factsheet.undefined")
    return definition if len(definition) <= _LONGEST_DEFINITION else ""


def _verdict(row: Observation, facts: Facts, text: Texts) -> str:
    old = f" {text('note.old', year=row.year or 0)}" if facts.is_old(row) else ""
    verdict = text(f"cite.{quotable.quotable(row).verdict}")
    return text("factsheet.quote", verdict=verdict) + old


def _initiative_row(row: Initiative, sources: NumberedSources, text: Texts) -> InitiativeRow:
    where = ", ".join(row.streets) or text(f"precision.{row.location_precision}")
    parts = [where, text(f"tranche.{row.tranche}")]
    parts += [text(f"status.{row.status}")] if row.status != "unknown" else []
    return InitiativeRow(
        theme.style(f"initiative_{row.kind}"),
        row.name,
        f"{' · '.join(parts)} {sources.mark(row)}",
        row.descriptions.get(text.lang) or "",
    )
