"""The content of the map and its table, and the short message to the browser per change.

A scene is built once per snapshot and language and becomes files (`scene_files`); a filter change
sends codes only (`message`).
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Literal

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from dashboard.errors import MapError
from dashboard.i18n.text import Lang
from dashboard.maps import packing
from dashboard.maps.shapes import Bounds, kind_of, to_degrees
from dashboard.maps.tiles import Tiles
from dashboard.style import theme

Json = None | bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"]
# In drawing order, the last on top.
Pane = Literal["edge_retail", "streets", "initiatives", "labels"]
OVERLAY_STEPS = 10_000
PANES: tuple[Pane, ...] = ("edge_retail", "streets", "initiatives", "labels")


@dataclass(frozen=True, slots=True)
class SceneCell:
    """One cell of the table; `sort` orders the column where the text does not. None sorts last."""

    text: str
    sort: float | str | None = None
    # Drawn as a small line before the text; None is a gap.
    spark: tuple[float | None, ...] = ()
    # Shares drawn before the text: low and high as a bar, the modelled share as a tick in it, the
    # counted one, if it may be shown, as a dot.
    span: tuple[float, float, float, float | None] | None = None


@dataclass(frozen=True, slots=True)
class SceneColumn:
    """One column of the table beside the map."""

    title: str
    numeric: bool = False


@dataclass(frozen=True, slots=True)
class Feature:
    """One mark on the map and its row; geometry in RD, None for a row without a mark.

    The first line of `label` is bold, the rest is its basis.
    """

    id: str
    geometry: BaseGeometry | None
    style: str
    name: str
    label: str | None = None
    cells: tuple[SceneCell, ...] = ()
    # A width in CSS pixels per part of a line; empty for the width of the class.
    widths: tuple[float, ...] = ()
    # How many times the radius of its class a mark is drawn.
    size: float = 1.0


# Without slots, for what is worked out once.
@dataclass(frozen=True)
class LayerContent:
    """Features of one kind with the columns of their table.

    `sentence_one` and `sentence` stand above the table, with the gaps {n} and {total}. A layer
    without columns has no table; that of a `classed` one also names the class of each row.
    """

    id: str
    title: str
    columns: tuple[SceneColumn, ...]
    features: tuple[Feature, ...]
    pane: Pane
    sentence: str
    sentence_one: str
    note: str | None = None
    classed: bool = False

    @cached_property
    def positions(self) -> Mapping[str, int]:
        """Where each feature stands among the features, by its id."""
        return {feature.id: at for at, feature in enumerate(self.features)}

    @cached_property
    def styles(self) -> tuple[str, ...]:
        """The class of each feature, in their order."""
        return tuple(feature.style for feature in self.features)


@dataclass(frozen=True, slots=True)
class Overlay:
    """A line, point or rings sent with the message instead of a file; in degrees, to spare PROJ."""

    style: str
    name: str
    geometry: BaseGeometry


@dataclass(frozen=True, slots=True)
class PlaceName:
    """A town's name on the background; `point_rd` in RD metres."""

    name: str
    point_rd: tuple[float, float]
    abroad: bool = False


@dataclass(frozen=True, slots=True)
class Background:
    """Our own background: shapes per kind in RD, names of towns, countries and places around.

    A `schematic` one hides rail at close range, where a sketch looks like the real track, and names
    `stations` there; `credit` names the source of any other. Places around come largest first, and
    only where there is room.
    """

    shapes: tuple[tuple[str, BaseGeometry], ...] = ()
    names: tuple[PlaceName, ...] = ()
    countries: tuple[PlaceName, ...] = ()
    around: tuple[PlaceName, ...] = ()
    stations: tuple[PlaceName, ...] = ()
    schematic: bool = True
    credit: str | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """All layers of a snapshot in one language.

    `home` and `edge` are the bounds (RD) of the two buttons: the whole area, and the retail edge.
    """

    layers: tuple[LayerContent, ...]
    lang: Lang
    texts: Mapping[str, str]
    background: Background
    home: Bounds
    edge: Bounds | None = None
    tiles: Tiles | None = None
    inset: bool = True
    link_base: str | None = None


@dataclass(frozen=True, slots=True)
class ViewTarget:
    """Where the map goes; only a new `key` moves it. Bounds in RD."""

    key: str
    bounds: Bounds
    # The layer whose table opens with it; None leaves the table as it is.
    layer: str | None = None


