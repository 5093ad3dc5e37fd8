"""The initiatives that match a selection."""

from collections.abc import Sequence

from dashboard.facts.records import Initiative
from dashboard.facts.snapshot import Facts
from dashboard.selection.permalink import Selection


def matching(facts: Facts, selection: Selection) -> tuple[Initiative, ...]:
    """The initiatives of the selection before the street filter.

    One without a known year matches every period.
    """
    first, last = selection.years
    return tuple(
        row
        for row in facts.initiatives
        if selection.covers(row.place_id)
        and row.kind in selection.types
        and row.tranche in selection.tranches
        and (row.start is None or row.start.year <= last)
        and (row.end is None or row.end.year >= first)
    )


def on_streets(rows: Sequence[Initiative], selection: Selection) -> tuple[Initiative, ...]:
    """The initiatives on the chosen streets, or all when no street is chosen."""
    return tuple(
        row
        for row in rows
        if not selection.streets or set(row.street_keys) & set(selection.streets)
    )
