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
from etl.example.rows import FIGURE, MADE, Row

EDGE, ABROAD = "Voorbeeldboulevard", "Beispielstadt"
YEARS = range(2019, 2025)
RESIDENTS = {2019: 30_610, 2020: 30_740, 2021: 30_870, 2022: 31_020, 2023: 31_140, 2024: 31_205}
"""Of the municipality of Voorbeeldstad on 1 January."""
# Boardings of a year as a part of those of 2019, before what a town grew or shrank by: two years of
# corona, and after.
_TRAVEL = {2019: 1.0, 2020: 0.49, 2021: 0.58, 2022: 0.82, 2023: 0.92, 2024: 1.0}


@dataclass(frozen=True, slots=True)
class Town:
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
        return self.name.lower()

    @property
    def core(self) -> Point:
        return spot(self.east_km, self.north_km)

    @property
    def station(self) -> Point:
        return Point(self.core.x - 0.6 * self.station_m, self.core.y - 0.8 * self.station_m)

    def residents(self, year: int) -> int:
        """On 1 January, in a straight line from 2019 to 2024, in whole tens."""
        grown = (year - YEARS[0]) / (YEARS[-1] - YEARS[0])
        return round(self.residents_2019 + grown * (self.residents_2024 - self.residents_2019), -1)

    def boardings(self, year: int) -> int:
        """On an average workday, in whole tens."""
        shift = (self.boardings_2024 / self.boardings_2019) ** (
            (year - YEARS[0]) / (YEARS[-1] - YEARS[0])
        )
        return round(self.boardings_2019 * _TRAVEL[year] * shift, -1)


TOWNS: tuple[Town, ...] = (
    # name              km east, north  residents 2019, 2024  vacant premises, floor   floor m2
    # station m  boardings 2019, 2024
    Town(
        "Voorbeeldhaven",
        -14.0,
        -6.0,
        91_240,
        93_410,
        0.102,
        0.091,
        0.083,
        96_400,
        310,
        14_820,
        14_310,
        True,
        True,
    ),
    Town(
        "Voorbeeldburg",
        9.0,
        -11.0,
        47_350,
        48_020,
        0.088,
        0.097,
        0.104,
        38_900,
        640,
        6_930,
        6_140,
        True,
        True,
    ),
    Town(
        "Voorbeeldmeer",
        -9.0,
        10.0,
        26_410,
        27_630,
        0.071,
        0.064,
        0.058,
        21_700,
        420,
        2_780,
        2_840,
        True,
        False,
    ),
    Town(
        "Voorbeelddal",
        13.0,
        5.0,
        24_120,
        23_870,
        0.119,
        0.142,
        0.155,
        17_900,
        980,
        1_640,
        1_310,
        False,
        True,
    ),
    Town(
        "Voorbeeldbrug",
        -4.0,
        -15.0,
        20_860,
        21_540,
        0.083,
        0.079,
        0.092,
        14_600,
        350,
        2_110,
        2_060,
        False,
        True,
    ),
    Town(
        "Voorbeeldberg",
        3.0,
        13.0,
        18_330,
        18_090,
        0.098,
        0.121,
        0.117,
        15_200,
        1450,
        940,
        760,
        True,
        True,
    ),
    Town(
        "Voorbeeldweide",
        16.0,
        -4.0,
        15_720,
        16_480,
        0.057,
        0.052,
        0.049,
        10_300,
        560,
        1_180,
        1_220,
        False,
        False,
    ),
    Town(
        "Voorbeeldkerk",
        -20.0,
        6.0,
        14_050,
        13_760,
        0.134,
        0.151,
        0.168,
        9_700,
        870,
        730,
        560,
        False,
        True,
    ),
    Town(
        "Voorbeeldduin",
        -24.0,
        -12.0,
        12_480,
        12_650,
        0.066,
        0.058,
        0.071,
        13_400,
        1_120,
        880,
        930,
        True,
        False,
    ),
)
VILLAGES: tuple[tuple[str, float, float, str | None, int], ...] = (
    # name             km east, north  municipality or none abroad, residents
    ("Voorbeeldakker", -4.0, 3.5, "GM9901", 2_900),
    ("Voorbeeldhoek", 3.0, -7.0, "GM9901", 1_800),
    ("Voorbeeldsluis", -18.0, -9.0, "GM9902", 5_200),
    ("Voorbeeldpolder", -10.0, -10.0, "GM9902", 3_600),
    ("Voorbeeldheide", 13.0, -14.0, "GM9903", 4_100),
    ("Voorbeeldplas", -13.0, 13.0, "GM9904", 3_300),
    ("Voorbeeldbos", 16.0, 9.0, "GM9905", 2_700),
    ("Voorbeeldkade", -1.0, -18.5, "GM9906", 2_400),
    ("Voorbeeldtop", 6.0, 16.5, "GM9907", 1_900),
    ("Voorbeeldgras", 18.5, -8.5, "GM9908", 2_000),
    ("Voorbeeldwierde", -23.5, 9.0, "GM9909", 1_600),
    ("Voorbeeldstrand", -27.0, -14.5, "GM9910", 1_500),
    ("Beispielstadt", 24.0, 9.0, None, 43_600),
    ("Beispielfeld", 25.0, 1.5, None, 8_800),
    ("Beispielheim", 25.0, -10.0, None, 12_700),
)

