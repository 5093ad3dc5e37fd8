"""A GeoPackage, by the rules of the national data portal (PDOK)."""

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import geopandas as gpd
import pyogrio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiLineString, MultiPolygon, Point, Polygon, box
from shapely.geometry.base import BaseGeometry

from data.errors import ExportError
from data.export.geopackage import geopackage
from data.export.simple_features import simple
from data.export.vector_files import geojson, geoparquet
from tests.data.export.map_tables import COLUMNS, HOSTILE, MIXED, PAPER, RIGHT, row, sheet
from tests.town import X, Y


@contextmanager
def opened(content: bytes, folder: Path) -> Iterator[sqlite3.Connection]:
    path = folder / "out.gpkg"
    path.write_bytes(content)
    with closing(sqlite3.connect(path)) as base:
        yield base


def columns_of(base: sqlite3.Connection, table: str) -> list[str]:
    return [found[1] for found in base.execute(f'pragma table_info("{table}")')]


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
