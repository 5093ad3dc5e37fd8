"""The dashboard before which an attacker stands, and requests to it that no library puts right."""

import http.client
import socket
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from tests.dashboard.deploy.proxies import Answer, Proxy, untrusting


@dataclass(frozen=True)
class Target:
    """The web server, the dashboard and the provider behind it, the data folder, the log, and how
    long each question about its health took.
    """

    proxy: Proxy
    dashboard: str
    provider: str
    data: Path
    log: Path
    beats: Path


def raw(
    target: Target, lines: list[str], body: bytes = b"", *, sender: str = "127.0.0.1"
) -> Answer:
    """The answer to a request written by hand, sent from an address of this computer."""
    at = urlsplit(target.proxy.address)
    to = (at.hostname or "", at.port or 0)
    with (
        socket.create_connection(to, timeout=90, source_address=(sender, 0)) as plain,
        untrusting().wrap_socket(plain) as opened,
    ):
        opened.sendall("\r\n".join([*lines, "Connection: close", "", ""]).encode("latin-1") + body)
        answer = http.client.HTTPResponse(opened)
        answer.begin()
        return Answer(answer.status, answer.headers, answer.read())


def is_refused(target: Target, lines: list[str]) -> bool:
    """Whether the web server refuses a request that is too large, or hangs up before its end."""
    try:
        return raw(target, lines).status in (400, 414, 431)
    except OSError:
        return True


def host(target: Target) -> str:
    return f"Host: {urlsplit(target.proxy.address).netloc}"
