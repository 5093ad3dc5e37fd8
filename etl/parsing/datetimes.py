"""The starts of intervals in a table: local times, days, and days with an hour."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

import pandas as pd

from etl.parsing import table_file
from etl.problems import phrase
from geo.bilingual import Bilingual

_ZONED = re.compile(r"(?:Z|[+-]\d{2}:?\d{2})$")
_HOUR = re.compile(
    r"(?P<hour>[01]?\d|2[0-4])(?:(?P<minute>[:.u][0-5]\d)(?::(?P<second>[0-5]\d))?)?(?:\s*(?:uur|u|h))?"
    r"(?:\s*(?:-|–|tot)\s*(?:[01]?\d|2[0-4])(?:[:.u][0-5]\d)?(?:\s*(?:uur|u|h))?)?"
)
_CLOCK = re.compile(
    r"(?P<day>.+?)["
    r" T](?P<hour>[01]?\d|2[0-4])[:.](?P<minute>[0-5]\d)(?:[:.](?P<second>[0-5]\d)(?:[.,]\d+)?)?"
)


def interval_starts(
    day: pd.Series | None, hour: pd.Series | None
) -> tuple[pd.Series, bool, tuple[Bilingual, ...]]:
    """The start of each interval (local time or missing), whether all are whole days, and notes.

    The moment is in one of the columns, or its day in the first and its hour in the second. The
    notes say how hours without minutes are read.
    """
    moments = day.map(local_time) if day is not None else pd.Series([], dtype=object)
    notes: tuple[Bilingual, ...] = ()
    if hour is not None and all(moment is None or moment[1] for moment in moments):
        clocked = hour.map(local_time)
        if day is None or any(moment is not None and not moment[1] for moment in clocked):
            # The column of times holds the day as well.
            moments = clocked
        else:
            moments, notes = _at_hours(moments, hour)
    begun = pd.Series(
        [moment[0] if moment else None for moment in moments],
        index=moments.index,
        dtype="datetime64[ms]",
    )
    return (
        begun,
        bool(len(moments)) and all(moment is None or moment[1] for moment in moments),
        notes,
    )


def _at_hours(days: pd.Series, hours: pd.Series) -> tuple[pd.Series, tuple[Bilingual, ...]]:
    """Days with the hour beside them, and a note how numbered hours are read.

    Numbers 0 to 23 are the begin of an hour, numbers 1 to 24 its end.
    """
    read = hours.map(_hour)
    numbered = {hour[0] for hour in read if hour is not None and hour[1]}
    by_end = timedelta(hours=24) in numbered and timedelta() not in numbered
    earlier = timedelta(hours=1) if by_end else timedelta()
    last = timedelta(days=1)

    def moment(
        day: tuple[datetime, bool] | None, hour: tuple[timedelta, bool] | None
    ) -> tuple[datetime, bool] | None:
        if day is None or hour is None:
            return None
        offset = hour[0] - (earlier if hour[1] else timedelta())
        # An interval cannot start at the end of a day.
        return (day[0] + offset, False) if timedelta() <= offset < last else None

    moments = pd.Series(
        [moment(day, hour) for day, hour in zip(days, read, strict=True)],
        index=days.index,
        dtype=object,
    )
    if not numbered:
        return moments, ()
    return moments, (phrase(f"moment.hours-by-{'end' if by_end else 'begin'}"),)


def _hour(cell: object) -> tuple[timedelta, bool] | None:
    """Time of day of `14`, `14:00` or `14:00-15:00` or None, and whether it is only a number."""
    if isinstance(cell, datetime):
        cell = cell.time()
    if isinstance(cell, time):
        return timedelta(hours=cell.hour, minutes=cell.minute, seconds=cell.second), False
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    match = (
        _HOUR.fullmatch(str(cell).strip())
        if isinstance(cell, int | str) and not isinstance(cell, bool)
        else None
    )
    if match is None:
        return None
    minute, second = int((match["minute"] or ":0")[1:]), int(match["second"] or 0)
    # "14-15" and "14 uur" say by themselves where the hour begins.
    bare = match["hour"] == match.group()
    return timedelta(hours=int(match["hour"]), minutes=minute, seconds=second), bare


def local_time(cell: object) -> tuple[datetime, bool] | None:
    """Local time of a cell, and whether it is a day without a clock time; None for other cells."""
    if isinstance(cell, datetime):
        # A workbook stores times as moments of its first day, and days as their midnight.
        if cell.year <= 1900:
            return None
        return cell.replace(tzinfo=None), cell.time() == time()
    if isinstance(cell, date):
        return datetime.combine(cell, time()), True
    text = (
        str(cell).strip()
        if isinstance(cell, str | int | float) and not isinstance(cell, bool)
        else ""
    )
    day = table_file.day(cell)
    if day is not None and "00:00" not in text:
        return datetime.combine(day, time()), True
    if _ZONED.search(text) and "T" in text.upper().replace(" ", "T"):
        try:
            zoned = pd.Timestamp(datetime.fromisoformat(text.replace(" ", "T")))
        except (ValueError, OverflowError):
            return None
        return zoned.tz_convert("Europe/Amsterdam").tz_localize(None).to_pydatetime(), False
    match = _CLOCK.fullmatch(text)
    if match is None:
        return None
    day = table_file.day(match["day"].strip())
    # "24:00" is the end of a day; an interval cannot start there.
    if day is None or int(match["hour"]) == 24:
        return None
    clock = time(int(match["hour"]), int(match["minute"]), int(match["second"] or 0))
    return datetime.combine(day, clock), False
