"""Fault cases F19 to F33: what an answer holds."""

from __future__ import annotations

import gzip
import json
import random
import tracemalloc
from functools import cache

import pytest

from etl.decoding import delimited
from etl.errors import RawStoreError
from etl.fetch.client import Client
from etl.fetch.messages import FetchEvent, Limits, Request
from etl.fetch.raw_store import RawStore
from tests.etl.fetching import HTML, JSON, OVERPASS, Fetch, stored_names
from tests.etl.upstream import FastClock, Reply, Upstream, as_json, gzipped

pytestmark = pytest.mark.usefixtures("quick_disk")

ROWS = json.dumps({"rows": list(range(400))}).encode()


@pytest.mark.parametrize(
    ("case", "reply", "code"),
    [
        ("F19", Reply(body=ROWS, headers=JSON, announced=len(ROWS) + 5), "body-short"),
        ("F20", Reply(body=ROWS, headers=JSON, framing="chunked", cut=700), "body-cut"),
        (
            "F20 no last chunk",
            Reply(body=ROWS, headers=JSON, framing="chunked", cut=len(ROWS) + 10),
            "body-cut",
        ),
        ("F21 cut in half", gzipped(ROWS, drop=len(gzip.compress(ROWS)) // 2), "gzip-damaged"),
        ("F21 no trailer", gzipped(ROWS, drop=8), "gzip-damaged"),
        ("F21 half a trailer", gzipped(ROWS, drop=3), "gzip-damaged"),
        (
            "F21 wrong sum",
            Reply(
                body=gzip.compress(ROWS)[:-8] + b"\0" * 8,
                headers=(*JSON, ("Content-Encoding", "gzip")),
            ),
            "gzip-damaged",
        ),
        (
            "F21 not gzip",
            Reply(body=ROWS, headers=(*JSON, ("Content-Encoding", "gzip"))),
            "gzip-damaged",
        ),
        (
            "cut without a length",
            Reply(body=ROWS[:100], headers=JSON, framing="close", version="HTTP/1.0"),
            "json-broken",
        ),
        (
            "cut table without a length",
            Reply(body=b"a,b\n1,2\n3,", framing="close", version="HTTP/1.0"),
            "body-cut",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_half_an_answer_is_retried_then_fails_and_leaves_nothing(
    fetch: Fetch, raw_store: RawStore, case: str, reply: Reply, code: str
):
    kind = "csv" if "table" in case else "json"
    outcome = fetch(reply, kind=kind)
    assert (outcome.status, outcome.tries, outcome.error.code) == ("failed", 3, code)
    assert stored_names(raw_store) == []
    whole = Reply(body=b"a,b\n1,2\n", headers=JSON) if kind == "csv" else gzipped(ROWS)
    assert fetch(reply, whole, kind=kind).status == "fresh"


def test_a_whole_gzip_answer_is_kept_unpacked(fetch: Fetch, raw_store: RawStore):
    outcome = fetch(gzipped(ROWS))
    assert raw_store.read(outcome.record) == ROWS
    assert outcome.wire_bytes < len(ROWS)


def test_gzip_in_several_members_is_read_to_the_end(fetch: Fetch, raw_store: RawStore):
    body = gzip.compress(b"[1,") + gzip.compress(b"2]")
    outcome = fetch(Reply(body=body, headers=(*JSON, ("Content-Encoding", "gzip"))))
    assert raw_store.read(outcome.record) == b"[1,2]"


def test_packing_that_was_not_asked_for_is_refused(fetch: Fetch):
    assert (
        fetch(Reply(body=ROWS, headers=(*JSON, ("Content-Encoding", "br")))).error.code
        == "packing-unknown"
    )


@cache
def bomb() -> bytes:
    """Forty megabytes in forty kilobytes."""
    return gzip.compress(b"0" * 40_000_000, mtime=0)


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        (Limits(unpacked_bytes=2_000_000, ratio=10**6), "unpacks-too-large"),
        (Limits(), "unpacks-too-much"),
    ],
)
def test_f22_a_bomb_is_stopped_at_the_cap_within_its_memory(
    fetch: Fetch, raw_store: RawStore, limits: Limits, code: str
):
    packed = Reply(body=bomb(), headers=(*JSON, ("Content-Encoding", "gzip")))
    tracemalloc.start()
    try:
        outcome = fetch(packed, limits=limits)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (outcome.status, outcome.tries, outcome.error.code) == ("failed", 1, code)
    assert peak < 4_000_000
    assert stored_names(raw_store) == []


@pytest.mark.parametrize("framing", ["length", "chunked", "close"])
def test_f22_a_plain_flood_is_stopped_too(fetch: Fetch, framing: str):
    flood = Reply(body=b"[" + b" " * 300_000 + b"]", headers=JSON, framing=framing)
    assert fetch(flood, limits=Limits(wire_bytes=100_000)).error.code == "too-large"


def test_a_flood_behind_a_refusal_counts_by_its_status(fetch: Fetch):
    assert fetch(Reply(status=404, body=b"x" * 2_000_000)).error.code == "http-404"
    assert (
        fetch(Reply(status=404, body=bomb(), headers=(("Content-Encoding", "gzip"),))).error.code
        == "http-404"
    )


RATE_LIMITED = Reply(
    body=(
        b"<html><p><strong>Error</strong>: runtime error: Dispatcher_Client::rate_limited."
        b" </p></html>"
    ),
    headers=HTML,
)


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (Reply(status=406), "http-406"),
        (Reply(status=429), "http-429"),
        (RATE_LIMITED, "rate-limited"),
    ],
)
def test_f26_overpass_is_left_alone_for_half_a_minute(
    fetch: Fetch, clock: FastClock, reply: Reply, code: str
):
    outcome = fetch(reply, **OVERPASS)
    assert (outcome.status, outcome.tries, outcome.error.code) == ("failed", 3, code)
    assert clock.slept == pytest.approx([30.0, 30.0], abs=0.1)


def test_f26_half_a_minute_past_the_deadline_is_not_waited(fetch: Fetch, clock: FastClock):
    outcome = fetch(Reply(status=429), **{**OVERPASS, "limits": Limits(deadline_s=20.0)})
    assert (outcome.tries, clock.slept, outcome.findings[-1].code) == (1, [], "deadline")


def test_406_is_not_retried_for_those_who_do_not_ask_so(fetch: Fetch):
    assert fetch(Reply(status=406)).tries == 1


def test_f27_a_byte_order_mark_is_passed_over(fetch: Fetch):
    assert fetch(Reply(body=b'\xef\xbb\xbf{"a": 1}', headers=JSON)).status == "fresh"
    outcome = fetch(Reply(body=b"\xef\xbb\xbfnaam,code\nx,1\n"), kind="csv")
    assert outcome.status == "fresh"


def test_f28_names_in_another_encoding_keep_their_letters(fetch: Fetch, raw_store: RawStore):
    outcome = fetch(
        Reply(
            body="naam\nCafé 't Hart\n".encode("cp1252"),
            headers=(("Content-Type", "text/csv; charset=utf-8"),),
        ),
        kind="csv",
    )
    table = delimited.read(
        raw_store.read(outcome.record),
        delimited.Dialect(encodings=("utf-8", "cp1252")),
        name="t.csv",
    )
    assert table.frame["naam"].tolist() == ["Café 't Hart"]
    assert [finding.code for finding in table.findings] == ["encoding-fallback"]


@pytest.mark.parametrize(
    ("case", "body", "code"),
    [
        ("F29 NaN", b'{"a": NaN}', "json-not-a-number"),
        ("F29 Infinity", b'{"a": -Infinity}', "json-not-a-number"),
        ("F29 1e999", b'{"a": 1e999}', "json-not-a-number"),
        ("F30", b'{"a": 1, "a": 2}', "json-duplicate-key"),
        ("F31", b"[" * 200_000 + b"]" * 200_000, "json-too-deep"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_unsound_json_is_refused_once_and_not_stored(
    fetch: Fetch, raw_store: RawStore, case: str, body: bytes, code: str
):
    outcome = fetch(Reply(body=body, headers=JSON))
    assert (outcome.status, outcome.tries, outcome.error.code) == ("failed", 1, code)
    assert stored_names(raw_store) == []


def test_a_length_beside_chunks_has_no_meaning(fetch: Fetch):
    assert (
        fetch(
            Reply(body=ROWS, headers=(*JSON, ("Content-Length", "9999")), framing="chunked")
        ).status
        == "fresh"
    )


def garbled(seed: int) -> bytes:
    """A good answer with some bytes changed, dropped or doubled."""
    chance = random.Random(seed)
    message = bytearray(
        gzipped(ROWS).head() + gzipped(ROWS).body
        if seed % 2
        else as_json({"rows": [1]}).head() + b'{"rows": [1]}'
    )
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(message) - 1)
        match chance.randrange(4):
            case 0:
                message[at] = chance.randrange(256)
            case 1:
                del message[at : at + chance.randint(1, 20)]
            case 2:
                message[at:at] = message[at : at + chance.randint(1, 200)]
            case _:
                message[at:at] = chance.choice(
                    [
                        b"\r\n",
                        b"\r\n\r\n",
                        b"\0",
                        b"\xff\xfe",
                        b":",
                        b"Location: //x\r\n",
                        b"Retry-After: \xe9\r\n",
                    ]
                )
    return bytes(message)


@pytest.mark.slow
def test_whatever_bytes_come_the_end_is_an_outcome(fetch: Fetch, raw_store: RawStore):
    for seed in range(150):
        outcome = fetch(
            Reply(verbatim=garbled(seed)),
            params=(("n", str(seed)),),
            limits=Limits(read_s=0.05, tries=1),
        )
        assert (outcome.status == "fresh") != (outcome.error is not None), seed
        assert outcome.record is None or raw_store.is_intact(outcome.record), seed


def test_a_full_disk_is_not_blamed_on_the_source(fetch: Fetch, raw_store: RawStore):
    raw_store.folder.parent.mkdir(parents=True)
    raw_store.folder.write_text("a file where the folder belongs")
    with pytest.raises(RawStoreError, match="raw-not-written"):
        fetch(as_json({}))


def test_progress_tells_of_asking_bytes_waiting_and_the_end(
    upstream: Upstream, raw_store: RawStore
):
    events: list[FetchEvent] = []
    upstream.serve("/items", Reply(status=503), as_json({}))
    with Client(
        "x", clock=FastClock(), operator_urls=[upstream.url()], listen=events.append
    ) as client:
        client.fetch(Request(url=upstream.url("/items")), raw_store)
    assert [event.kind for event in events] == ["ask", "wait", "ask", "bytes", "done"]
    assert events[1].code == "http-503" and events[3].bytes == 2


def test_a_connection_is_used_again(upstream: Upstream, fetch: Fetch):
    for _ in range(6):
        fetch(as_json({"a": 1}))
    assert (upstream.connections, len(upstream.requests)) == (1, 6)
