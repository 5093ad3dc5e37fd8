"""Layers as files of other programs: GeoPackage and GeoParquet in RD, GeoJSON in degrees; the same layers, the same bytes."""

import io
import json
import tempfile
import threading
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import shapely
from shapely.geometry.base import BaseGeometry

from dashboard.map_layers import MapLayer
from geo.crs import to_wgs84

_DECIMALS = 6
# Of one moment, so that two files of the same selection are the same file.
_MOMENT = "2000-01-01T00:00:00.000Z"
_GPKG_VERSION = "1.3"
_KINDS = {"Point": "point", "LineString": "line", "MultiLineString": "line", "Polygon": "area", "MultiPolygon": "area"}
_TYPES = {"point": "Point", "line": "MultiLineString", "area": "MultiPolygon"}
# GDAL's clock is set for the whole process, and two at once is as much as a server can spare.
_GATE = threading.Lock()


def geopackage(layers: Sequence[MapLayer]) -> bytes:
    """A GeoPackage: a table per layer and kind of shape, names in small letters, outer rings counterclockwise."""
    with tempfile.TemporaryDirectory(prefix="stadshart-") as folder, _GATE:
        path = Path(folder) / "stadshart.gpkg"
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": _MOMENT})
        try:
            for name, frame, kind in tables(layers):
                options = {"dataset_options": {"VERSION": _GPKG_VERSION}} if not path.exists() else {"append": True}
                pyogrio.write_dataframe(frame, path, layer=name, driver="GPKG", geometry_type=_TYPES[kind], **options)
        finally:
            pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
        return path.read_bytes() if path.exists() else b""


def tables(layers: Sequence[MapLayer]) -> list[tuple[str, gpd.GeoDataFrame, str]]:
    """Name, rows and kind (point, line or area) of every table of the GeoPackage."""
    found = []
    for layer in layers:
        kinds = layer.frame.geometry.geom_type.map(_KINDS)
        several = kinds.nunique() > 1
        for kind in sorted(kinds.unique()):
            rows = layer.frame[kinds == kind].reset_index(drop=True)
            name = f"{layer.name}_{kind}" if several else layer.name
            found.append((name, rows.set_geometry([_single(shape, kind) for shape in rows.geometry], crs=rows.crs), kind))
    return found


def _single(shape: BaseGeometry, kind: str) -> BaseGeometry:
    """The shape as the one type its table holds."""
    if kind == "line":
        return shapely.multilinestrings(shapely.get_parts(shape))
    if kind == "area":
        return shapely.orient_polygons(shapely.multipolygons(shapely.get_parts(shape)))
    return shape


def geoparquet(layers: Sequence[MapLayer]) -> bytes:
    """One GeoParquet 1.1 table with all layers, told apart by the column `layer`, and a covering box per row."""
    out = io.BytesIO()
    whole(layers).to_parquet(out, index=False, schema_version="1.1.0", write_covering_bbox=True, compression="zstd")
    return out.getvalue()


def geojson(layers: Sequence[MapLayer], *, title: str, notes: Sequence[str]) -> bytes:
    """One GeoJSON collection (RFC 7946): degrees with six decimals, outer rings counterclockwise; `notes` beside it."""
    rows = whole(layers)
    shapes = shapely.orient_polygons(to_wgs84(rows).geometry.to_numpy(), exterior_cw=False)
    features = [
        {
            "type": "Feature",
            "id": row.pop("feature_id"),
            "properties": {name: _json(value) for name, value in row.items()},
            "geometry": _rounded(json.loads(shapely.to_geojson(shape))),
        }
        for row, shape in zip(rows.drop(columns="geometry").to_dict("records"), shapes, strict=True)
    ]
    collection = {"type": "FeatureCollection", "title": title, "notes": [*notes], "features": features}
    return (json.dumps(collection, ensure_ascii=False, allow_nan=False, separators=(",", ":")) + "\n").encode("utf-8")


def whole(layers: Sequence[MapLayer]) -> gpd.GeoDataFrame:
    """All rows of all layers, the name of their layer first."""
    frames = []
    for layer in layers:
        frame = layer.frame.copy()
        frame.insert(0, "layer", pd.Series([layer.name] * len(frame), dtype="str"))
        frames.append(frame)
    return gpd.GeoDataFrame(pd.concat(frames, ignore_index=True), geometry="geometry", crs=frames[0].crs)


def _json(value: object) -> str | int | float | None:
    if isinstance(value, datetime):
        return None if pd.isna(value) else value.date().isoformat()
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and value == value:
        return int(value) if float(value).is_integer() else value
    return None


def _rounded(shape: dict[str, object]) -> dict[str, object]:
    def near(item: object) -> object:
        return [near(one) for one in item] if isinstance(item, list) else round(float(str(item)), _DECIMALS)

    return {**shape, "coordinates": near(shape["coordinates"])}
