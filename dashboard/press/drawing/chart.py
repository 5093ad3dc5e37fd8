"""A chart, drawn as on the page, in a picture."""

from dashboard.charts.marks import BoxMark, DotMark, Drawing, LineMark, TextMark
from dashboard.press.drawing.canvas import Align, Canvas
from dashboard.press.drawing.label_placement import PageBox
from dashboard.style import theme

_ALIGN: dict[str, Align] = {"start": "left", "middle": "center", "end": "right"}


def draw(canvas: Canvas, drawing: Drawing, left: float, top: float) -> None:
    """Draw the marks with the upper left corner of their box at (left, top)."""
    for mark in drawing.marks:
        match mark:
            case LineMark():
                points = [(left + x, top + y) for x, y in mark.points]
                canvas.line(points, mark.colour, mark.width, dash=mark.dash)
            case DotMark(radius=radius):
                x, y = left + mark.x, top + mark.y
                canvas.rect(
                    PageBox(x - radius, y - radius, x + radius, y + radius),
                    fill=mark.fill,
                    stroke=mark.stroke,
                    width=mark.width,
                    radius=radius,
                )
            case BoxMark():
                x, y = left + mark.left, top + mark.top
                canvas.rect(PageBox(x, y, x + mark.width, y + mark.height), fill=mark.fill)
            case TextMark():
                canvas.text(
                    left + mark.x,
                    top + mark.y,
                    mark.words,
                    mark.size,
                    weight=mark.weight,
                    colour=mark.colour,
                    align=_ALIGN[mark.anchor],
                    halo=theme.PAPER if mark.halo else None,
                )
