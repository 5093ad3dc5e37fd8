"""A figure by year as a line from zero, broken where the way of counting changed."""

import itertools
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter

from dashboard.analysis.stations import (
    BREAK_AFTER,
    COMPARED_YEARS,
    CORONA_YEARS,
    TOTAL_ONLY_YEAR,
    compared,
)
from dashboard.charts.marks import (
    Anchor,
    BoxMark,
    DotMark,
    Drawing,
    LineMark,
    Mark,
    Point,
    TextMark,
)
from dashboard.facts.records import StationYear
from dashboard.i18n.text import Texts
from dashboard.sentences.centre import CentreCard, DatedValue
from dashboard.style import theme

LOW_HEIGHT = 4.3
"""The height of a low drawing, in sizes of its figures."""
_SIZE = 15.0
_SMALLEST = 12.0
# The width of a letter in sizes of type, a little more than the average one takes.
_LETTER = 0.5
_LEADING = 1.26
# Beside the plot, between a dot and its figure, and the height of the ground above the plot.
_SIDE, _BESIDE, _ABOVE = 8.0, 9.0, 8.0
# A year this wide has room for its figure.
_WIDE = 68.0
_STEEP = 6.0
# The least width for a few words beside a line.
_BREAK = 80.0
# A lower plot has no room for a figure below the line.
_LOW = 44.0
_HATCH = 9.0


@dataclass(frozen=True, slots=True)
class _CountNotes:
    """The words in the plot of a station: of the break in the count, and of the corona years."""

    changed: str
    corona: str


def of_station(rows: Sequence[StationYear], text: Texts, width: float, height: float) -> Drawing:
    """The boardings of one station, the known years from its first to its last row."""
    figures = [
        DatedValue(
            year=row.year,
            period=str(row.year),
            short=str(row.year),
            value=row.boardings_per_workday,
            written=theme.number(row.boardings_per_workday, text.lang),
            compared=row.year in COMPARED_YEARS,
        )
        for row in rows
        if row.boardings_per_workday is not None
    ]
    plot = _YearPlot(figures, (rows[0].year, rows[-1].year), width, height)
    return Drawing(width, height, described_station(rows, text), tuple(_marks(plot, _notes(text))))


def described_station(rows: Sequence[StationYear], text: Texts) -> str:
    """The name of a station with both compared figures, or that they are unknown."""
    pair = compared(rows)
    if pair is None:
        return f"{rows[0].name}: {text('overview.trains_unknown')}"
    before, after = (theme.number(value, text.lang) for value in pair)
    return f"{rows[0].name}: {text('overview.trains_pair', before=before, after=after)}"


def of_past(
    card: CentreCard, text: Texts, width: float, height: float, size: float = _SIZE
) -> Drawing:
    """The past of the figure of a card; `size` is that of the figures in it."""
    past = card.past
    described = ", ".join(f"{dated.period} {dated.written}" for dated in past)
    plot = _YearPlot(past, (past[0].year, past[-1].year), width, height, size)
    notes = _notes(text) if card.subject == "travellers" else None
    return Drawing(width, height, f"{card.past_title}: {described}", tuple(_marks(plot, notes)))


def sample(*, hollow: bool, dashed: bool) -> Drawing:
    """A short piece of line with a dot, for a key that says in words what it means."""
    line = _stretch(((0.0, 8.0), (26.0, 8.0)), dashed=dashed)
    return Drawing(26.0, 16.0, "", (line, _dot(13.0, 8.0, 3.0, hollow=hollow)))


def _notes(text: Texts) -> _CountNotes:
    return _CountNotes(text("press.trains_break"), text("press.trains_corona"))


def _half(words: str, size: float) -> float:
    """About half the width of words."""
    return _LETTER * size * len(words) / 2


