"""Export tables as a GeoPackage in RD, reproducibly."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyogrio

from data.errors import ExportError
from data.export.sheet import ExportTable
from data.export.simple_features import to_layer_type
from data.export.vector_files import all_columns, frame, source_rows
from geo.crs import RD

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
# A file that is read at once and removed need not wait for the disk, which takes most of the time.
_OPTIONS = {"OGR_CURRENT_DATE": _MOMENT, "OGR_SQLITE_SYNCHRONOUS": "OFF"}
# The options of GDAL are set for the whole process.
_GATE = threading.Lock()


@dataclass(frozen=True, slots=True)
class Layer:
    """Rows of a table with one kind of shape, or none; `style` is a QGIS style (QML)."""

    sheet: ExportTable
    name: str
    rows: pd.DataFrame
    geometry_type: str | None
    style: str | None


def geopackage(sheets: Sequence[ExportTable], *, looks: Mapping[str, str] | None = None) -> bytes:
    """A GeoPackage 1.3 in RD: a layer per table and kind of shape, `sources`, `columns` and
    `about`.

    `looks` holds QGIS styles (QML) by layer, or by table and kind of shape (`streets_line`); QGIS
    applies them by itself. Raises ExportError when there is not one row.
    """
    written = layers(sheets, looks or {})
    if not written:
        raise ExportError("a GeoPackage: expected at least one row, got none")
    styled = [(layer.name, layer.style) for layer in written if layer.style]
    with tempfile.TemporaryDirectory(prefix="stadshart-") as folder, _GATE:
        path = Path(folder) / "stadshart.gpkg"
        pyogrio.set_gdal_config_options(_OPTIONS)
        try:
            for layer in written:
                _write(layer.rows, path, layer.name, layer.geometry_type, layer.sheet)
            for name, rows in (
                ("sources", source_rows(sheets)),
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
            pyogrio.set_gdal_config_options(dict.fromkeys(_OPTIONS))
        return path.read_bytes()


def layers(sheets: Sequence[ExportTable], looks: Mapping[str, str]) -> list[Layer]:
    """The layers of the tables, each with its style in `looks` (see `geopackage`)."""
    return [
        Layer(
            sheet,
            name,
            rows,
            shape,
            (looks.get(name) or looks.get(f"{sheet.name}_{_SHAPES[shape]}")) if shape else None,
        )
        for sheet in sheets
        for name, rows, shape in _parts(sheet)
    ]


def _parts(sheet: ExportTable) -> list[tuple[str, pd.DataFrame, str | None]]:
    """Name, rows and type of shape per layer; rows without a shape have a layer of their own."""
    rows = frame(sheet)
    if rows.empty:
        return []
    if not isinstance(rows, gpd.GeoDataFrame):
        return [(sheet.name, rows, None)]
    kinds = rows.geometry.geom_type.map(_SHAPES)
    several = kinds.dropna().nunique() > 1
    parts: list[tuple[str, pd.DataFrame, str | None]] = []
    for kind in sorted(kinds.dropna().unique()):
        part = rows[kinds == kind].reset_index(drop=True)
        shapes = gpd.GeoSeries([to_layer_type(shape, kind) for shape in part.geometry], crs=RD)
        parts.append(
            (
                f"{sheet.name}_{kind}" if several else sheet.name,
                part.set_geometry(shapes),
                _MULTI.get(kind, "Point"),
            )
        )
    if kinds.isna().any():
        bare = pd.DataFrame(rows.drop(columns="geometry"))[kinds.isna()].reset_index(drop=True)
        parts.append((f"{sheet.name}_unlocated" if parts else sheet.name, bare, None))
    return parts


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
    columns = {column.key: column for column in all_columns(sheet)}
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
