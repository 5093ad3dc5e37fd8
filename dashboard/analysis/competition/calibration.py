"""The model fitted to the survey of shopping flows, with all of its members and what it achieves.

The members come from `bootstrap`. The profile of the likelihood beside them covers only the error
in the published shares.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from dashboard.analysis.competition import bootstrap, skill
from dashboard.analysis.competition import region as inputs
from dashboard.analysis.competition.flow_problem import (
    HIGH,
    LOW,
    PARAMETERS,
    START,
    USED,
    FlowProblem,
    Member,
)
from dashboard.analysis.competition.region import IsolineGrid, Region, figure, grid
from dashboard.analysis.competition.skill import LeftOut, Trial
from dashboard.analysis.competition.spending import Spending
from dashboard.analysis.competition.survey_targets import survey_targets
from dashboard.errors import CompetitionError
from dashboard.facts.snapshot import Facts
from geo import ensemble
from geo.arrays import Floats
from geo.targets import Calibrated, calibrate_each, profile

_log = logging.getLogger(__name__)

# Starting points of the fit in the middle of the unknowns.
TRIES = 256
MIN_MEMBERS = 8


@dataclass(frozen=True, slots=True)
class Comparison:
    """A published share beside the fit and the range of the members, and when it is left out."""

    target: str
    published: float
    modelled: float
    low: float
    high: float
    left_out: LeftOut

    @property
    def at_least(self) -> bool:
        """Whether it is a rank, which the model may exceed."""
        return self.left_out.at_least


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """The calibrated model: its members, how they meet the survey, and the pull of the sites.

    `rmse` is the root mean square of the errors in the shares, fitted in the middle of the
    unknowns; `skill` is of members that do not know the share.
    `floor`, `beta`, `border`, `large_part` and `pull` hold the members and, last, the middle.
    """

    region: Region
    members: tuple[Member, ...] = field(repr=False)
    middle: Member = field(repr=False)
    drawn: int
    comparisons: tuple[Comparison, ...]
    profiled: Floats = field(repr=False)
    skill: Trial
    rmse: float
    check: tuple[tuple[float, float], tuple[float, float]]
    floor: Floats = field(repr=False)
    beta: Floats = field(repr=False)
    border: Floats = field(repr=False)
    large_part: Floats = field(repr=False)
    pull: ensemble.Pull = field(repr=False)
    grid: IsolineGrid = field(repr=False)

    def light(self) -> "Model":
        """The same model at a tenth of the size; the fading per origin is recomputed on use."""
        return replace(self, pull=replace(self.pull, precomputed=None))

    def interval(self, parameter: str) -> tuple[float, float, float]:
        """Fitted value in the middle, low and high of one of PARAMETERS over the members."""
        place = PARAMETERS.index(parameter)
        low, high = ensemble.span([member.fitted.parameters[place] for member in self.members])
        return float(self.middle.fitted.parameters[place]), float(low), float(high)


def build(
    region: Region, facts: Facts, *, draws: int = bootstrap.N_BOOTSTRAP, seed: int = bootstrap.SEED
) -> Model:
    """The model of a region; the same inputs always give the same members.

    Raises CompetitionError when too few draws meet the published shares.
    """
    problem = FlowProblem(region, survey_targets(region, facts))
    drawn = bootstrap.draw_unknowns(problem, draws, seed)
    members = bootstrap.fit_members(problem, *drawn)
    if len(members) < MIN_MEMBERS:
        raise CompetitionError(
            f"expected at least {MIN_MEMBERS} of {draws} draws within"
            f" {bootstrap.WORST_MEAN_ERROR:g} of the published shares, got {len(members)}"
        )
    unknowns = bootstrap.middle_unknowns(
        region, float(np.median([member.unknowns.large_part for member in members]))
    )
    spent = Spending(problem, [unknowns])
    published = [target.value for target in problem.targets]
    (fitted,) = calibrate_each(
        spent, problem.targets, [published], start=START, low=LOW, high=HIGH, tries=TRIES
    )
    middle = Member(unknowns, fitted)
    left_out = skill.leave_each_out(problem, *drawn)
    are_shares = np.array([not target.at_least for target in problem.targets])
    # The middle is last and in no range.
    beta, border, large_part, floor = bootstrap.stack_members(problem, (*members, middle))
    return Model(
        region=region,
        members=members,
        middle=middle,
        drawn=draws,
        comparisons=_comparisons(problem, members, fitted, left_out),
        profiled=profile(
            spent,
            problem.targets,
            fitted,
            doubt=bootstrap.PUBLISHED_DOUBT,
            low=LOW,
            high=HIGH,
        ),
        skill=skill.trial(USED.name, USED, left_out),
        rmse=float(np.sqrt(np.mean(fitted.errors[are_shares] ** 2))),
        check=_check(problem, members, facts),
        floor=floor,
        beta=beta,
        border=border,
        large_part=large_part,
        pull=ensemble.prepare(region.minutes, region.crosses, beta, border),
        grid=grid(region),
    )


def _comparisons(
    problem: FlowProblem,
    members: Sequence[Member],
    fitted: Calibrated,
    left_out: Sequence[LeftOut],
) -> tuple[Comparison, ...]:
    low, high = ensemble.span([member.fitted.modelled for member in members])
    return tuple(
        Comparison(target.name, target.value, float(modelled), float(least), float(most), unaware)
        for target, modelled, least, most, unaware in zip(
            problem.targets, fitted.modelled, low, high, left_out, strict=True
        )
    )


def model_of(facts: Facts, *, draws: int = bootstrap.N_BOOTSTRAP) -> Model | None:
    """The model of a snapshot; None, with a warning in the log, where it cannot be built.

    Floor areas come from the register's units where every site has some. Where the survey cannot be
    met with these, the published floor areas are used and `region.units` says so: none lacking, yet
    not used.
    """
    if not inputs.has_inputs(facts):
        return None
    for units in (True, False):
        try:
            region = inputs.region(facts, units=units)
            if units or not region.units.lacking:
                return build(region, facts, draws=draws)
        except CompetitionError as error:
            _log.warning(
                "no model of spending%s: %s", " on units of the register" if units else "", error
            )
    return None


def _check(
    problem: FlowProblem, members: Sequence[Member], facts: Facts
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Share of the checked centre in the region's spending: from its turnover, and modelled.

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
    beta, border, _, floor = bootstrap.stack_members(problem, members)
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
