"""The surveys of shopping flows a model can be fitted to: one file each, found by folder."""

import pkgutil
from functools import cache
from importlib import import_module

from dashboard.analysis.competition.survey import FlowSurvey
from dashboard.facts.snapshot import Facts


@cache
def all_surveys() -> tuple[FlowSurvey, ...]:
    """Every declared survey, in the order of the names of the files."""
    return tuple(
        import_module(f"{__name__}.{entry.name}").SURVEY for entry in pkgutil.iter_modules(__path__)
    )


def survey_of(facts: Facts) -> FlowSurvey | None:
    """The first survey whose edge site this snapshot holds, else None."""
    return next((survey for survey in all_surveys() if survey.edge in facts.places), None)
