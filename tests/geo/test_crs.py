"""RD in and out, and what is said of coordinates that cannot be right."""

import geopandas as gpd
import numpy as np
import pytest
from shapely.geometry import Point

from geo.crs import RD, WGS84, Box, inside, is_rd, require_inside, require_rd, to_rd, to_wgs84
from geo.errors import MissingValueError, OutsideBoxError, WrongCrsError, WrongShapeError

# ETRS89 degrees (latitude, longitude) and RD metres by RDNAPTRANS 2018 (release v220627, variant 1,
# as implemented by the validated PyRDNAP 26.8.18), rounded to the millimetre.
RDNAPTRANS = (
    (52.3570, 6.6670, 242182.196, 486225.988),  # Almelo
    (52.3005, 6.7536, 248199.622, 480048.162),  # Borne
    (52.2206, 6.8959, 258089.715, 471352.176),  # Enschede
    (52.2650, 6.7931, 250970.225, 476150.391),  # Hengelo
    (52.3134, 6.9287, 260111.146, 481722.818),  # Oldenzaal
    (52.2553, 6.7600, 248731.362, 475027.970),  # Plein Westermaat
)
TWENTE = Box(220_000.0, 455_000.0, 275_000.0, 505_000.0)


def points(*pairs, crs):
    return gpd.GeoSeries([Point(pair) for pair in pairs], crs=crs)


@pytest.mark.parametrize(("latitude", "longitude", "x_m", "y_m"), RDNAPTRANS)
def test_rd_lands_within_fifteen_centimetres_of_rdnaptrans(latitude, longitude, x_m, y_m):
    found = to_rd(points((longitude, latitude), crs=WGS84)).iloc[0]
    assert np.hypot(found.x - x_m, found.y - y_m) < 0.15


@pytest.mark.parametrize(("latitude", "longitude", "x_m", "y_m"), RDNAPTRANS)
def test_degrees_come_back_longitude_first(latitude, longitude, x_m, y_m):
    found = to_wgs84(points((x_m, y_m), crs=RD)).iloc[0]
    assert (found.x, found.y) == pytest.approx((longitude, latitude), abs=3e-6)


def test_rd_stays_as_it_is():
    layer = points((258_090.0, 471_352.0), crs=RD)
    assert to_rd(layer) is layer
    require_rd(layer)


def test_rd_with_heights_left_out_of_its_name_is_still_rd():
    wkt = gpd.GeoSeries([Point(0, 0)], crs=RD).crs.to_wkt()
    assert is_rd(gpd.GeoSeries([Point(0, 0)], crs=wkt))


def test_degrees_are_refused_with_the_cure():
    with pytest.raises(WrongCrsError, match="expected EPSG:28992, got EPSG:4326: call to_rd first"):
        require_rd(points((6.9, 52.2), crs=WGS84))


@pytest.mark.parametrize(
    "function", [require_rd, to_rd, to_wgs84, lambda layer: require_inside(layer, TWENTE)]
)
def test_no_coordinate_system_is_refused(function):
    with pytest.raises(WrongCrsError, match="got no"):
        function(points((6.9, 52.2), crs=None))


def test_metres_called_degrees_are_refused_on_the_way_in():
    with pytest.raises(OutsideBoxError, match="RD metres called EPSG:4326"):
        to_rd(points((258_090.0, 471_352.0), crs=WGS84))


@pytest.mark.parametrize(
    ("layer", "words"),
    [
        (points((52.22, 6.89), crs=WGS84), "degrees, latitude first"),
        (points((258_090.0, 471_352.0), crs=WGS84), "RD metres called EPSG:4326"),
        (points((6.89, 52.22), crs=RD), "degrees, longitude first, called EPSG:28992"),
        (points((52.22, 6.89), crs=RD), "degrees, latitude first"),
        (points((471_352.0, 258_090.0), crs=RD), "x and y swapped"),
        (points((471_352.0, 258_090.0), crs=WGS84), "x and y swapped"),
        (
            points((52.22, 6.89), crs=WGS84).to_crs(RD),
            "swapped before they were turned into metres",
        ),
        (points((121_000.0, 487_000.0), crs=RD), "right region"),
    ],
)
def test_the_mistake_is_guessed_in_words(layer, words):
    with pytest.raises(OutsideBoxError, match=words):
        require_inside(layer, TWENTE)


def test_the_box_counts_what_lies_outside():
    layer = points((258_090.0, 471_352.0), (6.9, 52.2), crs=RD)
    with pytest.raises(
        OutsideBoxError, match=r"1 of 2 coordinates outside the box 220000,455000 to 275000,505000"
    ):
        require_inside(layer, TWENTE)


def test_right_coordinates_pass_in_either_system():
    require_inside(points((258_090.0, 471_352.0), crs=RD), TWENTE)
    require_inside(points((6.89, 52.22), crs=WGS84), TWENTE)


def test_endless_coordinates_are_refused():
    layer = gpd.GeoSeries(gpd.points_from_xy([np.inf], [1.0]), crs=RD)
    with pytest.raises(MissingValueError, match="1 endless"):
        require_inside(layer, TWENTE)


def test_rows_are_judged_one_by_one():
    layer = gpd.GeoSeries(
        [Point(258_090, 471_352), Point(0, 0), None, Point()], crs=RD, index=list("abcd")
    )
    assert inside(layer, TWENTE).to_dict() == {"a": True, "b": False, "c": False, "d": False}


def test_box_around_a_layer_is_its_extent_and_margin():
    layer = points((1_000.0, 2_000.0), (3_000.0, 5_000.0), crs=RD)
    assert Box.around(layer, margin_m=100.0) == Box(900.0, 1_900.0, 3_100.0, 5_100.0)


def test_box_inside_out_is_refused():
    with pytest.raises(WrongShapeError, match="west <= east"):
        Box(2.0, 0.0, 1.0, 1.0)
