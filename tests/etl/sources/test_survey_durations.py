"""How long a unit is vacant by the words of a survey."""

from pathlib import Path

import pytest

from tests.etl.sources.survey_words import (
    X,
    Y,
    listed,
    locatus,
    parse,
    statuses,
)

pytestmark = pytest.mark.slow


DURATIONS = {
    "Aanvang": "frictional",
    "frictieleegstand": "frictional",
    "Aanvangs-/frictieleegstand": "frictional",
    "aanvangs- of frictieleegstand": "frictional",
    "< 1 jaar": "frictional",
    "Langdurig": "long",
    "1-3 jaar": "long",
    "langdurige leegstand": "long",
    "Structureel": "structural",
    "structurele leegstand": "structural",
    "> 3 jaar": "structural",
    "langer dan 3 jaar": "structural",
    "14": None,
    "langer dan 1 jaar": None,
    "meer dan 1 jaar, minder dan 3 jaar": None,
}


def test_durations_of_the_source_are_read_and_told_as_its_own(tmp_path: Path):
    lines = [f"{number};leeg;{word};{X};{Y}" for number, word in enumerate(DURATIONS)]
    parsed = parse(
        tmp_path, "\n".join(["id;status;Soort leegstand;x;y", *lines, f"99;open;;{X};{Y}\n"])
    )
    units = parsed.frames["premises"].iloc[: len(DURATIONS)]
    # Without a class of its own the survey saw it empty this one day.
    assert dict(zip(DURATIONS, units["duration"], strict=True)) == {
        word: duration or "frictional" for word, duration in DURATIONS.items()
    }
    classed = [duration is not None for duration in DURATIONS.values()]
    assert units["evidence"].str.contains("klasse van de bron").tolist() == classed
    # A class says nothing of the day.
    assert units["vacant_since"].isna().tolist() == classed
    assert parsed.counts == {"unread-duration": 3}


def test_a_word_of_duration_says_vacant_as_well(tmp_path: Path):
    parsed = parse(
        tmp_path,
        locatus("00-Leegstand", "11-Dagelijks")
        .replace("PEILDATUM\n", "PEILDATUM;Leegstandsduur\n")
        .replace("2024\n1;", "2024;langdurig\n1;")
        .replace("31-3-2024\n", "31-3-2024;\n"),
    )
    assert parsed.frames["premises"]["duration"].fillna("-").tolist() == ["long", "-"]
    only = parse(
        tmp_path,
        listed("structureel", "", heading="Soort leegstand"),
        'status = "in_use"\n[columns]\nunit_id = "id"\nduration = "Soort leegstand"\nx = "x"\ny ='
        ' "y"\n',
    )
    assert statuses(only) == ["vacant", "in_use"]


def test_a_day_of_the_file_goes_before_its_class_and_no_day_is_made_up_for_a_class(tmp_path: Path):
    content = (
        f"id;status;leegstandsduur;leeg sinds;x;y\n1;leeg;frictie;1-3-2020;{X};{Y}\n"
        f"2;leeg;structureel;;{X};{Y}\n3;open;;;{X};{Y}\n"
    )
    frame = parse(tmp_path, content).frames["premises"]
    # Four years by its day; over three years by its class, so not since this survey.
    assert frame["duration"].fillna("-").tolist() == ["structural", "structural", "-"]
    assert frame["vacant_since"].dt.strftime("%Y-%m-%d").fillna("-").tolist() == [
        "2020-03-01",
        "-",
        "-",
    ]


def test_the_day_on_which_surveys_saw_a_unit_become_vacant_stays_beside_its_class(tmp_path: Path):
    head = "id;status;leegstandsduur;peildatum;x;y\n"
    content = (
        head
        + f"1;open;;1-3-2023;{X};{Y}\n2;leeg;;1-3-2023;{X};{Y}\n"
        + f"1;leeg;frictie;1-3-2024;{X};{Y}\n2;open;;1-3-2024;{X};{Y}\n"
    )
    unit = parse(tmp_path, content, name="w.csv").frames["premises"].iloc[2]
    assert (unit["duration"], f"{unit['vacant_since']:%Y-%m-%d}") == ("frictional", "2024-03-01")


def test_surveys_that_saw_a_unit_empty_for_longer_go_before_its_class(tmp_path: Path):
    head = "id;status;leegstandsduur;peildatum;x;y\n"
    content = head + "".join(
        f"1;leeg;frictie;1-3-{year};{X};{Y}\n2;open;;1-3-{year};{X};{Y}\n" for year in (2019, 2024)
    )
    frame = parse(tmp_path, content, name="w.csv").frames["premises"]
    assert frame.loc[frame["status"] == "vacant", "duration"].tolist() == [
        "frictional",
        "structural",
    ]
