"""The rows a test writes down, as the frame that a published table promises."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import geopandas as gpd
import pandas as pd
from shapely.geometry.base import BaseGeometry

from data.tables import DECLARED
from geo.crs import RD

Cell = str | int | float | bool | Sequence[str] | BaseGeometry | None
Row = Mapping[str, Cell]


def frame(name: str, rows: Sequence[Row]) -> pd.DataFrame:
    """Rows as a frame with the columns and types that table `name` promises; what a row leaves out is missing."""
    columns = DECLARED[name].columns
    unknown = {column for row in rows for column in row} - set(columns)
    if unknown:
        raise ValueError(f"{name}: expected columns of {list(columns)}, got {sorted(unknown)}")
    series: dict[str, pd.Series] = {}
    for column, declared in columns.items():
        cells = [row.get(column) for row in rows]
        if declared.dtype == "geometry":
            series[column] = gpd.GeoSeries(cells, crs=RD)
        elif declared.dtype == "list":
            series[column] = pd.Series([list(cell or ()) for cell in cells], dtype="object")
        elif declared.dtype == "datetime64[ms]":
            series[column] = pd.to_datetime(pd.Series(cells, dtype="object")).astype("datetime64[ms]")
        else:
            series[column] = pd.Series(cells, dtype=declared.dtype)
    if "geometry" in columns:
        return gpd.GeoDataFrame(series, geometry="geometry", crs=RD)
    return pd.DataFrame(series)


def built(name: str, default: Row, town: Sequence[Row], rows: Sequence[Row]) -> pd.DataFrame:
    """The given rows, or else the town's, each filled up from `default`."""
    return frame(name, [{**default, **row} for row in rows or town])
