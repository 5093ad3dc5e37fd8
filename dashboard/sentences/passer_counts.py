"""Why the passer-by counts of a centre are missing: how it counted, and when that stopped."""

from collections.abc import Iterable

from dashboard.facts.records import Observation, RetailPlace
from dashboard.facts.snapshot import Facts
from dashboard.i18n.lists import listed
from dashboard.i18n.text import Texts
from dashboard.sentences import citation

_METHOD = "counting_method"


def uncounted(facts: Facts) -> tuple[RetailPlace, ...]:
    """The centres without counts of passers-by."""
    counted = {row.place_id for row in facts.counters}
    return tuple(place for place in facts.centres if place.place_id not in counted)


def methods(places: Iterable[RetailPlace], facts: Facts) -> tuple[Observation, ...]:
    """The published figures that say how these places counted, and when that stopped."""
    ids = {place.place_id for place in places}
    return tuple(
        row for row in facts.observations if row.indicator == _METHOD and row.place_id in ids
    )


def why_missing(places: Iterable[RetailPlace], facts: Facts, text: Texts) -> tuple[str, ...]:
    """A sentence with its source for each of these places that is known to have counted."""
    return tuple(
        text(
            "passers.stopped",
            place=facts.places[row.place_id or ""].names[text.lang],
            method=citation.value(row, facts, text),
            source=citation.publisher_name(row.source_id, facts, text),
        )
        for row in methods(places, facts)
    )


def missing(facts: Facts, text: Texts) -> str:
    """Which centres have no counts, and why; empty where no source says why."""
    places = uncounted(facts)
    reasons = why_missing(places, facts, text)
    names = listed([place.names[text.lang] for place in places], text)
    return " ".join((text("passers.unknown", places=names), *reasons)) if reasons else ""
