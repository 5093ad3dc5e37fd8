"""Recorded answers that mean a failure, served to a whole run: one per outcome. The others are
read in test_http_recorded.py and in the tests of their sources. Skipped without the recordings.
"""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from data import catalogue
from etl.sources import bag
from tests.etl.faults.command import (
    GEMEENTEN,
    JSON,
    Command,
    assert_fails,
    assert_refused,
    assert_whole,
    requests_to,
)
from tests.etl.made_up_town import OVERPASS, X, shop_unit
from tests.etl.sources.source_runs import NO_SAMPLES, sample
from tests.etl.upstream import ReceivedRequest, Reply, as_json

pytestmark = [NO_SAMPLES, pytest.mark.slow]
PROBLEM = (("Content-Type", "application/problem+json"),)
WFS, OGC = urlsplit(bag.WFS).path, urlsplit(bag.OGC).path


def test_the_recorded_remark_of_overpass_keeps_the_last_good_streets(stale_town: Command):
    answer = sample("overpass/overpy-remark-runtime-error-01.json").read_bytes()
    stale_town.upstream.serve(OVERPASS, Reply(body=answer, headers=JSON))
    assert "Query timed out" in assert_fails(stale_town, "error-inside", tries=1).err


def test_the_recorded_problem_of_pdok_is_not_retried_and_keeps_the_last_good_areas(
    stale_town: Command,
):
    answer = sample("pdok_ogc/gokoala-expected_query_timeout_features.json").read_bytes()
    stale_town.upstream.serve(GEMEENTEN, Reply(status=500, body=answer, headers=PROBLEM))
    assert "too long" in assert_refused(stale_town, "cbs_areas", "query-too-heavy").err
    assert len(requests_to(stale_town.upstream, GEMEENTEN)) == 1


def test_the_recorded_timeout_of_pdok_is_asked_again_in_halves(town: Command):
    town.sources = ("bag", "osm")
    heavy = sample("pdok_ogc/gokoala-expected_query_timeout_features.json").read_bytes()

    def say(asked: ReceivedRequest) -> Reply:
        west, _, east, _ = (float(side) for side in asked.query["bbox"].split(","))
        if east - west > 2000.0:
            return Reply(status=500, body=heavy, headers=PROBLEM)
        rows = [
            one
            for one in map(shop_unit, range(0, 150, 30))
            if west <= X + one["properties"]["huisnummer"] * 10 <= east
        ]
        return as_json(
            {"type": "FeatureCollection", "features": rows},
            headers=(("Content-Crs", f"<{bag.RD_URI}>"),),
        )

    town.upstream.serve(WFS, Reply(status=404))
    town.upstream.serve(OGC, say)
    assert town.fill().code == 0
    assert (catalogue.open(town.data).table("premises")["source_id"] == "bag").sum() == 5
    assert_whole(town)
