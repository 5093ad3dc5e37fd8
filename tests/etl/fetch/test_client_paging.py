"""Fault cases F34 to F38: answers in pages."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from etl.decoding import strict_json
from etl.errors import ContentError
from etl.fetch import pagination
from etl.fetch.client import Client
from etl.fetch.messages import Limits, Request
from etl.fetch.pagination import Page, Pages
from etl.fetch.raw_store import RawStore
from etl.fetch.throttle import TimeBudget
from tests.etl.upstream import FastClock, ReceivedRequest, Reply, Upstream, as_json

pytestmark = pytest.mark.usefixtures("quick_disk")


@pytest.fixture
def raw_store(tmp_path: Path) -> RawStore:
    return RawStore(tmp_path, "bag")


def read(data: bytes) -> Page:
    """A page as OGC API Features and OData give it."""
    answer = strict_json.read(data)
    links = strict_json.rows_at(answer, "links") or ()
    following = next(
        (
            strict_json.text_at(link, "href")
            for link in links
            if strict_json.text_at(link, "rel") == "next"
        ),
        None,
    )
    total = strict_json.member(answer, "numberMatched")
    ids = tuple(
        str(strict_json.member(row, "id")) for row in strict_json.rows_at(answer, "features") or ()
    )
    return Page(ids, following, total if isinstance(total, int) else None)


def page(*ids: str, following: str | None = None, total: int | None = None) -> Reply:
    links = [
        {"rel": "self", "href": "x"},
        *([{"rel": "next", "href": following}] if following else []),
    ]
    answer = {"features": [{"id": one} for one in ids], "links": links}
    return as_json(answer | ({"numberMatched": total} if total is not None else {}))


Fetch = Callable[..., Pages]


@pytest.fixture
def fetch(upstream: Upstream, raw_store: RawStore, clock: FastClock) -> Iterator[Fetch]:
    with Client(
        "StadshartTwente/1.0 (test)",
        clock=clock,
        operator_urls=[upstream.url()],
        jitter=lambda: 0.0,
    ) as client:

        def ask(**options: object) -> Pages:
            request = Request(
                url=upstream.url("/items"), params=(("limit", "2"),), limits=Limits(read_s=1.0)
            )
            return pagination.fetch_pages(
                client, request, raw_store, **{"read_page": read, "clock": clock, **options}
            )

        yield ask


def cursor(replies: dict[str, Reply]) -> Callable[[ReceivedRequest], Reply]:
    """Replies by the value of `cursor`, the first page under the empty one."""
    return lambda asked: replies[asked.query.get("cursor", "")]


def five_pages(upstream: Upstream, **instead: Reply) -> dict[str, Reply]:
    """Five pages of two rows; `p3=...` puts another reply in the place of page 3."""
    link = upstream.url("/items?limit=2&cursor=p")
    pages = {
        f"p{n}" if n > 1 else "": page(
            f"{n}a", f"{n}b", following=f"{link}{n + 1}" if n < 5 else None, total=10
        )
        for n in range(1, 6)
    }
    return pages | instead


def cursors(upstream: Upstream) -> list[str]:
    return [asked.query.get("cursor", "") for asked in upstream.requests]


def ids(raw_store: RawStore, pages: Pages) -> list[str]:
    return [one for record in pages.records for one in read(raw_store.read(record)).ids]


def test_all_pages_come_in_order(fetch: Fetch, upstream: Upstream, raw_store: RawStore):
    upstream.serve("/items", cursor(five_pages(upstream)))
    pages = fetch()
    assert (pages.status, pages.rows, pages.duplicates, pages.findings) == ("fresh", 10, 0, ())
    assert ids(raw_store, pages) == [f"{n}{letter}" for n in range(1, 6) for letter in "ab"]
    assert fetch().status == "unchanged"


def test_a_link_may_be_relative(fetch: Fetch, upstream: Upstream):
    upstream.serve("/items", cursor({"": page("a", following="?cursor=2"), "2": page("b")}))
    assert fetch().rows == 2


@pytest.mark.parametrize("target", ["/items?limit=2", "/items?limit=2&cursor=2"])
def test_f34_a_link_to_itself_or_back_stops_and_fails(
    fetch: Fetch, upstream: Upstream, raw_store: RawStore, target: str
):
    upstream.serve(
        "/items",
        cursor(
            {"": page("a", following="/items?limit=2&cursor=2"), "2": page("b", following=target)}
        ),
    )
    pages = fetch()
    assert (pages.status, pages.error.code, pages.records) == ("failed", "page-loop", ())
    assert len(upstream.requests) == 2
    assert list(raw_store.folder.glob("*.partial.json")) == []


def test_f34_pages_without_end_stop_at_the_limit(fetch: Fetch, upstream: Upstream):
    upstream.serve(
        "/items", lambda asked: page("a", following=f"/items?cursor={len(upstream.requests)}")
    )
    assert fetch(most_pages=4).error.code == "page-limit"
    assert len(upstream.requests) == 4


@pytest.mark.parametrize(
    "target",
    [
        "http://example.org/items?cursor=2",
        "http://127.0.0.1:1/items?cursor=2",
        "https://127.0.0.1/items",
        "/other?cursor=2",
        "/itemsandmore",
        "/items/../secrets",
        "/items/%2e%2e/secrets",
        "file:///items",
        "//169.254.169.254/items",
        "http://[broken",
    ],
)
def test_links_are_followed_only_within_the_address_asked(
    fetch: Fetch, upstream: Upstream, target: str
):
    upstream.serve("/items", page("a", following=target))
    pages = fetch()
    assert (pages.status, pages.error.code, len(upstream.requests)) == (
        "failed",
        "page-elsewhere",
        1,
    )


def test_f35_rows_on_two_pages_count_once_and_are_reported(fetch: Fetch, upstream: Upstream):
    upstream.serve(
        "/items", cursor({"": page("a", "b", following="?cursor=2"), "2": page("b", "c")})
    )
    pages = fetch()
    assert (pages.status, pages.rows, pages.duplicates) == ("fresh", 3, 1)
    assert [finding.code for finding in pages.findings] == ["page-duplicates"]


def test_f36_the_next_run_goes_on_at_the_failed_page(
    fetch: Fetch, upstream: Upstream, raw_store: RawStore
):
    upstream.serve("/items", cursor(five_pages(upstream, p3=Reply(status=503))))
    broken = fetch()
    assert (broken.status, broken.records, broken.rows) == ("failed", (), None)
    assert [finding.code for finding in broken.findings] == ["http-503", "pages-incomplete"]
    assert "2" in broken.findings[-1].en
    upstream.serve("/items", cursor(five_pages(upstream)))
    upstream.requests.clear()
    pages = fetch()
    assert (pages.status, pages.rows, cursors(upstream)) == ("fresh", 10, ["p3", "p4", "p5"])
    assert len(ids(raw_store, pages)) == 10


def test_f36_a_half_set_never_replaces_the_last_whole_one(
    fetch: Fetch, upstream: Upstream, raw_store: RawStore
):
    upstream.serve("/items", cursor(five_pages(upstream)))
    whole = fetch()
    changed = page("1x", "1y", following=upstream.url("/items?limit=2&cursor=p2"), total=10)
    upstream.serve("/items", cursor({**five_pages(upstream, p3=Reply(status=503)), "": changed}))
    broken = fetch()
    assert (broken.status, ids(raw_store, broken)) == ("stale", ids(raw_store, whole))
    assert [finding.code for finding in broken.findings] == [
        "http-503",
        "pages-incomplete",
        "copy-stale",
    ]


def test_f36_an_old_half_set_is_asked_anew(fetch: Fetch, upstream: Upstream, clock: FastClock):
    upstream.serve("/items", cursor(five_pages(upstream, p3=Reply(status=503))))
    fetch()
    clock.slept.append(timedelta(hours=25).total_seconds())
    upstream.serve("/items", cursor(five_pages(upstream)))
    upstream.requests.clear()
    assert fetch().rows == 10
    assert cursors(upstream)[0] == ""


def test_f36_a_cursor_that_is_gone_begins_anew_at_once(fetch: Fetch, upstream: Upstream):
    upstream.serve("/items", cursor(five_pages(upstream, p3=Reply(status=503))))
    fetch()
    gone = iter([Reply(status=404)])
    upstream.serve("/items", lambda asked: next(gone, None) or cursor(five_pages(upstream))(asked))
    upstream.requests.clear()
    assert (fetch().rows, cursors(upstream)[:2]) == (10, ["p3", ""])


def test_f36_a_spent_budget_keeps_what_came(fetch: Fetch, upstream: Upstream):
    upstream.serve("/items", cursor(five_pages(upstream, p3=Reply(status=503))))
    broken = fetch(budget=TimeBudget(1.0))
    assert [finding.code for finding in broken.findings] == [
        "http-503",
        "budget-spent",
        "pages-incomplete",
    ]
    upstream.serve("/items", cursor(five_pages(upstream)))
    assert fetch().rows == 10


@pytest.mark.parametrize("announced", [9, 11])
def test_f37_another_number_than_announced_fails_with_both(
    fetch: Fetch, upstream: Upstream, announced: int
):
    upstream.serve("/items", cursor(five_pages(upstream)))
    pages = fetch(announced=announced)
    assert (pages.status, pages.error.code, pages.records) == ("failed", "page-total", ())
    assert str(announced) in pages.error.en and "10" in pages.error.en


def test_f37_a_double_row_does_not_stand_in_for_a_missing_one(fetch: Fetch, upstream: Upstream):
    upstream.serve(
        "/items",
        cursor({"": page("a", "b", following="?cursor=2", total=4), "2": page("b", "c", total=4)}),
    )
    assert fetch().error.code == "page-total"


def offset_server(total: int, size: int) -> Callable[[ReceivedRequest], Reply]:
    """A WFS that gives `size` rows per page, whatever is asked."""

    def say(asked: ReceivedRequest) -> Reply:
        start = int(asked.query.get("startindex", "0"))
        return page(*(str(n) for n in range(start, min(start + size, total))), total=total)

    return say


@pytest.mark.parametrize("size", [1, 2, 3, 50])
def test_f38_whatever_page_size_comes_is_followed(fetch: Fetch, upstream: Upstream, size: int):
    upstream.serve("/items", offset_server(7, size))
    pages = fetch(next_request=pagination.by_offset("startindex"))
    assert (pages.status, pages.rows, len(pages.records)) == ("fresh", 7, -(-7 // size))


def test_f38_without_a_total_an_empty_page_is_the_end(fetch: Fetch, upstream: Upstream):
    rows = {"0": page("a", "b"), "2": page("c"), "3": page()}
    upstream.serve("/items", lambda asked: rows[asked.query.get("startindex", "0")])
    assert fetch(next_request=pagination.by_offset("startindex")).rows == 3


def test_f38_a_full_page_without_a_link_is_judged_by_the_total(fetch: Fetch, upstream: Upstream):
    upstream.serve("/items", page("a", "b"))
    assert fetch(announced=2).status == "fresh"
    assert fetch(announced=3).error.code == "page-total"


def test_no_rows_at_all_is_an_answer(fetch: Fetch, upstream: Upstream):
    upstream.serve("/items", page(total=0))
    pages = fetch()
    assert (pages.status, pages.rows, len(pages.records)) == ("fresh", 0, 1)


def test_a_page_the_source_cannot_read_fails(fetch: Fetch, upstream: Upstream):
    upstream.serve("/items", page("a"))

    def picky(data: bytes) -> Page:
        raise ContentError("csv-header", name="t.csv", detail="no such column")

    pages = fetch(read_page=picky)
    assert (pages.status, pages.error.code) == ("failed", "csv-header")


@pytest.mark.skipif(
    "STADSHART_SAMPLES" not in os.environ,
    reason="STADSHART_SAMPLES names no folder with recorded answers",
)
def test_the_recorded_page_with_a_cursor_is_followed(fetch: Fetch, upstream: Upstream):
    recorded = (
        Path(os.environ["STADSHART_SAMPLES"])
        / "pdok_ogc/gokoala-expected_foo_collection_with_cursor.json"
    )
    body = recorded.read_bytes()
    upstream.serve("/items", Reply(body=body))
    assert fetch().error.code == "page-elsewhere", "its links name another server"
    here = re.sub(
        rb"http://localhost:8080/collections/foo/items", upstream.url("/items").encode(), body
    )
    last = json.loads(here) | {"links": [], "features": [{"id": "last"}]}
    upstream.serve("/items", Reply(body=here), as_json(last))
    pages = fetch()
    assert pages.rows == len(json.loads(body)["features"]) + 1
