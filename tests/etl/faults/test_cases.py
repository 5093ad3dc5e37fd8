"""Where each fault case and each recorded failure is proven: through a whole run (`run`), at the
client, or on a file.

A test carries its case in its name (`test_f17_...`) or in the id of its parameter (`"F17 ..."`), so
`pytest -k F17` finds it.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ETL = HERE.parent
RUNS = sorted(HERE.glob("test_run_*.py"))
CASES = [f"F{number:02d}" for number in range(1, 47)]

CLIENT = {
    **dict.fromkeys(CASES[:18], "test_http_transport.py"),
    **dict.fromkeys(CASES[18:33], "test_http_body.py"),
    **dict.fromkeys(CASES[33:38], "test_http_paging.py"),
}
"""Cases of the client have their finer print there as well: waits, tries, bytes, what is kept."""

RECORDED = {
    "Overpass 200 + remark": (
        "faults/test_run_recorded.py",
        "test_a_recorded_failure_of_overpass_keeps_the_last_good_streets",
    ),
    "Overpass 400 HTML": (
        "faults/test_run_recorded.py",
        "test_a_recorded_failure_of_overpass_keeps_the_last_good_streets",
    ),
    "Overpass 429 / 504 HTML": (
        "faults/test_run_recorded.py",
        "test_a_recorded_failure_of_overpass_keeps_the_last_good_streets",
    ),
    "PDOK problem: 400, 404": (
        "faults/test_run_recorded.py",
        "test_a_recorded_problem_of_pdok_is_not_retried_and_keeps_the_last_good_areas",
    ),
    "PDOK problem: 500 timeout": (
        "faults/test_run_recorded.py",
        "test_the_recorded_timeout_of_pdok_is_asked_again_in_halves",
    ),
    "PDOK empty collection": (
        "faults/test_run_recorded.py",
        "test_the_recorded_empty_collection_is_an_answer_but_not_where_there_were_rows",
    ),
    "PDOK two pages": ("test_http_paging.py", "test_the_recorded_page_with_a_cursor_is_followed"),
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
        "faults/test_run_recorded.py",
        "test_the_recorded_error_of_the_gazetteer_fails_with_its_message",
    ),
    "decimal comma": ("sources/test_transit.py", "test_the_recorded_decimal_comma_is_a_decimal"),
    "wrong Hengelo": (
        "sources/test_transit.py",
        "test_the_recorded_wrong_hengelo_does_not_count_for_twente",
    ),
    # No source reads garages; an error inside a 200 is refused for any source, and numbers as text
    # are never guessed.
    "garage feed in error": ("test_http_recorded.py", "test_recorded_failures_are_recognised"),
}
"""Every recorded answer that means a failure, and the test it is a parameter or the subject of."""


def named(path: Path) -> set[str]:
    """The cases that tests in a file carry in their names or in the ids of their parameters."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = {
        name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        for name in re.findall(r"^test_(f\d\d)_", node.name)
    }
    texts = {
        name
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        for name in re.findall(r"^(F\d\d)\b", node.value)
    }
    return {name.upper() for name in functions} | texts


def functions_of(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("case", CASES)
def test_every_fault_case_is_proven_through_a_whole_run(case: str):
    assert [path.name for path in RUNS if case in named(path)] != []


@pytest.mark.parametrize(("case", "file"), CLIENT.items(), ids=CLIENT)
def test_every_case_of_the_client_is_proven_there_too(case: str, file: str):
    assert case in named(ETL / file)


def test_no_test_names_a_case_that_does_not_exist():
    assert set().union(*(named(path) for path in RUNS)) <= set(CASES)


@pytest.mark.parametrize(("file", "test"), RECORDED.values(), ids=RECORDED)
def test_every_recorded_failure_has_its_test(file: str, test: str):
    assert test in functions_of(ETL / file)
