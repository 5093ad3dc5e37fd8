"""Fault cases F19 to F33: what an answer holds."""

from __future__ import annotations

import gzip
import json
import random
import threading
import tracemalloc

import pytest

from etl import delimited, judge
from etl.errors import RawStoreError
from etl.exchange import Answer, Event, Limits, Request, Verdict
from etl.http import Client
from etl.raw import Shelf
from tests.etl.asking import HTML, JSON, OVERPASS, Fetch, kept
from tests.etl.upstream import FastClock, Reply, Upstream, as_json, packed

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
        ("F21 cut in half", packed(ROWS, drop=len(gzip.compress(ROWS)) // 2), "gzip-damaged"),
        ("F21 no trailer", packed(ROWS, drop=8), "gzip-damaged"),
        ("F21 half a trailer", packed(ROWS, drop=3), "gzip-damaged"),
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
    fetch: Fetch, shelf: Shelf, case: str, reply: Reply, code: str
):
    kind = "csv" if "table" in case else "json"
    outcome = fetch(reply, kind=kind)
    assert (outcome.status, outcome.tries, outcome.error.code) == ("failed", 3, code)
    assert kept(shelf) == []
    whole = Reply(body=b"a,b\n1,2\n", headers=JSON) if kind == "csv" else packed(ROWS)
    assert fetch(reply, whole, kind=kind).status == "fresh"


def test_a_whole_gzip_answer_is_kept_unpacked(fetch: Fetch, shelf: Shelf):
    outcome = fetch(packed(ROWS))
    assert shelf.read(outcome.record) == ROWS
    assert outcome.wire_bytes < len(ROWS)


def test_gzip_in_several_members_is_read_to_the_end(fetch: Fetch, shelf: Shelf):
    body = gzip.compress(b"[1,") + gzip.compress(b"2]")
    outcome = fetch(Reply(body=body, headers=(*JSON, ("Content-Encoding", "gzip"))))
    assert shelf.read(outcome.record) == b"[1,2]"


def test_packing_that_was_not_asked_for_is_refused(fetch: Fetch):
    assert (
        fetch(Reply(body=ROWS, headers=(*JSON, ("Content-Encoding", "br")))).error.code
        == "packing-unknown"
    )


BOMB = Reply(
    body=gzip.compress(b"0" * 40_000_000, mtime=0), headers=(*JSON, ("Content-Encoding", "gzip"))
)


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        (Limits(unpacked_bytes=2_000_000, ratio=10**6), "unpacks-too-large"),
        (Limits(), "unpacks-too-much"),
    ],
)
def test_f22_a_bomb_is_stopped_at_the_cap_within_its_memory(
    fetch: Fetch, shelf: Shelf, limits: Limits, code: str
):
    tracemalloc.start()
    try:
        outcome = fetch(BOMB, limits=limits)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (outcome.status, outcome.tries, outcome.error.code) == ("failed", 1, code)
    assert peak < 4_000_000
    assert kept(shelf) == []


@pytest.mark.parametrize("framing", ["length", "chunked", "close"])
def test_f22_a_plain_flood_is_stopped_too(fetch: Fetch, framing: str):
    flood = Reply(body=b"[" + b" " * 300_000 + b"]", headers=JSON, framing=framing)
    assert fetch(flood, limits=Limits(wire_bytes=100_000)).error.code == "too-large"


def test_a_flood_behind_a_refusal_counts_by_its_status(fetch: Fetch):
    assert fetch(Reply(status=404, body=b"x" * 2_000_000)).error.code == "http-404"
    assert (
        fetch(Reply(status=404, body=BOMB.body, headers=(("Content-Encoding", "gzip"),))).error.code
        == "http-404"
    )


@pytest.mark.parametrize(
    "reply",
    [
        Reply(body=b"<!doctype html><html><title>Onderhoud</title></html>", headers=HTML),
        Reply(body=b"\xef\xbb\xbf\n<HTML><head><title>Onderhoud</title>", headers=JSON),
        Reply(
            body=(
                b'<?xml version="1.0"?><!-- x --><html'
                b' xmlns="http://www.w3.org/1999/xhtml"><title>Onderhoud</title></html>'
            )
        ),
        Reply(body=b'{"title": "Onderhoud"}', headers=HTML),
    ],
)
@pytest.mark.parametrize("kind", ["json", "csv", "zip", "xml"])
def test_f23_a_page_instead_of_data_fails_and_stores_nothing(
    fetch: Fetch, shelf: Shelf, reply: Reply, kind: str
):
    outcome = fetch(reply, kind=kind)
    assert (outcome.status, outcome.tries, outcome.error.code) == (
        "failed",
        1,
        "page-instead-of-data",
    )
    assert "Onderhoud" in outcome.error.en
    assert kept(shelf) == []


