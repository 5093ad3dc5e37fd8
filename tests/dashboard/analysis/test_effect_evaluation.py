"""What surveys of streets can carry, and what stands in the way."""

import datetime as dt

import pandas as pd
import pytest

from dashboard.analysis import effect_evaluation
from dashboard.facts.snapshot import Facts
from dashboard.selection.permalink import TYPES
from data import catalogue
from geo.errors import RefusedError
from tests import town
from tests.dashboard import shipped, towns, voorbeeldstad
from tests.dashboard.evidence_town import SPRING, measured, units, usual

SHIPPED = shipped.facts()


def test_four_fewer_of_twenty_empty_is_a_drop_of_twenty_points():
    found = usual()
    assert found.difference.estimate == pytest.approx(-20.0, abs=1.5)
    assert found.difference.consistent_with == "down"
    assert found.synthetic.consistent_with == "down"
    assert (found.before, found.start) == (dt.date(2019, 10, 1), dt.date(2020, 10, 1))


def test_no_drop_is_no_difference():
    assert measured(units(drop=0)).difference.consistent_with == "none"


def test_a_rise_reads_up():
    assert measured(units(drop=-4)).difference.consistent_with == "up"


def test_four_streets_with_an_initiative_are_refused():
    found = measured(units(), dict.fromkeys(towns.TREATED[:4], SPRING))
    assert isinstance(found.difference, RefusedError)
    assert (found.difference.lacking, found.difference.actual) == ("treated_units", 4)


def test_streets_that_began_at_another_time_are_left_out_on_both_sides():
    later = {towns.OTHERS[0]: dt.date(2021, 3, 1), towns.OTHERS[1]: dt.date.min}
    found = measured(units(), dict.fromkeys(towns.TREATED, SPRING) | later)
    assert found.treated == towns.TREATED and found.left_out == 2
    assert found.synthetic.weights.size == len(towns.OTHERS) - 2


def test_the_moment_with_most_streets_is_taken():
    beginnings = {street: dt.date(2016, 3, 1) for street in towns.TREATED[:2]}
    beginnings |= dict.fromkeys(towns.TREATED[2:], SPRING)
    assert measured(units(), beginnings).treated == towns.TREATED[2:]


def test_an_initiative_from_before_the_first_survey_has_no_before():
    assert (
        effect_evaluation.measure(units(), {towns.TREATED[0]: dt.date(2010, 1, 1)}, place_id="a")
        is None
    )


def test_an_initiative_after_the_last_survey_has_no_after():
    assert (
        effect_evaluation.measure(units(), {towns.TREATED[0]: dt.date(2030, 1, 1)}, place_id="a")
        is None
    )


def test_streets_of_four_units_are_too_small_to_count():
    found = measured(pd.concat([units(streets=towns.TREATED), units(streets=towns.OTHERS, size=4)]))
    assert (
        isinstance(found.difference, RefusedError) and found.difference.lacking == "control_units"
    )


def test_row_order_changes_nothing():
    frame = units()
    one, other = measured(frame), measured(frame.sample(frac=1, random_state=1))
    assert (one.difference, one.paths, one.treated) == (
        other.difference,
        other.paths,
        other.treated,
    )


def test_the_shipped_facts_meet_all_four_obstacles():
    found = {one.kind: one for one in effect_evaluation.obstacles(SHIPPED)}
    assert set(found) == {"series_start", "all_took_part", "station", "no_street_series"}
    assert found["series_start"].first_year == 2015
    assert found["series_start"].launch == (dt.date(2014, 10, 1), dt.date(2014, 10, 31))
    assert found["all_took_part"].places == 5


def test_the_stations_are_refused_by_both_designs():
    refused = effect_evaluation.attempts(SHIPPED)
    assert [(one.lacking, one.actual) for one in refused] == [("control_units", 0), ("donors", 4)]


def test_the_shipped_facts_hold_no_surveys():
    assert effect_evaluation.surveyed(SHIPPED) == ()


@pytest.mark.slow
def test_a_snapshot_with_surveys_is_analysed(tmp_path):
    facts = Facts(catalogue.open(towns.snapshot(tmp_path)), beyond=False)
    assert effect_evaluation.surveyed(facts) == (towns.TOWNS[0],)
    found = effect_evaluation.of_place(facts, towns.TOWNS[0])
    assert found is not None and found.difference.consistent_with == "down"
    assert "no_street_series" not in {one.kind for one in effect_evaluation.obstacles(facts)}


EXAMPLE = voorbeeldstad.facts(beyond=False)


def test_the_made_up_town_shows_both_designs_at_work():
    found = effect_evaluation.of_place(EXAMPLE, "voorbeeldstad")
    assert found is not None and len(found.treated) == 6 and found.left_out == 3
    assert (found.before, found.start) == (dt.date(2021, 10, 1), dt.date(2022, 10, 1))
    assert found.difference.consistent_with == "down" and found.difference.pre_trend_p >= 0.10
    assert found.synthetic.consistent_with == "down"
    assert (
        list(found.synthetic.placebos)
        == list(found.synthetic.ratios.index)
        == list(found.synthetic.weights.index)
    )


def test_the_made_up_town_shows_a_refusal_too():
    found = effect_evaluation.of_place(EXAMPLE, "voorbeeldstad", ("activity",))
    assert found is not None and isinstance(found.difference, RefusedError)
    assert (found.difference.lacking, found.difference.actual, len(found.treated)) == (
        "treated_units",
        1,
        1,
    )


@pytest.mark.slow
def test_streets_with_an_initiative_of_another_kind_take_no_part():
    every, physical = (
        effect_evaluation.of_place(EXAMPLE, "voorbeeldstad", kinds)
        for kinds in (TYPES, ("physical",))
    )
    assert every is not None and physical is not None
    assert (physical.treated, physical.left_out) == (every.treated, every.left_out)
    assert not {"voorbeeldstad/langestraat", "voorbeeldstad/molenstraat"} & set(
        physical.synthetic.weights.index
    )


@pytest.mark.slow
def test_a_kind_nobody_began_has_nothing_to_compare(tmp_path):
    facts = Facts(catalogue.open(towns.snapshot(tmp_path)), beyond=False)
    kind = facts.initiatives[0].kind
    others = tuple(one for one in TYPES if one != kind)
    assert effect_evaluation.of_place(facts, towns.TOWNS[0], (kind,)) is not None
    assert effect_evaluation.of_place(facts, towns.TOWNS[0], others) is None


@pytest.mark.slow
def test_one_survey_is_no_series(tmp_path):
    facts = Facts(catalogue.open(town.snapshot(tmp_path)), beyond=False)
    assert effect_evaluation.surveyed(facts) == ()
    assert effect_evaluation.of_place(facts, "voorbeeldstad") is None
    assert "one_place" in {one.kind for one in effect_evaluation.obstacles(facts)}
