"""Who did what: initiatives on the map, in time, by whom; and whether they mattered, or why nobody
can say.
"""

from dataclasses import replace

from dashboard import involvement, naming, pilot, state, tables, verdicts, visit
from dashboard.maps.atlas import Shown
from dashboard.maps.layers import initiatives
from dashboard.markup import node
from dashboard.panels import (
    details,
    effect,
    frame,
    initiative_filters,
    invitation,
    involved,
    map_panel,
    picture,
    take,
    timeline,
)
from dashboard.panels import (
    pilot as story,
)
from dashboard.panels.drawings import drawings

facts = tables.facts()
here = visit.begin(facts)
text = here.text

frame.head(
    text("involved.title")
    if here.selection.whole_region
    else text("involved.title_place", place=naming.selected(facts, here.selection, text)),
    here,
)
selection = initiative_filters.row(here.selection, facts, text)
rows = involvement.fitting(facts, selection)
if len(rows) < len(facts.initiatives):
    frame.show(node("p", involved.matching(len(rows), len(facts.initiatives), text)))
frame.show(node("p", initiatives.count_note(facts, text), class_="caution"))
only = replace(selection, layers=(initiatives.ID,))
shown = Shown({initiatives.ID: {row.initiative_id: initiatives.style(row) for row in rows}})
map_panel.full(map_panel.told(facts, only, shown, text), text)
if not rows:
    frame.show(node("p", text("involved.nothing"), class_="caution"))
chosen = next(
    (
        row
        for row in facts.initiatives
        if selection.chosen == f"{initiatives.ID}:{row.initiative_id}"
    ),
    None,
)
if chosen is not None:
    frame.show(
        details.card(initiatives.describe(chosen, facts, text), facts, text),
        involved.card(chosen, facts, text),
    )
else:
    frame.show(node("p", text("map.details_empty"), class_="quiet"))
with frame.tools():
    take.button(selection, facts, text, "initiatieven")
    picture.button(only, ("kaart",), text)

marks = timeline.moments(facts, text)
frame.show(
    node("h2", text("timeline.title")),
    timeline.table(rows, marks, facts, text),
    timeline.legend(marks, text),
)

# From here on nothing follows the filters: pieces this large are sent to the browser once.
still = state.at_place(state.opening(visit.vocabulary(facts), text.lang), selection.place)
network = tables.network()
frame.show(
    node("h2", text("actors.title")),
    node("p", text("actors.intro")),
    involved.shared(network, facts, text),
    involved.sure(network, text),
)
if network.enough:
    drawings("network", involved.picture(network, facts, text))
kinds = selection.types
measured = tables.evidence(None if selection.whole_region else selection.place, kinds)
narrowed = bool(tables.evidence(None, state.TYPES)) and len(kinds) < len(state.TYPES)
frame.show(
    involved.measures(network, facts, text)
    if network.enough
    else involved.too_small(network, text),
    node("h2", text("ways.title")),
    node("p", text("ways.intro" if pilot.told(facts) else "ways.intro_other")),
    involved.ways(involvement.parts(facts, facts.initiatives), facts, text),
    *story.told(still, facts, text),
    invitation.invitation(still, text),
    node("h2", text("verdict.title")),
    *(
        (node("p", verdicts.kinds(kinds, bool(measured), text), class_="quiet"),)
        if narrowed
        else ()
    ),
    *(() if measured or narrowed else (effect.card(tables.standstill(), text),)),
    *(effect.analysis(found, facts, text) for found in measured),
)
for found in measured:
    drawings(f"effect_{found.place_id}", effect.drawn(found, text))

frame.source_note([*dict.fromkeys(row.source_id for row in rows), *pilot.told(facts)], facts, text)
visit.keep(selection)
