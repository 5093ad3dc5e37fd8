"""Raw inputs per source and area, from imported files or the network, stored in the raw store."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from etl import area as areas
from etl.area import Area
from etl.decoding.file_guard import require_file
from etl.errors import ContentError, FileError
from etl.fetch.client import Client
from etl.fetch.messages import FetchResult, FetchStatus, Request
from etl.fetch.pagination import fetch_pages
from etl.fetch.raw_store import RawRecord, RawStore, stale_finding, without_age
from etl.fetch.throttle import Clock, TimeBudget
from etl.fetch.url_safety import rebased
from etl.problems import Finding, make_finding, one_line
from etl.source import KINDS, Piece, Question, Reader, Source

REGION = "region"
"""Key of the area of a source that is asked once for all places."""

_TOO_HEAVY = "query-too-heavy"


@dataclass(frozen=True, slots=True)
class RawInput:
    """The pieces of one source in one area; `status` is None when nothing is asked or read."""

    source_id: str
    key: str
    area: Area
    pieces: tuple[Piece, ...]
    status: FetchStatus | None
    findings: tuple[Finding, ...] = ()
    tries: int = 0
    wire_bytes: int = 0

    @property
    def name(self) -> str:
        """`<source id>/<key>`, as in the index of parts."""
        return f"{self.source_id}/{self.key}"

    @property
    def errors(self) -> tuple[Finding, ...]:
        """Why there is nothing, or only an old copy."""
        return tuple(finding for finding in self.findings if finding.severity == "error")


def split_areas(source: Source, area: Area) -> dict[str, Area]:
    """The areas that a source is asked about, by key: one per place, or one for all."""
    if source.per == "region":
        return {REGION: area}
    return {place_area.place_ids[0]: place_area for place_area in areas.areas_per_place(area)}


def from_files(
    source: Source,
    files: Sequence[tuple[Path, str | None]],
    area: Area,
    raw_store: RawStore,
    clock: Clock,
) -> list[RawInput]:
    """The raw input of each area from files, each with its place or None.

    One file of a wrong kind fails the source: half of a delivery is not published.
    """
    findings: list[Finding] = []
    pieces: list[tuple[Piece, str | None]] = []
    place_ids = {place.place_id for place in area.all_places}
    for path, place_id in sorted(files, key=lambda file: (file[1] or "", file[0].name)):
        if place_id is not None and place_id not in place_ids:
            findings.append(make_finding("input-no-place", name=path.name, folder=place_id))
            continue
        if path.suffix.lower() not in source.accepts:
            findings.append(
                make_finding(
                    "input-not-read", name=path.name, accepted=", ".join(source.accepts) or "-"
                )
            )
            continue
        try:
            pieces.append((_file_piece(source, path, place_id, raw_store, clock), place_id))
        except (FileError, ContentError) as error:
            findings.append(error.finding)
    broken = any(finding.severity == "error" for finding in findings)
    inputs = []
    for key, part in split_areas(source, area).items():
        area_pieces = (
            ()
            if broken
            else tuple(
                piece
                for piece, place_id in pieces
                if place_id is None or place_id in part.place_ids
            )
        )
        status: FetchStatus | None = "failed" if broken else "fresh" if area_pieces else None
        inputs.append(RawInput(source.id, key, part, area_pieces, status, tuple(findings)))
    return inputs


def _file_piece(
    source: Source, path: Path, place_id: str | None, raw_store: RawStore, clock: Clock
) -> Piece:
    """A file as a piece in the raw store; unchanged files keep the day of their first retrieval."""
    require_file(path)
    earlier = {record.sha256: record for record in raw_store.records() if record.method == "FILE"}
    record = raw_store.add_file(
        path, retrieved=clock.now(), licence=source.licence, attribution=source.credit or ""
    )
    known = earlier.get(record.sha256)
    if known is not None and known.url == record.url:
        record = raw_store.write_sidecar(replace(record, retrieved=known.retrieved))
    piece = _piece(record, one_line(path.name), raw_store, place_id)
    piece.require(KINDS[path.suffix.lower()])
    return piece


def questions_of(reader: Reader, area: Area) -> Sequence[Question]:
    """What the source asks about an area; nothing where it waits for files."""
    return reader.requests(area) if hasattr(reader, "requests") else ()


def ask(
    source: Source,
    questions: Sequence[Question],
    key: str,
    area: Area,
    raw_store: RawStore,
    *,
    client: Client,
    clock: Clock,
    budget: TimeBudget,
    base_url: str | None,
) -> RawInput:
    """The raw input of one area from the answers to these questions."""
    collector = _Collector(source, raw_store, client, clock, budget, base_url)
    results = (
        collector.ask_together(questions)
        if any(question.together for question in questions)
        else [collector.ask(question) for question in questions]
    )
    if not results:
        return RawInput(source.id, key, area, (), None)
    if source.partial:
        results = _without_failed(questions, results)
    merged = _merge(results)
    return RawInput(
        source.id,
        key,
        area,
        () if merged.status == "failed" else merged.pieces,
        merged.status,
        merged.findings,
        collector.tries,
        collector.wire_bytes,
    )


@dataclass(frozen=True, slots=True)
class _QuestionResult:
    """How one question ended."""

    status: FetchStatus
    pieces: tuple[Piece, ...]
    findings: tuple[Finding, ...]

    @property
    def arrived(self) -> bool:
        return self.status in ("fresh", "unchanged")

    @property
    def error_code(self) -> str:
        """The code of the first error, a dash without one."""
        return next((item.code for item in self.findings if item.severity == "error"), "-")


def _without_failed(
    questions: Sequence[Question], results: Sequence[_QuestionResult]
) -> list[_QuestionResult]:
    """The results; where others arrived, a failed one is stale and without pieces."""
    asked = zip(questions, results, strict=True)
    if all(result.status == "failed" for question, result in asked if not question.aside):
        return list(results)
    return [
        _QuestionResult(
            "stale",
            (),
            (
                make_finding("question-failed", question=question.name, why=result.error_code),
                *result.findings,
            ),
        )
        if result.status == "failed"
        else result
        for question, result in zip(questions, results, strict=True)
    ]


@dataclass(slots=True)
class _Collector:
    """Asks the questions of one source about one area."""

    source: Source
    raw_store: RawStore
    client: Client
    clock: Clock
    budget: TimeBudget
    base_url: str | None
    tries: int = 0
    wire_bytes: int = 0

    def ask(self, question: Question) -> _QuestionResult:
        """The result of a question, of its halves when too heavy, or of an alternative."""
        recent = self._recent(question)
        if recent is not None:
            return recent
        result = self._fetch(question)
        too_heavy = any(finding.code == _TOO_HEAVY for finding in result.findings)
        if too_heavy and question.halves is not None:
            return _merge([self.ask(half) for half in question.halves()])
        if result.arrived:
            return result
        tried = {self._rebased(question.request).key}
        for alternative in question.otherwise:
            request = self._rebased(alternative.request)
            if request.key in tried:
                continue
            tried.add(request.key)
            other_result = self.ask(alternative)
            if other_result.arrived:
                host = urlsplit(request.url).hostname
                note = make_finding("asked-elsewhere", host=host, why=result.error_code)
                return replace(other_result, findings=(*other_result.findings, note))
        return result

    def ask_together(self, questions: Sequence[Question]) -> list[_QuestionResult]:
        """The results of the first alternative that is settled, or without a failed question.

        Where every alternative fails: those of the one that came furthest, of equals the last.
        """
        alternatives = list(zip(*((first, *first.otherwise) for first in questions), strict=True))
        for alternative in alternatives:
            settled = [answer for each in alternative if (answer := self._recent(each))]
            if len(settled) == len(alternative):
                return settled
        failed: list[list[_QuestionResult]] = []
        for alternative in alternatives:
            results: list[_QuestionResult] = []
            for question in alternative:
                results.append(self.ask(replace(question, otherwise=())))
                if results[-1].status == "failed":
                    break
            else:
                if failed:
                    url = self._rebased(alternative[0].request).url
                    why = ", ".join(sorted({tried[-1].error_code for tried in failed}))
                    note = make_finding("edition-older", url=url, why=why)
                    results[0] = replace(results[0], findings=(*results[0].findings, note))
                return results
            failed.append(results)
        return max(reversed(failed), key=len)

    def _fetch(self, question: Question) -> _QuestionResult:
        request = self._rebased(question.request)
        days = self.source.max_age_days
        max_age = None if days is None else timedelta(days=days)
        if question.read is None:
            result = self._counted(
                self.client.fetch(request, self.raw_store, budget=self.budget, max_age=max_age)
            )
            records = () if result.record is None else (result.record,)
            return _QuestionResult(
                result.status, self._pieces(question.name, records), result.findings
            )
        announced: int | None = None
        if question.hits is not None and question.total is not None:
            hits = self._counted(
                self.client.fetch(self._rebased(question.hits), self.raw_store, budget=self.budget)
            )
            if not hits.arrived or hits.record is None:
                # The total of an old copy may not fit to the rows of today.
                return self._last_complete(question, tuple(without_age(hits.findings)))
            try:
                announced = question.total(self.raw_store.read(hits.record))
            except ContentError as error:
                return self._last_complete(question, (error.finding,))
        pages = fetch_pages(
            self.client,
            request,
            self.raw_store,
            read_page=question.read,
            next_request=question.follow,
            clock=self.clock,
            announced=announced,
            budget=self.budget,
            max_age=max_age,
        )
        self.tries += pages.tries
        self.wire_bytes += pages.wire_bytes
        return _QuestionResult(
            pages.status, self._pieces(question.name, pages.records), pages.findings
        )

    def _last_complete(self, question: Question, findings: tuple[Finding, ...]) -> _QuestionResult:
        """The last complete answer as stale, or a failed result without one."""
        records = self.raw_store.complete_pages(self._rebased(question.request).key)
        if records is None or not all(self.raw_store.is_intact(record) for record in records):
            return _QuestionResult("failed", (), findings)
        oldest = min(records, key=lambda record: record.retrieved)
        old = stale_finding(oldest, self.clock.now(), None)
        return _QuestionResult("stale", self._pieces(question.name, records), (*findings, old))

    def _recent(self, question: Question) -> _QuestionResult | None:
        """The stored answer when it is younger than `settled_days`."""
        if not self.source.settled_days:
            return None
        key = self._rebased(question.request).key
        if question.read is not None:
            records = self.raw_store.complete_pages(key)
        else:
            newest = self.raw_store.newest(key)
            records = None if newest is None else (newest,)
        if not records:
            return None
        age = self.clock.now() - min(record.retrieved for record in records)
        young = timedelta(0) <= age < timedelta(days=self.source.settled_days)
        if not young or not all(self.raw_store.is_intact(record) for record in records):
            return None
        return _QuestionResult("unchanged", self._pieces(question.name, records), ())

    def _counted(self, result: FetchResult) -> FetchResult:
        self.tries += result.tries
        self.wire_bytes += result.wire_bytes
        return result

    def _pieces(self, name: str, records: Iterable[RawRecord]) -> tuple[Piece, ...]:
        return tuple(_piece(record, name, self.raw_store, None) for record in records)

    def _rebased(self, request: Request) -> Request:
        """The request at the base URL of the operator, if any."""
        if self.base_url is None:
            return request
        return replace(request, url=rebased(request.url, self.base_url))


def _piece(record: RawRecord, name: str, raw_store: RawStore, place_id: str | None) -> Piece:
    return Piece(
        name=name,
        path=raw_store.path(record),
        origin="file" if record.method == "FILE" else "fetched",
        url=record.url,
        sha256=record.sha256,
        retrieved=record.retrieved.date(),
        place_id=place_id,
        content_type=record.content_type,
        content_crs=record.content_crs,
        surveyed=record.surveyed,
    )


def worst(statuses: Iterable[FetchStatus]) -> FetchStatus:
    """The status of answers together."""
    return max(statuses, key=("unchanged", "fresh", "stale", "failed").index)


def _merge(results: Sequence[_QuestionResult]) -> _QuestionResult:
    """The results as one: the worst status, all pieces, and each finding once."""
    findings: list[Finding] = []
    for result in results:
        findings += [finding for finding in result.findings if finding not in findings]
    return _QuestionResult(
        worst(result.status for result in results),
        tuple(piece for result in results for piece in result.pieces),
        tuple(findings),
    )
