"""A table as GeoParquet bytes and back, and any frame as an Arrow table and back."""

from __future__ import annotations

import io
import json
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import shapely
from geopandas.array import GeometryArray, GeometryDtype
from numpy.typing import NDArray
from pyproj import CRS

from data.schema.columns import text_array
from data.schema.content_hash import sorted_rows
from data.schema.table import Table
from geo.crs import RD_SYSTEM

COMPRESSION = "zstd"
MOST_SINGLE = 24
"""Places that each have a row group of their own."""
SHARED_ROWS = 2_000
"""A row group of several places ends after so many rows."""
Box = tuple[float, float, float, float]
"""West, south, east, north."""
LIST_OF_TEXT = pa.list_(pa.string())
_POINT = np.dtype([("order", "u1"), ("kind", "<u4"), ("x", "<f8"), ("y", "<f8")])
"""A point as well-known binary."""
_KINDS = (
    "Point",
    "LineString",
    "LinearRing",
    "Polygon",
    "MultiPoint",
    "MultiLineString",
    "MultiPolygon",
    "GeometryCollection",
)
_BOX = ("xmin", "ymin", "xmax", "ymax")


def to_bytes(table: Table, frame: pd.DataFrame, *, ordered: bool = False) -> bytes:
    """The frame as Parquet: sorted, in row groups of whole places; GeoParquet 1.1 with geometry.

    `ordered` says that it comes from `sorted_rows`.
    """
    rows = frame if ordered else sorted_rows(table, frame)
    arrow = to_arrow(
        rows, lists=[name for name, column in table.columns.items() if column.dtype == "list"]
    )
    out = io.BytesIO()
    # Words that return are kept once; keys never do, and looking for them costs as much as writing.
    words = [
        name
        for name, column in table.columns.items()
        if column.dtype == "str" and name not in table.key
    ]
    with pq.ParquetWriter(
        out, arrow.schema, compression=COMPRESSION, use_dictionary=words
    ) as writer:
        for start, length in _groups(rows):
            writer.write_table(arrow.slice(start, length), row_group_size=max(length, 1))
    return out.getvalue()


def from_bytes(table: Table, content: bytes) -> pd.DataFrame:
    """The frame given to `to_bytes`, sorted; lists come back as tuples."""
    file = pq.ParquetFile(pa.BufferReader(content))
    names = [name for name in file.schema_arrow.names if name != "bbox"]
    return _with_tuples(table, from_arrow(file.read(columns=names)))


def read_rows(
    table: Table, path: Path, where: Mapping[str, Collection[str]], box: Box | None = None
) -> pd.DataFrame:
    """The rows with one of these values in each column, that touch the box (RD), as `from_bytes`
    gives them.

    Row groups without any are not read: of one place only its own.
    """
    wanted = [(name, "in", sorted(values)) for name, values in where.items()] or None
    if any(not values for values in where.values()):
        return table.empty()
    frame = (
        gpd.read_parquet(path, filters=wanted, bbox=box)
        if table.geometry is not None
        else pd.read_parquet(path, filters=wanted)
    )
    return _with_tuples(table, frame.reset_index(drop=True))


def read_columns(path: Path, columns: Sequence[str]) -> pa.Table:
    """Some columns of every row in the file of a table, text as codes; a column that the file lacks
    is left out.
    """
    there = pq.read_schema(path).names
    known = [name for name in columns if name in there]
    return pq.read_table(path, columns=known, read_dictionary=known)


def _with_tuples(table: Table, frame: pd.DataFrame) -> pd.DataFrame:
    # Arrow lists come as arrays, whose == is not a yes or no; a tuple can be compared and not be
    # changed.
    lists = {
        name: frame[name].map(tuple)
        for name, column in table.columns.items()
        if column.dtype == "list"
    }
    return frame.assign(**lists) if lists else frame


