import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo import huff
from geo.ensemble import between, evenly, prepare, shares, span, totals
from geo.errors import MissingValueError, NegativeValueError, NoAttractionError, WrongShapeError

MINUTES = np.array([[5.0, 15.0, 20.0], [15.0, 5.0, 25.0]])
NO_BORDER = np.zeros((2, 3), dtype=bool)
DEMAND = np.array([100.0, 300.0])


def one_member(
    area: list[float], *, beta: float = 0.2, crosses: np.ndarray = NO_BORDER, border: float = 0.0
) -> np.ndarray:
    pull = prepare(MINUTES, crosses, [[beta]], [border])
    return shares(pull, [[area]], [[1.0]])[0]


def test_one_member_is_the_exponential_huff_model():
    area = [100.0, 200.0, 50.0]
    assert one_member(area) == pytest.approx(
        huff.shares(area, MINUTES, beta=0.2, decay="exponential"), abs=1e-14
    )


def test_border_is_added_to_the_trips_that_cross_it():
    crosses = np.array([[False, False, True], [False, False, True]])
    longer = MINUTES + 12.0 * crosses
    expected = huff.shares([1.0, 1.0, 1.0], longer, beta=0.2, decay="exponential")
    assert one_member([1.0, 1.0, 1.0], crosses=crosses, border=12.0) == pytest.approx(
        expected, abs=1e-14
    )


def test_groups_share_spending_in_their_parts():
    pull = prepare(MINUTES, NO_BORDER, [[0.2, 0.2]], [0.0])
    # Group one is sold at the first site only, group two at the second only.
    both = shares(pull, [[[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]], [[0.75, 0.25]])[0]
    assert both == pytest.approx(np.array([[0.75, 0.25, 0.0], [0.75, 0.25, 0.0]]))


def test_group_without_spending_needs_no_site():
    pull = prepare(MINUTES, NO_BORDER, [[0.2, 0.2]], [0.0])
    assert shares(pull, [[[1.0, 0.0, 0.0], [0.0, 0.0, 0.0]]], [[1.0, 0.0]])[
        0
    ].sum() == pytest.approx(2.0)


def test_group_with_spending_and_no_site_is_refused():
    pull = prepare(MINUTES, NO_BORDER, [[0.2]], [0.0])
    with pytest.raises(NoAttractionError, match="nowhere to go"):
        shares(pull, [[[0.0, 0.0, 0.0]]], [[1.0]])


def test_sites_added_together_hold_their_sum():
    pull = prepare(MINUTES, NO_BORDER, [[0.2]], [0.0])
    alone = shares(pull, [[[1.0, 2.0, 3.0]]], [[1.0]])[0]
    joined = shares(pull, [[[1.0, 2.0, 3.0]]], [[1.0]], together=[1, 0, 1])[0]
    assert joined == pytest.approx(
        np.column_stack([alone[:, 1], alone[:, 0] + alone[:, 2]]), abs=1e-15
    )


@pytest.mark.parametrize("together", [[0, 1], [0, 1, -1], [0.0, 1.0, 2.0]])
def test_columns_that_do_not_fit_the_sites_are_refused(together: list[float]):
    with pytest.raises(WrongShapeError, match="together"):
        shares(
            prepare(MINUTES, NO_BORDER, [[0.2]], [0.0]),
            np.ones((1, 1, 3)),
            [[1.0]],
            together=together,
        )


def test_kept_or_not_and_in_blocks_or_not_is_the_same():
    beta, border = np.linspace(0.05, 0.4, 19)[:, None], np.linspace(0.0, 18.0, 19)
    crosses = [[False, False, True], [True, True, False]]
    area = np.linspace(1.0, 9.0, 57).reshape(19, 1, 3)
    kept, not_kept = (
        shares(prepare(MINUTES, crosses, beta, border, keep=keep), area, np.ones((19, 1)))
        for keep in (True, False)
    )
    assert (kept == not_kept).all()
    last = shares(prepare(MINUTES, crosses, beta[18:], border[18:]), area[18:], np.ones((1, 1)))
    assert (last[0] == kept[18]).all()


def test_closed_site_gets_nothing_and_the_others_take_over():
    assert one_member([0.0, 1.0, 0.0]).tolist() == [[0.0, 1.0, 0.0], [0.0, 1.0, 0.0]]


def test_far_sites_still_share_when_all_near_ones_close():
    pull = prepare([[0.0, 2_000.0, 2_000.0]], [[False] * 3], [[0.2]], [0.0])
    assert shares(pull, [[[0.0, 3.0, 1.0]]], [[1.0]])[0, 0] == pytest.approx([0.0, 0.75, 0.25])


def test_site_beyond_every_number_is_refused_not_a_gap():
    pull = prepare([[0.0, 5_000.0]], [[False, False]], [[0.2]], [0.0])
    with pytest.raises(NoAttractionError, match="within reach"):
        shares(pull, [[[0.0, 1.0]]], [[1.0]])


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.floats(0.0, 1e5), min_size=3, max_size=3).filter(lambda area: sum(area) > 1.0),
    st.floats(0.0, 0.8),
    st.floats(0.0, 60.0),
    st.floats(0.0, 1.0),
)
def test_spending_is_conserved(area: list[float], beta: float, border: float, part: float):
    pull = prepare(
        MINUTES, [[False, False, True], [True, True, False]], [[beta, beta / 2]], [border]
    )
    share = shares(pull, [[area, area]], [[part, 1.0 - part]])
    assert np.abs(share.sum(axis=2) - 1.0).max() < 1e-9
    assert totals(DEMAND, share).sum() == pytest.approx(400.0, rel=1e-9)


