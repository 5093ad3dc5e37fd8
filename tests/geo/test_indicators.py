"""Every indicator keeps its declaration, and measures what it says."""

import re
from functools import cache
from typing import get_args

import pandas as pd
import pytest
from shapely.geometry import box

from geo import indicators
from geo.indicator import GROUPS, READING, Scope, comparable, newest
from geo.indicators import (
    branch_variety,
    population_change,
    station_boardings,
    station_distance,
    structural_vacancy,
    vacancy_rate_premises,
)
from tests import town
from tests.town_streets import X, Y

FOUND = indicators.declared_measures()
LANGUAGES = ("nl", "en", "de")


@cache
def tables() -> dict[str, pd.DataFrame]:
    return town.tables()


def needed(name: str) -> dict[str, pd.DataFrame]:
    """The tables that an indicator asks for."""
    return {table: tables()[table] for table in FOUND[name].INDICATOR.needs}


def test_every_declaration_is_complete():
    for name, module in FOUND.items():
        declared = module.INDICATOR
        assert re.fullmatch(r"[a-z_]+", declared.id)
        assert module.__name__.endswith(f".{declared.id}"), "the file is named after the indicator"
        for words in (declared.label, declared.unit, declared.definition):
            assert all(words.text(lang).strip() for lang in LANGUAGES), name
            assert words.de is not None, name
        assert declared.group in GROUPS, name
        assert declared.better in ("higher", "lower"), name
        assert declared.scope in get_args(Scope), name
        assert declared.needs and set(declared.needs) <= set(tables()), name
        assert module.__doc__ and module.compute.__doc__, name


def test_every_indicator_answers_in_readings():
    for name, module in FOUND.items():
        found = module.compute(needed(name))
        assert {column: str(dtype) for column, dtype in found.dtypes.items()} == dict(READING), name
        assert found["value"].notna().all(), name


def test_nothing_counted_gives_no_reading():
    read = {
        name: module.compute({table: frame.head(0) for table, frame in needed(name).items()})
        for name, module in FOUND.items()
    }
    assert [name for name, found in read.items() if not found.empty] == []


@pytest.mark.slow
def test_row_order_changes_nothing():
    for name, module in FOUND.items():
        given = needed(name)
        turned = {table: frame.iloc[::-1].reset_index(drop=True) for table, frame in given.items()}
        found, again = module.compute(given), module.compute(turned)
        pd.testing.assert_frame_equal(found, again, obj=name)


def test_every_group_of_the_benchmark_has_an_indicator():
    assert {module.INDICATOR.group for module in FOUND.values()} == set(GROUPS)
    assert list(dict.fromkeys(module.INDICATOR.group for module in FOUND.values())) == list(GROUPS)


def test_documented_initiatives_measure_nothing():
    assert all("initiatives" not in module.INDICATOR.needs for module in FOUND.values())


def figure(place: str, year: int, value: float, **more: object) -> dict[str, object]:
    return {
        "observation_id": f"{place}-{year}",
        "place_id": place,
        "area_name": place,
        "period_start": f"{year}-01-01",
        "period_end": f"{year}-12-31",
        "value": value,
        "series": f"{place}-series",
        "definition": "geteld",
        **more,
    }


def boardings(*rows: dict[str, object]) -> pd.DataFrame:
    default = {"indicator": "boardings_per_workday", "area_kind": "station"}
    return station_boardings.compute(
        {"observations": town.observations(*({**default, **row} for row in rows))}
    )


def test_boardings_before_2019_are_left_out():
    found = boardings(figure("a", 2018, 900.0), figure("a", 2019, 1000.0))
    assert list(found["year"]) == [2019]


def test_corona_years_are_no_readings():
    found = boardings(figure("a", 2019, 1000.0), figure("a", 2020, 400.0), figure("a", 2021, 450.0))
    assert list(found["year"]) == [2019]


def residents(*rows: dict[str, object]) -> pd.DataFrame:
    default = {"indicator": "population", "area_kind": "municipality"}
    return population_change.compute(
        {"observations": town.observations(*({**default, **row} for row in rows))}
    )


def test_growth_from_1000_to_1050_in_five_years_is_five_per_cent():
    found = residents(figure("a", 2019, 1000.0), figure("a", 2024, 1050.0))
    assert list(found["year"]) == [2024]
    assert found["value"].iloc[0] == pytest.approx(5.0)


def test_growth_across_two_series_is_unknown():
    found = residents(
        figure("a", 2019, 1000.0, series="old"), figure("a", 2024, 1050.0, series="new")
    )
    assert found.empty


