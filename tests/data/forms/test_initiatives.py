import csv
import io
from pathlib import Path

import pytest

import data
from data.forms.initiatives import (
    COLUMNS,
    MAX_BYTES,
    MAX_ROWS,
    PERSON,
    PERSON_ROLES,
    read,
    template,
)
from data.forms.initiatives_vocabulary import CODES

PLACES = ("enschede", "borne")
ROW = {
    "initiatief": "Wannaplay",
    "plaats": "enschede",
    "soort": "activity",
    "tranche": "first",
    "bron": "Regio Twente",
    "bron_datum": "ongedateerd",
}
WHO = {"actor": "Concordia", "soort_actor": "cultural_institution", "rol": "initiator"}


def problems(**changed: str | None) -> list[tuple[str, str]]:
    row = {name: value for name, value in {**ROW, **changed}.items() if value is not None}
    return [
        (problem.column, problem.kind) for problem in read(template([row]), places=PLACES).problems
    ]


def test_the_empty_template_is_right_and_holds_nothing():
    sheet = read(template(), places=PLACES)
    assert sheet.rows == () and sheet.problems == ()


def test_a_filled_row_comes_back_as_it_went():
    assert read(template([{**ROW, **WHO}]), places=PLACES).rows == ({**ROW, **WHO},)


@pytest.mark.parametrize(
    "column", [column for column in COLUMNS if column.allowed], ids=lambda column: column.name
)
def test_every_code_has_one_dutch_word_and_both_are_taken(column):
    words = CODES[column.name]
    assert sorted(words.values()) == sorted(column.allowed)
    for word, code in words.items():
        row = {**ROW, **WHO, column.name: code}
        if code == PERSON:
            row["actor"] = "bewoner"
        for written in (word, word.capitalize(), code):
            text = template([row | {column.name: written}])
            assert read(text, places=PLACES).rows == (row,), written


def test_the_template_speaks_dutch():
    text = template([{**ROW, **WHO}]).decode("utf-8-sig")
    assert (
        "activiteit of evenement;eerste tranche" in text
        and "culturele instelling;initiatiefnemer" in text
    )
    assert "activity" not in text


def test_comma_and_semicolon_both_separate():
    semicolon = template([ROW]).decode("utf-8-sig")
    assert read(semicolon.replace(";", ",").encode(), places=PLACES).rows == (ROW,)


def test_a_sheet_with_one_problem_gives_no_rows():
    sheet = read(template([ROW, {**ROW, "plaats": "atlantis"}]), places=PLACES)
    assert sheet.rows == ()
    assert [(problem.line, problem.column, problem.kind) for problem in sheet.problems] == [
        (3, "plaats", "not_allowed")
    ]


@pytest.mark.parametrize(
    "column", ["initiatief", "plaats", "soort", "tranche", "bron", "bron_datum"]
)
def test_what_a_row_needs_may_not_be_missing(column):
    assert problems(**{column: None}) == [(column, "missing")]


@pytest.mark.parametrize(
    ("column", "value", "kind"),
    [
        ("soort", "feest", "not_allowed"),
        ("tranche", "tweede", "not_allowed"),
        ("stand", "klaar", "not_allowed"),
        ("past_bij_profiel", "misschien", "not_allowed"),
        ("begin", "mei 2015", "not_a_date"),
        ("begin", "2015-13", "not_a_date"),
        ("begin", "2015-02-30", "not_a_date"),
        ("bron_url", "javascript:alert(1)", "not_a_url"),
        ("omschrijving", "=HYPERLINK(1)", "formula"),
        ("omschrijving", "x" * 1001, "too_long"),
        ("omschrijving", "a\x00b", "control"),
        ("omschrijving", "Een idee van Jan Jansen", "name"),
        ("omschrijving", "Meld u aan: info@example.org", "mail"),
        ("omschrijving", "Bel 053-1234567", "phone"),
        ("bron", "J. de Vries", "name"),
        ("initiatief", "Tuin van mevrouw Jansen", "name"),
    ],
)
def test_a_wrong_cell_is_named(column, value, kind):
    assert problems(**{column: value}) == [(column, kind)]


def test_the_message_names_the_place_and_the_cure_but_not_what_was_refused():
    refused = read(
        template([{**ROW, "omschrijving": "Een idee van Jan Jansen"}]), places=PLACES
    ).problems[0]
    assert "line 2, column omschrijving" in str(refused) and "write the role" in str(refused)
    assert "Jan" not in str(refused)


def test_a_person_is_a_role():
    person = {"soort_actor": "person_role", "rol": "owner"}
    assert problems(**person, actor="eigenaar") == []
    assert problems(**person, actor="Jan Jansen") == [("actor", "name")]
    assert problems(**person, actor="Concordia") == [("actor", "name")]
    assert all(" " not in role or role.islower() for role in PERSON_ROLES)


def test_streets_may_bear_the_name_of_a_person():
    assert problems(straten="Jan Jansen; Piet Heinplein") == []


def test_an_actor_needs_kind_and_part():
    assert problems(actor="Concordia") == [("actor", "no_actor")]


def test_a_position_needs_both_degrees():
    assert problems(lon="6.89") == [("lon", "half_a_place")]
    assert problems(lon="6.89", lat="52.22") == []
    assert problems(lon="6,89", lat="52.22") == [("lon", "not_a_number")]
    assert problems(lon="6.89", lat="152.22") == [("lat", "not_a_number")]


def test_an_end_lies_not_before_its_begin():
    assert problems(begin="2015-05-28", einde="2015-05-27") == [("einde", "end_before_start")]
    assert problems(begin="2015-05-28", einde="2015") == []


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", "columns"),
        (b"naam;plaats\r\n", "columns"),
        ("\u00e9".encode("latin-1"), "not_utf8"),
        (b"x" * (MAX_BYTES + 1), "too_large"),
        (template([ROW] * (MAX_ROWS + 1)), "too_many_rows"),
        (template() + b"een;twee\r\n", "cells"),
        (template() + b'"' + b"x" * 200_000, "cells"),
    ],
)
def test_what_is_not_the_sheet_is_refused(content, kind):
    sheet = read(content, places=PLACES)
    assert sheet.rows == () and [problem.kind for problem in sheet.problems] == [kind]


def test_columns_are_named_once():
    names = [column.name for column in COLUMNS]
    assert len(set(names)) == len(names)


def test_everything_the_curated_facts_say_would_pass():
    folder = Path(data.__file__).parent / "reference"
    actors = list(csv.DictReader(io.StringIO((folder / "actors.csv").read_text("utf-8"))))
    initiatives = list(csv.DictReader(io.StringIO((folder / "initiatives.csv").read_text("utf-8"))))
    for actor in actors:
        if actor["kind"] != "person_role":
            row = {"actor": actor["name"], "soort_actor": actor["kind"], "rol": "initiator"}
            assert problems(**row) == [], actor["name"]
    for row in initiatives:
        assert (
            problems(initiatief=row["name"], omschrijving=row["description_nl"], soort=row["type"])
            == []
        ), row["name"]
