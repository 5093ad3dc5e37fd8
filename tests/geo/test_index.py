"""Rules of the composite index: scales, means, missing values, groups."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo import index
from geo.errors import MissingValueError, NegativeValueError, WrongShapeError

UP = {"x": "higher"}


def column(*values: float) -> pd.DataFrame:
    return pd.DataFrame({"x": values}, dtype=float)


def up(table: pd.DataFrame) -> dict[str, str]:
    return dict.fromkeys(table.columns, "higher")


def equal(table: pd.DataFrame) -> dict[str, float]:
    return dict.fromkeys(table.columns, 1.0)


tables = st.integers(2, 6).flatmap(
    lambda rows: st.lists(
        st.lists(st.integers(-50, 50), min_size=rows, max_size=rows), min_size=2, max_size=4
    ).map(
        lambda cells: pd.DataFrame(
            {f"i{number}": values for number, values in enumerate(cells)},
            index=[f"place {number}" for number in range(rows)],
            dtype=float,
        )
    )
)
methods = st.sampled_from(["minmax", "zscore", "rank"])


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("minmax", [0, 100 / 9, 200 / 9, 300 / 9, 400 / 9, 100]),
        (
            "zscore",
            [
                -0.9931459096297,
                -0.6795208855361,
                -0.3658958614425,
                -0.0522708373489,
                0.2613541867447,
                1.8294793072126,
            ],
        ),
        ("rank", [1, 2, 3, 4, 5, 6]),
    ],
)
def test_scales_match_published_vectors(method, expected):
    scaled = index.normalise(column(1, 2, 3, 4, 5, 10), better=UP, method=method)
    assert scaled["x"].to_numpy() == pytest.approx(expected, rel=1e-10)


def test_lower_is_better_turns_the_scale():
    scaled = index.normalise(column(10, 20, 50), better={"x": "lower"})
    assert list(scaled["x"]) == [100, 75, 0]


def test_values_beyond_a_goalpost_count_as_the_goalpost():
    scaled = index.normalise(column(5, 15, 40), better=UP, bounds={"x": (10, 20)})
    assert list(scaled["x"]) == [0, 50, 100]


def test_goalposts_turn_with_the_direction():
    scaled = index.normalise(column(5, 15, 40), better={"x": "lower"}, bounds={"x": (10, 20)})
    assert list(scaled["x"]) == [100, 50, 0]


def test_logarithm_puts_each_factor_at_the_same_distance():
    scaled = index.normalise(column(1, 10, 100), better=UP, log=["x"])
    assert list(scaled["x"]) == pytest.approx([0, 50, 100])


def test_equal_ranks_are_shared():
    scaled = index.normalise(column(3, 1, 3), better=UP, method="rank")
    assert list(scaled["x"]) == [2.5, 1, 2.5]


@pytest.mark.parametrize(("method", "middle"), [("minmax", 50), ("zscore", 0), ("rank", 2)])
def test_rows_that_do_not_differ_stand_in_the_middle(method, middle):
    scaled = index.normalise(column(0.1, 0.1, 0.1), better=UP, method=method)
    assert list(scaled["x"]) == [middle] * 3


@pytest.mark.parametrize("method", ["minmax", "zscore", "rank"])
def test_missing_stays_missing_and_moves_no_other_row(method):
    known = index.normalise(column(1, 2, 5), better=UP, method=method)
    holed = index.normalise(column(1, np.nan, 2, 5), better=UP, method=method)
    assert np.isnan(holed["x"].iloc[1])
    assert list(holed["x"].dropna()) == list(known["x"])


def test_input_is_left_as_it_was():
    table = column(1, 10, 100)
    index.normalise(table, better={"x": "lower"}, log=["x"])
    assert list(table["x"]) == [1, 10, 100]


def test_nullable_columns_are_read():
    table = pd.DataFrame({"x": pd.array([1, None, 3], dtype="Float64")})
    assert index.normalise(table, better=UP)["x"].tolist()[::2] == [0, 100]


@pytest.mark.parametrize(
    ("table", "options", "error", "words"),
    [
        (column(1, 2), {"better": {}}, WrongShapeError, "direction"),
        (column(1, 2), {"better": {"x": "up"}}, WrongShapeError, "direction"),
        (column(1, 2), {"better": UP, "method": "median"}, WrongShapeError, "median"),
        (column(1, 2), {"better": UP, "bounds": {"x": (2, 2)}}, WrongShapeError, "bounds"),
        (column(1, 2), {"better": UP, "bounds": {"y": (1, 2)}}, WrongShapeError, "bounds"),
        (column(1, 2), {"better": UP, "log": ["y"]}, WrongShapeError, "logarithm"),
        (column(0, 2), {"better": UP, "log": ["x"]}, NegativeValueError, "above 0"),
        (
            column(1, 2),
            {"better": UP, "log": ["x"], "bounds": {"x": (0, 9)}},
            NegativeValueError,
            "goalposts above 0",
        ),
        (column(1, np.inf), {"better": UP}, MissingValueError, "endless"),
        (column(), {"better": UP}, WrongShapeError, "at least one row"),
        (pd.DataFrame(index=["a"]), {"better": {}}, WrongShapeError, "0 columns"),
        (pd.DataFrame({"x": ["a", "b"]}), {"better": UP}, WrongShapeError, "text"),
    ],
)
def test_what_cannot_be_scaled_is_refused(table, options, error, words):
    with pytest.raises(error, match=words):
        index.normalise(table, **options)


@given(tables, methods, st.sampled_from([0.5, 4.0, 1024.0]), st.integers(-8, 8))
@settings(max_examples=40, deadline=None)
def test_unit_of_measurement_changes_nothing(table, method, factor, shift):
    before = index.normalise(table, better=up(table), method=method)
    after = index.normalise(table * factor + shift, better=up(table), method=method)
    assert after.to_numpy() == pytest.approx(before.to_numpy(), abs=1e-9)


@given(tables, methods)
@settings(max_examples=40, deadline=None)
def test_flipping_sign_and_direction_changes_nothing(table, method):
    before = index.normalise(table, better=up(table), method=method)
    flipped = index.normalise(-table, better=dict.fromkeys(table.columns, "lower"), method=method)
    assert flipped.to_numpy() == pytest.approx(before.to_numpy(), abs=1e-9)


@given(tables)
@settings(max_examples=40, deadline=None)
def test_scale_and_score_lie_between_0_and_100(table):
    scaled = index.normalise(table, better=up(table))
    score = index.aggregate(scaled, equal(table))
    assert scaled.to_numpy().min() >= 0
    assert scaled.to_numpy().max() <= 100
    assert (score >= scaled.min(axis=1) - 1e-9).all()
    assert (score <= scaled.max(axis=1) + 1e-9).all()


@pytest.mark.parametrize(
    ("method", "weights", "expected"),
    [
        ("arithmetic", (1, 1, 1, 1, 1, 1), 4.16666666667),
        ("geometric", (1, 1, 1, 1, 1, 1), 3.25984442755),
        ("arithmetic", (1, 2, 3, 4, 5, 6), 5.47619047619),
        ("geometric", (1, 2, 3, 4, 5, 6), 4.60939059709),
    ],
)
def test_means_match_published_values(method, weights, expected):
    row = pd.DataFrame([[1.0, 2, 3, 4, 5, 10]], columns=list("abcdef"))
    score = index.aggregate(row, dict(zip("abcdef", weights, strict=True)), method=method)
    assert score.iloc[0] == pytest.approx(expected, rel=1e-10)


def test_published_human_development_example():
    income = index.normalise(
        pd.DataFrame({"income": [3829.0]}),
        better={"income": "higher"},
        bounds={"income": (100, 75000)},
        log=["income"],
    )
    parts = income.assign(health=69.71, education=34.47)
    assert round(income["income"].iloc[0] / 100, 4) == 0.5506
    assert round(index.aggregate(parts, equal(parts), method="geometric").iloc[0] / 100, 3) == 0.510


def test_geometric_mean_of_a_zero_is_zero_and_of_a_missing_value_is_not():
    table = pd.DataFrame({"a": [0, np.nan], "b": [64.0, 64.0], "c": [27.0, 64.0]})
    assert list(index.aggregate(table, equal(table), method="geometric")) == pytest.approx([0, 64])


def test_geometric_mean_refuses_values_below_zero():
    with pytest.raises(NegativeValueError, match="minmax or rank"):
        index.aggregate(column(-1, 1), {"x": 1}, method="geometric")


def test_missing_indicator_hands_its_weight_to_the_known_ones():
    table = pd.DataFrame({"a": [80.0], "b": [20.0], "c": [np.nan]})
    assert index.aggregate(table, {"a": 2, "b": 1, "c": 1}).iloc[0] == pytest.approx(60)
    assert index.coverage(table, {"a": 2, "b": 1, "c": 1}).iloc[0] == pytest.approx(0.75)


def test_row_known_for_half_of_the_weight_has_no_score():
    table = pd.DataFrame({"a": [80.0, 80.0], "b": [np.nan, 20.0]})
    assert index.aggregate(table, equal(table)).isna().tolist() == [True, False]
    assert index.aggregate(table, equal(table), min_coverage=0.5).tolist() == [80, 50]


def test_common_coverage_counts_what_every_row_knows():
    table = pd.DataFrame({"a": [1, 2.0], "b": [np.nan, 2.0], "c": [3.0, np.nan]})
    assert index.common_coverage(table, {"a": 1, "b": 1, "c": 2}) == pytest.approx(0.25)


def test_indicator_of_weight_zero_takes_no_part():
    table = pd.DataFrame({"a": [80.0], "b": [np.nan]})
    assert index.aggregate(table, {"a": 3, "b": 0}).iloc[0] == 80
    assert index.common_coverage(table, {"a": 3, "b": 0}) == 1


@pytest.mark.parametrize("weights", [[2, 1, 1], (2.0, 1.0, 1.0), np.array([2, 1, 1])])
def test_plain_numbers_weigh_the_columns_in_order(weights):
    table = pd.DataFrame({"b": [80.0], "a": [20.0], "c": [40.0]})
    assert index.aggregate(table, weights).iloc[0] == pytest.approx(55)
    assert index.coverage(table.assign(a=np.nan), weights).iloc[0] == pytest.approx(0.75)


@pytest.mark.parametrize(
    ("weights", "error"),
    [
        ([1, 1], WrongShapeError),
        ([], WrongShapeError),
        ({"x": None}, MissingValueError),
        ({"x": "heavy"}, MissingValueError),
        ({"x": -1}, NegativeValueError),
        ({"x": 0}, NegativeValueError),
        ({"x": np.nan}, MissingValueError),
        ({}, WrongShapeError),
        ({"x": 1, "y": 1}, WrongShapeError),
    ],
)
def test_weights_that_do_not_fit_are_refused(weights, error):
    with pytest.raises(error, match="expected"):
        index.aggregate(column(1, 2), weights)


def test_unknown_mean_is_refused():
    with pytest.raises(WrongShapeError, match="harmonic"):
        index.aggregate(column(1, 2), {"x": 1}, method="harmonic")


def test_highest_score_ranks_first_and_equals_share_the_best_rank():
    scores = pd.Series([10.0, 30.0, np.nan, 30.0 + 1e-12])
    assert index.ranks(scores).tolist()[:2] == [3, 1]
    assert index.ranks(scores).iloc[3] == 1
    assert np.isnan(index.ranks(scores).iloc[2])


GROUPS = {"a": "supply", "b": "supply", "c": "access"}


def test_weights_count_within_their_group_then_between_groups():
    table = pd.DataFrame({"a": [0.0], "b": [40.0], "c": [100.0]})
    scores = index.group_scores(table, {"a": 1, "b": 3, "c": 5}, groups=GROUPS)
    assert scores.to_dict("records") == [{"access": 100, "supply": 30}]
    assert index.aggregate(scores, {"access": 1, "supply": 1}).iloc[0] == 65


def test_flat_weights_give_the_same_score_as_two_steps():
    table = pd.DataFrame({"a": [0.0], "b": [40.0], "c": [100.0]})
    flat = index.flat_weights(
        {"a": 1, "b": 3, "c": 5}, groups=GROUPS, group_weights={"access": 1, "supply": 1}
    )
    assert flat.to_dict() == {"a": 0.125, "b": 0.375, "c": 0.5}
    assert index.aggregate(table, flat).iloc[0] == 65


def test_group_known_for_too_little_is_missing_in_the_total():
    table = pd.DataFrame({"a": [np.nan], "b": [40.0], "c": [100.0]})
    scores = index.group_scores(table, equal(table), groups=GROUPS)
    assert scores.isna().to_dict("records") == [{"access": False, "supply": True}]
    assert index.aggregate(scores, {"access": 2, "supply": 1}).iloc[0] == pytest.approx(100)
    assert np.isnan(index.aggregate(scores, {"access": 1, "supply": 1}).iloc[0])


def test_group_without_weight_is_left_out():
    table = pd.DataFrame({"a": [1.0], "b": [40.0], "c": [100.0]})
    weights = {"a": 1, "b": 1, "c": 0}
    assert list(index.group_scores(table, weights, groups=GROUPS)) == ["supply"]
    flat = index.flat_weights(weights, groups=GROUPS, group_weights={"access": 0, "supply": 2})
    assert flat.to_dict() == {"a": 0.5, "b": 0.5, "c": 0}
    with pytest.raises(WrongShapeError, match="group access"):
        index.flat_weights(weights, groups=GROUPS, group_weights={"access": 1, "supply": 1})


def test_indicator_without_group_is_refused():
    table = pd.DataFrame({"a": [1.0], "d": [2.0]})
    with pytest.raises(WrongShapeError, match="'d'"):
        index.group_scores(table, equal(table), groups=GROUPS)
