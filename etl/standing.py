"""How a part stands after what was gathered for it: new, the same as before, an old
copy, or gone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from data.provenance import Status
from etl.errors import RunError
from etl.gather import Gathered, digest
from etl.parts import Part, Store
from etl.problems import PROBLEMS, Finding, found
from etl.source import Source

OF_CONTENT = ("text", "file", "check")
"""Chapters of what was found while reading: it holds as long as the content does."""
OF_THE_FOLDER = ("input-no-place", "input-not-read")
"""Told anew by every run that meets such a file."""


def anew(part: Part, one: Gathered) -> Part:
    """A part that was read just now; stale when its pieces are an old copy."""
    return _met(part, one, "stale" if one.status == "stale" else "fresh")


def again(part: Part, one: Gathered) -> Part:
    """A part whose pieces came again as they were; what was said of the way they came then is of
    that day.
    """
    lasting = tuple(
        finding
        for finding in part.findings
        if PROBLEMS[finding.code].group in OF_CONTENT and finding.code not in OF_THE_FOLDER
    )
    return _met(
        replace(part, findings=lasting), one, "stale" if one.status == "stale" else "unchanged"
    )


def stays(
    source: Source, one: Gathered, earlier: Part | None, why: Sequence[Finding], today: date
) -> Part:
    """The earlier part as stale, or an empty failed one when there is none that is young enough."""
    if earlier is not None:
        day = earlier.retrieved or today
        if source.max_age_days is None or (today - day).days <= source.max_age_days:
            told = [
                finding for finding in why if finding.code not in ("copy-stale", "copy-too-old")
            ]
            told.append(found("kept-earlier", retrieved=day.isoformat()))
            return replace(
                earlier,
                status="stale",
                findings=tuple(told),
                tries=one.tries,
                wire_bytes=one.wire_bytes,
            )
        why = (*why, found("copy-too-old", retrieved=day.isoformat(), days=source.max_age_days))
    return Part(
        source_id=one.source_id,
        key=one.key,
        fingerprint="",
        status="failed",
        findings=tuple(why),
        tries=one.tries,
        wire_bytes=one.wire_bytes,
    )


def require_kept(before: Mapping[str, Part], parts: Mapping[str, Part], store: Store) -> None:
    """Nothing when every part with rows is at hand; RunError when one is gone that this run did not
    make anew.

    Without this a damaged copy of yesterday would quietly take its rows out of what is published.
    """
    gone = {
        part.source_id for part in parts.values() if part.rows and not store.has(part.fingerprint)
    }
    unmade = {name for name in before if name not in parts or not parts[name].fingerprint}
    gone |= {
        before[name].source_id
        for name in unmade
        if before[name].rows and not store.has(before[name].fingerprint)
    }
    if gone:
        which = " ".join(f"--source {source_id}" for source_id in sorted(gone))
        raise RunError(
            f"{store.folder}: expected the rows of {', '.join(sorted(gone))} that were kept there,"
            f" got none: run again with {which}, or with the files they came from; what is"
            " published stays as it is"
        )


def _met(part: Part, one: Gathered, status: Status) -> Part:
    """The part with how and when its pieces came."""
    days = [piece.retrieved for piece in one.pieces]
    hashes = [piece.sha256 for piece in one.pieces]
    # Maps of columns and lists of what was withdrawn lie beside the files that people brought.
    names = sorted(
        {
            piece.name
            for piece in one.pieces
            if piece.origin == "file" and not piece.name.endswith(".toml")
        }
    )
    return replace(
        part,
        status=status,
        retrieved=min(days, default=None),
        sha256=hashes[0] if len(hashes) == 1 else digest(hashes) if hashes else None,
        tries=one.tries,
        wire_bytes=one.wire_bytes,
        read_via=f"bestand: {', '.join(names)}" if names else None,
        findings=(
            *part.findings,
            *(finding for finding in one.findings if finding not in part.findings),
        ),
    )