def test_growth_over_four_years_is_unknown():
    assert residents(figure("a", 2020, 1000.0), figure("a", 2024, 1050.0)).empty


def distance(**place: object) -> pd.DataFrame:
    return station_distance.compute({"places": town.places(place), "stops": town.stops()})


def test_station_300_m_from_the_square():
    assert newest(distance())["value"].to_dict() == {"voorbeeldstad": pytest.approx(300.0)}


def test_station_300_m_from_the_middle_of_an_outline():
    assert newest(distance(core_basis="outline"))["value"].tolist() == [pytest.approx(300.0)]


def test_an_outline_of_the_kadaster_goes_before_the_square():
    # The station lies 300 m west of the square, and the middle of the outline 100 m.
    outline = box(X - 300, Y - 200, X + 100, Y + 200)
    found = distance(boundary_basis="top10nl", core_basis="gazetteer", geometry=outline)
    assert newest(found)["value"].tolist() == [pytest.approx(200.0)]


def test_distances_from_a_square_and_from_an_outline_are_not_compared():
    stops = town.stops()
    places = [
        town.places({"place_id": name, "core_basis": basis})
        for name, basis in (("a", "outline"), ("b", "square"), ("c", "outline"))
    ]
    found = station_distance.compute({"places": pd.concat(places), "stops": stops})
    assert list(found["place_id"]) == ["a", "b", "c"]
    assert list(comparable(found).index) == ["a", "c"]


def test_distance_from_a_gazetteer_point_is_unknown():
    assert distance(core_basis="gazetteer").empty


def units(count: int, **row: object) -> list[dict[str, object]]:
    return [
        {"premises_id": f"survey:{row.get('branch', '')}{number}", **row} for number in range(count)
    ]


def test_two_equally_large_branches_count_as_two():
    shops = town.premises(*units(20, branch="mode"), *units(20, branch="eten"))
    assert branch_variety.compute({"premises": shops})["value"].iloc[0] == pytest.approx(2.0)


def test_one_branch_counts_as_one():
    shops = town.premises(*units(30, branch="mode"))
    assert branch_variety.compute({"premises": shops})["value"].iloc[0] == pytest.approx(1.0)


def test_few_units_have_no_variety():
    assert branch_variety.compute({"premises": town.premises(*units(29, branch="mode"))}).empty


def test_registers_say_nothing_about_variety():
    shops = town.premises(
        *({"premises_id": f"bag:{9999010000000000 + n}", "branch": "mode"} for n in range(40))
    )
    assert branch_variety.compute({"premises": shops}).empty


def test_ten_of_forty_units_empty_for_years_is_25_per_cent():
    shops = town.premises(
        *units(30, branch="mode"), *units(10, branch="leeg", status="vacant", duration="structural")
    )
    assert structural_vacancy.compute({"premises": shops})["value"].iloc[0] == pytest.approx(25.0)


def test_vacancy_of_unknown_age_gives_no_share():
    shops = town.premises(*units(40, branch="mode"), *units(1, branch="leeg", status="vacant"))
    assert structural_vacancy.compute({"premises": shops}).empty


def test_the_first_survey_cannot_say_that_nothing_stood_empty_for_years():
    seen = {"surveyed": "2023-09-01", "survey": "voorbeeldstad-2023"}
    shops = units(40, branch="mode", **seen)
    # Seen empty on the first visit: since then at the latest, and maybe for ten years.
    first = {
        "branch": "leeg",
        "status": "vacant",
        "vacant_since": "2023-09-01",
        "duration": "frictional",
        **seen,
    }
    told = {**first, "vacant_since": "2023-05-01"}
    assert structural_vacancy.compute({"premises": town.premises(*shops, *units(1, **first))}).empty
    assert structural_vacancy.compute({"premises": town.premises(*shops, *units(1, **told))})[
        "value"
    ].tolist() == [0.0]


def test_what_a_later_survey_saw_fall_empty_is_known():
    before, after = (
        {"surveyed": f"{year}-09-01", "survey": f"voorbeeldstad-{year}"} for year in (2023, 2024)
    )
    fell = {
        "branch": "leeg",
        "status": "vacant",
        "vacant_since": "2024-09-01",
        "duration": "frictional",
        **after,
    }
    rows = [
        *units(40, branch="mode", **before),
        *units(40, branch="mode", **after),
        *units(1, branch="leeg", status="in_use", **before),
        *units(1, **fell),
    ]
    assert structural_vacancy.compute({"premises": town.premises(*rows)})["year"].tolist() == [
        2023,
        2024,
    ]


