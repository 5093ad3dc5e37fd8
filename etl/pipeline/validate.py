"""Validation of parsed frames against their table and region.

A few bad rows are left out and counted; when many rows have the same fault, the source fails.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.compute as pc
import shapely
from geopandas.array import GeometryArray, from_shapely
from numpy.typing import NDArray
from pandas.api.extensions import ExtensionArray
from pandas.api.types import pandas_dtype

from data.schema.columns import is_kind, padded, text_array
from data.schema.content_hash import increasing
from data.schema.table import Table
from data.schema.tables import DECLARED
from etl.area import Area
from etl.errors import ContentError, column_retyped
from etl.problems import NO_OTHER, Finding
from etl.source import Source
from geo.crs import RD_SYSTEM, rd_frame, require_rd
from geo.errors import WrongCrsError

Values = ExtensionArray | NDArray[np.generic]

BAD_SHARE = 0.1
"""Above this share of rows with the same fault the source fails."""


@dataclass(frozen=True, slots=True)
class CheckedFrame:
    """A validated frame, counts of rows left out or repaired by rule, and findings."""

    frame: pd.DataFrame
    counts: Counter[str]
    findings: tuple[Finding, ...] = ()


def as_table(
    name: str, frame: pd.DataFrame, source: Source, area: Area, today: date
) -> CheckedFrame:
    """The frame with the columns and types of its table, without bad rows.

    An absent `place_id` is filled by geometry. Raises ContentError when a column is unknown or of
    another type, when coordinates are implausible, or when too many rows have the same fault.
    """
    table = DECLARED[name]
    unknown = [str(column) for column in frame.columns if column not in table.columns]
    if unknown:
        raise ContentError("column-unknown", column=", ".join(unknown), table=name)
    counts: Counter[str] = Counter()
    rows = _fill_columns(table, _assign_places(table, frame, area, counts), source)
    rows = _check_geometry(table, rows, area, counts)
    rows = _cast(table, rows)
    rows = _drop_future(table, rows, today, counts)
    rows = _drop_invalid(table, rows, counts)
    return CheckedFrame(
        _drop_duplicates(table, _drop_broken_rules(table, rows.frame(), counts), counts), counts
    )


@dataclass(frozen=True, slots=True)
class _Columns:
    """The columns of a table as arrays, since reading columns of a frame costs time."""

    columns: Mapping[str, Values]
    count: int

    def with_columns(self, columns: Mapping[str, Values]) -> _Columns:
        """The same rows, with these columns replaced in their position."""
        return _Columns({**self.columns, **columns}, self.count) if columns else self

    def where(self, mask: NDArray[np.bool_]) -> _Columns:
        """The rows of the mask."""
        return _Columns(
            {name: values[mask] for name, values in self.columns.items()}, int(mask.sum())
        )

    def frame(self) -> pd.DataFrame:
        """The rows as a frame, numbered from 0."""
        index = pd.RangeIndex(self.count)
        return (
            rd_frame(self.columns, index)
            if "geometry" in self.columns
            else pd.DataFrame(dict(self.columns), index=index, copy=False)
        )


def _assign_places(
    table: Table, frame: pd.DataFrame, area: Area, counts: Counter[str]
) -> pd.DataFrame:
    """Fill an absent `place_id` by geometry; rows outside all places are dropped and counted."""
    if "place_id" not in table.columns:
        return frame
    if "place_id" not in frame:
        if not isinstance(frame, gpd.GeoDataFrame):
            raise ContentError("column-missing", column="place_id", like="geometry")
        _require_rd(frame, table.name)
        owner = area.owners(frame.geometry)
        outside = owner.isna() & frame.geometry.notna()
        counts["dropped-outside-places"] += int(outside.sum())
        frame = frame.assign(place_id=owner)[~outside]
    # The rows of another place belong to the area of that place.
    inside = frame["place_id"].isin(area.place_ids) | frame["place_id"].isna()
    return frame if inside.all() else frame[inside]


def _fill_columns(table: Table, frame: pd.DataFrame, source: Source) -> _Columns:
    """Every column of the table in its order; absent ones from the declaration, or missing."""
    declared: Mapping[str, str | None] = {
        "source_id": source.id,
        "source_url": source.url,
        "licence": source.licence,
        "sharing": source.sharing,
    }
    given = {str(name): values.array for name, values in pd.DataFrame(frame).items()}
    columns: dict[str, Values] = {}
    for name, column in table.columns.items():
        if name in given:
            columns[name] = given[name]
        elif name in declared:
            columns[name] = _repeated(declared[name], "str", len(frame))
        elif column.dtype == "list":
            columns[name] = pd.Series([[] for _ in range(len(frame))], dtype="object").array
        elif column.dtype == "bool":
            columns[name] = np.zeros(len(frame), dtype=bool)
        elif column.dtype == "geometry" or (len(frame) and not column.nullable):
            # A required column has no default.
            raise ContentError("column-missing", column=name, like=NO_OTHER)
        else:
            nullable = "Int64" if column.dtype == "int64" else column.dtype
            columns[name] = _repeated(None, nullable, len(frame))
    if table.geometry is not None and not isinstance(columns["geometry"], GeometryArray):
        columns["geometry"] = from_shapely(np.asarray(columns["geometry"], dtype=object))
    return _Columns(columns, len(frame))


def _repeated(value: str | None, dtype: str, count: int) -> ExtensionArray:
    """A column that holds one value, or none, `count` times."""
    return _single(value, dtype).take(np.zeros(count, dtype=np.intp))


@lru_cache
def _single(value: str | None, dtype: str) -> ExtensionArray:
    array: ExtensionArray = pd.Series([value], dtype=dtype).array
    return array


def _check_geometry(table: Table, rows: _Columns, area: Area, counts: Counter[str]) -> _Columns:
    """Geometry that is present, valid, of the type of the table and within the plausible box."""
    if table.geometry is None or not rows.count:
        return rows
    _require_rd(gpd.GeoSeries(rows.columns["geometry"]), table.name)
    shapes = np.asarray(rows.columns["geometry"], dtype=object)
    absent = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    wrong = ~absent & ~shapely.is_valid(shapes)
    if wrong.any():
        shapes, dimension = shapes.copy(), shapely.get_dimensions(shapes)
        for at in np.flatnonzero(wrong):
            parts = shapely.get_parts(shapely.make_valid(shapes[at]))
            same = parts[shapely.get_dimensions(parts) == dimension[at]]
            shapes[at] = shapely.union_all(same) if len(same) else None
        counts["repaired-geometry"] += int((wrong & ~shapely.is_missing(shapes)).sum())
        absent = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    other = ~absent & ~is_kind(shapes, table.geometry.geometry_kind or "any")
    drop = other | (absent & (not table.geometry.nullable))
    for rule, mask in (("dropped-no-geometry", absent & drop), ("dropped-wrong-geometry", other)):
        if mask.any():
            counts[rule] += int(mask.sum())
    if absent.any() or wrong.any():
        shapes = shapes.copy()
        shapes[absent] = None
    placed = GeometryArray(shapes, crs=RD_SYSTEM)
    area.require_plausible(gpd.GeoSeries(placed))
    rows = rows.with_columns({"geometry": placed})
    return rows.where(~drop) if drop.any() else rows


def _cast(table: Table, rows: _Columns) -> _Columns:
    """The columns in the types of the table; text without blanks around it, empty text missing."""
    typed: dict[str, Values] = {}
    for name, column in table.columns.items():
        values = rows.columns[name]
        if column.dtype in ("geometry", "list"):
            continue
        try:
            if column.dtype == "str":
                typed[name] = _strip(
                    values
                    if isinstance(values, ExtensionArray) and str(values.dtype) == "str"
                    else pd.Series(values).astype("str").array
                )
            elif column.dtype == "int64" and pd.isna(values).any():
                raise column_retyped(name, "a missing value", "a whole number")
            elif values.dtype != column.dtype:
                typed[name] = pd.Series(values).astype(pandas_dtype(column.dtype)).array
        except (ValueError, TypeError) as error:
            if isinstance(error, ContentError):
                raise
            raise column_retyped(name, str(values.dtype), column.dtype) from error
    return rows.with_columns(typed)


def _strip(text: ExtensionArray) -> ExtensionArray:
    """Text without blanks around it, empty text missing; the same array if nothing changes."""
    array = text_array(text)
    if array.null_count == len(array) or not padded(array):
        return text
    if pc.min(pc.binary_length(array)).as_py() and pc.utf8_trim_whitespace(array).equals(array):
        return text
    stripped = pd.Series(text).str.strip()
    return stripped.mask(stripped == "").array


def _drop_future(table: Table, rows: _Columns, today: date, counts: Counter[str]) -> _Columns:
    """Without rows that describe a future day; planned days may lie in the future."""
    days = [
        name
        for name in ("surveyed", "published", "vacant_since", "retrieved")
        if name in table.columns
    ]
    if table.name == "counts":
        days.append("start")
    late = np.zeros(rows.count, dtype=bool)
    tomorrow = np.datetime64(today) + np.timedelta64(1, "D")
    for name in days:
        late |= np.asarray(rows.columns[name]) > tomorrow
    if not late.any():
        return rows
    _require_few(table, late, "a day in the future")
    counts["dropped-future-date"] += int(late.sum())
    return rows.where(~late)


def _drop_invalid(table: Table, rows: _Columns, counts: Counter[str]) -> _Columns:
    """Without rows whose values break the contract of their column, counted per column."""
    for name, column in table.columns.items():
        if column.dtype == "geometry" or not rows.count:
            continue
        values = rows.columns[name]
        known = ~pd.isna(values)
        broken = np.full(rows.count, not column.nullable) & ~known
        if known.any():
            broken[known] = ~np.asarray(
                column.holds(pd.Series(values if known.all() else values[known])), dtype=bool
            )
        if broken.any():
            _require_few(table, broken, f"{name}: expected {column.expected}")
            counts[f"dropped-{name.replace('_', '-')}"] += int(broken.sum())
            rows = rows.where(~broken)
    return rows


def _drop_broken_rules(table: Table, rows: pd.DataFrame, counts: Counter[str]) -> pd.DataFrame:
    """Without rows that break a rule across columns."""
    for rule in table.rules:
        broken = ~rule.holds(rows)
        if broken.any():
            _require_few(table, broken, rule.expected)
            counts["dropped-broken-rule"] += int(broken.sum())
            rows = rows[~broken].reset_index(drop=True)
    return rows


def _drop_duplicates(table: Table, rows: pd.DataFrame, counts: Counter[str]) -> pd.DataFrame:
    """The first row of each key."""
    if not table.key or increasing(rows, table.sort):
        return rows
    twice = rows.duplicated(list(table.key))
    if twice.any():
        _require_few(table, twice, f"{' + '.join(table.key)} once")
        counts["dropped-double-key"] += int(twice.sum())
    return rows[~twice].reset_index(drop=True)


def _require_few(table: Table, broken: pd.Series | np.ndarray, expected: str) -> None:
    count = int(broken.sum())
    # A single bad row is accepted, unless it is the only row.
    if count > max(BAD_SHARE * len(broken), 1) or count == len(broken):
        raise ContentError(
            "rows-broken", table=table.name, count=count, rows=len(broken), expected=expected
        )


def _require_rd(frame: gpd.GeoDataFrame, name: str) -> None:
    try:
        require_rd(frame)
    except WrongCrsError as error:
        raise ContentError("outside-box", detail=f"{name}: {error}") from error
