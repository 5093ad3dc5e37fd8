"""The map of a place with its table, what must be said beside it, and the details of one mark."""

from dataclasses import replace

from dashboard import summary, tables, visit
from dashboard.maps import atlas
from dashboard.markup import join, node
from dashboard.panels import details, filters, frame, map_panel, overview, picture, take
from dashboard.panels.drawings import drawings

facts = tables.facts()
here = visit.begin(facts)
text = here.text

frame.head(filters.place_title(here.selection, facts, text), here)
selection = filters.row(replace(here.selection, lang=here.lang), facts, text)
shown = atlas.shown(facts, selection)
if not selection.whole_region:
    figures = summary.place_headlines(facts, selection, text)
    frame.show(node("div", overview.cards(figures, selection, facts, text, "kaart"), class_="strip"))

map_panel.full(selection, shown, facts, text)
if shown.features == 0:
    frame.show(node("p", f"{text('map.nothing')} {text('map.nothing_cure')}", class_="caution"))

chosen = details.chosen(selection.chosen, facts, text) if selection.chosen else None
if chosen is not None:
    frame.show(chosen)
    drawings("station", overview.trains(facts, text, only=selection.chosen))
elif selection.chosen:
    frame.show(node("p", text("map.details_gone"), class_="caution"))
else:
    frame.show(node("p", text("map.details_empty"), class_="quiet"))

notes = node("ul", join(node("li", note) for note in atlas.notes(facts, selection, text)), class_="notes")
frame.show(notes)
with frame.tools():
    take.button(selection, facts, text, "kaart")
    picture.button(selection, ("kaart", "treinreizigers"), text)
frame.source_note(atlas.source_ids(facts, shown), facts, text)
visit.keep(selection)
