"""Shares and totals of the Huff model: printed examples, hand cases and laws."""

import tracemalloc

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from geo import huff
from geo.errors import (
    GeoError,
    MissingValueError,
    NegativeValueError,
    NoAttractionError,
    WrongShapeError,
)

# Riverport, a course example: spending of four quarters over two centres and a planned third.
DEMAND_MUSD = np.array([15.0, 20.0, 25.0, 10.0])
SIZE_SQFT = np.array([1_300_000.0, 1_700_000.0, 1_500_000.0])
MINUTES = np.array([[40.0, 25.0, 30.0], [15.0, 25.0, 30.0], [40.0, 50.0, 45.0], [40.0, 30.0, 20.0]])


def made_up(
    origins: int, sites: int, seed: int = 1
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return (
        rng.uniform(0.0, 900.0, origins),
        rng.uniform(200.0, 90_000.0, sites),
        rng.uniform(0.0, 60_000.0, (origins, 2)) + (220_000.0, 460_000.0),
        rng.uniform(0.0, 60_000.0, (sites, 2)) + (220_000.0, 460_000.0),
    )


def distances(origins: np.ndarray, sites: np.ndarray) -> np.ndarray:
    return np.hypot(origins[:, None, 0] - sites[:, 0], origins[:, None, 1] - sites[:, 1])


def test_riverport_shares_are_as_printed():
    printed = [
        [0.156, 0.523, 0.321],
        [0.568, 0.268, 0.164],
        [0.364, 0.304, 0.332],
        [0.126, 0.293, 0.581],
    ]
    assert_allclose(huff.shares(SIZE_SQFT, MINUTES).round(3), printed)


def test_riverport_spending_and_totals_are_as_printed():
    printed = [[2.34, 7.845, 4.815], [11.36, 5.36, 3.28], [9.1, 7.6, 8.3], [1.26, 2.93, 5.81]]
    flows = DEMAND_MUSD[:, None] * huff.shares(SIZE_SQFT, MINUTES).round(3)
    assert_allclose(flows, printed, atol=1e-9)
    assert_allclose(flows.sum(axis=0), [24.06, 23.735, 22.205], atol=1e-9)
    assert_allclose(
        huff.allocate(DEMAND_MUSD, SIZE_SQFT, MINUTES), [24.0677, 23.7395, 22.1928], atol=5e-5
    )


def test_double_the_size_at_double_the_cost_gets_half():
    # 2 / 2**2 against 1 / 1**2
    assert_allclose(huff.shares([1.0, 2.0], [[10.0, 20.0]]), [[2 / 3, 1 / 3]])


def test_exponential_decay_halves_each_ln_2():
    found = huff.shares([1.0, 1.0], [[0.5, 1.5]], beta=np.log(2.0), decay="exponential")
    assert_allclose(found, [[2 / 3, 1 / 3]])


def test_alpha_is_the_exponent_of_size():
    assert_allclose(huff.shares([1.0, 3.0], [[5.0, 5.0]], alpha=2.0), [[0.1, 0.9]])


def test_cost_zero_counts_as_half_the_smallest_positive_cost():
    # 0 becomes 2: 1 / 2**2 against 1 / 4**2
    assert_allclose(huff.shares([1.0, 1.0], [[0.0, 4.0]]), [[0.8, 0.2]])


def test_given_floor_lifts_every_lower_cost():
    assert_allclose(huff.shares([1.0, 1.0], [[1.0, 4.0]], floor=2.0), [[0.8, 0.2]])


def test_all_sites_are_equally_near_where_every_cost_is_zero():
    assert_allclose(huff.shares([1.0, 3.0], np.zeros((2, 2))), [[0.25, 0.75]] * 2)


@pytest.mark.parametrize("alpha", [0.0, 1.0])
def test_site_without_floor_area_stays_at_zero(alpha):
    found = huff.shares([0.0, 5.0, 5.0], [[1.0, 7.0, 7.0]], alpha=alpha)
    assert found.tolist() == [[0.0, 0.5, 0.5]]


def test_single_site_gets_everything():
    assert huff.shares([12.0], [[3.0], [0.0], [1e9]]).tolist() == [[1.0]] * 3
    assert huff.allocate([1.0, 2.0, 4.0], [12.0], [[3.0], [0.0], [1e9]]).tolist() == [7.0]


def test_origin_without_residents_contributes_nothing():
    inhabited = huff.allocate([10.0], SIZE_SQFT, MINUTES[:1])
    assert_allclose(huff.allocate([10.0, 0.0], SIZE_SQFT, MINUTES[:2]), inhabited)
    assert huff.allocate([0.0, 0.0], SIZE_SQFT, MINUTES[:2]).tolist() == [0.0, 0.0, 0.0]
    assert huff.allocate([], SIZE_SQFT, np.empty((0, 3))).tolist() == [0.0, 0.0, 0.0]


@pytest.mark.parametrize(
    ("attraction", "cost", "error"),
    [
        ([0.0, 0.0], [[1.0, 1.0]], NoAttractionError),
        ([-1.0, 1.0], [[1.0, 1.0]], NegativeValueError),
        ([np.nan, 1.0], [[1.0, 1.0]], MissingValueError),
        ([1.0, 1.0], [[1.0, -1.0]], NegativeValueError),
        ([1.0, 1.0], [[1.0, np.nan]], MissingValueError),
        ([1.0, 1.0], [[1.0, np.inf]], MissingValueError),
        ([1.0, 1.0], [[1.0, 1.0, 1.0]], WrongShapeError),
        ([1.0, 1.0], [1.0, 1.0], WrongShapeError),
        ([], np.empty((1, 0)), WrongShapeError),
        ([1.0, 1.0], 5.0, WrongShapeError),
        ([1.0, 1.0], (), WrongShapeError),
        ([1.0, 1.0], ([[0.0, np.nan]], [[0.0, 1.0], [1.0, 1.0]]), MissingValueError),
        ([1.0, 1.0], ([[0.0, 0.0]], [[0.0, np.inf], [1.0, 1.0]]), MissingValueError),
        ([1.0, 1.0], ([[0.0, 0.0, 0.0]], [[0.0, 0.0], [1.0, 1.0]]), WrongShapeError),
        (np.ma.array([1.0, 1.0], mask=[False, True]), [[1.0, 1.0]], MissingValueError),
        ([1.0, 1.0], np.ma.array([[1, 9]], mask=[[False, True]]), MissingValueError),
        ([1.0, 1.0], [[1.0, 1.0j]], WrongShapeError),
    ],
)
@pytest.mark.parametrize("precision", ["single", "double"])
def test_bad_input_is_named_and_never_becomes_nan(attraction, cost, error, precision):
    with pytest.raises(error):
        huff.shares(attraction, cost)
    with pytest.raises(error):
        huff.allocate([1.0], attraction, cost, precision=precision)


@pytest.mark.parametrize(
    "option", [{"beta": -2.0}, {"alpha": -1.0}, {"floor": 0.0}, {"floor": -1.0}]
)
def test_exponents_and_floor_are_positive(option):
    with pytest.raises(NegativeValueError):
        huff.shares(SIZE_SQFT, MINUTES, **option)


@pytest.mark.parametrize(
    "option", [{"decay": "linear"}, {"block_rows": 0}, {"block_rows": 2.5}, {"precision": "half"}]
)
def test_unknown_options_are_refused(option):
    with pytest.raises(WrongShapeError):
        huff.allocate(DEMAND_MUSD, SIZE_SQFT, MINUTES, **option)


def test_missing_demand_is_named_with_its_place():
    with pytest.raises(MissingValueError, match=r"demand.*nan at \[2\]"):
        huff.allocate([1.0, 2.0, np.nan, 3.0], SIZE_SQFT, MINUTES)


AMOUNT = st.floats(0.0, 1e9)
ANY_COST = st.one_of(st.just(0.0), st.floats(1e-140, 1e140), st.floats(0.1, 1e5))


@st.composite
def worlds(draw, cost=ANY_COST):
    origins, sites = draw(st.integers(1, 6)), draw(st.integers(1, 5))
    size = draw(
        st.lists(st.one_of(st.just(0.0), st.floats(1e-30, 1e30)), min_size=sites, max_size=sites)
    )
    size[draw(st.integers(0, sites - 1))] = 1.0
    rows = st.lists(cost, min_size=sites, max_size=sites)
    costs = np.array(draw(st.lists(rows, min_size=origins, max_size=origins)))
    demand = np.array(draw(st.lists(AMOUNT, min_size=origins, max_size=origins)))
    law = draw(st.sampled_from(["power", "exponential"]))
    model = {"alpha": draw(st.floats(0.0, 3.0)), "beta": draw(st.floats(0.0, 8.0)), "decay": law}
    return demand, np.array(size), costs, model


@pytest.mark.slow
@settings(max_examples=60, deadline=None, derandomize=True)
@given(worlds())
def test_rows_sum_to_one_and_totals_to_demand_however_wild_the_input(world):
    demand, size, cost, model = world
    found = huff.shares(size, cost, **model)
    assert ((found >= 0.0) & (found <= 1.0)).all()
    assert_allclose(found.sum(axis=1), 1.0, rtol=1e-12)
    assert (found[:, size == 0.0] == 0.0).all()
    exact = demand @ found
    kept = huff.prepare(cost, beta=model["beta"], decay=model["decay"])
    for totals in (
        huff.allocate(demand, size, cost, **model),
        huff.allocate(demand, size, cost, precision="single", block_rows=2, **model),
        kept.allocate(demand, size, alpha=model["alpha"]),
    ):
        assert_allclose(totals.sum(), demand.sum(), rtol=1e-9)
        assert_allclose(totals, exact, rtol=1e-4, atol=1e-5 * demand.sum() + 1e-300)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(worlds(cost=st.floats(0.5, 500.0)), st.floats(1e-3, 1e3), st.randoms(use_true_random=False))
def test_units_and_row_order_change_nothing(world, factor, shuffler):
    demand, size, cost, model = world
    found = huff.shares(size, cost, **model)
    assert_allclose(huff.shares(size * factor, cost, **model), found, rtol=1e-6, atol=1e-12)
    if model["decay"] == "power":
        assert_allclose(huff.shares(size, cost * factor, **model), found, rtol=1e-6, atol=1e-12)
    assert_allclose(
        huff.allocate(demand * factor, size, cost, **model),
        huff.allocate(demand, size, cost, **model) * factor,
    )
    order = list(range(len(demand)))
    shuffler.shuffle(order)
    assert_allclose(huff.shares(size, cost[order], **model), found[order])


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.floats(0.0, 4.0), st.floats(0.0, 4.0), st.sampled_from(["power", "exponential"]))
def test_larger_exponents_favour_the_larger_and_the_nearer(low, more, decay):
    def share(size, cost, **model):
        return huff.shares(size, cost, decay=decay, **model)[0, 0]

    assert share([3.0, 1.0], [[2.0, 1.0]], alpha=low + more) >= share(
        [3.0, 1.0], [[2.0, 1.0]], alpha=low
    )
    assert share([1.0, 3.0], [[1.0, 2.0]], beta=low + more) >= share(
        [1.0, 3.0], [[1.0, 2.0]], beta=low
    )


