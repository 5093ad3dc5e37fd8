"""A centre on a page: four figures with past and peers, the edge, goals and the unknown."""

from dataclasses import replace

from dashboard.charts import year_line
from dashboard.i18n.text import Texts
from dashboard.press.drawing import chart, dot_row
from dashboard.press.drawing import layout as drawing_layout
from dashboard.press.drawing.canvas import Canvas, ascent
from dashboard.press.drawing.label_placement import PageBox
from dashboard.press.pictures.centre_content import CentreContent, SummaryRow
from dashboard.press.pictures.factsheet_blocks import GAP, draw_heading
from dashboard.style import theme

_BODY, _SMALL = 13.0, 12.0
_LARGE = (32.0, 29.0, 26.0, 22.0, 19.0)
_RESERVED = (24.0, 22.0, 19.0, 17.0)
_EDGE_FIGURES = (20.0, 18.0, 16.0)
_BELOW = 10.0


def draw(
    canvas: Canvas,
    content: CentreContent,
    box: PageBox,
    text: Texts,
    *,
    columns: int = 2,
    names: bool = True,
) -> float:
    """Draw the figures in columns and the blocks below them; where they end.

    With `names` every centre stands with its figure below the dots, else the own figure above.
    """
    wide = (box.width - GAP * (columns - 1)) / columns
    lefts = [box.left + column * (wide + GAP) for column in range(columns)]
    y = box.top - _BELOW
    for start in range(0, len(content.summary), columns):
        top = y + _BELOW
        y = max(
            _draw_figure(
                canvas, row, PageBox(left, top, left + wide, box.bottom), text, names=names
            )
            for left, row in zip(lefts, content.summary[start : start + columns], strict=False)
        )
    if content.edge:
        y = _draw_edge(canvas, content, replace(box, top=y + _BELOW), text)
    for line, weight in (*((goal, 600) for goal in content.goals), (content.unknown, 400)):
        if line:
            y = canvas.paragraph(box.left, y + 6.0, line, _BODY, box.width, weight=weight)
    return y


def _draw_figure(
    canvas: Canvas, row: SummaryRow, box: PageBox, text: Texts, *, names: bool
) -> float:
    card, left, wide = row.card, box.left, box.width
    y = draw_heading(canvas, card.heading, box)
    large, body = (_LARGE[2:], _SMALL) if canvas.size.small else (_LARGE, _BODY)
    sizes = large if card.large else _RESERVED
    size = drawing_layout.fitting(row.figure, sizes, wide, 700, most=1)
    colour = theme.QUIET if card.source_id is None else theme.HEADING
    y = canvas.paragraph(left, y, row.figure, size, wide, weight=700, colour=colour, leading=1.1)
    y = canvas.paragraph(left, y + 1.0, row.what, body, wide)
    y = canvas.paragraph(left, y + 1.0, row.definition, _SMALL, wide, colour=theme.QUIET)
    y = canvas.paragraph(left, y + 1.0, row.verdict, _SMALL, wide, weight=600)
    for goal in row.goals:
        y = canvas.paragraph(left, y + 2.0, goal, _SMALL, wide, weight=600)
    y += 4.0
    if len(card.past) > 1:
        if card.past_title not in card.basis:
            y = canvas.paragraph(left, y, card.past_title, _SMALL, wide, colour=theme.QUIET)
        past = year_line.of_past(card, text, wide, year_line.LOW_HEIGHT * _SMALL, size=_SMALL)
        chart.draw(canvas, past, left, y)
        y += past.height + 2.0
    if not card.peers:
        words = "" if card.source_id is None else text("factsheet.no_peers")
        return canvas.paragraph(left, y, words, _SMALL, wide, colour=theme.QUIET)
    own = next(peer.written for peer in card.peers if peer.own)
    title = card.peers_title if names else f"{card.peers_title}: {own}"
    y = canvas.paragraph(left, y, title, _SMALL, wide, colour=theme.QUIET)
    dot_row.draw(canvas, card.peers, PageBox(left, y, box.right, y + dot_row.HEIGHT))
    every = dot_row.written(card.peers) if names else ""
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
