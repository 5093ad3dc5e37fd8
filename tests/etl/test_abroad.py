"""A metre is a metre in any country: RD stretches far from home, what is told in metres
does not.
"""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pyproj import Geod
from shapely.geometry import LineString, Point, Polygon

from etl import area as areas
from etl.joins import streets
from geo import crs
from geo.crs import RD, WGS84
from geo.indicators import station_distance
from tests.etl.sources.source_runs import area, place

TOWNS = {
    "hengelo": (6.7925, 52.2667),
    "haslach": (8.0870, 48.2777),
    "warsaw": (21.0122, 52.2297),
    "lisbon": (-9.1393, 38.7139),
    "funchal": (-16.9085, 32.6500),
}
EARTH = Geod(ellps="WGS84")
EVERYWHERE = pytest.mark.parametrize("town", TOWNS)
SIDES = range(0, 360, 30)
RIGHT = 0.001
"""How far a length may be off: a tenth of a per cent."""


def in_rd(*degrees: tuple[float, float]) -> list[Point]:
    return list(
        crs.to_rd(gpd.GeoSeries(gpd.points_from_xy(*zip(*degrees, strict=True)), crs=WGS84))
    )


def walked(town: str, metres: float, towards: float = 90.0) -> tuple[float, float]:
    """The spot so far from the middle of a town, on the ground, by compass."""
    lon, lat, _ = EARTH.fwd(*TOWNS[town], towards, metres)
    return lon, lat


def core(town: str) -> Point:
    return in_rd(TOWNS[town])[0]


def places(town: str, **known: object) -> gpd.GeoDataFrame:
    row = {
        "place_id": town,
        "name_nl": town,
        "role": "centre",
        "municipality_code": None,
        "core": core(town),
    }
    row |= {"core_basis": "square", "boundary_basis": None, "geometry": core(town)} | known
    frame = gpd.GeoDataFrame([row], geometry="geometry", crs=RD)
    return frame.assign(core=gpd.GeoSeries(frame["core"], crs=RD))


def far(shape: shapely.Geometry, town: str) -> np.ndarray:
    """How far on the ground the corners of a shape lie from the middle of a town."""
    corners = gpd.GeoSeries([Point(*xy) for xy in shape.exterior.coords], crs=RD).to_crs(WGS84)
    return np.array([EARTH.inv(*TOWNS[town], corner.x, corner.y)[2] for corner in corners])


@EVERYWHERE
def test_a_place_without_an_outline_reaches_1500_metres(town: str):
    (reaching,) = areas.area_of_places(places(town)).places
    assert far(reaching.reach, town) == pytest.approx(1500.0, rel=RIGHT)
    shown = streets.reach(places(town))[town]
    assert far(shown, town) == pytest.approx(1500.0, rel=RIGHT)


@EVERYWHERE
@pytest.mark.parametrize(("metres", "inside"), [(1490.0, True), (1510.0, False)])
def test_what_lies_within_reach_belongs_to_a_place(town: str, metres: float, inside: bool):
    spots = gpd.GeoSeries(in_rd(*(walked(town, metres, side) for side in SIDES)), crs=RD)
    assert areas.area_of_places(places(town)).owners(spots).notna().tolist() == [inside] * len(
        SIDES
    )


@EVERYWHERE
def test_an_outline_reaches_400_metres_further(town: str):
    outline = Polygon(
        [(spot.x, spot.y) for spot in in_rd(*(walked(town, 500.0, side) for side in SIDES))]
    )
    beyond = streets.reach(places(town, geometry=outline))[town]
    assert far(beyond, town).max() == pytest.approx(900.0, rel=RIGHT)