@dataclass(frozen=True, slots=True)
class SceneFiles:
    """A scene as files by name; `address` is the name of the first one to read."""

    scene: Scene
    address: str
    files: Mapping[str, bytes] = field(repr=False)

    def holds(self, layer: str, feature: str) -> bool:
        """Whether the scene has that feature; a click may name no other."""
        return any(feature in known.positions for known in self.scene.layers if known.id == layer)


@dataclass(frozen=True, slots=True)
class Selected:
    """The chosen feature."""

    layer: str
    id: str

    def __str__(self) -> str:
        return f"{self.layer}:{self.id}"


def codes(layer: LayerContent, visible: Mapping[str, str]) -> str:
    """The packed codes of a layer; `visible` maps each visible feature to its class."""
    return packing.pack(packing.codes(layer.positions, layer.styles, visible))


def all_visible(layer: LayerContent) -> dict[str, str]:
    """Every feature in its own class, as without filters."""
    return {feature.id: feature.style for feature in layer.features}


def message(
    files: SceneFiles,
    visible: Mapping[str, Mapping[str, str]],
    *,
    name: str,
    caption: str,
    selected: Selected | None = None,
    goto: ViewTarget | None = None,
    query: str | None = None,
    words: Mapping[str, str] | None = None,
    overlays: Sequence[Overlay] = (),
    changes: Mapping[str, Mapping[str, tuple[int, int]]] = MappingProxyType({}),
) -> dict[str, Json]:
    """The message to the browser after a change: codes and words, no geometry of layers.

    `visible` maps each layer that is on to its visible features and their class. `name` says
    place, layers and period for those who do not see the map; `caption` is the credit and date
    line of every screenshot. `query` is the query of the full link where it differs from the
    address bar. `words` replace words of the scene, such as the classes of another measure.
    `overlays` are shapes that change with every message. `changes` holds per layer the lowest and
    highest change of each of its visible features, in tenths of a percentage point.

    Raises MapError for a layer or feature that the scene does not hold.
    """
    known = {layer.id: layer for layer in files.scene.layers}
    unknown_layers = sorted(visible.keys() - known.keys())
    if unknown_layers:
        raise MapError(f"layer {unknown_layers[0]!r}, expected one of {', '.join(known)}")
    content: dict[str, Json] = {
        "scene": files.address,
        "codes": {
            layer_id: codes(known[layer_id], visible[layer_id])
            for layer_id in known
            if layer_id in visible
        },
        "selected": None if selected is None else [selected.layer, selected.id],
        "goto": None if goto is None else [goto.key, *to_degrees(goto.bounds)],
        "name": name,
        "caption": caption,
        "query": query,
    }
    if goto is not None and goto.layer in visible:
        content["tab"] = goto.layer
    if overlays:
        content["drawn"] = [_overlay(item) for item in overlays]
    if changes:
        content["changes"] = {
            layer: _numbers(
                end
                for feature in feature_ids(known[layer])
                if feature in visible[layer]
                for end in ends[feature]
            )
            for layer, ends in changes.items()
        }
    if words:
        content["words"] = {**words}
    return {"revision": hashlib.sha256(json_bytes(content)).hexdigest()[:12], **content}


def _overlay(item: Overlay) -> Json:
    """Style, kind, name and parts in steps of 1e-4 degree (10 m), each from the vertex before."""
    kind = (
        "area" if theme.style(item.style).shape == "area" else kind_of([item.geometry], item.name)
    )
    parts: list[Json] = []
    for part in shapely.get_parts(item.geometry):
        whole = np.rint(shapely.get_coordinates(part) * OVERLAY_STEPS).astype(np.int64)
        moves = np.diff(whole, axis=0, prepend=np.zeros((1, 2), dtype=np.int64)).ravel().tolist()
        parts.append(_numbers(moves))
    return [item.style, kind, item.name, *parts]


def _numbers(whole: Iterable[int]) -> str:
    """Whole numbers as one text, a comma or minus between them: a JSON list would add spaces."""
    return ",".join(map(str, whole)).replace(",-", "-")


def feature_ids(layer: LayerContent) -> tuple[str, ...]:
    """The ids of the features, in their order."""
    return tuple(feature.id for feature in layer.features)


def json_bytes(content: Json) -> bytes:
    """Compact JSON with sorted keys: the same content always gives the same bytes."""
    return json.dumps(
        content, ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False
    ).encode()
