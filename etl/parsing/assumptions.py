"""What a source takes for granted about its service: a small question, and checks of the answer.

A source declares them beside its requests, in a function of its module:

    def assumptions(area: Area) -> Sequence[ServiceAssumption]

It makes them from its own questions and constants, so that they cannot drift from what it asks.
`etl.commands.probe` asks them. The words of checks are those of `probe` in `etl/cli/messages.toml`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, Protocol

from etl.decoding import strict_json
from etl.decoding.strict_json import Json
from etl.fetch.messages import Request
from etl.fetch.url_safety import link_within
from etl.source import Question

Expected = Literal["names", "known", "types", "rows", "next", "edition", "bytes"]
FoundWord = Literal[
    "all", "without", "also", "types", "rows", "next", "no-next", "edition", "bytes", "nothing"
]
Reading = Callable[[bytes], Sequence[Json]]
"""The values of an answer that a check looks at; raises ContentError."""
SHOWN = 4
"""The number of known values that an expectation names."""


@dataclass(frozen=True, slots=True)
class ServiceAnswer:
    """A good answer; header names are lower case. `url` is the address that was asked."""

    question: Question
    data: bytes
    url: str
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Observed:
    """What was found: a word with its detail (names, types, a number), and whether it fits."""

    fits: bool
    word: FoundWord
    detail: str = ""


class Check(Protocol):
    """What is expected of an answer."""

    @property
    def kind(self) -> Expected:
        """The sentence of the expectation."""

    @property
    def expected(self) -> str:
        """The detail of that sentence: names, types or a number."""

    def examine(self, answer: ServiceAnswer) -> Observed:
        """What an answer holds; raises ContentError where it is something else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceAssumption:
    """A small question of a source and what its answer must show.

    `about` names it within the source. `keeps` are the leaves (members or elements) that a recorded
    answer may hold, None where no part of an answer is about persons.
    """

    about: str
    question: Question
    checks: tuple[Check, ...]
    keeps: frozenset[str] | None = None


def at(*path: str) -> Reading:
    """A reading of the values under a path of keys in JSON; `*` stands for every row of a list."""
    return lambda data: _values(strict_json.read(data), path)


def _values(value: Json, path: Sequence[str]) -> list[Json]:
    if not path:
        return [value]
    if path[0] == "*":
        rows = value if isinstance(value, list) else []
        return [inner for row in rows for inner in _values(row, path[1:])]
    if isinstance(value, Mapping) and path[0] in value:
        return _values(value[path[0]], path[1:])
    return []


def smaller(question: Question, **params: str) -> Question:
    """The question with these parameters, and its alternatives likewise."""
    request = question.request
    for name, value in params.items():
        request = request.with_param(name, value)
    others = tuple(smaller(other, **params) for other in question.otherwise)
    return replace(question, request=request, otherwise=others)


def head_of(request: Request) -> Request:
    """A request for the headers of a large file alone."""
    return replace(request, method="HEAD")


@dataclass(frozen=True, slots=True)
class HasNames:
    """The answer lists at least these names: collections, tables, codes."""

    names: tuple[str, ...]
    read: Reading
    kind: Expected = "names"

    @property
    def expected(self) -> str:
        """The names."""
        return ", ".join(self.names)

    def examine(self, answer: ServiceAnswer) -> Observed:
        """The names that are absent."""
        listed = {str(name).strip() for name in self.read(answer.data)}
        absent = [name for name in self.names if name not in listed]
        return Observed(False, "without", ", ".join(absent)) if absent else Observed(True, "all")


@dataclass(frozen=True, slots=True)
class OnlyKnown:
    """The answer uses no other values than these: statuses, kinds."""

    known: Collection[str]
    read: Reading
    kind: Expected = "known"

    @property
    def expected(self) -> str:
        """The known values, of many the first."""
        first = ", ".join(list(self.known)[:SHOWN])
        return first if len(self.known) <= SHOWN else f"{first}, … ({len(self.known)})"

    def examine(self, answer: ServiceAnswer) -> Observed:
        """The values that nobody knows, most frequent first."""
        values = [str(value) for value in self.read(answer.data)]
        unknown = [value for value in values if value not in self.known]
        if unknown:
            ordered = sorted(set(unknown), key=lambda value: (-unknown.count(value), value))
            listed = ", ".join(f"{value} ({unknown.count(value)})" for value in ordered)
            return Observed(False, "also", listed)
        return Observed(True, "all") if values else Observed(False, "nothing")


