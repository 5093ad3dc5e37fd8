"""The map of a selection as one HTML file that needs nothing else: to mail, to keep, to embed."""

import base64
import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import count
from pathlib import Path
from typing import Final

import folium
import geopandas as gpd
import numpy as np
import shapely
from branca.element import Figure, MacroElement
from folium.map import CustomPane
from folium.template import Template
from folium.utilities import JsCode
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from dashboard import naming, publisher, state, theme
from dashboard.errors import MapError
from dashboard.facts import Facts
from dashboard.maps import atlas, map_page, symbols
from dashboard.maps.background import within
from dashboard.maps.escape import escape
from dashboard.maps.layers import streets
from dashboard.maps.map_page import Caption, ShownFeature, ShownLayer
from dashboard.maps.scene import PANES, Background, Bounds, Json, Scene
from dashboard.maps.shapes import kind_of, to_degrees
from dashboard.state import Extent, Selection
from dashboard.text import Texts
from dashboard.theme import Style
from geo.crs import to_wgs84

Visible = Mapping[str, Mapping[str, str]]

_HERE = Path(__file__).parent
_VENDOR = _HERE.parent / "static" / "vendor"
_LEAFLET = _VENDOR / "leaflet-1.9.4"
_FONT = _VENDOR / theme.FONT_FOLDER.removeprefix("vendor/")
_WEIGHTS = (400, 600)

# Six decimals are 10 cm here: finer than the coordinates are known, and shorter to write.
_DECIMALS: Final = {"point": 6, "line": 5, "area": 5}
_CASING_PX = 1.6
_BORDER_BAND_PX = 9
_BASE_Z = 200
_RANDOM_ID = re.compile(r"(?<=_)[0-9a-f]{32}(?![0-9a-f])")


def document(
    facts: Facts, selection: Selection, text: Texts, *, told: tuple[str, ...] = ()
) -> bytes:
    """The map of a selection as one HTML file in UTF-8, on the place or the view of the link;
    `told` goes before its notes.
    """
    whole = atlas.scene(facts, text, tiles=None, link_base=None)
    chosen = atlas.goto(facts, selection).bounds
    place = None if selection.whole_region else facts.places[selection.place]
    near = chosen if place is None else atlas.around(place)
    houses = None if place is None else atlas.around(place, atlas.INNER_CITY_M)
    scene = replace(whole, background=within(whole.background, near, buildings=houses))
    caption = _caption(facts, selection, text)
    caption = replace(caption, notes=(*told, *caption.notes))
    return map_file(
        scene,
        atlas.shown(facts, selection).visible,
        caption,
        bounds=chosen,
        extent=selection.extent,
    )


def map_file(
    scene: Scene,
    visible: Visible,
    caption: Caption,
    *,
    bounds: Bounds | None = None,
    extent: Extent | None = None,
) -> bytes:
    """One HTML page in UTF-8 with what `visible` shows of the scene; the same input gives the same
    bytes.

    `visible` maps each layer that is on to its features and their class, as for the screen. The map
    opens on
    `extent` (degrees: west, south, east, north), else on `bounds` (RD), else on the scene's own
    home. The page asks
    nobody for anything, tiles included.
    Raises MapError for a layer or feature the scene does not hold, or two layers with one title.
    """
    shown = _shown(scene, visible)
    chart = _chart(scene, shown, extent or to_degrees(bounds or scene.home))
    licences = "\n\n".join(_text(folder / "LICENSE") for folder in (_LEAFLET, _FONT))
    page = map_page.body(scene, shown, caption, map_page.map_box(scene, caption, "map"), licences)
    return _page(scene.lang, caption.title, page, _script(chart)).encode("utf-8")


class _Chart(folium.Map):
    """A folium map that brings no scripts or styles of its own, from anywhere.

    folium keeps those lists on the class, shared by the whole process: own ones, so that neither
    changes the other.
    It is given no centre either: a map that already looks somewhere glides to its bounds, and
    labels would be laid out
    on the way.
    """

    default_js: list[tuple[str, str]] = []
    default_css: list[tuple[str, str]] = []

    _template = Template("""
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = L.map("map", {{ this.options|tojavascript }});
        {% endmacro %}
        """)


