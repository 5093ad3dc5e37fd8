"""The command `stadshart-etl` over the made-up town, asking the fake outside world over real
sockets.

A case says what goes wrong and `assert_fails` or `assert_mended` holds the run against the rules
that hold for all 46 cases:
the other source still publishes, old or new stands whole, source and code are named in one line,
and `status` tells it.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pytest

from data import catalogue
from data.snapshot import publish
from etl.__main__ import main
from etl.pipeline.parts_store import PartsStore
from tests.etl.made_up_town import (
    BACKGROUND,
    OVERPASS,
    PDOK,
    STREETS,
    UNITS,
    Town,
    collection,
    municipality,
    overpass,
    overpass_subject,
)
from tests.etl.upstream import FastClock, ReceivedRequest, Reply, Upstream

JSON = (("Content-Type", "application/json"),)
GEMEENTEN = f"{PDOK}/gemeenten/items"
MORE_PEOPLE = 11_000.0
"""What the source that stays well says anew, so that a run has something to publish."""


class Capture(Protocol):
    """What was said so far."""

    def readouterr(self) -> tuple[str, str]:
        """Standard output and standard error since the last time."""


@dataclass(frozen=True)
class CommandResult:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def objects(self) -> list[dict[str, object]]:
        """One JSON object per line of standard output."""
        return [json.loads(line) for line in self.out.splitlines()]


class Command(Town):
    """A data folder, the commands given about it, and the outside world they meet."""

    def __init__(self, folder: Path, upstream: Upstream, clock: FastClock, heard: Capture) -> None:
        super().__init__(folder, upstream, clock)
        self._heard = heard
        self.sources: tuple[str, ...] = ("cbs_areas", "osm")

    def call(self, *arguments: object) -> CommandResult:
        """A command as it is typed."""
        self._heard.readouterr()
        with pytest.raises(SystemExit) as left:
            main([*(str(argument) for argument in arguments), "--data", str(self.data)])
        out, err = self._heard.readouterr()
        return CommandResult(int(left.value.code or 0), out, err)

    def fill(self, *more: object, at: str | None = None) -> CommandResult:
        """One run; `at` is where OpenStreetMap is asked in place of the upstream."""
        hosts = {name: self.upstream.url() for name in self.sources} | ({"osm": at} if at else {})
        named = [
            word
            for name in self.sources
            for word in ("--source", name, "--base-url", f"{name}={hosts[name]}")
        ]
        return self.call("run", "--places", self.places, "--workers", "1", *named, *more)

    def codes(self, source_id: str) -> list[str]:
        """Codes of what the published version says of a source."""
        parts = PartsStore(self.data).index().parts.values()
        return [
            finding.code
            for part in parts
            if part.source_id == source_id
            for finding in part.findings
        ]

    def status_of(self, source_id: str) -> str:
        """How a source stands in the published version."""
        record = catalogue.open(self.data).source(source_id)
        assert record is not None
        return record.status

    def serve_osm(self, *replies: Reply) -> None:
        """The next answers of Overpass, then good ones."""
        left = list(replies)
        answers = {"streets": STREETS, "units": UNITS, "background": BACKGROUND}
        self.upstream.serve(
            OVERPASS,
            lambda asked: left.pop(0) if left else overpass(answers[overpass_subject(asked)]),
        )

    def serve_areas(self, *replies: Reply) -> None:
        """The next answers about municipalities, then good ones."""
        left = list(replies)
        self.upstream.serve(
            GEMEENTEN, lambda asked: left.pop(0) if left else collection([municipality()])
        )


def requests_to(upstream: Upstream, path: str) -> list[ReceivedRequest]:
    """The questions that reached one path."""
    return [one for one in upstream.requests if one.path == path]


def seed(town: Command, published: Path) -> None:
    """The data folder of a good run forty days ago: nothing is settled any more."""
    shutil.copytree(published, town.data)
    town.upstream.serve(GEMEENTEN, collection([municipality(population=int(MORE_PEOPLE))]))
    town.wait_days(40)


def assert_fails(town: Command, code: str, *, tries: int, at: str | None = None) -> CommandResult:
    """One run over a good earlier one in which OpenStreetMap fails for that reason after so many
    tries per question.
    """
    before = catalogue.open(town.data).table("streets")
    said = town.fill(at=at)
    _stale(town, said, code, tries=tries * 3)
    opened = catalogue.open(town.data)
    assert opened.table("streets").equals(before)
    assert opened.table("areas")["population"].tolist() == [MORE_PEOPLE]
    return said


def _stale(town: Command, said: CommandResult, code: str, *, tries: int) -> None:
    assert (said.code, said.out.partition(":")[0]) == (3, "published")
    lines = [line for line in said.err.splitlines() if f"[{code}]" in line]
    assert (
        len(lines) == 1
        and lines[0].startswith("osm: voorbeeldstad: ")
        and f" ({tries} tries, " in lines[0]
    )
    assert (
        all(line.startswith("osm: ") for line in said.err.splitlines())
        and "Traceback" not in said.err
    )
    assert (town.status_of("osm"), town.status_of("cbs_areas")) == ("stale", "fresh")
    assert_whole(town)
    told = town.call("status")
    assert told.code == 3
    assert any(
        line.startswith("osm\tstale\t2026-03-01, 40 days ago\t") for line in told.out.splitlines()
    ), told.out
    assert any(
        f"[{code}]" in line and line.startswith("osm is stale") for line in told.out.splitlines()
    ), told.out


def assert_whole(town: Command) -> None:
    """What is published can be read and promises hold; nothing half lies about."""
    assert publish.verify(town.data) == []
    assert list(town.data.rglob(".new-*")) == []


def assert_refused(town: Command, source_id: str, code: str) -> CommandResult:
    """A run over a good earlier one in which this source is refused for that reason and its table
    stays as it was.
    """
    table = {"osm": "premises", "cbs_areas": "areas"}[source_id]
    before = catalogue.open(town.data).table(table)
    said = town.fill()
    assert (said.code, town.status_of(source_id)) == (3, "stale")
    assert f"[{code}]" in said.err and said.err.startswith(f"{source_id}: ")
    assert catalogue.open(town.data).table(table).equals(before)
    assert_whole(town)
    told = town.call("status")
    assert told.code == 3 and any(
        line.startswith(f"{source_id} is stale") and f"[{code}]" in line
        for line in told.out.splitlines()
    )
    return said


def assert_absent(town: Command, code: str, *, at: str | None = None) -> CommandResult:
    """A first run in which OpenStreetMap fails for that reason: the other source is published, its
    own tables are not there.
    """
    said = town.fill(at=at)
    assert (said.code, town.status_of("osm"), town.status_of("cbs_areas")) == (3, "failed", "fresh")
    assert f"[{code}]" in said.err and "Traceback" not in said.err
    opened = catalogue.open(town.data)
    assert opened.has("areas") and not opened.has("streets") and not opened.has("premises")
    assert_whole(town)
    told = town.call("status")
    assert told.code == 3 and any(
        line.startswith("osm\tfailed\t") for line in told.out.splitlines()
    )
    return said


def assert_mended(town: Command, *, code: int = 0) -> CommandResult:
    """One run that ends well, whatever it met on the way."""
    said = town.fill()
    assert (said.code, [town.status_of(name) for name in town.sources]) == (
        code,
        ["fresh"] * len(town.sources),
    ), said.err
    assert_whole(town)
    return said


@contextmanager
def short(monkeypatch: pytest.MonkeyPatch, limits: object) -> Iterator[None]:
    """OpenStreetMap is asked with this little patience."""
    with monkeypatch.context() as patch:
        patch.setattr("etl.sources.osm.Limits", lambda **_: limits)
        yield
