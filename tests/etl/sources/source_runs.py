"""One source run without publishing: questions over real sockets, answers parsed and checked.

parsed = SourceRunner(upstream, clock, tmp_path).run(bag, area)
"""

from __future__ import annotations

import hashlib
import os
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from shapely.geometry import Point

from data.schema.tables import DECLARED
from data.schema.validate import check
from etl.area import Area, Place, Spot
from etl.fetch.client import Client
from etl.fetch.raw_store import RawStore
from etl.fetch.throttle import TimeBudget
from etl.pipeline import collect, validate
from etl.pipeline.parts_store import INTERMEDIATE_FRAMES
from etl.problems import Finding
from etl.source import Parsed, Piece, Reader
from geo.crs import REACH_M
from tests.etl.upstream import FastClock, Upstream

DAY = date(2026, 3, 1)
HENGELO = Point(250_790.0, 476_000.0)
"""Where the made-up town of these tests lies, in RD."""


def place(
    place_id: str = "hengelo",
    code: str | None = "GM0164",
    *,
    core: Point = HENGELO,
    role: str = "centre",
    name: str | None = None,
) -> Place:
    """A place that reaches 1,500 m around its core."""
    return Place(place_id, name or place_id.title(), role, code, core, core.buffer(REACH_M), False)


def area(*places: Place, wanted: tuple[Spot, ...] = ()) -> Area:
    """These places, or the one of these tests."""
    known = places or (place(),)
    return Area(known, known, wanted)


def piece(
    path: Path, *, content_crs: str = "", retrieved: date = DAY, place_id: str | None = None
) -> Piece:
    """A file that a user supplied."""
    return Piece(
        name=path.name,
        path=path,
        origin="file",
        url="",
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        retrieved=retrieved,
        place_id=place_id,
        content_crs=content_crs,
    )


def write_piece(folder: Path, name: str, content: bytes | str, *, content_crs: str = "") -> Piece:
    """A file of this name and content, as a user supplies it."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return piece(path, content_crs=content_crs)


class SourceFailedError(Exception):
    """Questions without a usable answer; `findings` say why."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__(", ".join(finding.code for finding in findings))
        self.findings = findings
        self.codes = [finding.code for finding in findings]


class SourceRunner:
    """Asks a source's questions of the upstream, whatever host they name, and keeps the answers."""

    def __init__(self, upstream: Upstream, clock: FastClock, folder: Path) -> None:
        self._upstream = upstream
        self._clock = clock
        self._folder = folder
        self.findings: list[Finding] = []

    def run(self, source: Reader, asked: Area) -> Parsed:
        """What a source makes of the answers; raises SourceFailedError."""
        return source.parse(self.pieces(source, asked), asked)

    def pieces(self, source: Reader, asked: Area) -> tuple[Piece, ...]:
        """The answers to all questions; raises SourceFailedError."""
        raw_store = RawStore(self._folder, source.SOURCE.id)
        base_url = self._upstream.url()
        with Client(
            "Test/1", clock=self._clock, spacing_s=0.0, jitter=lambda: 0.0, operator_urls=[base_url]
        ) as client:
            answers = collect.ask(
                source.SOURCE,
                collect.questions_of(source, asked),
                "all",
                asked,
                raw_store,
                client=client,
                clock=self._clock,
                budget=TimeBudget(source.SOURCE.budget_s),
                base_url=base_url,
            )
        self.findings = list(answers.findings)
        if answers.status == "failed":
            raise SourceFailedError(answers.errors)
        return answers.pieces


def checked_frames(
    source: Reader, parsed: Parsed, asked: Area, *, today: date = DAY
) -> dict[str, pd.DataFrame]:
    """The frames as a run publishes them, checked against their tables; no row may be dropped."""
    frames = {}
    for name, frame in parsed.frames.items():
        if name in INTERMEDIATE_FRAMES:
            continue
        table = validate.as_table(name, frame, source.SOURCE, asked, today)
        assert not table.counts, table.counts
        check(name, table.frame.sort_values(list(DECLARED[name].sort), ignore_index=True))
        frames[name] = table.frame
    return frames


def codes(parsed: Parsed) -> list[str]:
    """Codes of what the reader must know."""
    return [finding.code for finding in parsed.findings]


NO_SAMPLES = pytest.mark.skipif(
    "STADSHART_SAMPLES" not in os.environ,
    reason="STADSHART_SAMPLES names no folder with recorded answers",
)
NO_REAL = pytest.mark.skipif(
    "STADSHART_REAL" not in os.environ, reason="STADSHART_REAL names no folder with real files"
)


def sample(name: str) -> Path:
    """A recorded answer."""
    return Path(os.environ["STADSHART_SAMPLES"]) / name


def real(name: str) -> Path:
    """A real file."""
    return Path(os.environ["STADSHART_REAL"]) / name
