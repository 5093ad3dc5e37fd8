"""Every centre and the site at the edge on a few measures, as dots on one scale per measure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dashboard.analysis import figures
from dashboard.analysis.centre import Subject
from dashboard.analysis.competition import surveys
from dashboard.analysis.vitality import Vitality
from dashboard.facts.records import Observation, RetailPlace
from dashboard.facts.snapshot import Facts
from dashboard.i18n.text import Texts
from dashboard.sentences import centre, citation, headline_figures
from dashboard.sentences.centre import CentreWords

_SHARED: tuple[Subject, ...] = ("travellers", "supply", "residents")
_INFLOW = ("visitors_from_outside_share", "non_daily_inflow_share")

Cited = Observation | tuple[str, str]
"""A figure, or the id of a source with the period it describes."""


@dataclass(frozen=True, slots=True)
class Dot:
    """One figure: its value for the scale, how it is written, and what was counted when.

    `basis` is empty where the heading of the column says it for all. A modelled value has its
    interval from `low` to `high`, and beside it the share that was `counted`. `cited` is what it
    rests on.
    """

    value: float
    written: str
    basis: str = ""
    low: float | None = None
    high: float | None = None
    counted: float | None = None
    cited: tuple[Cited, ...] = ()


@dataclass(frozen=True, slots=True)
class DotColumn:
    """One measure: a dot by place id. Only where `compares` does one dot stand beside another.

    `of_size`: it merely grows with the size of what is measured.
    """

    heading: str
    note: str
    compares: bool
    dots: Mapping[str, Dot]
    of_size: bool = False

    @property
    def scale(self) -> tuple[float, float]:
        """The ends of the scale: zero always lies on it."""
        values = [
            end
            for dot in self.dots.values()
            for end in (dot.value, dot.low, dot.high, dot.counted)
            if end is not None
        ]
        return min((0.0, *values)), max((0.0, *values))


def columns(facts: Facts, vital: Vitality, text: Texts) -> tuple[DotColumn, ...]:
    """The measures that at least two places have."""
    pages = [centre.words(facts, place, vital, text) for place in facts.centres]
    survey = surveys.survey_of(facts)
    edge = () if survey is None else (facts.places[survey.edge],)
    places = (*facts.centres, *edge)
    known = (
        vacancy(places, facts, text),
        *(shared(pages, subject) for subject in _SHARED),
        inflow(places, facts, text),
    )
    return tuple(column for column in known if column is not None and len(column.dots) > 1)


def vacancy(places: Iterable[RetailPlace], facts: Facts, text: Texts) -> DotColumn:
    """The vacancy that stands for each place, whatever it counts."""
    rows = (figures.vacancy_figure(facts, place.place_id, facts.years) for place in places)
    return _published(text("theme.vacancy"), filter(None, rows), facts, text)


def inflow(places: Iterable[RetailPlace], facts: Facts, text: Texts) -> DotColumn:
    """The part of visitors or of turnover that comes from outside."""
    rows = []
    for place in places:
        area = "municipality" if place.role == "centre" else "retail_site"
        known = (headline_figures.newest(facts, place.place_id, name, area) for name in _INFLOW)
        rows += [row for row in known if row is not None][:1]
    return _published(text("overview.dots_inflow"), rows, facts, text)


def _published(heading: str, rows: Iterable[Observation], facts: Facts, text: Texts) -> DotColumn:
    """Figures as published: what centres counted alike the heading says once, the highest first."""
    known = sorted(rows, key=lambda row: -(row.value or 0.0))
    of_centres = [row for row in known if facts.places[row.place_id or ""].role == "centre"]
    compares = figures.comparable(of_centres)
    shared_basis = _basis(of_centres[0], facts, text) if compares else None
    dots = {}
    for row in known:
        basis = _basis(row, facts, text)
        written = citation.value_without_unit(row, facts, text)
        dots[row.place_id or ""] = Dot(
            row.value or 0.0, written, "" if basis == shared_basis else basis, cited=(row,)
        )
    return DotColumn(heading, shared_basis or text("overview.dots_apart"), compares, dots)


def shared(pages: Iterable[CentreWords], subject: Subject) -> DotColumn | None:
    """What all pages compare their centre on, for one subject."""
    cards = [
        card for page in pages for card in page.cards if card.subject == subject and card.peers
    ]
    if len({card.peers_title for card in cards}) != 1:
        return None
    return DotColumn(
        heading=cards[0].heading,
        note=cards[0].peers_title,
        compares=True,
        dots={
            peer.place.place_id: Dot(peer.value, peer.written, cited=peer.rows)
            for peer in cards[0].peers
        },
    )


def _basis(row: Observation, facts: Facts, text: Texts) -> str:
    area = text(f"area.{row.area_kind}")
    return f"{citation.what(row, facts, text)}, {area}, {citation.period(row, text)}"
