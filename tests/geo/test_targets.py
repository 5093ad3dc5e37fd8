import numpy as np
import pytest

from geo import huff
from geo.errors import MissingValueError, NotIdentifiedError, TooFewUnitsError, WrongShapeError
from geo.targets import Target, calibrate, leave_one_out, profile

# Two towns, two sites, 100 to spend in each town.
FLOWS = np.array([[60.0, 40.0], [20.0, 80.0]])
ALL, FIRST, SECOND = np.array([True, True]), np.array([True, False]), np.array([False, True])
ALL3 = np.ones(3, dtype=bool)

DEMAND = np.array([100.0, 300.0, 200.0])
COST = np.array([[2.0, 5.0], [5.0, 2.0], [4.0, 4.0]])


def site_share(name: str, origins: np.ndarray, value: float, **more: float) -> Target:
    return Target(name, value, part=(origins, SECOND), whole=(np.ones(origins.size, dtype=bool), SECOND), **more)


def model(parameters: np.ndarray) -> np.ndarray:
    share = huff.shares([parameters[1], 1.0], COST, beta=float(parameters[0]))
    return DEMAND[:, None] * share


def published(parameters: np.ndarray) -> list[Target]:
    flows = model(parameters)
    masks = np.eye(3, dtype=bool)
    ratios = [Target(f"origin {row}", 0.0, (masks[row], FIRST), (masks[row], ALL)) for row in range(3)]
    return [Target(t.name, t.modelled(flows), t.part, t.whole) for t in ratios]


def test_share_of_a_site_from_one_town():
    assert site_share("from the first town", FIRST, 0.3).modelled(FLOWS) == pytest.approx(40 / 120)


def test_share_of_a_town_at_one_site():
    target = Target("market share", 0.2, part=(SECOND, FIRST), whole=(SECOND, ALL))
    assert target.error(FLOWS) == pytest.approx(0.0)


def test_rank_that_is_met_is_no_error():
    ahead = Target("second site ahead", 1.0, part=(ALL, SECOND), whole=(ALL, FIRST), at_least=True)
    behind = Target("first site ahead", 1.0, part=(ALL, FIRST), whole=(ALL, SECOND), at_least=True)
    assert ahead.error(FLOWS) == 0.0
    assert behind.error(FLOWS) == pytest.approx(80 / 120 - 1)


def test_known_parameters_are_found_again():
    found = calibrate(model, published(np.array([1.5, 2.0])), start=[1.0, 1.0], low=[0.1, 0.1], high=[4.0, 5.0])
    assert found.parameters == pytest.approx([1.5, 2.0], rel=1e-4)
    assert found.rmse < 1e-6 and found.converged and found.at_bound == ()


def test_parameter_that_stops_at_an_end_is_named():
    found = calibrate(model, published(np.array([1.5, 2.0])), start=[1.0, 1.0], low=[0.1, 0.1], high=[1.2, 5.0])
    assert found.at_bound == (0,) and found.rmse > 0.001


def test_contradicting_targets_leave_an_error():
    targets = [site_share("low", FIRST, 0.2), site_share("high", FIRST, 0.3)]
    constant = calibrate(lambda parameters: FLOWS * [[parameters[0]], [1.0]], targets, start=[1.0], low=[0.1], high=[9.0])
    assert constant.modelled == pytest.approx([0.25, 0.25], abs=1e-4)
    assert constant.errors == pytest.approx([0.05, -0.05], abs=1e-4)
    assert constant.rmse == pytest.approx(0.05, abs=1e-4)


def test_heavier_target_is_met_better():
    targets = [site_share("low", FIRST, 0.2, weight=3.0), site_share("high", FIRST, 0.3)]
    found = calibrate(lambda parameters: FLOWS * [[parameters[0]], [1.0]], targets, start=[1.0], low=[0.1], high=[9.0])
    assert found.modelled[0] == pytest.approx(0.21, abs=1e-3)


def test_leaving_one_out_foresees_it_where_the_model_is_right():
    errors = leave_one_out(model, published(np.array([1.5, 2.0])), start=[1.0, 1.0], low=[0.1, 0.1], high=[4.0, 5.0])
    assert errors == pytest.approx([0.0, 0.0, 0.0], abs=1e-4)


def test_leaving_one_out_shows_a_target_that_does_not_fit():
    targets = published(np.array([1.5, 2.0]))
    odd = Target("odd", targets[0].value - 0.1, targets[0].part, targets[0].whole)
    errors = leave_one_out(model, [odd, *targets[1:]], start=[1.0, 1.0], low=[0.1, 0.1], high=[4.0, 5.0])
    assert errors[0] == pytest.approx(0.1, abs=1e-3)


def test_fewer_targets_than_parameters_are_refused():
    with pytest.raises(TooFewUnitsError, match="got 1 for 2"):
        calibrate(model, published(np.array([1.5, 2.0]))[:1], start=[1.0, 1.0], low=[0.1, 0.1], high=[4.0, 5.0])


@pytest.mark.parametrize(("low", "high"), [([2.0], [1.0]), ([0.1], [0.5]), ([0.1, 0.1], [4.0])])
def test_range_that_does_not_hold_its_start_is_refused(low: list[float], high: list[float]):
    with pytest.raises(WrongShapeError):
        calibrate(lambda _: FLOWS, [site_share("one", FIRST, 0.2)], start=[1.0], low=low, high=high)


