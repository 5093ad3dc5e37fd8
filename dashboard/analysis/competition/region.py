"""The inputs of the model: towns, sites, floor areas and travel times from the snapshot."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np

from dashboard.analysis.competition import surveys
from dashboard.analysis.competition.supply import (
    DAILY_PART,
    DIVIDED,
    GROUPS,
    FloorArea,
    Units,
    compare_with_home,
    floor_areas,
)
from dashboard.analysis.competition.survey import FlowSurvey
from dashboard.errors import CompetitionError
from dashboard.facts.records import Observation
from dashboard.facts.snapshot import Facts
from dashboard.i18n.text import LANGUAGES, Lang
from geo.arrays import Floats, Mask
from geo.crs import RD, WGS84
from geo.ensemble import between

DAILY, NON_DAILY, LARGE_SCALE = range(3)

# Conventions, shown on the page: a straight line is this much shorter than the road, driven at this
# speed, and every trip costs getting in, parking and walking.
DETOUR = 1.3
SPEED_KM_H = 40.0
ACCESS_MINUTES = 5.0
# Residents live around the middle of their town, at 3,000 per km2: two thirds of its radius away on
# average.
RESIDENTS_PER_KM2 = 3_000.0

# Instead of a basis: inner cities keep the floor area that is assumed for them.
AS_ASSUMED = "as_assumed"
# Prefix of the id of an origin that is a neighbourhood.
AREA = "cbs:"
# A modelled town abroad and an origin this near are the same town.
SAME_TOWN_M = 2_000.0
# The grid of the land of equal share, and how far it goes beyond the sites.
GRID_M, GRID_MARGIN_M = 1_500.0, 24_000.0
# How far beyond the outermost towns a site may be added.
BOX_MARGIN_DEGREES = 0.05
# Above this many origins the other shops are taken together per municipality.
MOST_TOWNS = 200


@dataclass(frozen=True, slots=True)
class Site:
    """A place to spend; `role` as in places, `other` for a town's other shops, `new` if added."""

    site_id: str
    names: Mapping[Lang, str]
    point: tuple[float, float]
    municipality_code: str | None
    role: str

    @property
    def other(self) -> bool:
        """Whether it holds the shops outside all modelled sites."""
        return self.role == "other"


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """Towns (N), sites (M, the modelled ones first) and the minutes between them.

    `low` and `high` `[G, M]` hold the floor area; that of the other shops is before their weight.
    `opened[G, M]` is the year a figure describes. Where `against[G, M]`, the floor area runs from
    high to low as that of the site's other group runs up: both are parts of one sourced total.
    """

    survey: FlowSurvey
    towns: tuple[str, ...]
    town_names: tuple[str, ...]
    codes: tuple[str | None, ...]
    population: Floats = field(repr=False)
    points: Floats = field(repr=False)
    degrees: Floats = field(repr=False)
    sites: tuple[Site, ...]
    floor_areas: tuple[FloorArea, ...]
    units: Units
    low: Floats = field(repr=False)
    high: Floats = field(repr=False)
    opened: Floats = field(repr=False)
    against: Mask = field(repr=False)

    @property
    def named(self) -> tuple[Site, ...]:
        """The modelled sites, without the other shops."""
        return tuple(site for site in self.sites if not site.other)

    @property
    def abroad(self) -> Mask:
        """Towns across the border."""
        return np.array([code is None for code in self.codes])

    @property
    def crosses(self) -> Mask:
        """Trips that cross the border, `[N, M]`."""
        return crossing(self.codes, self.sites)

    @property
    def minutes(self) -> Floats:
        """Estimated travel time of every trip, `[N, M]`."""
        return minutes(self.points, self.population, [site.point for site in self.sites])

    @property
    def market(self) -> Mask:
        """Towns of the region that the survey is about."""
        return self.within(self.survey.municipalities)

    def within(self, codes: frozenset[str]) -> Mask:
        """Towns in these municipalities."""
        return np.array([code in codes for code in self.codes])

    def sites_within(self, code: str) -> Mask:
        """Sites in this municipality."""
        return np.array([site.municipality_code == code for site in self.sites])

    def at(self, site_id: str) -> Mask:
        """The site alone."""
        return np.array([site.site_id == site_id for site in self.sites])

    def place_of(self, site_id: str) -> int:
        """The index of this site among the sites."""
        return next(index for index, site in enumerate(self.sites) if site.site_id == site_id)

    def holds(self, lon: float, lat: float) -> bool:
        """Whether a spot in degrees lies in the box around the towns, a few km wider."""
        low = self.degrees.min(axis=0) - BOX_MARGIN_DEGREES
        high = self.degrees.max(axis=0) + BOX_MARGIN_DEGREES
        return bool(low[0] <= lon <= high[0] and low[1] <= lat <= high[1])

    def nearest_town(self, point: Sequence[float] | Floats) -> int:
        """The index of the town nearest to this point in RD."""
        return int(np.argmin(np.hypot(self.points[:, 0] - point[0], self.points[:, 1] - point[1])))

    def floor(self, position: Floats) -> Floats:
        """Floor area `[G, M]` at a position 0 to 1 in each range; reversed where `against`."""
        return between(self.low, self.high, np.where(self.against, 1.0 - position, position))

    def total(self, site_id: str) -> tuple[float, float]:
        """Floor area of all groups of a site together, low and high."""
        at = self.place_of(site_id)
        ends = [float(self.floor(np.full(len(self.sites), end))[:, at].sum()) for end in (0.0, 1.0)]
        return min(ends), max(ends)

    @property
    def assumed(self) -> tuple[str, ...]:
        """Modelled sites with a floor area that no source gives, each once."""
        return tuple(dict.fromkeys(row.site_id for row in self.floor_areas if row.assumed))

    @property
    def free(self) -> tuple[str, ...]:
        """Modelled centres of this country that no figure of the survey is about."""
        inland = (
            site
            for site in self.named
            if site.role == "centre" and site.municipality_code is not None
        )
        return tuple(site.site_id for site in inland if not self.survey.says_of(site.site_id))


