"""Parameters of the Huff model found again from shares and totals, and how sure they are."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from geo import competition, huff
from geo.errors import (
    MissingValueError,
    NegativeValueError,
    NotIdentifiedError,
    TooFewUnitsError,
    WrongShapeError,
)

ALPHA, BETA = 0.8, 1.6


def world(
    origins: int = 30, sites: int = 6, seed: int = 2
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Demand, attraction and minutes of travel, made up."""
    rng = np.random.default_rng(seed)
    return (
        rng.uniform(50.0, 900.0, origins),
        rng.uniform(2e3, 9e4, sites),
        rng.uniform(3.0, 60.0, (origins, sites)),
    )


def surveyed(share: np.ndarray, respondents: int, seed: int) -> np.ndarray:
    """What a survey of this many respondents per origin would find."""
    return np.random.default_rng(seed).multinomial(respondents, share) / respondents


@pytest.mark.parametrize(("decay", "beta"), [("power", BETA), ("exponential", 0.07)])
@pytest.mark.parametrize("seen", ["shares", "totals"])
def test_exact_observations_give_the_parameters_back(decay, beta, seen):
    demand, size, cost = world()
    share = huff.shares(size, cost, alpha=ALPHA, beta=beta, decay=decay)
    observed = {"shares": share} if seen == "shares" else {"totals": 1e-6 * demand @ share}
    found = huff.fit(demand, size, cost, decay=decay, **observed)
    assert_allclose([found.alpha, found.beta], [ALPHA, beta], rtol=1e-6)
    assert found.r2 == pytest.approx(1.0)
    assert found.mape == pytest.approx(0.0, abs=1e-6)
    assert found.n == (180 if seen == "shares" else 6)
    assert found.converged
    assert found.at_bound == ()


def test_riverport_is_found_again_from_its_printed_shares():
    printed = [
        [0.156, 0.523, 0.321],
        [0.568, 0.268, 0.164],
        [0.364, 0.304, 0.332],
        [0.126, 0.293, 0.581],
    ]
    minutes = [[40.0, 25.0, 30.0], [15.0, 25.0, 30.0], [40.0, 50.0, 45.0], [40.0, 30.0, 20.0]]
    found = huff.fit([15.0, 20.0, 25.0, 10.0], [1.3e6, 1.7e6, 1.5e6], minutes, shares=printed)
    assert_allclose([found.alpha, found.beta], [1.0, 2.0], atol=0.01)


def test_two_sites_of_one_size_tell_beta_by_hand():
    # shares 0.8 and 0.2 at costs 1 and 2: (1/2)**-beta = 4
    found = huff.fit([1.0], [7.0, 7.0], [[1.0, 2.0]], shares=[[0.8, 0.2]], free=["beta"])
    assert found.beta == pytest.approx(2.0)
    assert found.alpha == 1.0


def test_mape_is_the_mean_distance_relative_to_what_was_observed():
    # one cost, sizes 1 and 3, nothing to move but beta: modelled 0.25 and 0.75 in both rows
    observed = [[0.5, 0.5], [0.5, 0.5]]
    cost = [[5.0, 5.0], [5.0, 5.00001]]
    found = huff.fit(
        [1.0, 1.0], [1.0, 3.0], cost, shares=observed, free=["beta"], bounds={"beta": (0, 2)}
    )
    assert found.mape == pytest.approx(0.5, abs=1e-4)
    assert found.r2 == 0.0


@pytest.mark.parametrize("method", ["profile", "bootstrap"])
def test_survey_of_a_known_model_holds_it_inside_the_intervals(method):
    _demand, size, cost = world(40)
    share = huff.shares(size, cost, alpha=ALPHA, beta=BETA)
    found = huff.fit(np.ones(40), size, cost, shares=surveyed(share, 120, seed=4))
    ends = huff.interval(found, method=method, level=0.99)
    assert ends.alpha[0] < ALPHA < ends.alpha[1]
    assert ends.beta[0] < BETA < ends.beta[1]
    assert ends.alpha[0] < found.alpha < ends.alpha[1]
    assert ends.alpha[1] - ends.alpha[0] < 0.35
    assert ends.delta == (0.0, 0.0)
    assert ((ends.share_low <= share) & (share <= ends.share_high)).mean() > 0.9
    assert ends.share_low.shape == share.shape


