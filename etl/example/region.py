"""The made-up region around Voorbeeldstad: nine more towns, a site at the edge and a town abroad,
with their figures.

Streets, premises, counts and initiatives are in Voorbeeldstad alone; what all towns have is what
the index compares.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from shapely.geometry import Point

from etl.example import plan
from etl.example.rows import FIGURE, MADE, Row, records

EDGE, ABROAD = "Voorbeeldboulevard", "Beispielstadt"
YEARS = range(2019, 2025)
RESIDENTS = {2019: 30_610, 2020: 30_740, 2021: 30_870, 2022: 31_020, 2023: 31_140, 2024: 31_205}
"""Of the municipality of Voorbeeldstad on 1 January."""
# Boardings as a share of those of 2019, before growth or decline of the town: two years of corona,
# and recovery.
_TRAVEL = {2019: 1.0, 2020: 0.49, 2021: 0.58, 2022: 0.82, 2023: 0.92, 2024: 1.0}


@dataclass(frozen=True, slots=True)
class ExampleTown:
    """One centre: kilometres east and north of Voorbeeldstad, residents, vacancy, shop floor, its
    station and who runs it.
    """

    name: str
    east_km: float
    north_km: float
    residents_2019: int
    residents_2024: int
    vacant_2019: float
    vacant_2024: float
    vacant_floor: float
    floor_m2: int
    station_m: int
    boardings_2019: int
    boardings_2024: int
    manager: bool
    platform: bool

    @property
    def place_id(self) -> str:
        """The name in small letters."""
        return self.name.lower()

    @property
    def core(self) -> Point:
        """The middle of the centre, in RD."""
        return spot(self.east_km, self.north_km)

    @property
    def station(self) -> Point:
        """The station, in RD, `station_m` south-west of the core."""
        return Point(self.core.x - 0.6 * self.station_m, self.core.y - 0.8 * self.station_m)

    def residents(self, year: int) -> int:
        """On 1 January, in a straight line from 2019 to 2024, in whole tens."""
        grown = (year - YEARS[0]) / (YEARS[-1] - YEARS[0])
        people = self.residents_2019 + grown * (self.residents_2024 - self.residents_2019)
        return int(round(people, -1))

    def boardings(self, year: int) -> int:
        """On an average workday, in whole tens."""
        passed = (year - YEARS[0]) / (YEARS[-1] - YEARS[0])
        shift: float = (self.boardings_2024 / self.boardings_2019) ** passed
        return int(round(self.boardings_2019 * _TRAVEL[year] * shift, -1))


@dataclass(frozen=True, slots=True)
class Village:
    """A village in a municipality, or a town abroad, where the municipality is None."""

    name: str
    east_km: float
    north_km: float
    residents: int
    municipality_code: str | None = None


TOWNS = records(ExampleTown, "towns.csv")
VILLAGES = records(Village, "villages.csv")

PREMISES_DEFINITION = (
    "Verzonnen: lege panden gedeeld door alle panden die de inventarisatie in de binnenstad zag."
)
_CENTRE_DEFINITIONS = (
    "Verzonnen: winkelvloer van alle winkelpanden in de binnenstad, ook als die leegstaan.",
    "Verzonnen: lege winkelvloer gedeeld door alle winkelvloer in de binnenstad.",
    "Verzonnen: of iemand de binnenstad als baan heeft.",
    "Verzonnen: of eigenaren, ondernemers en gemeente één organisatie hebben.",
)

# What residents have nearby, establishments and dwellings: indicator, kind of area, unit, value in
# a town of 20,000 residents without vacancy, and how fast it grows with size.
_AMENITIES = (
    ("centre_residents", "inner_city", "inwoners", 3_100.0, 0.5),
    ("centre_area_ha", "inner_city", "ha", 48.0, 0.3),
    ("distance_station_km", "municipality", "km", 2.4, -0.1),
    ("cafes_within_1km", "municipality", "zaken", 2.9, 0.2),
    ("restaurants_within_1km", "municipality", "zaken", 4.8, 0.2),
    ("hotels_within_5km", "municipality", "zaken", 3.7, 0.2),
    ("large_supermarkets_within_1km", "municipality", "winkels", 1.9, 0.1),
    ("other_food_shops_within_1km", "municipality", "winkels", 6.2, 0.1),
    ("distance_department_store_km", "municipality", "km", 3.4, -0.3),
    ("distance_cinema_km", "municipality", "km", 5.6, -0.4),
    ("distance_performing_arts_km", "municipality", "km", 4.9, -0.4),
    ("establishments_trade_hospitality", "municipality", "vestigingen", 430.0, 1.0),
    ("establishments_culture_recreation", "municipality", "vestigingen", 210.0, 1.0),
    ("vacant_dwellings_share", "municipality", "share", 0.035, 0.0),
    ("household_income_standardised", "municipality", "euro", 33_000.0, 0.0),
)
# Per point of vacant premises these are so much less, and distances so much longer.
_LOST_PER_VACANT = 1.5
_LESS_IS_BETTER = ("distance_", "vacant_")


def spot(east_km: float, north_km: float) -> Point:
    """A point in RD, kilometres from the middle of Voorbeeldstad."""
    return Point(plan.X + 1_000.0 * east_km, plan.Y + 1_000.0 * north_km)


def villages() -> dict[str, Point]:
    """Where the villages and the towns abroad lie, by name."""
    return {village.name: spot(village.east_km, village.north_km) for village in VILLAGES}


def places() -> list[Row]:
    """The rows of the table `places` but that of Voorbeeldstad; none has an outline."""
    centres = [
        (town.name, "centre", f"GM99{number:02d}", town.core)
        for number, town in enumerate(TOWNS, start=2)
    ]
    others = [
        (EDGE, "periphery", "GM9901", spot(3.5, -3.2)),
        (ABROAD, "abroad", None, villages()[ABROAD]),
    ]
    return [
        {
            "place_id": name.lower(),
            "name_nl": name,
            "name_en": name,
            "name_de": name,
            "role": role,
            "municipality_code": code,
            "core": core,
            "core_basis": "square",
            "geometry": core,
        }
        for name, role, code, core in [*centres, *others]
    ]


def stations() -> list[Row]:
    """One row per station and year; every town has one station."""
    return [
        station(town.place_id, town.name, year, town.boardings(year), town.station)
        for town in TOWNS
        for year in YEARS
    ]


def station(place_id: str, name: str, year: int, count: int, point: Point) -> Row:
    """The station of a town in one year."""
    return {
        "stop_id": f"station-{place_id}",
        "year": year,
        "name": f"Station {name}",
        "kind": "train_station",
        "boardings_per_workday": float(count),
        "note": "Verzonnen cijfer.",
        "geometry": point,
    }


def observations() -> Iterator[Row]:
    """What is known of every town but Voorbeeldstad: residents, vacancy, floor area, boardings and
    organisation.
    """
    for town in TOWNS:
        for year in YEARS:
            yield residents(town.place_id, town.name, year, town.residents(year))
        for year, share in ((2019, town.vacant_2019), (2024, town.vacant_2024)):
            yield {
                **surveyed(town.place_id, town.name, "vacancy_rate_premises", year, share),
                "unit": "share",
                "definition": PREMISES_DEFINITION,
            }
        yield from centre(
            town.place_id, town.name, town.floor_m2, town.vacant_floor, town.manager, town.platform
        )
        yield from amenities(town.place_id, town.name, town.residents(2024), town.vacant_2024)
        for year in YEARS:
            yield boardings(town.place_id, town.name, year, town.boardings(year))


def amenities(place_id: str, name: str, people: int, vacant: float) -> Iterator[Row]:
    """What a town of so many residents has in 2024, less of it where more premises are vacant."""
    for indicator, area_kind, unit, usual, growth in _AMENITIES:
        lost = _LOST_PER_VACANT * vacant
        change = lost if indicator.startswith(_LESS_IS_BETTER) else -lost
        where = "binnenstad van" if area_kind == "inner_city" else "gemeente"
        yield {
            **FIGURE,
            "observation_id": f"{place_id}-{indicator.replace('_', '-')}-{MADE.year}",
            "place_id": place_id,
            "area_name": f"{where} {name}",
            "area_kind": area_kind,
            "indicator": indicator,
            "period_start": date(MADE.year, 1, 1),
            "period_end": date(MADE.year, 12, 31),
            "value": _rounded(indicator, usual * (people / 20_000) ** growth * (1.0 + change)),
            "unit": unit,
            "definition": "Verzonnen, zoals een landelijke statistiek het zou tellen.",
            "series": f"voorbeeld-{indicator.replace('_', '-')}",
        }


def _rounded(indicator: str, value: float) -> float:
    """As a statistics office rounds it: establishments and residents to fives, means to tenths."""
    if indicator.startswith(("establishments_", "centre_residents")):
        return 5.0 * round(value / 5.0)
    if indicator == "household_income_standardised":
        return round(value, -2)
    return round(value, 2 if indicator.endswith("_share") else 1)


def residents(place_id: str, name: str, year: int, people: int) -> Row:
    """Residents of a municipality on 1 January."""
    return {
        **FIGURE,
        "observation_id": f"{place_id}-population-{year}",
        "place_id": place_id,
        "area_name": f"gemeente {name}",
        "area_kind": "municipality",
        "indicator": "population",
        "period_start": date(year, 1, 1),
        "period_end": date(year, 1, 1),
        "value": float(people),
        "unit": "inwoners",
        "definition": "Verzonnen: inwoners op 1 januari.",
        "series": f"{place_id}-inwoners",
    }


def surveyed(place_id: str, name: str, indicator: str, year: int, value: float) -> Row:
    """What the survey of October saw in an inner city; without unit and definition."""
    words = indicator.replace("_", "-")
    return {
        **FIGURE,
        "observation_id": f"{place_id}-{words}-{year}",
        "place_id": place_id,
        "area_name": f"binnenstad van {name}",
        "area_kind": "inner_city",
        "indicator": indicator,
        "period_start": date(year, 10, 1),
        "period_end": date(year, 10, 31),
        "value": value,
        "series": f"{place_id}-{words}",
    }


def centre(
    place_id: str, name: str, floor_m2: float, vacant_floor: float, manager: bool, platform: bool
) -> Iterator[Row]:
    """Floor area and organisation of an inner city in 2024."""
    figures = (
        ("retail_floor_area_m2", float(floor_m2), "m²"),
        ("vacancy_rate_floor_area", vacant_floor, "share"),
        ("centre_manager", float(manager), "(1 = ja, 0 = nee)"),
        ("cooperation_platform", float(platform), "(1 = ja, 0 = nee)"),
    )
    for (indicator, value, unit), definition in zip(figures, _CENTRE_DEFINITIONS, strict=True):
        yield {
            **surveyed(place_id, name, indicator, MADE.year, value),
            "unit": unit,
            "definition": definition,
        }


def boardings(place_id: str, name: str, year: int, count: int) -> Row:
    """Boardings at the station of a town, as a published figure."""
    return {
        **FIGURE,
        "observation_id": f"{place_id}-station-boardings-per-workday-{year}",
        "place_id": place_id,
        "area_name": f"Station {name}",
        "area_kind": "station",
        "indicator": "boardings_per_workday",
        "period_start": date(year, 1, 1),
        "period_end": date(year, 12, 31),
        "value": float(count),
        "unit": "instappers per werkdag",
        "definition": "Verzonnen: instappers op een gemiddelde werkdag.",
        "series": f"{place_id}-boardings",
    }


def translations() -> list[Row]:
    """The areas of every town in English and German."""
    return [
        {
            "text_nl": f"{dutch} {name}",
            "text_en": f"{english} {name}",
            "text_de": f"{german} {name}",
        }
        for name in ("Voorbeeldstad", *(town.name for town in TOWNS))
        for dutch, english, german in (
            ("binnenstad van", "inner city of", "Innenstadt von"),
            ("gemeente", "municipality of", "Gemeinde"),
            ("Station", "Station", "Bahnhof"),
        )
    ]
