"""The map of a picture: background, streets, marks and callouts, in RD."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
import shapely
import shapely.ops
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from dashboard.maps.layers import streets
from dashboard.maps.scene import Feature, Scene
from dashboard.maps.shapes import Bounds
from dashboard.press.drawing import callouts, map_furniture, marks, placement
from dashboard.press.drawing.callout_rows import Item
from dashboard.press.drawing.callouts import Callout
from dashboard.press.drawing.canvas import Canvas
from dashboard.press.drawing.label_placement import PageBox
from dashboard.press.drawing.map_frame import Window, fit
from dashboard.style import theme
from dashboard.style.theme import Style

_HIGHLIGHT = 15.0
# The map area per named street, in square units.
_AREA_A_STREET = 45_000.0
_LEAST_STREETS = 4
_NEAR_M, _QUIET = 4_000.0, 1.8
_DOT = 4.0
_LINE_STEP = 10.0
_FOCUS = Style("focus", "focus", "circle", theme.SELECTED, theme.INK, 1.4, 9.0)


@dataclass(frozen=True, slots=True)
class MapContent:
    """What a reader sees on a map: the classes with their counts, and the ids of the features."""

    classes: Mapping[str, int]
    features: frozenset[str]


def draw(
    canvas: Canvas,
    scene: Scene,
    visible: Mapping[str, Mapping[str, str]],
    bounds: Bounds,
    box: PageBox,
    *,
    names: bool,
    taken: tuple[PageBox, ...] = (),
    figures: bool = True,
    focus: Point | None = None,
    highlight: Mapping[str, BaseGeometry] = MappingProxyType({}),
) -> MapContent:
    """Draw what is visible within `bounds` so that it fills `box`; labels keep clear of `taken`.

    With `names` initiatives are named; without `figures` a town's callout leaves its figures to the
    cards beside it. The town at `focus` is the one the picture is about. A band lies below each
    line of `highlight` (RD, by id), and its name comes before other names.
    """
    window = fit(bounds, box)
    _draw_background(canvas, scene, visible, window)
    _draw_highlight(canvas, highlight.values(), window)
    _draw_shapes(canvas, scene, visible, window)
    items = callouts.items(scene, visible, window)
    solid = [*taken, *map_furniture.draw_country_names(canvas, scene, window, items)]
    shown = items if figures else _without_figures(items)
    notes, marked = callouts.build(scene, shown, window, names=names)
    solid += _mark_boxes(notes, marked)
    lines = _lines(scene, visible, window)
    if names:
        most = _most_streets(lines, box)
        notes += callouts.streets(scene, visible, window, most=most, first=highlight)
    places, levels = placement.place(notes, box.grown(-6.0), solid, lines)
    placed = [
        (note, place, level)
        for note, place, level in zip(notes, places, levels, strict=True)
        if place is not None
    ]
    with canvas.clip_to(box):
        _draw_many_marks(canvas, shown)
    for note, place, _ in placed:
        _draw_leader(canvas, note.x, note.y, note.gap, place)
    with canvas.clip_to(box):
        if focus is not None:
            marks.draw(canvas, _FOCUS, *window.point(focus.x, focus.y))
        for note in notes:
            if note.dot:
                marks.draw(canvas, map_furniture.TOWN, note.x, note.y)
        for item in marked:
            marks.draw(canvas, item.style, item.x, item.y)
    for note, place, level in placed:
        note.draw(canvas, place, level)
    map_furniture.draw_scale(canvas, scene, window)
    canvas.rect(box, stroke=theme.HAIRLINE, width=1.0)
    rows = [row for note, _, level in placed for row in note.variants[level]]
    spots = [*marked, *(item for item in shown if callouts.unnamed(item))]
    seen = {key for row in rows for key in row.features} | {item.feature.id for item in spots}
    seen |= _lines_and_areas(scene, visible, window)
    framed = any(row.framed for row in rows)
    return MapContent(_count_classes(scene, visible, seen, framed=framed), frozenset(seen))


def _draw_highlight(canvas: Canvas, lines: Iterable[BaseGeometry], window: Window) -> None:
    for line in lines:
        if (path := window.path(line)) is not None:
            canvas.shape(path, stroke=theme.SELECTED, width=_HIGHLIGHT, clip=window.box)


def _mark_boxes(notes: Sequence[Callout], marked: Sequence[Item]) -> list[PageBox]:
    """The room of marks and town dots, which labels leave free."""
    spots = [
        *((item.x, item.y, marks.reach(item.style)) for item in marked),
        *((note.x, note.y, _DOT) for note in notes if note.dot),
    ]
    return [PageBox(x - reach, y - reach, x + reach, y + reach) for x, y, reach in spots]


def _count_classes(
    scene: Scene, visible: Mapping[str, Mapping[str, str]], seen: set[str], *, framed: bool
) -> Mapping[str, int]:
    """How many features of each class are seen.

    Where no callout is `framed`, a class and its town-level form count as one.
    """
    features = callouts.visible_features(scene, visible)
    names = (style for feature, style in features if feature.id in seen)
    return Counter(names if framed else (name.removesuffix("_town") for name in names))


def _lines(scene: Scene, visible: Mapping[str, Mapping[str, str]], window: Window) -> np.ndarray:
    """Points at equal steps along the streets that have a class: labels leave them in sight."""
    step = _LINE_STEP / window.units_per_m
    seen = shapely.box(*window.bounds)
    points = [np.empty((0, 2))]
    for feature, style in callouts.visible_features(scene, visible):
        if (
            style.startswith(callouts.CLASSED)
            and feature.geometry is not None
            and feature.geometry.intersects(seen)
        ):
            points += [
                shapely.get_coordinates(shapely.segmentize(part, step))
                for part in shapely.get_parts(feature.geometry)
            ]
    return window.to_page(np.vstack(points))


def _most_streets(lines: np.ndarray, box: PageBox) -> int:
    """How many streets are named, by the area of the streets and as much around them."""
    if not len(lines):
        return _LEAST_STREETS
    wide, high = np.minimum(lines.max(axis=0) - lines.min(axis=0), (box.width, box.height))
    return max(_LEAST_STREETS, int(min(2.0 * wide * high, box.width * box.height) / _AREA_A_STREET))


def _draw_many_marks(canvas: Canvas, shown: Sequence[Item]) -> None:
    """Marks that are many and small, those of one class at once; what is vacant on top."""
    spots: dict[str, list[tuple[float, float]]] = {}
    for item in shown:
        if callouts.unnamed(item):
            spots.setdefault(item.style.id, []).append((item.x, item.y))
    for name in sorted(spots, key=lambda name: theme.style(name).radius_px):
        marks.draw_many(canvas, theme.style(name), spots[name])


def _without_figures(shown: Sequence[Item]) -> list[Item]:
    """The items without figures of towns, which stand beside the map; figures of sites stay."""
    sites = [(item.x, item.y) for item in shown if item.style.shape == "hatched"]
    return [
        item
        for item in shown
        if item.style.shape not in ("card", "text", "station") or (item.x, item.y) in sites
    ]


def _lines_and_areas(
    scene: Scene, visible: Mapping[str, Mapping[str, str]], window: Window
) -> set[str]:
    """The ids of the visible lines and areas of which the window shows a part."""
    seen = shapely.box(*window.bounds)
    return {
        feature.id
        for feature, _ in callouts.visible_features(scene, visible)
        if feature.geometry is not None
        and feature.geometry.geom_type != "Point"
        and feature.geometry.intersects(seen)
    }


def _quiet_streets(
    scene: Scene, visible: Mapping[str, Mapping[str, str]], window: Window
) -> list[BaseGeometry]:
    """The streets of the snapshot where no layer shows them and the map is of a small area."""
    west, _, east, _ = window.bounds
    if visible.get(streets.ID) or east - west > _NEAR_M:
        return []
    every = (
        feature.geometry
        for layer in scene.layers
        if layer.id == streets.ID
        for feature in layer.features
    )
    return [shapely.geometrycollections([shape for shape in every if shape is not None])]


def _draw_background(
    canvas: Canvas, scene: Scene, visible: Mapping[str, Mapping[str, str]], window: Window
) -> None:
    canvas.rect(window.box, fill=theme.GROUND)
    # Drawn first, so that a road of the background covers the same street.
    lines: list[tuple[Style, BaseGeometry]] = [
        (replace(theme.BACKGROUND["road"], width_px=_QUIET), shape)
        for shape in _quiet_streets(scene, visible, window)
    ]
    for kind, shape in scene.background.shapes:
        style = theme.BACKGROUND[kind]
        if style.shape == "line":
            lines.append((style, shape))
        elif (path := window.path(shape)) is not None:
            canvas.shape(
                path, fill=style.fill, stroke=style.stroke, width=style.width_px, clip=window.box
            )
    for style, shape in lines:
        if (path := window.path(shape)) is not None:
            border = style.id == "border"
            band = theme.BORDER_BAND_PX if border else style.width_px + theme.CASING_PX
            canvas.shape(
                path,
                stroke=style.stroke,
                width=band,
                clip=window.box,
                opacity=theme.BORDER_BAND_OPACITY if border else 1.0,
            )
    for style, shape in lines:
        if (path := window.path(shape)) is not None:
            canvas.shape(
                path, stroke=style.fill, width=style.width_px, dash=style.dash, clip=window.box
            )


def _draw_shapes(
    canvas: Canvas, scene: Scene, visible: Mapping[str, Mapping[str, str]], window: Window
) -> None:
    """Lines and areas of the layers: areas first, casings before the lines they carry."""
    seen = [
        (style, wide, path)
        for feature, name in callouts.visible_features(scene, visible)
        if feature.geometry is not None and feature.geometry.geom_type != "Point"
        for style, wide, shape in _parts(feature, theme.style(name))
        if (path := window.path(shape)) is not None
    ]
    for style, _, path in seen:
        if style.shape != "line":
            canvas.shape(path, fill=style.fill, clip=window.box, opacity=theme.BAND_OPACITY)
            canvas.shape(path, stroke=style.stroke, width=style.width_px, clip=window.box)
    for style, wide, path in seen:
        if style.shape == "line" and not style.dash:
            canvas.shape(path, stroke=style.stroke, width=wide + theme.CASING_PX, clip=window.box)
    for style, wide, path in seen:
        if style.shape == "line":
            canvas.shape(path, stroke=style.fill, width=wide, dash=style.dash, clip=window.box)


def _parts(feature: Feature, style: Style) -> list[tuple[Style, float, BaseGeometry]]:
    """A line in its parts, each as wide as the screen draws it; an area as it is."""
    parts = shapely.get_parts(feature.geometry)
    if style.shape != "line" or len(feature.widths) != len(parts):
        return (
            [(style, min(style.width_px, theme.WIDEST_LINE_PX), feature.geometry)]
            if feature.geometry
            else []
        )
    return [
        (style, min(wide, theme.WIDEST_LINE_PX), part)
        for wide, part in zip(feature.widths, parts, strict=True)
    ]


def _draw_leader(canvas: Canvas, x: float, y: float, gap: float, place: PageBox) -> None:
    to_x, to_y = place.nearest(x, y)
    if (to_x - x) ** 2 + (to_y - y) ** 2 > (gap + 3.0) ** 2:
        canvas.line([(x, y), (to_x, to_y)], theme.PAPER, 3.0)
        canvas.line([(x, y), (to_x, to_y)], theme.QUIET, 1.0)
