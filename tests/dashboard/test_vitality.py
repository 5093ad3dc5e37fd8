"""What is known of the cities, what changed within a series, and what is missing."""

import pytest

from dashboard import vitality
from dashboard.facts import Facts
from data import catalogue
from tests import town

FACTS = Facts(catalogue.open(catalogue.EMBEDDED))
SHIPPED = vitality.measured(FACTS)


def test_only_oldenzaal_has_a_sourced_profile():
    sourced = {place.place_id: vitality.own_profile(FACTS, place) for place in FACTS.centres}
    assert {place for place, row in sourced.items() if row is not None} == {"oldenzaal"}
    assert "carnaval" in (sourced["oldenzaal"].value_text or "")


def test_an_ambition_is_no_profile():
    almelo = FACTS.places["almelo"]
    assert [row.indicator for row in vitality.related(FACTS, almelo)] == ["inner_city_ambition"]
    assert vitality.character(FACTS, almelo) == vitality.related(FACTS, almelo)


def test_boardings_of_2019_and_2023_are_one_change():
    found = {one.indicator.id: one for one in SHIPPED.changes["oldenzaal"]}
    change = found["station_boardings"]
    assert (change.first, change.first_year, change.last, change.last_year) == (1006.0, 2019, 1070.0, 2023)
    assert change.turn == "better"
    assert {one.indicator.id: one.turn for one in SHIPPED.changes["almelo"]}["station_boardings"] == "worse"


def test_growth_of_the_population_is_a_change_itself():
    found = {one.indicator.id: one for one in SHIPPED.changes["borne"]}["population_change"]
    assert found.first is None and found.last == pytest.approx(100 * (25038 / 23668 - 1)) and found.turn == "better"


def test_vacancy_of_two_definitions_makes_no_change():
    assert all(one.indicator.id not in ("vacancy_rate_floor_area", "retail_floor_area") for one in SHIPPED.changes["hengelo"])


def test_a_reading_without_definition_stands_alone():
    reading = SHIPPED.readings["hengelo", "vacancy_rate_premises"]
    assert (reading.value, reading.year, reading.beside) == (pytest.approx(19.3), 2023, False)


def test_what_nobody_counted_is_missing_and_not_zero():
    assert ("borne", "vacancy_rate_premises") not in SHIPPED.readings
    assert SHIPPED.table["centre_manager"].isna().all()


def test_gaps_name_places_and_the_tables_nobody_filled():
    gaps = {gap.indicator.id: gap for gap in SHIPPED.gaps}
    assert "station_boardings" not in gaps and "population_change" not in gaps
    assert gaps["branch_variety"].tables == ("premises",) and len(gaps["branch_variety"].places) == 5
    assert gaps["non_daily_inflow"].places == ("almelo", "borne", "enschede", "oldenzaal")
    assert gaps["non_daily_inflow"].tables == ()


@pytest.mark.parametrize(("beyond", "seen"), [(False, True), (True, False)])
def test_internal_tables_stay_on_this_computer(tmp_path, beyond, seen):
    facts = Facts(catalogue.open(town.snapshot(tmp_path)), beyond=beyond)
    # The made-up counter of the stops shares nothing.
    assert (vitality.shared_table(facts, "stops") is not None) is seen
    assert vitality.shared_table(facts, "premises") is not None
    assert vitality.shared_table(facts, "bestaat-niet") is None
