"""Figures set large: one chosen figure alone, or a few below one another."""

from collections.abc import Sequence

from dashboard.facts.records import Observation
from dashboard.i18n.text import Texts
from dashboard.press import caption
from dashboard.press.caption import Story
from dashboard.press.drawing import layout as drawing_layout
from dashboard.press.drawing.canvas import LEADING, Canvas, ascent, balance_lines, width, wrap
from dashboard.press.request import PictureRequest
from dashboard.selection.context import Context
from dashboard.sentences import citation
from dashboard.style import theme

_LARGEST = (1.6 * 96.0, 1.3 * 96.0, 96.0, 76.0, 60.0, 46.0, 36.0, 28.0)
_FIGURES = (72.0, 62.0, 54.0, 46.0, 40.0, 34.0, 28.0, 24.0)
_FIGURE_PART = 0.42
_TALLEST = 210.0
_LONGEST_NOTE = 240
_LONGEST_UNIT = 24
_LABEL, _MORE = 18.0, 14.0


def draw_chosen(
    canvas: Canvas, row: Observation, context: Context, request: PictureRequest
) -> Story:
    """Draw one figure as large as the page allows, with its place and period below it."""
    facts, text = context.facts, context.text
    value = citation.value(row, facts, text)
    what = citation.what(row, facts, text)
    where = citation.area(row, facts, text)
    period = citation.period(row, text)
    old = citation.age_warning(row, facts, text)
    draft = caption.Draft(
        view="cijfers",
        headline=what,
        standfirst=" ".join(
            part for part in (facts.translate(row.definition or "", text.lang), old) if part
        ),
        notes=(
            (facts.translate(row.note, text.lang),)
            if row.note and len(row.note) <= _LONGEST_NOTE
            else ()
        ),
        verdict=caption.verdict(row, (), facts, text),
        references=[row],
        alt=citation.line(row, facts, text),
    )
    words = caption.finish(context, request, draft)
    layout = drawing_layout.plan(canvas, words, text, notes=True)
    drawing_layout.ink(canvas, words, layout, text)
    body = layout.body
    size = drawing_layout.fitting(value, _LARGEST, body.width, 700, most=1)
    lines = balance_lines(value, size, body.width, 700)
    high = 1.05 * size * len(lines) + LEADING * 2 * 20.0
    y = body.top + max(0.0, (body.height - high) * 0.42)
    for line in lines:
        canvas.text(body.left, y + ascent(size), line, size, weight=700, colour=theme.HEADING)
        y += 1.05 * size
    for line in wrap(f"{where}, {period}", 20.0, body.width):
        canvas.text(body.left, y + ascent(20.0), line, 20.0, colour=theme.QUIET)
        y += LEADING * 20.0
    return words


def draw_few(
    canvas: Canvas, cells: Sequence[tuple[str, ...]], words: Story, text: Texts, *, quotable: bool
) -> Story:
    """Draw few figures large, one below the other; a cell is figure, what it is, and more.

    Unless all are `quotable` they stay smaller than the headline: readers quote what is largest.
    """
    layout = drawing_layout.plan(canvas, words, text, notes=True)
    drawing_layout.ink(canvas, words, layout, text)
    body = layout.body
    high = min(body.height / len(cells), _TALLEST)
    left = body.left + _FIGURE_PART * body.width
    parts = [_split_unit(line[0]) for line in cells]
    size = min(
        drawing_layout.fitting(
            number, _FIGURES, left - body.left - 32.0 - width(unit, _LABEL), 700, most=1
        )
        for number, unit in parts
    )
    size = min(size, 0.46 * high, *(() if quotable else (layout.headline_size - 2.0,)))
    for index, (figure, what, more) in enumerate(cells):
        top = body.top + index * high
        if index:
            canvas.line([(body.left, top), (body.right, top)], theme.HAIRLINE, 0.8)
        middle = top + high / 2
        number, unit = _split_unit(figure)
        lines = wrap(number, size, left - body.left - 24.0, 700)
        for step, line in enumerate(lines):
            baseline = middle + 0.35 * size + (step - (len(lines) - 1) / 2) * 1.1 * size
            wide = canvas.text(body.left, baseline, line, size, weight=700, colour=theme.HEADING)
            if unit and step == len(lines) - 1:
                canvas.text(body.left + wide + 8.0, baseline, unit, _LABEL, colour=theme.HEADING)
        blocks = [(line, _LABEL, 600) for line in wrap(what, _LABEL, body.right - left, 600)]
        blocks += [(line, _MORE, 400) for line in wrap(more, _MORE, body.right - left)]
        y = middle - sum(LEADING * line_size for _, line_size, _ in blocks) / 2
        for line, line_size, weight in blocks:
            canvas.text(
                left,
                y + ascent(line_size),
                line,
                line_size,
                weight=weight,
                colour=theme.INK if weight == 600 else theme.QUIET,
            )
            y += LEADING * line_size
    return words


def _split_unit(figure: str) -> tuple[str, str]:
    """A number and its unit; a range, a per cent and the source's own words stay whole."""
    number, _, unit = figure.partition(" ")
    plain = unit != "%" and len(unit) <= _LONGEST_UNIT and not any(sign.isdigit() for sign in unit)
    return (number, unit) if number[:1].isdigit() and plain else (figure, "")