class _Finish(MacroElement):
    """Hands map, layer groups and layer control to the page's own script."""

    _template = Template("""
        {% macro script(this, kwargs) %}
            takeAlong.finish({{ this.chart.get_name() }}, [
                {%- for group in this.groups %}{{ group.get_name() }},{% endfor -%}
            ], {{ this.control.get_name() }}, {{ this.home|tojson }});
        {% endmacro %}
        """)

    def __init__(
        self,
        chart: folium.Map,
        groups: Sequence[folium.FeatureGroup],
        control: folium.LayerControl,
        home: list[list[float]],
    ) -> None:
        super().__init__()
        self._name = "Finish"
        self.chart = chart
        self.groups = groups
        self.control = control
        self.home = home


def _shown(scene: Scene, visible: Visible) -> tuple[ShownLayer, ...]:
    known = {layer.id: layer for layer in scene.layers}
    strangers = sorted(visible.keys() - known.keys())
    if strangers:
        raise MapError(f"layer {strangers[0]!r}, expected one of {', '.join(known)}")
    titles = [known[layer_id].title for layer_id in visible]
    if len(set(titles)) < len(titles):
        raise MapError(
            f"layer titles {titles}, expected each once: the layer control tells them apart by"
            " title"
        )
    rows = count()
    shown = []
    for layer in scene.layers:
        if layer.id not in visible:
            continue
        now = visible[layer.id]
        lost = sorted(now.keys() - {feature.id for feature in layer.features})
        if lost:
            raise MapError(
                f"layer {layer.id!r}: {len(lost)} features it does not hold, such as {lost[0]!r}"
            )
        features = (feature for feature in layer.features if feature.id in now)
        shown.append(
            ShownLayer(layer, tuple(ShownFeature(f"r{next(rows)}", f, now[f.id]) for f in features))
        )
    return tuple(shown)


def _caption(facts: Facts, selection: Selection, text: Texts) -> Caption:
    say = map_page.words(text.lang)
    whole = selection.whole_region
    place = naming.selected(facts, selection, text)
    first, last = selection.years
    title = naming.title(facts, text) if whole else text("map.title_place", place=place)
    records = [
        facts.source(source_id)
        for source_id in atlas.source_ids(facts, atlas.shown(facts, selection))
    ]
    licences = dict.fromkeys(facts.said(record.licence, text.lang) for record in records)
    base = publisher.public_url()
    publishers = [
        text("example.publisher") if facts.example else record.publisher for record in records
    ]
    return Caption(
        title=say["title"].format(title=title, first=first, last=last),
        credit=say["credit"].format(sources="; ".join(dict.fromkeys(publishers))),
        date=say["date"].format(day=theme.day(facts.consulted, text.lang)),
        licence=say["licence"].format(licences=" / ".join(licences)),
        modelled=bool(facts.towns) and streets.ID in selection.layers,
        example=facts.example,
        notes=atlas.notes(facts, selection, text),
        sender=publisher.publisher(),
        link=None if base is None else state.address(selection, "kaart", base),
    )


def _chart(scene: Scene, shown: Sequence[ShownLayer], degrees: Extent) -> folium.Map:
    west, south, east, north = degrees
    box = [[south, west], [north, east]]
    chart = _Chart(
        location=[(south + north) / 2, (west + east) / 2],
        tiles=None,
        zoom_control=False,
        attribution_control=False,
        zoom_snap=0.25,
        wheel_px_per_zoom_level=120,
    )
    chart.options |= {
        "min_zoom": 7,
        "max_zoom": 18,
    }  # folium keeps these for a tile layer, of which there is none
    panes = ("background", "edge_retail", "streets", "names", "trays", "initiatives", "labels")
    for step, pane in enumerate(panes):
        CustomPane(pane, z_index=_BASE_Z + 50 * step, pointer_events=pane in PANES).add_to(chart)
    _background(scene.background).add_to(chart)
    groups = [_group(one).add_to(chart) for one in shown]
    control = folium.LayerControl(position="topright", collapsed=False).add_to(chart)
    chart.fit_bounds(box, padding=(12, 12))
    _Finish(chart, groups, control, box).add_to(chart)
    return chart


