"""What the dashboard tells in metres of a town abroad is in metres on the ground."""

from datetime import UTC, datetime
from pathlib import Path

import geopandas as gpd
import pytest
from pyproj import Geod
from shapely.geometry import Point

from dashboard.facts.snapshot import Facts
from dashboard.maps import region_content
from dashboard.press.drawing.label_placement import PageBox
from dashboard.press.drawing.map_frame import Window, scale_bar_m
from data import catalogue
from data.snapshot import publish
from geo.crs import RD, WGS84, to_rd
from tests import town

LISBON = (-9.1393, 38.7139)
EARTH = Geod(ellps="WGS84")


def east(metres: float) -> Point:
    """The spot so many metres on the ground from the middle of Lisbon, in RD."""
    lon, lat, _ = EARTH.fwd(*LISBON, 90.0, metres)
    return to_rd(gpd.GeoSeries([Point(lon, lat)], crs=WGS84))[0]


def on_ground(one: Point, other: Point) -> float:
    """Metres on the ground between two spots in RD."""
    spots = gpd.GeoSeries([one, other], crs=RD).to_crs(WGS84)
    return EARTH.inv(spots[0].x, spots[0].y, spots[1].x, spots[1].y)[2]


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    stations = [
        {"stop_id": name, "name": f"Station {name}", "year": 2023, "geometry": east(metres)}
        for name, metres in (("near", 1490.0), ("far", 1510.0))
    ]
    unknown = dict.fromkeys(("municipality_code", "boundary_basis", "profile"))
    lisbon = {
        "place_id": "lisboa",
        "core": east(0.0),
        "geometry": east(0.0),
        "core_basis": "square",
        **unknown,
    }
    tables = {"places": town.places(lisbon), "stops": town.stops(*stations)}
    folder: Path = tmp_path_factory.mktemp("lisbon")
    named = {name: ids for name, ids in town.table_sources().items() if name in tables}
    noon = datetime(2024, 3, 3, 12, tzinfo=UTC)
    publish.publish(folder, tables, town.sources(), named, published=noon)
    return Facts(catalogue.open(folder), beyond=False)


def test_a_station_belongs_to_the_place_within_1500_metres(facts: Facts):
    assert {row.stop_id: row.place_id for row in facts.stations} == {"near": "lisboa", "far": None}


def test_the_map_of_a_place_shows_what_it_reaches(facts: Facts):
    west, south, right, north = region_content.reach_bounds(facts.places["lisboa"])
    middle = Point((west + right) / 2, (south + north) / 2)
    assert on_ground(middle, Point(right, middle.y)) == pytest.approx(1500.0, rel=0.001)


def test_the_scale_bar_is_as_long_as_it_says():
    core = east(0.0)
    window = Window(
        (core.x - 1000, core.y - 1000, core.x + 1000, core.y + 1000),
        PageBox(0.0, 0.0, 500.0, 500.0),
    )
    drawn = scale_bar_m(window, 130.0) * window.units_per_ground_m
    there = Point(core.x + drawn / window.units_per_m, core.y)
    assert on_ground(core, there) == pytest.approx(500.0, rel=0.001)
