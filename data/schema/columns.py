"""Columns of a published table: type, unit, what may stand in them.

Text is `str`, a missing value is missing (NaN, NaT, None), never 0 or "". Numbers are float64
where they may be missing. Shares run 0 to 1. Geometry is in RD (EPSG:28992, metres).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Literal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from numpy.typing import NDArray
from pandas.api.extensions import ExtensionArray

DType = Literal["str", "float64", "int64", "bool", "datetime64[ms]", "list", "geometry"]
GeometryKind = Literal["point", "line", "outline", "any"]

GEOMETRY_TYPES: Mapping[GeometryKind, tuple[str, ...]] = MappingProxyType(
    {
        "point": ("Point",),
        "line": ("LineString", "MultiLineString"),
        # A place whose outline nobody published is its core point.
        "outline": ("Point", "Polygon", "MultiPolygon"),
        "any": ("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon"),
    }
)


_PROBE = 1024
"""Rows looked at to see whether texts repeat."""
_FEW = 64
"""So few texts are judged one by one: looking for repeats takes longer."""
_SLUG = r"[a-z0-9][a-z0-9:/_.-]*"
_BEGINS_SLUG = b"abcdefghijklmnopqrstuvwxyz0123456789"
_IN_SLUG = _BEGINS_SLUG + b":/_.-"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `expected` says in words what `holds` checks of every known value."""

    dtype: DType
    description: str
    nullable: bool
    unit: str | None
    expected: str
    holds: Callable[[pd.Series], pd.Series]
    geometry_kind: GeometryKind | None = None


def text(
    description: str, *, null: bool = False, one_of: Sequence[str] = (), like: str = ""
) -> Column:
    """A text column; without `one_of` or `like`, any text but an empty or padded one."""
    column = partial(Column, "str", description, null, None)
    if one_of:
        among = partial(pc.is_in, value_set=pa.array(one_of, type=pa.large_string()))
        return column("one of " + ", ".join(one_of), lambda values: _each(values, among))
    if like:
        judged = partial(pc.match_substring_regex, pattern=f"^(?:{like})$")
        return column(f"text like {like}", lambda values: _each(values, judged))
    return column("text without blanks around it", lambda values: _each(values, _bare))


def text_array(values: pd.Series | ExtensionArray) -> pa.Array:
    """Text as one Arrow array, whatever it is kept as."""
    array = pa.array(values, type=pa.large_string(), from_pandas=True)
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def letters(array: pa.Array) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    """Byte offsets `[n + 1]` of the texts of a `text_array`, and their bytes; none for a missing
    text.
    """
    _, offsets, written = array.buffers()
    starts = np.frombuffer(offsets, dtype=np.int64)[array.offset : array.offset + len(array) + 1]
    return starts, np.frombuffer(written if written is not None else b"", dtype=np.uint8)


def padded(array: pa.Array) -> bool:
    """Quick test for empty or padded text: False is certain, True means look closer."""
    starts, written = letters(array)
    if not len(array):
        return False
    if array.null_count or not (starts[1:] > starts[:-1]).all():
        return True
    ends = np.concatenate([written[starts[:-1]], written[starts[1:] - 1]])
    return not ((ends > ord(" ")) & (ends < 0x7F)).all()


def _bare(array: pa.Array) -> pa.Array:
    if not padded(array):
        return pa.array(np.ones(len(array), dtype=bool))
    return pc.and_(
        pc.greater(pc.binary_length(array), 0), pc.equal(pc.utf8_trim_whitespace(array), array)
    )


def _each(values: pd.Series, judged: Callable[[pa.Array], pa.Array]) -> pd.Series:
    """`judged` applied to each text; repeated texts are judged once, because a pattern is slow."""
    array = text_array(values.array)
    probe = array.slice(0, _PROBE)
    if len(array) <= _FEW:
        holds = np.asarray(judged(array).fill_null(True))
    elif _all_one(array):
        holds = np.full(len(array), judged(array.slice(0, 1)).fill_null(True)[0].as_py())
    elif len(probe.unique()) < 0.75 * len(probe):
        coded = array.dictionary_encode()
        holds = np.asarray(judged(coded.dictionary).take(coded.indices).fill_null(True))
    else:
        # A missing value breaks no pattern.
        holds = np.asarray(judged(array).fill_null(True))
    return pd.Series(holds, index=values.index)


