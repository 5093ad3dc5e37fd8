"""Vacancy: rates with intervals, durations, and counts per street and centre."""

from typing import Literal

import numpy as np
import pandas as pd

from geo.columns import grouped, numbers, require
from geo.disclosure import MIN_UNITS, MIN_UNITS_IN_CENTRE
from geo.errors import (
    MissingValueError,
    MixedSurveysError,
    NegativeValueError,
    NotASurveyError,
    WrongShapeError,
)
from geo.shrinkage import shrinkage_interval

__all__ = [
    "counts",
    "counts_only",
    "duration",
    "empty_since",
    "mapped_vacant",
    "per_centre",
    "per_street",
    "rates",
    "vacant_at_first_survey",
]

Weight = Literal["units", "floor_area"]

STATUSES = ("in_use", "vacant", "unknown")
# These registers hold permits or notes of volunteers, not a count of all units.
NOT_SURVEYS = ("bag", "osm")


def rates(
    premises: pd.DataFrame,
    *,
    by: str,
    weight: Weight = "units",
    within: str | None = None,
    min_units: int = MIN_UNITS,
    certainty: float = 0.95,
) -> pd.DataFrame:
    """`rate, low, high` (share vacant, 0 to 1) and `n` (units it rests on) per group of `by`.

    Each group is shrunk towards the rate of its centre, the column `within` (default `place_id`
    where there is one), the more so the fewer its units: a beta-binomial whose mean is the centre's
    rate and whose strength is fitted to the centre's groups (empirical Bayes; strength s with the
    prior 1/(1+s)^2). Weighed by floor area a group counts as (sum of areas)^2 / (sum of squared
    areas) units. Low and high hold `certainty`; they admit as well that the centre's own mean and
    strength are known from its few groups only (Kass and Steffey, 1989), and always hold the rate.

    Unknown status, and unknown area when weighing by it, is left out of both numbers. Fewer than
    `min_units` units: NaN, with `n`. Rows without a group are left out. Raises MixedSurveysError
    when a group holds more than one survey, NotASurveyError for statuses that are no survey's.

    >>> status = ["vacant"] * 5 + ["in_use"] * 15 + ["in_use"] * 10
    >>> units = pd.DataFrame({"street": ["a"] * 20 + ["b"] * 10, "status": status})
    >>> rates(units, by="street").round(2).loc["a", ["rate", "n"]].tolist()
    [0.24, 20.0]
    """
    if weight not in ("units", "floor_area"):
        raise WrongShapeError(f"expected weight units or floor_area, got {weight!r}")
    if not 0.0 < certainty < 1.0 or min_units < 0:
        raise NegativeValueError(
            f"expected certainty between 0 and 1 and min_units of 0 or more, got {certainty} and"
            f" {min_units}"
        )
    premises = grouped(premises, by)
    within = "place_id" if within is None and "place_id" in premises.columns else within
    known = _surveyed(premises, by, *([within] if within else []))
    size = _size(known, weight)
    known, size = known[size.notna()], size.dropna()
    # A unit's centre is that of its group: a group over two centres would be shrunk two ways.
    centre = _centre(known, by, within)

    vacant = size.where(known["status"] == "vacant", 0.0)
    sums = (
        pd.DataFrame({"size": size, "squared": size**2, "vacant": vacant})
        .groupby(known[by], sort=True)
        .sum()
    )
    n = known.groupby(by, sort=True).size()
    result = _shrunk(sums, centre, certainty).where(n >= min_units).assign(n=n.astype("int64"))
    # Groups without any known unit stay, with missing rates.
    all_groups = pd.Index(
        premises[by].dropna().unique(), dtype=result.index.dtype if len(result) else None, name=by
    ).sort_values()
    return result.reindex(all_groups).fillna({"n": 0}).astype({"n": "int64"})


def _shrunk(sums: pd.DataFrame, centre: pd.Series, certainty: float) -> pd.DataFrame:
    """`rate, low, high` per group, each shrunk towards the rate of its centre."""
    units = (sums["size"] ** 2 / sums["squared"]).to_numpy()
    share = (sums["vacant"] / sums["size"]).to_numpy()
    rate, low, high = (np.full(len(sums), np.nan) for _ in range(3))
    for name in centre.unique():
        group = (centre == name).to_numpy()
        mean = float(sums.loc[group, "vacant"].sum() / sums.loc[group, "size"].sum())
        rate[group], low[group], high[group] = shrinkage_interval(
            share[group], units[group], mean, certainty
        )
    return pd.DataFrame({"rate": rate, "low": low, "high": high}, index=sums.index)


