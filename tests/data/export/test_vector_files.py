"""What a table looks like once it has left for a map program."""

import io
import json
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date
from importlib.util import find_spec
from pathlib import Path

import geopandas as gpd
import pyarrow.parquet as pq
import pyogrio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiLineString, MultiPolygon, Point, Polygon, box
from shapely.geometry.base import BaseGeometry

from data.errors import ExportError
from data.export.sheet import Cell, ExportColumn, ExportRow, ExportTable, SourceNote
from data.export.simple_features import simple
from data.export.vector_files import geojson, geopackage, geoparquet
from geo.crs import to_wgs84
from tests.town import X, Y

PAPER = SourceNote(
    "De Voorbeeldkrant", "Leegstand", "https://example.org/a", "2023", "CC0 1.0", date(2024, 3, 1)
)
COUNTER = SourceNote(
    "Gemeente Voorbeeldstad",
    "Tellingen",
    None,
    None,
    "CC BY 4.0",
    date(2024, 3, 2),
    "Bron: gemeente",
)
COLUMNS = (
    ExportColumn("name", "Naam"),
    ExportColumn("rate", "Leegstand", "share", "deel van de panden"),
    ExportColumn("units", "Panden", "number"),
    ExportColumn("day", "Dag", "date"),
    ExportColumn("open", "Open", "flag"),
    ExportColumn("streets", "Straten", "list"),
)
# A ring that turns right, as shapefiles have it and neither GeoPackage rules nor GeoJSON want it.
RIGHT = Polygon([(X, Y), (X, Y + 100), (X + 100, Y + 100), (X + 100, Y)])
HOSTILE = "</script> ${x} `t Hoekje \x00 \"'"


def row(
    name: str,
    shape: BaseGeometry | None,
    *,
    source: SourceNote = PAPER,
    rate: float | None = 0.25,
    streets: Cell = (),
) -> ExportRow:
    return ExportRow((name, rate, 4, date(2023, 11, 1), True, streets), (source,), shape)


def sheet(*rows: ExportRow, name: str = "straten", told: bool = True) -> ExportTable:
    return ExportTable(
        "Straten",
        COLUMNS,
        rows,
        "nl",
        "https://example.org",
        ("Gemodelleerd.",),
        name,
        "v1",
        geometric=True,
        sources_in_rows=told,
    )


MIXED = sheet(
    row("punt", Point(X, Y)),
    row("lijn", LineString([(X, Y), (X + 9, Y)])),
    row("vlak", RIGHT, source=COUNTER),
    row("nergens", None, rate=None),
)


@contextmanager
def opened(content: bytes, folder: Path) -> Iterator[sqlite3.Connection]:
    path = folder / "out.gpkg"
    path.write_bytes(content)
    with closing(sqlite3.connect(path)) as base:
        yield base


def columns_of(base: sqlite3.Connection, table: str) -> list[str]:
    return [found[1] for found in base.execute(f'pragma table_info("{table}")')]


# GeoPackage, by the rules of the national data portal (PDOK)
# -------------------------------------------------------


def test_names_are_small_letters_digits_and_underscores(tmp_path: Path):
    with opened(geopackage([MIXED], looks={"straten_point": "<qgis/>"}), tmp_path) as base:
        names = [name for (name,) in base.execute("select table_name from gpkg_contents")]
        names += [column for name in names for column in columns_of(base, name)]
    assert {
        "straten_point",
        "straten_line",
        "straten_area",
        "straten_unlocated",
        "layer_styles",
    } <= set(names)
    assert not [name for name in names if not re.fullmatch(r"[a-z][a-z0-9_]*", name)]


def test_layer_has_one_kind_of_shape_and_at_least_one_row(tmp_path: Path):
    with opened(geopackage([MIXED]), tmp_path) as base:
        kinds = dict(
            base.execute("select table_name, geometry_type_name from gpkg_geometry_columns")
        )
        assert kinds == {
            "straten_point": "POINT",
            "straten_line": "MULTILINESTRING",
            "straten_area": "MULTIPOLYGON",
        }
        assert all(
            base.execute(f'select count(*) from "{name}"').fetchone() == (1,) for name in kinds
        )


def test_every_layer_has_an_index_a_key_and_the_same_name_for_its_shapes(tmp_path: Path):
    with opened(geopackage([MIXED]), tmp_path) as base:
        layers = [name for (name,) in base.execute("select table_name from gpkg_geometry_columns")]
        indexed = {
            name
            for (name,) in base.execute(
                "select table_name from gpkg_extensions where extension_name = 'gpkg_rtree_index'"
            )
        }
        assert indexed == set(layers)
        assert {
            name for (name,) in base.execute("select column_name from gpkg_geometry_columns")
        } == {"geom"}
        assert all(
            any(found[5] for found in base.execute(f'pragma table_info("{name}")'))
            for name in layers
        )


def test_a_heading_and_a_definition_stand_with_every_column(tmp_path: Path):
    with opened(geopackage([MIXED]), tmp_path) as base:
        named = {
            column: (title, described)
            for column, title, described in base.execute(
                "select column_name, name, description from gpkg_data_columns"
                " where table_name = 'straten_point'"
            )
        }
    assert named["rate"] == ("Leegstand", "deel van de panden")
    assert {column.key for column in COLUMNS} <= named.keys()