PREMISES_DEFINITION = (
    "Verzonnen: lege panden gedeeld door alle panden die de inventarisatie in de binnenstad zag."
)
FLOOR_DEFINITION = (
    "Verzonnen: winkelvloer van alle winkelpanden in de binnenstad, ook als die leegstaan."
)
VACANT_FLOOR_DEFINITION = (
    "Verzonnen: lege winkelvloer gedeeld door alle winkelvloer in de binnenstad."
)
RESIDENTS_DEFINITION = "Verzonnen: inwoners op 1 januari."
BOARDINGS_DEFINITION = "Verzonnen: instappers op een gemiddelde werkdag."
MANAGER_DEFINITION = "Verzonnen: of iemand de binnenstad als baan heeft."
PLATFORM_DEFINITION = "Verzonnen: of eigenaren, ondernemers en gemeente één organisatie hebben."

INDICATORS: tuple[Row, ...] = (
    {
        "indicator": "retail_floor_area_m2",
        "theme": "floor_area",
        "label_nl": "Winkelvloer",
        "label_en": "Retail floor area",
        "label_de": "Verkaufsfläche",
        "unit": "m²",
    },
    {
        "indicator": "vacancy_rate_floor_area",
        "theme": "vacancy",
        "label_nl": "Leegstand, deel van de winkelmeters",
        "label_en": "Vacancy, share of retail floor area",
        "label_de": "Leerstand, Anteil der Verkaufsfläche",
        "unit": "share",
    },
    {
        "indicator": "boardings_per_workday",
        "theme": "travellers",
        "label_nl": "Instappers per gemiddelde werkdag",
        "label_en": "Boardings per average workday",
        "label_de": "Einsteiger je durchschnittlichem Werktag",
        "unit": "instappers per werkdag",
    },
    {
        "indicator": "centre_manager",
        "theme": "streets",
        "label_nl": "Centrummanager",
        "label_en": "Centre manager",
        "label_de": "Citymanager",
        "unit": "(1 = ja, 0 = nee)",
    },
    {
        "indicator": "cooperation_platform",
        "theme": "streets",
        "label_nl": "Samenwerkingsverband",
        "label_en": "Cooperation platform",
        "label_de": "Zusammenschluss",
        "unit": "(1 = ja, 0 = nee)",
    },
)


def spot(east_km: float, north_km: float) -> Point:
    """A point in RD, kilometres from the middle of Voorbeeldstad."""
    return Point(plan.X + 1_000.0 * east_km, plan.Y + 1_000.0 * north_km)


