"""Export tables as map files: GeoPackage and GeoParquet in RD, GeoJSON in degrees, reproducibly."""

from __future__ import annotations

import io
import json
import tempfile
import threading
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from operator import attrgetter
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pyogrio
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
from data.export.simple_features import to_layer_type
from geo.crs import RD, to_wgs84

DECIMALS = 7
"""Of degrees in GeoJSON: about a centimetre."""
_SHAPES = {
    "Point": "point",
    "MultiPoint": "point",
    "LineString": "line",
    "MultiLineString": "line",
    "Polygon": "area",
    "MultiPolygon": "area",
}
_MULTI = {"line": "MultiLineString", "area": "MultiPolygon"}
# Equal tables give equal files: no time of writing is stored.
_MOMENT = "2000-01-01T00:00:00.000Z"
# GDAL's clock is set for the whole process.
_GATE = threading.Lock()


def geopackage(sheets: Sequence[ExportTable], *, looks: Mapping[str, str] | None = None) -> bytes:
    """A GeoPackage 1.3 in RD: a layer per table and kind of shape, `sources`, `columns` and
    `about`.

    `looks` holds QGIS styles (QML) by layer, or by table and kind of shape (`streets_line`); QGIS
    applies them by itself. Raises ExportError when there is not one row.
    """
    by_sheet = [(sheet, layer) for sheet in sheets for layer in _layers(sheet)]
    if not by_sheet:
        raise ExportError("a GeoPackage: expected at least one row, got none")
    known = looks or {}
    styled = [
        (layer, qml)
        for sheet, (layer, _, shape) in by_sheet
        if shape and (qml := known.get(layer) or known.get(f"{sheet.name}_{_SHAPES[shape]}"))
    ]
    with tempfile.TemporaryDirectory(prefix="stadshart-") as folder, _GATE:
        path = Path(folder) / "stadshart.gpkg"
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": _MOMENT})
        try:
            for sheet, (name, rows, kind) in by_sheet:
                _write(rows, path, name, kind, sheet)
            for name, rows in (
                ("sources", _sources(sheets)),
                ("columns", _columns(sheets)),
                ("about", _about(sheets)),
            ):
                _write(rows, path, name, None)
            if styled:
                _write(_looks(styled), path, "layer_styles", None)
        except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
            raise ExportError(
                f"a GeoPackage in {folder}: cannot be written ({error}): is there room on the disk?"
            ) from error
        finally:
            pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
        return path.read_bytes()


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
    columns = _all_columns(sheet)
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
    columns = _all_columns(sheet)
    rows = _cells(sheet, columns)
    series = {
        column.key: _series(column, [row[at] for row in rows]) for at, column in enumerate(columns)
    }
    if not sheet.geometric:
        return pd.DataFrame(series)
    return gpd.GeoDataFrame(
        series, geometry=gpd.GeoSeries([row.shape for row in sheet.rows], crs=RD)
    )


def _all_columns(sheet: ExportTable) -> tuple[ExportColumn, ...]:
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


def _layers(sheet: ExportTable) -> list[tuple[str, pd.DataFrame, str | None]]:
    """Name, rows and type of shape per layer; rows without a shape have a layer of their own."""
    rows = frame(sheet)
    if rows.empty:
        return []
    if not isinstance(rows, gpd.GeoDataFrame):
        return [(sheet.name, rows, None)]
    kinds = rows.geometry.geom_type.map(_SHAPES)
    several = kinds.dropna().nunique() > 1
    layers: list[tuple[str, pd.DataFrame, str | None]] = []
    for kind in sorted(kinds.dropna().unique()):
        part = rows[kinds == kind].reset_index(drop=True)
        shapes = gpd.GeoSeries([to_layer_type(shape, kind) for shape in part.geometry], crs=RD)
        layers.append(
            (
                f"{sheet.name}_{kind}" if several else sheet.name,
                part.set_geometry(shapes),
                _MULTI.get(kind, "Point"),
            )
        )
    if kinds.isna().any():
        bare = pd.DataFrame(rows.drop(columns="geometry"))[kinds.isna()].reset_index(drop=True)
        layers.append((f"{sheet.name}_unlocated" if layers else sheet.name, bare, None))
    return layers


