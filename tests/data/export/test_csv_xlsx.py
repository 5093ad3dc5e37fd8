"""What a table looks like once it has left as CSV or XLSX."""

import io
import math
import re
import time
import zipfile
from dataclasses import replace
from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point

from data.errors import UnusableTableError
from data.export.csv_xlsx import DIALECTS, csv_bytes, xlsx_bytes
from data.export.sheet import (
    Cell,
    ExportColumn,
    ExportRow,
    ExportTable,
    Kind,
    SourceNote,
    plain_text,
    words,
)
from geo.bilingual import Language
from tests.data.spreadsheets import (
    CELLS,
    COLUMNS,
    REGISTER,
    SURVEY,
    one_text,
    open_book,
    read_csv,
    table,
)


def test_dutch_file_has_semicolons_and_decimal_commas() -> None:
    header, row = read_csv(csv_bytes(table()))
    assert header[:5] == ["Text", "Number", "Share (0-1)", "Date", "Year"]
    assert row[:5] == ["Markt", "-0,4", "0,193", "2023-11-01", "2023"]


def test_german_file_is_written_as_the_dutch_one() -> None:
    assert read_csv(csv_bytes(table(lang="de")))[1] == read_csv(csv_bytes(table()))[1]


def test_english_file_has_commas_and_decimal_points() -> None:
    _, row = read_csv(csv_bytes(table(lang="en")), delimiter=",")
    assert row[:5] == ["Markt", "-0.4", "0.193", "2023-11-01", "2023"]


def test_first_bytes_tell_excel_that_this_is_utf_8() -> None:
    raw = csv_bytes(one_text("Café"))
    assert raw.startswith(b"\xef\xbb\xbf")
    assert "Café" in raw.decode("utf-8-sig")


def test_lines_end_as_the_csv_standard_says() -> None:
    assert csv_bytes(table()).count(b"\r\n") == 2


def test_every_row_carries_its_source_and_link() -> None:
    header, row = read_csv(csv_bytes(table()))
    assert header[5:] == [
        "Uitgever",
        "Titel van de bron",
        "Webadres",
        "Datum van de bron",
        "Licentie",
        "Geraadpleegd",
        "Link naar deze weergave",
    ]
    assert row[5:] == [
        "Gemeente Voorbeeldstad",
        "Winkeltelling",
        "https://voorbeeld.nl/telling",
        "ongedateerd",
        "CC0",
        "2026-11-23",
        "https://stadshart.nl/?plaats=hengelo",
    ]


def test_two_sources_stand_in_one_cell() -> None:
    both = ExportTable(
        "t", (ExportColumn("name", "Naam"),), (ExportRow(("Markt",), (SURVEY, REGISTER)),), "nl"
    )
    _, row = read_csv(csv_bytes(both))
    assert row[1:4] == [
        "Gemeente Voorbeeldstad | Kadaster",
        "Winkeltelling | BAG",
        "https://voorbeeld.nl/telling",
    ]


def test_no_link_column_where_readers_cannot_reach_the_dashboard() -> None:
    header, _ = read_csv(csv_bytes(table(link=None)))
    assert header[-1] == "Geraadpleegd"


def test_unknown_is_an_empty_cell_never_zero() -> None:
    for unknown in (None, math.nan):
        _, row = read_csv(csv_bytes(table(None, unknown, None, None, unknown)))
        assert row[:5] == [""] * 5
        sheet = open_book(xlsx_bytes([table(None, unknown, None, None, unknown)])).worksheets[0]
        assert [cell.value for cell in sheet[2][:5]] == [None] * 5


def test_known_zero_stays_zero() -> None:
    _, row = read_csv(csv_bytes(table("x", 0, 0.0, None, None)))
    assert row[1:3] == ["0", "0"]


