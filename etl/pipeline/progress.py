"""Progress of a run: its steps, and what receives them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from etl.fetch.messages import FetchEvent


@dataclass(frozen=True, slots=True)
class Step:
    """A step beside fetching: a source starts, a part is read, a place joined, all published."""

    kind: Literal["source", "read", "place", "publish"]
    name: str
    key: str = ""
    status: str = ""
    rows: int = 0
    done: int = 0
    total: int = 0


class NoProgress:
    """Ignores all progress; base of the classes that print it. Several threads call it."""

    def on_fetch(self, event: FetchEvent) -> None:
        """Receive an event of fetching."""

    def on_step(self, step: Step) -> None:
        """Receive a step of the run."""
