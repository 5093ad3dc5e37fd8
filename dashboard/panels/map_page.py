"""Content of the map view for a selection, cached for all visitors; draws nothing."""

from collections.abc import Mapping
from dataclasses import dataclass

from dashboard.maps import region_content
from dashboard.maps.layers import vacancy
from dashboard.maps.scene import Json
from dashboard.panels import details, inventory, map_panel, overview, page_frame
from dashboard.selection import permalink
from dashboard.selection.context import Context
from dashboard.sentences import headline_figures
from dashboard.style import theme
from dashboard.style.html import Markup, door, join, node


@dataclass(frozen=True, slots=True)
class MapPage:
    """The map's message, and the pieces above and below the map."""

    above: Markup | None
    map: Mapping[str, Json]
    below: tuple[Markup, ...]
    # The series of a chosen station.
    drawings: tuple[Markup, ...]
    notes: Markup
    sources: Markup


def page(context: Context) -> MapPage:
    """The figures of a place, the map, the details of the chosen mark, and the notes."""
    facts, text, selection = context.facts, context.text, context.selection
    shown = region_content.select_content(context)
    figures = () if selection.whole_region else headline_figures.place_headlines(context)
    nothing = node("p", f"{text('map.nothing')} {text('map.nothing_cure')}", class_="caution")
    if selection.chosen:
        chosen = details.chosen(selection.chosen, facts, text) or node(
            "p", text("map.details_gone"), class_="caution"
        )
    else:
        chosen = node("p", text("map.details_empty"), class_="quiet")
    return MapPage(
        above=node("div", overview.cards(context, figures, "kaart"), class_="strip")
        if figures
        else None,
        map=map_panel.map_message(context, shown),
        below=(*([nothing] if shown.features == 0 else []), chosen),
        drawings=overview.trains(facts, text, only=selection.chosen) if selection.chosen else (),
        notes=node(
            "ul",
            join(node("li", note) for note in region_content.notes(context)),
            *newer_surveys(context),
            class_="notes",
        ),
        sources=page_frame.source_note_html(region_content.source_ids(facts, shown), facts, text),
    )


def newer_surveys(context: Context) -> list[Markup]:
    """Links to surveys that are newer than the vacancy figure on the map."""
    facts, text, selection = context.facts, context.text, context.selection
    if vacancy.ID not in selection.layers:
        return []
    items = []
    for town, survey in inventory.newer(context):
        name = facts.places[town.place_id].names[text.lang]
        sentence = text("note.newer_survey", place=name, month=theme.month(survey.day, text.lang))
        streets = permalink.address(permalink.at_place(selection, town.place_id), "straten")
        items.append(
            node("li", f"{sentence} ", door(text("note.newer_survey_door", place=name), streets))
        )
    return items
