"""Two to five towns, streets or years side by side, with linked maps."""

from collections.abc import Mapping
from dataclasses import replace

import streamlit as st

from dashboard.component import linked_maps
from dashboard.panels import details, map_panel, page_frame, tools
from dashboard.panels.comparison import choice
from dashboard.panels.comparison import page as comparison_page
from dashboard.press.request import Subject
from dashboard.selection import permalink
from dashboard.selection.comparison import STREETS, TOWNS, YEARS, Kind, SideBySide
from dashboard.selection.context import Context
from dashboard.session import cache, visitor

ORDER = 35
TITLE = {"nl": "Vergelijk", "en": "Compare", "de": "Vergleich"}

# The pictures of what is compared: of years those with a line, of streets where they are unknown.
SUBJECTS: Mapping[Kind, tuple[Subject, ...]] = {
    TOWNS: ("vergelijking", "kaart", "cijfers"),
    YEARS: ("centrum", "treinreizigers", "kaart", "cijfers"),
    STREETS: ("kaart", "cijfers"),
}

context = visitor.load(cache.facts())
facts, text = context.facts, context.text


def about(now: Context) -> tuple[Context, tuple[str, ...]]:
    """What the files of the view hold: the compared streets, else all figures.

    Towns that nobody chose are named, since the files leave the place out.
    """
    selection = now.selection
    keys = tuple(key for key in choice.shown(now) if choice.street_of(now, key))
    if selection.beside.kind == STREETS and keys:
        layers, place = ("straten", "panden", "initiatieven"), keys[0].partition("/")[0]
        only = replace(selection, place=place, streets=keys, layers=layers)
        return replace(now, selection=only), ("straten", "panden")
    every = replace(selection, theme=permalink.ALL)
    if selection.beside.kind == TOWNS:
        named = SideBySide(TOWNS, choice.items(now))
        every = replace(every, place=permalink.REGION, beside=named)
    return replace(now, selection=every), ("observations",)


# What a choice changes; the frame is not sent again.
@st.fragment
def live() -> None:
    """Draw the choice, what it says, the maps and the rest."""
    if cache.facts() is not facts:
        st.rerun()
    now = replace(context, selection=visitor.current())
    selection = now.selection
    data = about(now)
    subjects = ("straten",) if "straten" in data[1] else SUBJECTS[selection.beside.kind]
    bar = page_frame.tools()
    choice.row(now)
    tools.fill(bar, choice.VIEW, now, picture=(data[0], subjects), data=data)
    page = cache.remembered(comparison_page.page, selection)
    page_frame.show(*page.above)
    if page.maps:
        linked_maps(page.maps, page.titles, lang=text.lang, on_select=map_panel.choose)
        mark = details.chosen(selection.chosen, facts, text) if selection.chosen else None
        if mark is not None:
            page_frame.show(mark)
    if page.more is not None:
        # Sent only while it is open.
        behind = st.expander(text("comparison.more"), key="more", on_change="rerun")
        if behind.open:
            with behind:
                page_frame.show(page.more)
    page_frame.show(*page.below)
    visitor.keep(selection)


page_frame.head(context, text("comparison.title"))
live()
