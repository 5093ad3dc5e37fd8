"""Progress of a run: bars on a terminal, JSON lines for programs, nothing in a pipe."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from etl.fetch.messages import FetchEvent

if TYPE_CHECKING:
    pass


@dataclass(frozen=True, slots=True)
class Step:
    """A moment of the run beyond fetching: a source begins, an area of it is read, a place is
    joined, all is published.
    """

    kind: Literal["source", "read", "place", "publish"]
    name: str
    key: str = ""
    status: str = ""
    rows: int = 0
    done: int = 0
    total: int = 0


class NoProgress:
    """Prints nothing; base of the others. Called from several threads."""

    def on_fetch(self, event: FetchEvent) -> None:
        """Something happened while fetching."""

    def on_step(self, step: Step) -> None:
        """The run went a step on."""