def to_arrow(frame: pd.DataFrame, *, lists: list[str], boxes: bool = True) -> pa.Table:
    """The frame as an Arrow table: geometry (RD) as WKB; with `boxes` a box per row and GeoParquet
    1.1 metadata.

    Columns in `lists` keep their type when every list is empty.
    """
    plain = pd.DataFrame(frame)
    columns = {str(name): values.array for name, values in plain.items()}
    shapes = {
        name: np.asarray(values, dtype=object)
        for name, values in columns.items()
        if isinstance(values.dtype, GeometryDtype)
    }
    names = [name for name in columns if name not in shapes]
    if boxes:
        # Threads cost more than they save for columns that take a millisecond each.
        arrow = pa.Table.from_pandas(plain, columns=names, preserve_index=False, nthreads=1)
    else:
        arrow = pa.table({name: pa.array(columns[name], from_pandas=True) for name in names})
    for name in lists:
        texts = pa.array([list(items) for items in frame[name]], type=LIST_OF_TEXT)
        arrow = arrow.set_column(
            arrow.schema.get_field_index(name), pa.field(name, LIST_OF_TEXT), texts
        )
    if not isinstance(frame, gpd.GeoDataFrame):
        return arrow
    points = {name: _plain_points(drawn) for name, drawn in shapes.items()}
    for name, drawn in shapes.items():
        arrow = arrow.add_column(
            frame.columns.get_loc(name), pa.field(name, pa.binary()), _wkb(drawn, points[name])
        )
    primary = str(frame.geometry.name)
    described: dict[str, Mapping[str, object]] = {name: {} for name in shapes}
    if boxes:
        # Missing shapes have no box.
        extents = {
            name: np.ascontiguousarray(shapely.bounds(drawn).T)
            if xy is None
            else np.tile(xy.T, (2, 1))
            for (name, drawn), xy in zip(shapes.items(), points.values(), strict=True)
        }
        sides = [pa.array(side, from_pandas=True) for side in extents[primary]]
        arrow = arrow.append_column("bbox", pa.StructArray.from_arrays(sides, names=list(_BOX)))
        covering = {"covering": {"bbox": {side: ["bbox", side] for side in _BOX}}}
        described = {
            name: {**_described(shapes[name], points[name], extent), **covering}
            for name, extent in extents.items()
        }
    metadata = {"primary_column": primary, "columns": described, "version": "1.1.0"}
    return arrow.replace_schema_metadata(
        {**(arrow.schema.metadata or {}), b"geo": json.dumps(metadata).encode()}
    )


def from_arrow(arrow: pa.Table) -> pd.DataFrame:
    """The frame given to `to_arrow`, in RD or the system it states; lists come back as arrays."""
    metadata = (arrow.schema.metadata or {}).get(b"geo")
    if metadata is None:
        frame: pd.DataFrame = arrow.to_pandas()
        return frame
    geo = json.loads(metadata)
    plain = arrow.drop_columns(
        [name for name in (*geo["columns"], "bbox") if name in arrow.column_names]
    ).to_pandas()
    for name in arrow.column_names:
        if name in geo["columns"]:
            plain.insert(
                arrow.schema.get_field_index(name),
                name,
                GeometryArray(shapes_of(arrow[name]), crs=_system(geo["columns"][name])),
            )
    result: pd.DataFrame = gpd.GeoDataFrame(plain, geometry=geo["primary_column"], copy=False)
    return result


def _system(described: Mapping[str, object]) -> CRS:
    # Reading a system from its words takes longer than a table of a hundred rows.
    stated = described.get("crs", _rd())
    return RD_SYSTEM if stated == _rd() else CRS.from_user_input(stated)


def shapes_of(drawn: pa.ChunkedArray) -> NDArray[np.object_]:
    """Shapes from well-known binary, None where missing; points, the most common, all at once."""
    whole = drawn.combine_chunks()
    if pa.types.is_binary(whole.type) and not whole.null_count:
        starts = np.frombuffer(whole.buffers()[1], dtype=np.int32)[
            whole.offset : whole.offset + len(whole) + 1
        ]
        if len(whole) and (np.diff(starts) == _POINT.itemsize).all():
            points = np.frombuffer(
                whole.buffers()[2], dtype=_POINT, count=len(whole), offset=int(starts[0])
            )
            # An empty point is written as one of missing coordinates.
            if (
                (points["order"] == 1).all()
                and (points["kind"] == 1).all()
                and np.isfinite(points["x"]).all()
                and np.isfinite(points["y"]).all()
            ):
                return np.asarray(shapely.points(points["x"], points["y"]), dtype=object)
    result: NDArray[np.object_] = shapely.from_wkb(whole.to_numpy(zero_copy_only=False))
    return result


