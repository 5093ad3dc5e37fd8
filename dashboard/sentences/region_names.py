"""The name of all places together: Twente and its five, the only town, or their number."""

from dashboard.facts.snapshot import Facts
from dashboard.i18n.text import Texts
from dashboard.selection.context import Context
from data.schema.vocabulary import CITIES

PILOT = frozenset(CITIES)
"""The centres that together are "Twente" and "the five"."""


def whole(facts: Facts, text: Texts) -> str:
    """The region: "Twente", the only town, or "all 7 places"."""
    if len(facts.centres) == 1:
        return facts.centres[0].names[text.lang]
    return (
        text("region.name")
        if _pilot(facts)
        else text("region.name_other", count=len(facts.centres))
    )


def selected(context: Context) -> str:
    """The chosen place, or the region."""
    if context.selection.whole_region:
        return whole(context.facts, context.text)
    return context.facts.places[context.selection.place].names[context.text.lang]


def centres(facts: Facts, text: Texts) -> str:
    """The inner cities within a sentence: "the five inner cities"."""
    return (
        text("region.five")
        if _pilot(facts)
        else text("region.centres_other", count=len(facts.centres))
    )


def every(facts: Facts, text: Texts) -> str:
    """The choice of all places: "All five"."""
    return (
        text("region.all") if _pilot(facts) else text("region.all_other", count=len(facts.centres))
    )


def title(facts: Facts, text: Texts) -> str:
    """The title of a map of all places; it names the edge only where there is one."""
    if _pilot(facts):
        return text("map.title_region")
    if len(facts.centres) == 1:
        return text("map.title_place", place=whole(facts, text))
    beside = any(place.role != "centre" for place in facts.places.values())
    count = len(facts.centres)
    return (
        text("map.title_other", count=count)
        if beside
        else text("map.title_other_alone", count=count)
    )


def _pilot(facts: Facts) -> bool:
    return {place.place_id for place in facts.centres} == PILOT
