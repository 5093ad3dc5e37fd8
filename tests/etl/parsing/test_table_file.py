"""What people's tables look like, and what is read from them."""

import io
from datetime import date, datetime
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from etl.decoding.delimited import Dialect
from etl.errors import ContentError, ProblemError
from etl.parsing import table_file
from tests.etl.sources.pieces import workbook

COMMA, POINT = Dialect(decimal=",", thousands="."), Dialect(decimal=".", thousands=",")


def column(*cells: object) -> pd.Series:
    return pd.Series(list(cells), dtype=object)


def read(
    folder: Path, content: str | bytes, known: set[str] = frozenset({"id", "wvo"})
) -> table_file.Spreadsheet:
    path = folder / "t"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return table_file.read(path, "t.csv", knows=lambda row: len(set(row) & known))


@pytest.mark.parametrize("sign", [";", ",", "\t", "|"])
def test_delimiter_is_told_by_the_known_headings(tmp_path: Path, sign: str):
    sheet = read(tmp_path, f"id{sign}wvo\n1{sign}20\n")
    assert (sheet.delimiter, sheet.headings) == (sign, ("id", "wvo"))


@pytest.mark.parametrize(
    "content",
    ["id;wvo;\n1;20;te huur\n", workbook([["id", "wvo"], [1, 20, "te huur"]])],
    ids=["csv", "xlsx"],
)
def test_a_remark_without_a_heading_is_called_by_its_letter(tmp_path: Path, content: str | bytes):
    sheet = read(tmp_path, content)
    assert sheet.headings == ("id", "wvo", "kolom C") and sheet.cells["kolom C"].tolist() == [
        "te huur"
    ]


@pytest.mark.parametrize(
    "content",
    ["id;wvo;\n1;20;\n", workbook([["id", "wvo", None, None], [1, 20]])],
    ids=["csv", "xlsx"],
)
def test_an_empty_column_without_a_heading_is_left_out(tmp_path: Path, content: str | bytes):
    assert read(tmp_path, content).headings == ("id", "wvo")


@pytest.mark.parametrize(
    "content",
    ["id;x;x;wvo\n1;a;b;20\n", workbook([["id", "x", "x", "wvo"], [1, "a", "b", 20]])],
    ids=["csv", "xlsx"],
)
def test_a_heading_that_means_nothing_may_stand_there_twice(tmp_path: Path, content: str | bytes):
    sheet = read(tmp_path, content)
    assert sheet.headings == ("id", "x", "x (2)", "wvo") and sheet.cells["x (2)"].tolist() == ["b"]


@pytest.mark.parametrize(
    "content",
    ["id;wvo;wvo\n1;20;30\n", workbook([["id", "wvo", "wvo"], [1, 20, 30]])],
    ids=["csv", "xlsx"],
)
def test_a_heading_that_means_something_may_not(tmp_path: Path, content: str | bytes):
    with pytest.raises(ContentError, match="t.csv is not right: the name 'wvo' stands there twice"):
        read(tmp_path, content)


@pytest.mark.parametrize("text", ["31 maart 2024", "31-mrt-2024", "31 mrt. 2024", "31 Maart 2024"])
def test_days_may_be_written_with_the_name_of_the_month(text: str):
    assert table_file.day(text) == date(2024, 3, 31)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("mei 2022", date(2022, 5, 1)),
        ("sept. 2022", date(2022, 9, 1)),
        ("31 februari 2024", None),
        ("31 maart", None),
        ("lente 2022", None),
        ("1 mei 1", None),
    ],
)
def test_a_month_in_words_is_its_first_day_and_what_is_no_day_is_none(text: str, day: date | None):
    assert table_file.day(text) == day


def test_decimal_commas_do_not_pass_for_delimiters(tmp_path: Path):
    assert read(tmp_path, "id;wvo\n1;20,5\n2;30,5\n").delimiter == ";"


def test_other_encoding_is_read_and_told(tmp_path: Path):
    sheet = read(tmp_path, "id;naam\n1;Café\n".encode("cp1252"))
    assert sheet.cells["naam"].tolist() == ["Café"]
    assert (sheet.encoding, [finding.code for finding in sheet.findings]) == (
        "cp1252",
        ["encoding-fallback"],
    )


def test_headings_of_a_sheet_may_stand_below_a_title(tmp_path: Path):
    sheet = read(
        tmp_path,
        workbook([["Winkels in Voorbeeldstad"], [], ["id", "wvo"], [1, 20.5], [], [2, None]]),
    )
    assert sheet.headings == ("id", "wvo")
    assert sheet.cells.index.tolist() == [4, 6]


def test_the_table_may_stand_on_another_sheet_than_the_first(tmp_path: Path):
    book = Workbook()
    book.active.append(["Toelichting bij de levering"])
    book.create_sheet("Verkooppunten").append(["Winkels in Voorbeeldstad"])
    for cells in (["id", "wvo"], [1, 20.5]):
        book["Verkooppunten"].append(cells)
    book.create_sheet("Codes").append(["id", "omschrijving"])
    out = io.BytesIO()
    book.save(out)
    sheet = read(tmp_path, out.getvalue())
    assert (sheet.sheet, sheet.headings, sheet.cells.index.tolist()) == (
        "Verkooppunten",
        ("id", "wvo"),
        [3],
    )


