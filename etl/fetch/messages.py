"""Messages of the HTTP client: `Request`, `Response`, `Validation`, `FetchResult`, `FetchEvent`.

A source module declares requests and validators; `etl.fetch.client` sends, waits and stores.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Literal
from urllib.parse import urlencode

from etl.decoding import strict_json
from etl.decoding.file_guard import MIB
from etl.decoding.sniff import Kind
from etl.errors import ContactError
from etl.fetch.raw_store import RawRecord
from etl.fetch.url_safety import host_of
from etl.problems import Finding, make_finding

RETRIED = frozenset({429, 500, 502, 503, 504})
"""Statuses that are retried for every source."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of time and size of one request, all its tries together.

    `waits_s` are the waits before the second try and each later one, in place of the usual ones.
    `silence_s` is the longest silence of the host where that is more than usual.
    `anonymous_spacing_s` is the time between two requests to the host without a contact.
    """

    connect_s: float = 10.0
    read_s: float = 60.0
    deadline_s: float = 180.0
    wire_bytes: int = 64 * MIB
    unpacked_bytes: int = 256 * MIB
    ratio: int = 200
    tries: int = 3
    waits_s: tuple[float, ...] = ()
    silence_s: float = 0.0
    anonymous_spacing_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Validation:
    """Whether a response may be stored, and if not, whether to try again.

    `wait_s` is the least wait before a retry. `rows` and `surveyed` go into the record of the raw
    store where the validator knows them.
    """

    findings: tuple[Finding, ...] = ()
    retry: bool = False
    wait_s: float = 0.0
    rows: int | None = None
    surveyed: str | None = None

    @property
    def good(self) -> bool:
        """Whether the response may be stored."""
        return all(finding.severity != "error" for finding in self.findings)


VALID = Validation()


def reject(code: str, *, retry: bool = False, wait_s: float = 0.0, **values: object) -> Validation:
    """A validation that fails with this problem code."""
    return Validation((make_finding(code, **values),), retry=retry, wait_s=wait_s)


@dataclass(frozen=True)
class Response:
    """One complete response before it is stored, its body decoded in the file `path`.

    Header names are lower case. `whole`: the announced length or the last chunk was received.
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
        """Host name of the request."""
        return host_of(self.request.url)

    @property
    def content_type(self) -> str:
        """Media type without parameters, lower case; empty when not given."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    def read(self) -> bytes:
        """The whole body."""
        return self.path.read_bytes()

    @cached_property
    def json(self) -> strict_json.Json:
        """The body as strict JSON, read once; raises ContentError."""
        return strict_json.read(self.read())


Validator = Callable[[Response], Validation | None]
"""Validates a response of any status; None leaves it to the rules for all sources."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request to one address.

    `hosts` are further host names that a redirect may lead to. `retry_waits` pairs statuses that
    are retried with the least wait in seconds. The first bytes must show `kind`; `json`, `geojson`,
    `xml` and `zip` are checked to their end. The answer to `HEAD` has no body to check.
    """

    url: str
    params: tuple[tuple[str, str], ...] = ()
    method: Literal["GET", "POST", "HEAD"] = "GET"
    form: tuple[tuple[str, str], ...] = ()
    kind: Kind = "json"
    accept: str = "*/*"
    hosts: tuple[str, ...] = ()
    validate: Validator | None = None
    retry_waits: tuple[tuple[int, float], ...] = ()
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
        """16 hex digits that are equal for equal requests."""
        whole = "\n".join((self.method, self.address, (self.body or b"").decode("ascii")))
        return hashlib.sha256(whole.encode()).hexdigest()[:16]

    def at(self, address: str) -> Request:
        """The same request at another full address, as a `next` link gives it."""
        return replace(self, url=address, params=())

    def with_param(self, name: str, value: str) -> Request:
        """The same request with one parameter set."""
        return replace(self, params=(*((n, v) for n, v in self.params if n != name), (name, value)))


FetchStatus = Literal["fresh", "unchanged", "stale", "failed"]


@dataclass(frozen=True, slots=True)
class FetchResult:
    """How a request ended.

    `fresh`: new content; `unchanged`: the same content, confirmed now; `stale`: no answer, `record`
    is the last good copy; `failed`: no answer and no copy that is young enough. `findings` say why,
    in order.
    """

    status: FetchStatus
    record: RawRecord | None
    findings: tuple[Finding, ...] = ()
    tries: int = 0
    wire_bytes: int = 0
    waited_s: float = 0.0

    @property
    def arrived(self) -> bool:
        """Whether the source gave a good response this time."""
        return self.status in ("fresh", "unchanged")

    @property
    def error(self) -> Finding | None:
        """The first finding that says why nothing arrived."""
        return next((finding for finding in self.findings if finding.severity == "error"), None)


@dataclass(frozen=True, slots=True)
class FetchEvent:
    """An event of fetching, for progress; `bytes` are those since the last event.

    `quiet`: the host has sent nothing for `wait_s` seconds; the request ends at `until`.
    """

    kind: Literal["ask", "bytes", "wait", "quiet", "done"]
    source: str
    host: str
    tries: int = 0
    bytes: int = 0
    wait_s: float = 0.0
    code: str | None = None
    until: datetime | None = None


EventListener = Callable[[FetchEvent], None]
"""Receives the events of fetching; those about silence come from another thread."""


def user_agent(*, project_url: str | None, contact: str | None) -> str:
    """`StadshartTwente/<version> (+<project URL>; <contact>)`, with only the values given.

    Raises ContactError for a value that a header cannot hold.
    """
    known = [f"+{project_url}" if project_url else None, contact]
    for value in known:
        if value and not re.fullmatch(r"[!-'*-:<-~ ]{1,200}", value):
            raise ContactError(
                f"expected an address or URL in plain letters, without ( ) or ;, got {value!r}:"
                " give --contact MAIL"
            )
    inside = "; ".join(value for value in known if value)
    return f"StadshartTwente/{version('stadshart-twente')}" + (f" ({inside})" if inside else "")


def conditional_headers(request: Request, last: RawRecord | None) -> dict[str, str]:
    """Headers that let the service answer "not modified"."""
    if last is None or request.method != "GET":
        return {}
    known = {"If-None-Match": last.etag, "If-Modified-Since": last.last_modified}
    # A validator that was folded over lines or holds control characters cannot be sent back.
    return {name: value for name, value in known.items() if value and value.isprintable()}
