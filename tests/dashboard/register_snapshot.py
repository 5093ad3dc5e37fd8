"""The snapshot that ships with made-up units of the register for every site of this country: one
basis for all.
"""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

from shapely.geometry import Point

from data import catalogue
from data.manifest import SourceRecord
from data.snapshot import publish
from tests import town
from tests.rows import Row

UNITS_EACH = 10
AREAS: Mapping[str, float] = {
    "almelo": 70_000.0,
    "borne": 16_000.0,
    "enschede": 115_000.0,
    "hengelo": 45_000.0,
    "oldenzaal": 30_000.0,
    "plein-westermaat": 70_000.0,
    "hornbach-enschede": 20_000.0,
    "woonboulevard-schuttersveld": 25_000.0,
}
REGISTER = SourceRecord(
    source_id="bag",
    title_nl="Verzonnen panden",
    title_en="Made-up units",
    publisher="Verzonnen register",
    licence="CC0 1.0",
    status="fresh",
    sharing="open",
    retrieved=dt.date(2027, 3, 1),
)


def premises(areas: Mapping[str, float] = AREAS) -> list[Row]:
    """Ten units per site that add up to its floor area, and four that may not count."""
    other: Row = {
        "source_id": "bag",
        "survey": "bag",
        "street_id": None,
        "address": None,
        "status": "unknown",
    }
    rows: list[Row] = []
    for number, (place, area) in enumerate(areas.items()):
        for unit in range(UNITS_EACH):
            premises_id, use = (
                f"bag:{number:08d}{unit:08d}",
                "retail" if unit else "retail/assembly",
            )
            each: Row = {"premises_id": premises_id, "floor_area_m2": area / UNITS_EACH, "use": use}
            rows.append({**other, **each, "place_id": place, "geometry": Point(town.X, town.Y)})
    uncounted: Mapping[str, Row] = {
        f"bag:{'9' * 16}": {"use": "assembly"},
        f"bag:{'8' * 16}": {"use": "retail", "floor_area_m2": None},
        "osm:node/1": {"use": "retail"},
        "survey:1": {"use": "retail"},
    }
    for premises_id, how in uncounted.items():
        each = {"premises_id": premises_id, "place_id": "hengelo", "floor_area_m2": 9_000.0}
        rows.append({**other, **each, "geometry": Point(town.X, town.Y), **how})
    return rows


def snapshot(folder: Path, areas: Mapping[str, float] = AREAS) -> Path:
    """The folder with that snapshot published in it."""
    opened = catalogue.open(catalogue.EMBEDDED)
    tables = {name: opened.table(name) for name in opened.names}
    told = {record.name: record.sources for record in opened.manifest.tables}
    tables["premises"] = town.premises(*premises(areas))
    publish.publish(
        folder, tables, (*opened.manifest.sources, REGISTER), told, published=None, label="panden"
    )
    return folder
