"""Where labels go: beside their mark, inside the frame, over nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from geo.arrays import Floats, Mask

_ANGLES = 2.0 * np.pi * np.arange(24) / 24
_ACROSS, _DOWN = np.cos(_ANGLES), -np.sin(_ANGLES)
_REACHES = (0.0, 6.0, 14.0, 26.0, 42.0, 62.0, 88.0, 120.0, 160.0, 210.0, 270.0)
_ROUNDS = 4
_AIR = 4.0
_UNDER, _STEPS = 45.0, 9
_A_POINT, _MOST_COVERED = 7.0, 70.0


@dataclass(frozen=True, slots=True)
class PageBox:
    """A rectangle on the page, y downwards."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """Width in units."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Height in units."""
        return self.bottom - self.top

    def grown(self, by: float) -> "PageBox":
        """The box with a margin around it."""
        return PageBox(self.left - by, self.top - by, self.right + by, self.bottom + by)

    def overlaps(self, other: "PageBox") -> bool:
        """Whether the two share any area."""
        return (
            min(self.right, other.right) - max(self.left, other.left) > 1e-9
            and min(self.bottom, other.bottom) - max(self.top, other.top) > 1e-9
        )

    def within(self, other: "PageBox") -> bool:
        """Whether the box lies wholly in `other`."""
        return (
            self.left >= other.left - 1e-6
            and self.top >= other.top - 1e-6
            and self.right <= other.right + 1e-6
            and self.bottom <= other.bottom + 1e-6
        )

    def nearest(self, x: float, y: float) -> tuple[float, float]:
        """The point of the box that lies nearest to a point."""
        return min(max(x, self.left), self.right), min(max(y, self.top), self.bottom)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A label to place: its anchor, its distance from it and its size; low `rank` goes first."""

    x: float
    y: float
    gap: float
    width: float
    height: float
    rank: int = 0
    reach: float | None = None
    """How far it may stand from its anchor; None for any distance."""


def place(
    wanted: Sequence[Wanted], frame: PageBox, taken: Sequence[PageBox], lines: Floats | None = None
) -> list[PageBox | None]:
    """A box per label that overlaps no other label and nothing of `taken`; None without room.

    Labels avoid points `[n, 2]` along `lines` where that costs little. The same input gives the
    same places.
    """
    order = sorted(range(len(wanted)), key=lambda index: (wanted[index].rank, index))
    choices = [_candidates(label, frame) for label in wanted]
    fixed = _array(taken)
    anchors = np.array([(label.x, label.y, label.gap) for label in wanted])
    free = [boxes[~_hits(boxes, fixed)] if len(boxes) else boxes for boxes in choices]
    covers = [np.minimum(_A_POINT * _covering(boxes, lines), _MOST_COVERED) for boxes in free]
    placed: list[PageBox | None] = [None] * len(wanted)
    for _ in range(_ROUNDS):
        moved = False
        for index in order:
            others = [box for at, box in enumerate(placed) if box is not None and at != index]
            # A label over the leader of another would seem to be what that leads to.
            over = _covering(free[index], _leaders(wanted, placed, index)) > 0
            cost = covers[index] + np.where(over, _UNDER, 0.0)
            marks = np.delete(anchors, index, axis=0)
            best = _best(wanted[index], free[index], cost, others, marks)
            moved = moved or best != placed[index]
            placed[index] = best
        if not moved:
            break
    return placed


def _candidates(label: Wanted, frame: PageBox) -> Floats:
    """Boxes around the anchor, one row each (left, top, right, bottom), inside the frame."""
    reaches = [reach for reach in _REACHES if label.reach is None or reach <= label.reach]
    away = label.gap + np.array(reaches)[:, None]
    wide, high = label.width / 2, label.height / 2
    # The box touches a circle around the anchor on its near side or corner.
    x = (label.x + _ACROSS * away + wide * _side(_ACROSS)).ravel()
    y = (label.y + _DOWN * away + high * _side(_DOWN)).ravel()
    boxes = np.column_stack((x - wide, y - high, x + wide, y + high))
    inside = (
        (boxes[:, 0] >= frame.left)
        & (boxes[:, 1] >= frame.top)
        & (boxes[:, 2] <= frame.right)
        & (boxes[:, 3] <= frame.bottom)
    )
    return boxes[inside]


def _side(part: Floats) -> Floats:
    """-1 to 1: flat sides hold a label's middle, slanted ones its corner."""
    return np.clip(part * 1.6, -1.0, 1.0)


