"""The streets of a town: map and table by measure, one street, or two streets side by side."""

from dataclasses import replace

import streamlit as st

from dashboard.analysis import published_street_figures
from dashboard.facts.street_records import TownStreets
from dashboard.maps.layers import initiatives
from dashboard.maps.region_content import RegionContent
from dashboard.maps.street_content import located, town_of
from dashboard.panels import details, downloads, map_panel, page_frame, picture_dialog
from dashboard.panels.streets import filters, notes, published_figures
from dashboard.panels.streets import map as streets_map
from dashboard.panels.streets import page as streets_page
from dashboard.selection.permalink import Selection
from dashboard.session import cache, visitor

ORDER = 30
TITLE = {"nl": "Straten", "en": "Streets", "de": "Straßen"}

facts = cache.facts()
visit = visitor.load(facts)
text = visit.text
place = town_of(facts, visit.selection)
name = facts.places[place].names[text.lang]


# What a filter changes; the frame, with the place in its title, is not sent again.
@st.fragment
def live(town: TownStreets) -> None:
    """Draw filters, map, and the pieces below it."""
    if town_of(facts, visitor.current()) != place or cache.facts() is not facts:
        st.rerun()
    selection = filters.row(replace(visitor.current(), place=place), town, facts, text)
    page = cache.remembered(streets_page.page, selection)
    page_frame.show(page.above)
    streets_map.show(page.map, text)
    if page.street is None and selection.by_street.beside is None:
        page_frame.show(*page.below, *page.notes)
    else:
        page_frame.show(*page.below)
        filters.pinned(selection, page.street, text)
        page_frame.show(*page.notes)
    with page_frame.tools():
        downloads.button(selection, facts, text, "straten", "panden")
        picture_dialog.button(
            replace(selection, layers=("straten", "panden", "initiatieven")), ("straten",), text
        )
        page_frame.share(selection, "straten", text)
    page_frame.show(page.sources)
    visitor.keep(selection)


def published_only(selection: Selection) -> None:
    """Draw published figures of streets, for a place without street data."""
    filters.place(selection, facts, text)
    named = published_street_figures.of_place(facts, place, text.lang)
    page_frame.show(notes.without_streets(name, text))
    spots = {row.initiative_id: initiatives.style(row) for row in located(facts, place)}
    if spots:
        only = replace(selection, layers=(initiatives.ID,))
        map_panel.full(
            map_panel.map_message(facts, only, RegionContent({initiatives.ID: spots}), text), text
        )
    mark = details.chosen(selection.chosen, facts, text) if selection.chosen else None
    if mark is not None:
        page_frame.show(mark)
    page_frame.show(
        published_figures.known(named, selection, facts, text),
        published_figures.more(place, None, text),
        notes.try_example(text),
    )
    with page_frame.tools():
        downloads.button(
            replace(selection, theme="streets"), facts, text, "observations", "initiatieven"
        )
        page_frame.share(selection, "straten", text)
    page_frame.source_note(published_street_figures.sources(named), facts, text)
    visitor.keep(selection)


page_frame.head(text("straten.title", place=name), visit)
if place in facts.towns:
    live(facts.towns[place])
else:
    published_only(replace(visit.selection, place=place))
