"""The legend of a picture: the classes that are on the map, and only those."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from dashboard.press.drawing import marks
from dashboard.press.drawing.canvas import LEADING, Canvas, ascent, balance_lines
from dashboard.press.drawing.label_placement import PageBox
from dashboard.style import theme
from dashboard.style.theme import Style

SIZE = 13.0
_SIGN = 30.0
_GAP = 5.0


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """One class: its mark, its meaning and its count; `framed` is the sign for town level."""

    style: Style
    label: str
    count: int | None
    framed: bool = False


def entries(
    classes: Mapping[str, int], words: Mapping[str, str], *, counted: bool = True
) -> tuple[LegendEntry, ...]:
    """The entries of the classes used, in the order of the style table.

    A class and its town-level form share an entry.
    """
    by_meaning: dict[str, LegendEntry] = {}
    tally: dict[str, int] = {}
    town = 0
    for name, style in theme.STYLES.items():
        count = classes.get(name, 0)
        if count == 0:
            continue
        town += count if style.town_level else 0
        shown = theme.STYLES[name.removesuffix("_town")]
        key = f"{style.label_key} {style.shape}"
        tally[key] = tally.get(key, 0) + count
        by_meaning[key] = LegendEntry(shown, words[style.label_key], tally[key])
    if town:
        sign = next(
            style for style in theme.STYLES.values() if style.town_level and classes.get(style.id)
        )
        by_meaning["town"] = LegendEntry(sign, words["style.initiative_town"], town, framed=True)
    return tuple(
        by_meaning.values()
        if counted
        else (replace(entry, count=None) for entry in by_meaning.values())
    )


def height(entries: tuple[LegendEntry, ...], room: float) -> float:
    """How high the legend is in one column of that width."""
    return sum(_high(entry, room) + _GAP for entry in entries)


def _high(entry: LegendEntry, room: float) -> float:
    return max(20.0, LEADING * SIZE * len(balance_lines(_label(entry), SIZE, room - _SIGN)))


def _label(entry: LegendEntry) -> str:
    return entry.label if entry.count is None else f"{entry.label} ({entry.count})"


def draw(canvas: Canvas, entries: tuple[LegendEntry, ...], box: PageBox, columns: int = 1) -> float:
    """Draw the entries in columns from the top of the box; where the lowest column ends."""
    gap = 20.0
    room = (box.width - gap * (columns - 1)) / columns
    total = height(entries, room)
    x, y, low = box.left, box.top, box.top
    for entry in entries:
        high = _high(entry, room)
        if (
            y > box.top
            and y + high - box.top > total / columns + 0.6 * high
            and x + room < box.right - 1.0
        ):
            x, y = x + room + gap, box.top
        _entry(canvas, entry, x, y, room)
        y += high + _GAP
        low = max(low, y)
    return low


def _entry(canvas: Canvas, entry: LegendEntry, x: float, y: float, room: float) -> None:
    middle_x, middle_y = x + 11.0, y + 9.5
    if entry.framed:
        frame = PageBox(middle_x - 10.0, middle_y - 9.0, middle_x + 10.0, middle_y + 9.0)
        canvas.rect(
            frame, fill=theme.PAPER, stroke=theme.QUIET, width=1.0, dash=(3.0, 3.0), radius=3.0
        )
        marks.draw(canvas, entry.style, middle_x, middle_y, 5.5 / marks.reach(entry.style))
    else:
        marks.draw(
            canvas, entry.style, middle_x, middle_y, min(1.0, 11.0 / marks.reach(entry.style))
        )
    for line in balance_lines(_label(entry), SIZE, room - _SIGN):
        canvas.text(x + _SIGN, y + ascent(SIZE) + 2.0, line, SIZE)
        y += LEADING * SIZE
