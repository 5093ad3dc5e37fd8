"""Columns of a source held against what its reader knows: missing and retyped ones stop it, new
ones are told.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable
from difflib import get_close_matches
from typing import TypeVar

import numpy as np
import pandas as pd
from pandas.api.extensions import ExtensionArray

from etl.errors import ContentError
from etl.problems import NO_OTHER, Finding, found

FrameT = TypeVar("FrameT", bound=pd.DataFrame)

_NEW_SHOWN = 8
CBS_NAMES = (
    "buurtcode",
    "buurtnaam",
    "wijkcode",
    "wijknaam",
    "gemeentecode",
    "gemeentenaam",
    "statcode",
    "statnaam",
    "jrstatcode",
    "jaarcode",
    "jaar",
    "water",
    "aantal_inwoners",
    "aantal_huishoudens",
)
_CBS_SHORT = {
    "BU_CODE": "buurtcode",
    "BU_NAAM": "buurtnaam",
    "WK_CODE": "wijkcode",
    "WK_NAAM": "wijknaam",
    "GM_CODE": "gemeentecode",
    "GM_NAAM": "gemeentenaam",
    "AANT_INW": "aantal_inwoners",
    "AANTAL_HH": "aantal_huishoudens",
}
"""What the shapefiles of CBS call them."""
_CAMEL = re.compile("_(.)|(?=code$|naam$)(.)")


def require(
    present: Iterable[object], needed: Collection[str], *, known: Collection[str] = ()
) -> tuple[Finding, ...]:
    """A warning when there are columns beyond `needed` and `known`, nothing otherwise.

    Raises ContentError for the first needed one that is missing, with the name it likely has now.
    `known` are columns
    that may be there and are not read; without them new columns are not looked for.
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
    return (found("column-new", columns=shown),)


def with_cbs_names(frame: FrameT) -> FrameT:
    """The frame with the columns of CBS under one name; its services write `gemeenteCode` as well.

    Raises ContentError where two columns would get the same name.
    """
    ours = {_bare(name): name for name in CBS_NAMES}
    ours |= {_bare(short): name for short, name in _CBS_SHORT.items()}
    given = [name for name in map(str, frame.columns) if _bare(name) in ours]
    names = {name: ours[_bare(name)] for name in given}
    times = Counter(names.values())
    twice = [name for name in given if times[names[name]] > 1]
    if twice:
        raise ContentError("column-twice", columns=", ".join(twice))
    return frame.rename(columns=names)


def cbs_spellings(names: Collection[str]) -> frozenset[str]:
    """Those columns of CBS as any of its services writes them."""
    camel = {_CAMEL.sub(lambda at: (at[1] or at[2]).upper(), name) for name in names}
    short = {short for short, name in _CBS_SHORT.items() if name in names}
    upper, lower = (name.upper() for name in names), (name.lower() for name in short)
    return frozenset({*names, *camel, *short, *upper, *lower})


def _bare(name: str) -> str:
    return name.replace("_", "").casefold()


def same(text: str, count: int) -> ExtensionArray:
    """A column of one text, so many times."""
    return pd.array([text], dtype="str").take(np.zeros(count, dtype=np.intp))


def require_numbers(values: pd.Series, name: str) -> pd.Series:
    """The values as float64; ContentError when any known one is no number."""
    numbers = pd.to_numeric(values, errors="coerce")
    refused = values.notna() & numbers.isna()
    if refused.any():
        first = f"{values[refused].iloc[0]!r} ({int(refused.sum())} rows)"
        raise ContentError("column-retyped", column=name, met=first, expected="a number")
    return numbers.astype("float64")
