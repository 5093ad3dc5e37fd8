import dataclasses

import geopandas as gpd
import pytest

from data import catalogue, contracts, store
from data.errors import DanglingError
from etl.embed import embed_example
from etl.example import plan, town, units
from geo.crs import WGS84
from tests import town as small_town

# The five places with their reach, and Germany beyond them: no point of the made-up town may lie there.
LAND_DEGREES = (4.4, 50.7, 7.9, 53.6)


@pytest.fixture(scope="module")
def made():
    return town.tables()


def test_built_twice_it_is_the_same_bytes(tmp_path):
    one, two = embed_example(tmp_path / "a"), embed_example(tmp_path / "b")
    assert one.version == two.version
    names = sorted(path.name for path in (tmp_path / "a" / "versions" / one.version).iterdir())
    for name in names:
        first, second = (tmp_path / side / "versions" / one.version / name for side in "ab")
        assert first.read_bytes() == second.read_bytes(), name


def test_what_ships_is_what_the_builder_makes(tmp_path):
    embed_example(tmp_path)
    made, shipped = (catalogue.open(folder).manifest.tables for folder in (tmp_path, catalogue.EXAMPLE))
    assert {table.name: table.content_hash for table in shipped} == {table.name: table.content_hash for table in made}


def test_every_table_keeps_its_contract(made):
    for name, frame in made.items():
        contracts.check(name, frame)


def test_the_town_lies_in_the_sea(made):
    outline = gpd.GeoSeries([made["streets"].union_all()], crs=made["streets"].crs).to_crs(WGS84)
    west, south, east, north = outline.total_bounds
    assert not (LAND_DEGREES[0] < west < LAND_DEGREES[2]) and 53.0 < south < north < 53.3


def test_it_is_a_small_town_with_three_squares(made):
    squares = made["streets"].geometry.geom_type == "Polygon"
    assert squares.sum() == 3
    assert 55 <= len(made["streets"]) <= 70


def test_ten_surveys_see_the_same_units(made):
    seen = made["premises"].groupby("survey")["premises_id"].agg(set)
    assert list(seen.index) == [f"voorbeeld-{year}" for year in units.YEARS]
    assert all(ids == seen.iloc[0] for ids in seen)
    assert 250 <= len(seen.iloc[0]) <= 350


def test_every_unit_stands_on_a_street_and_every_duration_occurs(made):
    premises = made["premises"]
    assert premises["street_id"].notna().all()
    assert set(premises["duration"].dropna()) == {"frictional", "long", "structural"}
    assert set(premises["ownership"].dropna()) == {"chain", "independent"}
    assert set(premises["status"]) == {"in_use", "vacant", "unknown"}


def test_the_counts_have_a_break_and_a_failed_hour(made):
    assert made["counts"]["break_before"].sum() == 1
    assert made["counts"]["value"].isna().sum() == 1
    assert made["counts"]["counter_id"].nunique() == 20


def test_the_footfall_is_fitted_to_the_counts_and_tested_on_others(made):
    (row,) = made["footfall_tests"].itertuples()
    assert (row.place_id, row.weights) == ("voorbeeldstad", "fitted")
    assert row.sections >= 10 and row.blocks >= 3 and row.rank_correlation >= 0.5


def test_six_streets_get_an_initiative_between_the_same_two_surveys_and_five_come_before(made):
    began = made["initiatives"].explode("streets")
    between = began[began["start"].between("2021-10-02", "2022-10-01")]
    assert set(between["streets"]) == units._HELPED and len(units._HELPED) == 6
    assert sum(year < 2022 for year in units.YEARS) >= 5


def test_every_source_says_that_it_is_made_up():
    for source in town.sources():
        assert source.source_id.startswith("voorbeeld")
        assert "erzonnen" in source.title_nl and "ade-up" in source.title_en


def test_every_initiative_and_actor_is_known_for_fiction_by_its_name(made):
    for name in [*made["initiatives"]["name"], *made["actors"]["name"]]:
        assert "oorbeeld" in name or "verzonnen" in name


def test_made_up_and_real_never_meet_in_one_snapshot(tmp_path, made):
    real = [record for record in small_town.sources() if record.source_id == "voorbeeldkrant"]
    stranger = dataclasses.replace(real[0], source_id="locatus")
    with pytest.raises(DanglingError, match="made-up ones only or real ones only"):
        store.publish(
            tmp_path, made, sorted([*town.sources(), stranger], key=lambda r: r.source_id), town.table_sources(),
            published=None, label="mengsel",
        )  # fmt: skip


def test_the_plan_is_sound():
    assert plan.singel().is_valid
    assert plan.lines().geometry.is_valid.all()
