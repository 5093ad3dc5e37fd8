"""The index: silent below its coverage, never surer than its intervals."""

from dataclasses import replace
from functools import cache

import pandas as pd
import pytest

from dashboard.analysis import ranking, vitality
from dashboard.analysis.ranking import NEEDED_COVERAGE, InsufficientCoverage, Ranking
from geo import index
from tests.dashboard import shipped


@cache
def equal() -> dict[str, int]:
    """One for every indicator that may be weighed."""
    return {name: int(name in shipped.vital().weighable) for name in shipped.vital().indicators}


def known(*columns: int, places: int = 5) -> vitality.Vitality:
    """Places 0, 1, 2, ... in every indicator that is `known`, better from place to place.

    `columns` number the indicators that do not merely grow with size.
    """
    names = list(shipped.vital().weighable)
    better = {name: one.better for name, one in shipped.vital().indicators.items()}
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
    table = table.reindex(columns=list(shipped.vital().indicators))
    return replace(shipped.vital(), table=table, errors=0.0 * table, places=tuple(table.index))


ALL = tuple(range(23))
"""Every indicator that may be weighed."""


def test_the_stated_coverage_is_that_of_the_measure():
    assert NEEDED_COVERAGE == index.MIN_COVERAGE == 0.65


def test_the_shipped_facts_reach_an_index():
    assert ranking.reach(shipped.vital()) == pytest.approx(15 / 23)
    found = ranking.ranked(shipped.vital(), equal())
    assert isinstance(found, Ranking)
    assert len(found.shared) == 15 and not set(found.shared) - set(shipped.vital().weighable)
    assert [one.place_id for one in found.places] == list(shipped.vital().places)
    assert {one.assumption for one in found.sensitivities if one.varied} == {
        "weights",
        "normalisation",
        "aggregation",
        "data",
    }


def test_of_the_shipped_facts_few_pairs_are_apart():
    found = ranking.ranked(shipped.vital(), equal())
    assert isinstance(found, Ranking)
    assert set(found.apart) == {("hengelo", "almelo"), ("hengelo", "borne")}
    ranks = {one.place_id: (one.rank_low, one.rank_high) for one in found.places}
    assert all(low < high for low, high in ranks.values())


def test_of_the_centre_itself_too_little_is_known():
    centre = vitality.about_centre(shipped.vital())
    assert ranking.reach(centre) == InsufficientCoverage(pytest.approx(2 / 9), 2, 9, 5)
    assert set(centre.table) == set(centre.errors) == set(centre.indicators)
    assert {one.scope for one in centre.indicators.values()} == {"centre"}
    assert all(gap.indicator.scope == "centre" for gap in centre.gaps)


def test_weights_cannot_put_aside_what_is_not_known():
    few = known(0, 1)
    on_two = {name: int(name in shipped.vital().weighable[:2]) for name in equal()}
    assert index.common_coverage(few.table, on_two) == 1.0
    assert isinstance(ranking.ranked(few, on_two), InsufficientCoverage)


def test_every_place_is_scored_on_the_same_indicators():
    most = known(*ALL[:15])
    table = most.table.copy()
    table.loc["p0", shipped.vital().weighable[20]] = 1000.0
    alone = replace(most, table=table, errors=0.0 * table)
    assert ranking.ranked(alone, equal()) == ranking.ranked(most, equal())


def test_weight_on_what_is_not_known_everywhere_gives_no_index():
    most = known(*ALL[:15])
    on_unknown = {name: 1 if name in shipped.vital().weighable[:15] else 100 for name in equal()}
    assert isinstance(ranking.reach(most), float)
    assert isinstance(ranking.ranked(most, on_unknown), InsufficientCoverage)


@pytest.mark.parametrize(("count", "reached"), [(14, False), (15, True)])
def test_fifteen_of_twenty_three_measures_are_enough(count, reached):
    assert isinstance(ranking.reach(known(*ALL[:count])), float) is reached


def test_two_places_are_no_ranking():
    assert isinstance(ranking.reach(known(*ALL, places=2)), InsufficientCoverage)


def test_places_in_one_order_everywhere_keep_it():
    found = ranking.ranked(known(*ALL), equal())
    assert isinstance(found, Ranking)
    ranks = {one.place_id: one.rank_low for one in found.places}
    assert ranks == {"p4": 1, "p3": 2, "p2": 3, "p1": 4, "p0": 5}
    assert len(found.apart) == 10 and ("p4", "p0") in found.apart
    assert all(one.rank_low == one.rank_high and one.same == () for one in found.places)
    assert all(one.total is None for one in found.sensitivities)
    assert found.shifts == ()


def test_places_that_differ_by_measure_cannot_be_told_apart():
    mixed = known(*ALL)
    table = mixed.table.copy()
    better = {name: one.better for name, one in shipped.vital().indicators.items()}
    for number, name in enumerate(table):
        sign = 1.0 if better[name] == "higher" else -1.0
        table.loc["p4", name], table.loc["p3", name] = (
            (sign * 4, sign * 3) if number % 2 else (sign * 3, sign * 4)
        )
    found = ranking.ranked(replace(mixed, table=table), equal())
    assert isinstance(found, Ranking)
    same = {one.place_id: one.same for one in found.places}
    assert same["p4"] == ("p3",) and same["p3"] == ("p4",) and same["p0"] == ()
    assert not {("p3", "p4"), ("p4", "p3")} & set(found.apart) and len(found.apart) == 9


def test_the_same_question_gets_the_same_answer():
    assert ranking.ranked(shipped.vital(), equal()) == ranking.ranked(shipped.vital(), equal())


def test_exact_figures_of_one_age_are_said_not_to_be_varied():
    found = ranking.ranked(known(*ALL[:15]), equal())
    assert isinstance(found, Ranking)
    assert {one.assumption: one.varied for one in found.sensitivities}["data"] is False


def test_leaving_out_the_measure_that_lifts_a_place_is_found():
    lifted = known(*ALL)
    table = lifted.table.copy()
    name = "branch_variety"
    table.loc["p0", name] = 1000.0
    found = ranking.ranked(replace(lifted, table=table), {**dict.fromkeys(equal(), 1), name: 100})
    assert isinstance(found, Ranking)
    assert (found.shifts[0].indicator, found.shifts[0].place_id, found.shifts[0].ranks) == (
        name,
        "p0",
        4,
    )


def test_one_weight_has_nothing_to_leave_out():
    only = {name: int(name == "branch_variety") for name in equal()}
    found = ranking.ranked(known(*ALL), only)
    assert isinstance(found, Ranking) and found.shifts == ()
