"""Where the money goes, and what if the edge grows: the modelled flows with their range."""

from dataclasses import replace

import streamlit as st

from dashboard import tables, visit
from dashboard.competition import outcome as modelled, scenario as grammar, sentences
from dashboard.component import kaart
from dashboard.maps import atlas, flows
from dashboard.maps.scene import Goto, Selected, message
from dashboard.panels import competition, frame, scenario as controls
from dashboard.panels.markup import join, node

facts = tables.facts()
here = visit.begin(facts)
text = here.text

frame.head(text("competition.title"), here)
model = tables.competition()
files = tables.flow_files(text.lang)
if model is None or files is None:
    frame.show(node("p", text("competition.needs_tables"), class_="caution"))
    frame.source_note((), facts, text)
    visit.keep(here.selection)
    st.stop()

region = model.region
selection, site = controls.row(replace(here.selection, lang=here.lang), region, text)
scenario, unknown = controls.current(selection, region)
opening, picture = st.container(), st.container()

frame.show(node("h2", text("competition.what_if")), node("p", text("competition.what_if_intro")))
if unknown:
    frame.show(node("p", text("competition.unknown_sites", names=", ".join(unknown)), class_="fallback", role="status"))
left, right = st.columns([1, 2], gap="large")
with left, st.container(key="what_if"):
    scenario = controls.panel(scenario, site, region, text)
selection = replace(selection, scenario=grammar.NONE if scenario == grammar.Scenario() else grammar.write(scenario))

new = modelled.new_sites(region, scenario)
known = (*region.sites, *new)
result = modelled.run(model, scenario, selection.branch, site)
name = sentences.site_name(site, region.sites, text)
caution = node(
    "p",
    node("strong", f"{text('competition.modelled')} "),
    sentences.caution(model, result, site, name, scenario, text),
    " ",
    sentences.error(model, text),
    class_="caution",
)

with right:
    differs = sentences.differences(scenario, region, new, text)
    frame.show(
        node("h3", sentences.scenario_name(scenario, text)) if differs else None,
        node("ul", join(node("li", said) for said in differs), class_="notes") if differs else None,
        competition.sites(result, region, known, scenario.changes, text),
        caution if scenario.changes else None,
    )

with opening:
    frame.show(node("p", sentences.lead(result, site, name, selection.branch, scenario, text), class_="lead"), caution)
with picture:
    kaart(
        message(
            files,
            flows.visible(region, result, site),
            name=text("competition.spoken", place=name, goods=text(f"goods.{selection.branch}")),
            caption=text("competition.caption", place=name, goods=text(f"goods.{selection.branch}")),
            selected=Selected(flows.SITES, site),
            goto=Goto("competition", atlas.region_bounds(facts)),
            drawn=flows.drawn(result, scenario, new, text),
        ),
        key="flow_map",
        lang=text.lang,
        on_select=lambda clicked: controls.clicked(clicked, region),
        on_pick=controls.picking(),
    )
    frame.show(node("p", text("competition.map_note", place=name), class_="quiet small"))

frame.show(
    node("h2", text("competition.cities_title")),
    node("p", text("competition.cities_intro")),
    competition.cities(result.cities, region, scenario.changes, text),
    node("h2", text("competition.towns_title", place=name)),
    competition.towns(result, region, scenario.changes, name, text),
)
with st.expander(text("competition.calibration_title")):
    frame.show(node("p", text("competition.calibration_intro")), competition.calibration(model, text))
with st.expander(text("competition.assumptions_title")):
    frame.show(competition.assumptions(model, facts, text))
with st.expander(text("competition.later_title")):
    frame.show(
        node("p", text("competition.cannibalisation")),
        node("p", text("competition.equivalent")),
        node("p", text("competition.later_needs"), class_="quiet"),
    )
frame.share(selection, "concurrentie", text)
frame.source_note(competition.source_ids(facts), facts, text)
visit.keep(selection)
