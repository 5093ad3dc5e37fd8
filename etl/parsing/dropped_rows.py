"""Files without any used row: their rows lie elsewhere, or cannot be used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from etl.errors import ContentError
from etl.problems import RULES, Finding, make_finding
from etl.source import FileRead, Piece, Source
from geo.bilingual import Bilingual

ELSEWHERE = frozenset({"dropped-elsewhere", "dropped-outside-places", "dropped-other-municipality"})
"""Rules for valid rows that lie in another place."""
BY_CHOICE = frozenset(
    {
        "dropped-other-purpose",
        "dropped-other-kind",
        "dropped-other-article",
        "dropped-incomplete-month",
        "dropped-water",
        "dropped-withdrawn",
        "dropped-not-built",
        "dropped-out-of-use",
        "dropped-entered-by-mistake",
    }
)
"""Rules for rows about other things that a service includes."""
FEW_ROWS = 20
"""The most useless rows in an answer of a service without any other row."""
NO_ROWS_OF_A_SOURCE = frozenset({"indicators", "translations"})
"""Tables of words, without facts."""
STATUS = {
    "vacant": Bilingual(nl="leeg", en="vacant"),
    "in_use": Bilingual(nl="in gebruik", en="in use"),
}
_NO_ROWS = Bilingual(nl="er staan geen rijen in", en="it holds no rows")


def unusable(
    source: Source, piece: Piece, used: int, counts: Mapping[str, int]
) -> tuple[Finding, ...]:
    """An error about one of several files without any used row, most of whose rows are useless."""
    if used or piece.origin != "file":
        return ()
    finding = _useless(source, piece.name, counts, files=True)
    return () if finding is None else (finding,)


def require_used(
    source: Source,
    pieces: Sequence[Piece],
    frames: Mapping[str, pd.DataFrame],
    counts: Mapping[str, int],
) -> tuple[Finding, ...]:
    """A finding when no row of the files lies in the place; empty when rows are used.

    Raises ContentError when there are rows and most of them are useless anywhere. A service may
    have no rows.
    """
    # Column maps and lists of withdrawals are no tables.
    pieces = [piece for piece in pieces if piece.suffix != ".toml"]
    rows = sum(len(frame) for name, frame in frames.items() if name not in NO_ROWS_OF_A_SOURCE)
    # Withdrawn rows and rows that are valid but not published count as useful.
    if rows or any(n and rule.startswith(("withdrawn", "missing-")) for rule, n in counts.items()):
        return ()
    files = [piece.name for piece in pieces if piece.origin == "file"]
    name = ", ".join(dict.fromkeys(files or [piece.name for piece in pieces]))
    finding = _useless(source, name, counts, files=bool(files))
    if finding is not None:
        raise ContentError.from_finding(finding)
    if not files:
        return ()
    elsewhere = sum(count for rule, count in counts.items() if rule in ELSEWHERE)
    # A file of many places may hold no rows of some. `etl.pipeline.source_state` reports a file
    # that holds none of any place.
    if source.per == "place" and not any(piece.place_id for piece in pieces):
        return (make_finding("rows-none-here", name=name, rows=elsewhere),)
    return (make_finding("rows-elsewhere", name=name, rows=elsewhere),)


def _useless(
    source: Source, name: str, counts: Mapping[str, int], *, files: bool
) -> Finding | None:
    """The error that most rows are useless anywhere, None where they are not."""
    left_out = {rule: n for rule, n in counts.items() if rule.startswith("dropped-") and n}
    elsewhere = sum(n for rule, n in left_out.items() if rule in ELSEWHERE)
    sound = ELSEWHERE if files else ELSEWHERE | BY_CHOICE
    useless = {rule: n for rule, n in left_out.items() if rule not in sound}
    # A service may have a few poor rows on a quiet day; a file is chosen on purpose.
    if sum(useless.values()) <= max(elsewhere, 0 if files else FEW_ROWS):
        return None
    why = [(rule.removeprefix("dropped-"), n) for rule, n in sorted(useless.items())]
    reasons = Bilingual(
        nl=", ".join(f"{RULES.get(rule, rule)}: {n}" for rule, n in why),
        en=", ".join(f"{rule.replace('-', ' ')}: {n}" for rule, n in why),
    )
    rows = sum(left_out.values())
    return make_finding("rows-unusable", name=name, rows=rows, why=reasons, expected=source.title)


def refused_files(files: Sequence[FileRead]) -> tuple[Finding, ...]:
    """An error per file that leaves a question open, has no usable row, or has one status only."""
    return tuple(finding for file in files if (finding := _refused(file)) is not None)


def _refused(file: FileRead) -> Finding | None:
    if not file.used:
        return make_finding("import-nothing", name=file.name, detail=file.reason or _NO_ROWS)
    if file.question is not None:
        return file.question
    known = {status: count for status, count in file.statuses.items() if count and status in STATUS}
    if len(known) != 1 or file.stated:
        return None
    (status, count) = known.popitem()
    detail = Bilingual(
        nl=f"elk pand ({count}) is gelezen als {STATUS[status].nl}",
        en=f"every unit ({count}) is read as {STATUS[status].en}",
    )
    return make_finding("status-unclear", name=file.name, detail=detail)
