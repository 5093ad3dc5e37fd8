"""Retail leakage: where residents spend, in four parts that add up to 1."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from dashboard.analysis.competition.outcome import Allocation, Interval, intervals
from dashboard.analysis.competition.region import Region, Site
from geo.arrays import Floats, Mask

Part = Literal["own_centre", "elsewhere", "edge", "outside"]

PARTS: tuple[Part, ...] = ("own_centre", "elsewhere", "edge", "outside")
"""Own inner city, rest of the own municipality, the edge site wherever it lies, elsewhere."""


@dataclass(frozen=True, slots=True)
class PartRow:
    """One part today, in the scenario, and the difference.

    `middle` holds both states of the middle outcome: these add up to 1, ranges do not.
    """

    before: Interval
    after: Interval
    change: Interval
    middle: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Leakage:
    """Where the residents of a centre's municipality or of a town spend, by the id of either.

    A part without shops in the model is unknown and left out: the municipality has no modelled
    centre, or one without floor area for these goods.
    """

    place_id: str
    parts: Mapping[Part, PartRow]


def of_cities(region: Region, allocation: Allocation) -> tuple[Leakage, ...]:
    """One row per modelled centre of this country: its whole municipality, weighed by residents."""
    rows = []
    for site in region.named:
        if site.municipality_code is None or site.role != "centre":
            continue
        towns = region.within(frozenset({site.municipality_code}))
        weight = np.where(towns, region.population, 0.0)
        if not weight.any():
            continue
        columns = _columns(
            site.municipality_code, site.site_id, allocation.sites, region.survey.edge
        )
        before, after = (
            np.einsum("n,knc,cp->kp", weight[towns] / weight.sum(), share[:, towns], columns)
            for share in (allocation.before, allocation.after)
        )
        rows.append(_leakage(site.site_id, before, after))
    return tuple(rows)


def of_towns(region: Region, allocation: Allocation, towns: Sequence[int]) -> tuple[Leakage, ...]:
    """One row per town number; a town abroad has its side of the border as own municipality."""
    rows = []
    for town in towns:
        columns = _columns(
            region.codes[town], _own_centre(region, town), allocation.sites, region.survey.edge
        )
        before, after = (
            share[:, town] @ columns for share in (allocation.before, allocation.after)
        )
        rows.append(_leakage(region.towns[town], before, after))
    return tuple(rows)


def edge_centre(region: Region) -> str | None:
    """The modelled centre in whose municipality the edge site lies; None where in none."""
    code = region.sites[region.place_of(region.survey.edge)].municipality_code
    inside = (
        site for site in region.named if site.role == "centre" and site.municipality_code == code
    )
    return None if code is None else next((site.site_id for site in inside), None)


def _own_centre(region: Region, town: int) -> str | None:
    """The nearest modelled centre of the town's own municipality."""
    code = region.codes[town]
    centres = [
        site
        for site in region.named
        if site.role == "centre" and code is not None and site.municipality_code == code
    ]
    nearest = min(
        centres, key=lambda site: np.hypot(*(region.points[town] - site.point)), default=None
    )
    return None if nearest is None else nearest.site_id


def _columns(code: str | None, centre: str | None, sites: Sequence[Site], edge: str) -> Mask:
    """Which part each site is, `[columns, 4]`, for residents of `code` with `centre` as own."""

    def part(site: Site) -> Part:
        if site.site_id == edge:
            return "edge"
        if site.site_id == centre:
            return "own_centre"
        return "elsewhere" if site.municipality_code == code else "outside"

    columns: Mask = np.array([part(site) for site in sites])[:, None] == np.array(PARTS)
    return columns


def _leakage(place_id: str, before: Floats, after: Floats) -> Leakage:
    """The parts from `[K, 4]` shares, the last of them the middle outcome."""
    columns = zip(intervals(before), intervals(after), intervals(after - before), strict=True)
    return Leakage(
        place_id,
        {
            part: PartRow(*ranges, middle=(float(before[-1, at]), float(after[-1, at])))
            for at, (part, ranges) in enumerate(zip(PARTS, columns, strict=True))
            if max(before[:, at].max(), after[:, at].max()) > 0.0
        },
    )
