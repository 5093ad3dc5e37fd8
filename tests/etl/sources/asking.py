"""Runs one source the way the build does, without the build: its questions over real sockets, its answers parsed.

    parsed = Asking(upstream, clock, tmp_path).run(bag, area)
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from shapely.geometry import Point

from etl.area import REACH_M, Area, Place, Spot
from etl.exchange import Request
from etl.http import Client
from etl.paging import fetch_pages
from etl.problems import Finding
from etl.raw import Record, Shelf
from etl.source import Parsed, Piece, Question, Reader
from tests.etl.upstream import FastClock, Upstream

DAY = date(2026, 3, 1)
HENGELO = Point(250_790.0, 476_000.0)
"""Where the made-up town of these tests lies, in RD."""


def place(
    place_id: str = "hengelo", code: str | None = "GM0164", *, core: Point = HENGELO, role: str = "centre", name: str | None = None
) -> Place:
    """A place that reaches 1,500 m around its core."""
    return Place(place_id, name or place_id.title(), role, code, core, core.buffer(REACH_M), False)


def area(*places: Place, wanted: tuple[Spot, ...] = ()) -> Area:
    """These places, or the one of these tests."""
    known = places or (place(),)
    return Area(known, known, wanted)


def piece(path: Path, *, content_crs: str = "", retrieved: date = DAY, place_id: str | None = None) -> Piece:
    """A file somebody brought."""
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


def written(folder: Path, name: str, content: bytes | str, **known: str) -> Piece:
    """A file of this name and content, as somebody brought it."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return piece(path, **known)


class Failed(Exception):
    """A question that brought nothing; carries why."""

    def __init__(self, question: str, findings: tuple[Finding, ...]) -> None:
        super().__init__(f"{question}: {', '.join(finding.code for finding in findings)}")
        self.findings = findings
        self.codes = [finding.code for finding in findings]


class Asking:
    """Asks a source's questions of the upstream, whatever host they name, and keeps the answers."""

    def __init__(self, upstream: Upstream, clock: FastClock, folder: Path) -> None:
        self._upstream = upstream
        self._clock = clock
        self._folder = folder
        self.findings: list[Finding] = []
        self.hosts: set[str] = set()

    def run(self, source: Reader, asked: Area) -> Parsed:
        """What a source makes of the answers; raises Failed."""
        return source.parse(self.pieces(source, asked), asked)

    def pieces(self, source: Reader, asked: Area) -> list[Piece]:
        """The answers to all questions; raises Failed."""
        shelf = Shelf(self._folder, source.SOURCE.id)
        with Client("Test/1", clock=self._clock, jitter=lambda: 0.0, operator_urls=[self._upstream.url()]) as client:
            return [one for question in source.requests(asked) for one in self._answers(client, shelf, question)]

    def _answers(self, client: Client, shelf: Shelf, question: Question) -> list[Piece]:
        request = self._here(question.request)
        if question.read is None:
            outcome = client.fetch(request, shelf)
            records: tuple[Record, ...] = (outcome.record,) if outcome.arrived and outcome.record else ()
            findings = outcome.findings
        else:
            announced = None
            if question.hits is not None and question.total is not None:
                hits = client.fetch(self._here(question.hits), shelf)
                if hits.record is None:
                    raise Failed(question.name, hits.findings)
                announced = question.total(shelf.read(hits.record))
            pages = fetch_pages(client, request, shelf, read=question.read, follow=question.follow, clock=self._clock, announced=announced)
            records, findings = pages.records, pages.findings
        self.findings += findings
        if records:
            return [self._piece(question.name, record, shelf) for record in records]
        instead: Sequence[Question] = question.otherwise
        if question.halves is not None and "query-too-heavy" in [finding.code for finding in findings]:
            instead = question.halves()
        if not instead:
            raise Failed(question.name, findings)
        return [one for other in instead for one in self._answers(client, shelf, other)]

    def _here(self, request: Request) -> Request:
        parts = urlsplit(request.url)
        self.hosts.add(parts.netloc)
        return replace(request, url=self._upstream.url(parts.path), hosts=())

    def _piece(self, name: str, record: Record, shelf: Shelf) -> Piece:
        return Piece(
            name=name,
            path=shelf.path(record),
            origin="fetched",
            url=record.url,
            sha256=record.sha256,
            retrieved=record.retrieved.date(),
            content_type=record.content_type,
            content_crs=record.content_crs,
            surveyed=record.surveyed,
        )


def codes(parsed: Parsed) -> list[str]:
    """Codes of what the reader must know."""
    return [finding.code for finding in parsed.findings]


NO_SAMPLES = pytest.mark.skipif("STADSHART_SAMPLES" not in os.environ, reason="STADSHART_SAMPLES names no folder with recorded answers")
NO_REAL = pytest.mark.skipif("STADSHART_REAL" not in os.environ, reason="STADSHART_REAL names no folder with real files")


def sample(name: str) -> Path:
    """A recorded answer."""
    return Path(os.environ["STADSHART_SAMPLES"]) / name


def real(name: str) -> Path:
    """A real file."""
    return Path(os.environ["STADSHART_REAL"]) / name
