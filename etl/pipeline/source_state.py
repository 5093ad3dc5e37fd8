"""State of each source after a run: its record of the manifest, its rows and its findings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from data.manifest import SourceRecord, Status
from etl.parsing.dropped_rows import NO_ROWS_OF_A_SOURCE
from etl.pipeline.parts_store import ParsedPart, digest
from etl.problems import Finding, make_finding
from etl.source import Owner, Source


@dataclass(frozen=True, slots=True)
class SourceState:
    """The record of a source in the manifest, its rows per table, and its findings per area."""

    record: SourceRecord
    rows: Mapping[str, int]
    counts: Mapping[str, int]
    findings: tuple[tuple[str, Finding], ...]
    tries: int
    wire_bytes: int

    @property
    def reported(self) -> list[tuple[str, Finding]]:
        """The findings that are not notes, each once, with its areas."""
        return _with_areas(self.findings)


def source_state(source: Source, parts: Sequence[ParsedPart]) -> SourceState:
    """The state of one source from its parts, which may be none."""
    in_use = [part for part in parts if part.fingerprint]
    filled = {name for part in in_use for name, count in part.rows.items() if count}
    findings = tuple((part.key, finding) for part in parts for finding in part.findings)
    if filled <= NO_ROWS_OF_A_SOURCE:
        findings = tuple((key, _for_all_places(finding)) for key, finding in findings)
    hashes = sorted({part.sha256 for part in in_use if part.sha256})
    days = [part.retrieved for part in in_use if part.retrieved is not None]
    surveyed = sorted({part.surveyed for part in in_use if part.surveyed})
    rows: dict[str, int] = {}
    counts: dict[str, int] = {}
    for part in in_use:
        for target, source_counts in ((rows, part.rows), (counts, part.counts)):
            for name, count in source_counts.items():
                target[name] = target.get(name, 0) + count
    owner = next((part.owner for part in in_use if part.owner is not None), None)
    owner = owner or Owner(source.publisher, source.licence, source.url, source.credit)
    record = SourceRecord(
        source_id=source.id,
        title_nl=source.title.nl,
        title_en=source.title.en,
        publisher=owner.publisher,
        licence=owner.licence,
        status=_status(parts),
        sharing=source.sharing,
        url=owner.url,
        credit=owner.credit,
        read_via="; ".join(sorted({part.read_via for part in in_use if part.read_via})) or None,
        surveyed=" - ".join(dict.fromkeys((surveyed[0], surveyed[-1]))) if surveyed else None,
        retrieved=min(days, default=None),
        sha256=None if not hashes else hashes[0] if len(hashes) == 1 else digest(hashes),
        problems=tuple(
            f"{areas}{finding.nl} [{finding.code}]" for areas, finding in _with_areas(findings)
        ),
    )
    tries, wire_bytes = sum(part.tries for part in parts), sum(part.wire_bytes for part in parts)
    return SourceState(
        record,
        dict(sorted(rows.items())),
        dict(sorted(counts.items())),
        findings,
        tries,
        wire_bytes,
    )


def source_states(
    sources: Mapping[str, Source], parts: Mapping[str, ParsedPart]
) -> tuple[SourceState, ...]:
    """The state of every source, in order of id."""
    return tuple(
        source_state(
            source, [part for _, part in sorted(parts.items()) if part.source_id == source_id]
        )
        for source_id, source in sorted(sources.items())
    )


def _status(parts: Sequence[ParsedPart]) -> Status:
    """Failed when no part is in use, stale when any part is an old copy or absent."""
    if not parts:
        return "not_supplied"
    statuses = {part.status for part in parts}
    if statuses == {"failed"}:
        return "failed"
    if statuses & {"failed", "stale"}:
        return "stale"
    return "fresh" if "fresh" in statuses else "unchanged"


def _with_areas(findings: Sequence[tuple[str, Finding]]) -> list[tuple[str, Finding]]:
    """Findings that are not notes, each once, with its areas."""
    areas: dict[tuple[str, str], tuple[list[str], Finding]] = {}
    for key, finding in findings:
        if finding.severity != "note":
            areas.setdefault((finding.code, finding.nl), ([], finding))[0].append(key)
    return [
        ("" if keys == ["region"] else f"{', '.join(dict.fromkeys(keys))}: ", finding)
        for keys, finding in areas.values()
    ]


def _for_all_places(finding: Finding) -> Finding:
    """The finding; a note about one place becomes a warning when it holds for all."""
    if finding.code != "rows-none-here":
        return finding
    return make_finding("rows-elsewhere", **finding.values)
