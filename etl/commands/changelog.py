"""Changelog of the data: imports and withdrawals, in `changes.jsonl` beside `current`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, get_args

from etl.errors import ContentError
from etl.fetch.raw_store import replace_file

NAME = "changes.jsonl"

ChangeKind = Literal["import", "withdraw_file", "withdraw_row"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangelogEntry:
    """One import or withdrawal: `name` is the file or the key of the row, `version` the new one."""

    time: datetime
    what: ChangeKind
    source_id: str
    place_id: str | None
    name: str
    rows: int | None
    reason: str | None
    version: str

    def to_json(self) -> str:
        """One line of the changelog."""
        moment = self.time.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        return json.dumps(asdict(self) | {"time": moment}, ensure_ascii=False)


def read_changes(folder: Path) -> tuple[ChangelogEntry, ...]:
    """Every entry, oldest first; raises ContentError with the number of a line that is not one."""
    path = folder / NAME
    if not path.is_file():
        return ()
    entries = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            members = json.loads(line)
            members["time"] = datetime.fromisoformat(members["time"])
            if members["what"] not in get_args(ChangeKind) or set(members) != {
                field.name for field in fields(ChangelogEntry)
            }:
                raise ValueError(f"expected the fields of a change, got {', '.join(members)}")
            entries.append(ChangelogEntry(**members))
        except (ValueError, TypeError, KeyError) as error:
            raise ContentError(
                "json-broken", place=f"{NAME} line {number}", detail=error
            ) from error
    return tuple(entries)


def append_changes(folder: Path, entries: Sequence[ChangelogEntry]) -> None:
    """Append entries atomically: a kill leaves the old changelog or the new one."""
    text = "".join(f"{entry.to_json()}\n" for entry in (*read_changes(folder), *entries))
    replace_file(folder / NAME, text.encode())
