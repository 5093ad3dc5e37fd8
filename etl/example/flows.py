"""Where the made-up region shops: residents, floor areas, and a made-up survey of 2023.

The shares in `flow_figures.csv` come from a model with 0.17 a minute for shopping, 0.075 for
large-scale goods (a third of what is not daily), a border of 9 minutes and 0.30 for the pull of
other shops. Each is a little off and rounded, as in a survey, so that a fit comes near these
parameters and never all the way.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import geopandas as gpd
import pandas as pd

from data.schema.spending_tables import SUPPLY
from etl.example.region import ABROAD, EDGE, RESIDENTS, TOWNS, VILLAGES, Village, spot
from etl.example.rows import FIGURE, Row, frame, read
from etl.sources import competition
from geo.crs import RD

SOURCE = "voorbeeld-koopstromen"
YEAR = 2023
# Lowest and highest spending per head and year, in euros.
DAILY_EUR, OTHER_EUR = (2_300.0, 2_600.0), (2_200.0, 3_100.0)
# Share of shops for daily goods in the floor area of an inner city.
_DAILY = 0.19


def origins() -> gpd.GeoDataFrame:
    """The table `origins`: towns without their villages, villages, and towns across the border."""
    centres = [
        ("Voorbeeldstad", 0.0, 0.0, RESIDENTS[YEAR]),
        *((town.name, town.east_km, town.north_km, town.residents(YEAR)) for town in TOWNS),
    ]
    towns = [
        Village(name, east, north, people - sum(_villagers(code)), code)
        for number, (name, east, north, people) in enumerate(centres, start=1)
        for code in [f"GM99{number:02d}"]
    ]
    residences = pd.DataFrame([*towns, *VILLAGES])
    placed = gpd.GeoDataFrame(
        residences.assign(
            origin_id=residences["name"].str.lower(),
            population=residences["residents"].astype("float64"),
        ),
        geometry=[spot(village.east_km, village.north_km) for village in (*towns, *VILLAGES)],
        crs=RD,
    )
    return competition.origins(placed, competition.by_group(DAILY_EUR, OTHER_EUR))


def _villagers(code: str) -> Iterator[int]:
    return (village.residents for village in VILLAGES if village.municipality_code == code)


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


def observations() -> list[Row]:
    """Shares from the made-up survey, a turnover to check the model with, and floor areas."""
    survey: Row = {
        **FIGURE,
        "source_id": SOURCE,
        "period_start": date(YEAR, 1, 1),
        "period_end": date(YEAR, 12, 31),
    }
    return [{**survey, **row} for row in read("flow_figures.csv")]
