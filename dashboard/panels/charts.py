"""Small drawings: lines that break where the count changed, and bars that carry their number."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.analysis.stations import BREAK_AFTER, CORONA_YEARS, TOTAL_ONLY_YEAR
from dashboard.style import theme
from dashboard.style.html import Markup, node
from dashboard.style.templates import render

_WIDTH, _HEIGHT = 300.0, 150.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 14.0, 14.0, 24.0, 24.0
_LINE = "#154273"
_MIDDLE_YEAR = 2019
# Written years need this much from middle to end, to stand apart.
_TICK_ROOM = 52.0


@dataclass(frozen=True, slots=True)
class YearValue:
    """One year of a series; None where no figure was found."""

    year: int
    value: float | None


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar with its own name and written value; `strong` sets it apart."""

    name: str
    value: float
    written: str
    strong: bool = False


def broken_line(points: Sequence[YearValue], written: dict[int, str], *, title: str) -> Markup:
    """A line per stretch that was counted in one way, as SVG of 300 x 150 units.

    The line stops between 2017 and 2018, 2016 is an open point on a dashed stretch, the corona
    years lie on a hatched
    ground. `written` gives the years whose figure is written out.
    """
    known = [point for point in points if point.value is not None]
    first, last = points[0].year, points[-1].year
    top = max((point.value for point in known if point.value is not None), default=1.0) * 1.08
    step = (_WIDTH - _LEFT - _RIGHT) / max(last - first, 1)

    def x(year: float) -> float:
        return _LEFT + (year - first) * step

    def y(value: float) -> float:
        return _HEIGHT - _BOTTOM - (_HEIGHT - _TOP - _BOTTOM) * value / top

    base = y(0.0)
    hatch = [
        node(
            "line",
            x1=left,
            y1=base,
            x2=left + 7.0,
            y2=_TOP - 6.0,
            stroke="#c9c3b6",
            stroke_width=1.0,
        )
        for left in _frange(x(CORONA_YEARS[0] - 0.45), x(CORONA_YEARS[1] + 0.45) - 7.0, 6.0)
        if first <= CORONA_YEARS[0] and CORONA_YEARS[1] <= last
    ]
    parts = [
        node("title", title),
        *hatch,
        node(
            "line",
            x1=_LEFT - 6,
            y1=base,
            x2=_WIDTH - _RIGHT + 6,
            y2=base,
            stroke="#8a8a8a",
            stroke_width=1.0,
        ),
    ]
    for before, after in itertools.pairwise(known):
        if before.year == BREAK_AFTER or before.value is None or after.value is None:
            continue
        dashed = TOTAL_ONLY_YEAR in (before.year, after.year) or after.year - before.year > 1
        parts.append(
            node(
                "line",
                x1=x(before.year),
                y1=y(before.value),
                x2=x(after.year),
                y2=y(after.value),
                stroke=_LINE,
                stroke_width=2.0,
                stroke_dasharray="4 3" if dashed else None,
            )
        )
    if first <= BREAK_AFTER < last:
        middle = x(BREAK_AFTER + 0.5)
        parts.append(
            node(
                "line",
                x1=middle,
                y1=_TOP - 6,
                x2=middle,
                y2=base,
                stroke="#8a8a8a",
                stroke_dasharray="1 3",
            )
        )
    for point in known:
        if point.value is None:
            continue
        hollow = point.year == TOTAL_ONLY_YEAR or point.year in CORONA_YEARS
        parts.append(
            node(
                "circle",
                cx=x(point.year),
                cy=y(point.value),
                r=4.2 if point.year in written else 3.0,
                fill="#ffffff" if hollow else _LINE,
                stroke=_LINE,
                stroke_width=1.6,
            )
        )
        if point.year in written:
            parts.append(
                node(
                    "text",
                    written[point.year],
                    x=x(point.year),
                    y=y(point.value) - 9.0,
                    text_anchor={last: "end", first: "start"}.get(point.year, "middle"),
                    font_size=14.0,
                    font_weight=600.0,
                    fill=theme.INK,
                )
            )
    for year, anchor in ((first, "start"), (_MIDDLE_YEAR, "middle"), (last, "end")):
        if anchor != "middle" or min(year - first, last - year) * step >= _TICK_ROOM:
            parts.append(
                node(
                    "text",
                    str(year),
                    x=x(year),
                    y=_HEIGHT - 6.0,
                    text_anchor=anchor,
                    font_size=13.0,
                    fill=theme.QUIET,
                )
            )
    return node(
        "svg",
        *parts,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {_WIDTH:.0f} {_HEIGHT:.0f}",
        role="img",
        aria_label=title,
        font_family=f"'{theme.FONT}', sans-serif",
    )


def bars(rows: Sequence[Bar], *, caption: str) -> Markup:
    """Horizontal bars from zero as an HTML table: the name, the bar, the written figure."""
    longest = max((row.value for row in rows), default=1.0) or 1.0
    widths = [(row, f"{100 * row.value / longest:.1f}") for row in rows]
    return render("charts.bars", rows=widths, caption=caption)


def _frange(start: float, stop: float, step: float) -> list[float]:
    return [start + step * index for index in range(int((stop - start) / step) + 1)]
