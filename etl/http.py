"""The one client that asks the outside world: paced, bounded in time and size, and never trusting
what comes.
"""

from __future__ import annotations

import os
import random
import re
import socket
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from importlib.metadata import version
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

import requests
from requests.adapters import HTTPAdapter
from requests.utils import get_environ_proxies, select_proxy
from urllib3 import ProxyManager
from urllib3.exceptions import HTTPError
from urllib3.exceptions import TimeoutError as WireTimeout

from etl import address, body, exchange, wire
from etl.errors import ContactError, FetchError
from etl.exchange import Answer, Event, Listen, Outcome, Request, Status, Verdict
from etl.judge import judge
from etl.pace import (
    NOTICE_S,
    SILENCE_S,
    SPACING_S,
    Budget,
    Clock,
    Pace,
    Patience,
    SystemClock,
    backoff_s,
    retry_after_s,
)
from etl.problems import Finding, found
from etl.raw import Record, Shelf, moved, standing

REDIRECTS = 5
_MOVED = frozenset({301, 302, 303, 307, 308})
_REFUSAL_BYTES = 64 * 1024
_CLOCK_SLACK = timedelta(minutes=5)

TRANSIENT = frozenset(
    [
        "connection-refused",
        "connection-lost",
        "connect-timeout",
        "read-timeout",
        "tls-failed",
        "proxy-failed",
        "body-short",
        "body-cut",
        "gzip-damaged",
    ]
)
"""Faults of the way there, worth another try; everything else is the judge's to say."""
_SILENT = frozenset({"connect-timeout", "read-timeout"})


