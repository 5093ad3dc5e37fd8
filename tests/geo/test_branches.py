import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo import branches
from geo.errors import WrongShapeError


def units(*rows, street="hoofdstraat"):
    """Units in use of one street: `(branch, ownership)` each."""
    return pd.DataFrame(
        {
            "street": street,
            "branch": pd.array([row[0] for row in rows], dtype="str"),
            "ownership": pd.array([row[1] if len(row) > 1 else None for row in rows], dtype="str"),
            "status": "in_use",
        }
    )


def test_four_branches_alike_are_a_variety_of_four():
    found = branches.mix(units(*[(name,) for name in "abcd" * 3]), by="street").loc["hoofdstraat"]
    assert found["entropy"] == pytest.approx(math.log(4))
    assert (found["units"], found["branches"], found["variety"]) == (12, 4, pytest.approx(4.0))


def test_one_branch_only_is_a_variety_of_one():
    found = branches.mix(units(*[("a",)] * 6), by="street").loc["hoofdstraat"]
    assert (found["entropy"], found["variety"]) == (0.0, 1.0)


def test_half_and_two_quarters_by_hand():
    # 1/2 log 2 + 2 x 1/4 log 4 = 1.5 log 2, so the variety is 2 ** 1.5.
    found = branches.mix(units(*[(name,) for name in "aaaabbcc"]), by="street")
    assert found["variety"].item() == pytest.approx(2**1.5)


def test_few_units_give_no_variety():
    found = branches.mix(units(("a",), ("b",)), by="street").loc["hoofdstraat"]
    assert found["units"] == 2 and math.isnan(found["variety"])


def test_vacant_units_sell_nothing():
    rows = units(*[(name,) for name in "aaaaabbbbb"])
    rows.loc[rows["branch"] == "b", "status"] = "vacant"
    assert branches.mix(rows, by="street")["branches"].item() == 1


def test_a_street_with_vacant_units_only_stays_with_nothing_known():
    rows = units(("a",), ("b",)).assign(status="vacant")
    found = branches.mix(rows, by="street").loc["hoofdstraat"]
    assert found["units"] == 0 and math.isnan(found["entropy"])


def test_chains_are_a_share_of_what_is_known():
    rows = units(*[("a", "chain")] * 3, *[("a", "independent")] * 2, ("a", None))
    found = branches.ownership(rows, by="street").loc["hoofdstraat"]
    assert (found["units"], found["chains"], found["independents"]) == (5, 3, 2)
    assert found["chain_share"] == pytest.approx(0.6)


def test_few_known_owners_give_no_share():
    assert math.isnan(branches.ownership(units(("a", "chain")), by="street")["chain_share"].item())


def test_no_owner_known_at_all_is_no_share():
    found = branches.ownership(units(*[("a", None)] * 9), by="street").loc["hoofdstraat"]
    assert found["units"] == 0 and math.isnan(found["chain_share"])


def test_another_word_for_an_owner_is_refused():
    with pytest.raises(WrongShapeError, match="franchise"):
        branches.ownership(units(("a", "franchise")), by="street")


def test_density_is_units_per_hundred_metres_and_unknown_without_length():
    found = branches.density(pd.Series([6, 6]), pd.Series([200.0, 0.0]))
    assert found[0] == 3.0 and math.isnan(found[1])


@settings(max_examples=30)
@given(st.lists(st.sampled_from("abcdef"), min_size=5, max_size=60))
def test_variety_lies_between_one_and_the_number_of_branches(names):
    found = branches.mix(units(*[(name,) for name in names]), by="street")
    assert 1.0 - 1e-9 <= found["variety"].item() <= found["branches"].item() + 1e-9


@pytest.mark.slow
@settings(max_examples=30)
@given(
    st.lists(st.sampled_from("abcdef"), min_size=5, max_size=60), st.randoms(use_true_random=False)
)
def test_row_order_changes_no_variety(names, random):
    rows = units(*[(name,) for name in names])
    mixed = rows.sample(frac=1, random_state=random.randint(0, 9))
    assert np.allclose(branches.mix(rows, by="street"), branches.mix(mixed, by="street"))
