"""A small map of the units of a file, over the streets that are known there."""

from collections import Counter
from itertools import starmap

from dashboard.facts.snapshot import Facts
from dashboard.selection.context import Context
from dashboard.session.data_entry import STATUSES
from dashboard.style import theme
from dashboard.style.html import Markup, join, node
from data.manifest import Json

MOST_POINTS = 3_000
"""Points that are drawn; of more every so manyth, as the marks would cover each other."""
WIDTH, HEIGHT, MARGIN = 640.0, 380.0, 14.0
_STYLES = {"vacant": "unit_vacant", "in_use": "unit_in_use", "unknown": "unknown"}


def drawn(points: Json, context: Context) -> Markup | None:
    """The units as marks by status, vacant ones on top, with a legend; None without a unit."""
    units = [
        (float(point[0]), float(point[1]), str(point[2]))
        for point in (points if isinstance(points, list) else ())
        if isinstance(point, list)
        and len(point) == 3
        and isinstance(point[0], int | float)
        and isinstance(point[1], int | float)
        and point[2] in _STYLES
    ]
    if not units:
        return None
    text = context.text
    counts = Counter(status for _, _, status in units)
    step = -(-len(units) // MOST_POINTS)
    xs, ys = [x for x, _, _ in units], [y for _, y, _ in units]
    scale = min(
        (WIDTH - 2 * MARGIN) / max(max(xs) - min(xs), 1.0),
        (HEIGHT - 2 * MARGIN) / max(max(ys) - min(ys), 1.0),
    )
    middle_x, middle_y = (max(xs) + min(xs)) / 2, (max(ys) + min(ys)) / 2

    def place(x: float, y: float) -> tuple[float, float]:
        return WIDTH / 2 + (x - middle_x) * scale, HEIGHT / 2 - (y - middle_y) * scale

    marks = [
        _mark(*place(x, y), status)
        # In use first, so that what is vacant lies on top.
        for wanted in ("in_use", "unknown", "vacant")
        for x, y, status in units[::step]
        if status == wanted
    ]
    box = (min(xs), min(ys), max(xs), max(ys))
    lines = [
        node("polyline", points=" ".join(f"{x:.0f},{y:.0f}" for x, y in starmap(place, line)))
        for line in _streets(context.facts, box)
    ]
    label = text("entry.map", count=theme.number(len(units), text.lang))
    legend = [
        node(
            "li",
            node("svg", _mark(7.0, 7.0, status), viewBox="0 0 14 14", aria_hidden="true"),
            text("entry.legend", status=text(f"entry.status_{status}"), count=counts[status]),
        )
        for status in STATUSES
        if counts[status]
    ]
    drawing = node(
        "svg",
        node("g", join(lines), class_="streets"),
        join(marks),
        viewBox=f"0 0 {WIDTH:.0f} {HEIGHT:.0f}",
        role="img",
        aria_label=label,
    )
    return node("figure", drawing, node("ul", join(legend)), class_="entry-map")


def _streets(
    facts: Facts, box: tuple[float, float, float, float]
) -> list[list[tuple[float, float]]]:
    """The lines of the known streets that touch a box in RD."""
    lines = []
    for town in facts.towns.values():
        for street in town.streets.values():
            for part in getattr(street.shape, "geoms", ()):
                west, south, east, north = part.bounds
                if west <= box[2] and east >= box[0] and south <= box[3] and north >= box[1]:
                    lines.append(list(part.coords))
    return lines


def _mark(x: float, y: float, status: str) -> Markup:
    style = theme.style(_STYLES[status])
    paint = {"fill": style.fill, "stroke": style.stroke, "stroke_width": style.width_px}
    if status == "vacant":
        r = 5.2
        points = f"{x:.1f},{y - r:.1f} {x + r:.1f},{y:.1f} {x:.1f},{y + r:.1f} {x - r:.1f},{y:.1f}"
        return node("polygon", points=points, **paint)
    dash = "2 2" if status == "unknown" else None
    return node("circle", cx=round(x, 1), cy=round(y, 1), r=3.4, stroke_dasharray=dash, **paint)
