"""The check of a table against what it declares; it reports all breaches at once."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from data.errors import ContractError
from data.schema.columns import DType
from data.schema.content_hash import increasing
from data.schema.table import Table
from data.schema.tables import DECLARED
from geo.crs import RD, is_rd

SHOWN = 3
"""Values and rows named per breach; the others are counted."""


def check(name: str, frame: pd.DataFrame) -> None:
    """Raise ContractError with every breach unless `frame` keeps the contract of table `name`.

    Missing or unexpected columns and another coordinate system are reported alone: values cannot
    be checked before those are right.
    """
    if name not in DECLARED:
        raise ContractError(name, [f"expected one of {', '.join(DECLARED)}, got {name!r}"])
    table = DECLARED[name]
    breaches = _shape_breaches(table, frame) or _value_breaches(table, frame)
    if breaches:
        raise ContractError(name, breaches)


def _shape_breaches(table: Table, frame: pd.DataFrame) -> list[str]:
    """Breaches of columns, kind of frame and coordinate system."""
    breaches = []
    got, expected = [str(column) for column in frame.columns], list(table.columns)
    missing = [column for column in expected if column not in got]
    extra = [column for column in got if column not in expected]
    if missing:
        breaches.append(f"missing columns {', '.join(missing)}")
    if extra:
        breaches.append(f"unexpected columns {', '.join(extra)}")
    if not missing and not extra and got != expected:
        breaches.append(
            f"expected columns in the order {', '.join(expected)}, got {', '.join(got)}"
        )
    if table.geometry is not None and not isinstance(frame, gpd.GeoDataFrame):
        breaches.append(f"expected a GeoDataFrame in {RD}, got a frame without geometry")
    for column in frame.columns[[str(dtype) == "geometry" for dtype in frame.dtypes]]:
        layer = gpd.GeoSeries(frame[column])
        if not is_rd(layer):
            system = "no coordinate system" if layer.crs is None else layer.crs.to_string()
            breaches.append(f"{column}: expected {RD}, got {system}: call to_rd first")
    return breaches


def _value_breaches(table: Table, frame: pd.DataFrame) -> list[str]:
    """Breaches of the columns one by one, then of the key and of the rules across columns."""
    breaches: list[str] = []
    wrong_types = False
    plain = pd.DataFrame(frame)
    for name, column in table.columns.items():
        values = plain[name]
        if not _is_type(values, column.dtype):
            breaches.append(f"{name}: expected type {column.dtype}, got {values.dtype}")
            wrong_types = True
            continue
        missing = pd.isna(values.array)
        if missing.any():
            if not column.nullable:
                where = _where(table, plain[missing])
                breaches.append(f"{name}: expected a value, got none {where}")
            if missing.all():
                continue
            values = values[~missing]
        holds = column.holds(values)
        if not holds.all():
            broken = values[~holds]
            shown = _some([str(value)[:60] for value in broken.map(repr).unique()])
            where = _where(table, plain.loc[~missing][~holds])
            breaches.append(f"{name}: expected {column.expected}, got {shown} {where}")
    key = list(table.key)
    if key and not increasing(frame, table.sort) and plain.duplicated(key).any():
        repeated = _where(table, plain[plain.duplicated(key)])
        breaches.append(f"expected {' + '.join(key)} once, got more {repeated}")
    # Columns of another type cannot be compared.
    if not wrong_types:
        for rule in table.rules:
            holds = rule.holds(plain)
            if not holds.all():
                breaches.append(f"expected {rule.expected} {_where(table, plain[~holds])}")
    return breaches


def _is_type(values: pd.Series, dtype: DType) -> bool:
    """Whether the values have the declared type or one that pandas reads as the same values."""
    if dtype == "str":
        return isinstance(values.dtype, pd.StringDtype) or (
            values.dtype == object
            and all(isinstance(value, str) for value in values[values.notna()])
        )
    if dtype == "datetime64[ms]":
        return isinstance(values.dtype, np.dtype) and values.dtype.kind == "M"
    if dtype == "list":
        return values.dtype == object
    return str(values.dtype).lower() == dtype


def _where(table: Table, rows: pd.DataFrame) -> str:
    """The keys of the first rows and how many more there are."""
    if not table.key:
        return f"({len(rows)} rows)"
    keys = [
        " + ".join(str(part) for part in key)
        for key in rows[list(table.key)].itertuples(index=False)
    ]
    return f"({_some(keys)})"


def _some(items: list[str]) -> str:
    shown = ", ".join(items[:SHOWN])
    return shown if len(items) <= SHOWN else f"{shown} and {len(items) - SHOWN} more"
