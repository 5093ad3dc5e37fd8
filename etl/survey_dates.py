"""When the units of a shop survey were seen, and which of them are one survey."""

from __future__ import annotations

import re
from datetime import date

import pandas as pd

from etl import spreadsheet
from etl.errors import ContentError
from etl.headings import Opened
from etl.source import Piece

SAME_SURVEY_DAYS = 184
"""Visits within half a year are one survey; a longer file holds one survey per calendar year."""

_DAY_IN_NAME = re.compile(r"(?<!\d)(20\d{2})-?(0[1-9]|1[0-2])-?(0[1-9]|[12]\d|3[01])(?!\d)")


def seen(opened: Opened, piece: Piece) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Day each unit was seen, which days lie in the future, and which cells are no day.

    From the column, else from the map, else from a date like 2024-03-31 in the name of the file.
    """
    index = opened.sheet.cells.index
    whole = opened.map.surveyed or _day_in_name(piece.name)
    column = opened.column("surveyed")
    if column is None and whole is None:
        raise ContentError("survey-undated", name=piece.name)
    days = spreadsheet.days(column) if column is not None else None
    day = pd.Series(pd.NaT, index=index, dtype="datetime64[ms]") if days is None else days.values
    unread = days.refused if days is not None else pd.Series(False, index=index)
    if whole is not None:
        day = day.where(day.notna() | unread, pd.Timestamp(whole)).astype("datetime64[ms]")
    late = day > pd.Timestamp(piece.retrieved)
    if whole is not None and whole > piece.retrieved:
        today = piece.retrieved.isoformat()
        raise ContentError(
            "survey-future", name=piece.name, surveyed=whole.isoformat(), today=today
        )
    return day, late, day.isna()


def _day_in_name(name: str) -> date | None:
    match = _DAY_IN_NAME.search(name)
    try:
        return date(*(int(part) for part in match.groups())) if match else None
    except ValueError:
        return None


def surveys(home: pd.Series, seen: pd.Series) -> pd.Series:
    """Id of the survey of each row: place and last day of its visits."""
    spans = seen.groupby(home)
    long = (spans.transform("max") - spans.transform("min")).dt.days > SAME_SURVEY_DAYS
    year = seen.dt.year.where(long, 0)
    last = seen.groupby([home, year]).transform("max")
    return (home + "-" + last.dt.strftime("%Y-%m-%d")).astype("str")
