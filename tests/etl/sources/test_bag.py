import json
from pathlib import Path
from urllib.parse import urlsplit

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import Point

from etl.errors import ContentError
from etl.sources import bag
from geo.crs import RD
from tests.etl.sources.bag_units import collection, premises, unit
from tests.etl.sources.source_runs import (
    HENGELO,
    NO_REAL,
    NO_SAMPLES,
    area,
    checked_frames,
    codes,
    piece,
    place,
    real,
    sample,
    write_piece,
)

WFS, OGC = urlsplit(bag.WFS).path, urlsplit(bag.OGC).path


def test_a_shop_keeps_the_contract(tmp_path: Path):
    parsed = premises(
        tmp_path, unit(1), unit(2, huisletter="A", toevoeging="3"), timeStamp="2026-03-01T04:00:00Z"
    )
    rows = parsed.frames["premises"]
    assert rows["premises_id"].tolist() == ["bag:0164010000000001", "bag:0164010000000002"]
    assert rows["address"].tolist() == ["Marktstraat 1", "Marktstraat 2A-3"]
    assert (parsed.surveyed, rows["surveyed"].iloc[0]) == ("2026-03-01", pd.Timestamp("2026-03-01"))
    assert rows["place_id"].tolist() == ["hengelo", "hengelo"]
    assert len(checked_frames(bag, parsed, area())["premises"]) == 2


def test_a_permit_says_nothing_about_vacancy(tmp_path: Path):
    assert premises(tmp_path, unit(1)).frames["premises"]["status"].tolist() == ["unknown"]


@pytest.mark.parametrize(
    ("purposes", "use"),
    [
        ("winkelfunctie", "retail"),
        ("winkelfunctie,woonfunctie", "retail"),
        ("bijeenkomstfunctie", "assembly"),
        ("bijeenkomstfunctie,winkelfunctie", "retail/assembly"),
        ("woonfunctie", None),
        ("onderwijsfunctie,woonfunctie", None),
        ("geen winkelfunctie", None),
        (None, None),
    ],
)
def test_purposes_are_split_never_compared_whole(
    tmp_path: Path, purposes: str | None, use: str | None
):
    parsed = premises(tmp_path, unit(1, gebruiksdoel=purposes), unit(2))
    met = parsed.frames["premises"].set_index("premises_id")["use"].get("bag:0164010000000001")
    assert met == use
    assert parsed.counts.get("dropped-other-purpose", 0) == (use is None)


@pytest.mark.parametrize("status", bag.IN_USE_STATUSES)
def test_units_that_exist_are_kept(tmp_path: Path, status: str):
    assert len(premises(tmp_path, unit(1, status=status)).frames["premises"]) == 1


@pytest.mark.parametrize(
    ("status", "rule"),
    [
        *bag.LEFT_OUT.items(),
        ("Verblijfsobject gedroomd", "dropped-unheard-status"),
        (None, "dropped-unheard-status"),
    ],
)
def test_units_of_another_status_are_dropped_and_counted(
    tmp_path: Path, status: str | None, rule: str
):
    parsed = premises(tmp_path, unit(1, status=status), unit(2))
    assert (len(parsed.frames["premises"]), dict(parsed.counts)) == (1, {rule: 1})


@pytest.mark.parametrize("floor_area", [1, 999_999, 0])
def test_a_placeholder_is_no_floor_area(tmp_path: Path, floor_area: int):
    parsed = premises(tmp_path, unit(1, oppervlakte=floor_area), unit(2, oppervlakte=80))
    areas = parsed.frames["premises"]["floor_area_m2"]
    assert (areas.isna().tolist(), areas.max(), parsed.counts) == (
        [True, False],
        80.0,
        {"missing-placeholder-area": 1},
    )


def test_a_null_property_may_be_absent_in_every_row(tmp_path: Path):
    bare = [unit(number) for number in (1, 2)]
    for one in bare:
        for name in ("huisletter", "toevoeging"):
            del one["properties"][name]
    assert premises(tmp_path, *bare).frames["premises"]["address"].tolist() == [
        "Marktstraat 1",
        "Marktstraat 2",
    ]


def test_a_code_that_became_a_number_is_refused(tmp_path: Path):
    with pytest.raises(ContentError, match="identificatie.*column-retyped"):
        premises(tmp_path, unit(1, identificatie=164010000000001))


@pytest.mark.parametrize(
    ("old", "new"),
    [("gebruiksdoel", "gebruiksdoelen"), ("status", "Status"), ("oppervlakte", "oppervlak")],
)
def test_a_renamed_column_is_named_with_its_likely_new_name(tmp_path: Path, old: str, new: str):
    one = unit(1)
    one["properties"][new] = one["properties"].pop(old)
    with pytest.raises(ContentError, match=rf"{old} is missing \(looks like: {new}\)"):
        premises(tmp_path, one)


def test_a_floor_area_in_words_is_refused(tmp_path: Path):
    with pytest.raises(ContentError, match="oppervlakte.*'groot'"):
        premises(tmp_path, unit(1, oppervlakte="groot"))


def test_units_of_the_municipality_beyond_the_place_are_counted(tmp_path: Path):
    parsed = premises(tmp_path, unit(1), unit(2, east=1600.0))
    assert (len(parsed.frames["premises"]), parsed.counts) == (1, {"dropped-elsewhere": 1})


def test_a_unit_in_two_places_belongs_to_the_nearest_core(tmp_path: Path):
    near = place("plein-westermaat", role="periphery", core=Point(HENGELO.x + 1000.0, HENGELO.y))
    both = area(place(), near)
    hengelo, edge = (type(both)((one,), both.all_places) for one in both.places)
    at_edge = [unit(1), unit(2, east=600.0)]
    assert premises(tmp_path, *at_edge, asked=hengelo).frames["premises"][
        "premises_id"
    ].tolist() == ["bag:0164010000000001"]
    assert premises(tmp_path, *at_edge, asked=edge).frames["premises"]["premises_id"].tolist() == [
        "bag:0164010000000002"
    ]