def user_agent(*, project_url: str | None, contact: str | None) -> str:
    """`StadshartTwente/<version> (+<project URL>; <contact>)`, without what is not known.

    Raises ContactError for a value that could not stand in a header.
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


class Client:
    """Asks, waits, unpacks, judges and keeps; threads may share it, and one per run keeps hosts in
    turn.

    `operator_urls` are base addresses given by hand: only those may lie on the own network.
    `ca_bundle` adds to
    nothing: it replaces the trusted certificates, for networks with a proxy that opens TLS.
    """

    def __init__(
        self,
        agent: str,
        *,
        clock: Clock | None = None,
        spacing_s: float = SPACING_S,
        jitter: Callable[[], float] = random.random,
        resolve: address.Resolve = address.resolve,
        operator_urls: Collection[str] = (),
        ca_bundle: Path | None = None,
        listen: Listen | None = None,
        silence_s: float = SILENCE_S,
        notice_s: float = NOTICE_S,
    ) -> None:
        self._agent = agent
        self._clock = clock or SystemClock()
        self._pace = Pace(self._clock, spacing_s)
        self._patience, self._notice_s = Patience(silence_s), notice_s
        self._jitter = jitter
        self._resolve = resolve
        self._operator = frozenset(address.origin(url) for url in operator_urls)
        bundle = (
            ca_bundle or os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE")
        )
        self._verify: str | bool = str(bundle) if bundle else True
        self._listen = listen or (lambda event: None)
        self._adapter = _WatchedAdapter(max_retries=0)

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Hang up all connections."""
        self._adapter.close()

    def fetch(
        self,
        request: Request,
        shelf: Shelf,
        *,
        budget: Budget | None = None,
        max_age: timedelta | None = None,
        page_of: str | None = None,
    ) -> Outcome:
        """How asking ended; faults of the source are in the outcome, never raised.

        A good answer is kept on the shelf. Raises RawStoreError when the disk refuses.
        """
        silence = self._patience.with_host(shelf.source, address.host_of(request.url))
        ask = _Ask(request, shelf, Budget(request.limits.deadline_s), budget, page_of, silence)
        last = shelf.last(request.key)
        if last is not None and last.retrieved - self._clock.now() > _CLOCK_SLACK:
            ask.findings.append(
                found("clock-back", retrieved=last.retrieved.isoformat(timespec="seconds"))
            )
        if last is not None and not shelf.sound(last):
            ask.findings.append(found("raw-damaged", sha256=last.sha256))
            last = None
        record = self._until_kept(ask, last)
        if record is not None:
            status: Status = (
                "unchanged" if last is not None and record.sha256 == last.sha256 else "fresh"
            )
            outcome = ask.outcome(status, record)
        elif last is None:
            outcome = ask.outcome("failed", None)
        else:
            old = standing(last, self._clock.now(), max_age)
            ask.findings.append(old)
            outcome = (
                ask.outcome("failed", None)
                if old.code == "copy-too-old"
                else ask.outcome("stale", last)
            )
        code = outcome.error.code if outcome.error else None
        self._listen(
            Event("done", shelf.source, address.host_of(request.url), tries=ask.tries, code=code)
        )
        return outcome

    def _until_kept(self, ask: _Ask, last: Record | None) -> Record | None:
        """The record of a good answer after as many tries as allowed; None with the reason among
        the findings.
        """
        validators = exchange.validators(ask.request, last)
        while True:
            ask.tries += 1
            headers: Mapping[str, str] = {}
            try:
                with ask.shelf.receiving() as (file, path):
                    answer = self._follow(ask, validators, file, path)
                    if answer is None and last is not None and validators:
                        return ask.shelf.note(moved(last, self._clock.now()))
                    if answer is not None:
                        headers = answer.headers
                        verdict = judge(answer)
                        if verdict.good:
                            # Some systems rename only closed files.
                            file.close()
                            ask.findings += verdict.findings
                            return self._keep(ask, answer, verdict, last)
                    elif ask.plain:
                        verdict = Verdict((found("not-modified-without-copy", host=ask.host),))
                    else:
                        ask.plain = True
                        validators = {"Cache-Control": "no-cache"}
                        continue
            except FetchError as error:
                verdict = Verdict((error.finding,), retry=error.finding.code in TRANSIENT)
            if not verdict.retry or ask.tries >= ask.request.limits.tries:
                ask.findings += verdict.findings
                return None
            hindrance = self._wait(ask, verdict, headers)
            if hindrance is not None:
                ask.findings += (*verdict.findings, hindrance)
                return None

    def _wait(self, ask: _Ask, verdict: Verdict, headers: Mapping[str, str]) -> Finding | None:
        """Leave the host alone for the time it needs before another try; what hinders that, if
        anything.
        """
        wait_s = max(backoff_s(ask.tries, self._jitter), verdict.wait_s)
        asked_s = retry_after_s(headers, self._clock.now())
        if asked_s is None and headers.get("retry-after"):
            ask.findings.append(
                found("retry-after-unreadable", host=ask.host, value=headers["retry-after"])
            )
        if asked_s is not None and asked_s >= ask.left_s:
            return found(
                "wait-too-long", host=ask.host, wait=round(asked_s), left=round(ask.left_s)
            )
        wait_s = max(wait_s, asked_s or 0.0)
        if wait_s >= ask.left_s:
            return ask.out_of_time().finding
        if verdict.findings[0].code in _SILENT:
            ask.silence.spend(wait_s)
            if not ask.silence.left_s:
                return ask.given_up().finding
        self._listen(
            Event(
                "wait",
                ask.shelf.source,
                ask.host,
                tries=ask.tries,
                wait_s=wait_s,
                code=verdict.findings[0].code,
            )
        )
        self._pace.rest(ask.host, wait_s)
        ask.spend(wait_s)
        ask.waited_s += wait_s
        return None

    def _follow(
        self, ask: _Ask, validators: Mapping[str, str], file: BinaryIO, path: Path
    ) -> Answer | None:
        """The answer at the end of at most five redirects; None for "not modified"."""
        url, method, form = ask.request.address, ask.request.method, ask.request.body
        hosts = (address.host_of(url), *ask.request.hosts)
        for _ in range(REDIRECTS + 1):
            self._require_allowed(url)
            headers = self._headers(ask.request, form) | (
                validators if url == ask.request.address else {}
            )
            try:
                prepared = requests.Request(method, url, headers=headers, data=form).prepare()
            except requests.RequestException as error:
                raise FetchError("address-refused", target=url, reason=error) from error
            with self._pace.turn(address.host_of(url)):
                met = self._exchange(ask, url, prepared, file, path)
            if not isinstance(met, _Redirect):
                return met
            url = address.redirected(url, met.location, hosts=hosts, operator=self._operator)
            if met.status == 303:
                method, form = "GET", None
        raise FetchError("redirect-loop", host=ask.host, limit=REDIRECTS)

    def _exchange(
        self, ask: _Ask, url: str, prepared: requests.PreparedRequest, file: BinaryIO, path: Path
    ) -> Answer | _Redirect | None:
        """What one question to one address brought."""
        limits, left_s, quiet_s = ask.request.limits, ask.left_s, ask.silence.left_s
        if left_s <= 0:
            raise ask.out_of_time()
        if quiet_s <= 0:
            raise ask.given_up()
        began, most_s = self._clock.monotonic(), min(left_s, quiet_s)
        named = partial(Event, source=ask.shelf.source, host=address.host_of(url), tries=ask.tries)
        self._listen(named("ask"))

        def quiet(silence_s: float) -> None:
            last_s = min(quiet_s - silence_s, left_s - (self._clock.monotonic() - began))
            until = self._clock.now() + timedelta(seconds=last_s)
            self._listen(named("quiet", wait_s=round(silence_s, 1), until=until))

        watch = wire.Watch(left_s, quiet_s=quiet_s, tell=quiet, every_s=self._notice_s)
        counted = wire.Counter(watch, lambda size: self._listen(named("bytes", bytes=size)))
        try:
            with watch:
                response = self._adapter.send(
                    prepared,
                    stream=True,
                    timeout=(min(limits.connect_s, most_s), min(limits.read_s, most_s)),
                    verify=self._verify,
                    proxies=get_environ_proxies(url),
                )
                with response:
                    met = self._receive(ask, url, response, counted, file, path)
            # Headers cut off by the watch read like an answer without a body.
            if watch.fired:
                raise FetchError("connection-lost", host=ask.host, detail="cut off")
            ask.silence.restore()
            return met
        except (requests.RequestException, HTTPError, OSError, FetchError) as error:
            ask.silence.spend(watch.silence_s)
            if watch.fired or isinstance(error, (requests.Timeout, WireTimeout)):
                ask.require_time(self._clock.monotonic() - began)
            if isinstance(error, FetchError):
                raise
            host, _, port = address.origin(url).rpartition(":")
            raise FetchError.from_finding(
                wire.fault(
                    error,
                    host=host,
                    port=port,
                    connect_s=limits.connect_s,
                    read_s=limits.read_s,
                    counter=counted,
                )
            ) from error
        finally:
            ask.wire_bytes += counted.bytes
            ask.spend(self._clock.monotonic() - began)

    def _receive(
        self,
        ask: _Ask,
        url: str,
        response: requests.Response,
        counted: wire.Counter,
        file: BinaryIO,
        path: Path,
    ) -> Answer | _Redirect | None:
        """A redirect, None for "not modified", or the complete answer with its body in the file."""
        status, headers = (
            response.status_code,
            {name.lower(): value for name, value in response.headers.items()},
        )
        if status in _MOVED and "location" in headers:
            return _Redirect(status, headers["location"])
        if status == 304:
            return None
        limits = ask.request.limits
        counted.announced = wire.announced(headers)
        largest = limits.wire_bytes if status == 200 else _REFUSAL_BYTES
        caps = body.Caps(
            largest, limits.unpacked_bytes if status == 200 else _REFUSAL_BYTES, limits.ratio
        )
        if status == 200 and counted.announced is not None and counted.announced > largest:
            raise FetchError("too-large", host=ask.host, limit=largest)
        try:
            got = body.receive(
                counted.read(response.raw),
                file,
                packing=headers.get("content-encoding", ""),
                caps=caps,
                host=ask.host,
            )
        except FetchError:
            # A refusal counts by its status, whatever its page looks like.
            if status == 200:
                raise
            got = body.Received(0, "", b"", counted.bytes)
        if counted.announced is not None and counted.bytes < counted.announced and status == 200:
            raise FetchError(
                "body-short", host=ask.host, received=counted.bytes, announced=counted.announced
            )
        file.flush()
        whole = counted.announced is not None or wire.chunked(headers)
        return Answer(
            ask.request,
            url,
            status,
            headers,
            path,
            got.size,
            got.sha256,
            got.head,
            got.wire_bytes,
            whole,
        )

    def _keep(self, ask: _Ask, answer: Answer, verdict: Verdict, last: Record | None) -> Record:
        """The record of a good answer, kept; the checksum decides whether anything changed."""
        etag = answer.headers.get("etag")
        # A weak mark (W/) may by its own rules stand for other bytes.
        strong = etag is not None and not etag.startswith("W/")
        if last is not None and strong and etag == last.etag and answer.sha256 != last.sha256:
            ask.findings.append(found("etag-reused", host=ask.host))
        request = ask.request
        record = Record(
            source=ask.shelf.source,
            key=request.key,
            sha256=answer.sha256,
            size=answer.size,
            url=request.address,
            method=request.method,
            form=request.form,
            retrieved=self._clock.now(),
            surveyed=verdict.surveyed,
            licence=request.licence,
            attribution=request.attribution,
            rows=verdict.rows,
            content_type=answer.content_type,
            content_crs=answer.headers.get("content-crs", ""),
            etag=etag,
            last_modified=answer.headers.get("last-modified"),
            page_of=ask.page_of,
        )
        return ask.shelf.keep(answer.path, record)

    def _require_allowed(self, url: str) -> None:
        """Nothing when the address may be asked; behind a proxy the proxy resolves names, so only
        the address itself is looked at.
        """
        proxied = bool(select_proxy(url, get_environ_proxies(url))) and not address.is_address(
            address.host_of(url)
        )
        if proxied:
            address.origin(url)
            return
        try:
            address.require_public(url, self._operator, self._resolve)
        except (socket.gaierror, UnicodeError) as error:
            raise FetchError("host-unknown", host=address.host_of(url)) from error

    def _headers(self, request: Request, form: bytes | None) -> dict[str, str]:
        headers = {"User-Agent": self._agent, "Accept": request.accept, "Accept-Encoding": "gzip"}
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        return headers