def test_tiny_and_huge_numbers_are_written_out() -> None:
    _, row = read_csv(csv_bytes(table("x", 0.0000001, 1e21, None, None)))
    assert row[1:3] == ["0,0000001", "1" + "0" * 21]


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t=", "\r=", "\n=", " =", "\x00=", "＝"])
def test_text_that_looks_like_a_formula_gets_an_apostrophe(sign: str) -> None:
    hostile = one_text(sign + "1+1")
    assert read_csv(csv_bytes(hostile))[1][0].startswith("'")
    cell = open_book(xlsx_bytes([hostile])).worksheets[0]["A2"]
    assert cell.data_type == "s"
    assert cell.value.startswith("'")


def test_headers_titles_and_sources_are_guarded_like_cells() -> None:
    source = SourceNote("=1+1", "+x", "@y", "-z", "=w", None)
    hostile = ExportTable(
        "=t",
        (ExportColumn("k", "=h", definition="=d"),),
        (ExportRow(("a",), (source,)),),
        "nl",
        "=l",
        ("=n",),
    )
    values = [line for line in read_csv(csv_bytes(hostile)) for line in line]
    for sheet in open_book(xlsx_bytes([hostile])).worksheets:
        values += [cell.value for row in sheet.iter_rows() for cell in row if cell.value]
        assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value} == {"s"}
    assert not [value for value in values if value.startswith(("=", "+", "-", "@"))]


def test_negative_number_stays_a_number() -> None:
    cell = open_book(xlsx_bytes([table()])).worksheets[0]["B2"]
    assert (cell.value, cell.data_type) == (-0.4, "n")


@given(st.text())
def test_no_text_starts_a_formula_or_breaks_the_line(text: str) -> None:
    safe = plain_text(text)
    assert not safe.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert len(safe.splitlines()) <= 1
    assert plain_text(safe) == safe


@given(st.text())
def test_any_text_survives_the_csv(text: str) -> None:
    rows = read_csv(csv_bytes(one_text(text)))
    assert len(rows) == 2
    assert rows[1][0] == plain_text(text)


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(), min_size=5, max_size=5))
def test_any_text_survives_the_workbook(texts: list[str]) -> None:
    rows = tuple(ExportRow((text,), (SURVEY,)) for text in texts)
    sheet = open_book(
        xlsx_bytes([ExportTable("t", (ExportColumn("n", "Naam"),), rows, "nl")])
    ).worksheets[0]
    assert [sheet.cell(line, 1).value or "" for line in range(2, 7)] == [
        plain_text(text) for text in texts
    ]


def test_ordinary_text_is_left_alone() -> None:
    assert plain_text('Café \'t Hoekje; 19,3 % "leeg"') == 'Café \'t Hoekje; 19,3 % "leeg"'


def test_text_beyond_the_limit_of_excel_is_cut_visibly() -> None:
    text = plain_text("x" * 40_000)
    assert len(text) < 32_767
    assert text.endswith("…")


def test_workbook_columns_keep_their_type() -> None:
    sheet = open_book(
        xlsx_bytes([table("Markt", 13_896.0, 0.193, date(2023, 11, 1), 2023.0)])
    ).worksheets[0]
    cells = sheet[2][:5]
    assert [cell.value for cell in cells] == ["Markt", 13_896, 0.193, datetime(2023, 11, 1), 2023]
    assert [cell.number_format for cell in cells] == ["@", "#,##0", "0.0%", "yyyy-mm-dd", "0"]


def test_moment_keeps_its_time_of_day_and_opens_as_one() -> None:
    moments = [datetime(2024, 9, 7, 0, 0), datetime(2024, 9, 7, 13, 30)]
    sheet = ExportTable(
        "t",
        (ExportColumn("start", "Begin", "moment"),),
        tuple(ExportRow((at,), (SURVEY,)) for at in moments),
        "nl",
    )
    page = open_book(xlsx_bytes([sheet])).worksheets[0]
    assert [page.cell(row, 1).value for row in (2, 3)] == moments
    assert page.cell(2, 1).number_format == "yyyy-mm-dd hh:mm"
    assert [line[0] for line in read_csv(csv_bytes(sheet))[1:]] == [
        "2024-09-07 00:00:00",
        "2024-09-07 13:30:00",
    ]


