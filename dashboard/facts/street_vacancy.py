"""Measures of a town's streets in each survey, and the outlines of its centre."""

from collections.abc import Mapping

import geopandas as gpd
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from dashboard.facts.records import RetailPlace, records
from dashboard.facts.street_records import StreetReading, TownSurvey
from geo import branches, centres
from geo.crs import RD, rd_per_metre_at

_AROUND_M = 400.0
_RATES = {"vacancy_rate": "rate", "vacancy_low": "low", "vacancy_high": "high"}


def per_street(
    surveyed: pd.DataFrame, vacancy: pd.DataFrame, length_m: pd.Series
) -> Mapping[str, Mapping[str, StreetReading]]:
    """The readings of one town by street and survey.

    Units, vacant units and rates are those of `vacancy`, rows of the table `street_vacancy`; the
    rest is measured on the units `surveyed`. All arguments identify a street by its link key.
    """
    rows = surveyed.dropna(subset=["street"])
    if rows.empty or vacancy.empty:
        return {}
    pairs = rows.groupby(["survey", "street"], sort=True)
    rows = rows.assign(reading=pairs.ngroup())
    by_reading = rows.groupby("reading")
    known = rows["status"].isin(["in_use", "vacant"])
    seen = by_reading.size()
    street = pairs.size().index.get_level_values("street")
    measured = pd.DataFrame(
        {
            "unknown": (~known).groupby(rows["reading"]).sum(),
            "lasting": rows["duration"].isin(["long", "structural"]).groupby(rows["reading"]).sum(),
            "variety": branches.mix(rows, by="reading")["variety"],
            "chain_share": branches.ownership(rows, by="reading")["chain_share"],
            "density": branches.density(seen, length_m.reindex(street).set_axis(seen.index)),
        }
    ).set_axis(pairs.size().index)
    rates = vacancy.set_index(["survey", "street"]).rename(columns=_RATES)
    floor = rates.loc[rates["basis"] == "floor_area", [*_RATES.values()]].add_prefix("floor_")
    table = rates[rates["basis"] == "units"].join(floor).join(measured, how="inner")
    table = table.rename(columns={"vacant_units": "vacant"}).astype(
        dict.fromkeys(("units", "unknown", "vacant", "lasting"), "Int64")
    )
    # Where the vacant units are withheld, so are those that are vacant for long.
    table["lasting"] = table["lasting"].where(table["vacant"].notna())
    per_street: dict[str, dict[str, StreetReading]] = {}
    rows = table.reset_index()
    for key, reading in zip(rows["street"], records(rows, StreetReading), strict=True):
        per_street.setdefault(key, {})[reading.survey] = reading
    return per_street


def outlines(
    surveyed: gpd.GeoDataFrame,
    surveys: tuple[TownSurvey, ...],
    place: RetailPlace,
    outline: BaseGeometry,
) -> dict[str, BaseGeometry | None]:
    """The municipality, the outline derived from the newest survey, and 400 m round the market.

    Each is None where unknown: no outline drawn, no dense units, or a core other than the market.
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
