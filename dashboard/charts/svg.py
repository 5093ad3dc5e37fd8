"""A drawing as SVG, for the page."""

from urllib.parse import quote

from dashboard.charts.marks import BoxMark, DotMark, Drawing, LineMark, Mark, TextMark
from dashboard.style import theme
from dashboard.style.html import Markup, node


def write(drawing: Drawing) -> Markup:
    """The drawing as one SVG picture that screen readers call by what it describes."""
    return node(
        "svg",
        node("title", drawing.described),
        *map(_write_mark, drawing.marks),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {drawing.width:.0f} {drawing.height:.0f}",
        role="img",
        aria_label=drawing.described,
        font_family=f"'{theme.FONT}', sans-serif",
    )


def image(drawing: Drawing) -> Markup:
    """The drawing as a picture within HTML, where `st.html` would strip the drawing itself."""
    return node("img", src=f"data:image/svg+xml,{quote(write(drawing))}", alt=drawing.described)


def _write_mark(mark: Mark) -> Markup:
    match mark:
        case LineMark():
            (x1, y1), *_, (x2, y2) = mark.points
            ends: dict[str, str | float] = {"x1": x1, "y1": y1, "x2": x2, "y2": y2}
            if len(mark.points) > 2:
                points = " ".join(f"{x:.1f},{y:.1f}" for x, y in mark.points)
                ends = {"points": points, "fill": "none"}
            return node(
                "polyline" if "points" in ends else "line",
                **ends,
                stroke=mark.colour,
                stroke_width=None if mark.width == 1.0 else mark.width,
                stroke_dasharray=" ".join(f"{length:g}" for length in mark.dash) or None,
            )
        case DotMark():
            return node(
                "circle",
                cx=mark.x,
                cy=mark.y,
                r=mark.radius,
                fill=mark.fill,
                stroke=mark.stroke,
                stroke_width=mark.width if mark.stroke else None,
            )
        case BoxMark():
            return node(
                "rect",
                x=mark.left,
                y=mark.top,
                width=mark.width,
                height=mark.height,
                fill=mark.fill,
            )
        case TextMark():
            return node(
                "text",
                mark.words,
                x=mark.x,
                y=mark.y,
                text_anchor=None if mark.anchor == "start" else mark.anchor,
                font_size=mark.size,
                font_weight=None if mark.weight == 400 else mark.weight,
                fill=mark.colour,
                paint_order="stroke" if mark.halo else None,
                stroke=theme.PAPER if mark.halo else None,
                stroke_width=3.0 if mark.halo else None,
            )
