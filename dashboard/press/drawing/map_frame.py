"""A piece of the RD plane fitted to a rectangle on the page."""

from dataclasses import dataclass

import numpy as np
import shapely
from matplotlib.path import Path
from shapely.geometry.base import BaseGeometry

from dashboard.maps.shapes import Bounds
from dashboard.press.drawing.label_placement import PageBox
from geo.arrays import Floats
from geo.crs import rd_per_metre_at


@dataclass(frozen=True, slots=True)
class Window:
    """The part of the plane in `box`: RD metres to units, north up, one scale both ways."""

    bounds: Bounds
    box: PageBox

    @property
    def units_per_m(self) -> float:
        """How long a metre of RD is on the page."""
        return self.box.width / (self.bounds[2] - self.bounds[0])

    @property
    def units_per_ground_m(self) -> float:
        """How long a metre on the ground is in the middle of the page."""
        return self.units_per_m * rd_per_metre_at(shapely.box(*self.bounds))

    def point(self, x: float, y: float) -> tuple[float, float]:
        """A point of the plane on the page."""
        west, south, _, _ = self.bounds
        return (
            self.box.left + (x - west) * self.units_per_m,
            self.box.bottom - (y - south) * self.units_per_m,
        )

    def to_page(self, points: Floats) -> Floats:
        """Points of the plane `[n, 2]` on the page."""
        west, south, _, _ = self.bounds
        return np.column_stack(
            [
                self.box.left + (points[:, 0] - west) * self.units_per_m,
                self.box.bottom - (points[:, 1] - south) * self.units_per_m,
            ]
        )

    def holds(self, x: float, y: float) -> bool:
        """Whether a point of the plane is seen."""
        west, south, east, north = self.bounds
        return west <= x <= east and south <= y <= north

    def path(self, shape: BaseGeometry, margin: float = 12.0) -> Path | None:
        """What of a line or area is seen, as one path; None when nothing is.

        `margin` in units lies outside the box, so that outlines along the cut stay out of sight.
        """
        more = margin / self.units_per_m
        west, south, east, north = self.bounds
        seen = shapely.clip_by_rect(shape, west - more, south - more, east + more, north + more)
        pieces: list[Floats] = []
        codes: list[np.uint8] = []
        for part in shapely.get_parts(seen):
            closed = shapely.get_dimensions(part) == 2
            for ring in shapely.get_rings(part) if closed else [part]:
                vertices = shapely.get_coordinates(ring)
                if len(vertices) < 2:
                    continue
                pieces.append(vertices)
                last = Path.CLOSEPOLY if closed else Path.LINETO
                codes += [Path.MOVETO, *([Path.LINETO] * (len(vertices) - 2)), last]
        if not pieces:
            return None
        return Path(self.to_page(np.vstack(pieces)), codes)


def fit(bounds: Bounds, box: PageBox) -> Window:
    """The window that shows all of `bounds` and fills `box`: the shorter side is widened."""
    west, south, east, north = bounds
    metres_per_unit = max((east - west) / box.width, (north - south) / box.height)
    half_x, half_y = metres_per_unit * box.width / 2, metres_per_unit * box.height / 2
    middle_x, middle_y = (west + east) / 2, (south + north) / 2
    return Window((middle_x - half_x, middle_y - half_y, middle_x + half_x, middle_y + half_y), box)


def scale_bar_m(window: Window, longest: float) -> float:
    """The longest distance that fits `longest` units: 1, 2 or 5 times a power of ten, in metres."""
    room_m = longest / window.units_per_ground_m
    power = 10.0 ** int(np.floor(np.log10(room_m)))
    return max(step * power for step in (1, 2, 5) if step * power <= room_m)
