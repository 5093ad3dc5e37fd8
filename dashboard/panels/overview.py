"""The pieces of the opening view: lead, cards, matrix of towns and themes, comparisons."""

from collections.abc import Sequence
from dataclasses import replace

from dashboard.analysis import stations
from dashboard.analysis.competition.query import SITES
from dashboard.charts import bars, svg, year_line
from dashboard.charts.bars import ChartBar
from dashboard.facts.records import Observation, StationYear
from dashboard.facts.snapshot import Facts
from dashboard.i18n.text import Texts
from dashboard.maps.layers import travellers
from dashboard.maps.region_content import edge_of
from dashboard.panels import bar_table, centre
from dashboard.panels.page_frame import cite_tag
from dashboard.selection import permalink
from dashboard.selection.context import Context
from dashboard.selection.permalink import Selection
from dashboard.sentences import citation, headline_figures, series, town_table
from dashboard.sentences.headline_figures import HeadlineFigure
from dashboard.style import theme
from dashboard.style.html import Markup, door, node
from dashboard.style.templates import render

# The least width of a drawing in a row of them.
_STATION_WIDTH, _STATION_HEIGHT = 240.0, 150.0


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
    return render(
        "overview.doors", centres=centres, edge=edge_door, folded=facts.country, text=text
    )


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
    """The stations' lines as a table with their legend, bars of residents and of empty outlets."""
    legend, sides = None, []
    years = sorted({row.year for row in facts.stations})
    if facts.stations:
        legend = series.trains_legend(facts.stations, text)
        legend = f"{legend} {travellers.note(facts.stations, text)}".strip()
    if headline_figures.residents(facts):
        population = bar_table.write(
            bars.residents(facts, text), caption=text("overview.population_title")
        )
        sides.append((population, text("overview.population_note")))
    for rows in town_table.shared_measures(facts):
        source = citation.publisher_name(rows[0].source_id, facts, text)
        sides.append((measure(rows, facts, text), text("overview.measure_source", source=source)))
    if rows := headline_figures.locatus(facts):
        outlets = bar_table.write(bars.outlets(facts, text), caption=text("overview.locatus_title"))
        sides.append((outlets, series.outlets_note(rows, facts, text)))
    return render(
        "overview.compared_bars",
        legend=legend,
        years=years,
        stations=[_counts(rows, years, text) for rows in series.stations(facts, text)],
        figures=range(len(years)),
        sides=sides,
        text=text,
    )


def _counts(rows: Sequence[StationYear], years: Sequence[int], text: Texts) -> list[str]:
    """The name of a station and its boardings in each year, or that they are unknown."""
    known = {row.year: row.boardings_per_workday for row in rows}
    values = (known.get(year) for year in years)
    return [
        rows[0].name,
        *(
            text("unknown.cell") if value is None else theme.number(value, text.lang)
            for value in values
        ),
    ]


def trains(facts: Facts, text: Texts, *, only: str | None = None) -> tuple[Markup, ...]:
    """A broken line per main station, 2019 and 2023 written out; with `only` that mark alone."""
    return tuple(
        node(
            "figure",
            node("figcaption", rows[0].name),
            svg.write(year_line.of_station(rows, text, _STATION_WIDTH, _STATION_HEIGHT)),
        )
        for rows in series.stations(facts, text)
        if only is None
        or only in {f"{stations.LAYER_ID}:{stations.feature_id(row)}" for row in rows}
    )


def measure(rows: Sequence[Observation], facts: Facts, text: Texts) -> Markup:
    """One measure of every centre as dots, highest first."""
    return bar_table.write(
        [
            ChartBar(
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


def _to_theme(place_id: str, theme_id: str, selection: Selection) -> str:
    here = permalink.at_place(selection, place_id)
    if theme_id == "initiatives":
        return permalink.address(replace(here, layers=("initiatieven",)), "kaart")
    return permalink.address(replace(here, theme=theme_id), "cijfers")
