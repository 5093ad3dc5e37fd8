"""Where the map of the region opens, and which table opens with it."""

from dashboard.i18n.text import texts
from dashboard.maps import region_content
from dashboard.maps.layers import initiatives
from dashboard.selection import permalink
from dashboard.selection.context import Context
from dashboard.session import visitor
from tests.dashboard import shipped

FACTS = shipped.facts()


def target(**query: str):
    selection, notes = permalink.parse(query, visitor.vocabulary(FACTS, query))
    assert notes == ()
    return region_content.goto(Context(FACTS, texts("nl"), selection))


def test_a_chosen_street_is_shown_close_by_with_its_initiatives():
    near, town = target(plaats="enschede", straat="enschede/oude-markt"), target(plaats="enschede")
    assert near.layer == initiatives.ID and town.layer is None
    assert near.key != town.key
    (west, south, east, north), (left, _, right, _) = near.bounds, town.bounds
    assert east - west < right - left
    spots = [
        row.point
        for row in FACTS.initiatives
        if row.point and "enschede/oude-markt" in row.street_keys
    ]
    assert spots and all(west < spot.x < east and south < spot.y < north for spot in spots)


def test_a_street_without_a_known_spot_leaves_the_map_on_its_town():
    located = {key for row in FACTS.initiatives if row.point for key in row.street_keys}
    without = [key for key in FACTS.street_keys(FACTS.places) if key not in located]
    for key in without[:3]:
        place = key.partition("/")[0]
        assert target(plaats=place, straat=key) == target(plaats=place)
