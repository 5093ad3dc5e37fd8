"""The streets of a town: map and table by a chosen measure, a street's own page, and two streets
side by side.
"""

from dataclasses import replace

import streamlit as st

from dashboard import tables, visit
from dashboard.maps.atlas import Shown
from dashboard.maps.layers import initiatives
from dashboard.panels import (
    details,
    frame,
    map_panel,
    picture,
    street_filters,
    street_known,
    street_map,
    street_notes,
    street_page,
    take,
)
from dashboard.state import Selection
from dashboard.street import published
from dashboard.street.records import Town
from dashboard.street.shown import located, town_of

facts = tables.facts()
here = visit.begin(facts)
text = here.text
place = town_of(facts, here.selection)
name = facts.places[place].names[text.lang]


# What a filter changes; the frame around it, with the place in its title, is not made and sent
# again.
@st.fragment
def live(town: Town) -> None:
    """Filters, map, and what stands below it."""
    if town_of(facts, visit.current()) != place or tables.facts() is not facts:
        st.rerun()
    selection = street_filters.row(replace(visit.current(), place=place), town, facts, text)
    page = tables.remembered(street_page.page, selection)
    frame.show(page.above)
    street_map.show(page.map, text)
    if page.street is None and selection.by_street.beside is None:
        frame.show(*page.below, *page.notes)
    else:
        frame.show(*page.below)
        street_filters.pinned(selection, page.street, text)
        frame.show(*page.notes)
    with frame.tools():
        take.button(selection, facts, text, "straten", "panden")
        picture.button(
            replace(selection, layers=("straten", "panden", "initiatieven")), ("straten",), text
        )
        frame.share(selection, "straten", text)
    frame.show(page.sources)
    visit.keep(selection)


def published_only(selection: Selection) -> None:
    """What sources say of streets, in a place whose streets nobody read in."""
    street_filters.place(selection, facts, text)
    named = published.of_place(facts, place, text.lang)
    frame.show(street_notes.without_streets(name, text))
    spots = {row.initiative_id: initiatives.style(row) for row in located(facts, place)}
    if spots:
        only = replace(selection, layers=(initiatives.ID,))
        map_panel.full(map_panel.told(facts, only, Shown({initiatives.ID: spots}), text), text)
    mark = details.chosen(selection.chosen, facts, text) if selection.chosen else None
    if mark is not None:
        frame.show(mark)
    frame.show(
        street_known.known(named, selection, facts, text),
        street_known.more(place, None, text),
        street_notes.try_example(text),
    )
    with frame.tools():
        take.button(
            replace(selection, theme="streets"), facts, text, "observations", "initiatieven"
        )
        frame.share(selection, "straten", text)
    frame.source_note(published.sources(named), facts, text)
    visit.keep(selection)


frame.head(text("straten.title", place=name), here)
if place in facts.towns:
    live(facts.towns[place])
else:
    published_only(replace(here.selection, place=place))
