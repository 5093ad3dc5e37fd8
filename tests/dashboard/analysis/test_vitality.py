"""What is known of the cities, what changed within a series, and what is missing."""

import math
from dataclasses import replace

import pandas as pd
import pytest

from dashboard.analysis import vitality
from dashboard.facts.snapshot import Facts
from data import catalogue
from geo.ageing import YEARLY_CHANGE
from tests import town
from tests.dashboard import shipped

FACTS = shipped.facts()


def test_only_oldenzaal_has_a_sourced_profile():
    sourced = {place.place_id: vitality.own_profile(FACTS, place) for place in FACTS.centres}
    assert {place for place, row in sourced.items() if row is not None} == {"oldenzaal"}
    assert "carnaval" in (sourced["oldenzaal"].value_text or "")


def test_an_ambition_is_no_profile():
    almelo = FACTS.places["almelo"]
    related = vitality.related(FACTS, almelo)
    assert {row.indicator for row in related} == {
        "inner_city_ambition",
        "inner_city_strategy",
        "monitor_judgement",
        "vitality_benchmark_class",
    }
    ambitions = [row for row in related if row.indicator.startswith("inner_city_")]
    assert {row.area_kind for row in ambitions} == {"municipality"}
    assert vitality.character(FACTS, almelo) == related


def test_boardings_of_2019_and_2023_are_one_change():
    found = {one.indicator.id: one for one in shipped.vital().changes["oldenzaal"]}
    change = found["station_boardings"]
    assert (change.first, change.first_year, change.last, change.last_year) == (
        1006.0,
        2019,
        1070.0,
        2023,
    )
    assert change.turn == "up"
    assert {one.indicator.id: one.turn for one in shipped.vital().changes["almelo"]}[
        "station_boardings"
    ] == "down"


def test_growth_of_the_population_is_a_change_itself():
    found = {one.indicator.id: one for one in shipped.vital().changes["borne"]}["population_change"]
    assert (
        found.first is None
        and found.last == pytest.approx(100 * (25038 / 23668 - 1))
        and found.turn == "up"
    )


def test_vacancy_of_two_definitions_makes_no_change():
    assert all(
        one.indicator.id not in ("vacancy_rate_floor_area", "retail_floor_area")
        for one in shipped.vital().changes["hengelo"]
    )


def test_a_reading_without_definition_stands_alone():
    reading = shipped.vital().readings["hengelo", "vacancy_rate_premises"]
    assert (reading.value, reading.year, reading.beside) == (pytest.approx(19.3), 2023, False)


def test_what_nobody_counted_is_missing_and_not_zero():
    assert ("borne", "vacancy_rate_premises") not in shipped.vital().readings
    assert shipped.vital().table["centre_manager"].isna().all()


def test_gaps_name_places_and_the_tables_nobody_filled():
    gaps = {gap.indicator.id: gap for gap in shipped.vital().gaps}
    assert "station_boardings" not in gaps and "population_change" not in gaps
    assert (
        gaps["branch_variety"].tables == ("premises",) and len(gaps["branch_variety"].places) == 5
    )
    assert gaps["non_daily_inflow"].places == ("almelo", "borne", "enschede", "oldenzaal")
    assert gaps["non_daily_inflow"].tables == ()


@pytest.mark.slow
@pytest.mark.parametrize(("beyond", "seen"), [(False, True), (True, False)])
def test_internal_tables_stay_on_this_computer(tmp_path, beyond, seen):
    facts = Facts(catalogue.open(town.snapshot(tmp_path)), beyond=beyond)
    # The made-up counter of the stops shares nothing.
    assert (vitality.shared_table(facts, "stops") is not None) is seen
    assert vitality.shared_table(facts, "premises") is not None
    assert vitality.shared_table(facts, "bestaat-niet") is None


def beside(
    *values: float | None, measure: str = "vacancy_rate_premises"
) -> vitality.IndicatorComparison | None:
    """Almelo beside the others, in the order of the places, on one measure."""
    table = pd.DataFrame(
        {measure: [*values, *[None] * (5 - len(values))]},
        index=shipped.vital().places,
        dtype="float64",
    )
    reading = vitality.IndicatorValue(values[0] or 0.0, 2023, "row", beside=True)
    known = replace(
        shipped.vital(),
        indicators={measure: shipped.vital().indicators[measure]},
        table=table,
        readings={("almelo", measure): reading},
    )
    found = vitality.compare_with_others(known, "almelo")
    return found[0] if found else None


@pytest.mark.parametrize(
    ("values", "side"),
    [
        # Of vacancy less is better; 9.96 and 10.04 are both written as 10.0.
        ((9.0, 10.0, 20.0), "strong"),
        ((21.0, 10.0, 20.0), "weak"),
        ((15.0, 10.0, 20.0), "between"),
        ((10.0, 10.0, 20.0), "between"),
        ((9.96, 10.04, 20.0), "between"),
    ],
)
def test_a_place_is_strong_only_where_it_is_better_than_all_others(values, side):
    assert beside(*values).side == side


def test_more_is_better_where_the_measure_says_so():
    assert beside(3.0, 2.0, 1.0, measure="branch_variety").side == "strong"
    assert beside(0.0, 2.0, 1.0, measure="branch_variety").side == "weak"


def test_a_place_stands_beside_the_range_of_the_others():
    found = beside(5.0, 10.0, None, 30.0, 20.0)
    assert (found.value, found.lowest, found.highest, found.others, found.year) == (
        5.0,
        10.0,
        30.0,
        3,
        2023,
    )


def test_beside_one_other_or_unknown_itself_a_place_is_neither_strong_nor_weak():
    assert beside(5.0, 10.0) is None
    assert beside(None, 10.0, 20.0, 30.0) is None


def test_what_is_larger_in_a_larger_place_makes_none_strong():
    assert beside(9.0, 1.0, 2.0, measure="station_boardings") is None
    assert beside(9.0, 1.0, 2.0, measure="retail_floor_area") is None


def test_most_measures_of_the_shipped_facts_stand_side_by_side():
    sides = {
        place: {
            one.indicator.id: one.side
            for one in vitality.compare_with_others(shipped.vital(), place)
        }
        for place in shipped.vital().places
    }
    # The way to the station is measured from the market square in Enschede, from the outline in
    # the others.
    assert {place: len(found) for place, found in sides.items()} == {
        "almelo": 16,
        "borne": 16,
        "enschede": 15,
        "hengelo": 16,
        "oldenzaal": 16,
    }
    assert sides["hengelo"]["station_distance"] == "strong"
    assert sides["oldenzaal"]["station_distance"] == "weak"
    assert sides["borne"]["population_change"] == "strong"
    assert sides["oldenzaal"]["population_change"] == "weak"
    assert sides["hengelo"]["population_change"] == "between"
    assert sides["oldenzaal"]["cinema_distance"] == "weak"
    assert sides["enschede"]["centre_density"] == "strong"
    assert not {"centre_residents", "station_boardings"} & set(sides["enschede"])


def test_an_error_holds_rounding_and_age():
    # Tenths of 2020, six years before the newest figure, which is exact.
    rounding, aged = 0.1 / 12**0.5, 4.0 * YEARLY_CHANGE * 6**0.5
    assert shipped.vital().readings["enschede", "cafes_nearby"].value == 4.0
    assert shipped.vital().errors.loc["enschede", "cafes_nearby"] == pytest.approx(
        math.hypot(rounding, aged)
    )
    assert shipped.vital().errors.loc["enschede", "population_change"] == 0.0
    assert (shipped.vital().errors.isna() == shipped.vital().table.isna()).all(axis=None)
