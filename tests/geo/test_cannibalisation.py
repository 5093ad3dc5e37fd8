import numpy as np
import pytest

from geo.cannibalisation import equivalent_floor_area, matrix
from geo.errors import NegativeValueError, NoAttractionError, WrongShapeError

# One town, every site equally far: spending follows floor area.
TOWN = [100.0]
NEAR = [[1.0, 1.0, 1.0]]


def test_neighbours_give_in_proportion_to_their_size():
    taken = matrix(TOWN, [100.0, 100.0, 200.0], NEAR)
    assert taken[0] == pytest.approx([0.0, 1 / 3, 2 / 3])
    assert taken[2] == pytest.approx([0.5, 0.5, 0.0])


def test_everything_gained_was_lost_elsewhere():
    cost = np.array([[1.0, 4.0, 9.0], [6.0, 2.0, 3.0]])
    taken = matrix([100.0, 50.0], [10.0, 40.0, 90.0], cost, beta=1.3)
    assert taken.sum(axis=1) == pytest.approx([1.0, 1.0, 1.0], abs=1e-12)
    assert (taken >= 0.0).all() and (np.diag(taken) == 0.0).all()


def test_near_site_gives_more_than_a_far_one():
    taken = matrix(TOWN, [10.0, 10.0, 10.0], [[1.0, 1.5, 6.0]])
    assert taken[0, 1] > taken[0, 2] * 10


def test_site_without_floor_area_takes_nothing():
    taken = matrix(TOWN, [0.0, 10.0, 30.0], NEAR)
    assert (taken[0] == 0.0).all() and taken[1] == pytest.approx([0.0, 0.0, 1.0])


def test_single_site_has_nobody_to_take_from():
    assert matrix(TOWN, [10.0], [[1.0]]).tolist() == [[0.0]]


@pytest.mark.parametrize("growth", [0.0, -0.1, float("nan")])
def test_growth_has_to_be_growth(growth: float):
    with pytest.raises(WrongShapeError, match="growth"):
        matrix(TOWN, [1.0, 1.0, 1.0], NEAR, growth=growth)


def test_rival_that_doubles_is_answered_by_doubling():
    extra = equivalent_floor_area(TOWN, [100.0, 100.0], [100.0, 200.0], [[1.0, 1.0]], site=0)
    assert extra == pytest.approx(100.0)


def test_new_rival_counts_from_nothing():
    extra = equivalent_floor_area(TOWN, [100.0, 100.0, 0.0], [100.0, 100.0, 50.0], NEAR, site=0)
    # Half of the spending against 150 m2 needs 150 m2.
    assert extra == pytest.approx(50.0)


def test_rival_that_shrinks_leaves_room_to_shrink():
    assert equivalent_floor_area(
        TOWN, [100.0, 100.0], [100.0, 50.0], [[1.0, 1.0]], site=0
    ) == pytest.approx(-50.0)


def test_nothing_changed_needs_nothing():
    assert equivalent_floor_area(
        TOWN, [100.0, 70.0], [100.0, 70.0], [[1.0, 2.0]], site=0
    ) == pytest.approx(0.0, abs=1e-6)


def test_spending_that_cannot_come_back_is_said():
    # All other sites close: no floor area makes the share less than everything.
    with pytest.raises(NoAttractionError, match="found none"):
        equivalent_floor_area(TOWN, [100.0, 100.0], [100.0, 0.0], [[1.0, 1.0]], site=0)


def test_site_that_was_not_there_had_nothing_to_keep():
    with pytest.raises(NoAttractionError, match="above 0 before"):
        equivalent_floor_area(TOWN, [0.0, 1.0], [1.0, 1.0], [[1.0, 1.0]], site=0)


def test_bad_floor_area_is_refused():
    with pytest.raises(NegativeValueError):
        matrix(TOWN, [-1.0, 1.0, 1.0], NEAR)
    with pytest.raises(WrongShapeError, match="a site among them"):
        equivalent_floor_area(TOWN, [1.0, 1.0], [1.0, 1.0], [[1.0, 1.0]], site=2)
