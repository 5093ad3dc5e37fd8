"""Answers that come in pages: followed with care, resumed where they stopped, and never
used half.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from etl.address import same_collection
from etl.errors import ContentError
from etl.exchange import Outcome, Request, Status
from etl.http import Client
from etl.pace import Budget, Clock
from etl.problems import Finding, found
from etl.raw import PageSet, Record, Shelf, standing

MOST_PAGES = 500
RESUMED_WITHIN = timedelta(hours=24)
"""Later, the register itself has moved on and old and new pages would not fit."""

_CURSOR_GONE = frozenset({"http-400", "http-404", "http-410"})


@dataclass(frozen=True, slots=True)
class Page:
    """What the source reads from one page: row ids, `next` link and announced total, if any.

    An `estimated` total may differ a little from what comes.
    """

    ids: tuple[str, ...]
    following: str | None = None
    announced: int | None = None
    estimated: bool = False


Read = Callable[[bytes], Page]
"""One page from its bytes; raises ContentError."""

Follow = Callable[[Request, Page, int], Request | None]
"""The next question after this one and its page, and the rows received so far; None at the end."""


def by_link(asked: Request, page: Page, received: int) -> Request | None:
    """Follow the `next` link of the answer; where it may lead is checked by `fetch_pages`."""
    return asked.at(page.following) if page.following else None


def by_offset(parameter: str) -> Follow:
    """Ask on from the number of rows received, whatever page size was given, until a page is empty
    or the total is there.
    """

    def follow(asked: Request, page: Page, received: int) -> Request | None:
        if not page.ids or (page.announced is not None and received >= page.announced):
            return None
        return asked.with_param(parameter, str(received))

    return follow


@dataclass(frozen=True, slots=True)
class Pages:
    """How a paged question ended; `records` are all pages in order, empty when `failed`."""

    status: Status
    records: tuple[Record, ...]
    findings: tuple[Finding, ...] = ()
    rows: int | None = None
    duplicates: int = 0
    tries: int = 0
    wire_bytes: int = 0

    @property
    def error(self) -> Finding | None:
        """The first finding that says why nothing arrived."""
        return next((finding for finding in self.findings if finding.severity == "error"), None)


def fetch_pages(
    client: Client,
    request: Request,
    shelf: Shelf,
    *,
    read: Read,
    follow: Follow = by_link,
    clock: Clock,
    announced: int | None = None,
    budget: Budget | None = None,
    max_age: timedelta | None = None,
    most_pages: int = MOST_PAGES,
) -> Pages:
    """All pages of one question, or the last complete set, or nothing.

    Rows with an id met before count once. `announced` is a total asked beforehand; a total on the
    page itself
    counts as well. A run that failed at a page goes on there next time.
    """
    walk = _Walk(client, request, shelf, read, follow, clock, announced, budget, most_pages)
    earlier = shelf.complete(request.key)
    problem = walk.run()
    if problem is None:
        same = earlier is not None and [record.sha256 for record in earlier] == [
            record.sha256 for record in walk.records
        ]
        return walk.pages("unchanged" if same else "fresh", tuple(walk.records))
    walk.findings.append(problem)
    if earlier is None or not all(shelf.sound(record) for record in earlier):
        return walk.pages("failed", ())
    old = standing(min(earlier, key=lambda record: record.retrieved), clock.now(), max_age)
    walk.findings.append(old)
    return walk.pages("failed", ()) if old.code == "copy-too-old" else walk.pages("stale", earlier)


class _Walk:
    """One walk along the pages."""

    def __init__(
        self,
        client: Client,
        request: Request,
        shelf: Shelf,
        read: Read,
        follow: Follow,
        clock: Clock,
        announced: int | None,
        budget: Budget | None,
        most_pages: int,
    ) -> None:
        self._client = client
        self._first = request
        self._shelf = shelf
        self._read = read
        self._follow = follow
        self._clock = clock
        self._beforehand = announced
        self._budget = budget
        self._most_pages = most_pages
        self.findings: list[Finding] = []
        self.tries = 0
        self.wire_bytes = 0
        self._begin(clock.now())

    def _begin(self, started: datetime) -> None:
        self._started = started
        self.records: list[Record] = []
        self._seen: set[str] = set()
        self._received = 0
        self._announced = self._beforehand
        self._estimated = False
        self._addresses: set[str] = set()

    def pages(self, status: Status, records: tuple[Record, ...]) -> Pages:
        """The end of the walk as others see it."""
        arrived = status in ("fresh", "unchanged")
        return Pages(
            status,
            records,
            tuple(self.findings),
            len(self._seen) if arrived else None,
            self._received - len(self._seen) if arrived else 0,
            self.tries,
            self.wire_bytes,
        )

    def run(self) -> Finding | None:
        """What stopped the walk before its end, None when all pages are there and agree."""
        asked = self._resumed()
        resumed = bool(self.records)
        while asked is not None:
            number = len(self.records) + 1
            if number > self._most_pages:
                return self._abandon(found("page-limit", limit=self._most_pages))
            # An address alone is not enough: a POST pages through its form.
            if asked.key in self._addresses:
                return self._abandon(found("page-loop", page=number - 1))
            outcome = self._ask(asked)
            if not outcome.arrived or outcome.record is None:
                error = outcome.error
                if resumed and error is not None and error.code in _CURSOR_GONE:
                    self._shelf.drop_partial(self._first.key)
                    self._begin(self._clock.now())
                    asked, resumed = self._first, False
                    continue
                self.findings += [
                    finding
                    for finding in outcome.findings
                    if finding.code not in ("copy-stale", "copy-too-old")
                ]
                return (
                    found("pages-incomplete", page=number, kept=len(self.records))
                    if self.records
                    else self.findings.pop()
                )
            resumed = False
            self.findings += outcome.findings
            try:
                asked = self._take(asked, outcome.record)
            except ContentError as error:
                return self._abandon(error.finding)
        return self._agree()

    def _ask(self, asked: Request) -> Outcome:
        outcome = self._client.fetch(
            asked, self._shelf, budget=self._budget, page_of=self._first.key
        )
        self.tries += outcome.tries
        self.wire_bytes += outcome.wire_bytes
        return outcome

    def _take(self, asked: Request, record: Record) -> Request | None:
        """Add a page; the next question, None at the end."""
        page = self._read(self._shelf.read(record))
        self._addresses.add(asked.key)
        self.records.append(record)
        self._seen.update(page.ids)
        self._received += len(page.ids)
        if self._beforehand is None and page.announced is not None:
            self._announced, self._estimated = page.announced, page.estimated
        following = self._follow(asked, page, self._received)
        if following is None:
            return None
        target = same_collection(self._first.address, following.address)
        if target is None:
            raise ContentError("page-elsewhere", page=len(self.records), target=following.address)
        following = following.at(target) if target != following.address else following
        pages = tuple((record.key, record.sha256) for record in self.records)
        self._shelf.save_pages(PageSet(self._first.key, self._started, pages, following.address))
        return following

    def _resumed(self) -> Request | None:
        """The question to go on with: the first, or the one an earlier run stopped at."""
        met = self._shelf.partial(self._first.key)
        if (
            met is None
            or not timedelta(0) <= self._clock.now() - met[0].started <= RESUMED_WITHIN
            or met[0].following is None
        ):
            self._shelf.drop_partial(self._first.key)
            return self._first
        progress, records = met
        self._begin(progress.started)
        asked: Request | None = self._first
        for record in records:
            if asked is None or not self._shelf.sound(record):
                self._begin(self._clock.now())
                return self._first
            try:
                asked = self._take(asked, record)
            except ContentError:
                # The reader has changed since; what it refuses now is asked anew.
                self._begin(self._clock.now())
                return self._first
        self.findings.append(found("pages-resumed", page=len(records) + 1))
        return asked

    def _agree(self) -> Finding | None:
        """Nothing when the rows are as many as announced; the set is then remembered as
        complete.
        """
        twice = self._received - len(self._seen)
        if twice:
            self.findings.append(found("page-duplicates", count=twice))
        if self._announced is not None and self._announced != len(self._seen):
            off = abs(self._announced - len(self._seen))
            close = self._estimated and off <= _margin(self._announced)
            total = {"announced": self._announced, "received": len(self._seen)}
            if not close:
                return self._abandon(found("page-total", **total))
            self.findings.append(found("page-estimate", **total))
        pages = tuple((record.key, record.sha256) for record in self.records)
        self._shelf.save_pages(PageSet(self._first.key, self._started, pages, None))
        return None

    def _abandon(self, problem: Finding) -> Finding:
        """Pages that do not fit together are not gone on with."""
        self._shelf.drop_partial(self._first.key)
        return problem


def _margin(announced: int) -> int:
    """How far an estimated total may be off: a twentieth, or one row of at least four."""
    return max(announced // 20, 1) if announced > 3 else 0