def test_range_is_walked_evenly_in_the_logarithm():
    assert between([100.0, 0.0], [400.0, 0.0], [0.5, 0.3]) == pytest.approx([200.0, 0.0])
    assert between(100.0, 400.0, 0.0) == pytest.approx(100.0)
    assert between(100.0, 400.0, 1.0) == pytest.approx(400.0)


@pytest.mark.parametrize(("low", "high"), [([2.0], [1.0]), ([0.0], [1.0]), ([-1.0], [1.0])])
def test_range_upside_down_or_from_zero_is_refused(low: list[float], high: list[float]):
    with pytest.raises(WrongShapeError):
        between(low, high, [0.5])


def test_unknown_end_of_a_range_is_refused():
    with pytest.raises(MissingValueError, match="leave the site out"):
        between([float("nan")], [1.0], [0.5])


def test_span_leaves_out_the_outer_members():
    low, high = span(np.arange(1.0, 101.0), 0.9)
    assert (low, high) == (6.0, 95.0)


def test_span_of_few_members_is_all_of_them():
    assert span([3.0, 1.0, 2.0]) == (1.0, 3.0)


def test_span_without_members_is_refused():
    with pytest.raises(WrongShapeError):
        span([])


def test_draws_cover_every_part_of_each_range_once():
    drawn = evenly(10, 3, seed=1)
    for column in drawn.T:
        assert sorted((column * 10).astype(int)) == list(range(10))
    assert (evenly(10, 3, seed=1) == drawn).all()


@pytest.mark.parametrize(
    ("area", "error"),
    [
        ([-1.0, 1.0, 1.0], NegativeValueError),
        ([float("nan"), 1.0, 1.0], MissingValueError),
        ([1.0, 1.0], WrongShapeError),
    ],
)
def test_bad_floor_area_is_refused(area: list[float], error: type[Exception]):
    with pytest.raises(error):
        one_member(area)


def test_unknown_travel_time_is_refused():
    with pytest.raises(MissingValueError, match="minutes"):
        prepare([[1.0, float("nan")]], [[False, False]], [[0.1]], [0.0])


def test_parts_that_do_not_add_up_are_refused():
    pull = prepare(MINUTES, NO_BORDER, [[0.2, 0.2]], [0.0])
    with pytest.raises(WrongShapeError, match="add up to 1"):
        shares(pull, np.ones((1, 2, 3)), [[0.5, 0.4]])
