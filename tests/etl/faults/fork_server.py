"""Runs for tests that kill them: a process with everything loaded forks one runner after another.

So a kill hits the work itself and not the loading of libraries.
"""

from __future__ import annotations

import itertools
import os
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from etl.pipeline.progress import NoProgress, Step
from etl.pipeline.run import RunOptions, run
from tests.etl.made_up_town import STREETS, UNITS, node, overpass

UNCHANGED = 7
"""The code of a child whose run had nothing new to publish."""


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


def serve_forks(inputs: Path, places: Path) -> None:
    """Print how many seconds one run takes, then do what each line on standard input says.

    `loop NUMBER DATA` starts a child that runs over changing inputs until it is killed, and prints
    its process id; `twice DATA` starts two children at once that run once, and prints their codes.
    """
    took = []
    for number in (1, 2):
        began = time.monotonic()
        work(inputs.with_name("warm"), inputs, places, number, NoProgress())
        took.append(time.monotonic() - began)
    # The computer may have been busy with something else during the other, and the first loads.
    print(min(took), flush=True)
    for line in sys.stdin:
        what, *more = line.split(maxsplit=2 if line.startswith("loop") else 1)
        if what == "loop":
            child = _fork(partial(_work_on, Path(more[1].strip()), inputs, places, int(more[0])))
            print(child, flush=True)
            os.waitpid(child, 0)
        else:
            write_inputs(inputs, 0)
            options = _options(Path(more[0].strip()), inputs, places)
            children = [_fork(partial(_run_once, options)) for _ in range(2)]
            codes = [os.waitstatus_to_exitcode(os.waitpid(one, 0)[1]) for one in children]
            print(*codes, flush=True)


def _fork(work: Callable[[], int]) -> int:
    """Process id of a child that does the work and leaves with its code."""
    child = os.fork()
    if not child:
        code = 1
        try:
            code = work()
        finally:
            os._exit(code)
    return child


def _work_on(data: Path, inputs: Path, places: Path, first: int) -> int:
    trace = _TraceFile(data.with_name("doing"))
    for number in itertools.count(first):
        trace.begin()
        work(data, inputs, places, number % 7, trace)
    return 0


def _run_once(options: RunOptions) -> int:
    return 0 if run(options).changed else UNCHANGED


def _options(data: Path, inputs: Path, places: Path) -> RunOptions:
    return RunOptions(data=data, inputs=inputs, places=places, workers=1, only_sources=("osm",))


def work(data: Path, inputs: Path, places: Path, more: int, progress: NoProgress) -> None:
    """One run that has something new to publish."""
    write_inputs(inputs, more)
    run(_options(data, inputs, places), progress=progress)


if __name__ == "__main__":
    serve_forks(*(Path(name) for name in sys.argv[1:]))
