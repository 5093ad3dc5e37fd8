"""Competing destinations: the accessibility term by hand, and what its sign does."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from geo import competition, huff
from geo.errors import MissingValueError, NegativeValueError, WrongShapeError

# Two sites side by side, one 10 away from both.
BETWEEN = np.array([[0.0, 1.0, 10.0], [1.0, 0.0, 10.0], [10.0, 10.0, 0.0]])


def test_accessibility_sums_the_other_sites_over_their_cost():
    # The first has one neighbour at distance 1 and one at 10, the third two at 10.
    assert_allclose(competition.accessibility([1.0, 1.0, 1.0], BETWEEN), [1.0, 1.0, 0.2 / 1.1])


def test_sigma_is_the_exponent_of_the_cost_between_sites():
    assert_allclose(
        competition.accessibility([1.0, 1.0, 1.0], BETWEEN, sigma=2.0), [1.0, 1.0, 0.02 / 1.01]
    )


def test_competition_moves_spending_from_the_cluster_to_the_lone_site():
    access = competition.accessibility([1.0, 1.0, 1.0], BETWEEN)
    alone = [
        huff.shares(competition.pull([1.0] * 3, access, delta=delta), [[5.0] * 3])[0, 2]
        for delta in (-1.0, 0.0, 1.0)
    ]
    # against 1, 1 stands (0.2 / 1.1)**-1 = 5.5, 1, or 2 / 11
    assert_allclose(alone, [5.5 / 7.5, 1 / 3, (2 / 11) / (2 + 2 / 11)])


def test_pull_without_delta_is_attraction_to_alpha():
    assert_allclose(competition.pull([2.0, 4.0, 0.0], [1.0, 0.5, 0.5], alpha=2.0), [0.25, 1.0, 0.0])


def test_site_that_has_no_other_beside_it_is_neither_helped_nor_harmed():
    assert competition.accessibility([3.0], [[0.0]]).tolist() == [1.0]
    assert competition.accessibility([3.0, 0.0], [[0.0, 2.0], [2.0, 0.0]]).tolist() == [1.0, 1.0]


def test_sites_on_one_spot_count_as_half_the_smallest_cost_apart():
    spot = np.array([[0.0, 0.0, 2.0], [0.0, 0.0, 2.0], [2.0, 2.0, 0.0]])
    # 1/1 + 1/2 against 1/2 + 1/2
    assert_allclose(competition.accessibility([1.0, 1.0, 1.0], spot), [1.0, 1.0, 1.0 / 1.5])


def test_bad_input_is_named():
    with pytest.raises(WrongShapeError):
        competition.accessibility([1.0, 1.0], BETWEEN)
    with pytest.raises(NegativeValueError):
        competition.accessibility([1.0, 1.0, -1.0], BETWEEN)
    with pytest.raises(MissingValueError):
        competition.pull([1.0, 1.0, 1.0], [1.0, 1.0, 1.0], delta=np.nan)
    with pytest.raises(NegativeValueError):
        competition.pull([1.0, 1.0, 1.0], [1.0, 1.0, 0.0])
