"""HTTP client with retries, rate limits, caps on time and size, and a raw store."""

from __future__ import annotations

import os
import random
import socket
from collections.abc import Callable, Collection, Mapping
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import BinaryIO

import requests
from requests.utils import get_environ_proxies, select_proxy
from urllib3.exceptions import HTTPError
from urllib3.exceptions import TimeoutError as WireTimeout

from etl.errors import FetchError
from etl.fetch import messages, transport, url_safety
from etl.fetch.messages import EventListener, FetchEvent, FetchResult, Request, Response, Validation
from etl.fetch.raw_store import RawRecord, RawStore, confirmed, stale_finding
from etl.fetch.request_state import RequestState
from etl.fetch.response_checks import validate_response
from etl.fetch.response_reader import Redirect, read_response
from etl.fetch.throttle import (
    NOTICE_S,
    SILENCE_S,
    SPACING_S,
    Clock,
    RateLimiter,
    SilenceBudgets,
    SystemClock,
    TimeBudget,
    backoff_s,
    retry_after_s,
)
from etl.problems import Finding, make_finding

REDIRECTS = 5
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
"""Transport faults worth another try; for all else the validation of the response decides."""
_SILENT = frozenset({"connect-timeout", "read-timeout"})


class Client:
    """HTTP client with retries, rate limits, size caps and a raw store.

    Thread-safe; share one per run, so that each host gets one request at a time. `operator_urls`
    are base URLs given by hand: only those may lie on a private network. `ca_bundle` replaces the
    trusted certificates, for networks with a proxy that opens TLS. `anonymous`: the agent names
    nobody to write to, and some services then allow fewer requests.
    """

    def __init__(
        self,
        agent: str,
        *,
        clock: Clock | None = None,
        spacing_s: float = SPACING_S,
        jitter: Callable[[], float] = random.random,
        resolve: url_safety.Resolver = url_safety.resolve,
        operator_urls: Collection[str] = (),
        ca_bundle: Path | None = None,
        listen: EventListener | None = None,
        silence_s: float = SILENCE_S,
        notice_s: float = NOTICE_S,
        anonymous: bool = False,
    ) -> None:
        self._agent, self._anonymous = agent, anonymous
        self._clock = clock or SystemClock()
        self._rate_limiter = RateLimiter(self._clock, spacing_s)
        self._silence_budgets, self._notice_s = SilenceBudgets(silence_s), notice_s
        self._jitter = jitter
        self._resolve = resolve
        self._operator = frozenset(url_safety.origin(url) for url in operator_urls)
        bundle = (
            ca_bundle or os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE")
        )
        self._verify: str | bool = str(bundle) if bundle else True
        self._listen = listen or (lambda event: None)
        self._adapter = transport.DeadlineAdapter(max_retries=0)

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._adapter.close()

    def fetch(
        self,
        request: Request,
        raw_store: RawStore,
        *,
        budget: TimeBudget | None = None,
        max_age: timedelta | None = None,
        page_of: str | None = None,
    ) -> FetchResult:
        """The result of a request; faults of the source are its findings, never raised.

        A good response goes into the raw store. Raises RawStoreError when writing fails.
        """
        host = url_safety.host_of(request.url)
        silence = self._silence_budgets.for_host(
            raw_store.source, host, least_s=request.limits.silence_s
        )
        state = RequestState(
            request, raw_store, TimeBudget(request.limits.deadline_s), budget, page_of, silence
        )
        if self._anonymous and request.limits.anonymous_spacing_s:
            state.findings.append(make_finding("no-contact", host=host))
        last = raw_store.newest(request.key)
        if last is not None and last.retrieved - self._clock.now() > _CLOCK_SLACK:
            state.findings.append(
                make_finding("clock-back", retrieved=last.retrieved.isoformat(timespec="seconds"))
            )
        if last is not None and not raw_store.is_intact(last):
            state.findings.append(make_finding("raw-damaged", sha256=last.sha256))
            last = None
        record = self._fetch_with_retries(state, last)
        if record is not None:
            same = last is not None and record.sha256 == last.sha256
            result = state.result("unchanged" if same else "fresh", record)
        elif last is None:
            result = state.result("failed", None)
        else:
            old = stale_finding(last, self._clock.now(), max_age)
            state.findings.append(old)
            result = (
                state.result("failed", None)
                if old.code == "copy-too-old"
                else state.result("stale", last)
            )
        code = result.error.code if result.error else None
        self._listen(FetchEvent("done", raw_store.source, host, tries=state.tries, code=code))
        return result

    def _fetch_with_retries(self, state: RequestState, last: RawRecord | None) -> RawRecord | None:
        """The record of a good response; None, with the reason in `state.findings`, without one."""
        validators = messages.conditional_headers(state.request, last)
        while True:
            state.tries += 1
            headers: Mapping[str, str] = {}
            try:
                with state.raw_store.temporary_file() as (file, path):
                    response = self._follow_redirects(state, validators, file, path)
                    if response is None and last is not None and validators:
                        return state.raw_store.write_sidecar(confirmed(last, self._clock.now()))
                    if response is not None:
                        headers = response.headers
                        validation = validate_response(response)
                        if validation.good:
                            # Some systems rename only closed files.
                            file.close()
                            state.findings += validation.findings
                            return self._store(state, response, validation, last)
                    elif state.unconditional:
                        validation = messages.reject("not-modified-without-copy", host=state.host)
                    else:
                        state.unconditional = True
                        validators = {"Cache-Control": "no-cache"}
                        continue
            except FetchError as error:
                validation = Validation((error.finding,), retry=error.finding.code in TRANSIENT)
            if not validation.retry or state.tries >= state.request.limits.tries:
                state.findings += validation.findings
                return None
            blocker = self._wait(state, validation, headers)
            if blocker is not None:
                state.findings += (*validation.findings, blocker)
                return None

    def _wait(
        self, state: RequestState, validation: Validation, headers: Mapping[str, str]
    ) -> Finding | None:
        """Delay the next request to the host; a finding when there is no time for another try."""
        waits_s = state.request.limits.waits_s[state.tries - 1 : state.tries]
        usual_s = waits_s[0] if waits_s else backoff_s(state.tries, self._jitter)
        wait_s = max(usual_s, validation.wait_s)
        retry_s = retry_after_s(headers, self._clock.now())
        if retry_s is None and headers.get("retry-after"):
            state.findings.append(
                make_finding(
                    "retry-after-unreadable", host=state.host, value=headers["retry-after"]
                )
            )
        if retry_s is not None and retry_s >= state.left_s:
            return make_finding(
                "wait-too-long", host=state.host, wait=round(retry_s), left=round(state.left_s)
            )
        wait_s = max(wait_s, retry_s or 0.0)
        if wait_s >= state.left_s:
            return state.out_of_time().finding
        code = validation.findings[0].code
        if code in _SILENT:
            state.silence.spend(wait_s)
            if not state.silence.left_s:
                return state.host_silent().finding
        self._listen(
            FetchEvent(
                "wait",
                state.raw_store.source,
                state.host,
                tries=state.tries,
                wait_s=wait_s,
                code=code,
            )
        )
        self._rate_limiter.delay(state.host, wait_s)
        state.spend(wait_s)
        state.waited_s += wait_s
        return None

    def _follow_redirects(
        self, state: RequestState, validators: Mapping[str, str], file: BinaryIO, path: Path
    ) -> Response | None:
        """The response after at most five redirects; None for "not modified"."""
        request = state.request
        url, method, form = request.address, request.method, request.body
        hosts = (url_safety.host_of(url), *request.hosts)
        for _ in range(REDIRECTS + 1):
            self._require_allowed(url)
            conditions = validators if url == request.address else {}
            headers = {**self._headers(request, form), **conditions}
            try:
                prepared = requests.Request(method, url, headers=headers, data=form).prepare()
            except requests.RequestException as error:
                raise FetchError("address-refused", target=url, reason=error) from error
            host = url_safety.host_of(url)
            with self._rate_limiter.slot(host):
                response = self._send(state, url, prepared, file, path)
            if self._anonymous:
                self._rate_limiter.delay(host, request.limits.anonymous_spacing_s)
            if not isinstance(response, Redirect):
                return response
            url = url_safety.resolve_redirect(
                url, response.location, hosts=hosts, operator=self._operator
            )
            if response.status == 303:
                method, form = "GET", None
        raise FetchError("redirect-loop", host=state.host, limit=REDIRECTS)

    def _send(
        self,
        state: RequestState,
        url: str,
        prepared: requests.PreparedRequest,
        file: BinaryIO,
        path: Path,
    ) -> Response | Redirect | None:
        """The response to one request at one address."""
        state.require_time(0.0)
        limits, left_s, quiet_s = state.request.limits, state.left_s, state.silence.left_s
        start_s, most_s = self._clock.monotonic(), min(left_s, quiet_s)
        host = url_safety.host_of(url)
        event = partial(FetchEvent, source=state.raw_store.source, host=host, tries=state.tries)
        self._listen(event("ask"))

        def report_silence(silence_s: float) -> None:
            rest_s = min(quiet_s - silence_s, left_s - (self._clock.monotonic() - start_s))
            until = self._clock.now() + timedelta(seconds=rest_s)
            self._listen(event("quiet", wait_s=round(silence_s, 1), until=until))

        deadline = transport.Deadline(
            left_s, quiet_s=quiet_s, on_silence=report_silence, every_s=self._notice_s
        )
        counter = transport.ByteCounter(
            deadline, lambda size: self._listen(event("bytes", bytes=size))
        )
        try:
            with (
                deadline,
                self._adapter.send(
                    prepared,
                    stream=True,
                    timeout=(min(limits.connect_s, most_s), min(limits.read_s, most_s)),
                    verify=self._verify,
                    proxies=get_environ_proxies(url),
                ) as raw,
            ):
                response = read_response(state, url, raw, counter, file, path)
            # Headers cut off by the deadline look like a response without a body.
            if deadline.fired:
                raise FetchError("connection-lost", host=state.host, detail="cut off")
            state.silence.reset()
            return response
        except (requests.RequestException, HTTPError, OSError, FetchError) as error:
            state.silence.spend(deadline.silence_s)
            if deadline.fired or isinstance(error, (requests.Timeout, WireTimeout)):
                state.require_time(self._clock.monotonic() - start_s)
            if isinstance(error, FetchError):
                raise
            finding = transport.finding_for(error, url_safety.origin(url), limits, counter)
            raise FetchError.from_finding(finding) from error
        finally:
            state.wire_bytes += counter.bytes
            state.spend(self._clock.monotonic() - start_s)

    def _store(
        self,
        state: RequestState,
        response: Response,
        validation: Validation,
        last: RawRecord | None,
    ) -> RawRecord:
        """Store a good response; its record."""
        etag = response.headers.get("etag")
        # A weak ETag (W/) may stand for other bytes.
        strong = etag is not None and not etag.startswith("W/")
        if last is not None and strong and etag == last.etag and response.sha256 != last.sha256:
            state.findings.append(make_finding("etag-reused", host=state.host))
        request = state.request
        record = RawRecord(
            source=state.raw_store.source,
            key=request.key,
            sha256=response.sha256,
            size=response.size,
            url=request.address,
            method=request.method,
            form=request.form,
            retrieved=self._clock.now(),
            surveyed=validation.surveyed,
            licence=request.licence,
            attribution=request.attribution,
            rows=validation.rows,
            content_type=response.content_type,
            content_crs=response.headers.get("content-crs", ""),
            etag=etag,
            last_modified=response.headers.get("last-modified"),
            page_of=state.page_of,
        )
        return state.raw_store.add(response.path, record)

    def _require_allowed(self, url: str) -> None:
        """Raise FetchError unless the URL may be requested.

        Where a proxy resolves names, only the URL itself is checked.
        """
        proxied = bool(select_proxy(url, get_environ_proxies(url)))
        if proxied and not url_safety.is_ip_address(url_safety.host_of(url)):
            url_safety.origin(url)
            return
        try:
            url_safety.require_public(url, self._operator, self._resolve)
        except (socket.gaierror, UnicodeError) as error:
            raise FetchError("host-unknown", host=url_safety.host_of(url)) from error

    def _headers(self, request: Request, form: bytes | None) -> dict[str, str]:
        headers = {"User-Agent": self._agent, "Accept": request.accept, "Accept-Encoding": "gzip"}
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        return headers