def crossing(codes: Sequence[str | None], sites: Sequence[Site]) -> Mask:
    """Trips from towns with these municipality codes that cross the border to these sites."""
    town_abroad = np.array([code is None for code in codes])
    site_abroad = np.array([site.municipality_code is None for site in sites])
    crosses: Mask = town_abroad[:, None] != site_abroad[None, :]
    return crosses


def minutes(points: Floats, population: Floats, sites: Sequence[tuple[float, float]]) -> Floats:
    """Travel time `[N, M]` from towns to sites by the conventions above; points in RD metres."""
    there = np.asarray(sites, dtype=np.float64).reshape(-1, 2)
    straight = np.hypot(
        points[:, None, 0] - there[None, :, 0], points[:, None, 1] - there[None, :, 1]
    )
    radius = 2.0 / 3.0 * np.sqrt(population / (np.pi * RESIDENTS_PER_KM2)) * 1_000.0
    metres = np.hypot(straight, radius[:, None])
    return ACCESS_MINUTES + metres / 1_000.0 * DETOUR / SPEED_KM_H * 60.0


@dataclass(frozen=True, slots=True, eq=False)
class IsolineGrid:
    """Points every 1,500 m around the named sites, with the municipality of the nearest town.

    `minutes` `[points, M]` is the estimated travel time to the region's sites. `degrees[R, C]`
    holds longitude and latitude, since PROJ is slow to start in every thread.
    """

    points: Floats = field(repr=False)
    degrees: Floats = field(repr=False)
    codes: tuple[str | None, ...] = field(repr=False)
    minutes: Floats = field(repr=False)


