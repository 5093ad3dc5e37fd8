"""One request to a fake service, with the answers a test gives it, and what is stored of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from etl.fetch import response_checks
from etl.fetch.client import Client
from etl.fetch.messages import FetchResult, Limits, Request
from etl.fetch.raw_store import RawStore
from tests.etl.upstream import Reply, Upstream

JSON = (("Content-Type", "application/json"),)
HTML = (("Content-Type", "text/html; charset=utf-8"),)
PATIENT = Limits(connect_s=10.0, read_s=30.0)
"""A busy computer may take seconds for an answer."""
OVERPASS = {
    "validate": response_checks.validate_overpass,
    "retry_waits": response_checks.OVERPASS_RETRY_WAITS,
    "method": "POST",
    "form": (("data", "out;"),),
}

Fetch = Callable[..., FetchResult]


def fetcher(upstream: Upstream, client: Client, raw_store: RawStore) -> Fetch:
    """A function that serves replies, one after another, and fetches the page that gives them."""

    def fetch(*replies: Reply | Callable[..., Reply], **request: Any) -> FetchResult:
        upstream.serve("/items", *replies)
        return client.fetch(
            Request(url=upstream.url("/items"), **{"limits": PATIENT, **request}), raw_store
        )

    return fetch


def stored_names(raw_store: RawStore) -> list[str]:
    """Names of the files in the raw store."""
    return (
        sorted(path.name for path in raw_store.folder.iterdir())
        if raw_store.folder.exists()
        else []
    )
