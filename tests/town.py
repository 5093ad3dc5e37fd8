"""Voorbeeldstad: a made-up town in the IJsselmeer, far from any real street, with every table
filled.

A builder takes only what the rule under test is about: `observations({"value": 12.0})` is one
complete figure of 12. Without arguments it gives the town's own rows.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
from shapely import LineString, Point, Polygon, box

from data import store
from data.provenance import SourceRecord
from data.tables import DECLARED
from tests.rows import Row, built

X, Y = 150_000.0, 530_000.0
"""Middle of the town in RD: open water."""

SOURCED: Row = {
    "source_id": "voorbeeldkrant",
    "source_url": "https://example.org/voorbeeldstad",
    "source_date": "ongedateerd",
    "retrieved": "2024-03-01",
    "licence": "niet vermeld; los feit met bronvermelding",
    "confidence": "medium",
}


def sources() -> list[SourceRecord]:
    """The made-up publishers of the town's rows."""
    return [
        SourceRecord(
            source_id="voorbeeldkrant",
            title_nl="Leegstand in Voorbeeldstad",
            title_en="Vacancy in Voorbeeldstad",
            publisher="De Voorbeeldkrant",
            url="https://example.org/voorbeeldstad",
            licence="niet vermeld; los feit met bronvermelding",
            source_date="ongedateerd",
            surveyed="november 2023",
            retrieved=date(2024, 3, 1),
            status="fresh",
            sharing="open",
        ),
        SourceRecord(
            source_id="voorbeeldteller",
            title_nl="Tellingen in Voorbeeldstad",
            title_en="Counts in Voorbeeldstad",
            publisher="Gemeente Voorbeeldstad",
            licence="CC0 1.0",
            credit="Gemeente Voorbeeldstad",
            retrieved=date(2024, 3, 2),
            sha256="a" * 64,
            status="fresh",
            sharing="internal",
        ),
    ]


def table_sources() -> dict[str, list[str]]:
    """The sources of the tables whose rows do not name one."""
    silent = [name for name, table in DECLARED.items() if "source_id" not in table.columns]
    counted = ("stops", "counts", "footfall_tests")
    return {name: ["voorbeeldteller" if name in counted else "voorbeeldkrant"] for name in silent}


def tables() -> dict[str, pd.DataFrame]:
    """Every table of the town; together they keep all contracts."""
    return {
        "places": places(),
        "observations": observations(),
        "indicators": indicators(),
        "translations": translations(),
        "initiatives": initiatives(),
        "actors": actors(),
        "participations": participations(),
        "streets": streets(),
        "footfall_tests": footfall_tests(),
        "street_vacancy": street_vacancy(),
        "premises": premises(),
        "stops": stops(),
        "counts": counts(),
        "notices": notices(),
        "origins": origins(),
        "supply": supply(),
        "flows": flows(),
        "areas": areas(),
        "background": background(),
    }


def places(*rows: Row) -> pd.DataFrame:
    """An inner city of 400 x 400 m, a retail site 3 km east of it and a town abroad 9 km away."""
    default: Row = {
        "place_id": "voorbeeldstad",
        "name_nl": "Voorbeeldstad",
        "name_en": "Example Town",
        "name_de": "Beispielstadt",
        "role": "centre",
        "municipality_code": "GM9999",
        "profile": "gezellige stad",
        "core": Point(X, Y),
        "core_basis": "square",
        "boundary_basis": "drawn",
        "geometry": box(X - 200, Y - 200, X + 200, Y + 200),
    }
    unbounded: Row = {"profile": None, "core_basis": "gazetteer", "boundary_basis": None}
    town: list[Row] = [
        {},
        {
            **unbounded,
            "place_id": "voorbeeldplein",
            "name_nl": "Voorbeeldplein",
            "name_en": "Example Park",
            "name_de": "Beispielpark",
            "role": "periphery",
            "core": Point(X + 3000, Y),
            "geometry": Point(X + 3000, Y),
        },
        {
            **unbounded,
            "place_id": "musterstadt",
            "name_nl": "Musterstadt",
            "name_en": "Musterstadt",
            "name_de": "Musterstadt",
            "role": "abroad",
            "municipality_code": None,
            "core": Point(X + 9000, Y),
            "geometry": Point(X + 9000, Y),
        },
    ]
    return built("places", default, town, rows)