def grid(region: Region) -> IsolineGrid:
    """The grid on which the lines of equal share are drawn."""
    corners = np.array([site.point for site in region.named if site.municipality_code is not None])
    west, south = corners.min(axis=0) - GRID_MARGIN_M
    east, north = corners.max(axis=0) + GRID_MARGIN_M
    x, y = np.arange(west, east, GRID_M), np.arange(south, north, GRID_M)
    points = np.column_stack([np.tile(x, y.size), np.repeat(y, x.size)])
    placed = gpd.GeoSeries(gpd.points_from_xy(points[:, 0], points[:, 1]), crs=RD).to_crs(WGS84)
    degrees = np.column_stack([placed.x, placed.y]).reshape(y.size, x.size, 2)
    codes = tuple(region.codes[region.nearest_town(point)] for point in points)
    return IsolineGrid(
        points,
        degrees,
        codes,
        minutes(points, np.zeros(len(points)), [site.point for site in region.sites]),
    )


def has_inputs(facts: Facts) -> bool:
    """Whether this snapshot holds the inputs of the model."""
    return facts.catalogue.has("origins") and facts.catalogue.has("supply")


def region(facts: Facts, *, units: bool = True, basis: str | None = None) -> Region:
    """Towns, sites and floor areas of the snapshot; from register units where all have them.

    Without units, inner cities of assumed floor area are compared with the home of the survey by
    `basis`, one of its bases (the first by default) or `AS_ASSUMED`, which leaves them as they are.

    Raises CompetitionError when a table, a survey of this region or a figure is missing.
    """
    if not has_inputs(facts):
        raise CompetitionError(
            "expected the tables origins and supply, got neither or one: publish the snapshot again"
        )
    survey = surveys.survey_of(facts)
    if survey is None:
        raise CompetitionError(
            "expected a site that a survey tells of, one of"
            f" {', '.join(s.edge for s in surveys.all_surveys())}, got none"
        )
    origins = facts.catalogue.table("origins")
    origins = origins[origins["branch_group"] == "non_daily"].dropna(subset=["population"])
    origins = origins[origins["population"] > 0.0]
    if origins.empty:
        raise CompetitionError("expected origins with residents, got none: fill the table origins")
    codes = tuple(None if code != code else str(code) for code in origins["municipality_code"])
    population = origins["population"].to_numpy(dtype=np.float64)
    points = np.column_stack([origins.geometry.x, origins.geometry.y])
    placed = origins.geometry.to_crs(WGS84)
    areas, from_units = _areas_by(facts, survey, units, basis)
    named = _named_sites(facts, areas)
    others, other_area = _other_shops(
        facts, survey, named, areas, list(origins["name"]), codes, population, points
    )
    sites = (*named, *others)
    low, high, opened = (np.zeros((len(GROUPS), len(sites))) for _ in range(3))
    against = np.zeros(low.shape, dtype=bool)
    place = {site.site_id: index for index, site in enumerate(sites)}
    for row in areas:
        group, at = GROUPS.index(row.group), place[row.site_id]
        low[group, at], high[group, at], opened[group, at] = row.low, row.high, row.year
        against[group, at] = row.basis in DIVIDED and any(
            other.site_id == row.site_id and GROUPS.index(other.group) < group for other in areas
        )
    low[:, len(named) :] = high[:, len(named) :] = other_area
    return Region(
        survey=survey,
        towns=tuple(map(str, origins["origin_id"])),
        town_names=tuple(map(str, origins["name"])),
        codes=codes,
        population=population,
        points=points,
        degrees=np.column_stack([placed.x, placed.y]),
        sites=sites,
        floor_areas=areas,
        units=from_units,
        low=low,
        high=high,
        opened=opened,
        against=against,
    )


