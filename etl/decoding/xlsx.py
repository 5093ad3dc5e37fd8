"""One sheet of an imported workbook (XLSX, XLS, ODS), read within limits of memory and time."""

from __future__ import annotations

import multiprocessing
import os
import sys
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING

from etl.decoding.file_guard import WORKBOOK, require_kind, workbook_kind
from etl.errors import FileError
from etl.problems import Finding, make_finding

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

MOST_ROWS = 200_000
MOST_COLUMNS = 100
TIME_LIMIT_S = 60.0
MEMORY_LIMIT = 3 << 30
"""Bytes that reading may take: the library fills a whole sheet, from its first cell to its last."""
TOP_ROWS = 20
MOST_TOPS = 30
"""Most other sheets whose first rows are read; a workbook of more does not hold one table."""

Cell = None | str | bool | int | float | datetime | date | time | timedelta
Rows = tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class WorkbookSheet:
    """The cells of one sheet as stored (formulas by their last value), and the names of all sheets.

    Rows end at their last filled cell; blank rows in between are empty, so that positions hold.
    `tops` are the first rows of the other sheets by name, so that a reader of the first sheet can
    notice that the table is on another one.
    """

    name: str
    rows: Rows
    sheets: tuple[str, ...]
    tops: tuple[tuple[str, Rows], ...] = ()


def read(
    given: str | Path,
    *,
    sheet: str | None = None,
    most_rows: int = MOST_ROWS,
    most_columns: int = MOST_COLUMNS,
    time_limit_s: float = TIME_LIMIT_S,
) -> WorkbookSheet:
    """The sheet with this name, or the first.

    A separate process reads it and is killed at the time limit. Raises FileError.
    """
    path = require_kind(given, workbook_kind(given) or "xlsx", caps=WORKBOOK)
    _require_plain_xml(path)
    context = multiprocessing.get_context("spawn")
    receiving, sending = context.Pipe(duplex=False)
    arguments = (str(path), sheet, most_rows, most_columns, sending)
    process = context.Process(target=_send_sheet, args=arguments, daemon=True)
    process.start()
    sending.close()
    try:
        if not receiving.poll(time_limit_s):
            raise FileError("workbook-slow", name=path.name, seconds=f"{time_limit_s:g}")
        answer: WorkbookSheet | Finding = receiving.recv()
    except EOFError as error:
        detail = "its reader stopped: it is damaged, or a cell stands very far from the others"
        raise FileError("workbook-broken", name=path.name, detail=detail) from error
    finally:
        receiving.close()
        process.kill()
        process.join()
        process.close()
    if isinstance(answer, Finding):
        raise FileError.from_finding(answer)
    return answer


def _require_plain_xml(path: Path) -> None:
    """Raise FileError when a part declares a document type, as only bombs do."""
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")):
                with archive.open(name) as part:
                    if b"<!DOCTYPE" in part.read(4096):
                        detail = f"{name} declares a document type"
                        raise FileError("workbook-broken", name=path.name, detail=detail)


def _send_sheet(
    path: str, sheet: str | None, most_rows: int, most_columns: int, answer: Connection
) -> None:
    """Read in this process and send one sheet or one finding through the pipe."""
    with answer:
        _limit_memory()
        # The library itself writes to standard error when it fails.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.__stderr__.fileno() if sys.__stderr__ else 2)
        answer.send(_read(path, sheet, most_rows, most_columns))


def _limit_memory() -> None:
    """Limit this process to `MEMORY_LIMIT` beyond what it has taken; only Linux can do so."""
    if sys.platform == "linux":
        import resource

        taken = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (taken + MEMORY_LIMIT, taken + MEMORY_LIMIT))


def _read(
    path: str, sheet: str | None, most_rows: int, most_columns: int
) -> WorkbookSheet | Finding:
    from python_calamine import CalamineError, load_workbook

    name = Path(path).name
    try:
        # Given a path, the library would judge by its ending, which stored content does not have.
        with Path(path).open("rb") as file, load_workbook(file) as book:
            return _cells(book, name, sheet, most_rows, most_columns)
    except (CalamineError, OSError, ValueError, OverflowError, MemoryError) as error:
        return make_finding("workbook-broken", name=name, detail=str(error) or type(error).__name__)


def _cells(
    book: CalamineWorkbook, name: str, sheet: str | None, most_rows: int, most_columns: int
) -> WorkbookSheet | Finding:
    from python_calamine import SheetTypeEnum

    names = tuple(info.name for info in book.sheets_metadata if info.typ == SheetTypeEnum.WorkSheet)
    if not names or (sheet is not None and sheet not in names):
        return make_finding("sheet-missing", name=name, sheet=sheet or "", present=", ".join(names))
    chosen = book.get_sheet_by_name(names[0] if sheet is None else sheet)
    last_row, last_column = chosen.end or (0, 0)
    if last_column >= most_columns:
        return make_finding("sheet-columns", sheet=chosen.name, name=name, limit=most_columns)
    if last_row >= most_rows:
        return make_finding("sheet-rows", sheet=chosen.name, name=name, limit=most_rows)
    others = [title for title in names if title != chosen.name][:MOST_TOPS] if sheet is None else []
    tops = tuple(
        (title, _rows(book.get_sheet_by_name(title), TOP_ROWS, most_columns)) for title in others
    )
    return WorkbookSheet(chosen.name, _rows(chosen, None, most_columns), names, tops)


def _rows(sheet: CalamineSheet, most_rows: int | None, most_columns: int) -> Rows:
    """The first rows of a sheet, each up to its last filled cell."""
    # The library fails on a sheet without any cell.
    if sheet.end is None:
        return ()
    return tuple(
        _row(row[:most_columns]) for row in sheet.to_python(skip_empty_area=False, nrows=most_rows)
    )


def _row(cells: Sequence[Cell]) -> tuple[Cell, ...]:
    width = next((at for at in range(len(cells), 0, -1) if cells[at - 1] != ""), 0)
    return tuple(None if cell == "" else cell for cell in cells[:width])
