"""Shapes with a broken outline are left out or repaired, counted under a rule, and told."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from shapely.geometry import Point

from etl import area as areas
from etl.area import Area
from etl.parsing import vector_layers
from etl.sources import osm
from etl.sources.reference import place_table
from geo.crs import RD
from tests.etl import pbf
from tests.etl.made_up_town import X, Y, degrees, overpass, place_file, way
from tests.etl.sources.source_runs import codes, piece, write_piece

SQUARE = ((0, 0), (40, 0), (40, 40), (0, 40))
BOW = ((0, 0), (40, 40), (40, 0), (0, 40), (0, 0))


@pytest.fixture
def town(tmp_path: Path) -> Area:
    return areas.area_of_places(place_table(place_file(tmp_path / "places")))


def extract(count: int) -> bytes:
    """An extract with one street, and so many buildings whose outline is open."""
    nodes = [pbf.Node(at, *degrees(x, y)) for at, (x, y) in enumerate(SQUARE, 1)]
    numbers, tags = range(1, count + 1), {"type": "multipolygon", "building": "yes"}
    street = pbf.Way(100, [1, 2], {"highway": "residential"})
    outlines = [pbf.Way(at, [1, 2, 3, 4], {}) for at in numbers]
    relations = [pbf.Relation(at, [("outer", at)], tags) for at in numbers]
    return pbf.written(nodes, [street, *outlines], relations)


def geojson(*shapes: dict[str, object] | None) -> str:
    rows = []
    for at, one in enumerate(shapes, 1):
        tags = {"@id": f"way/{at}", "building": "yes"}
        rows.append({"type": "Feature", "properties": tags, "geometry": one})
    return json.dumps({"type": "FeatureCollection", "features": rows})


def kml(*rings: str) -> str:
    marks = ""
    for at, ring in enumerate(rings, 1):
        told = {"@id": f"way/{at}", "building": "yes"}
        pairs = (f"<Data name='{key}'><value>{one}</value></Data>" for key, one in told.items())
        data = "".join(pairs)
        line = f"<LinearRing><coordinates>{ring}</coordinates></LinearRing>"
        area = f"<Polygon><outerBoundaryIs>{line}</outerBoundaryIs></Polygon>"
        marks += f"<Placemark><ExtendedData>{data}</ExtendedData>{area}</Placemark>"
    return f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{marks}</Document></kml>'


def told(parsed: object) -> str:
    (finding,) = [one for one in parsed.findings if one.code == "outlines-broken"]
    return finding.nl


@pytest.mark.slow
def test_open_outlines_of_an_extract_are_counted_and_told(town: Area, tmp_path: Path):
    parsed = osm.parse([write_piece(tmp_path, "stad.osm.pbf", extract(6))], town)
    assert parsed.counts == {"dropped-open-ring": 6}
    assert told(parsed) == (
        "stad.osm.pbf: vormen met een open, gekruiste of lege omtrek: 6 weggelaten, 0 hersteld."
    )
    assert len(parsed.frames["lines"]) == 1


@pytest.mark.slow
def test_an_extract_without_broken_outlines_says_nothing(town: Area, tmp_path: Path):
    parsed = osm.parse([write_piece(tmp_path, "stad.osm.pbf", extract(0))], town)
    assert (parsed.counts, parsed.findings) == ({}, ())


def test_broken_outlines_of_geojson_are_counted_and_told(town: Area, tmp_path: Path):
    crossed = {"type": "Polygon", "coordinates": [[degrees(*spot) for spot in BOW]]}
    two_points = {"type": "Polygon", "coordinates": [[degrees(0, 0), degrees(1, 1)]]}
    given = write_piece(tmp_path, "stad.geojson", geojson(crossed, two_points, None))
    parsed = osm.parse([given], town)
    assert parsed.counts == {"dropped-no-geometry": 2, "repaired-ring": 1}
    assert told(parsed).endswith("2 weggelaten, 1 hersteld.")


def test_broken_outlines_of_kml_are_counted_and_told(town: Area, tmp_path: Path):
    crossed = " ".join(f"{lon},{lat}" for lon, lat in (degrees(*spot) for spot in BOW))
    parsed = osm.parse([write_piece(tmp_path, "stad.kml", kml(crossed, "6.0,52.0 6.1,52.1"))], town)
    assert parsed.counts == {"dropped-no-geometry": 1, "repaired-ring": 1}
    assert told(parsed).endswith("1 weggelaten, 1 hersteld.")


@pytest.mark.parametrize(("corners", "dropped"), [(SQUARE, 1), ((*SQUARE, SQUARE[0]), 0)])
def test_a_relation_whose_ways_do_not_close_is_counted_and_told(
    town: Area, tmp_path: Path, corners: tuple, dropped: int
):
    outline = way(1, corners)
    member = {"type": "way", "ref": 1, "role": "outer", "geometry": outline["geometry"]}
    lon, lat = degrees(20, 20)
    tags = {"type": "multipolygon", "building": "yes"}
    relation = {"type": "relation", "id": 9, "members": [member], "tags": tags}
    relation["center"] = {"lon": lon, "lat": lat}
    parsed = osm.parse([write_piece(tmp_path, "a.json", overpass([relation]).body)], town)
    assert parsed.counts.get("dropped-open-ring", 0) == dropped
    assert (codes(parsed) == ["outlines-broken"]) == bool(dropped)
    assert ("background" in parsed.frames) == (not dropped)


def broken_file(folder: Path, form: str) -> Path:
    """Three points, one of them missing and, where the form allows it, one cut off."""
    path = folder / f"units.{form}"
    spots = [Point(X, Y), None, Point(X + 10, Y)]
    rows = gpd.GeoDataFrame({"n": ["a", "b", "c"]}, geometry=spots, crs=RD)
    if form != "parquet":
        rows.to_file(path, driver={"gpkg": "GPKG", "geojson": "GeoJSON"}[form])
        return path
    rows.to_parquet(path)
    table = pq.read_table(path)
    cut = [*shapely.to_wkb(rows.geometry)[:2], shapely.to_wkb(rows.geometry[2])[:-4]]
    column = table.schema.field("geometry")
    pq.write_table(table.set_column(1, column, [pa.array(cut, pa.binary())]), path)
    return path


@pytest.mark.parametrize(("form", "dropped"), [("gpkg", 1), ("geojson", 1), ("parquet", 2)])
@pytest.mark.parametrize("near", [False, True])
def test_features_without_a_usable_shape_are_counted_and_told(
    town: Area, tmp_path: Path, form: str, dropped: int, near: bool
):
    met = vector_layers.read([piece(broken_file(tmp_path, form))], town, columns=("n",), near=near)
    assert met.counts == {"dropped-no-geometry": dropped} and len(met.frame) == 3 - dropped
    assert [finding.code for finding in met.findings] == ["outlines-broken"]
    assert met.findings[0].values["name"] == f"units.{form}"
