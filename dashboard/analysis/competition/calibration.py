"""The model fitted to the survey of shopping flows, many times over everything that is not known.

A parametric bootstrap around the published shares, over the unknowns as well: each draw takes the
shares
within their own doubt, every assumed floor area and the other unknowns somewhere in their ranges;
then the
free parameters are fitted. Draws that miss the published shares are left out and counted. Beside it
stands
the profile of the likelihood, which knows the doubt in the shares only.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike

from dashboard.analysis.competition import region as inputs
from dashboard.analysis.competition.flow_problem import (
    FORMS,
    HIGH,
    LOW,
    PARAMETERS,
    START,
    USED,
    Form,
    Member,
    Problem,
    Unknowns,
)
from dashboard.analysis.competition.region import (
    DAILY,
    GROUPS,
    LARGE_SCALE,
    NON_DAILY,
    Floats,
    Grid,
    Mask,
    Region,
    figure,
    grid,
)
from dashboard.analysis.competition.spending import Spending
from dashboard.errors import CompetitionError
from dashboard.facts.snapshot import Facts
from geo import ensemble
from geo.ratios import Target
from geo.targets import Calibrated, calibrate_each, leave_one_out, profile

_log = logging.getLogger(__name__)

RANK = "first_centre_ahead"

# What no source gives: large-scale goods' part of non-daily spending (see the reference facts), and
# how much
# faster the pull of daily goods fades (a convention; nothing about daily goods is calibrated).
LARGE_PART = (0.19, 0.62)
DAILY_FASTER = (1.5, 3.0)
# The survey gives no margin: rounding and sample together, as a standard deviation.
PUBLISHED_DOUBT = 0.01

DRAWS = 160
# Places looked at before a fit goes downhill from the best of them: from one alone a left-out
# figure is foreseen too well.
TRIES = 256
# Relative gain below which a fit is done, and below which a glance is.
PRECISION, GLANCE = 1e-8, 0.1
# How far above the worst mean error a draw may be at a glance to be followed to the end.
NEARLY = 2.0
# Draws whose mean error is larger do not describe the survey.
WORST_MEAN_ERROR = 0.02
FEWEST = 8
SEED = 2019


@dataclass(frozen=True, slots=True)
class Comparison:
    """A published share beside the model's range; `foreseen` is the error when it was left out of
    the fit.
    """

    target: str
    published: float
    modelled: float
    low: float
    high: float
    foreseen: float
    at_least: bool


@dataclass(frozen=True, slots=True)
class Trial:
    """How one form of the model does: mean error, that of left-out figures, sites within the ranges
    of the model used.
    """

    form: str
    free: int
    rmse: float
    foreseen_rmse: float
    within: int
    sites: int


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """The calibrated model: its members, how they meet the survey, and the pull they were prepared
    with.

    `floor`, `beta`, `border`, `large_part` and `pull` hold the members and, last, the middle.
    """

    region: Region
    members: tuple[Member, ...] = field(repr=False)
    middle: Member = field(repr=False)
    drawn: int
    comparisons: tuple[Comparison, ...]
    profiled: Floats = field(repr=False)
    trials: tuple[Trial, ...]
    rmse: float
    foreseen_rmse: float
    check: tuple[tuple[float, float], tuple[float, float]]
    floor: Floats = field(repr=False)
    beta: Floats = field(repr=False)
    border: Floats = field(repr=False)
    large_part: Floats = field(repr=False)
    pull: ensemble.Pull = field(repr=False)
    grid: Grid = field(repr=False)

    def light(self) -> "Model":
        """The same model a tenth as large: how sites fade at every origin is worked out again when
        asked for.
        """
        return replace(self, pull=replace(self.pull, kept=None))

    def interval(self, parameter: str) -> tuple[float, float, float]:
        """Fitted value in the middle, low and high of one of PARAMETERS over the members."""
        place = PARAMETERS.index(parameter)
        low, high = ensemble.span([member.fitted.parameters[place] for member in self.members])
        return float(self.middle.fitted.parameters[place]), float(low), float(high)


def build(region: Region, facts: Facts, *, draws: int = DRAWS, seed: int = SEED) -> Model:
    """The model of a region; the same inputs always give the same members.

    Raises CompetitionError when too few draws meet the published shares.
    """
    problem = Problem(region, _targets(region, facts))
    kept = _kept(problem, *_drawn(problem, draws, seed))
    if len(kept) < FEWEST:
        raise CompetitionError(
            f"expected at least {FEWEST} of {draws} draws within {WORST_MEAN_ERROR:g} of the"
            f" published shares, got {len(kept)}"
        )
    unknowns = _halfway(region, float(np.median([member.unknowns.large_part for member in kept])))
    fitted, foreseen = _tested(problem, unknowns, USED)
    middle = Member(unknowns, fitted)
    low, high = ensemble.span([member.fitted.modelled for member in kept])
    # The middle stands last; it belongs to no range.
    beta, border, large_part, floor = _stacked(problem, (*kept, middle))
    return Model(
        region=region,
        members=kept,
        middle=middle,
        drawn=draws,
        comparisons=tuple(
            Comparison(
                target.name,
                target.value,
                float(middle.fitted.modelled[place]),
                float(low[place]),
                float(high[place]),
                float(foreseen[place]),
                target.at_least,
            )
            for place, target in enumerate(problem.targets)
        ),
        profiled=profile(
            Spending(problem, [unknowns]),
            problem.targets,
            middle.fitted,
            doubt=PUBLISHED_DOUBT,
            low=LOW,
            high=HIGH,
        ),
        trials=_trials(problem, kept, middle, foreseen),
        rmse=middle.fitted.rmse,
        foreseen_rmse=float(np.sqrt(np.mean(foreseen**2))),
        check=_check(problem, kept, facts),
        floor=floor,
        beta=beta,
        border=border,
        large_part=large_part,
        pull=ensemble.prepare(region.minutes, region.crosses, beta, border),
        grid=grid(region),
    )


def of(facts: Facts, *, draws: int = DRAWS) -> Model | None:
    """The model of a snapshot; None, with a line in the log, where an input is missing or the
    survey cannot be met.

    It takes the register's units where every site has some; where it then cannot meet the survey,
    the published
    floor areas, and `region.units` says so: none lacking, yet not used.
    """
    if not inputs.has_inputs(facts):
        return None
    for units in (True, False):
        try:
            found = inputs.region(facts, units=units)
            if units or not found.units.lacking:
                return build(found, facts, draws=draws)
        except CompetitionError as error:
            _log.warning(
                "no model of spending%s: %s", " on units of the register" if units else "", error
            )
    return None


def _tested(problem: Problem, unknowns: Unknowns, form: Form) -> tuple[Calibrated, Floats]:
    """A form fitted to the published shares, and the error in each of them when it is left out of
    the fit.
    """
    spent = Spending(problem, [unknowns], form)
    return leave_one_out(
        spent, problem.targets, start=form.start, low=form.low, high=form.high, tries=TRIES
    )


def _trials(
    problem: Problem, kept: Sequence[Member], middle: Member, foreseen: Floats
) -> tuple[Trial, ...]:
    """Each form fitted in the middle of the unknowns, and how many sites it leaves within the
    ranges of the members.

    `foreseen` holds the errors of the form in use.
    """
    market = problem.region.market
    named = ~problem.others & (problem.there & (problem.region.high > 0.0)).any(axis=0)

    def shares(unknowns: Unknowns, fitted: Calibrated, form: Form = USED) -> Floats:
        spent = problem.flows(unknowns, fitted.parameters, form)[market]
        return spent.sum(axis=0)[named] / spent.sum()

    low, high = ensemble.span([shares(member.unknowns, member.fitted) for member in kept])
    found = []
    for form in FORMS:
        fitted, missed = (
            (middle.fitted, foreseen) if form == USED else _tested(problem, middle.unknowns, form)
        )
        share = shares(middle.unknowns, fitted, form)
        within = int(((low <= share) & (share <= high)).sum())
        found.append(
            Trial(
                form.name,
                len(form.start),
                fitted.rmse,
                float(np.sqrt(np.mean(missed**2))),
                within,
                share.size,
            )
        )
    return tuple(found)


def _halfway(region: Region, large_part: float) -> Unknowns:
    """Every floor area in the middle of its range."""
    return Unknowns(np.full(len(region.named), 0.5), large_part, float(np.median(DAILY_FASTER)))


def _drawn(problem: Problem, draws: int, seed: int) -> tuple[tuple[Unknowns, ...], Floats]:
    """What each draw takes for the unknowns, and for the targets `[draws, T]`: published shares
    within their own doubt.
    """
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


def _kept(problem: Problem, unknowns: Sequence[Unknowns], values: Floats) -> tuple[Member, ...]:
    """The draws that come within the worst mean error, fitted."""

    def fitted(draws: Sequence[int], start: ArrayLike, precision: float) -> tuple[Calibrated, ...]:
        spent, published = (
            Spending(problem, [unknowns[draw] for draw in draws]),
            values[list(draws)],
        )
        return calibrate_each(
            spent, problem.targets, published, start=start, low=LOW, high=HIGH, precision=precision
        )

    # Most draws cannot meet the survey, and would crawl along a bound to the end: a glance shows
    # which.
    glance = fitted(range(len(unknowns)), START, GLANCE)
    near = [draw for draw, found in enumerate(glance) if found.rmse <= NEARLY * WORST_MEAN_ERROR]
    if not near:
        return ()
    found = zip(
        near, fitted(near, [glance[draw].parameters for draw in near], PRECISION), strict=True
    )
    return tuple(Member(unknowns[draw], one) for draw, one in found if one.rmse <= WORST_MEAN_ERROR)


def _targets(region: Region, facts: Facts) -> tuple[Target, ...]:
    """The published shares and the rank; a visit counts as an equal amount spent.

    Raises CompetitionError when a site or a figure of the survey is not there.
    """
    survey = region.survey
    lacking = [name for name in survey.sites if not region.at(name).any()]
    if lacking:
        raise CompetitionError(
            "expected floor area of every site the survey tells of, got none of"
            f" {', '.join(lacking)}"
        )
    everyone, everywhere = (
        np.ones(len(region.towns), dtype=bool),
        np.ones(len(region.sites), dtype=bool),
    )
    home, market = region.within(frozenset({survey.home_code})), region.market
    edge, town = region.at(survey.edge), region.sites_within(survey.home_code)
    pairs: dict[str, tuple[tuple[Mask, Mask], tuple[Mask, Mask]]] = {
        "edge_outside": ((~home, edge), (everyone, edge)),
        "edge_neighbours": ((region.within(survey.neighbour_codes), edge), (everyone, edge)),
        "edge_germany": ((region.abroad, edge), (everyone, edge)),
        "edge_market": ((market, edge), (market, everywhere)),
        "home_outside": ((~home, town), (everyone, town)),
        "home_germany": ((region.abroad, town), (everyone, town)),
    }
    rank = Target(RANK, 1.0, (market, region.at(survey.first)), (market, edge), at_least=True)
    shares = [
        Target(name, figure(facts, survey.published[name]), part, whole)
        for name, (part, whole) in pairs.items()
    ]
    return (*shares, rank)


def _stacked(problem: Problem, members: Sequence[Member]) -> tuple[Floats, Floats, Floats, Floats]:
    """Exponents `[K, G]`, border minutes `[K]`, large-scale part `[K]` and floor area `[K, G, M]`
    of the members.
    """
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


def _check(
    problem: Problem, members: Sequence[Member], facts: Facts
) -> tuple[tuple[float, float], tuple[float, float]]:
    """The checked centre in all spending of the region: published turnover over cited spending, and
    modelled.

    It is not fitted. The turnover comes from everyone, so the modelled share counts everyone too.
    """
    region, survey = problem.region, problem.region.survey
    (daily, most_daily), (other, most_other) = survey.daily_eur, survey.other_eur
    turnover, residents = figure(facts, survey.turnover), region.population[region.market].sum()
    published = (
        turnover / residents / (most_daily + most_other),
        turnover / residents / (daily + other),
    )
    site = region.place_of(survey.checked)
    beta, border, _, floor = _stacked(problem, members)
    pull = ensemble.prepare(problem.minutes, problem.crosses, beta, border)
    ends = []
    for part in (daily / (daily + most_other), most_daily / (most_daily + other)):
        parts = np.array(
            [
                [part, (1 - part) * (1 - m.unknowns.large_part), (1 - part) * m.unknowns.large_part]
                for m in members
            ]
        )
        spent = ensemble.totals(
            region.population, ensemble.shares(pull, floor * problem.there, parts)
        )[:, site]
        ends.append(spent / residents)
    low, high = ensemble.span(np.concatenate(ends))
    return published, (float(low), float(high))