@EVERYWHERE
def test_the_rectangle_asked_about_is_as_wide_as_it_says(town: str):
    west, south, east, north = areas.area_of_places(places(town)).degrees(margin_m=1000.0)
    lon, lat = TOWNS[town]
    # RD is turned against the compass abroad: the box holds the circle, and no more than its
    # corners.
    for edge in ((west, lat), (east, lat), (lon, south), (lon, north)):
        assert (
            2500.0 * (1 - RIGHT)
            <= EARTH.inv(lon, lat, *edge)[2]
            <= 2500.0 * np.sqrt(2) * (1 + RIGHT)
        )


@EVERYWHERE
def test_coordinates_are_believed_25_kilometres_beyond_the_reach(town: str):
    box = areas.area_of_places(places(town)).box
    middle = core(town)
    right = gpd.GeoSeries([Point(box.east, middle.y)], crs=RD).to_crs(WGS84)[0]
    assert EARTH.inv(*TOWNS[town], right.x, right.y)[2] == pytest.approx(26_500.0, rel=0.005)


@EVERYWHERE
def test_a_street_is_as_long_as_it_is(town: str):
    line = LineString(in_rd(TOWNS[town], walked(town, 1000.0)))
    lines = gpd.GeoDataFrame({"name": ["Long"], "highway": ["pedestrian"]}, geometry=[line], crs=RD)
    measured = streets.streets(lines, places(town))
    assert measured.streets["length_m"].tolist() == pytest.approx([1000.0], rel=RIGHT)
    assert measured.streets.geometry.iloc[0].equals_exact(shapely.normalize(line), 0.001), (
        "it is stored as it lies in RD"
    )
    assert measured.parts.lengths_m == pytest.approx([1000.0], rel=RIGHT)


def test_a_street_abroad_draws_as_many_people_as_the_same_one_at_home():
    def footfall(town: str) -> list[float]:
        ends = [
            [walked(town, metres, side) for metres in (0.0, 150.0, 300.0)]
            for side in (0.0, 90.0, 180.0)
        ]
        shapes = [LineString(in_rd(*line)) for line in ends]
        lines = gpd.GeoDataFrame(
            {"name": list("abc"), "highway": "pedestrian"}, geometry=shapes, crs=RD
        )
        table = streets.streets(lines, places(town)).streets
        return sorted(table["footfall_proxy"])

    assert footfall("lisbon") == pytest.approx(footfall("hengelo"), rel=0.002)


@EVERYWHERE
def test_an_area_is_as_large_as_it_is(town: str):
    square = Polygon(
        [
            (spot.x, spot.y)
            for spot in in_rd(*(walked(town, 707.1068, side) for side in (45, 135, 225, 315)))
        ]
    )
    assert crs.area_m2(square) == pytest.approx(1_000_000.0, rel=2 * RIGHT)


@EVERYWHERE
def test_the_way_to_the_station_is_as_long_as_it_is(town: str):
    stops = gpd.GeoDataFrame(
        {"stop_id": ["s"], "year": [2024], "kind": ["train_station"]},
        geometry=in_rd(walked(town, 800.0)),
        crs=RD,
    )
    found = station_distance.compute({"places": places(town), "stops": stops})
    assert found["value"].tolist() == pytest.approx([800.0], rel=RIGHT)


def test_in_the_netherlands_a_metre_of_rd_is_a_metre():
    corners = in_rd((3.36, 51.37), (7.09, 53.45), (5.69, 50.75), (6.89, 52.22), (7.02, 52.21))
    assert crs.rd_per_metre(
        [spot.x for spot in corners], [spot.y for spot in corners]
    ).tolist() == [1.0] * len(corners)


def test_two_spots_of_a_name_are_one_station_within_500_metres_on_the_ground():
    assert crs.distance_m(*in_rd(TOWNS["lisbon"], walked("lisbon", 495.0))) == pytest.approx(
        495.0, rel=RIGHT
    )
    # In RD it would be more than 500.
    one, other = in_rd(TOWNS["lisbon"], walked("lisbon", 495.0))
    assert one.distance(other) > 500.0


def test_a_made_up_place_reaches_as_far_as_a_real_one():
    assert area().places[0].reach.equals(place().reach)
