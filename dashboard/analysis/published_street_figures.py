"""What sources publish about single streets, squares, markets and buildings, surveyed or not."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.facts.records import Initiative, Observation, street_key
from dashboard.facts.snapshot import Facts
from dashboard.i18n.text import Lang

_STREETS = ("street", "square")
# In the order of the list.
_KINDS = (*_STREETS, "market", "building")


@dataclass(frozen=True, slots=True)
class NamedArea:
    """A named street, square, market or building with its figures and initiatives."""

    name: str
    figures: tuple[Observation, ...]
    initiatives: tuple[Initiative, ...]


def of_place(facts: Facts, place_id: str, lang: Lang) -> tuple[NamedArea, ...]:
    """Streets and squares by name, then markets and buildings of a place; figures newest first."""
    figures: dict[tuple[bool, str], list[Observation]] = {}
    initiatives: dict[tuple[bool, str], list[Initiative]] = {}
    for row in facts.observations:
        if row.place_id == place_id and row.area_kind in _KINDS:
            figures.setdefault((row.area_kind not in _STREETS, _name(row, facts, lang)), []).append(
                row
            )
    for initiative in facts.initiatives:
        if initiative.place_id == place_id:
            for street in initiative.streets:
                initiatives.setdefault((False, street), []).append(initiative)
    return tuple(
        NamedArea(key[1], tuple(figures.get(key, ())), tuple(initiatives.get(key, ())))
        for key in sorted(figures.keys() | initiatives.keys())
    )


def of_street(facts: Facts, key: str) -> tuple[Observation, ...]:
    """The figures about the street of a link key, or about a part of it, newest first."""
    place_id = key.partition("/")[0]
    return tuple(
        row
        for row in facts.observations
        if row.place_id == place_id
        and row.area_kind in _STREETS
        and street_key(place_id, _name(row, facts, "nl").partition(" (")[0]) == key
    )


def most_named(facts: Facts) -> str:
    """The inner city whose streets have most figures and initiatives; of equals the first."""
    mentions = Counter(row.place_id for row in facts.observations if row.area_kind in _KINDS)
    mentions.update(row.place_id for row in facts.initiatives for _ in row.streets)
    return max(facts.centres, key=lambda place: mentions[place.place_id]).place_id


def sources(named: Sequence[NamedArea]) -> tuple[str, ...]:
    """The sources of all figures and initiatives, each once."""
    source_ids: dict[str, None] = {}
    for entry in named:
        source_ids |= dict.fromkeys(row.source_id for row in entry.figures)
        source_ids |= dict.fromkeys(row.source_id for row in entry.initiatives)
    return tuple(source_ids)


def _name(row: Observation, facts: Facts, lang: Lang) -> str:
    """The area without its town, which follows a comma; of a street the part before any comma."""
    area = facts.translate(row.area_name, lang)
    if row.area_kind in _STREETS:
        return area.partition(", ")[0]
    return area.removesuffix(f", {facts.places[str(row.place_id)].names[lang]}")