def test_units_without_a_point_are_counted(tmp_path: Path):
    nowhere = unit(1) | {"geometry": None}
    broken = unit(2) | {"geometry": {"type": "Point", "coordinates": ["east", "north"]}}
    assert premises(tmp_path, nowhere, broken, unit(3)).counts == {"dropped-no-geometry": 2}


def test_metres_called_degrees_are_refused_with_the_guess(tmp_path: Path):
    with pytest.raises(ContentError, match="RD metres"):
        premises(tmp_path, unit(1), crs="urn:ogc:def:crs:OGC:1.3:CRS84")


def test_degrees_called_metres_are_refused_with_the_guess(tmp_path: Path):
    degrees = unit(1) | {"geometry": {"type": "Point", "coordinates": [6.79, 52.26]}}
    with pytest.raises(ContentError, match="these are degrees, longitude first"):
        premises(tmp_path, degrees)


def test_metres_without_a_name_are_read_and_told(tmp_path: Path):
    parsed = premises(tmp_path, unit(1), crs=None)
    assert (len(parsed.frames["premises"]), codes(parsed)) == (1, ["crs-by-range"])


def test_no_units_at_all_is_an_answer(tmp_path: Path):
    assert len(premises(tmp_path).frames["premises"]) == 0


@pytest.mark.parametrize("name", ["bag.parquet", "bag.gpkg"])
def test_files_of_other_kinds_say_the_same(tmp_path: Path, name: str):
    rows = [unit(1), unit(2, gebruiksdoel="woonfunctie")]
    frame = gpd.GeoDataFrame.from_features(rows, crs=RD)
    frame = frame.astype({"huisletter": "str", "toevoeging": "str"})
    (
        frame.to_parquet(tmp_path / name)
        if name.endswith("parquet")
        else frame.to_file(tmp_path / name)
    )
    # In the raw store a file has its checksum for a name.
    (tmp_path / name).rename(tmp_path / "0123abcd")
    parsed = bag.parse([piece(tmp_path / "0123abcd")], area())
    assert parsed.frames["premises"]["address"].tolist() == ["Marktstraat 1"]
    assert parsed.counts == {"dropped-other-purpose": 1}


def test_a_virtual_file_that_poses_as_a_register_is_refused(tmp_path: Path):
    posing = write_piece(
        tmp_path, "bag.gpkg", '<OGRVRTDataSource><OGRVRTLayer name="x"/></OGRVRTDataSource>'
    )
    with pytest.raises(ContentError, match="input-kind"):
        bag.parse([posing], area())


# Against recorded answers and real files.


@NO_SAMPLES
def test_the_recorded_withdrawn_unit_is_dropped(tmp_path: Path):
    recorded = json.loads(sample("bag_ogc/verblijfsobject-feature-withdrawn.json").read_text())
    recorded["properties"]["gebruiksdoel"] = "winkelfunctie"
    given = write_piece(tmp_path, "withdrawn.json", json.dumps(recorded))
    parsed = bag.parse([given], area(place(core=Point(187_000.0, 334_000.0))))
    assert (len(parsed.frames["premises"]), parsed.counts) == (0, {"dropped-withdrawn": 1})


@NO_SAMPLES
def test_the_recorded_unit_of_two_purposes_is_no_shop(tmp_path: Path):
    properties = json.loads(
        sample("bag_ogc/verblijfsobject-properties-mixed-use-partial.json").read_text()
    )
    parsed = premises(tmp_path, unit(1, **properties))
    assert parsed.counts == {"dropped-other-purpose": 1}
    also_shop = properties | {"gebruiksdoel": properties["gebruiksdoel"] + ",winkelfunctie"}
    rows = premises(tmp_path, unit(1, **also_shop)).frames["premises"]
    assert rows[["use", "address", "floor_area_m2"]].iloc[0].tolist() == [
        "retail",
        "Marktstraat 42A",
        62.0,
    ]


@NO_SAMPLES
def test_the_recorded_feature_without_a_place_is_counted(tmp_path: Path):
    recorded = json.loads(sample("pdok_ogc/gokoala-expected_feature_geom_null.json").read_text())
    given = write_piece(tmp_path, "null.json", json.dumps(collection(unit(1), recorded)))
    assert bag.parse([given], area()).counts["dropped-no-geometry"] == 1


@NO_SAMPLES
@pytest.mark.parametrize(("header", "told"), [(bag.RD_URI, []), ("", ["crs-by-range"])])
def test_recorded_metres_are_known_by_header_or_told_as_a_guess(
    tmp_path: Path, header: str, told: list[str]
):
    recorded = json.loads(
        sample("pdok_ogc/gokoala-expected_multiple_gpkgs_bbox_rd_output_also_rd.json").read_text()
    )
    for number, one in enumerate(recorded["features"]):
        one["properties"] = unit(number)["properties"]
    x, y = recorded["features"][0]["geometry"]["coordinates"]
    given = write_piece(tmp_path, "rd.json", json.dumps(recorded), content_crs=header)
    parsed = bag.parse([given], area(place(core=Point(x, y))))
    assert (len(parsed.frames["premises"]), codes(parsed)) == (len(recorded["features"]), told)


@NO_REAL
def test_real_addresses_are_refused_for_want_of_a_purpose():
    with pytest.raises(ContentError, match="identificatie|gebruiksdoel"):
        bag.parse(
            [piece(real("bag_addresses_amsterdam/bag.gpkg"))],
            area(place(core=Point(120_400.0, 488_500.0))),
        )
