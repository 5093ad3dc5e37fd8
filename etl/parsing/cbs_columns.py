"""Columns of CBS under one name, and its codes, years and unpublished figures."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from typing import TypeVar

import pandas as pd

from etl.errors import ContentError, column_retyped
from etl.parsing import column_checks

FrameT = TypeVar("FrameT", bound=pd.DataFrame)
NAMES = (
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
_SHORT = {
    "BU_CODE": "buurtcode",
    "BU_NAAM": "buurtnaam",
    "WK_CODE": "wijkcode",
    "WK_NAAM": "wijknaam",
    "GM_CODE": "gemeentecode",
    "GM_NAAM": "gemeentenaam",
    "AANT_INW": "aantal_inwoners",
    "AANTAL_HH": "aantal_huishoudens",
}
"""Names of these columns in the shapefiles of CBS."""
_CAMEL = re.compile("_(.)|(?=code$|naam$)(.)")
MISSING_FROM = -99_990.0
"""CBS writes -99997 and the like where it publishes no figure."""
_YEAR = re.compile(r"(?:19|20)\d\d")


def with_names(frame: FrameT) -> FrameT:
    """The frame with its columns of CBS renamed to `NAMES`; some services write `gemeenteCode`.

    Raises ContentError where two columns would get the same name.
    """
    ours = {_bare(name): name for name in NAMES}
    ours |= {_bare(short): name for short, name in _SHORT.items()}
    given = [name for name in map(str, frame.columns) if _bare(name) in ours]
    names = {name: ours[_bare(name)] for name in given}
    times = Counter(names.values())
    twice = [name for name in given if times[names[name]] > 1]
    if twice:
        raise ContentError("column-twice", columns=", ".join(twice))
    return frame.rename(columns=names)


def spellings(names: Collection[str]) -> frozenset[str]:
    """All spellings of these columns that services of CBS use."""
    camel = {_CAMEL.sub(lambda at: (at[1] or at[2]).upper(), name) for name in names}
    short = {short for short, name in _SHORT.items() if name in names}
    upper, lower = (name.upper() for name in names), (name.lower() for name in short)
    return frozenset({*names, *camel, *short, *upper, *lower})


def codes_of(values: pd.Series, pattern: re.Pattern[str], name: str) -> pd.Series:
    """The codes without blanks around them; ContentError for one that does not fit `pattern`."""
    codes = values.astype("str").str.strip()
    strange = ~codes.str.fullmatch(pattern, na=False).astype(bool)
    if strange.any():
        first = f"{codes[strange].iloc[0]!r} ({int(strange.sum())} rows)"
        raise column_retyped(name, first, "codes like GM0153")
    return codes


def published(values: pd.Series, name: str) -> pd.Series:
    """The values as float64, unpublished ones missing; ContentError for other negative ones."""
    known = column_checks.require_numbers(values, name)
    negative = known[(known < 0) & (known > MISSING_FROM)]
    if len(negative):
        raise column_retyped(name, f"{negative.iloc[0]:g}", "0 or more")
    return known.where(known >= 0)


def year_of(cell: object, name: str) -> str:
    """The year that a cell like 2024, 2024.0 or 2024JJ00 begins with; ContentError without one."""
    match = _YEAR.match(str(cell))
    if match is None:
        raise column_retyped(name, repr(cell), "a year like 2024")
    return match.group()


def first_column(frame: pd.DataFrame, pattern: re.Pattern[str], name: str) -> str:
    """The first column whose name fits `pattern`; ContentError when none does."""
    match = next((column for column in frame.columns if pattern.fullmatch(str(column))), None)
    if match is None:
        raise ContentError(
            "column-missing", column=name, like=", ".join(map(str, frame.columns[:5]))
        )
    return str(match)


def _bare(name: str) -> str:
    return name.replace("_", "").casefold()
