"""What is written beside the marks of a map: one callout per town, site or spot."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import hypot

import shapely
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from dashboard.maps.scene import Feature, Scene
from dashboard.press.drawing import callout_rows, marks
from dashboard.press.drawing.callout_rows import BASIS, ROOM, CalloutRow, Item
from dashboard.press.drawing.canvas import LEADING, Canvas, ascent, balance_lines, width, wrap
from dashboard.press.drawing.label_placement import PageBox
from dashboard.press.drawing.map_frame import Window
from dashboard.style import theme
from dashboard.style.theme import Style

_PAD_X, _PAD_Y = 7.0, 5.0
_ICON = 18.0
_DOT = 4.0
_SMALL = frozenset({"dot", "up", "down"})
_STREET = 13.5
# Farther away, a reader takes the name for another street's.
_STREET_REACH = 30.0
_MOST_NAMES = 4
CLASSED = ("vacancy_", "measure_")
"""How the names of the styles begin that put a street in a class."""


@dataclass(frozen=True, slots=True)
class Callout:
    """Words that belong to a point on the page; `gap` is how far they stay away from it.

    `variants` hold the same words ever shorter, for where there is less room.
    """

    x: float
    y: float
    gap: float
    variants: tuple[tuple[CalloutRow, ...], ...]
    rank: int = 1
    dot: bool = False
    reach: float | None = None
    """How far from its point it may stand; None for any distance, with a leader."""

    def measure(self, level: int) -> tuple[float, float]:
        """Width and height of the callout in one of its variants."""
        wide, high = 0.0, 0.0
        for row, strong, quiet in _lines(self.variants[level]):
            words = max(
                [width(line, row.strong_size, 600) for line in strong]
                + [width(line, BASIS) for line in quiet],
                default=0.0,
            )
            text_high = LEADING * (row.strong_size * len(strong) + BASIS * len(quiet))
            if row.styles and words:
                wide, high = max(wide, _ICON + 4.0 + words), high + max(text_high, _ICON)
            elif row.styles:
                columns = min(len(row.styles), theme.MARKS_PER_ROW)
                lines = -(-len(row.styles) // theme.MARKS_PER_ROW)
                wide, high = max(wide, columns * _ICON + 4.0), high + lines * _ICON + 5.0
            else:
                wide, high = max(wide, words), high + text_high
        return wide + 2 * _PAD_X, high + 2 * _PAD_Y

    def draw(self, canvas: Canvas, box: PageBox, level: int) -> None:
        """Write the callout into its place."""
        canvas.rect(
            box, fill=theme.PAPER, stroke=theme.HAIRLINE, width=0.8, radius=3.0, opacity=0.94
        )
        x, y = box.left + _PAD_X, box.top + _PAD_Y
        for row, strong, quiet in _lines(self.variants[level]):
            left, top = x, y
            if row.styles and (strong or quiet):
                scale = min(1.0, 8.0 / marks.reach(row.styles[0]))
                marks.draw(canvas, row.styles[0], x + _ICON / 2, y + _ICON / 2, scale)
                left = x + _ICON + 4.0
            elif row.styles:
                y += _icons(canvas, row, x, y)
                continue
            for line in strong:
                canvas.text(left, top + ascent(row.strong_size), line, row.strong_size, weight=600)
                top += LEADING * row.strong_size
            for line in quiet:
                canvas.text(left, top + ascent(BASIS), line, BASIS, colour=theme.QUIET)
                top += LEADING * BASIS
            y = max(top, y + _ICON) if row.styles else top


def _lines(rows: Sequence[CalloutRow]) -> list[tuple[CalloutRow, list[str], list[str]]]:
    """The rows with their words broken into lines."""
    broken = []
    for row in rows:
        room = ROOM - (_ICON + 4.0 if row.styles and (row.strong or row.quiet) else 0.0)
        strong = wrap(row.strong, row.strong_size, room, 600)
        broken.append((row, strong, balance_lines(row.quiet, BASIS, room)))
    return broken


def _icons(canvas: Canvas, row: CalloutRow, x: float, y: float) -> float:
    columns = min(len(row.styles), theme.MARKS_PER_ROW)
    lines = -(-len(row.styles) // theme.MARKS_PER_ROW)
    if row.framed:
        frame = PageBox(x, y + 1.0, x + columns * _ICON + 4.0, y + lines * _ICON + 3.0)
        canvas.rect(frame, stroke=theme.QUIET, width=1.0, dash=(3.0, 3.0), radius=3.0)
    for index, style in enumerate(row.styles):
        column, line = index % theme.MARKS_PER_ROW, index // theme.MARKS_PER_ROW
        scale = min(1.0, 6.8 / marks.reach(style))
        marks.draw(
            canvas, style, x + 2.0 + (column + 0.5) * _ICON, y + 2.0 + (line + 0.5) * _ICON, scale
        )
    return lines * _ICON + 5.0


def visible_features(
    scene: Scene, visible: Mapping[str, Mapping[str, str]]
) -> Iterator[tuple[Feature, str]]:
    """The visible features with the id of their style, in the order of the scene."""
    for layer in scene.layers:
        styles = visible.get(layer.id, {})
        for feature in layer.features:
            if feature.id in styles:
                yield feature, styles[feature.id]


def items(scene: Scene, visible: Mapping[str, Mapping[str, str]], window: Window) -> list[Item]:
    """The visible point features that lie in the window, in the order of the scene."""
    return [
        Item(feature, theme.style(style).sized(feature.size), *window.point(point.x, point.y))
        for feature, style in visible_features(scene, visible)
        if isinstance(point := feature.geometry, Point) and window.holds(point.x, point.y)
    ]


def unnamed(item: Item) -> bool:
    """Whether an item is one of many: it stands on its spot without a word."""
    return item.style.fixed or (item.style.shape in _SMALL and item.feature.label is None)


def build(
    scene: Scene, shown: Sequence[Item], window: Window, *, names: bool
) -> tuple[list[Callout], list[Item]]:
    """The callouts of a map, and the items that get a mark of their own on it.

    Items that share a spot on the page share a callout. With `names` each initiative is named where
    there is room, without it is a mark only.
    """
    sites = [item for item in shown if item.style.shape == "hatched"]
    towns = [
        (name, *window.point(*name.point_rd))
        for name in scene.background.names
        if window.holds(*name.point_rd)
    ]
    # A town across the border that is itself a site has the site's mark and name.
    towns = [
        (name, x, y)
        for name, x, y in towns
        if not any(hypot(item.x - x, item.y - y) < 1.0 for item in sites)
    ]
    free: list[Item] = []
    members: dict[int, list[Item]] = {}
    # The map itself draws the small marks that are many and have no words.
    for item in shown:
        if unnamed(item):
            continue
        town = _town_of(item, [(x, y) for _, x, y in towns])
        if town is None:
            free.append(item)
        else:
            members.setdefault(town, []).append(item)
    of_towns = [
        Callout(
            x,
            y,
            _DOT + 4.0,
            callout_rows.town_variants(name.name, members.get(index, ()), names=names),
            3 if name.abroad else 0,
            dot=True,
        )
        for index, (name, x, y) in enumerate(towns)
    ]
    of_spots, marked = _spots(free, names=names)
    return [*of_towns, *of_spots], marked


def streets(
    scene: Scene,
    visible: Mapping[str, Mapping[str, str]],
    window: Window,
    *,
    most: int,
    first: Collection[str] = (),
) -> list[Callout]:
    """The names of the streets that stand out, each with its figure, at its middle.

    The ids of `first` come before all others, then the highest classes. The figure is the label of
    the street, else how many of its units are vacant.
    """
    candidates = [
        (style, feature)
        for feature, style in visible_features(scene, visible)
        if feature.geometry is not None
        and feature.geometry.length > 0
        and (
            feature.id in first
            or (style.startswith(CLASSED) and theme.style(style).shape == "line")
        )
    ]
    named: list[Callout] = []
    # The layer's own order, the largest streets first, holds within a class.
    for _, feature in sorted(
        candidates, key=lambda pair: (pair[1].id in first, pair[0]), reverse=True
    ):
        spot = _middle(feature.geometry, window)
        if spot is not None and len(named) < most:
            figure = feature.cells[1].text if feature.label is None else feature.label
            rows = (CalloutRow(feature.name, figure, strong_size=_STREET),)
            short = (CalloutRow(feature.name, strong_size=_STREET),)
            rank = 0 if feature.id in first else 4
            named.append(Callout(*spot, 5.0, (rows, short), rank=rank, reach=_STREET_REACH))
    return named


def _middle(shape: BaseGeometry | None, window: Window) -> tuple[float, float] | None:
    """The middle of a street's longest part, where that is seen."""
    if shape is None:
        return None
    longest = max(shapely.get_parts(shape), key=lambda part: part.length)
    point = longest.interpolate(0.5, normalized=True)
    return window.point(point.x, point.y) if window.holds(point.x, point.y) else None


