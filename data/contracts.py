"""One pandera schema per published table, and the check that reports all breaches at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import geopandas as gpd
import pandas as pd
import pandera.pandas as pa
from pandera.engines.geopandas_engine import Geometry
from pandera.errors import SchemaError, SchemaErrors

from data.columns import Column
from data.content import increasing
from data.errors import ContractError
from data.tables import DECLARED, Table
from geo.crs import RD, is_rd

_EXACT = {"str": pd.StringDtype(na_value=float("nan")), "list": "object", "geometry": "geometry"}
SHOWN = 3
"""Values and rows named per breach; the others are counted."""


@dataclass(frozen=True, slots=True)
class Contract:
    """A table and the schema that holds frames to it."""

    table: Table
    schema: pa.DataFrameSchema

    @property
    def name(self) -> str:
        """Name of the table."""
        return self.table.name

    @property
    def key(self) -> tuple[str, ...]:
        """Columns whose values together occur once."""
        return self.table.key

    @property
    def sort(self) -> tuple[str, ...]:
        """Columns the stored rows are sorted by."""
        return self.table.sort


def _schema(table: Table) -> pa.DataFrameSchema:
    return pa.DataFrameSchema(
        {name: _column(column) for name, column in table.columns.items()},
        name=table.name,
        description=table.row,
        strict=True,
        ordered=True,
    )


def _column(column: Column) -> pa.Column:
    dtypes: Mapping[str, object] = {"geometry": Geometry(crs=RD), "list": "object"}
    return pa.Column(
        dtypes.get(column.dtype, column.dtype),
        pa.Check(column.holds, error=column.expected),
        nullable=column.nullable,
        description=column.description,
        metadata=None if column.unit is None else {"unit": column.unit},
    )


TABLES: Mapping[str, Contract] = MappingProxyType(
    {name: Contract(table, _schema(table)) for name, table in DECLARED.items()}
)


def check(name: str, frame: pd.DataFrame) -> None:
    """Nothing, when `frame` keeps the contract of table `name`.

    Raises ContractError with every breach. Missing or unexpected columns and another coordinate
    system are told first: values cannot be judged before those are right.
    """
    if name not in TABLES:
        raise ContractError(name, [f"expected one of {', '.join(TABLES)}, got {name!r}"])
    contract = TABLES[name]
    breaches = _shape_breaches(contract.table, frame)
    if not breaches and not _keeps(contract.table, frame):
        breaches = _value_breaches(contract, frame)
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
    # pandera answers another coordinate system with a bare TypeError that hides the other breaches.
    for column in frame.columns[[str(dtype) == "geometry" for dtype in frame.dtypes]]:
        layer = gpd.GeoSeries(frame[column])
        if not is_rd(layer):
            met = "no coordinate system" if layer.crs is None else layer.crs.to_string()
            breaches.append(f"{column}: expected {RD}, got {met}: call to_rd first")
    return breaches


def _keeps(table: Table, frame: pd.DataFrame) -> bool:
    """Whether types, missing values, the checks of the columns, key and rules all hold: the schema
    without its report.

    The schema costs a table some ten milliseconds before it looks at a value. Of a type that is not
    exactly the
    declared one nothing is said here: the schema judges what it stands for.
    """
    plain = pd.DataFrame(frame)
    for name, column in table.columns.items():
        values = plain[name]
        if values.dtype != _EXACT.get(column.dtype, column.dtype):
            return False
        missing = pd.isna(values.array)
        if missing.any():
            if not column.nullable:
                return False
            values = values[~missing]
        if not column.holds(values).all():
            return False
    if table.key and not increasing(frame, table.sort) and frame.duplicated(list(table.key)).any():
        return False
    return all(bool(rule.holds(frame).all()) for rule in table.rules)


def _value_breaches(contract: Contract, frame: pd.DataFrame) -> list[str]:
    """Breaches of the columns one by one, then of the key and the rules across columns."""
    breaches: list[str] = []
    wrong_types = False
    try:
        contract.schema.validate(frame, lazy=True)
    except SchemaErrors as errors:
        mistyped = {error.schema.name for error in errors.schema_errors if _is_type(error)}
        wrong_types = bool(mistyped)
        # What a check says of a column of another type is noise.
        told = [
            error
            for error in errors.schema_errors
            if _is_type(error) or error.schema.name not in mistyped
        ]
        breaches = [_breach(contract, frame, error) for error in told]
    key = list(contract.key)
    if key and frame.duplicated(key).any():
        breaches.append(
            f"expected {' + '.join(key)} once, got more"
            f" {_where(contract, frame[frame.duplicated(key)])}"
        )
    # Columns of another type cannot be compared.
    if not wrong_types:
        for rule in contract.table.rules:
            broken = frame[~rule.holds(frame)]
            if len(broken):
                breaches.append(f"expected {rule.expected} {_where(contract, broken)}")
    return breaches


def _is_type(error: SchemaError) -> bool:
    return str(error.check).startswith("dtype(")


def _breach(contract: Contract, frame: pd.DataFrame, error: SchemaError) -> str:
    """One breach in words: the column, what was expected, what was met and where."""
    name = str(error.schema.name)
    column = contract.table.columns[name]
    if _is_type(error):
        return f"{name}: expected type {column.dtype}, got {frame[name].dtype}"
    if str(error.check) == "not_nullable":
        return f"{name}: expected a value, got none {_where(contract, frame[frame[name].isna()])}"
    known = frame[frame[name].notna()]
    broken = known[~column.holds(known[name]).astype(bool)]
    met = [str(value)[:60] for value in broken[name].map(repr).unique()]
    return f"{name}: expected {column.expected}, got {_some(met)} {_where(contract, broken)}"


def _where(contract: Contract, rows: pd.DataFrame) -> str:
    """The keys of the first rows and how many more there are."""
    if not contract.key:
        return f"({len(rows)} rows)"
    keys = [
        " + ".join(str(part) for part in key)
        for key in rows[list(contract.key)].itertuples(index=False)
    ]
    return f"({_some(keys)})"


def _some(items: list[str]) -> str:
    shown = ", ".join(items[:SHOWN])
    return shown if len(items) <= SHOWN else f"{shown} and {len(items) - SHOWN} more"