def _group(one: ShownLayer) -> folium.FeatureGroup:
    group = folium.FeatureGroup(name=escape(one.layer.title))
    drawn = [item for item in one.features if item.feature.geometry is not None]
    if not drawn:
        return group
    kind = kind_of([item.feature.geometry for item in drawn], f"layer {one.layer.id!r}")
    shapes = _degrees([item.feature.geometry for item in drawn], _DECIMALS[kind])
    features = [
        _feature(item.row, shape, {"style": item.style, "pane": one.layer.pane})
        for item, shape in zip(drawn, shapes, strict=True)
    ]
    each = JsCode("takeAlong.each")
    if kind == "point":
        _geojson(features, point_to_layer=JsCode("takeAlong.mark"), on_each_feature=each).add_to(
            group
        )
        return group
    if kind == "line":
        _geojson(features, _painter(_casing), pane=one.layer.pane, interactive=False).add_to(group)
    _geojson(features, _painter(_path), pane=one.layer.pane, on_each_feature=each).add_to(group)
    return group


def _background(background: Background) -> folium.GeoJson:
    """Areas, and lines twice: the band first, the line on it."""
    kinds = [kind for kind, _ in background.shapes]
    shapes = _degrees([shape for _, shape in background.shapes], _DECIMALS["line"])
    rows = count()
    features = []
    for kind, shape in zip(kinds, shapes, strict=True):
        if theme.BACKGROUND[kind].shape == "line":
            features.append(_feature(f"b{next(rows)}", shape, {"style": kind, "band": True}))
        features.append(_feature(f"b{next(rows)}", shape, {"style": kind, "band": False}))

    def paint(feature: dict[str, dict[str, str]]) -> dict[str, Json]:
        kind = feature["properties"]["style"]
        style = theme.BACKGROUND[kind]
        if kind == "border" and feature["properties"]["band"]:
            return {
                **_casing(style),
                "weight": _BORDER_BAND_PX,
                "opacity": 0.55,
                "lineJoin": "round",
            }
        return _casing(style) if feature["properties"]["band"] else _path(style)

    return _geojson(
        features, paint if features else None, pane="background", interactive=False, control=False
    )


def _geojson(
    features: list[Json],
    style_function: Callable[[dict[str, dict[str, str]]], dict[str, Json]] | None = None,
    **options: str | bool | JsCode,
) -> folium.GeoJson:
    return folium.GeoJson(
        {"type": "FeatureCollection", "features": features},
        style_function=style_function,
        **options,
    )


def _painter(
    paint: Callable[[Style], dict[str, Json]],
) -> Callable[[dict[str, dict[str, str]]], dict[str, Json]]:
    return lambda feature: paint(theme.style(feature["properties"]["style"]))


def _path(style: Style) -> dict[str, Json]:
    """Leaflet's options for the class itself."""
    width = min(style.width_px, theme.WIDEST_LINE_PX)
    dash = " ".join(f"{length:g}" for length in style.dash)
    if style.shape == "line":
        return {
            "color": style.fill,
            "weight": width,
            "opacity": 1,
            "fill": False,
            "dashArray": dash,
            "lineCap": "butt",
        }
    fill = f"url(#{symbols.pattern_id(style)})" if style.hatch != "none" else style.fill
    stroke = style.width_px > 0
    return {
        "stroke": stroke,
        "color": style.stroke,
        "weight": width,
        "opacity": 1,
        "fillColor": fill,
        "fillOpacity": 1,
        "dashArray": dash,
    }


