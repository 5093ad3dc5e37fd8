"""The laws of the modelled footfall, what it does with little, and its skill against counts."""

import os
import subprocess
import sys
from pathlib import Path
from unittest.mock import patch

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import affinity
from shapely.geometry import LineString, Point, Polygon

from geo import betweenness, footfall, reach
from geo.crs import RD
from geo.errors import (
    MissingValueError,
    NegativeValueError,
    WrongCrsError,
    WrongShapeError,
)
from geo.footfall import Weights
from tests.geo.street_grid import core, grid, layer, shops

REAL = os.environ.get("STADSHART_REAL")


# One straight street of 1,500 m in sections of 100 m, with the core at its western end.
HIGH_STREET = layer(*[[(100.0 * at, 0.0), (100.0 * at + 100.0, 0.0)] for at in range(15)])


def test_falls_fifteen_per_cent_with_every_hundred_metres():
    found = footfall.proxy(HIGH_STREET, cores=core(), weights=Weights(walkability=0.0))
    assert (found.to_numpy()[2:] / found.to_numpy()[1:-1]) == pytest.approx(
        np.full(13, 0.85), abs=1e-4
    )


def test_decays_with_distance_from_the_core():
    assert footfall.proxy(HIGH_STREET, cores=core()).is_monotonic_decreasing


def test_at_the_core_it_is_the_most_there_can_be():
    found = footfall.proxy(
        layer([(0, 0), (20, 0)]), cores=core(10.0), weights=Weights(walkability=0.0)
    )
    assert found.tolist() == [pytest.approx(100.0, abs=1e-3)]


def test_lies_between_nought_and_a_hundred_on_the_index_of_the_streets():
    streets = grid().rename(index="street {}".format)
    stops = layer(Point(100, 100), boardings_per_workday=[1e9])
    found = footfall.proxy(
        streets, cores=core(300, 300), attractions=shops(*[(300, 300)] * 5_000), stops=stops
    )
    assert found.index.equals(streets.index)
    assert found.name == "footfall_proxy"
    assert found.between(0.0, 100.0).all()


@pytest.mark.slow
@settings(max_examples=10, deadline=None)
@given(
    st.lists(st.tuples(st.integers(-50, 700), st.integers(-50, 700)), min_size=1, max_size=6),
    st.lists(st.tuples(st.integers(-50, 700), st.integers(-50, 700)), min_size=0, max_size=6),
)
def test_more_shops_never_lower_it(more, some):
    streets = grid(4)
    few, many = (
        footfall.proxy(streets, cores=core(), attractions=shops(*places))
        for places in (some, some + more)
    )
    assert (many >= few - 1e-9).all()


def test_a_busier_station_never_lowers_it():
    streets = grid(4)
    quiet, busy = (
        footfall.proxy(
            streets, cores=core(), stops=layer(Point(300, 300), boardings_per_workday=[number])
        )
        for number in (500, 20_000)
    )
    assert (busy > quiet).all()


def test_far_away_network_changes_nothing():
    near, far = grid(5), grid(5, west=40_000.0)
    both = pd.concat([near, far], ignore_index=True)
    things = {
        "attractions": shops((100, 100), (40_100, 100)),
        "stops": layer(Point(0, 50), boardings_per_workday=[900]),
    }
    alone, together = (footfall.proxy(streets, cores=core(), **things) for streets in (near, both))
    assert together.iloc[: len(near)].to_numpy() == pytest.approx(alone.to_numpy(), abs=1e-9)


def test_row_order_changes_nothing():
    streets, visits = grid(5), shops((100, 130), (310, 90), (205, 205))
    here = footfall.proxy(streets, cores=core(), attractions=visits)
    there = footfall.proxy(streets.iloc[::-1], cores=core(), attractions=visits.iloc[::-1])
    assert there.loc[here.index].to_numpy() == pytest.approx(here.to_numpy(), abs=1e-9)


