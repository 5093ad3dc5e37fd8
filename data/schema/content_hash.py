"""Content hash of a table, independent of library versions and of row order."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterator, Mapping, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from numpy.typing import NDArray
from pandas.api.extensions import ExtensionArray

from data.schema.columns import letters, text_array
from data.schema.table import Table

Bytes = bytes | memoryview

EXACT = 1e12
"""Below this every whole number has at most 12 digits."""


def content_hash(table: Table, frame: pd.DataFrame, *, ordered: bool = False) -> str:
    """SHA-256 over the content of `frame`, read as `table`; `ordered` says that it comes from
    `sorted_rows`.

    The rows are put in the order of the table (shapes without a key by all they hold) and the
    columns as well. Then, column by column, each part behind its length: which values are missing,
    as bits; text as lengths and UTF-8 in Unicode form NFC; numbers to 12 significant digits without
    regard to integer or float, whole ones as integers, the others as text; dates as milliseconds;
    points as whole millimetres, other geometry as little-endian 2D ISO WKB with coordinates in
    whole millimetres; lists as JSON in their order. All numbers little-endian.
    """
    columns = _arrays(frame)
    composed = _composed(table, frame, columns)
    # Text in another Unicode form may sort differently.
    rows = frame if ordered and composed is frame else sorted_rows(table, composed)
    digest = hashlib.sha256(json.dumps([table.name, list(table.columns), len(frame)]).encode())
    if rows is not frame:
        columns = _arrays(rows)
    for name, column in table.columns.items():
        for part in _parts(columns[name], column.dtype):
            digest.update(len(part).to_bytes(8, "little"))
            digest.update(part)
    return digest.hexdigest()


def sorted_rows(table: Table, frame: pd.DataFrame) -> pd.DataFrame:
    """The rows by place and key with a new index; shapes without a key by column and outline."""
    if table.key:
        if in_order(frame, table.sort):
            counted = frame.index.equals(pd.RangeIndex(len(frame)))
            return frame if counted else frame.reset_index(drop=True)
        keys = _texts(frame, table.sort)
        if keys is None:
            return frame.sort_values(list(table.sort), ignore_index=True)
        order = pc.sort_indices(pa.table(keys), [(name, "ascending") for name in keys])
        return frame.take(np.asarray(order)).reset_index(drop=True)
    plain = [name for name, column in table.columns.items() if column.dtype != "geometry"]
    outlines = pd.Series(
        [wkb.hex() for wkb in geometry_wkb(gpd.GeoSeries(frame["geometry"]))], dtype="str"
    )
    order = (
        frame[plain]
        .reset_index(drop=True)
        .assign(outline=outlines)
        .sort_values([*plain, "outline"])
        .index
    )
    return frame.iloc[order].reset_index(drop=True)


def geometry_wkb(shapes: gpd.GeoSeries) -> NDArray[np.object_]:
    """WKB per shape in whole millimetres; None where a shape is missing."""
    # Adding zero turns -0.0, which is other bytes, into 0.0.
    rounded = shapely.transform(shapes.to_numpy(), lambda xy: np.round(xy, 3) + 0.0)
    return np.asarray(
        shapely.to_wkb(rounded, output_dimension=2, byte_order=1, include_srid=False, flavor="iso")
    )


def in_order(frame: pd.DataFrame, by: Sequence[str]) -> bool:
    """Whether rows of text keys are sorted already; checking costs a tenth of sorting."""
    return _ties(frame, by) is not None


def increasing(frame: pd.DataFrame, by: Sequence[str]) -> bool:
    """Whether rows of text keys are sorted and unique; False means look closer."""
    tied = _ties(frame, by)
    return tied is not None and not tied.any()


def _ties(frame: pd.DataFrame, by: Sequence[str]) -> NDArray[np.bool_] | None:
    """Whether each row has the keys of the row before; None for unsorted rows or unknown keys."""
    keys = _texts(frame, by)
    if keys is None:
        return None
    tied = np.ones(max(len(frame) - 1, 0), dtype=bool)
    for values in keys.values():
        if values.null_count:
            return None
        if not tied.any():
            continue
        before, after = values.slice(0, len(tied)), values.slice(1)
        # Most often the last key, which rises from each row to the next, settles it.
        tied &= ~np.asarray(pc.less(before, after))
        if tied.any():
            equal = np.asarray(pc.equal(before, after))
            if (tied & ~equal).any():
                return None
    return tied


def _texts(frame: pd.DataFrame, by: Sequence[str]) -> dict[str, pa.Array] | None:
    """The columns `by`; None where one is no text."""
    keys = {name: frame[name].array for name in by}
    text = all(isinstance(values.dtype, pd.StringDtype) for values in keys.values())
    return {name: text_array(values) for name, values in keys.items()} if text else None


def _arrays(frame: pd.DataFrame) -> dict[str, ExtensionArray]:
    """The columns of a frame; one by one they take twice as long to get."""
    return {str(name): values.array for name, values in pd.DataFrame(frame).items()}


def _composed(
    table: Table, frame: pd.DataFrame, columns: Mapping[str, ExtensionArray]
) -> pd.DataFrame:
    """The frame with its text in Unicode form NFC; most text has that form already."""
    changed = {}
    for name, column in table.columns.items():
        if column.dtype == "str":
            values = text_array(columns[name])
            starts, written = letters(values)
            if len(values) and written[starts[0] : starts[-1]].max(initial=0) >= 0x80:
                changed[name] = pd.Series(
                    pc.utf8_normalize(values, form="NFC").to_pandas(), dtype="str"
                ).set_axis(frame.index)
    return frame.assign(**changed) if changed else frame


def _parts(values: ExtensionArray, dtype: str) -> Iterator[Bytes]:
    """What is hashed of one column, in parts."""
    if dtype == "list":
        yield _json([[unicodedata.normalize("NFC", item) for item in items] for items in values])
        return
    missing = np.asarray(values.isna(), dtype=bool)
    yield np.packbits(missing, bitorder="little").tobytes()
    if dtype == "geometry":
        yield from _shapes(values, missing)
    elif dtype == "str":
        starts, written = letters(text_array(values).fill_null(""))
        yield np.diff(starts).astype("<i4").tobytes()
        yield written[starts[0] : starts[-1]].data
    elif dtype == "bool":
        yield np.where(missing, False, np.asarray(values)).astype(bool).tobytes()
    elif dtype == "datetime64[ms]":
        yield np.asarray(values).astype("datetime64[ms]").astype("<i8").tobytes()
    else:
        yield from _numbers(values.to_numpy(dtype="float64", na_value=np.nan))


def _numbers(values: NDArray[np.float64]) -> Iterator[Bytes]:
    """Whole numbers (0 where there is none), and the others as text at their rows."""
    whole = np.zeros(len(values), dtype="<i8")
    plain = (values == np.rint(values)) & (np.abs(values) < EXACT)
    whole[plain] = values[plain].astype("<i8")
    others: list[tuple[int, str]] = []
    rows = np.flatnonzero(~plain & ~np.isnan(values))
    for row, value in zip(rows.tolist(), values[rows].tolist(), strict=True):
        text = f"{value:.12g}"
        # What is whole to 12 digits is whole.
        if text.lstrip("-").isdecimal():
            whole[row] = int(text)
        else:
            others.append((row, text))
    yield whole.tobytes()
    yield _json(others)


def _shapes(values: ExtensionArray, missing: NDArray[np.bool_]) -> Iterator[Bytes]:
    known = np.asarray(values, dtype=object)[~missing]
    if not shapely.get_type_id(known).any():
        xy = shapely.get_coordinates(known)
        # An empty point has no coordinates.
        if len(xy) == len(known):
            yield np.rint(xy * 1000.0).astype("<i8").tobytes()
            return
    drawn = geometry_wkb(gpd.GeoSeries(known))
    yield np.array([len(wkb) for wkb in drawn], dtype="<i8").tobytes()
    yield b"".join(drawn)


def _json(content: object) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
