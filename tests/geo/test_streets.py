"""Sections between junctions, squares, pavements and names."""

import os
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import GeometryCollection, LineString, Point, Polygon

from geo import streets
from geo.crs import RD
from geo.errors import WrongCrsError, WrongShapeError

REAL = os.environ.get("STADSHART_REAL")


def osm(*rows):
    names, kinds, shapes = zip(*rows, strict=True)
    return gpd.GeoDataFrame(
        {"name": names, "highway": kinds},
        geometry=[LineString(s) if isinstance(s, list) else s for s in shapes],
        crs=RD,
    )


MARKT = ("Marktstraat", "pedestrian")


def test_street_is_cut_at_its_junctions():
    found = streets.sections(
        osm(
            (*MARKT, [(0, 0), (100, 0), (300, 0)]),
            ("Zijstraat", "residential", [(100, 0), (100, 50)]),
        )
    )
    assert sorted(found.loc[found["name"] == "Marktstraat", "length_m"]) == [100.0, 200.0]
    assert found["kind"].unique().tolist() == ["street"]


def test_pieces_of_one_name_between_junctions_are_one_section():
    found = streets.sections(osm((*MARKT, [(0, 0), (100, 0)]), (*MARKT, [(200, 0), (100, 0)])))
    assert found["length_m"].tolist() == [200.0]


def test_change_of_name_ends_a_section():
    found = streets.sections(
        osm((*MARKT, [(0, 0), (100, 0)]), ("Enschedesestraat", "pedestrian", [(100, 0), (200, 0)]))
    )
    assert sorted(found["name"]) == ["Enschedesestraat", "Marktstraat"]


def test_square_stays_an_area_and_measures_its_longer_side():
    found = streets.sections(
        osm(("Oude Markt", "pedestrian", Polygon([(0, 0), (80, 0), (80, 60), (0, 60)])))
    )
    assert found["kind"].tolist() == ["square"]
    assert found["length_m"].tolist() == [pytest.approx(80.0)]
    assert found.geometry.area.tolist() == [4800.0]


def test_pavement_belongs_to_the_street_it_runs_beside():
    found = streets.sections(
        osm((*MARKT, [(0, 0), (200, 0)]), (None, "footway", [(0, 8), (200, 8)]))
    ).set_index("kind")
    assert found.loc["path", "part_of"] == found.loc["street", "street_id"]
    assert pd.isna(found.loc["street", "part_of"])


@pytest.mark.parametrize(
    ("name", "way"),
    [
        (None, [(100, -14), (100, 14)]),  # crosses it
        (None, [(0, 40), (200, 40)]),  # too far
        ("Kerkpad", [(0, 8), (200, 8)]),  # has a name of its own
        (None, [(0, 8), (80, 8), (200, 120)]),  # leaves it
    ],
)
def test_path_of_its_own_belongs_to_no_street(name, way):
    found = streets.sections(osm((*MARKT, [(0, 0), (200, 0)]), (name, "footway", way)))
    assert found["part_of"].isna().all()


def test_pavement_with_the_name_of_its_street_belongs_to_it():
    found = streets.sections(
        osm((*MARKT, [(0, 0), (200, 0)]), ("Marktstraat", "footway", [(0, 8), (200, 8)]))
    )
    assert found["part_of"].notna().sum() == 1


def test_doubled_line_counts_once_under_its_name():
    found = streets.sections(
        osm((None, "pedestrian", [(0, 0), (100, 0)]), (*MARKT, [(100, 0), (0, 0)]))
    )
    assert found[["name", "length_m"]].values.tolist() == [["Marktstraat", 100.0]]


def test_doubled_square_counts_once():
    square = Polygon([(0, 0), (80, 0), (80, 60), (0, 60)])
    assert len(streets.sections(osm((*MARKT, square), (*MARKT, square)))) == 1


def test_row_order_changes_nothing():
    rows = osm(
        (*MARKT, [(0, 0), (100, 0), (300, 0)]),
        ("Zijstraat", "residential", [(100, 0), (100, 50)]),
        (None, "footway", [(0, 8), (300, 8)]),
        ("Oude Markt", "pedestrian", Polygon([(100, 50), (180, 50), (180, 110), (100, 110)])),
    )
    here, there = streets.sections(rows), streets.sections(rows.iloc[::-1])
    assert here.equals(there)


def test_ids_stay_when_another_street_comes():
    one = osm((*MARKT, [(0, 0), (100, 0)]))
    more = osm((*MARKT, [(0, 0), (100, 0)]), ("Verweg", "residential", [(900, 0), (950, 0)]))
    assert (
        set(streets.sections(one)["street_id"])
        == {"marktstraat-50-0"}
        < set(streets.sections(more)["street_id"])
    )


