"""Where the money goes, and what if the edge grows: the modelled flows with their range."""

from dataclasses import replace

import streamlit as st

from dashboard.analysis.competition import cannibalisation, query
from dashboard.analysis.competition import outcome as modelled
from dashboard.analysis.competition.calibration import Model
from dashboard.component import map_component
from dashboard.maps import flow_map
from dashboard.maps.scene import SceneFiles, Selected, ViewTarget, message
from dashboard.panels import downloads, page_frame
from dashboard.panels import picture_dialog as press
from dashboard.panels.competition import controls, leakage, results
from dashboard.selection import scenario as grammar
from dashboard.sentences import competition as sentences_competition
from dashboard.sentences import competition_notes
from dashboard.session import cache, visitor
from dashboard.style.html import node
from dashboard.style.templates import render

facts = cache.facts()
here = visitor.begin(facts)
text = here.text


# What a slider moves; the rest of the page is not sent again.
@st.fragment
def live(model: Model, files: SceneFiles) -> None:
    """Map, what-if and tables."""
    region = model.region
    selection = controls.row(visitor.current(), region, text)
    asked = query.asked(selection, region)
    site, town, unknown, scenario = asked.site, asked.town, asked.unknown, asked.scenario
    opening, picture = st.container(), st.container()

    page_frame.show(
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
    name, goods = (
        sentences_competition.site_name(site, region.sites, text),
        text(f"goods.{selection.branch}"),
    )
    caution = results.caution(model, result, site, name, scenario, text)
    differs = sentences_competition.differences(scenario, region, new, text)
    needed = (
        cannibalisation.to_hold(model, scenario, selection.branch)
        if scenario.changes and region.units.used
        else None
    )
    with right:
        page_frame.show(
            node("h3", sentences_competition.scenario_name(scenario, text)) if differs else None,
            render("tables.notes", items=differs) if differs else None,
            results.sites(result, region, known, scenario.changes, text, needed=needed),
            node("p", sentences_competition.error(model, text), class_="quiet small")
            if scenario.changes
            else None,
        )
    with opening:
        page_frame.show(
            node(
                "p",
                sentences_competition.lead(
                    result, site, name, selection.branch, scenario, region.survey, text
                ),
                class_="lead",
            ),
            caution,
        )
    with picture:
        picks = controls.picking(region)
        if picks:
            page_frame.show(node("p", text("competition.pick_now"), class_="fallback"))
        map_component(
            message(
                files,
                flow_map.visible(region, mapped, site, scenario.closed),
                name=text("competition.spoken", place=name, goods=goods),
                caption=text(
                    "competition.caption",
                    place=name,
                    goods=goods,
                    residents=region.survey.say("residents", text),
                ),
                selected=Selected(flow_map.SITES, site)
                if town is None
                else Selected(query.TOWNS, town),
                goto=ViewTarget("competition", flow_map.home(region)),
                drawn=flow_map.drawn(mapped, scenario, new, text),
            ),
            key="flow_map",
            compact=True,
            lang=text.lang,
            on_select=lambda clicked: controls.clicked(clicked, region),
            on_pick=picks,
        )
        page_frame.show(
            node("p", text("competition.map_closed", place=name)) if shut else None,
            node("p", text("competition.map_note", place=name), class_="quiet small"),
            results.town(result, town, region, known, changes, text) if town else None,
            leakage.town(region, result.divided, town, goods, changes, text) if town else None,
        )
    page_frame.show(
        leakage.cities(region, result.divided, goods, scenario.changes, text),
        node("h2", text("competition.towns_title", place=name)),
        results.towns(result, region, scenario.changes, name, text),
    )
    with page_frame.tools():
        downloads.button(selection, facts, text, "koopstromen")
        press.button(selection, ("koopstromen",), text)
        page_frame.share(selection, "concurrentie", text)
    visitor.keep(selection)


page_frame.head(text("competition.title"), here)
# Right after the start of the server, before the model is there.
with st.spinner(text("competition.fitting")):
    found, made = cache.competition(), cache.flow_files(text.lang)
if found is None or made is None:
    page_frame.show(node("p", text("competition.needs_tables"), class_="caution"))
    visitor.keep(here.selection)
else:
    live(found, made)
    with st.expander(text("competition.calibration_title")):
        page_frame.show(
            node("p", found.region.survey.say("calibration_intro", text)),
            results.calibration(found, text),
        )
    with st.expander(text("competition.assumptions_title")):
        page_frame.show(results.assumptions(found, facts, text))
    if found.region.units.used:
        with st.expander(text("competition.exchange_title")):
            page_frame.show(results.exchanged(cache.exchange(found), found, text))
    else:
        with st.expander(text("competition.later_title")):
            page_frame.show(results.units_needed(found.region, text))
page_frame.source_note(
    competition_notes.source_ids(found.region, facts) if found is not None else (), facts, text
)
