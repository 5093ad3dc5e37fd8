"""OpenStreetMap features in an extract (.osm.pbf), read by GDAL."""

from __future__ import annotations

import re
import warnings
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio

from etl.decoding.file_guard import ArchiveLimits, require_kind
from etl.errors import ContentError
from etl.parsing.geometries import repaired
from etl.parsing.osm import TAGS, OsmFeatures
from geo.crs import WGS84, to_rd

LAYERS: Mapping[str, str] = {"points": "node", "lines": "way", "multipolygons": "relation"}
"""The layers of an extract in GDAL, and the kind of element of their `osm_id`."""

CAPS = ArchiveLimits(file_bytes=4096 * 1024 * 1024)
_OTHER = re.compile(r'"((?:[^"\\]|\\.)*)"=>"((?:[^"\\]|\\.)*)"')
_ESCAPED = re.compile(r"\\(.)")
_REPLICATION_TIME = 32
_OPEN_RING = "Non closed ring"
"""The warning of GDAL about a ring that its ways do not close, which it drops."""


def from_extract(path: Path, box: tuple[float, float, float, float]) -> OsmFeatures:
    """Features of an extract within west, south, east, north (degrees), in RD.

    Keys without a column come from `other_tags`.
    """
    require_kind(path, "pbf", caps=CAPS)
    frames, counts = [], Counter[str]()
    for layer, kind in LAYERS.items():
        rows, open_rings = _layer(path, layer, box)
        counts["dropped-open-ring"] += open_rings
        shapes, found_counts = repaired(rows.geometry.to_numpy())
        counts += found_counts
        tags = _tags(rows)
        tags["osm_id"] = _ids(rows, kind)
        frame = gpd.GeoDataFrame(tags, geometry=gpd.GeoSeries(shapes, index=rows.index, crs=WGS84))
        frames.append(frame[frame.geometry.notna()][["osm_id", *TAGS, "geometry"]])
    whole = gpd.GeoDataFrame(pd.concat(frames, ignore_index=True), geometry="geometry", crs=WGS84)
    once = whole.drop_duplicates("osm_id").reset_index(drop=True)
    return OsmFeatures(to_rd(once), +counts, surveyed(path))


def surveyed(path: Path) -> str | None:
    """The moment that the extract describes, by its header; None without one."""
    with path.open("rb") as file:
        head = file.read(64 * 1024)
    header_length = int.from_bytes(head[:4], "big")
    blob = dict(_fields(head[4 : 4 + header_length]))
    size = blob.get(3)
    if not isinstance(size, int):
        return None
    content = dict(_fields(head[4 + header_length : 4 + header_length + size]))
    packed, plain = content.get(3), content.get(1)
    try:
        block = zlib.decompress(packed) if isinstance(packed, bytes) else plain
    except zlib.error as error:
        raise ContentError("input-kind", name=path.name, expected="a whole .osm.pbf") from error
    seconds = dict(_fields(block)).get(_REPLICATION_TIME) if isinstance(block, bytes) else None
    if not isinstance(seconds, int):
        return None
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _layer(
    path: Path, layer: str, box: tuple[float, float, float, float]
) -> tuple[gpd.GeoDataFrame, int]:
    """The features of a layer in the box, and how many open rings of the extract were left out."""
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.filterwarnings("always", message=_OPEN_RING, category=RuntimeWarning)
            rows = pyogrio.read_dataframe(path, layer=layer, bbox=box, on_invalid="ignore")
    except (pyogrio.errors.DataSourceError, pyogrio.errors.FeatureError) as error:
        raise ContentError("input-kind", name=path.name, expected="a whole .osm.pbf") from error
    if not isinstance(rows, gpd.GeoDataFrame):
        raise ContentError("input-kind", name=path.name, expected="a .osm.pbf with geometry")
    others = [
        warning.message for warning in caught if not str(warning.message).startswith(_OPEN_RING)
    ]
    for message in others:
        warnings.warn(message, stacklevel=2)
    return rows, len(caught) - len(others)


def _tags(rows: gpd.GeoDataFrame) -> pd.DataFrame:
    """A column per tag that is read."""
    other = (
        rows["other_tags"]
        if "other_tags" in rows
        else pd.Series(np.nan, index=rows.index, dtype="str")
    )
    found_tags = other.fillna("").map(lambda text: dict(_pairs(str(text))))
    columns = {}
    for tag in TAGS:
        nested = found_tags.map(lambda tags, tag=tag: tags.get(tag)).astype("str")
        column = rows[tag].astype("str") if tag in rows else None
        columns[tag] = (
            nested if column is None else column.where(column.notna() & (column != ""), nested)
        )
    return pd.DataFrame(columns, index=rows.index)


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    for name, value in _OTHER.findall(text):
        yield _ESCAPED.sub(r"\1", name), _ESCAPED.sub(r"\1", value)


def _ids(rows: gpd.GeoDataFrame, kind: str) -> pd.Series:
    """Ids like way/12; the number of a closed way is in a separate column."""
    ids: pd.Series = kind + "/" + rows["osm_id"].astype("str")
    if "osm_way_id" not in rows:
        return ids
    return ids.where(rows["osm_id"].notna(), "way/" + rows["osm_way_id"].astype("str"))


def _fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Number and value of the fields of a protobuf message: whole numbers and byte strings."""
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        if key & 7 == 0:
            value, at = _varint(data, at)
            yield key >> 3, value
        elif key & 7 == 2:
            size, at = _varint(data, at)
            yield key >> 3, data[at : at + size]
            at += size
        else:
            return


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(data):
        value |= (data[at] & 0x7F) << shift
        shift, at = shift + 7, at + 1
        if not data[at - 1] & 0x80:
            break
    return value, at
