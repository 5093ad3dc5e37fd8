"""Text tables are read strictly."""

from __future__ import annotations

import pandas as pd
import pytest

from etl.decoding import delimited
from etl.decoding.delimited import Dialect
from etl.errors import ContentError

DUTCH = Dialect(delimiter=";", decimal=",", thousands=".", encodings=("utf-8", "cp1252"))


def refusal(data: bytes, form: Dialect | None = None) -> str:
    with pytest.raises(ContentError) as refused:
        delimited.read(data, form or Dialect(), name="t.csv")
    return str(refused.value)


def test_codes_and_names_stay_as_written():
    frame = delimited.read(b"code,naam\n0153,NA\n0164,None\n0141,\n", name="t.csv").frame
    assert frame["code"].tolist() == ["0153", "0164", "0141"]
    assert frame["naam"].tolist()[:2] == ["NA", "None"]
    assert frame["naam"].isna().tolist() == [False, False, True]


@pytest.mark.parametrize(("line", "met"), [("1,2,3", 3), ("1", 1)])
def test_a_row_of_another_width_is_refused_with_its_line(line: str, met: int):
    text = refusal(f"a,b\n1,2\n{line}\n".encode())
    assert "Line 3" in text and f"has {met} fields" in text


def test_quoted_cells_may_hold_delimiters_and_line_breaks():
    frame = delimited.read(b'a,b\n"x, y","one\ntwo"\n\n"say ""hi""",2\n', name="t.csv").frame
    assert frame["a"].tolist() == ["x, y", 'say "hi"']
    assert frame["b"].tolist() == ["one\ntwo", "2"]


def test_the_wrong_delimiter_is_noticed():
    assert "csv-fields" in refusal(b"naam,plaats;wvo\nx;1\n")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "csv-header"),
        (b"\n\n", "csv-header"),
        (b"a,a\n1,2\n", "csv-header"),
        (b"a,\n1,2\n", "csv-header"),
        (b'a,b\n"1,2\n', "csv-broken"),
    ],
)
def test_a_table_without_sound_lines_is_refused(data: bytes, code: str):
    assert code in refusal(data)


def test_a_header_alone_is_zero_rows():
    assert delimited.read(b"a,b\n", name="t.csv").frame.shape == (0, 2)


def test_a_byte_order_mark_is_no_part_of_a_name_and_settles_the_encoding():
    table = delimited.read(
        b"\xef\xbb\xbfnaam\nCaf\xc3\xa9\n", Dialect(encodings=("cp1252",)), name="t.csv"
    )
    assert (list(table.frame), table.frame["naam"][0], table.encoding, table.findings) == (
        ["naam"],
        "Café",
        "utf-8",
        (),
    )


def test_a_fallback_is_used_only_when_declared_and_reported():
    data = "naam\nCafé\n".encode("cp1252")
    table = delimited.read(data, DUTCH, name="winkels.csv")
    assert (table.frame["naam"][0], table.encoding, [one.code for one in table.findings]) == (
        "Café",
        "cp1252",
        ["encoding-fallback"],
    )
    assert table.findings[0].nl == "winkels.csv is geen utf-8 en is gelezen als cp1252."
    assert "byte 8" in refusal(data)


def test_letters_lost_at_the_publisher_are_reported():
    table = delimited.read("naam\nCaf\ufffd\nBar\n".encode(), name="t.csv")
    assert [one.en for one in table.findings] == [
        (
            "Lines of t.csv with a replacement character: 1. Those letters were lost at the"
            " publisher already."
        )
    ]


def test_the_declared_form_decides_what_a_number_is():
    cells = pd.Series(
        [
            "4414,4",
            "1.234",
            "1.234.567,5",
            "-0,4",
            "+3",
            " 7 ",
            None,
            "",
            "1.23",
            "1,234.5",
            "12,",
            "x",
            "1e3",
            "٣",
            "--1",
        ],
        dtype="str",
    )
    read = delimited.numbers(cells, DUTCH)
    assert read.values.tolist()[:6] == [4414.4, 1234.0, 1234567.5, -0.4, 3.0, 7.0]
    assert read.values.isna().tolist() == [False] * 6 + [True] * 9
    assert read.refused.tolist() == [False] * 8 + [True] * 7


def test_without_thousands_a_point_is_the_decimal():
    read = delimited.numbers(pd.Series(["1.234", "1,234"], dtype="str"), Dialect())
    assert (read.values.tolist()[0], read.refused.tolist()) == (1.234, [False, True])