def _plain_points(shapes: NDArray[np.object_]) -> NDArray[np.float64] | None:
    """Coordinates `[n, 2]` where all shapes are points of two dimensions, the most common."""
    if not len(shapes) or shapely.get_type_id(shapes).any() or shapely.has_z(shapes).any():
        return None
    xy: NDArray[np.float64] = shapely.get_coordinates(shapes)
    # An empty point has no coordinates.
    return xy if len(xy) == len(shapes) else None


def _wkb(shapes: NDArray[np.object_], points: NDArray[np.float64] | None) -> pa.Array:
    """Well-known binary per shape; of plain points from their coordinates, all at once."""
    if points is None:
        return pa.array(shapely.to_wkb(shapes, byte_order=1, flavor="iso"), type=pa.binary())
    drawn = np.empty(len(shapes), dtype=_POINT)
    drawn["order"], drawn["kind"] = 1, 1
    drawn["x"], drawn["y"] = points.T
    starts = np.arange(len(shapes) + 1, dtype=np.int32) * _POINT.itemsize
    return pa.Array.from_buffers(
        pa.binary(), len(shapes), [None, pa.py_buffer(starts), pa.py_buffer(drawn)]
    )


def _described(
    shapes: NDArray[np.object_],
    points: NDArray[np.float64] | None,
    extents: NDArray[np.float64],
) -> Mapping[str, object]:
    """The GeoParquet metadata of a column of shapes in RD, from the extents `[4, n]` of each."""
    kinds = ["Point"] if points is not None else _kinds(shapes)
    described: dict[str, object] = {"encoding": "WKB", "crs": _rd(), "geometry_types": kinds}
    # Neither missing nor empty shapes have an extent.
    finite = np.isfinite(extents).all(axis=0)
    known = extents if finite.all() else extents[:, finite]
    if known.size:
        described["bbox"] = [*known[:2].min(axis=1).tolist(), *known[2:].max(axis=1).tolist()]
    return described


def _kinds(shapes: NDArray[np.object_]) -> list[str]:
    """The types of these shapes as GeoParquet names them, sorted."""
    # Those of three dimensions count from 8; missing ones have number -1.
    numbers = (
        np.flatnonzero(
            np.bincount(shapely.get_type_id(shapes) + len(_KINDS) * shapely.has_z(shapes) + 1)
        )
        - 1
    )
    return sorted(
        f"{_KINDS[number % len(_KINDS)]}{' Z' if number >= len(_KINDS) else ''}"
        for number in numbers
        if number >= 0
    )


@lru_cache(maxsize=1)
def _rd() -> Mapping[str, object]:
    return RD_SYSTEM.to_json_dict()


def _groups(rows: pd.DataFrame) -> list[tuple[int, int]]:
    """Start and length of each place's run of rows; the whole table where rows have no place.

    Of more than `MOST_SINGLE` places, small ones that follow each other share a run: a row group
    costs as much to read as a thousand rows.
    """
    if "place_id" not in rows or rows.empty:
        return [(0, len(rows))]
    # One run for rows about a province or country, whose place is missing and sorts last.
    ends = pc.run_end_encode(text_array(rows["place_id"].array)).run_ends.to_pylist()
    groups = [(start, end - start) for start, end in pairwise([0, *ends])]
    if len(groups) <= MOST_SINGLE:
        return groups
    shared = [groups[0]]
    for start, length in groups[1:]:
        first, before = shared[-1]
        if before < SHARED_ROWS:
            shared[-1] = first, before + length
        else:
            shared.append((start, length))
    return shared
