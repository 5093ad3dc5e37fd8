"""Every figure with its source."""

import streamlit as st

from dashboard import naming, state, summary, tables, visit
from dashboard.maps.description import describe_figure
from dashboard.markup import node
from dashboard.panels import (
    controls,
    details,
    figures,
    filters,
    frame,
    inventory,
    picture,
    take,
)

facts = tables.facts()
here = visit.begin(facts)
text, selection = here.text, here.selection

frame.head(
    text("figures.title")
    if selection.whole_region
    else text("figures.title_place", place=naming.selected(facts, selection, text)),
    here,
)
left, middle, _ = st.columns([1.4, 1.8, 4])
with left:
    filters.place(selection, facts, text, naming.whole(facts, text))
with middle:
    themes = {state.ALL: text("theme.all")} | {
        key: text(f"theme.{key}") for key in state.FIGURE_THEMES
    }
    controls.choice("thema", text("figures.theme"), themes, controls.of("theme"), selection)
theme = selection.theme

rows = summary.about(
    facts,
    None if selection.whole_region else selection.place,
    None if theme == state.ALL else theme,
)
chosen = figures.chosen(selection.chosen, facts)
if chosen is not None:
    frame.show(details.card(describe_figure(chosen, facts, text), facts, text))
if rows:
    old = sum(facts.is_old(row) for row in rows)
    frame.show(
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
        figures.table(rows, selection, facts, text),
    )
else:
    frame.show(
        node(
            "p",
            text("figures.empty", place=naming.selected(facts, selection, text)),
            class_="caution",
        ),
        node("p", text("unknown.how"), class_="quiet"),
    )
towns = inventory.surveyed(facts, selection) if theme in (state.ALL, "vacancy", "streets") else ()
if towns:
    frame.show(*inventory.surveys(towns, selection, facts, text))
with frame.tools():
    if rows:
        take.button(selection, facts, text, "observations")
    picture.button(selection, ("cijfers",), text)
    frame.share(selection, "cijfers", text)
frame.source_note([*rows, *(town.surveys[-1].source_id for town in towns)], facts, text)
visit.keep(selection)
