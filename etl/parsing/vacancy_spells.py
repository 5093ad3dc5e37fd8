"""Vacancy spells: since when a surveyed unit is vacant, by its successive surveys."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from geo import vacancy

_ORDER = {"frictional": 0, "long": 1, "structural": 2}


def add_spells(frame: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, dict[str, int]]:
    """Units with `vacant_since` and `duration`, and the number of stated days proven wrong.

    `frame` has one row per unit and survey. Only a vacant unit has a day: the day that the file
    states, unless a later survey saw the unit in use. Else it is the day that an earlier survey of
    the same unbroken run states, or the first survey of that run. A `duration` in the file counts
    unless the surveys saw the unit vacant for longer; the first survey that saw it vacant is then
    not the begin of the spell.
    """
    # Selecting rows of a GeoDataFrame takes three times as long.
    units = pd.DataFrame(frame)
    vacant = units["status"] == "vacant"
    history = units.sort_values(["premises_id", "surveyed"]).drop_duplicates(
        ["premises_id", "surveyed"], keep="last"
    )
    in_use = history[history["status"] == "in_use"]
    since, conflicts = units["vacant_since"].where(vacant), 0
    for _, rows in units[vacant].groupby("survey", sort=True):
        until = rows["surveyed"].max()
        run = vacancy.empty_since(history[history["surveyed"] <= until])
        last_use = in_use[in_use["surveyed"] <= until].groupby("premises_id")["surveyed"].max()
        seen_used = _per_unit(last_use, rows)
        untrue = rows["vacant_since"].notna() & (rows["vacant_since"] <= seen_used)
        conflicts += int(untrue.sum())
        stated = rows["vacant_since"].mask(untrue)
        # Surveys come in order of time, so the days of earlier ones are final by now.
        before = units.assign(vacant_since=since)[vacant & (units["surveyed"] <= until)]
        in_run = before[before["surveyed"] >= _per_unit(run, before)]
        first = (
            in_run.drop(index=rows.index, errors="ignore")
            .groupby("premises_id")["vacant_since"]
            .min()
        )
        latest = _per_unit(first, rows).fillna(_per_unit(run, rows))
        since.loc[rows.index] = stated.fillna(latest).astype("datetime64[ms]")
    since, duration = _longest(since, units)
    whole = frame.assign(vacant_since=since, duration=duration)
    return whole, {"replaced-vacant-since": conflicts} if conflicts else {}


def _longest(since: pd.Series, frame: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """The day and the duration of each row; the day is missing where the stated duration counts.

    It counts where it is longer than the surveys show, or as long and the unit was vacant in its
    first survey.
    """
    seen = vacancy.duration(since, frame["surveyed"])
    if "duration" not in frame or frame["duration"].isna().all():
        return since, seen.astype("str")
    stated = frame["duration"]
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
