"""A survey of shopping flows is one file."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.analysis.competition import surveys
from dashboard.analysis.competition.surveys import twente_2019
from tests.dashboard import shipped


@pytest.fixture
def added(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The id of a survey in a file of its own, read before the others."""
    declared = Path(twente_2019.__file__).read_text("utf-8")
    (tmp_path / "another_2030.py").write_text(declared.replace("twente_2019", "another_2030"))
    monkeypatch.setattr(surveys, "__path__", [str(tmp_path), *surveys.__path__])
    surveys.all_surveys.cache_clear()
    yield "another_2030"
    surveys.all_surveys.cache_clear()
    sys.modules.pop(f"{surveys.__name__}.another_2030", None)
    if hasattr(surveys, "another_2030"):
        del surveys.another_2030


def test_a_survey_is_one_file(added: str):
    assert added in {survey.id for survey in surveys.all_surveys()}
    survey = surveys.survey_of(shipped.facts())
    assert survey is not None
    assert survey.id == added
