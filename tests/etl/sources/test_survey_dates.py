"""Surveys of several days: since when a unit is vacant, and which survey counts."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from etl.errors import ContentError
from tests.etl.sources.survey_sheet import HEAD, X, Y, only, parse, row

pytestmark = pytest.mark.slow


def test_emptiness_is_timed_across_surveys(tmp_path: Path):
    used, empty = row(1), row(1, group="Leegstand")
    parsed = parse(
        tmp_path,
        ("w-2019-03-01.csv", HEAD + used + row(2, group="Leegstand")),
        ("w-2020-03-01.csv", HEAD + empty + row(2, group="Leegstand")),
        ("w-2023-03-02.csv", HEAD + empty + row(2)),
        ("w-2024-03-01.csv", HEAD + empty + row(2, group="Leegstand")),
    )
    frame = only(parsed).set_index(["survey", "premises_id"])
    unit = frame.xs("survey:voorbeeldstad:1", level="premises_id")
    assert unit["vacant_since"].dt.date.tolist()[1:] == [date(2020, 3, 1)] * 3
    # First seen empty that day, then three years and a day later, then four years later.
    assert unit["duration"].fillna("-").tolist() == ["-", "frictional", "structural", "structural"]
    other = frame.xs("survey:voorbeeldstad:2", level="premises_id")
    assert other["duration"].fillna("-").tolist() == ["frictional", "long", "-", "frictional"]


def test_a_stated_day_holds_for_later_surveys_of_the_same_emptiness(tmp_path: Path):
    parsed = parse(
        tmp_path,
        ("w-2022-03-01.csv", HEAD + row(1, group="Leegstand", since="1-2-2021")),
        ("w-2024-03-01.csv", HEAD + row(1, group="Leegstand")),
        ("w-2025-03-01.csv", HEAD + row(1)),
        ("w-2026-03-01.csv", HEAD + row(1, group="Leegstand")),
        today=date(2026, 6, 1),
    )
    frame = only(parsed)
    assert frame["vacant_since"].dt.date.tolist() == [
        date(2021, 2, 1),
        date(2021, 2, 1),
        pd.NaT,
        date(2026, 3, 1),
    ]
    # A year and a month, then three years and a month; a shop in between begins anew.
    assert frame["duration"].fillna("-").tolist() == ["long", "structural", "-", "frictional"]


def test_stated_day_gives_way_to_a_survey_that_saw_the_unit_in_use(tmp_path: Path):
    parsed = parse(
        tmp_path,
        ("w-2022-03-01.csv", HEAD + row(1) + row(2, group="Leegstand")),
        ("w-2024-03-01.csv", HEAD + row(1, group="Leegstand", since="1-1-2020")),
    )
    assert only(parsed)["vacant_since"].dt.date.tolist()[2] == date(2024, 3, 1)
    assert parsed.counts == {"replaced-vacant-since": 1}


def test_same_survey_brought_again_replaces_the_first(tmp_path: Path):
    parsed = parse(
        tmp_path, ("a-2024-03-31.csv", HEAD + row(1) + row(2)), ("b-2024-03-31.csv", HEAD + row(1))
    )
    assert len(only(parsed)) == 1
    assert [finding.code for finding in parsed.findings] == ["survey-replaced"]


def test_file_over_several_years_holds_a_survey_per_year(tmp_path: Path):
    head = "id;status;peildatum;x;y\n"
    content = head + f"1;leeg;1-3-2022;{X};{Y}\n2;open;15-4-2022;{X};{Y}\n1;leeg;1-3-2023;{X};{Y}\n"
    surveys = only(parse(tmp_path, ("w.csv", content)))["survey"].tolist()
    assert surveys == ["voorbeeldstad-2022-04-15"] * 2 + ["voorbeeldstad-2023-03-01"]


def test_survey_without_a_date_is_refused(tmp_path: Path):
    with pytest.raises(ContentError, match="survey-undated"):
        parse(tmp_path, ("winkels.csv", HEAD + row(1)))


def test_survey_of_the_future_is_refused(tmp_path: Path):
    with pytest.raises(ContentError, match="survey-future"):
        parse(tmp_path, ("winkels-2025-01-01.csv", HEAD + row(1)))
