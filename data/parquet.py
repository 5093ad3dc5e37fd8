"""A table as GeoParquet bytes and back."""

from __future__ import annotations

import io

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from data.content import geometry_wkb
from data.tables import Table

COMPRESSION = "zstd"
LIST_OF_TEXT = pa.list_(pa.string())


def sorted_rows(table: Table, frame: pd.DataFrame) -> pd.DataFrame:
    """The rows by place and key, the index counted anew; shapes without a key by column and outline."""
    if table.key:
        return frame.sort_values(list(table.sort), ignore_index=True)
    plain = [name for name, column in table.columns.items() if column.dtype != "geometry"]
    outlines = pd.Series([wkb.hex() for wkb in geometry_wkb(gpd.GeoSeries(frame["geometry"]))], dtype="str")
    order = frame[plain].reset_index(drop=True).assign(outline=outlines).sort_values([*plain, "outline"]).index
    return frame.iloc[order].reset_index(drop=True)


def to_bytes(table: Table, frame: pd.DataFrame) -> bytes:
    """The frame as Parquet: sorted, one row group per place, GeoParquet 1.1 where it has geometry."""
    rows = sorted_rows(table, frame)
    arrow = _arrow(table, rows)
    out = io.BytesIO()
    with pq.ParquetWriter(out, arrow.schema, compression=COMPRESSION) as writer:
        for start, length in _groups(rows):
            writer.write_table(arrow.slice(start, length), row_group_size=max(length, 1))
    return out.getvalue()


def from_bytes(table: Table, content: bytes) -> pd.DataFrame:
    """The frame that `to_bytes` was given, sorted; lists come back as tuples."""
    source = io.BytesIO(content)
    frame = gpd.read_parquet(source) if table.geometry is not None else pd.read_parquet(source)
    # Arrow lists come as arrays, whose == is not a yes or no; a tuple can be compared and not be changed.
    lists = {name: frame[name].map(tuple) for name, column in table.columns.items() if column.dtype == "list"}
    return frame.assign(**lists) if lists else frame


def _arrow(table: Table, rows: pd.DataFrame) -> pa.Table:
    """Rows as an Arrow table with all metadata; lists keep their type when every list is empty."""
    source = io.BytesIO()
    if isinstance(rows, gpd.GeoDataFrame):
        rows.to_parquet(source, index=False, schema_version="1.1.0", write_covering_bbox=True)
    else:
        rows.to_parquet(source, index=False)
    arrow = pq.read_table(source)
    for name, column in table.columns.items():
        if column.dtype == "list":
            place = arrow.schema.get_field_index(name)
            lists = pa.array([list(items) for items in rows[name]], type=LIST_OF_TEXT)
            arrow = arrow.set_column(place, pa.field(name, LIST_OF_TEXT), lists)
    return arrow


def _groups(rows: pd.DataFrame) -> list[tuple[int, int]]:
    """Start and length of each place's run of rows; the whole table where rows have no place."""
    if "place_id" not in rows or rows.empty:
        return [(0, len(rows))]
    # One label for rows about a province or country, whose place is missing and sorts last.
    sizes = rows.groupby("place_id", sort=False, dropna=False).size()
    starts = sizes.cumsum() - sizes
    return list(zip(starts.tolist(), sizes.tolist(), strict=True))
