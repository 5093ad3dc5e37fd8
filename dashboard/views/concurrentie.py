"""Modelled spending flows with their range, today and in a scenario."""

from dataclasses import replace

import streamlit as st

from dashboard.analysis.competition import query
from dashboard.analysis.competition.calibration import Model
from dashboard.component import map_component
from dashboard.maps.scene import SceneFiles
from dashboard.panels import page_frame, tools
from dashboard.panels.competition import controls, results
from dashboard.panels.competition import page as competition_page
from dashboard.sentences import competition_notes
from dashboard.session import cache, visitor
from dashboard.style.html import node

ORDER = 40
TITLE = {"nl": "Concurrentie", "en": "Competition", "de": "Konkurrenz"}

context = visitor.load(cache.facts())
facts, text = context.facts, context.text


# What a slider changes; the rest of the page is not sent again.
@st.fragment
def live(model: Model, files: SceneFiles) -> None:
    """Draw map, what-if and tables."""
    region = model.region
    bar = page_frame.tools()
    chosen = controls.row(replace(context, selection=visitor.current()), region)
    question = query.build_query(chosen.selection, region)
    opening = st.container()
    left, middle, right = st.columns([9, 13, 16], gap="medium")
    with left:
        controls.panel(chosen, question.scenario, region)
    page = competition_page.page(chosen, model, files)
    with opening:
        page_frame.show(*page.opening)
    with middle:
        controls.map_switch(chosen, question.scenario)
        on_pick = controls.picking(region)
        if on_pick is not None:
            page_frame.show(node("p", text("competition.pick_now"), class_="fallback"))
        map_component(
            page.map,
            key="flow_map",
            compact=True,
            lang=text.lang,
            on_select=lambda clicked: controls.clicked(clicked, region),
            on_pick=on_pick,
        )
        page_frame.show(*page.below_map)
    with right:
        page_frame.show(*page.outcome)
    page_frame.show(*page.town, *page.tables)
    tools.fill(
        bar,
        "concurrentie",
        page.context,
        picture=(page.context, ("koopstromen",)),
        data=(page.context, ("koopstromen",)),
    )
    visitor.keep(page.context.selection)


page_frame.head(context, text("competition.title"))
# Shown right after the start of the server, while the model is fitted.
with st.spinner(text("competition.fitting")):
    model, files = cache.competition(), cache.flow_files(text.lang)
if model is None or files is None:
    page_frame.show(node("p", text("competition.needs_tables"), class_="caution"))
    visitor.keep(context.selection)
else:
    live(model, files)
    with st.expander(text("competition.calibration_title")):
        page_frame.show(
            node("p", model.region.survey.sentence("calibration_intro", text)),
            results.calibration(model, text),
        )
    with st.expander(text("competition.assumptions_title")):
        page_frame.show(results.assumptions(model, facts, text))
    if model.region.units.used:
        with st.expander(text("competition.exchange_title")):
            page_frame.show(results.exchanged(cache.exchange(model), model, text))
    else:
        with st.expander(text("competition.later_title")):
            page_frame.show(results.units_needed(model.region, text))
page_frame.source_note(
    competition_notes.source_ids(model.region, facts) if model is not None else (), facts, text
)
