"""Corrections of known errors in a source: data with a reason, expired once the source is right."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

import etl
from data.schema.tables import DECLARED
from etl.errors import DeclarationError
from etl.problems import Finding, make_finding

FOLDER = Path(etl.__file__).parent / "corrections"

Value = str | int | float | bool | date
_REQUIRED = ("table", "key", "column", "was", "becomes", "reason", "source", "date")


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A correction of one value of one row: `was` is the value in the source, and the guard.

    A correction whose guard no longer fits, or whose day `until` has passed, is expired: it is
    reported and changes nothing.
    """

    table: str
    key: Mapping[str, str]
    column: str
    was: Value | None
    becomes: Value | None
    reason: str
    source: str
    dated: date
    until: date | None = None


def read_corrections(path: Path) -> tuple[Correction, ...]:
    """The corrections in a file, `[[correction]]` each; "missing" stands for a missing value.

    Raises DeclarationError with what a correction lacks.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise DeclarationError(f"{path.name}: expected TOML, got an error: {error}") from error
    return tuple(_correction(path.name, entry) for entry in content.get("correction", []))


def load_corrections(source_id: str, *folders: Path) -> tuple[Correction, ...]:
    """The corrections of a source that ship, then those in `folders`."""
    paths = [folder / f"{source_id}.toml" for folder in (FOLDER, *folders)]
    return tuple(
        correction for path in paths if path.is_file() for correction in read_corrections(path)
    )


def apply_corrections(
    frames: Mapping[str, pd.DataFrame], corrections: Sequence[Correction], today: date
) -> tuple[dict[str, pd.DataFrame], Counter[str], tuple[Finding, ...]]:
    """The corrected frames, the number of corrected values, and findings about expired ones."""
    result, counts, findings = dict(frames), Counter[str](), []
    for correction in corrections:
        frame = result.get(correction.table)
        if frame is None:
            continue
        rows = pd.Series(True, index=frame.index)
        for name, value in correction.key.items():
            rows &= frame[name].astype("str").eq(value)
        if not rows.any():
            # The row is in another place, or no longer in the source.
            continue
        column, until = correction.column, correction.until
        where = f"{correction.table}.{column} ({', '.join(correction.key.values())})"
        if until is not None and today > until:
            findings.append(make_finding("correction-expired", where=where, why=until.isoformat()))
            continue
        was = correction.was
        fits = rows & (frame[column].isna() if was is None else frame[column].eq(_cell(was)))
        if not fits.any():
            value = frame.loc[rows, column].iloc[0]
            findings.append(make_finding("correction-expired", where=where, why=f"{value!r}"))
            continue
        becomes = correction.becomes
        corrected = frame.copy()
        corrected.loc[fits, column] = None if becomes is None else _cell(becomes)
        result[correction.table] = corrected
        counts["repaired-by-correction"] += int(fits.sum())
    return result, counts, tuple(findings)


def _correction(name: str, entry: Mapping[str, object]) -> Correction:
    missing = [field for field in _REQUIRED if field not in entry]
    if missing:
        raise DeclarationError(
            f"{name}: expected {', '.join(_REQUIRED)} in every correction, got none of"
            f" {', '.join(missing)}"
        )
    table, column, key, day = entry["table"], entry["column"], entry["key"], entry["date"]
    if (
        table not in DECLARED
        or column not in DECLARED[str(table)].columns
        or not isinstance(key, Mapping)
        or not isinstance(day, date)
    ):
        raise DeclarationError(
            f"{name}: expected a table and column of data/schema/tables.py, key as a table and date"
            f" as a date, got {entry}"
        )
    until = entry.get("until")
    return Correction(
        table=str(table),
        key={str(field): str(value) for field, value in key.items()},
        column=str(column),
        was=_value(entry["was"]),
        becomes=_value(entry["becomes"]),
        reason=str(entry["reason"]),
        source=str(entry["source"]),
        dated=day,
        until=until if isinstance(until, date) else None,
    )


def _value(value: object) -> Value | None:
    if value == "missing":
        return None
    if isinstance(value, str | int | float | bool | date):
        return value
    raise DeclarationError(
        f"expected a text, number, date or yes/no as the value of a correction, got {value!r}"
    )


def _cell(value: Value) -> str | float | bool | pd.Timestamp:
    if isinstance(value, date):
        return pd.Timestamp(value)
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value
