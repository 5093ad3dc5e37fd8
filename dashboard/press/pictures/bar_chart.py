"""Bars from zero: residents per municipality, and empty outlets per 1,000 residents."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.facts.records import Observation, RetailPlace
from dashboard.i18n.lists import listed
from dashboard.i18n.text import Texts
from dashboard.press import caption
from dashboard.press.caption import Story
from dashboard.press.drawing import layout as drawing_layout
from dashboard.press.drawing.canvas import LEADING, Canvas, width, wrap
from dashboard.press.drawing.label_placement import PageBox
from dashboard.press.errors import UnknownSubjectError
from dashboard.press.request import PictureRequest
from dashboard.selection.context import Context
from dashboard.sentences import citation, headline_figures, series
from dashboard.style import theme

# The part of the width up to which a figure stands beside its bar on a narrow page.
_SHORT = 0.15


@dataclass(frozen=True, slots=True)
class ChartBar:
    """One bar: its name, value, and the figure as written; `strong` sets it apart."""

    name: str
    value: float
    label: str
    strong: bool = True
    earlier: float | None = None


def residents(canvas: Canvas, context: Context, request: PictureRequest) -> Story:
    """Draw the residents of each municipality as bars from zero, the first count beside the newest.

    Raises UnknownSubjectError where there are no counts.
    """
    facts, text = context.facts, context.text
    pairs = headline_figures.residents(facts)
    if not pairs:
        raise UnknownSubjectError(text("press.no_figures"))
    rows = [row for _, first, last in pairs for row in (first, last)]
    bars = [
        ChartBar(
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
    draft = caption.Draft(
        view="overzicht",
        headline=_residents_headline(pairs, text),
        standfirst=f"{text('overview.population_title')}. {text('overview.population_note')}",
        verdict=caption.verdict(None, [last for _, _, last in pairs], facts, text),
        references=rows,
        alt=text("press.alt_bars", figures="; ".join(f"{bar.name} {bar.label}" for bar in bars)),
    )
    words = caption.finish(context, request, draft)
    return draw_bars(canvas, words, bars, text)


def _residents_headline(
    pairs: Sequence[tuple[RetailPlace, Observation, Observation]], text: Texts
) -> str:
    """The headline that every municipality grew over the same years; else the title."""
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


def outlets(canvas: Canvas, context: Context, request: PictureRequest) -> Story:
    """Draw the empty outlets per 1,000 residents: one source, one month, one definition.

    Raises UnknownSubjectError where that source has no figures.
    """
    facts, text = context.facts, context.text
    rows = headline_figures.locatus(facts)
    if not rows:
        raise UnknownSubjectError(text("press.no_figures"))
    bars = [
        ChartBar(
            citation.place_or_area(row, facts, text),
            row.value or 0.0,
            theme.number(row.value or 0.0, text.lang, decimals=1),
            strong=row.place_id is not None,
        )
        for row in rows
    ]
    draft = caption.Draft(
        view="overzicht",
        headline=_outlets_headline(rows, bars, text),
        standfirst=f"{text('overview.locatus_title')}. {series.outlets_note(rows, facts, text)}",
        verdict=caption.verdict(None, rows, facts, text),
        references=rows,
        alt=text("press.alt_bars", figures="; ".join(f"{bar.name} {bar.label}" for bar in bars)),
    )
    words = caption.finish(context, request, draft)
    return draw_bars(canvas, words, bars, text)


def _outlets_headline(rows: Sequence[Observation], bars: Sequence[ChartBar], text: Texts) -> str:
    """The headline with the cities above the national figure of the survey; else the title."""
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


def draw_bars(canvas: Canvas, words: Story, bars: Sequence[ChartBar], text: Texts) -> Story:
    """Draw words and bars, the bars on one scale from zero."""
    layout = drawing_layout.plan(canvas, words, text, notes=bool(words.notes))
    drawing_layout.ink(canvas, words, layout, text)
    body = layout.body
    size = 17.0 if canvas.size.wide else 20.0
    name_room = (
        min(max((width(bar.name, size, 600) for bar in bars), default=0.0), 0.3 * body.width) + 14.0
    )
    figure_room = max((width(bar.label, size, 600) for bar in bars), default=0.0) + 14.0
    # A pair of figures is too long to stand beside a bar on a narrow page.
    beside = canvas.size.wide or figure_room < _SHORT * body.width
    figure_room = figure_room if beside else 0.0
    room = body.width - name_room - figure_room
    longest = max((bar.value for bar in bars), default=1.0) or 1.0
    high = min(body.height / max(len(bars), 1), 92.0 if canvas.size.wide else 170.0)
    for index, bar in enumerate(bars):
        top = body.top + index * high
        middle = top + high / 2
        for step, line in enumerate(lines := wrap(bar.name, size, name_room - 10.0, 600)):
            canvas.text(
                body.left,
                middle + 0.35 * size + (step - (len(lines) - 1) / 2) * LEADING * size,
                line,
                size,
                weight=600 if bar.strong else 400,
            )
        end = body.left + name_room + room * bar.value / longest
        thick = min(0.48 * high, 34.0 if canvas.size.wide else 52.0)
        if bar.earlier is not None:
            # The earlier count is a thin bar under the newer one.
            thick *= 0.66
            before = PageBox(
                body.left + name_room,
                middle + thick / 2,
                body.left + name_room + room * bar.earlier / longest,
                middle + 0.95 * thick,
            )
            canvas.rect(before, fill=theme.PALE)
        box = PageBox(body.left + name_room, middle - thick / 2, end, middle + thick / 2)
        canvas.rect(box, fill=theme.HEADING if bar.strong else theme.PALE)
        if beside:
            canvas.text(end + 10.0, middle + 0.35 * size, bar.label, size, weight=600)
        else:
            below = box.bottom + (0.0 if bar.earlier is None else 0.45 * thick)
            canvas.text(
                body.left + name_room + 6.0,
                below + LEADING * (size - 4.5) + 1.0,
                bar.label,
                size - 3.0,
                weight=600,
            )
    canvas.line(
        [(body.left + name_room, body.top), (body.left + name_room, body.top + high * len(bars))],
        theme.QUIET,
        1.0,
    )
    return words
