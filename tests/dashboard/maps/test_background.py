"""The own background: shapes of the snapshot in drawing order, the outlines of areas, and whom to
credit.
"""

import pytest

from dashboard.facts.snapshot import Facts
from dashboard.maps.background import background
from dashboard.style import theme
from data import catalogue
from tests.dashboard import shipped
from tests.etl.made_up_town import Town, serve_normal_answers
from tests.etl.upstream import FastClock, Upstream


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    """A town with streets, water, a building and its municipality."""
    with Upstream() as world:
        serve_normal_answers(world)
        made = Town(tmp_path_factory.mktemp("town"), world, FastClock())
        made.run()
    return Facts(catalogue.open(made.data))


@pytest.mark.slow
def test_shapes_come_from_the_ground_up_with_the_outline_of_the_municipality_under_the_roads(
    town: Facts,
):
    kinds = list(dict.fromkeys(kind for kind, _ in background(town, "nl").shapes))
    assert kinds == ["water", "building", "municipality", "road", "rail"]
    assert set(kinds) <= theme.BACKGROUND.keys()


def test_an_area_is_drawn_as_a_line_so_that_it_covers_nothing(town: Facts):
    shapes = background(town, "nl").shapes
    assert {shape.geom_type for kind, shape in shapes if kind == "municipality"} <= {
        "LineString",
        "MultiLineString",
    }


def test_whoever_drew_it_is_credited(town: Facts):
    assert background(town, "nl").credit == "© OpenStreetMap-bijdragers; Bron: CBS, via PDOK"


def test_the_sketch_that_ships_has_no_areas():
    kinds = {kind for kind, _ in background(shipped.facts(), "nl").shapes}
    assert kinds == {"land_de", "land_nl", "rail", "border"}


def test_a_sketch_names_the_places_around_once_and_the_largest_first():
    drawn = background(shipped.facts(), "nl", around=True)
    around = [place.name for place in drawn.around]
    assert around[:2] == ["Lingen", "Doetinchem"] and "Haaksbergen" in around
    assert not {place.name for place in drawn.names} & set(around)
    assert background(shipped.facts(), "nl").around == ()


def test_a_sketch_knows_the_stations_for_orientation_close_by(town: Facts):
    stations = background(shipped.facts(), "nl").stations
    names = [station.name for station in stations]
    assert "Station Hengelo" in names and len(names) == len(set(names))
    # Where the streets are mapped nobody needs them.
    assert background(town, "nl").stations == ()
