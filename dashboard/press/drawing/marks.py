"""The mark of each class of the style table, drawn on a sheet."""

from collections.abc import Sequence

import numpy as np
from matplotlib.path import Path

from dashboard.press.drawing.canvas import Sheet
from dashboard.press.drawing.label_placement import Box
from dashboard.style import theme
from dashboard.style.theme import Hatch, Style

_HATCH_STEP: dict[Hatch, float] = {"wide": 5.0, "fine": 3.4}
_LEGEND_LINE = 11.0


def reach(style: Style) -> float:
    """How far the mark reaches from its middle, its outline included."""
    match style.shape:
        case "station":
            return 1.35 * style.radius_px + style.width_px
        case "card" | "text" | "line" | "area":
            return _LEGEND_LINE
        case _:
            return style.radius_px + style.width_px


def draw(sheet: Sheet, style: Style, x: float, y: float, scale: float = 1.0) -> None:
    """Draw the mark with its middle at a point."""
    r, stroke = style.radius_px * scale, style.width_px * scale
    dash = () if style.town_level else tuple(length * scale for length in style.dash)
    match style.shape:
        case "circle" | "dot":
            sheet.shape(
                _moved(Path.unit_circle(), x, y, r),
                fill=style.fill,
                stroke=style.stroke,
                width=stroke,
                dash=dash,
            )
        case "square":
            sheet.shape(
                _polygon(x, y, r, r), fill=style.fill, stroke=style.stroke, width=stroke, dash=dash
            )
        case "diamond":
            corners = np.array([(0, -r), (r, 0), (0, r), (-r, 0)]) + (x, y)
            sheet.shape(
                _closed(corners), fill=style.fill, stroke=style.stroke, width=stroke, dash=dash
            )
        case "station":
            wide, high = 1.35 * r, 0.8 * r
            pill = Box(x - wide, y - high, x + wide, y + high)
            sheet.rect(
                pill, fill=style.fill, stroke=style.stroke, width=stroke, dash=dash, radius=high
            )
            if style.hatch == "none":
                sheet.line([(x - 0.75 * r, y), (x + 0.75 * r, y)], style.stroke, 1.4 * scale)
            else:
                _hatching(sheet, style, x, y, 0.95 * r, 0.7 * r, scale)
        case "hatched":
            sheet.rect(Box(x - r, y - r, x + r, y + r), fill=theme.PAPER, radius=2 * scale)
            _hatching(sheet, style, x, y, r, r, scale)
            sheet.rect(
                Box(x - r, y - r, x + r, y + r), stroke=style.stroke, width=stroke, radius=2 * scale
            )
        case "card":
            card = Box(x - 8 * scale, y - 6 * scale, x + 8 * scale, y + 6 * scale)
            sheet.rect(card, fill=style.fill, stroke=style.stroke, width=stroke, radius=2 * scale)
            for row, end in ((-2.0, 5.0), (2.0, 2.0)):
                sheet.line(
                    [(x - 5 * scale, y + row * scale), (x + end * scale, y + row * scale)],
                    style.stroke,
                    1.4 * scale,
                )
        case "text":
            sheet.text(
                x, y + 4 * scale, "123", 11 * scale, weight=600, colour=style.fill, align="center"
            )
        case "line":
            across = [(x - _LEGEND_LINE * scale, y), (x + _LEGEND_LINE * scale, y)]
            if not style.dash:
                sheet.line(across, style.stroke, stroke + theme.CASING_PX * scale)
            sheet.line(across, style.fill, stroke, dash=dash)
        case "area":
            area = Box(x - 10 * scale, y - 7 * scale, x + 10 * scale, y + 7 * scale)
            sheet.rect(area, fill=style.fill, stroke=style.stroke, width=stroke, dash=dash)


def draw_many(sheet: Sheet, style: Style, spots: Sequence[tuple[float, float]]) -> None:
    """Draw the mark of one class at many spots, as one shape: thousands of units stay quick."""
    r = style.radius_px
    one = (
        Path.unit_circle()
        if style.shape != "diamond"
        else _closed(np.array([(0.0, -1.0), (1.0, 0.0), (0.0, 1.0), (-1.0, 0.0)]))
    )
    vertices = (one.vertices[None, :, :] * r + np.asarray(spots, dtype=float)[:, None, :]).reshape(
        -1, 2
    )
    codes = np.tile(one.codes, len(spots))
    sheet.shape(
        Path(vertices, codes),
        fill=style.fill,
        stroke=style.stroke,
        width=style.width_px,
        dash=style.dash,
    )


def _closed(corners: np.ndarray) -> Path:
    points = np.vstack([corners, corners[:1]])
    codes = [Path.MOVETO, *([Path.LINETO] * (len(corners) - 1)), Path.CLOSEPOLY]
    return Path(points, codes)


def _polygon(x: float, y: float, half_width: float, half_height: float) -> Path:
    corners = np.array(
        [
            (-half_width, -half_height),
            (half_width, -half_height),
            (half_width, half_height),
            (-half_width, half_height),
        ]
    )
    return _closed(corners + (x, y))


def _moved(path: Path, x: float, y: float, scale: float) -> Path:
    return Path(path.vertices * scale + (x, y), path.codes)


def _hatching(
    sheet: Sheet,
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
    sheet.shape(Path(points, codes), stroke=style.stroke, width=1.1 * scale)
