"""Progress of a run: its steps, and what receives them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from etl.fetch.messages import FetchEvent
from geo.bilingual import Bilingual


@dataclass(frozen=True, slots=True)
class Step:
    """A step beside fetching: a source is planned, asked about an area or done (with a status), a
    part is read, a place joined, all published.
    """

    kind: Literal["plan", "source", "read", "place", "publish"]
    name: str
    key: str = ""
    status: str = ""
    rows: int = 0
    done: int = 0
    total: int = 0
    title: Bilingual | None = None


class NoProgress:
    """Ignores all progress; base of the classes that print it. Several threads call it."""

    def on_fetch(self, event: FetchEvent) -> None:
        """Receive an event of fetching."""

    def on_step(self, step: Step) -> None:
        """Receive a step of the run."""