@dataclass(frozen=True, slots=True)
class HasTypes:
    """The rows have these fields, and those with a value have one of these types of JSON.

    Fields are names or alternatives like `naamnl|naam`, and types likewise: `number|string`. With
    `loose` capitals and underscores in names do not count.
    """

    types: Mapping[str, str]
    read: Reading
    loose: bool = False
    kind: Expected = "types"

    @property
    def expected(self) -> str:
        """The fields with their types."""
        return ", ".join(f"{name} {types}" for name, types in self.types.items())

    def examine(self, answer: ServiceAnswer) -> Observed:
        """The fields that are absent from every row or have another type."""
        rows = self.read(answer.data)
        if not rows:
            return Observed(False, "nothing")
        wrong = []
        for name, types in self.types.items():
            values = [
                value
                for row in rows
                if isinstance(row, Mapping)
                for field, value in row.items()
                if self._plain(field) in name.split("|")
            ]
            others = sorted({_type(value) for value in values} - {"null", *types.split("|")})
            if others or not values:
                wrong.append(f"{name} {'|'.join(others) or 'absent'}")
        return Observed(False, "types", ", ".join(wrong)) if wrong else Observed(True, "all")

    def _plain(self, field: str) -> str:
        return field.casefold().replace("_", "") if self.loose else field


@dataclass(frozen=True, slots=True)
class HasRows:
    """The service accepts the form of the question and answers with rows."""

    read: Reading
    least: int = 1
    kind: Expected = "rows"

    @property
    def expected(self) -> str:
        """The least number of rows."""
        return str(self.least)

    def examine(self, answer: ServiceAnswer) -> Observed:
        """The number of rows."""
        rows = len(self.read(answer.data))
        return Observed(rows >= self.least, "rows", str(rows))


@dataclass(frozen=True, slots=True)
class HasNextPage:
    """A page with more rows behind it leads to the next, as the source follows it."""

    kind: Expected = "next"
    expected: str = ""

    def examine(self, answer: ServiceAnswer) -> Observed:
        """Whether the next page has an address of its own on the same service."""
        question = answer.question
        if question.read is None:
            return Observed(False, "no-next")
        page = question.read(answer.data)
        request = question.request.at(answer.url)
        following = question.follow(request, page, len(page.ids))
        leads = following is not None and link_within(answer.url, following.address) is not None
        return Observed(leads, "next" if leads else "no-next")


@dataclass(frozen=True, slots=True)
class IsEdition:
    """The newest edition that answers is the one that the source was tried on; `pattern` finds it
    in an address.
    """

    edition: str
    pattern: re.Pattern[str]
    kind: Expected = "edition"

    @property
    def expected(self) -> str:
        """The edition."""
        return self.edition

    def examine(self, answer: ServiceAnswer) -> Observed:
        """The edition that answered."""
        match = self.pattern.search(answer.url)
        edition = match.group(1) if match else "-"
        return Observed(edition == self.edition, "edition", edition)


@dataclass(frozen=True, slots=True)
class FitsLimit:
    """A large file that announces its size, within the limit of the source."""

    limit: int
    kind: Expected = "bytes"

    @property
    def expected(self) -> str:
        """The limit in bytes."""
        return str(self.limit)

    def examine(self, answer: ServiceAnswer) -> Observed:
        """The announced size."""
        size = answer.headers.get("content-length", "")
        if not size.isdecimal():
            return Observed(False, "nothing")
        return Observed(0 < int(size) <= self.limit, "bytes", size)


def _type(value: Json) -> str:
    """The type of a value, as JSON names it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return "string"
    return "object" if isinstance(value, Mapping) else "array"