def _best(
    label: Wanted, boxes: Floats, covered: Floats, others: Sequence[PageBox], marks: Floats
) -> PageBox | None:
    """The box that costs a reader least, beside the labels placed so far and other marks `[m, 3]`:
    x, y and the distance to their own labels.
    """
    if not len(boxes):
        return None
    is_free = ~_hits(boxes, _array(others)) if others else np.ones(len(boxes), dtype=bool)
    clear = boxes[is_free]
    if not len(clear):
        return None
    middle_x, middle_y = (clear[:, 0] + clear[:, 2]) / 2, (clear[:, 1] + clear[:, 3]) / 2
    near_x = np.clip(label.x, clear[:, 0], clear[:, 2])
    near_y = np.clip(label.y, clear[:, 1], clear[:, 3])
    cost = np.hypot(near_x - label.x, near_y - label.y)
    # Readers look to the right and above first; straight below hides under a finger.
    cost += np.where(middle_x < label.x, 3.0, 0.0) + np.where(middle_y > label.y, 1.5, 0.0)
    # A label may cover some of its line rather than lie far from it.
    cost += covered[is_free]
    if others:
        # A leader that runs under another label seems to end there.
        cost += _UNDER * _hidden(label, near_x, near_y, _array(others))
    x, y, gap = marks.T
    # Nearer to another mark than to its own: a reader would pair them wrongly.
    stray_x = np.clip(x, clear[:, 0, None], clear[:, 2, None])
    stray_y = np.clip(y, clear[:, 1, None], clear[:, 3, None])
    cost += 40.0 * (np.hypot(stray_x - x, stray_y - y) < gap + _AIR).sum(axis=1)
    elsewhere = marks[np.hypot(x - label.x, y - label.y) > 1.0]
    cost += 60.0 * _crossed(label, near_x, near_y, elsewhere)
    left, top, right, bottom = (float(side) for side in clear[int(np.argmin(np.round(cost, 6)))])
    return PageBox(left, top, right, bottom)


def _leaders(
    wanted: Sequence[Wanted], placed: Sequence[PageBox | None], index: int
) -> Floats | None:
    """Points along the lines from the other labels to their anchors."""
    along = np.linspace(0.1, 0.9, _STEPS)
    lines = []
    for at, (label, box) in enumerate(zip(wanted, placed, strict=True)):
        if box is not None and at != index:
            near_x, near_y = box.nearest(label.x, label.y)
            lines.append(
                np.column_stack(
                    (label.x + along * (near_x - label.x), label.y + along * (near_y - label.y))
                )
            )
    return np.concatenate(lines) if lines else None


def _covering(boxes: Floats, lines: Floats | None) -> Floats:
    """How many points of the lines each box would hide."""
    if lines is None or not len(lines) or not len(boxes):
        return np.zeros(len(boxes))
    x, y = lines[:, 0], lines[:, 1]
    within = (x > boxes[:, :1]) & (x < boxes[:, 2:3]) & (y > boxes[:, 1:2]) & (y < boxes[:, 3:4])
    covered: Floats = within.sum(axis=1).astype(float)
    return covered


def _crossed(label: Wanted, near_x: Floats, near_y: Floats, marks: Floats) -> Floats:
    """How many other marks the line from anchor to label passes."""
    x, y, gap = marks.T
    dx, dy = (near_x - label.x)[:, None], (near_y - label.y)[:, None]
    length = np.maximum(np.hypot(dx, dy), 1e-9)
    along = np.clip(((x - label.x) * dx + (y - label.y) * dy) / length**2, 0.0, 1.0)
    away = np.hypot(label.x + along * dx - x, label.y + along * dy - y)
    passed: Floats = (away < gap).sum(axis=1)
    return passed


def _hidden(label: Wanted, near_x: Floats, near_y: Floats, others: Floats) -> Mask:
    """Whether the line from anchor to label runs under one of the other boxes."""
    along = np.linspace(0.1, 0.9, _STEPS)
    x = label.x + along[None, :] * (near_x - label.x)[:, None]
    y = label.y + along[None, :] * (near_y - label.y)[:, None]
    x, y = x[:, :, None], y[:, :, None]
    under = (x > others[:, 0]) & (x < others[:, 2]) & (y > others[:, 1]) & (y < others[:, 3])
    hidden: Mask = np.any(under, axis=(1, 2))
    return hidden


def _array(boxes: Sequence[PageBox]) -> Floats:
    return np.array(
        [(box.left, box.top, box.right, box.bottom) for box in boxes], dtype=float
    ).reshape(-1, 4)


def _hits(boxes: Floats, taken: Floats) -> Mask:
    """Per box whether it overlaps any of `taken`, with a little air between them."""
    if not len(taken):
        return np.zeros(len(boxes), dtype=bool)
    wide = np.minimum(boxes[:, None, 2], taken[None, :, 2]) - np.maximum(
        boxes[:, None, 0], taken[None, :, 0]
    )
    high = np.minimum(boxes[:, None, 3], taken[None, :, 3]) - np.maximum(
        boxes[:, None, 1], taken[None, :, 1]
    )
    hits: Mask = np.any((wide > -_AIR) & (high > -_AIR), axis=1)
    return hits
