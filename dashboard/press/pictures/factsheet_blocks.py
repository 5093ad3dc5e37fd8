"""The blocks of a factsheet: figures, map, initiatives, vacancy, passengers, model and sources."""

from collections.abc import Sequence

from dashboard.analysis.competition import outcome as modelled
from dashboard.analysis.competition.calibration import Model
from dashboard.facts.snapshot import Facts
from dashboard.i18n.text import Texts
from dashboard.maps.layers import initiatives
from dashboard.maps.scene import Scene
from dashboard.press import attribution, map_extent
from dashboard.press.drawing import layout as drawing_layout
from dashboard.press.drawing import legend, map_drawing, marks
from dashboard.press.drawing.canvas import LEADING, Canvas, ascent, wrap
from dashboard.press.drawing.label_placement import PageBox
from dashboard.press.errors import RoomError
from dashboard.press.pictures import range_chart
from dashboard.press.pictures.factsheet_content import FactsheetContent, FigureRow
from dashboard.selection.context import Context
from dashboard.selection.scenario import BRANCHES
from dashboard.sentences import competition
from dashboard.style import theme

_HEAD, _BODY, _SMALL = 15.0, 13.0, 12.0
_FIGURES = (30.0, 26.0, 22.0, 19.0, 17.0, 15.0)
_COLUMNS = 3
GAP = 20.0
_SIGN = 22.0
_BETWEEN = 4.0
_SOURCE_SIZES = (12.0, 11.0, 10.0)
_LEAST_MAP = 230.0
_MOST_TOWNS, _LEAST_TOWNS = 7, 3
_MOST_DESCRIBED = 3
_TABLE = (0.17, 0.29, 0.23, 0.16, 0.15)

Columns = tuple[list[list[str]], list[list[str]]]
"""Two columns of blocks, each block a list of lines."""


def draw_figures(canvas: Canvas, entries: Sequence[FigureRow], body: PageBox) -> float:
    """Draw the figures in a grid under rules; where it ends."""
    wide = (body.width - GAP * (_COLUMNS - 1)) / _COLUMNS
    y = body.top
    for start in range(0, len(entries), _COLUMNS):
        row = entries[start : start + _COLUMNS]
        low = y
        for index, entry in enumerate(row):
            low = max(low, _draw_figure(canvas, entry, body.left + index * (wide + GAP), y, wide))
        y = low + 14.0
    return y


def _draw_figure(canvas: Canvas, entry: FigureRow, x: float, y: float, room: float) -> float:
    canvas.line([(x, y), (x + room, y)], theme.HEADING, 1.4)
    y = (
        canvas.paragraph(x, y + 5.0, entry.theme, _BODY, room, weight=700, colour=theme.HEADING)
        + 1.0
    )
    size = drawing_layout.fitting(entry.figure, _FIGURES, room, 700, most=1)
    for line in wrap(entry.figure, size, room, 700):
        canvas.text(x, y + ascent(size), line, size, weight=700, colour=theme.HEADING)
        y += 1.14 * size
    y = canvas.paragraph(x, y + 2.0, entry.what, _BODY, room)
    if entry.definition:
        y = canvas.paragraph(x, y + 2.0, entry.definition, _SMALL, room, colour=theme.QUIET)
    return (
        canvas.paragraph(x, y + 2.0, entry.verdict, _SMALL, room, weight=600)
        if entry.verdict
        else y
    )


def draw_heading(canvas: Canvas, words: str, box: PageBox) -> float:
    """Draw a heading under a rule at the top of a box; where the next thing may start."""
    x, y, room = box.left, box.top, box.width
    canvas.line([(x, y), (x + room, y)], theme.HEADING, 1.4)
    return canvas.paragraph(x, y + 5.0, words, _HEAD, room, weight=700, colour=theme.HEADING) + 4.0


