"""Positions of the rows of an imported table, by coordinates in RD or degrees."""

from __future__ import annotations

import geopandas as gpd

from etl.errors import ContentError
from etl.parsing import column_map, table_file
from etl.parsing.column_map import OpenedTable
from geo.crs import RD, WGS84, to_rd
from geo.errors import OutsideBoxError

PAIRS = (("x", "y", RD), ("lon", "lat", WGS84))
"""Pairs of columns; the first pair that is filled in a row counts."""


def row_points(opened: OpenedTable) -> gpd.GeoSeries:
    """The point of each row in RD, missing where neither pair is filled.

    Raises ContentError for a column without its partner, and for a point outside its system.
    """
    cells, used = opened.sheet.cells, opened.map.columns
    result = gpd.GeoSeries([None] * len(cells), index=cells.index, crs=RD)
    pairs = [pair for pair in PAIRS if set(pair[:2]) <= set(used)]
    lonely = [
        name
        for pair in PAIRS
        for name in pair[:2]
        if name not in used and set(pair[:2]) & set(used)
    ]
    if lonely and not pairs:
        raise column_map.missing_column(opened, lonely[0])
    for first, second, crs in pairs:
        across, up = (
            table_file.numbers(cells[used[name]], opened.coordinates).values
            for name in (first, second)
        )
        filled = across.notna() & up.notna() & result.isna()
        try:
            result[filled] = to_rd(gpd.GeoSeries.from_xy(across[filled], up[filled], crs=crs))
        except OutsideBoxError as error:
            raise ContentError("outside-box", detail=error) from error
    return result


def has_coordinates(opened: OpenedTable) -> bool:
    """Whether the table has a column of coordinates."""
    return bool({name for pair in PAIRS for name in pair[:2]} & set(opened.map.columns))
