"""Publishing in child processes that are killed; `snapshot/test_publish.py` starts this script.

The parent reads and writes no table: pyarrow's threads would not survive the forks.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from data.snapshot import publish as snapshot_publish
from data.snapshot.layout import current_version, read_manifest, read_table_file, versions_folder
from tests import town

START = datetime(2024, 3, 1, tzinfo=UTC)


def publish(folder: Path, boardings: int, *, second: int) -> None:
    """The town's places and a station with so many boardings, published at START + second."""
    tables = {
        "places": town.places(),
        "stops": town.stops({"boardings_per_workday": float(boardings)}),
    }
    moment = START + timedelta(seconds=second)
    snapshot_publish.publish(
        folder, tables, town.sources(), town.table_sources(), published=moment, keep=3
    )


def child(work: Callable[[], None]) -> int:
    """Process id of a child that does the work and leaves with 0, or 1 after a traceback."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    return pid


def finished(pid: int) -> bool:
    """Whether the child left well; False when it was killed."""
    _, status = os.waitpid(pid, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return False
    assert os.waitstatus_to_exitcode(status) == 0
    return True


def whole_version(folder: Path) -> str:
    """The current version, every file of it as promised."""
    version = current_version(folder)
    manifest = read_manifest(folder, version)
    assert {table.name for table in manifest.tables} == {"places", "stops"}
    for record in manifest.tables:
        read_table_file(folder, version, record)
    return version


def leftovers(folder: Path) -> list[str]:
    """Names of half-done work."""
    return [path.name for path in folder.rglob(".*")]


def kill_at(folder: Path, event: int) -> None:
    """Kill this process just before its `event`-th file operation in the folder."""
    seen = 0

    def hook(name: str, args: tuple[object, ...]) -> None:
        nonlocal seen
        if name in ("open", "os.rename", "os.mkdir", "os.remove", "os.rmdir") and str(
            args[0]
        ).startswith(str(folder)):
            seen += 1
            if seen == event:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)


def at_every_operation(folder: Path) -> int:
    """Number of file operations of one publish, after each of which a kill left old or new."""
    start = folder / "start"
    assert finished(child(lambda: publish(start, 1, second=0)))
    old = whole_version(start)
    for event in range(1, 200):
        tried = folder / f"kill-{event}"
        shutil.copytree(start, tried)

        def work(tried: Path = tried, event: int = event) -> None:
            kill_at(tried, event)
            publish(tried, 2, second=1)

        survived = finished(child(work))
        is_old = whole_version(tried) == old
        if survived:
            assert not is_old
            assert leftovers(tried) == []
            return event - 1
        # Every third, to save time: the next publish heals and sweeps.
        if event % 3 == 0:
            assert finished(child(partial(publish, tried, 3, second=2)))
            assert whole_version(tried) != old
            assert leftovers(tried) == []
    raise AssertionError("publishing never came to its end")


def at_random_moments(folder: Path, kills: int) -> int:
    """Number of kills at random moments that hit a publish under way; all left a whole version."""
    assert finished(child(lambda: publish(folder, 0, second=0)))
    moments = random.Random(1)
    for kill in range(kills):

        def work(kill: int = kill) -> None:
            for round_ in range(50):
                publish(folder, kill * 50 + round_ + 1, second=kill * 50 + round_ + 1)

        pid = child(work)
        time.sleep(moments.uniform(0.05, 0.4))
        os.kill(pid, signal.SIGKILL)
        assert not finished(pid)
        whole_version(folder)
    assert finished(child(lambda: publish(folder, 10**6, second=10**6)))
    assert leftovers(folder) == []
    whole_version(folder)
    return kills


def at_once(folder: Path) -> int:
    """Number of versions that three publishers at once left: at most the three to keep."""

    def work() -> None:
        for round_ in range(2):
            publish(folder, os.getpid() * 10 + round_, second=0)

    pids = [child(work) for _ in range(3)]
    # A list: every one is waited for.
    assert all([finished(pid) for pid in pids])  # noqa: C419
    assert leftovers(folder) == []
    whole_version(folder)
    return len(list(versions_folder(folder).iterdir()))


if __name__ == "__main__":
    where, number = Path(sys.argv[1]), int(sys.argv[2])
    for mode in sys.argv[3:]:
        inside = where / mode
        inside.mkdir()
        if mode == "operations":
            print(at_every_operation(inside))
        elif mode == "moments":
            print(at_random_moments(inside, kills=number))
        else:
            print(at_once(inside))
