"""What the dashboard shows of an imported shop survey, and what streets would add."""

from __future__ import annotations

import shlex
from collections.abc import Collection
from pathlib import Path

from data import catalogue
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
    opened = catalogue.open(data)
    if not opened.has("premises"):
        return frozenset()
    units = opened.table("premises")
    return frozenset(units.loc[units["source_id"] == source_id, "place_id"].unique())


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
