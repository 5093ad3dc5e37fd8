"""The mark of each class as SVG, for the style files of QGIS."""

from dashboard.style import theme
from dashboard.style.html import Markup, join, node
from dashboard.style.theme import Hatch, Style

_HATCH_STEP_PX: dict[Hatch, float] = {"wide": 5.0, "fine": 3.4}
# Margin around a mark for its outline.
_EDGE_PX = 1.0


def symbol(style: Style) -> Markup:
    """The mark of a class, hidden from screen readers: they read its name."""
    return _svg(_drawing(style), size_px(style))


def town_symbol(style: Style) -> Markup:
    """The mark of a class in a dashed frame, which means that only the town is known."""
    half = size_px(style) / 2 + 1.5
    frame = node(
        "rect",
        x=-half,
        y=-half,
        width=2 * half,
        height=2 * half,
        rx=4,
        fill=theme.PAPER,
        stroke=theme.QUIET,
        stroke_width=1.0,
        stroke_dasharray=_dash(style),
    )
    return _svg(join((frame, _drawing(style))), size_px(style) + 5)


def size_px(style: Style) -> float:
    """Width and height of the mark in pixels."""
    if style.shape in ("line", "area", "card", "text"):
        return 22.0
    if style.shape == "station":
        return 2.7 * style.radius_px + 2 * style.width_px
    return 2 * (style.radius_px + style.width_px + _EDGE_PX)


def _svg(drawing: Markup, size: float) -> Markup:
    return node(
        "svg",
        drawing,
        width=size,
        height=size,
        viewBox=f"{-size / 2:g} {-size / 2:g} {size:g} {size:g}",
        aria_hidden="true",
        focusable="false",
    )


def _drawing(style: Style) -> Markup:
    r = style.radius_px
    match style.shape:
        case "circle" | "dot":
            return node("circle", r=r, **_paint(style))
        case "square":
            return node("rect", x=-r, y=-r, width=2 * r, height=2 * r, rx=1, **_paint(style))
        case "diamond":
            return node(
                "path",
                d=f"M0 {-r:g}L{r:g} 0L0 {r:g}L{-r:g} 0Z",
                stroke_linejoin="round",
                **_paint(style),
            )
        case "up" | "down":
            tip = r if style.shape == "down" else -r
            corners = f"M0 {tip:g}L{r:g} {-0.75 * tip:g}L{-r:g} {-0.75 * tip:g}Z"
            return node("path", d=corners, stroke_linejoin="round", **_paint(style))
        case "station":
            return _station(style)
        case "hatched":
            return _hatched_square(style)
        case "card":
            box = node(
                "rect", x=-8, y=-6, width=16, height=12, rx=2, fill=style.fill, stroke=style.stroke
            )
            return join(
                (box, node("path", d="M-5 -2H5M-5 2H2", stroke=style.stroke, stroke_width=1.4))
            )
        case "text":
            return node(
                "text",
                "123",
                y=4,
                fill=style.fill,
                font_size=11,
                font_weight=600,
                text_anchor="middle",
            )
        case "line":
            return _line(style)
        case "area":
            return node("rect", x=-10, y=-7, width=20, height=14, **_paint(style))


def _station(style: Style) -> Markup:
    r = style.radius_px
    pill = node(
        "rect",
        x=-1.35 * r,
        y=-0.8 * r,
        width=2.7 * r,
        height=1.6 * r,
        rx=0.8 * r,
        **_paint(style),
    )
    if style.hatch != "none":
        return join((pill, _hatching(style, 0.95 * r, 0.7 * r)))
    bar = f"M{-0.75 * r:g} 0H{0.75 * r:g}"
    return join((pill, node("path", d=bar, stroke=style.stroke, stroke_width=1.4)))


def _hatched_square(style: Style) -> Markup:
    r = style.radius_px
    back = node("rect", x=-r, y=-r, width=2 * r, height=2 * r, rx=2, fill=theme.PAPER)
    front = node(
        "rect",
        x=-r,
        y=-r,
        width=2 * r,
        height=2 * r,
        rx=2,
        fill="none",
        stroke=style.stroke,
        stroke_width=style.width_px,
    )
    return join((back, _hatching(style, r, r), front))


def _line(style: Style) -> Markup:
    """The line, over a wider one unless it is dashed."""
    core = node(
        "path", d="M-10 0H10", stroke=style.fill, stroke_width=style.width_px, **_dashes(style)
    )
    if style.dash:
        return core
    return join(
        (
            node(
                "path",
                d="M-10 0H10",
                stroke=style.stroke,
                stroke_width=style.width_px + theme.CASING_PX,
            ),
            core,
        )
    )


def _paint(style: Style) -> dict[str, str | float | bool | None]:
    paint: dict[str, str | float | bool | None] = {
        "fill": style.fill,
        "stroke": style.stroke,
        "stroke_width": style.width_px,
    }
    # A town-level mark has its dashes on the frame, not on its white edge.
    return paint if style.town_level else {**paint, **_dashes(style)}


def _dashes(style: Style) -> dict[str, str | float]:
    return {"stroke_dasharray": _dash(style)} if style.dash else {}


def _dash(style: Style) -> str:
    return " ".join(f"{length:g}" for length in style.dash)


def _hatching(style: Style, half_width: float, half_height: float) -> Markup:
    """Rising lines across a rectangle around the origin, cut at its edge."""
    step = _HATCH_STEP_PX[style.hatch]
    reach = half_width + half_height
    lines = []
    for index in range(-int(reach / step), int(reach / step) + 1):
        c = index * step  # the line x + y = c
        start, end = max(-half_width, c - half_height), min(half_width, c + half_height)
        lines.append(f"M{start:.1f} {c - start:.1f}L{end:.1f} {c - end:.1f}")
    return node("path", d="".join(lines), stroke=style.stroke, stroke_width=1.1, fill="none")
