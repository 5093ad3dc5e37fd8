"""A centre on a page: four figures with past and peers, the edge, goals and the unknown."""

from dashboard.i18n.text import Texts
from dashboard.press.drawing import dot_row, past_line
from dashboard.press.drawing import layout as drawing_layout
from dashboard.press.drawing.canvas import Canvas, ascent
from dashboard.press.drawing.label_placement import PageBox
from dashboard.press.pictures.centre_content import CentreContent, SummaryRow
from dashboard.press.pictures.factsheet_blocks import GAP, draw_heading
from dashboard.style import theme

_BODY, _SMALL = 13.0, 12.0
_LARGE = (34.0, 30.0, 26.0, 22.0, 19.0)
_RESERVED = (24.0, 22.0, 19.0, 17.0)
_EDGE_FIGURES = (22.0, 19.0, 17.0)
_BELOW = 14.0


def draw(canvas: Canvas, content: CentreContent, box: PageBox, text: Texts) -> float:
    """Draw the page's blocks from the top of the box; where they end."""
    wide = (box.width - GAP) / 2
    y = box.top
    for start in range(0, len(content.summary), 2):
        pair = content.summary[start : start + 2]
        lefts = (box.left, box.left + wide + GAP)
        y = _BELOW + max(
            _draw_figure(canvas, row, PageBox(left, y, left + wide, box.bottom), text)
            for left, row in zip(lefts, pair, strict=False)
        )
    if content.edge:
        y = _draw_edge(canvas, content, PageBox(box.left, y, box.right, box.bottom), text) + _BELOW
    for goal in content.goals:
        y = canvas.paragraph(box.left, y, goal, _BODY, box.width, weight=600) + 3.0
    return canvas.paragraph(box.left, y, content.unknown, _BODY, box.width)


def _draw_figure(canvas: Canvas, row: SummaryRow, box: PageBox, text: Texts) -> float:
    card, left, wide = row.card, box.left, box.width
    y = draw_heading(canvas, card.heading, box)
    size = drawing_layout.fitting(
        row.figure, _LARGE if card.large else _RESERVED, wide, 700, most=1
    )
    colour = theme.QUIET if card.source_id is None else theme.HEADING
    y = canvas.paragraph(left, y, row.figure, size, wide, weight=700, colour=colour, leading=1.1)
    y = canvas.paragraph(left, y + 1.0, row.what, _BODY, wide)
    y = canvas.paragraph(left, y + 1.0, row.definition, _SMALL, wide, colour=theme.QUIET)
    y = canvas.paragraph(left, y + 1.0, row.verdict, _SMALL, wide, weight=600)
    for goal in row.goals:
        y = canvas.paragraph(left, y + 3.0, goal, _BODY, wide, weight=600)
    y += 6.0
    if len(card.past) > 1:
        if card.past_title not in card.basis:
            y = canvas.paragraph(left, y, card.past_title, _SMALL, wide, colour=theme.QUIET)
        plot = PageBox(left, y, box.right, y + past_line.HEIGHT * _BODY)
        past_line.draw(canvas, card.past, plot)
        y = plot.bottom + 4.0
    if not card.peers:
        words = "" if card.source_id is None else text("factsheet.no_peers")
        return canvas.paragraph(left, y, words, _SMALL, wide, colour=theme.QUIET)
    y = canvas.paragraph(left, y, card.peers_title, _SMALL, wide, colour=theme.QUIET)
    dot_row.draw(canvas, card.peers, PageBox(left, y, box.right, y + dot_row.HEIGHT))
    every = dot_row.written(card.peers)
    return canvas.paragraph(left, y + dot_row.HEIGHT + 2.0, every, _SMALL, wide, colour=theme.QUIET)


def _draw_edge(canvas: Canvas, content: CentreContent, box: PageBox, text: Texts) -> float:
    """What was measured at the edge, in columns."""
    y = draw_heading(canvas, text("centre.edge", edge=content.edge_name), box)
    wide = (box.width - GAP * (len(content.edge) - 1)) / len(content.edge)
    low = y
    for index, (figure, what) in enumerate(content.edge):
        x = box.left + index * (wide + GAP)
        size = drawing_layout.fitting(figure, _EDGE_FIGURES, wide, 700, most=1)
        canvas.text(x, y + ascent(_EDGE_FIGURES[0]), figure, size, weight=700, colour=theme.HEADING)
        low = max(low, canvas.paragraph(x, y + 1.2 * _EDGE_FIGURES[0], what, _SMALL, wide))
    return low