@pytest.mark.parametrize(
    "reply",
    [Reply(), Reply(body=b" \n\t"), Reply(framing="chunked"), packed(b""), Reply(status=204)],
)
def test_f24_an_empty_body_is_not_zero_rows(fetch: Fetch, shelf: Shelf, reply: Reply):
    outcome = fetch(reply)
    assert (outcome.status, outcome.error.code) == ("failed", "body-empty")
    assert kept(shelf) == []


@pytest.mark.parametrize("elements", [[], [{"type": "node", "id": 1}]])
def test_f25_a_runtime_error_inside_a_good_answer_fails(
    fetch: Fetch, shelf: Shelf, elements: list[object]
):
    outcome = fetch(
        as_json(
            {"elements": elements, "remark": "runtime error: Query timed out after 2 seconds."}
        ),
        **OVERPASS,
    )
    assert (outcome.status, outcome.error.code) == ("failed", "error-inside")
    assert "Query timed out" in outcome.error.en
    assert kept(shelf) == []


def test_f25_a_remark_that_is_no_error_is_passed_on(fetch: Fetch):
    outcome = fetch(
        as_json(
            {
                "osm3s": {"timestamp_osm_base": "2026-02-28T00:00:00Z"},
                "elements": [],
                "remark": "runtime remark: x",
            }
        ),
        **OVERPASS,
    )
    assert (outcome.status, [finding.code for finding in outcome.findings]) == (
        "fresh",
        ["remark-inside"],
    )
    assert (outcome.record.rows, outcome.record.surveyed) == (0, "2026-02-28T00:00:00Z")


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


def test_f28_names_in_another_encoding_keep_their_letters(fetch: Fetch, shelf: Shelf):
    outcome = fetch(
        Reply(
            body="naam\nCafé 't Hart\n".encode("cp1252"),
            headers=(("Content-Type", "text/csv; charset=utf-8"),),
        ),
        kind="csv",
    )
    table = delimited.read(
        shelf.read(outcome.record), delimited.Form(encodings=("utf-8", "cp1252")), name="t.csv"
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
    fetch: Fetch, shelf: Shelf, case: str, body: bytes, code: str
):
    outcome = fetch(Reply(body=body, headers=JSON))
    assert (outcome.status, outcome.tries, outcome.error.code) == ("failed", 1, code)
    assert kept(shelf) == []


MARKED = as_json(
    {"rows": [1]}, headers=(("ETag", '"one"'), ("Last-Modified", "Sat, 28 Feb 2026 00:00:00 GMT"))
)


def test_f32_not_modified_without_a_copy_is_asked_again_plainly(fetch: Fetch, upstream: Upstream):
    outcome = fetch(Reply(status=304), MARKED)
    assert outcome.status == "fresh"
    assert "if-none-match" not in upstream.asked[1].headers
    assert upstream.asked[1].headers["cache-control"] == "no-cache"


def test_f32_not_modified_twice_without_a_copy_fails(fetch: Fetch):
    assert fetch(Reply(status=304)).error.code == "not-modified-without-copy"


def test_f32_a_damaged_copy_is_no_copy(fetch: Fetch, shelf: Shelf, upstream: Upstream):
    record = fetch(MARKED).record
    shelf.path(record).write_bytes(b"damaged")
    outcome = fetch(MARKED)
    assert "if-none-match" not in upstream.asked[-1].headers
    assert [finding.code for finding in outcome.findings] == ["raw-damaged"]
    assert shelf.read(outcome.record) == MARKED.body


def test_not_modified_confirms_the_copy_and_moves_only_retrieved(
    fetch: Fetch, upstream: Upstream, clock: FastClock, shelf: Shelf
):
    first = fetch(MARKED)
    clock.slept.append(3600.0)
    second = fetch(Reply(status=304))
    assert (first.status, second.status) == ("fresh", "unchanged")
    headers = upstream.asked[-1].headers
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
    assert len(shelf.records()) == 1


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
        packed(ROWS).head() + packed(ROWS).body
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


