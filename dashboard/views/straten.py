"""The streets of a town: map and table by a chosen measure, a street's own page, and two streets side by side."""

from dataclasses import replace

from dashboard import tables, visit
from dashboard.maps.atlas import Shown
from dashboard.maps.layers import initiatives
from dashboard.markup import join, node
from dashboard.panels import (
    details,
    frame,
    map_panel,
    picture,
    street,
    street_filters,
    street_known,
    street_map,
    street_notes,
    take,
)
from dashboard.street import published
from dashboard.street.shown import located, shown as shown_of, town_of

facts = tables.facts()
here = visit.begin(facts)
text = here.text
place = town_of(facts, here.selection)
name = facts.places[place].names[text.lang]
selection = replace(here.selection, place=place, lang=here.lang)

frame.head(text("straten.title", place=name), here)
town = facts.towns.get(place)
if town is None:
    street_filters.place(selection, facts, text)
    named = published.of_place(facts, place, text.lang)
    sources = published.sources(named)
    frame.show(street_notes.without_streets(name, text))
    spots = {row.initiative_id: initiatives.style(row) for row in located(facts, place)}
    if spots:
        map_panel.full(replace(selection, layers=(initiatives.ID,)), Shown({initiatives.ID: spots}), facts, text)
    mark = details.chosen(selection.chosen, facts, text) if selection.chosen else None
    if mark is not None:
        frame.show(mark)
    frame.show(
        street_known.known(named, selection, facts, text),
        street_known.more(place, None, text),
        street_notes.try_example(text),
    )
else:
    sources = town.source_ids
    selection = street_filters.row(selection, town, facts, text)
    shown = shown_of(facts, town, selection)
    frame.show(street_notes.headline(shown, facts, selection, text))
    street_map.show(selection, shown, facts, text)
    frame.show(street_notes.widths(text) if shown.streets else street_notes.empty(selection, shown, text))

    chosen, unit = street.chosen(selection, town)
    beside = town.streets.get(selection.by_street.beside or "")
    if chosen is None:
        frame.show(node("p", text("straten.gone" if selection.chosen else "straten.choose_street"), class_="quiet"))
    elif beside is None or beside.key == chosen.key:
        frame.show(street.page(chosen, unit, shown, selection, facts, text))
    else:
        frame.show(street.compare(beside, chosen, shown, text))
    if beside is not None and (chosen is None or chosen.key == beside.key):
        frame.show(node("p", text("straten.beside_hint", street=beside.name), class_="caution"))
    street_filters.pinned(selection, chosen, text)

    whole = chosen is None
    said = street_notes.notes(shown, facts, text, whole=whole)
    frame.show(node("ul", join(node("li", note) for note in said), class_="notes"))
    if whole:
        frame.show(
            street_notes.outlines(shown, facts, text),
            street_notes.municipal(town, selection, facts, text),
            *(() if facts.example else (street_known.more(place, town, text),)),
        )
with frame.tools():
    if town is not None:
        take.button(selection, facts, text, "straten", "panden")
        picture.button(replace(selection, layers=("straten", "panden", "initiatieven")), ("kaart",), text)
    else:
        take.button(replace(selection, theme="streets"), facts, text, "observations", "initiatieven")
    frame.share(selection, "straten", text)
frame.source_note(sources, facts, text)
visit.keep(selection)
