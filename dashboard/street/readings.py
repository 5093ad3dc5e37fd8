"""What is measured of a town's streets in each survey, and the outlines its centre may have."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import geopandas as gpd
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from dashboard.records import Place
from dashboard.street.records import Reading, Survey
from geo import branches, centres, vacancy
from geo.crs import RD, rd_per_metre_at

_MIN_UNITS = 5
_AROUND_M = 400.0
_WEIGHTS: tuple[vacancy.Weight, ...] = ("units", "floor_area")


def per_street(
    surveyed: pd.DataFrame, length_m: pd.Series, counts_only: Collection[str]
) -> Mapping[str, Mapping[str, Reading]]:
    """Per street (column `street`) and survey what was counted and modelled, of one town.

    In a survey of `counts_only` no street gets a rate.
    """
    rows = surveyed.dropna(subset=["street"])
    if rows.empty:
        return {}
    # All surveys at once: a street in one survey is a group, and each survey a centre of its own.
    pairs = rows.groupby(["survey", "street"], sort=True)
    rows = rows.assign(reading=pairs.ngroup())
    survey, street = (pairs.size().index.get_level_values(level) for level in (0, 1))
    tally = vacancy.counts(rows, by="reading")
    rate, floor = (vacancy.rates(rows, by="reading", weight=weight, within="survey", min_units=_MIN_UNITS) for weight in _WEIGHTS)
    rate = rate.join(floor[["rate", "low", "high"]].add_prefix("floor_")).drop(columns="n")
    rate[survey.isin(list(counts_only))] = float("nan")
    table = tally.join(rate).assign(
        lasting=rows["duration"].isin(["long", "structural"]).groupby(rows["reading"]).sum(),
        variety=branches.mix(rows, by="reading", min_units=_MIN_UNITS)["variety"],
        chain_share=branches.ownership(rows, by="reading", min_units=_MIN_UNITS)["chain_share"],
        density=branches.density(tally["units"] + tally["unknown_units"], length_m.reindex(street).set_axis(tally.index)),
    )
    found: dict[str, dict[str, Reading]] = {}
    for when, key, row in zip(survey, street, table.to_dict("records"), strict=True):
        # One vacant unit of two says which one: small streets keep their number of units only.
        enough = row["units"] >= _MIN_UNITS
        found.setdefault(str(key), {})[str(when)] = Reading(
            survey=str(when),
            units=int(row["units"]),
            unknown=int(row["unknown_units"]),
            vacant=int(row["vacant_units"]) if enough else None,
            rate=_number(row["rate"]),
            low=_number(row["low"]),
            high=_number(row["high"]),
            floor_rate=_number(row["floor_rate"]),
            floor_low=_number(row["floor_low"]),
            floor_high=_number(row["floor_high"]),
            lasting=int(row["lasting"]) if enough else None,
            variety=_number(row["variety"]),
            chain_share=_number(row["chain_share"]),
            density=_number(row["density"]),
        )
    return found


def outlines(
    surveyed: gpd.GeoDataFrame, surveys: tuple[Survey, ...], place: Place, outline: BaseGeometry
) -> dict[str, BaseGeometry | None]:
    """The municipality's outline, the one derived from the units of the newest survey, and 400 m round the market.

    Each is None where it is not known: no outline drawn, no dense units, or a core that is not the market square.
    """
    newest = surveyed[surveyed["survey"] == surveys[-1].survey] if surveys else surveyed
    clusters = centres.delineate(gpd.GeoSeries(newest.geometry, crs=RD))
    around = centres.around(
        gpd.GeoSeries([place.core], index=["core"], crs=RD),
        radius_m=_AROUND_M * rd_per_metre_at(place.core),
        basis=pd.Series([place.core_basis], index=["core"]),
    ).iloc[0]
    return {
        "gemeente": outline if shapely.get_dimensions(outline) == 2 else None,
        "afgeleid": centres.derived(clusters, place.core),
        "400m": around,
    }


def _number(value: float) -> float | None:
    return None if pd.isna(value) else float(value)
