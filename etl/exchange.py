"""What a source asks and what came of it: `Request`, `Answer`, `Verdict`, `Outcome`.

A source module only declares requests and judges; asking, waiting, unpacking and keeping belong to
`etl.http`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Literal
from urllib.parse import urlencode

from etl import jsonio
from etl.address import host_of
from etl.archive import MIB
from etl.problems import Finding, found
from etl.raw import Record
from etl.signature import Kind

RETRIED = frozenset({429, 500, 502, 503, 504})
"""Statuses worth asking again, for every source."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long and how much one request may take, all its tries together."""

    connect_s: float = 10.0
    read_s: float = 60.0
    deadline_s: float = 180.0
    wire_bytes: int = 64 * MIB
    unpacked_bytes: int = 256 * MIB
    ratio: int = 200
    tries: int = 3


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an answer is worth.

    `wait_s` is the least time before asking again. `rows` and `surveyed` go into the record of the
    raw
    store when the judge knows them.
    """

    findings: tuple[Finding, ...] = ()
    retry: bool = False
    wait_s: float = 0.0
    rows: int | None = None
    surveyed: str | None = None

    @property
    def good(self) -> bool:
        """Whether the answer may be kept."""
        return all(finding.severity != "error" for finding in self.findings)


GOOD = Verdict()


def refuse(code: str, *, retry: bool = False, wait_s: float = 0.0, **values: object) -> Verdict:
    """A verdict against the answer, for the reason with this code."""
    return Verdict((found(code, **values),), retry=retry, wait_s=wait_s)


@dataclass(frozen=True)
class Answer:
    """One complete answer as it stands before it is kept; the body is unpacked and lies in `path`.

    Header names are lower case. `whole` tells whether its length was announced and met, or ended by
    a last chunk.
    """

    request: Request
    url: str
    status: int
    headers: Mapping[str, str]
    path: Path
    size: int
    sha256: str
    head: bytes
    wire_bytes: int
    whole: bool

    @property
    def host(self) -> str:
        """Host name that was asked."""
        return host_of(self.request.url)

    @property
    def content_type(self) -> str:
        """Media type without parameters, lower case; empty when not given."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    def read(self) -> bytes:
        """The whole body."""
        return self.path.read_bytes()

    @cached_property
    def json(self) -> jsonio.Json:
        """The body as strict JSON, read once; raises ContentError."""
        return jsonio.read(self.read())


Judge = Callable[[Answer], Verdict | None]
"""Says what an answer of any status is worth; None leaves it to the rules that hold for all
sources.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One question to one address.

    `hosts` are the host names a redirect may lead to beside the one asked. `patience` names
    statuses with the
    least wait in seconds before asking again; a status named there is retried even when others are
    not.
    `kind` is what the first bytes must show; for `json`, `geojson`, `xml` and `zip` the whole must
    be sound.
    """

    url: str
    params: tuple[tuple[str, str], ...] = ()
    method: Literal["GET", "POST"] = "GET"
    form: tuple[tuple[str, str], ...] = ()
    kind: Kind = "json"
    accept: str = "*/*"
    hosts: tuple[str, ...] = ()
    judge: Judge | None = None
    patience: tuple[tuple[int, float], ...] = ()
    limits: Limits = field(default_factory=Limits)
    licence: str = ""
    attribution: str = ""

    @property
    def address(self) -> str:
        """URL with its query."""
        if not self.params:
            return self.url
        return f"{self.url}{'&' if '?' in self.url else '?'}{urlencode(self.params)}"

    @property
    def body(self) -> bytes | None:
        """The form as it is sent, None when there is none."""
        return urlencode(self.form).encode("ascii") if self.form else None

    @property
    def key(self) -> str:
        """16 hex digits that are equal for equal questions."""
        whole = "\n".join((self.method, self.address, (self.body or b"").decode("ascii")))
        return hashlib.sha256(whole.encode()).hexdigest()[:16]

    def at(self, address: str) -> Request:
        """The same question at another full address, as a `next` link gives it."""
        return replace(self, url=address, params=())

    def with_param(self, name: str, value: str) -> Request:
        """The same question with one parameter set."""
        return replace(self, params=(*((n, v) for n, v in self.params if n != name), (name, value)))


Status = Literal["fresh", "unchanged", "stale", "failed"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How asking ended.

    `fresh`: new content; `unchanged`: the same content, confirmed now; `stale`: not had, `record`
    is the last good
    copy; `failed`: not had, and no copy young enough. `findings` say why, in order.
    """

    status: Status
    record: Record | None
    findings: tuple[Finding, ...] = ()
    tries: int = 0
    wire_bytes: int = 0
    waited_s: float = 0.0

    @property
    def arrived(self) -> bool:
        """Whether the source answered well this time."""
        return self.status in ("fresh", "unchanged")

    @property
    def error(self) -> Finding | None:
        """The first finding that says why nothing arrived."""
        return next((finding for finding in self.findings if finding.severity == "error"), None)


@dataclass(frozen=True, slots=True)
class Event:
    """A moment worth showing while fetching; `bytes` are those since the last event.

    `quiet`: the host has said nothing for `wait_s`; unless it does, it is given up at `until`.
    """

    kind: Literal["ask", "bytes", "wait", "quiet", "done"]
    source: str
    host: str
    tries: int = 0
    bytes: int = 0
    wait_s: float = 0.0
    code: str | None = None
    until: datetime | None = None


Listen = Callable[[Event], None]
"""Hears what happens while fetching; of silence from a thread of its own."""


def validators(request: Request, last: Record | None) -> dict[str, str]:
    """Headers that let the service answer "not modified"."""
    if last is None or request.method != "GET":
        return {}
    known = {"If-None-Match": last.etag, "If-Modified-Since": last.last_modified}
    # A mark that was folded over lines or holds control characters cannot be sent back.
    return {name: value for name, value in known.items() if value and value.isprintable()}
