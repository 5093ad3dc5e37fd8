"""The map of a place with its table, notes, and the details of one mark."""

import streamlit as st

from dashboard.panels import downloads, filters, map_page, map_panel, page_frame, picture_dialog
from dashboard.panels.responsive_drawing import drawings
from dashboard.session import cache, visitor

ORDER = 20
TITLE = {"nl": "Kaart", "en": "Map", "de": "Karte"}

facts = cache.facts()
visit = visitor.load(facts)
text = visit.text


# What a filter changes; the frame, with the place in its title, is not sent again.
@st.fragment
def live() -> None:
    """Draw filters, map, and the pieces below it."""
    if visitor.current().place != visit.selection.place or cache.facts() is not facts:
        st.rerun()
    selection = filters.row(visitor.current(), facts, text)
    page = cache.remembered(map_page.page, selection)
    if page.above is not None:
        page_frame.show(page.above)
    map_panel.full(page.map, text)
    if page.drawings:
        page_frame.show(*page.below)
        drawings("station", page.drawings)
        page_frame.show(page.notes)
    else:
        page_frame.show(*page.below, page.notes)
    with page_frame.tools():
        downloads.button(selection, facts, text, "kaart")
        picture_dialog.button(selection, ("kaart", "treinreizigers"), text)
    page_frame.show(page.sources)
    visitor.keep(selection)


page_frame.head(filters.place_title(visit.selection, facts, text), visit)
live()
