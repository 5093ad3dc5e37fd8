import pandas as pd
import pytest

from geo import counting
from geo.errors import NegativeValueError
from tests import town


def test_a_street_is_counted_per_hour():
    rows = town.counts({}, {"start": "2024-03-02T13:00", "value": 300.0})
    found = counting.per_street(rows).loc["voorbeeldstad-langestraat"]
    assert (found["passers_per_hour"], found["hours"], found["counters"]) == (400.0, 2.0, 1)


def test_what_was_counted_before_a_break_is_left_out():
    # The town's own counter: 500, nothing, and 700 after it was moved.
    assert counting.per_street(town.counts())["passers_per_hour"].item() == 700.0


def test_a_break_at_an_interval_without_a_count_is_a_break_too():
    rows = town.counts({}, {"start": "2024-03-02T13:00", "value": None, "break_before": True})
    assert counting.per_street(rows).empty


def test_a_failed_interval_is_not_nought():
    rows = town.counts({}, {"start": "2024-03-02T13:00", "value": None})
    assert counting.per_street(rows)["passers_per_hour"].item() == 500.0


def test_two_counters_in_a_street_weigh_by_their_hours():
    rows = town.counts(
        {}, {"start": "2024-03-02T13:00"}, {"counter_id": "teller-2", "value": 200.0}
    )
    found = counting.per_street(rows)
    assert (found["counters"].item(), found["passers_per_hour"].item()) == (2, 400.0)


def test_a_counter_without_a_street_counts_for_none():
    assert counting.per_street(town.counts({"street_id": None})).empty


def test_hours_in_common_are_those_all_counters_ran():
    rows = town.counts(
        {}, {"start": "2024-03-02T13:00"}, {"counter_id": "teller-2", "value": 200.0}
    )
    assert sorted(counting.in_common(rows)["value"]) == [200.0, 500.0]


def test_quarters_and_hours_add_up():
    rows = town.counts(
        {"minutes": 15, "value": 50.0}, {"start": "2024-03-02T12:15", "minutes": 15, "value": 30.0}
    )
    assert counting.per_street(rows)["passers_per_hour"].item() == 160.0


def test_a_negative_count_is_refused():
    rows = pd.DataFrame(town.counts({"value": 1.0})).assign(value=-1.0)
    with pytest.raises(NegativeValueError, match="-1"):
        counting.per_street(rows)
