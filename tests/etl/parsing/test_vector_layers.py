import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
from shapely.geometry import Point

from etl.errors import ContentError
from etl.parsing import column_checks, vector_layers
from geo.crs import RD, WGS84
from tests.etl.made_up_town import X, Y
from tests.etl.sources.source_runs import (
    NO_REAL,
    NO_SAMPLES,
    area,
    piece,
    place,
    real,
    sample,
    write_piece,
)


def test_a_page_tells_its_ids_its_link_and_its_total():
    told = {
        "type": "FeatureCollection",
        "features": [{"id": 1}, {"id": "b"}],
        "links": [{"rel": "self", "href": "x"}, {"rel": "next", "href": "y"}],
        "numberMatched": 9,
    }
    assert vector_layers.page(json.dumps(told).encode()) == vector_layers.Page(("1", "b"), "y", 9)


def test_the_last_page_has_no_link():
    assert vector_layers.page(
        b'{"type": "FeatureCollection", "features": []}'
    ) == vector_layers.Page((), None, None)


@pytest.mark.parametrize(
    "body", [b'{"type": "FeatureCollection", "features": [{"type": "Feature"}]}', b'{"rows": []}']
)
def test_a_page_that_cannot_be_counted_is_refused(body: bytes):
    with pytest.raises(ContentError, match="column-missing"):
        vector_layers.page(body)


@pytest.mark.parametrize("body", [b'{"features": []}', b'{"type": "Topology", "features": []}'])
def test_rows_of_another_form_than_geojson_are_refused_even_when_there_are_none(body: bytes):
    with pytest.raises(ContentError, match="in place of FeatureCollection"):
        vector_layers.page(body)


@NO_SAMPLES
@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("amsterdam-wrong_garages.json", "The column id is missing.*column-missing"),
        ("arnhem-incorrect_filter.json", "in place of FeatureCollection.*column-retyped"),
    ],
)
def test_a_recorded_feed_of_another_service_is_refused_and_never_nought(name: str, message: str):
    with pytest.raises(ContentError, match=message):
        vector_layers.page(sample(f"parking/{name}").read_bytes())


@pytest.mark.parametrize("told", ["unknown", "", "-1"])
def test_a_number_of_hits_that_is_none_is_refused(told: str):
    with pytest.raises(ContentError, match="numberMatched"):
        vector_layers.matched(f'<FeatureCollection numberMatched="{told}"/>'.encode())


def test_a_coordinate_system_nobody_knows_is_refused(tmp_path: Path):
    given = {
        "type": "FeatureCollection",
        "features": [{"properties": {}, "geometry": {"type": "Point", "coordinates": [1, 2]}}],
    }
    with pytest.raises(ContentError, match="outside-box"):
        vector_layers.read(
            [
                write_piece(
                    tmp_path,
                    "a.json",
                    json.dumps(given),
                    content_crs="<http://www.opengis.net/def/crs/EPSG/0/99999>",
                )
            ],
            area(),
        )


@NO_SAMPLES
def test_the_recorded_page_with_a_cursor_names_the_next():
    page = vector_layers.page(
        sample("pdok_ogc/gokoala-expected_foo_collection_with_cursor.json").read_bytes()
    )
    assert (len(page.ids), page.next_url) == (
        2,
        "http://localhost:8080/collections/foo/items?cursor=DwA%7CNwyr1Q&f=json&limit=2",
    )


@NO_REAL
def test_the_same_real_addresses_in_two_systems_lie_within_a_millimetre():
    asked = area(place(core=Point(120_400.0, 488_500.0)))
    metres, degrees = (
        vector_layers.read(
            [piece(real(f"bag_addresses_amsterdam/{name}.gpkg"))], asked, columns=("straatnaam",)
        ).frame
        for name in ("bag", "bag-wgs84")
    )
    assert len(metres) == len(degrees) > 0
    apart = metres.geometry.distance(degrees.geometry)
    assert np.nanmax(apart) < 0.001


@pytest.mark.parametrize("encoding", ["WKB", "geoarrow"])
@pytest.mark.parametrize("crs", [RD, WGS84])
def test_parquet_is_read_alike_however_its_points_are_written(
    tmp_path: Path, encoding: str, crs: str
):
    path = tmp_path / "units.parquet"
    given = gpd.GeoDataFrame(
        {"n": ["a", "b", "c"], "more": 1},
        geometry=[Point(X, Y), None, Point(X + 10, Y)],
        crs=RD,
        index=[4, 9, 2],
    )
    given.to_crs(crs).to_parquet(path, geometry_encoding=encoding)
    met = vector_layers.read([piece(path)], area(place(core=Point(X, Y))), columns=("n",))
    assert met.frame.columns.tolist() == ["n", "geometry"] and met.frame["n"].tolist() == ["a", "c"]
    assert met.counts == {"dropped-no-geometry": 1}
    assert (
        met.frame.geometry.distance(gpd.GeoSeries([Point(X, Y), Point(X + 10, Y)], crs=RD)).max()
        < 0.001
    )


def test_a_damaged_parquet_file_is_refused_by_name(tmp_path: Path):
    path = tmp_path / "units.parquet"
    gpd.GeoDataFrame(
        {"n": range(50)}, geometry=gpd.points_from_xy(range(50), range(50)), crs=RD
    ).to_parquet(path)
    whole = path.read_bytes()
    refused = 0
    for at in range(len(whole) - 400, len(whole) - 4, 7):
        broken = bytearray(whole)
        broken[at] ^= 0xFF
        path.write_bytes(broken)
        try:
            vector_layers.read([piece(path)], area())
        except ContentError as error:
            refused += 1
            assert "units.parquet" in str(error)
    assert refused > 10


def test_a_missing_column_that_nothing_resembles_says_so_in_both_languages():
    with pytest.raises(ContentError) as refused:
        column_checks.require(["naam", "waarde"], ["gemeentecode"])
    assert (
        refused.value.finding.nl == "De kolom gemeentecode ontbreekt (lijkt op: geen andere kolom)."
    )
    assert (
        refused.value.finding.en
        == "The column gemeentecode is missing (looks like: no other column)."
    )
    with pytest.raises(ContentError, match="looks like: gemeente_code"):
        column_checks.require(["naam", "gemeente_code"], ["gemeentecode"])
