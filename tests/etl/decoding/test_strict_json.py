"""JSON is read strictly."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.decoding import strict_json
from etl.errors import ContentError

plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.slow
@given(plain, st.booleans())
def test_sound_json_reads_as_the_standard_reader_does(value: object, escaped: bool):
    data = json.dumps(value, ensure_ascii=escaped).encode("utf-8", "surrogatepass")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return
    assert strict_json.read(data) == json.loads(data)


@pytest.mark.parametrize(
    ("text", "value", "place"),
    [
        ('{"a": NaN}', "NaN", "line 1 column 7"),
        ('{"NaN": "NaN",\n "b": [1, -Infinity]}', "-Infinity", "line 2 column 11"),
        ('["1e999", 1e5,\n\n  1e999]', "1e999", "line 3 column 3"),
        ("[-1E+400]", "-1E+400", "line 1 column 2"),
        ("[1" + "0" * 400 + ".0]", "1000", "line 1 column 2"),
    ],
)
def test_a_value_that_is_no_number_is_refused_with_its_place(text: str, value: str, place: str):
    with pytest.raises(ContentError) as refused:
        strict_json.read(text.encode())
    assert refused.value.finding.code == "json-not-a-number"
    assert refused.value.finding.values["value"].startswith(value)
    assert refused.value.finding.values["place"] == place


def test_large_and_tiny_numbers_are_read():
    assert strict_json.read(b"[1e300, 1e-999, -0.0, 1E100]") == [1e300, 0.0, 0.0, 1e100]


def test_a_double_key_is_refused_by_name():
    with pytest.raises(ContentError, match="straat"):
        strict_json.read(b'{"a": [{"straat": 1, "b": 2, "straat": 1}]}')
    assert strict_json.read(b'[{"a": 1}, {"a": 2}]') == [{"a": 1}, {"a": 2}]


@pytest.mark.parametrize("levels", [101, 200_000])
@pytest.mark.parametrize("pair", ["[]", "{}"])
def test_bottomless_nesting_is_refused_before_it_is_read(levels: int, pair: str):
    opening = pair[0] if pair == "[]" else '{"a":'
    with pytest.raises(ContentError, match="json-too-deep"):
        strict_json.read((opening * levels + "1" + pair[1] * levels).encode())


def test_brackets_inside_text_do_not_count():
    text = ["[" * 500, '"[' * 300, "\\" * 3 + '"' + "{" * 300]
    assert strict_json.read(json.dumps(text).encode()) == text
    assert strict_json.read(b"[" * 100 + b"]" * 100) is not None


def test_depth_is_counted_over_blocks():
    long = b'["' + b"[" * (1024 * 1024 + 7) + b'", ' + b"[" * 120 + b"]" * 120 + b"]"
    with pytest.raises(ContentError, match="json-too-deep"):
        strict_json.read(long)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b'{"a": [1, 2', "json-broken"),
        (b"", "json-broken"),
        (b'{"a": 1} {"b": 2}', "json-broken"),
        (b"{'a': 1}", "json-broken"),
        (b"[" + b"9" * 5000 + b"]", "json-broken"),
        ('{"a": "Café"}'.encode("cp1252"), "encoding"),
        ('{"a": 1}'.encode("utf-16"), "encoding"),
    ],
)
def test_half_or_foreign_text_is_refused(data: bytes, code: str):
    with pytest.raises(ContentError) as refused:
        strict_json.read(data)
    assert refused.value.finding.code == code


def test_members_are_found_by_path_or_are_none():
    value = strict_json.read(b'\xef\xbb\xbf{"a": {"b": " x ", "c": [1], "d": ""}}')
    assert (
        strict_json.text_at(value, "a", "b"),
        strict_json.text_at(value, "a", "d"),
        strict_json.text_at(value, "a", "c"),
    ) == ("x", None, None)
    assert (
        strict_json.rows_at(value, "a", "c"),
        strict_json.rows_at(value, "a", "b"),
        strict_json.member(value, "x", "y"),
    ) == ([1], None, None)


@pytest.mark.parametrize("before", [0, 57, 99])
@pytest.mark.parametrize("number", ["9" * 400 + ".5", "1e400", "-1E+400"])
def test_an_endless_number_is_found_wherever_it_stands(before: int, number: str):
    with pytest.raises(ContentError, match="json-not-a-number"):
        strict_json.read(b" " * before + f"[0.5, {number}]".encode())