def test_more_floor_area_takes_from_every_other_site():
    demand, size, origins, sites = made_up(50, 6)
    before = huff.allocate(demand, size, (origins, sites))
    size[2] *= 1.2
    change = huff.allocate(demand, size, (origins, sites)) - before
    assert change[2] > 0.0
    assert (np.delete(change, 2) < 0.0).all()


@pytest.mark.parametrize(
    ("decay", "beta"),
    [("power", 0.0), ("power", 1.7), ("power", 9.0), ("exponential", 2e-4), ("exponential", 5e-3)],
)
@pytest.mark.parametrize("as_matrix", [False, True])
def test_float32_blocks_stay_close_to_float64(decay, beta, as_matrix):
    demand, size, origins, sites = made_up(5_000, 40)
    cost = distances(origins, sites) if as_matrix else (origins, sites)
    exact = demand @ huff.shares(size, cost, beta=beta, decay=decay)
    single = huff.allocate(demand, size, cost, beta=beta, decay=decay, precision="single")
    cached = huff.prepare(cost, beta=beta, decay=decay).allocate(demand, size)
    assert_allclose(single, exact, rtol=1e-5)
    assert_allclose(cached, exact, rtol=1e-5)
    for totals in (single, cached):
        assert abs(totals.sum() / demand.sum() - 1.0) < 1e-12


