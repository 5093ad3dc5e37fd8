"""The list of faults in README.md against the tests: where each case and each recorded failure is
proven.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ETL = HERE.parent
README = (HERE / "README.md").read_text("utf-8")
CASES = {
    case: set(re.findall(r"`([\w/.]+\.py)`", files))
    for case, files in re.findall(r"^\| (F\d\d) \|.*\|([^|]*)\|$", README, re.MULTILINE)
}
"""Each case and the test files that prove it."""

RECORDED = {
    "Overpass 200 + remark": (
        "faults/test_run_recorded.py",
        "test_the_recorded_remark_of_overpass_keeps_the_last_good_streets",
    ),
    "Overpass 400 HTML": ("fetch/test_client_recorded.py", "test_recorded_failures_are_recognised"),
    "Overpass 429 / 504 HTML": (
        "fetch/test_client_recorded.py",
        "test_recorded_failures_are_recognised",
    ),
    "PDOK problem: 400, 404": (
        "fetch/test_client_recorded.py",
        "test_recorded_failures_are_recognised",
    ),
    "PDOK problem: 500 timeout": (
        "faults/test_run_recorded.py",
        "test_the_recorded_timeout_of_pdok_is_asked_again_in_halves",
    ),
    "PDOK empty collection": (
        "fetch/test_client_recorded.py",
        "test_a_recorded_empty_collection_is_an_answer",
    ),
    "PDOK two pages": (
        "fetch/test_client_paging.py",
        "test_the_recorded_page_with_a_cursor_is_followed",
    ),
    "RD instead of lon/lat": (
        "sources/test_bag.py",
        "test_recorded_metres_are_known_by_header_or_told_as_a_guess",
    ),
    "null geometry": (
        "sources/test_bag.py",
        "test_the_recorded_feature_without_a_place_is_counted",
    ),
    "withdrawn premises": ("sources/test_bag.py", "test_the_recorded_withdrawn_unit_is_dropped"),
    "CBS null + Impossible": (
        "sources/test_cbs_statline.py",
        "test_recorded_nulls_of_an_abolished_municipality_are_missing",
    ),
    "CBS provisional month": (
        "sources/test_cbs_statline.py",
        "test_recorded_last_months_are_provisional",
    ),
    "Locatieserver error": (
        "sources/test_geocoder.py",
        "test_the_recorded_error_fails_with_its_message",
    ),
    "decimal comma": ("sources/test_transit.py", "test_the_recorded_decimal_comma_is_a_decimal"),
    "wrong Hengelo": (
        "sources/test_transit.py",
        "test_the_recorded_wrong_hengelo_does_not_count_for_twente",
    ),
    # No source reads garages; an error inside a 200 is refused for any source.
    "garage feed in error": (
        "parsing/test_vector_layers.py",
        "test_a_recorded_feed_of_another_service_is_refused_and_never_nought",
    ),
}
"""Every recorded answer that means a failure, and the test it is a parameter or the subject of."""


def named(path: Path) -> set[str]:
    """The cases that tests in a file carry in their names or in the ids of their parameters."""
    text = path.read_text(encoding="utf-8")
    functions = re.findall(r"^def test_(f\d\d)_", text, re.MULTILINE)
    return {name.upper() for name in functions} | set(re.findall(r"\"(F\d\d)\b", text))


def functions_of(path: Path) -> set[str]:
    return set(re.findall(r"^def (\w+)", path.read_text(encoding="utf-8"), re.MULTILINE))


def test_the_list_holds_every_number_once():
    assert re.findall(r"^\| (F\d\d) ", README, re.MULTILINE) == [
        f"F{number:02d}" for number in range(1, 47)
    ]


@pytest.mark.slow
def test_list_and_tests_name_the_same_cases_in_the_same_files():
    carried: dict[str, set[str]] = {}
    for path in sorted(ETL.rglob("test_*.py")):
        for case in named(path):
            carried.setdefault(case, set()).add(path.relative_to(ETL).as_posix())
    assert carried == CASES


def test_every_outcome_has_its_whole_run():
    runs = re.findall(r"`([\w/.]+\.py)::(\w+)`", README)
    assert len(runs) == 14
    assert [test for file, test in runs if test not in functions_of(ETL / file)] == []


def test_every_recorded_failure_has_its_test():
    assert {
        name: test
        for name, (file, test) in RECORDED.items()
        if test not in functions_of(ETL / file)
    } == {}
