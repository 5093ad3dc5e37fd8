"""The mark of each class of the style table, drawn on a canvas."""

from collections.abc import Sequence

import numpy as np
from matplotlib.path import Path

from dashboard.press.drawing.canvas import Canvas
from dashboard.press.drawing.label_placement import PageBox
from dashboard.style import theme
from dashboard.style.theme import Hatch, Shape, Style
from geo.arrays import Floats

_HATCH_STEP: dict[Hatch, float] = {"wide": 5.0, "fine": 3.4}
_LEGEND_LINE = 11.0
_CORNERS: dict[Shape, tuple[tuple[float, float], ...]] = {
    "square": ((-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)),
    "diamond": ((0.0, -1.0), (1.0, 0.0), (0.0, 1.0), (-1.0, 0.0)),
    "up": ((0.0, -1.0), (1.0, 0.75), (-1.0, 0.75)),
    "down": ((0.0, 1.0), (1.0, -0.75), (-1.0, -0.75)),
}


def reach(style: Style) -> float:
    """How far the mark reaches from its middle, its outline included."""
    match style.shape:
        case "station":
            return 1.35 * style.radius_px + style.width_px
        case "card" | "text" | "line" | "area":
            return _LEGEND_LINE
        case _:
            return style.radius_px + style.width_px


def draw(canvas: Canvas, style: Style, x: float, y: float, scale: float = 1.0) -> None:
    """Draw the mark with its middle at a point."""
    r, stroke = style.radius_px * scale, style.width_px * scale
    dash = () if style.town_level else tuple(length * scale for length in style.dash)
    match style.shape:
        case "circle" | "dot" | "square" | "diamond" | "up" | "down":
            canvas.shape(
                _outline(style, r, np.array([(x, y)])),
                fill=style.fill,
                stroke=style.stroke,
                width=stroke,
                dash=dash,
            )
        case "station":
            _draw_station(canvas, style, x, y, scale)
        case "hatched":
            square = PageBox(x - r, y - r, x + r, y + r)
            canvas.rect(square, fill=theme.PAPER, radius=2 * scale)
            _hatching(canvas, style, x, y, r, r, scale)
            canvas.rect(square, stroke=style.stroke, width=stroke, radius=2 * scale)
        case "card":
            card = PageBox(x - 8 * scale, y - 6 * scale, x + 8 * scale, y + 6 * scale)
            canvas.rect(card, fill=style.fill, stroke=style.stroke, width=stroke, radius=2 * scale)
            for row, end in ((-2.0, 5.0), (2.0, 2.0)):
                canvas.line(
                    [(x - 5 * scale, y + row * scale), (x + end * scale, y + row * scale)],
                    style.stroke,
                    1.4 * scale,
                )
        case "text":
            canvas.text(
                x, y + 4 * scale, "123", 11 * scale, weight=600, colour=style.fill, align="center"
            )
        case "line":
            across = [(x - _LEGEND_LINE * scale, y), (x + _LEGEND_LINE * scale, y)]
            if not style.dash:
                canvas.line(across, style.stroke, stroke + theme.CASING_PX * scale)
            canvas.line(across, style.fill, stroke, dash=dash)
        case "area":
            area = PageBox(x - 10 * scale, y - 7 * scale, x + 10 * scale, y + 7 * scale)
            canvas.rect(area, fill=style.fill, stroke=style.stroke, width=stroke, dash=dash)


def draw_many(canvas: Canvas, style: Style, spots: Sequence[tuple[float, float]]) -> None:
    """Draw the mark of one class at many spots, as one shape: thousands of units stay quick."""
    canvas.shape(
        _outline(style, style.radius_px, np.asarray(spots, dtype=float)),
        fill=style.fill,
        stroke=style.stroke,
        width=style.width_px,
        dash=style.dash,
    )


def _outline(style: Style, radius: float, spots: Floats) -> Path:
    """The outline of a circle or of corners around each of `spots` `[n, 2]`, as one path."""
    corners = _CORNERS.get(style.shape)
    if corners is None:
        circle = Path.unit_circle()
        vertices, codes = np.asarray(circle.vertices), np.asarray(circle.codes)
    else:
        vertices = np.array([*corners, corners[0]], dtype=float)
        codes = np.array([Path.MOVETO, *([Path.LINETO] * (len(corners) - 1)), Path.CLOSEPOLY])
    points = vertices[None, :, :] * radius + spots[:, None, :]
    return Path(points.reshape(-1, 2), np.tile(codes, len(spots)))


def _draw_station(canvas: Canvas, style: Style, x: float, y: float, scale: float) -> None:
    """A pill with a bar across it, hatched where the class is."""
    r = style.radius_px * scale
    wide, high = 1.35 * r, 0.8 * r
    canvas.rect(
        PageBox(x - wide, y - high, x + wide, y + high),
        fill=style.fill,
        stroke=style.stroke,
        width=style.width_px * scale,
        dash=() if style.town_level else tuple(length * scale for length in style.dash),
        radius=high,
    )
    if style.hatch != "none":
        _hatching(canvas, style, x, y, 0.95 * r, 0.7 * r, scale)
    elif style.radius_px >= 4.0:
        # It would fill a smaller mark.
        canvas.line([(x - 0.75 * r, y), (x + 0.75 * r, y)], style.stroke, 1.4 * scale)


def _hatching(
    canvas: Canvas,
    style: Style,
    x: float,
    y: float,
    half_width: float,
    half_height: float,
    scale: float,
) -> None:
    """Rising lines across a rectangle around the middle, ending at its edge, as one shape."""
    step = _HATCH_STEP[style.hatch] * scale
    most = int((half_width + half_height) / step)
    points: list[tuple[float, float]] = []
    for index in range(-most, most + 1):
        c = index * step  # the line x + y = c
        start, end = max(-half_width, c - half_height), min(half_width, c + half_height)
        points += [(x + start, y + c - start), (x + end, y + c - end)]
    codes = [Path.MOVETO, Path.LINETO] * (len(points) // 2)
    canvas.shape(Path(points, codes), stroke=style.stroke, width=1.1 * scale)
