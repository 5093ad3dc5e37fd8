"""Tables as GeoParquet and GeoJSON."""

import io
import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import geopandas as gpd
import pyarrow.parquet as pq
import pytest
from shapely import Point, Polygon

from data.errors import ExportError
from data.export.sheet import ExportTable
from data.export.vector_files import geojson, geoparquet
from geo.crs import to_wgs84
from tests.data.export.map_tables import MIXED, row, sheet
from tests.town import X, Y

# GeoParquet 1.1


def test_parquet_describes_its_shapes_and_their_boxes(tmp_path: Path):
    (tmp_path / "out.parquet").write_bytes(geoparquet(MIXED))
    geo = json.loads(pq.read_schema(tmp_path / "out.parquet").metadata[b"geo"])
    assert (geo["version"], geo["primary_column"]) == ("1.1.0", "geometry")
    column = geo["columns"]["geometry"]
    assert column["encoding"] == "WKB" and column["crs"]["id"] == {
        "authority": "EPSG",
        "code": 28992,
    }
    assert sorted(column["geometry_types"]) == ["LineString", "Point", "Polygon"]
    assert column["covering"]["bbox"]["xmin"] == ["bbox", "xmin"] and column["bbox"] == [
        X,
        Y,
        X + 100,
        Y + 100,
    ]


def test_row_without_a_shape_has_no_box(tmp_path: Path):
    (tmp_path / "out.parquet").write_bytes(geoparquet(MIXED))
    rows = pq.read_table(tmp_path / "out.parquet").to_pylist()
    assert [(found["geometry"] is None, found["bbox"] is None) for found in rows] == [
        (False, False)
    ] * 3 + [(True, True)]


def test_parquet_keeps_types_and_carries_its_sources(tmp_path: Path):
    (tmp_path / "out.parquet").write_bytes(geoparquet(MIXED))
    schema = pq.read_schema(tmp_path / "out.parquet")
    kinds = {
        name: str(schema.field(name).type) for name in ("rate", "units", "day", "open", "streets")
    }
    assert kinds == {
        "rate": "double",
        "units": "int64",
        "day": "date32[day]",
        "open": "bool",
        "streets": "list<element: string>",
    }
    told = json.loads(schema.metadata[b"stadshart"])
    assert [source["publisher"] for source in told["sources"]] == [
        "De Voorbeeldkrant",
        "Gemeente Voorbeeldstad",
    ]
    assert (told["version"], told["notes"], told["columns"]["rate"]) == (
        "v1",
        ["Gemodelleerd."],
        "deel van de panden",
    )
    assert gpd.read_parquet(tmp_path / "out.parquet").crs == "EPSG:28992"


def test_no_rows_are_no_row_group(tmp_path: Path):
    # One without rows would lack the statistics of its boxes, which the standard asks of every row
    # group.
    (tmp_path / "out.parquet").write_bytes(geoparquet(sheet()))
    file = pq.ParquetFile(tmp_path / "out.parquet")
    geo = json.loads(file.schema_arrow.metadata[b"geo"])["columns"]["geometry"]
    assert (file.metadata.num_rows, file.num_row_groups) == (0, 0)
    assert geo["geometry_types"] == [] and "bbox" not in geo
    empty, full = (
        gpd.read_parquet(tmp_path / "out.parquet"),
        gpd.read_parquet(io.BytesIO(geoparquet(MIXED))),
    )
    assert empty.crs == "EPSG:28992" and list(empty.columns) == list(full.columns)


@pytest.mark.slow
@pytest.mark.skipif(
    find_spec("geoparquet_validator") is None
    and not (Path(sys.executable).parent / "geoparquet-validator").exists(),
    reason="geoparquet-validator is not installed: it is in the extra `oracle`",
)
@pytest.mark.parametrize("taken", [MIXED, sheet()], ids=["rows", "no rows"])
def test_its_own_validator_passes_the_parquet(tmp_path: Path, taken: ExportTable):
    (tmp_path / "out.parquet").write_bytes(geoparquet(taken))
    tool = os.fspath(Path(sys.executable).parent / "geoparquet-validator")
    done = subprocess.run(
        [tool, "check", os.fspath(tmp_path / "out.parquet")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


# GeoJSON (RFC 7946)


def test_geojson_is_in_degrees_to_a_centimetre_with_unknown_as_null():
    whole = json.loads(geojson(MIXED))
    spot = to_wgs84(gpd.GeoSeries([Point(X, Y)], crs="EPSG:28992")).iloc[0]
    assert whole["features"][0]["geometry"]["coordinates"] == [round(spot.x, 7), round(spot.y, 7)]
    assert [feature["geometry"] is None for feature in whole["features"]] == [
        False,
        False,
        False,
        True,
    ]
    assert whole["features"][3]["properties"]["rate"] is None
    assert "crs" not in whole and whole["sources"][1]["credit"] == "Bron: gemeente"


def test_outer_rings_of_geojson_follow_the_right_hand_rule():
    ring = json.loads(geojson(MIXED))["features"][2]["geometry"]["coordinates"][0]
    assert Polygon(ring).exterior.is_ccw and ring[0] == ring[-1]


def test_every_row_tells_its_source_unless_an_id_does():
    told, silent = geojson(MIXED), geojson(sheet(row("punt", Point(X, Y)), told=False))
    assert (
        json.loads(told)["features"][2]["properties"]["source_publisher"]
        == "Gemeente Voorbeeldstad"
    )
    assert "source_publisher" not in json.loads(silent)["features"][0]["properties"]


def test_table_without_shapes_is_no_geojson():
    with pytest.raises(ExportError, match="take it as csv"):
        geojson(ExportTable("t", (), (), "nl"))
