"""All figures with their sources."""

import streamlit as st

from dashboard.maps.description import describe_figure
from dashboard.panels import (
    controls,
    details,
    downloads,
    figures,
    filters,
    inventory,
    page_frame,
    picture_dialog,
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
left, middle, _ = st.columns([1.4, 1.8, 4])
with left:
    filters.place(context, region_names.whole(facts, text))
with middle:
    themes = {permalink.ALL: text("theme.all")} | {
        key: text(f"theme.{key}") for key in permalink.FIGURE_THEMES
    }
    controls.choice("thema", text("figures.theme"), themes, controls.binding("theme"), selection)
theme = selection.theme

rows = headline_figures.about(
    facts,
    None if selection.whole_region else selection.place,
    None if theme == permalink.ALL else theme,
)
chosen = figures.chosen(selection.chosen, facts)
if chosen is not None:
    page_frame.show(details.card(describe_figure(chosen, facts, text), facts, text))
if rows:
    old = sum(facts.is_old(row) for row in rows)
    page_frame.show(
        node(
            "p",
            text.counted(
                "figures.count",
                len(rows),
                shown=len(rows),
                old=text("figures.count_old", old=old) if old else "",
            ),
            f" {text('figures.planned')}",
        ),
        figures.table(context, rows),
    )
else:
    page_frame.show(
        node("p", text("figures.empty", place=region_names.selected(context)), class_="caution"),
        node("p", text("unknown.how"), class_="quiet"),
    )
towns = inventory.surveyed(context) if theme in (permalink.ALL, "vacancy", "streets") else ()
if towns:
    page_frame.show(*inventory.surveys(context, towns))
with page_frame.tools():
    if rows:
        downloads.button(context, "observations")
    picture_dialog.button(context, ("cijfers",))
    page_frame.share(context, "cijfers")
page_frame.source_note([*rows, *(town.surveys[-1].source_id for town in towns)], facts, text)
visitor.keep(selection)
