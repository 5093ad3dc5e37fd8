"""The pictures of comparisons that are true: passengers per station, residents, and empty outlets
per 1,000 residents.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

from dashboard.analysis.stations import BREAK_AFTER, CORONA_YEARS, TOTAL_ONLY_YEAR
from dashboard.facts.records import Observation, Place, StationYear
from dashboard.facts.snapshot import Facts
from dashboard.i18n.lists import listed
from dashboard.i18n.text import Texts
from dashboard.press import attribution, caption
from dashboard.press.caption import Story
from dashboard.press.drawing import layout as drawing_layout
from dashboard.press.drawing.canvas import LEADING, Sheet, ascent, balanced, width, wrap
from dashboard.press.drawing.label_placement import Box
from dashboard.press.errors import UnknownSubjectError
from dashboard.press.request import Request
from dashboard.selection.context import Context
from dashboard.sentences import citation, headline_figures, series
from dashboard.style import theme

_NAME = 15.0
_YEAR = 12.5
_FIGURE = 15.0
_NOTE = 12.5
_SHORT = 0.15
# A year this wide has room for its figure.
_WIDE = 68.0
_STEEP = 6.0
# What a few words beside a line need.
_BREAK = 80.0
_BEFORE, _AFTER = 2019, 2023


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its name, value, and the figure as written; `strong` sets it apart."""

    name: str
    value: float
    written: str
    strong: bool = True
    earlier: float | None = None


