"""Where the made-up region shops: towns with their residents, floor areas, and what a made-up
survey found in 2023.

The shares of the survey are those of a model with parameters that a fit does not know, each a
little off and rounded,
as a survey is: whoever fits a model to them comes near, and not all the way.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import geopandas as gpd
import pandas as pd

from data.schema.spending_tables import SUPPLY
from etl.example.region import ABROAD, EDGE, RESIDENTS, TOWNS, VILLAGES, spot
from etl.example.rows import FIGURE, Row, frame
from etl.sources import competition
from geo.crs import RD

SOURCE = "voorbeeld-koopstromen"
YEAR = 2023
# Lowest and highest spending per head and year, in euros.
DAILY_EUR, OTHER_EUR = (2_300.0, 2_600.0), (2_200.0, 3_100.0)
# Shops for daily goods in the floor area of an inner city.
_DAILY = 0.19

# Made with 0.17 a minute for shopping and 0.075 for large-scale goods, which are a third of what is
# not daily, a border of
# 9 minutes and 0.30 for the pull of other shops.
# Of whole municipalities: turnover in non-daily goods from outside, and of one what comes from
# across the border.
_INFLOW = {
    "Voorbeeldstad": 0.59,
    "Voorbeeldhaven": 0.12,
    "Voorbeeldburg": 0.16,
    "Voorbeeldmeer": 0.16,
    "Voorbeelddal": 0.19,
    "Voorbeeldbrug": 0.16,
    "Voorbeeldberg": 0.16,
    "Voorbeeldweide": 0.28,
    "Voorbeeldkerk": 0.15,
    "Voorbeeldduin": 0.15,
}
_ABROAD_INFLOW = 0.04
_EDGE_SHARES = (
    ("visitors_from_outside_share", 0.78),
    ("visitors_from_neighbours_share", 0.35),
    ("visitors_from_abroad_share", 0.05),
    ("region_market_share", 0.14),
)
_TURNOVER_EUR = 61_000_000.0

INDICATORS: tuple[Row, ...] = (
    {
        "indicator": "non_daily_inflow_share",
        "theme": "spending_flows",
        "label_nl": "Omzet van buiten, niet-dagelijks",
        "label_en": "Turnover from outside, non-daily",
        "label_de": "Umsatz von außerhalb, nicht täglich",
        "unit": "share",
    },
    {
        "indicator": "non_daily_abroad_inflow_share",
        "theme": "spending_flows",
        "label_nl": "Omzet van over de grens, niet-dagelijks",
        "label_en": "Turnover from across the border, non-daily",
        "label_de": "Umsatz von jenseits der Grenze, nicht täglich",
        "unit": "share",
    },
    {
        "indicator": "visitors_from_outside_share",
        "theme": "spending_flows",
        "label_nl": "Bezoekers van buiten de gemeente",
        "label_en": "Visitors from outside the municipality",
        "label_de": "Besucher von außerhalb der Gemeinde",
        "unit": "share",
    },
    {
        "indicator": "visitors_from_neighbours_share",
        "theme": "spending_flows",
        "label_nl": "Bezoekers uit Voorbeeldhaven en Voorbeeldburg",
        "label_en": "Visitors from Voorbeeldhaven and Voorbeeldburg",
        "label_de": "Besucher aus Voorbeeldhaven und Voorbeeldburg",
        "unit": "share",
    },
    {
        "indicator": "visitors_from_abroad_share",
        "theme": "spending_flows",
        "label_nl": "Bezoekers van over de grens",
        "label_en": "Visitors from across the border",
        "label_de": "Besucher von jenseits der Grenze",
        "unit": "share",
    },
    {
        "indicator": "region_market_share",
        "theme": "spending_flows",
        "label_nl": "Marktaandeel in de streek",
        "label_en": "Market share in the region",
        "label_de": "Marktanteil in der Region",
        "unit": "share",
    },
    {
        "indicator": "turnover",
        "theme": "spending_flows",
        "label_nl": "Omzet",
        "label_en": "Turnover",
        "label_de": "Umsatz",
        "unit": "euro",
    },
    {
        "indicator": "floor_area_per_head_m2",
        "theme": "floor_area",
        "label_nl": "Winkelvloer per inwoner",
        "label_en": "Floor area per inhabitant",
        "label_de": "Fläche je Einwohner",
        "unit": "m² per inwoner",
    },
)

_INFLOW_DEFINITION = (
    "Verzonnen: deel van de niet-dagelijkse omzet in de hele gemeente dat van kopers van buiten"
    " komt."
)
_ABROAD_DEFINITION = (
    "Verzonnen: deel van de niet-dagelijkse omzet in de hele gemeente dat van over de grens komt."
)
_VISITORS_DEFINITION = "Verzonnen: deel van de bezoekers van de boulevard."
_MARKET_DEFINITION = "Verzonnen: deel van de niet-dagelijkse bestedingen in de hele streek."
_COUNTRY_DEFINITION = "Verzonnen: winkelvloer in een verzonnen land."
_EDGE_DEFINITION = "Verzonnen: winkelvloer van de hele boulevard, een ruwe schatting."
_TURNOVER_DEFINITION = "Verzonnen: omzet van alle winkels in de binnenstad."


def origins() -> gpd.GeoDataFrame:
    """The table `origins`: towns without their villages, the villages, and the towns across the
    border.
    """
    own = [
        ("Voorbeeldstad", 0.0, 0.0, RESIDENTS[YEAR]),
        *((town.name, town.east_km, town.north_km, town.residents(YEAR)) for town in TOWNS),
    ]
    rows = [
        (
            name,
            east,
            north,
            code,
            people - sum(living for *_, where, living in VILLAGES if where == code),
        )
        for number, (name, east, north, people) in enumerate(own, start=1)
        for code in [f"GM99{number:02d}"]
    ]
    towns = pd.DataFrame(
        [*rows, *VILLAGES], columns=["name", "east", "north", "municipality_code", "population"]
    )
    placed = gpd.GeoDataFrame(
        towns.assign(
            origin_id=towns["name"].str.lower(), population=towns["population"].astype("float64")
        ),
        geometry=[
            spot(east, north) for east, north in zip(towns["east"], towns["north"], strict=True)
        ],
        crs=RD,
    )
    return competition.origins(placed, competition.by_group(DAILY_EUR, OTHER_EUR))


def supply() -> pd.DataFrame:
    """The table `supply`: inner cities as counted, the boulevard and the town abroad as guessed."""
    counted: Row = {"year": YEAR, "basis": "verzonnen-telling", "nature": "measured"}
    guessed: Row = {"year": YEAR, "basis": "verzonnen-schatting", "nature": "expectation"}
    floors = [("voorbeeldstad", 38_100), *((town.place_id, town.floor_m2) for town in TOWNS)]
    rows: list[Row] = [
        {
            **counted,
            "place_id": place_id,
            "branch_group": group,
            "floor_area_m2": round(part * area, -1),
        }
        for place_id, area in floors
        for group, part in (("daily", _DAILY), ("non_daily", 1.0 - _DAILY))
    ]
    for place_id, group, low, high in (
        (EDGE.lower(), "large_scale", 19_000.0, 24_000.0),
        (EDGE.lower(), "non_daily", 8_000.0, 12_000.0),
        (ABROAD.lower(), "daily", 11_000.0, 15_000.0),
        (ABROAD.lower(), "non_daily", 44_000.0, 58_000.0),
    ):
        rows.append(
            {
                **guessed,
                "place_id": place_id,
                "branch_group": group,
                "floor_area_low": low,
                "floor_area_high": high,
            }
        )
    return frame(SUPPLY, rows)


def observations() -> Iterator[Row]:
    """The shares the survey found, a turnover it is checked with, and the floor area of the country
    it lies in.
    """
    edge, year = EDGE.lower(), date(YEAR, 12, 31)
    told: Row = {
        **FIGURE,
        "source_id": SOURCE,
        "period_start": date(YEAR, 1, 1),
        "period_end": year,
        "unit": "share",
    }
    for indicator, value in _EDGE_SHARES:
        market = indicator == "region_market_share"
        yield {
            **told,
            "observation_id": f"{edge}-{indicator.replace('_', '-')}-{YEAR}",
            "place_id": edge,
            "area_name": EDGE,
            "area_kind": "retail_site",
            "indicator": indicator,
            "value": value,
            "definition": _MARKET_DEFINITION if market else _VISITORS_DEFINITION,
        }
    whole = [
        (name, "non_daily_inflow_share", _INFLOW_DEFINITION, value)
        for name, value in _INFLOW.items()
    ]
    whole.append(
        ("Voorbeeldstad", "non_daily_abroad_inflow_share", _ABROAD_DEFINITION, _ABROAD_INFLOW)
    )
    for name, indicator, definition, value in whole:
        yield {
            **told,
            "observation_id": f"{name.lower()}-gemeente-{indicator.replace('_', '-')}-{YEAR}",
            "place_id": name.lower(),
            "area_name": f"gemeente {name}",
            "area_kind": "municipality",
            "indicator": indicator,
            "value": value,
            "definition": definition,
        }
    yield {
        **told,
        "observation_id": f"voorbeelddal-turnover-{YEAR}",
        "place_id": "voorbeelddal",
        "area_name": "binnenstad van Voorbeelddal",
        "area_kind": "inner_city",
        "indicator": "turnover",
        "value": _TURNOVER_EUR,
        "unit": "euro",
        "definition": _TURNOVER_DEFINITION,
    }
    yield {
        **told,
        "observation_id": f"{edge}-retail-floor-area-m2-{YEAR}",
        "place_id": edge,
        "area_name": EDGE,
        "area_kind": "retail_site",
        "indicator": "retail_floor_area_m2",
        "value": 31_500.0,
        "value_low": 27_000.0,
        "value_high": 36_000.0,
        "unit": "m²",
        "definition": _EDGE_DEFINITION,
        "confidence": "medium",
    }
    for words, indicator, kind, value, unit in (
        ("floor-area-per-head-m2", "floor_area_per_head_m2", "country", 1.9, "m² per inwoner"),
        ("retail-floor-area-m2", "retail_floor_area_m2", "country", 9_500_000.0, "m²"),
        ("main-centres-floor-area-m2", "retail_floor_area_m2", "other", 4_300_000.0, "m²"),
        ("concentrations-floor-area-m2", "retail_floor_area_m2", "other", 1_300_000.0, "m²"),
    ):
        yield {
            **told,
            "observation_id": f"voorbeeldland-{words}-{YEAR}",
            "area_name": "Voorbeeldland",
            "area_kind": kind,
            "indicator": indicator,
            "value": value,
            "unit": unit,
            "definition": _COUNTRY_DEFINITION,
        }


def translations() -> list[tuple[str, str, str]]:
    """Every Dutch text of these rows in English and German."""
    return [
        ("m² per inwoner", "m² per inhabitant", "m² je Einwohner"),
        (
            _INFLOW_DEFINITION,
            (
                "Made up: share of the non-daily turnover in the whole municipality that comes from"
                " buyers from outside."
            ),
            (
                "Erfunden: Anteil des nicht täglichen Umsatzes der ganzen Gemeinde, der von Käufern"
                " von außerhalb kommt."
            ),
        ),
        (
            _ABROAD_DEFINITION,
            (
                "Made up: share of the non-daily turnover in the whole municipality that comes from"
                " across the border."
            ),
            (
                "Erfunden: Anteil des nicht täglichen Umsatzes der ganzen Gemeinde, der von"
                " jenseits der Grenze kommt."
            ),
        ),
        (
            _VISITORS_DEFINITION,
            "Made up: share of the visitors of the boulevard.",
            "Erfunden: Anteil der Besucher des Boulevards.",
        ),
        (
            _MARKET_DEFINITION,
            "Made up: share of the non-daily spending in the whole region.",
            "Erfunden: Anteil der nicht täglichen Ausgaben in der ganzen Region.",
        ),
        (
            _COUNTRY_DEFINITION,
            "Made up: shop floor area in a made-up country.",
            "Erfunden: Verkaufsfläche in einem erfundenen Land.",
        ),
        (
            _EDGE_DEFINITION,
            "Made up: shop floor area of the whole boulevard, a rough guess.",
            "Erfunden: Verkaufsfläche des ganzen Boulevards, eine grobe Schätzung.",
        ),
        (
            _TURNOVER_DEFINITION,
            "Made up: turnover of all shops in the inner city.",
            "Erfunden: Umsatz aller Läden in der Innenstadt.",
        ),
    ]
