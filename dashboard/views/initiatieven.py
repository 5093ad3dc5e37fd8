"""Initiatives on the map, in time and by actor, and their effect or why it is unknown."""

from dataclasses import replace

from dashboard.analysis import actor_network
from dashboard.maps.layers import initiatives
from dashboard.maps.region_content import RegionContent
from dashboard.panels import details, map_panel, page_frame, tools
from dashboard.panels.initiatives import actors, effect, filters, invitation, timeline
from dashboard.panels.responsive_drawing import drawings
from dashboard.selection import permalink
from dashboard.sentences import region_names
from dashboard.session import cache, visitor
from dashboard.style.html import node

ORDER = 50
TITLE = {"nl": "Initiatieven", "en": "Initiatives", "de": "Initiativen"}

context = visitor.load(cache.facts())
facts, text = context.facts, context.text

page_frame.head(
    context,
    text("involved.title")
    if context.selection.whole_region
    else text("involved.title_place", place=region_names.selected(context)),
)
bar = page_frame.tools()
context = filters.row(context)
selection = context.selection
rows = actor_network.fitting(facts, selection)
kinds = selection.types
measured = cache.evidence(None if selection.whole_region else selection.place, kinds)
page_frame.show(effect.lead(context, measured))
if len(rows) < len(facts.initiatives):
    page_frame.show(node("p", actors.matching(len(rows), len(facts.initiatives), text)))
page_frame.show(node("p", initiatives.count_note(facts, text), class_="caution"))
only = replace(context, selection=replace(selection, layers=(initiatives.ID,)))
tools.fill(
    bar, "initiatieven", context, picture=(only, ("kaart",)), data=(context, ("initiatieven",))
)
shown = RegionContent({initiatives.ID: {row.initiative_id: initiatives.style(row) for row in rows}})
map_panel.full(map_panel.map_message(only, shown), text)
if not rows:
    page_frame.show(node("p", text("involved.nothing"), class_="caution"))
chosen = next(
    (
        row
        for row in facts.initiatives
        if selection.chosen == f"{initiatives.ID}:{row.initiative_id}"
    ),
    None,
)
if chosen is not None:
    page_frame.show(
        details.card(initiatives.describe(chosen, facts, text), facts, text),
        actors.card(chosen, facts, text),
    )
else:
    page_frame.show(node("p", text("map.details_empty"), class_="quiet"))

marks = timeline.moments(facts, text)
page_frame.show(
    node("h2", text("timeline.title"), id="tijd"),
    timeline.legend(marks, text),
    timeline.table(rows, marks, facts, text),
)

# The pieces below do not follow the filters: they are large, and sent to the browser once.
opened = permalink.opening(visitor.vocabulary(facts), text.lang, selection.dataset)
still = replace(context, selection=permalink.at_place(opened, selection.place))
network = cache.network()
page_frame.show(
    node("h2", text("actors.title"), id="wie"),
    node("p", text("actors.intro")),
    actors.shared(network, facts, text),
    actors.sure(network, text),
)
if network.enough:
    drawings("network", actors.picture(network, facts, text))
page_frame.show(
    actors.measures(network, facts, text) if network.enough else actors.too_small(network, text),
    invitation.invitation(still),
)
page_frame.source_note(dict.fromkeys(row.source_id for row in rows), facts, text)
visitor.keep(selection)
