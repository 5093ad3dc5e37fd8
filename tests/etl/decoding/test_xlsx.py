"""Workbooks of every kind that offices have: the same cells out of each, and none that ends the
computer's memory.
"""

import zipfile
from datetime import date, datetime, time, timedelta
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from etl.decoding import file_guard
from etl.decoding import xlsx as decoding_xlsx
from etl.errors import ContentError, FileError
from etl.parsing import table_file
from tests.etl.sources.ods import ods, rows
from tests.etl.sources.pieces import workbook as xlsx
from tests.etl.sources.xls import xls

TABLE = [["straat", "wvo", "gezien"], ["Café", 12.5, date(2024, 3, 31)], [], [None, True, 3]]
READ = (("straat", "wvo", "gezien"), ("Café", 12.5, date(2024, 3, 31)), (), (None, True, 3))
NUMBER = '<table:table-cell office:value-type="float" office:value="{}" {}/>'


def written(folder: Path, content: bytes) -> Path:
    path = folder / "book"
    path.write_bytes(content)
    return path


def ods_row(*cells: str, times: int = 1) -> str:
    return (
        f'<table:table-row table:number-rows-repeated="{times}">{"".join(cells)}</table:table-row>'
    )


@pytest.mark.parametrize(
    "content", [xlsx(TABLE), xls(TABLE), ods(("Blad1", rows(TABLE)))], ids=["xlsx", "xls", "ods"]
)
def test_every_kind_of_workbook_gives_the_same_cells(tmp_path: Path, content: bytes):
    read = decoding_xlsx.read(written(tmp_path, content))
    assert (read.name, read.rows) == ("Blad1", READ)


@pytest.mark.parametrize(
    ("content", "kind"),
    [(xlsx(TABLE), "xlsx"), (xls(TABLE), "xls"), (ods(("A", "")), "ods"), (b"a;b\n", None)],
)
def test_the_kind_is_told_by_the_content(tmp_path: Path, content: bytes, kind: str | None):
    assert file_guard.workbook_kind(written(tmp_path, content)) == kind


def test_stored_cells_keep_what_they_are(tmp_path: Path):
    cells = [
        date(2024, 3, 1),
        datetime(2024, 3, 1, 14, 5),
        time(14, 5),
        timedelta(hours=30),
        False,
        0.193,
        1680010000012345,
    ]
    read = decoding_xlsx.read(written(tmp_path, xlsx([cells]))).rows[0]
    assert read == tuple(cells)
    assert table_file.texts(pd.Series([read[-1]], dtype=object)).tolist() == ["1680010000012345"]


def test_cells_of_an_ods_keep_what_they_are(tmp_path: Path):
    cells = [
        '<table:table-cell office:value-type="percentage" office:value="0.053"/>',
        '<table:table-cell office:value-type="date" office:date-value="2025-01-02T14:05:00"/>',
        '<table:table-cell office:value-type="time" office:time-value="PT14H05M00S"/>',
        '<table:table-cell office:value-type="boolean" office:boolean-value="true"/>',
        NUMBER.format(7, 'table:number-columns-repeated="2"'),
    ]
    read = decoding_xlsx.read(written(tmp_path, ods(("A", ods_row(*cells, times=2)))))
    assert read.rows == ((0.053, datetime(2025, 1, 2, 14, 5), time(14, 5), True, 7, 7),) * 2


def test_a_sheet_is_chosen_by_name(tmp_path: Path):
    path = written(tmp_path, ods(("Toelichting", rows([("a",)])), ("Tabel 1", rows([("b",)]))))
    assert (decoding_xlsx.read(path).name, decoding_xlsx.read(path, sheet="Tabel 1").rows) == (
        "Toelichting",
        (("b",),),
    )
    with pytest.raises(FileError, match="Toelichting, Tabel 1"):
        decoding_xlsx.read(path, sheet="Tabel 2")


def test_a_million_blank_rows_are_no_rows(tmp_path: Path):
    blank = '<table:table-cell table:number-columns-repeated="16384"/>'
    content = ods(("A", ods_row(NUMBER.format(1, "")) + ods_row(blank, times=1_048_000)))
    assert decoding_xlsx.read(written(tmp_path, content)).rows == ((1,),)


@pytest.mark.parametrize(
    ("rows", "columns", "code"),
    [
        (200_001, 1, "sheet-rows"),
        (2_000_000_000, 1, "sheet-rows"),
        (1, 101, "sheet-columns"),
        (1_048_576, 16_384, "workbook-broken"),
    ],
)
def test_a_row_repeated_beyond_the_caps_is_refused(
    tmp_path: Path, rows: int, columns: int, code: str
):
    cell = NUMBER.format(1, f'table:number-columns-repeated="{columns}"')
    with pytest.raises(FileError, match=code):
        decoding_xlsx.read(written(tmp_path, ods(("A", ods_row(cell, times=rows)))))


@pytest.mark.parametrize(
    ("last", "code"),
    [("A1048576", "sheet-rows"), ("XFD1", "sheet-columns"), ("XFD1048576", "workbook-broken")],
)
def test_a_cell_at_the_far_end_takes_no_memory(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], last: str, code: str
):
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active["A1"] = book.active[last] = 1
    book.save(tmp_path / "book")
    with pytest.raises(FileError, match=code):
        decoding_xlsx.read(tmp_path / "book")
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (
            ods(content='<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'),
            "document type",
        ),
        (ods(("A", ods_row(NUMBER.format("many", "")))), "workbook-broken"),
        (xls(TABLE)[:3000], "workbook-broken"),
        (xls(TABLE)[:8] + b"\xff" * 4000, "workbook-broken"),
    ],
    ids=["entities", "a number that is none", "cut off", "no compound file"],
)
def test_a_broken_workbook_is_refused(tmp_path: Path, content: bytes, told: str):
    with pytest.raises(FileError, match=told):
        decoding_xlsx.read(written(tmp_path, content))


def test_a_zip_of_another_kind_is_refused(tmp_path: Path):
    with zipfile.ZipFile(tmp_path / "book", "w") as packed:
        packed.writestr("content.xml", "<x/>")
    with pytest.raises(FileError, match="archive-missing"):
        decoding_xlsx.read(tmp_path / "book")


def test_what_is_no_table_is_refused_with_the_kinds_that_are(tmp_path: Path):
    with pytest.raises(ContentError, match="CSV, XLSX, XLS or ODS"):
        table_file.read(written(tmp_path, b"%PDF-1.7\x00"), "boek.pdf", knows=len)


@pytest.mark.slow
def test_forty_thousand_rows_are_read_well_within_the_limit(tmp_path: Path):
    row = "<row>" + "<c><v>12.5</v></c>" * 20 + "</row>"
    with (
        zipfile.ZipFile(written(tmp_path, xlsx([[1]]))) as small,
        zipfile.ZipFile(tmp_path / "large", "w", zipfile.ZIP_DEFLATED, compresslevel=1) as large,
    ):
        for name in small.namelist():
            content = small.read(name)
            if name.endswith("sheet1.xml"):
                content = content.replace(
                    b"</sheetData>", (row * 40_000).encode() + b"</sheetData>"
                )
            large.writestr(name, content)
    # A fifth of the rows that are allowed, in a tenth of the time.
    assert (
        len(
            decoding_xlsx.read(
                tmp_path / "large", time_limit_s=decoding_xlsx.TIME_LIMIT_S / 10
            ).rows
        )
        == 40_001
    )
