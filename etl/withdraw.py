"""Taking out again what was brought: one row, one file, or everything of a source; told in the
changelog of the data.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from data import catalogue
from data.errors import MissingTableError
from etl import build, changes, imports, withdrawn
from etl.changes import Change, What
from etl.errors import UseError
from etl.headings import ENDING
from etl.pace import Clock, SystemClock
from etl.raw import Shelf
from etl.source import Piece
from etl.sources.reference import PLACES
from etl.withdrawn import Withdrawal


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What to take out: the row with this key, the file with this name, or every file of the source
    (in one place).
    """

    source_id: str
    data: Path
    reason: str
    place_id: str | None = None
    file: str | None = None
    row: str | None = None
    places: Path = PLACES


@dataclass(frozen=True, slots=True)
class Taken:
    """What was taken out, and the version that is current without it."""

    version: str
    names: tuple[str, ...]
    earlier_versions: int


def withdraw(wish: Wish, *, clock: Clock | None = None) -> Taken:
    """The data published without it, and the raw copy of a withdrawn file removed.

    Versions published before still hold it until they are pruned. Raises UseError when there is no
    such row or file.
    """
    now = clock or SystemClock()
    source = imports.require_importable(wish.source_id).SOURCE
    if not wish.reason.strip():
        raise UseError("--reason: expected a reason, got none: say why in a few words")
    today = now.now().date()
    root = wish.data / build.IMPORTS / wish.source_id
    path = root / withdrawn.NAME
    listed = withdrawn.read(path.read_bytes()) if path.is_file() else ()
    what: What
    gone: list[Piece] = []
    if wish.row is not None:
        table = source.fills[0]
        _require_row(wish.data, table.name, table.key[0], wish.row)
        what, names = "withdraw_row", [(wish.row, wish.place_id)]
        added = [Withdrawal("row", wish.row, wish.reason, today)]
    else:
        gone = _files(
            wish, imports.tables_of(imports.standing(wish.data, wish.source_id, today)), listed
        )
        what, names = "withdraw_file", [(piece.name, piece.place_id) for piece in gone]
        added = [
            Withdrawal("file", piece.name, wish.reason, today, piece.place_id) for piece in gone
        ]
    # The list stays when the last file is gone: with it the source says that it holds nothing any
    # more.
    changes.replace_text(path, withdrawn.write((*listed, *added)))
    for piece in gone:
        piece.path.unlink(missing_ok=True)
        piece.path.with_name(f"{piece.name}{ENDING}").unlink(missing_ok=True)
    done = imports.publish(
        wish.data, wish.source_id, places=wish.places, accept=wish.reason, clock=now
    )
    for piece in gone:
        _forget(Shelf(wish.data, wish.source_id), piece)
    told = [
        Change(
            time=now.now(),
            what=what,
            source_id=wish.source_id,
            place_id=place_id,
            name=name,
            rows=None,
            reason=wish.reason,
            version=done.version,
        )
        for name, place_id in names
    ]
    changes.add(wish.data, told)
    versions = [
        entry
        for entry in (wish.data / "versions").iterdir()
        if entry.is_dir() and not entry.name.startswith(".")
    ]
    return Taken(done.version, tuple(name for name, _ in names), len(versions) - 1)


def _files(wish: Wish, lying: Sequence[Piece], listed: Sequence[Withdrawal]) -> list[Piece]:
    """The imported files that are meant; none where the list names them already, after a withdrawal
    that was cut off.
    """
    meant = [
        piece
        for piece in lying
        if (wish.file is None or piece.name == wish.file)
        and (wish.place_id is None or piece.place_id == wish.place_id)
    ]
    if not meant and not any(
        one.kind == "file"
        and wish.file in (None, one.name)
        and wish.place_id in (None, one.place_id)
        for one in listed
    ):
        if not lying:
            raise UseError(
                f"nothing of {wish.source_id} was imported into {wish.data}, so there is nothing to"
                " withdraw"
            )
        there = ", ".join(f"{piece.name} ({piece.place_id or 'all places'})" for piece in lying)
        option, met = ("--file", wish.file) if wish.file is not None else ("--place", wish.place_id)
        raise UseError(
            f"{option}: expected an imported file of {wish.source_id}, got {met!r}: imported is"
            f" {there}"
        )
    return meant


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


def _forget(shelf: Shelf, piece: Piece) -> None:
    """The raw copies of a file and its map gone, unless a file of the same name and content lies
    there for another place.
    """
    for record in shelf.records():
        same_map = record.url == f"{piece.url}{ENDING}"
        if same_map or (record.url, record.sha256) == (piece.url, piece.sha256):
            (shelf.folder / f"{record.sha256}.{record.key}.json").unlink(missing_ok=True)
            if not any(other.sha256 == record.sha256 for other in shelf.records()):
                (shelf.folder / record.sha256).unlink(missing_ok=True)
