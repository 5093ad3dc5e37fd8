"""Outlines of centres: clusters of units in metres, circles round a market, and what each makes of
the figures.
"""

import os
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Point, box

from geo import centres
from geo.crs import RD
from geo.errors import NegativeValueError, WrongCrsError, WrongShapeError

REAL = os.environ.get("STADSHART_REAL")


def units(*places, **columns):
    return gpd.GeoDataFrame(
        columns, geometry=[Point(place) if place else None for place in places], crs=RD
    )


def row(number, west=0.0, step_m=20.0):
    return [(west + step_m * at, 0.0) for at in range(number)]


def test_two_shopping_streets_are_two_clusters_the_larger_first():
    found = centres.delineate(units(*row(12, west=2_000.0), *row(30)))
    assert found[["cluster", "units"]].values.tolist() == [[0, 30], [1, 12]]
    assert found.geometry.iloc[0].contains(Point(290, 0))
    assert found.geometry.geom_type.tolist() == ["Polygon", "Polygon"]
    assert found["area_m2"].tolist() == pytest.approx(found.geometry.area.tolist())


def test_every_unit_of_a_cluster_lies_well_inside_its_outline():
    premises = units(*row(30), (290, 90))
    outline = centres.delineate(premises, margin_m=15.0).geometry.iloc[0]
    assert premises.geometry.within(outline).all()
    assert premises.geometry.distance(outline.boundary).min() == pytest.approx(15.0, abs=1.0)


def test_lone_units_are_no_centre():
    assert centres.delineate(units(*row(9))).empty
    assert len(centres.delineate(units(*row(9)), min_units=9, within_m=200.0)) == 1


def test_units_at_one_spot_each_count():
    found = centres.delineate(units(*[(0, 0)] * 12))
    assert found["units"].tolist() == [12]


def test_rim_unit_goes_with_the_nearest_dense_one():
    # Ten shops on either side, four of them in reach of the unit between, which so sees nine with
    # itself.
    west, east = [(-60.0, 0.0)] * 6 + [(0.0, 0.0)] * 4, [(180.0, 0.0)] * 4 + [(240.0, 0.0)] * 6
    label = centres.clusters(np.array([*west, *east, (95.0, 0.0)]), within_m=100.0, min_units=10)
    assert label.tolist() == [0] * 10 + [1] * 10 + [1]


def test_unit_that_sees_enough_joins_both_sides():
    xy = np.array([(0.0, 0.0)] * 5 + [(180.0, 0.0)] * 5 + [(90.0, 0.0)])
    assert set(centres.clusters(xy, within_m=100.0, min_units=10)) == {0}


def test_missing_places_are_left_out_and_areas_count_at_their_middle():
    premises = gpd.GeoSeries(
        [*[Point(place) for place in row(10)], None, Point(), box(0, 0, 10, 10)], crs=RD
    )
    assert centres.delineate(premises)["units"].tolist() == [11]


def test_no_units_have_no_outline():
    found = centres.delineate(units())
    assert found.empty
    assert found.crs == RD
    assert found.columns.tolist() == ["cluster", "units", "area_m2", "geometry"]


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=60),
    st.randoms(use_true_random=False),
)
def test_row_order_changes_nothing_and_all_found_are_covered(places, random):
    places = [(10.0 * x, 10.0 * y) for x, y in places]
    mixed = places.copy()
    random.shuffle(mixed)
    here, there = (
        centres.delineate(units(*some), within_m=60.0, min_units=4) for some in (places, mixed)
    )
    assert here.equals(there)
    assert (here.geometry.geom_type == "Polygon").all()
    assert here.geometry.is_valid.all()
    inside = sum(int(units(*places).geometry.within(outline).sum()) for outline in here.geometry)
    assert inside >= here["units"].sum()


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=50))
def test_clusters_are_those_of_the_definition(places):
    xy = 10.0 * np.array(places, dtype=float)
    label = centres.clusters(xy, within_m=45.0, min_units=4)
    near = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1)) <= 45.0
    dense = near.sum(axis=1) >= 4
    # In a cluster: exactly the points within reach of a dense one. Dense neighbours share theirs.
    assert ((label >= 0) == near[:, dense].any(axis=1)).all()
    both = near & dense[:, None] & dense[None]
    assert (label[:, None] == label[None])[both].all()


