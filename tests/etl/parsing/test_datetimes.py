"""When intervals began, as suppliers of counts write it."""

from datetime import datetime, time

import pandas as pd
import pytest

from etl.parsing import datetimes


def column(*cells: object) -> pd.Series:
    return pd.Series(list(cells), dtype=object)


def at(day: object, hour: object) -> str | None:
    begun, _, _ = datetimes.interval_starts(column(day), column(hour))
    return None if pd.isna(begun[0]) else f"{begun[0]:%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    "hour",
    [
        "14",
        14,
        14.0,
        "14:00",
        "14.00",
        "14u00",
        "14 uur",
        "14:00 - 15:00",
        "14-15",
        "14:00:00",
        time(14),
        datetime(1899, 12, 31, 14),
    ],
)
def test_an_hour_beside_a_day_is_read_however_it_is_written(hour: object):
    assert at("2-3-2024", hour) == "2024-03-02 14:00"


@pytest.mark.parametrize("hour", ["", None, "25", "24:00", "middag", "14:61", True, -1, 14.5])
def test_what_is_no_hour_is_missing(hour: object):
    assert at("2-3-2024", hour) is None


def test_hours_of_a_file_that_numbers_them_to_24_are_those_that_ended_then():
    begun, whole_days, notes = datetimes.interval_starts(
        column(*["2-3-2024"] * 24), column(*range(1, 25))
    )
    assert begun.dt.hour.tolist() == list(range(24)) and begun.dt.day.unique().tolist() == [2]
    assert not whole_days and [note.nl for note in notes] == [
        "uren 1 tot en met 24: 14 is gelezen als van 13:00 tot 14:00"
    ]


def test_how_numbered_hours_were_read_is_told_and_of_written_ones_nothing():
    assert [note.nl for note in datetimes.interval_starts(column("2-3-2024"), column(14))[2]] == [
        "uren met een nummer: 14 is gelezen als van 14:00 tot 15:00"
    ]
    assert datetimes.interval_starts(column("2-3-2024"), column("14:00"))[2] == ()


def test_a_column_of_times_that_holds_the_day_as_well_needs_no_other():
    assert datetimes.interval_starts(None, column("2-3-2024 14:00"))[0].dt.hour.tolist() == [14]
    assert at("2-3-2024", "3-3-2024 14:00") == "2024-03-03 14:00"


def test_a_clock_in_the_first_column_goes_before_an_hour_beside_it():
    assert at("2-3-2024 09:00", "14") == "2024-03-02 09:00"


def test_midnights_of_a_workbook_are_days():
    begun, whole_days, _ = datetimes.interval_starts(
        column(datetime(2024, 3, 2), datetime(2024, 3, 3)), None
    )
    assert whole_days and begun.dt.day.tolist() == [2, 3]
    assert not datetimes.interval_starts(
        column(datetime(2024, 3, 2), datetime(2024, 3, 2, 1)), None
    )[1]


@pytest.mark.parametrize(
    ("text", "hour"),
    [("2023-10-29T00:30:00+00:00", 2), ("2023-10-29T01:30:00Z", 2), ("2024-03-31T01:00:00Z", 3)],
)
def test_zoned_moments_follow_summer_time(text: str, hour: int):
    assert datetimes.interval_starts(column(text), None)[0].dt.hour.tolist() == [hour]
