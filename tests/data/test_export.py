"""Tables to take along, in the formats of others."""

import csv
import io
import json
import zipfile
from pathlib import Path

import geopandas as gpd
import pyarrow.parquet as pq
import pyogrio
import pytest
from openpyxl import load_workbook

from data import export
from data.errors import ExportError
from data.export import Taken, safe_text
from geo.crs import to_wgs84
from tests import town

PAPER = town.sources()[:1]


def taken(name: str, frame=None) -> Taken:
    return Taken(name, town.tables()[name] if frame is None else frame, tuple(PAPER), "v1", "https://example.org")


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("out") / "voorbeeldstad.gpkg"
    export.geopackage([taken(name) for name in ("places", "initiatives", "streets", "background", "actors", "street_vacancy")], path)
    return path


def test_geopackage_has_one_kind_of_shape_per_layer_in_rd(package: Path):
    for name, kind in pyogrio.list_layers(package):
        info = pyogrio.read_info(package, layer=name)
        assert kind is None or (kind in ("Point", "MultiLineString", "MultiPolygon") and info["crs"] == "EPSG:28992"), name


def test_geopackage_names_are_plain(package: Path):
    for name, _ in pyogrio.list_layers(package):
        fields = pyogrio.read_info(package, layer=name)["fields"]
        assert all(part.replace("_", "").isalnum() and part == part.lower() for part in [name, *fields])


def test_geopackage_keeps_every_row(package: Path):
    layers = {name: pyogrio.read_info(package, layer=name)["features"] for name, _ in pyogrio.list_layers(package)}
    assert layers["initiatives"] + layers["initiatives_unlocated"] == len(town.initiatives())
    assert layers["places_area"] + layers["places_point"] == len(town.places())
    assert layers["actors"] == len(town.actors())


def test_geopackage_carries_its_sources(package: Path):
    sources = pyogrio.read_dataframe(package, layer="sources")
    assert sources["licence"].tolist() == ["niet vermeld; los feit met bronvermelding"]
    assert set(pyogrio.read_dataframe(package, layer="about")["version"]) == {"v1"}


def test_outer_rings_in_a_geopackage_turn_left(package: Path):
    shapes = pyogrio.read_dataframe(package, layer="places_area").geometry
    assert all(part.exterior.is_ccw for shape in shapes for part in shape.geoms)


def test_same_tables_are_the_same_geopackage(tmp_path: Path):
    for name in ("a.gpkg", "b.gpkg"):
        export.geopackage([taken("streets"), taken("actors")], tmp_path / name)
    assert (tmp_path / "a.gpkg").read_bytes() == (tmp_path / "b.gpkg").read_bytes()


def test_existing_file_is_not_written_over(package: Path):
    with pytest.raises(ExportError, match="existing file"):
        export.geopackage([taken("streets")], package)


def test_parquet_comes_back_the_same_and_carries_its_sources(tmp_path: Path):
    path = tmp_path / "streets.parquet"
    path.write_bytes(export.geoparquet(taken("streets")))
    back = gpd.read_parquet(path)
    assert back.crs == "EPSG:28992" and sorted(back["street_id"]) == sorted(town.streets()["street_id"])
    metadata = pq.read_schema(path).metadata
    assert json.loads(metadata[b"stadshart"])["sources"][0]["publisher"] == "De Voorbeeldkrant"
    assert json.loads(metadata[b"geo"])["version"] == "1.1.0" and "bbox" in str(json.loads(metadata[b"geo"]))


def test_geojson_is_in_degrees_with_unknown_as_null():
    content = json.loads(export.geojson(taken("initiatives")))
    by_id = {feature["properties"]["initiative_id"]: feature for feature in content["features"]}
    spot = to_wgs84(town.initiatives().geometry).iloc[0]
    assert by_id["voorbeeldmarkt"]["geometry"]["coordinates"] == [round(spot.x, 7), round(spot.y, 7)]
    assert by_id["ondernemerstafel"]["geometry"] is None
    assert by_id["leeg-naar-licht"]["properties"]["status"] is None
    assert by_id["lichtjesavond"]["properties"]["streets"] == "Langestraat; Dwarsstraat"
    assert content["sources"][0]["source_id"] == "voorbeeldkrant"


def test_table_without_shapes_is_no_geojson():
    with pytest.raises(ExportError, match="take it as csv"):
        export.geojson(taken("actors"))


def test_csv_opens_in_dutch_spreadsheets_with_the_source_in_every_row():
    frame = town.observations({"value": -0.4}, {"observation_id": "b", "value": None, "value_text": "meer dan 400"})
    rows = rows_of(export.table_csv(taken("observations", frame)))
    assert [row["value"] for row in rows] == ["-0,4", ""]
    assert {row["bron"] for row in rows} == {"De Voorbeeldkrant"}
    assert export.table_csv(taken("observations", frame)).startswith(b"\xef\xbb\xbf")


def test_points_leave_as_two_numbers_in_rd():
    rows = rows_of(export.table_csv(taken("premises")))
    assert (float(rows[0]["x"].replace(",", ".")), float(rows[0]["y"].replace(",", "."))) == (town.X - 180, town.Y - 90)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "＝1"])
def test_text_is_never_a_formula(text: str):
    assert safe_text(text).startswith("'")
    frame = town.actors({"name": text.strip() or text})
    if not text[0].isspace():
        assert rows_of(export.table_csv(taken("actors", frame)))[0]["name"] == "'" + text


def test_control_characters_do_not_end_a_download():
    assert safe_text("a\x00b\x0bc\ud800") == "abc"


def test_workbook_has_typed_cells_and_a_sheet_of_sources(tmp_path: Path):
    path = tmp_path / "out.xlsx"
    path.write_bytes(export.workbook([taken("observations", town.observations({"note": "=cmd()"})), taken("streets")]))
    book = load_workbook(path)
    assert book.sheetnames == ["observations", "streets", "bronnen"]
    sheet = book["observations"]
    cells = {sheet.cell(1, at).value: sheet.cell(2, at) for at in range(1, sheet.max_column + 1)}
    assert (cells["value"].data_type, cells["note"].data_type, cells["note"].value) == ("n", "s", "'=cmd()")
    assert cells["period_start"].is_date
    assert any(cell == "De Voorbeeldkrant" for row in book["bronnen"].values for cell in row)
    with zipfile.ZipFile(path) as archive:
        assert not any(b"<f>" in archive.read(name) for name in archive.namelist())
