"""The map of the region: its scene, what a selection shows of it, and its notes."""

from collections.abc import Mapping
from dataclasses import dataclass

import shapely

from dashboard.analysis.competition import surveys
from dashboard.facts.records import RetailPlace
from dashboard.facts.snapshot import Facts
from dashboard.i18n.text import Texts
from dashboard.maps import layers, place_figure
from dashboard.maps.background import ground
from dashboard.maps.layers.initiatives import ID as INITIATIVES
from dashboard.maps.scene import Scene, ViewTarget
from dashboard.maps.shapes import Bounds
from dashboard.maps.wording import with_edge, wording
from dashboard.selection.context import Context
from dashboard.sentences import region_names
from dashboard.style import theme
from geo.crs import REACH_M, rd_per_metre_at

_MARGIN_M = 2_500.0
# A map of a place opens on its inner city, which is smaller than its reach.
INNER_CITY_M = 900.0


@dataclass(frozen=True, slots=True)
class RegionContent:
    """What a selection shows: per visible layer its visible features and their class."""

    visible: Mapping[str, Mapping[str, str]]

    @property
    def features(self) -> int:
        """The number of visible features in all layers."""
        return sum(len(features) for features in self.visible.values())


def select_content(context: Context) -> RegionContent:
    """What `selection` shows of the scene."""
    return RegionContent(
        {
            layer.id: layer.visible(context)
            for layer in layers.by_id().values()
            if layer.id in context.selection.layers
        }
    )


def scene(facts: Facts, text: Texts) -> Scene:
    """Every layer of the snapshot in one language, on its background."""
    edge = edge_of(facts)
    return Scene(
        layers=tuple(layer.content(facts, text) for layer in layers.by_id().values()),
        lang=text.lang,
        texts=wording(text.lang) if edge is None else with_edge(text.lang, edge.names[text.lang]),
        background=ground(facts, text, around=True),
        home=region_bounds(facts),
        edge=None if edge is None else reach_bounds(edge),
        inset=not facts.example,
    )


def edge_of(facts: Facts) -> RetailPlace | None:
    """The retail site at the edge in the survey of shopping flows; None without one."""
    survey = surveys.survey_of(facts)
    return None if survey is None else facts.places[survey.edge]


def reach_bounds(place: RetailPlace, reach_m: float = REACH_M) -> Bounds:
    """The box around the core of a place, in RD; `reach_m` in metres on the ground."""
    side = reach_m * rd_per_metre_at(place.core)
    return place.core.x - side, place.core.y - side, place.core.x + side, place.core.y + side


def region_bounds(facts: Facts) -> Bounds:
    """The box around the centres, in RD, with a margin."""
    return facts.derived(_region_bounds)


def _region_bounds(facts: Facts) -> Bounds:
    xs = [place.core.x for place in facts.centres]
    ys = [place.core.y for place in facts.centres]
    return min(xs) - _MARGIN_M, min(ys) - _MARGIN_M, max(xs) + _MARGIN_M, max(ys) + _MARGIN_M


def pair_bounds(first: RetailPlace, second: RetailPlace, margin_m: float = 1_200.0) -> Bounds:
    """The box around two places, in RD, with a margin."""
    xs, ys = (first.core.x, second.core.x), (first.core.y, second.core.y)
    return min(xs) - margin_m, min(ys) - margin_m, max(xs) + margin_m, max(ys) + margin_m


def goto(context: Context) -> ViewTarget:
    """Where the map of `selection` opens: on chosen streets, else the place or whole region."""
    facts, selection = context.facts, context.selection
    spots = [
        row.point
        for row in facts.initiatives
        if row.point is not None and not set(row.street_keys).isdisjoint(selection.streets)
    ]
    if spots:
        west, south, east, north = shapely.total_bounds(spots)
        side = INNER_CITY_M / 2
        return ViewTarget(
            f"streets:{','.join(selection.streets)}",
            (west - side, south - side, east + side, north + side),
            layer=INITIATIVES,
        )
    if selection.whole_region:
        return ViewTarget(f"place:{selection.place}", region_bounds(facts))
    return ViewTarget(
        f"place:{selection.place}", reach_bounds(facts.places[selection.place], INNER_CITY_M)
    )


def name(context: Context) -> str:
    """The map in words for screen readers: place, layers and period."""
    text, selection = context.text, context.selection
    titles = [layers.by_id()[key].title.text(text.lang) for key in selection.layers]
    return text(
        "map.spoken",
        place=region_names.selected(context),
        layers=", ".join(titles) or text("map.no_layer"),
        first=selection.years[0],
        last=selection.years[1],
    )


def caption(facts: Facts, text: Texts) -> str:
    """The credit and date in every screenshot of the map."""
    made_up = f"{text('example.short')}. " if facts.example else ""
    return made_up + text("map.caption", consulted=theme.day(facts.consulted, text.lang))


def source_ids(facts: Facts, content: RegionContent) -> tuple[str, ...]:
    """The sources of the visible features, each once."""
    features = frozenset(feature for visible in content.visible.values() for feature in visible)
    sources = {row.source_id: None for row in place_figure.figures(facts, features)}
    for layer in layers.listed("sources"):
        if layer.id in content.visible:
            layer_features = content.visible[layer.id]
            sources |= {row.source_id: None for row in layer.figures(facts, layer_features)}
            sources |= dict.fromkeys(layer.source_ids(facts, layer_features))
    return tuple(sources)


def notes(context: Context) -> tuple[str, ...]:
    """What a reader must know about the visible layers, each sentence once."""
    sentences = [context.text("example.note")] if context.facts.example else []
    for layer in layers.by_id().values():
        if layer.id in context.selection.layers:
            sentences += layer.notes(context)
    return tuple(dict.fromkeys(sentences))
