"""OpenStreetMap features out of any of its forms: Overpass JSON, GeoJSON, KML or an extract
(.osm.pbf).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from xml.etree import ElementTree

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from etl.decoding import strict_json, strict_xml
from etl.errors import ContentError
from etl.problems import NO_OTHER, Finding, found
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
"""Tags that are read; all others stay behind."""

_ELEMENT = re.compile(r"(node|way|relation)/(\d+)")
_STAMP = re.compile(r"\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}:\d{2}Z)?")
# Closed ways of these keys are lines all the same, unless they say area=yes.
_LINE_KEYS = ("highway", "railway", "waterway", "barrier")
_DEGREES = CRS.from_user_input(WGS84)
BROKEN = ("dropped-broken-ring", "dropped-open-ring", "dropped-no-geometry")
REPAIRED = "repaired-ring"
"""Rules under which shapes with a broken outline are counted: left out or repaired."""
_KML = "{http://www.opengis.net/kml/2.2}"


@dataclass(slots=True)
class OsmFeatures:
    """Features as read: `osm_id` (like way/12), the tags in `TAGS`, geometry in RD; what was left
    out or mended by rule.
    """

    frame: gpd.GeoDataFrame
    counts: Counter[str] = field(default_factory=Counter)
    surveyed: str | None = None


@dataclass(slots=True)
class _FeatureRows:
    """Features while they are gathered; coordinates in degrees, longitude first."""

    ids: list[str] = field(default_factory=list)
    tags: list[Mapping[str, str]] = field(default_factory=list)
    shapes: list[shapely.Geometry | None] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, osm_id: str, tags: Mapping[str, str], shape: shapely.Geometry | None) -> None:
        """One more feature; without tags of use it is none."""
        self.ids.append(osm_id)
        self.tags.append(tags)
        self.shapes.append(shape)

    def require_ids(self) -> None:
        """Nothing where any feature has the id of an element; ContentError where all lack it: then
        it is no map of OpenStreetMap.
        """
        if not self.ids and self.counts["dropped-no-id"]:
            raise ContentError("column-missing", column="@id", like=NO_OTHER)

    def features(self, surveyed: str | None) -> OsmFeatures:
        """All of them in RD, mended where rings are invalid."""
        shapes, counts = mended(np.array(self.shapes, dtype=object))
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


def broken_outlines(counts: Mapping[str, int], name: str) -> tuple[Finding, ...]:
    """What to tell of shapes whose outline was broken; nothing when none was."""
    dropped = sum(counts.get(rule, 0) for rule in BROKEN)
    repaired = counts.get(REPAIRED, 0)
    if not dropped and not repaired:
        return ()
    return (found("outlines-broken", name=name, dropped=dropped, repaired=repaired),)


def mended(shapes: NDArray[np.object_]) -> tuple[NDArray[np.object_], Counter[str]]:
    """The shapes, invalid areas repaired to their areal part and what cannot be used set to None,
    counted per rule.
    """
    counts: Counter[str] = Counter()
    result = shapes.copy()
    absent = shapely.is_missing(result) | shapely.is_empty(result)
    wrong = ~absent & ~shapely.is_valid(result)
    for at in np.flatnonzero(wrong):
        parts = [
            part
            for part in shapely.get_parts(shapely.make_valid(result[at]))
            if part.geom_type in ("Polygon", "MultiPolygon")
        ]
        area = shapely.union_all(parts) if parts else None
        lost = shapely.get_dimensions(result[at]) == 2 and (area is None or area.is_empty)
        result[at] = None if lost or area is None else area
        counts["dropped-broken-ring" if result[at] is None else REPAIRED] += 1
    if absent.any():
        result[absent] = None
        counts["dropped-no-geometry"] += int(absent.sum())
    return result, counts


def from_overpass(data: bytes) -> OsmFeatures:
    """Features in an Overpass answer, with geometry or centre inside the elements or with nodes
    beside them.

    Raises ContentError for a failure inside a good answer: a part of the elements is never taken
    for all.
    """
    document = strict_json.read(data)
    elements = strict_json.rows_at(document, "elements")
    remark = strict_json.text_at(document, "remark")
    if elements is None or (remark is not None and remark.startswith("runtime error")):
        raise ContentError("error-inside", host="Overpass", detail=remark or "no list of elements")
    known = [element for element in elements if isinstance(element, Mapping)]
    nodes = {
        int(_number(element, "id")): (_number(element, "lon"), _number(element, "lat"))
        for element in known
        if element.get("type") == "node" and "lat" in element
    }
    ways = {
        int(_number(element, "id")): _path(element, nodes)
        for element in known
        if element.get("type") == "way"
    }
    rows = _FeatureRows()
    for element in known:
        kind, tags = element.get("type"), _texts(element.get("tags"))
        if kind not in ("node", "way", "relation") or not tags.keys() & set(TAGS):
            continue
        number = int(_number(element, "id"))
        if kind == "node":
            shape: shapely.Geometry | None = (
                shapely.Point(nodes[number]) if number in nodes else None
            )
        elif kind == "way":
            shape = _way(ways[number], tags) if ways[number] else _centre(element)
        else:
            area, open_ring = _relation(element, ways)
            rows.counts["dropped-open-ring"] += open_ring
            shape = area or _centre(element)
        rows.add(f"{kind}/{number}", tags, shape)
    return rows.features(strict_json.moment_at(document, "osm3s", "timestamp_osm_base"))


def from_geojson(data: bytes) -> OsmFeatures:
    """Features in GeoJSON as Overpass Turbo or osmtogeojson write it: tags as properties, the id as
    `@id` or `id`.
    """
    document = strict_json.read(data)
    features = strict_json.rows_at(document, "features")
    if features is None:
        raise ContentError("error-inside", host="GeoJSON", detail="no list of features")
    rows = _FeatureRows()
    for feature in features:
        tags = _texts(strict_json.member(feature, "properties"))
        nested = strict_json.member(feature, "properties", "tags")
        tags = {**tags, **_texts(nested)} if isinstance(nested, Mapping) else tags
        osm_id = _element(
            tags.get("@id")
            or tags.get("_id")
            or tags.get("osm_id")
            or tags.get("id")
            or strict_json.text_at(feature, "id")
        )
        geometry = strict_json.member(feature, "geometry")
        try:
            shape = shapely.geometry.shape(geometry) if isinstance(geometry, Mapping) else None
        except (
            ValueError,
            TypeError,
            KeyError,
            AttributeError,
            IndexError,
            shapely.errors.ShapelyError,
        ):
            # A ring of two points, or no numbers at all.
            shape = None
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
    """Features in a KML export of Overpass Turbo: tags as extended data."""
    root = strict_xml.read(data)
    rows = _FeatureRows()
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


def _way(path: Sequence[tuple[float, float]], tags: Mapping[str, str]) -> shapely.Geometry | None:
    closed = len(path) >= 4 and path[0] == path[-1]
    areal = tags.get("area") == "yes" or (
        tags.get("area") != "no" and not any(key in tags for key in _LINE_KEYS)
    )
    if closed and areal:
        return shapely.Polygon(path)
    return shapely.LineString(path) if len(path) >= 2 else None


def _path(
    element: Mapping[str, strict_json.Json], nodes: Mapping[int, tuple[float, float]]
) -> list[tuple[float, float]]:
    """The vertices of a way, from its own geometry or from the nodes beside it; empty when any is
    unknown.
    """
    geometry = element.get("geometry")
    if isinstance(geometry, list):
        # A vertex outside the box asked for is null.
        return [
            (_number(vertex, "lon"), _number(vertex, "lat"))
            for vertex in geometry
            if isinstance(vertex, Mapping)
        ]
    numbers = element.get("nodes")
    path = (
        [nodes.get(number) for number in numbers if isinstance(number, int)]
        if isinstance(numbers, list)
        else []
    )
    return [] if None in path else [vertex for vertex in path if vertex is not None]


def _relation(
    element: Mapping[str, strict_json.Json], ways: Mapping[int, list[tuple[float, float]]]
) -> tuple[shapely.Geometry | None, bool]:
    """The area of a multipolygon from its members, and whether any ring stays open."""
    members = element.get("members")
    if not isinstance(members, list) or _texts(element.get("tags")).get("type") not in (
        "multipolygon",
        "boundary",
    ):
        return None, False
    outer, inner = [], []
    for member in members:
        if isinstance(member, Mapping) and member.get("type") == "way":
            path = _path(member, {}) or ways.get(int(_number(member, "ref")), [])
            if len(path) >= 2:
                (inner if member.get("role") == "inner" else outer).append(shapely.LineString(path))
    (faces, open_outer), (holes, open_inner) = _faces(outer), _faces(inner)
    area = None if faces is None else shapely.difference(faces, holes or shapely.Polygon())
    return area, open_outer or open_inner


def _faces(lines: Sequence[shapely.LineString]) -> tuple[shapely.Geometry | None, bool]:
    """The area that lines close in, None when there is none, and whether any stays open."""
    if not lines:
        return None, False
    closed, *left = shapely.polygonize_full(lines)
    faces = shapely.union_all(shapely.get_parts(closed))
    return None if faces.is_empty else faces, not all(shapely.is_empty(left))


def _centre(element: Mapping[str, strict_json.Json]) -> shapely.Geometry | None:
    centre = element.get("center")
    return (
        shapely.Point(_number(centre, "lon"), _number(centre, "lat"))
        if isinstance(centre, Mapping)
        else None
    )


def _kml_shape(mark: ElementTree.Element) -> shapely.Geometry | None:
    shapes = []
    for area in mark.iter(f"{_KML}Polygon"):
        rings = [_kml_path(ring) for ring in area.iter(f"{_KML}LinearRing")]
        if rings and all(len(ring) >= 4 for ring in rings):
            shapes.append(shapely.Polygon(rings[0], rings[1:]))
    shapes += [
        shapely.LineString(path)
        for line in mark.iter(f"{_KML}LineString")
        if len(path := _kml_path(line)) >= 2
    ]
    shapes += [
        shapely.Point(path[0]) for point in mark.iter(f"{_KML}Point") if (path := _kml_path(point))
    ]
    if not shapes:
        return None
    kind = max(shapely.get_dimensions(shapes))
    return _together([shape for shape in shapes if shapely.get_dimensions(shape) == kind])


def _together(shapes: list[shapely.Geometry]) -> shapely.Geometry:
    if len(shapes) == 1:
        return shapes[0]
    multi = {
        "Polygon": shapely.MultiPolygon,
        "LineString": shapely.MultiLineString,
        "Point": shapely.MultiPoint,
    }
    return multi[shapes[0].geom_type](shapes)


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


def _number(value: strict_json.Json, name: str) -> float:
    number = strict_json.member(value, name)
    if isinstance(number, bool) or not isinstance(number, int | float):
        raise ContentError("column-retyped", column=name, met=repr(number), expected="a number")
    return number


def _texts(value: strict_json.Json) -> dict[str, str]:
    if not isinstance(value, Mapping):
        return {}
    return {
        name: text.strip() for name, text in value.items() if isinstance(text, str) and text.strip()
    }


def joined(parts: Iterable[OsmFeatures]) -> OsmFeatures:
    """Features of several answers as one, each element once; the oldest date counts."""
    given = list(parts)
    counts: Counter[str] = sum((part.counts for part in given), Counter())
    if not given:
        empty = gpd.GeoDataFrame(
            {name: pd.Series(dtype="str") for name in ("osm_id", *TAGS)},
            geometry=gpd.GeoSeries(crs=RD_SYSTEM),
        )
        return OsmFeatures(empty, counts)
    if len(given) == 1:
        # One answer names each element once.
        return given[0]
    frame = gpd.GeoDataFrame(
        pd.concat([part.frame for part in given], ignore_index=True),
        geometry="geometry",
        crs=RD_SYSTEM,
    )
    dates = sorted(part.surveyed for part in given if part.surveyed)
    # An area says more than the centre another answer gives of the same element.
    order = np.argsort(-shapely.get_dimensions(frame.geometry.array), kind="stable")
    once = frame.iloc[np.sort(order[~frame["osm_id"].iloc[order].duplicated().to_numpy()])]
    return OsmFeatures(once.reset_index(drop=True), counts, dates[0] if dates else None)
