"""The client on answers that the services themselves have given."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from etl.decoding import delimited, strict_json
from etl.fetch import response_checks
from etl.fetch.raw_store import RawStore
from tests.etl.fetching import HTML, JSON, OVERPASS, Fetch, stored_names
from tests.etl.upstream import FastClock, Reply

pytestmark = pytest.mark.usefixtures("quick_disk")

SAMPLES = Path(os.environ.get("STADSHART_SAMPLES", "/nonexistent"))
recorded = pytest.mark.skipif(
    "STADSHART_SAMPLES" not in os.environ,
    reason="STADSHART_SAMPLES names no folder with recorded answers",
)
PROBLEM = (("Content-Type", "application/problem+json"),)


@recorded
@pytest.mark.parametrize(
    ("sample", "status", "headers", "request_", "tries", "code", "said"),
    [
        (
            "overpass/overpy-remark-runtime-error-01.json",
            200,
            JSON,
            OVERPASS,
            1,
            "error-inside",
            "Query timed out",
        ),
        (
            "overpass/reconstructed/http200-out-of-memory.json",
            200,
            JSON,
            OVERPASS,
            1,
            "error-inside",
            "out of memory",
        ),
        (
            "overpass/http400-bad-request.html",
            400,
            HTML,
            OVERPASS,
            1,
            "http-400",
            "';' expected - 'out' found",
        ),
        (
            "overpass/reconstructed/http429-rate-limited.html",
            429,
            HTML,
            OVERPASS,
            3,
            "rate-limited",
            "rate_limited",
        ),
        (
            "overpass/reconstructed/http429-rate-limited.html",
            200,
            HTML,
            OVERPASS,
            3,
            "rate-limited",
            "rate_limited",
        ),
        (
            "overpass/reconstructed/http504-too-busy.html",
            504,
            HTML,
            OVERPASS,
            3,
            "http-504",
            "too busy",
        ),
        (
            "pdok_ogc/gokoala-expected_straatnaam_not_allowed_value.json",
            400,
            PROBLEM,
            {"validate": response_checks.validate_features},
            1,
            "http-400",
            "not one of the allowed",
        ),
        (
            "pdok_ogc/gokoala-locationapi-expected-search-no-version-3.json",
            400,
            PROBLEM,
            {},
            1,
            "http-400",
            '"version" is missing',
        ),
        (
            "pdok_ogc/gokoala-expected_feature_404.json",
            404,
            PROBLEM,
            {"validate": response_checks.validate_features},
            1,
            "http-404",
            "does not exist",
        ),
        (
            "pdok_ogc/gokoala-expected_query_timeout_features.json",
            500,
            PROBLEM,
            {"validate": response_checks.validate_features},
            1,
            "query-too-heavy",
            "too long",
        ),
        (
            "locatieserver/error.json",
            400,
            JSON,
            {},
            1,
            "http-400",
            "Verplichte parameter 'id' ontbreekt",
        ),
        (
            "locatieserver/error.json",
            200,
            JSON,
            {},
            1,
            "error-inside",
            "Verplichte parameter 'id' ontbreekt",
        ),
        ("parking/arnhem-arcgis-error-in-200.json", 200, JSON, {}, 1, "error-inside", ""),
    ],
)
def test_recorded_failures_are_recognised(
    fetch: Fetch,
    raw_store: RawStore,
    clock: FastClock,
    sample: str,
    status: int,
    headers: tuple[tuple[str, str], ...],
    request_: dict[str, object],
    tries: int,
    code: str,
    said: str,
):
    outcome = fetch(
        Reply(status=status, body=(SAMPLES / sample).read_bytes(), headers=headers), **request_
    )
    assert (outcome.status, outcome.tries, outcome.error.code) == ("failed", tries, code)
    assert said in outcome.error.en
    assert all(wait > 29.9 for wait in clock.slept) or code == "http-504"
    assert stored_names(raw_store) == []


@recorded
def test_recorded_answers_that_are_good_are_kept(fetch: Fetch):
    for path in sorted((SAMPLES / "pdok_ogc").glob("*collection*.json")):
        answer = json.loads(path.read_bytes())
        if answer.get("type") == "FeatureCollection":
            outcome = fetch(
                Reply(body=path.read_bytes(), headers=JSON),
                validate=response_checks.validate_features,
                params=(("n", path.name),),
            )
            assert (outcome.status, outcome.record.rows) == ("fresh", len(answer["features"])), (
                path.name
            )


@recorded
def test_a_recorded_empty_collection_is_an_answer(fetch: Fetch):
    body = (SAMPLES / "pdok_ogc/gokoala-expected_empty_feature_collection.json").read_bytes()
    outcome = fetch(
        Reply(body=body, headers=(("Content-Type", "application/geo+json"),)),
        validate=response_checks.validate_features,
    )
    assert (outcome.status, outcome.record.rows) == ("fresh", 0)


@recorded
@pytest.mark.parametrize(
    "folder", ["cbs_odata_v4", "bag_ogc", "bag_wfs", "parking", "locatieserver", "overpass"]
)
def test_recorded_json_passes_the_strict_reader(folder: str):
    for path in sorted((SAMPLES / folder).rglob("*.json")):
        assert strict_json.read(path.read_bytes()) == json.loads(path.read_bytes()), path


@recorded
def test_recorded_decimal_commas_become_numbers():
    form = delimited.Dialect(delimiter=";", decimal=",", encodings=("utf-8", "cp1252"))
    table = delimited.read(
        (SAMPLES / "ov_oost/stopplace-2023-twente-top10.csv").read_bytes(), form, name="t.csv"
    )
    cells = [name for name in table.frame if name.startswith("INSTAP")]
    read = delimited.numbers(table.frame[cells[0]], form)
    assert 4414.4 in read.values.tolist()
