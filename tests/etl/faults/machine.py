"""Runs that others stop: a process with everything loaded brings forth one runner after another, so
that a kill hits the work itself.
"""

from __future__ import annotations

import itertools
import os
import sys
import time
from pathlib import Path

from etl.pipeline.progress import NoProgress, Step
from etl.pipeline.run import RunOptions, run
from tests.etl.outside import STREETS, UNITS, node, overpass


def write_inputs(folder: Path, more: int) -> None:
    """A folder with the town's streets and units, and so many units more, as one file."""
    (folder / "osm").mkdir(parents=True, exist_ok=True)
    units = [
        *UNITS,
        *(node(100 + number, 100 + number, 5, {"shop": "bakery"}) for number in range(more)),
    ]
    (folder / "osm" / "town.json").write_bytes(overpass([*STREETS, *units]).body)


class _Traced(NoProgress):
    """Leaves behind what the run was doing, for whoever finds it dead."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT)

    def begin(self) -> None:
        """A run begins."""
        self._note("begun")

    def on_step(self, step: Step) -> None:
        """Publishing is told when it begins and when it is done."""
        self._note("published" if (step.kind, step.done) == ("publish", 1) else step.kind)

    def _note(self, word: str) -> None:
        os.pwrite(self._file, word.ljust(16).encode(), 0)


def nursery(data: Path, inputs: Path, places: Path) -> None:
    """Seconds one run takes, then for each number on standard input a child that runs over changing
    inputs until it is killed.

    Its process id goes to standard output.
    """
    warm = data.with_name("warm")
    for number in (1, 2, 3):
        began = time.monotonic()
        work(warm, inputs, places, number, NoProgress())
    print(time.monotonic() - began, flush=True)
    for line in sys.stdin:
        child = os.fork()
        if not child:
            traced = _Traced(data.with_name("doing"))
            for number in itertools.count(int(line)):
                traced.begin()
                work(data, inputs, places, number % 7, traced)
        print(child, flush=True)
        os.waitpid(child, 0)


def work(data: Path, inputs: Path, places: Path, more: int, progress: NoProgress) -> None:
    """One run that has something new to publish."""
    write_inputs(inputs, more)
    run(
        RunOptions(data=data, inputs=inputs, places=places, workers=1, only_sources=("osm",)),
        progress=progress,
    )


if __name__ == "__main__":
    nursery(*(Path(name) for name in sys.argv[1:]))
