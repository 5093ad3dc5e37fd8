"""Rules of how sure an index is: intervals, which assumption matters, one indicator left out."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import sobol_indices

from geo import index, robustness
from geo.errors import MissingValueError, NegativeValueError, WrongShapeError


def towns(**columns: tuple[float, ...]) -> pd.DataFrame:
    rows = ["almelo", "borne", "enschede", "hengelo", "oldenzaal"]
    return pd.DataFrame(columns, index=rows[: len(next(iter(columns.values())))], dtype=float)


def up(table: pd.DataFrame) -> dict[str, str]:
    return dict.fromkeys(table.columns, "higher")


def equal(table: pd.DataFrame) -> dict[str, float]:
    return dict.fromkeys(table.columns, 1.0)


FIVE = towns(shops=(50, 20, 90, 60, 40), access=(30, 60, 95, 80, 10), space=(80, 40, 70, 20, 90))


def uncertainty(table: pd.DataFrame, **options) -> pd.DataFrame:
    given = {"better": up(table), "weights": equal(table), "draws": 200} | options
    return index.uncertainty(table, **given)


def test_same_seed_gives_the_same_interval_and_another_seed_does_not():
    assert uncertainty(FIVE).equals(uncertainty(FIVE))
    assert not uncertainty(FIVE).equals(uncertainty(FIVE, seed=1))


def test_interval_is_ordered_and_within_its_scale():
    result = uncertainty(FIVE)
    assert list(result) == [
        "score_low",
        "score_median",
        "score_high",
        "rank_low",
        "rank_median",
        "rank_high",
    ]
    assert (result["score_low"] < result["score_high"]).all()
    assert result["score_median"].between(result["score_low"], result["score_high"]).all()
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


def test_places_may_be_called_by_numbers_and_words():
    mixed = FIVE.set_axis([7, "borne", 10, "hengelo", "oldenzaal"])
    pd.testing.assert_frame_equal(
        uncertainty(mixed), uncertainty(mixed.iloc[::-1]).loc[mixed.index]
    )


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
    wide = uncertainty(FIVE, bounds=dict.fromkeys(FIVE, (0, 1000)))
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


def test_outranking_is_counted_over_the_draws_of_the_uncertainty():
    how = {"better": up(FIVE), "weights": equal(FIVE), "draws": 200}
    above = index.outranking(FIVE, **how)
    assert list(above.index) == list(above.columns) == list(FIVE.index)
    assert (np.diag(above) == 0).all() and ((above + above.T) <= 1 + 1e-12).all(axis=None)
    two = FIVE.loc[["almelo", "oldenzaal"]]
    share = index.outranking(two, better=up(two), weights=equal(two), draws=200).to_numpy().max()
    assert 0.5 < share < 1
    # A rank is certain at a level as long as enough of the same draws give it.
    narrower, wider = (uncertainty(two, level=2 * share - 1 + shift) for shift in (-0.02, 0.02))
    assert narrower["rank_high"].min() == 1 and wider["rank_high"].min() == 2


def test_equal_rows_never_outrank_each_other_and_unranked_ones_are_missing():
    table = towns(shops=(5, 5, 1, 9), access=(0.3, 0.3, 0.7, np.nan), space=(2, 2, 8, np.nan))
    above = index.outranking(table, better=up(table), weights=equal(table), draws=50)
    assert above.loc["almelo", "borne"] == above.loc["borne", "almelo"] == 0.0
    assert above.loc["hengelo"].isna().all() and above["hengelo"].isna().all()


def test_best_on_everything_outranks_the_worst_in_every_draw():
    table = towns(shops=(9, 1, 5), access=(9, 1, 6), space=(9, 1, 3))
    above = index.outranking(table, better=up(table), weights=equal(table), draws=50)
    assert above.loc["almelo", "borne"] == 1.0 and above.loc["borne", "almelo"] == 0.0
