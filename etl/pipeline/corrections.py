"""Repairs of known errors in a source: declared as data, each with its reason, and void once the
source is right.
"""

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
from etl.problems import Finding, found

FOLDER = Path(etl.__file__).parent / "corrections"

Value = str | int | float | bool | date
_NEEDED = ("table", "key", "column", "was", "becomes", "reason", "source", "date")


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """One value of one row: what the source says (`was`, the guard), what is right, why, and until
    when at most.

    A repair whose guard no longer fits has expired: it is reported and changes nothing.
    """

    table: str
    key: Mapping[str, str]
    column: str
    was: Value | None
    becomes: Value | None
    reason: str
    source: str
    date: date
    until: date | None = None


def read_corrections(path: Path) -> tuple[Correction, ...]:
    """The repairs in a file, `[[correction]]` each; "missing" stands for a missing value.

    Raises DeclarationError naming what a repair lacks.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise DeclarationError(f"{path.name}: expected TOML, got an error: {error}") from error
    return tuple(_correction(path.name, entry) for entry in content.get("correction", []))


def load_corrections(source_id: str, *folders: Path) -> tuple[Correction, ...]:
    """The repairs of a source in the folders given, those that ship first."""
    paths = [folder / f"{source_id}.toml" for folder in (FOLDER, *folders)]
    return tuple(one for path in paths if path.is_file() for one in read_corrections(path))


def apply_corrections(
    frames: Mapping[str, pd.DataFrame], corrections: Sequence[Correction], today: date
) -> tuple[dict[str, pd.DataFrame], Counter[str], tuple[Finding, ...]]:
    """The frames with what is repaired, how many values that were, and which repairs have expired."""
    result, counts, findings = dict(frames), Counter[str](), []
    for one in corrections:
        frame = result.get(one.table)
        if frame is None:
            continue
        rows = pd.Series(True, index=frame.index)
        for name, value in one.key.items():
            rows &= frame[name].astype("str").eq(value)
        where = f"{one.table}.{one.column} ({', '.join(one.key.values())})"
        if not rows.any():
            # In another place, or gone from the source.
            continue
        if one.until is not None and today > one.until:
            findings.append(found("correction-expired", where=where, why=one.until.isoformat()))
            continue
        fits = frame[one.column].isna() if one.was is None else frame[one.column].eq(_cell(one.was))
        if not (rows & fits).any():
            findings.append(
                found(
                    "correction-expired",
                    where=where,
                    why=f"{frame.loc[rows, one.column].iloc[0]!r}",
                )
            )
            continue
        mended = frame.copy()
        mended.loc[rows & fits, one.column] = None if one.becomes is None else _cell(one.becomes)
        result[one.table] = mended
        counts["repaired-by-correction"] += int((rows & fits).sum())
    return result, counts, tuple(findings)


def _correction(name: str, entry: Mapping[str, object]) -> Correction:
    missing = [field for field in _NEEDED if field not in entry]
    if missing:
        raise DeclarationError(
            f"{name}: expected {', '.join(_NEEDED)} in every correction, got none of"
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
            f"{name}: expected a table and column of data/schema/tables.py, key as a table and date as a"
            f" date, got {entry}"
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
        date=day,
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
