"""Small drawings: lines that break where the count changed, and bars that carry their number."""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote

from dashboard.analysis.stations import BREAK_AFTER, CORONA_YEARS, TOTAL_ONLY_YEAR
from dashboard.style import theme
from dashboard.style.html import Markup, node
from dashboard.style.templates import render

_WIDTH, _HEIGHT = 300.0, 150.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 14.0, 14.0, 24.0, 24.0
_LINE = "#154273"
_MIDDLE_YEAR = 2019
# Room between the labels of two years, from middle to end.
_TICK_ROOM = 52.0


@dataclass(frozen=True, slots=True)
class YearValue:
    """One year of a series; None where no figure is known."""

    year: int
    value: float | None


@dataclass(frozen=True, slots=True)
class BarRow:
    """One bar with its own name and written value; `strong` sets it apart."""

    name: str
    value: float
    written: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where years and values lie in the drawing, in its units of 300 x 150."""

    first: int
    last: int
    top: float

    @property
    def step(self) -> float:
        return (_WIDTH - _LEFT - _RIGHT) / max(self.last - self.first, 1)

    def x(self, year: float) -> float:
        return _LEFT + (year - self.first) * self.step

    def y(self, value: float) -> float:
        return _HEIGHT - _BOTTOM - (_HEIGHT - _TOP - _BOTTOM) * value / self.top


def broken_line(points: Sequence[YearValue], written: dict[int, str], *, title: str) -> Markup:
    """A line per stretch of years with one way of counting, as SVG of 300 x 150 units.

    The line stops between 2017 and 2018, 2016 is an open point on a dashed stretch, and the corona
    years lie on a hatched ground. `written` gives the years whose figure is written out.
    """
    known = [(point.year, point.value) for point in points if point.value is not None]
    top = max((value for _, value in known), default=1.0) * 1.08
    frame = _Frame(points[0].year, points[-1].year, top)
    parts = (
        *_ground(frame),
        *_stretches(known, frame),
        *_points(known, written, frame),
        *_years(frame),
    )
    return svg(parts, title=title, width=_WIDTH, height=_HEIGHT)


def svg(parts: Iterable[Markup], *, title: str, width: float, height: float) -> Markup:
    """The parts as one SVG picture that screen readers call `title`."""
    return node(
        "svg",
        node("title", title),
        *parts,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {width:.0f} {height:.0f}",
        role="img",
        aria_label=title,
        font_family=f"'{theme.FONT}', sans-serif",
    )


def image(drawing: Markup, described: str) -> Markup:
    """An SVG drawing as a picture within HTML, where `st.html` would strip the drawing itself."""
    return node("img", src=f"data:image/svg+xml,{quote(drawing)}", alt=described)


def _ground(frame: _Frame) -> list[Markup]:
    """The hatching of the corona years, where all of them are shown, and the zero line."""
    base = frame.y(0.0)
    start, end = frame.x(CORONA_YEARS[0] - 0.45), frame.x(CORONA_YEARS[1] + 0.45)
    all_shown = frame.first <= CORONA_YEARS[0] and CORONA_YEARS[1] <= frame.last
    count = int((end - 7.0 - start) / 6.0) + 1 if all_shown else 0
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
        for left in (start + 6.0 * index for index in range(count))
    ]
    zero = node(
        "line",
        x1=_LEFT - 6,
        y1=base,
        x2=_WIDTH - _RIGHT + 6,
        y2=base,
        stroke="#8a8a8a",
        stroke_width=1.0,
    )
    return [*hatch, zero]


def _stretches(known: Sequence[tuple[int, float]], frame: _Frame) -> list[Markup]:
    """The line between the known years, and the dotted upright where the count changed."""
    parts = [
        node(
            "line",
            x1=frame.x(before),
            y1=frame.y(value),
            x2=frame.x(after),
            y2=frame.y(next_value),
            stroke=_LINE,
            stroke_width=2.0,
            stroke_dasharray=(
                "4 3" if TOTAL_ONLY_YEAR in (before, after) or after - before > 1 else None
            ),
        )
        for (before, value), (after, next_value) in itertools.pairwise(known)
        if before != BREAK_AFTER
    ]
    if frame.first <= BREAK_AFTER < frame.last:
        middle = frame.x(BREAK_AFTER + 0.5)
        parts.append(
            node(
                "line",
                x1=middle,
                y1=_TOP - 6,
                x2=middle,
                y2=frame.y(0.0),
                stroke="#8a8a8a",
                stroke_dasharray="1 3",
            )
        )
    return parts


def _points(
    known: Sequence[tuple[int, float]], written: dict[int, str], frame: _Frame
) -> list[Markup]:
    """A circle per known year, open where the count is special, and the figures written out."""
    parts = []
    for year, value in known:
        hollow = year == TOTAL_ONLY_YEAR or year in CORONA_YEARS
        parts.append(
            node(
                "circle",
                cx=frame.x(year),
                cy=frame.y(value),
                r=4.2 if year in written else 3.0,
                fill="#ffffff" if hollow else _LINE,
                stroke=_LINE,
                stroke_width=1.6,
            )
        )
        if year in written:
            parts.append(
                node(
                    "text",
                    written[year],
                    x=frame.x(year),
                    y=frame.y(value) - 9.0,
                    text_anchor={frame.last: "end", frame.first: "start"}.get(year, "middle"),
                    font_size=14.0,
                    font_weight=600.0,
                    fill=theme.INK,
                )
            )
    return parts


def _years(frame: _Frame) -> list[Markup]:
    """The first and last year, and the middle one where there is room."""
    room = min(_MIDDLE_YEAR - frame.first, frame.last - _MIDDLE_YEAR) * frame.step
    years = [(frame.first, "start"), (frame.last, "end")]
    if room >= _TICK_ROOM:
        years.insert(1, (_MIDDLE_YEAR, "middle"))
    return [
        node(
            "text",
            str(year),
            x=frame.x(year),
            y=_HEIGHT - 6.0,
            text_anchor=anchor,
            font_size=13.0,
            fill=theme.QUIET,
        )
        for year, anchor in years
    ]


def bars(rows: Sequence[BarRow], *, caption: str, kind: Literal["bars", "dots"] = "bars") -> Markup:
    """Horizontal bars from zero as an HTML table: the name, the bar, the written figure.

    As `dots` only the end of each bar is drawn, below zero too; a mark stands at zero.
    """
    lowest = min((0.0, *(row.value for row in rows)))
    length = max((0.0, *(row.value for row in rows))) - lowest or 1.0
    widths = [(row, f"{100 * (row.value - lowest) / length:.1f}") for row in rows]
    zero = f"{-100 * lowest / length:.1f}" if lowest < 0 else None
    return render("charts.bars", rows=widths, caption=caption, kind=kind, zero=zero)
