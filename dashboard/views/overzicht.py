"""The opening view: the main facts on one screen."""

from dataclasses import replace

from dashboard.maps.layers import initiatives
from dashboard.panels import (
    details,
    fetching,
    inventory,
    map_panel,
    overview,
    page_frame,
    tools,
    town_dots,
)
from dashboard.panels.responsive_drawing import drawings
from dashboard.selection import permalink
from dashboard.sentences import headline_figures, passer_counts, town_table
from dashboard.session import cache, visitor
from dashboard.style.html import door, node

ORDER = 10
TITLE = {"nl": "Overzicht", "en": "Overview", "de": "Überblick"}

context = visitor.load(cache.facts())
facts, text, selection = context.facts, context.text, context.selection

page_frame.head(context, text("overview.title"))
tools.fill(
    page_frame.tools(),
    "overzicht",
    context,
    picture=(context, ("kaart", "leegstand", "treinreizigers", "inwoners", "verkooppunten")),
    data=(replace(context, selection=replace(selection, theme=permalink.ALL)), ("observations",)),
)
sentences, rows = headline_figures.lead(facts, text)
lead = None if sentences is None else node("div", overview.lead(sentences, text))
page_frame.show(node("div", lead, overview.doors(context), class_="opening"))
page_frame.show(cache.remembered(town_dots.table, selection))
fetching.show(context)

figures = headline_figures.headlines(facts, text)
towns = inventory.surveyed(
    replace(context, selection=permalink.at_place(selection, permalink.REGION))
)
page_frame.show(overview.cards(context, figures, "cijfers"), *inventory.surveys(context, towns))

map_panel.opening(context)
chosen = details.chosen(selection.chosen, facts, text) if selection.chosen else None
if chosen is not None:
    page_frame.show(chosen)
page_frame.show(
    node(
        "p",
        f"{text('overview.map_note')} ",
        door(
            text("overview.map_door"), permalink.address(permalink.choose(selection, None), "kaart")
        ),
        ".",
        class_="quiet",
    )
)

uncounted = passer_counts.missing(facts, text)
page_frame.show(
    node("h2", text("overview.matrix_title")),
    node("p", f"{text('overview.matrix_intro')} {town_table.comparison_note(facts, text)}"),
    overview.matrix(context),
    node("p", initiatives.count_note(facts, text), class_="quiet small"),
    node("p", uncounted, class_="quiet small") if uncounted else None,
    *overview.compared(facts, text),
)
if facts.stations:
    drawings("trains", overview.trains(facts, text))
page_frame.show(overview.compared_bars(facts, text))
page_frame.source_note(
    [
        *rows,
        *(figure.source_id for figure in figures if figure.source_id),
        *(town.surveys[-1].source_id for town in towns),
        *headline_figures.locatus(facts),
        *(row for measure in town_table.shared_measures(facts) for row in measure),
        *passer_counts.methods(passer_counts.uncounted(facts), facts),
        *(last for _, _, last in headline_figures.residents(facts)),
        *([facts.station_source_id] if facts.stations else []),
    ],
    facts,
    text,
)
visitor.keep(selection)
