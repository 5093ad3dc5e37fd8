"""A dashboard on an address follows what is published there and outlives its absence."""

import datetime as dt
import logging
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from dashboard.server import metrics
from dashboard.session import cache, replica
from data.errors import NoSnapshotError
from data.snapshot import publish
from data.snapshot.layout import current_version
from data.snapshot.remote import push
from tests import town
from tests.dashboard import shipped

pytestmark = pytest.mark.slow


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def next_version(folder: Path) -> str:
    noon = dt.datetime(2024, 3, 4, 12, tzinfo=dt.UTC)
    return publish.publish(
        folder, {"places": town.places()}, town.sources(), town.table_sources(), published=noon
    ).version


def test_new_version_is_served_and_an_address_that_is_gone_is_logged_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(replica, "_replica", replica._Replica())
    own, share, aside = town.snapshot(tmp_path / "own"), tmp_path / "share", tmp_path / "aside"
    address = f"file://{share}"
    with pytest.raises(NoSnapshotError):
        replica.follow(address)
    push(own, address)
    served = replica.follow(address, every_s=0.05)
    assert current_version(served) == current_version(own)
    # What is brought there would reach nobody.
    cache.use(served)
    assert (cache.own_folder(), cache.fillable_folder()) == (None, None)
    cache.use(None)

    second = next_version(own)
    push(own, address)
    until(lambda: current_version(served) == second)

    share.rename(aside)
    until(lambda: "served on" in caplog.text)
    confirmed = replica.confirmed()
    time.sleep(0.3)
    assert caplog.text.count("served on") == 1 and current_version(served) == second
    assert confirmed is not None and replica.confirmed() == confirmed
    gauges = metrics.text(shipped.facts(), dt.datetime.now(dt.UTC))
    assert f"stadshart_mirror_confirmed_timestamp_seconds {confirmed.timestamp():.10g}" in gauges
    # One that starts meanwhile serves the mirror as well.
    assert replica.follow(address, every_s=60) == served

    aside.rename(share)
    until(lambda: "answers again" in caplog.text)
    assert all(record.levelno == logging.WARNING for record in caplog.records)
