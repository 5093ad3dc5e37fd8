"""Map features that services and people give: GeoJSON, GeoPackage and GeoParquet as frames in RD, and their pages."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow
import pyarrow.parquet
import pyogrio
import shapely
from geopandas.array import from_shapely
from pyogrio.errors import DataSourceError
from pyproj import CRS
from pyproj.exceptions import CRSError
from shapely.geometry import shape

from data.parquet import shapes_of
from etl import jsonio, xmlio
from etl.area import Area
from etl.errors import ContentError
from etl.jsonio import Json
from etl.paging import Page
from etl.problems import NO_OTHER, Finding, found
from etl.source import Piece
from geo.crs import RD, RD_SYSTEM, WGS84, is_rd, to_rd
from geo.errors import OutsideBoxError

ACCEPTS = (".geojson", ".json", ".gpkg", ".parquet")

_EPSG = re.compile(r"EPSG[:/](?:[\d.]*[:/])?(\d{4,6})")


@dataclass(frozen=True, slots=True)
class Features:
    """Rows in RD with the properties of the source as columns, rows left out by rule, and the newest date told."""

    frame: gpd.GeoDataFrame
    counts: Mapping[str, int] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    surveyed: str | None = None


def page(data: bytes) -> Page:
    """Ids of one page of a feature service, its `next` link and the total when it tells one.

    Raises ContentError for a feature without an id: it could not be counted once.
    """
    collection = jsonio.read(data)
    ids = [jsonio.member(row, "id") for row in _rows(collection)]
    if any(one is None for one in ids):
        raise ContentError(found("column-missing", column="id", like=NO_OTHER))
    links = jsonio.rows_at(collection, "links") or ()
    following = next((jsonio.text_at(link, "href") for link in links if jsonio.member(link, "rel") == "next"), None)
    total = jsonio.member(collection, "numberMatched")
    return Page(tuple(str(one) for one in ids), following, total if isinstance(total, int) else None)


def matched(data: bytes) -> int:
    """The number of rows a WFS announces when asked for hits only."""
    told = xmlio.read(data).get("numberMatched", "")
    if not told.isdecimal():
        raise ContentError(found("column-retyped", column="numberMatched", met=repr(told), expected="a number"))
    return int(told)


def read(pieces: Sequence[Piece], area: Area, *, columns: Collection[str] = ()) -> Features:
    """The features of all pieces in RD; those without geometry are left out and counted as `dropped-no-geometry`.

    Of GeoParquet only `columns` are read, where given. The coordinate system is the one the answer states; degrees are
    believed unstated, metres that lie in the area as well, but never silently. Raises ContentError for what cannot be
    where it says.
    """
    met = [_one(piece, area, columns) for piece in pieces]
    filled = [one.frame for one in met if len(one.frame)]
    frame = _joined(filled) if filled else gpd.GeoDataFrame(geometry=gpd.GeoSeries([], crs=RD_SYSTEM))
    shapes = np.asarray(frame.geometry.array, dtype=object)
    located = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    dropped = int((~located).sum())
    return Features(
        frame[located].reset_index(drop=True) if dropped else frame,
        {"dropped-no-geometry": dropped} if dropped else {},
        tuple(finding for one in met for finding in one.findings),
        max((one.surveyed for one in met if one.surveyed), default=None),
    )


def _joined(frames: Sequence[gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    if len(frames) == 1:
        return frames[0].reset_index(drop=True)
    # A page on which a property is nowhere known has no type for it.
    typed = [frame.drop(columns=frame.columns[frame.isna().all()].difference(["geometry"])) for frame in frames]
    names = dict.fromkeys(name for frame in frames for name in frame.columns)
    return gpd.GeoDataFrame(pd.concat(typed, ignore_index=True).reindex(columns=list(names)), geometry="geometry", crs=RD_SYSTEM)


def _one(piece: Piece, area: Area, columns: Collection[str]) -> Features:
    kind = piece.require("geojson", "gpkg", "parquet")
    if kind == "geojson":
        return _from_json(piece, area)
    frame = _from_gpkg(piece, columns) if kind == "gpkg" else _from_parquet(piece, columns)
    if is_rd(frame):
        return Features(frame)
    stated = None if frame.crs is None else frame.crs.to_string()
    placed, findings = _placed(gpd.GeoSeries(frame.geometry.array), stated, piece, area)
    return Features(frame.set_geometry(placed), findings=findings)


def _from_json(piece: Piece, area: Area) -> Features:
    """The features of a GeoJSON text; one Feature is a collection of one."""
    collection = jsonio.read(piece.read())
    single = jsonio.member(collection, "type") == "Feature"
    rows = [collection] if single else _rows(collection)
    properties = [jsonio.member(row, "properties") for row in rows]
    frame = pd.DataFrame([one if isinstance(one, Mapping) else {} for one in properties], index=range(len(rows)))
    shapes = gpd.GeoSeries(_shapes([jsonio.member(row, "geometry") for row in rows]))
    stated = _system(piece.content_crs) or _system(jsonio.text_at(collection, "crs", "properties", "name") or "")
    placed, findings = _placed(shapes, stated, piece, area)
    told = jsonio.moment_at(collection, "timeStamp")
    return Features(gpd.GeoDataFrame(frame, geometry=placed), findings=findings, surveyed=told[:10] if told else None)


def _from_gpkg(piece: Piece, columns: Collection[str]) -> gpd.GeoDataFrame:
    """The layer that holds most of `columns`."""
    with TemporaryDirectory() as folder:
        # In the raw store its name has no ending, and GDAL tells formats by endings.
        path = shutil.copyfile(piece.path, Path(folder) / "layers.gpkg")
        try:
            layers = [str(name) for name, _ in pyogrio.list_layers(path)]
            fields = {layer: set(pyogrio.read_info(path, layer=layer)["fields"]) & set(columns) for layer in layers}
            return pyogrio.read_dataframe(path, layer=max(layers, key=lambda layer: len(fields[layer])))
        except (DataSourceError, ValueError) as error:
            raise ContentError(found("input-kind", name=piece.name, expected=f"a GeoPackage ({error})")) from error


def _from_parquet(piece: Piece, columns: Collection[str]) -> gpd.GeoDataFrame:
    try:
        file = pyarrow.parquet.ParquetFile(piece.path)
        present = file.schema_arrow.names
        wanted = [name for name in present if name in columns or name == "geometry"] if columns else None
        shapes = json.loads((file.schema_arrow.metadata or {}).get(b"geo", b"{}")).get("columns", {})
        told = shapes.get("geometry", {})
        if len(shapes) != 1 or told.get("encoding") != "WKB" or "crs" not in told:
            # Several columns of shapes, other ways to write them, and the system that goes without saying.
            return gpd.read_parquet(piece.path, columns=wanted).reset_index(drop=True)
        rows = file.read(columns=wanted)
        system = None if told["crs"] is None else CRS.from_user_input(told["crs"])
        frame = rows.drop_columns(["geometry"]).to_pandas().reset_index(drop=True)
        return gpd.GeoDataFrame(frame.assign(geometry=from_shapely(shapes_of(rows["geometry"]), crs=system)), geometry="geometry")
    except (ValueError, OSError, AttributeError, pyarrow.ArrowException, CRSError, shapely.errors.ShapelyError) as error:
        # Arrow says of a damaged footer what systems say of a damaged disk.
        raise ContentError(found("input-kind", name=piece.name, expected=f"GeoParquet ({error})")) from error


def _rows(collection: Json) -> Sequence[Json]:
    """The features of a collection; ContentError for what only looks like one, as the JSON of ArcGIS does."""
    rows, kind = jsonio.rows_at(collection, "features"), jsonio.member(collection, "type")
    if rows is None:
        raise ContentError(found("column-missing", column="features", like=NO_OTHER))
    if kind != "FeatureCollection":
        raise ContentError(found("column-retyped", column="type", met=repr(kind), expected="FeatureCollection"))
    return rows


def _shapes(given: Sequence[Json]) -> np.ndarray:
    """Shapes of GeoJSON geometries, None where there is none or it is broken; points without a detour."""
    made = np.full(len(given), None, dtype=object)
    points = [at for at, one in enumerate(given) if jsonio.member(one, "type") == "Point" and _is_pair(jsonio.member(one, "coordinates"))]
    if points:
        made[points] = shapely.points([jsonio.member(given[at], "coordinates")[:2] for at in points])  # type: ignore[index]
    for at, one in enumerate(given):
        if made[at] is None and isinstance(one, Mapping) and one.get("type") != "Point":
            try:
                made[at] = shape(one)
            except (ValueError, TypeError, KeyError, IndexError, AttributeError, shapely.errors.ShapelyError):
                # Counted with the missing ones by the caller.
                continue
    return made


def _is_pair(value: Json) -> bool:
    return isinstance(value, list) and len(value) >= 2 and all(isinstance(one, int | float) for one in value[:2])


def _system(stated: str) -> str | None:
    """The coordinate system named in a header or a `crs` member, None when none is."""
    if "CRS84" in stated:
        return WGS84
    met = _EPSG.search(stated)
    return f"EPSG:{met.group(1)}" if met else None


def _placed(shapes: gpd.GeoSeries, stated: str | None, piece: Piece, area: Area) -> tuple[gpd.GeoSeries, tuple[Finding, ...]]:
    """The shapes in RD and what had to be assumed for that."""
    findings: tuple[Finding, ...] = ()
    if stated is None:
        stated, findings = WGS84, ()
        west, south, east, north = shapes.total_bounds
        metres = max(abs(west), abs(south), abs(east), abs(north)) > 180.0
        # In the area as metres and impossible as degrees: what else can it be.
        if metres and bool(area.plausible(shapes.set_crs(RD)).any()):
            stated, findings = RD, (found("crs-by-range", name=piece.name, crs=RD),)
    try:
        return to_rd(shapes.set_crs(CRS.from_user_input(stated))), findings
    except (OutsideBoxError, CRSError) as error:
        raise ContentError(found("outside-box", detail=error)) from error
