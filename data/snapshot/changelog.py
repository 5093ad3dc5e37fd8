"""Changelog of the data in `changes.jsonl` beside `current`: imports, withdrawals, returns."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, get_args

from data.errors import ChangelogError
from data.snapshot.files import write_atomic

NAME = "changes.jsonl"

ChangeKind = Literal["import", "withdraw_file", "withdraw_row", "rollback"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangelogEntry:
    """One change: `name` is the file or the key of the row, `version` what is published since.

    `by` is who made it, as far as the program that made it records that.
    """

    time: datetime
    what: ChangeKind
    source_id: str | None
    place_id: str | None
    name: str
    rows: int | None
    reason: str | None
    version: str
    by: str | None = None

    def to_json(self) -> str:
        """One line of the changelog."""
        moment = self.time.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        return json.dumps(asdict(self) | {"time": moment}, ensure_ascii=False)


def read_changes(folder: Path) -> tuple[ChangelogEntry, ...]:
    """Every entry, oldest first; raises ChangelogError with the number of a line that is none."""
    path = folder / NAME
    if not path.is_file():
        return ()
    known = {field.name for field in fields(ChangelogEntry)}
    entries = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            # Entries of earlier releases do not say by whom.
            members = {"by": None} | json.loads(line)
            members["time"] = datetime.fromisoformat(members["time"])
            if members["what"] not in get_args(ChangeKind) or set(members) != known:
                raise ValueError(f"expected the fields of a change, got {', '.join(members)}")
            entries.append(ChangelogEntry(**members))
        except (ValueError, TypeError, KeyError) as error:
            raise ChangelogError(f"{path} line {number}: {error}") from error
    return tuple(entries)


def append_changes(folder: Path, entries: Sequence[ChangelogEntry]) -> None:
    """Append entries atomically: a kill leaves the old changelog or the new one."""
    text = "".join(f"{entry.to_json()}\n" for entry in (*read_changes(folder), *entries))
    write_atomic(folder / NAME, text.encode())