def test_of_sheets_that_say_as_much_the_first_is_read(tmp_path: Path):
    book = Workbook()
    book.active.append(["id", "wvo"])
    book.active.append([1, 20.5])
    book.create_sheet("2023").append(["id", "wvo"])
    out = io.BytesIO()
    book.save(out)
    assert read(tmp_path, out.getvalue()).cells["id"].tolist() == [1]


def test_headings_of_a_text_may_stand_below_a_title(tmp_path: Path):
    sheet = read(
        tmp_path,
        "Winkels in Voorbeeldstad;;\n;;\nid;naam;wvo\n1;Café;20,5\n2;;7\n".encode("cp1252"),
    )
    assert (sheet.headings, sheet.cells.index.tolist(), sheet.cells["wvo"].tolist()) == (
        ("id", "naam", "wvo"),
        [4, 5],
        ["20,5", "7"],
    )
    assert sheet.encoding == "cp1252"


def test_a_row_too_wide_below_a_title_is_told_with_its_own_line(tmp_path: Path):
    with pytest.raises(ContentError, match="Line 4 of t.csv has 3 fields"):
        read(tmp_path, "Winkels\n\nid;wvo\n1;20;30\n")


def test_heading_twice_is_refused(tmp_path: Path):
    with pytest.raises(ContentError, match="stands there twice"):
        read(tmp_path, workbook([["id", "wvo", "wvo"], [1, 20, 30]]))


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["12", "13"], COMMA),
        (["12,5"], COMMA),
        (["12.5", "12"], POINT),
        (["1.234", "7,5"], COMMA),
        (["1.234", "7.5"], POINT),
        (["1.234.567"], COMMA),
        (["1,234.5"], POINT),
        (["253123.456"], POINT),
        (["0.123"], POINT),
        ([1234.5, 12], COMMA),
    ],
)
def test_number_form_is_one_per_file(cells: list[object], expected: Dialect):
    assert table_file.number_form([column(*cells)], name="t") == expected


@pytest.mark.parametrize("cells", [["12,5", "12.5"], ["1.234"], ["1.234", "12"]])
def test_uncertain_number_form_is_refused_not_guessed(cells: list[object]):
    with pytest.raises(ContentError, match="number-form"):
        table_file.number_form([column(*cells)], name="t")


def test_numbers_are_read_in_the_form_of_the_file_only():
    read = table_file.numbers(
        column("1.234", "7,5", "12.5", "-0,4", 3.5, None, True, "veel"), COMMA
    )
    assert read.values.fillna(-1).tolist() == [1234.0, 7.5, -1, -0.4, 3.5, -1, -1, -1]
    assert read.refused.tolist() == [False, False, True, False, False, False, True, True]


def test_endless_number_is_refused():
    assert table_file.numbers(column(float("inf")), COMMA).refused.tolist() == [True]


def test_days_are_read_day_first():
    read = table_file.days(
        column(
            "2024-03-31",
            "1-2-2024",
            "20240331",
            "2024-03",
            datetime(2024, 3, 31),
            date(2024, 3, 31),
        )
    )
    days = [day.date().isoformat() for day in read.values]
    assert days == [
        "2024-03-31",
        "2024-02-01",
        "2024-03-31",
        "2024-03-01",
        "2024-03-31",
        "2024-03-31",
    ]


@pytest.mark.parametrize(
    "cell", ["2021", "3/31/2024", "31-2-2024", "soon", "0000-01-01", True, 1e300]
)
def test_what_is_no_day_is_refused(cell: object):
    read = table_file.days(column(cell))
    assert read.refused.tolist() == [True] and read.values.isna().all()


def test_text_of_a_stored_number_has_no_point():
    assert table_file.texts(column(12.0, " a  b\n c ", date(2024, 3, 1), "  ")).fillna(
        "-"
    ).tolist() == ["12", "a b c", "2024-03-01", "-"]


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=200))
@example(b",")
def test_any_bytes_are_a_table_or_a_finding(tmp_path_factory: pytest.TempPathFactory, data: bytes):
    path = tmp_path_factory.getbasetemp() / "any"
    path.write_bytes(data)
    try:
        sheet = table_file.read(path, "any", knows=len)
    except ProblemError as error:
        assert error.finding.nl
    else:
        assert sheet.headings


@pytest.mark.slow
@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.one_of(
            st.text(max_size=12),
            st.floats(),
            st.integers(),
            st.booleans(),
            st.none(),
            st.dates(),
            st.datetimes(),
        ),
        min_size=1,
    )
)
def test_any_cell_is_a_value_or_refused(cells: list[object]):
    for read in (table_file.numbers(column(*cells), COMMA), table_file.days(column(*cells))):
        assert not (read.refused & read.values.notna()).any()
    assert str(table_file.texts(column(*cells)).dtype) == "str"


@pytest.mark.parametrize(
    "text",
    [
        "Thursday/01-Jan-2015",
        "donderdag 1 januari 2015",
        "do 1-1-2015",
        "Thu, 1 Jan 2015",
        "DONDERDAG 2015-01-01",
        "Thursday, 1 January 2015",
    ],
)
def test_the_name_of_the_day_may_stand_before_a_date(text: str):
    assert table_file.day(text) == date(2015, 1, 1)


@pytest.mark.parametrize(
    "text", ["Monday/01-Jan-2015", "Friday 01/02/2015", "donderdag", "Doctor 1 januari 2015"]
)
def test_a_date_with_the_name_of_another_day_is_none(text: str):
    # 1 February 2015, day first, was a Sunday: here the month may stand first.
    assert table_file.day(text) is None
