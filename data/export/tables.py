"""Published tables as files: the rows that may leave, with their sources, in common formats."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import time
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal, get_args

import geopandas as gpd
import pandas as pd

from data.errors import WithheldError
from data.export import data_package
from data.export.csv_xlsx import csv_bytes, xlsx_bytes
from data.export.geopackage import geopackage
from data.export.ods import ods_bytes
from data.export.qgis_project import qgis_project
from data.export.sharing import OpenVersion, shareable
from data.export.sheet import Cell, ExportColumn, ExportRow, ExportTable, Kind, SourceNote
from data.export.vector_files import geojson, geoparquet
from data.manifest import SourceRecord
from data.schema.tables import DECLARED
from geo.bilingual import Language

Format = Literal["gpkg", "parquet", "geojson", "csv", "xlsx", "ods", "zip"]
FORMATS: tuple[Format, ...] = get_args(Format)
OWN_LICENCE = "EUPL-1.2"
STYLES = Path(__file__).parents[1] / "styles"
_KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "str": "text",
        "list": "list",
        "bool": "flag",
        "float64": "number",
        "int64": "number",
        "datetime64[ms]": "date",
    }
)


@dataclass(frozen=True, slots=True)
class Parcel:
    """Tables exported together: `tables` each as a file, `layers` as one map, with QGIS styles by
    name.
    """

    name: str
    tables: tuple[ExportTable, ...]
    layers: tuple[ExportTable, ...]
    looks: Mapping[str, str] = field(default_factory=dict)
    sender: str | None = None

    @property
    def geometric(self) -> bool:
        """Whether any of its tables has a place on the map."""
        return any(layer.geometric for layer in self.layers)


def parcel(sheets: Sequence[ExportTable], *, name: str, sender: str | None = None) -> Parcel:
    """The published tables, with the styles that ship for them."""
    return Parcel(name, tuple(sheets), tuple(sheets), table_styles(), sender)


@cache
def table_styles() -> Mapping[str, str]:
    """The QGIS style (QML) of each published table, by table and kind of shape (`streets_line`)."""
    paths = sorted(STYLES.glob("*.qml"))
    return MappingProxyType({path.stem: path.read_text("utf-8") for path in paths})


def files(taken: Parcel, form: Format) -> dict[str, bytes]:
    """The files of a parcel in one format, by name; raises ExportError when it cannot hold them."""
    match form:
        case "gpkg":
            return {f"{taken.name}.gpkg": geopackage(taken.layers, looks=taken.looks)}
        case "xlsx":
            return {f"{taken.name}.xlsx": xlsx_bytes(taken.tables)}
        case "ods":
            return {f"{taken.name}.ods": ods_bytes(taken.tables)}
        case "csv":
            return {f"{sheet.name}.csv": csv_bytes(sheet) for sheet in taken.tables}
        case "parquet":
            return {f"{sheet.name}.parquet": geoparquet(sheet) for sheet in taken.tables}
        case "geojson":
            return {f"{sheet.name}.geojson": geojson(sheet) for sheet in taken.tables}
        case "zip":
            return {
                f"{taken.name}.zip": data_package.packed(
                    taken.name, taken.tables, _every_form(taken), sender=taken.sender
                )
            }


def _every_form(taken: Parcel) -> dict[str, bytes]:
    forms = files(taken, "csv") | files(taken, "xlsx") | files(taken, "parquet")
    # An empty selection cannot be a GeoPackage; the other files show that it is empty.
    if taken.geometric and any(layer.rows for layer in taken.layers):
        forms |= files(taken, "gpkg")
        forms[f"{taken.name}.qgs"] = qgis_project(f"{taken.name}.gpkg", taken.layers, taken.looks)
    shaped = tuple(sheet for sheet in taken.tables if sheet.geometric)
    return forms | files(replace(taken, tables=shaped), "geojson")


def table_sheet(
    opened: OpenVersion,
    name: str,
    *,
    lang: Language = "nl",
    link: str | None = None,
    notes: Sequence[str] = (),
) -> ExportTable:
    """The rows of a table that may leave; raises WithheldError when it is missing or none may."""
    record = opened.manifest.table(name)
    if record is None or not opened.has(name):
        raise WithheldError(
            f"{name}: this data version does not hold the table, or nothing of it may leave"
        )
    rows = shareable(opened, name)
    if rows is None:
        raise WithheldError(f"{name}: nothing of this table may leave this computer")
    declared = DECLARED[name]
    known = {source.source_id: source_of(source) for source in opened.manifest.sources}
    # Our own texts, such as translations, have no other source.
    ours = SourceNote("Stadshart Twente", name, None, opened.version, OWN_LICENCE, None)
    everyone = tuple(known[source_id] for source_id in record.sources) or (ours,)
    by_row = rows["source_id"].tolist() if "source_id" in rows else [None] * len(rows)
    columns, values = _columns(name, rows)
    cells = zip(*values, strict=True)
    shapes = list(rows.geometry) if declared.geometry is not None else [None] * len(rows)
    from_where = [everyone if source is None else (known[source],) for source in by_row]
    return ExportTable(
        title=f"Stadshart Twente: {name}",
        columns=columns,
        rows=tuple(ExportRow(*row) for row in zip(cells, from_where, shapes, strict=True)),
        lang=lang,
        link=link,
        notes=(*notes, f"{name}: {declared.row}"),
        name=name,
        version=opened.version,
        geometric=declared.geometry is not None,
        sources_in_rows=False,
    )


def _columns(name: str, rows: pd.DataFrame) -> tuple[tuple[ExportColumn, ...], list[list[Cell]]]:
    """The columns of a table and their cells; a second point becomes two RD numbers."""
    columns: list[ExportColumn] = []
    values: list[list[Cell]] = []
    for key, declared in DECLARED[name].columns.items():
        if key == "geometry" or key not in rows:
            continue
        if declared.dtype == "geometry":
            points = gpd.GeoSeries(rows[key])
            for axis, at in (("x", points.x), ("y", points.y)):
                columns.append(
                    ExportColumn(
                        f"{key}_{axis}_m",
                        f"{key}_{axis}_m",
                        "number",
                        f"{declared.description}; RD (EPSG:28992), m",
                    )
                )
                values.append(at.tolist())
            continue
        kind: Kind = "share" if declared.unit == "share" else _KINDS[declared.dtype]
        if kind == "date" and (rows[key].dropna().dt.time != time()).any():
            kind = "moment"
        columns.append(
            ExportColumn(
                key,
                key,
                kind,
                (
                    f"{declared.description} ({declared.unit})"
                    if declared.unit
                    else declared.description
                ),
            )
        )
        values.append(rows[key].tolist())
    return tuple(columns), values


def source_of(record: SourceRecord, *, lang: Language = "nl") -> SourceNote:
    """A source record as a source of exported rows."""
    return SourceNote(
        publisher=record.publisher,
        title=record.title_nl if lang == "nl" else record.title_en,
        url=record.url,
        published=record.source_date,
        licence=record.licence,
        retrieved=record.retrieved,
        credit=record.credit,
    )
