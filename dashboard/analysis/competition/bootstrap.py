"""The members of the model: draws of everything unknown, each fitted to the published shares.

A parametric bootstrap around the published shares and over the unknowns. Each draw takes the shares
within their error, and every assumed floor area and the other unknowns within their ranges; then
the free parameters are fitted. Draws that miss the published shares are dropped.
"""

from collections.abc import Sequence
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike

from dashboard.analysis.competition.flow_problem import (
    USED,
    FlowProblem,
    Member,
    ModelForm,
    Unknowns,
)
from dashboard.analysis.competition.region import DAILY, LARGE_SCALE, NON_DAILY, Region
from dashboard.analysis.competition.spending import Spending
from dashboard.analysis.competition.supply import GROUPS
from geo import ensemble
from geo.arrays import Floats
from geo.targets import Calibrated, calibrate_each

# Part of large-scale goods in non-daily spending; no source gives it (see the reference facts).
LARGE_PART = (0.19, 0.62)
# How much faster the pull of daily goods fades: a convention, nothing about them is calibrated.
DAILY_FASTER = (1.5, 3.0)
# The survey gives no margin: rounding and sample together, as a standard deviation.
PUBLISHED_DOUBT = 0.01

N_BOOTSTRAP = 160
SEED = 2019
# Relative gain below which a fit stops, and below which the coarse fit does.
PRECISION, COARSE_PRECISION = 1e-8, 0.1
# A fit without one figure matters only through the middle and range of many.
LEFT_OUT_PRECISION = 1e-3
# Draws whose mean error is larger do not describe the survey.
WORST_MEAN_ERROR = 0.02
# A draw is fitted further when its coarse fit is within this many times the worst mean error.
COARSE_ERROR_FACTOR = 2.0


def draw_unknowns(
    problem: FlowProblem, draws: int, seed: int
) -> tuple[tuple[Unknowns, ...], Floats]:
    """The unknowns of each draw, and its targets `[draws, T]`: shares within their own error."""
    sites, shares = len(problem.region.named), len(problem.region.survey.published)
    positions = ensemble.evenly(draws, sites + 2 + shares, seed=seed)
    unknowns = tuple(
        Unknowns(
            floor=row[:sites],
            large_part=float(np.interp(row[sites], (0.0, 1.0), LARGE_PART)),
            daily_faster=float(np.interp(row[sites + 1], (0.0, 1.0), DAILY_FASTER)),
        )
        for row in positions
    )
    shift = [
        [NormalDist(sigma=PUBLISHED_DOUBT).inv_cdf(position) for position in row[sites + 2 :]]
        for row in positions
    ]
    values = np.tile([target.value for target in problem.targets], (draws, 1))
    values[:, :shares] = np.maximum(values[:, :shares] + shift, 0.0)
    return unknowns, values


def fit_members(
    problem: FlowProblem,
    unknowns: Sequence[Unknowns],
    values: Floats,
    *,
    form: ModelForm = USED,
    left_out: int | None = None,
) -> tuple[Member, ...]:
    """The fitted draws whose mean error is at most `WORST_MEAN_ERROR`.

    The target `left_out` takes no part: neither in the fits nor in which draws are kept.
    """
    weights = np.array([target.weight for target in problem.targets])
    if left_out is not None:
        weights[left_out] = 0.0

    def mean_error(fit: Calibrated) -> float:
        return float(np.sqrt(np.mean(np.where(weights > 0.0, fit.errors, 0.0) ** 2)))

    def fitted(draws: Sequence[int], start: ArrayLike, precision: float) -> tuple[Calibrated, ...]:
        spent = Spending(problem, [unknowns[draw] for draw in draws], form)
        published = values[list(draws)]
        return calibrate_each(
            spent,
            problem.targets,
            published,
            start=start,
            low=form.low,
            high=form.high,
            weights=weights,
            precision=precision,
        )

    # Most draws cannot meet the survey and would crawl along a bound: a coarse fit shows which.
    coarse = fitted(range(len(unknowns)), form.start, COARSE_PRECISION)
    near = [
        draw
        for draw, fit in enumerate(coarse)
        if mean_error(fit) <= COARSE_ERROR_FACTOR * WORST_MEAN_ERROR
    ]
    if not near:
        return ()
    precision = PRECISION if left_out is None else LEFT_OUT_PRECISION
    fits = fitted(near, [coarse[draw].parameters for draw in near], precision)
    return tuple(
        Member(unknowns[draw], fit)
        for draw, fit in zip(near, fits, strict=True)
        if mean_error(fit) <= WORST_MEAN_ERROR
    )


def middle_unknowns(region: Region, large_part: float) -> Unknowns:
    """The unknowns with every floor area in the middle of its range."""
    return Unknowns(np.full(len(region.named), 0.5), large_part, float(np.median(DAILY_FASTER)))


def stack_members(
    problem: FlowProblem, members: Sequence[Member]
) -> tuple[Floats, Floats, Floats, Floats]:
    """Exponents `[K, G]`, border minutes `[K]`, large-scale parts `[K]`, floor area `[K, G, M]`."""
    beta = np.empty((len(members), len(GROUPS)))
    for place, member in enumerate(members):
        non_daily, large_scale, _, _ = member.fitted.parameters
        beta[place, DAILY] = non_daily * member.unknowns.daily_faster
        beta[place, NON_DAILY], beta[place, LARGE_SCALE] = non_daily, large_scale
    return (
        beta,
        np.array([member.fitted.parameters[2] for member in members]),
        np.array([member.unknowns.large_part for member in members]),
        np.array(
            [problem.floor(member.unknowns, member.fitted.parameters[3]) for member in members]
        ),
    )
