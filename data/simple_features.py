"""Shapes as Simple Features (ISO 19125) wants them: one type per layer, lines that do not cross."""

from __future__ import annotations

from collections.abc import Sequence

import shapely
from shapely.geometry.base import BaseGeometry


def to_layer_type(shape: BaseGeometry, kind: str) -> BaseGeometry:
    """The shape as the one type that a layer of `kind` (point, line, area) holds; outer rings run
    anticlockwise, as Simple Features (ISO 19125) asks.
    """
    parts = shapely.get_parts(shape)
    if kind == "point":
        return parts[0] if len(parts) == 1 else shape
    return (
        simple(parts) if kind == "line" else shapely.orient_polygons(shapely.multipolygons(parts))
    )


def simple(parts: Sequence[BaseGeometry]) -> BaseGeometry:
    """All lines as one MultiLineString, cut where they meet, so that they touch at ends only."""
    whole = shapely.multilinestrings(parts)
    if shapely.is_simple(whole):
        return whole
    pieces = shapely.get_parts(shapely.node(whole))
    # The end of a closed line is no end to the standard: two halves have ends.
    halves = [
        half for piece in pieces for half in (_halves(piece) if piece.is_closed else (piece,))
    ]
    return shapely.multilinestrings(halves)


def _halves(ring: BaseGeometry) -> tuple[BaseGeometry, BaseGeometry]:
    corners = shapely.get_coordinates(ring)
    middle = len(corners) // 2
    return shapely.linestrings(corners[: middle + 1]), shapely.linestrings(corners[middle:])
