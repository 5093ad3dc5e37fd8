"""The streets of a town: map and table by measure, one street, or two streets side by side."""

from dataclasses import replace

import streamlit as st

from dashboard.analysis import published_street_figures
from dashboard.facts.street_records import TownStreets
from dashboard.maps.layers import initiatives
from dashboard.maps.region_content import RegionContent
from dashboard.maps.street_content import located, town_of
from dashboard.panels import details, fetching, map_panel, page_frame, tools
from dashboard.panels.streets import filters, notes, published_figures
from dashboard.panels.streets import map as streets_map
from dashboard.panels.streets import page as streets_page
from dashboard.selection.context import Context
from dashboard.session import cache, visitor

ORDER = 30
TITLE = {"nl": "Straten", "en": "Streets", "de": "Straßen"}

context = visitor.load(cache.facts())
facts, text = context.facts, context.text
place = town_of(context)
name = facts.places[place].names[text.lang]


def with_place(now: Context) -> Context:
    """With the place of this page, which a link to the whole region does not name."""
    return replace(now, selection=replace(now.selection, place=place))


# What a filter changes; the frame, with the place in its title, is not sent again.
@st.fragment
def live(town: TownStreets) -> None:
    """Draw filters, map, and the pieces below it."""
    current = replace(context, selection=visitor.current())
    if town_of(current) != place or cache.facts() is not facts:
        st.rerun()
    bar = page_frame.tools()
    filtered = filters.row(with_place(current), town)
    selection = filtered.selection
    shown = replace(selection, layers=("straten", "panden", "initiatieven"))
    tools.fill(
        bar,
        "straten",
        filtered,
        picture=(replace(filtered, selection=shown), ("straten",)),
        data=(filtered, ("straten", "panden")),
    )
    page = cache.remembered(streets_page.page, selection)
    page_frame.show(page.above)
    streets_map.show(page.map, text)
    if page.street is None and selection.by_street.beside is None:
        page_frame.show(*page.below, *page.notes)
    else:
        page_frame.show(*page.below)
        filters.pinned(filtered, page.street)
        page_frame.show(*page.notes)
    page_frame.show(page.sources)
    visitor.keep(selection)


def published_only(context: Context) -> None:
    """Draw published figures of streets, for a place without street data."""
    selection = context.selection
    about_streets = replace(context, selection=replace(selection, theme="streets"))
    tools.fill(
        page_frame.tools(),
        "straten",
        context,
        picture=(about_streets, ("kaart", "cijfers")),
        data=(about_streets, ("observations", "initiatieven")),
    )
    filters.place(context)
    named = published_street_figures.of_place(facts, place, text.lang)
    page_frame.show(notes.without_streets(name, text))
    fetching.show(context)
    page_frame.show(notes.entry_door(context), notes.try_example(text))
    spots = {row.initiative_id: initiatives.style(row) for row in located(facts, place)}
    if spots:
        only = replace(selection, layers=(initiatives.ID,))
        shown = RegionContent({initiatives.ID: spots})
        map_panel.full(map_panel.map_message(replace(context, selection=only), shown), text)
    mark = details.chosen(selection.chosen, facts, text) if selection.chosen else None
    if mark is not None:
        page_frame.show(mark)
    page_frame.show(
        published_figures.known(context, named),
        published_figures.more(place, None, text),
    )
    page_frame.source_note(published_street_figures.sources(named), facts, text)
    visitor.keep(selection)


page_frame.head(context, text("straten.title", place=name))
if place in facts.towns:
    live(facts.towns[place])
else:
    published_only(with_place(context))
