"""What a table looks like in LibreOffice."""

import io
import shutil
import subprocess
import zipfile
from datetime import date, datetime
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from data.export.csv_xlsx import xlsx_bytes
from data.export.ods import MEDIA_TYPE, ods_bytes
from data.export.sheet import ExportColumn, ExportRow, ExportTable, SourceNote

PAPER = SourceNote("De Krant", "Leegstand", "https://example.org/a", "2023", "CC0 1.0", None)
SHEET = ExportTable(
    "Straten & pleinen",
    (
        ExportColumn("name", "Naam"),
        ExportColumn("rate", "Leegstand", "share", "deel van de panden"),
        ExportColumn("units", "Panden", "number"),
        ExportColumn("day", "Dag", "date"),
        ExportColumn("seen", "Gezien", "moment"),
        ExportColumn("open", "Open", "flag"),
    ),
    (
        ExportRow(
            ("=A1", 0.25, 4, date(2023, 11, 1), datetime(2023, 11, 1, 9, 30), True), (PAPER,)
        ),
        ExportRow(("<b> & \x00", None, None, None, None, None), (PAPER,)),
    ),
    "nl",
    name="straten",
)


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_every_value_keeps_its_type():
    pages = CalamineWorkbook.from_filelike(io.BytesIO(ods_bytes([SHEET])))
    headings, first, second = pages.get_sheet_by_name(pages.sheet_names[0]).to_python()
    assert headings[:6] == ["Naam", "Leegstand (0-1)", "Panden", "Dag", "Gezien", "Open"]
    assert first[:6] == ["'=A1", 0.25, 4, date(2023, 11, 1), datetime(2023, 11, 1, 9, 30), True]
    assert second[:6] == ["<b> &", "", "", "", "", ""]


def test_sources_and_definitions_stand_on_the_last_page():
    pages = CalamineWorkbook.from_filelike(io.BytesIO(ods_bytes([SHEET])))
    lines = pages.get_sheet_by_name(pages.sheet_names[-1]).to_python()
    assert ["De Krant", "Leegstand", "https://example.org/a", "2023", "CC0 1.0", ""] in lines
    assert ["Leegstand (0-1)", "deel van de panden", "rate"] in [line[:3] for line in lines]


def test_the_same_table_is_the_same_bytes_and_says_its_type_first():
    content = ods_bytes([SHEET])
    assert content == ods_bytes([SHEET])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        first = archive.infolist()[0]
    # The type stands uncompressed at the start, where programs look for it.
    assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
    assert content[38:].startswith(MEDIA_TYPE.encode())


def test_every_part_is_xml_and_listed():
    content = parts(ods_bytes([SHEET]))
    for name, part in content.items():
        if name.endswith(".xml"):
            ElementTree.fromstring(part)
    manifest = content["META-INF/manifest.xml"].decode()
    assert all(f'"{name}"' in manifest for name in ("content.xml", "styles.xml", "meta.xml"))


def test_it_prints_on_landscape_pages_with_its_headings_repeated():
    content = parts(ods_bytes([SHEET]))
    assert b'print-orientation="landscape"' in content["styles.xml"]
    assert content["content.xml"].count(b"<table:table-header-rows>") == 1


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("localc") is None, reason="LibreOffice Calc is not installed")
def test_libreoffice_reads_ods_and_xlsx_as_they_are_meant(tmp_path: Path):
    (tmp_path / "straten.ods").write_bytes(ods_bytes([SHEET]))
    (tmp_path / "excel.xlsx").write_bytes(xlsx_bytes([SHEET]))
    subprocess.run(
        [
            "soffice",
            "--headless",
            "--convert-to",
            "xlsx",
            "--outdir",
            "read",
            "straten.ods",
            "excel.xlsx",
        ],
        cwd=tmp_path,
        env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"},
        check=True,
        capture_output=True,
        timeout=120,
    )
    for name, whole in (("straten", "General"), ("excel", "#,##0")):
        page = openpyxl.load_workbook(tmp_path / "read" / f"{name}.xlsx").worksheets[0]
        assert [(cell.value, cell.number_format) for cell in page[2]][1:5] == [
            (0.25, "0.0%"),
            (4, whole),
            (datetime(2023, 11, 1), "yyyy\\-mm\\-dd"),
            (datetime(2023, 11, 1, 9, 30), "yyyy\\-mm\\-dd\\ hh:mm"),
        ]
        assert (page.page_setup.orientation, page.print_title_rows) == ("landscape", "$1:$1")
