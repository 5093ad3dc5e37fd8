"""The bare connection: a hand on its socket for the deadline, its bytes as they come, its faults by name."""

from __future__ import annotations

import http.client
import ssl
import threading
from collections.abc import Callable, Iterator
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
    """Ends the exchange of this thread after `seconds`, however slowly bytes keep coming.

    Timeouts of sockets count from byte to byte: a peer that sends one now and then would never end.
    """

    def __init__(self, seconds: float) -> None:
        self.fired = False
        self._socket: Shuttable | None = None
        self._lock = threading.Lock()
        self._timer = threading.Timer(seconds, self._fire)
        self._timer.daemon = True

    def __enter__(self) -> Watch:
        _here.watch = self
        self._timer.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._timer.cancel()
        with self._lock:
            self._socket = None
        _here.watch = None

    def hold(self, socket: Shuttable) -> None:
        """The socket the exchange now runs over."""
        with self._lock:
            self._socket = socket
            if self.fired:
                _shut(socket)

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

    def __init__(self, progress: Callable[[int], None]) -> None:
        self.bytes = 0
        self.announced: int | None = None
        self._progress = progress

    def read(self, raw: urllib3.BaseHTTPResponse) -> Iterator[bytes]:
        """Pieces as they came, still packed."""
        while piece := raw.read(STEP_BYTES, decode_content=False):
            self.bytes += len(piece)
            self._progress(len(piece))
            yield piece


def fault(error: BaseException, *, host: str, port: str, connect_s: float, read_s: float, counter: Counter) -> Finding:
    """The finding for an exception of the network."""
    causes = tuple(_causes(error))

    def any_of(*kinds: type[BaseException]) -> bool:
        return any(isinstance(cause, kinds) for cause in causes)

    certificate = next((cause for cause in causes if isinstance(cause, ssl.SSLCertVerificationError)), None)
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
            return found("body-short", host=host, received=counter.bytes, announced=counter.announced)
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
