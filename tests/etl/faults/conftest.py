"""The town of the fault cases, before its first run and after a good one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.etl.faults.command import Command, seed
from tests.etl.made_up_town import Town, serve_normal_answers
from tests.etl.upstream import FastClock, Upstream


@pytest.fixture(scope="package")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The data folder of a town after one good run."""
    with Upstream() as world:
        serve_normal_answers(world)
        town = Town(tmp_path_factory.mktemp("published"), world, FastClock())
        town.run()
        yield town.data


@pytest.fixture
def town(
    tmp_path: Path,
    upstream: Upstream,
    clock: FastClock,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    quick_disk: None,
) -> Command:
    """A town before its first run, whose outside world answers well; the command runs in time that
    does not wait.
    """
    serve_normal_answers(upstream)
    monkeypatch.setattr("etl.pipeline.run.SystemClock", lambda: clock)
    monkeypatch.setattr("etl.fetch.throttle.SystemClock", lambda: clock)
    return Command(tmp_path, upstream, clock, capsys)


@pytest.fixture
def stale_town(town: Command, published: Path) -> Command:
    """The same town forty days after a good run."""
    seed(town, published)
    return town
