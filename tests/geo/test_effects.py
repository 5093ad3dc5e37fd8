"""Rules of difference in differences: what it finds, how sure it is, what it refuses."""

import pickle

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from geo import effects
from geo.effects import Effect, RefusedError, TooFewUnits
from geo.errors import GeoError, MissingValueError, WrongShapeError

# Employment per restaurant in New Jersey and Pennsylvania (Card and Krueger, 1994).
TREATED_MEANS = (20.439408099688475, 21.02742946708464)
CONTROL_MEANS = (23.33116883116883, 21.165584415584416)


def streets(treated: list[list[float]], control: list[list[float]]) -> pd.DataFrame:
    """Vacant premises per street and year, one row of outcomes per street, years from 2010."""
    rows = [("centre", row) for row in treated] + [("elsewhere", row) for row in control]
    return pd.DataFrame(
        [
            (f"{where} {number}", 2010 + year, float(value), where == "centre")
            for number, (where, row) in enumerate(rows)
            for year, value in enumerate(row)
        ],
        columns=["street", "year", "vacant", "initiative"],
    )


def effect(panel: pd.DataFrame, start: int) -> Effect:
    return effects.difference_in_differences(
        panel, unit="street", period="year", outcome="vacant", treated="initiative", start=start
    )


def spread_around(means: tuple[float, float]) -> list[list[float]]:
    return [[means[0] + step, means[1] + 2 * step] for step in (-2, -1, 0, 1, 2)]


FLAT = [[10, 10, 10]] * 5


def test_panel_around_the_published_means_gives_the_published_effect():
    found = effect(streets(spread_around(TREATED_MEANS), spread_around(CONTROL_MEANS)), 2011)
    assert round(found.estimate, 4) == 2.7536
    assert found.low < found.estimate < found.high
    assert (found.n_treated, found.n_control) == (5, 5)


def test_effect_is_the_change_beyond_that_of_the_control_streets():
    panel = streets([[10, 10, 17]] * 5, [[4, 4, 6]] * 5)
    assert effect(panel, 2012).estimate == pytest.approx(5)


def test_start_itself_counts_as_after():
    panel = streets([[0, 6, 6]] * 5, FLAT)
    assert effect(panel, 2011).estimate == pytest.approx(6)
    assert effect(panel, 2012).estimate == pytest.approx(3)


def test_start_may_lie_between_two_surveys():
    panel = streets([[0, 6]] * 5, [[1, 1]] * 5)
    dated = panel.assign(year=pd.to_datetime(panel["year"].astype(str) + "-07-01"))
    assert effect(dated, pd.Timestamp("2011-01-01")).estimate == pytest.approx(6)


def test_treatment_may_be_written_as_0_and_1():
    panel = streets([[10, 10, 17]] * 5, [[4, 4, 6]] * 5)
    assert effect(panel.assign(initiative=panel["initiative"].astype(int)), 2012) == effect(
        panel, 2012
    )


def test_a_list_of_treated_units_is_refused_as_a_column():
    with pytest.raises(WrongShapeError, match="names of columns.*list"):
        effects.difference_in_differences(
            GOOD, unit="street", period="year", outcome="vacant", treated=["centre 0"], start=2011
        )


def test_interval_is_that_of_welch_on_the_change_per_unit():
    treated, control = [1, 3, 2, 6, 8], [1, 0, 2, 1, 1, 1]
    oracle = stats.ttest_ind(treated, control, equal_var=False)
    found = effect(streets([[0, y] for y in treated], [[0, y] for y in control]), 2011)
    assert (found.low, found.high) == pytest.approx(tuple(oracle.confidence_interval(0.95)))


def test_same_change_in_every_unit_leaves_no_doubt():
    found = effect(streets([[20.1, 20.1, 23.4]] * 5, [[7.3, 7.3, 7.3]] * 5), 2012)
    assert found.low == found.high == pytest.approx(3.3)
    assert found.pre_trend_p == 1


def test_one_period_before_leaves_the_trend_unknown():
    assert np.isnan(effect(streets([[10, 12]] * 5, [[10, 10]] * 5), 2011).pre_trend_p)


def test_trend_before_the_start_is_seen():
    rising = [[0 + step, 5, 10 - step, 15] for step in (0.1, 0.2, 0, -0.1, -0.2)]
    level = [[3 + step, 3, 3 - step, 3] for step in (0.1, 0.2, 0, -0.1, -0.2)]
    assert effect(streets(rising, level), 2013).pre_trend_p < 0.001
    assert effect(streets([[0, 1, 2]] * 5, FLAT), 2012).pre_trend_p == 0


