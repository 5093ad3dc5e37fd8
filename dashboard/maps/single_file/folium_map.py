"""The map of a selection as one self-contained HTML file: to mail, to keep, to embed."""

import base64
import gzip
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import count
from pathlib import Path

import folium
from branca.element import Figure, MacroElement
from folium.template import Template

from dashboard import deployment
from dashboard.errors import MapError
from dashboard.maps import region_content
from dashboard.maps.background import within
from dashboard.maps.bundle import COMPONENT, bundle, stylesheet
from dashboard.maps.layers import streets
from dashboard.maps.scene import LayerContent, Scene
from dashboard.maps.scene_files import scene_files
from dashboard.maps.shapes import Bounds, to_degrees
from dashboard.maps.single_file import page as single_file_page
from dashboard.maps.single_file.page import Caption
from dashboard.selection import permalink
from dashboard.selection.context import Context
from dashboard.selection.permalink import Extent
from dashboard.sentences import region_names
from dashboard.style import theme
from dashboard.style.escape import escape

Visible = Mapping[str, Mapping[str, str]]

_FOLDER = Path(__file__).parent
_VENDOR = _FOLDER.parents[1] / "static" / "vendor"
_LEAFLET = _VENDOR / "leaflet-1.9.4"
_FONT = _VENDOR / theme.FONT_FOLDER.removeprefix("vendor/")
_WEIGHTS = (400, 600)

_RANDOM_ID = re.compile(r"(?<=_)[0-9a-f]{32}(?![0-9a-f])")


