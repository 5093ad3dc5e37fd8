"""Export tables as GeoParquet in RD and as GeoJSON in degrees, reproducibly."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from datetime import date, datetime
from operator import attrgetter

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import shapely

from data.errors import ExportError
from data.export.sheet import (
    Cell,
    ExportColumn,
    ExportTable,
    one_line,
    provenance,
    provenance_columns,
    typed,
)
from geo.crs import RD, to_wgs84

DECIMALS = 7
"""Of degrees in GeoJSON: about a centimetre."""


def geoparquet(sheet: ExportTable) -> bytes:
    """The table as Parquet, GeoParquet 1.1 where it has shapes; sources and definitions as
    metadata.
    """
    lists = {
        column.key: [
            list(cell) if isinstance(cell, tuple) else [] for (cell,) in _cells(sheet, (column,))
        ]
        for column in sheet.columns
        if column.kind == "list"
    }
    rows = frame(sheet).assign(
        **{name: pd.Series(cells, dtype="object") for name, cells in lists.items()}
    )
    raw = io.BytesIO()
    if isinstance(rows, gpd.GeoDataFrame):
        rows.to_parquet(raw, index=False, schema_version="1.1.0", write_covering_bbox=True)
    else:
        rows.to_parquet(raw, index=False)
    arrow = pq.read_table(raw)
    for name, cells in lists.items():
        # The type is stated, because every list may be empty.
        arrow = arrow.set_column(
            arrow.schema.get_field_index(name), name, pa.array(cells, type=pa.list_(pa.string()))
        )
    if "bbox" in arrow.column_names and arrow["geometry"].null_count:
        # A row without a shape has no covering box either.
        box = arrow.schema.field("bbox")
        known = pc.if_else(pc.is_valid(arrow["geometry"]), arrow["bbox"], pa.scalar(None, box.type))
        arrow = arrow.set_column(
            arrow.schema.get_field_index("bbox"), box.with_nullable(True), known
        )
    metadata = json.dumps(_metadata(sheet), ensure_ascii=False).encode()
    arrow = arrow.replace_schema_metadata({**(arrow.schema.metadata or {}), b"stadshart": metadata})
    out = io.BytesIO()
    with pq.ParquetWriter(out, arrow.schema, compression="zstd") as writer:
        # A row group without rows would lack the statistics that every row group must have.
        if arrow.num_rows:
            writer.write_table(arrow)
    return out.getvalue()


def geojson(sheet: ExportTable) -> bytes:
    """The sheet as GeoJSON (RFC 7946): degrees with seven decimals, rows without a shape with null,
    sources beside them.

    Raises ExportError for a sheet without shapes.
    """
    if not sheet.geometric:
        raise ExportError(
            f"{sheet.name}: expected a table with a geometry, got one without: take it as csv, xlsx"
            " or parquet"
        )
    columns = all_columns(sheet)
    shapes = to_wgs84(gpd.GeoSeries([row.shape for row in sheet.rows], crs=RD)).to_numpy()
    rounded = shapely.set_precision(
        shapely.orient_polygons(shapes, exterior_cw=False), 10**-DECIMALS, mode="pointwise"
    )
    features = [
        {
            "type": "Feature",
            "properties": {
                column.key: _json(cell) for column, cell in zip(columns, cells, strict=True)
            },
            "geometry": (
                None if shape is None or shape.is_empty else _short(shapely.to_geojson(shape))
            ),
        }
        for cells, shape in zip(_cells(sheet, columns), rounded, strict=True)
    ]
    whole = {
        "type": "FeatureCollection",
        "name": sheet.name,
        **_metadata(sheet),
        "features": features,
    }
    return (
        json.dumps(whole, ensure_ascii=False, allow_nan=False, separators=(",", ":")) + "\n"
    ).encode()


def frame(sheet: ExportTable) -> pd.DataFrame | gpd.GeoDataFrame:
    """The table as a frame: columns by key, sources per row where wanted, shapes in RD last."""
    columns = all_columns(sheet)
    rows = _cells(sheet, columns)
    series = {
        column.key: _series(column, [row[at] for row in rows]) for at, column in enumerate(columns)
    }
    if not sheet.geometric:
        return pd.DataFrame(series)
    return gpd.GeoDataFrame(
        series, geometry=gpd.GeoSeries([row.shape for row in sheet.rows], crs=RD)
    )


def all_columns(sheet: ExportTable) -> tuple[ExportColumn, ...]:
    """The columns of the table, then those of provenance where rows repeat their sources."""
    return (*sheet.columns, *(provenance_columns(sheet) if sheet.sources_in_rows else ()))


def _cells(sheet: ExportTable, columns: Sequence[ExportColumn]) -> list[list[Cell]]:
    """The typed cells of each row, by column."""
    positions = {column.key: at for at, column in enumerate(sheet.columns)}
    cells = []
    for row in sheet.rows:
        if len(columns) > len(positions):
            of_source = dict(
                zip(
                    (column.key for column in provenance_columns(sheet)),
                    provenance(sheet, row),
                    strict=True,
                )
            )
        else:
            of_source = {}
        values = (
            row.cells[positions[column.key]] if column.key in positions else of_source[column.key]
            for column in columns
        )
        cells.append(
            [_clean(typed(value, column)) for value, column in zip(values, columns, strict=True)]
        )
    return cells


def _clean(value: Cell) -> Cell:
    return (one_line(value) or None) if isinstance(value, str) else value


def _series(column: ExportColumn, cells: list[Cell]) -> pd.Series:
    match column.kind:
        case "number" | "share":
            # Counts that are all known stay whole numbers.
            whole = (
                bool(cells)
                and column.kind == "number"
                and all(isinstance(cell, int) for cell in cells)
            )
            return pd.Series(cells, dtype="int64" if whole else "float64")
        case "year":
            return pd.Series(cells, dtype="Int64")
        case "date":
            return pd.Series(cells, dtype=pd.ArrowDtype(pa.date32()))
        case "moment":
            return pd.Series(
                pd.to_datetime(pd.Series(cells, dtype="object")), dtype="datetime64[ms]"
            )
        case "flag":
            return pd.Series(cells, dtype="boolean" if None in cells or not cells else "bool")
        case "list":
            return pd.Series(
                ["; ".join(cell) if isinstance(cell, tuple) else None for cell in cells],
                dtype="str",
            )
        case "text":
            return pd.Series(cells, dtype="str")


def source_rows(sheets: Sequence[ExportTable]) -> pd.DataFrame:
    """Every source of the tables once."""
    known = dict.fromkeys(source for sheet in sheets for source in sheet.sources)
    parts = ("publisher", "title", "url", "published", "licence", "credit", "read_on")
    rows = pd.DataFrame(map(attrgetter(*parts), known), columns=list(parts)).astype("str")
    return rows.rename(columns={"published": "source_date", "read_on": "retrieved"})


def _metadata(sheet: ExportTable) -> dict[str, object]:
    """The description of the table for JSON; unknown values are null."""
    sources = source_rows([sheet])
    return {
        "title": sheet.title,
        "version": sheet.version or None,
        "link": sheet.link,
        "notes": [*sheet.notes],
        "sources": sources.astype("object").where(sources.notna(), None).to_dict("records"),
        "columns": {column.key: column.definition or column.header for column in sheet.columns},
    }


def _json(value: Cell) -> str | int | float | bool | None:
    if isinstance(value, tuple):
        return "; ".join(value)
    return value.isoformat() if isinstance(value, date | datetime) else value


def _short(geojson: str) -> dict[str, object]:
    """A GeoJSON geometry with rounded coordinates."""
    drawn = json.loads(geojson)
    return {**drawn, "coordinates": _rounded(drawn["coordinates"])}


def _rounded(item: float | list[float]) -> object:
    """The number, or every number in nested lists, with `DECIMALS` decimals."""
    if isinstance(item, list):
        return [_rounded(inner) for inner in item]
    return round(float(item), DECIMALS)
