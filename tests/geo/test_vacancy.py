"""Rates that admit how few units they rest on, counts that stay counts, and how long a unit has
been empty.
"""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo import vacancy
from geo.errors import (
    MissingValueError,
    MixedSurveysError,
    NegativeValueError,
    NotASurveyError,
    WrongShapeError,
)


def street(name, vacant, in_use, unknown=0, place="hengelo", **more):
    rows = [
        {"street": name, "place_id": place, "status": status}
        for status, times in (("vacant", vacant), ("in_use", in_use), ("unknown", unknown))
        for _ in range(times)
    ]
    return pd.DataFrame(rows).assign(**more)


def town(*streets):
    return pd.concat(streets, ignore_index=True)


def areas(*units):
    return pd.DataFrame(units, columns=["centre", "status", "floor_area_m2"])


def test_rate_weighs_by_floor_area():
    survey = areas(("hengelo", "vacant", 100.0), ("hengelo", "in_use", 300.0))
    found = vacancy.rates(survey, by="centre", weight="floor_area", min_units=1)
    assert found.loc["hengelo", "rate"] == pytest.approx(0.25)
    assert vacancy.rates(survey, by="centre", min_units=1).loc["hengelo", "rate"] == pytest.approx(
        0.5
    )


def test_result_is_rate_low_high_and_n():
    found = vacancy.rates(street("a", 5, 15), by="street")
    assert found.columns.tolist() == ["rate", "low", "high", "n"]
    assert found.loc["a", "low"] < found.loc["a", "rate"] < found.loc["a", "high"]
    assert found.loc["a", "n"] == 20


def test_centre_as_a_whole_keeps_its_own_rate():
    found = vacancy.rates(
        town(street("a", 5, 15), street("b", 30, 10, place="borne")), by="place_id"
    )
    assert found["rate"].to_dict() == pytest.approx({"borne": 0.75, "hengelo": 0.25})


def test_street_is_shrunk_towards_its_own_centre():
    # 1 of 5 in a centre of 50 %, and 1 of 5 in a centre of 5 %.
    hengelo = town(street("small", 1, 4), street("big", 54, 51))
    borne = town(street("little", 1, 4, place="borne"), street("large", 5, 110, place="borne"))
    rate = vacancy.rates(town(hengelo, borne), by="street")["rate"]
    assert 0.2 < rate["small"] < 0.5
    assert 0.05 < rate["little"] < 0.2


def test_fewer_units_are_shrunk_more():
    survey = town(
        street("two of ten", 2, 8), street("twenty of hundred", 20, 80), street("rest", 60, 40)
    )
    rate = vacancy.rates(survey, by="street")["rate"]
    assert 0.2 < rate["twenty of hundred"] < rate["two of ten"] < 82 / 210


def test_streets_that_differ_much_are_shrunk_little():
    alike = town(*[street(f"s{at}", 2, 8) for at in range(10)], street("odd", 5, 5))
    unlike = town(*[street(f"s{at}", at, 10 - at) for at in range(11)])
    assert vacancy.rates(alike, by="street").loc["odd", "rate"] < 0.4
    assert vacancy.rates(unlike, by="street").loc["s0", "rate"] < 0.1


def test_strength_is_that_of_the_formula():
    # Streets of 0 of 1 and 1 of 1: the mean is a half, and each posterior mean is (s/2 + k) / (s +
    # 1).
    found = vacancy.rates(town(street("a", 0, 1), street("b", 1, 0)), by="street", min_units=1)[
        "rate"
    ]
    # Likelihood of single units does not depend on s; the prior s / (1+s)^2 is highest at s = 1.
    assert found.tolist() == pytest.approx([0.25, 0.75])


def test_small_street_is_withheld_but_counts():
    found = vacancy.rates(town(street("a", 1, 3), street("b", 1, 4)), by="street", min_units=5)
    assert found.loc["a", ["rate", "low", "high"]].isna().all()
    assert found["n"].to_dict() == {"a": 4, "b": 5}
    assert found.loc["b", "rate"] > 0


def test_unknown_is_never_in_use():
    known, with_unknown = (
        vacancy.rates(street("a", 5, 5, unknown=times), by="street") for times in (0, 40)
    )
    assert known.equals(with_unknown)