def counts(premises: pd.DataFrame, *, by: str) -> pd.DataFrame:
    """`units`, `vacant_units`, `unknown_units` and `unit_share` per group: counted, not modelled.

    `units` are those of known status; `unit_share` is what one of them weighs, 1 / `units`
    (of 61 units one is 0.016). From one survey, as `rates`.
    """
    premises = grouped(premises, by)
    _surveyed(premises, by)
    status = premises["status"].fillna("unknown")
    # A cross table would take five times as long.
    tally = pd.DataFrame({name: status == name for name in STATUSES})
    tally = tally.groupby(premises[by], sort=True).sum().astype("int64")
    units = tally["in_use"] + tally["vacant"]
    return pd.DataFrame(
        {
            "units": units,
            "vacant_units": tally["vacant"],
            "unknown_units": tally["unknown"],
            "unit_share": 1.0 / units.where(units > 0),
        }
    )


def counts_only(
    premises: pd.DataFrame, *, within: str = "place_id", least: int = MIN_UNITS_IN_CENTRE
) -> pd.Series:
    """Whether a centre has fewer than `least` units of known status, and so no street rates."""
    return (counts(premises, by=within)["units"] < least).rename("counts_only")


def mapped_vacant(premises: pd.DataFrame, *, by: str) -> pd.Series:
    """Units that were mapped as vacant, per group with any; never to be divided by anything.

    A unit that was not mapped as vacant is not known to be in use.
    """
    premises = grouped(premises, by)
    require(premises, "status")
    return (
        premises.loc[premises["status"] == "vacant", by]
        .value_counts(sort=False)
        .sort_index()
        .rename("mapped_vacant_units")
    )


def per_street(
    premises: pd.DataFrame,
    *,
    weight: Weight = "units",
    min_units: int = MIN_UNITS,
    least_in_centre: int = MIN_UNITS_IN_CENTRE,
) -> pd.DataFrame:
    """The rows of the table `street_vacancy`: units and shrunk rate per place, street and survey.

    The column `street` holds one name per street, as `geo.frontage.street_names` gives it. Streets
    under `min_units` units keep `units` only; in a centre under `least_in_centre` units streets
    keep their counts and get no rate.
    """
    require(premises, "street", "survey", "status", "place_id")
    premises = grouped(premises, "street")
    # All surveys at once: a street in one survey is a group, a place in one survey its centre.
    centre = premises.groupby(["survey", "place_id"], sort=True).ngroup()
    premises = premises.assign(centre=centre)
    rows = premises.dropna(subset=["street", "survey"])
    groups = rows.groupby(["place_id", "street", "survey"], sort=True)
    rows = rows.assign(reading=groups.ngroup())
    keys = groups.size().index.to_frame(index=False)
    tally = counts(rows, by="reading")
    shrunk = rates(rows, by="reading", weight=weight, within="centre", min_units=min_units)
    # The size of a centre is that of all its units, also of those beside no street.
    small = counts_only(premises, within="centre", least=least_in_centre)
    few = rows.groupby("reading")["centre"].first().map(small)
    shown = shrunk[["rate", "low", "high"]].mask(few.astype(bool)).reset_index(drop=True)
    vacant = tally["vacant_units"].where(tally["units"] >= min_units)
    return keys.assign(
        basis=weight,
        units=tally["units"].to_numpy(),
        vacant_units=vacant.to_numpy(dtype=float),
        vacancy_rate=shown["rate"],
        vacancy_low=shown["low"],
        vacancy_high=shown["high"],
    )


def per_centre(premises: pd.DataFrame) -> pd.DataFrame:
    """Per place and survey what was counted in all, with the share vacant and its interval.

    Columns `place_id, survey, source_id, surveyed` (the last day), `units, vacant_units,
    unknown_units, rate, low, high`. A centre under `MIN_UNITS_IN_CENTRE` units gets no rate.
    """
    require(premises, "survey", "status", "place_id", "source_id", "surveyed")
    rows = premises.dropna(subset=["survey"])
    groups = rows.groupby(["place_id", "survey"], sort=True)
    rows = rows.assign(reading=groups.ngroup())
    readings = groups.agg(
        source_id=("source_id", "first"), surveyed=("surveyed", "max")
    ).reset_index()
    tally = counts(rows, by="reading")[["units", "vacant_units", "unknown_units"]]
    # Each alone in its centre: its own rate, with Jeffreys' interval.
    rate = rates(rows, by="reading", within="reading", min_units=MIN_UNITS_IN_CENTRE)
    return readings.join(tally).join(rate.drop(columns="n"))


def duration(vacant_since: pd.Series, surveyed: pd.Series) -> pd.Series:
    """`frictional` (under 1 year), `long` (1 to 3) or `structural` (over 3) per unit, by its dates.

    Missing when a date is. Raises NegativeValueError when a unit is vacant since a day after its
    survey.
    """
    since, seen = pd.to_datetime(vacant_since), pd.to_datetime(surveyed)
    late = since > seen
    if late.any():
        at = int(late.to_numpy().argmax())
        raise NegativeValueError(
            f"expected vacant_since on or before surveyed, got {since.iloc[at]:%Y-%m-%d} after"
            f" {seen.iloc[at]:%Y-%m-%d} in {int(late.sum())} rows: correct the survey"
        )
    result = pd.Series(np.nan, index=vacant_since.index, dtype="str", name="duration")
    known = since.notna() & seen.notna()
    years = [since[known] + pd.DateOffset(years=count) for count in (1, 3)]
    result[known] = np.select(
        [seen[known] < years[0], seen[known] <= years[1]], ["frictional", "long"], "structural"
    )
    return result


