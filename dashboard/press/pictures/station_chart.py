"""Passengers per station and year: one small line chart per station, each on its own scale."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

from dashboard.analysis.stations import BREAK_AFTER, CORONA_YEARS, TOTAL_ONLY_YEAR
from dashboard.facts.records import StationYear
from dashboard.facts.snapshot import Facts
from dashboard.i18n.lists import listed
from dashboard.i18n.text import Texts
from dashboard.press import caption
from dashboard.press.caption import Story
from dashboard.press.drawing import layout as drawing_layout
from dashboard.press.drawing.canvas import (
    LEADING,
    Align,
    Canvas,
    ascent,
    balance_lines,
    width,
    wrap,
)
from dashboard.press.drawing.label_placement import PageBox
from dashboard.press.errors import UnknownSubjectError
from dashboard.press.request import PictureRequest
from dashboard.selection.context import Context
from dashboard.sentences import series
from dashboard.style import theme

_NAME = 15.0
_YEAR = 12.5
_FIGURE = 15.0
_NOTE = 12.5
# A year this wide has room for its figure.
_WIDE = 68.0
_STEEP = 6.0
# The least width for a few words beside a line.
_BREAK = 80.0
# A lower chart has no room for words: the notes and the key say what they would.
_LOW = 44.0
_BEFORE, _AFTER = 2019, 2023


def trains(canvas: Canvas, context: Context, request: PictureRequest) -> Story:
    """Draw one small line chart per station, each on its own scale from zero.

    Raises UnknownSubjectError where there are no stations.
    """
    facts, text, selection = context.facts, context.text, context.selection
    place = selection.place
    whole = selection.whole_region
    stations = [
        rows for rows in _stations(facts, text) if whole or rows[0].place_id == place
    ] or _stations(facts, text)
    if not stations:
        raise UnknownSubjectError(text("press.no_figures"))
    draft = caption.Draft(
        view="kaart" if not whole else "overzicht",
        headline=headline(stations, text),
        standfirst=(
            text("press.stand_trains") if len(stations) > 1 else text("press.stand_trains_one")
        ),
        notes=notes(stations[0], text),
        references=[
            (facts.station_source_id, f"{stations[0][0].year}–{stations[0][-1].year}"),
        ],
        alt=text("press.alt_trains", figures="; ".join(_pair(rows, text) for rows in stations)),
    )
    words = caption.finish(context, request, draft)
    layout = drawing_layout.plan(canvas, words, text, notes=bool(words.notes))
    drawing_layout.ink(canvas, words, layout, text)
    columns = min(len(stations), 3 if canvas.size.wide else 2)
    lines = -(-len(stations) // columns)
    wide = (layout.body.width - drawing_layout.GAP * (columns - 1)) / columns
    high = (layout.body.height - 10.0 * (lines - 1)) / lines
    for index, rows in enumerate(stations):
        left = layout.body.left + (index % columns) * (wide + drawing_layout.GAP)
        top = layout.body.top + (index // columns) * (high + 10.0)
        # One station alone is named in the headline.
        title = rows[0].name if len(stations) > 1 else text("press.trains_axis")
        draw_station(canvas, rows, PageBox(left, top, left + wide, top + high), text, title=title)
    if len(stations) % columns:
        at = len(stations) % columns
        left, top = (
            layout.body.left + at * (wide + drawing_layout.GAP),
            layout.body.top + (lines - 1) * (high + 10.0),
        )
        _draw_key(canvas, PageBox(left, top, layout.body.right, top + high), text)
    return words


def _draw_key(canvas: Canvas, box: PageBox, text: Texts) -> None:
    """How to read the lines, in a free cell among them."""
    canvas.text(
        box.left,
        box.top + ascent(_NAME),
        text("press.trains_key"),
        _NAME,
        weight=700,
        colour=theme.HEADING,
    )
    y = box.top + LEADING * _NAME + 4.0
    for hollow, dash, key in (
        (False, (), "trains_year"),
        (True, (), "trains_corona_year"),
        (True, (5.0, 4.0), "trains_total"),
    ):
        middle = y + 8.0
        canvas.line([(box.left, middle), (box.left + 26.0, middle)], theme.HEADING, 2.2, dash=dash)
        dot = PageBox(box.left + 10.0, middle - 3.0, box.left + 16.0, middle + 3.0)
        canvas.rect(
            dot,
            fill=theme.PAPER if hollow else theme.HEADING,
            stroke=theme.HEADING,
            width=1.6,
            radius=3.0,
        )
        y = (
            canvas.paragraph(box.left + 36.0, y, text(f"press.{key}"), _NOTE, box.width - 36.0)
            + 4.0
        )


def notes(rows: Sequence[StationYear], text: Texts) -> tuple[str, ...]:
    """The note on how to read the lines that are drawn."""
    legend = series.trains_legend(rows, text)
    return (legend,) if legend else ()


def named(row: StationYear, facts: Facts, text: Texts) -> StationYear:
    """A year of a station under its name in the language of the picture."""
    return replace(row, name=facts.translate(row.name, text.lang))


def _stations(facts: Facts, text: Texts) -> list[list[StationYear]]:
    names = sorted({row.name for row in facts.stations})
    return [
        [named(row, facts, text) for row in facts.stations if row.name == name] for name in names
    ]


def _boardings(rows: Sequence[StationYear], year: int) -> float | None:
    return next((row.boardings_per_workday for row in rows if row.year == year), None)


def _pair(rows: Sequence[StationYear], text: Texts) -> str:
    before, after = _boardings(rows, _BEFORE), _boardings(rows, _AFTER)
    if before is None or after is None:
        return f"{rows[0].name}: {text('overview.trains_unknown')}"
    pair = text(
        "overview.trains_pair",
        before=theme.number(before, text.lang),
        after=theme.number(after, text.lang),
    )
    return f"{rows[0].name}: {pair}"


def headline(stations: Sequence[Sequence[StationYear]], text: Texts) -> str:
    """What holds for every station, else the title; 2019 and 2023 are comparable counts."""
    pairs = [(_boardings(rows, _BEFORE), _boardings(rows, _AFTER)) for rows in stations]
    known = [(before, after) for before, after in pairs if before is not None and after is not None]
    title = series.trains_title([row for rows in stations for row in rows], text)
    if len(known) != len(stations):
        return title
    if len(stations) == 1:
        before, after = known[0]
        return text(
            "press.head_trains_one",
            station=stations[0][0].name,
            before=theme.number(before, text.lang),
            after=theme.number(after, text.lang),
        )
    more = [
        rows[0].name
        for rows, (before, after) in zip(stations, known, strict=True)
        if after >= before
    ]
    if not more:
        return text("press.head_trains_lower", count=len(known))
    if len(more) < len(known) / 2:
        return text(
            "press.head_trains_some",
            count=len(known) - len(more),
            total=len(known),
            stations=listed(more, text),
        )
    return title


@dataclass(frozen=True, slots=True)
class _StationPlot:
    """The plot of one station: `counts` are its known years with passengers per working day.

    `limits` is the room of the whole chart: figures and years stay within it.
    """

    counts: tuple[tuple[int, float], ...]
    first: int
    last: int
    area: PageBox
    limits: PageBox

    def x(self, year: float) -> float:
        """Where a year stands on the page."""
        return self.area.left + (year - self.first) * self.area.width / max(
            self.last - self.first, 1
        )

    def y(self, value: float) -> float:
        """Where a number of passengers stands on the page."""
        highest = max((count for _, count in self.counts), default=1.0)
        return self.area.bottom - self.area.height * value / highest

    @property
    def is_wide(self) -> bool:
        """Whether every year has room for its figure."""
        return self.area.width > _WIDE * (self.last - self.first + 1)

    def is_steep(self, year: int, beside: int) -> bool:
        """Whether the line rises steeply from a year to the year `beside` it."""
        heights = {known_year: self.y(value) for known_year, value in self.counts}
        return beside in heights and heights[year] - heights[beside] > _STEEP

    def is_valley(self, year: int) -> bool:
        """Whether a year lies lower than the known years on both sides of it."""
        index = [known_year for known_year, _ in self.counts].index(year)
        if not 0 < index < len(self.counts) - 1:
            return False
        (_, before), (_, value), (_, after) = self.counts[index - 1 : index + 2]
        return value < min(before, after)


def draw_station(
    canvas: Canvas, rows: Sequence[StationYear], box: PageBox, text: Texts, *, title: str
) -> None:
    """Draw one station's line, interrupted where the method of counting changed.

    2016 is open and dashed, the corona years are hatched. A wide chart has a figure at every year,
    a narrow one at the years before and after corona.
    """
    canvas.text(box.left, box.top + ascent(_NAME), title, _NAME, weight=700, colour=theme.HEADING)
    plot = _StationPlot(
        counts=tuple(
            (row.year, row.boardings_per_workday)
            for row in rows
            if row.boardings_per_workday is not None
        ),
        first=rows[0].year,
        last=rows[-1].year,
        area=PageBox(box.left + 8.0, box.top + 46.0, box.right - 26.0, box.bottom - 20.0),
        limits=box,
    )
    area = plot.area
    if plot.first <= CORONA_YEARS[0] and CORONA_YEARS[1] <= plot.last:
        _draw_corona_years(canvas, plot, text)
    canvas.line(
        [(area.left - 8.0, area.bottom), (area.right + 10.0, area.bottom)], theme.QUIET, 1.0
    )
    if plot.first <= BREAK_AFTER < plot.last:
        _draw_break(canvas, plot, text)
    for (year, value), (next_year, next_value) in itertools.pairwise(plot.counts):
        if year != BREAK_AFTER:
            dashed = TOTAL_ONLY_YEAR in (year, next_year) or next_year - year > 1
            canvas.line(
                [(plot.x(year), plot.y(value)), (plot.x(next_year), plot.y(next_value))],
                theme.HEADING,
                2.2,
                dash=(5.0, 4.0) if dashed else (),
            )
    for year, value in plot.counts:
        _draw_count(canvas, plot, year, value, text)
    _draw_years(canvas, plot)


def _draw_corona_years(canvas: Canvas, plot: _StationPlot, text: Texts) -> None:
    left, right = plot.x(CORONA_YEARS[0] - 0.45), plot.x(CORONA_YEARS[1] + 0.45)
    band = PageBox(left, plot.area.top - 8.0, right, plot.area.bottom)
    canvas.rect(band, fill=theme.SIDE)
    for step in range(0, int(band.width + band.height), 9):
        canvas.line(
            [(left + step - band.height, band.bottom), (left + step, band.top)],
            theme.HAIRLINE,
            1.0,
            clip=band,
        )
    if plot.area.height < _LOW:
        return
    lines = wrap(text("press.trains_corona"), _NOTE, 2.2 * (right - left))
    _draw_lines_above(canvas, lines, (left + right) / 2, plot.area.bottom - 8.0, "center")


def _draw_break(canvas: Canvas, plot: _StationPlot, text: Texts) -> None:
    """A dotted line where the method of counting changed, with its words beside or across it."""
    area = plot.area
    middle = plot.x(BREAK_AFTER + 0.5)
    canvas.line(
        [(middle, area.top - 8.0), (middle, area.bottom)], theme.QUIET, 1.0, dash=(1.5, 3.0)
    )
    if area.height < _LOW:
        return
    words = text("press.trains_break")
    if middle - area.left > _BREAK:
        lines = balance_lines(words, _NOTE, middle - 10.0 - area.left)
        _draw_lines_above(canvas, lines, middle - 6.0, area.bottom - 8.0, "right")
    else:
        lines = wrap(words, _NOTE, 0.5 * area.width)
        _draw_lines_above(canvas, lines, middle, area.bottom - 8.0 - 2 * LEADING * _NOTE, "center")


def _draw_lines_above(
    canvas: Canvas, lines: Sequence[str], x: float, bottom: float, align: Align
) -> None:
    """Write lines in the plot itself, the last one with its baseline at `bottom`."""
    for index, line in enumerate(reversed(lines)):
        canvas.text(
            x,
            bottom - index * LEADING * _NOTE,
            line,
            _NOTE,
            colour=theme.QUIET,
            align=align,
            halo=theme.PAPER,
        )


def _draw_count(canvas: Canvas, plot: _StationPlot, year: int, value: float, text: Texts) -> None:
    """The dot of a year, with its figure where there is room."""
    x, y = plot.x(year), plot.y(value)
    compared = year in (_BEFORE, _AFTER)
    r = 4.4 if compared else 3.0
    canvas.rect(
        PageBox(x - r, y - r, x + r, y + r),
        fill=theme.PAPER if year == TOTAL_ONLY_YEAR or year in CORONA_YEARS else theme.HEADING,
        stroke=theme.HEADING,
        width=1.6,
        radius=r,
    )
    if not (plot.is_wide or compared):
        return
    figure = theme.number(value, text.lang)
    weight = 600 if compared else 400
    half = width(figure, _FIGURE, weight) / 2
    leftmost, rightmost = plot.limits.left + half, plot.limits.right - half
    middle = min(max(x, leftmost), rightmost)
    if plot.is_valley(year):
        baseline = y + 9.0 + ascent(_FIGURE)
    else:
        baseline = y - 9.0
        # Beside a steep line, which would run through the figure.
        if plot.is_steep(year, year + 1):
            middle = max(x + 5.0 - half, leftmost)
        elif plot.is_steep(year, year - 1):
            middle = min(x - 5.0 + half, rightmost)
    canvas.text(middle, baseline, figure, _FIGURE, weight=weight, align="center", halo=theme.PAPER)


def _draw_years(canvas: Canvas, plot: _StationPlot) -> None:
    first, last = plot.first, plot.last
    some = sorted({first, min(max(_BEFORE, first), last), last})
    for year in range(first, last + 1) if plot.is_wide else some:
        half = width(str(year), _YEAR) / 2
        canvas.text(
            min(max(plot.x(year), plot.limits.left + half), plot.limits.right - half),
            plot.area.bottom + 15.0,
            str(year),
            _YEAR,
            colour=theme.QUIET,
            align="center",
        )
