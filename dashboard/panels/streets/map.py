"""The map of a town by street, with its table."""

from collections.abc import Mapping

from dashboard.analysis import street_measures
from dashboard.component import map_component
from dashboard.i18n.text import Texts
from dashboard.maps import street_map
from dashboard.maps.scene import Json, ViewTarget, message
from dashboard.maps.street_content import StreetContent
from dashboard.panels import map_panel
from dashboard.selection.context import Context
from dashboard.session import cache
from dashboard.style import theme


def show(content: Mapping[str, Json], text: Texts) -> None:
    """Draw the map of a message; a click becomes the visit's choice before the next run."""
    map_component(content, key="street_map", lang=text.lang, on_select=map_panel.choose)


def map_message(
    context: Context, shown: StreetContent, goto: ViewTarget | None = None
) -> Mapping[str, Json]:
    """The map's message for a selection and what it shows; it opens on the core of the town."""
    facts, text = context.facts, context.text
    town, survey = shown.town, shown.survey
    records = [facts.source(source_id) for source_id in town.source_ids]
    publishers = dict.fromkeys(record.credit or record.publisher for record in records)
    made_up = f"{text('example.short')}. " if facts.example else ""
    caption = "straten.caption"
    if not town.drawn:
        caption = "inventory.caption"
    return message(
        cache.street_files(
            town.place_id, None if survey is None else survey.survey, text.lang, shown.measure.id
        ),
        shown.visible,
        name=text(
            "straten.spoken",
            place=facts.places[town.place_id].names[text.lang],
            streets=theme.number(len(shown.streets), text.lang),
            units=theme.number(len(shown.units), text.lang),
            measure=text(f"street.measure_{shown.measure.id}"),
        ),
        caption=made_up + text(caption, sources="; ".join(publishers)),
        selected=map_panel.selected(context.selection, shown.visible),
        goto=goto or street_map.goto(facts, town),
        words=street_measures.legend(shown.measure, text),
    )
