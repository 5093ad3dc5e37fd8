"""Shapes for Simple Features (ISO 19125): one type per layer, lines that do not cross."""

from __future__ import annotations

from collections.abc import Sequence

import shapely
from shapely.geometry import LineString, MultiLineString, Polygon
from shapely.geometry.base import BaseGeometry


def to_layer_type(shape: BaseGeometry, kind: str) -> BaseGeometry:
    """The shape as the type of a layer of `kind` (point, line, area); outer rings anticlockwise
    (ISO 19125).
    """
    parts = shapely.get_parts(shape)
    if kind == "line":
        return simple(list(parts))
    if kind == "area":
        areas: list[Polygon] = list(parts)
        return shapely.orient_polygons(shapely.multipolygons(areas))
    point: BaseGeometry = parts[0] if len(parts) == 1 else shape
    return point


def simple(parts: Sequence[LineString]) -> MultiLineString:
    """All lines as one MultiLineString, cut where they meet, so that they touch at ends only."""
    whole = shapely.multilinestrings(parts)
    if shapely.is_simple(whole):
        return whole
    # The end of a closed line is no end to the standard: two halves have ends.
    halves: list[LineString] = []
    for piece in shapely.get_parts(shapely.node(whole)):
        halves += _halves(piece) if piece.is_closed else (piece,)
    return shapely.multilinestrings(halves)


def _halves(ring: LineString) -> tuple[LineString, LineString]:
    corners = shapely.get_coordinates(ring)
    middle = len(corners) // 2
    return LineString(corners[: middle + 1]), LineString(corners[middle:])
