"""The rows a test writes down, as the frame that a published table promises."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from data.schema.tables import DECLARED
from etl.example.rows import Row, typed

__all__ = ["Row", "built", "frame"]


def frame(name: str, rows: Sequence[Row]) -> pd.DataFrame:
    """Rows as a frame with the columns and types that table `name` promises; what a row leaves out
    is missing.
    """
    return typed(DECLARED[name], rows)


def built(name: str, default: Row, town: Sequence[Row], rows: Sequence[Row]) -> pd.DataFrame:
    """The given rows, or else the town's, each filled up from `default`."""
    return frame(name, [{**default, **row} for row in rows or town])
