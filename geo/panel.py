"""Panels of units over periods, as both designs of an effect read them."""

from datetime import date

import numpy as np
import pandas as pd

from geo.errors import MissingValueError, TooFewToCompareError, WrongShapeError

# Whatever a panel calls its periods: a year, a date, a sortable text.
Moment = int | float | str | date


def ordered(table: pd.DataFrame) -> pd.DataFrame:
    """Rows and columns in order of name, outcomes as floats.

    Raises WrongShapeError on text among the outcomes or names that have no order, MissingValueError
    on an outcome that is missing or endless.
    """
    try:
        table = table.sort_index().sort_index(axis=1).astype("float64")
    except (TypeError, ValueError) as wrong:
        raise WrongShapeError(
            f"expected numbers, for units and periods that can be put in order: {wrong}"
        ) from wrong
    holes = int((~np.isfinite(table.to_numpy())).sum())
    if holes:
        raise MissingValueError(
            f"expected an outcome for every unit in every period, got {holes} missing: "
            "leave out units (complete_units) or periods"
        )
    return table


def is_after(periods: pd.Index, start: Moment) -> np.ndarray:
    """Which periods are `start` itself or later; a date and a timestamp name the same day.

    Raises WrongShapeError where start and periods cannot be compared: a year against texts, nothing
    at all.
    """
    try:
        if not pd.api.types.is_scalar(start) or pd.isna(start):
            raise TypeError("a start is needed")
        if isinstance(start, date) and periods.inferred_type == "date":
            periods = pd.DatetimeIndex(periods)
        # Not a number: it would be read as nanoseconds since 1970.
        if isinstance(periods, pd.DatetimeIndex) and isinstance(start, str | date):
            start = pd.Timestamp(start)
        return np.asarray(periods >= start, dtype=bool)
    except (TypeError, ValueError) as wrong:
        raise WrongShapeError(
            f"expected a start of the same kind as the periods ({periods[:1].tolist()}), got"
            f" {start!r}: {wrong}"
        ) from wrong


def require(count: int, needed: int, lacking: str) -> None:
    """Raise TooFewUnits, with what is `lacking` and both counts, if `count` is below `needed`."""
    if count < needed:
        raise TooFewToCompareError(
            f"expected at least {needed} {lacking.replace('_', ' ')}, got {count}: "
            "add units or survey periods, or do not state an effect",
            lacking,
            needed,
            count,
        )
