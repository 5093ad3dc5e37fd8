"""The map of one town by street, in one survey and one language."""

import shapely

from dashboard.facts.snapshot import Facts
from dashboard.facts.street_records import OUTLINES, TownStreets, TownSurvey
from dashboard.i18n.text import Texts
from dashboard.maps.background import ground
from dashboard.maps.layers import initiatives, premises, streets
from dashboard.maps.scene import Feature, LayerContent, Scene, ViewTarget
from dashboard.maps.shapes import Bounds
from dashboard.maps.street_content import OUTLINE_LAYER, located
from dashboard.maps.wording import wording

# The first view shows the busiest part of an inner city, and all of a smaller town.
_OPENING_M = 300.0
_MARGIN_M = 60.0


def scene(
    facts: Facts,
    town: TownStreets,
    survey: TownSurvey | None,
    text: Texts,
    *,
    measure: str = streets.VACANCY,
) -> Scene:
    """Streets with a column of `measure`, units, located initiatives, outlines of the centre."""
    return Scene(
        layers=(
            streets.town_layer(town, survey, text, measure=measure),
            premises.town_layer(facts, town, survey, text),
            initiatives.initiative_layer(located(facts, town.place_id), facts, text, named=False),
            _outlines(town, text),
        ),
        lang=text.lang,
        texts=wording(text.lang),
        background=ground(facts, text),
        home=home(facts, town),
        inset=False,
    )


def home(facts: Facts, town: TownStreets) -> Bounds:
    """The box around the streets of a town, in RD; around its units where it has no lines."""
    shapes = [street.shape for street in town.streets.values() if street.shape is not None]
    if not shapes:
        newest = town.surveys[-1] if town.surveys else None
        shapes = [facts.places[town.place_id].core, *(unit.point for unit in town.units_of(newest))]
    west, south, east, north = shapely.total_bounds(shapes)
    return west - _MARGIN_M, south - _MARGIN_M, east + _MARGIN_M, north + _MARGIN_M


def goto(facts: Facts, town: TownStreets) -> ViewTarget:
    """Where the map of a town opens: on its core; on all units where it has no lines."""
    if not town.drawn:
        return ViewTarget(f"straten:{town.place_id}", home(facts, town))
    core = facts.places[town.place_id].core
    return ViewTarget(
        f"straten:{town.place_id}",
        (core.x - _OPENING_M, core.y - _OPENING_M, core.x + _OPENING_M, core.y + _OPENING_M),
    )


def _outlines(town: TownStreets, text: Texts) -> LayerContent:
    known = [(name, town.outlines.get(name)) for name in OUTLINES]
    return LayerContent(
        id=OUTLINE_LAYER,
        title=text("street.outline"),
        # No columns: a list of outlines stands below the map.
        columns=(),
        features=tuple(
            Feature(
                id=name,
                geometry=shapely.boundary(shape),
                style="outline",
                name=text(f"street.outline_{name}"),
            )
            for name, shape in known
            if shape is not None
        ),
        pane="streets",
        sentence=text("street.outline"),
        sentence_one=text("street.outline"),
    )
