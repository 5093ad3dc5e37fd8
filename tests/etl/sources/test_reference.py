"""The curated facts become tables that keep their contracts, each figure with its source."""

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from data.schema.rules import check_references
from data.schema.validate import check
from etl.errors import EtlError
from etl.sources import reference


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    return reference.tables()


@pytest.fixture
def observations(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    return tables["observations"].set_index("observation_id")


def test_every_table_keeps_its_contract(tables: dict[str, pd.DataFrame]):
    assert sorted(tables) == sorted(table.name for table in reference.SOURCE.fills)
    for name, frame in tables.items():
        check(name, frame)


def test_every_row_points_at_a_known_source(tables: dict[str, pd.DataFrame]):
    check_references(tables, {source.source_id for source in reference.sources()})


def test_tables_without_source_columns_name_theirs(tables: dict[str, pd.DataFrame]):
    silent = {name for name, frame in tables.items() if "source_id" not in frame.columns}
    assert set(reference.table_sources()) == silent
    known = {source.source_id for source in reference.sources()}
    assert all(set(named) <= known for named in reference.table_sources().values())
    assert reference.table_sources()["stops"] == ("ov-oost",)


def test_figures_lie_within_the_declared_rows(tables: dict[str, pd.DataFrame]):
    assert len(tables["observations"]) in reference.SOURCE.rows


def test_figure_carries_what_is_known_of_its_source(observations: pd.DataFrame):
    row = observations.loc["plein-westermaat-visitors-from-outside-share-2019"]
    assert row["source_id"] == "kso2019-rtvoost"
    assert row["source_url"].startswith("https://www.rtvoost.nl/nieuws/330765/")
    assert (row["source_date"], row["retrieved"], row["sharing"]) == (
        "2020-05",
        pd.Timestamp("2026-11-23"),
        "open",
    )


def test_boardings_are_figures_too(tables: dict[str, pd.DataFrame], observations: pd.DataFrame):
    stops = tables["stops"].set_index(["stop_id", "year"])
    row = observations.loc["hengelo-station-boardings-per-workday-2023"]
    assert row["value"] == stops.loc[("station-hengelo", 2023), "boardings_per_workday"] == 8844
    assert row["series"] == "boardings-hengelo-2018-2023"
    assert (observations["indicator"] == "boardings_per_workday").sum() == len(stops) == 45


def test_undated_figure_has_no_period(observations: pd.DataFrame):
    row = observations.loc["plein-westermaat-retail-floor-area-m2-ongedateerd"]
    assert pd.isna(row["period_start"]) and pd.isna(row["period_end"])


def test_measured_zero_is_not_missing(observations: pd.DataFrame):
    assert observations.loc["plein-westermaat-vacancy-rate-2019", "value"] == 0
    assert pd.isna(observations.loc["pilot-initiatives-first-tranche-transformation-2015", "value"])


def test_partial_dates_become_first_and_last_day(tables: dict[str, pd.DataFrame]):
    initiatives = tables["initiatives"].set_index("initiative_id")
    borne = initiatives.loc["marktplein-de-koem-nieuwe-markt"]
    assert (borne["start"], borne["end"]) == (
        pd.Timestamp("2014-01-01"),
        pd.Timestamp("2016-11-30"),
    )
    assert borne["streets"] == ["Marktplein", "De Koem", "Nieuwe Markt"]
    assert pd.isna(initiatives.loc["the-passion", "start"])
    assert initiatives.loc["the-passion", "streets"] == []


def test_point_is_given_only_for_a_street_or_square(tables: dict[str, pd.DataFrame]):
    initiatives = tables["initiatives"]
    located = initiatives["location_precision"].isin(["address", "street", "square"])
    assert (initiatives.geometry.notna() == located).all()
    assert located.sum() == 5


def test_core_of_enschede_is_the_oude_markt_in_rd(tables: dict[str, pd.DataFrame]):
    places = tables["places"].set_index("place_id")
    core = places.loc["enschede", "core"]
    # Within a metre of where the square lies on the national grid.
    assert (core.x, core.y) == pytest.approx((258_072, 471_360), abs=1)
    assert places.loc["enschede", "core_basis"] == "square"
    assert places.crs.to_epsg() == 28992


def test_every_initiative_has_an_actor_or_says_nothing(tables: dict[str, pd.DataFrame]):
    taking_part = set(tables["participations"]["initiative_id"])
    silent = set(tables["initiatives"]["initiative_id"]) - taking_part
    assert silent == {"kleine-zaal-twentse-schouwburg"}


def test_same_facts_are_the_same_tables(tables: dict[str, pd.DataFrame]):
    for name, frame in reference.tables().items():
        pd.testing.assert_frame_equal(frame, tables[name])


def test_sources_stand_in_order_with_day_and_credit():
    sources = reference.sources()
    assert [source.source_id for source in sources] == sorted(
        source.source_id for source in sources
    )
    assert {source.retrieved.isoformat() for source in sources if source.retrieved} == {
        "2026-11-23",
        "2026-11-29",
    }
    assert all(source.credit for source in sources)
    assert {source.source_id for source in sources if source.url is None} == {"artikel-pilot"}


@pytest.fixture
def places(tmp_path: Path) -> Path:
    shutil.copy(reference.PLACES / "borne.geojson", tmp_path)
    return tmp_path


def test_other_place_files_are_other_places(places: Path):
    frame = reference.place_table(places)
    assert list(frame["place_id"]) == ["borne"]
    check("places", frame)


def test_place_file_without_a_property_is_refused(places: Path):
    path = places / "borne.geojson"
    feature = json.loads(path.read_text())
    del feature["properties"]["core"]
    path.write_text(json.dumps(feature))
    with pytest.raises(EtlError, match=r"borne\.geojson: .* core"):
        reference.place_table(places)


def test_place_file_carries_the_name_of_its_place(places: Path):
    (places / "borne.geojson").rename(places / "bornerbroek.geojson")
    with pytest.raises(EtlError, match="expected id and place_id bornerbroek"):
        reference.place_table(places)


BROKEN = {
    "half a file": ("{broken", "expected a GeoJSON Feature"),
    "a list": ("[]", "expected a GeoJSON Feature with properties"),
    "no properties": ({"properties": None}, "expected a GeoJSON Feature with properties"),
    "no geometry": (
        {"geometry": None},
        "expected a geometry of Point, Polygon, MultiPolygon, got None",
    ),
    "a line": (
        {"geometry": {"type": "LineString", "coordinates": [[6.7, 52.3], [6.8, 52.3]]}},
        "got 'LineString'",
    ),
    "no coordinates": ({"geometry": {"type": "Point"}}, "expected a Point with its coordinates"),
    "a bow tie": (
        {
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[6.7, 52.3], [6.8, 52.4], [6.7, 52.4], [6.8, 52.3], [6.7, 52.3]]],
            }
        },
        "Self-intersection",
    ),
    "a core that is a word": (
        {"core": "markt"},
        r"expected core \[longitude, latitude\], got 'markt'",
    ),
    "a core turned round": ({"core": [52.3, 6.75]}, "longitude first"),
    "everything turned round": (
        {"core": [52.3, 6.75], "geometry": {"type": "Point", "coordinates": [52.3, 6.75]}},
        "expected a place in the Netherlands",
    ),
    "metres for degrees": (
        {"geometry": {"type": "Point", "coordinates": [252000.0, 471000.0]}},
        "degrees",
    ),
    "a number for a name": ({"name_nl": 7}, "expected text or null for name_nl, got 7"),
}


@pytest.mark.parametrize(("change", "message"), BROKEN.values(), ids=BROKEN)
def test_a_broken_place_file_is_refused_by_name_in_one_line(
    places: Path, change: str | dict[str, object], message: str
):
    path = places / "borne.geojson"
    if isinstance(change, str):
        path.write_text(change)
    else:
        feature = json.loads(path.read_text())
        for name, value in change.items():
            (feature if name in ("geometry", "properties") else feature["properties"])[name] = value
        path.write_text(json.dumps(feature))
    with pytest.raises(EtlError, match=message) as refused:
        reference.place_table(places)
    assert "geojson" in str(refused.value)
