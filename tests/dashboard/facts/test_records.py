"""Records are read from the columns that their fields name."""

import datetime as dt
from dataclasses import dataclass

import pandas as pd
import pytest

from dashboard.facts.records import records


@dataclass(frozen=True)
class Shop:
    name: str
    opened: dt.date | None
    floor_area_m2: float | None
    tags: tuple[str, ...] = ()


TABLE = pd.DataFrame(
    {
        "floor_area_m2": [120.0, float("nan")],
        "opened": pd.to_datetime(["2024-03-01", None]),
        "name": ["Bakker", "Slager"],
        "unused": [1, 2],
    }
)


def test_a_field_is_its_column_as_a_date_and_none_where_missing():
    assert records(TABLE, Shop, tags=[("brood",), ()]) == [
        Shop("Bakker", dt.date(2024, 3, 1), 120.0, ("brood",)),
        Shop("Slager", None, None, ()),
    ]


def test_a_table_without_rows_has_no_records():
    assert records(TABLE.iloc[:0], Shop, tags=[]) == []


def test_a_field_without_a_column_or_values_is_refused():
    with pytest.raises(KeyError, match="tags"):
        records(TABLE, Shop)


def test_values_for_another_number_of_rows_are_refused():
    with pytest.raises(ValueError, match="shorter"):
        records(TABLE, Shop, tags=[()])