def villages() -> dict[str, Point]:
    """Where the villages and the towns abroad lie, by name."""
    return {name: spot(east_km, north_km) for name, east_km, north_km, _, _ in VILLAGES}


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
    """One row per station and year: in every town one, so far from the square as the table says."""
    return [
        {
            "stop_id": f"station-{town.place_id}",
            "year": year,
            "name": f"Station {town.name}",
            "kind": "train_station",
            "boardings_per_workday": float(town.boardings(year)),
            "note": "Verzonnen cijfer.",
            "geometry": town.station,
        }
        for town in TOWNS
        for year in YEARS
    ]


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
        for station in stations():
            if station["stop_id"] == f"station-{town.place_id}":
                yield boardings(town.place_id, station)


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
        "definition": RESIDENTS_DEFINITION,
        "series": f"{place_id}-inwoners",
    }


def surveyed(place_id: str, name: str, indicator: str, year: int, value: float) -> Row:
    """What the survey of October saw in an inner city; its unit and definition are still to be
    told.
    """
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
    place_id: str, name: str, floor_m2: int, vacant_floor: float, manager: bool, platform: bool
) -> Iterator[Row]:
    """Floor area and organisation of an inner city in 2024."""
    for indicator, value, unit, definition in (
        ("retail_floor_area_m2", float(floor_m2), "m²", FLOOR_DEFINITION),
        ("vacancy_rate_floor_area", vacant_floor, "share", VACANT_FLOOR_DEFINITION),
        ("centre_manager", float(manager), "(1 = ja, 0 = nee)", MANAGER_DEFINITION),
        ("cooperation_platform", float(platform), "(1 = ja, 0 = nee)", PLATFORM_DEFINITION),
    ):
        yield {
            **surveyed(place_id, name, indicator, MADE.year, value),
            "unit": unit,
            "definition": definition,
        }


def boardings(place_id: str, station: Row) -> Row:
    """The count of a station as a published figure."""
    year = station["year"]
    return {
        **FIGURE,
        "observation_id": f"{place_id}-station-boardings-per-workday-{year}",
        "place_id": place_id,
        "area_name": station["name"],
        "area_kind": "station",
        "indicator": "boardings_per_workday",
        "period_start": date(year, 1, 1),
        "period_end": date(year, 12, 31),
        "value": station["boardings_per_workday"],
        "unit": "instappers per werkdag",
        "definition": BOARDINGS_DEFINITION,
        "series": f"{place_id}-boardings",
    }


def translations() -> list[tuple[str, str, str]]:
    """Every Dutch text of these rows in English and German."""
    names = [town.name for town in TOWNS]
    told = [
        (f"{dutch} {name}", f"{english} {name}", f"{german} {name}")
        for name in names
        for dutch, english, german in (
            ("binnenstad van", "inner city of", "Innenstadt von"),
            ("gemeente", "municipality of", "Gemeinde"),
            ("Station", "Station", "Bahnhof"),
        )
    ]
    return [
        *told,
        ("(1 = ja, 0 = nee)", "(1 = yes, 0 = no)", "(1 = ja, 0 = nein)"),
        ("instappers per werkdag", "boardings per workday", "Einsteigende pro Werktag"),
        (
            FLOOR_DEFINITION,
            (
                "Made up: floor area of all retail premises in the inner city, also where they"
                " stand empty."
            ),
            "Erfunden: Fläche aller Ladenlokale in der Innenstadt, auch wo sie leer stehen.",
        ),
        (
            VACANT_FLOOR_DEFINITION,
            "Made up: empty retail floor area divided by all retail floor area in the inner city.",
            "Erfunden: leere Verkaufsfläche geteilt durch alle Verkaufsfläche in der Innenstadt.",
        ),
        (
            BOARDINGS_DEFINITION,
            "Made up: boardings on an average workday.",
            "Erfunden: Einsteigende an einem durchschnittlichen Werktag.",
        ),
        (
            MANAGER_DEFINITION,
            "Made up: whether somebody has the inner city for a job.",
            "Erfunden: ob jemand die Innenstadt als Beruf hat.",
        ),
        (
            PLATFORM_DEFINITION,
            "Made up: whether owners, entrepreneurs and municipality have one organisation.",
            "Erfunden: ob Eigentümer, Gewerbe und Gemeinde eine Organisation haben.",
        ),
    ]
