"""A region that is larger than Overpass likes is read from extracts."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from pyproj import Transformer
from shapely.geometry import Point

from etl.area import Area
from etl.sources import osm
from etl.sources.reference import municipality_provinces
from geo.crs import RD, WGS84
from tests.etl import pbf
from tests.etl.sources import source_runs
from tests.etl.sources.source_runs import HENGELO, SourceRunner
from tests.etl.upstream import FastClock, Reply, Upstream

_TO_DEGREES = Transformer.from_crs(RD, WGS84, always_xy=True)
pytestmark = pytest.mark.usefixtures("quick_disk")


def region(count: int) -> Area:
    """Hengelo, and others in Overijssel 4 km apart; Deventer's neighbour lies in Gelderland."""
    others = [
        source_runs.place(
            f"town-{number:02d}",
            "GM0150",
            core=Point(HENGELO.x - 4_000.0 * number, HENGELO.y),
        )
        for number in range(1, count)
    ]
    last = others[-1].core
    across = source_runs.place("zutphen", "GM0301", core=Point(last.x - 10_000.0, last.y))
    hengelo = source_runs.place()
    return Area((hengelo,), (hengelo, *others, across))


def test_a_large_region_is_read_from_an_extract_per_province():
    small, large = region(osm.OVERPASS_PLACES - 1), region(osm.OVERPASS_PLACES)
    assert [one.name for one in osm.requests(small)] == ["streets", "units", "background"]
    (extract,) = osm.requests(large)
    assert extract.request.url == (
        "https://download.geofabrik.de/europe/netherlands/overijssel-latest.osm.pbf"
    )
    at_border = Area((large.all_places[-2],), large.all_places)
    assert [one.name for one in osm.requests(at_border)] == ["gelderland", "overijssel"]
    # Abroad no extract of a Dutch province holds the streets.
    gronau = source_runs.place("gronau", None, role="abroad")
    assert len(osm.requests(Area((gronau,), (gronau, *large.all_places)))) == 3


def test_every_province_has_the_name_that_its_extract_has():
    names = {osm._extract_name(province) for province in municipality_provinces().values()}
    assert len(names) == 12 and {"friesland", "noord-brabant", "zuid-holland"} <= names


def test_a_fetched_extract_is_read_and_asked_once_for_all_places(
    upstream: Upstream, clock: FastClock, tmp_path: Path
):
    lon, lat = _TO_DEGREES.transform(HENGELO.x, HENGELO.y)
    nodes = [
        pbf.Node(1, lon, lat),
        pbf.Node(2, lon, lat + 0.0005, {"shop": "bakery"}),
        pbf.Node(3, lon + 0.001, lat),
    ]
    data = pbf.written(nodes, [pbf.Way(1, [1, 3], {"highway": "pedestrian", "name": "Markt"})])
    path = urlsplit(osm.EXTRACTS.format(name="overijssel")).path
    upstream.serve(path, Reply(body=data))
    runner = SourceRunner(upstream, clock, tmp_path)
    for _ in range(2):
        parsed = runner.run(osm, region(osm.OVERPASS_PLACES))
        assert parsed.frames["lines"]["name"].tolist() == ["Markt"]
        assert parsed.frames["premises"]["branch"].tolist() == ["bakery"]
    assert [one.path for one in upstream.requests] == [path]
