"""Features of a GML file in RD, as the Kadaster delivers TOP10NL; names count without namespace."""

from __future__ import annotations

from xml.etree.ElementTree import Element

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from etl.decoding import strict_xml
from etl.errors import column_retyped
from geo.crs import RD_SYSTEM

_NAMESPACE = "opengis.net/gml"
_RD = ("28992", "7415")
"""Ends of the names of RD, without and with height."""


def read(data: bytes, feature: str) -> gpd.GeoDataFrame:
    """The features of one name: the texts of each property as a list, and all polygons as one.

    A feature without a readable polygon has no geometry. Raises ContentError for text that is not
    whole, and for coordinates in another system than RD.
    """
    root = strict_xml.read(data)
    for element in root.iter():
        system = element.get("srsName")
        if system is not None and not system.endswith(_RD):
            raise column_retyped("srsName", repr(system), "EPSG:28992")
    features = [element for element in root.iter() if _name(element) == feature]
    rows = [_properties(element) for element in features]
    return gpd.GeoDataFrame(
        pd.DataFrame(rows, index=range(len(rows))),
        geometry=np.array([_area(element) for element in features], dtype=object),
        crs=RD_SYSTEM,
    )


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _properties(feature: Element) -> dict[str, list[str]]:
    """The texts of the elements by name, without those of the geometry."""
    texts: dict[str, list[str]] = {}
    for element in feature.iter():
        if _NAMESPACE not in element.tag and element.text and element.text.strip():
            texts.setdefault(_name(element), []).append(element.text.strip())
    return texts


def _area(feature: Element) -> shapely.Geometry | None:
    sizes = (element.get("srsDimension") for element in feature.iter())
    dimension = next((int(size) for size in sizes if size in ("2", "3")), 2)
    polygons = [
        polygon
        for element in feature.iter()
        if _name(element) in ("Polygon", "PolygonPatch")
        and (polygon := _polygon(element, dimension)) is not None
    ]
    if len(polygons) > 1:
        return shapely.MultiPolygon(polygons)
    return polygons[0] if polygons else None


def _polygon(element: Element, dimension: int) -> shapely.Polygon | None:
    """The polygon of its rings, None without a readable outer ring."""
    try:
        rings = {
            name: [
                _positions(ring, dimension)
                for side in element
                if _name(side) == name
                for ring in side
            ]
            for name in ("exterior", "interior")
        }
        return shapely.Polygon(rings["exterior"][0], rings["interior"])
    except (IndexError, ValueError, shapely.errors.ShapelyError):
        return None


def _positions(ring: Element, dimension: int) -> np.ndarray:
    """Easting and northing of each position of a ring; ValueError for text that is no such list."""
    numbers = " ".join(element.text or "" for element in ring).split()
    return np.array(numbers, dtype=float).reshape(-1, dimension)[:, :2]
