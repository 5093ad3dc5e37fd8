"""The BAG over a socket, with the protocols of its two services."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest

from etl.sources import bag
from tests.etl.sources.bag_units import RD_HEADER, collection, unit
from tests.etl.sources.source_runs import (
    HENGELO,
    NO_SAMPLES,
    SourceFailedError,
    SourceRunner,
    area,
    codes,
    place,
    sample,
)
from tests.etl.upstream import FastClock, ReceivedRequest, Reply, Upstream, as_json

WFS, OGC = urlsplit(bag.WFS).path, urlsplit(bag.OGC).path


def test_a_municipality_younger_than_the_register_is_asked_by_box():
    # Units of Sneek keep the number of the municipality that issued it, 0091; a filter on 1900
    # would miss them all.
    asked = [
        question.name
        for code in ("GM0164", "GM1900")
        for question in bag.requests(area(place(code=code)))
    ]
    assert asked == ["municipality-GM0164", "box-hengelo"]


def wfs(*units: dict[str, object], size: int = 2, announced: int | None = None):
    """A WFS that gives `size` rows per page."""

    def say(asked: ReceivedRequest) -> Reply:
        assert (asked.query["service"], asked.query["version"], asked.query["typeName"]) == (
            "WFS",
            "2.0.0",
            "bag:verblijfsobject",
        )
        if asked.query.get("resultType") == "hits":
            total = len(units) if announced is None else announced
            body = (
                '<wfs:FeatureCollection xmlns:wfs="http://www.opengis.net/wfs/2.0"'
                f' numberMatched="{total}" numberReturned="0"/>'
            )
            return Reply(body=body.encode(), headers=(("Content-Type", "text/xml"),))
        start = int(asked.query["startindex"])
        return as_json(collection(*units[start : start + size]))

    return say


@pytest.fixture
def runner(upstream: Upstream, clock: FastClock, tmp_path: Path, quick_disk: None) -> SourceRunner:
    return SourceRunner(upstream, clock, tmp_path)


def test_pages_of_the_wfs_are_read_to_the_announced_number(
    runner: SourceRunner, upstream: Upstream
):
    upstream.serve(WFS, wfs(*(unit(number) for number in range(5))))
    assert len(runner.run(bag, area()).frames["premises"]) == 5
    assert [asked.query.get("startindex") for asked in upstream.requests] == [
        None,
        "0",
        "2",
        "4",
        "5",
    ]


def test_the_wfs_is_asked_for_one_municipality_and_two_purposes(
    runner: SourceRunner, upstream: Upstream
):
    upstream.serve(WFS, wfs(unit(1)))
    runner.run(bag, area())
    asked = upstream.requests[-1].query
    assert "<fes:Literal>0164*</fes:Literal>" in asked["filter"]
    assert "*winkelfunctie*" in asked["filter"] and "*bijeenkomstfunctie*" in asked["filter"]
    assert (asked["srsName"], asked["sortBy"], asked["outputFormat"]) == (
        "EPSG:28992",
        "bag:identificatie",
        "application/json",
    )


def test_fewer_rows_than_hits_go_on_to_the_other_service(runner: SourceRunner, upstream: Upstream):
    upstream.serve(WFS, wfs(unit(1), announced=2))
    upstream.serve(OGC, as_json(collection(unit(1), unit(2)), headers=RD_HEADER))
    assert len(runner.run(bag, area()).frames["premises"]) == 2
    assert [
        finding.values["why"] for finding in runner.findings if finding.code == "asked-elsewhere"
    ] == ["page-total"]


EXCEPTION = (
    b"<ows:ExceptionReport"
    b' xmlns:ows="http://www.opengis.net/ows/1.1"><ows:Exception><ows:ExceptionText>no such'
    b" type</ows:ExceptionText></ows:Exception></ows:ExceptionReport>"
)


def test_an_exception_inside_a_good_answer_is_a_failure(runner: SourceRunner, upstream: Upstream):
    def say(asked: ReceivedRequest) -> Reply:
        return (
            wfs(unit(1))(asked)
            if "resultType" in asked.query
            else Reply(body=EXCEPTION, headers=(("Content-Type", "text/xml"),))
        )

    upstream.serve(WFS, say)
    upstream.serve(
        OGC,
        Reply(
            status=400, body=b'{"title":"Bad Request","status":400,"detail":"unknown parameter"}'
        ),
    )
    with pytest.raises(SourceFailedError, match="error-inside") as failed:
        runner.run(bag, area())
    assert "no such type" in failed.value.findings[0].en


def test_a_site_at_the_edge_is_asked_as_a_box_and_followed(
    runner: SourceRunner, upstream: Upstream
):
    def say(asked: ReceivedRequest) -> Reply:
        assert (asked.query["crs"], asked.query["limit"]) == (bag.RD_URI, "1000")
        if "cursor" in asked.query:
            return as_json(collection(unit(2), crs=None), headers=RD_HEADER)
        following = {"rel": "next", "href": upstream.url(asked.target + "&cursor=x")}
        return as_json(
            collection(unit(1), crs=None, links=[following], numberReturned=1), headers=RD_HEADER
        )

    upstream.serve(OGC, say)
    parsed = runner.run(bag, area(place("plein-westermaat", role="periphery")))
    assert (len(parsed.frames["premises"]), codes(parsed)) == (2, [])
    assert upstream.requests[0].query["bbox"] == "249290.00,474500.00,252290.00,477500.00"


def test_a_box_that_is_too_heavy_is_halved(runner: SourceRunner, upstream: Upstream):
    heavy = {
        "title": "Internal Server Error",
        "status": 500,
        "detail": "querying the features took too long (timeout encountered)",
    }
    everywhere = [
        unit(number, east=east) for number, east in enumerate((-1000.0, -10.0, 0.0, 10.0, 1000.0))
    ]

    def say(asked: ReceivedRequest) -> Reply:
        west, south, east, north = (float(side) for side in asked.query["bbox"].split(","))
        if max(east - west, north - south) > 1600:
            return as_json(heavy, status=500, content_type="application/problem+json")
        inside = [
            one
            for one in everywhere
            if west <= one["geometry"]["coordinates"][0] <= east and south <= HENGELO.y <= north
        ]
        return as_json(collection(*inside, crs=None), headers=RD_HEADER)

    upstream.serve(OGC, say)
    parsed = runner.run(bag, area(place("plein-westermaat", role="periphery")))
    assert len(parsed.frames["premises"]) == 5
    assert parsed.counts["dropped-duplicate"] > 0, "a unit on the line lies in both halves"
    assert len(upstream.requests) == 1 + 2 + 4


def test_a_box_asked_in_place_of_the_wfs_is_halved_as_well(
    runner: SourceRunner, upstream: Upstream
):
    def say(asked: ReceivedRequest) -> Reply:
        west, _, east, _ = (float(side) for side in asked.query["bbox"].split(","))
        if east - west > 2000:
            return as_json({"title": "x", "status": 500, "detail": "took too long"}, status=500)
        return as_json(collection(unit(1), crs=None), headers=RD_HEADER)

    upstream.serve(WFS, Reply(status=400, body=EXCEPTION))
    upstream.serve(OGC, say)
    assert len(runner.run(bag, area()).frames["premises"]) == 1


def test_a_box_is_not_halved_for_ever(runner: SourceRunner, upstream: Upstream):
    upstream.serve(
        OGC, as_json({"title": "x", "status": 500, "detail": "took too long"}, status=500)
    )
    with pytest.raises(SourceFailedError, match="query-too-heavy"):
        runner.run(bag, area(place("plein-westermaat", role="periphery")))
    # 3,000 m in halves of each side in turn, down to 750 m.
    assert len(upstream.requests) == 1 + 2 + 4 + 8 + 16


def test_abroad_there_is_no_register(upstream: Upstream):
    assert bag.requests(area(place("gronau", None, role="abroad"))) == []


def test_a_centre_is_asked_of_one_service_and_else_of_the_other():
    (question,) = bag.requests(area())
    assert [urlsplit(one.request.url).hostname for one in (question, *question.otherwise)] == [
        "service.pdok.nl",
        "api.pdok.nl",
    ]


@NO_SAMPLES
def test_the_recorded_empty_collection_is_an_answer(runner: SourceRunner, upstream: Upstream):
    upstream.serve(
        OGC,
        Reply(body=sample("pdok_ogc/gokoala-expected_empty_feature_collection.json").read_bytes()),
    )
    parsed = runner.run(bag, area(place(role="periphery")))
    assert (len(parsed.frames["premises"]), codes(parsed)) == (0, [])


@NO_SAMPLES
@pytest.mark.parametrize(
    ("name", "status", "code", "asked"),
    [
        ("gokoala-expected_straatnaam_not_allowed_value.json", 400, "http-400", 1),
        ("gokoala-expected_feature_404.json", 404, "http-404", 1),
        ("gokoala-expected_query_timeout_features.json", 500, "query-too-heavy", 6),
    ],
)
def test_recorded_problems_of_the_service(
    runner: SourceRunner, upstream: Upstream, name: str, status: int, code: str, asked: int
):
    upstream.serve(OGC, Reply(status=status, body=sample(f"pdok_ogc/{name}").read_bytes()))
    with pytest.raises(SourceFailedError) as failed:
        runner.run(bag, area(place(role="periphery")))
    # A box that is too heavy is halved until it is small; nothing is asked twice.
    assert set(failed.value.codes) == {code}
    assert len({one.target for one in upstream.requests}) == len(upstream.requests) >= asked
