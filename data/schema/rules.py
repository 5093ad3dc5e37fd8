"""Rules across the columns of one table, and between the tables of one version."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from data.errors import DanglingError


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule for every row: `expected` in words, `holds` per row."""

    expected: str
    holds: Callable[[pd.DataFrame], pd.Series]


def between_bounds(value: str, low: str, high: str) -> Rule:
    """`low` <= `value` <= `high`, as far as they are known."""

    def holds(rows: pd.DataFrame) -> pd.Series:
        return ~((rows[low] > rows[value]) | (rows[value] > rows[high]) | (rows[low] > rows[high]))

    return Rule(f"{low} <= {value} <= {high}", holds)


def not_more_than(first: str, second: str) -> Rule:
    """`first` <= `second`, as far as they are known."""
    return Rule(f"{first} <= {second}", lambda rows: ~(rows[first] > rows[second]))


def shares_within_one() -> Rule:
    """Every figure counted in shares lies in 0..1: 19.3 % is stored as 0.193."""

    def holds(rows: pd.DataFrame) -> pd.Series:
        figures = rows[["value", "value_low", "value_high"]]
        outside = figures.lt(0).any(axis=1) | figures.gt(1).any(axis=1)
        return ~(rows["unit"].eq("share") & outside)

    return Rule("figures with unit share in 0..1", holds)


def figures_say_something() -> Rule:
    """A figure has a value, bounds, the source's wording, or a note that says why it has none."""
    columns = ["value", "value_low", "value_high", "value_text", "note"]
    return Rule(
        "a value, a bound, value_text or a note", lambda rows: rows[columns].notna().any(axis=1)
    )


def areas_are_named() -> Rule:
    """A figure is about a place or about a named area."""
    return Rule(
        "place_id or area_name", lambda rows: rows[["place_id", "area_name"]].notna().any(axis=1)
    )


def points_match_precision() -> Rule:
    """A point at precision address, street or square, none at precision none, optional at place."""

    def holds(rows: pd.DataFrame) -> pd.Series:
        located, precision = rows["geometry"].notna(), rows["location_precision"]
        return precision.eq("place") | (located == precision.ne("none"))

    return Rule("a point for address, street or square, and none for none", holds)


NO_DEFINITION = "de bron noemt geen definitie"
"""Stands in place of a definition where the source gives none; such figures do not compare."""

POINTS_AT: Mapping[str, tuple[str, str]] = {
    "place_id": ("places", "place_id"),
    "indicator": ("indicators", "indicator"),
    "initiative_id": ("initiatives", "initiative_id"),
    "actor_id": ("actors", "actor_id"),
    "street_id": ("streets", "street_id"),
    "origin_id": ("origins", "origin_id"),
}
"""Where each id column points, in whichever table it stands."""


EXAMPLE = "voorbeeld"
"""How the id of every source of made-up data begins, and of no other."""


def is_example(source_ids: Collection[str]) -> bool:
    """Whether a version of these sources is made up."""
    return any(source_id.startswith(EXAMPLE) for source_id in source_ids)


def check_references(
    tables: Mapping[str, pd.DataFrame], sources: Collection[str], *, unread: Collection[str] = ()
) -> None:
    """Raise DanglingError unless every id of the version points at a row of that version.

    `sources` are the source ids of the manifest; ids that point at `unread` tables (those that
    could not be read) are not checked. Missing ids are allowed here; the contract of the table
    says whether they may be missing. The error lists all breaches, and is also raised when one
    version holds both made-up and real sources.
    """
    breaches: list[str] = []
    real = sorted(source_id for source_id in sources if not source_id.startswith(EXAMPLE))
    if is_example(sources) and real:
        breaches.append(
            f"sources: expected made-up ones only or real ones only, got {EXAMPLE}… beside"
            f" {real[0]}"
        )
    for name in sorted(tables):
        frame = tables[name]
        if "source_id" in frame:
            breaches += _dangling(name, "source_id", frame, set(sources), "the manifest's sources")
        for column, (target, key) in POINTS_AT.items():
            if column not in frame or target == name or target in unread:
                continue
            known = set(_distinct(tables[target][key])) if target in tables else set()
            breaches += _dangling(name, column, frame, known, f"{target}.{key}")
    if breaches:
        raise DanglingError("snapshot", breaches)


def _distinct(ids: pd.Series) -> NDArray[np.object_]:
    """The known ids, each once; as objects, since a loop over Arrow's text takes ten times as
    long.
    """
    return np.asarray(pd.Series(ids.unique()).dropna(), dtype=object)


def _dangling(
    name: str, column: str, frame: pd.DataFrame, known: set[str], where: str
) -> list[str]:
    unknown = sorted(set(_distinct(frame[column])) - known)
    if not unknown:
        return []
    more = f" and {len(unknown) - 3} more" if len(unknown) > 3 else ""
    return [f"{name}.{column}: expected one of {where}, got {', '.join(unknown[:3])}{more}"]
