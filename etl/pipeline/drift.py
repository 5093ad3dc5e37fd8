"""Drift: changes that are too large against the rows published before."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from data.schema.table import Table
from data.schema.tables import DECLARED
from etl.problems import Finding, make_finding
from etl.source import Source

FEW_ROWS = 20
"""With fewer rows a change in their number means nothing."""
LEAST_SHARE, MOST_SHARE = 0.5, 3.0
KEYS_SHARE = 0.5
VALUE_FACTOR = 3.0

ACCEPTABLE = frozenset({"rows-none", "rows-shifted", "rows-bounds", "group-missing"})
"""Codes of findings that somebody may accept with a reason."""

_GROUPS = ("place_id", "municipality_code")
# The name of a survey contains its date, so it changes with every delivery.
_NOT_IDENTITY = frozenset({"survey", "year"})


def compare(
    name: str, now: pd.DataFrame, before: pd.DataFrame, source: Source
) -> tuple[Finding, ...]:
    """Findings about changes that are too large against the rows before; errors first."""
    if before.empty:
        return ()
    if now.empty:
        return (
            ()
            if source.may_be_empty
            else (make_finding("rows-none", table=name, before=len(before)),)
        )
    findings = list(row_count_change(name, len(now), len(before)))
    for column in _GROUPS:
        if column in now and column in before:
            absent = sorted(set(before[column].dropna()) - set(now[column].dropna()))
            if absent:
                findings.append(
                    make_finding(
                        "group-missing", table=name, column=column, gone=", ".join(absent[:5])
                    )
                )
    table = DECLARED.get(name)
    return (*findings, *(() if table is None else _distribution_shifts(table, now, before)))


def row_count_change(name: str, now: int, before: int) -> tuple[Finding, ...]:
    """An error when the number of rows changed more than a source normally does."""
    if before < FEW_ROWS or LEAST_SHARE <= now / before <= MOST_SHARE:
        return ()
    return (make_finding("rows-shifted", table=name, before=before, now=now),)


def _distribution_shifts(table: Table, now: pd.DataFrame, before: pd.DataFrame) -> list[Finding]:
    """Warnings: keys that were replaced, and figures that moved by a factor."""
    findings = []
    identity = [column for column in table.key if column not in _NOT_IDENTITY]
    if identity and len(before) >= FEW_ROWS:
        old, new = (
            set(frame[identity].astype("str").agg("\0".join, axis=1)) for frame in (before, now)
        )
        share = len(old & new) / len(old)
        if share < KEYS_SHARE:
            findings.append(make_finding("keys-shifted", table=table.name, share=f"{share:.0%}"))
    for name, column in table.columns.items():
        if (
            column.dtype != "float64"
            or min(before[name].notna().sum(), now[name].notna().sum()) < FEW_ROWS
        ):
            continue
        median_before, median_now = float(before[name].median()), float(now[name].median())
        if median_before <= 0 or median_now <= 0:
            continue
        if not 1 / VALUE_FACTOR <= median_now / median_before <= VALUE_FACTOR:
            findings.append(
                make_finding(
                    "values-shifted",
                    table=table.name,
                    column=name,
                    before=f"{median_before:g}",
                    now=f"{median_now:g}",
                )
            )
    return findings


def row_bounds(source: Source, rows: int) -> tuple[Finding, ...]:
    """An error when `rows`, of the five declared cities, is outside the bounds of the source."""
    if rows in source.rows:
        return ()
    return (
        make_finding(
            "rows-bounds",
            table=source.fills[0].name,
            now=rows,
            least=source.rows.start,
            most=source.rows.stop - 1,
        ),
    )


def accept(findings: Sequence[Finding], reason: str | None) -> tuple[Finding, ...]:
    """The findings; acceptable ones become a warning with the reason, when there is one."""
    if reason is None:
        return tuple(findings)
    return tuple(
        make_finding("accepted", what=finding.code, detail=finding.en, reason=reason)
        if finding.code in ACCEPTABLE
        else finding
        for finding in findings
    )
