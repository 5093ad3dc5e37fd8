"""The map of a place with its table, notes, and the details of one mark."""

from dataclasses import replace

import streamlit as st

from dashboard.panels import filters, map_page, map_panel, page_frame, tools
from dashboard.panels.responsive_drawing import drawings
from dashboard.session import cache, visitor

ORDER = 20
TITLE = {"nl": "Kaart", "en": "Map", "de": "Karte"}

context = visitor.load(cache.facts())


# What a filter changes; the frame, with the place in its title, is not sent again.
@st.fragment
def live() -> None:
    """Draw filters, map, and the pieces below it."""
    other = visitor.current().place != context.selection.place
    if other or cache.facts().version != context.facts.version:
        st.rerun()
    bar = page_frame.tools()
    filtered = filters.row(replace(context, selection=visitor.current()))
    tools.fill(
        bar,
        "kaart",
        filtered,
        picture=(filtered, ("kaart", "leegstand", "treinreizigers")),
        data=(filtered, ("kaart",)),
    )
    page = cache.remembered(map_page.page, filtered.selection)
    if page.above is not None:
        page_frame.show(page.above)
    map_panel.full(page.map, context.text)
    if page.drawings:
        page_frame.show(*page.below)
        drawings("station", page.drawings)
        page_frame.show(page.notes)
    else:
        page_frame.show(*page.below, page.notes)
    page_frame.show(page.sources)
    visitor.keep(filtered.selection)


page_frame.head(context, filters.place_title(context))
live()
