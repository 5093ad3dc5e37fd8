"""Tables as files to take along: GeoPackage, GeoParquet, GeoJSON, CSV and XLSX, each with its sources. RD, GeoJSON in degrees."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyarrow.parquet as pq
import pyogrio
import shapely
from pyarrow import BufferReader

from data.errors import ExportError
from data.parquet import to_bytes
from data.provenance import SourceRecord
from data.tables import DECLARED
from geo.crs import RD, to_wgs84

DECIMALS = 7
"""Of degrees in GeoJSON: about a centimetre."""
SOURCE_COLUMNS = ("source_id", "title", "publisher", "licence", "credit", "url", "surveyed", "source_date", "retrieved")
_SHAPES = {"Point": "point", "MultiPoint": "point", "LineString": "line", "MultiLineString": "line", "Polygon": "area", "MultiPolygon": "area"}
_MULTI = {"line": "MultiLineString", "area": "MultiPolygon"}
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_LONGEST_CELL = 32_767
# The same tables are the same file: no moment of writing is kept.
_MOMENT = "2000-01-01T00:00:00.000Z"

Cell = str | int | float | bool | date | None


@dataclass(frozen=True, slots=True)
class Taken:
    """A table to take along, the sources it rests on, and the version and address it comes from."""

    name: str
    frame: pd.DataFrame | gpd.GeoDataFrame
    sources: tuple[SourceRecord, ...]
    version: str
    link: str | None = None

    @property
    def geometric(self) -> bool:
        """Whether its rows have a place on the map."""
        return DECLARED[self.name].geometry is not None


def source_rows(tables: Sequence[Taken]) -> list[dict[str, str]]:
    """Every source of the tables once, as text, in order of id; what is unknown is empty."""
    met = {source.source_id: source for one in tables for source in one.sources}
    rows = []
    for source_id, source in sorted(met.items()):
        values = (
            source_id, source.title_nl, source.publisher, source.licence, source.credit, source.url, source.surveyed, source.source_date,
            source.retrieved.isoformat() if source.retrieved else None,
        )  # fmt: skip
        rows.append({name: value or "" for name, value in zip(SOURCE_COLUMNS, values, strict=True)})
    return rows


def geopackage(tables: Sequence[Taken], path: Path) -> None:
    """A GeoPackage 1.3 in RD at `path`: a layer per table and kind of shape, tables without one, `sources` and `about`."""
    _require_new(path)
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": _MOMENT})
    try:
        for one in tables:
            flat = _flat(one.frame)
            if not one.geometric:
                _layer(flat, path, one.name, None)
                continue
            shapes = gpd.GeoSeries(one.frame.geometry)
            kinds = shapes.geom_type.map(_SHAPES)
            several = kinds.dropna().nunique() > 1
            for kind in sorted(kinds.dropna().unique()):
                rows = kinds == kind
                name = f"{one.name}_{kind}" if several else one.name
                _layer(flat[rows].assign(geometry=_one_kind(shapes[rows], kind)), path, name, _MULTI.get(kind, "Point"))
            if kinds.isna().any():
                _layer(flat[kinds.isna()], path, f"{one.name}_unlocated", None)
        _layer(pd.DataFrame(source_rows(tables), columns=list(SOURCE_COLUMNS)), path, "sources", None)
        _layer(_about(tables), path, "about", None)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, OSError) as error:
        raise ExportError(f"{path}: cannot be written ({error}): choose another path with --out") from error
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


def _layer(frame: pd.DataFrame, path: Path, name: str, geometry_type: str | None) -> None:
    wide = gpd.GeoDataFrame(frame, geometry="geometry", crs=RD) if geometry_type is not None else frame
    options = {"layer": name, "driver": "GPKG", "append": path.exists()}
    if not path.exists():
        options["dataset_options"] = {"VERSION": "1.3"}
    if geometry_type is not None:
        options["geometry_type"] = geometry_type
    pyogrio.write_dataframe(wide.reset_index(drop=True), path, **options)


def _one_kind(shapes: gpd.GeoSeries, kind: str) -> gpd.GeoSeries:
    """The shapes as one type, rings turned as the standard wants them."""
    if kind == "point":
        return gpd.GeoSeries([shape.geoms[0] if shape.geom_type == "MultiPoint" and len(shape.geoms) == 1 else shape for shape in shapes], index=shapes.index, crs=RD)
    make = shapely.multipolygons if kind == "area" else shapely.multilinestrings
    whole = [make(shapely.get_parts(shape)) for shape in shapes]
    return gpd.GeoSeries(shapely.orient_polygons(whole) if kind == "area" else whole, index=shapes.index, crs=RD)


def geoparquet(one: Taken) -> bytes:
    """The table as Parquet as it is published (GeoParquet 1.1 where it has shapes), its sources in the file's metadata."""
    arrow = pq.read_table(BufferReader(to_bytes(DECLARED[one.name], one.frame)))
    told = json.dumps({"version": one.version, "link": one.link, "sources": source_rows([one])}, ensure_ascii=False)
    out = io.BytesIO()
    pq.write_table(arrow.replace_schema_metadata({**(arrow.schema.metadata or {}), b"stadshart": told.encode()}), out, compression="zstd")
    return out.getvalue()