def test_whatever_bytes_come_the_end_is_an_outcome(fetch: Fetch, shelf: Shelf):
    for seed in range(150):
        outcome = fetch(
            Reply(verbatim=garbled(seed)),
            params=(("n", str(seed)),),
            limits=Limits(read_s=0.05, tries=1),
        )
        assert (outcome.status == "fresh") != (outcome.error is not None), seed
        assert outcome.record is None or shelf.sound(outcome.record), seed


def test_f33_a_weak_mark_may_stand_for_other_bytes(fetch: Fetch):
    fetch(as_json({"rows": [1]}, headers=(("ETag", 'W/"one"'),)))
    outcome = fetch(as_json({"rows": [2]}, headers=(("ETag", 'W/"one"'),)))
    assert (outcome.status, outcome.findings) == ("fresh", ())


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"error": {"code": 498, "message": "Invalid token", "details": []}}', "Invalid token"),
        (
            b'{"error": {"msg": "Verplichte parameter \'id\' ontbreekt", "code": 400}}',
            "Verplichte parameter",
        ),
        (b'{"title": "Bad Request", "status": 400, "detail": "not allowed"}', "not allowed"),
        (
            (
                b'<ows:ExceptionReport xmlns:ows="x"><ows:Exception><ows:ExceptionText>msWFS: no'
                b" such type</ows:ExceptionText></ows:Exception></ows:ExceptionReport>"
            ),
            "no such type",
        ),
    ],
    ids=["arcgis", "solr", "problem", "ows"],
)
def test_an_error_in_place_of_data_fails_with_its_message(fetch: Fetch, body: bytes, said: str):
    outcome = fetch(Reply(body=body))
    assert (outcome.error.code, outcome.tries) == ("error-inside", 1)
    assert said in outcome.error.en


def test_content_of_another_kind_is_named(fetch: Fetch):
    outcome = fetch(Reply(body=b"SQLite format 3\0"))
    assert outcome.error.code == "not-what-was-asked"
    assert "JSON" in outcome.error.en


def test_xml_with_entities_or_cut_off_is_refused(fetch: Fetch):
    assert (
        fetch(Reply(body=b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'), kind="xml").error.code
        == "xml-entities"
    )
    assert fetch(Reply(body=b"<a><b></b>"), kind="xml").error.code == "xml-broken"
    assert fetch(Reply(body=b"<a><b></b></a>"), kind="xml").status == "fresh"


def test_a_source_judges_its_own_answers(fetch: Fetch, shelf: Shelf):
    def three_rows(answer: Answer) -> Verdict | None:
        rows = len(answer.json["rows"])
        return (
            Verdict(rows=rows, surveyed="2026-01-01")
            if rows == 3
            else judge.refuse("page-total", announced=3, received=rows)
        )

    assert fetch(as_json({"rows": [1]}), judge=three_rows).error.code == "page-total"
    record = fetch(as_json({"rows": [1, 2, 3]}), judge=three_rows).record
    assert (record.rows, record.surveyed) == (3, "2026-01-01")


def test_a_full_disk_is_not_blamed_on_the_source(fetch: Fetch, shelf: Shelf):
    shelf.folder.parent.mkdir(parents=True)
    shelf.folder.write_text("a file where the folder belongs")
    with pytest.raises(RawStoreError, match="raw-not-written"):
        fetch(as_json({}))


def test_progress_tells_of_asking_bytes_waiting_and_the_end(upstream: Upstream, shelf: Shelf):
    events: list[Event] = []
    upstream.say("/items", Reply(status=503), as_json({}))
    with Client(
        "x", clock=FastClock(), operator_urls=[upstream.url()], listen=events.append
    ) as client:
        client.fetch(Request(url=upstream.url("/items")), shelf)
    assert [event.kind for event in events] == ["ask", "wait", "ask", "bytes", "done"]
    assert events[1].code == "http-503" and events[3].bytes == 2


def test_a_connection_is_used_again(upstream: Upstream, fetch: Fetch):
    fetch(as_json({"a": 1}))
    # The upstream gives each connection a thread; those of earlier tests may still be ending.
    before = threading.active_count()
    for _ in range(5):
        fetch(as_json({"a": 1}))
    assert threading.active_count() <= before
