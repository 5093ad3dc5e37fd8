"""Made-up rows as the tables they become: what every fact of the example has in common."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TypeVar, get_type_hints

import geopandas as gpd
import pandas as pd
from shapely.geometry.base import BaseGeometry

from data.schema.table import Table
from etl.parsing.import_reader import typed_frame
from geo.crs import RD

FACTS_SOURCE = "voorbeeld-feiten"
MADE = date(2024, 11, 1)

Record = TypeVar("Record")
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


_PARSERS: Mapping[object, Callable[[str], object]] = {
    str: str,
    str | None: str,
    int: int,
    float: float,
    bool: "true".__eq__,
}


def read(name: str) -> list[dict[str, str]]:
    """The lines of a CSV file of this folder, by column; empty cells are left out."""
    with Path(__file__).with_name(name).open(encoding="utf-8", newline="") as file:
        return [
            {column: cell for column, cell in line.items() if cell} for line in csv.DictReader(file)
        ]


def records(kind: Callable[..., Record], name: str) -> tuple[Record, ...]:
    """The lines of a CSV file, each a `kind`, whose fields say the types of the cells."""
    types = get_type_hints(kind)
    return tuple(
        kind(**{field: _PARSERS[types[field]](cell) for field, cell in line.items()})
        for line in read(name)
    )


def frame(table: Table, rows: Sequence[Row]) -> pd.DataFrame:
    """The rows as `typed`, sorted as the table is stored."""
    return typed(table, rows).sort_values(list(table.sort), ignore_index=True)


def typed(table: Table, rows: Sequence[Row]) -> pd.DataFrame:
    """The rows with the columns and types that `table` promises; what a row leaves out is missing.

    Cells may be text as it stands in a CSV file, where spaces separate the items of a list. Raises
    ValueError for a column that the table does not have.
    """
    unknown = {name for row in rows for name in row} - set(table.columns)
    if unknown:
        raise ValueError(
            f"{table.name}: expected columns of {list(table.columns)}, got {sorted(unknown)}"
        )
    result = typed_frame(rows, table)
    for name, column in table.columns.items():
        if column.dtype == "geometry":
            result[name] = gpd.GeoSeries([row.get(name) for row in rows], crs=RD)
        elif column.dtype == "list":
            result[name] = result[name].map(
                lambda cell: list(cell) if isinstance(cell, list | tuple) else (cell or "").split()
            )
    result = result[list(table.columns)]
    if table.geometry is not None:
        result = gpd.GeoDataFrame(result, geometry="geometry", crs=RD)
    return result