@dataclass(frozen=True, slots=True)
class _YearPlot:
    """The known figures within a drawing, and where years and values lie in it."""

    figures: Sequence[DatedValue]
    years: tuple[int, int]
    width: float
    height: float
    size: float = _SIZE

    @property
    def small(self) -> float:
        """The size of years and words."""
        return max(self.size - 2.5, _SMALLEST)

    @property
    def top(self) -> float:
        return 1.4 * self.size

    @property
    def base(self) -> float:
        return self.height - 1.25 * self.size

    @property
    def step(self) -> float:
        """The width of a year."""
        first, last = self.years
        return (self.width - 2 * _SIDE) / max(last - first, 1)

    @property
    def is_wide(self) -> bool:
        """Whether every year has room for its figure, above or below the line."""
        return self.step > _WIDE and self.base - self.top > _LOW

    def x(self, year: float) -> float:
        return _SIDE + (year - self.years[0]) * self.step

    def y(self, value: float) -> float:
        highest = max((dated.value for dated in self.figures), default=1.0) or 1.0
        return self.base - (self.base - self.top) * value / highest

    def letters(self, room: float) -> int:
        """How many letters of a note fit into `room`."""
        return max(int(room / (_LETTER * self.small)), 1)

    def place(self, x: float, words: str, size: float) -> tuple[float, Anchor]:
        """Where words around `x` stand: where they would cross an edge of the drawing, at it."""
        half = _half(words, size)
        if x < half:
            return 0.0, "start"
        return (self.width, "end") if x > self.width - half else (x, "middle")


def _marks(plot: _YearPlot, notes: _CountNotes | None) -> Iterator[Mark]:
    """The ground, the line, its dots with their figures, and the years; `notes` break the line."""
    first, last = plot.years
    if notes and first <= CORONA_YEARS[0] and CORONA_YEARS[1] <= last:
        yield from _corona_years(plot, notes.corona)
    yield LineMark(((0.0, plot.base), (plot.width, plot.base)))
    if notes and first <= BREAK_AFTER < last:
        yield from _break(plot, notes.changed)
    for dated, later in itertools.pairwise(plot.figures):
        if not (notes and dated.year == BREAK_AFTER):
            total = notes is not None and TOTAL_ONLY_YEAR in (dated.year, later.year)
            ends = [(plot.x(end.year), plot.y(end.value)) for end in (dated, later)]
            yield _stretch((ends[0], ends[1]), dashed=total or later.year - dated.year > 1)
    for dated in plot.figures:
        special = notes is not None and dated.year in (TOTAL_ONLY_YEAR, *CORONA_YEARS)
        radius = 4.4 if dated.compared else 3.0
        yield _dot(plot.x(dated.year), plot.y(dated.value), radius, hollow=special)
    written = [
        (dated.year, _figure(plot, index))
        for index, dated in enumerate(plot.figures)
        if plot.is_wide or dated.compared
    ]
    # Read in order of time, each figure before its year.
    yield from (mark for _, mark in sorted([*written, *_years(plot)], key=itemgetter(0)))


def _stretch(ends: tuple[Point, Point], *, dashed: bool) -> LineMark:
    return LineMark(ends, theme.HEADING, 2.2, dash=(5.0, 4.0) if dashed else ())


def _dot(x: float, y: float, radius: float, *, hollow: bool) -> DotMark:
    return DotMark(x, y, radius, theme.PAPER if hollow else theme.HEADING, theme.HEADING)


def _corona_years(plot: _YearPlot, words: str) -> Iterator[Mark]:
    """A hatched ground under the corona years."""
    left, right = (
        plot.x(year + side) for year, side in zip(CORONA_YEARS, (-0.45, 0.45), strict=True)
    )
    top, height = plot.top - _ABOVE, plot.base - plot.top + _ABOVE
    yield BoxMark(left, top, right - left, height, theme.SIDE)
    start = left + _HATCH
    while start < right + height:
        # A line up to the right, cut at the edges of the ground.
        low, high = max(start - height, left), min(start, right)
        yield LineMark(((low, top + start - low), (high, top + start - high)), theme.HAIRLINE)
        start += _HATCH
    lines = _wrap(words, plot.letters(2.2 * (right - left)))
    words_at = (left + right) / 2, plot.base - _BESIDE
    yield from _words(plot, lines, words_at, "middle", CORONA_YEARS)


