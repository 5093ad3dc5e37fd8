"""Counts of passers-by brought down to one figure per street."""

import pandas as pd

from geo.columns import require
from geo.errors import NegativeValueError


def unbroken(counts: pd.DataFrame) -> pd.DataFrame:
    """The rows of each counter since its last break, which may be added up, without missing counts.

    A counter that was moved or reset counts something else from then on, whether or not the first
    interval after it has a value.
    """
    require(counts, "counter_id", "street_id", "start", "minutes", "value", "break_before")
    if (counts["value"] < 0).any():
        raise NegativeValueError(f"expected counts of 0 or more, got {counts['value'].min():g}")
    rows = counts.sort_values(["counter_id", "start"], kind="stable")
    stretch = rows["break_before"].astype(int).groupby(rows["counter_id"]).cumsum()
    newest = stretch == stretch.groupby(rows["counter_id"]).transform("max")
    return rows[newest & rows["value"].notna()]


def per_street(counts: pd.DataFrame) -> pd.DataFrame:
    """`passers_per_hour, hours, counters, since, until` per street with a count; `until` is the
    last start.

    Only the time since each counter's last break counts. Counters in one street are averaged,
    weighted by their hours. Counters that ran at different hours of the day differ for that reason
    alone: pass the hours that all of them ran (`in_common`).
    """
    rows = unbroken(counts).dropna(subset=["street_id"])
    groups = rows.groupby("street_id", sort=True)
    hours = groups["minutes"].sum() / 60.0
    return pd.DataFrame(
        {
            "passers_per_hour": groups["value"].sum() / hours,
            "hours": hours,
            "counters": groups["counter_id"].nunique(),
            "since": groups["start"].min(),
            "until": groups["start"].max(),
        }
    )


def in_common(counts: pd.DataFrame) -> pd.DataFrame:
    """The rows since each counter's last break whose start has a count of every counter."""
    rows = unbroken(counts)
    together = rows.groupby("start")["counter_id"].nunique()
    return rows[rows["start"].isin(together.index[together == rows["counter_id"].nunique()])]
