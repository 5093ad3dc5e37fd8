"""Columns of a source held against what its reader knows: missing and retyped ones stop it, new ones are told."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from difflib import get_close_matches

import numpy as np
import pandas as pd
from pandas.api.extensions import ExtensionArray

from etl.errors import ContentError
from etl.problems import NO_OTHER, Finding, found

_NEW_SHOWN = 8


def require(met: Iterable[object], needed: Collection[str], *, known: Collection[str] = ()) -> tuple[Finding, ...]:
    """A warning when there are columns beyond `needed` and `known`, nothing otherwise.

    Raises ContentError for the first needed one that is missing, with the name it likely has now. `known` are columns
    that may be there and are not read; without them new columns are not looked for.
    """
    names = [str(name) for name in met]
    for name in needed:
        if name not in names:
            strange = [one for one in names if one not in needed]
            like = get_close_matches(name.lower(), [one.lower() for one in strange], n=1, cutoff=0.6)
            shown = next((one for one in strange if like and one.lower() == like[0]), NO_OTHER)
            raise ContentError(found("column-missing", column=name, like=shown))
    new = [name for name in names if name not in needed and name not in known] if known else []
    if not new:
        return ()
    shown = ", ".join(new[:_NEW_SHOWN]) + (f" (+{len(new) - _NEW_SHOWN})" if len(new) > _NEW_SHOWN else "")
    return (found("column-new", columns=shown),)


def same(text: str, count: int) -> ExtensionArray:
    """A column of one text, so many times."""
    return pd.array([text], dtype="str").take(np.zeros(count, dtype=np.intp))


def require_numbers(values: pd.Series, name: str) -> pd.Series:
    """The values as float64; ContentError when any known one is no number."""
    numbers = pd.to_numeric(values, errors="coerce")
    refused = values.notna() & numbers.isna()
    if refused.any():
        met = f"{values[refused].iloc[0]!r} ({int(refused.sum())} rows)"
        raise ContentError(found("column-retyped", column=name, met=met, expected="a number"))
    return numbers.astype("float64")
