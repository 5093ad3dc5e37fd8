"""What a map carries beside its subject: country names, scale bar, north arrow and inset."""

from collections.abc import Mapping, Sequence

import shapely
import shapely.ops
from shapely.geometry.base import BaseGeometry

from dashboard.maps.scene import PlaceName, Scene
from dashboard.maps.shapes import Bounds
from dashboard.press.drawing import callouts, label_placement, marks
from dashboard.press.drawing.callout_rows import Item
from dashboard.press.drawing.canvas import Canvas, width
from dashboard.press.drawing.label_placement import PageBox, Wanted
from dashboard.press.drawing.map_frame import Window, fit, scale_bar_m
from dashboard.style import theme
from dashboard.style.theme import Style

_BAR = 110.0
_SMALL = 12.0
TOWN = Style("town", "town", "circle", theme.INK, theme.PAPER, 1.4, 3.4)


def free_corner(
    scene: Scene,
    visible: Mapping[str, Mapping[str, str]],
    window: Window,
    size: tuple[float, float],
) -> PageBox:
    """The corner with the fewest marks near it, as room for the inset; never the scale bar's."""
    wide, high = size
    box = window.box
    corners = [
        PageBox(box.right - wide, box.bottom - high, box.right, box.bottom),
        PageBox(box.right - wide, box.top, box.right, box.top + high),
        PageBox(box.left, box.top, box.left + wide, box.top + high),
    ]
    spots = _spots(scene, window, callouts.items(scene, visible, window))

    def near(corner: PageBox) -> int:
        return sum(corner.grown(40.0).overlaps(PageBox(x, y, x + 1.0, y + 1.0)) for x, y in spots)

    return min(corners, key=near)


def draw_country_names(
    canvas: Canvas, scene: Scene, window: Window, shown: Sequence[Item]
) -> list[PageBox]:
    """Draw the country names; the room that they and the scale bar take."""
    box = window.box
    taken = [PageBox(box.left, box.bottom - 34.0, box.left + _BAR + 90.0, box.bottom)]
    lands = {
        kind: shape for kind, shape in scene.background.shapes if kind in ("land_nl", "land_de")
    }
    seen = shapely.box(*window.bounds)
    if len(lands) < 2 or not all(shape.intersects(seen) for shape in lands.values()):
        return taken
    spots = _spots(scene, window, shown)
    for country in scene.background.countries:
        word = country.name.upper()
        wide = width(word, 13.0, 600)
        place = _country_spot(
            country, lands["land_de" if country.abroad else "land_nl"], window, wide, spots
        )
        if place is not None:
            x, y = place
            canvas.text(
                x,
                y,
                word,
                13.0,
                weight=600,
                colour=theme.BACKGROUND["country_name"].fill,
                align="center",
                halo=theme.GROUND,
            )
            taken.append(PageBox(x - wide / 2, y - 12.0, x + wide / 2, y + 4.0))
    return taken


def _country_spot(
    country: PlaceName,
    land: BaseGeometry,
    window: Window,
    wide: float,
    spots: Sequence[tuple[float, float]],
) -> tuple[float, float] | None:
    """Where a country's name fits along the frame, away from every mark; None where it does not."""
    half = wide / 2 + 8.0
    box = window.box
    metre = window.units_per_m
    west, south, east, north = window.bounds
    # Wholly inside its land and the frame: a name needs less room above and below than beside it.
    frame = shapely.box(
        west + half / metre, south + 12.0 / metre, east - half / metre, north - 20.0 / metre
    )
    room = land.buffer(-half / metre).intersection(frame)
    if room.is_empty:
        return None
    # In a corner of its land, as on a school map: the middle is for the subject of the map.
    sides = (
        ((box.right, 0.0), (box.right, 1.0), (box.right, 0.5))
        if country.abroad
        else ((box.left, 0.0), (box.left, 0.5))
    )
    for edge, down in sides:
        goal = shapely.Point(
            west + (edge - box.left) / metre, south + (1.0 - down) * box.height / metre
        )
        spot = shapely.ops.nearest_points(room, goal)[0]
        x, y = window.point(spot.x, spot.y)
        name = PageBox(x - half, y - 20.0, x + half, y + 12.0)
        if not any(
            name.left < at < name.right and name.top < high < name.bottom for at, high in spots
        ):
            return x, y
    return None


