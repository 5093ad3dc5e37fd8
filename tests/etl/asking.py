"""One question to a source on this computer, with the answer a test gives it, and what is kept of
that.
"""

from __future__ import annotations

from collections.abc import Callable

from etl import judge
from etl.exchange import Limits, Outcome, Request
from etl.http import Client
from etl.raw import Shelf
from tests.etl.upstream import Reply, Upstream

JSON = (("Content-Type", "application/json"),)
HTML = (("Content-Type", "text/html; charset=utf-8"),)
PATIENT = Limits(connect_s=10.0, read_s=30.0)
"""A busy computer may take seconds for an answer."""
OVERPASS = {
    "judge": judge.overpass,
    "patience": judge.OVERPASS_PATIENCE,
    "method": "POST",
    "form": (("data", "out;"),),
}

Fetch = Callable[..., Outcome]


def asker(upstream: Upstream, client: Client, shelf: Shelf) -> Fetch:
    """Asks the client for a page that answers with the replies given, one after another."""

    def ask(*replies: Reply | Callable[..., Reply], **request: object) -> Outcome:
        upstream.say("/items", *replies)
        return client.fetch(
            Request(url=upstream.url("/items"), **{"limits": PATIENT, **request}), shelf
        )

    return ask


def kept(shelf: Shelf) -> list[str]:
    """Names of what lies on the shelf."""
    return sorted(path.name for path in shelf.folder.iterdir()) if shelf.folder.exists() else []
