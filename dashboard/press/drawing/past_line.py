"""The past of one figure as a line from zero, with the two values that are compared."""

from collections.abc import Sequence

from dashboard.press.drawing.canvas import Align, Canvas
from dashboard.press.drawing.label_placement import PageBox
from dashboard.sentences.centre import DatedValue
from dashboard.style import theme

HEIGHT = 4.3
"""How high a line is, in sizes of its words."""


def draw(canvas: Canvas, past: Sequence[DatedValue], box: PageBox, size: float = 13.0) -> None:
    """Draw the values by year in the box, on a scale from zero."""
    top, bottom = box.top + 1.4 * size, box.bottom - 1.25 * size
    left, right = box.left + 8.0, box.right - 8.0
    span = max(past[-1].year - past[0].year, 1)
    highest = max(dated.value for dated in past) or 1.0
    points = [
        (
            left + (right - left) * (dated.year - past[0].year) / span,
            bottom - (bottom - top) * dated.value / highest,
        )
        for dated in past
    ]
    canvas.line([(box.left, bottom), (box.right, bottom)], theme.QUIET, 1.0)
    canvas.line(points, theme.HEADING, 2.2)
    for x, y in points:
        canvas.rect(PageBox(x - 4.0, y - 4.0, x + 4.0, y + 4.0), fill=theme.HEADING, radius=4.0)
    for dated, (x, y) in zip(past, points, strict=True):
        if dated.compared:
            align: Align = "right" if dated is past[-1] else "left"
            edge = x + 8.0 if align == "right" else x - 8.0
            above = y - 8.0
            canvas.text(edge, above, dated.written, size, weight=600, align=align, halo=theme.PAPER)
            canvas.text(edge, bottom + size, dated.short, size, colour=theme.QUIET, align=align)
