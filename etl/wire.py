"""The bare connection: a hand on its socket for the deadline, its bytes as they come, its faults by
name.
"""

from __future__ import annotations

import http.client
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from types import TracebackType
from typing import Protocol

import urllib3
from urllib3 import exceptions
from urllib3.connection import HTTPConnection, HTTPSConnection

from etl.body import STEP_BYTES
from etl.problems import Finding, found

_here = threading.local()


class Shuttable(Protocol):
    """A socket, plain or secured."""

    def shutdown(self, how: int, /) -> None:
        """End both directions."""


class Watch:
    """Ends the exchange of this thread after `seconds`, or once the peer is silent for `quiet_s`.

    Timeouts of sockets count from byte to byte: a peer that sends one now and then would never
    end. Here only whole pieces of a body count (`heard`). `tell` hears every `every_s` of silence
    how long it lasts, in a thread of its own.
    """

    def __init__(
        self, seconds: float, *, quiet_s: float, tell: Callable[[float], None], every_s: float
    ) -> None:
        self.fired = False
        self._seconds, self._quiet_s = seconds, quiet_s
        self._tell, self._every_s = tell, every_s
        self._heard = 0.0
        self._socket: Shuttable | None = None
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._wait, daemon=True)

    def __enter__(self) -> Watch:
        _here.watch = self
        self._heard = time.monotonic()
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        with self._lock:
            self._socket = None
        _here.watch = None

    @property
    def silence_s(self) -> float:
        """Seconds since the last piece came, or since the beginning."""
        return time.monotonic() - self._heard

    def heard(self) -> None:
        """A piece of the answer came."""
        self._heard = time.monotonic()

    def hold(self, socket: Shuttable) -> None:
        """The socket the exchange now runs over."""
        with self._lock:
            self._socket = socket
            if self.fired:
                _shut(socket)

    def _wait(self) -> None:
        ends, told = self._heard + self._seconds, 0
        while True:
            silence_s, left_s = self.silence_s, ends - time.monotonic()
            if left_s <= 0 or silence_s >= self._quiet_s:
                self._fire()
                return
            steps = int(silence_s // self._every_s)
            if steps > told:
                self._tell_safely(silence_s)
            told = steps
            until_told = (steps + 1) * self._every_s - silence_s
            if self._over.wait(min(left_s, self._quiet_s - silence_s, until_told)):
                return

    def _tell_safely(self, silence_s: float) -> None:
        try:
            self._tell(silence_s)
        except (OSError, ValueError):
            # Nobody reads any more: the watch goes on.
            self._every_s = float("inf")

    def _fire(self) -> None:
        with self._lock:
            self.fired = True
            if self._socket is not None:
                _shut(self._socket)


def _shut(socket: Shuttable) -> None:
    try:
        socket.shutdown(2)
    except OSError:
        # The peer was quicker.
        pass


def _hand_over(connection: HTTPConnection) -> None:
    watch = getattr(_here, "watch", None)
    if watch is not None and connection.sock is not None:
        watch.hold(connection.sock)


class _PlainConnection(HTTPConnection):
    def getresponse(self) -> urllib3.HTTPResponse:
        _hand_over(self)
        return super().getresponse()


class _SecureConnection(HTTPSConnection):
    def getresponse(self) -> urllib3.HTTPResponse:
        _hand_over(self)
        return super().getresponse()


class _PlainPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _PlainConnection


class _SecurePool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


def watch_over(manager: urllib3.PoolManager) -> None:
    """Let all connections this manager will make hand their socket to the watch."""
    manager.pool_classes_by_scheme = {"http": _PlainPool, "https": _SecurePool}


class Counter:
    """Bytes over the wire in one exchange, and how many were announced."""

    def __init__(self, watch: Watch, progress: Callable[[int], None]) -> None:
        self.bytes = 0
        self.announced: int | None = None
        self._watch, self._progress = watch, progress

    def read(self, raw: urllib3.BaseHTTPResponse) -> Iterator[bytes]:
        """Pieces as they came, still packed."""
        while piece := raw.read(STEP_BYTES, decode_content=False):
            self.bytes += len(piece)
            self._watch.heard()
            self._progress(len(piece))
            yield piece


def fault(
    error: BaseException, *, host: str, port: str, connect_s: float, read_s: float, counter: Counter
) -> Finding:
    """The finding for an exception of the network."""
    causes = tuple(_causes(error))

    def any_of(*kinds: type[BaseException]) -> bool:
        return any(isinstance(cause, kinds) for cause in causes)

    certificate = next(
        (cause for cause in causes if isinstance(cause, ssl.SSLCertVerificationError)), None
    )
    if certificate is not None:
        return found("certificate", host=host, detail=certificate.verify_message)
    if any_of(exceptions.ProxyError):
        return found("proxy-failed", host=host, detail=_detail(causes))
    if any_of(exceptions.NameResolutionError):
        return found("host-unknown", host=host)
    if any_of(ConnectionRefusedError):
        return found("connection-refused", host=host, port=port)
    if any_of(exceptions.ConnectTimeoutError):
        return found("connect-timeout", host=host, seconds=f"{connect_s:g}")
    if any_of(exceptions.ReadTimeoutError, TimeoutError):
        return found("read-timeout", host=host, seconds=f"{read_s:g}")
    if any_of(ConnectionResetError, BrokenPipeError):
        return found("connection-lost", host=host, detail="reset by the other side")
    if any_of(exceptions.IncompleteRead, exceptions.InvalidChunkLength, http.client.IncompleteRead):
        if counter.announced is not None:
            return found(
                "body-short", host=host, received=counter.bytes, announced=counter.announced
            )
        return found("body-cut", host=host, received=counter.bytes)
    if any_of(ssl.SSLError, exceptions.SSLError):
        return found("tls-failed", host=host, detail=_detail(causes))
    return found("connection-lost", host=host, detail=_detail(causes))


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
    """What the innermost exception says, without the addresses of objects."""
    innermost = causes[-1]
    return getattr(innermost, "strerror", None) or type(innermost).__name__


def announced(headers: Mapping[str, str]) -> int | None:
    """Bytes the answer says will come, None when it does not say, as in chunks."""
    if chunked(headers):
        return None
    length = headers.get("content-length", "")
    return int(length) if length.isascii() and length.isdigit() else None


def chunked(headers: Mapping[str, str]) -> bool:
    """Whether the body comes in chunks."""
    return headers.get("transfer-encoding", "").strip().lower() == "chunked"
