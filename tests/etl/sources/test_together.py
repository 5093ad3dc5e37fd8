"""The fetched sources in one run over real sockets: published together, and nothing new the second
time.
"""

import shutil
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from data import catalogue
from etl.fetch.client import Client
from etl.pipeline.run import RunOptions, run
from etl.sources import cbs_statline, notices, pageviews, transit
from etl.sources.reference import PLACES
from tests.etl.sources import (
    test_bag,
    test_bag_services,
    test_cbs_population,
    test_cbs_statline,
    test_geocoder,
    test_notices,
    test_pageviews,
)
from tests.etl.sources.gtfs import feed
from tests.etl.upstream import FastClock, Reply, Upstream, as_json

pytestmark = pytest.mark.slow

SOURCES = ("bag", "cbs_population", "cbs_statline", "geocoder", "notices", "pageviews", "transit")


@pytest.fixture
def outside(upstream: Upstream, monkeypatch: pytest.MonkeyPatch) -> Upstream:
    """Every service, with a little about Hengelo."""
    for module in (notices, pageviews):
        monkeypatch.setattr(module, "_today", lambda: date(2026, 3, 1))
    upstream.serve(test_bag.WFS, test_bag_services.wfs(test_bag.unit(1), test_bag.unit(2)))
    units = as_json(test_bag.collection(crs=None), headers=test_bag_services.RD_HEADER)
    upstream.serve(test_bag.OGC, units)
    upstream.serve(
        test_cbs_population.PATHS["buurten"],
        as_json(
            test_cbs_population.collection(test_cbs_population.neighbourhood(inhabitants=2000))
        ),
    )
    upstream.serve(
        test_cbs_population.PATHS["gemeenten"],
        as_json(test_cbs_population.collection(test_cbs_population.municipality())),
    )
    for table in dict.fromkeys(figure.table for figure in cbs_statline.FIGURES):
        test_cbs_statline.odata(upstream, table, [])
    test_cbs_statline.odata(upstream, "81575NED", [test_cbs_statline.shops()])
    upstream.serve(test_geocoder.FREE, test_geocoder.answer(test_geocoder.street("Markt", 50.0)))
    upstream.serve(test_notices.SRU, test_notices.xml(test_notices.answer(test_notices.record())))
    upstream.serve(test_pageviews.HENGELO, as_json({"items": [test_pageviews.month()]}))
    upstream.serve(urlsplit(transit.TIMETABLE).path, Reply(body=feed()))
    return upstream


def test_all_services_fill_one_version_and_the_same_answers_change_nothing(
    outside: Upstream, clock: FastClock, tmp_path: Path, quick_disk: None
):
    (tmp_path / "places").mkdir()
    shutil.copy(PLACES / "hengelo.geojson", tmp_path / "places")
    options = RunOptions(
        data=tmp_path / "data",
        places=tmp_path / "places",
        only_sources=SOURCES,
        base_urls=dict.fromkeys(SOURCES, outside.url()),
        workers=1,
    )
    with Client(
        "Test/1", clock=clock, spacing_s=0.0, jitter=lambda: 0.0, operator_urls=[outside.url()]
    ) as client:
        first = run(options, clock=clock, client=client)
        second = run(options, clock=clock, client=client)
    standing = {
        source.record.source_id: source.record.status
        for source in first.sources
        if source.record.source_id in SOURCES
    }
    assert set(standing.values()) == {"fresh"}, standing
    assert (first.changed, second.changed, second.version) == (True, False, first.version)
    tables = catalogue.open(options.data)
    assert set(tables.table("premises")["premises_id"]) == {
        "bag:0164010000000001",
        "bag:0164010000000002",
    }
    assert {"establishments_retail", "wikipedia_views_per_month", "departures_per_workday"} <= set(
        tables.table("observations")["indicator"]
    )
    assert set(tables.table("observations")["indicator"]) <= set(
        tables.table("indicators")["indicator"]
    )
    assert len(tables.table("notices")) == 1
    origins = tables.table("origins")
    assert set(origins.loc[origins["municipality_code"] == "GM0164", "origin_id"]) == {
        "cbs:bu01640001"
    }, "nobody spends twice"
    places = tables.table("places").set_index("place_id")
    assert places.at["hengelo", "core_basis"] == "square"
