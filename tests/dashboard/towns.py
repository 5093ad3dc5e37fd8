"""Five made-up towns of which enough is known for an index, and one of them surveyed street by
street for years.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
from shapely.geometry import Point

from data.snapshot import publish
from etl.joins.streets import street_vacancy
from tests import town
from tests.rows import Row
from tests.town import X, Y

TOWNS = ("aastad", "beestad", "ceestad", "deestad", "eestad")
# indicator, kind of area, unit, figure of the first town, step from town to town
FIGURES: tuple[tuple[str, str, str, float, float], ...] = (
    ("boardings_per_workday", "station", "instappers per werkdag", 1000.0, 900.0),
    ("vacancy_rate_premises", "inner_city", "share", 0.20, -0.03),
    ("vacancy_rate_floor_area", "inner_city", "share", 0.18, -0.02),
    ("retail_floor_area_m2", "inner_city", "m2", 20_000.0, 5_000.0),
    ("non_daily_inflow_share", "municipality", "share", 0.30, 0.05),
    ("centre_manager", "inner_city", "ja of nee", 0.0, 0.25),
    ("cooperation_platform", "inner_city", "ja of nee", 1.0, -0.25),
    ("centre_residents", "inner_city", "inwoners", 2_000.0, 250.0),
    ("centre_area_ha", "inner_city", "ha", 50.0, 1.0),
    ("distance_station_km", "municipality", "km", 3.0, -0.3),
    ("cafes_within_1km", "municipality", "zaken", 1.0, 0.5),
    ("restaurants_within_1km", "municipality", "zaken", 2.0, 0.5),
    ("hotels_within_5km", "municipality", "zaken", 3.0, 0.5),
    ("distance_department_store_km", "municipality", "km", 4.0, -0.5),
    ("distance_cinema_km", "municipality", "km", 5.0, -0.5),
    ("distance_performing_arts_km", "municipality", "km", 6.0, -0.5),
    ("household_income_standardised", "municipality", "euro", 28_000.0, 900.0),
)
SURVEYS = tuple(range(2013, 2023))
START = 2020
TREATED = tuple(f"Straat {letter}" for letter in "ABCDEF")
OTHERS = tuple(f"Laan {letter}" for letter in "GHIJKLMNOP")
UNITS = 20


def observations() -> list[Row]:
    """Every figure for every town in 2023, and residents of 2019 and 2024 in one series."""
    rows: list[Row] = []
    for number, place in enumerate(TOWNS):
        for indicator, area_kind, unit, first, step in FIGURES:
            rows.append(
                {
                    "observation_id": f"{place}-{indicator}",
                    "place_id": place,
                    "area_name": place,
                    "indicator": indicator,
                    "value": first + number * step,
                    "unit": unit,
                    "area_kind": area_kind,
                    "definition": "verzonnen",
                    "series": None,
                }
            )
        for year, people in ((2019, 10_000.0), (2024, 10_000.0 + 100.0 * number)):
            rows.append(
                {
                    "observation_id": f"{place}-population-{year}",
                    "place_id": place,
                    "area_name": place,
                    "indicator": "population",
                    "value": people,
                    "unit": "inwoners",
                    "area_kind": "municipality",
                    "definition": "verzonnen",
                    "series": f"{place}-population",
                    "period_start": f"{year}-01-01",
                    "period_end": f"{year}-12-31",
                }
            )
    return rows


def vacant(street: str, year: int, drop: int) -> int:
    """Empty units in a street: a few that differ by street and wobble, `drop` fewer once an
    initiative runs.
    """
    number = (*TREATED, *OTHERS).index(street)
    wobble = (number * 7 + year * 5) % 3
    return 6 + number % 4 + wobble - (drop if street in TREATED and year >= START else 0)


def premises(drop: int) -> list[Row]:
    """Every unit of every street in every survey of the first town."""
    rows: list[Row] = []
    for street in (*TREATED, *OTHERS):
        for year in SURVEYS:
            empty = vacant(street, year, drop)
            rows.extend(
                {
                    "premises_id": f"survey:{street.replace(' ', '-')}-{number}".lower(),
                    "survey": f"s{year}",
                    "place_id": TOWNS[0],
                    "street_id": street_id(street),
                    "address": None,
                    "status": "vacant" if number < empty else "in_use",
                    "surveyed": f"{year}-10-01",
                    "geometry": Point(X, Y),
                }
                for number in range(UNITS)
            )
    return rows


def street_id(street: str) -> str:
    return f"{TOWNS[0]}-{street.replace(' ', '-')}".lower()


def tables(*, drop: int = 4, surveyed: bool = True) -> dict[str, pd.DataFrame]:
    """The five towns; with `surveyed` the first one's streets, where initiatives began in the
    spring of 2020.
    """
    names = dict.fromkeys(("profile", "boundary_basis"))
    indicators = sorted({indicator for indicator, *_ in FIGURES} | {"population"})
    places: Sequence[Row] = [
        {
            **names,
            "place_id": place,
            "name_nl": place.title(),
            "name_en": place.title(),
            "name_de": place.title(),
            "core": Point(X + 5000 * number, Y),
            "geometry": Point(X + 5000 * number, Y),
            "core_basis": "gazetteer",
        }
        for number, place in enumerate(TOWNS)
    ]
    started: Row = {"start": f"{START}-03-01", "end": None}
    by_street = {}
    if surveyed:
        each = (*TREATED, *OTHERS)
        lines = town.streets(
            *({"street_id": street_id(one), "name": one, "place_id": TOWNS[0]} for one in each)
        )
        units = town.premises(*premises(drop))
        by_street = {
            "streets": lines,
            "premises": units,
            "street_vacancy": street_vacancy(units, lines),
        }
    return {
        "places": town.places(*places),
        "observations": town.observations(*observations()),
        "indicators": town.indicators(*({"indicator": name} for name in indicators)),
        "translations": town.translations(),
        "initiatives": town.initiatives(
            *(
                {
                    **started,
                    "initiative_id": f"plan-{number}",
                    "name": f"Plan {street}",
                    "place_id": TOWNS[0],
                    "streets": [street],
                    "location_precision": "street",
                    "geometry": Point(X, Y),
                }
                for number, street in enumerate(TREATED)
            )
        ),
        "actors": town.actors(),
        "participations": town.participations({"initiative_id": "plan-0"}),
        "stops": town.stops({"geometry": Point(X, Y)}),
        **by_street,
    }


def snapshot(folder: Path, **how: object) -> Path:
    """The folder with the five towns published in it."""
    made = tables(**how)  # type: ignore[arg-type]
    sources = {name: ids for name, ids in town.table_sources().items() if name in made}
    noon = datetime(2024, 3, 3, 12, tzinfo=UTC)
    publish.publish(folder, made, town.sources(), sources, published=noon)
    return folder
