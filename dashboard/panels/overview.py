"""The pieces of the opening view: lead, cards, matrix of towns and themes, comparisons."""

from collections.abc import Sequence
from dataclasses import replace

from dashboard.analysis import stations
from dashboard.analysis.competition.query import SITES
from dashboard.facts.records import Observation
from dashboard.facts.snapshot import Facts
from dashboard.i18n.text import Texts
from dashboard.maps.layers import travellers
from dashboard.maps.region_content import edge_of
from dashboard.panels import centre, charts
from dashboard.panels.page_frame import cite_tag
from dashboard.selection import permalink
from dashboard.selection.context import Context
from dashboard.selection.permalink import Selection
from dashboard.sentences import citation, headline_figures, series, town_table
from dashboard.sentences.headline_figures import HeadlineFigure
from dashboard.style import theme
from dashboard.style.html import Markup, door, node
from dashboard.style.templates import render


def lead(sentences: tuple[str, str], text: Texts) -> Markup:
    """The two lead sentences, and that neither proves a cause of the other."""
    return render("overview.lead", sentences=sentences, text=text)


def doors(context: Context) -> Markup:
    """Links to the profile of each centre, and to what the edge draws away from all of them."""
    facts, text, selection = context.facts, context.text, context.selection
    centres = [centre.link(context, place) for place in facts.centres]
    edge, edge_door = edge_of(facts), None
    if edge is not None:
        away = permalink.choose(
            permalink.at_place(selection, permalink.REGION), f"{SITES}:{edge.place_id}"
        )
        label = text("overview.doors_edge", edge=edge.names[text.lang])
        edge_door = door(label, permalink.address(away, "concurrentie"))
    return render("overview.doors", centres=centres, edge=edge_door, text=text)


def cards(context: Context, figures: Sequence[HeadlineFigure], view: str) -> Markup:
    """Large figures with period, quotability and a link to the source in `view`."""
    facts, text = context.facts, context.text

    def source(figure: HeadlineFigure) -> Markup:
        publisher = facts.publisher(figure.source_id, text.lang) if figure.source_id else None
        chosen = permalink.choose(context.selection, figure.key or None)
        address = permalink.address(chosen, view if figure.key else "straten")
        return door(publisher or text("unknown.door"), address)

    return render(
        "overview.cards",
        figures=[
            (
                figure,
                source(figure),
                None if figure.verdict is None else cite_tag(figure.verdict, text),
            )
            for figure in figures
        ],
    )


def matrix(context: Context) -> Markup:
    """Towns by subjects; each cell links to the figures behind it."""
    facts, text, selection = context.facts, context.text, context.selection
    rows = [
        (
            door(
                facts.places[place_id].names[text.lang],
                permalink.address(permalink.at_place(selection, place_id), "kaart"),
            ),
            [
                (cell, _to_theme(place_id, column.theme, selection))
                for column, cell in zip(town_table.COLUMNS.values(), cells, strict=True)
            ],
        )
        for place_id, cells in town_table.matrix(facts, text).items()
    ]
    headings = tuple(town_table.heading(column, text) for column in town_table.COLUMNS)
    return render("overview.matrix", headings=headings, rows=rows, text=text)


def compared(facts: Facts, text: Texts) -> tuple[Markup, ...]:
    """The heading of the comparable series, and of the stations' lines; empty without series."""
    if not (facts.stations or headline_figures.residents(facts) or headline_figures.locatus(facts)):
        return ()
    head = (node("h2", text("overview.compare_title")), node("p", text("overview.compare_intro")))
    return (
        (*head, node("h3", series.trains_title(facts.stations, text))) if facts.stations else head
    )


def compared_bars(facts: Facts, text: Texts) -> Markup:
    """The legend of the stations' lines, and bars of residents and of empty outlets."""
    legend, sides = None, []
    if facts.stations:
        legend = series.trains_legend(facts.stations, text)
        legend = f"{legend} {travellers.note(facts.stations, text)}".strip()
    if headline_figures.residents(facts):
        sides.append((residents(facts, text), text("overview.population_note")))
    for rows in town_table.shared_measures(facts):
        source = citation.publisher_name(rows[0].source_id, facts, text)
        sides.append((measure(rows, facts, text), text("overview.measure_source", source=source)))
    if rows := headline_figures.locatus(facts):
        sides.append((locatus(facts, text), series.outlets_note(rows, facts, text)))
    return render("overview.compared_bars", legend=legend, sides=sides)


def trains(facts: Facts, text: Texts, *, only: str | None = None) -> tuple[Markup, ...]:
    """A broken line per main station, 2019 and 2023 written out; with `only` that mark alone."""
    drawings = []
    for name in sorted(
        {
            row.name
            for row in facts.stations
            if only in (None, f"{stations.LAYER_ID}:{stations.feature_id(row)}")
        }
    ):
        rows = [row for row in facts.stations if row.name == name]
        label = facts.translate(name, text.lang)
        written = {
            row.year: theme.number(row.boardings_per_workday, text.lang)
            for row in rows
            if row.year in (2019, 2023) and row.boardings_per_workday is not None
        }
        pair = (
            text("overview.trains_pair", before=written[2019], after=written[2023])
            if len(written) == 2
            else text("overview.trains_unknown")
        )
        points = [charts.YearValue(row.year, row.boardings_per_workday) for row in rows]
        drawings.append(
            node(
                "figure",
                node("figcaption", label),
                charts.broken_line(points, written, title=f"{label}. {pair}"),
            )
        )
    return tuple(drawings)


def residents(facts: Facts, text: Texts) -> Markup:
    """Residents per municipality: the newest count as a bar, the first count beside it."""
    pairs = headline_figures.residents(facts)
    return charts.bars(
        [
            charts.BarRow(
                name=place.names[text.lang],
                value=last.value or 0.0,
                written=text(
                    "overview.residents_pair",
                    last=theme.number(last.value or 0.0, text.lang),
                    last_year=last.year or 0,
                    first=theme.number(first.value or 0.0, text.lang),
                    first_year=first.year or 0,
                ),
            )
            for place, first, last in pairs
        ],
        caption=text("overview.population_title"),
    )


def measure(rows: Sequence[Observation], facts: Facts, text: Texts) -> Markup:
    """One measure of every centre as dots, highest first."""
    return charts.bars(
        [
            charts.BarRow(
                name=citation.place_or_area(row, facts, text),
                value=row.value or 0.0,
                written=citation.value(row, facts, text),
            )
            for row in rows
        ],
        caption=text(
            "overview.measure_title",
            what=citation.what(rows[0], facts, text),
            area=text(f"area.{rows[0].area_kind}"),
            period=citation.period(rows[0], text),
        ),
        kind="dots",
    )


def locatus(facts: Facts, text: Texts) -> Markup:
    """Empty outlets per 1,000 residents, towns set apart from the averages."""
    return charts.bars(
        [
            charts.BarRow(
                name=citation.place_or_area(row, facts, text),
                value=row.value or 0.0,
                written=theme.number(row.value or 0.0, text.lang, decimals=1),
                strong=row.place_id is not None,
            )
            for row in headline_figures.locatus(facts)
        ],
        caption=text("overview.locatus_title"),
    )


def _to_theme(place_id: str, theme_id: str, selection: Selection) -> str:
    here = permalink.at_place(selection, place_id)
    if theme_id == "initiatives":
        return permalink.address(replace(here, layers=("initiatieven",)), "kaart")
    return permalink.address(replace(here, theme=theme_id), "cijfers")
