"""What a table of a snapshot promises."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from data.columns import Column
from data.rules import Rule


@dataclass(frozen=True, slots=True)
class Table:
    """What one table promises. `row` says what one row is; `rules` bind several columns."""

    name: str
    row: str
    key: tuple[str, ...]
    columns: Mapping[str, Column]
    rules: tuple[Rule, ...] = ()

    @property
    def sort(self) -> tuple[str, ...]:
        """Columns the stored rows are sorted by: place first, then key."""
        place = ("place_id",) if "place_id" in self.columns else ()
        return place + tuple(column for column in self.key if column not in place)

    @property
    def geometry(self) -> Column | None:
        """The geometry column, None for a table without one."""
        return self.columns.get("geometry")
