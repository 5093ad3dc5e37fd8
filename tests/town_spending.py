"""What the people of Voorbeeldstad spend, and where they find how many shops."""

from __future__ import annotations

import pandas as pd
from shapely import Point

from tests.rows import Row, built
from tests.town_streets import (
    X,
    Y,
)


def origins(*rows: Row) -> pd.DataFrame:
    """The town's own inhabitants and those of a village, for one branch group."""
    default: Row = {
        "origin_id": "voorbeeldstad",
        "name": "Voorbeeldstad",
        "municipality_code": "GM9999",
        "population": 10_000.0,
        "branch_group": "non_daily",
        "spending_eur": 20_000_000.0,
        "spending_low_eur": 18_000_000.0,
        "spending_high_eur": 22_000_000.0,
        "geometry": Point(X, Y),
    }
    village: Row = {
        "origin_id": "voorbeelddorp",
        "name": "Voorbeelddorp",
        "population": 1_000.0,
        "spending_eur": 2_000_000.0,
        "spending_low_eur": None,
        "spending_high_eur": None,
        "geometry": Point(X + 2500, Y + 1000),
    }
    return built("origins", default, [{}, village], rows)


def supply(*rows: Row) -> pd.DataFrame:
    """30,000 m2 in the inner city, and 10,000 m2 at the edge that might be 12,000 m2."""
    default: Row = {
        "place_id": "voorbeeldstad",
        "branch_group": "non_daily",
        "floor_area_m2": 30_000.0,
        "year": 2023,
        "basis": "wvo",
        "nature": "measured",
    }
    edge: Row = {
        "place_id": "voorbeeldplein",
        "floor_area_m2": 10_000.0,
        "floor_area_low": 10_000.0,
        "floor_area_high": 12_000.0,
        "basis": "gla",
    }
    return built("supply", default, [{}, edge], rows)


def flows(*rows: Row) -> pd.DataFrame:
    """Three quarters of the town's spending stays, a quarter goes to the edge."""
    default: Row = {
        "origin_id": "voorbeeldstad",
        "place_id": "voorbeeldstad",
        "branch_group": "non_daily",
        "share": 0.75,
        "share_low": 0.6,
        "share_high": 0.85,
        "spending_eur": 15_000_000.0,
        "spending_low_eur": 12_000_000.0,
        "spending_high_eur": 17_000_000.0,
    }
    edge: Row = {
        "place_id": "voorbeeldplein",
        "share": 0.25,
        "share_low": 0.15,
        "share_high": 0.4,
        "spending_eur": 5_000_000.0,
        "spending_low_eur": 3_000_000.0,
        "spending_high_eur": 8_000_000.0,
    }
    return built("flows", default, [{}, edge], rows)