def test_row_ends_in_its_last_column_even_when_that_is_empty() -> None:
    bare = SourceNote("CBS", "Register", None, None, "CC0", None)
    raw = xlsx_bytes(
        [ExportTable("t", (ExportColumn("k", "K"),), (ExportRow(("a",), (bare,)),), "nl")]
    )
    page = zipfile.ZipFile(io.BytesIO(raw)).read("xl/worksheets/sheet1.xml").decode()
    assert re.findall(r'<row r="2">.*<c r="(\w+)"/></row>', page) == ["G2"]


@pytest.mark.slow
def test_thousands_of_rows_take_no_minute() -> None:
    many = ExportTable("t", COLUMNS, (ExportRow(CELLS, (SURVEY,)),) * 5_000, "nl")
    start = time.process_time()
    raw = xlsx_bytes([many])
    # 55,000 cells; a cell at a time through the library they took some five seconds.
    assert time.process_time() - start < 2.5
    assert (
        zipfile.ZipFile(io.BytesIO(raw)).read("xl/worksheets/sheet1.xml").count(b"<row ") == 5_001
    )


def test_workbook_header_is_bold_and_stays_in_view() -> None:
    sheet = open_book(xlsx_bytes([table()])).worksheets[0]
    assert sheet.freeze_panes == "A2"
    assert (sheet.page_setup.orientation, sheet.print_title_rows) == ("landscape", "$1:$1")
    assert sheet.sheet_properties.pageSetUpPr.fitToPage and sheet.page_setup.fitToHeight == 0
    assert all(cell.font.bold for cell in sheet[1])
    assert not any(cell.font.bold for cell in sheet[2])


def test_wide_text_gets_a_wide_column_up_to_a_limit() -> None:
    sheet = open_book(xlsx_bytes([one_text("x" * 20)])).worksheets[0]
    assert sheet.column_dimensions["A"].width == 23
    assert (
        open_book(xlsx_bytes([one_text("x" * 500)])).worksheets[0].column_dimensions["A"].width
        == 60
    )


def test_second_sheet_names_sources_and_definitions() -> None:
    export = ExportTable(
        "Titel",
        COLUMNS,
        (ExportRow(CELLS, (SURVEY, REGISTER)), ExportRow(CELLS, (SURVEY,))),
        "nl",
        None,
        ("Gemodelleerd.",),
    )
    sheet = open_book(xlsx_bytes([export])).worksheets[1]
    lines = [[value for value in line if value] for line in sheet.iter_rows(values_only=True)]
    assert sheet.title == "Bronnen en definities"
    assert lines[:2] == [["Titel", "Titel"], ["Let op", "Gemodelleerd."]]
    assert lines[3:6] == [
        [
            "Uitgever",
            "Titel van de bron",
            "Webadres",
            "Datum van de bron",
            "Licentie",
            "Geraadpleegd",
        ],
        [
            "Gemeente Voorbeeldstad",
            "Winkeltelling",
            "https://voorbeeld.nl/telling",
            "ongedateerd",
            "CC0",
            "2026-11-23",
        ],
        ["Kadaster", "BAG", "Public Domain Mark 1.0"],
    ]
    assert lines[7] == ["Kolom", "Definitie", "id"]
    assert lines[10] == ["Share (0-1)", "wat share zegt", "share"]


def test_same_table_gives_the_same_bytes() -> None:
    assert xlsx_bytes([table()]) == xlsx_bytes([table()])
    assert csv_bytes(table()) == csv_bytes(table())


def test_workbook_keeps_no_moment_of_writing() -> None:
    raw = xlsx_bytes([table()])
    properties = open_book(raw).properties
    assert properties.created == properties.modified == datetime(1980, 1, 1)
    assert {entry.date_time[0] for entry in zipfile.ZipFile(io.BytesIO(raw)).infolist()} == {1980}


