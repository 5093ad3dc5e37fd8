"""The past of one figure as a line from zero, its first and its last value written."""

from collections.abc import Sequence

from dashboard.press.drawing.canvas import Align, Canvas
from dashboard.press.drawing.label_placement import PageBox
from dashboard.sentences.centre_summary import Moment
from dashboard.style import theme

HEIGHT = 4.3
"""How high a line is, in sizes of its words."""


def draw(canvas: Canvas, past: Sequence[Moment], box: PageBox, size: float = 13.0) -> None:
    """Draw the moments by year in the box, on a scale from zero."""
    top, bottom = box.top + 1.4 * size, box.bottom - 1.25 * size
    first, last = past[0], past[-1]
    left, right = box.left + 8.0, box.right - 8.0
    span = max(last.year - first.year, 1)
    highest = max(moment.value for moment in past) or 1.0
    points = [
        (
            left + (right - left) * (moment.year - first.year) / span,
            bottom - (bottom - top) * moment.value / highest,
        )
        for moment in past
    ]
    canvas.line([(box.left, bottom), (box.right, bottom)], theme.QUIET, 1.0)
    canvas.line(points, theme.HEADING, 2.2)
    for x, y in points:
        canvas.rect(PageBox(x - 4.0, y - 4.0, x + 4.0, y + 4.0), fill=theme.HEADING, radius=4.0)
    ends: tuple[tuple[Moment, float, float, Align], ...] = (
        (first, box.left, points[0][1], "left"),
        (last, box.right, points[-1][1], "right"),
    )
    for moment, x, y, align in ends:
        canvas.text(x, y - 8.0, moment.written, size, weight=600, align=align, halo=theme.PAPER)
        canvas.text(x, bottom + size, moment.period, size, colour=theme.QUIET, align=align)
