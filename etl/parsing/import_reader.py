"""Reading, accounting and preview of imported tables, for all their sources.

The rules are those of each source: it reads a table into an `ImportedFile`, and joins the frames.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import pandas as pd

from data.schema.table import Table
from etl.area import Area
from etl.parsing import column_map as parsing_column_map
from etl.parsing import column_map_file, withdrawals
from etl.parsing.column_map import ColumnMap, ImportField, OpenedTable
from etl.parsing.preview import Preview
from etl.parsing.row_filter import Refusal, first_reason, tally
from etl.problems import Finding, phrase
from etl.source import FileRead, Parsed, Piece, Source
from geo.bilingual import Bilingual


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedFile:
    """One table as its source reads it.

    `frame` holds the rows to publish, `refusals` what is left out. `words` are the words of the
    status column that need a meaning, with their counts.
    """

    opened: OpenedTable
    frame: pd.DataFrame
    file: FileRead
    refusals: tuple[Refusal, ...] = ()
    findings: tuple[Finding, ...] = ()
    notes: tuple[Bilingual, ...] = ()
    words: Mapping[str, int] = field(default_factory=dict)

    def preview(
        self,
        source_id: str,
        *,
        tallies: Mapping[str, int],
        examples: Iterable[Bilingual],
        notes: Iterable[Bilingual] = (),
        place_ids: Iterable[str] = (),
        points: Iterable[tuple[float, float, str]] = (),
    ) -> Preview:
        """The preview of a file; `tallies` are numbers by phrase of the source."""
        return Preview(
            file=self.file,
            opened=self.opened,
            tallies=tuple(
                (phrase(f"{source_id}.{name}"), number) for name, number in tallies.items()
            ),
            examples=tuple(examples),
            refusals=self.refusals,
            findings=self.findings,
            notes=(*self.notes, *notes),
            words=self.words,
            place_ids=tuple(place_ids),
            points=tuple(points),
        )


F = TypeVar("F", bound=ImportedFile)


def read_files(
    pieces: Sequence[Piece],
    source_id: str,
    fields: Sequence[ImportField],
    read: Callable[[Piece, ColumnMap | None], F],
) -> list[F]:
    """Every table among the pieces, read under the column map beside it; the newest comes last."""
    maps = [
        (piece, column_map_file.map_beside(pieces, piece, source_id=source_id, fields=fields))
        for piece in parsing_column_map.tables(pieces)
    ]
    files = [read(piece, column_map) for piece, column_map in maps]
    return sorted(files, key=lambda file: file.opened.piece.retrieved)


def file_read(opened: OpenedTable, used: int, refusals: Iterable[Refusal]) -> FileRead:
    """The number of rows used, and the reason why the first other row is left out."""
    rows, reason = len(opened.sheet.cells), first_reason(refusals)
    return FileRead(name=opened.piece.name, rows=rows, used=used, reason=reason)


def publishable(
    source: Source,
    frame: pd.DataFrame,
    files: Sequence[ImportedFile],
    pieces: Sequence[Piece],
    *,
    key: str,
    day: str,
    counts: Mapping[str, int],
    findings: Iterable[Finding],
) -> Parsed:
    """The rows of all files but the withdrawn ones, as the table that the source fills.

    `key` is the column by which rows are withdrawn, `day` the column with the day of the numbers.
    """
    rows, withdrawn_rows = withdrawals.drop_withdrawn(frame, key, pieces)
    refusals = [refusal for file in files for refusal in file.refusals]
    days = rows[day].dropna()
    return Parsed(
        {source.fills[0].name: rows},
        {**tally(refusals), **withdrawn_rows, **counts},
        days.max().date().isoformat() if len(days) else None,
        tuple(findings),
        files=tuple(file.file for file in files),
    )


def imported_before(
    parse: Callable[[Sequence[Piece], Area], Parsed],
    beside: Sequence[Piece],
    area: Area,
    frame: pd.DataFrame,
    column: str,
) -> list[str]:
    """Values of a column that earlier files hold as well, sorted."""
    if not parsing_column_map.tables(beside):
        return []
    (earlier,) = parse(beside, area).frames.values()
    return sorted(set(earlier[column]) & set(frame[column]))


def typed_frame(rows: Sequence[Mapping[str, object]], table: Table) -> pd.DataFrame:
    """Rows as a frame with the columns and types of `table` but its geometry; gaps are missing."""
    columns: dict[str, pd.Series] = {}
    for name, column in table.columns.items():
        cells = [row.get(name) for row in rows]
        if column.dtype == "datetime64[ms]":
            days = pd.to_datetime(pd.Series(cells, dtype="object"))
            columns[name] = days.astype("datetime64[ms]")
        elif column.dtype != "geometry":
            dtype = "object" if column.dtype == "list" else column.dtype
            columns[name] = pd.Series(cells, dtype=dtype)
    return pd.DataFrame(columns)
