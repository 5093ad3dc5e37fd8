"""What the factsheet of a city says: figures with their verdicts, initiatives, numbered sources."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.analysis import figures, quotable, vitality
from dashboard.facts.records import Initiative, Observation, RetailPlace, StationYear
from dashboard.facts.snapshot import Facts
from dashboard.i18n.text import Texts
from dashboard.maps.layers import edge_retail
from dashboard.press.pictures import station_chart
from dashboard.sentences import citation, headline_figures
from dashboard.style import theme
from dashboard.style.theme import Style

_LONGEST_DEFINITION = 160
_MOST_VACANCIES = 9
_THEMES = ("vacancy", "floor_area", "spending_flows", "travellers", "population", "profile")


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One figure of a theme; `what` says what it counts and when, `verdict` whether to quote it."""

    theme: str
    figure: str
    what: str
    definition: str
    verdict: str
    known: bool = True


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
    entries: tuple[FigureRow, ...]
    vacancies: tuple[tuple[str, ...], ...]
    vacancies_left_out: int
    initiatives: tuple[InitiativeRow, ...]
    station: tuple[StationYear, ...]
    station_source: str
    map_sources: str
    sources: tuple[str, ...]
    licences: tuple[tuple[str, str], ...]


class _Sources:
    """Sources in the order in which figures name them, numbered from 1."""

    def __init__(self, facts: Facts, text: Texts) -> None:
        self._facts, self._text = facts, text
        self._lines: dict[str, str] = {}
        self.licences: dict[tuple[str, str], None] = {}

    def mark(self, row: Observation | Initiative) -> str:
        """`[3]`: the number of a row's source."""
        return self._mark(
            row.source_id,
            citation.source(
                row.source_id,
                self._facts,
                self._text,
                retrieved=row.retrieved,
                source_date=row.source_date,
                licence=row.licence,
            ),
            row.licence,
        )

    def mark_table(self, source_id: str) -> str:
        """`[3]`: the number of a source that a table names as a whole."""
        record = self._facts.source(source_id)
        line = citation.source(
            source_id,
            self._facts,
            self._text,
            retrieved=self._facts.consulted,
            source_date=None,
            licence=record.licence,
        )
        return self._mark(source_id, line, record.licence)

    def _mark(self, source_id: str, line: str, licence: str) -> str:
        # The first line of a source is kept: another date of the source is in the figure's period.
        self._lines.setdefault(source_id, line)
        self.licences[citation.publisher_name(source_id, self._facts, self._text), licence] = None
        return f"[{list(self._lines).index(source_id) + 1}]"

    @property
    def lines(self) -> tuple[str, ...]:
        """Every source as one plain line."""
        return tuple(self._lines.values())


def collect(facts: Facts, place: RetailPlace, text: Texts) -> FactsheetContent:
    """The words of a city's factsheet; what is unknown says so."""
    sources = _Sources(facts, text)
    entries = tuple(_entry(facts, place, theme_id, sources, text) for theme_id in _THEMES)
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
    newest = headline_figures.newest_station(facts, place)
    station = (
        ()
        if newest is None
        else tuple(
            station_chart.named(row, facts, text)
            for row in facts.stations
            if row.name == newest.name
        )
    )
    station_source = sources.mark_table(facts.station_source_id) if station else ""
    areas = [edge_retail.floor_area(facts, site) for site in edge_retail.sites(facts)]
    map_sources = "".join(dict.fromkeys(sources.mark(row) for row in areas if row is not None))
    return FactsheetContent(
        place=place,
        name=place.names[text.lang],
        entries=entries,
        vacancies=vacancies,
        vacancies_left_out=len(rows) - len(vacancies),
        initiatives=initiatives,
        station=station,
        station_source=station_source,
        map_sources=map_sources,
        sources=sources.lines,
        licences=tuple(sources.licences),
    )


def _entry(
    facts: Facts, place: RetailPlace, theme_id: str, sources: _Sources, text: Texts
) -> FigureRow:
    label = text(f"theme.{theme_id}")
    if theme_id == "travellers":
        return _boardings(facts, place, label, sources, text)
    row = _row(facts, place, theme_id)
    if row is None:
        return _unknown(label, text)
    return FigureRow(
        theme=label,
        figure=citation.value_without_unit(row, facts, text),
        what=(
            f"{citation.what(row, facts, text)}, {citation.area(row, facts, text)},"
            f" {citation.period(row, text)} {sources.mark(row)}"
        ),
        definition=_definition(row, facts, text),
        verdict=_verdict(row, facts, text),
    )


def _unknown(label: str, text: Texts) -> FigureRow:
    return FigureRow(
        label,
        text("press.unknown"),
        text("factsheet.not_found"),
        text("factsheet.supply"),
        "",
        known=False,
    )


def _row(facts: Facts, place: RetailPlace, theme_id: str) -> Observation | None:
    match theme_id:
        case "vacancy":
            return headline_figures.vacancy_row(facts, place)
        case "floor_area":
            return headline_figures.floor_area_row(facts, place)
        case "spending_flows":
            return headline_figures.flow_row(facts, place)
        case "profile":
            return vitality.own_profile(facts, place)
        case _:
            counts = [row for row in figures.residents(facts) if row.place_id == place.place_id]
            return max(counts, key=lambda row: row.year or 0, default=None)


def _boardings(
    facts: Facts, place: RetailPlace, label: str, sources: _Sources, text: Texts
) -> FigureRow:
    row = headline_figures.newest_station(facts, place)
    if row is None or row.boardings_per_workday is None:
        return _unknown(label, text)
    station = facts.translate(row.name, text.lang)
    return FigureRow(
        theme=label,
        figure=theme.number(row.boardings_per_workday, text.lang),
        what=(
            f"{text('overview.boardings', station=station, year=row.year)}"
            f" {sources.mark_table(facts.station_source_id)}"
        ),
        definition=text("press.note_travellers"),
        verdict=_quote(quotable.quotable_boardings(row, facts).verdict, text),
    )


def _definition(row: Observation, facts: Facts, text: Texts) -> str:
    """The definition of a figure, empty where it is too long for the page."""
    definition = facts.translate(row.definition, text.lang) if row.definition else ""
    if not definition:
        return text("factsheet.undefined")
    return definition if len(definition) <= _LONGEST_DEFINITION else ""


def _verdict(row: Observation, facts: Facts, text: Texts) -> str:
    old = f" {text('note.old', year=row.year or 0)}" if facts.is_old(row) else ""
    return _quote(quotable.quotable(row).verdict, text) + old


def _quote(verdict: quotable.Verdict, text: Texts) -> str:
    return text("factsheet.quote", verdict=text(f"cite.{verdict}"))


def _initiative_row(row: Initiative, sources: _Sources, text: Texts) -> InitiativeRow:
    where = ", ".join(row.streets) or text(f"precision.{row.location_precision}")
    parts = [where, text(f"tranche.{row.tranche}")]
    parts += [text(f"status.{row.status}")] if row.status != "unknown" else []
    return InitiativeRow(
        theme.style(f"initiative_{row.kind}"),
        row.name,
        f"{' · '.join(parts)} {sources.mark(row)}",
        row.descriptions.get(text.lang) or "",
    )


def alt_text(entries: Sequence[FigureRow]) -> str:
    """The figures as one line, for who cannot see the page."""
    return "; ".join(f"{entry.theme}: {entry.figure}, {entry.what}" for entry in entries)
