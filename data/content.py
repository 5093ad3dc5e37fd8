"""What a table says, as one hash that no library version and no row order changes."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from data.tables import Table

CHUNK = 50_000
"""Values turned into text at once, so that a large table does not stand in memory twice."""


def content_hash(table: Table, frame: pd.DataFrame) -> str:
    """SHA-256 over the content of `frame`, read as `table`.

    The rows are put in key order (shapes without a key by all they hold) and the columns in that
    of the table. Then, column by column: text in Unicode form NFC, numbers to 12 significant
    digits without regard to integer or float, dates in ISO form to the millisecond, geometry as
    little-endian 2D ISO WKB with coordinates in whole millimetres, lists in their order, a missing
    value as null. A list of 50,000 values at a time goes into the hash as JSON.
    """
    columns = {name: _normal(frame, name, column.dtype) for name, column in table.columns.items()}
    by = [columns[name] for name in table.key or table.columns]
    order = sorted(range(len(frame)), key=lambda row: [_rank(values[row]) for values in by])
    digest = hashlib.sha256(json.dumps([table.name, list(table.columns), len(frame)]).encode())
    for values in columns.values():
        for start in range(0, len(order), CHUNK):
            chunk = [values[row] for row in order[start : start + CHUNK]]
            digest.update(json.dumps(chunk, ensure_ascii=False, separators=(",", ":")).encode())
    return digest.hexdigest()


def geometry_wkb(shapes: gpd.GeoSeries) -> NDArray[np.object_]:
    """WKB per shape in whole millimetres; None where a shape is missing."""
    # Adding zero turns -0.0, which is other bytes, into 0.0.
    rounded = shapely.transform(shapes.to_numpy(), lambda xy: np.round(xy, 3) + 0.0)
    return np.asarray(shapely.to_wkb(rounded, output_dimension=2, byte_order=1, include_srid=False, flavor="iso"))


Normal = str | bool | list[str] | None


def _normal(frame: pd.DataFrame, name: str, dtype: str) -> list[Normal]:
    """The values of one column in the one form that is hashed."""
    values = frame[name]
    if dtype == "geometry":
        return [None if wkb is None else wkb.hex() for wkb in geometry_wkb(gpd.GeoSeries(values))]
    if dtype == "list":
        return [[unicodedata.normalize("NFC", item) for item in items] for items in values]
    missing = values.isna().to_numpy()
    if missing.all():
        return [None] * len(values)
    return [None if gone else text for gone, text in zip(missing, _texts(values, dtype), strict=True)]


def _texts(values: pd.Series, dtype: str) -> Iterator[str | bool]:
    if dtype == "str":
        # As plain objects: taking Arrow text one by one costs twenty times as much.
        return (unicodedata.normalize("NFC", str(value)) for value in values.to_numpy(dtype=object))
    if dtype == "bool":
        return (bool(value) for value in values)
    if dtype == "datetime64[ms]":
        return (str(value) for value in values.to_numpy().astype("datetime64[ms]"))
    return (format(value + 0.0, ".12g") for value in values.to_numpy(dtype="float64", na_value=np.nan))


def _rank(value: Normal) -> tuple[bool, str]:
    """Missing last; the rest by its text."""
    return (value is None, str(value))
