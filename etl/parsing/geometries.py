"""Geometries as read: GeoJSON, broken outlines and their repair."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from etl.decoding.strict_json import Json
from etl.problems import Finding, make_finding

BROKEN = ("dropped-broken-ring", "dropped-open-ring", "dropped-no-geometry")
REPAIRED = "repaired-ring"
"""The rules that count shapes with a broken outline: left out or repaired."""
NO_SHAPE = (
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    shapely.errors.ShapelyError,
)
"""Errors of shapely for a ring of two points, coordinates that are no numbers, an unknown type."""


def shape_of(geometry: Json) -> BaseGeometry | None:
    """The shape of a GeoJSON geometry, None where there is none or it is broken."""
    try:
        return shape(dict(geometry)) if isinstance(geometry, Mapping) else None
    except NO_SHAPE:
        return None


def broken_outlines(counts: Mapping[str, int], name: str) -> tuple[Finding, ...]:
    """A finding about shapes with a broken outline; empty when there are none."""
    dropped = sum(counts.get(rule, 0) for rule in BROKEN)
    repaired = counts.get(REPAIRED, 0)
    if not dropped and not repaired:
        return ()
    return (make_finding("outlines-broken", name=name, dropped=dropped, repaired=repaired),)


def repaired(shapes: NDArray[np.object_]) -> tuple[NDArray[np.object_], Counter[str]]:
    """The shapes with invalid areas repaired to their areal part, and counts by rule.

    Shapes that are missing, empty or beyond repair are None.
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