def test_empty_table_still_has_its_header() -> None:
    empty = ExportTable("Leeg", COLUMNS, (), "nl")
    assert len(read_csv(csv_bytes(empty))) == 1
    assert open_book(xlsx_bytes([empty])).worksheets[0].max_row == 1


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("number", "12"),
        ("number", True),
        ("number", math.inf),
        ("year", 2023.5),
        ("date", "2023-11"),
        ("text", 12),
    ],
)
def test_cell_of_another_kind_is_refused(kind: Kind, value: Cell) -> None:
    wrong = ExportTable(
        "t", (ExportColumn("k", "K", kind),), (ExportRow((value,), (SURVEY,)),), "nl"
    )
    with pytest.raises(UnusableTableError, match="column 'k'"):
        csv_bytes(wrong)


@pytest.mark.parametrize("lang", ["nl", "en", "de"])
def test_files_speak_the_language_of_the_reader(lang: Language) -> None:
    say = words(lang)
    assert say.keys() == words("nl").keys()
    assert len(read_csv(csv_bytes(table(lang=lang)), DIALECTS[lang][0])) == 2
    assert open_book(xlsx_bytes([table(lang=lang)])).sheetnames == [
        say["table"],
        say["sheet_sources"],
    ]


def test_yes_and_no_and_lists_are_written_for_readers() -> None:
    columns = (ExportColumn("open", "Open", "flag"), ExportColumn("streets", "Straten", "list"))
    kept = ExportTable(
        "t",
        columns,
        (ExportRow((True, ("Markt", "=Brink")), (SURVEY,)), ExportRow((None, ()), (SURVEY,))),
        "nl",
    )
    assert [row[:2] for row in read_csv(csv_bytes(kept))[1:]] == [["ja", "Markt; =Brink"], ["", ""]]
    assert open_book(xlsx_bytes([kept])).worksheets[0]["A2"].value is True


def test_spots_leave_as_two_numbers_in_rd() -> None:
    kept = ExportTable(
        "t",
        (ExportColumn("n", "Naam"),),
        (
            ExportRow(("Markt",), (SURVEY,), Point(250_000.126, 470_000)),
            ExportRow(("x",), (SURVEY,)),
        ),
        "nl",
        geometric=True,
    )
    header, *rows = read_csv(csv_bytes(kept))
    assert header[1:3] == ["x (RD, m)", "y (RD, m)"]
    assert [row[1:3] for row in rows] == [["250000,13", "470000"], ["", ""]]


def test_workbook_of_several_tables_has_a_page_for_each() -> None:
    book = open_book(xlsx_bytes([table(), replace(one_text("a"), name="straten")]))
    assert book.sheetnames == ["stadshart", "straten", "Bronnen en definities"]
    assert ["Naam", None, "name", "straten"] in [
        list(line[:4]) for line in book.worksheets[2].iter_rows(values_only=True)
    ]


def test_source_a_sheet_tells_itself_is_not_told_twice() -> None:
    kept = ExportTable(
        "t",
        (ExportColumn("source_url", "source_url"),),
        (ExportRow(("https://a.nl",), (SURVEY,)),),
        "nl",
    )
    header, row = read_csv(csv_bytes(kept))
    assert (
        header[0] == "source_url"
        and "Webadres" not in header
        and row.count("https://voorbeeld.nl/telling") == 0
    )


def test_number_formats_stand_in_one_order_in_every_process() -> None:
    # The order of a set would differ from process to process, and with it the bytes.
    with zipfile.ZipFile(io.BytesIO(xlsx_bytes([table()]))) as book:
        styles = book.read("xl/styles.xml").decode()
    formats = re.findall(r'formatCode="([^"]+)"', styles)
    assert formats == ["0.0%", "yyyy-mm-dd", "yyyy-mm-dd hh:mm"]
