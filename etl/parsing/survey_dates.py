"""The days of a shop survey, and the survey that each day belongs to."""

from __future__ import annotations

import re
from datetime import date

import pandas as pd

from etl.errors import ContentError
from etl.parsing import table_file
from etl.parsing.column_map import OpenedTable

SAME_SURVEY_DAYS = 184
"""The longest span of one survey; a longer file holds one survey per calendar year."""

_DAY_IN_NAME = re.compile(r"(?<!\d)(20\d{2})-?(0[1-9]|1[0-2])-?(0[1-9]|[12]\d|3[01])(?!\d)")


def survey_days(opened: OpenedTable) -> tuple[pd.Series, pd.Series, pd.Series]:
    """The day of each unit, the rows whose day lies in the future, and the cells that are no day.

    The day is from the column, else the map, else a date like 2024-03-31 in the file name.
    """
    index, piece = opened.index, opened.piece
    whole = opened.map.surveyed or _day_in_name(piece.name)
    column = opened.column("surveyed")
    if column is None and whole is None:
        raise ContentError("survey-undated", name=piece.name)
    days = table_file.days(column) if column is not None else None
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


def survey_ids(home: pd.Series, days: pd.Series) -> pd.Series:
    """Id of the survey of each row: the place and the last day of the survey."""
    spans = days.groupby(home)
    long = (spans.transform("max") - spans.transform("min")).dt.days > SAME_SURVEY_DAYS
    year = days.dt.year.where(long, 0)
    last = days.groupby([home, year]).transform("max")
    ids: pd.Series = home + "-" + last.dt.strftime("%Y-%m-%d")
    return ids.astype("str")
