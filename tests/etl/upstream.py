"""A fake service on this computer: real sockets that answer well, badly, slowly or not at all.

    with Upstream() as upstream:
        upstream.serve("/items", Reply(503), Reply(503), Reply(body=b"{}"))
        ... upstream.url("/items") ...
        assert len(upstream.requests) == 3

Replies to one path are given in order and the last is repeated; a function decides per question.
"""

from __future__ import annotations

import contextlib
import gzip
import json
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Literal
from urllib.parse import parse_qsl, urlsplit

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class ReceivedRequest:
    """One question as it arrived."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    port: int

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.target).query, keep_blank_values=True))


@dataclass(frozen=True, kw_only=True)
class Reply:
    """One answer and how it goes wrong.

    `announced` is a false Content-Length. After `cut` bytes of the body on the wire the connection
    ends as `ending` says. With `byte_every_s` the whole answer, headers too, is sent byte by byte;
    with `head_at_once` the body alone is.
    """

    status: int = 200
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    framing: Literal["length", "chunked", "close"] = "length"
    announced: int | None = None
    cut: int | None = None
    ending: Literal["close", "reset", "silence"] = "close"
    byte_every_s: float = 0.0
    head_at_once: bool = False
    version: Literal["HTTP/1.1", "HTTP/1.0"] = "HTTP/1.1"
    verbatim: bytes | None = None
    """Sent in place of everything else, then the connection ends."""

    def head(self) -> bytes:
        """Status line and headers."""
        lines = [f"{self.version} {self.status} Said"]
        lines += [f"{name}: {value}" for name, value in self.headers]
        if self.framing == "length":
            lines.append(
                f"Content-Length: {len(self.body) if self.announced is None else self.announced}"
            )
        elif self.framing == "chunked":
            lines.append("Transfer-Encoding: chunked")
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")

    def payload(self) -> bytes:
        """The body as it goes over the wire."""
        if self.framing != "chunked":
            return self.body
        half = len(self.body) // 2
        pieces = [piece for piece in (self.body[:half], self.body[half:]) if piece]
        return (
            b"".join(f"{len(piece):x}\r\n".encode() + piece + b"\r\n" for piece in pieces)
            + b"0\r\n\r\n"
        )


Decide = Callable[[ReceivedRequest], Reply]
SILENCE = Reply(framing="close", cut=0, ending="silence", headers=(("X-Never", "sent"),))
HANG_UP = Reply(cut=-1)
"""No byte of an answer at all."""


def as_json(
    value: object,
    *,
    status: int = 200,
    content_type: str = "application/json",
    headers: tuple[tuple[str, str], ...] = (),
) -> Reply:
    """An answer in JSON."""
    return Reply(
        status=status,
        body=json.dumps(value).encode(),
        headers=(("Content-Type", content_type), *headers),
    )


def gzipped(data: bytes, *, drop: int = 0, content_type: str = "application/json") -> Reply:
    """A gzip answer without its last `drop` bytes."""
    whole = gzip.compress(data, mtime=0)
    return Reply(
        body=whole[: len(whole) - drop],
        headers=(("Content-Type", content_type), ("Content-Encoding", "gzip")),
    )


class Upstream:
    """A server on the loopback address that gives the replies of a test."""

    def __init__(self, *, certificate: tuple[Path, Path] | None = None) -> None:
        self.requests: list[ReceivedRequest] = []
        self.connections = 0
        """Connections that were accepted."""
        self.most_at_once = 0
        """Most questions that were being answered at one moment."""
        self._open = 0
        self._replies: dict[str, list[Reply | Decide]] = {}
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._connections: set[socket.socket] = set()
        self._tls: ssl.SSLContext | None = None
        if certificate is not None:
            self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._tls.load_cert_chain(*certificate)
        self._listener = socket.create_server((LOOPBACK, 0))
        self.port: int = self._listener.getsockname()[1]

    def __enter__(self) -> Upstream:
        self._run(self._accept)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        with self._lock:
            connections = list(self._connections)
        for open_socket in (self._listener, *connections):
            with contextlib.suppress(OSError):
                open_socket.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(5)
            assert not thread.is_alive(), "the upstream did not end"

    def url(self, path: str = "") -> str:
        """Address of a path."""
        return f"{'https' if self._tls else 'http'}://{LOOPBACK}:{self.port}{path}"

    def serve(self, path: str, *replies: Reply | Decide) -> None:
        """Answer questions to this path with these, in order; the last is repeated."""
        with self._lock:
            self._replies[path] = list(replies)

    def _accept(self) -> None:
        while not self._over.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                self.connections += 1
                self._connections.add(connection)
            self._run(partial(self._serve, connection))

    def _run(self, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            if self._tls is not None:
                connection = self._tls.wrap_socket(connection, server_side=True)
            with connection, connection.makefile("rb") as read:
                while (asked := _question(read, self.port)) is not None and self._answer(
                    connection, asked
                ):
                    pass
        except (OSError, ValueError):
            # The client hung up or refused our certificate.
            pass
        finally:
            connection.close()
            with self._lock:
                self._connections.discard(connection)

    def _answer(self, connection: socket.socket, asked: ReceivedRequest) -> bool:
        """Send one reply; whether the connection stays open for another question."""
        with self._lock:
            self.requests.append(asked)
            self._open += 1
            self.most_at_once = max(self.most_at_once, self._open)
            replies = self._replies.get(
                asked.path, [Reply(status=404, body=b"nothing is said here")]
            )
            reply = replies.pop(0) if len(replies) > 1 else replies[0]
        if callable(reply):
            reply = reply(asked)
        try:
            return self._send(connection, reply)
        finally:
            with self._lock:
                self._open -= 1

    def _send(self, connection: socket.socket, reply: Reply) -> bool:
        if reply.verbatim is not None:
            connection.sendall(reply.verbatim)
            return False
        payload = reply.payload()
        sent = payload if reply.cut is None else payload[: max(0, reply.cut)]
        silent = reply.cut == -1 or reply is SILENCE
        message = b"" if silent else reply.head() + sent
        if reply.byte_every_s:
            at_once = len(reply.head()) if reply.head_at_once else 0
            connection.sendall(message[:at_once])
            for byte in message[at_once:]:
                if self._over.wait(reply.byte_every_s):
                    return False
                connection.sendall(bytes([byte]))
        else:
            connection.sendall(message)
        if reply.cut is None:
            return (
                reply.framing != "close" and reply.version == "HTTP/1.1" and reply.announced is None
            )
        if reply.ending == "silence":
            self._over.wait(30)
        if reply.ending == "reset":
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return False


def _question(read: BinaryIO, port: int) -> ReceivedRequest | None:
    """The next question on a connection, None when the client hung up."""
    line = read.readline().decode("latin-1").split()
    if len(line) != 3:
        return None
    headers: dict[str, str] = {}
    while header := read.readline().decode("latin-1").strip():
        name, _, value = header.partition(":")
        headers[name.lower()] = value.strip()
    body = read.read(int(headers.get("content-length", "0")))
    return ReceivedRequest(line[0], line[1], headers, body, port)


START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@dataclass
class FastClock:
    """Time passes with every wait, but no wait takes time.

    `slept` holds every wait in seconds.
    """

    begun: datetime = START
    slept: list[float] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def monotonic(self) -> float:
        return time.monotonic() + sum(self.slept)

    def now(self) -> datetime:
        return self.begun + timedelta(seconds=sum(self.slept))

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.slept.append(seconds)
