"""Rules of a panel: what counts as after the start, and what is no panel."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from geo.errors import MissingValueError, TooFewUnits, WrongShapeError
from geo.panel import is_after, ordered, require

DAYS = [dt.date(2014, 10, 1), dt.date(2015, 6, 1), dt.date(2016, 5, 1)]
STAMPS = pd.DatetimeIndex(DAYS)
FROM_JUNE = [False, True, True]


@pytest.mark.parametrize(
    "start",
    [dt.date(2015, 6, 1), dt.datetime(2015, 6, 1), pd.Timestamp("2015-06-01"), "2015-06-01"],
)
def test_a_day_is_the_same_day_however_it_is_written(start):
    assert is_after(STAMPS, start).tolist() == FROM_JUNE


@pytest.mark.parametrize(
    "start", [dt.date(2015, 6, 1), dt.datetime(2015, 6, 1), pd.Timestamp("2015-06-01")]
)
def test_dates_are_read_like_timestamps(start):
    assert is_after(pd.Index(DAYS), start).tolist() == FROM_JUNE


@pytest.mark.parametrize(
    ("periods", "start"),
    [
        (pd.Index([2014, 2015, 2016]), 2015),
        (pd.Index([2014.0, 2015.5, 2016.0]), 2014.5),
        (pd.Index(["2014Q4", "2015Q2", "2016Q2"]), "2015Q1"),
        (pd.PeriodIndex(["2014", "2015", "2016"], freq="Y"), pd.Period("2015", freq="Y")),
        (
            pd.CategoricalIndex(
                ["voor", "na", "later"], categories=["voor", "na", "later"], ordered=True
            ),
            "na",
        ),
    ],
)
def test_whatever_has_an_order_can_be_a_period(periods, start):
    assert is_after(periods, start).tolist() == FROM_JUNE


@pytest.mark.parametrize(
    ("periods", "start"),
    [
        (STAMPS, 2015),
        (STAMPS, "spring"),
        (STAMPS, pd.NaT),
        (pd.Index(["2014", "2015"]), 2015),
        (pd.Index([2014, 2015]), "2015"),
        (pd.Index([2014, 2015]), None),
        (pd.Index([2014, 2015]), float("nan")),
        (pd.Index([2014, 2015]), [2015]),
        (pd.CategoricalIndex(["voor", "na"]), "na"),
    ],
)
def test_a_start_of_another_kind_is_refused(periods, start):
    with pytest.raises(WrongShapeError, match="same kind as the periods"):
        is_after(periods, start)


def test_rows_and_columns_come_in_order():
    table = ordered(pd.DataFrame({"b": [1, 2], "a": [3, 4]}, index=[2015, 2014]))
    assert table.to_numpy().tolist() == [[4, 2], [3, 1]] and list(table) == ["a", "b"]


@pytest.mark.parametrize(
    ("table", "error", "words"),
    [
        (pd.DataFrame({"a": ["many"]}), WrongShapeError, "many"),
        (pd.DataFrame({"a": [1.0], 0: [2.0]}), WrongShapeError, "put in order"),
        (pd.DataFrame({"a": [1.0, np.nan]}), MissingValueError, "1 missing"),
        (pd.DataFrame({"a": [1.0, -np.inf]}), MissingValueError, "1 missing"),
    ],
)
def test_what_holds_no_outcomes_is_refused(table, error, words):
    with pytest.raises(error, match=words):
        ordered(table)


def test_enough_is_enough_and_less_says_what_lacks():
    require(5, 5, "control_units")
    with pytest.raises(TooFewUnits, match="at least 5 control units, got 4") as refused:
        require(4, 5, "control_units")
    assert (refused.value.lacking, refused.value.needed, refused.value.actual) == (
        "control_units",
        5,
        4,
    )
