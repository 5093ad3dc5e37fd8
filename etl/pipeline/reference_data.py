"""The curated facts as far as they concern the places of a run, and the sketched background: always
there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import geopandas as gpd
import pandas as pd

from data.manifest import SourceRecord
from data.schema.rules import POINTS_AT
from etl.sources import background, competition, reference
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
"""Where the outline and core of a place come from that nobody curated: the file that was brought
for it.
"""


def reference_data(places: gpd.GeoDataFrame) -> ReferenceData:
    """What is curated about these places; of facts about other places, or pointing at them, nothing
    is left.

    Facts about a province or country come along when at least one of the places they were gathered
    for is there.
    """
    tables, named, sources = _declared()
    tables, named = dict(tables), dict(named)
    declared = set(tables["places"]["place_id"])
    here = set(places["place_id"])
    tables["places"] = places
    if declared <= here:
        return ReferenceData(tables, sources, named)
    tables = _about(tables, here, whole_region=bool(declared & here))
    if not declared & here:
        # The sketch and the origins are drawn around the declared places.
        for name in ("background", "origins", "supply", "stops", "translations"):
            tables.pop(name, None)
        named["places"] = ()
    if here - declared:
        named["places"] = (*named["places"], OWN_PLACES.source_id)
        sources = (*sources, OWN_PLACES)
    tables = {name: frame for name, frame in tables.items() if len(frame)}
    used = set().union(
        *(named.get(name, ()) for name in tables),
        *(set(f["source_id"]) for f in tables.values() if "source_id" in f),
    )
    return ReferenceData(
        tables,
        tuple(one for one in sources if one.source_id in used),
        {name: named[name] for name in tables if name in named},
    )


@lru_cache(maxsize=1)
def _declared() -> tuple[
    Mapping[str, pd.DataFrame], Mapping[str, tuple[str, ...]], tuple[SourceRecord, ...]
]:
    """Everything curated: tables, sources of those whose rows name none, and the sources. Read
    only, since it is kept.
    """
    tables = {**reference.tables(), **competition.tables(), "background": background.frame()}
    named = {
        **reference.table_sources(),
        **competition.table_sources(),
        "background": (background.SOURCE.id,),
    }
    return tables, named, (*reference.sources(), background.record())


def _about(
    tables: Mapping[str, pd.DataFrame], here: set[str], *, whole_region: bool
) -> dict[str, pd.DataFrame]:
    """The rows about places that are here, and of what points at other rows those whose rows are
    left.
    """
    kept = {}
    for name, frame in tables.items():
        if name == "places" or "place_id" not in frame:
            kept[name] = frame
            continue
        unplaced = frame["place_id"].isna() & whole_region
        kept[name] = _where(frame, frame["place_id"].isin(here) | unplaced)
    for name in _in_order(kept):
        for column, (target, key) in POINTS_AT.items() if len(kept[name]) else ():
            if column in kept[name] and target != name and target in kept:
                points = kept[name][column].isin(set(kept[target][key])) | kept[name][column].isna()
                kept[name] = _where(kept[name], points)
    # An actor without any initiative left is nobody here.
    if "actors" in kept and "participations" in kept:
        busy = set(kept["participations"]["actor_id"])
        kept["actors"] = kept["actors"][kept["actors"]["actor_id"].isin(busy)].reset_index(
            drop=True
        )
    return kept


def _where(frame: pd.DataFrame, kept: pd.Series) -> pd.DataFrame:
    return frame if kept.all() else frame[kept].reset_index(drop=True)


def _in_order(tables: Mapping[str, pd.DataFrame]) -> Sequence[str]:
    """Names of the tables, those that are pointed at first."""
    return sorted(
        tables, key=lambda name: (name not in {target for target, _ in POINTS_AT.values()}, name)
    )
