"""The map of a place with its table, what must be said beside it, and the details of one mark."""

import streamlit as st

from dashboard import tables, visit
from dashboard.panels import filters, frame, map_page, map_panel, picture, take
from dashboard.panels.drawings import drawings

facts = tables.facts()
here = visit.begin(facts)
text = here.text


# What a filter changes; the frame around it, with the place in its title, is not made and sent
# again.
@st.fragment
def live() -> None:
    """Filters, map, and what stands below it."""
    if visit.current().place != here.selection.place or tables.facts() is not facts:
        st.rerun()
    selection = filters.row(visit.current(), facts, text)
    page = tables.remembered(map_page.page, selection)
    if page.above is not None:
        frame.show(page.above)
    map_panel.full(page.map, text)
    if page.drawings:
        frame.show(*page.below)
        drawings("station", page.drawings)
        frame.show(page.notes)
    else:
        frame.show(*page.below, page.notes)
    with frame.tools():
        take.button(selection, facts, text, "kaart")
        picture.button(selection, ("kaart", "treinreizigers"), text)
    frame.show(page.sources)
    visit.keep(selection)


frame.head(filters.place_title(here.selection, facts, text), here)
live()
