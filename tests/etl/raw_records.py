"""Answers put into the raw store without a request."""

from __future__ import annotations

import hashlib
from datetime import datetime

from etl.fetch.raw_store import RawRecord, RawStore
from tests.etl.upstream import START


def record(content: bytes, *, key: str = "0" * 16, retrieved: datetime = START) -> RawRecord:
    """What is known of an answer with this content."""
    return RawRecord(
        source="bag",
        key=key,
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        url="https://service.test/items?filter=a%20b",
        method="POST",
        form=(("data", "[out:json];"),),
        retrieved=retrieved,
        surveyed="2026-02-01",
        licence="CC BY 4.0",
        attribution="Bron: Kadaster",
        rows=3,
        content_type="application/json",
        etag='"one"',
    )


def put(
    raw_store: RawStore, content: bytes, *, key: str = "0" * 16, retrieved: datetime = START
) -> RawRecord:
    """The record of the content once it is stored."""
    with raw_store.temporary_file() as (file, path):
        file.write(content)
        file.flush()
        return raw_store.add(path, record(content, key=key, retrieved=retrieved))
