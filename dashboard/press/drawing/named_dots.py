"""Dots on a line from the lowest to the highest value of a scale, each with its name and figure."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.press.drawing.canvas import Canvas, ascent, width
from dashboard.press.drawing.label_placement import PageBox
from dashboard.style import theme

SIZE = 14.0
_RADIUS = 5.5
_LANE = 1.32 * SIZE
_GAP = 12.0
# Words farther than this from their dot would seem to belong to another one.
_NEAR = 10.0


@dataclass(frozen=True, slots=True)
class NamedDot:
    """A value, whose it is, and how it is written."""

    value: float
    name: str
    written: str

    @property
    def width(self) -> float:
        """The width of its words."""
        return width(f"{self.name} ", SIZE) + width(self.written, SIZE, 600) + 4.0


@dataclass(frozen=True, slots=True)
class _Label:
    """The words of a dot: in which lane above or below the line, and where they begin."""

    dot: NamedDot
    x: float
    lane: int
    left: float


def height(dots: Sequence[NamedDot], scale: tuple[float, float], room: float) -> float:
    """How high the line is with its words above and below it."""
    lanes = 1 + max(label.lane for label in _labels(dots, scale, 0.0, room))
    return lanes * _LANE + 2 * _RADIUS + 3.0


def draw(
    canvas: Canvas, dots: Sequence[NamedDot], scale: tuple[float, float], box: PageBox
) -> None:
    """Draw the line from the top of the box, with a stroke at zero; dots of one figure are one."""
    labels = _labels(dots, scale, box.left, box.right)
    above = (2 + max(label.lane for label in labels)) // 2
    middle = box.top + above * _LANE + _RADIUS
    left, right = _ends(box.left, box.right)
    zero = _at(0.0, scale, left, right)
    canvas.line([(left, middle), (right, middle)], theme.PALE, 1.2)
    canvas.line([(zero, middle - _RADIUS), (zero, middle + _RADIUS)], theme.QUIET, 1.2)
    for label in labels:
        _draw_label(canvas, label, middle)
    for label in labels:
        x, radius = label.x, _RADIUS
        spot = PageBox(x - radius, middle - radius, x + radius, middle + radius)
        canvas.rect(spot, fill=theme.HEADING, stroke=theme.PAPER, width=1.2, radius=radius)


def _draw_label(canvas: Canvas, label: _Label, middle: float) -> None:
    """Draw the words, and a thin line to them where they stand beside their dot."""
    far, below = divmod(label.lane, 2)
    if below:
        top = middle + _RADIUS + 1.0 + far * _LANE
        edge = top + 3.0
    else:
        top = middle - _RADIUS - (far + 1) * _LANE
        edge = top + ascent(SIZE) + 3.0
    nearest = min(max(label.x, label.left), label.left + label.dot.width)
    if nearest != label.x or far:
        canvas.line([(label.x, middle), (nearest, edge)], theme.QUIET, 0.8)
    baseline = top + ascent(SIZE)
    canvas.text(label.left, baseline, label.dot.name, SIZE)
    start = label.left + width(f"{label.dot.name} ", SIZE) + 4.0
    canvas.text(start, baseline, label.dot.written, SIZE, weight=600, colour=theme.HEADING)


def _labels(
    dots: Sequence[NamedDot], scale: tuple[float, float], left: float, right: float
) -> list[_Label]:
    """The words of each dot from left to right, in as few lanes as leave them near their dots."""
    joined = _joined(dots)
    xs = [_at(dot.value, scale, *_ends(left, right)) for dot in joined]
    for lanes in range(1, len(joined) + 1):
        labels = []
        for lane in range(lanes):
            members = range(lane, len(joined), lanes)
            lefts = _spread(
                [xs[i] - joined[i].width / 2 for i in members],
                [joined[i].width for i in members],
                left,
                right,
            )
            labels += [
                _Label(joined[i], xs[i], lane, at) for i, at in zip(members, lefts, strict=True)
            ]
        room = all(label.left + label.dot.width <= right + 1e-6 for label in labels)
        if room and (lanes > 1 or all(_is_near(label, left, right) for label in labels)):
            break
    return labels


def _is_near(label: _Label, left: float, right: float) -> bool:
    """Whether the words stand at their dot, as far as the ends of the line allow."""
    wide = label.dot.width
    alone = max(min(label.x - wide / 2, right - wide), left)
    return abs(label.left - alone) <= _NEAR


def _joined(dots: Sequence[NamedDot]) -> list[NamedDot]:
    """The dots from the lowest to the highest; those of one figure have all their names."""
    names: dict[str, list[NamedDot]] = {}
    for dot in sorted(dots, key=lambda dot: dot.value):
        names.setdefault(dot.written, []).append(dot)
    return [
        NamedDot(same[0].value, ", ".join(dot.name for dot in same), written)
        for written, same in names.items()
    ]


def _spread(
    wanted: Sequence[float], widths: Sequence[float], left: float, right: float
) -> list[float]:
    """Where words in one lane begin: as near to what is wanted as they can without touching."""
    # Each group holds where it begins, how wide it is, and how many it holds.
    groups: list[tuple[float, float, int]] = []
    for start, width_alone in zip(wanted, widths, strict=True):
        wide, count = width_alone, 1
        begin = max(min(start, right - wide), left)
        while groups and groups[-1][0] + groups[-1][1] + _GAP > begin:
            before, before_wide, before_count = groups.pop()
            own = begin - before_wide - _GAP
            middle = (before * before_count + own * count) / (before_count + count)
            wide, count = before_wide + _GAP + wide, before_count + count
            begin = max(min(middle, right - wide), left)
        groups.append((begin, wide, count))
    lefts: list[float] = []
    for begin, _, count in groups:
        at = begin
        for wide in widths[len(lefts) : len(lefts) + count]:
            lefts.append(at)
            at += wide + _GAP
    return lefts


def _ends(left: float, right: float) -> tuple[float, float]:
    return left + _RADIUS + 2.0, right - _RADIUS - 2.0


def _at(value: float, scale: tuple[float, float], left: float, right: float) -> float:
    low, high = scale
    return left + (right - left) * (value - low) / ((high - low) or 1.0)
