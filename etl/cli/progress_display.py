"""Progress of a run: bars on a terminal, JSON lines for programs, nothing in a pipe."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING

from data.errors import CommandLanguage
from data.manifest import Json
from etl.cli.console import Console
from etl.cli.messages import message
from etl.fetch.messages import FetchEvent
from etl.pipeline.progress import NoProgress, Step
from geo.bilingual import Bilingual

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


class JsonProgress(NoProgress):
    """One JSON object per line on standard output."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def on_fetch(self, event: FetchEvent) -> None:
        """Print an event of fetching, unless it only counts bytes."""
        if event.kind == "bytes":
            return
        members = asdict(event)
        del members["bytes"], members["until"]
        if event.until is not None:
            members["until"] = event.until.isoformat(timespec="seconds")
        self._print(members)

    def on_step(self, step: Step) -> None:
        """Print the step."""
        members = asdict(step)
        if step.title is None:
            del members["title"]
        self._print(members)

    def _print(self, members: dict[str, Json]) -> None:
        line = json.dumps({"event": members.pop("kind"), **members}, ensure_ascii=False)
        with self._lock:
            print(line, flush=True)


class ProgressBars(NoProgress):
    """A bar per source and one for the places."""

    def __init__(self, progress: Progress, language: CommandLanguage) -> None:
        self._progress, self._language = progress, language
        self._lock = threading.Lock()
        self._tasks: dict[str, TaskID] = {}
        self._bytes: dict[str, int] = {}
        self._rows: dict[str, int] = {}

    def on_fetch(self, event: FetchEvent) -> None:
        """Show the bytes received, or what the source waits for."""
        with self._lock:
            self._bytes[event.source] = self._bytes.get(event.source, 0) + event.bytes
            task = self._task(event.source)
            if event.kind == "bytes":
                self._progress.update(task, amount=_size(self._bytes[event.source]))
            else:
                self._progress.update(task, what=_words(event).text(self._language))

    def on_step(self, step: Step) -> None:
        """Move the bar of a source or of the places."""
        with self._lock:
            name = "places" if step.kind == "place" else step.name
            task = self._task(name)
            self._rows[name] = self._rows.get(name, 0) + step.rows
            count = f"{self._rows[name]:,}".replace(",", " ")
            rows = message("progress.rows", count=count).text(self._language)
            self._progress.update(
                task,
                total=step.total or None,
                completed=step.done,
                what=" ".join(
                    filter(None, (step.key, step.status, rows if self._rows[name] else ""))
                ),
            )

    def _task(self, name: str) -> TaskID:
        if name not in self._tasks:
            self._tasks[name] = self._progress.add_task(name, total=None, what="", amount="")
        return self._tasks[name]


@contextmanager
def open_progress(console: Console) -> Iterator[NoProgress]:
    """JSON lines when asked for, bars on a terminal, else nothing."""
    if console.as_json:
        yield JsonProgress()
        return
    if not sys.stderr.isatty():
        yield NoProgress()
        return
    # Late, since output in a pipe does not need it.
    from rich.console import Console as RichConsole
    from rich.progress import (
        BarColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description:<16}", markup=False),
        BarColumn(bar_width=24),
        TextColumn("{task.fields[amount]:>9}", markup=False),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        # Without markup, since names may hold square brackets.
        TextColumn("{task.fields[what]}", markup=False),
    )
    with Progress(*columns, console=RichConsole(stderr=True), transient=True) as progress:
        yield ProgressBars(progress, console.language)


def _words(event: FetchEvent) -> Bilingual:
    """What a source waits for; for a silent host also until when, in local time."""
    seconds = f"{event.wait_s:.0f}"
    if event.kind == "ask":
        return message("progress.ask", host=event.host)
    if event.kind == "wait":
        return message("progress.wait", host=event.host, seconds=seconds, code=event.code)
    if event.kind == "done":
        code = event.code
        return Bilingual(nl=code, en=code) if code else message("progress.answered")
    if event.until is None:
        return message("progress.quiet", host=event.host, seconds=seconds)
    until = f"{event.until.astimezone():%H:%M:%S}"
    return message("progress.quiet-until", host=event.host, seconds=seconds, until=until)


def _size(count: float) -> str:
    for unit in ("B", "kB", "MB"):
        if count < 1000:
            return f"{count:.0f} {unit}"
        count /= 1000
    return f"{count:.1f} GB"
