"""The calibration problem: every flow from unknowns and parameters."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dashboard.analysis.competition.region import LARGE_SCALE, NON_DAILY, Region, minutes
from geo.arrays import Floats
from geo.competition import accessibility
from geo.ratios import Target, merge_equal_targets
from geo.targets import Calibrated

PARAMETERS = ("beta_non_daily", "beta_large_scale", "border_minutes", "other_shops")
"""Per minute, per minute, minutes, and the pull of a m2 outside the modelled sites against one
inside.
"""
START = (0.2, 0.08, 8.0, 0.3)
LOW = (0.02, 0.005, 0.0, 0.02)
HIGH = (1.0, 0.5, 60.0, 2.0)


@dataclass(frozen=True, slots=True)
class ModelForm:
    """How pull fades with cost and whether sites cluster; start and bounds of the parameters."""

    name: str
    power: bool
    clustered: bool
    start: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


USED = ModelForm("exponential", False, False, START, LOW, HIGH)
"""exp(-rate * cost): no other form predicts left-out figures better by a point (see `skill`)."""
POWER = ModelForm(
    "power", True, False, (3.0, 1.5, 8.0, 0.3), (0.2, 0.1, 0.0, 0.02), (15.0, 10.0, 60.0, 2.0)
)
# The fifth parameter is the exponent of a site's accessibility to others (Fotheringham, 1983).
COMPETING = ModelForm("competing", False, True, (*START, 0.0), (*LOW, -2.0), (*HIGH, 2.0))
FORMS = (USED, POWER, COMPETING)


@dataclass(frozen=True, slots=True, eq=False)
class Unknowns:
    """One draw of the unknowns, or the middle of many; positions run from 0 to 1 in a range."""

    floor: Floats
    large_part: float
    daily_faster: float


@dataclass(frozen=True, slots=True, eq=False)
class Member:
    """One complete set: unknowns, fitted parameters and how well they meet the published shares."""

    unknowns: Unknowns
    fitted: Calibrated


class FlowProblem:
    """The region in the year of the survey, prepared for repeated fitting.

    Towns and sites that count for the same targets are merged: `row[N]` and `column[M]` give the
    row of each town and the column of each site, which `targets` refer to.
    """

    def __init__(self, region: Region, targets: Sequence[Target]) -> None:
        self.region = region
        self.minutes, self.crosses = region.minutes, region.crosses
        self.there = region.opened <= region.survey.year
        self.others = np.array([site.other for site in region.sites])
        abroad = np.array([site.municipality_code is None for site in region.sites])
        self.row, self.column, self.targets = merge_equal_targets(
            targets, apart=(self.others, abroad)
        )
        points = np.array([site.point for site in region.sites])
        self.between = minutes(points, np.zeros(len(points)), list(map(tuple, points)))

    def floor(self, unknowns: Unknowns, weight: float) -> Floats:
        """Floor area `[G, M]`, the other shops at their weight."""
        position = np.concatenate([unknowns.floor, np.zeros(int(self.others.sum()))])
        area = self.region.floor(position)
        return np.where(self.others, area * weight, area)

    def flows(self, unknowns: Unknowns, parameters: Floats, form: ModelForm = USED) -> Floats:
        """Non-daily spending `[N, M]` of every town at every site; a resident spends 1."""
        parts = (1.0 - unknowns.large_part, unknowns.large_part)
        floor = self.floor(unknowns, parameters[3]) * self.there
        cost = self.minutes + parameters[2] * self.crosses
        total = np.zeros(cost.shape)
        for group, rate, part in zip((NON_DAILY, LARGE_SCALE), parameters[:2], parts, strict=True):
            area = floor[group]
            if form.clustered:
                area = area * accessibility(area, self.between) ** parameters[4]
            weight = (cost**-rate if form.power else np.exp(-rate * cost)) * area
            total += weight * (part * self.region.population / weight.sum(axis=1))[:, None]
        return total