def test_equal_trend_before_the_start_is_no_objection():
    uneven = [[0, 1 + step, 2 - step, 9] for step in (-1, 0, 1, -2, 2)]
    assert effect(streets(uneven, uneven), 2013).pre_trend_p == 1


@pytest.mark.parametrize(
    ("low", "high", "pre_trend_p", "reading"),
    [
        (1, 3, 0.5, "up"),
        (-3, -1, 0.5, "down"),
        (-1, 3, 0.5, "none"),
        (0, 3, 0.10, "none"),
        (1, 3, 0.09, "cannot_tell"),
        (-1, 3, 0.09, "cannot_tell"),
        (1, 3, float("nan"), "cannot_tell"),
    ],
)
def test_reading_follows_from_interval_and_earlier_trend(low, high, pre_trend_p, reading):
    assert Effect((low + high) / 2, low, high, pre_trend_p, 5, 5).consistent_with == reading


@pytest.mark.parametrize(
    ("panel", "start", "lacking", "needed", "found"),
    [
        (streets([[1, 2]] * 4, [[1, 2]] * 9), 2011, "treated_units", 5, 4),
        (streets([[1, 2]] * 9, [[1, 2]] * 4), 2011, "control_units", 5, 4),
        (streets([[1, 2]] * 5, []), 2011, "control_units", 5, 0),
        (streets([[1, 2]] * 5, [[1, 2]] * 5), 2010, "periods_before", 1, 0),
        (streets([[1, 2]] * 5, [[1, 2]] * 5), 2012, "periods_after", 1, 0),
    ],
)
def test_too_little_to_compare_is_refused_with_what_is_needed(panel, start, lacking, needed, found):
    with pytest.raises(TooFewUnits, match=f"at least {needed} .*got {found}: add") as refused:
        effect(panel, start)
    error = refused.value
    assert (error.lacking, error.needed, error.actual) == (lacking, needed, found)
    assert isinstance(error, (RefusedError, GeoError, ValueError))
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.lacking) == (str(error), lacking)


GOOD = streets([[1, 2]] * 5, [[1, 2]] * 5)


@pytest.mark.parametrize(
    ("panel", "error", "words"),
    [
        (GOOD.drop(columns="vacant"), WrongShapeError, "vacant"),
        (GOOD.iloc[1:], MissingValueError, "1 missing"),
        (GOOD.assign(vacant=GOOD["vacant"].where(GOOD.index > 2)), MissingValueError, "3 missing"),
        (GOOD.assign(vacant=np.inf), MissingValueError, "20 missing"),
        (GOOD.assign(year=GOOD["year"].where(GOOD.index > 2)), MissingValueError, "period"),
        (pd.concat([GOOD, GOOD.head(1)]), WrongShapeError, "more for centre 0 in 2010"),
        (GOOD.assign(initiative=GOOD.index > 2), WrongShapeError, "both for centre 1"),
        (GOOD.assign(initiative="yes"), WrongShapeError, "booleans"),
        (GOOD.assign(vacant="many"), WrongShapeError, "many"),
        (GOOD.assign(year=GOOD["year"].astype(str)), WrongShapeError, "same kind as the periods"),
    ],
)
def test_panel_that_does_not_fit_is_refused(panel, error, words):
    with pytest.raises(error, match=words):
        effect(panel, 2011)


def test_incomplete_units_can_be_left_out_on_purpose():
    panel = streets([[1, 2]] * 6, [[1, 2]] * 5)
    holed = panel.assign(vacant=panel["vacant"].where(panel.index != 0))
    complete = effects.complete_units(holed, unit="street", period="year", outcome="vacant")
    assert effect(complete, 2011).n_treated == 5
    short = effects.complete_units(panel.iloc[1:], unit="street", period="year", outcome="vacant")
    assert "centre 0" not in set(short["street"])


def test_nullable_outcomes_are_read_and_their_holes_seen():
    nullable = GOOD.assign(vacant=GOOD["vacant"].astype("Float64"))
    assert effect(nullable, 2011).estimate == 0
    with pytest.raises(MissingValueError, match="1 missing"):
        effect(nullable.assign(vacant=nullable["vacant"].where(GOOD.index > 0)), 2011)


def of_length(treated: list[float], control: list[float]) -> pd.DataFrame:
    """Streets of given lengths, in two years, all in one function."""
    panel = streets([[1, 2]] * len(treated), [[1, 2]] * len(control))
    return panel.assign(length_m=np.repeat([*treated, *control], 2), shops=1)


