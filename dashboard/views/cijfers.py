"""All figures with their sources."""

import streamlit as st

from dashboard.maps.description import describe_figure
from dashboard.panels import (
    controls,
    details,
    figures,
    filters,
    inventory,
    page_frame,
    supply,
    tools,
)
from dashboard.selection import permalink
from dashboard.sentences import headline_figures, region_names
from dashboard.session import cache, visitor
from dashboard.style.html import node

ORDER = 70
TITLE = {"nl": "Cijfers", "en": "Figures", "de": "Zahlen"}

context = visitor.load(cache.facts())
facts, text, selection = context.facts, context.text, context.selection

page_frame.head(
    context,
    text("figures.title")
    if selection.whole_region
    else text("figures.title_place", place=region_names.selected(context)),
)
bar = page_frame.tools()
left, middle, right = st.columns([1.4, 1.8, 2.6])
with left:
    filters.place(context, region_names.whole(facts, text))
with middle:
    themes = {permalink.ALL: text("theme.all")} | {
        key: text(f"theme.{key}") for key in permalink.FIGURE_THEMES
    }
    controls.choice("thema", text("figures.theme"), themes, controls.binding("theme"), selection)
with right:
    typed = controls.line(
        "zoek_cijfer",
        text("search.label"),
        visitor.entry("zoek_cijfer", ""),
        selection,
        longest=100,
        empty=text("figures.search_hint"),
    )
theme = selection.theme

rows = headline_figures.about(
    facts,
    None if selection.whole_region else selection.place,
    None if theme == permalink.ALL else theme,
)
matches = figures.search(rows, typed, facts, text)
chosen = figures.chosen(selection.chosen, facts)
if chosen is not None:
    page_frame.show(details.card(describe_figure(chosen, facts, text), facts, text))
page_frame.show(supply.card(context, opened=not rows))
if matches:
    numbers = [row for row in matches if figures.is_number(row)]
    old = sum(map(facts.is_old, numbers))
    page_frame.show(
        node(
            "p",
            text.counted(
                "figures.count",
                len(numbers),
                shown=len(numbers),
                old=text("figures.count_old", old=old) if old else "",
            ),
            f" {text('figures.planned')}",
        ),
        figures.groups(
            context, matches, opened=bool(typed.strip()) and len(matches) <= figures.MOST_OPENED
        ),
    )
elif rows:
    page_frame.show(node("p", text("search.nothing", typed=typed[:60]), class_="caution"))
else:
    page_frame.show(
        node("p", text("figures.empty", place=region_names.selected(context)), class_="caution")
    )
towns = inventory.surveyed(context) if theme in (permalink.ALL, "vacancy", "streets") else ()
if towns:
    page_frame.show(*inventory.surveys(context, towns))
tools.fill(
    bar,
    "cijfers",
    context,
    picture=(context, ("cijfers",)),
    data=(context, ("observations",)) if rows else None,
)
page_frame.source_note([*rows, *(town.surveys[-1].source_id for town in towns)], facts, text)
visitor.keep(selection)
