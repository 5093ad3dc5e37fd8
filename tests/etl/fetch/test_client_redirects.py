"""Fault cases F15 and F16: redirects, and addresses that are never asked."""

from __future__ import annotations

import pytest

from etl.fetch.client import Client
from etl.fetch.messages import Request
from etl.fetch.raw_store import RawStore
from tests.etl.fetching import Fetch
from tests.etl.upstream import LOOPBACK, FastClock, Reply, Upstream, as_json

pytestmark = pytest.mark.usefixtures("quick_disk")

GOOD = as_json({"rows": [1, 2, 3]})
AGENT = "StadshartTwente/1.0 (+https://example.org; contact@example.org)"


def test_f15_a_redirect_loop_stops_after_five(fetch: Fetch, upstream: Upstream):
    outcome = fetch(Reply(status=302, headers=(("Location", "/items"),)))
    assert (outcome.status, outcome.tries, outcome.error.code) == ("failed", 1, "redirect-loop")
    assert len(upstream.requests) == 6


def test_f15_five_redirects_are_followed(fetch: Fetch, upstream: Upstream):
    for step in range(4):
        upstream.serve(f"/{step}", Reply(status=301, headers=(("Location", f"/{step + 1}"),)))
    upstream.serve("/4", GOOD)
    assert fetch(Reply(status=307, headers=(("Location", "/0"),))).status == "fresh"


@pytest.mark.parametrize(
    "target",
    [
        "http://example.org/items",
        "https://[::1]/items",
        "file:///etc/passwd",
        "ftp://example.org/x",
        "gopher://127.0.0.1/",
        "javascript:alert(1)",
        "http://127.0.0.2:8080/",
        "http://10.0.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "//192.168.1.1/",
        "http://0x7f000001/",
        "http://user:secret@example.org/",
        "http://[broken/",
    ],
)
def test_f16_a_redirect_elsewhere_is_not_followed(fetch: Fetch, upstream: Upstream, target: str):
    outcome = fetch(Reply(status=302, headers=(("Location", target),)))
    assert (outcome.status, outcome.tries, len(upstream.requests)) == ("failed", 1, 1)
    assert outcome.error.code == "redirect-refused"
    assert "secret" not in outcome.error.en


def test_f16_another_port_of_the_same_address_is_not_followed(fetch: Fetch, upstream: Upstream):
    with Upstream() as other:
        other.serve("/items", GOOD)
        outcome = fetch(Reply(status=302, headers=(("Location", other.url("/items")),)))
        assert (outcome.error.code, other.requests) == ("redirect-refused", [])


def test_f16_a_declared_host_is_followed_but_not_onto_the_own_network(
    upstream: Upstream, raw_store: RawStore
):
    names = {"localhost": [LOOPBACK], "elsewhere.test": ["10.1.2.3"], LOOPBACK: [LOOPBACK]}
    with Client(
        AGENT,
        clock=FastClock(),
        operator_urls=[upstream.url(), f"http://localhost:{upstream.port}"],
        resolve=lambda host, port: names[host],
    ) as client:
        upstream.serve("/good", GOOD)
        request = Request(url=upstream.url("/items"), hosts=("localhost", "elsewhere.test"))
        upstream.serve(
            "/items",
            Reply(status=302, headers=(("Location", f"http://localhost:{upstream.port}/good"),)),
        )
        assert client.fetch(request, raw_store).status == "fresh"
        upstream.serve(
            "/items", Reply(status=302, headers=(("Location", "http://elsewhere.test/good"),))
        )
        assert client.fetch(request, raw_store).error.code == "address-refused"


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.8",
        "169.254.1.1",
        "::1",
        "::ffff:192.168.0.1",
        "64:ff9b::a00:1",
        "100.64.0.1",
        "fe80::1%eth0",
    ],
)
def test_f16_a_declared_name_on_the_own_network_is_not_asked(raw_store: RawStore, address: str):
    with Client(
        AGENT, clock=FastClock(), resolve=lambda host, port: ["93.184.215.14", address]
    ) as client:
        outcome = client.fetch(Request(url="http://register.test/items"), raw_store)
    assert (outcome.error.code, outcome.tries) == ("address-refused", 1)


@pytest.mark.parametrize("target", ["/caf\xe9 x", "?a=%zz", "#part", ""])
def test_an_odd_but_near_redirect_ends_in_an_outcome(fetch: Fetch, target: str):
    assert fetch(Reply(status=302, headers=(("Location", target),))).status == "failed"


def test_f16_a_post_is_not_sent_on_after_see_other(fetch: Fetch, upstream: Upstream):
    upstream.serve("/done", GOOD)
    assert (
        fetch(
            Reply(status=303, headers=(("Location", "/done"),)),
            method="POST",
            form=(("data", "x"),),
        ).status
        == "fresh"
    )
    assert [(asked.method, asked.body) for asked in upstream.requests] == [
        ("POST", b"data=x"),
        ("GET", b""),
    ]
