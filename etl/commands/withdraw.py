"""Withdraw what was imported: one row, one file, or everything of a source.

Every withdrawal is recorded in the changelog of the data.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from data import catalogue
from data.errors import MissingTableError
from data.snapshot.changelog import ChangeKind, ChangelogEntry, append_changes
from etl.commands import import_file
from etl.errors import UseError
from etl.fetch import raw_store
from etl.fetch.raw_store import RawStore
from etl.fetch.throttle import Clock, SystemClock
from etl.parsing import column_map, withdrawals
from etl.parsing.column_map_file import ENDING
from etl.parsing.withdrawals import Withdrawal
from etl.pipeline import run
from etl.source import Piece, Source
from etl.sources.reference import PLACES


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawalRequest:
    """What to withdraw: the row with this key, the file with this name, or every file.

    `place_id` limits files to those of one place.
    """

    source_id: str
    data: Path
    reason: str
    place_id: str | None = None
    file: str | None = None
    row: str | None = None
    places: Path = PLACES
    by: str | None = None


@dataclass(frozen=True, slots=True)
class WithdrawalResult:
    """What was withdrawn, and the current version, which is without it."""

    version: str
    names: tuple[str, ...]
    earlier_versions: int


def withdraw(request: WithdrawalRequest, *, clock: Clock | None = None) -> WithdrawalResult:
    """Publish the data without it, and remove the raw copy of a withdrawn file.

    Earlier versions hold it until they are pruned. Raises UseError when there is no such row or
    file.
    """
    source = import_file.require_importable(request.source_id).SOURCE
    if not request.reason.strip():
        raise UseError("--reason: expected a reason, got none: say why in a few words")
    with import_file.sole_importer(request.data):
        return _withdraw(request, source, clock or SystemClock())


def _withdraw(request: WithdrawalRequest, source: Source, clock: Clock) -> WithdrawalResult:
    today = clock.now().date()
    root = request.data / run.IMPORTS / request.source_id
    path = root / withdrawals.NAME
    listed = withdrawals.read(path.read_bytes()) if path.is_file() else ()
    what: ChangeKind
    withdrawn: list[Piece] = []
    if request.row is not None:
        table = source.fills[0]
        _require_row(request.data, table.name, table.key[0], request.row)
        what, names = "withdraw_row", [(request.row, request.place_id)]
        added = [Withdrawal("row", request.row, request.reason, today)]
    else:
        imported = import_file.imported_files(request.data, request.source_id, today)
        withdrawn = _files(request, column_map.tables(imported), listed)
        what, names = "withdraw_file", [(piece.name, piece.place_id) for piece in withdrawn]
        added = [
            Withdrawal("file", piece.name, request.reason, today, piece.place_id)
            for piece in withdrawn
        ]
    # The list remains after the last file: it shows that the source is empty now.
    raw_store.replace_file(path, withdrawals.write((*listed, *added)).encode())
    for piece in withdrawn:
        piece.path.unlink(missing_ok=True)
        piece.path.with_name(f"{piece.name}{ENDING}").unlink(missing_ok=True)
    report = import_file.publish(
        request.data, request.source_id, places=request.places, accept=request.reason, clock=clock
    )
    for piece in withdrawn:
        _remove_raw_copies(RawStore(request.data, request.source_id), piece)
    entries = [
        ChangelogEntry(
            time=clock.now(),
            what=what,
            source_id=request.source_id,
            place_id=place_id,
            name=name,
            rows=None,
            reason=request.reason,
            version=report.version,
            by=request.by,
        )
        for name, place_id in names
    ]
    append_changes(request.data, entries)
    versions = [
        entry
        for entry in (request.data / "versions").iterdir()
        if entry.is_dir() and not entry.name.startswith(".")
    ]
    return WithdrawalResult(report.version, tuple(name for name, _ in names), len(versions) - 1)


def _files(
    request: WithdrawalRequest, imported: Sequence[Piece], listed: Sequence[Withdrawal]
) -> list[Piece]:
    """The imported files that the request names.

    None when the list has them already, after an interrupted withdrawal.
    """
    matches = [
        piece
        for piece in imported
        if (request.file is None or piece.name == request.file)
        and (request.place_id is None or piece.place_id == request.place_id)
    ]
    if not matches and not any(
        entry.kind == "file"
        and request.file in (None, entry.name)
        and request.place_id in (None, entry.place_id)
        for entry in listed
    ):
        if not imported:
            raise UseError(
                f"nothing of {request.source_id} was imported into {request.data}, so there is"
                " nothing to withdraw"
            )
        there = ", ".join(f"{piece.name} ({piece.place_id or 'all places'})" for piece in imported)
        option = "--place" if request.file is None else "--file"
        given = request.place_id if request.file is None else request.file
        raise UseError(
            f"{option}: expected an imported file of {request.source_id}, got {given!r}:"
            f" imported is {there}"
        )
    return matches


def _require_row(data: Path, table: str, key: str, row: str) -> None:
    try:
        known = set(catalogue.open(data).table(table)[key])
    except MissingTableError:
        known = set()
    if row not in known:
        near = get_close_matches(row, sorted(known), n=1, cutoff=0.6)
        raise UseError(
            f"--row: expected the {key} of a row of {table}, got {row!r}"
            + (f": do you mean {near[0]!r}?" if near else "")
        )


def _remove_raw_copies(raw_store: RawStore, piece: Piece) -> None:
    """Remove the raw copies of a file and its column map.

    The next run restores them where the same file is imported for another place.
    """
    for record in raw_store.records():
        same_map = record.url == f"{piece.url}{ENDING}"
        if same_map or (record.url, record.sha256) == (piece.url, piece.sha256):
            (raw_store.folder / f"{record.sha256}.{record.key}.json").unlink(missing_ok=True)
            if not any(other.sha256 == record.sha256 for other in raw_store.records()):
                (raw_store.folder / record.sha256).unlink(missing_ok=True)
