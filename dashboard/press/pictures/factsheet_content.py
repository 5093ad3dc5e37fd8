"""What the factsheet of a city says: figures with their verdicts, initiatives, numbered sources."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from dashboard.analysis import figures, quotable, vitality
from dashboard.analysis.vitality import Vitality
from dashboard.facts.records import Initiative, Observation, RetailPlace
from dashboard.facts.snapshot import Facts
from dashboard.i18n.text import Texts
from dashboard.press import caption
from dashboard.press.pictures import station_chart
from dashboard.press.pictures.numbered_sources import NumberedSources
from dashboard.sentences import centre_summary, citation, headline_figures, indicator_value
from dashboard.sentences.centre_summary import Peer, SummaryFigure
from dashboard.style import theme
from dashboard.style.theme import Style

_LONGEST_DEFINITION = 160
_MOST_VACANCIES = 9
_THEMES = ("vacancy", "floor_area", "spending_flows", "travellers", "population", "profile")
_BESIDE = (
    "centre_density",
    "station_distance",
    "boardings_per_centre_resident",
    "trade_hospitality_establishments",
    "cafes_nearby",
    "restaurants_nearby",
)
"""Indicators set beside the other centres, where they are known of all in the same way."""


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One figure of a theme; `what` says what it counts and when, `verdict` whether to quote it."""

    theme: str
    figure: str
    what: str
    definition: str
    verdict: str
    known: bool = True
    key: str = ""
    """The id of the figure."""


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """A figure that stands first: `what` ends with its source, `goals` are sentences.

    `definition` is empty where the past of the figure takes its room.
    """

    figure: SummaryFigure
    what: str
    definition: str
    verdict: str
    goals: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BesideRow:
    """One indicator of the city beside the other centres."""

    label: str
    value: str
    peers: tuple[Peer, ...]


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
    headline: str
    verdict: str
    summary: tuple[SummaryRow, ...]
    beside: tuple[BesideRow, ...]
    edge_name: str
    edge: tuple[FigureRow, ...]
    entries: tuple[FigureRow, ...]
    vacancies: tuple[tuple[str, ...], ...]
    vacancies_left_out: int
    initiatives: tuple[InitiativeRow, ...]
    sources: tuple[str, ...]

    @property
    def more(self) -> tuple[FigureRow, ...]:
        """The known figures that do not stand first."""
        firsts = {row.observation_id for first in self.summary for row in first.figure.rows}
        drawn = _THEMES[0], _THEMES[3]
        return tuple(
            entry
            for theme_id, entry in zip(_THEMES, self.entries, strict=True)
            if entry.known and theme_id not in drawn and entry.key not in firsts
        )

    @property
    def unknown(self) -> tuple[str, ...]:
        """The subjects of which no figure is known."""
        return tuple(entry.theme for entry in self.entries if not entry.known)


def collect(facts: Facts, place: RetailPlace, text: Texts, vital: Vitality) -> FactsheetContent:
    """The words of a city's factsheet; what is unknown says so."""
    sources = NumberedSources(facts, text)
    summary = tuple(
        _summary_row(figure, facts, sources, text)
        for figure in centre_summary.of_centre(facts, place, text)
    )
    firsts = {(row.observation_id, row.value) for first in summary for row in first.figure.rows[:1]}
    beside = _beside(facts, place, vital, sources, text, firsts)
    edge = centre_summary.edge(facts)
    edge_rows = tuple(
        FigureRow(
            theme="",
            figure=citation.value(row, facts, text),
            what=(
                f"{citation.what(row, facts, text)}, {citation.period(row, text)}"
                f" {sources.mark(row)}"
            ),
            definition="",
            verdict="",
        )
        for row in (() if edge is None else edge[1])
    )
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
    headline, verdict = _finding(facts, place, summary, text)
    return FactsheetContent(
        place=place,
        name=place.names[text.lang],
        headline=headline,
        verdict=verdict,
        summary=summary,
        beside=beside,
        edge_name="" if edge is None else edge[0].names[text.lang],
        edge=edge_rows,
        entries=entries,
        vacancies=vacancies,
        vacancies_left_out=len(rows) - len(vacancies),
        initiatives=initiatives,
        sources=sources.lines,
    )


