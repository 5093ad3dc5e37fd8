"""The run of the ETL that the page starts: its own process, its progress in the data folder.

DIR/fetch/.lock            locked as long as the run lives, however it ends
DIR/fetch/progress.jsonl   what it prints: a JSON object per line
DIR/fetch/errors.txt       what it prints on standard error
"""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from types import MappingProxyType
from typing import Literal

from dashboard.i18n.text import Lang
from dashboard.session.etl_process import PACKAGES, complaint, json_lines
from data.errors import BusyError
from data.manifest import Json
from data.snapshot import lock

FOLDER, PROGRESS, ERRORS = "fetch", "progress.jsonl", "errors.txt"
RUNS = "raw"
"""The folder that every run locks, whoever starts it."""

Outcome = Literal["running", "done", "stopped", "refused", "crashed", "broken_off"]
Activity = Literal["waiting", "asking", "arrived", "stale", "failed"]
# By the status that ends the asking.
_ACTIVITIES: Mapping[str, Activity] = MappingProxyType(
    {"fresh": "arrived", "unchanged": "arrived", "stale": "stale", "failed": "failed"}
)


@dataclass(slots=True)
class SourceProgress:
    """How far a source is: `places_done` of `places`, the answers so far, or how its asking ended.

    `code` is that of the problem for which it waits now.
    """

    title: Mapping[str, str]
    activity: Activity = "waiting"
    places_done: int = 0
    places: int = 0
    answers: int = 0
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Trouble:
    """An error of a source, with its cure, in Dutch and English."""

    source_id: str
    sentence: Mapping[str, str]
    cure: Mapping[str, str]


@dataclass(slots=True)
class FetchState:
    """What is known of the last run that the page started.

    `step` is what it did last beside fetching, with how much of it is done. `message` is why it
    refused to go on or crashed, in its own words.
    """

    outcome: Outcome = "broken_off"
    sources: dict[str, SourceProgress] = field(default_factory=dict)
    step: tuple[Literal["read", "place", "publish"], int, int] | None = None
    troubles: list[Trouble] = field(default_factory=list)
    version: str | None = None
    message: str = ""


def command(folder: Path, lang: Lang) -> list[str]:
    """The command that fills a data folder, to be run where the packages lie."""
    language = "nl" if lang == "nl" else "en"
    return [*(sys.executable, "-m", "etl", "run"), *("--data", str(folder), "--lang", language)]


def in_terminal(folder: Path, lang: Lang) -> int:
    """Fill a data folder with progress in the terminal; the exit code. Ctrl-C ends both."""
    with subprocess.Popen(  # noqa: S603 - our own program, with a folder of the operator
        command(folder.resolve(), lang), cwd=PACKAGES
    ) as run:
        try:
            return run.wait()
        except KeyboardInterrupt:
            # The terminal interrupts the run as well; it says what is kept.
            run.wait()
            raise


def start(folder: Path, lang: Lang) -> None:
    """Start a run that fills the data folder, unless one that the page started is going on.

    It lives in a session of its own, so that neither a closed page nor a stopped server ends it.
    Raises OSError when the folder cannot be written.
    """
    room = folder.resolve() / FOLDER
    room.mkdir(parents=True, exist_ok=True)
    try:
        handle = lock.take(room, wait_s=1.0)
    except BusyError:
        return
    try:
        for name in (PROGRESS, ERRORS):
            (room / name).write_bytes(b"")
        # Appending: two processes write.
        with (room / PROGRESS).open("ab") as progress, (room / ERRORS).open("ab") as errors:
            run = subprocess.Popen(  # noqa: S603 - our own program, with a folder of the operator
                [*command(folder.resolve(), lang), "--json"],
                cwd=PACKAGES,
                stdin=subprocess.DEVNULL,
                stdout=progress,
                stderr=errors,
                start_new_session=True,
                pass_fds=(handle,),
            )
            began: dict[str, Json] = {
                "event": "start",
                "process": run.pid,
                "host": socket.gethostname(),
            }
            progress.write(_line(began))
    finally:
        # The run holds the lock now, by the descriptor it was given.
        os.close(handle)
    # Its end is collected, whenever it comes.
    Thread(target=run.wait, daemon=True).start()


def stop(folder: Path) -> None:
    """End the run, all its processes at once; what it fetched and what is published stay whole."""
    room = folder / FOLDER
    begun = next((line for line in _lines(room) if line["event"] == "start"), None)
    if begun is None or begun["host"] != socket.gethostname() or not lock.is_held(room):
        return
    with (room / PROGRESS).open("ab") as progress:
        progress.write(_line({"event": "stop"}))
    process = begun["process"]
    if isinstance(process, int):
        os.killpg(process, signal.SIGTERM)


def forget(folder: Path) -> None:
    """Remove what the last run left word of, unless it is going on."""
    if not lock.is_held(folder / FOLDER):
        (folder / FOLDER / PROGRESS).unlink(missing_ok=True)


def is_filled_by_another(folder: Path) -> bool:
    """Whether a run that the page did not start is filling the data folder."""
    return not lock.is_held(folder / FOLDER) and lock.is_held(folder / RUNS)


def state(folder: Path) -> FetchState | None:
    """The state of the last run that the page started; None without one."""
    room = folder / FOLDER
    if not (room / PROGRESS).is_file():
        return None
    # Before its words are read: once it has ended they are complete.
    running = lock.is_held(room)
    known = FetchState()
    for line in _lines(room):
        _take(known, line)
    if running:
        known.outcome = "running"
    elif known.version is None and known.outcome != "stopped":
        known.outcome, known.message = complaint(_written(room / ERRORS))
    return known


def _take(known: FetchState, line: Mapping[str, Json]) -> None:
    """Add one line of the run to what is known."""
    match line:
        case {"event": "stop"} if known.version is None:
            known.outcome = "stopped"
        case {"event": "plan", "name": str(name), "title": dict(title)}:
            known.sources[name] = SourceProgress(_texts(title))
        case {"event": "source", "name": str(name), "done": int(done), "total": int(total)}:
            source = known.sources.get(name)
            if source is not None:
                source.places_done, source.places = done, total
                source.activity = _ACTIVITIES.get(str(line.get("status")), "asking")
                source.code = None
        case {"event": "wait", "source": str(name), "code": str(code)} if name in known.sources:
            known.sources[name].code = code
        case {"event": "done", "source": str(name)} if name in known.sources:
            known.sources[name].answers += line.get("code") is None
            known.sources[name].code = None
        case {"event": "read" | "place" | "publish" as step, "done": int(done), "total": int(of)}:
            known.step = (step, done, of)
        case {
            "event": "finding",
            "severity": "error",
            "source_id": str(name),
            "cure": dict(cure),
        } if name in known.sources:
            known.troubles.append(Trouble(name, _texts(line), _texts(cure)))
        case {"event": "done", "version": str(version)}:
            known.version, known.outcome = version, "done"


def _texts(members: Mapping[str, Json]) -> dict[str, str]:
    """The sentence of each language."""
    return {lang: text for lang in ("nl", "en", "de") if isinstance(text := members.get(lang), str)}


def _lines(room: Path) -> Iterator[Mapping[str, Json]]:
    """The whole lines of the run so far; the last may be half written."""
    return (line for line in json_lines(_written(room / PROGRESS)) if "event" in line)


def _line(members: Mapping[str, Json]) -> bytes:
    return f"{json.dumps(members)}\n".encode()


def _written(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return ""
