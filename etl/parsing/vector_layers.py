"""Map features in GeoJSON, GeoPackage and GeoParquet as frames in RD, and pages of services."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS
from pyproj.exceptions import CRSError

from etl.area import Area
from etl.decoding import strict_json, strict_xml
from etl.decoding.strict_json import Json
from etl.errors import ContentError, column_retyped
from etl.fetch.pagination import Page
from etl.parsing import map_file
from etl.parsing.geometries import broken_outlines, shape_of
from etl.problems import NO_OTHER, Finding, make_finding
from etl.source import Piece
from geo.crs import RD, RD_SYSTEM, WGS84, is_rd, to_rd
from geo.errors import OutsideBoxError

ACCEPTS = (".geojson", ".json", ".gpkg", ".parquet")

_EPSG = re.compile(r"EPSG[:/](?:[\d.]*[:/])?(\d{4,6})")


@dataclass(frozen=True, slots=True)
class VectorFeatures:
    """Rows in RD with the properties of the source as columns, and the newest date of an answer.

    `counts` are rows left out by rule, `names` all columns of files with any row, read or not.
    `extent` (RD) is that of a file with rows that were not read.
    """

    frame: gpd.GeoDataFrame
    counts: Mapping[str, int] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    surveyed: str | None = None
    names: tuple[str, ...] = ()
    extent: gpd.GeoSeries | None = None


def page(data: bytes) -> Page:
    """Ids of one page of a feature service, its `next` link and the total if it has one.

    Raises ContentError for a feature without an id.
    """
    collection = strict_json.read(data)
    ids = [strict_json.member(row, "id") for row in _rows(collection)]
    if any(feature_id is None for feature_id in ids):
        raise ContentError("column-missing", column="id", like=NO_OTHER)
    links = strict_json.rows_at(collection, "links") or ()
    following = next(
        (
            strict_json.text_at(link, "href")
            for link in links
            if strict_json.member(link, "rel") == "next"
        ),
        None,
    )
    total = strict_json.member(collection, "numberMatched")
    return Page(
        tuple(str(feature_id) for feature_id in ids),
        following,
        total if isinstance(total, int) else None,
    )


def matched(data: bytes) -> int:
    """The number of rows a WFS announces when asked for hits only."""
    matched = strict_xml.read(data).get("numberMatched", "")
    if not matched.isdecimal():
        raise column_retyped("numberMatched", repr(matched), "a number")
    return int(matched)


def read(
    pieces: Sequence[Piece], area: Area, *, columns: Collection[str] = (), near: bool = False
) -> VectorFeatures:
    """The features of all pieces in RD; those without usable geometry are counted.

    Of GeoPackage and GeoParquet only `columns` are read, where given. `near` leaves out rows whose
    extent does not meet that of the places: they count as `dropped-elsewhere`, and an index saves
    reading them. The coordinate system is the stated one. Without one, degrees and metres in the
    area are recognised, with a finding. Raises ContentError for positions that are impossible.
    """
    layers = [_read_piece(piece, area, columns, near) for piece in pieces]
    counts: Counter[str] = sum((Counter(layer.counts) for layer in layers), Counter())
    filled = [layer.frame for layer in layers if len(layer.frame)]
    frame = (
        _joined(filled) if filled else gpd.GeoDataFrame(geometry=gpd.GeoSeries([], crs=RD_SYSTEM))
    )
    shapes = np.asarray(frame.geometry.array, dtype=object)
    located = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    counts["dropped-no-geometry"] += int((~located).sum())
    names = ", ".join(dict.fromkeys(piece.name for piece in pieces))
    chosen = located & meeting(shapely.bounds(shapes), area) if near else located
    counts["dropped-elsewhere"] += int((located & ~chosen).sum())
    if near and not chosen.any():
        # No row of a whole file near the place: likely a wrong coordinate system.
        known = [
            frame.geometry[located],
            *(layer.extent for layer in layers if layer.extent is not None),
        ]
        area.clip(gpd.GeoDataFrame(geometry=pd.concat(known, ignore_index=True), crs=RD_SYSTEM))
    return VectorFeatures(
        frame if chosen.all() else frame[chosen].reset_index(drop=True),
        +counts,
        (
            *(finding for layer in layers for finding in layer.findings),
            *broken_outlines(counts, names),
        ),
        max((layer.surveyed for layer in layers if layer.surveyed), default=None),
        tuple(dict.fromkeys(name for layer in layers for name in layer.names)),
    )


def meeting(bounds: NDArray[np.float64], area: Area) -> NDArray[np.bool_]:
    """Whether each extent (RD) meets that of the places; False for a missing one."""
    west, south, east, north = area.reach.bounds
    across = (bounds[:, 0] <= east) & (bounds[:, 2] >= west)
    return across & (bounds[:, 1] <= north) & (bounds[:, 3] >= south)


def _joined(frames: Sequence[gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    if len(frames) == 1:
        return frames[0].reset_index(drop=True)
    # A page without any value of a property has no type for it.
    typed = [
        frame.drop(columns=frame.columns[frame.isna().all()].difference(["geometry"]))
        for frame in frames
    ]
    names = dict.fromkeys(name for frame in frames for name in frame.columns)
    return gpd.GeoDataFrame(
        pd.concat(typed, ignore_index=True).reindex(columns=list(names)),
        geometry="geometry",
        crs=RD_SYSTEM,
    )


def _read_piece(piece: Piece, area: Area, columns: Collection[str], near: bool) -> VectorFeatures:
    kind = piece.require("geojson", "gpkg", "parquet")
    if kind == "geojson":
        return _from_json(piece, area)
    read_rows = map_file.from_geopackage if kind == "gpkg" else map_file.from_geoparquet
    rows = read_rows(piece, columns, area.reach.bounds if near else None)
    frame, extent = rows.frame, None
    findings: tuple[Finding, ...] = ()
    elsewhere = rows.elsewhere + piece.elsewhere
    counts = {"dropped-elsewhere": elsewhere, "dropped-no-geometry": rows.unlocated}
    crs = frame.crs
    if not is_rd(frame):
        drawn = gpd.GeoSeries(frame.geometry.array)
        placed, findings = _placed(drawn, None if crs is None else crs.to_string(), piece, area)
        frame = frame.set_geometry(placed)
    if rows.extent is not None:
        drawn = gpd.GeoSeries([shapely.box(*rows.extent)])
        extent, _ = _placed(drawn, None if crs is None else crs.to_string(), piece, area)
    names = rows.names if len(frame) or elsewhere else ()
    return VectorFeatures(frame, counts, findings, names=names, extent=extent)


def _from_json(piece: Piece, area: Area) -> VectorFeatures:
    """The features of a GeoJSON text; one Feature is a collection of one."""
    collection = strict_json.read(piece.read())
    rows = features_of(collection)
    properties = [strict_json.member(row, "properties") for row in rows]
    frame = pd.DataFrame(
        [row if isinstance(row, Mapping) else {} for row in properties], index=range(len(rows))
    )
    placed, findings = placed_of(rows, collection, piece, area)
    stamp = strict_json.moment_at(collection, "timeStamp")
    return VectorFeatures(
        gpd.GeoDataFrame(frame, geometry=placed),
        {"dropped-elsewhere": piece.elsewhere},
        findings,
        stamp[:10] if stamp else None,
        (*map(str, frame.columns), "geometry") if rows else (),
    )


def features_of(collection: Json) -> Sequence[Json]:
    """The features of a GeoJSON text; one Feature is a collection of one."""
    return (
        [collection] if strict_json.member(collection, "type") == "Feature" else _rows(collection)
    )


def placed_of(
    rows: Sequence[Json], collection: Json, piece: Piece, area: Area
) -> tuple[gpd.GeoSeries, tuple[Finding, ...]]:
    """The shapes of GeoJSON features in RD, and findings about assumptions."""
    shapes = gpd.GeoSeries(_shapes([strict_json.member(row, "geometry") for row in rows]))
    stated = _system(piece.content_crs) or _system(
        strict_json.text_at(collection, "crs", "properties", "name") or ""
    )
    return _placed(shapes, stated, piece, area)


def _rows(collection: Json) -> Sequence[Json]:
    """The features of a collection; ContentError for other JSON, such as that of ArcGIS."""
    rows, kind = strict_json.rows_at(collection, "features"), strict_json.member(collection, "type")
    if rows is None:
        raise ContentError("column-missing", column="features", like=NO_OTHER)
    if kind != "FeatureCollection":
        raise column_retyped("type", repr(kind), "FeatureCollection")
    return rows


def _shapes(given: Sequence[Json]) -> np.ndarray:
    """Shapes of GeoJSON geometries, None where there is none or it is broken.

    Points are made together, which is much quicker.
    """
    made = np.full(len(given), None, dtype=object)
    points: dict[int, list[float]] = {}
    for at, geometry in enumerate(given):
        if strict_json.member(geometry, "type") != "Point":
            made[at] = shape_of(geometry)
        elif (pair := _pair(strict_json.member(geometry, "coordinates"))) is not None:
            points[at] = pair
    if points:
        made[list(points)] = shapely.points(list(points.values()))
    return made


def _pair(value: Json) -> list[float] | None:
    """The first two numbers of a position, None where it has none."""
    if not isinstance(value, list):
        return None
    pair = [part for part in value[:2] if isinstance(part, int | float)]
    return pair if len(pair) == 2 else None


def _system(stated: str) -> str | None:
    """The coordinate system named in a header or a `crs` member, None without one."""
    if "CRS84" in stated:
        return WGS84
    match = _EPSG.search(stated)
    return f"EPSG:{match.group(1)}" if match else None


def _placed(
    shapes: gpd.GeoSeries, stated: str | None, piece: Piece, area: Area
) -> tuple[gpd.GeoSeries, tuple[Finding, ...]]:
    """The shapes in RD, and findings about assumptions."""
    findings: tuple[Finding, ...] = ()
    if stated is None:
        stated, findings = WGS84, ()
        west, south, east, north = shapes.total_bounds
        metres = max(abs(west), abs(south), abs(east), abs(north)) > 180.0
        # Possible as metres in the area, and impossible as degrees.
        if metres and bool(area.plausible(shapes.set_crs(RD)).any()):
            stated, findings = RD, (make_finding("crs-by-range", name=piece.name, crs=RD),)
    try:
        return to_rd(shapes.set_crs(CRS.from_user_input(stated))), findings
    except (OutsideBoxError, CRSError) as error:
        raise ContentError("outside-box", detail=error) from error