def geojson(one: Taken) -> bytes:
    """The table as GeoJSON (RFC 7946): degrees with seven decimals, rows without a shape with null, sources beside the features."""
    if not one.geometric:
        raise ExportError(f"{one.name}: expected a table with a geometry, got one without: take it as csv, xlsx or parquet")
    flat = _flat(one.frame)
    shapes = to_wgs84(gpd.GeoSeries(one.frame.geometry, crs=RD))
    rounded = shapely.set_precision(shapely.orient_polygons(shapes.to_numpy(), exterior_cw=False), 10**-DECIMALS, mode="pointwise")
    features = []
    for row, shape in zip(flat.to_dict("records"), rounded, strict=True):
        drawn = None if shape is None or shapely.is_empty(shape) else json.loads(shapely.to_geojson(shape))
        features.append({"type": "Feature", "properties": {name: _json(value) for name, value in row.items()}, "geometry": _short(drawn)})
    whole = {"type": "FeatureCollection", "name": one.name, "version": one.version, "link": one.link, "sources": source_rows([one]), "features": features}
    return (json.dumps(whole, ensure_ascii=False, allow_nan=False, separators=(",", ":")) + "\n").encode()


def table_csv(one: Taken) -> bytes:
    """The table as Dutch spreadsheets open it: UTF-8 with its mark, semicolons, decimal commas; the source in every row."""
    names, rows = _cells(one)
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(names)
    writer.writerows([_written(cell) for cell in row] for row in rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8")


def workbook(tables: Sequence[Taken]) -> bytes:
    """A workbook with a sheet per table, numbers and days as such, text never as a formula, and a sheet of sources."""
    # Slow to load, and only needed here.
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    for one in tables:
        sheet = book.create_sheet(one.name[:31])
        sheet.freeze_panes = "A2"
        names, rows = _cells(one)
        for row in ([*names], *rows):
            cells = []
            for value in row:
                cell = WriteOnlyCell(sheet, value=value)
                if isinstance(value, str):
                    cell.data_type = "s"
                cells.append(cell)
            sheet.append(cells)
    sheet = book.create_sheet("bronnen")
    about = _about(tables)
    for label, value in (("versie", tables[0].version if tables else ""), ("adres", about["link"].iloc[0] if len(about) else "")):
        sheet.append([label, safe_text(value)])
    sheet.append([])
    sheet.append(list(SOURCE_COLUMNS))
    for row in source_rows(tables):
        cells = [WriteOnlyCell(sheet, value=safe_text(value)) for value in row.values()]
        for cell in cells:
            cell.data_type = "s"
        sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def safe_text(text: str) -> str:
    """The text without control characters, with `'` before it where a spreadsheet would see a formula."""
    bare = _UNPRINTABLE.sub("", text)
    bare = bare if len(bare) < _LONGEST_CELL else bare[: _LONGEST_CELL - 2] + "…"
    return "'" + bare if bare.startswith(_FORMULA) else bare


def _cells(one: Taken) -> tuple[list[str], list[list[Cell]]]:
    """Names of the columns and the rows, shapes as x and y or as text, and where each row comes from."""
    flat = _flat(one.frame)
    if one.geometric:
        shapes = gpd.GeoSeries(one.frame.geometry)
        if set(shapes.geom_type.dropna()) <= {"Point"}:
            flat = flat.assign(x=shapes.x.round(2), y=shapes.y.round(2))
        else:
            # Longer outlines than a cell can hold stand in the other formats.
            wkt = shapes.to_wkt(rounding_precision=1).map(lambda text: None if text is None or len(text) > _LONGEST_CELL - 2 else text)
            flat = flat.assign(wkt=wkt)
    known = {row["source_id"]: row for row in source_rows([one])}
    everything = [" | ".join(dict.fromkeys(filter(None, (row[name] for row in known.values())))) for name in ("publisher", "licence", "retrieved")]
    names = [*flat.columns, "bron", "bron_licentie", "bron_gelezen"]
    rows: list[list[Cell]] = []
    for row in flat.to_dict("records"):
        own = known.get(str(row.get("source_id")))
        told = everything if own is None else [own["publisher"], own["licence"], own["retrieved"]]
        rows.append([_cell(value) for value in (*row.values(), *told)])
    return names, rows


def _flat(frame: pd.DataFrame | gpd.GeoDataFrame) -> pd.DataFrame:
    """The columns without the main geometry; lists as one text, a second point as two numbers in RD."""
    columns: dict[str, pd.Series] = {}
    main = frame.geometry.name if isinstance(frame, gpd.GeoDataFrame) else None
    for name in frame.columns:
        values = frame[name]
        if name == main:
            continue
        if str(values.dtype) == "geometry":
            points = gpd.GeoSeries(values)
            columns |= {f"{name}_x": points.x, f"{name}_y": points.y}
        elif values.map(lambda value: isinstance(value, list | tuple)).any():
            columns[name] = values.map("; ".join).astype("str")
        else:
            columns[name] = values
    return pd.DataFrame(columns, index=frame.index)


def _about(tables: Sequence[Taken]) -> pd.DataFrame:
    rows = [(one.name, len(one.frame), one.version, one.link or "", ", ".join(source.source_id for source in one.sources)) for one in tables]
    return pd.DataFrame(rows, columns=["table_name", "row_count", "version", "link", "source_ids"])


def _cell(value: object) -> Cell:
    if value is None or (not isinstance(value, str) and pd.isna(value)):  # type: ignore[call-overload]
        return None
    if isinstance(value, str):
        return safe_text(value)
    if isinstance(value, datetime):
        bare = pd.Timestamp(value).to_pydatetime()
        return bare.date() if bare == datetime(bare.year, bare.month, bare.day) else bare
    if isinstance(value, bool):
        return value
    number = float(value)  # type: ignore[arg-type]
    return int(number) if number.is_integer() and abs(number) < 1e15 else number


def _written(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "ja" if cell else "nee"
    if isinstance(cell, float):
        return format(Decimal(repr(cell)), "f").replace(".", ",")
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def _json(value: object) -> str | int | float | bool | None:
    if value is None or (not isinstance(value, str | list | tuple) and pd.isna(value)):  # type: ignore[call-overload]
        return None
    if isinstance(value, datetime):
        moment = pd.Timestamp(value)
        return moment.date().isoformat() if moment == moment.normalize() else moment.isoformat()
    if isinstance(value, str | bool):
        return value
    number = float(value)  # type: ignore[arg-type]
    return int(number) if number.is_integer() and abs(number) < 2**53 else number


def _short(drawn: Mapping[str, object] | None) -> dict[str, object] | None:
    """A GeoJSON geometry without the digits that rounding leaves behind."""

    def rounded(item: object) -> object:
        return [rounded(one) for one in item] if isinstance(item, list) else round(float(item), DECIMALS)  # type: ignore[arg-type]

    return None if drawn is None else {**drawn, "coordinates": rounded(drawn["coordinates"])}


def _require_new(path: Path) -> None:
    if path.exists():
        raise ExportError(f"{path}: expected a path where nothing stands yet, got an existing file: remove it or choose another")
