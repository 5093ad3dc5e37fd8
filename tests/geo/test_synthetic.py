"""Rules of the synthetic control: what it finds back, how sure it is, what it refuses."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from geo.effects import (
    PoorFitError,
    SyntheticControl,
    TooFewUnits,
    synthetic_control,
)
from geo.errors import MissingValueError, WrongShapeError


def towns(rng: np.random.Generator, donors: int, years: int = 16) -> pd.DataFrame:
    """Vacancy per year and town: two shared currents, each town its own mix of them."""
    currents = rng.normal(size=(years, 2)).cumsum(axis=0)
    mixes = rng.dirichlet([1, 1], size=donors + 1)
    values = currents @ mixes.T + 0.3 * rng.normal(size=(years, donors + 1))
    names = ["hengelo"] + [f"donor {number:02d}" for number in range(donors)]
    return pd.DataFrame(values, index=range(2000, 2000 + years), columns=names)


def mixed(gain: float = 0.0) -> pd.DataFrame:
    """Hengelo as a quarter of the first and three quarters of the second donor, gain from 2010."""
    panel = towns(np.random.default_rng(4), donors=9)
    own = 0.25 * panel["donor 00"] + 0.75 * panel["donor 01"]
    return panel.assign(hengelo=own + gain * (panel.index >= 2010))


def control(panel: pd.DataFrame, start: int = 2010) -> SyntheticControl:
    return synthetic_control(panel, treated="hengelo", start=start)


def test_known_mix_and_known_effect_are_found_back():
    found = control(mixed(gain=3))
    assert found.weights[["donor 00", "donor 01"]].tolist() == pytest.approx([0.25, 0.75])
    assert found.weights.drop(["donor 00", "donor 01"]).abs().max() < 1e-9
    assert found.gap.loc[:2009].abs().max() < 1e-9
    assert found.gap.loc[2010:].tolist() == pytest.approx([3] * 6)
    assert found.effect == pytest.approx(3)
    assert found.p_value == pytest.approx(0.1)
    assert found.consistent_with == "up"


def test_loss_reads_down_and_no_change_reads_none():
    assert control(mixed(gain=-3)).consistent_with == "down"
    calm = towns(np.random.default_rng(1), donors=12)
    assert control(calm).p_value > 0.1
    assert control(calm).consistent_with == "none"


def test_with_few_donors_no_placebo_can_tell():
    few = mixed(gain=3).iloc[:, :6]
    found = control(few[["hengelo", *few.columns.drop("hengelo")]])
    assert found.p_value >= 1 / 6
    assert found.consistent_with == "cannot_tell"


def test_ratio_is_the_gap_after_by_the_gap_before():
    found = control(towns(np.random.default_rng(2), donors=9))
    before, after = found.gap.loc[:2009], found.gap.loc[2010:]
    assert found.rmspe_pre == pytest.approx(np.sqrt((before**2).mean()))
    assert found.ratio == pytest.approx(np.sqrt((after**2).mean()) / found.rmspe_pre)


@pytest.mark.slow
@given(st.integers(0, 10_000))
@settings(max_examples=20, deadline=None)
def test_weights_are_shares_and_no_step_towards_a_donor_fits_better(seed):
    rng = np.random.default_rng(seed)
    panel = towns(rng, donors=6)
    donors = panel.drop(columns="hengelo")
    panel = panel.assign(hengelo=donors.mean(axis=1) + 0.2 * rng.normal(size=len(panel)))
    found = control(panel)
    assert found.weights.min() >= 0
    assert found.weights.sum() == pytest.approx(1)
    own, mix = panel["hengelo"].loc[:2009], (donors @ found.weights).loc[:2009]
    for name in donors:
        step = 0.99 * mix + 0.01 * donors[name].loc[:2009]
        assert ((own - step) ** 2).sum() >= ((own - mix) ** 2).sum() * (1 - 1e-9)


def test_order_of_towns_and_years_changes_nothing():
    panel = towns(np.random.default_rng(3), donors=8)
    found, turned = control(panel), control(panel.iloc[::-1, ::-1])
    assert turned.p_value == found.p_value
    assert turned.ratio == found.ratio
    assert list(turned.weights.index) == list(panel.columns[:0:-1])
    pd.testing.assert_series_equal(turned.weights[found.weights.index], found.weights)
    pd.testing.assert_series_equal(turned.gap, found.gap)


def test_unit_of_measurement_changes_no_weight():
    panel = towns(np.random.default_rng(3), donors=8)
    found, scaled = control(panel), control(panel * 1000 + 5)
    assert scaled.weights.to_numpy() == pytest.approx(found.weights.to_numpy(), abs=1e-6)
    assert scaled.p_value == found.p_value


def test_towns_that_are_all_alike_show_no_effect():
    alike = pd.DataFrame(5.0, index=range(2000, 2016), columns=[*"abcdef", "hengelo"])
    assert control(alike).p_value == 1
    assert control(alike).effect == pytest.approx(0, abs=1e-12)


@pytest.mark.slow
@pytest.mark.parametrize("studies", [80, pytest.param(200, marks=pytest.mark.long)])
def test_placebo_p_values_are_uniform_where_nothing_happened(studies: int):
    rng = np.random.default_rng(8)
    places = []
    for _ in range(studies):
        try:
            places.append(round(control(towns(rng, donors=9)).p_value * 10))
        except PoorFitError:
            continue
    assert len(places) > 0.75 * studies
    counts = np.bincount(places, minlength=11)[1:]
    assert stats.chisquare(counts).pvalue > 0.01
    assert np.mean(np.array(places) <= 1) < 0.2


@pytest.mark.parametrize(
    ("panel", "start", "lacking", "needed", "found"),
    [
        (mixed().iloc[:, :5], 2010, "donors", 5, 4),
        (mixed(), 2004, "periods_before", 5, 4),
        (mixed(), 2016, "periods_after", 1, 0),
    ],
)
def test_too_little_to_build_a_stand_in_is_refused(panel, start, lacking, needed, found):
    with pytest.raises(TooFewUnits, match=f"at least {needed} .*got {found}: add") as refused:
        control(panel, start)
    error = refused.value
    assert (error.lacking, error.needed, error.actual) == (lacking, needed, found)


def test_town_outside_what_its_donors_span_is_refused():
    panel = towns(np.random.default_rng(5), donors=9)
    far = panel.assign(hengelo=panel.max(axis=1) + 50)
    with pytest.raises(PoorFitError, match="choose donors more like it") as refused:
        control(far)
    assert refused.value.lacking == "fit_before"
    assert refused.value.actual > refused.value.needed == 1


def test_panel_with_holes_or_without_the_town_is_refused():
    holed = mixed()
    holed.iloc[0, 0] = np.nan
    with pytest.raises(MissingValueError, match="1 missing"):
        control(holed)
    with pytest.raises(WrongShapeError, match="column hengelo"):
        control(mixed().drop(columns="hengelo"))
    with pytest.raises(WrongShapeError, match="column .'hengelo'."):
        synthetic_control(mixed(), treated=["hengelo"], start=2010)
    with pytest.raises(WrongShapeError, match="put in order"):
        control(mixed().rename(columns={"donor 00": 0}))
