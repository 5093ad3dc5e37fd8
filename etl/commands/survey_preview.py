"""What the dashboard shows of an imported shop survey, and what streets would add."""

from __future__ import annotations

import shlex
from collections.abc import Collection
from pathlib import Path

import pandas as pd

from data import catalogue
from data.manifest import Json
from data.schema.tables import PREMISES
from data.snapshot.layout import has_current
from etl.problems import joined, phrase, untranslated
from etl.sources import reader
from geo.bilingual import Bilingual


def shown_in_dashboard(source_id: str, place_ids: Collection[str], data: Path) -> Bilingual | None:
    """What the dashboard shows of units in these places; None for a source of anything else."""
    if PREMISES not in reader(source_id).SOURCE.fills or not place_ids:
        return None
    with_streets = _places_with_streets(data)
    drawn = sorted(place_id for place_id in place_ids if place_id in with_streets)
    bare = sorted(place_id for place_id in place_ids if place_id not in with_streets)
    shown = []
    if drawn:
        shown.append(phrase("showing.with-streets", places=_listed(drawn)))
    if bare:
        command = shlex.join(["stadshart-etl", "run", "--source", "osm", "--data", str(data)])
        shown.append(phrase("showing.without-streets", places=_listed(bare), command=command))
    return phrase("showing.shown", parts=joined(shown, phrase("showing.and")))


def imported_places(source_id: str, data: Path) -> frozenset[str]:
    """The places with units of the source in the published version."""
    return frozenset(_units(source_id, data)["place_id"].unique())


def units_before(source_id: str, place_ids: Collection[str], data: Path) -> dict[str, Json] | None:
    """Units by status in the newest published survey of each of these places; None without one."""
    units = _units(source_id, data) if has_current(data) else pd.DataFrame({"place_id": []})
    units = units[units["place_id"].isin(list(place_ids))]
    if not len(units):
        return None
    newest = units.groupby("place_id")["surveyed"].transform("max") == units["surveyed"]
    return {str(word): int(n) for word, n in units.loc[newest, "status"].value_counts().items()}


def _units(source_id: str, data: Path) -> pd.DataFrame:
    """The published units of the source."""
    opened = catalogue.open(data)
    if not opened.has("premises"):
        return pd.DataFrame({"place_id": []})
    units = opened.table("premises")
    return units[units["source_id"] == source_id]


def _places_with_streets(data: Path) -> frozenset[str]:
    if not has_current(data):
        return frozenset()
    opened = catalogue.open(data)
    return (
        frozenset(opened.table("streets")["place_id"].unique())
        if opened.has("streets")
        else frozenset()
    )


def _listed(place_ids: list[str]) -> Bilingual:
    *head, last = place_ids
    if not head:
        return untranslated(last)
    return phrase("showing.places", head=", ".join(head), last=last)
