"""Places of a run: how far each reaches, which one owns a point, and the plausible extent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from operator import itemgetter

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry import Point, box
from shapely.geometry.base import BaseGeometry

from etl.errors import ContentError
from geo.arrays import Floats
from geo.crs import (
    RD_SYSTEM,
    REACH_M,
    Box,
    Layer,
    around,
    inside,
    rd_per_metre,
    rd_per_metre_at,
    require_inside,
    require_rd,
    to_wgs84,
)
from geo.errors import OutsideBoxError

_POINT = 0
MARGIN_M = 25_000.0
"""How far outside the places a coordinate is still plausible, in metres on the ground."""


@dataclass(frozen=True)
class Place:
    """One place of the run; `core` and `reach` (outline, or `REACH_M` around the core) in RD."""

    place_id: str
    name: str
    role: str
    municipality_code: str | None
    core: Point
    reach: BaseGeometry
    outlined: bool

    @cached_property
    def content(self) -> bytes:
        """What a digest of the place is made of."""
        text = f"{self.place_id}|{self.role}|{self.municipality_code}|{self.outlined}|"
        return text.encode() + self.reach.wkb + self.core.wkb


@dataclass(frozen=True)
class Area:
    """The places that a source is asked about, among all places of the run.

    `places` is one place, or all for a source that is asked once; `everywhere` are all places of
    the run, and `wanted` the spots for the geocoder. All geometry is in RD.
    """

    places: tuple[Place, ...]
    all_places: tuple[Place, ...]
    spots: tuple[Spot, ...] = ()

    @property
    def place_ids(self) -> tuple[str, ...]:
        """Ids of the places asked about, in order."""
        return tuple(place.place_id for place in self.places)

    @property
    def municipality_codes(self) -> tuple[str, ...]:
        """Codes like GM0153 of the places asked about, sorted; places abroad have none."""
        return tuple(
            sorted({place.municipality_code for place in self.places if place.municipality_code})
        )

    @cached_property
    def reach(self) -> BaseGeometry:
        """Everything the places asked about reach."""
        return shapely.union_all([place.reach for place in self.places])

    @cached_property
    def box(self) -> Box:
        """The rectangle of plausible coordinates: all places of the run with `MARGIN_M` around."""
        west, south, east, north = shapely.total_bounds([place.reach for place in self.all_places])
        cores = [place.core for place in self.all_places]
        margin = MARGIN_M * float(rd_per_metre(shapely.get_x(cores), shapely.get_y(cores)).max())
        return Box(west - margin, south - margin, east + margin, north + margin)

    def degrees(self, *, margin_m: float = 0.0) -> tuple[float, float, float, float]:
        """West, south, east, north of the places asked about, in degrees to 6 decimals.

        The extent is widened by `margin_m` metres.
        """
        return _degrees(*self.metres(margin_m=margin_m))

    def metres(self, *, margin_m: float = 0.0) -> tuple[float, float, float, float]:
        """West, south, east, north of the places asked about, in RD, widened by `margin_m`."""
        west, south, east, north = self.reach.bounds
        margin = margin_m * max(rd_per_metre_at(place.core) for place in self.places)
        return west - margin, south - margin, east + margin, north + margin

    def owners(self, layer: Layer) -> pd.Series:
        """Id of the place of each row, by the centroid of its geometry (RD); missing outside all.
        Where places overlap an outline goes before a circle around a core, then the nearest core.
        """
        require_rd(layer)
        middle = np.asarray(layer.geometry.array, dtype=object)
        if not (shapely.get_type_id(middle) == _POINT).all():
            middle = shapely.centroid(middle)
        x, y = shapely.get_x(middle), shapely.get_y(middle)
        owner = np.full(len(layer), -1)
        # Places with an outline come last, so that they win over circles.
        ordered = sorted(self._near(x, y), key=lambda place: (place.outlined, place.place_id))
        outlined = np.array([place.outlined for place in ordered])
        cores = np.array([place.core for place in ordered], dtype=object)
        for number, place in enumerate(ordered):
            west, south, east, north = place.reach.bounds
            at = np.flatnonzero((x >= west) & (x <= east) & (y >= south) & (y <= north))
            shapely.prepare(place.reach)
            at = at[shapely.intersects_xy(place.reach, x[at], y[at])]
            taken, other = at[owner[at] >= 0], owner[at[owner[at] >= 0]]
            nearer = shapely.distance(middle[taken], place.core) < shapely.distance(
                middle[taken], cores[other]
            )
            owner[at[owner[at] < 0]] = number
            owner[taken[nearer | (place.outlined & ~outlined[other])]] = number
        names = pd.array([*(place.place_id for place in ordered), None], dtype="str")
        return pd.Series(names.take(owner), index=layer.index, name="place_id")

    def _near(self, x: Floats, y: Floats) -> list[Place]:
        """The places whose extent meets that of the points; in a country most lie elsewhere."""
        west, south, east, north = shapely.bounds([place.reach for place in self.all_places]).T
        # Missing coordinates have no part in these.
        least_x, least_y = (np.fmin.reduce(side, initial=np.inf) for side in (x, y))
        most_x, most_y = (np.fmax.reduce(side, initial=-np.inf) for side in (x, y))
        near = (west <= most_x) & (east >= least_x) & (south <= most_y) & (north >= least_y)
        return [self.all_places[at] for at in np.flatnonzero(near)]

    def clip(self, layer: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, int]:
        """The rows (RD) that touch the reach of the places, and the number of other rows.

        For files that cover more than was asked. Raises ContentError when there are rows and none
        lies in the plausible box: then the coordinate system is wrong, not the region.
        """
        known = layer[layer.geometry.notna() & ~layer.geometry.is_empty]
        extent = box(self.box.west, self.box.south, self.box.east, self.box.north)
        if len(known) and not known.intersects(extent).any():
            self.require_plausible(known)
        near = known[known.intersects(self.reach)]
        return near, len(layer) - len(near)

    def require_plausible(self, layer: Layer) -> None:
        """Raise ContentError, with a guess at the mistake, unless all of it lies in the box."""
        try:
            require_inside(layer, self.box)
        except OutsideBoxError as error:
            raise ContentError("outside-box", detail=error) from error

    def plausible(self, layer: Layer) -> pd.Series:
        """Whether each row lies wholly in the plausible box."""
        return inside(layer, self.box)


@dataclass(frozen=True, slots=True)
class Spot:
    """A street or square in a place, whose position the geocoder is to find."""

    key: str
    place_id: str
    text: str


# Each thread makes its own conversion, and every service asks about the same places in a thread.
@lru_cache(maxsize=1024)
def _degrees(
    west: float, south: float, east: float, north: float
) -> tuple[float, float, float, float]:
    extent = gpd.GeoSeries([box(west, south, east, north)], crs=RD_SYSTEM)
    left, bottom, right, top = to_wgs84(extent.segmentize(500.0)).total_bounds.tolist()
    return round(left, 6), round(bottom, 6), round(right, 6), round(top, 6)


def area_of_places(
    places: gpd.GeoDataFrame, only: Sequence[str] = (), *, spots: Sequence[Spot] = ()
) -> Area:
    """The area of the rows of the table `places`; it asks about those in `only`, or about all."""
    names = ("place_id", "name_nl", "role", "municipality_code", "core", "geometry")
    columns = (np.asarray(places[name].array, dtype=object) for name in names)
    everywhere = []
    for place_id, name, role, code, core, shape in sorted(
        zip(*columns, strict=True), key=itemgetter(0)
    ):
        outlined = shape.geom_type != "Point"
        everywhere.append(
            Place(
                place_id=place_id,
                name=name,
                role=role,
                municipality_code=None if pd.isna(code) else code,
                core=core,
                reach=shape if outlined else around(core, REACH_M),
                outlined=outlined,
            )
        )
    return Area(
        tuple(place for place in everywhere if not only or place.place_id in only),
        tuple(everywhere),
        tuple(spot for spot in spots if not only or spot.place_id in only),
    )


def areas_per_place(area: Area) -> tuple[Area, ...]:
    """An area per place asked about."""
    return tuple(
        Area(
            (place,),
            area.all_places,
            tuple(spot for spot in area.spots if spot.place_id == place.place_id),
        )
        for place in area.places
    )