def _all_one(array: pa.Array) -> bool:
    """Whether all rows hold the same text."""
    starts, written = letters(array)
    size = int(starts[1] - starts[0]) if len(array) > 1 and not array.null_count else 0
    if not size or not (np.diff(starts) == size).all():
        return False
    rows = written[starts[0] : starts[-1]]
    return bool((rows[size:] == rows[:-size]).all())


def slug(description: str, *, null: bool = False) -> Column:
    """A stable id or a code word, in small letters."""
    return Column(
        "str", description, null, None, f"text like {_SLUG}", lambda values: _each(values, _slugs)
    )


def _slugs(array: pa.Array) -> pa.Array:
    """Whether each text is a slug; where all are, their bytes say so in a tenth of the time."""
    starts, written = letters(array)
    if not array.null_count and (np.diff(starts) > 0).all():
        strange = written[starts[0] : starts[-1]].tobytes().translate(None, _IN_SLUG)
        if not (strange or written[starts[:-1]].tobytes().translate(None, _BEGINS_SLUG)):
            return pa.array(np.ones(len(array), dtype=bool))
    return pc.match_substring_regex(array, pattern=f"^(?:{_SLUG})$")


def number(
    description: str,
    unit: str | None = None,
    *,
    null: bool = False,
    low: float | None = None,
    high: float | None = None,
) -> Column:
    """A float column within bounds (both included); never infinite."""
    bottom = float("-inf") if low is None else low
    top = float("inf") if high is None else high
    sides = (("at least", low), ("at most", high))
    bounds = " and ".join(f"{words} {bound:g}" for words, bound in sides if bound is not None)

    def holds(values: pd.Series) -> pd.Series:
        numbers = values.to_numpy(dtype="float64", na_value=np.nan)
        return pd.Series(
            (numbers >= bottom) & (numbers <= top) & np.isfinite(numbers), index=values.index
        )

    expected = f"a finite number {bounds}".strip()
    return Column("float64", description, null, unit, expected, holds)


def share(description: str, *, null: bool = False) -> Column:
    """A share, 0 to 1."""
    return number(description, "share", null=null, low=0, high=1)


def whole(description: str, unit: str | None = None, *, low: int, high: int = 10**12) -> Column:
    """A whole number, always known."""
    return Column(
        "int64",
        description,
        False,
        unit,
        f"{low} to {high}",
        lambda values: values.between(low, high),
    )


def day(description: str, *, null: bool = False) -> Column:
    """A date or time without zone, to the millisecond."""
    return Column(
        "datetime64[ms]", description, null, None, "a date", lambda values: values.notna()
    )


def flag(description: str) -> Column:
    """Yes or no, always known."""
    return Column("bool", description, False, None, "true or false", lambda values: values.notna())


def texts(description: str) -> Column:
    """A list of texts in every row; empty where none is known. Stored as a Parquet list."""

    def is_texts(items: object) -> bool:
        return isinstance(items, list | tuple) and all(
            isinstance(item, str) and bool(item) for item in items
        )

    def holds(values: pd.Series) -> pd.Series:
        return values.map(is_texts).astype(bool)

    return Column("list", description, False, None, "a list of texts", holds)


def is_kind(shapes: NDArray[np.object_], kind: GeometryKind) -> NDArray[np.bool_]:
    """Whether each shape is of one of the types of this kind."""
    # The last stands for a missing shape, whose number is -1.
    of_kind = np.zeros(len(shapely.GeometryType) + 1, dtype=bool)
    of_kind[[shapely.GeometryType[name.upper()] for name in GEOMETRY_TYPES[kind]]] = True
    return of_kind[shapely.get_type_id(shapes)]


def geometry(description: str, kind: GeometryKind, *, null: bool = False) -> Column:
    """Geometry in RD of the kinds given: not empty, and valid."""

    def holds(values: pd.Series) -> pd.Series:
        shapes = np.asarray(values.array, dtype=object)
        sound = is_kind(shapes, kind) & ~shapely.is_empty(shapes) & shapely.is_valid(shapes)
        return pd.Series(sound, index=values.index)

    expected = f"a valid {' or '.join(GEOMETRY_TYPES[kind])}"
    return Column("geometry", description, null, "m", expected, holds, kind)