def empty_since(surveys: pd.DataFrame) -> pd.Series:
    """First day of the unbroken run of surveys that saw a unit vacant, if its latest survey did.

    `surveys` holds `premises_id, surveyed, status`, one row per unit and survey. An unknown status
    breaks the run. The result, by `premises_id`, is the latest day on which the vacancy can have
    begun to show, so durations from it are the shortest possible.
    """
    require(surveys, "premises_id", "surveyed", "status")
    seen = surveys[["premises_id", "surveyed", "status"]].dropna(subset=["premises_id", "surveyed"])
    if seen.duplicated(["premises_id", "surveyed"]).any():
        raise MixedSurveysError(
            "expected one row per premises_id and surveyed, got several: keep one survey per day"
        )
    seen = seen.sort_values(["premises_id", "surveyed"])
    vacant = seen["status"] == "vacant"
    # Rows after the last one that was not vacant form the present run.
    later_not_vacant = (~vacant)[::-1].groupby(seen["premises_id"][::-1]).cumsum()[::-1]
    run = seen[vacant & (later_not_vacant == 0)]
    return run.groupby("premises_id")["surveyed"].min().rename("vacant_since")


def vacant_at_first_survey(premises: pd.DataFrame) -> pd.Series:
    """Whether a unit is vacant since its first known survey, so that its start is unknown.

    `premises` holds `premises_id, surveyed, status, vacant_since`, one row per unit and survey; an
    unknown status is skipped. The duration of such a unit is a lower bound, which is enough once it
    is `structural`.
    """
    require(premises, "premises_id", "surveyed", "status", "vacant_since")
    surveyed = premises["surveyed"].where(premises["status"].isin(["in_use", "vacant"]))
    return premises["vacant_since"].eq(surveyed.groupby(premises["premises_id"]).transform("min"))


def _surveyed(premises: pd.DataFrame, by: str, *more: str) -> pd.DataFrame:
    """The rows of known status with a group; raises unless each group is of one survey."""
    require(premises, by, "status", *more)
    strange = set(premises["status"].dropna().unique()) - set(STATUSES)
    if strange:
        raise WrongShapeError(
            "expected status in_use, vacant or unknown, got"
            f" {', '.join(sorted(map(str, strange)))}: map it first"
        )
    known = premises[premises["status"].isin(["in_use", "vacant"]) & premises[by].notna()]
    if "source_id" in known.columns:
        no_survey = known["source_id"].isin(NOT_SURVEYS)
        if no_survey.any():
            whose = ", ".join(sorted(known.loc[no_survey, "source_id"].unique()))
            raise NotASurveyError(
                f"expected the statuses of a survey, got {int(no_survey.sum())} of {whose}: "
                "leave them out, and show what is mapped with mapped_vacant()"
            )
    for column in ("survey", "basis"):
        if column in known.columns and column != by:
            several = known.groupby(by)[column].nunique(dropna=False) > 1
            if several.any():
                raise MixedSurveysError(
                    f"expected one {column} per group, got several in {int(several.sum())} groups, "
                    f"first {several.idxmax()!r}: take one at a time"
                )
    return known


def _size(known: pd.DataFrame, weight: Weight) -> pd.Series:
    if weight == "units":
        return pd.Series(1.0, index=known.index)
    require(known, "floor_area_m2")
    area = numbers(known["floor_area_m2"], "floor_area_m2")
    if (area < 0).any():
        raise NegativeValueError(
            f"expected floor_area_m2 above 0, got {area.min():g}: correct the survey"
        )
    if np.isinf(area).any():
        raise MissingValueError(
            f"expected finite floor_area_m2, got {int(np.isinf(area).sum())} endless: correct the"
            " survey"
        )
    # 0 m2 is a blank filled in, not a shop.
    return area.where(area > 0)


def _centre(known: pd.DataFrame, by: str, within: str | None) -> pd.Series:
    groups = known.groupby(by, sort=True)
    if within is None:
        return groups.size() * 0
    if within == by:
        return groups.size().index.to_series()
    if known[within].isna().any():
        raise MissingValueError(
            f"expected a {within} for every unit of a group, got {int(known[within].isna().sum())}"
            " without"
        )
    if (groups[within].nunique() > 1).any():
        wide = groups[within].nunique().idxmax()
        raise WrongShapeError(
            f"expected groups of {by} within one {within}, got {wide!r} in several: give each its"
            " own label"
        )
    return groups[within].first()