@dataclass(slots=True)
class _Ask:
    """The state of one request: what was used of its time, and what was met."""

    request: Request
    shelf: Shelf
    deadline: Budget
    budget: Budget | None
    page_of: str | None
    silence: Budget
    findings: list[Finding] = field(default_factory=list)
    tries: int = 0
    wire_bytes: int = 0
    waited_s: float = 0.0
    plain: bool = False

    @property
    def host(self) -> str:
        return address.host_of(self.request.url)

    @property
    def left_s(self) -> float:
        return min(
            self.deadline.left_s, self.budget.left_s if self.budget else self.deadline.left_s
        )

    def spend(self, seconds: float) -> None:
        self.deadline.spend(seconds)
        if self.budget:
            self.budget.spend(seconds)

    def out_of_time(self) -> FetchError:
        if self.budget and self.budget.left_s < self.deadline.left_s:
            return FetchError("budget-spent", seconds=round(self.budget.seconds))
        return FetchError("deadline", host=self.host, seconds=f"{self.deadline.seconds:g}")

    def given_up(self) -> FetchError:
        return FetchError("host-silent", host=self.host, seconds=f"{self.silence.seconds:g}")

    def require_time(self, spent_s: float) -> None:
        """Nothing while there is time for another try after the one that took so long."""
        if spent_s >= self.left_s:
            raise self.out_of_time()
        if not self.silence.left_s:
            raise self.given_up()

    def outcome(self, status: Status, record: Record | None) -> Outcome:
        return Outcome(
            status, record, tuple(self.findings), self.tries, self.wire_bytes, self.waited_s
        )


@dataclass(frozen=True, slots=True)
class _Redirect:
    status: int
    location: str


class _WatchedAdapter(HTTPAdapter):
    """The library's transport without its retries, redirects, cookies or stored passwords, and
    under our deadline.
    """

    def init_poolmanager(
        self, connections: int, maxsize: int, block: bool = False, **pool: object
    ) -> None:
        super().init_poolmanager(connections, maxsize, block, **pool)
        wire.watch_over(self.poolmanager)

    def proxy_manager_for(self, proxy: str, **pool: object) -> ProxyManager:
        manager = super().proxy_manager_for(proxy, **pool)
        wire.watch_over(manager)
        return manager
