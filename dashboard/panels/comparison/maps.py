"""The linked maps: one per town, street or year, on one scale."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from dashboard.facts.street_records import Street, TownStreets
from dashboard.maps import region_content
from dashboard.maps.layers import streets as street_layer
from dashboard.maps.scene import Json, ViewTarget
from dashboard.maps.street_content import StreetContent, select_content
from dashboard.panels import map_panel
from dashboard.panels.streets import map as streets_map
from dashboard.selection import permalink
from dashboard.selection.context import Context
from dashboard.selection.streets import StreetChoice

_AROUND_STREET_M = 60.0

Message = Mapping[str, Json]


def of_centres(context: Context, keys: Sequence[str]) -> tuple[Message, ...]:
    """The inner city of each place with its own marks."""
    chosen = context.selection.chosen
    messages = []
    for key in keys:
        there = permalink.at_place(context.selection, key)
        here = replace(context, selection=permalink.choose(replace(there, streets=()), chosen))
        messages.append(map_panel.map_message(here, region_content.select_content(here)))
    return tuple(messages)


def of_streets(
    context: Context, streets: Sequence[Street], known: Mapping[str, StreetContent]
) -> tuple[Message, ...]:
    """Each street set apart on the map of its town, all within a box of one size."""
    drawn = [street for street in streets if street.shape is not None]
    boxes = [street.shape.bounds for street in drawn if street.shape is not None]
    side = max((max(east - west, north - south) for west, south, east, north in boxes), default=0.0)
    messages = []
    for street, (west, south, east, north) in zip(drawn, boxes, strict=True):
        x, y, half = (west + east) / 2, (south + north) / 2, side / 2 + _AROUND_STREET_M
        place = permalink.at_place(context.selection, street.place_id)
        here = permalink.choose(place, f"{street_layer.ID}:{street.key}")
        messages.append(
            streets_map.map_message(
                replace(context, selection=here),
                known[street.place_id],
                ViewTarget(f"street:{street.key}", (x - half, y - half, x + half, y + half)),
            )
        )
    return tuple(messages)


def of_years(context: Context, years: Sequence[str]) -> tuple[Message, ...]:
    """The place in each year: its survey of shops where each year has one, else its figures."""
    selection = context.selection
    by_year = [
        replace(context, selection=replace(selection, years=(int(year), int(year))))
        for year in years
    ]
    town = None if selection.whole_region else context.facts.towns.get(selection.place)
    if town is not None and all(town.survey(here.selection.years) for here in by_year):
        return tuple(_survey(here, town) for here in by_year)
    return tuple(
        map_panel.map_message(here, region_content.select_content(here)) for here in by_year
    )


def _survey(context: Context, town: TownStreets) -> Message:
    whole = replace(context.selection, streets=(), by_street=StreetChoice())
    here = replace(context, selection=whole)
    return streets_map.map_message(here, select_content(here, town))