def test_block_size_changes_nothing_in_float64():
    demand, size, origins, sites = made_up(101, 7)
    whole = huff.allocate(demand, size, (origins, sites), precision="double")
    for rows in (1, 10, 101, 5_000):
        again = huff.allocate(demand, size, (origins, sites), precision="double", block_rows=rows)
        assert_allclose(again, whole, rtol=1e-12)


def test_resident_on_top_of_a_site_is_divided_alike_in_both_precisions():
    demand, size, origins, sites = made_up(3_000, 8)
    origins[[5, 2_500]] = sites[3]
    exact = demand @ huff.shares(size, (origins, sites))
    assert_allclose(
        huff.allocate(demand, size, (origins, sites), precision="single"), exact, rtol=1e-5
    )
    assert_allclose(huff.prepare((origins, sites)).allocate(demand, size), exact, rtol=1e-5)


def test_given_floor_holds_in_float32_too():
    demand, size, origins, sites = made_up(3_000, 8)
    exact = demand @ huff.shares(size, (origins, sites), floor=9_000.0)
    assert_allclose(
        huff.allocate(demand, size, (origins, sites), floor=9_000.0, precision="single"),
        exact,
        rtol=1e-5,
    )


def test_cached_decay_serves_a_scenario_that_closes_the_only_near_site():
    # beyond the near site lies e**-200: far outside float32
    kept = huff.prepare([[1.0, 201.0, 201.0]], beta=1.0, decay="exponential")
    assert_allclose(kept.allocate([8.0], [1.0, 1.0, 3.0]), [8.0, 0.0, 0.0], atol=1e-9)
    assert_allclose(kept.allocate([8.0], [0.0, 1.0, 3.0]), [0.0, 2.0, 6.0])
    assert_allclose(kept.shares([0.0, 1.0, 3.0]), [[0.0, 0.25, 0.75]])


