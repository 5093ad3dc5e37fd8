"""One sheet of an XLSX workbook that somebody brought, within caps and within a time limit."""

from __future__ import annotations

import multiprocessing
import warnings
import zipfile
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING

from etl.archive import WORKBOOK, require_kind
from etl.errors import FileError
from etl.problems import Finding, found

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

MOST_ROWS = 200_000
MOST_COLUMNS = 100
TIME_LIMIT_S = 60.0
TOP_ROWS = 20
MOST_TOPS = 30
"""Sheets of which the first rows are looked at; a workbook of more is no delivery of one table."""

Cell = None | str | bool | int | float | datetime | date | time | timedelta


@dataclass(frozen=True, slots=True)
class Sheet:
    """The cells of one sheet as stored (formulas by their last value), and the names of all sheets.

    Rows end at their last filled cell; blank rows in between are empty, so that positions hold. `tops` are the first
    rows of the other sheets by name: who reads the first one can tell that the table stands elsewhere.
    """

    name: str
    rows: tuple[tuple[Cell, ...], ...]
    sheets: tuple[str, ...]
    tops: tuple[tuple[str, tuple[tuple[Cell, ...], ...]], ...] = ()


def read(
    given: str | Path,
    *,
    sheet: str | None = None,
    most_rows: int = MOST_ROWS,
    most_columns: int = MOST_COLUMNS,
    time_limit_s: float = TIME_LIMIT_S,
) -> Sheet:
    """The sheet with this name, or the first; read in a process of its own that is ended at the time limit.

    Raises FileError.
    """
    path = require_kind(given, "xlsx", caps=WORKBOOK)
    _require_plain_xml(path)
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(str(path), sheet, most_rows, most_columns, theirs), daemon=True)
    process.start()
    theirs.close()
    try:
        if not ours.poll(time_limit_s):
            raise FileError(found("workbook-slow", name=path.name, seconds=f"{time_limit_s:g}"))
        answer: Sheet | Finding = ours.recv()
    except EOFError as error:
        raise FileError(found("workbook-broken", name=path.name, detail="its reader ended without an answer")) from error
    finally:
        ours.close()
        process.kill()
        process.join()
        process.close()
    if isinstance(answer, Finding):
        raise FileError(answer)
    return answer


def _require_plain_xml(path: Path) -> None:
    """Nothing when no part declares a document type: workbooks never do, bombs always."""
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")):
                with archive.open(name) as part:
                    if b"<!DOCTYPE" in part.read(4096):
                        raise FileError(found("workbook-broken", name=path.name, detail=f"{name} declares a document type"))


def _work(path: str, sheet: str | None, most_rows: int, most_columns: int, answer: Connection) -> None:
    """What the reading process does: one sheet or one finding through the pipe."""
    with answer:
        answer.send(_read(path, sheet, most_rows, most_columns))


def _read(path: str, sheet: str | None, most_rows: int, most_columns: int) -> Sheet | Finding:
    # Only the reading process needs it, and it is slow to load.
    from openpyxl import load_workbook

    # Foreign bytes make the XML parser and openpyxl raise nearly anything; this process holds nothing else.
    foreign = (ValueError, TypeError, KeyError, IndexError, AttributeError, SyntaxError, OSError, EOFError, zipfile.BadZipFile, OverflowError)
    name = Path(path).name
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            # Opened here: given a path, openpyxl judges by its ending, and kept content has none.
            with Path(path).open("rb") as file:
                book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
                try:
                    return _cells(book, name, sheet, most_rows, most_columns)
                finally:
                    book.close()
    except foreign as error:
        return found("workbook-broken", name=name, detail=error)


def _cells(book: Workbook, name: str, sheet: str | None, most_rows: int, most_columns: int) -> Sheet | Finding:
    names = tuple(one.title for one in book.worksheets)
    if not names or (sheet is not None and sheet not in names):
        return found("sheet-missing", name=name, sheet=sheet or "", present=", ".join(names))
    chosen = book.worksheets[0 if sheet is None else names.index(sheet)]
    # The size a sheet claims for itself may be false.
    chosen.reset_dimensions()
    rows: list[tuple[Cell, ...]] = []
    blank = 0
    for row in chosen.iter_rows(values_only=True):
        width = next((at for at in range(len(row), 0, -1) if row[at - 1] is not None), 0)
        if width > most_columns:
            return found("sheet-columns", sheet=chosen.title, name=name, limit=most_columns)
        if not width:
            blank += 1
            continue
        if len(rows) + blank >= most_rows:
            return found("sheet-rows", sheet=chosen.title, name=name, limit=most_rows)
        rows += [()] * blank
        rows.append(tuple(row[:width]))
        blank = 0
    others = [one for one in book.worksheets if one is not chosen][:MOST_TOPS] if sheet is None else []
    return Sheet(chosen.title, tuple(rows), names, tuple((one.title, _top(one, most_columns)) for one in others))


def _top(sheet: ReadOnlyWorksheet, most_columns: int) -> tuple[tuple[Cell, ...], ...]:
    sheet.reset_dimensions()
    return tuple(tuple(row) for row in sheet.iter_rows(max_row=TOP_ROWS, max_col=most_columns, values_only=True))
