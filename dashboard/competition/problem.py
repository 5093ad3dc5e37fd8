"""The question put to the survey of 2019: unknowns and parameters in, every flow out, and how each flow moves with each parameter."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from dashboard.competition.region import LARGE_SCALE, NON_DAILY, SURVEY_YEAR, Floats, Region, minutes
from geo.competition import accessibility
from geo.targets import Calibrated, Flows, Slopes, Target, calibrate

PARAMETERS = ("beta_non_daily", "beta_large_scale", "border_minutes", "other_shops")
"""Per minute, per minute, minutes, and the pull of a m2 outside the modelled sites against one inside."""
START = (0.2, 0.08, 8.0, 0.3)
LOW = (0.02, 0.005, 0.0, 0.02)
HIGH = (1.0, 0.5, 60.0, 2.0)

# Relative gain below which a fit stops looking: far below the doubt in what is fitted.
PRECISION = 1e-5


@dataclass(frozen=True, slots=True)
class Form:
    """How pull fades with cost, and whether sites stand in each other's light; with where its parameters may lie."""

    name: str
    power: bool
    clustered: bool
    start: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


USED = Form("exponential", False, False, START, LOW, HIGH)
"""exp(-rate * cost): of the forms with as few parameters the one that foresees a left-out figure best."""
POWER = Form("power", True, False, (3.0, 1.5, 8.0, 0.3), (0.2, 0.1, 0.0, 0.02), (15.0, 10.0, 60.0, 2.0))
# The fifth parameter is the exponent of a site's accessibility to the others (A. S. Fotheringham, 1983).
COMPETING = Form("competing", False, True, (*START, 0.0), (*LOW, -2.0), (*HIGH, 2.0))
FORMS = (USED, POWER, COMPETING)


@dataclass(frozen=True, slots=True, eq=False)
class Unknowns:
    """One draw, or the middle of many, of all that is not known; positions run 0 to 1 in a range."""

    floor: Floats
    large_part: float
    daily_faster: float


@dataclass(frozen=True, slots=True, eq=False)
class Member:
    """One complete set: unknowns, fitted parameters and how well they meet the published shares."""

    unknowns: Unknowns
    fitted: Calibrated


class Problem:
    """The region as it was in the year of the survey, ready to be fitted again and again."""

    def __init__(self, region: Region, targets: Sequence[Target]) -> None:
        self.region, self.targets = region, tuple(targets)
        self.minutes, self.crosses = region.minutes, region.crosses
        self.there = region.opened <= SURVEY_YEAR
        self.others = np.array([site.other for site in region.sites])

    def floor(self, unknowns: Unknowns, weight: float) -> Floats:
        """Floor area `[G, M]`, the other shops at their weight."""
        position = np.concatenate([unknowns.floor, np.zeros(int(self.others.sum()))])
        area = self.region.floor(position)
        return np.where(self.others, area * weight, area)

    def flows(self, unknowns: Unknowns, form: Form = USED) -> Flows:
        """Parameters in, non-daily spending of every town at every site out (residents count as one each)."""
        parts = (1.0 - unknowns.large_part, unknowns.large_part)
        base = self.floor(unknowns, 1.0) * self.there

        def spent(parameters: Floats) -> Floats:
            cost = self.minutes + parameters[2] * self.crosses
            total = np.zeros(cost.shape)
            for group, rate, part in zip((NON_DAILY, LARGE_SCALE), parameters[:2], parts, strict=True):
                area = np.where(self.others, base[group] * parameters[3], base[group])
                if form.clustered:
                    area = area * accessibility(area, self.between) ** parameters[4]
                weight = (cost**-rate if form.power else np.exp(-rate * cost)) * area
                total += weight * (part * self.region.population / weight.sum(axis=1))[:, None]
            return total

        return spent

    def slopes(self, unknowns: Unknowns) -> Slopes:
        """Parameters in, the flows of the form in use and how fast each moves with every parameter out, `[P, N, M]`."""
        parts = (1.0 - unknowns.large_part, unknowns.large_part)
        base = self.floor(unknowns, 1.0) * self.there

        def moved(parameters: Floats) -> tuple[Floats, Floats]:
            cost = self.minutes + parameters[2] * self.crosses
            flows, slopes = np.zeros(cost.shape), np.zeros((len(PARAMETERS), *cost.shape))
            for at, (group, part) in enumerate(zip((NON_DAILY, LARGE_SCALE), parts, strict=True)):
                share = np.exp(-parameters[at] * cost) * np.where(self.others, base[group] * parameters[3], base[group])
                share /= share.sum(axis=1, keepdims=True)
                spent = share * (part * self.region.population)[:, None]
                flows += spent
                # Of a share p of weight w: dp = p * (d ln w - the mean of d ln w over all sites).
                slopes[at] = spent * ((share * cost).sum(axis=1, keepdims=True) - cost)
                slopes[2] += parameters[at] * spent * ((share * self.crosses).sum(axis=1, keepdims=True) - self.crosses)
                slopes[3] += spent / parameters[3] * (self.others - share[:, self.others].sum(axis=1, keepdims=True))
            return flows, slopes

        return moved

    @cached_property
    def between(self) -> Floats:
        """Estimated travel time from site to site, `[M, M]`."""
        points = np.array([site.point for site in self.region.sites])
        return minutes(points, np.zeros(len(points)), list(map(tuple, points)))

    def fit(self, unknowns: Unknowns, targets: Sequence[Target], start: Floats | tuple[float, ...] = START) -> Calibrated:
        """The free parameters of this draw, looked for from `start` on."""
        slopes = self.slopes(unknowns)
        return calibrate(
            self.flows(unknowns), targets, start=start, low=LOW, high=HIGH, precision=PRECISION, slopes=slopes
        )

    def modelled(self, member: Member) -> Floats:
        """Each published share as this member models it."""
        spent = self.flows(member.unknowns)(member.fitted.parameters)
        return np.array([target.modelled(spent) for target in self.targets])