def _finding(
    facts: Facts, place: RetailPlace, summary: Sequence[SummaryRow], text: Texts
) -> tuple[str, str]:
    """The headline and what vouches for it: a pair of one source, else the station, else none."""
    pair = centre_summary.finding(facts, place)
    if pair is not None:
        first, last = pair
        headline = text(
            "factsheet.finding",
            what=citation.what(last, facts, text),
            area=citation.area(last, facts, text),
            first=citation.value_without_unit(first, facts, text),
            first_period=citation.period(first, text),
            last=citation.value_without_unit(last, facts, text),
            last_period=citation.period(last, text),
        )
        return headline, caption.verdict(last, (), facts, text)
    station = next((row.figure for row in summary if row.figure.years), None)
    if station is None:
        return text("factsheet.title", place=place.names[text.lang]), ""
    years = [station_chart.named(row, facts, text) for row in station.years]
    verdict = station.verdict or quotable.PROXY
    return station_chart.headline([years], text), text(
        "press.verdict_head",
        verdict=text(f"cite.{verdict.verdict}"),
        why=citation.why(verdict, text),
    )


def _summary_row(
    figure: SummaryFigure, facts: Facts, sources: NumberedSources, text: Texts
) -> SummaryRow:
    marks = [sources.mark(row) for row in (*figure.rows, *figure.peer_rows)]
    if figure.source_id is not None:
        marks.append(sources.mark_table(figure.source_id))
    old = " ".join(
        filter(None, [citation.age_warning(row, facts, text) for row in figure.rows[:1]])
    )
    verdict = figure.verdict
    quote = "" if verdict is None else _quote(verdict.verdict, text)
    why = citation.why(verdict, text) if verdict is not None and verdict.verdict != "yes" else ""
    return SummaryRow(
        figure,
        f"{figure.what} {''.join(dict.fromkeys(marks))}",
        "" if figure.past or figure.years else _whole_definition(figure.rows, facts, text),
        " ".join(filter(None, (quote, why, old))),
        tuple(
            f"{centre_summary.goal(goal, facts, text)} {sources.mark(goal)}"
            for goal in figure.goals
        ),
    )


def _whole_definition(rows: Sequence[Observation], facts: Facts, text: Texts) -> str:
    """The definition of the figure, in full; empty where its verdict says that there is none."""
    definition = rows[0].definition if rows else None
    return "" if definition is None else facts.translate(definition, text.lang)


def _beside(
    facts: Facts,
    place: RetailPlace,
    vital: Vitality,
    sources: NumberedSources,
    text: Texts,
    firsts: Collection[tuple[str, float | None]],
) -> tuple[BesideRow, ...]:
    """The indicators of `_BESIDE` that are known of every centre in the same way.

    Those that are themselves a figure of `firsts` are left out.
    """
    observed = {row.observation_id: row for row in facts.observations}
    rows = []
    for name in _BESIDE:
        values, reading = vital.table[name], vital.readings.get((place.place_id, name))
        indicator = vital.indicators[name]
        if reading is None or values.isna().any() or len(values) < 2:
            continue
        if (reading.row_id, reading.value) in firsts:
            continue
        vouched = [vital.readings[str(other), name].row_id for other in values.index]
        marks = [sources.mark(observed[row_id]) for row_id in vouched if row_id in observed]
        label, area = indicator.label.text(text.lang), text(f"scope_name.{indicator.scope}")
        named = label if area.casefold() in label.casefold() else f"{label}, {area}"
        label = f"{named}, {reading.year}"
        rows.append(
            BesideRow(
                " ".join((label, *filter(None, ["".join(dict.fromkeys(marks))]))),
                indicator_value.written(indicator, reading.value, text.lang),
                tuple(
                    Peer(
                        str(place_id),
                        facts.places[str(place_id)].names[text.lang],
                        float(value),
                        theme.number(value, text.lang, decimals=indicator.decimals),
                    )
                    for place_id, value in values.items()
                ),
            )
        )
    return tuple(rows)


def _entry(
    facts: Facts, place: RetailPlace, theme_id: str, sources: NumberedSources, text: Texts
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
        key=row.observation_id,
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
    facts: Facts, place: RetailPlace, label: str, sources: NumberedSources, text: Texts
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


def alt_text(content: FactsheetContent) -> str:
    """The figures of the first page as one line, for who cannot see it."""
    firsts = [f"{row.figure.theme}: {row.figure.figure}, {row.what}" for row in content.summary]
    firsts += [f"{row.label}: {row.value}" for row in content.beside]
    edge = [f"{content.edge_name}: {row.figure}, {row.what}" for row in content.edge]
    return "; ".join([*firsts, *edge])
