"""Voorbeeldstad by street: its streets and units, stops and counts, areas and the map behind them.

A builder takes only what the rule under test is about; see `town`.
"""

from __future__ import annotations

import pandas as pd
from shapely import LineString, Point, Polygon, box

from tests.rows import Row, built

X, Y = 150_000.0, 530_000.0
"""Middle of the town in RD: open water."""


def streets(*rows: Row) -> pd.DataFrame:
    """A street of 400 m west to east, one of 200 m north from its middle, and a nameless alley of
    100 m.
    """
    default: Row = {
        "street_id": "voorbeeldstad-langestraat",
        "name": "Langestraat",
        "place_id": "voorbeeldstad",
        "length_m": 400.0,
        "footfall_proxy": 80.0,
        "geometry": LineString([(X - 200, Y - 100), (X + 200, Y - 100)]),
    }
    town: list[Row] = [
        {},
        {
            "street_id": "voorbeeldstad-dwarsstraat",
            "name": "Dwarsstraat",
            "length_m": 200.0,
            "footfall_proxy": 40.0,
            "geometry": LineString([(X, Y - 100), (X, Y + 100)]),
        },
        {
            "street_id": "voorbeeldstad-steeg",
            "name": None,
            "length_m": 100.0,
            "footfall_proxy": None,
            "geometry": LineString([(X, Y + 100), (X + 100, Y + 100)]),
        },
    ]
    return built("streets", default, town, rows)


def footfall_tests(*rows: Row) -> pd.DataFrame:
    """The footfall of the town, with the weights of the literature, tested on twelve sections."""
    default: Row = {
        "place_id": "voorbeeldstad",
        "weights": "literature",
        "rank_correlation": 0.7,
        "rank_correlation_low": 0.4,
        "rank_correlation_high": 0.9,
        "sections": 12,
        "blocks": 0,
        "core": 0.5,
        "attractions": 0.3,
        "stops": 0.2,
        "walkability": 0.25,
    }
    return built("footfall_tests", default, [{}], rows)


def street_vacancy(*rows: Row) -> pd.DataFrame:
    """Two of ten units vacant in a centre too small for a rate; too few in the other street."""
    default: Row = {
        "place_id": "voorbeeldstad",
        "street": "Langestraat",
        "survey": "2024",
        "basis": "units",
        "units": 10,
        "vacant_units": 2.0,
    }
    withheld: Row = {"street": "Dwarsstraat", "units": 3, "vacant_units": None}
    return built("street_vacancy", default, [{}, withheld], rows)


def premises(*rows: Row) -> pd.DataFrame:
    """Ten units along the long street, two of them vacant, and one of unknown status from
    OpenStreetMap.
    """
    default: Row = {
        "premises_id": "bag:9999010000000001",
        "source_id": "voorbeeldkrant",
        "survey": "2024",
        "place_id": "voorbeeldstad",
        "street_id": "voorbeeldstad-langestraat",
        "address": "Langestraat 1",
        "floor_area_m2": 100.0,
        "use": "retail",
        "status": "in_use",
        "surveyed": "2024-02-01",
        "geometry": Point(X - 180, Y - 90),
    }
    vacant: Row = {
        "status": "vacant",
        "vacant_since": "2022-06-01",
        "duration": "long",
        "evidence": "gezien",
    }
    town: list[Row] = [
        {
            "premises_id": f"bag:{9999010000000000 + number}",
            "address": f"Langestraat {number}",
            "geometry": Point(X - 220 + 40 * number, Y - 90),
            **(vacant if number in (4, 7) else {}),
        }
        for number in range(1, 11)
    ]
    unknown: Row = {
        "premises_id": "osm:node/1",
        "street_id": None,
        "address": None,
        "floor_area_m2": None,
        "status": "unknown",
        "geometry": Point(X + 150, Y + 150),
    }
    return built("premises", default, [*town, unknown], rows)


def stops(*rows: Row) -> pd.DataFrame:
    """One station in two years, and a second one of which the year was not counted."""
    default: Row = {
        "stop_id": "station-voorbeeldstad",
        "year": 2023,
        "name": "Voorbeeldstad",
        "kind": "train_station",
        "boardings_per_workday": 1000.0,
        "geometry": Point(X - 300, Y),
    }
    town: list[Row] = [
        {},
        {"year": 2019, "boardings_per_workday": 1200.0},
        {
            "stop_id": "station-voorbeeldstad-oost",
            "name": "Voorbeeldstad Oost",
            "boardings_per_workday": None,
            "note": "niet geteld",
            "geometry": Point(X + 2000, Y),
        },
    ]
    return built("stops", default, town, rows)


def counts(*rows: Row) -> pd.DataFrame:
    """Three hours of one counter; it failed in the second and was moved before the third."""
    default: Row = {
        "counter_id": "teller-1",
        "street_id": "voorbeeldstad-langestraat",
        "start": "2024-03-02T12:00",
        "minutes": 60,
        "value": 500.0,
        "break_before": False,
        "geometry": Point(X, Y - 100),
    }
    town: list[Row] = [
        {},
        {"start": "2024-03-02T13:00", "value": None},
        {"start": "2024-03-02T14:00", "value": 700.0, "break_before": True},
    ]
    return built("counts", default, town, rows)


def notices(*rows: Row) -> pd.DataFrame:
    """One permit."""
    default: Row = {
        "notice_id": "gmb-2024-1",
        "place_id": "voorbeeldstad",
        "kind": "permit",
        "published": "2024-02-15",
        "title": "Vergunning Marktplein 1",
        "url": "https://example.org/gmb-2024-1",
        "geometry": Point(X, Y),
    }
    return built("notices", default, [{}], rows)


def areas(*rows: Row) -> pd.DataFrame:
    """The municipality and its one neighbourhood, of which nobody published the inhabitants."""
    default: Row = {
        "area_id": "GM9999",
        "kind": "municipality",
        "name": "Voorbeeldstad",
        "municipality_code": "GM9999",
        "population": 10_000.0,
        "households": 5_000.0,
        "year": 2024,
        "source_id": "voorbeeldteller",
        "geometry": box(X - 3000, Y - 3000, X + 3000, Y + 3000),
    }
    centre: Row = {
        "area_id": "BU99990000",
        "kind": "neighbourhood",
        "name": "Centrum",
        "population": None,
        "households": None,
        "geometry": box(X - 500, Y - 500, X + 500, Y + 500),
    }
    return built("areas", default, [{}, centre], rows)


def background(*rows: Row) -> pd.DataFrame:
    """A canal, a park with a pond in it, and the railway."""
    default: Row = {
        "kind": "rail",
        "geometry": LineString([(X - 300, Y - 400), (X - 300, Y + 400)]),
    }
    pond = [(X + 240, Y + 240), (X + 260, Y + 240), (X + 260, Y + 260), (X + 240, Y + 260)]
    park = Polygon(
        [(X + 220, Y + 220), (X + 300, Y + 220), (X + 300, Y + 300), (X + 220, Y + 300)], [pond]
    )
    town: list[Row] = [
        {},
        {"kind": "water", "geometry": box(X - 260, Y - 400, X - 240, Y + 400)},
        {"kind": "green", "geometry": park},
    ]
    return built("background", default, town, rows)
