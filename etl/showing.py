"""What an imported shop survey shows, and what streets would add, in one Dutch sentence."""

from __future__ import annotations

import shlex
from collections.abc import Collection
from pathlib import Path

from data import catalogue
from data.snapshot import has_current
from data.tables import PREMISES
from etl.source import reader


def sentence(source_id: str, place_ids: Collection[str], data: Path) -> str | None:
    """What units of these places show in the dashboard; None for a source of anything else."""
    if PREMISES not in reader(source_id).SOURCE.fills or not place_ids:
        return None
    drawn = _with_streets(data)
    bare = sorted(place_id for place_id in place_ids if place_id not in drawn)
    there = sorted(place_id for place_id in place_ids if place_id in drawn)
    said = []
    if there:
        said.append(
            f"van {_listed(there)} de panden op Kaart, en op Straten en Profiel de leegstand per "
            "straat en van het hele centrum"
        )
    if bare:
        run = shlex.join(["stadshart-etl", "run", "--source", "osm", "--data", str(data)])
        said.append(
            f"van {_listed(bare)} de panden als punten op Kaart en Straten, en de leegstand van "
            "het hele centrum en per straatnaam zoals het bestand die schrijft; met straten erbij "
            f"({run}) komen ook de lijnen, de panden op volgorde langs de straat, de panden per "
            "100 m en de drukte"
        )
    return f"Dit komt in beeld: {'; en '.join(said)}."


def imported_places(source_id: str, data: Path) -> frozenset[str]:
    """The places of which the published version holds units of the source."""
    opened = catalogue.open(data)
    if not opened.has("premises"):
        return frozenset()
    units = opened.table("premises")
    return frozenset(units.loc[units["source_id"] == source_id, "place_id"].unique())


def _with_streets(data: Path) -> frozenset[str]:
    if not has_current(data):
        return frozenset()
    opened = catalogue.open(data)
    return (
        frozenset(opened.table("streets")["place_id"].unique())
        if opened.has("streets")
        else frozenset()
    )


def _listed(place_ids: list[str]) -> str:
    *head, last = place_ids
    return f"{', '.join(head)} en {last}" if head else last
