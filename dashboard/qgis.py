"""The style table for QGIS: a style per table of the GeoPackage, and a project that opens it looking like the screen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import shapely

from dashboard import theme
from dashboard.panels.markup import Markup, join, node
from dashboard.theme import Style

VERSION = "3.22.16-Białowieża"
_NODE_TYPES = {"point": "marker", "line": "line", "area": "fill"}
_GEOMETRY = {"point": ("0", "Point"), "line": ("1", "MultiLineString"), "area": ("2", "MultiPolygon")}
# What stands beside a mark; a street names itself.
_LABELS = {"initiatieven": "what", "straten": "area", "panden": ""}
_CASING_PX = 1.6


@dataclass(frozen=True, slots=True)
class QgisTable:
    """One table of the GeoPackage as QGIS shows it: `layer` is the layer of the map it comes from."""

    name: str
    layer: str
    title: str
    kind: str
    frame: gpd.GeoDataFrame


def style_file(table: QgisTable, words: Mapping[str, str]) -> bytes:
    """The style of one table (QML): the classes it uses, as on the screen, with their names."""
    body = node("qgis", *_look(table, words), version=VERSION, styleCategories="Symbology|Labeling")
    return f"<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n{body}\n".encode()


def project(tables: Sequence[QgisTable], words: Mapping[str, str], *, title: str, package: str) -> bytes:
    """A project (QGS) beside the GeoPackage `package`: its tables in the order of the map, marks on top."""
    order = sorted(tables, key=lambda table: ("point", "line", "area").index(table.kind))
    tree = node(
        "layer-tree-group",
        *(
            node("layer-tree-layer", id=_id(table), name=table.title, providerKey="ogr", source=_source(table, package), checked="Qt::Checked", expanded="1")
            for table in order
        ),
    )
    west, south, east, north = shapely.total_bounds([shape for table in tables for shape in table.frame.geometry]).tolist()
    margin = 0.05 * max(east - west, north - south, 1_000.0)
    box = (west - margin, south - margin, east + margin, north + margin)
    body = node(
        "qgis",
        node("title", title),
        _reference(),
        tree,
        node(
            "mapcanvas",
            node("units", "meters"),
            node("extent", *(node(name, f"{value:.1f}") for name, value in zip(("xmin", "ymin", "xmax", "ymax"), box, strict=True))),
            node("destinationsrs", _srs()),
            name="theMapCanvas",
        ),
        node("properties", node("SpatialRefSys", node("ProjectionsEnabled", "1", type="int"))),
        node("projectlayers", *(_map_layer(table, words, package) for table in order)),
        projectname=title,
        version=VERSION,
    )
    return f"<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n{body}\n".encode()


def _id(table: QgisTable) -> str:
    return f"stadshart_{table.name}"


def _source(table: QgisTable, package: str) -> str:
    return f"./{package}|layername={table.name}"


def _srs() -> Markup:
    return node("spatialrefsys", node("authid", "EPSG:28992"), node("srid", "28992"))


def _reference() -> Markup:
    return node("projectCrs", _srs())


def _map_layer(table: QgisTable, words: Mapping[str, str], package: str) -> Markup:
    geometry, wkb = _GEOMETRY[table.kind]
    return node(
        "maplayer",
        node("id", _id(table)),
        node("datasource", _source(table, package)),
        node("layername", table.title),
        node("srs", _srs()),
        node("provider", "ogr", encoding="UTF-8"),
        *_look(table, words),
        type="vector",
        geometry={"0": "Point", "1": "Line", "2": "Polygon"}[geometry],
        wkbType=wkb,
    )


def _look(table: QgisTable, words: Mapping[str, str]) -> tuple[Markup, ...]:
    used = [style for name, style in theme.STYLES.items() if name in set(table.frame["style"])]
    categories = node(
        "categories",
        *(
            node("category", render="true", symbol=str(index), value=style.id, label=words[style.label_key], type="string")
            for index, style in enumerate(used)
        ),
    )
    symbols = node(
        "symbols",
        *(
            node("symbol", *_symbol_layers(style), type=_NODE_TYPES[table.kind], name=str(index), alpha="1", clip_to_extent="1", force_rhr="0")
            for index, style in enumerate(used)
        ),
    )
    renderer = node("renderer-v2", categories, symbols, type="categorizedSymbol", attr="style", symbollevels="0", enableorderby="0", forceraster="0")
    field = _LABELS.get(table.layer, "written")
    return (renderer, _labelling(field)) if field else (renderer,)


def _labelling(field: str) -> Markup:
    buffer = node("text-buffer", bufferDraw="1", bufferSize="1", bufferSizeUnits="MM", bufferColor=_colour(theme.HALO), bufferOpacity="1")
    text = node(
        "text-style",
        buffer,
        fieldName=field,
        isExpression="0",
        fontFamily=theme.FONT,
        fontSize="9",
        fontSizeUnit="Point",
        fontWeight="63",
        textColor=_colour(theme.INK),
        textOpacity="1",
    )
    place = node("placement", placement="6", dist="2", distUnits="MM")
    drawn = node("rendering", drawLabels="1", obstacle="1", scaleVisibility="0")
    return node("labeling", node("settings", text, place, drawn, calloutType="simple"), type="simple")


def _symbol_layers(style: Style) -> tuple[Markup, ...]:
    match style.shape:
        case "line":
            core = _line(style.fill, style.width_px, style.dash)
            return (core,) if style.dash else (_line(style.stroke, style.width_px + _CASING_PX, ()), core)
        case "area":
            fill = {"color": _colour(style.fill), "style": "solid", "outline_color": _colour(style.stroke), "outline_width": f"{style.width_px:g}"}
            return (_layer("SimpleFill", fill | {"outline_style": "solid", "outline_width_unit": "Pixel"}),)
        case "station":
            pill = {"symbol_name": "rectangle", "symbol_width": f"{2.7 * style.radius_px:g}", "symbol_height": f"{1.6 * style.radius_px:g}"}
            units = {"symbol_width_unit": "Pixel", "symbol_height_unit": "Pixel", "outline_width_unit": "Pixel"}
            paint = {"color": _colour(style.fill), "outline_color": _colour(style.stroke), "outline_width": f"{style.width_px:g}", "outline_style": _pen(style)}
            return (_layer("EllipseMarker", pill | units | paint),)
        case "hatched":
            side = 2 * style.radius_px
            rising = [_marker("line", theme.PAPER, style.stroke, 1.1, size, angle=45.0, offset=(shift, shift)) for size, shift in ((side, 0.0), (0.6 * side, 4.0), (0.6 * side, -4.0))]
            return (_marker("square", theme.PAPER, style.stroke, style.width_px, side), *rising)
        case "card" | "text":
            return (_marker("square", theme.PAPER, style.stroke, 1.0, 6.0),)
        case "circle" | "square" | "diamond" | "dot":
            name = "circle" if style.shape == "dot" else style.shape
            # QGIS measures a diamond by its side to side, as the style table does by its points.
            return (_marker(name, style.fill, style.stroke, style.width_px, 2 * style.radius_px, pen=_pen(style)),)


def _pen(style: Style) -> str:
    return "dot" if style.dash and not style.town_level else "solid"


def _line(colour: str, width: float, dash: tuple[float, ...]) -> Markup:
    options = {"line_color": _colour(colour), "line_width": f"{width:g}", "line_width_unit": "Pixel", "line_style": "solid", "capstyle": "flat", "joinstyle": "round"}
    if dash:
        options |= {"customdash": ";".join(f"{length:g}" for length in dash), "customdash_unit": "Pixel", "use_custom_dash": "1"}
    return _layer("SimpleLine", options)


def _marker(
    name: str,
    fill: str,
    stroke: str,
    width: float,
    size: float,
    *,
    angle: float = 0.0,
    offset: tuple[float, float] = (0.0, 0.0),
    pen: str = "solid",
) -> Markup:
    return _layer(
        "SimpleMarker",
        {
            "name": name,
            "color": _colour(fill),
            "outline_color": _colour(stroke),
            "outline_width": f"{width:g}",
            "outline_width_unit": "Pixel",
            "outline_style": pen,
            "size": f"{size:g}",
            "size_unit": "Pixel",
            "angle": f"{angle:g}",
            "offset": f"{offset[0]:g},{offset[1]:g}",
            "offset_unit": "Pixel",
        },
    )


def _layer(kind: str, options: Mapping[str, str]) -> Markup:
    """One layer of a symbol, its settings in the newer form and in the one before it."""
    newer = node("Option", *(node("Option", type="QString", name=key, value=value) for key, value in options.items()), type="Map")
    older = join(node("prop", k=key, v=value) for key, value in options.items())
    return node("layer", newer, older, enabled="1", locked="0", **{"class": kind, "pass": "0"})


def _colour(text: str) -> str:
    red, green, blue = (int(text[at : at + 2], 16) for at in (1, 3, 5))
    return f"{red},{green},{blue},255"
