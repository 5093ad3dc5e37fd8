"""Pieces per source and area: files brought by hand or answers from outside, kept in
the raw store.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from etl import area as areas
from etl.archive import require_file
from etl.area import Area
from etl.errors import ContentError, FileError
from etl.exchange import Outcome, Request, Status
from etl.http import Client
from etl.pace import Budget, Clock
from etl.paging import fetch_pages
from etl.problems import Finding, found, one_line
from etl.raw import Record, Shelf
from etl.source import KINDS, Piece, Question, Reader, Source

REGION = "region"
"""Name of the area of a source that is asked once for all places."""

_HEAVY = "query-too-heavy"


@dataclass(frozen=True, slots=True)
class Gathered:
    """What is at hand of one source in one area; `status` says how it came, `none` that there is
    nothing to ask or read.
    """

    source_id: str
    key: str
    area: Area
    pieces: tuple[Piece, ...]
    status: Status | None
    findings: tuple[Finding, ...] = ()
    tries: int = 0
    wire_bytes: int = 0

    @property
    def errors(self) -> tuple[Finding, ...]:
        """Why nothing, or only an old copy, is at hand."""
        return tuple(finding for finding in self.findings if finding.severity == "error")


def divided(source: Source, area: Area) -> dict[str, Area]:
    """The areas a source is asked about, by name: one per place, or one for all."""
    if source.per == "region":
        return {REGION: area}
    return {one.place_ids[0]: one for one in areas.one_by_one(area)}


def bring(
    source: Source, given: Sequence[tuple[Path, str | None]], area: Area, shelf: Shelf, clock: Clock
) -> list[Gathered]:
    """What the files hold for each area; a file of one place goes to that place only.

    A file that is not what its name says fails the source, whatever lies beside it: half of what
    somebody brought is not published.
    """
    findings: list[Finding] = []
    pieces: list[tuple[Piece, str | None]] = []
    places = {place.place_id for place in area.everywhere}
    for path, place_id in sorted(given, key=lambda one: (one[1] or "", one[0].name)):
        if place_id is not None and place_id not in places:
            findings.append(found("input-no-place", name=path.name, folder=place_id))
            continue
        if path.suffix.lower() not in source.accepts:
            findings.append(
                found("input-not-read", name=path.name, accepted=", ".join(source.accepts) or "-")
            )
            continue
        try:
            require_file(path)
            earlier = {
                record.sha256: record for record in shelf.records() if record.method == "FILE"
            }
            record = shelf.bring(
                path, retrieved=clock.now(), licence=source.licence, attribution=source.credit or ""
            )
            # The same file again was not brought anew.
            known = earlier.get(record.sha256)
            if known is not None and known.url == record.url:
                record = shelf.note(replace(record, retrieved=known.retrieved))
            piece = _piece(record, one_line(path.name), shelf, place_id)
            piece.require(KINDS[path.suffix.lower()])
            pieces.append((piece, place_id))
        except (FileError, ContentError) as error:
            findings.append(error.finding)
    broken = any(finding.severity == "error" for finding in findings)
    result = []
    for key, one in divided(source, area).items():
        mine = tuple(
            piece for piece, place_id in pieces if place_id is None or place_id in one.place_ids
        )
        status: Status | None = "failed" if broken else ("fresh" if mine else None)
        result.append(
            Gathered(source.id, key, one, () if broken else mine, status, tuple(findings))
        )
    return result


def ask(
    reader: Reader,
    key: str,
    area: Area,
    shelf: Shelf,
    *,
    client: Client,
    clock: Clock,
    budget: Budget,
    base_url: str | None,
) -> Gathered:
    """What the outside world answers about one area."""
    questions = reader.requests(area) if hasattr(reader, "requests") else ()
    asking = _Asking(reader.SOURCE, shelf, client, clock, budget, base_url)
    answers = [asking.one(question) for question in questions]
    if not answers:
        return Gathered(reader.SOURCE.id, key, area, (), None)
    if reader.SOURCE.partial:
        answers = _without_failed(questions, answers)
    whole = _together(answers)
    return Gathered(
        reader.SOURCE.id,
        key,
        area,
        () if whole.status == "failed" else whole.pieces,
        whole.status,
        whole.findings,
        asking.tries,
        asking.wire_bytes,
    )


def _without_failed(questions: Sequence[Question], answers: Sequence[_Answered]) -> list[_Answered]:
    """The answers, those that failed as stale and without a piece where others arrived."""
    if all(answer.status == "failed" for answer in answers):
        return list(answers)
    result = []
    for question, answer in zip(questions, answers, strict=True):
        if answer.status == "failed":
            why = next((one.code for one in answer.findings if one.severity == "error"), "-")
            told = found("question-failed", question=question.name, why=why)
            answer = _Answered("stale", (), (told, *answer.findings))
        result.append(answer)
    return result


@dataclass(frozen=True, slots=True)
class _Answered:
    """How one question ended."""

    status: Status
    pieces: tuple[Piece, ...]
    findings: tuple[Finding, ...]


@dataclass(slots=True)
class _Asking:
    """The questions of one source about one area."""

    source: Source
    shelf: Shelf
    client: Client
    clock: Clock
    budget: Budget
    base_url: str | None
    tries: int = 0
    wire_bytes: int = 0

    def one(self, question: Question) -> _Answered:
        """The answer to a question, in halves where it is too heavy, from elsewhere
        where it fails.
        """
        settled = self._settled(question)
        if settled is not None:
            return settled
        answer = self._asked(question)
        if _HEAVY in _codes(answer) and question.halves is not None:
            return _together([self.one(half) for half in question.halves()])
        if answer.status in ("fresh", "unchanged"):
            return answer
        tried = {self._at(question.request).key}
        for other in question.otherwise:
            request = self._at(other.request)
            if request.key in tried:
                continue
            tried.add(request.key)
            instead = self.one(other)
            if instead.status in ("fresh", "unchanged"):
                why = next(
                    (finding.code for finding in answer.findings if finding.severity == "error"),
                    "-",
                )
                told = found("asked-elsewhere", host=urlsplit(request.url).hostname, why=why)
                return replace(instead, findings=(*instead.findings, told))
        return answer

    def _asked(self, question: Question) -> _Answered:
        request = self._at(question.request)
        max_age = (
            None if self.source.max_age_days is None else timedelta(days=self.source.max_age_days)
        )
        if question.read is None:
            outcome = self._counted(
                self.client.fetch(request, self.shelf, budget=self.budget, max_age=max_age)
            )
            records = () if outcome.record is None else (outcome.record,)
            return _Answered(outcome.status, self._pieces(question.name, records), outcome.findings)
        announced: int | None = None
        if question.hits is not None and question.total is not None:
            hits = self._counted(
                self.client.fetch(self._at(question.hits), self.shelf, budget=self.budget)
            )
            if hits.arrived and hits.record is not None:
                try:
                    announced = question.total(self.shelf.read(hits.record))
                except ContentError as error:
                    return self._old(question, (error.finding,))
            else:
                # What a stale count promises the rows of today need not keep.
                return self._old(
                    question,
                    tuple(
                        one
                        for one in hits.findings
                        if one.code not in ("copy-stale", "copy-too-old")
                    ),
                )
        pages = fetch_pages(
            self.client,
            request,
            self.shelf,
            read=question.read,
            follow=question.follow,
            clock=self.clock,
            announced=announced,
            budget=self.budget,
            max_age=max_age,
        )
        self.tries += pages.tries
        self.wire_bytes += pages.wire_bytes
        return _Answered(pages.status, self._pieces(question.name, pages.records), pages.findings)

    def _old(self, question: Question, findings: tuple[Finding, ...]) -> _Answered:
        """The last complete answer after asking failed, or nothing."""
        records = self.shelf.complete(self._at(question.request).key)
        if records is None or not all(self.shelf.sound(record) for record in records):
            return _Answered("failed", (), findings)
        told = found(
            "copy-stale", retrieved=min(record.retrieved for record in records).date().isoformat()
        )
        return _Answered("stale", self._pieces(question.name, records), (*findings, told))

    def _settled(self, question: Question) -> _Answered | None:
        """The answer at hand when it is too young to ask again."""
        if not self.source.settled_days:
            return None
        key = self._at(question.request).key
        last = self.shelf.last(key)
        records = (
            self.shelf.complete(key)
            if question.read is not None
            else (last,)
            if last is not None
            else None
        )
        if not records:
            return None
        age = self.clock.now() - min(record.retrieved for record in records)
        if timedelta(0) <= age < timedelta(days=self.source.settled_days) and all(
            self.shelf.sound(one) for one in records
        ):
            return _Answered("unchanged", self._pieces(question.name, records), ())
        return None

    def _counted(self, outcome: Outcome) -> Outcome:
        self.tries += outcome.tries
        self.wire_bytes += outcome.wire_bytes
        return outcome

    def _pieces(self, name: str, records: Iterable[Record]) -> tuple[Piece, ...]:
        return tuple(_piece(record, name, self.shelf, None) for record in records)

    def _at(self, request: Request) -> Request:
        """The question at the address the operator gave."""
        return (
            request
            if self.base_url is None
            else replace(request, url=rebased(request.url, self.base_url))
        )


def rebased(url: str, base_url: str) -> str:
    """`url` with scheme, host and leading path of `base_url`."""
    base, own = urlsplit(base_url), urlsplit(url)
    return urlunsplit((base.scheme, base.netloc, base.path.rstrip("/") + own.path, own.query, ""))


def digest(texts: Iterable[str]) -> str:
    """SHA-256 over texts in their order."""
    whole = hashlib.sha256()
    for text in texts:
        whole.update(f"{len(text)}:{text}".encode())
    return whole.hexdigest()


def _piece(record: Record, name: str, shelf: Shelf, place_id: str | None) -> Piece:
    return Piece(
        name=name,
        path=shelf.path(record),
        origin="file" if record.method == "FILE" else "fetched",
        url=record.url,
        sha256=record.sha256,
        retrieved=record.retrieved.date(),
        place_id=place_id,
        content_type=record.content_type,
        content_crs=record.content_crs,
        surveyed=record.surveyed,
    )


def _codes(answer: _Answered) -> set[str]:
    return {finding.code for finding in answer.findings}


def _together(answers: Sequence[_Answered]) -> _Answered:
    worst = max(
        (answer.status for answer in answers), key=("unchanged", "fresh", "stale", "failed").index
    )
    return _Answered(
        worst,
        tuple(piece for answer in answers for piece in answer.pieces),
        _once(answers),
    )


def _once(answers: Sequence[_Answered]) -> tuple[Finding, ...]:
    """The findings of all answers in order, each once."""
    findings: list[Finding] = []
    for answer in answers:
        findings += [finding for finding in answer.findings if finding not in findings]
    return tuple(findings)