def test_origin_of_coordinates_changes_nothing():
    def moved(some, by=100_000.0):
        return some.set_geometry(
            some.geometry.apply(affinity.translate, xoff=by, yoff=by).set_crs(RD)
        )

    streets, visits = grid(5), shops((100, 130), (310, 90))
    here = footfall.proxy(streets, cores=core(), attractions=visits)
    there = footfall.proxy(
        moved(streets), cores=core(100_000.0, 100_000.0), attractions=moved(visits)
    )
    assert there.to_numpy() == pytest.approx(here.to_numpy(), abs=1e-6)


def ways(number):
    """Ways of two to four bends on a small raster: they cross themselves and each other, double,
    and fall apart.
    """
    spot = st.tuples(st.integers(0, 5), st.integers(0, 5)).map(
        lambda at: (70.0 * at[0], 70.0 * at[1])
    )
    return st.lists(st.lists(spot, min_size=2, max_size=4), min_size=1, max_size=number)


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(
    ways(14),
    st.lists(st.tuples(st.integers(-100, 500), st.integers(-100, 500)), max_size=5),
    st.tuples(st.integers(-200, 600), st.integers(-200, 600)),
    st.randoms(use_true_random=False),
)
def test_neither_order_nor_origin_nor_a_far_network_counts_in_any_town(
    lines, visits, middle, random
):
    streets, attractions = layer(*lines), shops(*visits)
    here = footfall.proxy(streets, cores=core(*middle), attractions=attractions)
    assert here.between(0.0, 100.0).all()

    order = list(streets.index)
    random.shuffle(order)
    shuffled = footfall.proxy(
        streets.loc[order], cores=core(*middle), attractions=attractions.iloc[::-1]
    )
    assert shuffled.loc[here.index].to_numpy() == pytest.approx(here.to_numpy(), abs=1e-9)

    moved = (
        layer.set_geometry(layer.translate(200_000.0, 450_000.0))
        for layer in (streets, attractions)
    )
    elsewhere = footfall.proxy(
        next(moved),
        cores=core(200_000.0 + middle[0], 450_000.0 + middle[1]),
        attractions=next(moved),
    )
    assert elsewhere.to_numpy() == pytest.approx(here.to_numpy(), abs=1e-6)

    both = pd.concat([grid(6, west=30_000.0), streets], ignore_index=True)
    together = footfall.proxy(both, cores=core(*middle), attractions=attractions)
    assert together.iloc[-len(streets) :].to_numpy() == pytest.approx(here.to_numpy(), abs=1e-9)


@pytest.mark.parametrize(
    ("lines", "visits", "middle"),
    [
        # A piece that two ways share; a core as far from one part as from another; a bridge of an
        # odd millimetre.
        ([[(0, 140), (140, 140), (280, 0)], [(280, 0), (140, 140)]], [(279, 274)], (-8, 169)),
        (
            [
                [(140, 70), (0, 70), (0, 0)],
                [(0, 140), (280, 140), (0, 350)],
                [(140, 140), (280, 0)],
            ],
            [(38, 251)],
            (70, 140),
        ),
        ([[(0, 0), (0, 70)], [(70, 140), (140, 0)]], [], (0, 70)),
        # A visit as near to four corners; two ways whose middles are one spot; a bridge of just 100
        # m.
        ([[(0, 0), (70, 0)], [(0, 70), (70, 70)]], [(35, 35)], (300, 300)),
        ([[(0, 0), (70, 70)], [(0, 70), (70, 0)]], [(35, 35)], (0, 0)),
        (
            [
                [(0, 0), (100, 0)],
                [(200, 0), (300, 0)],
                [(0, 100), (100, 100)],
                [(200, 100), (300, 100)],
            ],
            [],
            (300, 100),
        ),
    ],
)
def test_ties_are_broken_by_nothing_that_does_not_count(lines, visits, middle):
    streets, attractions = layer(*lines), shops(*visits)
    here = footfall.proxy(streets, cores=core(*middle), attractions=attractions)
    turned = footfall.proxy(streets.iloc[::-1], cores=core(*middle), attractions=attractions)
    assert turned.loc[here.index].to_numpy() == pytest.approx(here.to_numpy(), abs=1e-9)
    shift = (0.1, 0.7)
    moved = (some.set_geometry(some.translate(*shift)) for some in (streets, attractions))
    elsewhere = footfall.proxy(
        next(moved), cores=core(middle[0] + 0.1, middle[1] + 0.7), attractions=next(moved)
    )
    assert elsewhere.to_numpy() == pytest.approx(here.to_numpy(), abs=1e-9)
    both = pd.concat([grid(6, west=-30_000.0), streets], ignore_index=True)
    together = footfall.proxy(both, cores=core(*middle), attractions=attractions)
    assert together.iloc[-len(streets) :].to_numpy() == pytest.approx(here.to_numpy(), abs=1e-9)


