"""What other forms and bases of the model of spending achieve on figures left out of the fit.

    python tests/bench/competition_skill.py

Fits the draws of the model once without each published figure, for every form and every measure of
the inner cities, on the data that ship; prints what each achieves and keeps it for the page.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from dashboard.analysis.competition import bootstrap, region, skill, surveys
from dashboard.analysis.competition.flow_problem import FORMS, USED, FlowProblem, ModelForm
from dashboard.analysis.competition.survey import FlowSurvey
from dashboard.analysis.competition.survey_targets import survey_targets
from dashboard.facts.snapshot import Facts
from data import catalogue


def attempt(
    facts: Facts, name: str, form: ModelForm = USED, basis: str | None = None
) -> skill.Trial:
    """One form on one basis, with the draws of the model."""
    towns = region.region(facts, units=False, basis=basis)
    problem = FlowProblem(towns, survey_targets(towns, facts))
    drawn = bootstrap.draw_unknowns(problem, bootstrap.N_BOOTSTRAP, bootstrap.SEED)
    rows = skill.leave_each_out(problem, *drawn, form)
    errors = "".join(f"{100 * row.error:7.1f}" for row in rows)
    result = skill.trial(name, form, rows)
    print(f"{name:18s}{errors}  rmse {100 * result.loo_rmse:4.1f}  {result.covered} covered")
    return result


def attempts(facts: Facts, survey: FlowSurvey) -> list[skill.Trial]:
    """Every form on the basis in use, and the form in use on every other basis."""
    others = [region.AS_ASSUMED, *list(survey.bases)[1:]] if survey.bases else []
    return [attempt(facts, form.name, form) for form in FORMS] + [
        attempt(facts, basis, basis=basis) for basis in others
    ]


def main() -> None:
    """Work out and keep the trials of every survey that ships."""
    for folder in (catalogue.EMBEDDED, catalogue.EXAMPLE):
        facts = Facts(catalogue.open(folder))
        survey = surveys.survey_of(facts)
        assert survey is not None
        print(survey.id)
        skill.stored_file(survey.id).write_text(
            "# Written by tests/bench/competition_skill.py.\n"
            + "".join(
                f"\n[{trial.name}]\nfree = {trial.free}\nloo_rmse = {trial.loo_rmse:.4f}\n"
                f"covered = {trial.covered}\nfigures = {trial.figures}\n"
                for trial in attempts(facts, survey)
            ),
            encoding="utf-8",
        )


if __name__ == "__main__":
    main()
