"""Units of the surveyed town, with and without an effect, and what is measured of them."""

import datetime as dt
from collections.abc import Mapping
from functools import cache

import pandas as pd

from dashboard.analysis import effect_evaluation
from tests.dashboard import towns

SPRING = dt.date(towns.START, 3, 1)


def units(
    *, drop: int = 4, streets: tuple[str, ...] = (*towns.TREATED, *towns.OTHERS), size: int = 20
) -> pd.DataFrame:
    """One row per unit and survey; the treated streets have `drop` fewer empty units
    from 2020 on.
    """
    rows = []
    for street in streets:
        for year in towns.SURVEYS:
            empty = towns.vacant(street, year, drop) * size // 20
            rows += [
                (street, f"{street}-1", pd.Timestamp(year, 10, 1), number < empty)
                for number in range(size)
            ]
    return pd.DataFrame(rows, columns=["street", "section", "surveyed", "vacant"])


def measured(
    frame: pd.DataFrame, beginnings: Mapping[str, dt.date] | None = None
) -> effect_evaluation.Evidence:
    found = effect_evaluation.measure(
        frame, beginnings or dict.fromkeys(towns.TREATED, SPRING), place_id="a"
    )
    assert found is not None
    return found


@cache
def usual() -> effect_evaluation.Evidence:
    """What is measured of the town as it is, once for all tests of a process."""
    return measured(units())
