"""Exponents from market shares by log-centring: hand cases, laws and the survey they were published
on.
"""

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from geo import huff, mci
from geo.errors import (
    GeoError,
    MissingValueError,
    NegativeValueError,
    NotIdentifiedError,
    TooFewUnitsError,
    WrongShapeError,
)

COLUMNS = {"origin": "from", "destination": "to", "share": "share"}


def survey(
    size: list[float], minutes: list[list[float]], alpha: float, beta: float
) -> pd.DataFrame:
    """One row per origin and destination, with the shares of a Huff model."""
    origins, sites = np.shape(minutes)
    return pd.DataFrame(
        {
            "from": np.repeat([f"o{number}" for number in range(origins)], sites),
            "to": np.tile([f"d{number}" for number in range(sites)], origins),
            "size": np.tile(size, origins),
            "minutes": np.ravel(minutes),
            "share": huff.shares(size, minutes, alpha=alpha, beta=beta).ravel(),
        }
    )


TOWNS = survey(
    [1.3, 1.7, 1.5], [[40, 25, 30], [15, 25, 30], [40, 50, 45], [40, 30, 20]], alpha=0.7, beta=1.9
)


def fitted(table: pd.DataFrame = TOWNS) -> mci.MciFit:
    return mci.fit(table, factors=["size", "minutes"], **COLUMNS)


def test_huff_shares_give_their_exponents_back():
    found = fitted()
    assert_allclose(found.coefficients[["size", "minutes"]], [0.7, -1.9])
    assert_allclose(found.standard_errors, [0.0, 0.0], atol=1e-9)
    assert found.r2 == pytest.approx(1.0)
    assert found.n == 12


def test_one_factor_by_hand():
    # twice the size, four times the share: exponent 2; both towns agree, so nothing is left over
    table = pd.DataFrame(
        {
            "from": list("aabb"),
            "to": list("xyxy"),
            "size": [1.0, 2.0, 1.0, 2.0],
            "share": [0.2, 0.8, 0.2, 0.8],
        }
    )
    found = mci.fit(table, factors=["size"], **COLUMNS)
    assert found.coefficients["size"] == pytest.approx(2.0)
    assert found.standard_errors["size"] == pytest.approx(0.0, abs=1e-12)


def test_standard_error_by_hand():
    # log2 differences 1 and 3 over a factor of log2 1: slope 2, each centred row misses by 1/2 in
    # log2;
    # residual variance 4 * 1/4 / (4 rows - 2 origins - 1 factor) = 1, factor sum of squares 4 * 1/4
    # = 1
    table = pd.DataFrame(
        {
            "from": list("aabb"),
            "to": list("xyxy"),
            "size": [1.0, 2.0, 1.0, 2.0],
            "share": [1 / 3, 2 / 3, 1 / 9, 8 / 9],
        }
    )
    found = mci.fit(table, factors=["size"], **COLUMNS)
    assert found.coefficients["size"] == pytest.approx(2.0)
    assert found.standard_errors["size"] == pytest.approx(1.0)
    # centred log2 shares are -1/2, 1/2, -3/2, 3/2: 5 in all, of which 1 is left over
    assert found.r2 == pytest.approx(0.8)


def test_predicted_shares_are_those_of_the_same_model():
    found = mci.predict(fitted(), TOWNS)
    assert_allclose(found, TOWNS["share"])
    assert_allclose(found.groupby(TOWNS["from"]).sum(), 1.0)


def test_scenario_shares_follow_one_logarithm():
    # a third site doubles: exactly what the multiplicative model says, without detour over log10
    larger = TOWNS.assign(size=TOWNS["size"].where(TOWNS["to"] != "d2", TOWNS["size"] * 2.0))
    expected = huff.shares(
        [1.3, 1.7, 3.0], TOWNS["minutes"].to_numpy().reshape(4, 3), alpha=0.7, beta=1.9
    )
    assert_allclose(mci.predict(fitted(), larger), expected.ravel())


def test_prediction_keeps_the_index_and_any_row_order():
    mixed = TOWNS.sample(frac=1.0, random_state=3)
    assert_allclose(mci.predict(fitted(), mixed).sort_index(), TOWNS["share"])
    assert mci.predict(fitted(), mixed).index.equals(mixed.index)
    assert_allclose(fitted(mixed).coefficients, fitted().coefficients)


def test_units_of_factors_and_shares_change_no_exponent():
    other = TOWNS.assign(
        size=TOWNS["size"] * 1e6, minutes=TOWNS["minutes"] * 60.0, share=TOWNS["share"] * 100.0
    )
    assert_allclose(fitted(other).coefficients, fitted().coefficients)


