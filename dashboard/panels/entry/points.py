"""A small map of the units of a file, over the streets that are known there."""

from collections import Counter
from itertools import starmap
from urllib.parse import quote

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
        mark
        # In use first, so that what is vacant lies on top.
        for wanted in ("in_use", "unknown", "vacant")
        for mark in _marks(
            [place(x, y) for x, y, status in units[::step] if status == wanted], wanted
        )
    ]
    box = (min(xs), min(ys), max(xs), max(ys))
    lines = [
        node("polyline", points=" ".join(f"{x:.0f},{y:.0f}" for x, y in starmap(place, line)))
        for line in _streets(context.facts, box)
    ]
    label = text("entry.map", units=theme.number(len(units), text.lang))
    legend = [
        node(
            "li",
            node("i", class_=status),
            text("entry.legend", status=text(f"entry.status_{status}"), units=counts[status]),
        )
        for status in STATUSES
        if counts[status]
    ]
    ground = node("rect", width=WIDTH, height=HEIGHT, fill=theme.GROUND)
    streets = node("g", join(lines), fill="none", stroke=theme.PAPER, stroke_width=3)
    drawing = node(
        "svg",
        *(ground, streets, *marks),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {WIDTH:.0f} {HEIGHT:.0f}",
    )
    # As a picture: `st.html` would strip the drawing itself.
    picture = node("img", src=f"data:image/svg+xml,{quote(drawing)}", alt=label)
    return node("figure", picture, node("ul", join(legend)), class_="entry-map")


def _streets(
    facts: Facts, box: tuple[float, float, float, float]
) -> list[list[tuple[float, float]]]:
    """The lines of the known streets that touch a box in RD."""
    lines = []
    for town in facts.listed_towns:
        for street in town.streets.values():
            for part in getattr(street.shape, "geoms", ()):
                west, south, east, north = part.bounds
                if west <= box[2] and east >= box[0] and south <= box[3] and north >= box[1]:
                    lines.append(list(part.coords))
    return lines


def _marks(spots: list[tuple[float, float]], status: str) -> list[Markup]:
    """Marks of one class in as few elements as can be: a large survey stays small on the wire."""
    style = theme.style(_STYLES[status])
    if status == "vacant":
        drawn = "".join(f"M{x:.1f} {y - 5:.1f}l5 5-5 5-5-5z" for x, y in spots)
        return [node("path", d=drawn, fill=style.fill, stroke=style.stroke, stroke_width=0.9)]
    # Lines of no length with round ends: a dot each.
    dots = "".join(f"M{x:.1f} {y:.1f}h0" for x, y in spots)
    rings = [(style.stroke, 7.4), (style.fill, 4.6)] if status == "unknown" else [(style.fill, 6.4)]
    return [
        node("path", d=dots, fill="none", stroke=colour, stroke_width=wide, stroke_linecap="round")
        for colour, wide in rings
    ]
