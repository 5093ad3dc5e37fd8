import pandas as pd
import pytest

from geo.alike import explain, nearest
from geo.errors import RefusedError, WrongShapeError

NAMES = "abcdefghij"


def places(**changed: list[float]) -> pd.DataFrame:
    """Ten places on a line: 0 to 9 in three characteristics."""
    line = {name: [float(at) for at in range(10)] for name in ("x", "y", "z")}
    return pd.DataFrame({**line, **changed}, index=list(NAMES))


def test_neighbours_on_the_line_are_nearest():
    assert list(nearest(places(), "a").index) == ["b", "c", "d"]
    assert set(nearest(places(), "e", count=2).index) == {"d", "f"}


def test_distance_is_in_standard_deviations():
    found = nearest(places(), "a", count=1)
    assert found["b"] == pytest.approx(1.0 / pd.Series(range(10)).std(ddof=1))


def test_units_change_nothing():
    one, other = places(), places(x=[1000.0 * at for at in range(10)])
    pd.testing.assert_series_equal(nearest(one, "c"), nearest(other, "c"))


def test_three_places_are_too_few():
    with pytest.raises(RefusedError) as refused:
        nearest(places().head(3), "a")
    assert (refused.value.lacking, refused.value.needed, refused.value.actual) == ("places", 4, 3)


def test_places_are_alike_in_what_sets_both_apart_from_the_mean():
    towns = pd.DataFrame(
        {
            # Means 4, 4, 4. On x both lie 6 above, on y 2 and 0 above, on z 4 apart.
            "x": [10.0, 10.0, -2.0, -2.0],
            "y": [6.0, 5.0, 3.0, 2.0],
            "z": [8.0, 4.0, 2.0, 2.0],
        },
        index=["a", "b", "c", "d"],
    )
    assert nearest(towns, "a", count=1).index[0] == "b"
    assert explain(towns, "a", "b").shared == ("x", "y")
    assert explain(towns, "a", "b").apart == "z"
    with pytest.raises(WrongShapeError):
        explain(towns, "a", "nergens")


def test_what_sets_two_places_apart_is_not_what_they_share():
    line = places()
    # All three columns are one: the ends of the line share nothing.
    assert explain(line, "a", "j").shared == ()


@pytest.mark.parametrize("empty", [[None] + [1.0] * 9, [1.0] * 10])
def test_a_characteristic_that_is_unknown_somewhere_or_the_same_everywhere_does_not_count(empty):
    with pytest.raises(RefusedError) as refused:
        nearest(places(z=empty), "a")
    assert (refused.value.lacking, refused.value.actual) == ("features", 2)


def test_an_unknown_place_is_refused():
    with pytest.raises(WrongShapeError):
        nearest(places(), "nergens")
