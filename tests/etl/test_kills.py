"""F45 and F46: whatever stops a run, a whole version stays; two runs at once break nothing."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from datetime import datetime, timezone
from pathlib import Path

import pytest

from data import catalogue, store
from etl.errors import EtlError
from etl.parts import Store
from tests.etl.outside import OVERPASS, STREETS, UNITS, Town, node, overpass, place_file, well
from tests.etl.upstream import FastClock, Upstream

KILLS = 50


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    """A folder with the town's streets and units as one file."""
    write_inputs(tmp_path / "inputs", 0)
    return tmp_path / "inputs"


def write_inputs(folder: Path, more: int) -> None:
    (folder / "osm").mkdir(parents=True, exist_ok=True)
    units = [*UNITS, *(node(100 + number, 100 + number, 5, {"shop": "bakery"}) for number in range(more))]
    (folder / "osm" / "town.json").write_bytes(overpass([*STREETS, *units]).body)


# A process with everything loaded brings forth one runner after another, so that each kill hits the work itself.
NURSERY = """
import itertools, os, sys
from pathlib import Path
from etl.build import Options, run
from tests.etl.test_kills import write_inputs
data, inputs, places = (Path(name) for name in sys.argv[1:])
for line in sys.stdin:
    child = os.fork()
    if not child:
        for number in itertools.count(int(line)):
            write_inputs(inputs, number % 7)
            run(Options(data=data, inputs=inputs, places=places, workers=1, only_sources=("osm",)))
    print(child, flush=True)
    os.waitpid(child, 0)
"""


def test_f45_killed_at_fifty_instants_a_whole_version_stands_each_time(tmp_path: Path, inputs: Path):
    data, places = tmp_path / "data", place_file(tmp_path / "places")
    luck = random.Random(45)
    met: set[str] = set()
    longest_s = 0.8
    with subprocess.Popen(
        [sys.executable, "-c", NURSERY, str(data), str(inputs), str(places)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as nursery:
        assert nursery.stdin is not None and nursery.stdout is not None
        for number in range(KILLS):
            print(number, file=nursery.stdin, flush=True)
            child = int(nursery.stdout.readline())
            time.sleep(luck.uniform(0.0, longest_s))
            os.kill(child, signal.SIGKILL)
            if (data / "current").exists():
                assert store.verify(data) == []
                met.add(catalogue.version(data))
            if number % 10 == 9 and len(met) < 2:
                longest_s *= 2.0  # a busy machine publishes later, and the kills must reach that far
        nursery.stdin.close()
    assert len(met) > 1, "no kill ever met a second version"
    # What the killed left half done is gone after the next run.
    command = [sys.executable, "-m", "etl", "run", "--data", str(data), "--inputs", str(inputs), "--places", str(places), "--source", "osm"]
    subprocess.run(command, check=True, capture_output=True)
    assert [path.name for folder in (data, data / "versions", data / "parts") for path in folder.glob(".new-*")] == []
    assert store.verify(data) == []


def test_f45_of_two_runs_at_once_both_end_well_and_one_version_stands(tmp_path: Path, inputs: Path):
    data, places = tmp_path / "data", place_file(tmp_path / "places")
    command = [sys.executable, "-m", "etl", "run", "--data", str(data), "--inputs", str(inputs), "--places", str(places), "--source", "osm"]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    said = [one.communicate(timeout=120) for one in both]
    assert [one.returncode for one in both] == [0, 0], said
    assert sorted(out.split(":")[0] for out, _ in said) == ["published", "unchanged"]
    assert store.verify(data) == []


def test_f45_the_lock_of_a_dead_process_holds_nobody_up(tmp_path: Path, upstream: Upstream, clock: FastClock):
    well(upstream)
    town = Town(tmp_path, upstream, clock)
    (town.data / "raw").mkdir(parents=True)
    (town.data / "raw" / ".lock").write_text("process 999999 on elsewhere")
    began = time.monotonic()
    assert town.run().changed
    assert time.monotonic() - began < 20


def test_f46_a_folder_that_cannot_be_written_is_one_clear_line(tmp_path: Path, inputs: Path):
    data = tmp_path / "data"
    data.write_text("a file where the folder should be")
    command = [sys.executable, "-m", "etl", "run", "--data", str(data), "--inputs", str(inputs)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "choose another folder with --data" in done.stderr


@pytest.mark.parametrize("full", ["parts", "raw", "versions"])
def test_f46_a_full_disk_leaves_the_old_version_whole(
    tmp_path: Path, upstream: Upstream, clock: FastClock, monkeypatch: pytest.MonkeyPatch, full: str
):
    well(upstream)
    town = Town(tmp_path, upstream, clock)
    first = town.run().version
    upstream.say(OVERPASS, overpass([*STREETS, *UNITS[:2]]))
    clock.slept.append(5 * 86_400.0)
    real = {"replace": os.replace, "rename": Path.rename}

    def no_space(source: object, target: object) -> None:
        if f"/{full}/" in str(target):
            raise OSError(28, "No space left on device", str(target))
        real["replace"](source, target)  # type: ignore[arg-type]

    def no_room(self: Path, target: Path) -> Path:
        if f"/{full}/" in str(target):
            raise OSError(28, "No space left on device", str(target))
        return real["rename"](self, target)  # type: ignore[return-value]

    monkeypatch.setattr(os, "replace", no_space)
    monkeypatch.setattr(Path, "rename", no_room)
    with pytest.raises((EtlError, ValueError), match="No space left on device"):
        town.run()
    monkeypatch.undo()
    assert catalogue.version(town.data) == first and store.verify(town.data) == []
    assert [path for path in town.data.rglob(".new-*")] == []


def test_f46_a_clock_that_went_back_is_told_and_publishes_nothing(tmp_path: Path, upstream: Upstream):
    well(upstream)
    ahead = Town(tmp_path, upstream, FastClock(begun=datetime(2027, 1, 1, tzinfo=timezone.utc)))
    first = ahead.run().version
    upstream.say(OVERPASS, overpass(STREETS))
    behind = Town(tmp_path, upstream, FastClock(begun=datetime(2026, 3, 1, tzinfo=timezone.utc)))
    with pytest.raises(ValueError, match="set the clock of this computer right"):
        behind.run()
    assert catalogue.version(ahead.data) == first


def test_an_index_that_cannot_be_read_costs_work_and_loses_nothing(tmp_path: Path, upstream: Upstream, clock: FastClock):
    well(upstream)
    town = Town(tmp_path, upstream, clock)
    first = town.run()
    (town.data / "parts" / "index.json").write_text("{")
    again = town.run()
    assert (again.version, again.changed) == (first.version, False)
    assert json.loads((town.data / "parts" / "index.json").read_text())["version"] == first.version
    assert Store(town.data).index().parts
