"""Strict JSON: no NaN or infinity, no duplicate keys, limited nesting, whole files only."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NoReturn

import numpy as np

from etl.decoding.sniff import BOM
from etl.errors import ContentError, column_retyped

Json = None | bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"]

DEEPEST = 100
_BLOCK_BYTES = 1024 * 1024

_QUOTE = 2
_MARK = np.zeros(256, dtype=np.int8)
_MARK[[ord("["), ord("{")]] = 1
_MARK[[ord("]"), ord("}")]] = -1
_MARK[ord('"')] = _QUOTE
"""Change of depth by each byte, and the quotation mark."""

_ESCAPE = re.compile(rb"\\.", re.DOTALL)
# Only a long exponent or very many digits can leave the range of a float; most files hold neither.
_MAYBE_ENDLESS = re.compile(r"[eE]\+?\d{3}|\d{200}")
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|-?Infinity|NaN|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?', re.DOTALL)


class _RefusedNumberError(Exception):
    """Carries a number out of the parser, which does not know its position."""


class _DoubleKeyError(Exception):
    """Carries a key out of the parser."""


def read(data: bytes, *, deepest: int = DEEPEST) -> Json:
    """The value in a whole JSON text in UTF-8; a byte order mark is skipped.

    Raises ContentError with the place of the fault.
    """
    data = data.removeprefix(BOM)
    if _depth(data) > deepest:
        raise ContentError("json-too-deep", limit=deepest)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ContentError("encoding", name="JSON", encodings="utf-8", place=error.start) from error
    finite = _finite if _has_long_numbers(data) and _MAYBE_ENDLESS.search(text) else float
    try:
        value: Json = json.loads(
            text, parse_constant=_refuse_constant, parse_float=finite, object_pairs_hook=_unique
        )
        return value
    except _RefusedNumberError as error:
        number = str(error)
        at = next(token.start() for token in _TOKEN.finditer(text) if token.group() == number)
        raise ContentError("json-not-a-number", value=number, place=_place(text, at)) from error
    except _DoubleKeyError as error:
        raise ContentError("json-duplicate-key", key=str(error)) from error
    except json.JSONDecodeError as error:
        raise ContentError(
            "json-broken", place=_place(text, error.pos), detail=error.msg
        ) from error
    except ValueError as error:
        # Python refuses integers of more than 4,300 digits.
        raise ContentError("json-broken", place="an unknown place", detail=error) from error


def member(value: Json, *keys: str) -> Json:
    """The value under a path of keys, None when a key is absent."""
    for key in keys:
        if not isinstance(value, Mapping):
            return None
        value = value.get(key)
    return value


def text_at(value: Json, *keys: str) -> str | None:
    """The text under a path of keys, None when it is absent, empty or of another type."""
    text = member(value, *keys)
    return text.strip() or None if isinstance(text, str) else None


def moment_at(value: Json, *keys: str) -> str | None:
    """The day or moment under a path of keys as written, like `2023-12-24T11:30:45Z`, or None.

    Raises ContentError for a text that does not start with a day.
    """
    text = text_at(value, *keys)
    if text is None:
        return None
    try:
        date.fromisoformat(text[: len("2023-12-24")])
    except ValueError as error:
        raise column_retyped(keys[-1], repr(text), "a day like 2023-12-24") from error
    return text


def rows_at(value: Json, *keys: str) -> Sequence[Json] | None:
    """The list under a path of keys, None when it is absent or of another type."""
    rows = member(value, *keys)
    return rows if isinstance(rows, list) else None


def _has_long_numbers(data: bytes) -> bool:
    """Quick test for an exponent or a hundred digits in a row; the full test takes 10x as long."""
    letters = np.frombuffer(data, dtype=np.uint8)
    digit = (letters >= ord("0")) & (letters <= ord("9"))
    exponent = ((letters[:-1] | 0x20) == ord("e")) & (digit[1:] | (letters[1:] == ord("+")))
    # Two hundred digits in a row fill at least one block of a hundred.
    blocks = digit[: len(digit) // 100 * 100].reshape(-1, 100)
    return bool(exponent.any() or blocks.all(axis=1).any())


def _depth(data: bytes) -> int:
    """Depth of the nesting of brackets outside strings."""
    plain = _ESCAPE.sub(b"__", data) if b"\\" in data else data
    deepest = level = 0
    quoted = False
    for at in range(0, len(plain), _BLOCK_BYTES):
        block = np.frombuffer(
            plain, dtype=np.uint8, count=min(_BLOCK_BYTES, len(plain) - at), offset=at
        )
        # Only quotes and brackets matter: an eighth of the bytes or less.
        marks = _MARK[block[_MARK[block] != 0]]
        if not marks.size:
            continue
        inside = (np.cumsum(marks == _QUOTE, dtype=np.int32) + quoted) % 2 == 1
        levels = np.cumsum(np.where(inside | (marks == _QUOTE), 0, marks), dtype=np.int32) + level
        deepest, level, quoted = max(deepest, int(levels.max())), int(levels[-1]), bool(inside[-1])
    return deepest


def _finite(digits: str) -> float:
    value = float(digits)
    if value in (float("inf"), float("-inf")):
        raise _RefusedNumberError(digits)
    return value


def _refuse_constant(word: str) -> NoReturn:
    raise _RefusedNumberError(word)


def _unique(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    members = dict(pairs)
    if len(members) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise _DoubleKeyError(key)
            seen.add(key)
    return members


def _place(text: str, at: int) -> str:
    """Line and column of a position, from 1."""
    line = text.count("\n", 0, at) + 1
    return f"line {line} column {at - text.rfind(chr(10), 0, at)}"