def _write(
    rows: pd.DataFrame,
    path: Path,
    name: str,
    geometry_type: str | None,
    sheet: ExportTable | None = None,
) -> None:
    """Add a layer; that of a sheet with its title, notes, licences and meaning of its columns."""
    if isinstance(rows, gpd.GeoDataFrame):
        arrow = pa.table(rows.to_arrow(index=False))
        shape = {"geometry_name": rows.geometry.name, "geometry_type": geometry_type, "crs": RD}
    else:
        arrow, shape = pa.table(rows), {}
    describing: dict[str, object] = {}
    if sheet is not None:
        arrow = arrow.cast(pa.schema(_titled(arrow.schema, sheet)))
        describing = {
            "layer_options": {"IDENTIFIER": name, "DESCRIPTION": sheet.title},
            "layer_metadata": {
                "LICENCES": " | ".join(dict.fromkeys(note.licence for note in sheet.sources)),
                "NOTES": " ".join(sheet.notes),
                "SOURCES": " | ".join(
                    dict.fromkeys(f"{note.publisher}, {note.title}" for note in sheet.sources)
                ),
                "VERSION": sheet.version,
            },
        }
    pyogrio.write_arrow(
        arrow,
        path,
        layer=name,
        driver="GPKG",
        append=path.exists(),
        dataset_options=None if path.exists() else {"VERSION": "1.3"},
        **shape,
        **describing,
    )


def _titled(schema: pa.Schema, sheet: ExportTable) -> list[pa.Field]:
    """The fields, with heading and definition as GDAL carries them to `gpkg_data_columns`."""
    columns = {column.key: column for column in _all_columns(sheet)}
    return [
        field.with_metadata(
            {
                "GDAL:OGR:alternative_name": columns[field.name].header,
                "GDAL:OGR:comment": columns[field.name].definition,
            }
        )
        if field.name in columns
        else field
        for field in schema
    ]


def _looks(styled: Sequence[tuple[str, str]]) -> pd.DataFrame:
    """The table with QGIS styles, its columns in small letters."""
    return pd.DataFrame(
        {
            "f_table_catalog": "",
            "f_table_schema": "",
            "f_table_name": [name for name, _ in styled],
            "f_geometry_column": "geom",
            "stylename": [name for name, _ in styled],
            "styleqml": [qml for _, qml in styled],
            "stylesld": "",
            "useasdefault": True,
            "description": "Stadshart Twente",
            "owner": "",
            "ui": "",
            "update_time": _MOMENT,
        }
    )


def _sources(sheets: Sequence[ExportTable]) -> pd.DataFrame:
    known = dict.fromkeys(source for sheet in sheets for source in sheet.sources)
    parts = ("publisher", "title", "url", "published", "licence", "credit", "read_on")
    rows = pd.DataFrame(map(attrgetter(*parts), known), columns=list(parts)).astype("str")
    return rows.rename(columns={"published": "source_date", "read_on": "retrieved"})


def _columns(sheets: Sequence[ExportTable]) -> pd.DataFrame:
    rows = [
        (sheet.name, column.key, column.header, column.definition or None)
        for sheet in sheets
        for column in sheet.columns
    ]
    return pd.DataFrame(rows, columns=["table_name", "column_name", "title", "definition"]).astype(
        "str"
    )


def _about(sheets: Sequence[ExportTable]) -> pd.DataFrame:
    rows = [
        (
            sheet.name,
            len(sheet.rows),
            sheet.title,
            sheet.version,
            sheet.link,
            " ".join(sheet.notes) or None,
        )
        for sheet in sheets
    ]
    about = pd.DataFrame(
        rows, columns=["table_name", "row_count", "title", "version", "link", "notes"]
    )
    return about.astype(dict.fromkeys(("title", "version", "link", "notes"), "str"))


def _metadata(sheet: ExportTable) -> dict[str, object]:
    """The description of the table for JSON; unknown values are null."""
    sources = _sources([sheet])
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
