"""How well members of the model predict a published share that they do not know.

What other forms and other measures of the inner cities achieve is worked out on the data that ship,
by `tests/bench/competition_skill.py`, and kept beside the declaration of each survey.
"""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dashboard.analysis.competition import bootstrap, surveys
from dashboard.analysis.competition.flow_problem import USED, FlowProblem, ModelForm, Unknowns
from geo import ensemble
from geo.arrays import Floats


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A published figure and the members fitted without it: their range, and their median's error.

    A rank that the median meets is without error.
    """

    published: float
    low: float
    high: float
    error: float
    at_least: bool

    @property
    def covered(self) -> bool:
        """Whether the figure lies in the range."""
        return self.low <= self.published <= self.high


@dataclass(frozen=True, slots=True)
class Trial:
    """What one form or basis achieves on figures left out; `covered` of `figures` in the range.

    `loo_rmse` is the root mean square of their errors.
    """

    name: str
    free: int
    loo_rmse: float
    covered: int
    figures: int


def leave_each_out(
    problem: FlowProblem, unknowns: Sequence[Unknowns], values: Floats, form: ModelForm = USED
) -> tuple[LeftOut, ...]:
    """Every target of the problem, left out in turn of the fits of all draws."""
    rows = []
    for place, target in enumerate(problem.targets):
        members = bootstrap.fit_members(problem, unknowns, values, form=form, left_out=place)
        modelled = np.array([member.fitted.modelled[place] for member in members])
        low, high = ensemble.span(modelled)
        error = float(np.median(modelled)) - target.value
        rows.append(
            LeftOut(
                target.value,
                float(low),
                float(high),
                min(error, 0.0) if target.at_least else error,
                target.at_least,
            )
        )
    return tuple(rows)


def trial(name: str, form: ModelForm, rows: Sequence[LeftOut]) -> Trial:
    """The skill over the shares in `rows`; a rank is no share and does not count."""
    shares = [row for row in rows if not row.at_least]
    return Trial(
        name,
        len(form.start),
        float(np.sqrt(np.mean([row.error**2 for row in shares]))),
        sum(row.covered for row in shares),
        len(shares),
    )


def stored_file(survey_id: str) -> Path:
    """Where the trials of a survey are kept."""
    return Path(surveys.__path__[0]) / f"{survey_id}.toml"


def stored_trials(survey_id: str) -> tuple[Trial, ...]:
    """The trials on the data that ship, the form and basis in use first."""
    rows = tomllib.loads(stored_file(survey_id).read_text(encoding="utf-8"))
    return tuple(Trial(name=name, **row) for name, row in rows.items())
