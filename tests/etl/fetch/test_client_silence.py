"""A service that says nothing, or next to nothing, is given up in time; the run says it waits."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from etl.fetch import throttle
from etl.fetch.client import Client
from etl.fetch.messages import FetchEvent, FetchResult, Limits, Request
from etl.fetch.raw_store import RawStore
from etl.fetch.transport import Deadline
from tests.etl.upstream import SILENCE, START, FastClock, Reply, Upstream, as_json

pytestmark = pytest.mark.usefixtures("quick_disk")

GOOD = as_json({"rows": []})
DRIP = Reply(body=b'{"rows": []}' + b" " * 900, byte_every_s=0.02)
QUICK = Limits(connect_s=1.0, read_s=0.1)
Ask = Callable[..., FetchResult]


@pytest.fixture
def events() -> list[FetchEvent]:
    return []


@pytest.fixture
def ask(
    upstream: Upstream, raw_store: RawStore, clock: FastClock, events: list[FetchEvent]
) -> Iterator[Ask]:
    """Asks with a patience of so many seconds with each host."""
    clients: dict[float, Client] = {}

    def fetch(
        *replies: Reply, patience_s: float, limits: Limits = QUICK, source: str = "osm"
    ) -> FetchResult:
        upstream.serve("/items", *replies)
        if patience_s not in clients:
            clients[patience_s] = Client(
                "x",
                clock=clock,
                operator_urls=[upstream.url()],
                jitter=lambda: 0.0,
                listen=events.append,
                silence_s=patience_s,
                notice_s=0.05,
            )
        asked = Request(url=upstream.url("/items"), limits=limits)
        return clients[patience_s].fetch(asked, RawStore(raw_store.folder.parents[1], source))

    yield fetch
    for one in clients.values():
        one.close()


def test_a_silent_service_is_given_up_within_two_minutes():
    assert throttle.SILENCE_S <= 120.0


def test_silence_is_given_up_over_all_tries_and_questions_together(
    ask: Ask, upstream: Upstream, clock: FastClock
):
    # A question with three tries takes 2 and 4 seconds of waiting.
    assert ask(SILENCE, patience_s=10.0).error.code == "read-timeout"
    given_up = ask(SILENCE, patience_s=10.0)
    assert (given_up.error.code, given_up.tries) == ("read-timeout", 2)
    assert [finding.code for finding in given_up.findings] == ["read-timeout", "host-silent"]
    assert sum(clock.slept) < 15.0
    asked = len(upstream.requests)
    after = ask(GOOD, patience_s=10.0)
    assert (after.status, after.error.code, len(upstream.requests)) == (
        "failed",
        "host-silent",
        asked,
    )


def test_another_source_has_patience_of_its_own(ask: Ask):
    assert ask(SILENCE, patience_s=1.0).findings[-1].code == "host-silent"
    assert ask(GOOD, patience_s=1.0, source="bag").status == "fresh"


def test_a_dripping_service_is_given_up_however_long_an_answer_may_take(ask: Ask):
    began = time.monotonic()
    outcome = ask(DRIP, patience_s=0.5, limits=Limits(read_s=60.0, deadline_s=180.0))
    assert (outcome.error.code, outcome.tries) == ("host-silent", 1)
    # To its last byte it takes twenty seconds.
    assert time.monotonic() - began < 15.0
    assert "0.5" in outcome.error.nl and "127.0.0.1" in outcome.error.nl


def test_a_service_that_answers_in_the_end_has_the_whole_patience_again(ask: Ask):
    for _ in range(6):
        assert ask(SILENCE, GOOD, patience_s=5.0).status in ("fresh", "unchanged")


def test_pieces_that_keep_coming_are_no_silence():
    told: list[float] = []
    with Deadline(30.0, quiet_s=0.6, on_silence=told.append, every_s=0.5) as deadline:
        for _ in range(15):
            time.sleep(0.05)
            deadline.touch()
    assert not deadline.fired and told == []


def test_the_run_hears_which_host_is_silent_how_long_and_until_when(
    ask: Ask, events: list[FetchEvent]
):
    ask(SILENCE, patience_s=1.0, limits=Limits(read_s=0.3))
    quiet = [event for event in events if event.kind == "quiet"]
    assert {(event.source, event.host, event.tries) for event in quiet} == {("osm", "127.0.0.1", 1)}
    assert len(quiet) >= 3 and quiet[0].wait_s < quiet[-1].wait_s
    assert all(START < event.until <= START + timedelta(seconds=1.0) for event in quiet)
