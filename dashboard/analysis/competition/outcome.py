"""What a scenario does: shares before and after, with the range over all members of the model."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from math import dist

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry import MultiLineString, Point

from dashboard.analysis.competition.calibration import Model
from dashboard.analysis.competition.region import (
    DAILY,
    LARGE_SCALE,
    NON_DAILY,
    Region,
    Site,
    crossing,
    minutes,
)
from dashboard.analysis.competition.supply import GROUPS
from dashboard.i18n.text import LANGUAGES
from dashboard.selection.scenario import Scenario
from geo import ensemble
from geo.arrays import Floats, Ints, Mask
from geo.crs import WGS84, to_rd
from geo.isolines import isolines

LEVELS = (0.05, 0.1, 0.25, 0.5)
OTHERS, ADDED = "other", "new"
LARGEST_SITES = 5
# The GeoNames point of each of the five towns is within this distance of the middle of its centre.
CENTRE_M = 500.0
# Rows below half a hundredth of a percentage point are left out.
NOTHING = 5e-5


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """A modelled share as a range over the members, 0 to 1, or a difference, -1 to 1."""

    low: float
    high: float

    @property
    def middle(self) -> float:
        """Half-way, for classes and order; never shown as a number."""
        return (self.low + self.high) / 2.0


@dataclass(frozen=True, slots=True)
class SiteRow:
    """Share of a site in the residents' spending, before and after, and the difference."""

    site_id: str
    before: Interval
    after: Interval
    change: Interval


@dataclass(frozen=True, slots=True)
class TownRow:
    """Share of the chosen site in one town's spending, before and after.

    `weight` is the town's part in the site's total.
    """

    town_id: str
    before: Interval
    after: Interval
    change: Interval
    weight: float
    class_share: float


