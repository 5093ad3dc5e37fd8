"""Checks of the columns of a source: missing and retyped ones raise, new ones are reported."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from difflib import get_close_matches

import numpy as np
import pandas as pd
from pandas.api.extensions import ExtensionArray

from etl.errors import ContentError, column_retyped
from etl.problems import NO_OTHER, Finding, make_finding

_NEW_SHOWN = 8


def require(
    present: Iterable[object], needed: Collection[str], *, known: Collection[str] = ()
) -> tuple[Finding, ...]:
    """A warning about columns beyond `needed` and `known`, empty where there are none.

    `known` are columns that may be present and are not read; without them new columns are not
    looked for. Raises ContentError for the first needed column that is missing, with its likely new
    name.
    """
    names = [str(name) for name in present]
    for name in needed:
        if name not in names:
            strange = [other for other in names if other not in needed]
            like = get_close_matches(
                name.lower(), [other.lower() for other in strange], n=1, cutoff=0.6
            )
            shown = next(
                (other for other in strange if like and other.lower() == like[0]), NO_OTHER
            )
            raise ContentError("column-missing", column=name, like=shown)
    new = [name for name in names if name not in needed and name not in known] if known else []
    if not new:
        return ()
    shown = ", ".join(new[:_NEW_SHOWN]) + (
        f" (+{len(new) - _NEW_SHOWN})" if len(new) > _NEW_SHOWN else ""
    )
    return (make_finding("column-new", columns=shown),)


def same(text: str, count: int) -> ExtensionArray:
    """A column that repeats one text `count` times."""
    return pd.array([text], dtype="str").take(np.zeros(count, dtype=np.intp))


def require_numbers(values: pd.Series, name: str) -> pd.Series:
    """The values as float64; ContentError when any known one is no number."""
    numbers = pd.to_numeric(values, errors="coerce")
    refused = values.notna() & numbers.isna()
    if refused.any():
        first = f"{values[refused].iloc[0]!r} ({int(refused.sum())} rows)"
        raise column_retyped(name, first, "a number")
    return numbers.astype("float64")
