import numpy as np
import pytest

from geo.errors import MissingValueError, WrongShapeError
from geo.isolines import isolines

X = np.arange(5.0)
Y = np.arange(4.0)


def test_slope_to_the_east_has_a_straight_line():
    lines = isolines(np.tile(X, (4, 1)), X, Y, 1.5)
    assert lines.length == pytest.approx(3.0)
    assert {x for line in lines.geoms for x, _ in line.coords} == {1.5}


def test_hill_has_a_closed_ring_round_its_top():
    axis = np.linspace(-3.0, 3.0, 61)
    hill = -np.hypot(*np.meshgrid(axis, axis))
    lines = isolines(hill, axis, axis, -2.0)
    assert len(lines.geoms) == 1 and lines.geoms[0].is_ring
    assert lines.length == pytest.approx(2 * np.pi * 2.0, rel=0.01)


def test_two_hills_have_two_rings():
    axis = np.linspace(-6.0, 6.0, 61)
    x, y = np.meshgrid(axis, axis)
    surface = np.maximum(-np.hypot(x - 3, y), -np.hypot(x + 3, y))
    assert len(isolines(surface, axis, axis, -1.0).geoms) == 2


def test_level_nobody_reaches_has_no_line():
    assert isolines(np.zeros((4, 5)), X, Y, 0.5).is_empty
    assert isolines(np.ones((4, 5)), X, Y, 0.5).is_empty


@pytest.mark.parametrize(("level", "cut_off"), [(0.4, {(1, 0), (0, 1)}), (0.6, {(0, 0), (1, 1)})])
def test_saddle_is_parted_by_its_mean(level: float, cut_off: set[tuple[int, int]]):
    # The mean is 0.5: under it the two high corners join and the low ones are cut off, above it the
    # other way.
    lines = isolines([[1.0, 0.0], [0.0, 1.0]], [0.0, 1.0], [0.0, 1.0], level)
    middles = [line.interpolate(0.5, normalized=True) for line in lines.geoms]
    assert {(round(middle.x), round(middle.y)) for middle in middles} == cut_off


def test_gap_is_refused():
    with pytest.raises(MissingValueError):
        isolines([[0.0, float("nan")], [1.0, 1.0]], [0.0, 1.0], [0.0, 1.0], 0.5)


def test_grid_that_does_not_fit_its_axes_is_refused():
    with pytest.raises(WrongShapeError, match="grid of 4 x 5"):
        isolines(np.zeros((5, 4)), X, Y, 0.5)
    with pytest.raises(WrongShapeError, match="to grow"):
        isolines(np.zeros((4, 5)), X[::-1], Y, 0.5)