def test_a_layer_carries_title_notes_and_licences(tmp_path: Path):
    with opened(geopackage([MIXED]), tmp_path) as base:
        described = dict(base.execute("select table_name, description from gpkg_contents"))
    about = pyogrio.read_info(tmp_path / "out.gpkg", layer="straten_point")["layer_metadata"]
    assert described["straten_point"] == "Straten"
    assert (about["NOTES"], about["VERSION"]) == ("Gemodelleerd.", "v1")
    assert PAPER.licence in about["LICENCES"] and PAPER.title in about["SOURCES"]


def test_a_day_is_a_day_without_a_time(tmp_path: Path):
    with opened(geopackage([MIXED]), tmp_path) as base:
        kinds = {found[1]: found[2] for found in base.execute('pragma table_info("straten_point")')}
        assert base.execute('select day from "straten_point"').fetchone() == ("2023-11-01",)
    assert kinds["day"] == "DATE"


def test_everything_is_in_rd_and_flat(tmp_path: Path):
    with opened(geopackage([MIXED]), tmp_path) as base:
        assert set(base.execute("select srs_id, z, m from gpkg_geometry_columns")) == {
            (28992, 0, 0)
        }


def test_outer_rings_turn_left_and_inner_rings_right(tmp_path: Path):
    holed = MultiPolygon([Polygon(RIGHT.exterior, [box(X + 10, Y + 10, X + 20, Y + 20).exterior])])
    (tmp_path / "out.gpkg").write_bytes(geopackage([sheet(row("vlak", holed))]))
    (area,) = gpd.read_file(tmp_path / "out.gpkg", layer="straten").geometry
    assert area.geoms[0].exterior.is_ccw and not area.geoms[0].interiors[0].is_ccw


@pytest.mark.parametrize(
    "street",
    [
        MultiLineString([[(X, Y), (X + 20, Y)], [(X + 10, Y - 10), (X + 10, Y + 10)]]),
        LineString([(X, Y), (X + 20, Y), (X + 20, Y + 20), (X, Y - 20)]),
        MultiLineString([[(X, Y), (X + 10, Y), (X + 10, Y + 10), (X, Y)], [(X, Y), (X - 20, Y)]]),
    ],
    ids=["cross", "loop", "roundabout"],
)
def test_street_that_crosses_itself_is_cut_where_it_does(tmp_path: Path, street: BaseGeometry):
    (tmp_path / "out.gpkg").write_bytes(geopackage([sheet(row("straat", street))]))
    (found,) = gpd.read_file(tmp_path / "out.gpkg", layer="straten").geometry
    assert found.is_simple and not street.is_simple
    assert found.equals(street) and found.length == pytest.approx(street.length)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.lists(
            st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=2, max_size=5, unique=True
        ),
        min_size=1,
        max_size=4,
    )
)
def test_lines_leave_simple_with_nothing_lost(lines: list[list[tuple[int, int]]]):
    street = MultiLineString(lines)
    found = simple(street.geoms)
    assert (
        found.is_simple and found.buffer(0.01).covers(street) and street.buffer(0.01).covers(found)
    )


def test_version_is_one_that_other_programs_know(tmp_path: Path):
    with opened(geopackage([MIXED]), tmp_path) as base:
        assert base.execute("pragma user_version").fetchone() == (10300,)


def test_sources_definitions_and_version_go_along(tmp_path: Path):
    with opened(geopackage([MIXED]), tmp_path) as base:
        assert base.execute(
            "select publisher, licence, credit from sources order by 1"
        ).fetchall() == [
            ("De Voorbeeldkrant", "CC0 1.0", None),
            ("Gemeente Voorbeeldstad", "CC BY 4.0", "Bron: gemeente"),
        ]
        assert ("straten", "rate", "Leegstand", "deel van de panden") in base.execute(
            "select table_name, column_name, title, definition from columns"
        ).fetchall()
        assert base.execute("select version, link, notes from about").fetchall() == [
            ("v1", "https://example.org", "Gemodelleerd.")
        ]


def test_style_is_found_by_the_name_of_its_layer(tmp_path: Path):
    looks = {"straten": "<qgis/>", "elders": "<qgis/>"}
    with opened(geopackage([sheet(row("punt", Point(X, Y)))], looks=looks), tmp_path) as base:
        asked = (
            "select f_table_name, f_geometry_column, styleQML from layer_styles where"
            " f_table_schema = '' and useAsDefault order by update_time"
        )
        assert base.execute(asked).fetchall() == [("straten", "geom", "<qgis/>")]


def test_same_rows_are_the_same_bytes():
    assert geopackage([MIXED], looks={"straten_point": "<qgis/>"}) == geopackage(
        [MIXED], looks={"straten_point": "<qgis/>"}
    )
    assert geoparquet(MIXED) == geoparquet(MIXED) and geojson(MIXED) == geojson(MIXED)


def test_nothing_is_no_geopackage():
    with pytest.raises(ExportError, match="at least one row"):
        geopackage([sheet()])


def test_hostile_name_stays_the_text_it_is(tmp_path: Path):
    kept = sheet(row(HOSTILE, Point(X, Y)))
    said = HOSTILE.replace("\x00 ", " ").replace("  ", " ")
    with opened(geopackage([kept]), tmp_path) as base:
        assert base.execute("select name from straten").fetchall() == [(said,)]
    assert json.loads(geojson(kept))["features"][0]["properties"]["name"] == said


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