def counted(vacant: int, units: int, day: str = "2026-09-15") -> pd.DataFrame:
    """A survey of so many units, the first of them vacant."""
    rows = (
        {"premises_id": f"survey:{at}", "status": "vacant" if at < vacant else "in_use"}
        for at in range(units)
    )
    return town.premises(*({**row, "survey": f"s-{day}", "surveyed": day} for row in rows))


def vacant_share(premises: pd.DataFrame | None, **told: object) -> list[tuple[int, float]]:
    published = town.observations(
        {"indicator": "vacancy_rate_premises", "value": 0.2, "unit": "share", **told}
    )
    given = {"observations": published} | ({} if premises is None else {"premises": premises})
    found = vacancy_rate_premises.compute(given)
    return list(zip(found["year"], found["value"].round(1), strict=True))


def test_a_survey_counts_the_share_of_premises_that_nobody_published():
    assert vacant_share(None) == [(2023, 20.0)]
    assert vacant_share(counted(9, 56)) == [(2023, 20.0), (2026, 16.1)]


def test_of_a_year_with_a_published_share_that_one_stands():
    assert vacant_share(counted(9, 56, "2023-09-15")) == [(2023, 20.0)]


def test_a_survey_of_a_few_units_and_a_register_give_no_share():
    assert vacant_share(counted(9, 49)) == [(2023, 20.0)]
    assert vacant_share(counted(9, 56).assign(source_id="osm")) == [(2023, 20.0)]


def published(indicator: str, area_kind: str, value: float, year: int = 2020, **more: object):
    row = {"indicator": indicator, "area_kind": area_kind, "observation_id": f"{indicator}-{year}"}
    return figure("a", year, value, **row, **more)


def reading(name: str, *rows: dict[str, object]) -> pd.Series:
    found = FOUND[name].compute({"observations": town.observations(*rows)})
    assert len(found) == 1
    return found.iloc[0]


def test_430_establishments_among_20000_residents_are_21_5_per_thousand():
    found = reading(
        "trade_hospitality_establishments",
        published("establishments_trade_hospitality", "municipality", 430.0),
        published("population", "municipality", 20_000.0),
    )
    assert found["value"] == pytest.approx(21.5)
    # Fives among 20,000 residents are a quarter per thousand.
    assert found["rounding_error"] == pytest.approx(0.25 / 12**0.5)
    assert found["row_id"] == "establishments_trade_hospitality-2020"


def test_establishments_of_a_year_without_residents_are_unknown():
    rows = (
        published("establishments_trade_hospitality", "municipality", 430.0),
        published("population", "municipality", 20_000.0, 2019),
    )
    found = FOUND["trade_hospitality_establishments"].compute(
        {"observations": town.observations(*rows)}
    )
    assert found.empty


def test_3000_residents_on_60_hectares_are_50_per_hectare():
    found = reading(
        "centre_density",
        published("centre_residents", "inner_city", 3_000.0),
        published("centre_area_ha", "inner_city", 60.0),
    )
    assert found["value"] == pytest.approx(50.0)
    by_residents, by_area = 5.0 / 60.0, 50.0 * 0.1 / 60.0
    assert found["rounding_error"] == pytest.approx(((by_residents**2 + by_area**2) / 12) ** 0.5)


@pytest.mark.parametrize(("year", "known"), [(2025, True), (2026, False)])
def test_boardings_stand_beside_residents_at_most_two_years_later(year, known):
    rows = (
        published("boardings_per_workday", "station", 6_000.0, 2023),
        published("boardings_per_workday", "station", 5_000.0, 2022),
        published("centre_residents", "inner_city", 3_000.0, year),
    )
    found = FOUND["boardings_per_centre_resident"].compute(
        {"observations": town.observations(*rows)}
    )
    assert [*zip(found["year"], found["value"], strict=True)] == ([(2023, 2.0)] if known else [])


def test_supermarkets_and_other_food_shops_add_up():
    found = reading(
        "food_shops_nearby",
        published("large_supermarkets_within_1km", "municipality", 2.0),
        published("other_food_shops_within_1km", "municipality", 6.5),
    )
    assert found["value"] == pytest.approx(8.5)
    assert found["rounding_error"] == pytest.approx(0.1 / 6**0.5)


def test_a_single_figure_of_dwellings_is_no_reading():
    lone = published("vacant_dwellings_share", "municipality", 0.02, 2022, series=None)
    found = reading(
        "vacant_dwellings", published("vacant_dwellings_share", "municipality", 0.04), lone
    )
    assert (found["year"], found["value"]) == (2020, pytest.approx(4.0))
    assert found["rounding_error"] == pytest.approx(1 / 12**0.5)