def document(context: Context, *, preface: tuple[str, ...] = ()) -> bytes:
    """The map of a selection as one HTML file in UTF-8, opened on the place or view of the link.

    `told` are sentences before its notes.
    """
    facts, selection = context.facts, context.selection
    whole = region_content.scene(facts, context.text)
    chosen = region_content.goto(context).bounds
    place = None if selection.whole_region else facts.places[selection.place]
    near = chosen if place is None else region_content.reach_bounds(place)
    houses = (
        None if place is None else region_content.reach_bounds(place, region_content.INNER_CITY_M)
    )
    scene = replace(whole, background=within(whole.background, near, buildings=houses))
    caption = _caption(context)
    caption = replace(caption, notes=(*preface, *caption.notes))
    return map_file(
        scene,
        region_content.select_content(context).visible,
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
    """One HTML page in UTF-8 with what `visible` shows of the scene; same input, same bytes.

    `visible` maps each visible layer to its features and their class, as for the screen. The map
    opens on `extent` (degrees: west, south, east, north), else on `bounds` (RD), else on the home
    of the scene. The page requests nothing, no tiles either.

    Raises MapError for a layer or feature that the scene does not hold, or for a double title.
    """
    whole = to_degrees(scene.home)
    scene = replace(scene, layers=_visible_layers(scene, visible))
    chart = _chart(scene, whole, extent or to_degrees(bounds or scene.home))
    licences = "\n\n".join(_text(folder / "LICENSE") for folder in (_LEAFLET, _FONT))
    page = single_file_page.body(scene, caption, licences)
    return _page(scene, caption, page, _script(chart)).encode("utf-8")


class _Chart(folium.Map):
    """A folium map opened by `makeMap` of the component, without scripts or styles of folium.

    folium keeps those lists on the class, for the whole process: this class replaces them.
    """

    _template = Template("""
        {% macro script(this, kwargs) %}
            const {{ this.get_name() }} = openMap({{ this.whole|tojson }});
        {% endmacro %}
        """)

    def __init__(self, whole: Extent) -> None:
        super().__init__(tiles=None, zoom_control=False, attribution_control=False)
        self.default_js = []
        self.default_css = []
        self.whole = whole


class _Start(MacroElement):
    """Passes map, layer groups and layer control to the component."""

    _template = Template("""
        {% macro script(this, kwargs) %}
            start({{ this.chart.get_name() }}, [
                {%- for group in this.groups %}{{ group.get_name() }},{% endfor -%}
            ], {{ this.control.get_name() }}, {{ this.view|tojson }});
        {% endmacro %}
        """)

    def __init__(
        self,
        chart: folium.Map,
        groups: Sequence[folium.FeatureGroup],
        control: folium.LayerControl,
        view: list[list[float]],
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # branca leaves it without types
        self._name = "Start"
        self.chart = chart
        self.groups = groups
        self.control = control
        self.view = view


def _visible_layers(scene: Scene, visible: Visible) -> tuple[LayerContent, ...]:
    """The visible layers, with their visible features in their current class."""
    known = {layer.id: layer for layer in scene.layers}
    unknown = sorted(visible.keys() - known.keys())
    if unknown:
        raise MapError(f"layer {unknown[0]!r}, expected one of {', '.join(known)}")
    titles = [known[layer_id].title for layer_id in visible]
    if len(set(titles)) < len(titles):
        raise MapError(
            f"layer titles {titles}, expected each once: the layer control tells them apart by"
            " title"
        )
    return tuple(
        _visible_layer(layer, visible[layer.id], scene)
        for layer in scene.layers
        if layer.id in visible
    )


def _visible_layer(layer: LayerContent, styles: Mapping[str, str], scene: Scene) -> LayerContent:
    absent = sorted(styles.keys() - {feature.id for feature in layer.features})
    if absent:
        raise MapError(
            f"layer {layer.id!r}: {len(absent)} features it does not hold, such as {absent[0]!r}"
        )
    total = theme.number(len(layer.features), scene.lang)
    return replace(
        layer,
        features=tuple(
            replace(feature, style=styles[feature.id])
            for feature in layer.features
            if feature.id in styles
        ),
        # Features that are left out still count in "3 of 20".
        sentence=layer.sentence.replace("{total}", total),
        sentence_one=layer.sentence_one.replace("{total}", total),
    )


def _caption(context: Context) -> Caption:
    facts, text, selection = context.facts, context.text, context.selection
    say = single_file_page.words(text.lang)
    whole = selection.whole_region
    place = region_names.selected(context)
    first, last = selection.years
    title = region_names.title(facts, text) if whole else text("map.title_place", place=place)
    sources = [
        facts.source(source_id)
        for source_id in region_content.source_ids(facts, region_content.select_content(context))
    ]
    licences = dict.fromkeys(facts.translate(record.licence, text.lang) for record in sources)
    base = deployment.public_url()
    publishers = [
        text("example.publisher") if facts.example else source.publisher for source in sources
    ]
    return Caption(
        title=say["title"].format(title=title, first=first, last=last),
        credit=say["credit"].format(sources="; ".join(dict.fromkeys(publishers))),
        date=say["date"].format(day=theme.day(facts.consulted, text.lang)),
        licence=say["licence"].format(licences=" / ".join(licences)),
        modelled=bool(facts.towns) and streets.ID in selection.layers,
        example=facts.example,
        notes=region_content.notes(context),
        sender=deployment.publisher(),
        link=None if base is None else permalink.address(selection, "kaart", base),
    )


def _chart(scene: Scene, whole: Extent, view: Extent) -> folium.Map:
    west, south, east, north = view
    chart = _Chart(whole)
    groups = [folium.FeatureGroup(name=escape(layer.title)) for layer in scene.layers]
    control = folium.LayerControl(position="topright", collapsed=False)
    for element in (*groups, control):
        element.add_to(chart)
    _Start(chart, groups, control, [[south, west], [north, east]]).add_to(chart)
    return chart


def _script(chart: folium.Map) -> str:
    """The script of folium, its random ids replaced by 0, 1, 2, … in order of appearance."""
    figure = chart.get_root()
    if not isinstance(figure, Figure):
        raise MapError(f"a map within {type(figure).__name__}, expected a Figure")
    figure.render()
    script = figure.script.render()
    numbers = count()
    short_ids: dict[str, str] = {}
    return _RANDOM_ID.sub(
        lambda random_id: short_ids.setdefault(random_id[0], str(next(numbers))), script
    )


def _page(scene: Scene, caption: Caption, body: str, chart: str) -> str:
    leaflet, module = _leaflet_script(), bundle(COMPONENT / "folium_map.mjs") + chart
    hashes = [
        base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")
        for script in (leaflet, module)
    ]
    allowed = " ".join(f"'sha256-{digest}'" for digest in hashes)
    # Only these two scripts run, whatever text holds, and nothing is fetched.
    policy = (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src data:;"
        " font-src data:; base-uri 'none'; form-action 'none'"
    )
    return "".join(
        (
            f'<!DOCTYPE html>\n<html lang="{escape(scene.lang)}">\n<head>\n',
            '<meta charset="utf-8">\n',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n',
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n',
            f"<title>{escape(caption.title)}</title>\n<style>{_styles()}</style>\n</head>\n",
            f"<body>\n{body}\n",
            f'<script type="application/gzip" id="scene">{_packed(scene, caption)}</script>\n',
            f'<script>{leaflet}</script>\n<script type="module">{module}</script>\n',
            "</body>\n</html>\n",
        )
    )


def _packed(scene: Scene, caption: Caption) -> str:
    """The files of the scene and the words of the map: JSON, gzipped, in base64."""
    files = scene_files(scene)
    words = single_file_page.words(scene.lang)
    message = {
        "scene": files.address,
        "files": {name: json.loads(content) for name, content in files.files.items()},
        "name": f"{caption.title}. {words['tables_intro']}",
        "layers": words["layers"],
    }
    content = json.dumps(message, ensure_ascii=False, separators=(",", ":"))
    return base64.b64encode(gzip.compress(content.encode(), 9, mtime=0)).decode("ascii")


@cache
def _leaflet_script() -> str:
    # Without this line no browser looks for the source map, which is not included.
    return re.sub(r"\n//# sourceMappingURL=.*", "", _text(_LEAFLET / "leaflet.js"))


@cache
def _styles() -> str:
    # Left out: a rule for Internet Explorer that names an address, and a pin that no map uses.
    leaflet = re.sub(
        r"behavior: url\(#default#VML\);|\.leaflet-default-icon-path \{[^}]*\}",
        "",
        _text(_LEAFLET / "leaflet.css"),
    )
    leaflet = re.sub(
        r"url\((images/[\w-]+\.png)\)",
        lambda image: f"url({_data_url(_LEAFLET / image[1], 'image/png')})",
        leaflet,
    )
    fonts = "".join(
        f'@font-face{{font-family:"{theme.FONT}";font-weight:{weight};font-style:normal;'
        f"src:url({_data_url(_FONT / f'source-sans-3-latin-{weight}-normal.woff2', 'font/woff2')})"
        " format('woff2')}"
        for weight in _WEIGHTS
    )
    variables = ";".join(
        f"--{name.replace('_', '-')}:{colour}" for name, colour in theme.MAP_COLOURS.items()
    )
    page_rules = _text(COMPONENT / "folium_map.css")
    return f"{fonts}:root{{{variables}}}{_squeezed(leaflet + stylesheet() + page_rules)}"


def _squeezed(css: str) -> str:
    """The rules without comments and whitespace."""
    css = re.sub(r"\s+", " ", re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL))
    return re.sub(r" ?([{};,]|:(?= )) ?", r"\1", css)


def _data_url(path: Path, kind: str) -> str:
    return f"data:{kind};base64,{base64.b64encode(path.read_bytes()).decode('ascii')}"


@cache
def _text(path: Path) -> str:
    return path.read_text("utf-8")