def test_share_of_nothing_is_refused():
    with pytest.raises(NotIdentifiedError, match="from nobody"):
        Target("from nobody", 0.5, part=(ALL, FIRST), whole=(ALL, FIRST)).modelled(np.zeros((2, 2)))


@pytest.mark.parametrize(("value", "weight"), [(float("nan"), 1.0), (0.5, 0.0), (0.5, float("nan"))])
def test_unknown_target_is_refused(value: float, weight: float):
    with pytest.raises(MissingValueError):
        Target("one", value, (ALL, ALL), (ALL, ALL), weight)


def test_masks_of_another_region_are_refused():
    with pytest.raises(WrongShapeError, match="expected masks of"):
        site_share("three towns", np.array([True, False, False]), 0.5).modelled(FLOWS)


def as_told(parameters: np.ndarray) -> np.ndarray:
    """Flows of which the first town has exactly the parameter's part."""
    return np.array([[parameters[0], 0.0], [1.0 - parameters[0], 0.0]])


def told(name: str, value: float) -> Target:
    return Target(name, value, part=(FIRST, FIRST), whole=(ALL, FIRST))


def test_profile_of_a_mean_is_that_of_the_textbook():
    # The mean of 0.20 and 0.30, each 0.05 in doubt, is in doubt by 0.05 / sqrt 2; 1.645 of those hold 90 per cent.
    targets = [told("low", 0.20), told("high", 0.30)]
    found = calibrate(as_told, targets, start=[0.5], low=[0.0], high=[1.0])
    low, high = profile(as_told, targets, found, doubt=0.05, low=[0.0], high=[1.0])[0]
    assert (low, high) == pytest.approx((0.25 - 1.645 * 0.0354, 0.25 + 1.645 * 0.0354), abs=2e-3)


def test_profile_ends_at_the_bound_while_that_is_still_likely():
    targets = [told("low", 0.20), told("high", 0.30)]
    found = calibrate(as_told, targets, start=[0.25], low=[0.0], high=[0.28])
    assert profile(as_told, targets, found, doubt=0.05, low=[0.0], high=[0.28])[0][1] == 0.28


def test_profile_holds_the_known_parameters_as_often_as_it_says():
    known, exact = np.array([1.5, 2.0]), published(np.array([1.5, 2.0]))
    rng, bounds = np.random.default_rng(4), {"low": [0.1, 0.1], "high": [4.0, 9.0]}
    held = np.zeros(2)
    for _ in range(24):
        seen = [Target(t.name, t.value + rng.normal(0.0, 0.02), t.part, t.whole) for t in exact]
        found = calibrate(model, seen, start=[1.0, 1.0], **bounds)
        low, high = profile(model, seen, found, doubt=0.02, **bounds).T
        held += (low <= known) & (known <= high)
    # 22 of 24 expected; fewer than 18 would happen once in a hundred.
    assert (held >= 18).all()


@pytest.mark.parametrize(("doubt", "level"), [(0.0, 0.9), (0.01, 1.0)])
def test_profile_needs_a_doubt_and_a_level(doubt: float, level: float):
    targets = [told("low", 0.20), told("high", 0.30)]
    found = calibrate(as_told, targets, start=[0.5], low=[0.0], high=[1.0])
    with pytest.raises(WrongShapeError):
        profile(as_told, targets, found, doubt=doubt, low=[0.0], high=[1.0], level=level)


def test_known_slopes_lead_to_the_same_parameters():
    def moved(parameters: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        step = np.diag([1e-6, 1e-6])
        return model(parameters), np.array([(model(parameters + one) - model(parameters - one)) / 2e-6 for one in step])

    bounds = {"start": [1.0, 1.0], "low": [0.1, 0.1], "high": [4.0, 9.0]}
    told_at_least = Target("rank", 0.1, (ALL3, FIRST), (ALL3, ALL), at_least=True)
    targets = [*published(np.array([1.5, 2.0])), told_at_least]
    felt, known = (calibrate(model, targets, slopes=slopes, **bounds).parameters for slopes in (None, moved))
    assert known == pytest.approx([1.5, 2.0], rel=1e-5) and felt == pytest.approx(known, rel=1e-4)


def test_left_out_figure_is_looked_for_in_more_than_one_valley():
    # The first target has two valleys: at 0.785 it is nearly met, at 2.356 wholly. The second tells which.
    def wavy(parameters: np.ndarray) -> np.ndarray:
        at = float(parameters[0])
        first, second = 0.5 + 0.2 * np.cos(4.0 * at) - 0.05 * at, at / 4.0
        return np.array([[first, 1.0 - first], [second, 1.0 - second]])

    one, other = np.array([True, False]), np.array([False, True])
    targets = [Target("first", 0.182, (one, FIRST), (one, ALL)), Target("second", 0.589, (other, FIRST), (other, ALL))]
    near = leave_one_out(wavy, targets, start=[0.6], low=[0.0], high=[3.0])
    wide = leave_one_out(wavy, targets, start=[0.6], low=[0.0], high=[3.0], tries=6)
    assert near[1] == pytest.approx(0.785 / 4.0 - 0.589, abs=0.01) and wide[1] == pytest.approx(0.0, abs=0.01)