def test_cached_decay_refuses_another_number_of_sites_or_origins():
    kept = huff.prepare(MINUTES)
    assert_allclose(kept.allocate(DEMAND_MUSD, SIZE_SQFT), [24.0677, 23.7395, 22.1928], atol=5e-5)
    with pytest.raises(WrongShapeError, match="prepare again"):
        kept.allocate(DEMAND_MUSD, SIZE_SQFT[:2])
    with pytest.raises(ValueError, match="read-only"):
        kept.blocks[0][0, 0] = 1.0


def test_stream_of_pieces_adds_up_to_the_whole():
    demand, size, origins, sites = made_up(1_000, 9)
    pieces = ((demand[a : a + 300], origins[a : a + 300]) for a in range(0, 1_000, 300))
    whole = huff.allocate(demand, size, (origins, sites))
    assert_allclose(huff.allocate_stream(pieces, size, sites=sites), whole, rtol=1e-5)
    rows = ((demand[a : a + 1], distances(origins[a : a + 1], sites)) for a in range(1_000))
    assert_allclose(huff.allocate_stream(rows, size, precision="double"), whole, rtol=1e-9)
    assert huff.allocate_stream([], size).tolist() == [0.0] * 9


def test_stream_with_a_cost_of_zero_asks_for_a_floor():
    piece = ([1.0, 1.0], [[0.0, 4.0], [4.0, 4.0]])
    with pytest.raises(MissingValueError, match="floor"):
        huff.allocate_stream([piece], [1.0, 1.0])
    assert_allclose(huff.allocate_stream([piece], [1.0, 1.0], floor=2.0), [1.3, 0.7])


def test_a_region_of_ten_million_pairs_needs_less_than_five_megabytes_beyond_its_inputs():
    demand, size, origins, sites = made_up(100_000, 100)
    tracemalloc.start()
    huff.allocate(demand, size, (origins, sites))
    peak_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak_bytes < 5_000_000


def test_tables_of_pandas_are_taken_and_their_gaps_named():
    frame = pd.DataFrame(MINUTES).astype("Float64")
    assert_allclose(huff.shares(pd.Series(SIZE_SQFT), frame), huff.shares(SIZE_SQFT, MINUTES))
    frame.iloc[1, 2] = pd.NA
    with pytest.raises(MissingValueError, match=r"cost.*\[1, 2\]"):
        huff.shares(SIZE_SQFT, frame)


def test_inputs_are_left_as_they_were():
    inputs = made_up(400, 5)
    before = [values.copy() for values in inputs]
    demand, size, origins, sites = inputs
    huff.allocate(demand, size, (origins, sites), precision="single")
    huff.prepare((origins, sites)).allocate(demand, size)
    for values, earlier in zip(inputs, before, strict=True):
        assert (values == earlier).all()


def test_every_error_is_a_value_error():
    assert issubclass(GeoError, ValueError)


@pytest.mark.filterwarnings("ignore::Warning")  # the package's own, not ours to mend
@pytest.mark.parametrize("seed", [3, 4, 5])
def test_package_huff_gives_the_same_answers(seed):
    reason = "compares with the PyPI package huff: install the extra `oracle`"
    management = pytest.importorskip("huff.data_management", reason=reason)
    models = pytest.importorskip("huff.models", reason=reason)
    import geopandas as gpd

    demand, size, origins, sites = made_up(12, 5, seed)

    def frame(points, amount):
        names = [f"{number:03d}" for number in range(len(points))]
        return gpd.GeoDataFrame(
            {"id": names, "amount": amount},
            geometry=gpd.points_from_xy(*points.T, crs="EPSG:28992"),
        )

    start = management.load_geodata(frame(origins, demand), location_type="origins", unique_id="id")
    start.define_marketsize("amount")
    start.define_transportcosts_weighting(param_lambda=-1.7)
    ends = management.load_geodata(frame(sites, size), location_type="destinations", unique_id="id")
    ends.define_attraction("amount")
    ends.define_attraction_weighting(param_gamma=0.9)
    matrix = models.create_interaction_matrix(start, ends)
    matrix.transport_costs(network=False)
    matrix.utility()
    matrix.probabilities()
    matrix.flows()
    table = matrix.get_interaction_matrix_df()
    cost = table["t_ij"].to_numpy().reshape(12, 5)
    totals = matrix.marketareas().get_market_areas_df()["T_j"].to_numpy()
    assert_allclose(
        huff.shares(size, cost, alpha=0.9, beta=1.7),
        table["p_ij"].to_numpy().reshape(12, 5),
        rtol=1e-12,
    )
    assert_allclose(huff.allocate(demand, size, cost, alpha=0.9, beta=1.7), totals, rtol=1e-12)