def observations(*rows: Row) -> pd.DataFrame:
    """Two counts of vacant premises in one series, a share, and a provincial figure in
    words only.
    """
    default: Row = {
        **SOURCED,
        "observation_id": "voorbeeldstad-vacant-premises-2023",
        "place_id": "voorbeeldstad",
        "area_name": "binnenstad",
        "indicator": "vacant_premises",
        "period_start": "2023-01-01",
        "period_end": "2023-12-31",
        "value": 10.0,
        "unit": "premises",
        "area_kind": "inner_city",
        "nature": "measured",
        "series": "voorbeeldstad-vacant",
        "provisional": False,
        "sharing": "open",
    }
    town: list[Row] = [
        {},
        {
            "observation_id": "voorbeeldstad-vacant-premises-2019",
            "value": 8.0,
            "period_start": "2019-01-01",
            "period_end": "2019-12-31",
        },
        {
            "observation_id": "voorbeeldstad-vacant-share-2023",
            "indicator": "vacant_share",
            "value": 0.1,
            "unit": "share",
            "series": None,
            "definition": "leegstaande panden gedeeld door alle panden",
        },
        {
            "observation_id": "provincie-vacant-undated",
            "place_id": None,
            "area_name": "Voorbeeldprovincie",
            "area_kind": "province",
            "value": None,
            "value_text": "meer dan 400",
            "period_start": None,
            "period_end": None,
            "series": None,
            "confidence": "low",
        },
    ]
    return built("observations", default, town, rows)


def indicators(*rows: Row) -> pd.DataFrame:
    """Vacant premises and their share."""
    default: Row = {
        "indicator": "vacant_premises",
        "theme": "vacancy",
        "label_nl": "Leegstaande panden",
        "label_en": "Vacant premises",
        "label_de": "Leer stehende Ladenlokale",
        "unit": "premises",
    }
    other: Row = {
        "indicator": "vacant_share",
        "label_nl": "Aandeel leegstaande panden",
        "label_en": "Share of vacant premises",
        "label_de": "Anteil leer stehender Ladenlokale",
        "unit": "share",
    }
    return built("indicators", default, [{}, other], rows)


def translations(*rows: Row) -> pd.DataFrame:
    """The two Dutch texts that the figures show."""
    default: Row = {
        "text_nl": "meer dan 400",
        "text_en": "more than 400",
        "text_de": "mehr als 400",
    }
    other: Row = {"text_nl": "binnenstad", "text_en": "inner city", "text_de": "Innenstadt"}
    return built("translations", default, [{}, other], rows)


def initiatives(*rows: Row) -> pd.DataFrame:
    """One on the market square, one in two streets, one of which only the town is known, one
    without a spot.
    """
    default: Row = {
        **SOURCED,
        "initiative_id": "voorbeeldmarkt",
        "name": "Voorbeeldmarkt",
        "place_id": "voorbeeldstad",
        "streets": ["Marktplein"],
        "type": "physical",
        "type_basis": "article",
        "tranche": "first",
        "status": "completed",
        "start": "2014-01-01",
        "end": "2016-12-31",
        "description_nl": "Het plein wordt opnieuw ingericht.",
        "description_en": "The square is laid out anew.",
        "location_precision": "square",
        "geometry": Point(X, Y),
    }
    town: list[Row] = [
        {},
        {
            "initiative_id": "lichtjesavond",
            "name": "Lichtjesavond",
            "streets": ["Langestraat", "Dwarsstraat"],
            "type": "activity",
            "tranche": "tender",
            "start": "2016-12-01",
            "location_precision": "street",
            "geometry": Point(X, Y - 100),
        },
        {
            "initiative_id": "leeg-naar-licht",
            "name": "Van leeg naar licht",
            "streets": [],
            "type": "transformation",
            "type_basis": "derived",
            "status": None,
            "start": None,
            "end": None,
            "location_precision": "place",
        },
        {
            "initiative_id": "ondernemerstafel",
            "name": "Ondernemerstafel",
            "streets": [],
            "type": "activity",
            "tranche": "unknown",
            "start": None,
            "end": None,
            "location_precision": "none",
            "geometry": None,
        },
    ]
    return built("initiatives", default, town, rows)


def actors(*rows: Row) -> pd.DataFrame:
    """The municipality and the shopkeepers' association."""
    default: Row = {
        "actor_id": "gemeente-voorbeeldstad",
        "name": "Gemeente Voorbeeldstad",
        "kind": "municipality",
    }
    other: Row = {
        "actor_id": "winkeliers",
        "name": "Winkeliersvereniging Voorbeeldstad",
        "kind": "association",
    }
    return built("actors", default, [{}, other], rows)


def participations(*rows: Row) -> pd.DataFrame:
    """The municipality funds two initiatives, the shopkeepers started one of them."""
    default: Row = {
        "initiative_id": "voorbeeldmarkt",
        "actor_id": "gemeente-voorbeeldstad",
        "role": "funder",
    }
    town: list[Row] = [
        {},
        {"initiative_id": "lichtjesavond"},
        {"initiative_id": "lichtjesavond", "actor_id": "winkeliers", "role": "initiator"},
    ]
    return built("participations", default, town, rows)


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


def snapshot(folder: Path) -> Path:
    """The folder, with the whole town published in it at noon on 3 March 2024."""
    noon = datetime(2024, 3, 3, 12, tzinfo=UTC)
    store.publish(folder, tables(), sources(), table_sources(), published=noon)
    return folder