def test_compiled_loops_give_the_same_answers():
    streets, visits = grid(5), shops(*[(37.0 * at % 400, 91.0 * at % 400) for at in range(40)])
    # Without numba the very same loops run as plain Python.
    with patch.object(betweenness, "HAS_NUMBA", True), patch.object(reach, "HAS_NUMBA", True):
        compiled = footfall.proxy(streets, cores=core(), attractions=visits, engine="numba")
    plain = footfall.proxy(streets, cores=core(), attractions=visits, engine="scipy")
    assert compiled.to_numpy() == pytest.approx(plain.to_numpy(), abs=1e-9)


def test_what_is_not_given_does_not_count():
    streets = grid(4)
    found = footfall.evidence(streets, cores=core())
    assert found.columns.tolist() == ["core_distance_m", "over_network", "core", "walkability"]
    assert footfall.proxy(streets, cores=core()).gt(0).all()


def test_nearest_of_the_cores_counts():
    cores = gpd.GeoSeries([Point(0, 0), Point(1500, 0)], crs=RD, index=["almelo", "borne"])
    found = footfall.proxy(HIGH_STREET, cores=cores)
    assert found.iloc[0] == pytest.approx(found.iloc[14])
    assert found.iloc[7] == found.min()


def test_distance_goes_round_the_block_not_through_it():
    street = layer([(0, 0), (0, 200), (200, 200), (200, 0)], [(200, 0), (220, 0)])
    found = footfall.evidence(street, cores=core())
    assert found["core_distance_m"].iloc[1] == pytest.approx(610.0, abs=0.1)


def test_street_no_way_leads_to_is_measured_straight_and_says_so():
    found = footfall.evidence(layer([(0, 0), (100, 0)], [(0, 500), (100, 500)]), cores=core(50.0))
    assert found["over_network"].tolist() == [True, False]
    assert found["core_distance_m"].iloc[1] == pytest.approx(500.0 * 1.3)


def test_square_is_a_street_too():
    square = Polygon([(100, -50), (200, -50), (200, 50), (100, 50)])
    streets = layer([(0, -50), (100, -50)], square, [(200, 50), (300, 50)])
    found = footfall.evidence(streets, cores=core(0, -50))
    assert found["over_network"].all()
    assert found["core_distance_m"].is_monotonic_increasing


def test_street_without_geometry_has_no_figure():
    found = footfall.proxy(
        layer([(0, 0), (100, 0)], None, LineString()), cores=core(), attractions=shops((0, 0))
    )
    assert found.isna().tolist() == [False, True, True]


def test_no_streets_have_no_figures():
    assert footfall.proxy(grid().iloc[:0], cores=core(), attractions=shops((0, 0))).empty


def test_columns_named_like_geometry_attributes_do_no_harm():
    plain = grid(3)
    named = plain.assign(type="t", length="l", area="a", core="c", boundary="b")
    assert footfall.proxy(named, cores=core()).equals(footfall.proxy(plain, cores=core()))


