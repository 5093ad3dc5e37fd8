"""The units of a town: those of each survey in street order, and what registers alone say."""

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from dashboard.facts.records import RetailPlace, records
from dashboard.facts.street_records import REGISTERS, RegisterCounts, Unit


def units_by_survey(
    surveyed: gpd.GeoDataFrame, named: gpd.GeoDataFrame, place: RetailPlace
) -> dict[str, tuple[Unit, ...]]:
    """The units of each survey in the order of their street, by number where it has no lines."""
    from geo.frontage import along
    from geo.vacancy import vacant_at_first_survey

    # A vacancy of the first survey has no known start, only a class once it is over three years.
    unseen, lasted = vacant_at_first_survey(surveyed), surveyed["duration"] == "structural"
    known = {
        "vacant_since": surveyed["vacant_since"].mask(unseen),
        "duration": surveyed["duration"].mask(unseen & ~lasted),
    }
    placed = (
        pd.DataFrame(surveyed)
        .assign(**known)
        .join(along(surveyed, named, by="street", within="survey", core=place.core))
    )
    # Numbers are padded so that 2 comes before 10.
    door = placed["address"].str.replace(r"\d+", lambda number: number[0].zfill(6), regex=True)
    by = ["survey", "street", "order", "door", "premises_id"]
    placed = placed.assign(door=door).sort_values(by, na_position="last")
    placed = placed.rename(columns={"vacant_since": "since", "geometry": "point"})
    listed: dict[str, list[Unit]] = {}
    for unit in records(placed, Unit):
        listed.setdefault(unit.survey, []).append(unit)
    return {survey: tuple(units) for survey, units in listed.items()}


def units_inside(
    listed: Mapping[str, tuple[Unit, ...]], outline: BaseGeometry | None
) -> tuple[Unit, ...]:
    """The units of all surveys that lie within the outline; none where it is not known."""
    if outline is None:
        return ()
    shapely.prepare(outline)
    every = [unit for units in listed.values() for unit in units]
    inside = shapely.intersects(outline, np.array([unit.point for unit in every], dtype=object))
    return tuple(unit for unit, within in zip(every, inside, strict=True) if within)


def register_counts(units: pd.DataFrame) -> RegisterCounts | None:
    """What registers say of a town's units; None where they hold none of it."""
    rows = units[units["source_id"].isin(REGISTERS)]
    if rows.empty:
        return None
    vacant = rows[(rows["source_id"] == "osm") & (rows["status"] == "vacant")]
    return RegisterCounts(
        rows.loc[rows["source_id"] == "bag", "premises_id"].nunique(),
        vacant["premises_id"].nunique(),
    )
