"""An account of what is published: its tables and sources with their age, what went wrong, and what
waits.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from data.provenance import Manifest, SourceRecord
from etl.problems import PROBLEMS, Finding
from etl.report import Cell, ConsoleTable
from etl.source import Source
from etl.status import SourceState

_TIME = re.compile(r"(?<=\d{4}-\d\d-\d\d)T[\d:.]+Z?")
_SAID_BY_AGE = frozenset({"kept-earlier", "copy-stale"})
_TABLE_HEADINGS = {
    "table": "Table",
    "rows": "Rows",
    "dated": "Dated",
    "sources": "Sources",
    "state": "State",
}
_SOURCE_HEADINGS = {
    "source_id": "Source",
    "status": "Status",
    "read": "Read",
    "dated": "Dated",
    "publisher": "Publisher",
    "sharing": "Sharing",
}


@dataclass(frozen=True, slots=True)
class SourceReport:
    """Sources in trouble and what else is worth knowing, each with a sentence; and sources of which
    nothing is there yet.
    """

    troubles: ConsoleTable
    warnings: ConsoleTable
    to_ask: tuple[str, ...]
    to_bring: tuple[str, ...]
    too_old: tuple[str, ...]


def published(manifest: Manifest, now: datetime) -> str:
    """When a version was published, in words."""
    if manifest.published is None:
        return "built from the curated facts"
    days = (now - manifest.published).days
    return f"published {manifest.published:%Y-%m-%d %H:%M} UTC ({_ago(days)})"


def tables(manifest: Manifest) -> ConsoleTable:
    """The published tables: rows, what period their sources describe, and how those stand."""
    rows: list[dict[str, Cell]] = []
    for table in manifest.tables:
        behind = [record for record in map(manifest.source, table.sources) if record is not None]
        dates = sorted(
            text[:4]
            for record in behind
            if (text := record.surveyed or record.source_date or "")[:4].isdigit()
        )
        behindhand = sorted(
            record.source_id for record in behind if record.status in ("stale", "failed")
        )
        rows.append(
            {
                "table": table.name,
                "rows": table.rows,
                "dated": (
                    None
                    if not dates
                    else dates[0]
                    if dates[0] == dates[-1]
                    else f"{dates[0]} to {dates[-1]}"
                ),
                "sources": (
                    ", ".join(table.sources)
                    if len(table.sources) < 4
                    else f"{len(table.sources)} sources"
                ),
                "state": f"stale: {', '.join(behindhand)}" if behindhand else "well",
                "sha256": table.sha256[:12],
            }
        )
    return ConsoleTable("table", "Tables", _TABLE_HEADINGS, rows)


def sources(records: Sequence[SourceRecord], today: date) -> ConsoleTable:
    """The sources with their status and how long ago they were read."""
    rows: list[dict[str, Cell]] = [
        {
            "source_id": record.source_id,
            "status": record.status,
            "read": None if record.retrieved is None else _read(record.retrieved, today),
            "age_days": None if record.retrieved is None else (today - record.retrieved).days,
            "retrieved": None if record.retrieved is None else record.retrieved.isoformat(),
            "surveyed": record.surveyed or record.source_date,
            # The hour of an extract is for programs.
            "dated": _TIME.sub("", record.surveyed or record.source_date or "") or None,
            "publisher": record.publisher,
            "sharing": record.sharing,
            "problems": len(record.problems),
        }
        for record in records
    ]
    return ConsoleTable("source", "Sources", _SOURCE_HEADINGS, rows)


def retyped(records: Sequence[SourceRecord]) -> tuple[SourceRecord, ...]:
    """The sources that were retyped by hand, without raw bytes to be checked."""
    return tuple(
        record
        for record in records
        if record.sha256 is None and record.status == "fresh" and not record.problems
    )


def retyped_words(records: Sequence[SourceRecord]) -> str:
    """One line for the sources that were retyped by hand, empty when there are none."""
    days = sorted(
        record.retrieved.isoformat() for record in records if record.retrieved is not None
    )
    if not days:
        return ""
    read = days[0] if days[0] == days[-1] else f"{days[0]} to {days[-1]}"
    return f"{len(records)} source{'s' if len(records) != 1 else ''} of curated facts, read {read}"


def source_report(
    records: Sequence[SourceRecord],
    states: Mapping[str, SourceState],
    declared: Mapping[str, Source],
    today: date,
) -> SourceReport:
    """The account of a version; `states` tells per source what was found, empty for one that was
    not made here.
    """
    troubles: list[dict[str, Cell]] = []
    warnings: list[dict[str, Cell]] = []
    for record in records:
        state = states.get(record.source_id)
        errors, others = _told(record, state)
        if record.status in ("stale", "failed"):
            standing = (
                f"{record.source_id} is"
                f" {record.status}{_kept(record, declared.get(record.source_id), today)}"
            )
            troubles += [
                _row(record, f"{standing}: {text}") for text in errors or ("no reason was kept",)
            ]
        else:
            others = (*errors, *others)
        warnings += [_row(record, f"{record.source_id}: {text}") for text in others]
    absent = [
        record.source_id
        for record in records
        if record.status == "not_supplied" and record.source_id in declared
    ]
    return SourceReport(
        troubles=ConsoleTable(
            "trouble", "What is stale or failed, and why", {"sentence": ""}, troubles
        ),
        warnings=ConsoleTable("warning", "Worth knowing", {"sentence": ""}, warnings),
        to_ask=tuple(name for name in absent if not declared[name].waits_for_file),
        to_bring=tuple(name for name in absent if declared[name].waits_for_file),
        too_old=tuple(
            _too_old(record, declared.get(record.source_id), today)
            for record in records
            if _old(record, declared, today)
        ),
    )


def _row(record: SourceRecord, sentence: str) -> dict[str, Cell]:
    return {"source_id": record.source_id, "status": record.status, "sentence": sentence}


def _told(
    record: SourceRecord, state: SourceState | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Errors with their cure, and warnings; in the manifest's own words where it is not known how
    they came about.
    """
    if state is None or not state.findings:
        return record.problems, ()
    errors: list[str] = []
    others: list[str] = []
    for line, finding in zip(state.lines, state.told, strict=True):
        if finding.severity == "error":
            errors.append(f"{line}. {_cure(finding)}")
        elif finding.code not in _SAID_BY_AGE:
            others.append(line)
    return tuple(errors), tuple(others)