def test_closed_site_gets_nothing_and_the_others_all():
    closed = TOWNS.assign(size=TOWNS["size"].where(TOWNS["to"] != "d1", 0.0))
    found = mci.predict(fitted(), closed)
    assert (found[TOWNS["to"] == "d1"] == 0.0).all()
    assert_allclose(found.groupby(TOWNS["from"]).sum(), 1.0)


def test_known_exponents_lie_within_two_standard_errors():
    rng = np.random.default_rng(8)
    table = survey(
        rng.uniform(1.0, 9.0, 6).tolist(),
        rng.uniform(5.0, 50.0, (40, 6)).tolist(),
        alpha=0.9,
        beta=1.4,
    )
    table["share"] *= rng.lognormal(0.0, 0.2, len(table))
    found = fitted(table)
    missed = (found.coefficients - [0.9, -1.4]).abs()
    assert (missed < 2.0 * found.standard_errors).all()
    assert (found.standard_errors < 0.05).all()


def test_extreme_factors_do_not_overflow():
    found = mci.predict(
        fitted(), TOWNS.assign(size=TOWNS["size"] * 1e200, minutes=TOWNS["minutes"] * 1e-150)
    )
    assert_allclose(found, TOWNS["share"])


def test_share_of_zero_is_refused_with_a_cure():
    with pytest.raises(NegativeValueError, match=r"share: .*leave these rows out"):
        fitted(TOWNS.assign(share=TOWNS["share"].where(TOWNS.index != 4, 0.0)))


def test_factor_that_does_not_vary_within_origins_is_refused():
    with pytest.raises(NotIdentifiedError, match="size"):
        fitted(TOWNS.assign(size=5.0))
    with pytest.raises(NotIdentifiedError, match="leave one out"):
        fitted(TOWNS.assign(size=TOWNS["minutes"] ** 2))


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"share": np.nan}, MissingValueError),
        ({"minutes": np.inf}, MissingValueError),
        ({"minutes": -1.0}, NegativeValueError),
        ({"from": None}, MissingValueError),
        ({"to": None}, MissingValueError),
        ({"to": "d0"}, WrongShapeError),
    ],
)
def test_bad_column_is_named(change, error):
    with pytest.raises(error):
        fitted(TOWNS.assign(**change))


def test_missing_column_and_too_few_rows_are_refused():
    with pytest.raises(WrongShapeError, match="size"):
        fitted(TOWNS.drop(columns="size"))
    with pytest.raises(WrongShapeError, match="factors"):
        mci.fit(TOWNS, factors=[], **COLUMNS)
    with pytest.raises(TooFewUnitsError, match="3 rows"):
        fitted(TOWNS.head(3))


def test_prediction_without_an_answer_is_refused():
    with pytest.raises(NegativeValueError, match="origin o0"):
        mci.predict(fitted(), TOWNS.assign(size=0.0))
    with pytest.raises(NegativeValueError, match="minutes"):
        mci.predict(fitted(), TOWNS.assign(minutes=0.0))
    assert issubclass(NotIdentifiedError, GeoError)


def chains(alpha: float, chain: float, seed: int, origins: int = 12) -> pd.DataFrame:
    """Shares of a model of sizes and of a chain that two of five destinations belong to."""
    rng = np.random.default_rng(seed)
    table = pd.DataFrame(
        {
            "from": np.repeat([f"o{number}" for number in range(origins)], 5),
            "to": np.tile(list("vwxyz"), origins),
            "size": rng.uniform(1.0, 9.0, 5 * origins),
            "chain": np.tile([0, 1, 0, 0, 1], origins),
        }
    )
    drawn = table["size"] ** alpha * np.exp(chain * table["chain"])
    return table.assign(share=drawn / drawn.groupby(table["from"]).transform("sum"))


def test_a_yes_no_factor_by_hand():
    # twice the size draws four times as much: exponent 2; yes draws twice as much: ln 2
    table = pd.DataFrame(
        {
            "from": list("aaabbb"),
            "to": list("xyzxyz"),
            "size": [1.0, 2.0, 1.0, 1.0, 2.0, 1.0],
            "chain": [0, 0, 1, 0, 0, 1],
            "share": [1 / 7, 4 / 7, 2 / 7, 1 / 7, 4 / 7, 2 / 7],
        }
    )
    found = mci.fit(table, factors=["size", "chain"], **COLUMNS)
    assert_allclose(found.coefficients, [2.0, np.log(2.0)])
    assert found.yes_no == ("chain",)
    assert_allclose(mci.predict(found, table), table["share"])
    # without the chain 1 : 4 : 1
    without = mci.predict(found, table.assign(chain=0))
    assert_allclose(without, [1 / 6, 4 / 6, 1 / 6, 1 / 6, 4 / 6, 1 / 6])


