"""Fault cases F01 to F18: getting an answer at all."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from etl.errors import ContactError
from etl.fetch import client as fetch_client
from etl.fetch import throttle
from etl.fetch.client import Client
from etl.fetch.messages import FetchResult, Limits, Request, user_agent
from etl.fetch.raw_store import RawStore
from etl.fetch.throttle import TimeBudget
from tests.etl.certificates import Certificates
from tests.etl.upstream import HANG_UP, LOOPBACK, SILENCE, FastClock, Reply, Upstream, as_json

pytestmark = pytest.mark.usefixtures("quick_disk")

GOOD = as_json({"rows": [1, 2, 3]})
# An answer of a busy computer may take seconds; only a silent one is given up soon.
PATIENT, QUICK = Limits(connect_s=10.0, read_s=30.0), Limits(connect_s=10.0, read_s=0.15)
AGENT = "StadshartTwente/1.0 (+https://example.org; contact@example.org)"


@pytest.fixture
def raw_store(tmp_path: Path) -> RawStore:
    return RawStore(tmp_path, "bag")


@pytest.fixture
def client(upstream: Upstream, clock: FastClock) -> Iterator[Client]:
    with Client(AGENT, clock=clock, operator_urls=[upstream.url()], jitter=lambda: 0.0) as one:
        yield one


Fetch = Callable[..., FetchResult]


@pytest.fixture
def fetch(upstream: Upstream, client: Client, raw_store: RawStore) -> Fetch:
    def ask(*replies: Reply, budget: TimeBudget | None = None, **request: object) -> FetchResult:
        upstream.serve("/items", *replies)
        return client.fetch(
            Request(url=upstream.url("/items"), **{"limits": PATIENT, **request}),
            raw_store,
            budget=budget,
        )

    return ask


def kept(raw_store: RawStore) -> list[str]:
    return (
        sorted(path.name for path in raw_store.folder.iterdir())
        if raw_store.folder.exists()
        else []
    )


def test_f01_two_refusals_then_good_is_fresh_after_growing_waits(fetch: Fetch, clock: FastClock):
    outcome = fetch(Reply(status=503), Reply(status=503), GOOD)
    assert (outcome.status, outcome.tries, outcome.waited_s) == ("fresh", 3, 6.0)
    assert clock.slept == pytest.approx([2.0, 4.0], abs=0.1)


def test_f02_always_refused_fails_after_three_tries(
    fetch: Fetch, upstream: Upstream, raw_store: RawStore
):
    outcome = fetch(Reply(status=503))
    assert (outcome.status, outcome.tries, len(upstream.requests)) == ("failed", 3, 3)
    assert outcome.error.code == "http-503"
    assert kept(raw_store) == []


@pytest.mark.parametrize("status", [500, 502, 504])
def test_f03_other_server_faults_are_retried_alike(fetch: Fetch, status: int):
    assert fetch(Reply(status=status), Reply(status=status), GOOD).tries == 3
    assert fetch(Reply(status=status), params=(("again", "1"),)).error.code == f"http-{status}"


def test_f04_seconds_asked_for_are_waited(fetch: Fetch, clock: FastClock):
    outcome = fetch(Reply(status=429, headers=(("Retry-After", "7"),)), GOOD)
    assert outcome.status == "fresh"
    assert clock.slept == pytest.approx([7.0], abs=0.1)


def test_f05_a_date_asked_for_is_waited_until(fetch: Fetch, clock: FastClock):
    outcome = fetch(
        Reply(status=429, headers=(("Retry-After", "Sun, 01 Mar 2026 12:00:40 GMT"),)), GOOD
    )
    assert outcome.status == "fresh"
    assert clock.slept == pytest.approx([40.0], abs=0.1)


def test_f05_a_date_is_held_against_the_servers_own_clock(fetch: Fetch, clock: FastClock):
    headers = (
        ("Date", "Mon, 02 Mar 2026 08:00:00 GMT"),
        ("Retry-After", "Mon, 02 Mar 2026 08:00:09 GMT"),
    )
    assert fetch(Reply(status=429, headers=headers), GOOD).status == "fresh"
    assert clock.slept == pytest.approx([9.0], abs=0.1)


@pytest.mark.parametrize("value", ["soon", "2 minutes", "nan", "٣", "--5"])
def test_f06_an_unreadable_wait_gives_way_to_our_own(fetch: Fetch, clock: FastClock, value: str):
    headers = (("Retry-After", value.encode().decode("latin-1")),)
    outcome = fetch(Reply(status=429, headers=headers), GOOD)
    assert outcome.status == "fresh"
    assert [finding.code for finding in outcome.findings] == ["retry-after-unreadable"]
    assert clock.slept == pytest.approx([2.0], abs=0.1)


@pytest.mark.parametrize("value", ["99999", "9" * 400, "Fri, 01 Jan 2100 00:00:00 GMT"])
def test_f07_a_wait_past_the_deadline_is_not_slept(fetch: Fetch, clock: FastClock, value: str):
    outcome = fetch(Reply(status=429, headers=(("Retry-After", value),)), GOOD)
    assert (outcome.status, outcome.tries, clock.slept) == ("failed", 1, [])
    assert [finding.code for finding in outcome.findings] == ["http-429", "wait-too-long"]


@pytest.mark.parametrize("value", ["0", "-5", "Sun, 01 Mar 2020 12:00:00 GMT"])
def test_f08_no_wait_asked_still_waits_our_minimum(fetch: Fetch, clock: FastClock, value: str):
    outcome = fetch(Reply(status=429, headers=(("Retry-After", value),)), GOOD)
    assert (outcome.status, outcome.findings) == ("fresh", ())
    assert clock.slept == pytest.approx([2.0], abs=0.1)


def test_f09_a_post_is_retried_with_the_same_body(fetch: Fetch, upstream: Upstream):
    outcome = fetch(
        Reply(status=503),
        Reply(status=503),
        GOOD,
        method="POST",
        form=(("data", "[out:json];node(1);out;"),),
    )
    assert (outcome.status, outcome.tries) == ("fresh", 3)
    assert {(asked.method, asked.body) for asked in upstream.requests} == {
        ("POST", b"data=%5Bout%3Ajson%5D%3Bnode%281%29%3Bout%3B")
    }


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_f10_refusals_have_a_code_each_and_are_not_retried(fetch: Fetch, status: int):
    outcome = fetch(as_json({"title": "No", "detail": "unknown parameter 'x'"}, status=status))
    assert (outcome.status, outcome.tries, outcome.error.code) == ("failed", 1, f"http-{status}")
    assert "unknown parameter 'x'" in outcome.error.en
    assert "\n" not in outcome.error.en


def test_f10_not_found_says_the_address_may_have_moved(fetch: Fetch):
    outcome = fetch(Reply(status=404))
    assert "may have moved" in outcome.error.en and "verhuisd" in outcome.error.nl


def test_f10_a_status_nobody_expects_is_not_retried(fetch: Fetch):
    outcome = fetch(Reply(status=418, body=b"<html><title>Teapot</title></html>"))
    assert (outcome.tries, outcome.error.code) == (1, "http-status")
    assert "418" in outcome.error.en and "Teapot" in outcome.error.en


def test_f11_nobody_listening_names_host_and_port(client: Client, raw_store: RawStore):
    with socket.create_server((LOOPBACK, 0)) as freed:
        port = freed.getsockname()[1]
    with Client(AGENT, clock=FastClock(), operator_urls=[f"http://{LOOPBACK}:{port}"]) as other:
        outcome = other.fetch(Request(url=f"http://{LOOPBACK}:{port}/"), raw_store)
    assert (outcome.status, outcome.tries, outcome.error.code) == (
        "failed",
        3,
        "connection-refused",
    )
    assert LOOPBACK in outcome.error.en and str(port) in outcome.error.en


@pytest.mark.parametrize(
    "broken", [Reply(body=b'{"rows": [1, 2, 3]}' * 9, cut=20, ending="reset"), HANG_UP]
)
def test_f12_a_broken_connection_is_retried_and_leaves_nothing(
    fetch: Fetch, raw_store: RawStore, broken: Reply
):
    outcome = fetch(broken)
    assert (outcome.status, outcome.tries, outcome.error.code) == ("failed", 3, "connection-lost")
    assert kept(raw_store) == []
    assert fetch(broken, GOOD).status == "fresh"


def test_f13_silence_ends_at_the_read_timeout_and_is_retried(fetch: Fetch):
    outcome = fetch(SILENCE, limits=QUICK)
    assert (outcome.status, outcome.tries, outcome.error.code) == ("failed", 3, "read-timeout")


def test_f13_silence_never_outlasts_the_deadline(fetch: Fetch):
    outcome = fetch(SILENCE, limits=Limits(read_s=30.0, deadline_s=0.2))
    assert (outcome.tries, outcome.error.code) == (1, "deadline")


@pytest.mark.parametrize("framing", ["length", "chunked", "close"])
def test_f14_dripping_bytes_are_stopped_by_the_deadline(
    fetch: Fetch, raw_store: RawStore, framing: str
):
    began, body = time.monotonic(), b'{"rows": []' + b" " * 600 + b"}"
    outcome = fetch(
        Reply(body=body, byte_every_s=0.05, framing=framing),
        limits=Limits(read_s=5.0, deadline_s=0.4),
    )
    # To the last byte it takes half a minute.
    assert time.monotonic() - began < 15.0
    assert (outcome.status, outcome.tries, outcome.error.code) == ("failed", 1, "deadline")
    assert kept(raw_store) == []


def test_f14_dripping_in_the_body_is_stopped_as_well(fetch: Fetch):
    # To the last byte it takes twelve seconds. A byte that meets the end of the connection resets
    # it, and what came before is lost: the third is sent well after the deadline.
    slow = Reply(body=b" " * 28 + b"{}", byte_every_s=0.4, head_at_once=True)
    outcome = fetch(slow, limits=Limits(read_s=5.0, deadline_s=1.0))
    assert outcome.error.code == "deadline"
    assert outcome.wire_bytes > 0


def test_f17_an_unknown_host_says_how_to_go_on_without_network(raw_store: RawStore):
    def unknown(host: str, port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    with Client(AGENT, clock=FastClock(), resolve=unknown) as client:
        outcome = client.fetch(Request(url="https://api.pdok.test/items"), raw_store)
    assert (outcome.status, outcome.error.code) == ("failed", "host-unknown")
    assert (
        "api.pdok.test" in outcome.error.en
        and "--inputs" in outcome.error.en
        and "--inputs" in outcome.error.nl
    )


@pytest.mark.parametrize(
    ("name", "days", "trusted", "ends"),
    [
        ("IP:127.0.0.1", 2, True, "fresh"),
        ("IP:127.0.0.1", 2, False, "certificate"),
        ("DNS:elsewhere.test", 2, True, "certificate"),
        ("IP:127.0.0.1", -1, True, "certificate"),
    ],
    ids=["right", "unknown-issuer", "other-name", "expired"],
)
def test_f18_a_wrong_certificate_is_never_passed_over(
    certificates: Certificates, raw_store: RawStore, name: str, days: int, trusted: bool, ends: str
):
    certificate = certificates(name, days=days)
    with Upstream(certificate=certificate) as upstream:
        upstream.serve("/items", GOOD)
        bundle = certificate[0] if trusted else None
        with Client(
            AGENT, clock=FastClock(), operator_urls=[upstream.url()], ca_bundle=bundle
        ) as client:
            outcome = client.fetch(Request(url=upstream.url("/items")), raw_store)
    assert (outcome.error.code if outcome.error else outcome.status) == ends
    assert outcome.tries == 1
    assert bool(upstream.requests) == (ends == "fresh")


def test_f18_verification_cannot_be_switched_off():
    for module in Path(fetch_client.__file__).parents[1].rglob("*.py"):
        assert "verify=False" not in module.read_text(), module
        assert "CERT_NONE" not in module.read_text(), module


def test_every_request_carries_our_name_and_asks_for_gzip_only(fetch: Fetch, upstream: Upstream):
    fetch(GOOD)
    headers = upstream.requests[0].headers
    assert (headers["user-agent"], headers["accept-encoding"]) == (AGENT, "gzip")
    assert "authorization" not in headers and "cookie" not in headers


def test_passwords_of_the_computers_user_are_never_sent(
    fetch: Fetch, upstream: Upstream, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "netrc").write_text(f"machine {LOOPBACK} login someone password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    fetch(GOOD)
    assert "authorization" not in upstream.requests[0].headers


def test_the_agent_names_project_and_contact():
    agent = user_agent(project_url="https://example.org/x", contact="us@example.org")
    assert agent.startswith("StadshartTwente/") and agent.endswith(
        " (+https://example.org/x; us@example.org)"
    )
    with pytest.raises(ContactError, match="--contact"):
        user_agent(project_url=None, contact="us@example.org\r\nX-Evil: 1")


def test_one_question_at_a_time_per_host_and_a_second_in_between(
    upstream: Upstream, client: Client, clock: FastClock, tmp_path: Path
):
    upstream.serve("/items", GOOD)

    def ask(number: int) -> None:
        client.fetch(
            Request(url=upstream.url("/items"), params=(("n", str(number)),)),
            RawStore(tmp_path, f"s{number}"),
        )

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(upstream.requests), upstream.most_at_once) == (5, 1)
    assert clock.slept == pytest.approx([1.0] * 4, abs=0.1)


def test_a_host_that_asks_for_rest_is_left_alone_by_all():
    clock = FastClock()
    hosts = throttle.RateLimiter(clock)
    hosts.delay("a.test", 30.0)
    with hosts.slot("b.test"):
        assert clock.slept == []
    with hosts.slot("a.test"):
        assert clock.slept == pytest.approx([30.0], abs=0.1)


def test_the_budget_of_a_source_holds_over_its_requests(fetch: Fetch):
    budget = TimeBudget(7.0)
    assert fetch(Reply(status=503), Reply(status=503), GOOD, budget=budget).status == "fresh"
    assert budget.left_s < 1.0
    outcome = fetch(Reply(status=503), GOOD, budget=budget, params=(("n", "2"),))
    assert [finding.code for finding in outcome.findings] == ["http-503", "budget-spent"]


def test_backoff_always_grows_whatever_the_jitter():
    assert throttle.backoff_s(1, lambda: 0.999) < throttle.backoff_s(2, lambda: 0.0)
    assert throttle.backoff_s(1, lambda: 0.0) == 2.0


def test_a_failed_fetch_leaves_the_last_good_copy(fetch: Fetch, raw_store: RawStore):
    good = fetch(GOOD)
    outcome = fetch(Reply(status=503))
    assert (outcome.status, outcome.record) == ("stale", good.record)
    assert [finding.code for finding in outcome.findings] == ["http-503", "copy-stale"]
    assert raw_store.read(outcome.record) == GOOD.body
