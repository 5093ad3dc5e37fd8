"""Shops and other units that OpenStreetMap maps, as points with their use and status."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.crs import RD_SYSTEM
from geo.nearest import nearest

AMENITIES: Mapping[str, str] = dict.fromkeys(
    ("cafe", "restaurant", "bar", "pub", "fast_food", "ice_cream"), "hospitality"
) | {
    "bank": "services",
    "cinema": "culture",
    "theatre": "culture",
    "library": "culture",
    "marketplace": "market",
}
TOURISM: Mapping[str, str] = {"museum": "culture", "hotel": "hospitality"}
UNIT_TAGS = (
    "shop",
    "amenity",
    "craft",
    "tourism",
    "office",
    "disused:shop",
    "abandoned:shop",
    "disused:amenity",
    "vacant",
)
EMPTY_TAGS = ("disused:shop", "abandoned:shop", "disused:amenity")
HOMES = frozenset(
    [
        "apartments",
        "bungalow",
        "cabin",
        "detached",
        "dormitory",
        "farm",
        "house",
        "houseboat",
        "residential",
        "semidetached_house",
        "terrace",
    ]
)
"""Residential buildings: one with `vacant=yes` is an empty home."""
# Says that there is a unit, not that it trades.
NO_BRANCH = ("yes", "no", "closed")
SAME_UNIT_M = 15.0
"""A node and an area of one name this close together are one unit."""


def mapped_units(
    frame: gpd.GeoDataFrame, near: NDArray[np.bool_], surveyed: str | None
) -> gpd.GeoDataFrame:
    """The units among the features that are `near`, as points in RD with use, branch and status.

    `surveyed` is the day of the map. `_name` and `_area` are for `without_double_units` only.
    """
    # Quicker on a plain frame: most of a map is streets and shapes.
    plain = pd.DataFrame(frame)
    tagged = near & np.logical_or.reduce([~pd.isna(plain[tag].array) for tag in UNIT_TAGS])
    if not tagged.any():
        return _no_units()
    frame = _without_other_empties(frame[tagged])
    empty_tag = (
        frame[list(EMPTY_TAGS)].notna().any(axis=1)
        | frame["vacant"].eq("yes")
        | frame["shop"].eq("vacant")
    )
    tags = _branch_tags(frame)
    branch: pd.Series = pd.Series(np.nan, index=frame.index, dtype="str")
    evidence = branch.copy()
    for key, values in tags.items():
        fresh = branch.isna() & values.notna()
        branch = branch.where(~fresh, values)
        evidence = evidence.where(~fresh, key + "=" + values)
    known = branch.notna() | empty_tag
    trades = branch.notna() & ~branch.isin(NO_BRANCH)
    day = surveyed[:10] if surveyed else None
    rows = pd.DataFrame(
        {
            "premises_id": "osm:" + frame["osm_id"],
            "source_id": "osm",
            "survey": f"osm-{day or 'undated'}",
            "address": (
                (frame["addr:street"] + " " + frame["addr:housenumber"].fillna("")).str.strip()
            ),
            "use": _uses(tags),
            "branch": branch.where(trades),
            # A trading and an empty tag on one unit contradict each other.
            "status": np.select(
                [trades & ~empty_tag, empty_tag & ~trades], ["in_use", "vacant"], "unknown"
            ),
            "evidence": evidence.where(trades | ~empty_tag, _empty_evidence(frame)),
            "surveyed": pd.Series(
                pd.Timestamp(day) if day else pd.NaT, index=frame.index, dtype="datetime64[ms]"
            ),
            "_name": frame["name"],
            "_area": ~frame["osm_id"].str.startswith("node/"),
        }
    )
    points = gpd.GeoSeries(
        shapely.point_on_surface(frame.geometry.array), index=frame.index, crs=RD_SYSTEM
    )
    return gpd.GeoDataFrame(rows, geometry=points)[known]


def _branch_tags(frame: gpd.GeoDataFrame) -> dict[str, pd.Series]:
    """The values that name a branch, by key; the first key of a unit counts."""
    return {
        "shop": frame["shop"].where(frame["shop"].ne("vacant")),
        "amenity": frame["amenity"].where(frame["amenity"].isin(list(AMENITIES))),
        "craft": frame["craft"],
        "tourism": frame["tourism"].where(frame["tourism"].isin(list(TOURISM))),
        "office": frame["office"],
    }


def _uses(tags: Mapping[str, pd.Series]) -> pd.Series:
    """The use of each unit by its `_branch_tags`."""
    amenity = tags["amenity"].map(AMENITIES).fillna("")
    tourism = tags["tourism"].map(TOURISM).fillna("")
    uses = np.select(
        [tags[key].notna() for key in ("shop", "amenity", "tourism", "craft", "office")],
        ["retail", amenity, tourism, "services", "office"],
        "unknown",
    )
    return pd.Series(uses, index=tags["shop"].index).astype("str")


def _without_other_empties(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The features without tags that tell of no empty unit, such as those of an empty home.

    A disused telephone and a tag of value `no` are others.
    """
    given = {tag: frame[tag].where(frame[tag].ne("no")) for tag in EMPTY_TAGS}
    given["disused:amenity"] = given["disused:amenity"].where(
        given["disused:amenity"].isin((*AMENITIES, "yes"))
    )
    home = frame["building"].isin(HOMES) & frame[
        ["shop", "amenity", "craft", "office", "tourism"]
    ].isna().all(axis=1)
    return frame.assign(**given, vacant=frame["vacant"].where(~home))


@lru_cache(maxsize=1)
def _no_units() -> gpd.GeoDataFrame:
    """The answer of `mapped_units` for a map without any."""
    texts = (
        "premises_id",
        "source_id",
        "survey",
        "address",
        "use",
        "branch",
        "status",
        "evidence",
        "_name",
    )
    columns = {name: pd.Series([], dtype="str") for name in texts} | {
        "surveyed": pd.Series([], dtype="datetime64[ms]"),
        "_area": pd.Series([], dtype=bool),
    }
    return gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries([], crs=RD_SYSTEM))


def _empty_evidence(frame: gpd.GeoDataFrame) -> pd.Series:
    """The first tag of each unit that may say it is empty, as `key=value`."""
    evidence = pd.Series(np.nan, index=frame.index, dtype="str")
    for tag in ("shop", *EMPTY_TAGS, "vacant"):
        fresh = evidence.isna() & frame[tag].notna()
        evidence[fresh] = tag + "=" + frame[tag][fresh]
    return evidence


def without_double_units(units: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, int]:
    """The units without nodes that are also drawn as an area, and the number of those nodes."""
    area = units["_area"].astype(bool)
    nodes, areas = units[~area & units["_name"].notna()], units[area & units["_name"].notna()]
    double: list[object] = []
    for name in sorted(set(nodes["_name"]) & set(areas["_name"])):
        same_name = nodes[nodes["_name"] == name]
        drawn = areas[areas["_name"] == name]
        near = nearest(same_name, drawn.set_geometry(drawn.buffer(0.1)), max_m=SAME_UNIT_M)
        double += list(same_name.index[near["street"].notna()])
    single = units.drop(index=double).drop(columns=["_name", "_area"]).reset_index(drop=True)
    return single, len(double)
