"""A websocket handshake by hand, with whatever a browser would say of itself."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

_LINES = (
    "GET /_stcore/stream HTTP/1.1",
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
)


def shake(site: str, **headers: str) -> socket.socket:
    """The connection, with the handshake sent; Host is the site's own unless given."""
    address = urlsplit(site)
    told = {"Host": address.netloc} | headers
    lines = [*_LINES, *(f"{name}: {value}" for name, value in told.items()), "", ""]
    opened = socket.create_connection((address.hostname, address.port), timeout=30)
    opened.sendall("\r\n".join(lines).encode())
    return opened


def status(opened: socket.socket) -> int:
    """What the server answers; 101 opens the websocket."""
    with opened:
        return int(opened.recv(1024).split()[1])
