"""The map with its table and legend on the page, in full and as the small one of the
opening view.
"""

from collections.abc import Mapping
from dataclasses import replace

from dashboard import tables, visit
from dashboard.competition import surveys
from dashboard.component import map_component
from dashboard.facts import Facts
from dashboard.maps import atlas
from dashboard.maps.atlas import Shown
from dashboard.maps.scene import Json, Selected, ViewTarget, message
from dashboard.state import Selection
from dashboard.text import Texts


def full(told: Mapping[str, Json], text: Texts) -> None:
    """The map that `told` describes; a click in it becomes the visit's choice before
    the next run.
    """
    map_component(told, key="map", lang=text.lang, on_select=_choose)


def told(facts: Facts, selection: Selection, shown: Shown, text: Texts) -> Mapping[str, Json]:
    """What the map is told of a selection and of what that shows."""
    return message(
        tables.scene_files(text.lang),
        shown.visible,
        name=atlas.name(facts, selection, text),
        caption=atlas.caption(facts, text),
        selected=_selected(selection, shown),
        goto=atlas.goto(facts, selection),
    )


def opening(selection: Selection, facts: Facts, text: Texts) -> None:
    """The retail site at the edge and the city it lies in, with what is known of both; where no
    survey tells of one, the first inner city.
    """
    survey = surveys.of(facts)
    pair = survey is not None and survey.home in facts.places
    home = survey.home if pair else facts.centres[0].place_id
    asked = replace(
        selection, place=home, layers=visit.vocabulary(facts).opening_layers, streets=()
    )
    map_component(
        message(
            tables.scene_files(text.lang),
            atlas.shown(facts, asked).visible,
            name=atlas.name(facts, asked, text),
            caption=atlas.caption(facts, text),
            goto=(
                ViewTarget(
                    "opening",
                    atlas.pair_bounds(facts.places[survey.home], facts.places[survey.edge]),
                )
                if pair
                else atlas.goto(facts, asked)
            ),
        ),
        key="opening_map",
        lang=text.lang,
        compact=True,
        on_select=_choose,
    )


def _choose(clicked: Selected | None) -> None:
    # Before the run that follows a click: the visit remembers the choice, the address follows.
    visit.choose(None if clicked is None else str(clicked))


def _selected(selection: Selection, shown: Shown) -> Selected | None:
    if selection.chosen is None:
        return None
    layer, _, item = selection.chosen.partition(":")
    return Selected(layer, item) if item in shown.visible.get(layer, ()) else None
