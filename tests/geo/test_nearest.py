"""The nearest street of a point: exact, the first of equals, the same with and without numba."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import LineString, MultiLineString, Point, Polygon

import geo.nearest
from geo.crs import RD
from geo.errors import NegativeValueError, WrongCrsError, WrongShapeError
from geo.nearest import nearest, nearest_of_kind

ENGINES = ["numpy", "numba"]


@pytest.fixture(autouse=True)
def _either_engine(monkeypatch):
    """Without numba the loop it would compile runs as plain Python, so both ways are
    always tried.
    """
    monkeypatch.setattr(geo.nearest, "HAS_NUMBA", True)


def points(*pairs, index=None):
    return gpd.GeoSeries([Point(pair) if pair else None for pair in pairs], crs=RD, index=index)


STREETS = gpd.GeoDataFrame(
    {"length": ["x", "y"]},
    geometry=[LineString([(0, 0), (100, 0)]), LineString([(0, 40), (100, 40)])],
    crs=RD,
    index=["marktstraat", "langestraat"],
)


@pytest.mark.parametrize("engine", ENGINES)
def test_point_goes_to_the_nearest_street_with_its_distance(engine):
    found = nearest(points((50, 10), (50, 25), (103, 4), index=[7, 8, 9]), STREETS, engine=engine)
    assert found["street"].to_dict() == {7: "marktstraat", 8: "langestraat", 9: "marktstraat"}
    assert found["distance_m"].tolist() == [10.0, 15.0, 5.0]


@pytest.mark.parametrize("engine", ENGINES)
def test_beyond_the_limit_is_near_nothing(engine):
    found = nearest(points((50, -300), (50, -300.5)), STREETS, max_m=300.0, engine=engine)
    assert found["distance_m"].iloc[0] == 300.0
    assert found.iloc[1].isna().all()


@pytest.mark.parametrize("engine", ENGINES)
def test_of_equals_the_first_is_taken(engine):
    assert nearest(points((50, 20)), STREETS, engine=engine)["street"].tolist() == ["marktstraat"]


@pytest.mark.parametrize("engine", ENGINES)
def test_far_point_is_still_found_when_the_limit_allows(engine):
    found = nearest(points((50, 5_040)), STREETS, max_m=6_000.0, engine=engine)
    assert found["distance_m"].tolist() == [5_000.0]


def test_inside_a_square_the_distance_is_nothing():
    square = Polygon([(0, 0), (200, 0), (200, 200), (0, 200)])
    streets = gpd.GeoSeries([LineString([(-10, 100), (-10, 300)]), square], crs=RD)
    found = nearest(points((100, 100), (-4, 100), (0, 50), (250, 100)), streets)
    assert found["street"].tolist() == [1, 1, 1, 1]
    assert found["distance_m"].tolist() == [0.0, 4.0, 0.0, 50.0]


def test_missing_point_is_near_nothing():
    found = nearest(gpd.GeoSeries([None, Point(), Point(1, 1)], crs=RD), STREETS)
    assert found["street"].isna().tolist() == [True, True, False]


def test_without_streets_nothing_is_near():
    assert nearest(points((0, 0)), STREETS.iloc[:0]).isna().all(axis=None)


def test_without_points_nothing_is_asked():
    assert nearest(points(), STREETS).empty


def test_labels_keep_their_kind():
    by_number = STREETS.set_axis([11, 12])
    assert nearest(points((50, 0), (9_000, 0)), by_number)["street"].dtype == "Int64"
    assert nearest(points((50, 0), (9_000, 0)), STREETS)["street"].dtype == pd.StringDtype(
        na_value=np.nan
    )


def test_zero_length_and_doubled_streets_do_no_harm():
    streets = gpd.GeoSeries(
        [LineString([(5, 5), (5, 5)]), *STREETS.geometry, *STREETS.geometry], crs=RD
    )
    assert nearest(points((50, 1)), streets)["street"].tolist() == [1]


def test_street_of_several_lines_is_one_street():
    streets = gpd.GeoSeries([MultiLineString([[(0, 0), (10, 0)], [(500, 0), (510, 0)]])], crs=RD)
    assert nearest(points((505, 3)), streets)["distance_m"].tolist() == [3.0]


@pytest.mark.parametrize("engine", ENGINES)
def test_agrees_with_sjoin_nearest(engine):
    rng = np.random.default_rng(4)
    start = rng.uniform(0, 3_000, (150, 2))
    lines = gpd.GeoDataFrame(
        geometry=[LineString([a, a + rng.uniform(-200, 200, 2)]) for a in start], crs=RD
    )
    some = gpd.GeoDataFrame(
        geometry=gpd.points_from_xy(*rng.uniform(-600, 3_600, (2, 500))), crs=RD
    )
    expected = gpd.sjoin_nearest(
        some, lines, max_distance=400.0, distance_col="distance_m", how="left"
    )
    found = nearest(some, lines, max_m=400.0, engine=engine)
    assert found["distance_m"].to_numpy() == pytest.approx(
        expected["distance_m"].to_numpy(), abs=1e-9, nan_ok=True
    )
    assert (
        found["street"].fillna(-1).astype(int) == expected["index_right"].fillna(-1).astype(int)
    ).all()


def test_numba_asked_for_but_absent_is_an_error(monkeypatch):
    monkeypatch.setattr(geo.nearest, "HAS_NUMBA", False)
    with pytest.raises(WrongShapeError, match="extra 'scale'"):
        nearest(points((0, 0)), STREETS, engine="numba")


@pytest.mark.parametrize("limit", [0.0, -1.0, np.inf, np.nan])
def test_limit_must_be_a_distance(limit):
    with pytest.raises(NegativeValueError):
        nearest(points((0, 0)), STREETS, max_m=limit)


def test_degrees_are_refused():
    with pytest.raises(WrongCrsError):
        nearest(points((0, 0)), STREETS.to_crs(4326))


def test_areas_are_refused_as_points():
    with pytest.raises(WrongShapeError, match="representative_point"):
        nearest(gpd.GeoSeries([Point(0, 0).buffer(1)], crs=RD), STREETS)


def test_of_a_kind_the_nearest_is_taken_though_another_kind_is_nearer():
    lines = [LineString([(150_000, 500_000 + y), (150_100, 500_000 + y)]) for y in (0, 10, 30)]
    square = Polygon(
        [(150_000, 500_040), (150_100, 500_040), (150_100, 500_060), (150_000, 500_060)]
    )
    streets = gpd.GeoDataFrame(geometry=[*lines, square], crs=RD)
    here = gpd.GeoSeries([Point(150_050, 500_000 + y) for y in (9, 9, 9, 20, 50, 200)], crs=RD)
    found = nearest_of_kind(
        here, np.array([0, 1, 7, 0, 1, 1]), streets, np.array([0, 1, 0, 1]), max_m=100.0
    )
    assert found.tolist() == [0, 1, -1, 2, 3, -1]
    # Any number may stand for a kind; a negative one matches nothing.
    far = nearest_of_kind(
        here[:3], np.array([-9, 0, 10**12]), streets, np.array([-9, 10**12, 0, 0]), max_m=100.0
    )
    assert far.tolist() == [-1, 2, 1]


def test_of_every_kind_alike_it_is_the_nearest():
    luck = np.random.default_rng(0)
    starts = luck.uniform(0, 1000, (300, 2)) + (150_000, 500_000)
    streets = gpd.GeoDataFrame(
        geometry=[LineString([one, one + luck.uniform(-80, 80, 2)]) for one in starts], crs=RD
    )
    here = gpd.GeoSeries(
        [Point(one) for one in luck.uniform(0, 1000, (500, 2)) + (150_000, 500_000)], crs=RD
    )
    alike = nearest_of_kind(
        here, np.zeros(500, dtype=np.int64), streets, np.zeros(300, dtype=np.int64), max_m=40.0
    )
    assert alike.tolist() == nearest(here, streets, max_m=40.0)["street"].fillna(-1).tolist()


@pytest.mark.skipif(not geo.nearest.HAS_NUMBA, reason="numba is absent")
def test_compiled_search_among_a_kind_says_the_same(monkeypatch):
    chance = np.random.default_rng(7)
    here = points(*chance.integers(0, 200, (400, 2)).tolist())
    streets = gpd.GeoDataFrame(
        geometry=[LineString(chance.integers(0, 200, (2, 2)).tolist()) for _ in range(60)], crs=RD
    )
    asked, kind = chance.integers(-1, 5, 400), chance.integers(-1, 4, 60)
    plain = nearest_of_kind(here, asked, streets, kind, max_m=50.0)
    monkeypatch.setattr(geo.nearest, "_WORTH_COMPILING", 1)
    assert nearest_of_kind(here, asked, streets, kind, max_m=50.0).tolist() == plain.tolist()
    assert (plain >= 0).sum() > 100 and (plain < 0).sum() > 50
