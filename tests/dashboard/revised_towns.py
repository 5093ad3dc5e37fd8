"""Two made-up towns in two versions: of one, a figure is new, one has changed and one is gone."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from shapely.geometry import Point

from data.snapshot import publish
from tests import town
from tests.rows import Row
from tests.town import X, Y

MARCH = datetime(2026, 3, 1, 9, tzinfo=UTC)
APRIL = datetime(2026, 4, 2, 10, 30, tzinfo=UTC)

CHANGED = "voorbeeldstad-vacant-premises-2023"
GONE: Row = {
    "observation_id": "voorbeeldstad-vacant-premises-2019",
    "value": 8.0,
    "period_start": "2019-01-01",
    "period_end": "2019-12-31",
}
NEW: Row = {
    "observation_id": "voorbeeldstad-vacant-premises-2025",
    "value": 7.0,
    "period_start": "2025-01-01",
    "period_end": "2025-12-31",
}
INTERNAL: Row = {
    **NEW,
    "observation_id": "voorbeeldstad-geheim",
    "value": 3.0,
    "sharing": "internal",
}
OTHER: Row = {
    "observation_id": "anderstad-vacant-premises-2023",
    "place_id": "anderstad",
    "value": 5.0,
}


def publish_version(folder: Path, published: datetime, *rows: Row) -> str:
    """Publish both towns with these figures; the name of the version."""
    other: Row = {
        "place_id": "anderstad",
        "name_nl": "Anderstad",
        "name_en": "Other Town",
        "name_de": "Anderstadt",
        "core": Point(X + 5000, Y),
        "geometry": Point(X + 5000, Y),
        "boundary_basis": None,
    }
    tables = {
        "places": town.places({}, other),
        "observations": town.observations(*rows),
        "indicators": town.indicators(),
        "translations": town.translations(),
    }
    named = {name: ["voorbeeldkrant"] for name in ("places", "indicators", "translations")}
    return publish.publish(folder, tables, town.sources(), named, published=published).version


def two_versions(folder: Path) -> Path:
    """The folder with March (10, 8 and 5 vacant premises) and April (12, 7 and 5, one internal)."""
    publish_version(folder, MARCH, {}, GONE, OTHER)
    publish_version(folder, APRIL, {"value": 12.0}, NEW, INTERNAL, {**OTHER, "note": "Nagekeken."})
    return folder
