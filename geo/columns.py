"""Columns as a measurement needs them: there, once, of one kind, and not mistaken for the index."""

from collections.abc import Hashable

import pandas as pd

from geo.errors import WrongShapeError


def require(frame: pd.DataFrame, *names: str) -> None:
    """Raise WrongShapeError unless the frame has each column once."""
    if not isinstance(frame, pd.DataFrame):
        raise WrongShapeError(
            f"expected a frame with the columns {', '.join(names)}, got {type(frame).__name__}"
        )
    for name in names:
        times = int(frame.columns.isin([name]).sum()) if isinstance(name, Hashable) else 0
        if times != 1:
            raise WrongShapeError(
                f"expected the column {name}{' once' if times else ''}, got"
                f" {', '.join(map(str, frame.columns))}"
            )


def grouped(frame: pd.DataFrame, by: str) -> pd.DataFrame:
    """The frame ready to be grouped by its column `by`, even if an index level has its name.

    Raises WrongShapeError for labels of several kinds, which have no order.
    """
    require(frame, by)
    labels = frame[by].dropna()
    if labels.dtype == object and pd.api.types.infer_dtype(labels.unique()).startswith("mixed"):
        kinds = ", ".join(sorted({type(label).__name__ for label in labels.unique()}))
        raise WrongShapeError(
            f"expected labels of one kind in {by}, got {kinds}: write them all as text"
        )
    return (
        frame.set_axis(frame.index.set_names([None] * frame.index.nlevels))
        if any(frame.index.names)
        else frame
    )


def numbers(values: pd.Series, name: str) -> pd.Series:
    """The values as floats, missing ones NaN; raises WrongShapeError for anything but numbers."""
    try:
        return values.astype("Float64").astype(float)
    except (TypeError, ValueError) as error:
        raise WrongShapeError(f"expected numbers in {name}, got {values.dtype}: {error}") from error
