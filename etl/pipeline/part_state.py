"""State of a part after collecting its input: fresh, unchanged, an old copy, or failed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from data.manifest import Status
from etl.errors import RunError
from etl.fetch.raw_store import without_age
from etl.pipeline.collect import RawInput
from etl.pipeline.parts_store import ParsedPart, PartsStore, digest
from etl.problems import PROBLEMS, Finding, make_finding
from etl.source import Source

CONTENT_GROUPS = ("text", "file", "check")
"""Groups of findings about the content; they hold as long as it is unchanged."""
FOLDER_CODES = ("input-no-place", "input-not-read")
"""Codes of findings that every run makes again while the file is there."""


def as_fresh(part: ParsedPart, raw_input: RawInput) -> ParsedPart:
    """A part that was parsed in this run; stale when its pieces are an old copy."""
    return _with_transport(part, raw_input, "stale" if raw_input.status == "stale" else "fresh")


def as_unchanged(part: ParsedPart, raw_input: RawInput) -> ParsedPart:
    """A part with unchanged pieces. Transport findings of the earlier run are dropped."""
    lasting = tuple(
        finding
        for finding in part.findings
        if PROBLEMS[finding.code].group in CONTENT_GROUPS and finding.code not in FOLDER_CODES
    )
    status: Status = "stale" if raw_input.status == "stale" else "unchanged"
    return _with_transport(replace(part, findings=lasting), raw_input, status)


def fall_back(
    source: Source,
    raw_input: RawInput,
    published: ParsedPart | None,
    reasons: Sequence[Finding],
    today: date,
) -> ParsedPart:
    """The published part as stale; an empty failed part when it is absent or too old."""
    if published is not None:
        day = published.retrieved or today
        if source.max_age_days is None or (today - day).days <= source.max_age_days:
            remains = make_finding("kept-earlier", retrieved=day.isoformat())
            return replace(
                published,
                status="stale",
                findings=(*without_age(reasons), remains),
                tries=raw_input.tries,
                wire_bytes=raw_input.wire_bytes,
            )
        too_old = make_finding("copy-too-old", retrieved=day.isoformat(), days=source.max_age_days)
        reasons = (*reasons, too_old)
    return ParsedPart(
        source_id=raw_input.source_id,
        key=raw_input.key,
        fingerprint="",
        status="failed",
        findings=tuple(reasons),
        tries=raw_input.tries,
        wire_bytes=raw_input.wire_bytes,
    )


def require_complete(
    published: Mapping[str, ParsedPart], parts: Mapping[str, ParsedPart], store: PartsStore
) -> None:
    """Raise RunError unless the frames of every part with rows are in the store.

    Otherwise the rows of a damaged part would silently disappear from the published version.
    """
    missing = {
        part.source_id for part in parts.values() if part.rows and not store.has(part.fingerprint)
    }
    missing |= {
        part.source_id
        for name, part in published.items()
        if (name not in parts or not parts[name].fingerprint)
        and part.rows
        and not store.has(part.fingerprint)
    }
    if missing:
        options = " ".join(f"--source {source_id}" for source_id in sorted(missing))
        raise RunError(
            f"{store.folder}: expected the rows of {', '.join(sorted(missing))} that were kept"
            f" there, got none: run again with {options}, or with the files they came from; what is"
            " published stays as it is"
        )


def _with_transport(part: ParsedPart, raw_input: RawInput, status: Status) -> ParsedPart:
    """The part with the transport facts of its pieces: status, days, checksums and findings."""
    days = [piece.retrieved for piece in raw_input.pieces]
    hashes = [piece.sha256 for piece in raw_input.pieces]
    # Column maps and lists of withdrawn rows are stored beside the imported files.
    names = sorted(
        {
            piece.name
            for piece in raw_input.pieces
            if piece.origin == "file" and not piece.name.endswith(".toml")
        }
    )
    new_findings = [finding for finding in raw_input.findings if finding not in part.findings]
    return replace(
        part,
        status=status,
        retrieved=min(days, default=None),
        sha256=hashes[0] if len(hashes) == 1 else digest(hashes) if hashes else None,
        tries=raw_input.tries,
        wire_bytes=raw_input.wire_bytes,
        read_via=f"bestand: {', '.join(names)}" if names else None,
        findings=(*part.findings, *new_findings),
    )
