"""F45 and F46: whatever stops a run, a whole version stays; two runs at once break nothing."""

from __future__ import annotations

import errno
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from data import catalogue
from data.errors import DataError
from data.snapshot import lock, publish
from data.snapshot.lock import held
from etl.__main__ import main
from etl.pipeline.parts_store import PartsStore
from etl.pipeline.run import RunOptions, run
from tests.etl.faults import fork_server
from tests.etl.faults.command import Command, assert_whole
from tests.etl.faults.fork_server import write_inputs
from tests.etl.made_up_town import (
    OVERPASS,
    STREETS,
    UNITS,
    Town,
    overpass,
    place_file,
    serve_normal_answers,
)
from tests.etl.upstream import FastClock, Upstream

pytestmark = pytest.mark.slow

THIN, FULL = 5, 50
"""Kills in the test and in its long form."""
MOMENTS = ("published", "read", "published", "publish", "place")
"""What a run does when a kill draws near: a part of the work, in turn."""
PARTS = {"begun", "read", "place", "publish", "published"}


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    """A folder with the town's streets and units as one file."""
    write_inputs(tmp_path / "inputs", 0)
    return tmp_path / "inputs"


class ForkServer:
    """Starts one runner after another; one run takes `run_s` seconds."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        assert process.stdout is not None
        self.run_s = float(process.stdout.readline())

    def start_runner(self, data: Path, number: int) -> int:
        """Process id of a new runner; it begins with this number of extra units."""
        return int(self._answer(f"loop {number} {data}"))

    def run_twice_at_once(self, data: Path) -> list[int]:
        """The codes of two runs that began together."""
        return [int(code) for code in self._answer(f"twice {data}").split()]

    def _answer(self, line: str) -> str:
        assert self._process.stdin is not None and self._process.stdout is not None
        print(line, file=self._process.stdin, flush=True)
        return self._process.stdout.readline()


@pytest.fixture(scope="module")
def forks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ForkServer]:
    """A process with everything loaded, ended with the module."""
    folder = tmp_path_factory.mktemp("forks")
    write_inputs(folder / "inputs", 0)
    folders = (folder / "inputs", place_file(folder / "places"))
    command = [sys.executable, fork_server.__file__, *map(str, folders)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        yield ForkServer(process)
        assert process.stdin is not None
        process.stdin.close()


def what_is_done(trace: Path) -> str:
    return trace.read_text().strip() if trace.exists() else "nothing yet"


@pytest.mark.parametrize("kills", [THIN, pytest.param(FULL, marks=pytest.mark.long)])
def test_f45_killed_at_any_instant_a_whole_version_stands_each_time(
    tmp_path: Path, inputs: Path, forks: ForkServer, kills: int
):
    data = tmp_path / "data"
    versions: set[str] = set()
    doing: Counter[str] = Counter()

    def is_varied() -> bool:
        return len(versions) > 1 and len(set(doing) & PARTS) >= 3

    number, trace = 0, data.with_name("doing")
    while number < kills or (not is_varied() and number < 2 * FULL):
        trace.unlink(missing_ok=True)
        child = forks.start_runner(data, number)
        deadline = time.monotonic() + 60.0
        while what_is_done(trace) != MOMENTS[number % len(MOMENTS)]:
            assert time.monotonic() < deadline, "no run came so far"
            time.sleep(0.001)
        # Multiples of the golden section lie evenly, however many they are.
        time.sleep(0.4 * forks.run_s * (number * 0.618034 % 1.0))
        number += 1
        os.kill(child, signal.SIGKILL)
        doing[what_is_done(trace)] += 1
        if (data / "current").exists():
            assert publish.verify(data) == []
            versions.add(catalogue.version(data))
    assert len(versions) > 1, "no kill ever met a second version"
    assert len(set(doing) & PARTS) >= 3, f"the kills fell in the same part of the work: {doing}"
    # What the killed left half done is gone after the next run.
    places = place_file(tmp_path / "places")
    run(RunOptions(data=data, inputs=inputs, places=places, workers=1, only_sources=("osm",)))
    assert [
        path.name
        for folder in (data, data / "versions", data / "parts")
        for path in folder.glob(".new-*")
    ] == []
    assert publish.verify(data) == []


def test_f45_of_two_runs_at_once_both_end_well_and_one_version_stands(
    tmp_path: Path, forks: ForkServer
):
    codes = forks.run_twice_at_once(tmp_path / "data")
    assert sorted(codes) == [0, fork_server.UNCHANGED], "published and unchanged"
    assert publish.verify(tmp_path / "data") == []


def test_f45_the_lock_of_a_dead_process_holds_nobody_up(
    tmp_path: Path, upstream: Upstream, clock: FastClock, monkeypatch: pytest.MonkeyPatch
):
    serve_normal_answers(upstream)
    town = Town(tmp_path, upstream, clock)
    (town.data / "raw").mkdir(parents=True)
    (town.data / "raw" / ".lock").write_text("process 999999 on elsewhere")
    # Whoever waits for a lock sleeps: here that would be a failure.
    monkeypatch.setattr(
        lock,
        "time",
        SimpleNamespace(monotonic=time.monotonic, sleep=lambda seconds: pytest.fail("it waits")),
    )
    assert town.run().changed


def test_f45_a_second_run_that_waits_in_vain_stops_with_one_clear_line(
    stale_town: Command, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("etl.pipeline.run.WAIT_S", 0.1)
    before = catalogue.version(stale_town.data)
    with held(stale_town.data / "raw", wait_s=1.0):
        said = stale_town.fill()
    assert (said.code, said.out, said.err.count("\n")) == (1, "", 1)
    assert f"process {os.getpid()} on " in said.err and "try again when it is done" in said.err
    assert catalogue.version(stale_town.data) == before


@contextmanager
def refusing(monkeypatch: pytest.MonkeyPatch, folder: str, number: int) -> Iterator[None]:
    """Nothing new can be put into this folder of the data folder."""
    real = {"replace": os.replace, "rename": Path.rename}

    def replace(source: object, target: object) -> None:
        if f"/{folder}/" in str(target):
            raise OSError(number, os.strerror(number), str(target))
        real["replace"](source, target)  # type: ignore[arg-type]

    def rename(self: Path, target: Path) -> Path:
        if f"/{folder}/" in str(target):
            raise OSError(number, os.strerror(number), str(target))
        return real["rename"](self, target)  # type: ignore[return-value]

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", replace)
        patch.setattr(Path, "rename", rename)
        yield


@pytest.mark.parametrize(
    ("folder", "number"),
    [
        ("parts", errno.ENOSPC),
        ("raw", errno.ENOSPC),
        ("versions", errno.EROFS),
    ],
)
def test_f46_a_disk_that_refuses_leaves_the_old_version_whole(
    stale_town: Command, monkeypatch: pytest.MonkeyPatch, folder: str, number: int
):
    first = catalogue.version(stale_town.data)
    with refusing(monkeypatch, folder, number):
        said = stale_town.fill()
    assert (said.code, said.out, said.err.count("\n")) == (1, "", 1)
    assert os.strerror(number) in said.err
    assert catalogue.version(stale_town.data) == first
    assert_whole(stale_town)
    assert stale_town.fill().code == 0


@pytest.mark.parametrize("largest_bytes", [1_000, 15_000])
def test_f46_a_disk_that_is_full_in_the_middle_of_a_file_leaves_the_old_version_whole(
    stale_town: Command, largest_bytes: int
):
    first = catalogue.version(stale_town.data)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    stale_town.upstream.serve(OVERPASS, overpass([*STREETS, *UNITS[:2]]))
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest_bytes, hard))
    try:
        said = stale_town.fill()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert (said.code, said.out, said.err.count("\n")) == (1, "", 1), said
    assert "Traceback" not in said.err
    assert catalogue.version(stale_town.data) == first
    assert_whole(stale_town)


def test_f46_a_clock_that_went_back_is_told_and_publishes_nothing(
    tmp_path: Path, upstream: Upstream
):
    serve_normal_answers(upstream)
    ahead = Town(tmp_path, upstream, FastClock(begun=datetime(2027, 1, 1, tzinfo=UTC)))
    first = ahead.run().version
    upstream.serve(OVERPASS, overpass(STREETS))
    behind = Town(tmp_path, upstream, FastClock(begun=datetime(2026, 3, 1, tzinfo=UTC)))
    with pytest.raises(DataError, match="set the clock of this computer right"):
        behind.run()
    assert catalogue.version(ahead.data) == first


def test_an_index_that_cannot_be_read_costs_work_and_loses_nothing(
    tmp_path: Path, upstream: Upstream, clock: FastClock
):
    serve_normal_answers(upstream)
    town = Town(tmp_path, upstream, clock)
    first = town.run()
    (town.data / "parts" / "index.json").write_text("{")
    again = town.run()
    assert (again.version, again.changed) == (first.version, False)
    assert json.loads((town.data / "parts" / "index.json").read_text())["version"] == first.version
    assert PartsStore(town.data).index().parts


def damaged(data: Path) -> None:
    """Every kept frame cut to its first bytes, as a power cut leaves files that were
    never flushed.
    """
    for path in (data / "parts").rglob("*.arrow"):
        path.write_bytes(path.read_bytes()[:10])


def test_f46_what_was_kept_and_got_damaged_is_made_anew(
    tmp_path: Path, inputs: Path, capsys: pytest.CaptureFixture[str]
):
    data, places = tmp_path / "data", place_file(tmp_path / "places")

    def run() -> tuple[int, str]:
        with pytest.raises(SystemExit) as left:
            main(
                [
                    "run",
                    "--data",
                    str(data),
                    "--inputs",
                    str(inputs),
                    "--places",
                    str(places),
                    "--source",
                    "osm",
                    "--workers",
                    "1",
                ]
            )
        return int(left.value.code or 0), capsys.readouterr().err

    assert run() == (0, "")
    before = {name: catalogue.open(data).table(name) for name in ("streets", "premises")}
    version = catalogue.version(data)
    damaged(data)
    write_inputs(inputs, 1)
    for _ in range(3):
        # The damage is met where it is read; each time it is one line and the old version stands.
        code, err = run()
        if code == 0:
            break
        assert (code, err.count("\n")) == (1, 1) and "run again" in err
        assert catalogue.version(data) == version and publish.verify(data) == []
    assert code == 0 and len(catalogue.open(data).table("premises")) == len(before["premises"]) + 1
    assert len(catalogue.open(data).table("streets")) == len(before["streets"])


def test_f46_rows_whose_kept_copy_is_gone_do_not_quietly_leave_what_is_published(
    tmp_path: Path, inputs: Path, capsys: pytest.CaptureFixture[str]
):
    data, places, nothing = tmp_path / "data", place_file(tmp_path / "places"), tmp_path / "nothing"
    nothing.mkdir()

    def run(inputs: Path) -> tuple[int, str]:
        with pytest.raises(SystemExit) as left:
            main(
                [
                    "run",
                    "--data",
                    str(data),
                    "--inputs",
                    str(inputs),
                    "--places",
                    str(places),
                    "--workers",
                    "1",
                ]
            )
        return int(left.value.code or 0), capsys.readouterr().err

    assert run(inputs)[0] == 0
    version = catalogue.version(data)
    for folder in (path for path in (data / "parts").iterdir() if path.is_dir()):
        shutil.rmtree(folder)
    code, err = run(nothing)
    assert (code, err.count("\n")) == (
        1,
        1,
    ) and "run again with --source osm, or with the files they came from" in err
    assert catalogue.version(data) == version and len(catalogue.open(data).table("streets"))
    assert run(inputs)[0] == 0
    assert len(catalogue.open(data).table("streets")) and publish.verify(data) == []
