"""The map with its table and legend, full size and as the small map of the opening view."""

from collections.abc import Mapping
from dataclasses import replace

from dashboard.analysis.competition import surveys
from dashboard.component import map_component
from dashboard.i18n.text import Texts
from dashboard.maps import region_content
from dashboard.maps.region_content import RegionContent
from dashboard.maps.scene import Json, Selected, ViewTarget, message
from dashboard.selection.context import Context, context_of
from dashboard.selection.permalink import Selection
from dashboard.session import cache, visitor


def full(content: Mapping[str, Json], text: Texts) -> None:
    """Draw the map of a message; a click becomes the visit's choice before the next run."""
    map_component(content, key="map", lang=text.lang, on_select=choose)


def map_message(context: Context, shown: RegionContent) -> Mapping[str, Json]:
    """The map's message for a selection and what it shows."""
    return message(
        cache.scene_files(context.text.lang, context.selection.place),
        shown.visible,
        name=region_content.name(context),
        caption=region_content.caption(context.facts, context.text),
        selected=selected(context.selection, shown.visible),
        goto=region_content.goto(context),
    )


def opening(context: Context) -> None:
    """Draw the map of the retail site at the edge and its city, or else of the first inner city."""
    facts, text, selection = context.facts, context.text, context.selection
    survey = surveys.survey_of(facts)
    home, goto = facts.centres[0].place_id, None
    if survey is not None and survey.home in facts.places:
        home = survey.home
        pair = region_content.pair_bounds(facts.places[home], facts.places[survey.edge])
        goto = ViewTarget("opening", pair)
    layers = visitor.vocabulary(facts).opening_layers
    opened = context_of(
        facts, replace(selection, place=home, layers=layers, streets=(), lang=text.lang)
    )
    map_component(
        message(
            cache.scene_files(text.lang, home),
            region_content.select_content(opened).visible,
            name=region_content.name(opened),
            caption=region_content.caption(facts, text),
            goto=goto or region_content.goto(opened),
        ),
        key="opening_map",
        lang=text.lang,
        compact=True,
        on_select=choose,
    )


def choose(clicked: Selected | None) -> None:
    """Store a click as the visit's choice; called before the run that follows."""
    visitor.choose(None if clicked is None else str(clicked))


def selected(selection: Selection, visible: Mapping[str, Mapping[str, str]]) -> Selected | None:
    """The chosen mark when it is visible, by layer and feature."""
    layer, _, item = (selection.chosen or "").partition(":")
    return Selected(layer, item) if item in visible.get(layer, ()) else None
