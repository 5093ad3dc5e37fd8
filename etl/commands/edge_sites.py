"""Retail sites at the edge of a town, as large shop units of the BAG suggest them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import geopandas as gpd
import shapely
from shapely.geometry import Point

from etl.area import Area, Place
from etl.commands.place_location import TOWN_REACH_M, LocatedTown
from etl.commands.place_services import Assumption, Services
from etl.sources import bag
from geo.centres import delineate
from geo.crs import RD, REACH_M, around, to_wgs84

LARGE_M2 = 500.0
"""Floor area from which on a shop unit counts as large."""
SITE_M2 = 5_000.0
"""Floor area of large units that makes a site: more than the supermarkets of a quarter."""
NEAR_M = 200.0
"""Large units this near to each other are of one site."""
KNOWN_M = 500.0
"""A place that is known this near is the site already."""
MOST = 5
_NUMBER = r"\s+\d.*$"


@dataclass(frozen=True, slots=True)
class EdgeSite:
    """A group of large shop units outside the inner city of `town`; position in degrees."""

    town: str
    name: str
    lon: float
    lat: float
    units: int
    floor_area_m2: float
    away_m: float


def propose_edges(
    town: LocatedTown, services: Services, known: Sequence[Point]
) -> tuple[list[EdgeSite], tuple[Assumption, ...]]:
    """The sites near a town, the largest first and none near a core (RD) that is `known`; and what
    could not be asked.

    Of a municipality younger than the BAG all houses would be read with the units, so it is not
    asked about.
    """
    target = town.target
    reach = around(town.core, TOWN_REACH_M)
    code = target.municipality.code
    place = Place(target.place_id, target.name, "centre", code, town.core, reach, True)
    area = Area((place,), (place,))
    (question,) = bag.requests(area)
    if question.hits is None:
        return [], (Assumption("edges-unasked", {"town": target.name, "code": code}),)
    answer = services.ask(
        bag.SOURCE,
        [replace(question, otherwise=())],
        area,
        lambda pieces: bag.parse(pieces, area).frames["premises"],
    )
    if answer.failure is not None:
        values = {"town": target.name, "why": answer.failure, "code": answer.failure.code}
        return [], (Assumption("edges-failed", values),)
    sites = [] if answer.content is None else edge_sites(answer.content, town, known)
    if not sites:
        return [], (Assumption("edges-none", {"town": target.name, "day": answer.retrieved}),)
    return sites, ()


def edge_sites(
    premises: gpd.GeoDataFrame, town: LocatedTown, known: Sequence[Point]
) -> list[EdgeSite]:
    """The sites that units (RD, as in the table `premises`) form outside the inner city.

    Units without a known floor area belong to none.
    """
    centre = around(town.core, REACH_M) if town.outline is None else town.outline
    large = premises[
        premises["use"].str.contains("retail")
        & premises["floor_area_m2"].ge(LARGE_M2)
        & ~premises.geometry.intersects(centre)
    ]
    sites = []
    for outline in delineate(large.geometry, within_m=NEAR_M, min_units=1).geometry:
        units = large[large.geometry.intersects(outline)]
        middle = shapely.MultiPoint(units.geometry.to_list()).centroid
        floor_area_m2 = float(units["floor_area_m2"].sum())
        if floor_area_m2 < SITE_M2 or any(middle.distance(spot) <= KNOWN_M for spot in known):
            continue
        streets = units["address"].dropna().str.replace(_NUMBER, "", regex=True)
        degrees = to_wgs84(gpd.GeoSeries([middle], crs=RD)).iloc[0]
        sites.append(
            EdgeSite(
                town=town.target.name,
                name=str(streets.mode().iloc[0]) if len(streets) else town.target.name,
                lon=round(degrees.x, 5),
                lat=round(degrees.y, 5),
                units=len(units),
                floor_area_m2=floor_area_m2,
                away_m=middle.distance(town.core),
            )
        )
    return sorted(sites, key=lambda site: (-site.floor_area_m2, site.lon))[:MOST]
