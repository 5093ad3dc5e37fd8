"""Reference data about the places of a run, and the drawn background; part of every run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import geopandas as gpd
import pandas as pd

from data.manifest import SourceRecord
from data.schema.rules import POINTS_AT
from etl.sources import background, brt_places, competition, reference
from geo.centres import KADASTER
from geo.crs import RD_SYSTEM


@dataclass(frozen=True, slots=True)
class ReferenceData:
    """Tables by name, the sources they name, and the sources of tables whose rows name none."""

    tables: Mapping[str, pd.DataFrame]
    sources: tuple[SourceRecord, ...]
    table_sources: Mapping[str, tuple[str, ...]]

    @property
    def places(self) -> gpd.GeoDataFrame:
        """The places of the run."""
        return gpd.GeoDataFrame(self.tables["places"], geometry="geometry", crs=RD_SYSTEM)


OWN_PLACES = SourceRecord(
    source_id="place-files",
    title_nl="Eigen plaatsbestanden",
    title_en="Own place files",
    publisher="Eigen plaatsbestand",
    licence="eigen opgave",
    status="fresh",
    sharing="open",
)
"""Source of the outline and core of a place that is not in the reference data."""

OWN_OUTLINES = SourceRecord(
    source_id="place-outlines",
    title_nl="Omtrekken van de binnensteden in plaatsbestanden",
    title_en="Outlines of the inner cities in place files",
    publisher=brt_places.SOURCE.publisher,
    licence=brt_places.SOURCE.licence,
    url=brt_places.SOURCE.url,
    credit=brt_places.SOURCE.credit,
    status="fresh",
    sharing="open",
)
"""Source of the outlines of the Kadaster that place files hold."""


def reference_data(places: gpd.GeoDataFrame) -> ReferenceData:
    """The reference data about these places, without rows about other places or pointing at them.

    Rows about a province or country are included with at least one of the declared places.
    """
    tables, named, sources = _declared()
    tables, named = dict(tables), dict(named)
    declared = set(tables["places"]["place_id"])
    place_ids = set(places["place_id"])
    tables["places"] = places
    if not declared & place_ids:
        named["places"] = ()
    if place_ids - declared:
        named["places"] = (*named["places"], OWN_PLACES.source_id)
        sources = (*sources, OWN_PLACES)
    if places["boundary_basis"].eq(KADASTER).any():
        named["places"] = (*named["places"], OWN_OUTLINES.source_id)
        sources = (*sources, OWN_OUTLINES)
    if declared <= place_ids:
        return ReferenceData(tables, sources, named)
    if not declared & place_ids:
        # The background and the origins are drawn around the declared places.
        for name in ("background", "origins", "supply", "stops", "translations"):
            tables.pop(name, None)
    tables = _rows_about(tables, place_ids, whole_region=bool(declared & place_ids))
    tables = {name: frame for name, frame in tables.items() if len(frame)}
    used = set().union(
        *(named.get(name, ()) for name in tables),
        *(set(f["source_id"]) for f in tables.values() if "source_id" in f),
    )
    return ReferenceData(
        tables,
        tuple(source for source in sources if source.source_id in used),
        {name: named[name] for name in tables if name in named},
    )


@lru_cache(maxsize=1)
def _declared() -> tuple[
    Mapping[str, pd.DataFrame], Mapping[str, tuple[str, ...]], tuple[SourceRecord, ...]
]:
    """All reference tables, the sources of those whose rows name none, and the sources.

    The result is cached: do not change it.
    """
    tables = {**reference.tables(), **competition.tables(), "background": background.frame()}
    named = {
        **reference.table_sources(),
        **competition.table_sources(),
        "background": (background.SOURCE.id,),
    }
    return tables, named, (*reference.sources(), background.record())


def _rows_about(
    tables: Mapping[str, pd.DataFrame], place_ids: set[str], *, whole_region: bool
) -> dict[str, pd.DataFrame]:
    """The rows about these places, without rows that point at a row about another place."""
    result = {}
    for name, frame in tables.items():
        if name == "places" or "place_id" not in frame:
            result[name] = frame
            continue
        unplaced = frame["place_id"].isna() & whole_region
        result[name] = _where(frame, frame["place_id"].isin(place_ids) | unplaced)
    # First the tables that others point at.
    targets = {target for target, _ in POINTS_AT.values()}
    for name in sorted(result, key=lambda name: (name not in targets, name)):
        for column, (target, key) in POINTS_AT.items() if len(result[name]) else ():
            frame = result[name]
            if column in frame and target != name and target in result:
                exists = frame[column].isin(set(result[target][key])) | frame[column].isna()
                result[name] = _where(frame, exists)
    # Actors without an initiative are left out.
    if "actors" in result and "participations" in result:
        actors, active = result["actors"], set(result["participations"]["actor_id"])
        result["actors"] = actors[actors["actor_id"].isin(active)].reset_index(drop=True)
    return result


def _where(frame: pd.DataFrame, mask: pd.Series) -> pd.DataFrame:
    return frame if mask.all() else frame[mask].reset_index(drop=True)
