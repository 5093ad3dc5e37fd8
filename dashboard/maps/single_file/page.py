"""The page around the single-file map: title, caption, notes, and tables without scripts."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from dashboard.i18n.text import Lang
from dashboard.maps.scene import Feature, LayerContent, Scene
from dashboard.style.html import Markup, join, node, outward

_WORDS = Path(__file__).with_name("folium_map.toml")


@dataclass(frozen=True, slots=True)
class Caption:
    """The texts around the map, in the language of the scene.

    `title` holds place and period, `credit` the sources, `date` the day of survey or access.
    `notes` stand below the map, `sender` is the publisher. `link` leads to the current map and is
    None without a public address.
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


@cache
def words(lang: Lang) -> Mapping[str, str]:
    """The words of the page by key."""
    return MappingProxyType(tomllib.loads(_WORDS.read_text("utf-8"))[lang])


def body(scene: Scene, caption: Caption, licences: str) -> Markup:
    """The page without its scripts; Leaflet fills `#map`. `licences` are those of packed files."""
    say = words(scene.lang)
    marks = [say["modelled"]] * caption.modelled + [say["example"]] * caption.example
    head = node(
        "div",
        node("h1", caption.title, id="title"),
        *(node("span", mark, class_="badge") for mark in marks),
        class_="head",
    )
    view = node("div", node("div", id="map", class_="map"), id="view")
    filled = any(layer.features for layer in scene.layers)
    return node(
        "main",
        node("figure", head, view, _caption(caption, scene, marks), aria_labelledby="title"),
        node(
            "div",
            node("noscript", node("p", say["no_script"])),
            *(node("p", note) for note in caption.notes),
            None if filled else node("p", say["nothing"]),
            node(
                "div",
                node("h2", say["tables"]),
                *(_table(layer, scene.texts, say) for layer in scene.layers),
                class_="on-paper",
            ),
            _credits(caption, say, licences),
            class_="below",
        ),
    )


def _caption(caption: Caption, scene: Scene, marks: list[str]) -> Markup:
    say = words(scene.lang)
    spans = [
        *(node("span", node("b", mark)) for mark in marks),
        node("span", caption.credit),
        node("span", caption.date),
        node("span", caption.licence),
    ]
    if caption.sender:
        spans.append(node("span", caption.sender))
    if scene.background.shapes:
        sources = scene.texts["schematic_credit"] + (
            f"; {scene.texts['around_credit']}" if scene.background.around else ""
        )
        sketch = f"{scene.texts['schematic']}; {sources}"
        spans.append(node("span", scene.background.credit or sketch))
    if caption.link:
        spans.append(node("span", outward(say["current"], caption.link), " ", caption.link))
    return node("figcaption", *spans, class_="caption")


def _table(layer: LayerContent, texts: Mapping[str, str], say: Mapping[str, str]) -> Markup:
    # A row of class "unknown" is a missing figure: shown, not counted.
    known = sum(feature.style != "unknown" for feature in layer.features)
    if layer.features and not known:
        sentence = texts["none_known"]
    else:
        sentence = (layer.sentence_one if known == 1 else layer.sentence).format(n=known)
    head = node("tr", *(node("th", column.title, scope="col") for column in layer.columns))
    table = node(
        "table",
        node("caption", layer.title, " ", node("span", sentence)),
        node("thead", head),
        node("tbody", *(_row(feature, say) for feature in layer.features)),
    )
    note = None if layer.note is None else node("p", layer.note)
    return table if note is None else join((table, note))


def _row(feature: Feature, say: Mapping[str, str]) -> Markup:
    first, *rest = [cell.text for cell in feature.cells]
    nowhere = node("small", " ", say["not_drawn"]) if feature.geometry is None else None
    return node("tr", node("th", first, nowhere, scope="row"), *(node("td", text) for text in rest))


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
