"""The page around the map of the file to take along: frame, caption, legend, and the tables that
hold every text.
"""

import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from dashboard import theme
from dashboard.maps import symbols
from dashboard.maps.scene import Feature, Layer, Scene
from dashboard.maps.shapes import point_to_degrees
from dashboard.markup import Markup, join, node, outward
from dashboard.text import Lang

_WORDS = Path(__file__).with_name("folium_map.toml")


@dataclass(frozen=True, slots=True)
class Caption:
    """What the frame says of itself, ready to read, in the language of the scene.

    `title` holds place and period, `credit` the sources, `date` the day of survey or consultation,
    each as a phrase
    of its own. `notes` are the sentences that must be said beside the map, `sender` who publishes
    it. `link` leads to
    the current map, None without a public address.
    """

    title: str
    credit: str
    date: str
    licence: str
    modelled: bool = False
    example: bool = False
    notes: tuple[str, ...] = ()
    sender: str | None = None
    link: str | None = None


@dataclass(frozen=True, slots=True)
class ShownFeature:
    """One visible feature: the id of its row in the page, and the class it has now."""

    row: str
    feature: Feature
    style: str


@dataclass(frozen=True, slots=True)
class ShownLayer:
    """One layer that is on, with its visible features in the order of the scene."""

    layer: Layer
    features: tuple[ShownFeature, ...]


@cache
def words(lang: Lang) -> Mapping[str, str]:
    """The words of the file itself, by key."""
    return MappingProxyType(tomllib.loads(_WORDS.read_text("utf-8"))[lang])


def body(
    scene: Scene, shown: tuple[ShownLayer, ...], caption: Caption, map_box: Markup, licences: str
) -> Markup:
    """All of the page; `map_box` is the element Leaflet fills, `licences` the text of what is
    packed in.
    """
    say = words(scene.lang)
    marks = [say["modelled"]] * caption.modelled + [say["example"]] * caption.example
    frame = node(
        "figure",
        node(
            "div",
            node("h1", caption.title, id="title"),
            *(node("span", mark, class_="badge") for mark in marks),
            class_="head",
        ),
        node("div", map_box, _legend(scene, shown), class_="room"),
        _caption(caption, scene, marks),
        class_="frame",
        aria_labelledby="title",
    )
    below = node(
        "div",
        node("noscript", node("p", say["no_script"])),
        *(node("p", note) for note in caption.notes),
        node("h2", say["tables"]),
        node(
            "p", say["tables_intro"] if any(layer.features for layer in shown) else say["nothing"]
        ),
        *(_table(one, scene.texts, say) for one in shown),
        _credits(caption, say, licences),
        class_="below",
    )
    return node("main", frame, below, _templates(shown), _names(scene, shown))


def map_box(scene: Scene, caption: Caption, element_id: str) -> Markup:
    """The element Leaflet fills; the words its controls need go along as attributes."""
    return node(
        "div",
        id=element_id,
        class_="map",
        role="region",
        aria_label=f"{caption.title}. {words(scene.lang)['tables_intro']}",
        data_zoom_in=scene.texts["zoom_in"],
        data_zoom_out=scene.texts["zoom_out"],
        data_home=scene.texts["show_home"],
        data_layers=words(scene.lang)["layers"],
        data_close=words(scene.lang)["close"],
        data_in_town=scene.texts["in_town"],
        data_in_town_one=scene.texts["in_town_one"],
    )


def _caption(caption: Caption, scene: Scene, marks: list[str]) -> Markup:
    say = words(scene.lang)
    parts = [
        *(node("span", node("b", mark)) for mark in marks),
        node("span", caption.credit),
        node("span", caption.date),
        node("span", caption.licence),
    ]
    if caption.sender:
        parts.append(node("span", caption.sender))
    if scene.background.shapes:
        credits = scene.texts["schematic_credit"] + (
            f"; {scene.texts['around_credit']}" if scene.background.around else ""
        )
        sketch = f"{scene.texts['schematic']}; {credits}"
        parts.append(node("span", scene.background.credit or sketch))
    if caption.link:
        parts.append(node("span", outward(say["current"], caption.link), " ", caption.link))
    return node("figcaption", *parts, class_="caption")


def _legend(scene: Scene, shown: tuple[ShownLayer, ...]) -> Markup:
    groups = [group for one in shown if one.features for group in _legend_group(one, scene.texts)]
    return node(
        "details",
        node("summary", scene.texts["legend"]),
        node("div", *groups),
        class_="legend",
        open=True,
    )


