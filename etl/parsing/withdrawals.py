"""Rows and files that were withdrawn: a list in TOML beside the imported files, read like a piece.

imports/<source>/withdrawn.toml   [[row]] id, reason, date   [[file]] name, place, reason, date
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from etl.errors import ContentError
from etl.parsing.column_map_file import toml_text
from etl.source import Piece

NAME = "withdrawn.toml"


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A row (`kind` row, by its key) or a file (by name and place) that was withdrawn, and why."""

    kind: str
    name: str
    reason: str
    day: date
    place_id: str | None = None


def read(data: bytes, name: str = NAME) -> tuple[Withdrawal, ...]:
    """The withdrawals in a list; ContentError when it is not such a list."""
    try:
        content = tomllib.loads(data.decode("utf-8-sig"))
        return tuple(
            Withdrawal(
                kind,
                _text(entry[key]),
                _text(entry["reason"]),
                _day(entry["date"]),
                _text(entry["place"]) if kind == "file" and "place" in entry else None,
            )
            for kind, key in (("row", "id"), ("file", "name"))
            for entry in content.get(kind, [])
        )
    except (
        UnicodeDecodeError,
        tomllib.TOMLDecodeError,
        KeyError,
        TypeError,
        AttributeError,
        RecursionError,
    ) as error:
        raise ContentError("withdrawn-broken", name=name, detail=error) from error


def write(withdrawals: Sequence[Withdrawal]) -> str:
    """The list as text; the same withdrawals always give the same text."""
    lines = ["# Ingetrokken: deze rijen en bestanden worden niet meer gepubliceerd."]
    for entry in withdrawals:
        key = "id" if entry.kind == "row" else "name"
        lines += ["", f"[[{entry.kind}]]", f"{key} = {toml_text(entry.name)}"]
        if entry.place_id is not None:
            lines.append(f"place = {toml_text(entry.place_id)}")
        lines += [f"reason = {toml_text(entry.reason)}", f"date = {entry.day.isoformat()}"]
    return "\n".join(lines) + "\n"


def drop_withdrawn(
    frame: pd.DataFrame, key: str, pieces: Sequence[Piece]
) -> tuple[pd.DataFrame, dict[str, int]]:
    """The rows whose `key` is not withdrawn, and the number of other rows."""
    withdrawn = {
        entry.name
        for piece in pieces
        if piece.name == NAME
        for entry in read(piece.read(), piece.name)
        if entry.kind == "row"
    }
    out = frame[key].isin(withdrawn)
    return frame[~out].reset_index(drop=True), ({"withdrawn": int(out.sum())} if out.any() else {})


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise TypeError(f"expected a text, got {value!r}")
    return value


def _day(value: object) -> date:
    if type(value) is not date:
        raise TypeError(f"expected a date like 2024-03-31 without quotes, got {value!r}")
    return value
