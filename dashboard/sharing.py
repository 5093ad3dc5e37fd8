"""What of a selection may leave this installation: totals of what is not internal, single units of what is open."""

from collections.abc import Mapping

from dashboard.facts import Facts
from dashboard.maps.layers import premises, streets

Visible = Mapping[str, Mapping[str, str]]


def unit_may_leave(source_id: str, facts: Facts) -> bool:
    """Whether a single unit of a source may stand in a file or on a picture."""
    return facts.source(source_id).sharing == "open"


def total_may_leave(source_id: str, facts: Facts) -> bool:
    """Whether a total over units of a source may."""
    return facts.source(source_id).sharing != "internal"


def leaving(visible: Visible, facts: Facts) -> dict[str, dict[str, str]]:
    """What is visible without what may not leave: units of closed sources, streets that rest on an internal survey."""
    kept = {layer: dict(now) for layer, now in visible.items()}
    if premises.ID in kept:
        units = {unit.key: unit.source_id for town in facts.towns.values() for group in town.units.values() for unit in group}
        kept[premises.ID] = {key: style for key, style in kept[premises.ID].items() if unit_may_leave(units[key], facts)}
    if streets.ID in kept:
        closed = {
            key
            for town in facts.towns.values()
            if (survey := streets.newest(town)) is not None and not total_may_leave(survey.source_id, facts)
            for key in town.streets
        }
        kept[streets.ID] = {key: style for key, style in kept[streets.ID].items() if key not in closed}
    return kept
