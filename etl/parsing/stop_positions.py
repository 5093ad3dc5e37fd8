"""Where stops and stations lie, by name or by the number of their code."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import geopandas as gpd
import shapely
from shapely.geometry import Point

from etl.parsing import boardings
from geo.crs import distance_m
from geo.names import search_key

NamedPoint = tuple[str, Point]
ONE_STATION_M = 500.0
"""Two stops of one name further apart are two stations."""


@dataclass(frozen=True, slots=True)
class StopPositions:
    """Curated stations by name in small letters, and the stops (RD) of timetables."""

    curated: Mapping[str, tuple[str, Point]]
    timetables: list[gpd.GeoDataFrame] = field(default_factory=list)

    def station(self, name: str, counts: Counter[str]) -> tuple[str, Point] | None:
        """Id and point (RD) of a curated station, or else of the stops of that name.

        None where no stop has that name, or where they lie too far apart, which is counted.
        """
        curated = self.curated.get(f"station {name}".casefold())
        if curated is not None:
            return curated
        points = [
            point
            for stops in self.timetables
            for point in stops.geometry[stops["stop_name"].str.casefold() == name.casefold()]
        ]
        if not points:
            return None
        middle = shapely.centroid(shapely.MultiPoint(points))
        if max(distance_m(middle, point) for point in points) > ONE_STATION_M:
            counts["ambiguous-name"] += 1
            return None
        return f"station-{slug(name)}", middle

    def by_number(self) -> dict[str, list[NamedPoint]]:
        """The names and points (RD) of stops by the number at the end of their id or code."""
        points: dict[str, list[NamedPoint]] = defaultdict(list)
        for stops in self.timetables:
            for column in ("stop_id", "stop_code"):
                known = stops[stops[column].notna()]
                numbers = known[column].map(boardings.number)
                for number, name, point in zip(
                    numbers, known["stop_name"], known.geometry, strict=True
                ):
                    if number:
                        points[number].append((name, point))
        return points


def point_of(name: str, candidates: Sequence[NamedPoint]) -> Point | None:
    """The first of the stops of one number whose name holds the words of `name`; None without.

    Counts number stop places and timetables number quays: equal digits may be chance, so that the
    name decides, and a count without a name has no position.
    """
    words = set(search_key(name).split())
    return next(
        (point for other, point in candidates if words and words <= set(search_key(other).split())),
        None,
    )


def slug(text: str) -> str:
    """The text as part of an id: small letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9:/_.]+", "-", text.casefold()).strip("-")
