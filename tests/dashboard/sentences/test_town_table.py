"""What is known per town, and which of it compares."""

from pathlib import Path

import pytest

from dashboard.facts.snapshot import Facts
from dashboard.i18n.text import LANGUAGES, texts
from dashboard.sentences import town_table
from data import catalogue
from tests import town
from tests.dashboard import shipped


@pytest.mark.parametrize("lang", LANGUAGES)
def test_residents_supply_hospitality_and_travellers_are_known_of_every_centre(lang):
    cells = town_table.matrix(shipped.facts(), texts(lang))
    assert len(cells) == 5
    for column in ("residents", "trade", "hospitality", "travellers"):
        at = list(town_table.COLUMNS).index(column)
        assert all(row[at].figure and row[at].basis for row in cells.values())


def test_residents_of_the_inner_cities_are_those_of_the_kadaster():
    cells = town_table.matrix(shipped.facts(), texts("nl"))
    assert {place: row[0].figure for place, row in cells.items()} == {
        "almelo": "5.900 inwoners",
        "borne": "3.270 inwoners",
        "enschede": "3.810 inwoners",
        "hengelo": "3.255 inwoners",
        "oldenzaal": "2.570 inwoners",
    }


def test_the_note_names_the_columns_that_compare_and_no_other(tmp_path: Path):
    text = texts("en")
    note = town_table.comparison_note(shipped.facts(), text)
    assert "inner city, Trade (with wholesale and cars) and Hospitality." in note
    assert text("theme.vacancy") not in note
    alone = Facts(catalogue.open(town.snapshot(tmp_path)))
    assert town_table.comparison_note(alone, text) == text("overview.matrix_apart")


def test_measures_shared_by_all_centres_are_drawn_highest_first():
    measures = {rows[0].indicator: rows for rows in town_table.shared_measures(shipped.facts())}
    assert [row.place_id for row in measures["centre_residents"]] == [
        "almelo",
        "enschede",
        "borne",
        "hengelo",
        "oldenzaal",
    ]
    # A trip to the cinema: only Oldenzaal has none nearby.
    assert measures["distance_cinema_km"][0].place_id == "oldenzaal"
    for rows in measures.values():
        assert len({(row.definition, row.area_kind, row.year) for row in rows}) == 1
