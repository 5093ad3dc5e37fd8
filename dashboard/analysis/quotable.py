"""Whether a figure may be quoted, and why."""

from dataclasses import dataclass
from typing import Literal

from dashboard.facts.records import MEASURED, Observation, StationYear
from dashboard.facts.snapshot import Facts

Verdict = Literal["yes", "reserved", "no"]


Reason = Literal["yes", "target", "low", "medium", "definition", "derived", "undated", "proxy"]


PROXIES = frozenset(
    {
        "boardings_per_workday",
        "bus_boardings_per_workday",
        "passers_per_hour",
        "passers_per_hour_peak",
    }
)
"""Indicators that are read as visits to a centre and are not: never quoted without saying so."""


@dataclass(frozen=True, slots=True)
class Quotable:
    """Whether a figure may be quoted, and why."""

    verdict: Verdict
    reason: Reason


PROXY = Quotable("reserved", "proxy")
"""The verdict of such a count, and of passers-by counted at one spot."""


def quotable(row: Observation) -> Quotable:
    """`no` for targets and doubtful figures, `reserved` for what needs a caveat, else `yes`."""
    if row.nature not in MEASURED:
        return Quotable("no", "target")
    if row.confidence == "low":
        return Quotable("no", "low")
    if row.end is None:
        return Quotable("reserved", "undated")
    if row.nature == "derived":
        return Quotable("reserved", "derived")
    if row.confidence == "medium":
        return Quotable("reserved", "medium")
    if row.definition is None:
        return Quotable("reserved", "definition")
    return PROXY if row.indicator in PROXIES else Quotable("yes", "yes")


def is_quotable_headline(row: Observation | None) -> bool:
    """Whether a figure may be a headline: measured, not doubtful, dated and defined."""
    return (
        row is not None
        and row.definition is not None
        and row.end is not None
        and row.confidence != "low"
        and quotable(row).verdict != "no"
    )


def quotable_boardings(row: StationYear, facts: Facts) -> Quotable:
    """The verdict on what the mark of a station shows: that of the published figure, if any."""
    figure = facts.boardings_figures.get((row.name, row.year))
    return PROXY if figure is None else quotable(figure)