def _areas_by(
    facts: Facts, survey: FlowSurvey, units: bool, basis: str | None
) -> tuple[tuple[FloorArea, ...], Units]:
    """Floor areas as `region` says; an inner city without that figure stays as assumed."""
    areas, from_units = floor_areas(facts, units=units)
    figure_id = survey.bases.get(basis or next(iter(survey.bases), AS_ASSUMED))
    if from_units.used or figure_id is None:
        return areas, from_units
    values = {row.observation_id: row.value for row in facts.observations}
    figures = {
        place.place_id: value
        for place in facts.centres
        if (value := values.get(figure_id.format(place=place.place_id))) is not None
    }
    return compare_with_home(areas, survey.home, figures), from_units


def _named_sites(facts: Facts, areas: Sequence[FloorArea]) -> tuple[Site, ...]:
    with_floor = {row.site_id for row in areas}
    return tuple(
        Site(
            place.place_id,
            place.names,
            (place.core.x, place.core.y),
            place.municipality_code,
            place.role,
        )
        for place in facts.places.values()
        if place.place_id in with_floor
    )


def _other_shops(
    facts: Facts,
    survey: FlowSurvey,
    named: Sequence[Site],
    floor: Sequence[FloorArea],
    names: Sequence[str],
    codes: Sequence[str | None],
    population: Floats,
    points: Floats,
) -> tuple[tuple[Site, ...], Floats]:
    """All shops outside the sites, as one site per town, with their floor area `[G, towns]`.

    A town whose centre is modelled keeps the national floor area per head without main centres and
    concentrations; any other keeps the main centres' part too. Large-scale goods follow the
    concentrations' part, except in a municipality whose large-scale sites are modelled. The towns
    abroad whose whole retail is modelled keep large-scale goods only.
    """
    ids = survey.floor_areas
    per_head = figure(facts, ids.per_head)
    country, centres, large = (
        figure(facts, name) for name in (ids.country, ids.main_centres, ids.concentrations)
    )
    daily = sum(DAILY_PART) / 2.0
    abroad = np.array([site.point for site in named if site.municipality_code is None]).reshape(
        -1, 2
    )
    centre_codes = {place.municipality_code for place in facts.centres}
    large_codes = {
        facts.places[row.site_id].municipality_code for row in floor if row.group == "large_scale"
    }
    groups = (
        _towns_together(codes)
        if len(names) > MOST_TOWNS
        else {str(i): [i] for i in range(len(names))}
    )
    sites, areas = [], []
    for members in groups.values():
        residents = population[members]
        point = np.average(points[members], axis=0, weights=residents)
        main = members[int(np.argmax(residents))]
        code = codes[main]
        share = 1.0 - large / country
        if code in centre_codes:
            share -= centres / country
        elif code is None and (np.hypot(*(abroad - points[main]).T) < SAME_TOWN_M).any():
            share = 0.0
        area = per_head * residents.sum() * share
        bulky = (
            0.0
            if code is not None and code in large_codes
            else per_head * residents.sum() * large / country
        )
        areas.append([area * daily, area * (1.0 - daily), bulky])
        name = dict.fromkeys(LANGUAGES, names[main])
        sites.append(Site(f"other:{main}", name, (float(point[0]), float(point[1])), code, "other"))
    return tuple(sites), np.array(areas).T


def _towns_together(codes: Sequence[str | None]) -> dict[str, list[int]]:
    """The origins of each municipality together; each one abroad by itself."""
    together: dict[str, list[int]] = {}
    for index, code in enumerate(codes):
        together.setdefault(code or f"abroad-{index}", []).append(index)
    return together


def observation(facts: Facts, observation_id: str) -> Observation:
    """The figure of this id; raises CompetitionError when the snapshot does not hold it."""
    row = next((row for row in facts.observations if row.observation_id == observation_id), None)
    if row is None or row.value is None:
        raise CompetitionError(
            f"expected the figure {observation_id!r} with a value, got none: put it back"
        )
    return row


def figure(facts: Facts, observation_id: str) -> float:
    """The value of the figure of this id; raises as `observation`."""
    return float(observation(facts, observation_id).value or 0.0)
