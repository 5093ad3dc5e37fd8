"""Where the money goes, and what if the edge grows: the modelled flows with their range."""

from dataclasses import replace

import streamlit as st

from dashboard import tables, visit
from dashboard.competition import (
    basis,
    exchange,
    question,
    sentences,
)
from dashboard.competition import (
    outcome as modelled,
)
from dashboard.competition import (
    scenario as grammar,
)
from dashboard.competition.calibration import Model
from dashboard.component import map_component
from dashboard.maps import flows
from dashboard.maps.scene import SceneFiles, Selected, ViewTarget, message
from dashboard.markup import node
from dashboard.panels import competition, frame, leakage, take
from dashboard.panels import picture as press
from dashboard.panels import scenario as controls
from dashboard.templates import render

facts = tables.facts()
here = visit.begin(facts)
text = here.text


# What a slider moves; the rest of the page is not sent again.
@st.fragment
def live(model: Model, files: SceneFiles) -> None:
    """Map, what-if and tables."""
    region = model.region
    selection = controls.row(visit.current(), region, text)
    asked = question.asked(selection, region)
    site, town, unknown, scenario = asked.site, asked.town, asked.unknown, asked.scenario
    opening, picture = st.container(), st.container()

    frame.show(
        node("h2", text("competition.what_if")),
        node("p", text("competition.what_if_intro")),
        node("p", text("competition.unknown_sites", names=", ".join(unknown)), class_="fallback")
        if unknown
        else None,
    )
    left, right = st.columns([1, 2], gap="large")
    with left:
        controls.panel(scenario, selection, region, text)
    selection = replace(
        selection,
        scenario=grammar.NONE if scenario == grammar.Scenario() else grammar.write(scenario),
    )

    new = modelled.new_sites(region, scenario)
    known = (*region.sites, *new)
    result = modelled.run(model, scenario, selection.branch, site, town)
    shut, changes = site in scenario.closed, scenario.changes
    # Where nobody goes any more there is no catchment to draw: that of today says who has to go
    # elsewhere.
    mapped = (
        modelled.run(model, grammar.Scenario(own=scenario.own), selection.branch, site)
        if shut
        else result
    )
    name, goods = sentences.site_name(site, region.sites, text), text(f"goods.{selection.branch}")
    caution = competition.caution(model, result, site, name, scenario, text)
    differs = sentences.differences(scenario, region, new, text)
    needed = (
        exchange.to_hold(model, scenario, selection.branch)
        if scenario.changes and region.units.used
        else None
    )
    with right:
        frame.show(
            node("h3", sentences.scenario_name(scenario, text)) if differs else None,
            render("tables.notes", items=differs) if differs else None,
            competition.sites(result, region, known, scenario.changes, text, needed=needed),
            node("p", sentences.error(model, text), class_="quiet small")
            if scenario.changes
            else None,
        )
    with opening:
        frame.show(
            node(
                "p",
                sentences.lead(result, site, name, selection.branch, scenario, region.survey, text),
                class_="lead",
            ),
            caution,
        )
    with picture:
        picks = controls.picking(region)
        if picks:
            frame.show(node("p", text("competition.pick_now"), class_="fallback"))
        map_component(
            message(
                files,
                flows.visible(region, mapped, site, scenario.closed),
                name=text("competition.spoken", place=name, goods=goods),
                caption=text(
                    "competition.caption",
                    place=name,
                    goods=goods,
                    residents=region.survey.say("residents", text),
                ),
                selected=Selected(flows.SITES, site)
                if town is None
                else Selected(flows.TOWNS, town),
                goto=ViewTarget("competition", flows.home(region)),
                drawn=flows.drawn(mapped, scenario, new, text),
            ),
            key="flow_map",
            compact=True,
            lang=text.lang,
            on_select=lambda clicked: controls.clicked(clicked, region),
            on_pick=picks,
        )
        frame.show(
            node("p", text("competition.map_closed", place=name)) if shut else None,
            node("p", text("competition.map_note", place=name), class_="quiet small"),
            competition.town(result, town, region, known, changes, text) if town else None,
            leakage.town(region, result.divided, town, goods, changes, text) if town else None,
        )
    frame.show(
        leakage.cities(region, result.divided, goods, scenario.changes, text),
        node("h2", text("competition.towns_title", place=name)),
        competition.towns(result, region, scenario.changes, name, text),
    )
    with frame.tools():
        take.button(selection, facts, text, "koopstromen")
        press.button(selection, ("koopstromen",), text)
        frame.share(selection, "concurrentie", text)
    visit.keep(selection)


frame.head(text("competition.title"), here)
# Right after the start of the server, before the model is there.
with st.spinner(text("competition.fitting")):
    found, made = tables.competition(), tables.flow_files(text.lang)
if found is None or made is None:
    frame.show(node("p", text("competition.needs_tables"), class_="caution"))
    visit.keep(here.selection)
else:
    live(found, made)
    with st.expander(text("competition.calibration_title")):
        frame.show(
            node("p", found.region.survey.say("calibration_intro", text)),
            competition.calibration(found, text),
        )
    with st.expander(text("competition.assumptions_title")):
        frame.show(competition.assumptions(found, facts, text))
    if found.region.units.used:
        with st.expander(text("competition.exchange_title")):
            frame.show(competition.exchanged(tables.exchange(found), found, text))
    else:
        with st.expander(text("competition.later_title")):
            frame.show(competition.units_needed(found.region, text))
frame.source_note(basis.source_ids(found.region, facts) if found is not None else (), facts, text)
