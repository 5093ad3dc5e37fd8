"""The services that know towns, asked through the fetch layer, and who chooses between candidates.

Nothing is assumed silently: every choice is an `Assumption`, and where several candidates fit
somebody chooses or the command stops.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Generic, Literal, NoReturn, TypeVar

from etl.area import Area
from etl.errors import ContentError, UseError
from etl.fetch.client import Client
from etl.fetch.raw_store import RawStore
from etl.fetch.throttle import Clock, TimeBudget
from etl.pipeline import collect
from etl.problems import Finding, phrase
from etl.source import Piece, Question, Source
from geo.bilingual import Bilingual

BUDGET_S = 60.0
"""Time for the questions to one service: somebody is waiting."""

Kind = Literal["municipality", "town", "outline", "square"]
Choose = Callable[[Kind, str, Sequence[str]], int]
"""The number, from 0, of the option to take: kind, what it is for, and the options in words."""
Content = TypeVar("Content")


def refuse_to_choose(kind: Kind, name: str, options: Sequence[str]) -> NoReturn:
    """Stop with the options: without a terminal nobody can choose."""
    raise UseError(
        phrase(f"place_fits.{kind}", name=name, count=len(options), options="; ".join(options))
    )


@dataclass(frozen=True, slots=True)
class Assumption:
    """What was taken, or could not be asked: the name of a sentence, with its values."""

    key: str
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Answer(Generic[Content]):
    """What a service answered, last confirmed on `retrieved`; `failure` says why it did not."""

    content: Content | None
    retrieved: date | None = None
    failure: Finding | None = None

    @property
    def why(self) -> Bilingual:
        """Why there is no answer, with the code of the problem; empty with one."""
        if self.failure is None:
            return Bilingual("", "")
        nl, en = (
            f"{sentence.rstrip('.')} [{self.failure.code}]"
            for sentence in (self.failure.nl, self.failure.en)
        )
        return Bilingual(nl, en)


@dataclass(frozen=True, slots=True)
class Services:
    """The services, asked through the fetch layer; answers go into the raw store of `data`."""

    data: Path
    client: Client
    clock: Clock
    base_urls: Mapping[str, str] = field(default_factory=dict)

    def ask(
        self,
        source: Source,
        questions: Sequence[Question],
        area: Area,
        read: Callable[[Sequence[Piece]], Content],
    ) -> Answer[Content]:
        """The content of the answers of one source."""
        raw_input = collect.ask(
            source,
            questions,
            "place",
            area,
            RawStore(self.data / "raw", source.id),
            client=self.client,
            clock=self.clock,
            budget=TimeBudget(BUDGET_S),
            base_url=self.base_urls.get(source.id),
        )
        if raw_input.errors and not raw_input.pieces:
            return Answer(None, failure=raw_input.errors[0])
        try:
            content = read(raw_input.pieces)
        except ContentError as error:
            return Answer(None, failure=error.finding)
        return Answer(content, min(piece.retrieved for piece in raw_input.pieces))