def test_doubled_street_has_the_same_figure_twice():
    found = footfall.proxy(
        layer([(0, 0), (100, 0)], [(0, 0), (100, 0)]), cores=core(), attractions=shops((0, 0))
    )
    assert found.iloc[0] == found.iloc[1]


def test_weighted_attraction_counts_as_many():
    streets = grid(3)
    ten = footfall.proxy(streets, cores=core(), attractions=shops(*[(150, 0)] * 10))
    one = footfall.proxy(streets, cores=core(), attractions=shops((150, 0)).assign(weight=10.0))
    assert one.to_numpy() == pytest.approx(ten.to_numpy())


def test_stop_of_unknown_boardings_adds_nothing():
    known = layer(Point(100, 0), boardings_per_workday=[800.0])
    unknown = layer(Point(100, 0), Point(0, 0), boardings_per_workday=[800.0, None])
    first, second = (
        footfall.proxy(grid(3), cores=core(), stops=stops) for stops in (known, unknown)
    )
    assert first.equals(second)


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"stops": shops((0, 0))}, WrongShapeError),
        (
            {
                "stops": layer(
                    Point(0, 0), Point(0, 0), stop_id=["a", "a"], boardings_per_workday=[1, 2]
                )
            },
            WrongShapeError,
        ),
        ({"stops": layer(Point(0, 0), boardings_per_workday=[-1.0])}, NegativeValueError),
        ({"attractions": shops((0, 0)).assign(weight=-2.0)}, NegativeValueError),
        ({"attractions": shops((0, 0)).to_crs(4326)}, WrongCrsError),
        ({"cores": core().iloc[:0]}, MissingValueError),
        ({"cores": core().to_crs(4326)}, WrongCrsError),
        ({"cores": pd.DataFrame({"x": [0.0]})}, WrongShapeError),
        ({"attractions": shops((0, 0)).rename(columns={"geometry": "there"})}, WrongShapeError),
        ({"attractions": shops((0, 0)).assign(weight="veel")}, WrongShapeError),
        ({"engine": "rust"}, WrongShapeError),
    ],
)
def test_wrong_input_is_refused(options, error):
    with pytest.raises(error):
        footfall.proxy(grid(3), **{"cores": core(), **options})


def test_a_street_to_nowhere_is_refused():
    with np.errstate(invalid="ignore"):
        nowhere = shapely.linestrings([[(0.0, 0.0), (np.inf, 5.0)], [(0.0, 0.0), (np.nan, 5.0)]])
    for line in nowhere:
        with pytest.raises(MissingValueError, match="1 vertices"):
            footfall.proxy(layer(line), cores=core())


@pytest.mark.parametrize(
    "wrong", [{"core": 0.0}, {"stops": -0.1}, {"walkability": 1.1}, {"attractions": float("nan")}]
)
def test_weights_have_bounds(wrong):
    with pytest.raises(NegativeValueError):
        Weights(**wrong)


@pytest.mark.real
@pytest.mark.skipif(
    REAL is None, reason="STADSHART_REAL is unset: the real Enschede network is not here"
)
def test_enschede_has_a_figure_for_every_street_and_the_old_market_leads():
    raw = gpd.read_file(
        Path(REAL) / "enschede_osm_streets" / "enschede_centre_highways.geojson"
    ).to_crs(RD)
    market = raw.loc[raw["name"] == "Oude Markt"].geometry.representative_point().iloc[:1]
    found = footfall.evidence(raw, cores=market)
    figure = footfall.combine(found)
    assert figure.notna().all()
    assert found["over_network"].mean() > 0.9
    assert (raw.loc[figure.nlargest(40).index].distance(market.iloc[0]) < 200.0).all()


@pytest.mark.slow
def test_the_figure_itself_does_without_the_library_of_its_test():
    # It would take 40 MB of the 400 that measuring 20,000 junctions may take.
    asked = "import sys, geo.footfall; print('scipy.stats' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
