"""JSON read strictly: no NaN, no endless numbers, no double keys, no bottomless nesting, no half
files.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NoReturn

import numpy as np

from etl.decoding.sniff import BOM
from etl.errors import ContentError

Json = None | bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"]

DEEPEST = 100
_BLOCK_BYTES = 1024 * 1024

_QUOTE = 2
_MARK = np.zeros(256, dtype=np.int8)
_MARK[[ord("["), ord("{")]] = 1
_MARK[[ord("]"), ord("}")]] = -1
_MARK[ord('"')] = _QUOTE
"""What a byte does to the depth, and the quotation mark."""

_ESCAPE = re.compile(rb"\\.", re.DOTALL)
# Only a long exponent or very many digits can leave the range of a float; most files hold neither.
_MAYBE_ENDLESS = re.compile(r"[eE]\+?\d{3}|\d{200}")
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|-?Infinity|NaN|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?', re.DOTALL)


class _RefusedNumberError(Exception):
    """Carries a number out of the parser, which does not tell where it stands."""


class _DoubleKeyError(Exception):
    """Carries a key out of the parser."""


def read(data: bytes, *, deepest: int = DEEPEST) -> Json:
    """The value in a whole JSON text in UTF-8; a byte order mark is passed over.

    Raises ContentError with the place for whatever is refused.
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
        return json.loads(
            text, parse_constant=_no_constant, parse_float=finite, object_pairs_hook=_unique
        )
    except _RefusedNumberError as error:
        value = str(error)
        raise ContentError(
            "json-not-a-number", value=value, place=_place(text, _find(text, value))
        ) from error
    except _DoubleKeyError as error:
        raise ContentError("json-duplicate-key", key=str(error)) from error
    except json.JSONDecodeError as error:
        raise ContentError(
            "json-broken", place=_place(text, error.pos), detail=error.msg
        ) from error
    except ValueError as error:
        # Python refuses whole numbers of more than 4,300 digits.
        raise ContentError("json-broken", place="an unknown place", detail=error) from error


def member(value: Json, *keys: str) -> Json:
    """The value under a path of keys, None where there is none on the way."""
    for key in keys:
        if not isinstance(value, Mapping):
            return None
        value = value.get(key)
    return value


def text_at(value: Json, *keys: str) -> str | None:
    """The text under a path of keys, None when it is absent, empty or no text."""
    met = member(value, *keys)
    return met.strip() or None if isinstance(met, str) else None


def moment_at(value: Json, *keys: str) -> str | None:
    """The day or moment under a path of keys as it is written, `2023-12-24T11:30:45Z`; None when it
    is absent.

    Raises ContentError for what begins with no day.
    """
    text = text_at(value, *keys)
    if text is None:
        return None
    try:
        date.fromisoformat(text[: len("2023-12-24")])
    except ValueError as error:
        raise ContentError(
            "column-retyped", column=keys[-1], met=repr(text), expected="a day like 2023-12-24"
        ) from error
    return text


def rows_at(value: Json, *keys: str) -> Sequence[Json] | None:
    """The list under a path of keys, None when it is absent or no list."""
    met = member(value, *keys)
    return met if isinstance(met, list) else None


def _has_long_numbers(data: bytes) -> bool:
    """Whether there is an exponent or a hundred digits in a row; looking for numbers that are
    endless takes ten times as long.
    """
    letters = np.frombuffer(data, dtype=np.uint8)
    digit = (letters >= ord("0")) & (letters <= ord("9"))
    exponent = ((letters[:-1] | 0x20) == ord("e")) & (digit[1:] | (letters[1:] == ord("+")))
    # Of two hundred digits in a row a hundred stand in one of these blocks.
    blocks = digit[: len(digit) // 100 * 100].reshape(-1, 100)
    return bool(exponent.any() or blocks.all(axis=1).any())


def _depth(data: bytes) -> int:
    """How deep brackets nest, those inside strings left out."""
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


def _no_constant(word: str) -> NoReturn:
    raise _RefusedNumberError(word)


def _unique(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    members = dict(pairs)
    if len(members) != len(pairs):
        seen: set[str] = set()
        raise _DoubleKeyError(next(key for key, _ in pairs if key in seen or seen.add(key)))
    return members


def _find(text: str, value: str) -> int:
    """Where a refused number stands: its first occurrence outside a string."""
    return next(token.start() for token in _TOKEN.finditer(text) if token.group() == value)


def _place(text: str, at: int) -> str:
    """Line and column of a position, from 1."""
    line = text.count("\n", 0, at) + 1
    return f"line {line} column {at - text.rfind(chr(10), 0, at)}"
