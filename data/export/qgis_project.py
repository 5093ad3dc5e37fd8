"""A QGIS project beside a GeoPackage: its layers in their styles over the government's base map."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

import geopandas as gpd
from pyproj import CRS

from data.export.geopackage import Layer, layers
from data.export.sheet import ExportTable, one_line
from geo.crs import RD

VERSION = "3.22.16"
"""Of QGIS, the oldest version tried; newer versions read it as well."""
BASE_MAP = "BRT Achtergrondkaart (Kadaster, CC BY 4.0)"
_TILES = (
    "type=xyz&zmin=0&zmax=19&url=https://service.pdok.nl/brt/achtergrondkaart/wmts/v2_0/grijs/"
    "EPSG:3857/{z}/{x}/{y}.png"
)
_KINDS = {"Point": "Point", "MultiLineString": "Line", "MultiPolygon": "Polygon"}
# QGIS replaces ids of up to ten signs.
_ID = "stadshart_"
# Round the layers, as a part of their width.
_MARGIN = 0.05


def qgis_project(geopackage: str, sheets: Sequence[ExportTable], looks: Mapping[str, str]) -> bytes:
    """The project (QGS) for a GeoPackage of this file name that lies beside it.

    Points lie over lines over areas; the base map is fetched by QGIS when it is shown.
    """
    shaped = [layer for layer in layers(sheets, looks) if layer.geometry_type in _KINDS]
    order = ["Point", "MultiLineString", "MultiPolygon"]
    shaped.sort(key=lambda layer: order.index(str(layer.geometry_type)))
    root = Element("qgis", version=VERSION, projectname=one_line(sheets[0].title))
    SubElement(root, "title").text = one_line(sheets[0].title)
    _add_crs(SubElement(root, "projectCrs"), RD)
    tree, listed = SubElement(root, "layer-tree-group"), SubElement(root, "projectlayers")
    for layer in shaped:
        source = f"./{geopackage}|layername={layer.name}"
        name = layer.sheet.title if layer.name == layer.sheet.name else layer.name
        node = _add_layer(tree, listed, layer.name, one_line(name), source, "ogr")
        node.attrib |= {"type": "vector", "geometry": _KINDS[str(layer.geometry_type)]}
        if layer.style:
            node.extend(ElementTree.fromstring(layer.style))  # noqa: S314 - our own style
        _add_crs(SubElement(node, "srs"), RD)
    base = _add_layer(tree, listed, "brt", BASE_MAP, _TILES, "wms")
    base.attrib |= {"type": "raster"}
    _add_crs(SubElement(base, "srs"), "EPSG:3857")
    _add_view(root, shaped)
    # Without this the project has no coordinate system.
    settings = SubElement(SubElement(root, "properties"), "SpatialRefSys")
    SubElement(settings, "ProjectionsEnabled", type="int").text = "1"
    out = io.BytesIO()
    ElementTree.ElementTree(root).write(out, encoding="utf-8", xml_declaration=True)
    return out.getvalue()


def _add_layer(
    tree: Element, listed: Element, identifier: str, name: str, source: str, provider: str
) -> Element:
    SubElement(
        tree,
        "layer-tree-layer",
        id=_ID + identifier,
        name=name,
        source=source,
        providerKey=provider,
        checked="Qt::Checked",
    )
    node = SubElement(listed, "maplayer")
    for key, text in (("id", _ID + identifier), ("datasource", source), ("layername", name)):
        SubElement(node, key).text = text
    SubElement(node, "provider").text = provider
    return node


def _add_crs(parent: Element, code: str) -> None:
    system = SubElement(parent, "spatialrefsys")
    SubElement(system, "wkt").text = CRS.from_user_input(code).to_wkt()
    SubElement(system, "authid").text = code


def _add_view(root: Element, shaped: Sequence[Layer]) -> None:
    """What the map shows when it opens: all layers, and some room round them."""
    sides = [
        layer.rows.total_bounds for layer in shaped if isinstance(layer.rows, gpd.GeoDataFrame)
    ]
    if not sides:
        return
    west, south = (min(side[at] for side in sides) for at in (0, 1))
    east, north = (max(side[at] for side in sides) for at in (2, 3))
    room = _MARGIN * max(east - west, north - south)
    canvas = SubElement(root, "mapcanvas", name="theMapCanvas")
    extent = SubElement(canvas, "extent")
    for key, value in (
        ("xmin", west - room),
        ("ymin", south - room),
        ("xmax", east + room),
        ("ymax", north + room),
    ):
        SubElement(extent, key).text = f"{value:.0f}"
    _add_crs(SubElement(canvas, "destinationsrs"), RD)