def test_street_of_unknowns_stays_with_nothing_known():
    found = vacancy.rates(town(street("a", 5, 5), street("b", 0, 0, unknown=9)), by="street")
    assert found.loc["b", "n"] == 0
    assert np.isnan(found.loc["b", "rate"])


def test_unit_of_unknown_area_leaves_both_sums():
    survey = areas(
        ("x", "vacant", 100.0), ("x", "in_use", 300.0), ("x", "vacant", None), ("x", "in_use", 0.0)
    )
    found = vacancy.rates(survey, by="centre", weight="floor_area", min_units=1)
    assert found.loc["x", "rate"] == pytest.approx(0.25)
    assert found.loc["x", "n"] == 2


def test_one_large_unit_makes_the_interval_wide():
    even = areas(*[("x", "vacant" if at < 5 else "in_use", 100.0) for at in range(20)])
    uneven = areas(
        *[("x", "vacant" if at < 5 else "in_use", 100.0 if at else 5_000.0) for at in range(20)]
    )
    wide, narrow = (
        vacancy.rates(survey, by="centre", weight="floor_area").loc["x"]
        for survey in (uneven, even)
    )
    assert wide["high"] - wide["low"] > narrow["high"] - narrow["low"]


def test_centre_without_vacancy_may_have_one_unseen():
    found = vacancy.rates(town(street("a", 0, 30), street("b", 0, 10)), by="street")
    # What was seen is nought of 30 and nought of 10; what may be is more than one of the 40, most
    # in the smaller.
    assert (found["rate"] == 0).all() and (found["low"] == 0).all()
    assert found.loc["b", "high"] > found.loc["a", "high"] > 1 / 40


def test_street_alone_in_its_centre_has_the_interval_of_jeffreys():
    found = vacancy.rates(street("a", 0, 10), by="street").loc["a"]
    # Table of Brown, Cai and DasGupta (2001) for 0 of 10 at 95 %.
    assert (found["rate"], found["low"]) == (0.0, 0.0) and found["high"] == pytest.approx(
        0.217, abs=5e-4
    )


@pytest.mark.parametrize(
    ("streets", "centre", "strength"),
    [(3, 0.03, 30.0), (8, 0.03, np.inf), (20, 0.15, 8.0), (3, 0.3, 200.0), (8, 0.15, 8.0)],
)
def test_an_interval_of_95_per_cent_holds_the_truth_that_often(streets, centre, strength):
    rng = np.random.default_rng(7)
    towns, every = 30, []
    for at in range(towns):
        size = rng.integers(5, 30, streets)
        spread = (centre * strength, (1 - centre) * strength)
        truth = np.full(streets, centre) if np.isinf(strength) else rng.beta(*spread, streets)
        vacant = rng.binomial(size, truth)
        units = pd.DataFrame(
            {"street": np.repeat(np.arange(streets) + 100 * at, size), "place_id": at}
        )
        units["status"] = np.concatenate(
            [np.repeat(["vacant", "in_use"], [k, n - k]) for k, n in zip(vacant, size, strict=True)]
        )
        every.append((units, truth))
    found = vacancy.rates(town(*[units for units, _ in every]), by="street")
    truth = np.concatenate([one for _, one in every])
    held = ((found["low"] <= truth) & (truth <= found["high"])).mean()
    # Three streets a town are 90 in all: two standard errors of 95 % are 5 per cent.
    assert held >= 0.90


@pytest.mark.slow
@settings(max_examples=20, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 30), st.integers(0, 30), st.floats(1, 1e4)), min_size=1, max_size=8
    ),
    st.sampled_from(["units", "floor_area"]),
)
def test_a_rate_lies_between_its_own_and_the_centres_and_inside_its_interval(streets, weight):
    survey = town(
        *[street(f"s{at}", k, n, floor_area_m2=m2) for at, (k, n, m2) in enumerate(streets)]
    )
    if survey.empty:
        return
    found = vacancy.rates(survey, by="street", weight=weight, min_units=1)
    size = survey["floor_area_m2"] if weight == "floor_area" else pd.Series(1.0, index=survey.index)
    sums = (
        pd.DataFrame({"all": size, "vacant": size.where(survey["status"] == "vacant", 0.0)})
        .groupby(survey["street"])
        .sum()
    )
    own, centre = sums["vacant"] / sums["all"], sums["vacant"].sum() / sums["all"].sum()
    assert (found["rate"] >= np.minimum(own, centre) - 1e-9).all()
    assert (found["rate"] <= np.maximum(own, centre) + 1e-9).all()
    assert (found["low"] <= found["rate"]).all() and (found["rate"] <= found["high"]).all()


