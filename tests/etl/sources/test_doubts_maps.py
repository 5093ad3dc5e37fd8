"""Both ways of every doubt about the services of maps and positions."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest

from etl.sources import (
    bag,
    brt_places,
    geocoder,
    osm,
    transit,
)
from tests.etl.sources import bag_units
from tests.etl.sources import test_brt_places as brt
from tests.etl.sources import test_geocoder as places
from tests.etl.sources.doubts import Doubt, Services, both_ways, busy, outcome
from tests.etl.sources.source_runs import SourceRunner
from tests.etl.upstream import FastClock, ReceivedRequest, Reply, Upstream, as_json

GTFS, OVERPASS = urlsplit(transit.TIMETABLE).path, urlsplit(osm.SERVERS[0]).path
WFS, OGC = urlsplit(bag.WFS).path, urlsplit(bag.OGC).path
FLAT, MULTIPLE = (
    urlsplit(brt_places.ADDRESS.format(name=name)).path for name in brt_places.COLLECTIONS
)
FREE = urlsplit(geocoder.FREE).path
pytestmark = pytest.mark.usefixtures("quick_disk")


def shop(**more: object) -> Reply:
    found = {"type": "node", "id": 1, "lat": 52.26, "lon": 6.79, "tags": {"shop": "shoes"}}
    dated = {"timestamp_osm_base": "2026-03-01T00:00:00Z"}
    return as_json({"version": 0.6, "osm3s": dated, "elements": [found], **more})


def units(asked: ReceivedRequest) -> Reply:
    """The WFS as documented, with a row of one building."""
    return wfs(asked, pandidentificatie="0164100000000001")


def wfs(asked: ReceivedRequest, **more: object) -> Reply:
    if asked.query.get("resultType") == "hits":
        body = b'<f:FeatureCollection xmlns:f="http://x" numberMatched="1" numberReturned="0"/>'
        return Reply(body=body, headers=(("Content-Type", "text/xml"),))
    start = int(asked.query["startindex"])
    return as_json(bag_units.collection(*([bag_units.unit(1, **more)] if start == 0 else [])))


EXCEPTION = Reply(
    status=400,
    body=b"<ows:ExceptionReport xmlns:ows='http://www.opengis.net/ows'><ows:ExceptionText>"
    b"startIndex over 50000</ows:ExceptionText></ows:ExceptionReport>",
)


def box(**more: object) -> Reply:
    known = {"openbare_ruimte_naam": "Marktstraat", **more}
    return as_json(
        bag_units.collection(bag_units.unit(1, **known), crs=None), headers=bag_units.RD_HEADER
    )


MAPS = (
    Doubt(
        "Overpass answers, or is full for half a minute",
        osm,
        {OVERPASS: shop()},
        "background 0, lines 0, premises 1",
        {OVERPASS: busy(1, lambda asked: shop())},
        "background 0, lines 0, premises 1",
    ),
    Doubt(
        "Overpass says in a status that it fails, or in a remark of a good answer",
        osm,
        {OVERPASS: Reply(status=400, body=b"<strong>Error</strong>: line 1: parse error</p>")},
        "refused: 127.0.0.1",
        {OVERPASS: shop(remark="runtime error: Query timed out")},
        "refused: 127.0.0.1 reports an error inside an otherwise good answer: runtime error",
    ),
    Doubt(
        "a unit names one building, or several with commas",
        bag,
        {WFS: units},
        "premises 1",
        {WFS: lambda asked: wfs(asked, pandidentificatie="0164100000000001,0164100000000002")},
        "premises 1",
    ),
    Doubt(
        "the WFS pages as far as it goes, or refuses a far page; the OGC API gives pand.href as a"
        " text or a list",
        bag,
        {WFS: EXCEPTION, OGC: box(**{"pand.href": "https://api.pdok.nl/pand/1"})},
        "premises 1; asked-elsewhere",
        {WFS: EXCEPTION, OGC: box(**{"pand.href": ["https://api.pdok.nl/pand/1"]})},
        "premises 1; asked-elsewhere",
    ),
    Doubt(
        "a district of TOP10NL has a kind, or a list of kinds; its name is spelt another way",
        brt_places,
        {FLAT: brt.page(brt.district()), MULTIPLE: brt.page()},
        "outlines 1",
        {
            FLAT: brt.page(brt.district(None, kind=["wijk"], naam_nl="Binnenstad")),
            MULTIPLE: brt.page(),
        },
        "outlines 1",
    ),
    Doubt(
        "the Locatieserver gives an address once, or once per addition",
        geocoder,
        {FREE: places.answer(places.street("Markt", 10.0))},
        "positions 1",
        {FREE: places.answer(*[places.street("Markt", 10.0)] * 3)},
        "positions 1",
        places.wanting(places.CORE),
    ),
    Doubt(
        "the Locatieserver ignores parameters it does not know, or refuses them",
        geocoder,
        {FREE: places.answer(places.street("Markt", 10.0))},
        "positions 1",
        {FREE: Reply(status=400, body=b'{"error":{"msg":"unknown parameter fl"}}')},
        "refused: 127.0.0.1 does not understand the question (400): unknown parameter fl",
        places.wanting(places.CORE),
    ),
)


@pytest.mark.parametrize(("doubt", "services", "expected"), both_ways(MAPS))
def test_a_doubt_is_survived_or_named(
    doubt: Doubt,
    services: Services,
    expected: str,
    upstream: Upstream,
    clock: FastClock,
    tmp_path: Path,
):
    for path, reply in services.items():
        upstream.serve(path, reply)
    seen = outcome(SourceRunner(upstream, clock, tmp_path), doubt)
    assert seen.startswith(expected), seen