@dataclass(frozen=True, slots=True, eq=False)
class Allocation:
    """Shares of each town's spending `[K, N, columns]`, before and after; the last K is the middle.

    Each named or new site is a column (`sites`); the other shops of a municipality share one.
    `every` are the sites themselves, `column` says which each is added into.
    """

    sites: tuple[Site, ...]
    every: tuple[Site, ...]
    column: Ints = field(repr=False)
    floor: Floats = field(repr=False)
    parts: Floats = field(repr=False)
    pull: ensemble.Pull = field(repr=False)
    before: Floats = field(repr=False)
    after: Floats = field(repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """Results of one scenario for one branch, with the map of one chosen site."""

    sites: tuple[SiteRow, ...]
    towns: tuple[TownRow, ...]
    town: tuple[SiteRow, ...]
    allocation: Allocation = field(repr=False)
    isolines: Mapping[float, MultiLineString] = field(repr=False)


def allocate(model: Model, scenario: Scenario, branch: str) -> Allocation:
    """The shares before and after `scenario` for `branch`; they sum to 1 per member and town.

    The scenario must name sites of the model only. Raises NoAttractionError when a closure leaves
    spending nowhere to go.
    """
    region = model.region
    parts = _parts(model, branch)
    floor, before = _today(model, branch, scenario.user_floor_areas)
    every, after_floor = _changed(region, floor, scenario)
    sites, column = _columns(every)
    # Added sites are the last columns; these are empty before.
    before = np.pad(before, ((0, 0), (0, 0), (0, len(sites) - before.shape[2])))
    after, pull = before, _pull(model, every, scenario)
    if scenario.changes:
        after = ensemble.shares(pull, after_floor, parts, together=column)
    return Allocation(sites, every, column, after_floor, parts, pull, before, after)


# Every move of a slider starts from the same state: one per branch, and a few with floor areas of a
# user.
@lru_cache(maxsize=8)
def _today(
    model: Model, branch: str, user_floor_areas: tuple[tuple[str, int], ...]
) -> tuple[Floats, Floats]:
    """Floor areas and shares before any change; shared between visitors, never written to."""
    floor = _with_user_floor_areas(model.floor, model.region, user_floor_areas)
    _, column = _columns(model.region.sites)
    before = ensemble.shares(model.pull, floor, _parts(model, branch), together=column)
    before.setflags(write=False)
    return floor, before


def run(
    model: Model,
    scenario: Scenario,
    branch: str,
    chosen: str,
    town: str | None = None,
    *,
    with_isolines: bool = True,
) -> Outcome:
    """Before and after of `scenario` for `branch` (see `divide`), mapped for the site `chosen`.

    With `town` also where the residents of that town spend. The isolines take as long as all else.
    """
    region, allocation = model.region, allocate(model, scenario, branch)
    return Outcome(
        sites=_site_rows(region, allocation.sites, allocation.before, allocation.after),
        towns=_town_rows(region, allocation, chosen),
        town=() if town is None else _spending_rows(region, allocation, town),
        allocation=allocation,
        isolines=_isolines(model, allocation, scenario, chosen) if with_isolines else {},
    )


def _columns(every: Sequence[Site]) -> tuple[tuple[Site, ...], Ints]:
    """The columns and the column of each site: added sites last, other shops per municipality.

    A site added within a centre counts for that centre.
    """
    keys = []
    for site in every:
        centre = centre_around(site, every)
        if centre is not None:
            keys.append(centre.site_id)
        else:
            keys.append(f"{OTHERS}:{site.municipality_code}" if site.other else site.site_id)
    columns: dict[str, Site] = {}
    for key, site in sorted(zip(keys, every, strict=True), key=lambda pair: pair[1].role == ADDED):
        columns.setdefault(key, replace(site, site_id=key))
    place = {key: at for at, key in enumerate(columns)}
    return tuple(columns.values()), np.array([place[key] for key in keys])


def centre_around(site: Site, sites: Sequence[Site]) -> Site | None:
    """The modelled centre whose middle is within `CENTRE_M` of an added site, else None."""
    if site.role != ADDED:
        return None
    near = (
        centre
        for centre in sites
        if centre.role == "centre" and dist(centre.point, site.point) <= CENTRE_M
    )
    return next(near, None)


def market(region: Region) -> Mask:
    """Towns whose spending market shares divide: the region, or this country where it has none."""
    return region.market if region.market.any() else ~region.abroad


def _parts(model: Model, branch: str) -> Floats:
    parts = np.zeros((len(model.large_part), len(GROUPS)))
    if branch == "niet_dagelijks":
        parts[:, NON_DAILY], parts[:, LARGE_SCALE] = 1.0 - model.large_part, model.large_part
    else:
        parts[
            :, {"dagelijks": DAILY, "winkelen": NON_DAILY, "grootschalig": LARGE_SCALE}[branch]
        ] = 1.0
    return parts


def _with_user_floor_areas(
    floor: Floats, region: Region, user_floor_areas: Sequence[tuple[str, int]]
) -> Floats:
    """Floor areas with the user's totals in place of the model's; the mix of groups stays."""
    if not user_floor_areas:
        return floor
    replaced = floor.copy()
    for site_id, area in user_floor_areas:
        at = region.place_of(site_id)
        replaced[:, :, at] *= area / replaced[:, :, at].sum(axis=1, keepdims=True)
    return replaced


def _changed(region: Region, floor: Floats, scenario: Scenario) -> tuple[tuple[Site, ...], Floats]:
    after = floor.copy()
    for site_id, percent in scenario.floor:
        after[:, :, region.place_of(site_id)] *= percent / 100.0
    for site_id in scenario.closed:
        after[:, :, region.place_of(site_id)] = 0.0
    if not scenario.added:
        return region.sites, after
    new = np.zeros((*floor.shape[:2], len(scenario.added)))
    for index, added in enumerate(scenario.added):
        new[:, GROUPS.index(added.group), index] = added.floor_area_m2
    return (*region.sites, *new_sites(region, scenario)), np.concatenate([after, new], axis=2)


def nearest_name(region: Region, degrees: tuple[float, float]) -> str:
    """Name of the town nearest to a spot in degrees."""
    return region.town_names[region.nearest_town(_in_rd(degrees))]


def new_sites(region: Region, scenario: Scenario | None) -> tuple[Site, ...]:
    """The sites a scenario adds, with name and municipality of the town nearest to each."""
    sites = []
    for index, added in enumerate(() if scenario is None else scenario.added):
        point = _in_rd(added.degrees)
        nearest = region.nearest_town(point)
        names = dict.fromkeys(LANGUAGES, region.town_names[nearest])
        sites.append(Site(f"{ADDED}:{index}", names, point, region.codes[nearest], ADDED))
    return tuple(sites)


@lru_cache(maxsize=256)
def _in_rd(degrees: tuple[float, float]) -> tuple[float, float]:
    point = to_rd(gpd.GeoSeries([Point(degrees)], crs=WGS84)).iloc[0]
    return float(point.x), float(point.y)


def _pull(model: Model, sites: Sequence[Site], scenario: Scenario) -> ensemble.Pull:
    region = model.region
    added = sites[len(region.sites) :]
    if not scenario.moves_travel and not added:
        return model.pull
    travel = minutes(region.points, region.population, [site.point for site in sites])
    return _prepared(model, travel, crossing(region.codes, sites), scenario)


def _prepared(
    model: Model, travel: Floats, crosses: Mask, scenario: Scenario, members: slice = slice(None)
) -> ensemble.Pull:
    return ensemble.prepare(
        travel * (scenario.travel / 100.0),
        crosses,
        model.beta[members] * (np.array(scenario.rates) / 100.0),
        np.maximum(model.border[members] + scenario.border, 0.0),
        keep=False,
    )


def intervals(values: Floats) -> list[Interval]:
    """Range over the members of each column of `values[K, columns]`; the last row is the middle."""
    low, high = ensemble.span(values[:-1])
    return [Interval(*ends) for ends in zip(low.tolist(), high.tolist(), strict=True)]


def _site_rows(
    region: Region, sites: Sequence[Site], before: Floats, after: Floats
) -> tuple[SiteRow, ...]:
    """A row per site with a share, then one for all other shops; each column adds up to 1."""
    weight = np.where(market(region), region.population, 0.0)
    weight = weight / weight.sum()
    shares = [np.einsum("n,knm->km", weight, share) for share in (before, after)]
    other = np.array([site.other for site in sites])
    rows = [
        _site_row(sites[at].site_id, *(share[:, at] for share in shares))
        for at in range(len(sites))
        if not other[at] and max(share[:, at].max() for share in shares) > NOTHING
    ]
    rows.append(_site_row(OTHERS, *(share[:, other].sum(axis=1) for share in shares)))
    return tuple(rows)


def _site_row(site_id: str, before: Floats, after: Floats) -> SiteRow:
    rows = intervals(np.column_stack([before, after, after - before]))
    return SiteRow(site_id, *rows)


def _spending_rows(region: Region, allocation: Allocation, town: str) -> tuple[SiteRow, ...]:
    """Where one town spends: the sites with the largest part first, then all other shops."""
    at = region.towns.index(town)
    before, after = allocation.before[:, at], allocation.after[:, at]
    other = np.array([site.other for site in allocation.sites])
    rows = [
        _site_row(allocation.sites[site].site_id, before[:, site], after[:, site])
        for site in np.flatnonzero(~other)
    ]
    largest = sorted(rows, key=lambda row: -max(row.before.middle, row.after.middle))[
        :LARGEST_SITES
    ]
    return (*largest, _site_row(OTHERS, before[:, other].sum(axis=1), after[:, other].sum(axis=1)))


def _town_rows(region: Region, allocation: Allocation, chosen: str) -> tuple[TownRow, ...]:
    """The towns by what they spend at the chosen site, the largest part first."""
    at = next(index for index, site in enumerate(allocation.sites) if site.site_id == chosen)
    old, new = allocation.before[:, :, at], allocation.after[:, :, at]
    spent = region.population * new[-1]
    total = float(spent.sum())
    rows = [
        TownRow(
            town,
            before,
            after,
            change,
            float(spent[index]) / total if total > 0.0 else 0.0,
            float(new[-1, index]),
        )
        for index, (town, before, after, change) in enumerate(
            zip(region.towns, intervals(old), intervals(new), intervals(new - old), strict=True)
        )
    ]
    return tuple(sorted(rows, key=lambda row: -row.weight))


def _isolines(
    model: Model, allocation: Allocation, scenario: Scenario, chosen: str
) -> dict[float, MultiLineString]:
    """Lines in degrees around the land where the chosen site has 5, 10, 25 and 50 per cent.

    They are of the middle member, since a line is no range, and are closed at the edge of the grid.
    """
    grid, last = model.grid, slice(-1, None)
    added = [site.point for site in allocation.every[len(model.region.sites) :]]
    travel = np.hstack([grid.minutes, minutes(grid.points, np.zeros(len(grid.points)), added)])
    pull = _prepared(model, travel, crossing(grid.codes, allocation.every), scenario, last)
    at = next(index for index, site in enumerate(allocation.sites) if site.site_id == chosen)
    shares = ensemble.shares(
        pull, allocation.floor[last], allocation.parts[last], together=allocation.column
    )
    share: Floats = shares[0, :, at].reshape(grid.degrees.shape[:2])
    share[[0, -1]] = share[:, [0, -1]] = 0.0
    rows, columns = (np.arange(float(size)) for size in share.shape)
    return {
        level: _to_degrees(isolines(share, columns, rows, level), grid.degrees) for level in LEVELS
    }


def _to_degrees(lines: MultiLineString, degrees: Floats) -> MultiLineString:
    """Lines in grid columns and rows as degrees, bilinear between the four points of a cell."""

    def interpolate(vertices: Floats) -> Floats:
        column, row = vertices.T
        left = np.minimum(column.astype(int), degrees.shape[1] - 2)
        low = np.minimum(row.astype(int), degrees.shape[0] - 2)
        across, up = (column - left)[:, None], (row - low)[:, None]
        south = degrees[low, left] * (1 - across) + degrees[low, left + 1] * across
        north = degrees[low + 1, left] * (1 - across) + degrees[low + 1, left + 1] * across
        interpolated: Floats = south * (1 - up) + north * up
        return interpolated

    return shapely.transform(lines, interpolate)