@pytest.mark.slow
# 19 and 38 expected; fewer than the least would happen once in 20 with honest intervals.
@pytest.mark.parametrize(
    ("surveys", "least"), [(20, 17), pytest.param(40, 34, marks=pytest.mark.long)]
)
def test_nineteen_of_twenty_intervals_hold_the_truth(surveys: int, least: int):
    _, size, cost = world(25, 5)
    share = huff.shares(size, cost, alpha=ALPHA, beta=BETA)
    held = []
    for seed in range(surveys):
        ends = huff.interval(
            huff.fit(np.ones(25), size, cost, shares=surveyed(share, 80, seed)), draws=2
        )
        held.append((ends.alpha[0] <= ALPHA <= ends.alpha[1], ends.beta[0] <= BETA <= ends.beta[1]))
    assert (np.sum(held, axis=0) >= least).all()
    assert np.mean(held) < 1.0


def test_more_scatter_widens_the_interval():
    _, size, cost = world()
    share = huff.shares(size, cost)
    width = []
    for respondents in (1_000, 50):
        low, high = huff.interval(
            huff.fit(np.ones(30), size, cost, shares=surveyed(share, respondents, 1)), draws=2
        ).beta
        width.append(high - low)
    assert width[1] > 2.0 * width[0]


def test_same_seed_gives_the_same_interval():
    demand, size, cost = world()
    found = huff.fit(demand, size, cost, shares=surveyed(huff.shares(size, cost), 50, 1))
    one, two = (huff.interval(found, method="bootstrap", draws=20, seed=9) for _ in range(2))
    assert one == two
    assert (one.share_low == two.share_low).all()


def test_fixed_parameter_stays_and_has_no_width():
    demand, size, cost = world()
    found = huff.fit(
        demand,
        size,
        cost,
        shares=huff.shares(size, cost, beta=1.2),
        free=["beta"],
        fixed={"alpha": 1.0},
    )
    assert (found.alpha, found.beta) == (1.0, pytest.approx(1.2))
    assert huff.interval(found, draws=2).alpha == (1.0, 1.0)


def test_bound_stops_a_parameter_and_is_named():
    demand, size, cost = world()
    found = huff.fit(
        demand, size, cost, shares=huff.shares(size, cost, beta=2.5), bounds={"beta": (0.5, 2.0)}
    )
    assert found.beta == 2.0
    assert found.at_bound == ("beta",)
    assert found.converged


def test_all_going_to_the_nearest_ends_at_the_bound_and_not_in_nan():
    cost = np.array([[1.0, 9.0], [9.0, 1.0], [1.0, 8.0]])
    found = huff.fit(
        np.ones(3), [1.0, 2.0], cost, shares=[[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]], free=["beta"]
    )
    assert found.r2 == pytest.approx(1.0)
    assert np.isfinite(found.beta)


def test_unknown_size_is_found_inside_its_range():
    demand, size, cost = world()
    share = huff.shares(size, cost, alpha=ALPHA, beta=BETA)
    guess, low, high = size.copy(), size.copy(), size.copy()
    guess[2], low[2], high[2] = size[2] * 2.0, size[2] / 5.0, size[2] * 5.0
    found = huff.fit(demand, guess, cost, shares=share, attraction_range=(low, high))
    assert_allclose(found.attraction, size, rtol=1e-6)
    assert_allclose([found.alpha, found.beta], [ALPHA, BETA], rtol=1e-6)
    ends = huff.interval(
        huff.fit(demand, guess, cost, shares=surveyed(share, 200, 1), attraction_range=(low, high))
    )
    assert ends.attraction_low[2] < size[2] < ends.attraction_high[2]
    assert ends.attraction_low[0] == pytest.approx(ends.attraction_high[0])


def test_size_outside_its_range_ends_at_the_nearer_end():
    demand, size, cost = world()
    share = huff.shares(size, cost)
    low, high = size.copy(), size.copy()
    low[1], high[1] = size[1] * 2.0, size[1] * 3.0
    found = huff.fit(demand, size, cost, shares=share, free=["beta"], attraction_range=(low, high))
    assert found.attraction[1] == pytest.approx(low[1])
    assert found.at_bound == ("attraction[1]",)


def test_competition_between_sites_is_found_again():
    demand, size, cost = world(60, 8)
    spots = np.random.default_rng(5).uniform(0.0, 40.0, (8, 2))
    access = competition.accessibility(size, np.hypot(*(spots[:, None] - spots).transpose(2, 0, 1)))
    share = huff.shares(competition.pull(size, access, alpha=ALPHA, delta=-0.6), cost, beta=BETA)
    found = huff.fit(
        demand, size, cost, shares=share, free=["alpha", "beta", "delta"], accessibility=access
    )
    assert_allclose([found.alpha, found.beta, found.delta], [ALPHA, BETA, -0.6], rtol=1e-6)


