"""Least squares of many small problems side by side, against scipy's one by one."""

import numpy as np
import pytest
from scipy.optimize import least_squares

from geo.descent import descend
from geo.errors import WrongShapeError


def curves(problems: int, parameters: int, errors: int, seed: int):
    """Problems of bent errors, each with its own numbers, and how fast the errors move."""
    rng = np.random.default_rng(seed)
    bent, squared = rng.normal(size=(2, problems, errors, parameters))
    seen = 0.5 * rng.normal(size=(problems, errors))

    def missed(at: np.ndarray, which: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        along = np.tanh(np.einsum("krp,kp->kr", bent[which], at))
        error = along + 0.1 * np.einsum("krp,kp->kr", squared[which], at**2) - seen[which]
        return error, (1.0 - along**2)[:, :, None] * bent[which] + 0.2 * squared[which] * at[
            :, None, :
        ]

    return missed


def line(at: np.ndarray, which: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Errors at - 1 and at - 3: least where at is 2, with squares 1 + 1."""
    return at - [1.0, 3.0], np.ones((len(at), 2, 1))


def test_line_by_hand():
    found = descend(line, [[0.0], [9.0]], [-10.0], [10.0])
    assert found.parameters == pytest.approx(
        np.array([[2.0], [2.0]])
    ) and found.squares == pytest.approx([2.0, 2.0])
    assert found.converged.all()


def test_bound_stops_it_exactly():
    found = descend(line, [[0.0], [9.0]], [-10.0], [1.5])
    assert (
        (found.parameters == 1.5).all()
        and found.squares == pytest.approx([2.5, 2.5])
        and found.converged.all()
    )


def test_parameter_with_one_bound_twice_is_held():
    missed = curves(20, 3, 6, seed=3)
    held = np.linspace(-0.5, 0.5, 20)
    low, high = np.full((20, 3), -1.0), np.full((20, 3), 1.0)
    low[:, 1] = high[:, 1] = held
    found = descend(missed, np.zeros((20, 3)), low, high)
    assert (found.parameters[:, 1] == held).all()
    free = descend(missed, found.parameters, [-1.0] * 3, [1.0] * 3)
    assert (free.squares <= found.squares).all() and (free.squares < found.squares).any()


@pytest.mark.slow
@pytest.mark.parametrize("problems", [3, pytest.param(12, marks=pytest.mark.long)])
@pytest.mark.parametrize(
    ("parameters", "errors", "seed"), [(1, 5, 1), (2, 4, 2), (3, 3, 3), (4, 7, 4), (5, 6, 5)]
)
def test_from_many_places_the_lowest_is_scipys(
    parameters: int, errors: int, seed: int, problems: int
):
    places = 12
    missed = curves(problems, parameters, errors, seed)
    rng = np.random.default_rng(seed)
    starts = rng.uniform(-1.0, 1.5, (problems, places, parameters))
    number = np.repeat(np.arange(problems), places)
    found = descend(
        lambda at, rows: missed(at, number[rows]),
        starts.reshape(-1, parameters),
        [-1.0] * parameters,
        [1.5] * parameters,
    )
    lowest = found.squares.reshape(problems, places).min(axis=1)
    for problem in range(problems):
        one = np.array([problem])
        tried = [
            least_squares(
                lambda at, one=one: missed(at[None], one)[0][0],
                start,
                jac=lambda at, one=one: missed(at[None], one)[1][0],
                bounds=(-1.0, 1.5),
            ).cost
            for start in starts[problem]
        ]
        assert lowest[problem] <= 2.0 * min(tried) * (1.0 + 1e-5) + 1e-12


def test_where_it_ends_no_way_leads_down():
    missed = curves(200, 4, 7, seed=9)
    found = descend(
        missed,
        np.random.default_rng(9).uniform(-1.0, 1.5, (200, 4)),
        [-1.0] * 4,
        [1.5] * 4,
        precision=1e-10,
    )
    error, slope = missed(found.parameters, np.arange(200))
    assert found.squares == pytest.approx((error**2).sum(axis=1))
    downhill = np.einsum("krp,kr->kp", slope, error)
    downhill[
        (found.parameters <= -1.0) & (downhill > 0.0) | (found.parameters >= 1.5) & (downhill < 0.0)
    ] = 0.0
    steepest = np.sqrt(found.squares[:, None]) * np.sqrt((slope**2).sum(axis=1))
    assert (np.abs(downhill) <= 1e-3 * steepest).all() and found.converged.all()


def test_parameter_that_moves_nothing_stays_where_it_is():
    def missed(at: np.ndarray, which: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return at[:, :1] - 2.0, np.broadcast_to(np.array([[1.0, 0.0]]), (len(at), 1, 2))

    found = descend(missed, [[0.0, 0.3]], [-9.0, 0.0], [9.0, 1.0])
    assert found.parameters[0] == pytest.approx([2.0, 0.3])


def test_problem_without_any_way_down_is_done():
    found = descend(
        lambda at, which: (np.ones((len(at), 2)), np.zeros((len(at), 2, 1))), [[0.5]], [0.0], [1.0]
    )
    assert found.parameters[0, 0] == 0.5 and found.converged.all()


def test_order_of_the_problems_does_not_matter():
    missed, starts = curves(30, 3, 6, seed=6), np.random.default_rng(6).uniform(-1.0, 1.0, (30, 3))
    back = np.arange(30)[::-1]
    one = descend(missed, starts, [-1.0] * 3, [1.0] * 3)
    two = descend(lambda at, which: missed(at, back[which]), starts[back], [-1.0] * 3, [1.0] * 3)
    assert one.parameters == pytest.approx(two.parameters[back], abs=1e-12)


@pytest.mark.parametrize(
    ("start", "low", "high"),
    [([0.5], [0.0], [1.0]), ([[np.nan]], [0.0], [1.0]), ([[0.5]], [1.0], [0.0])],
)
def test_places_that_cannot_be_are_refused(start: list, low: list[float], high: list[float]):
    with pytest.raises(WrongShapeError):
        descend(line, start, low, high)
