"""Rows and files that were taken out again: a list in TOML beside the imported files, read like a
piece.

imports/<source>/withdrawn.toml     [[row]] id, reason, date   and   [[file]] name, place, reason,
date
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from etl.errors import ContentError
from etl.headings import toml_text
from etl.source import Piece

NAME = "withdrawn.toml"


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A row (`kind` row, by its key) or a file (by its name, with its place) that was taken out,
    why and when.
    """

    kind: str
    name: str
    reason: str
    day: date
    place_id: str | None = None


def read(data: bytes, name: str = NAME) -> tuple[Withdrawal, ...]:
    """The withdrawals in a list; ContentError when it is none."""
    try:
        content = tomllib.loads(data.decode("utf-8-sig"))
        rows = [
            Withdrawal("row", _text(one["id"]), _text(one["reason"]), _day(one["date"]))
            for one in content.get("row", [])
        ]
        files = [
            Withdrawal(
                "file",
                _text(one["name"]),
                _text(one["reason"]),
                _day(one["date"]),
                _text(one["place"]) if "place" in one else None,
            )
            for one in content.get("file", [])
        ]
    except (
        UnicodeDecodeError,
        tomllib.TOMLDecodeError,
        KeyError,
        TypeError,
        AttributeError,
        RecursionError,
    ) as error:
        raise ContentError("withdrawn-broken", name=name, detail=error) from error
    return tuple(rows + files)


def write(withdrawals: Sequence[Withdrawal]) -> str:
    """The list as text; the same withdrawals are always the same bytes."""
    lines = ["# Ingetrokken: deze rijen en bestanden worden niet meer gepubliceerd."]
    for one in withdrawals:
        lines += [
            "",
            f"[[{one.kind}]]",
            f"{'id' if one.kind == 'row' else 'name'} = {toml_text(one.name)}",
        ]
        lines += [f"place = {toml_text(one.place_id)}"] if one.place_id is not None else []
        lines += [f"reason = {toml_text(one.reason)}", f"date = {one.day.isoformat()}"]
    return "\n".join(lines) + "\n"


def without(
    frame: pd.DataFrame, key: str, pieces: Sequence[Piece]
) -> tuple[pd.DataFrame, dict[str, int]]:
    """The rows whose `key` nobody withdrew, and how many were left out."""
    gone = {
        one.name
        for piece in pieces
        if piece.name == NAME
        for one in read(piece.read(), piece.name)
        if one.kind == "row"
    }
    out = frame[key].isin(gone)
    return frame[~out].reset_index(drop=True), ({"withdrawn": int(out.sum())} if out.any() else {})


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise TypeError(f"expected a text, got {value!r}")
    return value


def _day(value: object) -> date:
    if type(value) is not date:
        raise TypeError(f"expected a date like 2024-03-31 without quotes, got {value!r}")
    return value