def draw_map(
    canvas: Canvas, context: Context, scene: Scene, visible: attribution.Visible, box: PageBox
) -> None:
    """Draw the city's streets with a legend below."""
    y = draw_heading(canvas, context.text("factsheet.map"), box)
    used = {name: 1 for now in visible.values() for name in now.values()}
    entries = legend.entries(used, scene.texts, counted=False)
    high = legend.height(entries, (box.width - 20.0) / 2) / 2 + 34.0
    plot = PageBox(box.left, y, box.right, min(box.bottom - high, y + 1.2 * box.width))
    if plot.height < _LEAST_MAP:
        raise RoomError(
            f"factsheet: the words leave {plot.height:.0f} units for the map, expected"
            f" {_LEAST_MAP:.0f}"
        )
    bounds = map_extent.extent(context, scene)
    map_drawing.draw(canvas, scene, visible, bounds, plot, names=False)
    legend.draw(
        canvas, entries, PageBox(box.left, plot.bottom + 8.0, box.right, box.bottom), columns=2
    )


def draw_initiatives(
    canvas: Canvas, facts: Facts, content: FactsheetContent, box: PageBox, text: Texts
) -> float:
    """Draw every initiative with its mark, and the note about their number; where that ends."""
    y = draw_heading(canvas, text("factsheet.initiatives", count=len(content.initiatives)), box)
    room = box.width - _SIGN
    note = initiatives.count_note(facts, text)
    low = box.bottom - _text_height(note, box.width) - 2 * LEADING * _SMALL
    for index, row in enumerate(content.initiatives):
        description = row.description if len(content.initiatives) <= _MOST_DESCRIBED else ""
        high = (
            LEADING * _BODY * len(wrap(row.name, _BODY, room, 600))
            + _text_height(row.what, room)
            + _text_height(description, room)
        )
        if y + high > low:
            y = canvas.paragraph(
                box.left,
                y,
                text("factsheet.more", count=len(content.initiatives) - index),
                _SMALL,
                box.width,
            )
            break
        marks.draw(canvas, row.style, box.left + 8.0, y + 8.0, 7.0 / marks.reach(row.style))
        y = canvas.paragraph(box.left + _SIGN, y, row.name, _BODY, room, weight=600)
        y = canvas.paragraph(box.left + _SIGN, y, row.what, _SMALL, room, colour=theme.QUIET)
        y = canvas.paragraph(box.left + _SIGN, y, description, _SMALL, room) + 5.0
    if not content.initiatives:
        y = canvas.paragraph(box.left, y, text("factsheet.no_initiatives"), _BODY, box.width) + 5.0
    return canvas.paragraph(box.left, y + 2.0, note, _SMALL, box.width, colour=theme.QUIET)


def _text_height(words: str, room: float, size: float = _SMALL) -> float:
    return LEADING * size * len(wrap(words, size, room))


def draw_vacancies(canvas: Canvas, content: FactsheetContent, body: PageBox, text: Texts) -> float:
    """Draw every citable vacancy figure with its definition; where the next thing may start."""
    y = draw_heading(canvas, text("theme.vacancy"), body)
    if not content.vacancies:
        return canvas.paragraph(
            body.left, y, text("factsheet.no_vacancy", place=content.name), _BODY, body.width
        )
    for line in content.vacancies:
        low, x = y, body.left
        for index, (cell, part) in enumerate(zip(line, _TABLE, strict=True)):
            room = part * body.width - 10.0
            low = max(
                low,
                canvas.paragraph(x, y + 2.0, cell, _BODY, room, weight=600 if index == 0 else 400),
            )
            x += part * body.width
        y = low + 3.0
        canvas.line([(body.left, y), (body.right, y)], theme.HAIRLINE, 0.8)
    left_out = content.vacancies_left_out
    note = text("press.note_figures") + (
        f" {text('factsheet.more', count=left_out)}" if left_out else ""
    )
    return canvas.paragraph(body.left, y + 4.0, note, _SMALL, body.width, colour=theme.QUIET)


def draw_origins(
    canvas: Canvas,
    model: Model | None,
    content: FactsheetContent,
    result: modelled.Outcome | None,
    box: PageBox,
    text: Texts,
) -> float:
    """Draw the towns that spend most in the centre, as modelled; where the next thing may start."""
    if model is None or result is None:
        return box.top
    y = draw_heading(canvas, text("press.origins", place=content.name), box)
    y = drawing_layout.badge(canvas, text("press.modelled"), box.left, y) + 2.0
    rows = range_chart.origins(result.towns[:_MOST_TOWNS], model.region, text)
    while len(rows) > _LEAST_TOWNS and y + range_chart.height(rows) + 24.0 > box.bottom:
        rows.pop()
    return range_chart.draw(
        canvas,
        rows,
        (text("press.share_title"),),
        PageBox(box.left, y, box.right, y + range_chart.height(rows) + 24.0),
        text.lang,
    )