def _cure(finding: Finding) -> str:
    return PROBLEMS[finding.code].cure


def _kept(record: SourceRecord, source: Source | None, today: date) -> str:
    """How old the rows are that stay, and until when they may."""
    if record.retrieved is None:
        return ", nothing of it is published"
    until = (
        None
        if source is None or source.max_age_days is None
        else record.retrieved + timedelta(days=source.max_age_days)
    )
    stays = "" if until is None else f", stays until {until.isoformat()}"
    return f" (what is shown was read {_read(record.retrieved, today)}{stays})"


def _old(record: SourceRecord, declared: Mapping[str, Source], today: date) -> bool:
    source = declared.get(record.source_id)
    if (
        source is None
        or source.max_age_days is None
        or record.retrieved is None
        or record.status in ("stale", "failed")
    ):
        return False
    return (today - record.retrieved).days > source.max_age_days


def _too_old(record: SourceRecord, source: Source | None, today: date) -> str:
    days = (today - (record.retrieved or today)).days
    counts = 0 if source is None else source.max_age_days
    return (
        f"{record.source_id} was read {_ago(days)} and counts for {counts} days: 'stadshart-etl run"
        f" --source {record.source_id}'"
    )


def _read(day: date, today: date) -> str:
    return f"{day.isoformat()}, {_ago((today - day).days)}"


def _ago(days: int) -> str:
    if days < 0:
        return f"{-days} day{'s' if days != -1 else ''} ahead of this clock"
    return {0: "today", 1: "yesterday"}.get(days, f"{days} days ago")
