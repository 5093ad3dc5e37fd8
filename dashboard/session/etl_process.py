"""The ETL as a process beside the dashboard: its command, its limits, and what it prints."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import BoundedSemaphore
from typing import Literal

from dashboard.i18n.text import Lang
from data.manifest import Json

PACKAGES = Path(__file__).parents[2]
"""Where the packages lie: the folder that the process starts in."""
PROGRAM = "stadshart-etl: "
GIB = 1024**3
# Set by the process itself before anything is read. On Windows the time alone is limited.
_LIMITED = """
import resource, runpy, sys
for limit, most in (("AS", {memory}), ("CPU", {cpu_s}), ("CORE", 0)):
    number = getattr(resource, "RLIMIT_" + limit)
    hard = resource.getrlimit(number)[1]
    resource.setrlimit(number, (most if hard < 0 else min(most, hard), hard))
sys.argv[0] = "stadshart-etl"
runpy.run_module("etl", run_name="__main__", alter_sys=True)
"""

Failure = Literal["refused", "crashed", "broken_off"]
Outcome = Literal[Failure, "done", "too_long", "busy"]


@dataclass(frozen=True, slots=True)
class ProcessLimits:
    """The most bytes of memory, seconds of a core and seconds by the clock."""

    memory: int
    cpu_s: int
    wall_s: int


READING = ProcessLimits(2 * GIB, 60, 90)
"""For a file of which nothing is known."""
PUBLISHING = ProcessLimits(8 * GIB, 900, 1200)
"""For a file that was read before, with everything that is published beside it."""
_ONE_AT_A_TIME = BoundedSemaphore(1)


@dataclass(frozen=True, slots=True)
class CommandResult:
    """How a command ended: its lines, and in `message` why it refused or crashed, in its words."""

    outcome: Outcome
    lines: tuple[Mapping[str, Json], ...] = ()
    message: str = ""

    def line(self, kind: str) -> Mapping[str, Json]:
        """The last line of this kind; empty without one."""
        lines = [line for line in self.lines if kind in (line.get("kind"), line.get("event"))]
        return lines[-1] if lines else {}


def ask(arguments: Sequence[str], lang: Lang, limits: ProcessLimits) -> CommandResult:
    """Run a command of the ETL to its end, one at a time; its answer in JSON lines."""
    if not _ONE_AT_A_TIME.acquire(timeout=limits.wall_s):
        return CommandResult("busy")
    try:
        return _run(arguments, lang, limits)
    finally:
        _ONE_AT_A_TIME.release()


def _run(arguments: Sequence[str], lang: Lang, limits: ProcessLimits) -> CommandResult:
    start = (
        ["-m", "etl"]
        if os.name == "nt"
        else ["-c", _LIMITED.format(memory=limits.memory, cpu_s=limits.cpu_s)]
    )
    process = subprocess.Popen(  # noqa: S603 - our own program; no shell reads the arguments
        [sys.executable, *start, *arguments, "--lang", "nl" if lang == "nl" else "en", "--json"],
        cwd=PACKAGES,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        env=_environment(),
    )
    try:
        printed, errors = process.communicate(timeout=limits.wall_s)
    except subprocess.TimeoutExpired:
        _end(process)
        return CommandResult("too_long")
    except BaseException:
        # The server stops: nobody reads the answer any more.
        _end(process)
        raise
    lines = tuple(json_lines(printed.decode("utf-8", "replace")))
    if process.returncode == 0:
        return CommandResult("done", lines)
    if os.name != "nt" and process.returncode == -signal.SIGXCPU:
        return CommandResult("too_long", lines)
    outcome, message = complaint(errors.decode("utf-8", "replace"))
    return CommandResult(outcome, lines, message)


def _environment() -> dict[str, str]:
    """The environment of a command: without the secrets of the login."""
    shared = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("STADSHART_LOGIN", "STREAMLIT_"))
    }
    # An arena per thread would count as memory long before it is used.
    return shared | {"MALLOC_ARENA_MAX": "2", "OMP_NUM_THREADS": "1"}


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the process with all that it started."""
    with suppress(ProcessLookupError):
        if os.name == "nt":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def json_lines(printed: str) -> Iterator[Mapping[str, Json]]:
    """The whole lines of what a command printed; the last may be half written."""
    for text in printed.splitlines():
        try:
            line: Json = json.loads(text)
        except json.JSONDecodeError:
            continue
        if isinstance(line, dict):
            yield line


def complaint(errors: str) -> tuple[Failure, str]:
    """How a command ended that did not finish, and its last words about itself."""
    printed = errors.splitlines()
    if any(line.startswith("Traceback ") for line in printed):
        return "crashed", printed[-1]
    own = [line.removeprefix(PROGRAM) for line in printed if line.startswith(PROGRAM)]
    return ("refused", own[-1]) if own else ("broken_off", "")
