import dataclasses

import geopandas as gpd
import pytest

from data import catalogue
from data.errors import DanglingError
from data.schema import validate
from data.snapshot import publish
from etl.commands.embed import embed_example
from etl.example import flows, plan, region, town, units
from geo.crs import RD, WGS84
from tests import town as small_town

# The five places with their reach, and Germany beyond them: no point of the made-up town may lie
# there.
LAND_DEGREES = (4.4, 50.7, 7.9, 53.6)


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """A folder with the town as it is published."""
    folder = tmp_path_factory.mktemp("example")
    embed_example(folder)
    return folder


@pytest.fixture(scope="module")
def made(published):
    opened = catalogue.open(published)
    return {name: opened.table(name) for name in opened.names}


@pytest.mark.slow
def test_built_twice_it_is_the_same_bytes(published, tmp_path):
    version = embed_example(tmp_path).version
    assert version == catalogue.version(published)
    names = sorted(path.name for path in (published / "versions" / version).iterdir())
    for name in names:
        first, second = (folder / "versions" / version / name for folder in (published, tmp_path))
        assert first.read_bytes() == second.read_bytes(), name


@pytest.mark.slow
def test_what_ships_is_what_the_builder_makes(published):
    made, shipped = (
        catalogue.open(folder).manifest.tables for folder in (published, catalogue.EXAMPLE)
    )
    assert {table.name: table.content_hash for table in shipped} == {
        table.name: table.content_hash for table in made
    }


@pytest.mark.slow
def test_every_table_keeps_its_contract(made):
    for name, frame in made.items():
        validate.check(name, frame)


def test_the_region_lies_in_the_sea(made):
    points = [
        *made["places"]["core"],
        *made["origins"].geometry,
        *made["stops"].geometry,
        *made["streets"].geometry,
    ]
    west, south, east, north = gpd.GeoSeries(points, crs=RD).to_crs(WGS84).total_bounds
    assert LAND_DEGREES[0] > east > west > 3.0 and 52.8 < south < north < 53.5


def test_every_town_lies_on_the_island_on_its_own_side_of_the_border(made):
    ground = made["background"].set_index("kind").geometry
    assert ground["land_nl"].intersection(ground["land_de"]).area == pytest.approx(0.0, abs=1e5)
    for town_ in made["origins"].drop_duplicates("origin_id").itertuples():
        side = (
            "land_de"
            if town_.municipality_code is None or town_.municipality_code != town_.municipality_code
            else "land_nl"
        )
        assert ground[side].contains(town_.geometry), town_.name
    (sea,) = [shape for shape in ground["water"] if shape.area > 1e9]
    assert not any(sea.intersects(core) for core in made["places"]["core"])


def test_no_name_can_be_a_real_place(made):
    named = [*made["places"]["name_nl"], *made["places"]["name_de"], *made["origins"]["name"]]
    assert all(name.startswith(("Voorbeeld", "Beispiel")) for name in named)
    assert all(
        name.removeprefix("Station ").startswith("Voorbeeld") for name in made["stops"]["name"]
    )


def test_every_figure_of_a_centre_is_there_in_one_definition_for_all(made):
    centres = set(made["places"].loc[made["places"]["role"] == "centre", "place_id"])
    assert len(centres) == 10
    figures = made["observations"]
    for indicator in (
        "vacancy_rate_premises",
        "vacancy_rate_floor_area",
        "retail_floor_area_m2",
        "boardings_per_workday",
        "non_daily_inflow_share",
        "population",
        "centre_manager",
        "cooperation_platform",
    ):
        own = figures[(figures["indicator"] == indicator) & figures["place_id"].isin(centres)]
        assert set(own["place_id"]) == centres and own["definition"].nunique() == 1, indicator


def test_residents_of_towns_and_villages_are_those_of_their_municipality(made):
    living = made["origins"][made["origins"]["branch_group"] == "daily"]
    people = made["observations"].set_index("observation_id")["value"]
    codes = made["places"][made["places"]["role"] == "centre"].set_index("municipality_code")[
        "place_id"
    ]
    assert living.groupby("municipality_code")["population"].sum().to_dict() == {
        code: people[f"{place_id}-population-{flows.YEAR}"] for code, place_id in codes.items()
    }


def test_floor_area_of_the_model_is_that_of_the_figures(made):
    counted = (
        made["supply"][made["supply"]["nature"] == "measured"]
        .groupby("place_id")["floor_area_m2"]
        .sum()
    )
    figures = made["observations"].set_index("observation_id")["value"]
    assert len(counted) == 10
    for place_id, area in counted.items():
        assert area == pytest.approx(figures[f"{place_id}-retail-floor-area-m2-2024"], abs=20)


def test_stations_stand_as_far_from_the_square_as_the_table_says(made):
    spots = made["stops"].drop_duplicates("stop_id").set_index("stop_id").geometry
    for town_ in region.TOWNS:
        assert spots[f"station-{town_.place_id}"].distance(town_.core) == pytest.approx(
            town_.station_m
        )


def test_every_text_of_a_figure_is_translated(made):
    known = set(made["translations"]["text_nl"])
    figures = made["observations"]
    shown = {
        text
        for column in ("area_name", "definition", "note", "source_date")
        for text in figures[column].dropna()
    }
    # A name that is the same in every language stands for itself.
    assert {
        text for text in shown if text.split()[0] not in ("Voorbeeldboulevard", "Voorbeeldland")
    } <= known
    assert {
        unit for unit in made["indicators"]["unit"] if unit not in ("share", "m²", "euro")
    } <= known


def test_figures_of_the_town_are_what_its_survey_saw(made):
    seen = made["premises"][made["premises"]["survey"] == "voorbeeld-2024"]
    figures = made["observations"].set_index("observation_id")["value"]
    assert figures["voorbeeldstad-vacant-premises-2024"] == (seen["status"] == "vacant").sum() == 34
    assert figures["voorbeeldstad-vacancy-rate-premises-2024"] == 0.1


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
    helped = {street.name for street in units.SHOP_STREETS.values() if street.helped}
    assert set(between["streets"]) == helped and len(helped) == 6
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
        publish.publish(
            tmp_path,
            made,
            sorted([*town.sources(), stranger], key=lambda r: r.source_id),
            town.table_sources(),
            published=None,
            label="mengsel",
        )


def test_the_plan_is_sound():
    assert plan.singel().is_valid
    assert plan.lines().geometry.is_valid.all()
