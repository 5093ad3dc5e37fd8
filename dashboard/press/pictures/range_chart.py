"""Bars from the lowest to the highest outcome, one row a place, with words beside them."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.analysis.competition.outcome import Interval, TownRow
from dashboard.analysis.competition.region import Region
from dashboard.i18n.text import Lang, Texts
from dashboard.press.drawing.canvas import LEADING, Canvas, ascent, width, wrap
from dashboard.press.drawing.label_placement import PageBox
from dashboard.sentences import competition
from dashboard.style import theme

SIZE = 13.5
_SMALL = 12.0
_ROW, _TALLEST = 19.0, 46.0
_THICK = 6.0
_THINNEST = 2.5
_NAME_PART = 0.34
_LEAST_BARS = 110.0
_COLOURS = (theme.PALE, theme.HEADING)
_STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.5)


@dataclass(frozen=True, slots=True)
class RangeRow:
    """A place: its range today, in a scenario where there is one, and a cell of words per column.

    Without `drawn` there are words only, for what would flatten every other bar.
    """

    name: str
    before: Interval
    after: Interval | None
    cells: tuple[str, ...]
    strong: bool = False
    drawn: bool = True


@dataclass(frozen=True, slots=True)
class RangeColumns:
    """Titles over the columns of words, and how wide each of them is."""

    titles: tuple[str, ...]
    widths: tuple[float, ...]
    name: float


def origins(towns: Sequence[TownRow], region: Region, text: Texts) -> list[RangeRow]:
    """Towns, in the given order, with what part of their spending goes to a site."""
    names = dict(zip(region.towns, region.town_names, strict=True))
    return [
        RangeRow(names[row.town_id], row.before, None, (competition.span(row.before, text),))
        for row in towns
    ]


def height(rows: Sequence[RangeRow]) -> float:
    """The least height the rows need, their head included, where every name takes one line."""
    return _head_height() + _ROW * len(rows)


def draw(
    canvas: Canvas, rows: Sequence[RangeRow], titles: Sequence[str], box: PageBox, lang: Lang
) -> float:
    """Draw the rows from the top of the box, all bars on one scale from zero; where they end."""
    columns = _columns(rows, titles, box.width)
    bars = PageBox(
        box.left + columns.name,
        box.top + _head_height(),
        box.right - sum(columns.widths),
        box.bottom,
    )
    most = (
        max(
            (
                max(row.before.high, row.after.high if row.after else 0.0)
                for row in rows
                if row.drawn
            ),
            default=0.0,
        )
        or 1.0
    )
    more = [LEADING * SIZE * (len(_name(row, columns)) - 1) for row in rows]
    high = min(max((box.height - _head_height() - sum(more)) / max(len(rows), 1), _ROW), _TALLEST)
    low = bars.top + high * len(rows) + sum(more)
    _draw_grid(canvas, PageBox(bars.left, bars.top, bars.right, low), most, lang)
    right = bars.right
    pair = any(row.after is not None for row in rows)
    most_lines = max(
        len(wrap(title, _SMALL, wide - 8.0, 600))
        for title, wide in zip(columns.titles, columns.widths, strict=True)
    )
    chip = bars.top - 12.0 - LEADING * _SMALL * most_lines
    for index, (title, wide) in enumerate(zip(columns.titles, columns.widths, strict=True)):
        right += wide
        lines = wrap(title, _SMALL, wide - 8.0, 600)
        top = bars.top - 6.0 - LEADING * _SMALL * len(lines)
        if pair and index < len(_COLOURS):
            canvas.rect(PageBox(right - 22.0, chip, right, chip + 5.0), fill=_COLOURS[index])
        for line in lines:
            canvas.text(
                right,
                top + ascent(_SMALL),
                line,
                _SMALL,
                weight=600,
                colour=theme.QUIET,
                align="right",
            )
            top += LEADING * _SMALL
    canvas.line([(box.left, bars.top), (box.right, bars.top)], theme.HAIRLINE, 1.0)
    y = bars.top
    for row, extra in zip(rows, more, strict=True):
        _draw_row(
            canvas, row, columns, PageBox(box.left, y, box.right, y + high + extra), bars, most
        )
        y += high + extra
    return low


def _head_height() -> float:
    return 2 * LEADING * _SMALL + 14.0


def _name(row: RangeRow, columns: RangeColumns) -> list[str]:
    return wrap(row.name, SIZE, columns.name - 10.0, _weight(row))


def _weight(row: RangeRow) -> int:
    return 600 if row.strong else 400


def _columns(rows: Sequence[RangeRow], titles: Sequence[str], room: float) -> RangeColumns:
    """Words get the room they need; names what is left after a least length for the bars."""
    widths = []
    for index, title in enumerate(titles):
        cells = [width(row.cells[index], SIZE, 600) for row in rows]
        # A title may take two lines, a figure may not.
        widths.append(
            max(
                [
                    *cells,
                    0.62 * width(title, _SMALL, 600),
                    *(width(word, _SMALL, 600) for word in title.split()),
                ]
            )
            + 16.0
        )
    longest = max((width(row.name, SIZE, 600) for row in rows), default=0.0) + 12.0
    name = min(longest, max(_NAME_PART * room, room - sum(widths) - _LEAST_BARS))
    return RangeColumns(tuple(titles), tuple(widths), name)


def _draw_grid(canvas: Canvas, box: PageBox, most: float, lang: Lang) -> None:
    """Faint lines at round shares, their per cents above."""
    step = next((step for step in _STEPS if most / step <= max(box.width / 55.0, 1.5)), _STEPS[-1])
    for index in range(int(most / step) + 1):
        x = box.left + box.width * index * step / most
        canvas.line(
            [(x, box.top), (x, box.bottom)], theme.QUIET if index == 0 else theme.HAIRLINE, 1.0
        )
        label = theme.share(index * step, lang)
        canvas.text(
            x,
            box.top - 5.0,
            label,
            _SMALL,
            colour=theme.QUIET,
            align="left" if index == 0 else "center",
        )


def _draw_row(
    canvas: Canvas, row: RangeRow, columns: RangeColumns, place: PageBox, bars: PageBox, most: float
) -> None:
    middle = (place.top + place.bottom) / 2
    name = _name(row, columns)
    for index, line in enumerate(name):
        y = middle + 0.35 * SIZE + (index - (len(name) - 1) / 2) * LEADING * SIZE
        canvas.text(place.left, y, line, SIZE, weight=_weight(row))
    if row.drawn and row.after is None:
        _draw_bar(canvas, row.before, bars, middle, 1.4 * _THICK, theme.HEADING, most)
    elif row.drawn:
        for share, colour, side in zip(
            (row.before, row.after), _COLOURS, (-0.55, 0.55), strict=True
        ):
            _draw_bar(
                canvas, share or row.before, bars, middle + side * _THICK, _THICK, colour, most
            )
    right = bars.right
    for index, (words, wide) in enumerate(zip(row.cells, columns.widths, strict=True)):
        right += wide
        last = index == len(row.cells) - 1
        canvas.text(
            right,
            middle + 0.35 * SIZE,
            words,
            SIZE,
            weight=600 if row.strong and last else 400,
            align="right",
        )
    canvas.line([(place.left, place.bottom), (place.right, place.bottom)], theme.HAIRLINE, 0.8)


def _draw_bar(
    canvas: Canvas,
    share: Interval,
    bars: PageBox,
    middle: float,
    thick: float,
    colour: str,
    most: float,
) -> None:
    left, right = (bars.left + bars.width * end / most for end in (share.low, share.high))
    right = max(right, left + _THINNEST)
    canvas.rect(PageBox(left, middle - thick / 2, right, middle + thick / 2), fill=colour)
