"""OpenStreetMap features in answers of Overpass."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import shapely

from etl.decoding import strict_json
from etl.errors import ContentError, column_retyped
from etl.parsing.osm import TAGS, FeatureRows, OsmFeatures, texts_of

# Closed ways with these keys are lines, unless they have area=yes.
_LINE_KEYS = ("highway", "railway", "waterway", "barrier")


def from_overpass(data: bytes) -> OsmFeatures:
    """Features in an Overpass answer, placed by geometry, centre or separate nodes.

    Raises ContentError for a failure reported inside the answer: it holds a part of the elements.
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
    rows = FeatureRows()
    for element in known:
        kind, tags = element.get("type"), texts_of(element.get("tags"))
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
    """The vertices of a way, from its geometry or its nodes; empty when a node is unknown."""
    geometry = element.get("geometry")
    if isinstance(geometry, list):
        # A vertex outside the requested box is null.
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
    """The area of a multipolygon from its members, and whether any ring is open."""
    members = element.get("members")
    if not isinstance(members, list) or texts_of(element.get("tags")).get("type") not in (
        "multipolygon",
        "boundary",
    ):
        return None, False
    outer: list[shapely.LineString] = []
    inner: list[shapely.LineString] = []
    for member in members:
        if isinstance(member, Mapping) and member.get("type") == "way":
            path = _path(member, {}) or ways.get(int(_number(member, "ref")), [])
            if len(path) >= 2:
                (inner if member.get("role") == "inner" else outer).append(shapely.LineString(path))
    (faces, open_outer), (holes, open_inner) = _faces(outer), _faces(inner)
    area = None if faces is None else shapely.difference(faces, holes or shapely.Polygon())
    return area, open_outer or open_inner


def _faces(lines: Sequence[shapely.LineString]) -> tuple[shapely.Geometry | None, bool]:
    """The area that lines enclose, None when there is none, and whether any line is open."""
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


def _number(value: strict_json.Json, name: str) -> float:
    number = strict_json.member(value, name)
    if isinstance(number, bool) or not isinstance(number, int | float):
        raise column_retyped(name, repr(number), "a number")
    return number
