"""Runs for tests that kill them: a process with everything loaded forks one runner after another.

So a kill hits the work itself and not the loading of libraries.
"""

from __future__ import annotations

import itertools
import os
import sys
import time
from pathlib import Path

from etl.pipeline.progress import NoProgress, Step
from etl.pipeline.run import RunOptions, run
from tests.etl.made_up_town import STREETS, UNITS, node, overpass


def write_inputs(folder: Path, more: int) -> None:
    """A folder with the town's streets and units, and so many units more, as one file."""
    (folder / "osm").mkdir(parents=True, exist_ok=True)
    units = [
        *UNITS,
        *(node(100 + number, 100 + number, 5, {"shop": "bakery"}) for number in range(more)),
    ]
    (folder / "osm" / "town.json").write_bytes(overpass([*STREETS, *units]).body)


class _TraceFile(NoProgress):
    """Writes to a file what the run is doing, to be read after the run is killed."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT)

    def begin(self) -> None:
        """A run begins."""
        self._note("begun")

    def on_step(self, step: Step) -> None:
        """Write the kind of step; the end of publishing is a word of its own."""
        self._note("published" if (step.kind, step.done) == ("publish", 1) else step.kind)

    def _note(self, word: str) -> None:
        os.pwrite(self._file, word.ljust(16).encode(), 0)


def serve_forks(data: Path, inputs: Path, places: Path) -> None:
    """Print how many seconds one run takes, then start a child for each number on standard input.

    A child runs over changing inputs until it is killed; its process id is printed.
    """
    warm = data.with_name("warm")
    for number in (1, 2, 3):
        began = time.monotonic()
        work(warm, inputs, places, number, NoProgress())
    print(time.monotonic() - began, flush=True)
    for line in sys.stdin:
        child = os.fork()
        if not child:
            trace = _TraceFile(data.with_name("doing"))
            for number in itertools.count(int(line)):
                trace.begin()
                work(data, inputs, places, number % 7, trace)
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
    serve_forks(*(Path(name) for name in sys.argv[1:]))