def _legend_group(one: ShownLayer, texts: Mapping[str, str]) -> tuple[Markup, Markup]:
    # In the order of the style table, as in a picture: from few to many, not as the rows happen to
    # come.
    counts = Counter(theme.style(item.style).label_key for item in one.features)
    entries = {
        style.label_key: counts[style.label_key]
        for style in theme.STYLES.values()
        if counts[style.label_key]
    }
    # A type has a mark for a spot and a smaller one for a town: the legend shows the larger.
    by_size = sorted((theme.style(item.style) for item in one.features), key=symbols.size_px)
    styles = {style.label_key: style for style in by_size}
    lines = [
        _entry(symbols.symbol(styles[key]), texts[key], count) for key, count in entries.items()
    ]
    town = [item.style for item in one.features if theme.style(item.style).town_level]
    if town:
        lines.append(
            _entry(
                symbols.town_symbol(theme.style(town[0])), texts["style.initiative_town"], len(town)
            )
        )
    return node("h2", one.layer.title), node("ul", *lines)


def _entry(sign: Markup, label: str, count: int) -> Markup:
    return node(
        "li",
        node("span", sign, class_="sign"),
        node("span", label),
        node("span", str(count), class_="count"),
    )


def _table(one: ShownLayer, texts: Mapping[str, str], say: Mapping[str, str]) -> Markup:
    layer = one.layer
    # A row in the class "unknown" stands for a figure that is missing: it is shown, not counted.
    count = sum(item.style != "unknown" for item in one.features)
    if one.features and not count:
        sentence = texts["none_known"]
    else:
        sentence = (layer.sentence_one if count == 1 else layer.sentence).format(
            n=count, total=len(layer.features)
        )
    head = node(
        "tr",
        *(
            node("th", column.title, scope="col", class_=_align(column.numeric))
            for column in layer.columns
        ),
    )
    table = node(
        "table",
        node("caption", layer.title, " ", node("span", sentence)),
        node("thead", head),
        node("tbody", *(_row(item, layer, say) for item in one.features)),
    )
    note = None if layer.note is None else node("p", layer.note)
    return join(part for part in (node("div", table, class_="scroll"), note) if part is not None)


def _row(item: ShownFeature, layer: Layer, say: Mapping[str, str]) -> Markup:
    feature = item.feature
    first, *rest = [cell.text for cell in feature.cells]
    if feature.geometry is None:
        opening = join((node("span", first), node("small", say["not_drawn"])))
    else:
        label = first if first in feature.name else f"{first}: {feature.name}"
        opening = node(
            "button",
            first,
            type="button",
            data_row=item.row,
            aria_label=feature.name if label == first else label,
        )
    cells = [
        node("td", text, class_=_align(column.numeric))
        for text, column in zip(rest, layer.columns[1:], strict=True)
    ]
    return node(
        "tr",
        node("th", opening, scope="row"),
        *cells,
        id=item.row,
        data_name=feature.name,
        data_label=feature.label,
    )


def _align(numeric: bool) -> str | None:
    return "numeric" if numeric else None


def _templates(shown: tuple[ShownLayer, ...]) -> Markup:
    used = sorted({item.style for one in shown for item in one.features})
    styles = [theme.style(name) for name in used]
    hatched = [symbols.pattern(style) for style in styles if style.hatch != "none"]
    patterns = node(
        "svg", node("defs", *hatched), width=0, height=0, class_="patterns", aria_hidden="true"
    )
    templates = join(
        node(
            "template",
            symbols.symbol(style),
            id=f"mark-{style.id}",
            data_shape=style.shape,
            data_size=symbols.size_px(style),
            data_town=True if style.town_level else None,
            data_fixed=True if style.fixed else None,
        )
        for style in styles
    )
    return join((templates, patterns)) if hatched else templates


def _names(scene: Scene, shown: tuple[ShownLayer, ...]) -> Markup:
    background = scene.background
    # A town across the border that is itself a mark is not named twice.
    marked = {one.feature.name for layer in shown for one in layer.features}
    named = [
        (place, "abroad" if place.abroad else "town")
        for place in background.names
        if not (place.abroad and place.name in marked)
    ]
    named += [(place, "country") for place in background.countries]
    named += [(place, "around") for place in background.around]
    items = []
    for place, kind in named:
        lon, lat = point_to_degrees(place.point_rd)
        items.append(node("li", place.name, class_=kind, data_lat=str(lat), data_lon=str(lon)))
    return node("ul", *items, id="names", hidden=True)


def _credits(caption: Caption, say: Mapping[str, str], licences: str) -> Markup:
    return node(
        "details",
        node("summary", say["credits"]),
        node("p", say["credits_text"]),
        node("p", outward(say["current"], caption.link), " ", caption.link)
        if caption.link
        else None,
        node("pre", licences),
        class_="credits",
    )
