"""The opening view: what is known, in one screen."""

from dashboard import state, summary, tables, visit
from dashboard.maps.layers import initiatives
from dashboard.markup import door, node
from dashboard.panels import details, frame, inventory, map_panel, overview, picture
from dashboard.panels.drawings import drawings

facts = tables.facts()
here = visit.begin(facts)
text, selection = here.text, here.selection

frame.head(text("overview.title"), here)
sentences, rows = summary.lead(facts, text)
said = None if sentences is None else node("div", overview.lead(sentences, text))
frame.show(node("div", said, overview.doors(selection, facts, text), class_="opening"))

figures = summary.headlines(facts, text)
towns = inventory.surveyed(facts, state.at_place(selection, state.REGION))
frame.show(
    overview.cards(figures, selection, facts, text, "cijfers"),
    *inventory.surveys(towns, selection, facts, text),
)

map_panel.opening(selection, facts, text)
chosen = details.chosen(selection.chosen, facts, text) if selection.chosen else None
if chosen is not None:
    frame.show(chosen)
frame.show(
    node(
        "p",
        f"{text('overview.map_note')} ",
        door(text("overview.map_door"), state.address(state.choose(selection, None), "kaart")),
        ".",
        class_="quiet",
    )
)

frame.show(
    node("h2", text("overview.matrix_title")),
    node("p", text("overview.matrix_intro")),
    overview.matrix(selection, facts, text),
    node("p", initiatives.count_note(facts, text), class_="quiet small"),
    *overview.compared(facts, text),
)
if facts.stations:
    drawings("trains", overview.trains(facts, text))
frame.show(overview.compared_bars(facts, text))
picture.button(selection, ("kaart", "treinreizigers", "inwoners", "verkooppunten"), text)
frame.source_note(
    [
        *rows,
        *(figure.source_id for figure in figures if figure.source_id),
        *(town.surveys[-1].source_id for town in towns),
        *summary.locatus(facts),
        *(last for _, _, last in summary.residents(facts)),
        *([facts.station_source_id] if facts.stations else []),
    ],
    facts,
    text,
)
visit.keep(selection)
