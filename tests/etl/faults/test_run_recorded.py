"""Recorded answers of the services that mean a failure, served to a whole run; skipped where the
recordings are not at hand.
"""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from data import catalogue
from etl.sources import bag, geocoder
from tests.etl.faults.command import GEMEENTEN, Command, asked_of, assert_fails, assert_whole
from tests.etl.faults.test_run_meaning import assert_refused
from tests.etl.faults.test_run_paging import unit
from tests.etl.outside import OVERPASS, X
from tests.etl.sources.asking import NO_SAMPLES, sample
from tests.etl.upstream import Asked, Reply, as_json

pytestmark = NO_SAMPLES
HTML = (("Content-Type", "text/html; charset=utf-8"),)
JSON = (("Content-Type", "application/json"),)
PROBLEM = (("Content-Type", "application/problem+json"),)
WFS, OGC, FREE = urlsplit(bag.WFS).path, urlsplit(bag.OGC).path, urlsplit(geocoder.FREE).path

OVERPASS_SAYS = {
    "Overpass 200 with a remark": (
        "overpass/overpy-remark-runtime-error-01.json",
        200,
        JSON,
        "error-inside",
        1,
        "Query timed out",
    ),
    "Overpass 200 out of memory": (
        "overpass/reconstructed/http200-out-of-memory.json",
        200,
        JSON,
        "error-inside",
        1,
        "out of memory",
    ),
    "Overpass 400": (
        "overpass/http400-bad-request.html",
        400,
        HTML,
        "http-400",
        1,
        "';' expected - 'out' found",
    ),
    "Overpass 429": (
        "overpass/reconstructed/http429-rate-limited.html",
        429,
        HTML,
        "rate-limited",
        3,
        "rate_limited",
    ),
    "Overpass 504": (
        "overpass/reconstructed/http504-too-busy.html",
        504,
        HTML,
        "http-504",
        3,
        "too busy",
    ),
}
PDOK_SAYS = {
    "PDOK 400": (
        "pdok_ogc/gokoala-expected_straatnaam_not_allowed_value.json",
        400,
        "http-400",
        "not one of the allowed",
    ),
    "PDOK 404": ("pdok_ogc/gokoala-expected_feature_404.json", 404, "http-404", "does not exist"),
    "PDOK 500": (
        "pdok_ogc/gokoala-expected_query_timeout_features.json",
        500,
        "query-too-heavy",
        "too long",
    ),
}


@pytest.mark.parametrize(
    ("name", "status", "headers", "code", "tries", "words"),
    OVERPASS_SAYS.values(),
    ids=OVERPASS_SAYS.keys(),
)
def test_a_recorded_failure_of_overpass_keeps_the_last_good_streets(
    later: Command,
    name: str,
    status: int,
    headers: tuple[tuple[str, str], ...],
    code: str,
    tries: int,
    words: str,
):
    later.upstream.say(
        OVERPASS, Reply(status=status, body=sample(name).read_bytes(), headers=headers)
    )
    assert words in assert_fails(later, code, tries=tries).err


@pytest.mark.parametrize(
    ("name", "status", "code", "words"), PDOK_SAYS.values(), ids=PDOK_SAYS.keys()
)
def test_a_recorded_problem_of_pdok_is_not_retried_and_keeps_the_last_good_areas(
    later: Command, name: str, status: int, code: str, words: str
):
    later.upstream.say(
        GEMEENTEN, Reply(status=status, body=sample(name).read_bytes(), headers=PROBLEM)
    )
    assert words in assert_refused(later, "cbs_areas", code).err
    assert len(asked_of(later.upstream, GEMEENTEN)) == 1


FEEDS = {
    "garages of which none has a name": (
        "parking/amsterdam-wrong_garages.json",
        "column-missing",
        "The column id is missing",
    ),
    "ArcGIS error in a 200": (
        "parking/arnhem-arcgis-error-in-200.json",
        "error-inside",
        "Unable to complete operation",
    ),
    "ArcGIS answer without rows": (
        "parking/arnhem-incorrect_filter.json",
        "column-retyped",
        "in place of FeatureCollection",
    ),
}


@pytest.mark.parametrize(("name", "code", "words"), FEEDS.values(), ids=FEEDS.keys())
def test_a_recorded_feed_of_another_service_is_no_answer_and_never_nought(
    later: Command, name: str, code: str, words: str
):
    later.upstream.say(GEMEENTEN, Reply(body=sample(name).read_bytes(), headers=JSON))
    assert words in assert_refused(later, "cbs_areas", code).err


def test_the_recorded_timeout_of_pdok_is_asked_again_in_halves(town: Command):
    town.sources = ("bag", "osm")
    heavy = sample("pdok_ogc/gokoala-expected_query_timeout_features.json").read_bytes()

    def say(asked: Asked) -> Reply:
        west, _, east, _ = (float(side) for side in asked.query["bbox"].split(","))
        if east - west > 2000.0:
            return Reply(status=500, body=heavy, headers=PROBLEM)
        rows = [
            one
            for one in map(unit, range(0, 150, 30))
            if west <= X + one["properties"]["huisnummer"] * 10 <= east
        ]
        return as_json(
            {"type": "FeatureCollection", "features": rows},
            headers=(("Content-Crs", f"<{bag.RD_URI}>"),),
        )

    town.upstream.say(WFS, Reply(status=404))
    town.upstream.say(OGC, say)
    assert town.fill().code == 0
    assert (catalogue.open(town.data).table("premises")["source_id"] == "bag").sum() == 5
    assert_whole(town)


def test_the_recorded_empty_collection_is_an_answer_but_not_where_there_were_rows(town: Command):
    empty = Reply(
        body=sample("pdok_ogc/gokoala-expected_empty_feature_collection.json").read_bytes(),
        headers=(("Content-Type", "application/geo+json"),),
    )
    town.say_areas(empty)
    assert (
        town.fill().code,
        town.status_of("cbs_areas"),
        catalogue.open(town.data).has("areas"),
    ) == (0, "fresh", False)
    town.later(40)
    assert town.fill().code == 0 and catalogue.open(town.data).has("areas")
    town.say_areas(empty)
    town.later(40)
    assert_refused(town, "cbs_areas", "rows-none")


@pytest.mark.parametrize("status", [400, 200])
def test_the_recorded_error_of_the_gazetteer_fails_with_its_message(town: Command, status: int):
    town.sources = ("geocoder", "osm")
    town.upstream.say(
        FREE,
        Reply(status=status, body=sample("locatieserver/error.json").read_bytes(), headers=JSON),
    )
    said = town.fill()
    assert (said.code, town.status_of("geocoder"), town.status_of("osm")) == (3, "failed", "fresh")
    assert "Verplichte parameter 'id' ontbreekt" in said.err
    assert "Verplichte parameter 'id' ontbreekt" in town.call("status").out
