"""For how long units are vacant."""

import pandas as pd
import pytest

from geo import vacancy
from geo.errors import (
    MixedSurveysError,
    NegativeValueError,
)


def test_durations_end_at_a_year_and_at_three():
    since = pd.Series(
        ["2022-03-02", "2022-03-01", "2020-03-01", "2020-02-29", None], dtype="datetime64[ms]"
    )
    seen = pd.Series(pd.Timestamp("2023-03-01"), index=since.index)
    assert vacancy.duration(since, seen).tolist()[:4] == [
        "frictional",
        "long",
        "long",
        "structural",
    ]
    assert vacancy.duration(since, seen).isna().tolist() == [False] * 4 + [True]


def test_empty_after_it_was_seen_is_refused():
    with pytest.raises(NegativeValueError, match="2023-05-01 after 2023-03-01 in 1 rows"):
        vacancy.duration(
            pd.Series([pd.Timestamp("2023-05-01")]), pd.Series([pd.Timestamp("2023-03-01")])
        )


def visits(*rows):
    return pd.DataFrame(rows, columns=["premises_id", "surveyed", "status"]).astype(
        {"surveyed": "datetime64[ms]"}
    )


def test_emptiness_starts_with_the_unbroken_run():
    seen = visits(
        ("a", "2019-01-01", "vacant"),
        ("a", "2021-01-01", "in_use"),
        ("a", "2022-01-01", "vacant"),
        ("a", "2023-01-01", "vacant"),
        ("b", "2019-01-01", "vacant"),
        ("b", "2023-01-01", "in_use"),
        ("c", "2019-01-01", "vacant"),
        ("c", "2021-01-01", "unknown"),
        ("c", "2023-01-01", "vacant"),
    )
    since = vacancy.empty_since(seen.sample(frac=1.0, random_state=2))
    assert since.dt.year.to_dict() == {"a": 2022, "c": 2023}


def test_of_what_the_first_survey_found_empty_nobody_knows_since_when():
    told = [
        ("a", "2021-01-01", "vacant", "2021-01-01", True),
        ("a", "2022-01-01", "vacant", "2021-01-01", True),
        ("b", "2021-01-01", "in_use", None, False),
        ("b", "2022-01-01", "vacant", "2022-01-01", False),
        # Its owner says since when.
        ("c", "2022-01-01", "vacant", "2019-05-01", False),
        # Who could not tell on the first visit saw no beginning either.
        ("d", "2021-01-01", "unknown", None, False),
        ("d", "2022-01-01", "vacant", "2022-01-01", True),
    ]
    seen = visits(*(one[:3] for one in told)).assign(
        vacant_since=pd.to_datetime([one[3] for one in told])
    )
    assert vacancy.vacant_at_first_survey(seen).tolist() == [one[4] for one in told]


def test_two_statuses_on_one_day_are_refused():
    with pytest.raises(MixedSurveysError):
        vacancy.empty_since(visits(("a", "2019-01-01", "vacant"), ("a", "2019-01-01", "in_use")))
