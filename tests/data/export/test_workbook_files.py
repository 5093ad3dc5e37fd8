"""What an exported table refuses, and when a workbook is written."""

import subprocess
import sys

import pytest

from data.errors import UnusableTableError
from data.export.csv_xlsx import xlsx_bytes
from data.export.sheet import (
    ExportRow,
    ExportTable,
)
from tests.data.spreadsheets import (
    CELLS,
    COLUMNS,
    SURVEY,
    table,
)


def test_row_without_source_is_refused() -> None:
    with pytest.raises(UnusableTableError, match="no source"):
        ExportTable("t", COLUMNS, (ExportRow(CELLS, ()),), "nl")


def test_row_of_another_width_is_refused() -> None:
    with pytest.raises(UnusableTableError, match="has 1 cells, expected 5"):
        ExportTable("t", COLUMNS, (ExportRow(("Markt",), (SURVEY,)),), "nl")


@pytest.mark.slow
def test_start_does_not_wait_for_the_workbook_library() -> None:
    asked = "import sys, data.export.csv_xlsx; sys.exit('openpyxl' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", asked], check=False).returncode == 0


def test_a_clock_before_1980_gives_the_same_workbook(monkeypatch: pytest.MonkeyPatch) -> None:
    now = xlsx_bytes([table()])
    monkeypatch.setattr("time.time", lambda: 86_400.0)
    assert xlsx_bytes([table()]) == now
