"""Vacancy spells: since when a surveyed unit is vacant, by its surveys one after another."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from geo import vacancy

_ORDER = {"frictional": 0, "long": 1, "structural": 2}


def add_spells(frame: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, dict[str, int]]:
    """Units with `vacant_since` and `duration`, and how often a stated day proves untrue.

    `frame` is in RD and has one row per unit and survey. Only a vacant unit has a day. A `duration`
    that the file gives itself counts, unless the surveys saw the unit vacant for longer; the day of
    the first survey that saw it vacant is then no beginning. The file's own day goes first, unless
    a survey after it saw the unit in use; then, and where it gives none, the surveys say since when
    at the latest: the day that an earlier survey of the same unbroken run states, or else the first
    on which one saw the unit vacant.
    """
    vacant = frame["status"] == "vacant"
    history = frame.sort_values(["premises_id", "surveyed"]).drop_duplicates(
        ["premises_id", "surveyed"], keep="last"
    )
    in_use = history[history["status"] == "in_use"]
    since, conflicts = frame["vacant_since"].where(vacant), 0
    for _, rows in frame[vacant].groupby("survey", sort=True):
        until = rows["surveyed"].max()
        run = vacancy.empty_since(history[history["surveyed"] <= until])
        last_use = in_use[in_use["surveyed"] <= until].groupby("premises_id")["surveyed"].max()
        seen_used = _per_unit(last_use, rows)
        untrue = rows["vacant_since"].notna() & (rows["vacant_since"] <= seen_used)
        conflicts += int(untrue.sum())
        stated = rows["vacant_since"].mask(untrue)
        # In order of time, so that what earlier surveys stated is settled by now.
        before = frame.assign(vacant_since=since)[vacant & (frame["surveyed"] <= until)]
        in_run = before[before["surveyed"] >= _per_unit(run, before)]
        first = (
            in_run.drop(index=rows.index, errors="ignore")
            .groupby("premises_id")["vacant_since"]
            .min()
        )
        latest = _per_unit(first, rows).fillna(_per_unit(run, rows))
        since.loc[rows.index] = stated.fillna(latest).astype("datetime64[ms]")
    since, duration = _longest(since, frame)
    whole = frame.assign(vacant_since=since, duration=duration)
    return whole, {"replaced-vacant-since": conflicts} if conflicts else {}


def _longest(since: pd.Series, frame: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """The day and the duration of each row; where the file's own duration counts, no day is known.

    It counts where it is longer than what the surveys saw, or as long and nobody saw the unit
    become vacant.
    """
    seen = vacancy.duration(since, frame["surveyed"])
    stated = (
        frame["duration"]
        if "duration" in frame
        else pd.Series(None, index=frame.index, dtype="str")
    )
    ahead = stated.map(_ORDER).astype("float64") - seen.map(_ORDER).astype("float64").fillna(-1)
    counts = (
        (ahead > 0)
        | ((ahead == 0) & vacancy.vacant_at_first_survey(frame.assign(vacant_since=since)))
    ) & (frame["status"] == "vacant")
    return since.mask(counts), seen.mask(counts, stated).astype("str")


def _per_unit(days: pd.Series, rows: pd.DataFrame) -> pd.Series:
    """The day of each row's unit, missing where there is none."""
    return pd.Series(
        days.reindex(rows["premises_id"]).to_numpy(), index=rows.index, dtype="datetime64[ms]"
    )
