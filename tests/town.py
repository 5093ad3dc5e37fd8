"""Voorbeeldstad: a made-up town in the IJsselmeer, far from any real street, with every table
filled.

A builder takes only what the rule under test is about: `observations({"value": 12.0})` is one
complete figure of 12. Without arguments it gives the town's own rows.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import pandas as pd
from shapely import Point, box

from data.manifest import SourceRecord
from data.schema.tables import DECLARED
from data.snapshot import publish
from tests.rows import Row, built
from tests.town_spending import flows, origins, supply
from tests.town_streets import (
    X,
    Y,
    areas,
    background,
    counts,
    footfall_tests,
    notices,
    premises,
    stops,
    street_vacancy,
    streets,
)

__all__ = [
    "SOURCED",
    "X",
    "Y",
    "actors",
    "areas",
    "background",
    "counts",
    "flows",
    "footfall_tests",
    "indicators",
    "initiatives",
    "notices",
    "observations",
    "origins",
    "participations",
    "places",
    "premises",
    "snapshot",
    "sources",
    "stops",
    "street_vacancy",
    "streets",
    "supply",
    "table_sources",
    "tables",
    "translations",
]


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
    """Every table of the town, of the caller's own; together they keep all contracts."""
    # Copies share their values until one of them is changed.
    return {name: frame.copy(deep=False) for name, frame in _tables().items()}


@cache
def _tables() -> dict[str, pd.DataFrame]:
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


def snapshot(folder: Path) -> Path:
    """The folder, with the whole town published in it at noon on 3 March 2024."""
    shutil.copytree(_published(), folder, dirs_exist_ok=True)
    return folder


@cache
def _published() -> Path:
    """The same in a folder of this process, to be copied: publishing takes far longer."""
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder)
    noon = datetime(2024, 3, 3, 12, tzinfo=UTC)
    publish.publish(folder, _tables(), sources(), table_sources(), published=noon)
    return folder