def test_origin_without_demand_is_not_listened_to():
    demand, size, cost = world()
    share = huff.shares(size, cost)
    demand[3], share[3] = 0.0, 0.0
    found = huff.fit(demand, size, cost, shares=share)
    assert_allclose([found.alpha, found.beta], [1.0, 2.0], rtol=1e-6)
    assert found.n == 29 * 6


def test_closed_site_is_left_out():
    demand, size, cost = world()
    size[4] = 0.0
    found = huff.fit(demand, size, cost, shares=huff.shares(size, cost, alpha=ALPHA, beta=BETA))
    assert_allclose([found.alpha, found.beta], [ALPHA, BETA], rtol=1e-6)
    assert found.attraction[4] == 0.0


def test_result_does_not_depend_on_the_order_of_origins():
    demand, size, cost = world()
    seen = surveyed(huff.shares(size, cost), 60, 3)
    one = huff.fit(demand, size, cost, shares=seen)
    two = huff.fit(demand[::-1], size, cost[::-1], shares=seen[::-1])
    assert_allclose([one.alpha, one.beta, one.r2], [two.alpha, two.beta, two.r2], rtol=1e-9)


def test_parameter_the_data_say_nothing_about_is_refused():
    demand, size, cost = world()
    share = huff.shares(size, cost)
    with pytest.raises(NotIdentifiedError, match="alpha"):
        huff.fit(demand, np.full(6, 500.0), cost, shares=share)
    with pytest.raises(NotIdentifiedError, match="beta"):
        huff.fit(demand, size, np.full((30, 6), 7.0), shares=share)


@pytest.mark.parametrize("size", [1.0, 5.0])
def test_sites_of_one_size_say_nothing_about_alpha(size):
    with pytest.raises(NotIdentifiedError, match="alpha"):
        huff.fit(
            [1.0, 1.0], [size, size], [[1.0, 2.0], [3.0, 1.0]], shares=[[0.8, 0.2], [0.1, 0.9]]
        )


def test_too_few_observations_are_refused():
    demand, size, cost = world(30, 2)
    share = huff.shares(size, cost)
    with pytest.raises(TooFewUnitsError, match="free fewer"):
        huff.fit(demand, size, cost, totals=demand @ share)
    with pytest.raises(TooFewUnitsError):
        huff.fit(demand, size[:1], cost[:, :1], shares=np.ones((30, 1)))
    with pytest.raises(TooFewUnitsError):
        huff.fit(np.zeros(30), size, cost, shares=share)
    one = huff.fit(demand, size, cost, totals=demand @ share, free=["beta"])
    with pytest.raises(TooFewUnitsError, match="interval"):
        huff.interval(one)
    with pytest.raises(TooFewUnitsError, match="totals only"):
        huff.interval(one, method="bootstrap")
    with pytest.raises(TooFewUnitsError, match="got 4"):
        huff.interval(huff.fit(demand[:4], size, cost[:4], shares=share[:4]), method="bootstrap")


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"totals": [1.0] * 6}, WrongShapeError),
        ({"shares": None}, WrongShapeError),
        ({"shares": np.full((30, 6), 0.1)}, WrongShapeError),
        ({"shares": np.full((30, 6), np.nan)}, MissingValueError),
        ({"shares": np.full((29, 6), 1 / 6)}, WrongShapeError),
        ({"shares": None, "totals": [0.0] * 6}, TooFewUnitsError),
        ({"shares": None, "totals": [-1.0, 1.0, 1.0, 1.0, 1.0, 1.0]}, NegativeValueError),
        ({"free": ["gamma"]}, WrongShapeError),
        ({"free": []}, TooFewUnitsError),
        ({"bounds": {"beta": (3.0, 1.0)}}, WrongShapeError),
        ({"decay": "linear"}, WrongShapeError),
        ({"accessibility": [0.0] * 6}, NegativeValueError),
        ({"attraction_range": ([2.0] * 6, [1.0] * 6)}, WrongShapeError),
    ],
)
def test_bad_input_to_a_fit_is_named(change, error):
    demand, size, cost = world()
    with pytest.raises(error):
        huff.fit(demand, size, cost, **({"shares": huff.shares(size, cost)} | change))


def test_visited_site_cannot_have_size_zero():
    demand, size, cost = world()
    share = huff.shares(size, cost)
    size[0] = 0.0
    with pytest.raises(NegativeValueError, match="site 0"):
        huff.fit(demand, size, cost, shares=share)


@pytest.mark.parametrize("option", [{"method": "guess"}, {"level": 1.0}, {"draws": 1}])
def test_unknown_interval_options_are_refused(option):
    demand, size, cost = world()
    with pytest.raises(WrongShapeError):
        huff.interval(huff.fit(demand, size, cost, shares=huff.shares(size, cost)), **option)
