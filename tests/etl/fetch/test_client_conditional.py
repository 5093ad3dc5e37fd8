"""Fault cases F32 and F33: answers to conditional requests."""

from __future__ import annotations

import pytest

from etl.fetch.raw_store import RawStore
from tests.etl.fetching import Fetch
from tests.etl.upstream import FastClock, Reply, Upstream, as_json

pytestmark = pytest.mark.usefixtures("quick_disk")

MARKED = as_json(
    {"rows": [1]}, headers=(("ETag", '"one"'), ("Last-Modified", "Sat, 28 Feb 2026 00:00:00 GMT"))
)


def test_f32_not_modified_without_a_copy_is_asked_again_plainly(fetch: Fetch, upstream: Upstream):
    outcome = fetch(Reply(status=304), MARKED)
    assert outcome.status == "fresh"
    assert "if-none-match" not in upstream.requests[1].headers
    assert upstream.requests[1].headers["cache-control"] == "no-cache"


def test_f32_not_modified_twice_without_a_copy_fails(fetch: Fetch):
    assert fetch(Reply(status=304)).error.code == "not-modified-without-copy"


def test_f32_a_damaged_copy_is_no_copy(fetch: Fetch, raw_store: RawStore, upstream: Upstream):
    record = fetch(MARKED).record
    raw_store.path(record).write_bytes(b"damaged")
    outcome = fetch(MARKED)
    assert "if-none-match" not in upstream.requests[-1].headers
    assert [finding.code for finding in outcome.findings] == ["raw-damaged"]
    assert raw_store.read(outcome.record) == MARKED.body


def test_not_modified_confirms_the_copy_and_moves_only_retrieved(
    fetch: Fetch, upstream: Upstream, clock: FastClock, raw_store: RawStore
):
    first = fetch(MARKED)
    clock.slept.append(3600.0)
    second = fetch(Reply(status=304))
    assert (first.status, second.status) == ("fresh", "unchanged")
    headers = upstream.requests[-1].headers
    assert (headers["if-none-match"], headers["if-modified-since"]) == (
        '"one"',
        "Sat, 28 Feb 2026 00:00:00 GMT",
    )
    assert (second.record.retrieved - first.record.retrieved).total_seconds() == pytest.approx(
        3601, abs=2
    )
    assert (second.record.sha256, second.record.surveyed) == (
        first.record.sha256,
        first.record.surveyed,
    )
    assert len(raw_store.records()) == 1


def test_the_same_content_under_another_mark_is_unchanged(fetch: Fetch):
    fetch(MARKED)
    assert fetch(as_json({"rows": [1]}, headers=(("ETag", '"two"'),))).status == "unchanged"


def test_f33_other_content_under_the_same_mark_is_a_change_and_reported(fetch: Fetch):
    fetch(MARKED)
    outcome = fetch(as_json({"rows": [2]}, headers=(("ETag", '"one"'),)))
    assert (outcome.status, [finding.code for finding in outcome.findings]) == (
        "fresh",
        ["etag-reused"],
    )


def test_f33_a_weak_mark_may_stand_for_other_bytes(fetch: Fetch):
    fetch(as_json({"rows": [1]}, headers=(("ETag", 'W/"one"'),)))
    outcome = fetch(as_json({"rows": [2]}, headers=(("ETag", 'W/"one"'),)))
    assert (outcome.status, outcome.findings) == ("fresh", ())
