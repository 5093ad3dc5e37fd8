"""Report on the sources of a published version: age, problems, and what waits for a file."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from data.manifest import Json, Manifest, SourceRecord
from etl.cli.console import Cell, ConsoleTable
from etl.cli.messages import counted, cure, message
from etl.pipeline.source_state import SourceState
from etl.source import Source
from geo.bilingual import Bilingual

_TIME = re.compile(r"(?<=\d{4}-\d\d-\d\d)T[\d:.]+Z?")
_CODES_OF_AGE = frozenset({"kept-earlier", "copy-stale"})
_TABLE_COLUMNS = ("table", "rows", "dated", "sources", "state")
_SOURCE_COLUMNS = ("source_id", "status", "read", "dated", "publisher", "sharing")


@dataclass(frozen=True, slots=True)
class SourceReport:
    """Troubled sources and warnings, a sentence each, and sources without any content yet."""

    troubles: ConsoleTable
    warnings: ConsoleTable
    not_fetched: tuple[str, ...]
    waiting_for_file: tuple[str, ...]
    too_old: tuple[Bilingual, ...]


def published(manifest: Manifest, now: datetime) -> Bilingual:
    """When a version was published, in words."""
    if manifest.published is None:
        return message("status.built")
    moment = f"{manifest.published:%Y-%m-%d %H:%M}"
    days = (now - manifest.published).days
    return message("status.published", moment=moment, age=_age(days))


def tables(manifest: Manifest) -> ConsoleTable:
    """The published tables: rows, the period of their sources, and their state."""
    rows: list[dict[str, Cell]] = []
    for table in manifest.tables:
        records = [record for record in map(manifest.source, table.sources) if record is not None]
        years = sorted(
            text[:4]
            for record in records
            if (text := record.surveyed or record.source_date or "")[:4].isdigit()
        )
        stale = sorted(
            record.source_id for record in records if record.status in ("stale", "failed")
        )
        rows.append(
            {
                "table": table.name,
                "rows": table.rows,
                "dated": _span(years) if years else None,
                "sources": (
                    ", ".join(table.sources)
                    if len(table.sources) < 4
                    else message("status.source-count", count=len(table.sources))
                ),
                "state": (
                    message("status.table-stale", names=", ".join(stale))
                    if stale
                    else message("status.table-well")
                ),
                "sha256": table.sha256[:12],
            }
        )
    return ConsoleTable("table", _TABLE_COLUMNS, rows)


def sources(records: Sequence[SourceRecord], today: date) -> ConsoleTable:
    """The sources with their status and how long ago they were read."""
    rows: list[dict[str, Cell]] = [
        {
            "source_id": record.source_id,
            "status": message(f"word.{record.status}"),
            "read": None if record.retrieved is None else _read(record.retrieved, today),
            "age_days": None if record.retrieved is None else (today - record.retrieved).days,
            "retrieved": None if record.retrieved is None else record.retrieved.isoformat(),
            "surveyed": record.surveyed or record.source_date,
            # Only programs need the hour of an extract.
            "dated": _TIME.sub("", record.surveyed or record.source_date or "") or None,
            "publisher": record.publisher,
            "sharing": message(f"word.{record.sharing}"),
            "problems": len(record.problems),
        }
        for record in records
    ]
    return ConsoleTable("source", _SOURCE_COLUMNS, rows)


def retyped(records: Sequence[SourceRecord]) -> tuple[SourceRecord, ...]:
    """The sources that were retyped by hand: they have no checksum of raw bytes."""
    return tuple(
        record
        for record in records
        if record.sha256 is None and record.status == "fresh" and not record.problems
    )


def retyped_words(records: Sequence[SourceRecord]) -> Bilingual | None:
    """One line for the sources that were retyped by hand, None when there are none."""
    days = sorted(
        record.retrieved.isoformat() for record in records if record.retrieved is not None
    )
    return counted("status.retyped", len(records), days=_span(days)) if days else None


def source_report(
    records: Sequence[SourceRecord],
    states: Mapping[str, SourceState],
    declared: Mapping[str, Source],
    today: date,
) -> SourceReport:
    """The report on the sources of a version.

    `states` is the state per source; it is empty for a version made elsewhere.
    """
    troubles: list[dict[str, Cell]] = []
    warnings: list[dict[str, Cell]] = []
    for record in records:
        errors, others = _reasons(record, states.get(record.source_id))
        if record.status in ("stale", "failed"):
            age = _kept_rows(record, declared.get(record.source_id), today)
            troubles += [
                _row(
                    record,
                    message(
                        "status.trouble",
                        source=record.source_id,
                        status=message(f"word.{record.status}"),
                        age=age,
                        reason=reason,
                    ),
                )
                for reason in errors or (message("status.no-reason"),)
            ]
        else:
            others = (*errors, *others)
        warnings += [
            _row(record, message("status.warning", source=record.source_id, text=text))
            for text in others
        ]
    absent = [
        record.source_id
        for record in records
        if record.status == "not_supplied" and record.source_id in declared
    ]
    return SourceReport(
        troubles=ConsoleTable("trouble", ("sentence",), troubles),
        warnings=ConsoleTable("warning", ("sentence",), warnings),
        not_fetched=tuple(name for name in absent if not declared[name].waits_for_file),
        waiting_for_file=tuple(name for name in absent if declared[name].waits_for_file),
        too_old=tuple(
            message(
                "status.too-old",
                source=record.source_id,
                age=_age((today - record.retrieved).days),
                days=source.max_age_days,
            )
            for record in records
            if (source := declared.get(record.source_id)) is not None
            and source.max_age_days is not None
            and record.retrieved is not None
            and record.status not in ("stale", "failed")
            and (today - record.retrieved).days > source.max_age_days
        ),
    )


def finding_lines(state: SourceState) -> tuple[Bilingual, ...]:
    """One line per finding of a source with its areas, without notes."""
    tries = counted("status.tries", state.tries, bytes=state.wire_bytes)
    return tuple(
        message(
            "status.tried-line" if finding.severity == "error" and state.tries else "status.line",
            areas=areas,
            text=Bilingual(nl=finding.nl, en=finding.en),
            code=finding.code,
            tries=tries,
        )
        for areas, finding in state.reported
    )


def finding_facts(state: SourceState) -> tuple[dict[str, Json], ...]:
    """The findings of a source for programs, without notes: sentence and cure per language."""
    return tuple(
        {
            "event": "finding",
            "source_id": state.record.source_id,
            "severity": finding.severity,
            "code": finding.code,
            "nl": f"{areas}{finding.nl}",
            "en": f"{areas}{finding.en}",
            "cure": {"nl": cure(finding.code).nl, "en": cure(finding.code).en},
        }
        for areas, finding in state.reported
    )


def _row(record: SourceRecord, sentence: Bilingual) -> dict[str, Cell]:
    return {"source_id": record.source_id, "status": record.status, "sentence": sentence}


def _reasons(
    record: SourceRecord, state: SourceState | None
) -> tuple[tuple[Bilingual, ...], tuple[Bilingual, ...]]:
    """Errors with their cure, and warnings; the problems of the manifest without a state."""
    if state is None or not state.findings:
        return tuple(Bilingual(nl=text, en=text) for text in record.problems), ()
    errors: list[Bilingual] = []
    others: list[Bilingual] = []
    for line, (_, finding) in zip(finding_lines(state), state.reported, strict=True):
        if finding.severity == "error":
            errors.append(message("status.error", line=line, cure=cure(finding.code)))
        elif finding.code not in _CODES_OF_AGE:
            others.append(line)
    return tuple(errors), tuple(others)


def _kept_rows(record: SourceRecord, source: Source | None, today: date) -> Bilingual:
    """The age of the rows that remain, and until when they may be used."""
    if record.retrieved is None:
        return message("status.nothing-published")
    read = _read(record.retrieved, today)
    if source is None or source.max_age_days is None:
        return message("status.kept", read=read)
    until = record.retrieved + timedelta(days=source.max_age_days)
    return message("status.kept-until", read=read, until=until.isoformat())


def _read(day: date, today: date) -> Bilingual:
    return message("status.read", day=day.isoformat(), age=_age((today - day).days))


def _age(days: int) -> Bilingual:
    if days < 0:
        return counted("age.ahead", -days)
    if days < 2:
        return message("age.yesterday" if days else "age.today")
    return message("age.days", count=days)


def _span(ordered: Sequence[str]) -> str | Bilingual:
    """The first and last of sorted values, or the single value."""
    if ordered[0] == ordered[-1]:
        return ordered[0]
    return message("status.span", first=ordered[0], last=ordered[-1])