def _break(plot: _YearPlot, words: str) -> Iterator[Mark]:
    """A dotted line where the count changed, with its words beside or across it."""
    middle = plot.x(BREAK_AFTER + 0.5)
    yield LineMark(((middle, plot.top - _ABOVE), (middle, plot.base)), dash=(1.5, 3.0))
    beside = (plot.years[0], BREAK_AFTER + 1)
    if middle - _SIDE > _BREAK:
        lines = _balanced(words, plot.letters(middle - _SIDE - 10.0))
        yield from _words(plot, lines, (middle - 6.0, plot.base - _BESIDE), "end", beside)
    else:
        lines = _wrap(words, plot.letters(0.5 * plot.width))
        low = plot.base - _BESIDE - 2 * _LEADING * plot.small
        yield from _words(plot, lines, (middle, low), "middle", beside)


def _wrap(words: str, letters: int) -> list[str]:
    return textwrap.wrap(words, letters, break_long_words=False)


def _balanced(words: str, letters: int) -> list[str]:
    """As few lines as `letters` a line allow, as equally long as they can be."""
    lines = _wrap(words, letters)
    for fewer in range(letters - 1, 0, -1):
        trial = _wrap(words, fewer)
        if len(trial) > len(lines) or max(map(len, trial)) > fewer:
            break
        lines = trial
    return lines


def _words(
    plot: _YearPlot,
    lines: Sequence[str],
    last: Point,
    anchor: Anchor,
    years: tuple[int, int],
) -> Iterator[Mark]:
    """Lines of words in the plot itself, `last` the baseline of the last one.

    None where they would not stay below the line of these years.
    """
    x, low = last
    first = low - (len(lines) - 1) * _LEADING * plot.small
    heights = [plot.y(dated.value) for dated in plot.figures if years[0] <= dated.year <= years[1]]
    if max(heights, default=plot.top) + _BESIDE < first - 0.74 * plot.small:
        for index, line in enumerate(lines):
            y = first + index * _LEADING * plot.small
            yield TextMark(x, y, line, plot.small, anchor=anchor, halo=True)


def _figure(plot: _YearPlot, index: int) -> TextMark:
    """The figure of a year: above its dot, in a valley below it, beside a steep line."""
    dated = plot.figures[index]
    x, y = plot.x(dated.year), plot.y(dated.value)
    before, after = (
        plot.y(plot.figures[at].value) if 0 <= at < len(plot.figures) else None
        for at in (index - 1, index + 1)
    )
    half = _half(dated.written, plot.size)
    baseline = y - _BESIDE
    below = y + _BESIDE + 0.74 * plot.size
    if before is not None and after is not None and max(before, after) < y < below < plot.base:
        baseline = below
    # Beside a steep line, which would run through the figure.
    elif after is not None and y - after > _STEEP:
        x += 5.0 - half
    elif before is not None and y - before > _STEEP:
        x += half - 5.0
    x, anchor = plot.place(x, dated.written, plot.size)
    return TextMark(
        x,
        baseline,
        dated.written,
        plot.size,
        colour=theme.INK,
        weight=600 if dated.compared else 400,
        anchor=anchor,
        halo=True,
    )


def _years(plot: _YearPlot) -> Iterator[tuple[int, TextMark]]:
    """The last and the first period, those that are compared, and on a wide plot all that fit."""
    known = {dated.year: dated for dated in plot.figures}
    first, last = plot.years
    marked = [dated.year for dated in plot.figures if dated.compared]
    taken: list[tuple[float, float]] = []
    for year in dict.fromkeys((last, *marked, first, *(known if plot.is_wide else ()))):
        words = known[year].short if year in known else str(year)
        half = _half(words, plot.small)
        x, anchor = plot.place(plot.x(year), words, plot.small)
        left = {"start": x, "middle": x - half, "end": x - 2 * half}[anchor]
        if all(left + 2 * half < other or other_end < left for other, other_end in taken):
            taken.append((left, left + 2 * half))
            yield year, TextMark(x, plot.base + plot.size, words, plot.small, anchor=anchor)
