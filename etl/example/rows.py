"""Made-up rows as the tables they become: what every fact of the example has in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import geopandas as gpd
import pandas as pd
from shapely.geometry.base import BaseGeometry

from data.schema.table import Table
from geo.crs import RD

FACTS_SOURCE = "voorbeeld-feiten"
MADE = date(2024, 11, 1)

Cell = str | int | float | bool | date | Sequence[str] | BaseGeometry | None
Row = Mapping[str, Cell]

FACT: Row = {
    "source_id": FACTS_SOURCE,
    "source_url": None,
    "source_date": "november 2024 (verzonnen)",
    "retrieved": MADE,
    "licence": "CC0 1.0",
    "confidence": "high",
}
FIGURE: Row = {
    **FACT,
    "nature": "measured",
    "provisional": False,
    "sharing": "open",
    "note": "Verzonnen cijfer.",
}


def frame(table: Table, rows: Sequence[Row]) -> pd.DataFrame:
    """The rows as `typed`, sorted as the table is stored."""
    return typed(table, rows).sort_values(list(table.sort), ignore_index=True)


def typed(table: Table, rows: Sequence[Row]) -> pd.DataFrame:
    """The rows with the columns and types that `table` promises; what a row leaves out is missing.

    Raises ValueError for a column that the table does not have.
    """
    unknown = {name for row in rows for name in row} - set(table.columns)
    if unknown:
        raise ValueError(
            f"{table.name}: expected columns of {list(table.columns)}, got {sorted(unknown)}"
        )
    columns: dict[str, pd.Series] = {}
    for name, column in table.columns.items():
        cells = [row.get(name) for row in rows]
        if column.dtype == "geometry":
            columns[name] = gpd.GeoSeries(cells, crs=RD)
        elif column.dtype == "list":
            columns[name] = pd.Series([list(cell or ()) for cell in cells], dtype="object")
        elif column.dtype == "datetime64[ms]":
            columns[name] = pd.to_datetime(pd.Series(cells, dtype="object")).astype(
                "datetime64[ms]"
            )
        else:
            columns[name] = pd.Series(cells, dtype=column.dtype)
    if "geometry" in columns:
        return gpd.GeoDataFrame(columns, geometry="geometry", crs=RD)
    return pd.DataFrame(columns)