def draw_scale(canvas: Canvas, scene: Scene, window: Window) -> None:
    """Draw the scale bar with its distance, and the north arrow."""
    box = window.box
    metres = scale_bar_m(window, _BAR)
    long = metres * window.units_per_ground_m
    x, y = box.left + 14.0, box.bottom - 13.0
    for colour, wide in ((theme.PAPER, 4.5), (theme.INK, 1.6)):
        canvas.line([(x, y - 6.0), (x, y), (x + long, y), (x + long, y - 6.0)], colour, wide)
    amount = theme.number(metres / 1000 if metres >= 1000 else metres, scene.lang)
    unit = scene.texts["km" if metres >= 1000 else "m"]
    label = f"{amount} {unit}"
    canvas.text(x + long + 8.0, y + 1.0, label, _SMALL, weight=600, halo=theme.PAPER)
    north = x + long + 8.0 + width(label, _SMALL, 600) + 18.0
    for colour, wide in ((theme.PAPER, 4.5), (theme.INK, 1.6)):
        canvas.line([(north, y + 2.0), (north, y - 15.0)], colour, wide)
        canvas.line(
            [(north - 4.0, y - 10.0), (north, y - 15.0), (north + 4.0, y - 10.0)], colour, wide
        )
    canvas.text(north + 7.0, y + 1.0, "N", _SMALL, weight=600, halo=theme.PAPER)


def draw_inset(canvas: Canvas, scene: Scene, bounds: Bounds, box: PageBox) -> None:
    """Draw the region in small, with a frame around what the map shows."""
    window = fit(scene.home, box)
    canvas.rect(box, fill=theme.GROUND)
    for kind, shape in scene.background.shapes:
        style = theme.BACKGROUND[kind]
        path = window.path(shape)
        if path is None or kind not in ("land_nl", "land_de", "water", "border"):
            continue
        if style.shape == "line":
            canvas.shape(path, stroke=style.fill, width=1.0, dash=(5.0, 2.5), clip=box)
        else:
            canvas.shape(path, fill=style.fill, clip=box)
    west, south = window.point(bounds[0], bounds[1])
    east, north = window.point(bounds[2], bounds[3])
    frame = PageBox(
        max(west, box.left + 1),
        max(north, box.top + 1),
        min(east, box.right - 1),
        min(south, box.bottom - 1),
    )
    canvas.rect(frame, fill=theme.SELECTED, stroke=theme.INK, width=1.2, opacity=0.5)
    towns = [name for name in scene.background.names if window.holds(*name.point_rd)]
    spots = [window.point(*name.point_rd) for name in towns]
    wanted = [
        Wanted(x, y, 4.0, width(name.name, 11.5), 12.5)
        for name, (x, y) in zip(towns, spots, strict=True)
    ]
    for name, (x, y), place in zip(
        towns, spots, label_placement.place(wanted, box.grown(-2.0), []), strict=True
    ):
        marks.draw(canvas, TOWN, x, y, 0.6)
        if place is not None:
            canvas.text(place.left, place.bottom - 2.5, name.name, 11.5, halo=theme.PAPER)
    canvas.rect(box, stroke=theme.HAIRLINE, width=1.0)


def _spots(scene: Scene, window: Window, shown: Sequence[Item]) -> list[tuple[float, float]]:
    """Where items and towns stand on the page."""
    towns = [name.point_rd for name in scene.background.names if window.holds(*name.point_rd)]
    return [*((item.x, item.y) for item in shown), *(window.point(*town) for town in towns)]
