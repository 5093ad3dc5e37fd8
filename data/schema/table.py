"""What a table of a snapshot promises."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from data.schema.columns import Column
from data.schema.rules import Rule
from geo.crs import RD_SYSTEM


@dataclass(frozen=True, slots=True)
class Table:
    """Name, columns, key and rules of one table; `row` says what one row is."""

    name: str
    row: str
    key: tuple[str, ...]
    columns: Mapping[str, Column]
    rules: tuple[Rule, ...] = ()

    @property
    def sort(self) -> tuple[str, ...]:
        """Columns the stored rows are sorted by: place first, then key."""
        place = ("place_id",) if "place_id" in self.columns else ()
        return place + tuple(column for column in self.key if column not in place)

    @property
    def geometry(self) -> Column | None:
        """The geometry column, None for a table without one."""
        return self.columns.get("geometry")

    def empty(self) -> pd.DataFrame:
        """The table without a row; a GeoDataFrame in RD where it has geometry."""
        if self.name not in _EMPTY:
            columns = {
                name: gpd.GeoSeries([], crs=RD_SYSTEM)
                if column.dtype == "geometry"
                else pd.Series([], dtype=_OBJECTS.get(column.dtype, column.dtype))
                for name, column in self.columns.items()
            }
            _EMPTY[self.name] = (
                pd.DataFrame(columns)
                if self.geometry is None
                else gpd.GeoDataFrame(columns, geometry="geometry")
            )
        return _EMPTY[self.name].copy(deep=False)


_OBJECTS = {"list": "object"}
# Made once: sixteen empty columns take longer than most of what is done with a small town.
_EMPTY: dict[str, pd.DataFrame] = {}
