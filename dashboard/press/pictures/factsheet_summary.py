"""The first page of a factsheet: four figures with past and peers, the other centres, the edge."""

from dashboard.i18n.text import Texts
from dashboard.press.drawing import dot_row, past_line
from dashboard.press.drawing import layout as drawing_layout
from dashboard.press.drawing.canvas import Canvas, ascent
from dashboard.press.drawing.label_placement import PageBox
from dashboard.press.pictures import station_chart
from dashboard.press.pictures.factsheet_blocks import GAP, draw_heading
from dashboard.press.pictures.factsheet_content import FactsheetContent, SummaryRow
from dashboard.style import theme

_BODY, _SMALL = 13.0, 12.0
_LARGE = (34.0, 30.0, 26.0, 22.0, 19.0)
_RESERVED = (24.0, 22.0, 19.0, 17.0)
_STATION = 112.0
_EDGE_FIGURES = (22.0, 19.0, 17.0)
_LABEL_PART, _VALUE_PART = 0.42, 0.17
_BELOW = 14.0


def draw(canvas: Canvas, content: FactsheetContent, box: PageBox, text: Texts) -> float:
    """Draw the page's blocks from the top of the box; where they end."""
    wide = (box.width - GAP) / 2
    y = box.top
    for start in range(0, len(content.summary), 2):
        pair = content.summary[start : start + 2]
        lefts = (box.left, box.left + wide + GAP)
        y = _BELOW + max(
            _draw_figure(canvas, row, content, PageBox(left, y, left + wide, box.bottom), text)
            for left, row in zip(lefts, pair, strict=False)
        )
    if content.beside:
        y = _draw_beside(canvas, content, PageBox(box.left, y, box.right, box.bottom), text)
        y += _BELOW
    if content.edge:
        y = _draw_edge(canvas, content, PageBox(box.left, y, box.right, box.bottom), text) + _BELOW
    if content.unknown:
        y = draw_heading(
            canvas, text("factsheet.unknown"), PageBox(box.left, y, box.right, box.bottom)
        )
        words = text("factsheet.unknown_line", subjects=", ".join(content.unknown))
        y = canvas.paragraph(box.left, y, words, _BODY, box.width)
    return y


def _draw_figure(
    canvas: Canvas, row: SummaryRow, content: FactsheetContent, box: PageBox, text: Texts
) -> float:
    figure = row.figure
    y = draw_heading(canvas, figure.theme, box)
    sizes = _LARGE if figure.large else _RESERVED
    size = drawing_layout.fitting(figure.figure, sizes, box.width, 700, most=1)
    y = canvas.paragraph(
        box.left, y, figure.figure, size, box.width, weight=700, colour=theme.HEADING, leading=1.1
    )
    y = canvas.paragraph(box.left, y + 1.0, row.what, _BODY, box.width)
    if row.definition:
        y = canvas.paragraph(
            box.left, y + 1.0, row.definition, _SMALL, box.width, colour=theme.QUIET
        )
    if row.verdict:
        y = canvas.paragraph(box.left, y + 1.0, row.verdict, _SMALL, box.width, weight=600)
    for goal in row.goals:
        y = canvas.paragraph(box.left, y + 3.0, goal, _BODY, box.width, weight=600)
    y += 6.0
    if figure.years:
        plot = PageBox(box.left, y - 16.0, box.right, y + _STATION)
        station_chart.draw_station(canvas, figure.years, plot, text, title="")
        y += _STATION + 4.0
    elif len(figure.past) > 1:
        if figure.past_of:
            y = canvas.paragraph(box.left, y, figure.past_of, _SMALL, box.width, colour=theme.QUIET)
        past_line.draw(
            canvas, figure.past, PageBox(box.left, y, box.right, y + past_line.HEIGHT * _BODY)
        )
        y += past_line.HEIGHT * _BODY + 4.0
    if figure.peers:
        dot_row.draw(
            canvas,
            figure.peers,
            content.place.place_id,
            PageBox(box.left, y, box.right, y + dot_row.HEIGHT),
        )
        every = dot_row.written(figure.peers)
        return canvas.paragraph(
            box.left, y + dot_row.HEIGHT + 2.0, every, _SMALL, box.width, colour=theme.QUIET
        )
    return canvas.paragraph(
        box.left, y, text("factsheet.no_peers"), _SMALL, box.width, colour=theme.QUIET
    )


def _draw_beside(canvas: Canvas, content: FactsheetContent, box: PageBox, text: Texts) -> float:
    """Rows of dots: the city beside the other centres."""
    y = draw_heading(canvas, text("factsheet.beside"), box)
    label, value = _LABEL_PART * box.width, _VALUE_PART * box.width
    for row in content.beside:
        end = canvas.paragraph(box.left, y + 3.0, row.label, _SMALL, label - 12.0)
        end = max(
            end,
            canvas.paragraph(
                box.left + label,
                y + 3.0,
                row.value,
                _SMALL,
                value - 12.0,
                weight=700,
                colour=theme.HEADING,
            ),
        )
        plot = PageBox(box.left + label + value, y, box.right, y + dot_row.HEIGHT)
        dot_row.draw(canvas, row.peers, content.place.place_id, plot)
        y = max(end, y + dot_row.HEIGHT) + 2.0
        canvas.line([(box.left, y), (box.right, y)], theme.HAIRLINE, 0.8)
    words = text("factsheet.beside_note", place=content.name)
    return canvas.paragraph(box.left, y + 4.0, words, _SMALL, box.width, colour=theme.QUIET)


def _draw_edge(canvas: Canvas, content: FactsheetContent, box: PageBox, text: Texts) -> float:
    """What was measured at the edge, in columns."""
    y = draw_heading(canvas, text("factsheet.edge", edge=content.edge_name), box)
    wide = (box.width - GAP * (len(content.edge) - 1)) / len(content.edge)
    low = y
    for index, row in enumerate(content.edge):
        x = box.left + index * (wide + GAP)
        size = drawing_layout.fitting(row.figure, _EDGE_FIGURES, wide, 700, most=1)
        canvas.text(
            x, y + ascent(_EDGE_FIGURES[0]), row.figure, size, weight=700, colour=theme.HEADING
        )
        low = max(low, canvas.paragraph(x, y + 1.2 * _EDGE_FIGURES[0], row.what, _SMALL, wide))
    return low