@pytest.mark.parametrize(
    ("alpha", "chain", "seed"), [(0.8, 0.5, 1), (1.7, -1.2, 2), (-0.4, 0.0, 3)]
)
@pytest.mark.parametrize("dtype", ["int64", "float64", "bool"])
def test_known_coefficients_of_a_yes_no_factor_come_back_and_shares_sum_to_one(
    alpha: float, chain: float, seed: int, dtype: str
):
    table = chains(alpha, chain, seed).astype({"chain": dtype})
    found = mci.fit(table, factors=["chain", "size"], **COLUMNS)
    assert_allclose(found.coefficients[["size", "chain"]], [alpha, chain], atol=1e-9)
    shares = mci.predict(found, table)
    assert_allclose(shares, table["share"])
    assert_allclose(shares.groupby(table["from"]).sum(), 1.0)


def test_a_yes_no_factor_is_the_same_as_its_exponential():
    table = chains(0.8, 0.5, seed=4)
    table["share"] *= np.random.default_rng(4).lognormal(0.0, 0.3, len(table))
    raised = table.assign(chain=np.exp(table["chain"]))
    plain, other = (mci.fit(one, factors=["size", "chain"], **COLUMNS) for one in (table, raised))
    assert_allclose(plain.coefficients, other.coefficients)
    assert_allclose(plain.standard_errors, other.standard_errors)
    assert other.yes_no == ()


def test_how_many_say_yes_in_an_origin_does_not_move_the_coefficient():
    table = chains(0.8, 0.5, seed=5)
    alone = table[~((table["from"] < "o5") & (table["to"] == "z"))]
    found = mci.fit(alone, factors=["size", "chain"], **COLUMNS)
    assert_allclose(found.coefficients, [0.8, 0.5])


def test_a_yes_no_factor_holds_nothing_else_in_a_prediction():
    table = chains(0.8, 0.5, seed=6)
    found = mci.fit(table, factors=["size", "chain"], **COLUMNS)
    with pytest.raises(WrongShapeError, match="chain: expected 0 or 1"):
        mci.predict(found, table.assign(chain=2))


def test_a_factor_of_nought_and_more_is_still_refused():
    table = chains(0.8, 0.5, seed=7).assign(chain=[0, 1, 0, 0, 2] * 12)
    with pytest.raises(NegativeValueError, match="chain"):
        mci.fit(table, factors=["size", "chain"], **COLUMNS)


@pytest.mark.real
@pytest.mark.skipif(
    "STADSHART_REAL" not in os.environ,
    reason="STADSHART_REAL is not set: no folder with the real files",
)
def test_wieland_2015_gives_its_published_exponents():
    path = Path(os.environ["STADSHART_REAL"]) / "retail_huff_wieland" / "Wieland2015.xlsx"
    table = pd.read_excel(path, engine="calamine")
    found = mci.fit(
        table,
        origin="Quellort",
        destination="Zielort",
        share="MA_Anb1",
        factors=["VF", "Dist_Min2", "K", "K_KKr"],
    )
    assert found.coefficients.round(3).tolist() == [0.951, -1.632, 0.336, 0.101]
    assert found.n == 95
    assert_allclose(mci.predict(found, table).groupby(table["Quellort"]).sum(), 1.0)


@pytest.mark.real
@pytest.mark.skipif(
    "STADSHART_REAL" not in os.environ,
    reason="STADSHART_REAL is not set: no folder with the real files",
)
def test_a_yes_no_factor_of_wieland_2015_is_the_same_as_its_exponential():
    folder = Path(os.environ["STADSHART_REAL"]) / "retail_huff_wieland"
    table = pd.read_excel(folder / "Wieland2015.xlsx", engine="calamine")
    table = table.assign(large=lambda one: one["VF"] > 1400.0)
    raised = table.assign(large=np.where(table["large"], np.e, 1.0))
    known = {"origin": "Quellort", "destination": "Zielort", "share": "MA_Anb1"}
    factors = ["VF", "Dist_Min2", "large"]
    plain, other = (mci.fit(one, factors=factors, **known) for one in (table, raised))
    assert plain.yes_no == ("large",)
    assert_allclose(plain.coefficients, other.coefficients)
    shares = mci.predict(plain, table)
    assert_allclose(shares, mci.predict(other, raised))
    assert_allclose(shares.groupby(table["Quellort"]).sum(), 1.0)
