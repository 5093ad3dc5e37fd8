"""Which part of the world a picture of the map shows."""

from collections.abc import Sequence

import geopandas as gpd
import shapely
from shapely.geometry.base import BaseGeometry

from dashboard.facts.street_records import TownStreets
from dashboard.maps import layers, region_content
from dashboard.maps.scene import Scene
from dashboard.maps.shapes import Bounds, to_degrees
from dashboard.selection.context import Context
from dashboard.selection.permalink import Extent
from geo.crs import to_rd

_EDGE_MARGIN_M = 2_000.0
_BEYOND_DEGREES = 1.5
_STREET_MARGIN_M = 60.0
_LEAST_M = 250.0
_STREETS = frozenset({"road", "building"})


def extent(context: Context, scene: Scene) -> Bounds:
    """The least extent of the map, in RD: the link's view, else the place or the region."""
    facts, selection = context.facts, context.selection
    if selection.extent is not None and (seen := _in_rd(selection.extent, scene.home)) is not None:
        return seen
    if selection.whole_region or bare(context, scene):
        cores = [place.core for place in facts.places.values() if place.role != "abroad"]
        west, south, east, north = shapely.total_bounds(cores).tolist()
        more = _EDGE_MARGIN_M
        return west - more, south - more, east + more, north + more
    place = facts.places[selection.place]
    town = facts.towns.get(selection.place)
    if town is None:
        return region_content.reach_bounds(place)
    streets = [town.streets[key] for key in selection.streets if key in town.streets]
    chosen = [street.shape for street in streets if street.shape is not None]
    west, south, east, north = shapely.total_bounds(
        chosen or _of_town(context, scene, town)
    ).tolist()
    return (
        west - _STREET_MARGIN_M,
        south - _STREET_MARGIN_M,
        east + _STREET_MARGIN_M,
        north + _STREET_MARGIN_M,
    )


def _of_town(context: Context, scene: Scene, town: TownStreets) -> Sequence[BaseGeometry]:
    """What a map of the town must show: the frames of its layers, else core and central marks."""
    core = context.facts.places[town.place_id].core
    centre = core.buffer(region_content.INNER_CITY_M)
    frames = _layer_frames(context, town)
    if frames:
        return [shape for frame in frames for shape in frame] or [centre]
    visible = region_content.select_content(context).visible
    marks = [
        feature.geometry
        for layer in scene.layers
        for feature in layer.features
        if feature.id in visible.get(layer.id, ())
        and feature.geometry is not None
        and centre.contains(feature.geometry)
    ]
    return [core.buffer(_LEAST_M), *marks]


def _layer_frames(context: Context, town: TownStreets) -> list[Sequence[BaseGeometry]]:
    return [
        frame
        for layer_id in context.selection.layers
        if (frame := layers.by_id()[layer_id].town_frame(context.facts, town)) is not None
    ]


def _has_streets(context: Context, scene: Scene) -> bool:
    town = context.facts.towns.get(context.selection.place)
    if town is not None and (town.drawn or any(_layer_frames(context, town))):
        return True
    return any(kind in _STREETS for kind, _ in scene.background.shapes)


def _in_rd(view: Extent, home: Bounds) -> Bounds | None:
    """The view of a link in RD; None when it looks at another part of the world."""
    view_box = shapely.box(*view)
    if not shapely.box(*to_degrees(home)).buffer(_BEYOND_DEGREES).contains(view_box):
        return None
    west, south, east, north = to_rd(gpd.GeoSeries([view_box], crs="EPSG:4326")).total_bounds
    return float(west), float(south), float(east), float(north)


def bare(context: Context, scene: Scene) -> bool:
    """Whether the map is of one town without known streets; figure cards then carry the picture."""
    return not context.selection.whole_region and not _has_streets(context, scene)
