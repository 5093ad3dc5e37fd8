"""The list of initiatives to take along, and the sheet to complete it in."""

import csv
import io
from dataclasses import replace

import pytest

from dashboard.exports import initiative_tables
from dashboard.i18n.text import LANGUAGES, texts
from dashboard.selection import permalink
from dashboard.selection.context import Context, context_of
from dashboard.session import visitor
from data.forms import initiatives
from tests.dashboard import shipped, voorbeeldstad

FACTS = shipped.facts()
EVERY = permalink.opening(visitor.vocabulary(FACTS))
PLACES = tuple(place.place_id for place in FACTS.centres)


def sheet(place: str = permalink.REGION) -> list[dict[str, str]]:
    content = initiative_tables.template(context_of(FACTS, replace(EVERY, place=place)))
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


def test_the_sheet_we_send_is_the_sheet_we_take_back():
    content = initiative_tables.template(context_of(FACTS, EVERY))
    found = initiatives.read(content, places=PLACES)
    assert found.problems == ()
    assert {row["initiatief"] for row in found.rows} == {row.name for row in FACTS.initiatives}


def test_a_place_gets_its_own_initiatives():
    assert {row["initiatief"] for row in sheet("oldenzaal")} == {"Boeskoolmarkt", "De Verjoardag"}


def test_what_is_unknown_is_an_empty_cell():
    row = next(row for row in sheet("enschede") if row["initiatief"] == "The Passion")
    assert (row["begin"], row["straten"], row["past_bij_profiel"]) == ("", "", "")


def test_people_of_no_known_role_stay_out_and_the_sheet_is_made():
    example = voorbeeldstad.facts()
    found = initiatives.read(
        initiative_tables.template(context_of(example, EVERY)), places=["voorbeeldstad"]
    )
    assert found.problems == ()
    assert {row["initiatief"] for row in found.rows} == {row.name for row in example.initiatives}
    assert "person_role" not in {row.get("soort_actor") for row in found.rows}


def test_a_person_goes_by_role_only():
    row = next(row for row in sheet("enschede") if row["soort_actor"] == "persoon")
    assert row["actor"] == "voormalig eigenaar"


def test_a_year_stays_a_year():
    row = next(row for row in sheet("enschede") if row["initiatief"] == "Stadsmakers")
    assert (row["begin"], row["einde"]) == ("2014", "2015")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_list_has_every_source_and_the_count_that_belongs_to_it(lang):
    table = initiative_tables.initiative_table(Context(FACTS, texts(lang), EVERY))
    assert len(table.rows) == 13 and all(row.sources for row in table.rows)
    assert "13" in table.notes[0] and "15" in table.notes[0]


def test_the_list_follows_the_filters():
    asked = replace(EVERY, actors=("concordia",))
    table = initiative_tables.initiative_table(Context(FACTS, texts("nl"), asked))
    assert {row.cells[0] for row in table.rows} == {"wannaplay", "upgrading-binnenstad-expo"}


def test_what_we_derived_says_so_in_the_list():
    table = initiative_tables.initiative_table(Context(FACTS, texts("nl"), EVERY))
    row = {
        column.key: cell
        for column, cell in zip(table.columns, _row(table, "wannaplay"), strict=True)
    }
    assert "door ons afgeleid" in str(row["actors"])
    assert row["fit"] == "profiel onbekend"


def _row(table, initiative):
    return next(row.cells for row in table.rows if row.cells[0] == initiative)