def test_ids_are_unique_when_middles_coincide():
    found = streets.sections(osm((*MARKT, [(0, 0), (100, 0)]), (*MARKT, [(50, 50), (50, -50)])))
    assert sorted(found["street_id"]) == ["marktstraat-50-0", "marktstraat-50-0-2"]


def test_rows_without_line_or_area_are_left_out():
    rows = osm(
        (*MARKT, [(0, 0), (100, 0)]),
        (*MARKT, Point(5, 5)),
        (*MARKT, None),
        (*MARKT, LineString()),
        (*MARKT, GeometryCollection()),
    )
    assert len(streets.sections(rows)) == 1


def test_no_rows_give_no_sections():
    found = streets.sections(osm((*MARKT, [(0, 0), (100, 0)])).iloc[:0])
    assert found.empty
    assert found.columns.tolist() == [
        "street_id",
        "name",
        "highway",
        "kind",
        "part_of",
        "length_m",
        "geometry",
    ]


def test_names_of_spaces_are_no_names():
    assert streets.sections(osm(("  ", "residential", [(0, 0), (100, 0)])))["name"].isna().all()


def test_line_through_itself_is_cut_where_it_meets_itself():
    eight = [(0, 0), (50, 50), (100, 100), (100, 0), (50, 50), (0, 100)]
    assert len(streets.sections(osm((*MARKT, eight)))) == 3


def test_columns_named_like_geometry_attributes_do_no_harm():
    rows = osm((*MARKT, [(0, 0), (100, 0)])).assign(
        type="multipolygon", length="x", area="yes", part_of="z", kind="k"
    )
    assert streets.sections(rows)["length_m"].tolist() == [100.0]


def test_missing_columns_are_named():
    with pytest.raises(WrongShapeError, match="no highway"):
        streets.sections(osm((*MARKT, [(0, 0), (1, 0)])).drop(columns="highway"))


def test_degrees_are_refused():
    with pytest.raises(WrongCrsError):
        streets.sections(osm((*MARKT, [(0, 0), (1, 0)])).to_crs(4326))


@pytest.mark.parametrize(
    ("written", "searched"),
    [
        ("Oude Markt", "oude markt"),
        ("'t Zeggelt", "t zeggelt"),
        ("’T ZEGGELT", "t zeggelt"),
        ("Van Loenshof", "v. loenshof"),
        ("Burg. Jansenplein", "burgemeester jansenplein"),
        ("Haaksberger-straat", "Haaksberger straat"),
        ("Hoge Bothofstr.", "Hoge Bothofstraat"),
        ("Van der Waalslaan", "v.d. Waalslaan"),
        ("Caféstraat", "cafestraat"),
        ("  Noorder\thagen ", "noorder hagen"),
    ],
)
def test_ways_of_writing_one_name_agree(written, searched):
    assert streets.search_key(written) == streets.search_key(searched)


def test_different_names_stay_different():
    assert streets.search_key("Markt") != streets.search_key("Marktstraat")


def test_find_puts_the_exact_name_first_and_keeps_the_writing():
    names = pd.Series(["Oude Markt", "Marktstraat", None, "Markt"], dtype="str")
    assert streets.find(names, "markt").tolist() == ["Markt", "Marktstraat", "Oude Markt"]
    assert streets.find(names, "oudemarkt").index.tolist() == [0]


@pytest.mark.parametrize("asked", ["", " ", "'", "zzz", "[", "\\"])
def test_find_of_nothing_finds_nothing(asked):
    assert streets.find(pd.Series(["Oude Markt"], dtype="str"), asked).empty


@pytest.mark.slow
@pytest.mark.real
@pytest.mark.skipif(
    REAL is None, reason="STADSHART_REAL is unset: the real Enschede network is not here"
)
def test_enschede_keeps_its_length_names_and_squares():
    raw = gpd.read_file(
        Path(REAL) / "enschede_osm_streets" / "enschede_highways_2023-12-24.kml"
    ).to_crs(RD)
    found = streets.sections(raw.rename(columns={"Name": "name"}))
    drawn = raw.geometry[raw.geom_type == "LineString"]
    assert found.loc[found["kind"] != "square", "length_m"].sum() == pytest.approx(
        drawn.length.sum(), rel=1e-9
    )
    assert found["street_id"].is_unique
    assert (found["kind"] == "square").sum() == 116
    assert "Oude Markt" in set(streets.find(found["name"], "OUDE-MARKT"))
    assert found["part_of"].notna().sum() > 500
