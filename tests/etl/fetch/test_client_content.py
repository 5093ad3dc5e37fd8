"""Fault cases F23 to F25: whole answers that are not the data asked for."""

from __future__ import annotations

import pytest

from etl.fetch import response_checks
from etl.fetch.messages import Response, Validation
from etl.fetch.raw_store import RawStore
from tests.etl.fetching import HTML, JSON, OVERPASS, Fetch, stored_names
from tests.etl.upstream import Reply, as_json, gzipped

pytestmark = pytest.mark.usefixtures("quick_disk")


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
    fetch: Fetch, raw_store: RawStore, reply: Reply, kind: str
):
    outcome = fetch(reply, kind=kind)
    assert (outcome.status, outcome.tries, outcome.error.code) == (
        "failed",
        1,
        "page-instead-of-data",
    )
    assert "Onderhoud" in outcome.error.en
    assert stored_names(raw_store) == []


@pytest.mark.parametrize(
    "reply",
    [Reply(), Reply(body=b" \n\t"), Reply(framing="chunked"), gzipped(b""), Reply(status=204)],
)
def test_f24_an_empty_body_is_not_zero_rows(fetch: Fetch, raw_store: RawStore, reply: Reply):
    outcome = fetch(reply)
    assert (outcome.status, outcome.error.code) == ("failed", "body-empty")
    assert stored_names(raw_store) == []


@pytest.mark.parametrize("elements", [[], [{"type": "node", "id": 1}]])
def test_f25_a_runtime_error_inside_a_good_answer_fails(
    fetch: Fetch, raw_store: RawStore, elements: list[object]
):
    outcome = fetch(
        as_json(
            {"elements": elements, "remark": "runtime error: Query timed out after 2 seconds."}
        ),
        **OVERPASS,
    )
    assert (outcome.status, outcome.error.code) == ("failed", "error-inside")
    assert "Query timed out" in outcome.error.en
    assert stored_names(raw_store) == []


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


def test_a_source_judges_its_own_answers(fetch: Fetch, raw_store: RawStore):
    def three_rows(answer: Response) -> Validation | None:
        rows = len(answer.json["rows"])
        return (
            Validation(rows=rows, surveyed="2026-01-01")
            if rows == 3
            else response_checks.reject("page-total", announced=3, received=rows)
        )

    assert fetch(as_json({"rows": [1]}), validate=three_rows).error.code == "page-total"
    record = fetch(as_json({"rows": [1, 2, 3]}), validate=three_rows).record
    assert (record.rows, record.surveyed) == (3, "2026-01-01")
