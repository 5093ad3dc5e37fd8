"""Pagination: all pages of an answer or none, resumed where an earlier run stopped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from etl.errors import ContentError
from etl.fetch.client import Client
from etl.fetch.messages import FetchResult, FetchStatus, Request
from etl.fetch.raw_store import PageSet, RawRecord, RawStore, stale_finding, without_age
from etl.fetch.throttle import Clock, TimeBudget
from etl.fetch.url_safety import link_within
from etl.problems import Finding, make_finding

MOST_PAGES = 500
RESUMED_WITHIN = timedelta(hours=24)
"""Older pages do not fit to new ones: the register has changed."""

_CURSOR_GONE = frozenset({"http-400", "http-404", "http-410"})


@dataclass(frozen=True, slots=True)
class Page:
    """What a source reads from one page: row ids, `next` link and announced total, if any.

    An `estimated` total may differ a little from the rows received.
    """

    ids: tuple[str, ...]
    next_url: str | None = None
    announced: int | None = None
    estimated: bool = False


PageReader = Callable[[bytes], Page]
"""One page from its bytes; raises ContentError."""

NextRequest = Callable[[Request, Page, int], Request | None]
"""The request after this one, from its page and the rows received so far; None at the end."""


def by_link(request: Request, page: Page, received: int) -> Request | None:
    """Follow the `next` link of the answer; `fetch_pages` checks where it leads."""
    return request.at(page.next_url) if page.next_url else None


def by_offset(parameter: str) -> NextRequest:
    """Page by offset, the number of rows received, until a page is empty or the total is there."""

    def next_request(request: Request, page: Page, received: int) -> Request | None:
        if not page.ids or (page.announced is not None and received >= page.announced):
            return None
        return request.with_param(parameter, str(received))

    return next_request


@dataclass(frozen=True, slots=True)
class Pages:
    """How a paged request ended; `records` are all pages in order, empty when `failed`."""

    status: FetchStatus
    records: tuple[RawRecord, ...]
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
    raw_store: RawStore,
    *,
    read_page: PageReader,
    next_request: NextRequest = by_link,
    clock: Clock,
    announced: int | None = None,
    budget: TimeBudget | None = None,
    max_age: timedelta | None = None,
    most_pages: int = MOST_PAGES,
) -> Pages:
    """All pages of one request, or the last complete set, or nothing.

    Rows with the same id count once. `announced` is a total asked beforehand; a total on the page
    itself counts as well. A run that failed at a page resumes there next time.
    """
    paginator = _Paginator(
        client, request, raw_store, read_page, next_request, clock, announced, budget, most_pages
    )
    earlier = raw_store.complete_pages(request.key)
    problem = paginator.run()
    if problem is None:
        same = earlier is not None and [record.sha256 for record in earlier] == [
            record.sha256 for record in paginator.records
        ]
        return paginator.result("unchanged" if same else "fresh", tuple(paginator.records))
    paginator.findings.append(problem)
    if earlier is None or not all(raw_store.is_intact(record) for record in earlier):
        return paginator.result("failed", ())
    old = stale_finding(min(earlier, key=lambda record: record.retrieved), clock.now(), max_age)
    paginator.findings.append(old)
    if old.code == "copy-too-old":
        return paginator.result("failed", ())
    return paginator.result("stale", earlier)


@dataclass
class _Paginator:
    """Follows the pages of one request."""

    _client: Client
    _first: Request
    _raw_store: RawStore
    _read_page: PageReader
    _next_request: NextRequest
    _clock: Clock
    _total_asked: int | None
    _budget: TimeBudget | None
    _most_pages: int
    findings: list[Finding] = field(default_factory=list)
    tries: int = 0
    wire_bytes: int = 0

    def __post_init__(self) -> None:
        self._restart(self._clock.now())

    def _restart(self, started: datetime) -> None:
        self._started = started
        self.records: list[RawRecord] = []
        self._seen: set[str] = set()
        self._received = 0
        self._announced = self._total_asked
        self._estimated = False
        self._requested: set[str] = set()

    def result(self, status: FetchStatus, records: tuple[RawRecord, ...]) -> Pages:
        """The pages with all that was counted on the way."""
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
        """Fetch all pages; the finding that stopped it, None when all are there and agree."""
        request = self._resume()
        resumed = bool(self.records)
        while request is not None:
            number = len(self.records) + 1
            if number > self._most_pages:
                return self._discard(make_finding("page-limit", limit=self._most_pages))
            # The URL alone is not enough: a POST pages through its form.
            if request.key in self._requested:
                return self._discard(make_finding("page-loop", page=number - 1))
            result = self._fetch(request)
            if not result.arrived or result.record is None:
                error = result.error
                if resumed and error is not None and error.code in _CURSOR_GONE:
                    self._raw_store.drop_partial(self._first.key)
                    self._restart(self._clock.now())
                    request, resumed = self._first, False
                    continue
                self.findings += without_age(result.findings)
                return (
                    make_finding("pages-incomplete", page=number, kept=len(self.records))
                    if self.records
                    else self.findings.pop()
                )
            resumed = False
            self.findings += result.findings
            try:
                request = self._add_page(request, result.record)
            except ContentError as error:
                return self._discard(error.finding)
        return self._check_total()

    def _fetch(self, request: Request) -> FetchResult:
        result = self._client.fetch(
            request, self._raw_store, budget=self._budget, page_of=self._first.key
        )
        self.tries += result.tries
        self.wire_bytes += result.wire_bytes
        return result

    def _add_page(self, request: Request, record: RawRecord) -> Request | None:
        """Add a page; the next request, None at the end."""
        page = self._read_page(self._raw_store.read(record))
        self._requested.add(request.key)
        self.records.append(record)
        self._seen.update(page.ids)
        self._received += len(page.ids)
        if self._total_asked is None and page.announced is not None:
            self._announced, self._estimated = page.announced, page.estimated
        following = self._next_request(request, page, self._received)
        if following is None:
            return None
        target = link_within(self._first.address, following.address)
        if target is None:
            raise ContentError("page-elsewhere", page=len(self.records), target=following.address)
        following = following.at(target) if target != following.address else following
        pages = tuple((record.key, record.sha256) for record in self.records)
        self._raw_store.save_pages(
            PageSet(self._first.key, self._started, pages, following.address)
        )
        return following

    def _resume(self) -> Request | None:
        """The request to continue with: the first, or the one an earlier run stopped at."""
        partial = self._raw_store.partial_pages(self._first.key)
        if (
            partial is None
            or not timedelta(0) <= self._clock.now() - partial[0].started <= RESUMED_WITHIN
            or partial[0].following is None
        ):
            self._raw_store.drop_partial(self._first.key)
            return self._first
        progress, records = partial
        self._restart(progress.started)
        request: Request | None = self._first
        for record in records:
            if request is None or not self._raw_store.is_intact(record):
                self._restart(self._clock.now())
                return self._first
            try:
                request = self._add_page(request, record)
            except ContentError:
                # The page reader has changed since; pages that it refuses now are fetched again.
                self._restart(self._clock.now())
                return self._first
        self.findings.append(make_finding("pages-resumed", page=len(records) + 1))
        return request

    def _check_total(self) -> Finding | None:
        """Compare the number of rows with the total; None after saving the set as complete."""
        duplicates = self._received - len(self._seen)
        if duplicates:
            self.findings.append(make_finding("page-duplicates", count=duplicates))
        if self._announced is not None and self._announced != len(self._seen):
            difference = abs(self._announced - len(self._seen))
            # An estimated total may be off by a twentieth, or by one row of at least four.
            margin = max(self._announced // 20, 1) if self._announced > 3 else 0
            close = self._estimated and difference <= margin
            total = {"announced": self._announced, "received": len(self._seen)}
            if not close:
                return self._discard(make_finding("page-total", **total))
            self.findings.append(make_finding("page-estimate", **total))
        pages = tuple((record.key, record.sha256) for record in self.records)
        self._raw_store.save_pages(PageSet(self._first.key, self._started, pages, None))
        return None

    def _discard(self, problem: Finding) -> Finding:
        """Drop the pages, which do not fit together and cannot be resumed; the problem."""
        self._raw_store.drop_partial(self._first.key)
        return problem
