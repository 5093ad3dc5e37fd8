"""How each source stands after a run, as the manifest tells it and in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from data.provenance import SourceRecord, Status
from etl.dropped import NO_ROWS_OF_A_SOURCE
from etl.gather import digest
from etl.parts import ParsedPart
from etl.problems import Finding, found
from etl.source import Owner, Source


@dataclass(frozen=True, slots=True)
class SourceState:
    """A source as the manifest names it, its rows per table, and what was found per area."""

    record: SourceRecord
    rows: Mapping[str, int]
    counts: Mapping[str, int]
    findings: tuple[tuple[str, Finding], ...]
    tries: int
    wire_bytes: int

    @property
    def told(self) -> tuple[Finding, ...]:
        """The findings behind `lines`, in the same order."""
        return tuple(finding for _, finding in _told(self.findings))

    @property
    def lines(self) -> tuple[str, ...]:
        """What is wrong, in English, one line per finding with the areas it was met in; notes left
        out.
        """
        times = "1 try" if self.tries == 1 else f"{self.tries} tries"
        asked = f" ({times}, {self.wire_bytes} bytes)" if self.tries else ""
        return tuple(
            f"{where}{finding.en} [{finding.code}]{asked if finding.severity == 'error' else ''}"
            for where, finding in _told(self.findings)
        )


def source_state(source: Source, parts: Sequence[ParsedPart]) -> SourceState:
    """The state of one source from its parts, which may be none."""
    given = [part for part in parts if part.fingerprint]
    filled = {name for part in given for name, count in part.rows.items() if count}
    met = [(part.key, finding) for part in parts for finding in part.findings]
    if filled <= NO_ROWS_OF_A_SOURCE:
        met = [(key, _of_no_place(finding)) for key, finding in met]
    findings = tuple(met)
    hashes = sorted({part.sha256 for part in given if part.sha256})
    days = [part.retrieved for part in given if part.retrieved is not None]
    surveyed = sorted({part.surveyed for part in given if part.surveyed})
    rows: dict[str, int] = {}
    counts: dict[str, int] = {}
    for part in given:
        for target, source_counts in ((rows, part.rows), (counts, part.counts)):
            for name, count in source_counts.items():
                target[name] = target.get(name, 0) + count
    owner = next((part.owner for part in given if part.owner is not None), None)
    told = owner or Owner(source.publisher, source.licence, source.url, source.credit)
    record = SourceRecord(
        source_id=source.id,
        title_nl=source.title.nl,
        title_en=source.title.en,
        publisher=told.publisher,
        licence=told.licence,
        status=_status(parts),
        sharing=source.sharing,
        url=told.url,
        credit=told.credit,
        read_via="; ".join(sorted({part.read_via for part in given if part.read_via})) or None,
        surveyed=_span(surveyed),
        retrieved=min(days, default=None),
        sha256=None if not hashes else hashes[0] if len(hashes) == 1 else digest(hashes),
        problems=tuple(
            f"{where}{finding.nl} [{finding.code}]" for where, finding in _told(findings)
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


def states(
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
    """One word for a source: failed when nothing of it is in use, stale when any of it is an old
    copy or absent.
    """
    if not parts:
        return "not_supplied"
    met = {part.status for part in parts}
    if met == {"failed"}:
        return "failed"
    if met & {"failed", "stale"}:
        return "stale"
    return "fresh" if "fresh" in met else "unchanged"


def _told(findings: Sequence[tuple[str, Finding]]) -> list[tuple[str, Finding]]:
    """Findings worth telling, each once, with the areas it was met in before it."""
    where: dict[tuple[str, str], tuple[list[str], Finding]] = {}
    for key, finding in findings:
        if finding.severity != "note":
            where.setdefault((finding.code, finding.nl), ([], finding))[0].append(key)
    return [
        ("" if keys == ["region"] else f"{', '.join(dict.fromkeys(keys))}: ", finding)
        for keys, finding in where.values()
    ]


def _of_no_place(finding: Finding) -> Finding:
    """What was a note for one place of many is a warning when it holds for all."""
    if finding.code != "rows-none-here":
        return finding
    return found("rows-elsewhere", **finding.values)


def _span(surveyed: Sequence[str]) -> str | None:
    if not surveyed:
        return None
    return surveyed[0] if len(surveyed) == 1 else f"{surveyed[0]} - {surveyed[-1]}"
