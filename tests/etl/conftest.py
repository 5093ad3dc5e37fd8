"""What the tests of the ETL share: an outside world on this computer and a clock that does not
wait.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from etl.fetch.client import Client
from etl.fetch.raw_store import RawStore
from tests.etl.certificates import Certificates, maker
from tests.etl.fetching import Fetch, fetcher
from tests.etl.upstream import FastClock, Upstream


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """The outside world of the tests is reached without a proxy, whatever this computer uses."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def quick_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing waits for the disk; for tests that are not about power cuts."""
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    """A server on the loopback address."""
    with Upstream() as server:
        yield server


@pytest.fixture
def clock() -> FastClock:
    """Time that passes without waiting."""
    return FastClock()


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """Makes a self-signed certificate with its key."""
    return maker(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def raw_store(tmp_path: Path) -> RawStore:
    """Where the answers of one source are kept."""
    return RawStore(tmp_path, "osm")


@pytest.fixture
def fetch(upstream: Upstream, raw_store: RawStore, clock: FastClock) -> Iterator[Fetch]:
    """Asks the source for what a test makes it answer."""
    with Client(
        "StadshartTwente/1.0 (test)",
        clock=clock,
        operator_urls=[upstream.url()],
        jitter=lambda: 0.0,
    ) as client:
        yield fetcher(upstream, client, raw_store)