def draw_leakage(
    canvas: Canvas,
    model: Model | None,
    content: FactsheetContent,
    rows: Sequence[range_chart.RangeRow],
    box: PageBox,
    text: Texts,
) -> float:
    """Draw the modelled shares, marked as such, with the fit of the model; where that ends."""
    y = draw_heading(canvas, text("factsheet.flows", goods=text(f"goods.{BRANCHES[0]}")), box)
    if model is None or not rows:
        return canvas.paragraph(box.left, y, text("factsheet.no_flows"), _BODY, box.width)
    y = drawing_layout.badge(canvas, text("press.modelled"), box.left, y) + 2.0
    y = (
        range_chart.draw(
            canvas,
            rows,
            (text("factsheet.part"),),
            PageBox(box.left, y, box.right, y + range_chart.height(rows) + 24.0),
            text.lang,
        )
        + 8.0
    )
    survey = model.region.survey
    caution = text("factsheet.caution", assumed=survey.sentence("assumed", text))
    sentences = [caution, competition.leakage_is(model.region, text)]
    if content.place.place_id in model.region.free:
        sentences.append(survey.sentence("not_calibrated", text, place=content.name))
    sentences.append(competition.error(model, text))
    return canvas.paragraph(box.left, y, " ".join(sentences), _SMALL, box.width, colour=theme.QUIET)


def sources_fit(lines: Sequence[str], box: PageBox) -> bool:
    """Whether every source fits into the box in letters that print well."""
    room = box.height - 2 * _HEAD
    return any(_columns(lines, (box.width - GAP) / 2, size, room) for size in _SOURCE_SIZES[:2])


def draw_sources(canvas: Canvas, lines: Sequence[str], box: PageBox, text: Texts) -> None:
    """Draw the numbered sources in two columns, as large as there is room."""
    top = draw_heading(canvas, text("factsheet.sources"), box)
    column_width = (box.width - GAP) / 2
    size, columns = _fit(lines, column_width, box.bottom - top, text)
    for index, column in enumerate(columns):
        y = top
        for block in column:
            for line in block:
                canvas.text(box.left + index * (column_width + GAP), y + ascent(size), line, size)
                y += LEADING * size
            y += _BETWEEN


def _fit(
    lines: Sequence[str], column_width: float, height: float, text: Texts
) -> tuple[float, Columns]:
    """The largest size at which the lines fit in two columns, and the columns at that size.

    Where they fit at no size, the last lines are counted instead of shown.
    """
    trials = [
        *((size, lines) for size in _SOURCE_SIZES),
        *(
            (_SOURCE_SIZES[-1], [*lines[:shown], text("factsheet.more", count=len(lines) - shown)])
            for shown in range(len(lines) - 1, -1, -1)
        ),
    ]
    for size, shown_lines in trials:
        columns = _columns(shown_lines, column_width, size, height)
        if columns is not None:
            return size, columns
    raise RoomError("factsheet: no room for a line about the sources")


def _columns(
    lines: Sequence[str], column_width: float, size: float, height: float
) -> Columns | None:
    """The lines in two columns; None where one of them is higher than `height`."""
    columns = _split_columns([wrap(line, size, column_width) for line in lines])
    fits = all(_column_height(column, size) <= height for column in columns)
    return columns if fits else None


def _split_columns(blocks: Sequence[list[str]]) -> Columns:
    """The blocks over two columns, broken where they are most alike."""
    # Of two breaks that are as good, the one with the longer first column.
    best = min(
        range(len(blocks), -1, -1),
        key=lambda at: abs(sum(map(len, blocks[:at])) - sum(map(len, blocks[at:]))),
    )
    return list(blocks[:best]), list(blocks[best:])


def _column_height(blocks: Sequence[list[str]], size: float) -> float:
    return sum(LEADING * size * len(block) + _BETWEEN for block in blocks)
