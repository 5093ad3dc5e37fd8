"""Transport: total deadline, byte count, and mapping of network exceptions."""

from __future__ import annotations

import http.client
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Protocol

import urllib3
from requests.adapters import HTTPAdapter
from urllib3 import ProxyManager, exceptions
from urllib3.connection import HTTPConnection, HTTPSConnection

from etl.fetch.body import STEP_BYTES
from etl.fetch.messages import Limits
from etl.problems import Finding, make_finding

_current = threading.local()


class ShutdownSocket(Protocol):
    """The part of a socket that a deadline needs, plain or with TLS."""

    def shutdown(self, how: int, /) -> None:
        """Close both directions."""


class Deadline:
    """Closes the socket of this thread after `seconds`, or after `quiet_s` of silence.

    A socket times out between two bytes, so a peer that sends one now and then never times out.
    Here only whole pieces of a body count (`touch`). A separate thread calls `on_silence` every
    `every_s` seconds of silence, with its length.
    """

    def __init__(
        self, seconds: float, *, quiet_s: float, on_silence: Callable[[float], None], every_s: float
    ) -> None:
        self.fired = False
        self._seconds, self._quiet_s = seconds, quiet_s
        self._on_silence, self._every_s = on_silence, every_s
        self._touched = 0.0
        self._socket: ShutdownSocket | None = None
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._wait, daemon=True)

    def __enter__(self) -> Deadline:
        _current.deadline = self
        self._touched = time.monotonic()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        with self._lock:
            self._socket = None
        _current.deadline = None

    @property
    def silence_s(self) -> float:
        """Seconds since the last piece, or since the start."""
        return time.monotonic() - self._touched

    def touch(self) -> None:
        """Note that a piece of the response arrived."""
        self._touched = time.monotonic()

    def attach(self, socket: ShutdownSocket) -> None:
        """Watch this socket; shut it down when the deadline has passed already."""
        with self._lock:
            self._socket = socket
            if self.fired:
                _shut_down(socket)

    def _wait(self) -> None:
        ends, reported = self._touched + self._seconds, 0
        while True:
            silence_s, left_s = self.silence_s, ends - time.monotonic()
            if left_s <= 0 or silence_s >= self._quiet_s:
                self._fire()
                return
            steps = int(silence_s // self._every_s)
            if steps > reported:
                self._report_silence(silence_s)
            reported = steps
            until_report = (steps + 1) * self._every_s - silence_s
            if self._over.wait(min(left_s, self._quiet_s - silence_s, until_report)):
                return

    def _report_silence(self, silence_s: float) -> None:
        try:
            self._on_silence(silence_s)
        except (OSError, ValueError):
            # Nobody reads the output any more; the deadline still holds.
            self._every_s = float("inf")

    def _fire(self) -> None:
        with self._lock:
            self.fired = True
            if self._socket is not None:
                _shut_down(self._socket)


def _shut_down(socket: ShutdownSocket) -> None:
    # The peer may have closed it already.
    with suppress(OSError):
        socket.shutdown(2)


class _PlainConnection(HTTPConnection):
    # As in urllib3 itself, whose response is not a subclass of that of the standard library.
    def getresponse(self) -> urllib3.HTTPResponse:  # type: ignore[override]
        deadline = getattr(_current, "deadline", None)
        if deadline is not None and self.sock is not None:
            deadline.attach(self.sock)
        return super().getresponse()


class _SecureConnection(_PlainConnection, HTTPSConnection):
    pass


class _PlainPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _PlainConnection


class _SecurePool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


def _track_sockets(manager: urllib3.PoolManager) -> None:
    """Make the connections of this manager attach their socket to the deadline of their thread."""
    manager.pool_classes_by_scheme = {"http": _PlainPool, "https": _SecurePool}


class DeadlineAdapter(HTTPAdapter):
    """Adapter of requests whose sockets a `Deadline` can close.

    It sends without retries, redirects, cookies or stored passwords.
    """

    def init_poolmanager(
        self, connections: int, maxsize: int, block: bool = False, **pool: object
    ) -> None:
        """Make the pools for direct connections."""
        super().init_poolmanager(connections, maxsize, block, **pool)
        _track_sockets(self.poolmanager)

    def proxy_manager_for(self, proxy: str, **pool: object) -> ProxyManager:
        """The pools for connections through a proxy."""
        manager: ProxyManager = super().proxy_manager_for(proxy, **pool)
        _track_sockets(manager)
        return manager


class ByteCounter:
    """Bytes received in one exchange, and how many were announced."""

    def __init__(self, deadline: Deadline, progress: Callable[[int], None]) -> None:
        self.bytes = 0
        self.announced: int | None = None
        self._deadline, self._progress = deadline, progress

    def read(self, raw: urllib3.BaseHTTPResponse) -> Iterator[bytes]:
        """Pieces of the body as they arrive, still compressed."""
        while piece := raw.read(STEP_BYTES, decode_content=False):
            self.bytes += len(piece)
            self._deadline.touch()
            self._progress(len(piece))
            yield piece


def finding_for(error: BaseException, origin: str, limits: Limits, counter: ByteCounter) -> Finding:
    """The finding for a network exception; `origin` is `host:port`."""
    host, _, port = origin.rpartition(":")
    causes = tuple(_causes(error))

    def any_of(*kinds: type[BaseException]) -> bool:
        return any(isinstance(cause, kinds) for cause in causes)

    certificate = next(
        (cause for cause in causes if isinstance(cause, ssl.SSLCertVerificationError)), None
    )
    if certificate is not None:
        return make_finding("certificate", host=host, detail=certificate.verify_message)
    if any_of(exceptions.ProxyError):
        return make_finding("proxy-failed", host=host, detail=_detail(causes))
    if any_of(exceptions.NameResolutionError):
        return make_finding("host-unknown", host=host)
    if any_of(ConnectionRefusedError):
        return make_finding("connection-refused", host=host, port=port)
    if any_of(exceptions.ConnectTimeoutError):
        return make_finding("connect-timeout", host=host, seconds=f"{limits.connect_s:g}")
    if any_of(exceptions.ReadTimeoutError, TimeoutError):
        return make_finding("read-timeout", host=host, seconds=f"{limits.read_s:g}")
    if any_of(ConnectionResetError, BrokenPipeError):
        return make_finding("connection-lost", host=host, detail="reset by the other side")
    if any_of(exceptions.IncompleteRead, exceptions.InvalidChunkLength, http.client.IncompleteRead):
        if counter.announced is not None:
            return make_finding(
                "body-short", host=host, received=counter.bytes, announced=counter.announced
            )
        return make_finding("body-cut", host=host, received=counter.bytes)
    if any_of(ssl.SSLError, exceptions.SSLError):
        return make_finding("tls-failed", host=host, detail=_detail(causes))
    return make_finding("connection-lost", host=host, detail=_detail(causes))


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The exception and everything it wraps, outermost first."""
    queue, seen = [error], set[int]()
    while queue:
        cause = queue.pop(0)
        if id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        inside = (*cause.args, getattr(cause, "reason", None), cause.__cause__, cause.__context__)
        queue += [item for item in inside if isinstance(item, BaseException)]


def _detail(causes: tuple[BaseException, ...]) -> str:
    """The system message of the innermost exception, else its type."""
    innermost = causes[-1]
    return getattr(innermost, "strerror", None) or type(innermost).__name__


def content_length(headers: Mapping[str, str]) -> int | None:
    """Length of the body by its header, None without one or in chunks."""
    if is_chunked(headers):
        return None
    length = headers.get("content-length", "")
    return int(length) if length.isascii() and length.isdigit() else None


def is_chunked(headers: Mapping[str, str]) -> bool:
    """Whether the body comes in chunks."""
    return headers.get("transfer-encoding", "").strip().lower() == "chunked"
