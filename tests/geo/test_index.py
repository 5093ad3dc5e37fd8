"""Rules of the composite index: scales, means, missing values, groups, uncertainty, sensitivity."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import sobol_indices

from geo import index, robustness
from geo.errors import MissingValueError, NegativeValueError, WrongShapeError

UP = {"x": "higher"}


def column(*values: float) -> pd.DataFrame:
    return pd.DataFrame({"x": values}, dtype=float)


def towns(**columns: tuple[float, ...]) -> pd.DataFrame:
    rows = ["almelo", "borne", "enschede", "hengelo", "oldenzaal"]
    return pd.DataFrame(columns, index=rows[: len(next(iter(columns.values())))], dtype=float)


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


# Scales


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


# Means


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


@pytest.mark.parametrize(
    ("weights", "error"),
    [
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


# Groups


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


# Uncertainty


FIVE = towns(
    shops=(50, 20, 90, 60, 40), access=(30, 60, 95, 80, 10), space=(80, 40, 70, 20, 90)
)


def uncertainty(table: pd.DataFrame, **options) -> pd.DataFrame:
    given = {"better": up(table), "weights": equal(table), "draws": 200} | options
    return index.uncertainty(table, **given)


def test_same_seed_gives_the_same_interval_and_another_seed_does_not():
    assert uncertainty(FIVE).equals(uncertainty(FIVE))
    assert not uncertainty(FIVE).equals(uncertainty(FIVE, seed=1))


def test_interval_is_ordered_and_within_its_scale():
    result = uncertainty(FIVE)
    assert list(result) == ["score_low", "score_high", "rank_low", "rank_median", "rank_high"]
    assert (result["score_low"] < result["score_high"]).all()
    assert (result["rank_low"] <= result["rank_median"]).all()
    assert (result["rank_median"] <= result["rank_high"]).all()
    assert result["score_low"].min() >= 0
    assert result["score_high"].max() <= 100
    assert result["rank_low"].min() == 1
    assert result["rank_high"].max() <= 5


def test_best_on_everything_is_first_and_worst_is_last_whatever_the_assumptions():
    table = towns(shops=(9, 1, 5), access=(9, 1, 6), space=(9, 1, 3))
    result = uncertainty(table)[["rank_low", "rank_median", "rank_high"]]
    assert result.loc["almelo"].tolist() == [1, 1, 1]
    assert result.loc["borne"].tolist() == [3, 3, 3]


def test_equal_rows_share_their_rank():
    table = towns(shops=(5, 5, 1, 9), access=(0.3, 0.3, 0.7, 0.1), space=(2, 2, 8, 3))
    result = uncertainty(table)
    assert result.loc["almelo"].equals(result.loc["borne"])


def test_two_opposite_places_cannot_be_told_apart():
    table = towns(shops=(1, 0), access=(0, 1))
    assert uncertainty(table)[["rank_low", "rank_high"]].to_numpy().tolist() == [[1, 2], [1, 2]]


def test_row_known_for_too_little_takes_no_rank():
    table = towns(shops=(5, 1, 3), access=(2, np.nan, 4), space=(1, np.nan, 8))
    result = uncertainty(table)
    assert result.loc["borne"].isna().all()
    assert result["rank_high"].max() == 2


def test_no_row_known_well_enough_gives_no_interval():
    table = towns(shops=(5, np.nan), access=(np.nan, 1))
    assert uncertainty(table).isna().all(axis=None)
    assert index.sensitivity(table, better=up(table), weights=equal(table))["total"].isna().all()


@pytest.mark.parametrize("noisy", [False, True])
def test_order_of_rows_and_columns_changes_no_interval(noisy):
    turned = FIVE.iloc[::-1, [2, 0, 1]]
    options = {"standard_errors": FIVE * 0 + 5} if noisy else {}
    before, after = uncertainty(FIVE, **options), uncertainty(turned, **options)
    assert list(after.index) == list(turned.index)
    pd.testing.assert_frame_equal(after.loc[before.index], before)


def test_unit_and_direction_change_no_interval():
    other = FIVE.assign(shops=FIVE["shops"] * 1024, access=-FIVE["access"])
    better = up(FIVE) | {"access": "lower"}
    pd.testing.assert_frame_equal(uncertainty(other, better=better), uncertainty(FIVE))


def test_noise_in_the_data_widens_the_interval():
    plain = uncertainty(FIVE)
    noisy = uncertainty(FIVE, standard_errors=FIVE * 0 + 30)
    width = (noisy["score_high"] - noisy["score_low"]) - (plain["score_high"] - plain["score_low"])
    assert width.mean() > 5


def test_noise_of_zero_changes_no_interval():
    pd.testing.assert_frame_equal(uncertainty(FIVE, standard_errors=FIVE * 0), uncertainty(FIVE))


def test_noise_of_a_logarithm_is_relative():
    table = towns(shops=(1, 10, 100))
    small = uncertainty(table, log=["shops"], standard_errors=table * 0.001)
    assert small["rank_median"].tolist() == [3, 2, 1]
    assert small.loc["borne", "score_low"] == pytest.approx(50, abs=1)


def test_wide_goalposts_draw_the_scores_together():
    wide = uncertainty(FIVE, bounds={name: (0, 1000) for name in FIVE})
    assert (wide["score_low"] < uncertainty(FIVE)["score_low"])[["enschede", "hengelo"]].all()


def test_goalposts_of_an_unknown_indicator_are_refused():
    with pytest.raises(WrongShapeError, match="known columns"):
        uncertainty(FIVE, bounds={"shop": (0, 100)})


@pytest.mark.parametrize(
    ("errors", "error"),
    [
        (FIVE[["shops"]], WrongShapeError),
        (FIVE.where(FIVE > 10), MissingValueError),
        (-FIVE, NegativeValueError),
    ],
)
def test_standard_errors_that_do_not_fit_are_refused(errors, error):
    with pytest.raises(error, match="standard error"):
        uncertainty(FIVE, standard_errors=errors)


def test_draws_are_cut_in_blocks_for_large_tables(monkeypatch):
    monkeypatch.setattr(robustness, "BLOCK_CELLS", 15 * 60)
    result = uncertainty(FIVE, draws=200)
    assert (result["rank_median"] - uncertainty(FIVE)["rank_median"]).abs().max() <= 1


def test_too_few_draws_are_refused():
    with pytest.raises(WrongShapeError, match="at least 2 draws"):
        uncertainty(FIVE, draws=1)


# Sensitivity


def sensitivity(table: pd.DataFrame, **options) -> pd.DataFrame:
    return index.sensitivity(table, **({"better": up(table), "weights": equal(table)} | options))


def test_one_row_per_assumption_within_0_and_1():
    result = sensitivity(FIVE, standard_errors=FIVE * 0 + 5)
    assert list(result.index) == ["weights", "normalisation", "aggregation", "data"]
    assert result["varied"].all()
    assert (result["first"] >= 0).all()
    assert (result["first"] <= result["total"]).all()
    assert (result["total"] <= 1).all()


def test_data_without_standard_errors_is_not_varied():
    assert sensitivity(FIVE).loc["data"].tolist() == [0, 0, False]


def test_weights_explain_all_where_two_places_are_mirror_images():
    result = sensitivity(towns(shops=(1, 0), access=(0, 1)), draws=2048)
    assert result.loc["weights", "first"] > 0.9
    assert result.loc[["normalisation", "aggregation"], "total"].max() < 0.1


def test_data_explains_all_where_one_uncertain_figure_decides():
    table = towns(shops=(10, 11))
    result = sensitivity(table, standard_errors=table * 0 + 5, draws=1024)
    assert result.loc["data", "total"] > 0.9
    assert result.loc["weights"].tolist() == [0, 0, False]


def test_ranking_that_never_changes_has_no_sensitivity():
    assert sensitivity(towns(shops=(1, 2), access=(1, 2)))["total"].isna().all()


def test_same_seed_gives_the_same_sensitivity_in_any_order():
    turned = FIVE.iloc[::-1, ::-1]
    pd.testing.assert_frame_equal(sensitivity(FIVE), sensitivity(turned))


def test_indices_equal_the_estimators_of_scipy(monkeypatch):
    ranked = []
    plain = robustness._ranks

    def remembered(scores: np.ndarray) -> np.ndarray:
        ranked.append(plain(scores))
        return ranked[-1]

    monkeypatch.setattr(robustness, "_ranks", remembered)
    ours = sensitivity(FIVE, draws=256, standard_errors=FIVE * 0 + 5)
    one, other, *mixed = ranked
    theirs = sobol_indices(
        func={"f_A": one.T, "f_B": other.T, "f_AB": np.stack([part.T for part in mixed])}, n=256
    )
    variance = np.concatenate([one, other]).var(axis=0)
    share = (variance / variance.sum())[:, None]
    total = (theirs.total_order * share).sum(axis=0)
    first = (theirs.first_order * share).sum(axis=0)
    assert ours["total"].to_numpy() == pytest.approx(total.clip(0, 1))
    assert ours["first"].to_numpy() == pytest.approx(np.minimum(first.clip(0), total))


# Leaving one out


def test_leaving_an_indicator_out_shows_the_shift():
    table = towns(shops=(100, 0), access=(0, 50), space=(0, 50))
    weights = {"shops": 2, "access": 1, "space": 1}
    result = index.leave_one_out(table, better=up(table), weights=weights)
    without_shops = result.loc["shops"]
    assert without_shops["score"].tolist() == [0, 100]
    assert without_shops["score_shift"].tolist() == [-50, 50]
    assert without_shops["rank_shift"].tolist() == [1, 0]
    assert result.loc["access", "score"].tolist() == pytest.approx([200 / 3, 100 / 3])


def test_only_indicators_with_a_weight_are_left_out():
    table = towns(shops=(100, 0), access=(0, 50), space=(0, 50))
    options = {"better": up(table), "weights": {"shops": 1, "access": 1, "space": 0}}
    result = index.leave_one_out(table, **options)
    assert list(result.index.unique("left_out")) == ["shops", "access"]
    with pytest.raises(WrongShapeError, match="at least 2 indicators"):
        index.leave_one_out(table, **(options | {"weights": {"shops": 1, "access": 0, "space": 0}}))


def test_row_known_for_too_little_without_the_indicator_loses_its_score():
    table = towns(shops=(100, 0), access=(np.nan, 50), space=(0, 50))
    result = index.leave_one_out(table, better=up(table), weights=equal(table))
    assert result["score"].isna().to_dict() == {
        ("shops", "almelo"): True,
        ("shops", "borne"): False,
        ("access", "almelo"): False,
        ("access", "borne"): False,
        ("space", "almelo"): True,
        ("space", "borne"): False,
    }