def _casing(style: Style) -> dict[str, Json]:
    """Leaflet's options for the wider line under a line."""
    weight = min(style.width_px, theme.WIDEST_LINE_PX) + _CASING_PX
    return {"color": style.stroke, "weight": weight, "opacity": 1, "fill": False, "lineCap": "butt"}


def _feature(row: str, shape: BaseGeometry, properties: Mapping[str, str | bool]) -> Json:
    return {"type": "Feature", "id": row, "properties": {**properties}, "geometry": mapping(shape)}


def _degrees(shapes: Sequence[BaseGeometry | None], decimals: int) -> list[BaseGeometry]:
    if not shapes:
        return []
    degrees = to_wgs84(gpd.GeoSeries(list(shapes), crs="EPSG:28992"))
    return [shapely.transform(shape, lambda xy: np.round(xy, decimals)) for shape in degrees]


def _script(chart: folium.Map) -> str:
    """The script folium writes, with its random ids replaced by 0, 1, 2, … in order of
    appearance.
    """
    figure = chart.get_root()
    if not isinstance(figure, Figure):
        raise MapError(f"a map within {type(figure).__name__}, expected a Figure")
    figure.render()
    script = figure.script.render()
    number = count()
    settled: dict[str, str] = {}
    return _RANDOM_ID.sub(lambda found: settled.setdefault(found[0], str(next(number))), script)


def _page(lang: str, title: str, body: str, script: str) -> str:
    scripts = [_leaflet_script(), _text(_HERE / "folium_map.js"), script]
    hashes = [
        base64.b64encode(hashlib.sha256(one.encode("utf-8")).digest()).decode("ascii")
        for one in scripts
    ]
    allowed = " ".join(f"'sha256-{one}'" for one in hashes)
    # Whatever might slip in as text: only these three scripts run, and nothing is fetched from
    # anywhere.
    policy = (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src data:;"
        " font-src data:; base-uri 'none'; form-action 'none'"
    )
    return "".join(
        (
            f'<!DOCTYPE html>\n<html lang="{escape(lang)}">\n<head>\n<meta charset="utf-8">\n',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n',
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n',
            f"<title>{escape(title)}</title>\n<style>{_styles()}</style>\n</head>\n<body>\n{body}\n",
            *(f"<script>{one}</script>\n" for one in scripts),
            "</body>\n</html>\n",
        )
    )


@cache
def _leaflet_script() -> str:
    # The map file of the source is not along; without the line no browser looks for it.
    return re.sub(r"\n//# sourceMappingURL=.*", "", _text(_LEAFLET / "leaflet.js"))


@cache
def _styles() -> str:
    leaflet = re.sub(
        r"url\((images/[\w-]+\.png)\)",
        lambda found: f"url({_data(_LEAFLET / found[1], 'image/png')})",
        _text(_LEAFLET / "leaflet.css"),
    )
    # Internet Explorer's own line names an address that a strict reader would ask for.
    leaflet = leaflet.replace("behavior: url(#default#VML);", "")
    fonts = "".join(
        f'@font-face{{font-family:"{theme.FONT}";font-weight:{weight};font-style:normal;'
        f"src:url({_data(_FONT / f'source-sans-3-latin-{weight}-normal.woff2', 'font/woff2')})"
        " format('woff2')}"
        for weight in _WEIGHTS
    )
    colours = {
        "ink": theme.INK,
        "heading": theme.HEADING,
        "link": theme.LINK,
        "quiet": theme.QUIET,
        "hairline": theme.HAIRLINE,
        "side": theme.SIDE,
        "paper": theme.PAPER,
        "ground": theme.GROUND,
        "halo": theme.HALO,
        "selected": theme.SELECTED,
    }
    variables = ";".join(f"--{key}:{value}" for key, value in colours.items())
    return f"{leaflet}\n{fonts}\n:root{{{variables}}}\n{_text(_HERE / 'folium_map.css')}"


def _data(path: Path, kind: str) -> str:
    return f"data:{kind};base64,{base64.b64encode(path.read_bytes()).decode('ascii')}"


@cache
def _text(path: Path) -> str:
    return path.read_text("utf-8")
