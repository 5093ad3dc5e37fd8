"""The changelog of the data: what somebody brought or took out, when and why. Kept in
`changes.jsonl` beside `current`.
"""

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
class Change:
    """One act on the data: `name` is the file or the key of the row, `version` the one it was
    published in.
    """

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


def read(folder: Path) -> tuple[Change, ...]:
    """Every change, oldest first; ContentError naming the line that is none."""
    path = folder / NAME
    if not path.is_file():
        return ()
    changes = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            members = json.loads(line)
            members["time"] = datetime.fromisoformat(members["time"])
            if members["what"] not in get_args(ChangeKind) or set(members) != {
                field.name for field in fields(Change)
            }:
                raise ValueError(f"expected the fields of a change, got {', '.join(members)}")
            changes.append(Change(**members))
        except (ValueError, TypeError, KeyError) as error:
            raise ContentError(
                "json-broken", place=f"{NAME} line {number}", detail=error
            ) from error
    return tuple(changes)


def add(folder: Path, changes: Sequence[Change]) -> None:
    """Write changes behind the others, in one step: a kill leaves the old list or the new one."""
    text = "".join(f"{change.to_json()}\n" for change in (*read(folder), *changes))
    replace_file(folder / NAME, text.encode())