@pytest.mark.parametrize(
    "wrong", [{"within_m": 0.0}, {"min_units": 0}, {"margin_m": -1.0}, {"within_m": np.inf}]
)
def test_reach_must_be_a_distance(wrong):
    with pytest.raises(NegativeValueError):
        centres.delineate(units(*row(10)), **wrong)


def test_degrees_are_refused():
    with pytest.raises(WrongCrsError):
        centres.delineate(units(*row(10)).to_crs(4326))


def test_circle_is_four_hundred_metres_round():
    circle = centres.around(gpd.GeoSeries([Point(0, 0)], crs=RD, index=["borne"]))["borne"]
    assert circle.area == pytest.approx(np.pi * 400.0**2, rel=0.001)


def test_no_circle_around_a_point_of_a_gazetteer():
    cores = gpd.GeoSeries(
        [Point(0, 0), Point(9, 9), Point(5, 5)], crs=RD, index=["borne", "almelo", "hengelo"]
    )
    found = centres.around(cores, basis=pd.Series({"almelo": "gazetteer", "borne": "square"}))
    assert found.isna().to_dict() == {"borne": False, "almelo": True, "hengelo": True}


def test_derived_outline_is_the_cluster_at_the_core():
    found = centres.delineate(units(*row(12, west=2_000.0), *row(30)))
    assert centres.derived(found, Point(2_100, 10)).equals(found.geometry.iloc[1])
    assert centres.derived(found, Point(-300, 0)).equals(found.geometry.iloc[0])
    assert centres.derived(found, Point(0, 900)) is None
    assert centres.derived(found.iloc[:0], Point(0, 0)) is None


def test_outlines_move_the_figure():
    premises = units(*row(4), status=["vacant", "in_use", "in_use", "unknown"])
    found = centres.compare(
        premises, {"municipal": box(-5, -5, 25, 5), "derived": box(-5, -5, 100, 5), "400 m": None}
    )
    assert found.loc["municipal", ["units", "vacant_units", "vacant_share"]].tolist() == [
        2.0,
        1.0,
        0.5,
    ]
    assert found.loc["derived", ["units", "vacant_units", "unknown_units"]].tolist() == [
        3.0,
        1.0,
        1.0,
    ]
    assert found.loc["derived", "vacant_share"] == pytest.approx(1 / 3)
    assert found.loc["400 m"].isna().all()


def test_outline_around_nothing_has_no_share():
    found = centres.compare(
        units(*row(2), status=["vacant", "in_use"]), {"elsewhere": box(900, 900, 950, 950)}
    ).loc["elsewhere"]
    assert found["units"] == 0.0
    assert np.isnan(found["vacant_share"])
    assert found["area_m2"] == 2_500.0


def test_surveys_are_compared_apart():
    premises = units(*row(2), *row(2), status=["vacant", "in_use", "in_use", "unknown"]).assign(
        survey=["2023", "2023", "2024", "2024"]
    )
    found = centres.compare(
        premises,
        {"all": box(-5, -5, 25, 5), "none": box(900, 0, 910, 10), "unknown": None},
        by="survey",
    )
    assert found["vacant_share"].loc["all"].to_dict() == {"2023": 0.5, "2024": 0.0}
    assert found["units"].loc["none"].to_dict() == {"2023": 0.0, "2024": 0.0}
    assert found.loc["unknown"].isna().all(axis=None)
    # What holds for one survey alone holds for it among others.
    for survey, own in premises.groupby("survey"):
        alone = centres.compare(own, {"all": box(-5, -5, 25, 5)})
        assert alone.loc["all"].equals(found.xs(survey, level="survey").loc["all"])


def test_units_without_status_are_refused():
    with pytest.raises(WrongShapeError, match="status"):
        centres.compare(units(*row(2)), {"here": box(0, 0, 1, 1)})


@pytest.mark.real
@pytest.mark.skipif(REAL is None, reason="STADSHART_REAL is unset: the real addresses are not here")
def test_real_addresses_make_outlines_that_hold_them():
    path = Path(REAL) / "bag_addresses_amsterdam" / "bag.gpkg"
    addresses = gpd.read_file(path, layer="verblijfsobjecten").to_crs(RD)
    found = centres.delineate(addresses, within_m=50.0)
    assert found["units"].sum() <= len(addresses)
    assert addresses.geometry.within(found.geometry.iloc[0]).sum() >= found["units"].iloc[0]