def trains(sheet: Sheet, facts: Facts, request: Request, text: Texts) -> Story:
    """Draw one small line chart per station, each on its own scale from zero.

    Raises UnknownSubjectError where there are no stations.
    """
    place = request.selection.place
    whole = request.selection.whole_region
    stations = [
        rows for rows in _stations(facts, text) if whole or rows[0].place_id == place
    ] or _stations(facts, text)
    if not stations:
        raise UnknownSubjectError(text("press.no_figures"))
    words = caption.finish(
        Context(facts, text, request.selection),
        request,
        caption.Draft(
            view="kaart" if not whole else "overzicht",
            headline=_trains_headline(stations, text),
            standfirst=(
                text("press.stand_trains") if len(stations) > 1 else text("press.stand_trains_one")
            ),
            notes=notes(stations[0], text),
            sources=[
                attribution.cited(
                    citation.publisher_name(facts.station_source_id, facts, text),
                    [f"{stations[0][0].year}–{stations[0][-1].year}"],
                )
            ],
            licences=attribution.source_licences([facts.station_source_id], facts, text),
            alt=text("press.alt_trains", figures="; ".join(_pair(rows, text) for rows in stations)),
        ),
    )
    layout = drawing_layout.plan(sheet, words, text, notes=bool(words.notes))
    drawing_layout.ink(sheet, words, layout, text)
    columns = min(len(stations), 3 if sheet.size.wide else 2)
    lines = -(-len(stations) // columns)
    wide = (layout.body.width - drawing_layout.GAP * (columns - 1)) / columns
    high = (layout.body.height - 10.0 * (lines - 1)) / lines
    for index, rows in enumerate(stations):
        left = layout.body.left + (index % columns) * (wide + drawing_layout.GAP)
        top = layout.body.top + (index // columns) * (high + 10.0)
        # One station alone is named in the headline.
        title = rows[0].name if len(stations) > 1 else text("press.trains_axis")
        station(sheet, rows, Box(left, top, left + wide, top + high), text, title=title)
    if len(stations) % columns:
        at = len(stations) % columns
        left, top = (
            layout.body.left + at * (wide + drawing_layout.GAP),
            layout.body.top + (lines - 1) * (high + 10.0),
        )
        _key(sheet, Box(left, top, layout.body.right, top + high), text)
    return words


def _key(sheet: Sheet, box: Box, text: Texts) -> None:
    """How to read the lines, in the room that is left among them."""
    sheet.text(
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
        sheet.line([(box.left, middle), (box.left + 26.0, middle)], theme.HEADING, 2.2, dash=dash)
        dot = Box(box.left + 10.0, middle - 3.0, box.left + 16.0, middle + 3.0)
        sheet.rect(
            dot,
            fill=theme.PAPER if hollow else theme.HEADING,
            stroke=theme.HEADING,
            width=1.6,
            radius=3.0,
        )
        y = sheet.paragraph(box.left + 36.0, y, text(f"press.{key}"), _NOTE, box.width - 36.0) + 4.0


def notes(rows: Sequence[StationYear], text: Texts) -> tuple[str, ...]:
    """How to read the lines, of what is on them."""
    said = series.trains_legend(rows, text)
    return (said,) if said else ()


def _with_corona(rows: Sequence[StationYear]) -> bool:
    return rows[0].year <= CORONA_YEARS[0] and CORONA_YEARS[1] <= rows[-1].year


def named(row: StationYear, facts: Facts, text: Texts) -> StationYear:
    """A year of a station under its name in the language of the picture."""
    return replace(row, name=facts.said(row.name, text.lang))


def _stations(facts: Facts, text: Texts) -> list[list[StationYear]]:
    names = sorted({row.name for row in facts.stations})
    return [
        [named(row, facts, text) for row in facts.stations if row.name == name] for name in names
    ]


def _in(rows: Sequence[StationYear], year: int) -> float | None:
    return next((row.boardings_per_workday for row in rows if row.year == year), None)


def _pair(rows: Sequence[StationYear], text: Texts) -> str:
    before, after = _in(rows, _BEFORE), _in(rows, _AFTER)
    if before is None or after is None:
        return f"{rows[0].name}: {text('overview.trains_unknown')}"
    pair = text(
        "overview.trains_pair",
        before=theme.number(before, text.lang),
        after=theme.number(after, text.lang),
    )
    return f"{rows[0].name}: {pair}"


def _trains_headline(stations: Sequence[Sequence[StationYear]], text: Texts) -> str:
    """What holds for every station, else what the picture shows; 2019 and 2023 were counted in one
    way.
    """
    pairs = [(_in(rows, _BEFORE), _in(rows, _AFTER)) for rows in stations]
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


def station(
    sheet: Sheet, rows: Sequence[StationYear], box: Box, text: Texts, *, title: str
) -> None:
    """One station's line, stopped where the count changed; 2016 is open and dashed, corona years
    hatched.

    Where it is wide every year has its figure, else those of before and after the corona years.
    """
    sheet.text(box.left, box.top + ascent(_NAME), title, _NAME, weight=700, colour=theme.HEADING)
    known = [
        (row.year, row.boardings_per_workday)
        for row in rows
        if row.boardings_per_workday is not None
    ]
    first, last = rows[0].year, rows[-1].year
    high = max((value for _, value in known), default=1.0)
    plot = Box(box.left + 8.0, box.top + 46.0, box.right - 26.0, box.bottom - 20.0)

    def x(year: float) -> float:
        return plot.left + (year - first) * plot.width / max(last - first, 1)

    def y(value: float) -> float:
        return plot.bottom - plot.height * value / high

    every = plot.width > _WIDE * (last - first + 1)
    if _with_corona(rows):
        left, right = x(CORONA_YEARS[0] - 0.45), x(CORONA_YEARS[1] + 0.45)
        band = Box(left, plot.top - 8.0, right, plot.bottom)
        sheet.rect(band, fill=theme.SIDE)
        for step in range(0, int(band.width + band.height), 9):
            sheet.line(
                [(left + step - band.height, band.bottom), (left + step, band.top)],
                theme.HAIRLINE,
                1.0,
                clip=band,
            )
        _said(
            sheet,
            text("press.trains_corona"),
            (left + right) / 2,
            plot.bottom - 8.0,
            2.2 * (right - left),
        )
    sheet.line([(plot.left - 8.0, plot.bottom), (plot.right + 10.0, plot.bottom)], theme.QUIET, 1.0)
    if first <= BREAK_AFTER < last:
        middle = x(BREAK_AFTER + 0.5)
        sheet.line(
            [(middle, plot.top - 8.0), (middle, plot.bottom)], theme.QUIET, 1.0, dash=(1.5, 3.0)
        )
        if middle - plot.left > _BREAK:
            _beside(
                sheet,
                text("press.trains_break"),
                middle - 6.0,
                plot.bottom - 8.0,
                middle - 10.0 - plot.left,
            )
        else:
            _said(
                sheet,
                text("press.trains_break"),
                middle,
                plot.bottom - 8.0 - 2 * LEADING * _NOTE,
                0.5 * plot.width,
            )
    for (year, value), (next_year, next_value) in itertools.pairwise(known):
        if year != BREAK_AFTER:
            dashed = TOTAL_ONLY_YEAR in (year, next_year) or next_year - year > 1
            sheet.line(
                [(x(year), y(value)), (x(next_year), y(next_value))],
                theme.HEADING,
                2.2,
                dash=(5.0, 4.0) if dashed else (),
            )
    for year, value in known:
        hollow = year == TOTAL_ONLY_YEAR or year in CORONA_YEARS
        written = every or year in (_BEFORE, _AFTER)
        r = 4.4 if year in (_BEFORE, _AFTER) else 3.0
        sheet.rect(
            Box(x(year) - r, y(value) - r, x(year) + r, y(value) + r),
            fill=theme.PAPER if hollow else theme.HEADING,
            stroke=theme.HEADING,
            width=1.6,
            radius=r,
        )
        if written:
            words = theme.number(value, text.lang)
            weight = 600 if year in (_BEFORE, _AFTER) else 400
            half = width(words, _FIGURE, weight) / 2
            middle = min(max(x(year), box.left + half), box.right - half)
            low = y(value) + 9.0 + ascent(_FIGURE) if _valley(known, year) else y(value) - 9.0
            # Beside a steep line, which would run through the figure.
            if low < y(value) and any(
                one == year + 1 and y(value) - y(other) > _STEEP for one, other in known
            ):
                middle = max(x(year) + 5.0 - half, box.left + half)
            elif low < y(value) and any(
                one == year - 1 and y(value) - y(other) > _STEEP for one, other in known
            ):
                middle = min(x(year) - 5.0 + half, box.right - half)
            sheet.text(middle, low, words, _FIGURE, weight=weight, align="center", halo=theme.PAPER)
    for year in (
        range(first, last + 1) if every else sorted({first, min(max(_BEFORE, first), last), last})
    ):
        half = width(str(year), _YEAR) / 2
        sheet.text(
            min(max(x(year), box.left + half), box.right - half),
            plot.bottom + 15.0,
            str(year),
            _YEAR,
            colour=theme.QUIET,
            align="center",
        )


def _valley(known: Sequence[tuple[int, float]], year: int) -> bool:
    """Whether a year lies lower than the years on both sides of it: its figure goes
    below the line.
    """
    at = next(index for index, (one, _) in enumerate(known) if one == year)
    return 0 < at < len(known) - 1 and known[at][1] < min(known[at - 1][1], known[at + 1][1])


def _beside(sheet: Sheet, words: str, right: float, bottom: float, room: float) -> None:
    """Words that end at `right`, the last line at `bottom`."""
    for index, line in enumerate(reversed(balanced(words, _NOTE, room))):
        sheet.text(
            right,
            bottom - index * LEADING * _NOTE,
            line,
            _NOTE,
            colour=theme.QUIET,
            align="right",
            halo=theme.PAPER,
        )


def _said(sheet: Sheet, words: str, x: float, bottom: float, room: float) -> None:
    """Words in the plot itself, centred, the last line at `bottom`: what a hatching or a dotted
    line means.
    """
    lines = wrap(words, _NOTE, room)
    for index, line in enumerate(reversed(lines)):
        sheet.text(
            x,
            bottom - index * LEADING * _NOTE,
            line,
            _NOTE,
            colour=theme.QUIET,
            align="center",
            halo=theme.PAPER,
        )


def residents(sheet: Sheet, facts: Facts, request: Request, text: Texts) -> Story:
    """Draw the residents of each municipality as bars from zero, the first count beside the newest.

    Raises UnknownSubjectError where there are no counts.
    """
    pairs = headline_figures.residents(facts)
    if not pairs:
        raise UnknownSubjectError(text("press.no_figures"))
    rows = [row for _, first, last in pairs for row in (first, last)]
    bars = [
        Bar(
            place.names[text.lang],
            last.value or 0.0,
            text(
                "overview.residents_pair",
                last=theme.number(last.value or 0.0, text.lang),
                last_year=last.year or 0,
                first=theme.number(first.value or 0.0, text.lang),
                first_year=first.year or 0,
            ),
            earlier=first.value or 0.0,
        )
        for place, first, last in pairs
    ]
    words = caption.finish(
        Context(facts, text, request.selection),
        request,
        caption.Draft(
            view="overzicht",
            headline=_grown(pairs, text),
            standfirst=f"{text('overview.population_title')}. {text('overview.population_note')}",
            verdict=caption.verdict(None, [last for _, _, last in pairs], facts, text),
            sources=attribution.row_sources(rows, facts, text),
            licences=attribution.row_licences(rows, facts, text),
            alt=text(
                "press.alt_bars", figures="; ".join(f"{bar.name} {bar.written}" for bar in bars)
            ),
        ),
    )
    return _barred(sheet, words, bars, text)


def _grown(pairs: Sequence[tuple[Place, Observation, Observation]], text: Texts) -> str:
    """That every municipality grew, where each did over the same years; else what is shown."""
    years = {(first.year, last.year) for _, first, last in pairs}
    if len(years) == 1 and all(
        (last.value or 0.0) > (first.value or 0.0) for _, first, last in pairs
    ):
        ((first_year, last_year),) = years
        if len(pairs) == 1:
            ((place, _, _),) = pairs
            return text(
                "press.head_residents_one",
                place=place.names[text.lang],
                last=last_year or 0,
                first=first_year or 0,
            )
        return text(
            "press.head_residents", count=len(pairs), last=last_year or 0, first=first_year or 0
        )
    return text("overview.population_title")


def outlets(sheet: Sheet, facts: Facts, request: Request, text: Texts) -> Story:
    """Draw the empty outlets per 1,000 residents: one source, one month, one definition.

    Raises UnknownSubjectError where that source has no figures.
    """
    rows = headline_figures.locatus(facts)
    if not rows:
        raise UnknownSubjectError(text("press.no_figures"))
    bars = [
        Bar(
            (
                facts.said(row.area_name, text.lang)
                if row.place_id is None
                else facts.places[row.place_id].names[text.lang]
            ),
            row.value or 0.0,
            theme.number(row.value or 0.0, text.lang, decimals=1),
            strong=row.place_id is not None,
        )
        for row in rows
    ]
    words = caption.finish(
        Context(facts, text, request.selection),
        request,
        caption.Draft(
            view="overzicht",
            headline=_emptier(rows, bars, text),
            standfirst=(
                f"{text('overview.locatus_title')}. {series.outlets_note(rows, facts, text)}"
            ),
            verdict=caption.verdict(None, rows, facts, text),
            sources=attribution.row_sources(rows, facts, text),
            licences=attribution.row_licences(rows, facts, text),
            alt=text(
                "press.alt_bars", figures="; ".join(f"{bar.name} {bar.written}" for bar in bars)
            ),
        ),
    )
    return _barred(sheet, words, bars, text)


def _emptier(rows: Sequence[Observation], bars: Sequence[Bar], text: Texts) -> str:
    """Which cities had more empty outlets than the country, from one survey; else what is shown."""
    country = next((row.value for row in rows if row.area_kind == "country"), None)
    if country is None:
        return text("overview.locatus_title")
    more = [bar.name for bar in bars if bar.strong and bar.value > country]
    if not more:
        return text("overview.locatus_title")
    return text(
        "press.head_outlets",
        places=listed(sorted(more), text),
        period=citation.period(rows[0], text),
    )


def _barred(sheet: Sheet, words: Story, bars: Sequence[Bar], text: Texts) -> Story:
    layout = drawing_layout.plan(sheet, words, text, notes=bool(words.notes))
    drawing_layout.ink(sheet, words, layout, text)
    body = layout.body
    size = 17.0 if sheet.size.wide else 20.0
    name_room = (
        min(max((width(bar.name, size, 600) for bar in bars), default=0.0), 0.3 * body.width) + 14.0
    )
    figure_room = max((width(bar.written, size, 600) for bar in bars), default=0.0) + 14.0
    # A pair of figures is too long to stand beside a bar on a narrow page.
    beside = sheet.size.wide or figure_room < _SHORT * body.width
    figure_room = figure_room if beside else 0.0
    room = body.width - name_room - figure_room
    longest = max((bar.value for bar in bars), default=1.0) or 1.0
    high = min(body.height / max(len(bars), 1), 92.0 if sheet.size.wide else 170.0)
    for index, bar in enumerate(bars):
        top = body.top + index * high
        middle = top + high / 2
        for step, line in enumerate(lines := wrap(bar.name, size, name_room - 10.0, 600)):
            sheet.text(
                body.left,
                middle + 0.35 * size + (step - (len(lines) - 1) / 2) * LEADING * size,
                line,
                size,
                weight=600 if bar.strong else 400,
            )
        end = body.left + name_room + room * bar.value / longest
        thick = min(0.48 * high, 34.0 if sheet.size.wide else 52.0)
        if bar.earlier is not None:
            # The earlier count is a thin bar under the newer one.
            thick *= 0.66
            before = Box(
                body.left + name_room,
                middle + thick / 2,
                body.left + name_room + room * bar.earlier / longest,
                middle + 0.95 * thick,
            )
            sheet.rect(before, fill=theme.PALE)
        box = Box(body.left + name_room, middle - thick / 2, end, middle + thick / 2)
        sheet.rect(box, fill=theme.HEADING if bar.strong else theme.PALE)
        if beside:
            sheet.text(end + 10.0, middle + 0.35 * size, bar.written, size, weight=600)
        else:
            below = box.bottom + (0.0 if bar.earlier is None else 0.45 * thick)
            sheet.text(
                body.left + name_room + 6.0,
                below + LEADING * (size - 4.5) + 1.0,
                bar.written,
                size - 3.0,
                weight=600,
            )
    sheet.line(
        [(body.left + name_room, body.top), (body.left + name_room, body.top + high * len(bars))],
        theme.QUIET,
        1.0,
    )
    return words
