"""The style table as QGIS styles (QML): each class is drawn and named as on the screen."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree

from dashboard.maps import symbols
from dashboard.maps.wording import wording
from dashboard.style import theme
from dashboard.style.theme import Style

# The oldest version tested; newer versions read it as well.
VERSION = "3.22.16"
# The column that holds the class of a row, in the words of the legend.
CLASS = "class"
_LABEL_POINTS = 9
# Placement of labels: on lines along them, at points beside them.
_BESIDE, _ALONG = "6", "2"
_FROM_MARK = "1"


@dataclass(frozen=True, slots=True)
class TableStyle:
    """How a published table is drawn: class by value of `column`; "" is every other value."""

    layer: str
    column: str
    classes: Mapping[str, str]
    areas: bool = False


TABLE_STYLES: Sequence[TableStyle] = (
    TableStyle(
        "premises_point",
        "status",
        {"vacant": "unit_vacant", "in_use": "unit_in_use", "": "unit_unknown"},
    ),
    TableStyle(
        "initiatives_point",
        "type",
        {kind: f"initiative_{kind}" for kind in ("physical", "activity", "transformation")},
    ),
    TableStyle(
        "places_point",
        "role",
        {"centre": "site_centre", "periphery": "edge_retail", "abroad": "site_abroad"},
    ),
    TableStyle("places_area", "role", {"": "outline"}, areas=True),
    TableStyle("stops_point", "kind", {"": "station"}),
    TableStyle("counts_point", "counter_id", {"": "counter"}),
    TableStyle("origins_point", "branch_group", {"": "site_abroad"}),
    TableStyle("notices_point", "kind", {"": "unknown"}),
    TableStyle("streets_point", "name", {"": "unknown"}),
    TableStyle("streets_line", "name", {"": "street"}),
    TableStyle("streets_area", "name", {"": "street"}, areas=True),
    TableStyle(
        "areas_area", "kind", {"municipality": "municipality", "": "neighbourhood"}, areas=True
    ),
    TableStyle("background_line", "kind", {kind: kind for kind in ("road", "rail", "border")}),
    TableStyle(
        "background_area",
        "kind",
        {kind: kind for kind in ("land_de", "land_nl", "green", "water", "building")},
        areas=True,
    ),
)
"""One style per layer (table and kind of shape) of a GeoPackage; classes from the bottom up."""


def write_table_style(style: TableStyle) -> str:
    """The QML of a published table, with the Dutch class names of the legend."""
    words = wording("nl")
    known = {**theme.STYLES, **theme.BACKGROUND}
    named = {value: known[name] for value, name in style.classes.items()}
    labels = {
        value: words.get(style_of_class.label_key, value) for value, style_of_class in named.items()
    }
    return write_style(named, column=style.column, labels=labels, areas=style.areas)


def write_style(
    classes: Mapping[str, Style],
    *,
    column: str = CLASS,
    labels: Mapping[str, str] | None = None,
    areas: bool = False,
    label: str | None = None,
) -> str:
    """The style of a layer: classes by the value of `column`, `label` (an expression) beside marks.

    The classes are all lines, all marks, or with `areas` all areas, the first one lowest. `labels`
    names the classes in the legend of QGIS; without it a class has the name of its value.
    """
    lines = not areas and any(style.shape == "line" for style in classes.values())
    root = ElementTree.Element("qgis", version=VERSION, styleCategories="Symbology|Labeling|Fields")
    renderer = ElementTree.SubElement(
        root,
        "renderer-v2",
        type="categorizedSymbol",
        attr=column,
        symbollevels="1" if lines or areas else "0",
        enableorderby="0",
        forceraster="0",
    )
    categories, drawn = (
        ElementTree.SubElement(renderer, "categories"),
        ElementTree.SubElement(renderer, "symbols"),
    )
    for number, (name, style) in enumerate(classes.items()):
        ElementTree.SubElement(
            categories,
            "category",
            render="true",
            symbol=str(number),
            value=name,
            label=(labels or {}).get(name, name),
            type="string",
        )
        kind = "fill" if areas else "line" if lines else "marker"
        symbol = ElementTree.SubElement(
            drawn,
            "symbol",
            type=kind,
            name=str(number),
            alpha="1",
            clip_to_extent="1",
            force_rhr="0",
        )
        if areas:
            _add_area(symbol, style, level=number)
        elif lines:
            _add_line(symbol, style)
        else:
            _add_mark(symbol, style)
    if label is not None:
        root.append(_labels(label, along=lines))
        # What lists and map tips call a row by; else QGIS takes the first column called a title.
        ElementTree.SubElement(root, "previewExpression").text = label
    return ElementTree.tostring(root, encoding="unicode")


def _add_area(symbol: ElementTree.Element, style: Style, *, level: int) -> None:
    """The area in its colour; only the outline of a class that the screen draws as a line."""
    filled = style.shape == "area"
    outline = style.stroke if filled else style.fill
    width = style.width_px if filled else min(style.width_px, theme.WIDEST_LINE_PX)
    pen = "no" if not width else "dash" if style.dash else "solid"
    settings = {
        "color": _colour(style.fill),
        "style": "solid" if filled else "no",
        "outline_color": _colour(outline),
        "outline_style": pen,
        "outline_width": f"{width:g}",
        "outline_width_unit": "Pixel",
        "joinstyle": "round",
    }
    _add_layer(symbol, "SimpleFill", settings, level=level)


def _add_line(symbol: ElementTree.Element, style: Style) -> None:
    """The line over a wider casing; all casings lie below all lines, so crossings stay whole."""
    width = min(style.width_px, theme.WIDEST_LINE_PX)
    if not style.dash:
        _add_layer(
            symbol,
            "SimpleLine",
            {"line_color": _colour(style.stroke), "line_width": f"{width + theme.CASING_PX:g}"}
            | _PEN,
            level=0,
        )
    dash = {
        "customdash": ";".join(f"{length:g}" for length in style.dash),
        "customdash_unit": "Pixel",
        "use_custom_dash": "1",
    }
    _add_layer(
        symbol,
        "SimpleLine",
        {"line_color": _colour(style.fill), "line_width": f"{width:g}"}
        | _PEN
        | (dash if style.dash else {}),
        level=1,
    )


_PEN = {"line_width_unit": "Pixel", "line_style": "solid", "capstyle": "flat", "joinstyle": "round"}


def _add_mark(symbol: ElementTree.Element, style: Style) -> None:
    """The mark of the legend, embedded as SVG; a class of text only has none."""
    drawing = symbols.town_symbol(style) if style.town_level else symbols.symbol(style)
    shape = ElementTree.fromstring(drawing)  # noqa: S314 - our own drawing
    shape.set("xmlns", "http://www.w3.org/2000/svg")
    packed = base64.b64encode(ElementTree.tostring(shape)).decode("ascii")
    size = "0.1" if style.shape == "text" else shape.get("width", "12")
    _add_layer(
        symbol,
        "SvgMarker",
        {"name": f"base64:{packed}", "size": size, "size_unit": "Pixel"},
        level=0,
    )


def _add_layer(
    symbol: ElementTree.Element, kind: str, settings: Mapping[str, str], *, level: int
) -> None:
    """Add a layer to a symbol, with its settings in the new form and in the old one."""
    layer = ElementTree.SubElement(
        symbol, "layer", {"class": kind, "pass": str(level), "enabled": "1", "locked": "0"}
    )
    newer = ElementTree.SubElement(layer, "Option", type="Map")
    for name, value in settings.items():
        ElementTree.SubElement(newer, "Option", type="QString", name=name, value=value)
        ElementTree.SubElement(layer, "prop", k=name, v=value)


def _labels(expression: str, *, along: bool) -> ElementTree.Element:
    labeling = ElementTree.Element("labeling", type="simple")
    settings = ElementTree.SubElement(labeling, "settings", calloutType="simple")
    ink = {"textColor": _colour(theme.INK), "textOpacity": "1"}
    font = {
        "fontFamily": theme.FONT,
        "fontSize": str(_LABEL_POINTS),
        "fontSizeUnit": "Point",
        "fontWeight": "63",
    }
    text = ElementTree.SubElement(
        settings, "text-style", {"fieldName": expression, "isExpression": "1", **font, **ink}
    )
    halo = {
        "bufferDraw": "1",
        "bufferSize": "0.8",
        "bufferSizeUnits": "MM",
        "bufferColor": _colour(theme.HALO),
        "bufferOpacity": "1",
    }
    ElementTree.SubElement(text, "text-buffer", halo)
    # At the lowest priority a mark in the way hides a label, and two marks on one spot hide both.
    place = {
        "placement": _ALONG if along else _BESIDE,
        "priority": "5",
        "dist": "1",
        "distUnits": "MM",
        "offsetType": _FROM_MARK,
    }
    ElementTree.SubElement(settings, "placement", place, placementFlags="10")
    ElementTree.SubElement(settings, "rendering", drawLabels="1", obstacle="1", scaleVisibility="0")
    return labeling


def _colour(text: str) -> str:
    red, green, blue = (int(text[at : at + 2], 16) for at in (1, 3, 5))
    return f"{red},{green},{blue},255"
