"""How well modelled footfall follows counts, and weights fitted to counts."""

import numpy as np
import pandas as pd
import pytest

from geo import footfall
from geo.errors import (
    MissingValueError,
    NegativeValueError,
    TooFewUnitsError,
    WrongShapeError,
)
from tests.geo.street_grid import core, grid, shops


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
