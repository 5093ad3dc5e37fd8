"""The index: silent below its coverage, never surer than its intervals."""

from dataclasses import replace

import pandas as pd
import pytest

from dashboard.analysis import ranking, vitality
from dashboard.analysis.ranking import NEEDED_COVERAGE, InsufficientCoverage, Ranking
from geo import index
from tests.dashboard import shipped

SHIPPED = shipped.vital()
EQUAL = dict.fromkeys(SHIPPED.indicators, 1)


def known(*columns: int, places: int = 5) -> vitality.Vitality:
    """Places 0, 1, 2, ... in every indicator that is `known`, better from place to place."""
    names = list(SHIPPED.indicators)
    better = {name: one.better for name, one in SHIPPED.indicators.items()}
    table = pd.DataFrame(
        {
            name: [float(at if better[name] == "higher" else -at) for at in range(places)]
            if number in columns
            else float("nan")
            for number, name in enumerate(names)
        },
        index=[f"p{at}" for at in range(places)],
        dtype="float64",
    )
    return replace(SHIPPED, table=table, places=tuple(table.index))


ALL = tuple(range(len(SHIPPED.indicators)))


def test_the_stated_coverage_is_that_of_the_measure():
    assert NEEDED_COVERAGE == index.MIN_COVERAGE == 0.65


def test_the_shipped_facts_reach_no_index():
    found = ranking.reach(SHIPPED)
    assert found == InsufficientCoverage(pytest.approx(2 / 11), 2, 11, 5)
    assert ranking.ranked(SHIPPED, EQUAL) == found


def test_weights_cannot_put_aside_what_is_not_known():
    on_two = {name: int(name in ("station_boardings", "population_change")) for name in EQUAL}
    assert index.common_coverage(SHIPPED.table, on_two) == 1.0
    assert isinstance(ranking.ranked(SHIPPED, on_two), InsufficientCoverage)


def test_weight_on_what_is_not_known_everywhere_gives_no_index():
    most = known(*ALL[:8])
    on_unknown = {name: 100 if number >= 8 else 1 for number, name in enumerate(EQUAL)}
    assert isinstance(ranking.reach(most), float)
    assert isinstance(ranking.ranked(most, on_unknown), InsufficientCoverage)


@pytest.mark.parametrize(("count", "reached"), [(7, False), (8, True)])
def test_eight_of_eleven_measures_are_enough(count, reached):
    assert isinstance(ranking.reach(known(*ALL[:count])), float) is reached


def test_two_places_are_no_ranking():
    assert isinstance(ranking.reach(known(*ALL, places=2)), InsufficientCoverage)


def test_places_in_one_order_everywhere_keep_it():
    found = ranking.ranked(known(*ALL), EQUAL)
    assert isinstance(found, Ranking)
    assert [one.place_id for one in found.places] == ["p4", "p3", "p2", "p1", "p0"]
    assert all(one.rank_low == one.rank_high and one.same == () for one in found.places)
    assert all(one.total is None for one in found.sensitivities)
    assert found.shifts == ()


def test_places_that_differ_by_measure_cannot_be_told_apart():
    mixed = known(*ALL)
    table = mixed.table.copy()
    better = {name: one.better for name, one in SHIPPED.indicators.items()}
    for number, name in enumerate(table):
        sign = 1.0 if better[name] == "higher" else -1.0
        table.loc["p4", name], table.loc["p3", name] = (
            (sign * 4, sign * 3) if number % 2 else (sign * 3, sign * 4)
        )
    found = ranking.ranked(replace(mixed, table=table), EQUAL)
    assert isinstance(found, Ranking)
    same = {one.place_id: one.same for one in found.places}
    assert same["p4"] == ("p3",) and same["p3"] == ("p4",) and same["p0"] == ()


def test_the_same_question_gets_the_same_answer():
    assert ranking.ranked(known(*ALL[:8]), EQUAL) == ranking.ranked(known(*ALL[:8]), EQUAL)


def test_errors_of_measurement_are_said_not_to_be_varied():
    found = ranking.ranked(known(*ALL[:8]), EQUAL)
    assert isinstance(found, Ranking)
    assert {one.assumption: one.varied for one in found.sensitivities}["data"] is False


def test_leaving_out_the_measure_that_lifts_a_place_is_found():
    lifted = known(*ALL)
    table = lifted.table.copy()
    name = "retail_floor_area"
    table.loc["p0", name] = 1000.0
    found = ranking.ranked(replace(lifted, table=table), {**dict.fromkeys(EQUAL, 1), name: 100})
    assert isinstance(found, Ranking)
    assert (found.shifts[0].indicator, found.shifts[0].place_id, found.shifts[0].ranks) == (
        name,
        "p0",
        4,
    )


def test_one_weight_has_nothing_to_leave_out():
    only = {name: int(name == "retail_floor_area") for name in EQUAL}
    found = ranking.ranked(known(*ALL), only)
    assert isinstance(found, Ranking) and found.shifts == ()
