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
    TooFewUnitsError,
    WrongCrsError,
    WrongShapeError,
)
from geo.footfall import Weights

REAL = os.environ.get("STADSHART_REAL")


def layer(*shapes, **columns):
    return gpd.GeoDataFrame(
        columns, geometry=[LineString(s) if isinstance(s, list) else s for s in shapes], crs=RD
    )


def grid(side=7, step_m=100.0, west=0.0, south=0.0):
    at = [step_m * number for number in range(side)]
    across = [[(west + x, south + y), (west + x + step_m, south + y)] for x in at[:-1] for y in at]
    along = [[(west + y, south + x), (west + y, south + x + step_m)] for x in at[:-1] for y in at]
    return layer(*across, *along)


def core(x=0.0, y=0.0):
    return gpd.GeoSeries([Point(x, y)], crs=RD)


def shops(*places):
    return layer(*[Point(place) for place in places])


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


@settings(max_examples=20, deadline=None)
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


@settings(max_examples=30, deadline=None)
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


def test_skill_of_the_same_order_is_one():
    found = footfall.skill(pd.Series([1.0, 2.0, 5.0, 9.0]), pd.Series([10.0, 20.0, 21.0, 400.0]))
    assert (found.spearman, found.n) == (pytest.approx(1.0), 4)
    assert found.reliable


def test_skill_by_hand():
    # Ranks 1 2 3 4 5 against 2 1 4 3 5: 1 - 6 * 4 / (5 * 24) = 0.8.
    found = footfall.skill(pd.Series([1, 2, 3, 4, 5]), pd.Series([20, 10, 40, 30, 50]))
    assert found.spearman == pytest.approx(0.8)
    assert found.low < 0.8 <= found.high


def test_skill_against_chance_is_unreliable_and_its_interval_holds_nought():
    rng = np.random.default_rng(3)
    found = footfall.skill(pd.Series(rng.random(60)), pd.Series(rng.random(60)))
    assert not found.reliable
    assert found.low < 0.0 < found.high


def test_skill_uses_streets_that_have_both_and_averages_counters():
    proxy = pd.Series({"a": 1.0, "b": 2.0, "c": 3.0, "d": np.nan, "e": 9.0})
    counts = pd.Series([10.0, 30.0, 25.0, 40.0, 7.0, np.nan], index=["a", "b", "b", "c", "d", "e"])
    found = footfall.skill(proxy, counts)
    assert (found.n, found.spearman) == (3, pytest.approx(1.0))


def test_skill_does_not_hang_on_row_order():
    rng = np.random.default_rng(5)
    proxy, counts = pd.Series(rng.random(30)), pd.Series(rng.random(30))
    assert footfall.skill(proxy, counts) == footfall.skill(
        proxy.iloc[::-1], counts.sample(frac=1.0, random_state=1)
    )


@pytest.mark.parametrize(
    ("proxy", "counts", "error"),
    [
        ([1.0, 2.0], [1.0, 2.0], TooFewUnitsError),
        ([1.0, 1.0, 1.0], [1.0, 2.0, 3.0], TooFewUnitsError),
        ([1.0, 2.0, 3.0], [np.nan] * 3, TooFewUnitsError),
        ([1.0, 2.0, 3.0], [4.0, -1.0, 2.0], NegativeValueError),
        ([1.0, 2.0, 3.0], [4.0, np.inf, 2.0], MissingValueError),
        ([1.0, 2.0, np.inf], [4.0, 1.0, 2.0], MissingValueError),
        ([1.0, 2.0, 3.0], ["a", "b", "c"], WrongShapeError),
    ],
)
def test_skill_needs_figures_that_differ(proxy, counts, error):
    with pytest.raises(error):
        footfall.skill(pd.Series(proxy), pd.Series(counts))


def test_skill_reads_arrays_street_by_street():
    proxy, counts = pd.Series([1, 2, 3, 4, 5], index=list("abcde")), [20, 10, 40, 30, 50]
    assert footfall.skill(proxy.to_numpy(), np.array(counts)) == footfall.skill(proxy, counts)
    with pytest.raises(WrongShapeError, match="one count per street"):
        footfall.skill(proxy.to_numpy(), counts[:4])


def test_fit_finds_what_the_counts_follow_and_foretells_other_blocks():
    streets = grid(10, step_m=150.0)
    found = footfall.evidence(
        streets,
        cores=core(700, 700),
        attractions=shops(*[(50.0 * at, 1_200.0) for at in range(25)]),
    )
    by_shops = found["attractions"] * 1000.0
    fitted = footfall.fit(found, by_shops, streets=streets, block_m=400.0)
    assert fitted.weights.attractions > footfall.LITERATURE.attractions
    assert fitted.skill.spearman > 0.9
    assert fitted.blocks >= 9


def test_fit_stays_with_the_literature_when_nothing_does_better():
    streets = grid(10)
    found = footfall.evidence(streets, cores=core(400, 400))
    fitted = footfall.fit(found, footfall.combine(found), streets=streets, block_m=300.0)
    assert fitted.weights.walkability == footfall.LITERATURE.walkability
    assert fitted.skill.spearman == pytest.approx(1.0)


def test_fit_to_few_counters_is_refused():
    streets = grid(5)
    found = footfall.evidence(streets, cores=core())
    with pytest.raises(TooFewUnitsError, match="got 9 and"):
        footfall.fit(found, pd.Series(range(9)), streets=streets)
    with pytest.raises(TooFewUnitsError, match="got 40 and 1"):
        footfall.fit(found, pd.Series(range(40)), streets=streets, block_m=9_000.0)


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


def test_the_figure_itself_does_without_the_library_of_its_test():
    # It would take 40 MB of the 400 that measuring 20,000 junctions may take.
    asked = "import sys, geo.footfall; print('scipy.stats' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
