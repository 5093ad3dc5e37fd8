"""Where the callouts of a map go, each in the longest of its variants that finds room."""

from collections.abc import Sequence

import numpy as np

from dashboard.press.drawing import label_placement
from dashboard.press.drawing.callouts import Callout
from dashboard.press.drawing.label_placement import PageBox, Wanted

_ATTEMPTS = 6
_FAR = 90.0


def place(
    notes: Sequence[Callout], frame: PageBox, solid: Sequence[PageBox], lines: np.ndarray
) -> tuple[list[PageBox | None], list[int]]:
    """A place and a variant per callout; None where there is no room.

    A callout without room, or far from its mark, is tried in a shorter variant, then all are. One
    that must stay near its point (`reach`) is shortened too, but displaces no other.
    """
    levels = [0] * len(notes)
    ranks = [note.rank for note in notes]
    best: tuple[list[PageBox | None], list[int]] = ([None] * len(notes), levels)
    least = (len(notes) + 1, 0, 0)
    for attempt in range(_ATTEMPTS):
        wanted = [
            Wanted(note.x, note.y, note.gap, *note.measure(level), rank=rank, reach=note.reach)
            for note, level, rank in zip(notes, levels, ranks, strict=True)
        ]
        places = label_placement.place(wanted, frame, solid, lines)
        absent = [index for index, place in enumerate(places) if place is None]
        lost = [index for index in absent if notes[index].reach is None]
        beyond = [_beyond(note, place) for note, place in zip(notes, places, strict=True)]
        strays = [index for index, units in enumerate(beyond) if units > 0.0]
        far = round(sum(beyond))
        if (len(lost), far, len(absent)) < least:
            best, least = (places, [*levels]), (len(lost), far, len(absent))
        if not absent and not strays:
            break
        for index in lost:
            ranks[index] -= 1
        # Every second round shortens all callouts: a short name is better than a missing name.
        for index in [*absent, *strays] if attempt % 2 == 0 or not lost else range(len(notes)):
            levels[index] = min(levels[index] + 1, len(notes[index].variants) - 1)
    return best


def _beyond(note: Callout, place: PageBox | None) -> float:
    """How much longer a town's leader is than a reader follows with ease, in units."""
    if place is None or not note.dot:
        return 0.0
    x, y = place.nearest(note.x, note.y)
    return max(0.0, float(np.hypot(x - note.x, y - note.y)) - _FAR)
