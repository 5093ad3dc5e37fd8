"""Bars from zero: residents per municipality, and empty outlets per 1,000 residents."""

from collections.abc import Sequence

from dashboard.charts import bars
from dashboard.charts.bars import ChartBar
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


def residents(canvas: Canvas, context: Context, request: PictureRequest) -> Story:
    """Draw the residents of each municipality as bars from zero, the first count beside the newest.

    Raises UnknownSubjectError where there are no counts.
    """
    facts, text = context.facts, context.text
    pairs = headline_figures.residents(facts)
    if not pairs:
        raise UnknownSubjectError(text("press.no_figures"))
    rows = [row for _, first, last in pairs for row in (first, last)]
    shown = bars.residents(facts, text)
    draft = caption.Draft(
        view="overzicht",
        headline=_residents_headline(pairs, text),
        standfirst=f"{text('overview.population_title')}. {text('overview.population_note')}",
        verdict=caption.verdict(None, [last for _, _, last in pairs], facts, text),
        references=rows,
        alt=text("press.alt_bars", figures="; ".join(f"{bar.name} {bar.written}" for bar in shown)),
    )
    words = caption.finish(context, request, draft)
    return draw_bars(canvas, words, shown, text)


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
    shown = bars.outlets(facts, text)
    draft = caption.Draft(
        view="overzicht",
        headline=_outlets_headline(rows, shown, text),
        standfirst=f"{text('overview.locatus_title')}. {series.outlets_note(rows, facts, text)}",
        verdict=caption.verdict(None, rows, facts, text),
        references=rows,
        alt=text("press.alt_bars", figures="; ".join(f"{bar.name} {bar.written}" for bar in shown)),
    )
    words = caption.finish(context, request, draft)
    return draw_bars(canvas, words, shown, text)


def _outlets_headline(rows: Sequence[Observation], shown: Sequence[ChartBar], text: Texts) -> str:
    """The headline with the cities above the national figure of the survey; else the title."""
    country = next((row.value for row in rows if row.area_kind == "country"), None)
    if country is None:
        return text("overview.locatus_title")
    more = [bar.name for bar in shown if bar.strong and bar.value > country]
    if not more:
        return text("overview.locatus_title")
    return text(
        "press.head_outlets",
        places=listed(sorted(more), text),
        period=citation.period(rows[0], text),
    )


def draw_bars(canvas: Canvas, words: Story, shown: Sequence[ChartBar], text: Texts) -> Story:
    """Draw words and bars, the bars on one scale from zero."""
    layout = drawing_layout.plan(canvas, words, text, notes=bool(words.notes))
    drawing_layout.ink(canvas, words, layout, text)
    body = layout.body
    size = 17.0 if canvas.size.wide else 20.0
    name_room = (
        min(max((width(bar.name, size, 600) for bar in shown), default=0.0), 0.3 * body.width)
        + 14.0
    )
    figure_room = max((width(bar.written, size, 600) for bar in shown), default=0.0) + 14.0
    # A pair of figures is too long to stand beside a bar on a narrow page.
    beside = canvas.size.wide or figure_room < _SHORT * body.width
    figure_room = figure_room if beside else 0.0
    room = body.width - name_room - figure_room
    longest = max((bar.value for bar in shown), default=1.0) or 1.0
    high = min(body.height / max(len(shown), 1), 92.0 if canvas.size.wide else 170.0)
    for index, bar in enumerate(shown):
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
            canvas.text(end + 10.0, middle + 0.35 * size, bar.written, size, weight=600)
        else:
            below = box.bottom + (0.0 if bar.earlier is None else 0.45 * thick)
            canvas.text(
                body.left + name_room + 6.0,
                below + LEADING * (size - 4.5) + 1.0,
                bar.written,
                size - 3.0,
                weight=600,
            )
    canvas.line(
        [(body.left + name_room, body.top), (body.left + name_room, body.top + high * len(shown))],
        theme.QUIET,
        1.0,
    )
    return words
