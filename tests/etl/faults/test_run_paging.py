"""Answers in pages through a whole run, of the areas (by link) and of the units (by number): one
per outcome. What each fault ends in stands in test_http_paging.py.
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
    CommandResult,
    assert_whole,
    requests_to,
)
from tests.etl.made_up_town import CODE, municipality, shop_unit
from tests.etl.upstream import ReceivedRequest, Reply, as_json

pytestmark = pytest.mark.slow

WFS, OGC = urlsplit(bag.WFS).path, urlsplit(bag.OGC).path


def pages(
    town: Command,
    count: int,
    *,
    next_of: dict[int, int] | None = None,
    broken: int | None = None,
    repeat: bool = False,
) -> None:
    """The areas in so many pages; `next_of` bends the links, page `broken` fails, `repeat` gives
    the first row on every page.
    """
    bent = next_of or {}

    def say(asked: ReceivedRequest) -> Reply:
        number = int(asked.query.get("cursor", "1"))
        if number == broken:
            return Reply(status=404)
        follows = bent.get(number, number + 1 if number < count else 0)
        base = asked.target.partition("&cursor=")[0]
        links = (
            [
                {
                    "rel": "next",
                    "href": town.upstream.url(
                        base + ("" if follows == 1 else f"&cursor={follows}")
                    ),
                }
            ]
            if follows
            else []
        )
        rows = [municipality() if number == 1 else {**municipality(), "id": f"water-{number}"}]
        if repeat and number > 1:
            rows.append(municipality())
        return as_json(
            {
                "type": "FeatureCollection",
                "numberReturned": len(rows),
                "links": links,
                "features": rows,
            }
        )

    town.upstream.serve(GEMEENTEN, say)


def only_areas_fail(town: Command, said: CommandResult, code: str) -> None:
    """The areas fail for that reason, the streets are published."""
    assert (said.code, town.status_of("cbs_areas"), town.status_of("osm")) == (3, "failed", "fresh")
    assert f"[{code}]" in said.err and "Traceback" not in said.err
    assert not catalogue.open(town.data).has("areas") and catalogue.open(town.data).has("streets")
    assert_whole(town)
    assert f"[{code}]" in town.call("status").out


def test_f35_a_row_on_two_pages_counts_once_and_is_told(town: Command):
    pages(town, 2, repeat=True)
    assert town.fill().code == 0
    assert catalogue.open(town.data).table("areas")["area_id"].tolist() == [CODE]
    told = [line for line in town.call("status").out.splitlines() if "[page-duplicates]" in line]
    assert len(told) == 1 and "Rows that stood on two pages: 1." in told[0]


def test_f36_a_page_that_fails_publishes_no_half_set_and_the_next_run_goes_on_there(town: Command):
    pages(town, 5, broken=3)
    only_areas_fail(town, town.fill(), "pages-incomplete")
    pages(town, 5)
    town.wait_days(0.1)
    before = len(requests_to(town.upstream, GEMEENTEN))
    assert town.fill().code == 0
    assert [one.query["cursor"] for one in requests_to(town.upstream, GEMEENTEN)[before:]] == [
        "3",
        "4",
        "5",
    ]
    assert catalogue.open(town.data).has("areas")


def test_f36_a_half_set_leaves_the_whole_one_of_before(stale_town: Command):
    before = catalogue.open(stale_town.data).table("areas")
    pages(stale_town, 3, broken=2)
    assert stale_town.fill().code == 3
    assert stale_town.status_of("cbs_areas") == "stale"
    assert catalogue.open(stale_town.data).table("areas").equals(before)
    assert_whole(stale_town)


def register(town: Command, rows: int, *, announced: int, size: int) -> None:
    """A WFS that announces one number of rows, holds another, and gives pages of its own size;
    nothing else answers.
    """
    town.sources = ("bag", "osm")
    units = [shop_unit(number) for number in range(rows)]

    def say(asked: ReceivedRequest) -> Reply:
        if asked.query.get("resultType") == "hits":
            body = (
                '<wfs:FeatureCollection xmlns:wfs="http://www.opengis.net/wfs/2.0"'
                f' numberMatched="{announced}" numberReturned="0"/>'
            )
            return Reply(body=body.encode(), headers=(("Content-Type", "text/xml"),))
        start = int(asked.query["startindex"])
        crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::28992"}}
        return as_json(
            {"type": "FeatureCollection", "crs": crs, "features": units[start : start + size]}
        )

    town.upstream.serve(WFS, say)
    town.upstream.serve(OGC, Reply(status=404, body=b"{}", headers=JSON))


def test_f38_whatever_page_size_comes_is_followed(town: Command):
    register(town, 7, announced=7, size=3)
    assert town.fill().code == 0
    premises = catalogue.open(town.data).table("premises")
    assert (premises["source_id"] == "bag").sum() == 7
    place = next(one for one in town.call("status", "--json").objects if one.get("kind") == "place")
    assert place["units_bag"] == 7


def test_f38_a_full_page_without_a_link_is_judged_by_the_total(town: Command):
    whole = {
        "type": "FeatureCollection",
        "numberMatched": 3,
        "links": [],
        "features": [municipality()],
    }
    town.upstream.serve(GEMEENTEN, as_json(whole))
    only_areas_fail(town, town.fill(), "page-total")
