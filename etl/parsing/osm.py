"""OpenStreetMap features as one frame, and their GeoJSON and KML.

`overpass` and `osm_pbf` read the other formats.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from xml.etree import ElementTree

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from etl.decoding import strict_json, strict_xml
from etl.errors import ContentError
from etl.parsing.geometries import repaired, shape_of
from etl.problems import NO_OTHER
from geo.crs import RD_SYSTEM, WGS84, rd_frame, to_rd

TAGS = (
    "name",
    "highway",
    "area",
    "service",
    "shop",
    "amenity",
    "craft",
    "office",
    "tourism",
    "vacant",
    "disused:shop",
    "abandoned:shop",
    "disused:amenity",
    "building",
    "natural",
    "water",
    "waterway",
    "landuse",
    "leisure",
    "railway",
    "place",
    "tunnel",
    "addr:street",
    "addr:housenumber",
)
"""Tags that are read; all others are dropped."""

_ELEMENT = re.compile(r"(node|way|relation)/(\d+)")
_STAMP = re.compile(r"\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}:\d{2}Z)?")
_DEGREES = CRS.from_user_input(WGS84)
_KML = "{http://www.opengis.net/kml/2.2}"


@dataclass(slots=True)
class OsmFeatures:
    """Features in RD with `osm_id` (like way/12) and the tags in `TAGS`.

    `counts` are features left out or repaired, by rule; `surveyed` is the date of the map.
    """

    frame: gpd.GeoDataFrame
    counts: Counter[str] = field(default_factory=Counter)
    surveyed: str | None = None


@dataclass(slots=True)
class FeatureRows:
    """Features while they are collected; coordinates in degrees, longitude first."""

    ids: list[str] = field(default_factory=list)
    tags: list[Mapping[str, str]] = field(default_factory=list)
    shapes: list[shapely.Geometry | None] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, osm_id: str, tags: Mapping[str, str], shape: shapely.Geometry | None) -> None:
        """Add a feature."""
        self.ids.append(osm_id)
        self.tags.append(tags)
        self.shapes.append(shape)

    def require_ids(self) -> None:
        """Raise ContentError when all features lack an id: then it is no map of OpenStreetMap."""
        if not self.ids and self.counts["dropped-no-id"]:
            raise ContentError("column-missing", column="@id", like=NO_OTHER)

    def features(self, surveyed: str | None) -> OsmFeatures:
        """All features in RD, each id once, with invalid rings repaired."""
        shapes, counts = repaired(np.array(self.shapes, dtype=object))
        used = set().union(*self.tags)
        nothing = pd.array([None] * len(self.ids), dtype="str")
        columns = {
            tag: (
                pd.array([tags.get(tag) for tags in self.tags], dtype="str")
                if tag in used
                else nothing
            )
            for tag in TAGS
        }
        placed = to_rd(gpd.GeoSeries(shapes, crs=_DEGREES))
        known = rd_frame(
            {"osm_id": pd.array(self.ids, dtype="str"), **columns, "geometry": placed.array}
        )
        if shapely.is_missing(shapes).any() or len(set(self.ids)) < len(self.ids):
            known = known[known.geometry.notna()].drop_duplicates("osm_id").reset_index(drop=True)
        return OsmFeatures(known, self.counts + counts, surveyed)


def from_geojson(data: bytes) -> OsmFeatures:
    """Features in GeoJSON of Overpass Turbo or osmtogeojson: tags are properties, the id is `@id`.

    Raises ContentError when it is no collection, or no feature has an id.
    """
    document = strict_json.read(data)
    features = strict_json.rows_at(document, "features")
    if features is None:
        raise ContentError("error-inside", host="GeoJSON", detail="no list of features")
    rows = FeatureRows()
    for feature in features:
        tags = texts_of(strict_json.member(feature, "properties"))
        nested = strict_json.member(feature, "properties", "tags")
        tags = {**tags, **texts_of(nested)} if isinstance(nested, Mapping) else tags
        osm_id = _element(
            tags.get("@id")
            or tags.get("_id")
            or tags.get("osm_id")
            or tags.get("id")
            or strict_json.text_at(feature, "id")
        )
        shape = shape_of(strict_json.member(feature, "geometry"))
        rows.add(osm_id, tags, shape) if osm_id else rows.counts.update(["dropped-no-id"])
    rows.require_ids()
    return rows.features(
        _stamp(
            strict_json.text_at(document, "timestamp")
            or strict_json.text_at(document, "generator")
            or ""
        )
    )


def from_kml(data: bytes) -> OsmFeatures:
    """Features in a KML export of Overpass Turbo: tags are extended data.

    Raises ContentError when no feature has an id, or coordinates are not numbers.
    """
    root = strict_xml.read(data)
    rows = FeatureRows()
    for mark in root.iter(f"{_KML}Placemark"):
        tags = {
            entry.get("name", ""): (entry.findtext(f"{_KML}value") or "").strip()
            for entry in mark.iter(f"{_KML}Data")
        }
        osm_id = _element(tags.get("@id"))
        if osm_id:
            rows.add(
                osm_id, {name: value for name, value in tags.items() if value}, _kml_shape(mark)
            )
        else:
            rows.counts["dropped-no-id"] += 1
    rows.require_ids()
    return rows.features(_stamp(root.findtext(f"{_KML}Document/{_KML}description") or ""))


def _kml_shape(mark: ElementTree.Element) -> shapely.Geometry | None:
    """The areas of a placemark, or else its lines, or else its points; None without any."""
    areas: list[shapely.Polygon] = []
    for area in mark.iter(f"{_KML}Polygon"):
        rings = [_kml_path(ring) for ring in area.iter(f"{_KML}LinearRing")]
        if rings and all(len(ring) >= 4 for ring in rings):
            areas.append(shapely.Polygon(rings[0], rings[1:]))
    paths = [_kml_path(line) for line in mark.iter(f"{_KML}LineString")]
    lines = [shapely.LineString(path) for path in paths if len(path) >= 2]
    paths = [_kml_path(point) for point in mark.iter(f"{_KML}Point")]
    points = [shapely.Point(path[0]) for path in paths if path]
    if areas:
        return areas[0] if len(areas) == 1 else shapely.MultiPolygon(areas)
    if lines:
        return lines[0] if len(lines) == 1 else shapely.MultiLineString(lines)
    if points:
        return points[0] if len(points) == 1 else shapely.MultiPoint(points)
    return None


def _kml_path(element: ElementTree.Element) -> list[tuple[float, float]]:
    text = element.findtext(f"{_KML}coordinates") or element.findtext(f".//{_KML}coordinates") or ""
    try:
        pairs = [tuple(float(part) for part in place.split(",")[:2]) for place in text.split()]
    except ValueError as error:
        raise ContentError(
            "error-inside", host="KML", detail=f"coordinates {text[:60]!r}"
        ) from error
    return [(pair[0], pair[1]) for pair in pairs if len(pair) == 2]


def _element(text: str | None) -> str | None:
    match = _ELEMENT.fullmatch(text or "")
    return match.group() if match else None


def _stamp(text: str) -> str | None:
    match = _STAMP.search(text)
    return match.group() if match else None


def texts_of(value: strict_json.Json) -> dict[str, str]:
    """The members of an object that are text, without blanks around them and without empty ones."""
    if not isinstance(value, Mapping):
        return {}
    return {
        name: text.strip() for name, text in value.items() if isinstance(text, str) and text.strip()
    }


def joined(parts: Iterable[OsmFeatures]) -> OsmFeatures:
    """Features of several answers together, each element once; `surveyed` is the oldest date."""
    given = list(parts)
    counts: Counter[str] = sum((part.counts for part in given), Counter())
    if not given:
        empty = gpd.GeoDataFrame(
            {name: pd.Series(dtype="str") for name in ("osm_id", *TAGS)},
            geometry=gpd.GeoSeries(crs=RD_SYSTEM),
        )
        return OsmFeatures(empty, counts)
    if len(given) == 1:
        # Elements are unique within an answer.
        return given[0]
    frame = gpd.GeoDataFrame(
        pd.concat([part.frame for part in given], ignore_index=True),
        geometry="geometry",
        crs=RD_SYSTEM,
    )
    dates = sorted(part.surveyed for part in given if part.surveyed)
    # Of an area and the centre of the same element the area is retained.
    order = np.argsort(-shapely.get_dimensions(frame.geometry.array), kind="stable")
    once = frame.iloc[np.sort(order[~frame["osm_id"].iloc[order].duplicated().to_numpy()])]
    return OsmFeatures(once.reset_index(drop=True), counts, dates[0] if dates else None)
