"""What changed between the kept versions of the snapshot: figures new, changed and withdrawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Literal

from dashboard.facts.records import Observation
from dashboard.facts.snapshot import Facts
from data import catalogue

NewsKind = Literal["new", "changed", "withdrawn"]
KINDS: tuple[NewsKind, ...] = ("new", "changed", "withdrawn")
AMOUNT = frozenset({"value", "value_low", "value_high", "value_text", "unit"})
# What a figure says. Its remarks, its licence and the day it was read again do not change it.
STATED = (
    *sorted(AMOUNT),
    "indicator",
    "area_name",
    "start",
    "end",
    "definition",
    "nature",
    "provisional",
    "source_id",
)


@dataclass(frozen=True, slots=True)
class FigureChange:
    """One figure that a version says differently from the one before it.

    `row` is the figure as it now is, or as it last was when it is withdrawn; `earlier` is set for a
    changed figure, and `fields` are what differs.
    """

    kind: NewsKind
    row: Observation
    earlier: Observation | None = None
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Revision:
    """A version of the snapshot compared with the one published before it."""

    now: Facts
    before: Facts
    published: datetime
    published_before: datetime
    changes: tuple[FigureChange, ...]

    def facts_of(self, change: FigureChange) -> Facts:
        """The version that holds the row of a change: the one before for a withdrawn figure."""
        return self.before if change.kind == "withdrawn" else self.now

    def about(self, place_id: str | None) -> tuple[FigureChange, ...]:
        """The changes about a place; all of them for None."""
        return tuple(
            change for change in self.changes if place_id is None or change.row.place_id == place_id
        )


def compare(now: Sequence[Observation], before: Sequence[Observation]) -> tuple[FigureChange, ...]:
    """The changes between two versions: by kind, then by place, subject and id.

    Figures are matched by `observation_id`.
    """
    old = {row.observation_id: row for row in before}
    new = {row.observation_id: row for row in now}
    changes = [
        *(FigureChange("new", row) for key, row in new.items() if key not in old),
        *(
            FigureChange("changed", row, old[key], fields)
            for key, row in new.items()
            if key in old and (fields := _differing(row, old[key]))
        ),
        *(FigureChange("withdrawn", row) for key, row in old.items() if key not in new),
    ]
    return tuple(
        sorted(
            changes,
            key=lambda change: (
                KINDS.index(change.kind),
                change.row.place_id or "",
                change.row.indicator,
                change.row.observation_id,
            ),
        )
    )


def _differing(row: Observation, earlier: Observation) -> tuple[str, ...]:
    return tuple(name for name in STATED if getattr(row, name) != getattr(earlier, name))


def revisions(facts: Facts) -> tuple[Revision, ...]:
    """Every kept version up to `facts` compared with the one before it, newest first.

    Empty where no earlier version is kept. Internal figures are left out as `facts` leaves them
    out. Raises DamagedFileError when the file of an earlier version is not as published.
    """
    earlier = catalogue.published_before(facts.catalogue.folder, facts.manifest.published)
    versions = [
        (facts, facts.manifest.published),
        *((Facts(opened, beyond=facts.beyond), opened.manifest.published) for opened in earlier),
    ]
    return tuple(
        Revision(
            now, before, published, published_before, compare(now.observations, before.observations)
        )
        for (now, published), (before, published_before) in pairwise(versions)
        if published is not None and published_before is not None
    )