def test_wider_certainty_is_a_wider_interval():
    survey = town(street("a", 5, 15), street("b", 2, 9))
    narrow, wide = (vacancy.rates(survey, by="street", certainty=level) for level in (0.8, 0.99))
    assert (wide["low"] < narrow["low"]).all()
    assert (wide["high"] > narrow["high"]).all()


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=1, max_size=8),
    st.randoms(use_true_random=False),
)
def test_rates_are_shares_and_row_order_changes_nothing(streets, random):
    survey = town(
        *[
            street(f"s{at}", vacant, in_use, unknown=1)
            for at, (vacant, in_use) in enumerate(streets)
        ]
    )
    found = vacancy.rates(survey, by="street", min_units=1)
    order = list(survey.index)
    random.shuffle(order)
    pd.testing.assert_frame_equal(found, vacancy.rates(survey.loc[order], by="street", min_units=1))
    known = found.dropna()
    assert (
        (known["low"] >= 0)
        & (known["low"] <= known["rate"])
        & (known["rate"] <= known["high"])
        & (known["high"] <= 1)
    ).all()
    assert len(known) == sum(vacant + in_use > 0 for vacant, in_use in streets)


@pytest.mark.parametrize("column", ["survey", "basis"])
def test_two_surveys_never_share_a_rate(column):
    survey = town(street("a", 1, 9, **{column: "2019"}), street("a", 2, 8, **{column: "2023"}))
    with pytest.raises(MixedSurveysError, match=f"one {column} per group"):
        vacancy.rates(survey, by="street")


@pytest.mark.parametrize("source", ["osm", "bag"])
def test_mapped_evidence_never_becomes_a_rate(source):
    with pytest.raises(NotASurveyError, match="mapped"):
        vacancy.rates(
            town(street("a", 1, 9, source_id="shop_survey"), street("a", 1, 0, source_id=source)),
            by="street",
        )


def test_unknown_status_of_a_register_does_no_harm():
    survey = town(
        street("a", 2, 8, source_id="shop_survey"), street("a", 0, 0, unknown=7, source_id="bag")
    )
    assert vacancy.rates(survey, by="street").loc["a", "n"] == 10


def test_mapped_vacancy_is_a_number_of_units():
    survey = town(street("a", 2, 0), street("b", 0, 5, unknown=2), street("c", 1, 0))
    assert vacancy.mapped_vacant(survey, by="street").to_dict() == {"a": 2, "c": 1}


def test_counts_say_what_one_unit_weighs():
    found = vacancy.counts(street("a", 3, 58, unknown=4), by="street").loc["a"]
    assert (found["units"], found["vacant_units"], found["unknown_units"]) == (61, 3, 4)
    assert found["unit_share"] == pytest.approx(0.016, abs=0.0005)


def test_centre_under_fifty_units_shows_counts_only():
    survey = town(street("a", 9, 40, unknown=20, place="borne"), street("b", 10, 40))
    assert vacancy.counts_only(survey).to_dict() == {"borne": True, "hengelo": False}


def test_table_withholds_small_streets_and_small_centres():
    survey = town(
        street("a", 12, 40, survey="2023"),
        street("b", 1, 2, survey="2023"),
        street("c", 3, 17, place="borne", survey="2023"),
        street("a", 8, 44, survey="2019"),
    )
    table = vacancy.per_street(survey).set_index(["street", "survey"])
    assert table["basis"].unique().tolist() == ["units"]
    assert table["vacancy_rate"].notna().to_dict() == {
        ("a", "2019"): True,
        ("a", "2023"): True,
        ("b", "2023"): False,
        ("c", "2023"): False,
    }
    assert table["units"].to_dict()[("b", "2023")] == 3
    assert np.isnan(table.loc[("b", "2023"), "vacant_units"])
    assert table.loc[("c", "2023"), "vacant_units"] == 3.0


