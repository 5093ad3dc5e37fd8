"""The opening view: the main facts on one screen."""

from dashboard.maps.layers import initiatives
from dashboard.panels import details, inventory, map_panel, overview, page_frame, picture_dialog
from dashboard.panels.responsive_drawing import drawings
from dashboard.selection import permalink
from dashboard.sentences import headline_figures
from dashboard.session import cache, visitor
from dashboard.style.html import door, node

ORDER = 10
TITLE = {"nl": "Overzicht", "en": "Overview", "de": "Überblick"}

facts = cache.facts()
visit = visitor.load(facts)
text, selection = visit.text, visit.selection

page_frame.head(text("overview.title"), visit)
sentences, rows = headline_figures.lead(facts, text)
lead = None if sentences is None else node("div", overview.lead(sentences, text))
page_frame.show(node("div", lead, overview.doors(selection, facts, text), class_="opening"))

figures = headline_figures.headlines(facts, text)
towns = inventory.surveyed(facts, permalink.at_place(selection, permalink.REGION))
page_frame.show(
    overview.cards(figures, selection, facts, text, "cijfers"),
    *inventory.surveys(towns, selection, facts, text),
)

map_panel.opening(selection, facts, text)
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

page_frame.show(
    node("h2", text("overview.matrix_title")),
    node("p", text("overview.matrix_intro")),
    overview.matrix(selection, facts, text),
    node("p", initiatives.count_note(facts, text), class_="quiet small"),
    *overview.compared(facts, text),
)
if facts.stations:
    drawings("trains", overview.trains(facts, text))
page_frame.show(overview.compared_bars(facts, text))
picture_dialog.button(selection, ("kaart", "treinreizigers", "inwoners", "verkooppunten"), text)
page_frame.source_note(
    [
        *rows,
        *(figure.source_id for figure in figures if figure.source_id),
        *(town.surveys[-1].source_id for town in towns),
        *headline_figures.locatus(facts),
        *(last for _, _, last in headline_figures.residents(facts)),
        *([facts.station_source_id] if facts.stations else []),
    ],
    facts,
    text,
)
visitor.keep(selection)
