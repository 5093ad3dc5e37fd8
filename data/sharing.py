"""What may leave the installation: nothing internal, and no single unit of a source that shares totals only."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from data.catalogue import Catalogue

SINGLE_UNITS = ("premises",)
"""Tables whose rows are the single units behind totals."""


def shareable(opened: Catalogue, name: str) -> pd.DataFrame | gpd.GeoDataFrame | None:
    """The rows of a table that may leave; None when nothing of it may.

    Figures tell themselves who may see them, other rows through their source. A table whose rows name no source may
    leave when none of its sources is internal; of actors and their part in initiatives those of initiatives that may.
    """
    frame = opened.table(name)
    internal = {source.source_id for source in opened.manifest.sources if source.sharing == "internal"}
    totals = {source.source_id for source in opened.manifest.sources if source.sharing == "aggregate"}
    if "sharing" in frame:
        kept = frame[frame["sharing"] != "internal"]
    elif "source_id" in frame:
        kept = frame[~frame["source_id"].isin(internal | (totals if name in SINGLE_UNITS else set()))]
    elif name in ("actors", "participations") and opened.has("participations"):
        kept = _of_open_initiatives(opened, name, frame)
    else:
        record = opened.manifest.table(name)
        kept = frame.iloc[:0] if record is not None and internal & set(record.sources) else frame
    return kept.reset_index(drop=True) if len(kept) or not len(frame) else None


def _of_open_initiatives(opened: Catalogue, name: str, frame: pd.DataFrame) -> pd.DataFrame:
    initiatives = shareable(opened, "initiatives") if opened.has("initiatives") else None
    open_ones = set() if initiatives is None else set(initiatives["initiative_id"])
    parts = opened.table("participations")
    parts = parts[parts["initiative_id"].isin(open_ones)]
    return parts if name == "participations" else frame[frame["actor_id"].isin(set(parts["actor_id"]))]
