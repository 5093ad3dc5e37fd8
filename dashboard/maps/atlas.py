"""The map of a selection: the scene of a snapshot, what of it is shown, and what must be said
beside it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import ModuleType

from dashboard import citation, naming, pilot, theme
from dashboard.competition import surveys
from dashboard.facts import Facts
from dashboard.maps.background import ground
from dashboard.maps.layers import (
    edge_retail,
    initiatives,
    passers,
    population,
    premises,
    spending_flows,
    streets,
    travellers,
    vacancy,
)
from dashboard.maps.scene import Bounds, Goto, Layer, Scene
from dashboard.maps.tiles import Tiles
from dashboard.maps.wording import with_edge, wording
from dashboard.records import Observation, Place
from dashboard.state import Selection
from dashboard.street import skill
from dashboard.text import Texts
from geo.crs import REACH_M, rd_per_metre_at

# In the order of the table beside the map.
LAYERS: Mapping[str, ModuleType] = {
    module.ID: module
    for module in (
        vacancy,
        initiatives,
        travellers,
        edge_retail,
        population,
        streets,
        premises,
        passers,
        spending_flows,
    )
}
_MARGIN_M = 2_500.0
# A map of a place starts at its inner city; what it reaches is wider.
INNER_CITY_M = 900.0


@dataclass(frozen=True, slots=True)
class Shown:
    """What a selection shows: per layer that is on, its visible features and their class."""

    visible: Mapping[str, Mapping[str, str]]

    @property
    def features(self) -> int:
        """How many features are shown in all."""
        return sum(len(features) for features in self.visible.values())


def shown(facts: Facts, selection: Selection) -> Shown:
    """What of the scene `selection` shows."""
    return Shown(
        {
            key: module.visible(facts, selection)
            for key, module in LAYERS.items()
            if key in selection.layers
        }
    )


def scene(facts: Facts, text: Texts, *, tiles: Tiles | None, link_base: str | None) -> Scene:
    """Every layer of the snapshot in one language, on its background."""
    layers: tuple[Layer, ...] = tuple(module.layer(facts, text) for module in LAYERS.values())
    edge = edge_of(facts)
    return Scene(
        layers=layers,
        lang=text.lang,
        texts=wording(text.lang) if edge is None else with_edge(text.lang, edge.names[text.lang]),
        background=ground(facts, text, around=True),
        home=region_bounds(facts),
        edge=None if edge is None else around(edge),
        # Tiles of the real country under a town that is not there would be a lie.
        tiles=None if facts.example else tiles,
        inset=not facts.example,
        link_base=link_base,
    )


def edge_of(facts: Facts) -> Place | None:
    """The retail site at the edge that a survey of shopping flows tells of; None in a region
    without one.
    """
    survey = surveys.of(facts)
    return None if survey is None else facts.places[survey.edge]


def around(place: Place, reach_m: float = REACH_M) -> Bounds:
    """The box a place reaches, in RD."""
    side = reach_m * rd_per_metre_at(place.core)
    return place.core.x - side, place.core.y - side, place.core.x + side, place.core.y + side


def region_bounds(facts: Facts) -> Bounds:
    """The box around the centres, in RD, with a margin."""
    xs = [place.core.x for place in facts.centres]
    ys = [place.core.y for place in facts.centres]
    return min(xs) - _MARGIN_M, min(ys) - _MARGIN_M, max(xs) + _MARGIN_M, max(ys) + _MARGIN_M


def pair_bounds(one: Place, other: Place, margin_m: float = 1_200.0) -> Bounds:
    """The box that holds two places, in RD, with a margin."""
    xs, ys = (one.core.x, other.core.x), (one.core.y, other.core.y)
    return min(xs) - margin_m, min(ys) - margin_m, max(xs) + margin_m, max(ys) + margin_m


def goto(facts: Facts, selection: Selection) -> Goto:
    """Where the map of `selection` starts: the place, else the whole region."""
    if selection.whole_region:
        return Goto(f"place:{selection.place}", region_bounds(facts))
    return Goto(f"place:{selection.place}", around(facts.places[selection.place], INNER_CITY_M))


def name(facts: Facts, selection: Selection, text: Texts) -> str:
    """The map in words, for those who do not see it: place, layers and period."""
    layers = [text(f"layer.{key}") for key in selection.layers]
    return text(
        "map.spoken",
        place=place_name(facts, selection, text),
        layers=", ".join(layers) or text("map.no_layer"),
        first=selection.years[0],
        last=selection.years[1],
    )


def place_name(facts: Facts, selection: Selection, text: Texts) -> str:
    """The chosen place, or the region; a region of one town goes by its name."""
    return (
        naming.whole(facts, text)
        if selection.whole_region
        else facts.places[selection.place].names[text.lang]
    )


def caption(facts: Facts, text: Texts) -> str:
    """Credit and date that stay in every screenshot of the map."""
    made_up = f"{text('example.short')}. " if facts.example else ""
    return made_up + text("map.caption", consulted=theme.day(facts.consulted, text.lang))


def source_ids(facts: Facts, now: Shown) -> tuple[str, ...]:
    """The sources of what is shown, each once."""
    rows = now.visible
    marks = frozenset(mark for features in rows.values() for mark in features)
    seen = {row.source_id: None for row in facts.observations if row.observation_id in marks}
    if initiatives.ID in rows:
        seen |= {
            row.source_id: None
            for row in facts.initiatives
            if row.initiative_id in rows[initiatives.ID]
        }
    if edge_retail.ID in rows:
        areas = (edge_retail.floor_area(facts, place) for place in edge_retail.sites(facts))
        seen |= {row.source_id: None for row in areas if row is not None}
    if rows.get(travellers.ID):
        seen |= {facts.station_source_id: None}
    if rows.get(passers.ID):
        seen |= dict.fromkeys(facts.counter_source_ids)
    if rows.keys() & {streets.ID, premises.ID}:
        seen |= {source_id: None for town in facts.towns.values() for source_id in town.source_ids}
    return tuple(seen)


def notes(facts: Facts, selection: Selection, text: Texts) -> tuple[str, ...]:
    """What a reader must know beside the layers that are on."""
    found: list[str] = [text("example.note")] if facts.example else []
    if vacancy.ID in selection.layers:
        found.append(_vacancy_note(facts, selection, text))
    if initiatives.ID in selection.layers:
        found += _initiative_notes(facts, selection, text)
    if travellers.ID in selection.layers:
        found += _traveller_notes(facts, selection, text)
    if edge_retail.ID in selection.layers:
        found.append(text("note.edge"))
        if unplaced := edge_retail.unplaced(facts):
            found.append(
                text(
                    "note.edge_unplaced",
                    names="; ".join(facts.said(name, text.lang) for name in unplaced),
                )
            )
    if population.ID in selection.layers and (
        year := population.year_shown(facts, selection.years)
    ):
        found.append(text("note.population", year=year, publisher=_counted_by(facts, text)))
    if {streets.ID, premises.ID} & set(selection.layers):
        found += _street_notes(facts, selection, text)
    if passers.ID in selection.layers:
        found += passers.notes(facts, selection, text)
    if spending_flows.ID in selection.layers:
        found.append(spending_flows.note(facts, selection, text))
    return tuple(found)


def _street_notes(facts: Facts, selection: Selection, text: Texts) -> list[str]:
    centres = [
        place
        for place in facts.centres
        if selection.whole_region or place.place_id == selection.place
    ]
    empty = [place.names[text.lang] for place in centres if place.place_id not in facts.towns]
    there = {
        place.names[text.lang]: facts.towns[place.place_id]
        for place in centres
        if place.place_id in facts.towns
    }
    drawn = {name: town for name, town in there.items() if town.drawn}
    found = [text("street.map_note"), *skill.every(drawn, text)] if drawn else []
    found += [text("inventory.no_streets", place=name) for name in there if name not in drawn]
    if empty:
        where = (
            naming.centres(facts, text) if len(empty) == len(facts.centres) else ", ".join(empty)
        )
        found.append(text("note.streets_empty", place=where))
    return found


def _vacancy_note(facts: Facts, selection: Selection, text: Texts) -> str:
    rows = vacancy.candidates(facts)
    centres = [
        place
        for place in facts.centres
        if selection.whole_region or place.place_id == selection.place
    ]
    seen = [vacancy.headline(rows, place.place_id, selection.years) for place in centres]
    if vacancy.alike(seen):
        (first, *_) = (row for row in seen if row is not None)
        return text("note.vacancy_alike", **_counted(first, text)) + _age(first, facts, text)
    parts = []
    for place, row in zip(centres, seen, strict=True):
        parts.append(
            text("note.vacancy_unknown", place=place.names[text.lang])
            if row is None
            else text("note.vacancy_place", place=place.names[text.lang], **_counted(row, text))
            + _age(row, facts, text)
        )
    return text("note.vacancy", per_place=" ".join(parts))


def _counted_by(facts: Facts, text: Texts) -> str:
    """Who counts the residents."""
    publishers = dict.fromkeys(
        facts.source(row.source_id).publisher for row in population.counts(facts)
    )
    return text("example.credit") if facts.example else ", ".join(publishers)


def _counted(row: Observation, text: Texts) -> dict[str, str]:
    """What a figure of vacancy counts, where and when."""
    what, area = text(f"counted.{row.indicator}"), text(f"area.{row.area_kind}")
    return {"what": what, "area": area, "period": citation.period(row, text)}


def _age(row: Observation, facts: Facts, text: Texts) -> str:
    return " " + text("note.old", year=row.year or 0) if facts.is_old(row) else ""


def initiatives_note(facts: Facts, text: Texts) -> str:
    """What may be said about the number of initiatives; belongs to every count of them."""
    described = len(facts.initiatives)
    if facts.example:
        return text("example.initiatives", described=described)
    if not pilot.told(facts):
        # Of the pilot in Twente nothing is said where nobody told of it.
        return (
            text("note.initiatives_other", described=described)
            if described
            else text("note.initiatives_none")
        )
    first = sum(row.tranche == "first" for row in facts.initiatives)
    return text("note.initiatives", described=described, first=first, unsure=described - first)


def _initiative_notes(facts: Facts, selection: Selection, text: Texts) -> list[str]:
    found = [initiatives_note(facts, text)]
    fitting = initiatives.fitting(facts, selection)
    if selection.streets and (hidden := sum(not row.streets for row in fitting)):
        found.append(text.counted("map.streets_hidden", hidden, count=hidden))
    undated = sum(
        row.start is None and row.end is None for row in initiatives.on_streets(fitting, selection)
    )
    if undated and selection.years != facts.years:
        found.append(text.counted("map.undated_kept", undated, count=undated))
    return found


def _traveller_notes(facts: Facts, selection: Selection, text: Texts) -> list[str]:
    here = [row for row in facts.stations if row.place_id == selection.place]
    station = facts.said(min(row.name for row in here), text.lang) if here else None
    found = [travellers.note(here or facts.stations, text, station=station)]
    year = travellers.year_shown(facts, selection.years)
    if year in travellers.CORONA_YEARS:
        found.append(text("note.travellers_corona", year=year or 0))
    return found