def match(
    panel: pd.DataFrame, per_unit: int, alike: tuple[str, ...] = ("length_m", "shops")
) -> pd.DataFrame:
    return effects.matched(
        panel, unit="street", treated="initiative", alike=alike, per_unit=per_unit
    )


def test_treated_streets_keep_the_control_streets_most_like_them():
    panel = of_length([100, 400], [390, 95, 800, 250, 120])
    kept = match(panel, per_unit=1)
    assert sorted(kept["street"].unique()) == [
        "centre 0",
        "centre 1",
        "elsewhere 2",
        "elsewhere 3",
    ]
    assert len(kept) == 8
    assert match(panel, per_unit=9).equals(panel)


def test_control_streets_equally_alike_fall_to_the_name():
    panel = of_length([100], [110, 90, 90])
    assert set(match(panel.iloc[::-1], per_unit=1)["street"]) == {"centre 0", "elsewhere 1"}


def test_unit_of_measurement_changes_no_match():
    panel = of_length([100, 400], [390, 95, 800, 250, 120])
    panel = panel.assign(shops=panel["length_m"] % 7)
    longer = panel.assign(length_m=panel["length_m"] * 1000)
    assert match(longer, per_unit=2).index.equals(match(panel, per_unit=2).index)


def test_what_cannot_be_matched_on_is_refused():
    panel = of_length([100], [110, 90])
    with pytest.raises(WrongShapeError, match="several in .*vacant"):
        match(panel, per_unit=1, alike=("vacant",))
    with pytest.raises(WrongShapeError, match="width_m"):
        match(panel, per_unit=1, alike=("width_m",))
    with pytest.raises(WrongShapeError, match="alike"):
        match(panel, per_unit=1, alike=())
    with pytest.raises(MissingValueError, match="length_m"):
        match(panel.assign(length_m=panel["length_m"].where(panel.index > 0)), per_unit=1)


whole = st.integers(-40, 40)
rows = st.lists(st.lists(whole, min_size=4, max_size=4), min_size=5, max_size=7)


@pytest.mark.slow
@given(rows, rows, st.randoms(use_true_random=False))
@settings(max_examples=25, deadline=None)
def test_order_level_and_unit_of_measurement_change_no_finding(treated, control, random):
    panel = streets(treated, control)
    before = effect(panel, 2012)
    order = list(panel.index)
    random.shuffle(order)
    assert effect(panel.loc[order], 2012) == before
    raised = effect(panel.assign(vacant=panel["vacant"] * 4 + 3), 2012)
    assert raised.estimate == pytest.approx(before.estimate * 4)
    assert raised.low == pytest.approx(before.low * 4)
    assert raised.pre_trend_p == pytest.approx(before.pre_trend_p, abs=1e-6)


@pytest.mark.slow
@given(rows, rows)
@settings(max_examples=25, deadline=None)
def test_swapping_the_groups_turns_the_sign(treated, control):
    one, other = effect(streets(treated, control), 2012), effect(streets(control, treated), 2012)
    assert other.estimate == pytest.approx(-one.estimate)
    assert (other.low, other.high) == pytest.approx((-one.high, -one.low))


def simulated(rng: np.random.Generator, treated: int, control: int, gain: float) -> pd.DataFrame:
    """Eight years of streets with lasting shocks, treated ones twice as restless, start in 2015."""
    count = treated + control
    shocks = rng.normal(size=(count, 8)) * np.where(np.arange(count) < treated, 2, 1)[:, None]
    for year in range(1, 8):
        shocks[:, year] += 0.7 * shocks[:, year - 1]
    values = shocks + rng.normal(size=(count, 1)) * 3 + rng.normal(size=8)
    values[:treated, 5:] += gain
    return streets(values[:treated].tolist(), values[treated:].tolist())


@pytest.mark.slow
@pytest.mark.parametrize("panels", [120, pytest.param(200, marks=pytest.mark.long)])
@pytest.mark.parametrize(("treated", "control"), [(5, 5), (5, 20)])
def test_interval_holds_the_known_effect_in_nine_of_ten_panels(treated, control, panels):
    rng = np.random.default_rng(9)
    found = [effect(simulated(rng, treated, control, 2.0), 2015) for _ in range(panels)]
    assert np.mean([one.low <= 2 <= one.high for one in found]) >= 0.90
    assert np.mean([one.pre_trend_p < 0.10 for one in found]) <= 0.17
    assert np.mean([one.estimate for one in found]) == pytest.approx(2, abs=0.3)