def test_a_street_of_one_name_in_two_towns_is_two_rows():
    survey = town(
        street("a", 30, 30, survey="2023"), street("a", 6, 54, place="borne", survey="2023")
    )
    table = vacancy.per_street(survey).set_index(["place_id", "street"])
    assert table["vacancy_rate"].to_dict() == {("borne", "a"): 0.1, ("hengelo", "a"): 0.5}


def test_a_centre_has_its_own_rate_with_an_interval_from_fifty_units_on():
    seen = {"source_id": "shop_survey", "surveyed": pd.Timestamp("2026-09-01"), "survey": "2026"}
    survey = town(street("a", 9, 40, place="borne", **seen), street(None, 9, 47, unknown=4, **seen))
    borne, hengelo = vacancy.per_centre(survey).itertuples()
    assert (borne.units, borne.vacant_units, np.isnan(borne.rate)) == (49, 9, True)
    # Units on no street count as well: 9 of 56, and 4 of which nobody knows.
    assert (hengelo.units, hengelo.vacant_units, hengelo.unknown_units) == (56, 9, 4)
    assert hengelo.rate == pytest.approx(9 / 56) and hengelo.low < hengelo.rate < hengelo.high
    assert (hengelo.survey, hengelo.source_id, hengelo.surveyed) == (
        "2026",
        "shop_survey",
        seen["surveyed"],
    )


def test_no_premises_make_no_centre():
    units = street("a", 1, 1, survey="2023", source_id="s", surveyed=pd.NaT).iloc[:0]
    assert vacancy.per_centre(units).empty


def test_table_of_no_premises_is_empty():
    survey = street("a", 1, 1, survey="2023").iloc[:0]
    assert vacancy.per_street(survey).empty


def test_street_over_two_centres_is_refused():
    with pytest.raises(WrongShapeError, match="within one place_id"):
        vacancy.rates(town(street("a", 1, 9), street("a", 1, 9, place="borne")), by="street")


def test_unit_without_a_centre_is_refused():
    with pytest.raises(MissingValueError):
        vacancy.rates(street("a", 1, 9, place=None), by="street")


@pytest.mark.parametrize("measure", [vacancy.rates, vacancy.counts, vacancy.mapped_vacant])
def test_an_index_called_like_the_column_does_no_harm(measure):
    survey = town(street("a", 5, 15), street("b", 2, 9))
    found = measure(survey.set_index("street", drop=False), by="street")
    assert found.equals(measure(survey, by="street"))


@pytest.mark.parametrize(
    ("change", "options", "error"),
    [
        ({"status": "leeg"}, {}, WrongShapeError),
        ({}, {"weight": "turnover"}, WrongShapeError),
        ({}, {"weight": "floor_area"}, WrongShapeError),
        ({"floor_area_m2": -1.0}, {"weight": "floor_area"}, NegativeValueError),
        ({}, {"certainty": 1.0}, NegativeValueError),
        ({}, {"certainty": 0.95, "min_units": -1}, NegativeValueError),
        ({}, {"within": "province"}, WrongShapeError),
        ({}, {"by": ["street", "place_id"]}, WrongShapeError),
        ({"street": ["a", 1] * 5}, {}, WrongShapeError),
        ({"floor_area_m2": "groot"}, {"weight": "floor_area"}, WrongShapeError),
        ({"floor_area_m2": np.inf}, {"weight": "floor_area"}, MissingValueError),
    ],
)
def test_wrong_input_is_refused(change, options, error):
    with pytest.raises(error):
        vacancy.rates(street("a", 2, 8).assign(**change), **{"by": "street", **options})


def test_a_column_twice_is_refused():
    survey = street("a", 2, 8)
    with pytest.raises(WrongShapeError, match="once"):
        vacancy.rates(pd.concat([survey, survey[["status"]]], axis=1), by="street")
