"""The map of a picture: background, streets, marks, callouts, scale bar and inset, in RD."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
import shapely
import shapely.ops
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from dashboard.maps.layers import streets
from dashboard.maps.scene import Background, Feature, PlaceName, Scene
from dashboard.maps.shapes import Bounds
from dashboard.press.drawing import callouts, label_placement, marks, placement
from dashboard.press.drawing.canvas import Sheet, width
from dashboard.press.drawing.label_placement import Box, Wanted
from dashboard.press.drawing.map_frame import Window, fit, scale_bar_m
from dashboard.style import theme
from dashboard.style.theme import Style

_HIGHLIGHT = 15.0
_BAR = 110.0
_SMALL = 12.0
# One named street for this much of the map, so that names stay names.
_AREA_A_STREET = 45_000.0
_LEAST_STREETS = 4
_NEAR_M, _QUIET = 4_000.0, 1.8
_DOT = 4.0
_LINE_STEP = 10.0


@dataclass(frozen=True, slots=True)
class Drawn:
    """What came on the map: the classes used with their counts, and the ids of the features that a
    reader sees.
    """

    classes: Mapping[str, int]
    features: frozenset[str]


def draw(
    sheet: Sheet,
    scene: Scene,
    visible: Mapping[str, Mapping[str, str]],
    bounds: Bounds,
    box: Box,
    *,
    names: bool,
    taken: tuple[Box, ...] = (),
    figures: bool = True,
    focus: Point | None = None,
    highlight: Mapping[str, BaseGeometry] = MappingProxyType({}),
) -> Drawn:
    """Draw what is visible within `bounds` so that it fills `box`; labels keep clear of `taken`.

    With `names` initiatives are named; without `figures` a town's callout leaves its figures to the
    cards beside it.
    The town at `focus` is the one the picture is about, and a band lies below each line of
    `highlight` (RD, by
    id), which is named before others.
    """
    window = fit(bounds, box)
    _background(sheet, scene.background, window, _quiet_streets(scene, visible, window))
    for shape in highlight.values():
        if (path := window.path(shape)) is not None:
            sheet.shape(path, stroke=theme.SELECTED, width=_HIGHLIGHT, clip=box)
    _shapes(sheet, scene, visible, window)
    shown = callouts.items(scene, visible, window)
    furniture = [*taken, *_furniture(sheet, scene, window, shown)]
    if not figures:
        shown = _without_figures(shown)
    notes, marked = callouts.build(scene, shown, window, names=names)
    lines = _lines(scene, visible, window)
    solid = [*furniture]
    for item in marked:
        reach = marks.reach(item.style)
        solid.append(Box(item.x - reach, item.y - reach, item.x + reach, item.y + reach))
    solid += [
        Box(note.x - _DOT, note.y - _DOT, note.x + _DOT, note.y + _DOT)
        for note in notes
        if note.dot
    ]
    if names:
        most = _most_streets(lines, box)
        notes += callouts.streets(scene, visible, window, most=most, first=highlight)
    places, levels = placement.place(notes, box.grown(-6.0), solid, lines)
    with sheet.inside(box):
        _fixed(sheet, shown)
    for note, place in zip(notes, places, strict=True):
        if place is not None:
            _leader(sheet, note.x, note.y, note.gap, place)
    with sheet.inside(box):
        if focus is not None:
            marks.draw(sheet, _FOCUS, *window.point(focus.x, focus.y))
        for note in notes:
            if note.dot:
                marks.draw(sheet, _TOWN, note.x, note.y)
        for item in marked:
            marks.draw(sheet, item.style, item.x, item.y)
    for note, place, level in zip(notes, places, levels, strict=True):
        if place is not None:
            note.draw(sheet, place, level)
    _scale(sheet, scene, window)
    sheet.rect(box, stroke=theme.HAIRLINE, width=1.0)
    rows = [
        row
        for note, place, level in zip(notes, places, levels, strict=True)
        if place is not None
        for row in note.variants[level]
    ]
    spots = [*marked, *(item for item in shown if callouts.unnamed(item))]
    seen = {key for row in rows for key in row.features} | {item.feature.id for item in spots}
    seen |= _lines_and_areas(scene, visible, window)
    classes: Counter[str] = Counter(
        now[feature.id]
        for layer in scene.layers
        if (now := visible.get(layer.id))
        for feature in layer.features
        if feature.id in now and feature.id in seen
    )
    return Drawn(
        classes if any(row.framed for row in rows) else _unframed(classes), frozenset(seen)
    )


def _lines(scene: Scene, visible: Mapping[str, Mapping[str, str]], window: Window) -> np.ndarray:
    """Points at equal steps along the streets that have a class: labels leave them in sight."""
    step = _LINE_STEP / window.units_per_m
    seen = shapely.box(*window.bounds)
    points = [np.empty((0, 2))]
    for layer in scene.layers:
        now = visible.get(layer.id, {})
        for feature in layer.features:
            if (
                now.get(feature.id, "").startswith(callouts.CLASSED)
                and feature.geometry is not None
                and feature.geometry.intersects(seen)
            ):
                points += [
                    shapely.get_coordinates(shapely.segmentize(part, step))
                    for part in shapely.get_parts(feature.geometry)
                ]
    found = np.vstack(points)
    west, south, _, _ = window.bounds
    return np.column_stack(
        [
            window.box.left + (found[:, 0] - west) * window.units_per_m,
            window.box.bottom - (found[:, 1] - south) * window.units_per_m,
        ]
    )


def _most_streets(lines: np.ndarray, box: Box) -> int:
    """How many streets are named: their names stand on the streets and as much room around them,
    not on all of the map.
    """
    if not len(lines):
        return _LEAST_STREETS
    wide, high = np.minimum(lines.max(axis=0) - lines.min(axis=0), (box.width, box.height))
    return max(_LEAST_STREETS, int(min(2.0 * wide * high, box.width * box.height) / _AREA_A_STREET))


def _fixed(sheet: Sheet, shown: Sequence[callouts.Item]) -> None:
    """Marks that are many and small, those of one class at once; what is vacant on top."""
    spots: dict[str, list[tuple[float, float]]] = {}
    for item in shown:
        if callouts.unnamed(item):
            spots.setdefault(item.style.id, []).append((item.x, item.y))
    for name in sorted(spots, key=lambda name: theme.style(name).radius_px):
        marks.draw_many(sheet, theme.style(name), spots[name])


def _without_figures(shown: Sequence[callouts.Item]) -> list[callouts.Item]:
    """The items whose figures do not stand beside the map already: those of sites stay."""
    sites = [(item.x, item.y) for item in shown if item.style.shape == "hatched"]
    return [
        item
        for item in shown
        if item.style.shape not in ("card", "text", "station") or (item.x, item.y) in sites
    ]


def free_corner(
    scene: Scene,
    visible: Mapping[str, Mapping[str, str]],
    window: Window,
    size: tuple[float, float],
) -> Box:
    """The corner of the map with the fewest marks near it, as room for the inset; never the scale
    bar's.
    """
    wide, high = size
    box = window.box
    corners = [
        Box(box.right - wide, box.bottom - high, box.right, box.bottom),
        Box(box.right - wide, box.top, box.right, box.top + high),
        Box(box.left, box.top, box.left + wide, box.top + high),
    ]
    spots = [(item.x, item.y) for item in callouts.items(scene, visible, window)]
    spots += [
        window.point(*name.point_rd)
        for name in scene.background.names
        if window.holds(*name.point_rd)
    ]

    def near(corner: Box) -> int:
        return sum(corner.grown(40.0).overlaps(Box(x, y, x + 1.0, y + 1.0)) for x, y in spots)

    return min(corners, key=near)


_TOWN = Style("town", "town", "circle", theme.INK, theme.PAPER, 1.4, 3.4)
_FOCUS = Style("focus", "focus", "circle", theme.SELECTED, theme.INK, 1.4, 9.0)


def _lines_and_areas(
    scene: Scene, visible: Mapping[str, Mapping[str, str]], window: Window
) -> set[str]:
    """The ids of the visible lines and areas of which the window shows a part."""
    seen = shapely.box(*window.bounds)
    return {
        feature.id
        for layer in scene.layers
        for feature in layer.features
        if feature.id in visible.get(layer.id, {})
        and feature.geometry is not None
        and feature.geometry.geom_type != "Point"
        and feature.geometry.intersects(seen)
    }


def _unframed(classes: Mapping[str, int]) -> dict[str, int]:
    """The classes where no frame is drawn: what is known of the town only stands under its name,
    and needs no sign.
    """
    counts: dict[str, int] = {}
    for name, count in classes.items():
        plain = name.removesuffix("_town")
        counts[plain] = counts.get(plain, 0) + count
    return counts


def _quiet_streets(
    scene: Scene, visible: Mapping[str, Mapping[str, str]], window: Window
) -> list[BaseGeometry]:
    """The streets of the snapshot where no layer shows them: seen from near, a reader finds the way
    by them.
    """
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


def _background(
    sheet: Sheet, background: Background, window: Window, quiet: Sequence[BaseGeometry]
) -> None:
    sheet.rect(window.box, fill=theme.GROUND)
    # Below the roads of the background: of a street that is both, the road is seen.
    lines: list[tuple[Style, BaseGeometry]] = [
        (replace(theme.BACKGROUND["road"], width_px=_QUIET), shape) for shape in quiet
    ]
    for kind, shape in background.shapes:
        style = theme.BACKGROUND[kind]
        if style.shape == "line":
            lines.append((style, shape))
        elif (path := window.path(shape)) is not None:
            sheet.shape(
                path, fill=style.fill, stroke=style.stroke, width=style.width_px, clip=window.box
            )
    for style, shape in lines:
        if (path := window.path(shape)) is not None:
            border = style.id == "border"
            band = theme.BORDER_BAND_PX if border else style.width_px + theme.CASING_PX
            sheet.shape(
                path,
                stroke=style.stroke,
                width=band,
                clip=window.box,
                opacity=theme.BORDER_BAND_OPACITY if border else 1.0,
            )
    for style, shape in lines:
        if (path := window.path(shape)) is not None:
            sheet.shape(
                path, stroke=style.fill, width=style.width_px, dash=style.dash, clip=window.box
            )


def _shapes(
    sheet: Sheet, scene: Scene, visible: Mapping[str, Mapping[str, str]], window: Window
) -> None:
    """Lines and areas of the layers: areas first, casings before the lines they carry."""
    drawn: list[tuple[Style, float, BaseGeometry]] = []
    for layer in scene.layers:
        now = visible.get(layer.id, {})
        for feature in layer.features:
            if (
                feature.id in now
                and feature.geometry is not None
                and feature.geometry.geom_type != "Point"
            ):
                drawn += _parts(feature, theme.style(now[feature.id]))
    seen = [
        (style, wide, path)
        for style, wide, shape in drawn
        if (path := window.path(shape)) is not None
    ]
    for style, _, path in seen:
        if style.shape != "line":
            sheet.shape(path, fill=style.fill, clip=window.box, opacity=theme.BAND_OPACITY)
            sheet.shape(path, stroke=style.stroke, width=style.width_px, clip=window.box)
    for style, wide, path in seen:
        if style.shape == "line" and not style.dash:
            sheet.shape(path, stroke=style.stroke, width=wide + theme.CASING_PX, clip=window.box)
    for style, wide, path in seen:
        if style.shape == "line":
            sheet.shape(path, stroke=style.fill, width=wide, dash=style.dash, clip=window.box)


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


def _furniture(
    sheet: Sheet, scene: Scene, window: Window, shown: Sequence[callouts.Item]
) -> list[Box]:
    """Country names, drawn under everything, and the room that scale bar and names keep for
    themselves.
    """
    box = window.box
    taken = [Box(box.left, box.bottom - 34.0, box.left + _BAR + 90.0, box.bottom)]
    lands = {
        kind: shape for kind, shape in scene.background.shapes if kind in ("land_nl", "land_de")
    }
    seen = shapely.box(*window.bounds)
    if len(lands) < 2 or not all(shape.intersects(seen) for shape in lands.values()):
        return taken
    spots = [(item.x, item.y) for item in shown]
    spots += [
        window.point(*name.point_rd)
        for name in scene.background.names
        if window.holds(*name.point_rd)
    ]
    for country in scene.background.countries:
        word = country.name.upper()
        wide = width(word, 13.0, 600)
        place = _country(
            country, lands["land_de" if country.abroad else "land_nl"], window, wide, spots
        )
        if place is not None:
            x, y = place
            sheet.text(
                x,
                y,
                word,
                13.0,
                weight=600,
                colour=theme.BACKGROUND["country_name"].fill,
                align="center",
                halo=theme.GROUND,
            )
            taken.append(Box(x - wide / 2, y - 12.0, x + wide / 2, y + 4.0))
    return taken


def _country(
    country: PlaceName,
    land: BaseGeometry,
    window: Window,
    wide: float,
    spots: Sequence[tuple[float, float]],
) -> tuple[float, float] | None:
    """Where a country's name fits, None where it does not: along the frame, away from the scale bar
    and from every mark.
    """
    half = wide / 2 + 8.0
    box = window.box
    metre = window.units_per_m
    west, south, east, north = window.bounds
    # Whole inside its land, and inside the frame: near its upper edge a name needs less room than
    # beside it.
    frame = shapely.box(
        west + half / metre, south + 12.0 / metre, east - half / metre, north - 20.0 / metre
    )
    room = land.buffer(-half / metre).intersection(frame)
    if room.is_empty:
        return None
    # In a corner of its own land, as on a school map: the middle is for what the map is about.
    sides = (
        ((box.right, 0.0), (box.right, 1.0), (box.right, 0.5))
        if country.abroad
        else ((box.left, 0.0), (box.left, 0.5))
    )
    for edge, down in sides:
        goal = shapely.Point(
            west + (edge - box.left) / metre, south + (1.0 - down) * box.height / metre
        )
        spot = shapely.ops.nearest_points(room, goal)[0]
        x, y = window.point(spot.x, spot.y)
        name = Box(x - half, y - 20.0, x + half, y + 12.0)
        if not any(
            name.left < at < name.right and name.top < high < name.bottom for at, high in spots
        ):
            return x, y
    return None


def _leader(sheet: Sheet, x: float, y: float, gap: float, place: Box) -> None:
    to_x, to_y = place.nearest(x, y)
    if (to_x - x) ** 2 + (to_y - y) ** 2 > (gap + 3.0) ** 2:
        sheet.line([(x, y), (to_x, to_y)], theme.PAPER, 3.0)
        sheet.line([(x, y), (to_x, to_y)], theme.QUIET, 1.0)


def _scale(sheet: Sheet, scene: Scene, window: Window) -> None:
    """Scale bar with its distance, and an arrow that says where north is."""
    box = window.box
    metres = scale_bar_m(window, _BAR)
    long = metres * window.units_per_ground_m
    x, y = box.left + 14.0, box.bottom - 13.0
    for colour, wide in ((theme.PAPER, 4.5), (theme.INK, 1.6)):
        sheet.line([(x, y - 6.0), (x, y), (x + long, y), (x + long, y - 6.0)], colour, wide)
    amount = theme.number(metres / 1000 if metres >= 1000 else metres, scene.lang)
    unit = scene.texts["km" if metres >= 1000 else "m"]
    label = f"{amount} {unit}"
    sheet.text(x + long + 8.0, y + 1.0, label, _SMALL, weight=600, halo=theme.PAPER)
    north = x + long + 8.0 + width(label, _SMALL, 600) + 18.0
    for colour, wide in ((theme.PAPER, 4.5), (theme.INK, 1.6)):
        sheet.line([(north, y + 2.0), (north, y - 15.0)], colour, wide)
        sheet.line(
            [(north - 4.0, y - 10.0), (north, y - 15.0), (north + 4.0, y - 10.0)], colour, wide
        )
    sheet.text(north + 7.0, y + 1.0, "N", _SMALL, weight=600, halo=theme.PAPER)


def inset(sheet: Sheet, scene: Scene, bounds: Bounds, box: Box) -> None:
    """The region in small, with a frame around what the map shows."""
    window = fit(scene.home, box)
    sheet.rect(box, fill=theme.GROUND)
    for kind, shape in scene.background.shapes:
        style = theme.BACKGROUND[kind]
        path = window.path(shape)
        if path is None or kind not in ("land_nl", "land_de", "water", "border"):
            continue
        if style.shape == "line":
            sheet.shape(path, stroke=style.fill, width=1.0, dash=(5.0, 2.5), clip=box)
        else:
            sheet.shape(path, fill=style.fill, clip=box)
    west, south = window.point(bounds[0], bounds[1])
    east, north = window.point(bounds[2], bounds[3])
    frame = Box(
        max(west, box.left + 1),
        max(north, box.top + 1),
        min(east, box.right - 1),
        min(south, box.bottom - 1),
    )
    sheet.rect(frame, fill=theme.SELECTED, stroke=theme.INK, width=1.2, opacity=0.5)
    towns = [name for name in scene.background.names if window.holds(*name.point_rd)]
    spots = [window.point(*name.point_rd) for name in towns]
    wanted = [
        Wanted(x, y, 4.0, width(name.name, 11.5), 12.5)
        for name, (x, y) in zip(towns, spots, strict=True)
    ]
    for name, (x, y), place in zip(
        towns, spots, label_placement.place(wanted, box.grown(-2.0), []), strict=True
    ):
        marks.draw(sheet, _TOWN, x, y, 0.6)
        if place is not None:
            sheet.text(place.left, place.bottom - 2.5, name.name, 11.5, halo=theme.PAPER)
    sheet.rect(box, stroke=theme.HAIRLINE, width=1.0)