def _is_mark(style: Style) -> bool:
    return style.shape not in ("card", "text") and not style.town_level


def _town_of(item: Item, towns: Sequence[tuple[float, float]]) -> int | None:
    """The town whose dot an item shares; a retail site never melts into a town."""
    if item.style.shape == "hatched" or not towns:
        return None
    distances = [hypot(x - item.x, y - item.y) for x, y in towns]
    distance = min(distances)
    index = distances.index(distance)
    near = (
        marks.reach(item.style) + _DOT
        if _is_mark(item.style) and item.style.id != "unknown"
        else 1.0
    )
    return index if distance <= near + 6.0 else None


def _spots(free: Sequence[Item], *, names: bool) -> tuple[list[Callout], list[Item]]:
    """Callouts of items outside the towns; marks that would overlap share one callout."""
    groups: list[list[Item]] = []
    for item in free:
        group = next(
            (group for group in groups if any(_touch(item, other) for other in group)), None
        )
        if group is None:
            groups.append([item])
        else:
            group.append(item)
    callouts, marked = [], []
    for group in groups:
        solid = [item for item in group if item.style.shape not in ("card", "text")]
        if len(solid) > 1:
            callouts.append(_shared(group))
            continue
        item = (solid or group)[0]
        if solid:
            marked.append(item)
        initiative = item.style.id.startswith("initiative")
        if item.feature.label is None or (initiative and not names):
            continue
        shows = (item.feature.id,)
        rows = [
            (
                CalloutRow("", callout_rows.label(item)[0], features=shows)
                if initiative
                else CalloutRow(*callout_rows.label(item), features=shows)
            )
        ]
        # A figure about the site stands under its name.
        rows += [
            CalloutRow(*callout_rows.label(other), features=(other.feature.id,))
            for other in group
            if other is not item and other.feature.label
        ]
        least = replace(rows[0], quiet="") if rows[0].strong else rows[0]
        variants = tuple(dict.fromkeys((tuple(rows), (rows[0],), (least,))))
        callouts.append(
            Callout(
                item.x, item.y, marks.reach(item.style) + 3.0, variants, rank=2 if initiative else 1
            )
        )
    return callouts, marked


def _touch(item: Item, other: Item) -> bool:
    """Whether two marks would overlap; words without a mark touch only their very spot."""
    distance = hypot(item.x - other.x, item.y - other.y)
    if _SMALL & {item.style.shape, other.style.shape}:
        return False
    if not (_is_mark(item.style) and _is_mark(other.style)):
        return distance < 1.0
    return distance < marks.reach(item.style) + marks.reach(other.style)


def _shared(group: Sequence[Item]) -> Callout:
    x, y = sum(item.x for item in group) / len(group), sum(item.y for item in group) / len(group)
    named = [item for item in group if item.feature.label is not None]
    icons = (
        CalloutRow(
            styles=tuple(callout_rows.plain_style(item.style) for item in group),
            features=tuple(item.feature.id for item in group),
        ),
    )
    if len(named) == len(group) <= _MOST_NAMES:
        rows = tuple(
            CalloutRow(
                "",
                callout_rows.label(item)[0],
                styles=(callout_rows.plain_style(item.style),),
                features=(item.feature.id,),
            )
            for item in named
        )
        return Callout(x, y, _DOT + 4.0, (rows, icons), rank=1, dot=True)
    return Callout(x, y, _DOT + 4.0, (icons,), rank=1, dot=True)
