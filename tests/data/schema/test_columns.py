"""What a column holds to, whichever way its texts are looked at: one for all, each once, or every
one.
"""

import re

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.schema import columns
from data.schema.columns import number, padded, slug, text

pytestmark = pytest.mark.slow

PATTERN = r"[a-z0-9][a-z0-9:/_.-]*"
WORDS = st.text(alphabet="ab1:- \t\u00a0é", max_size=4)


def series(words: list[str | None]) -> pd.Series:
    return pd.Series(words, dtype="str")


@given(st.lists(WORDS, min_size=1, max_size=12), st.sampled_from([1, 2, 40]))
def test_a_pattern_is_judged_alike_however_often_a_text_returns(words: list[str], times: int):
    given_words = words * times
    assert slug("id").holds(series(given_words)).tolist() == [
        re.fullmatch(PATTERN, word) is not None for word in given_words
    ]


@given(st.lists(WORDS, min_size=1, max_size=12))
def test_text_is_neither_empty_nor_between_blanks(words: list[str]):
    assert text("name").holds(series(words)).tolist() == [
        bool(word) and word == word.strip() for word in words
    ]


@given(st.lists(st.none() | WORDS, max_size=12), st.integers(0, 3))
def test_no_blank_around_a_text_goes_unseen(words: list[str | None], begin: int):
    met = pa.array(words, type=pa.large_string()).slice(begin)
    if any(not word or word != word.strip() for word in words[begin:]):
        assert padded(met)


def test_plain_words_need_no_second_look():
    assert not padded(pa.array(["a b", "12-3"], type=pa.large_string()))


def test_one_wrong_text_among_many_alike_is_found():
    assert slug("id").holds(series(["a"] * 5000 + ["b c"])).tolist() == [True] * 5000 + [False]
    assert slug("id").holds(series(["b c"] * 5000)).sum() == 0


def test_labels_of_the_rows_stay():
    assert slug("id").holds(series(["a", "B"]).set_axis([7, 3])).to_dict() == {7: True, 3: False}


@pytest.mark.parametrize(
    ("value", "holds"),
    [
        (0.0, True),
        (1.0, True),
        (-0.1, False),
        (1.1, False),
        (float("inf"), False),
        (float("nan"), False),
    ],
)
def test_a_number_lies_within_its_bounds_and_is_finite(value: float, holds: bool):
    assert number("share", low=0, high=1).holds(pd.Series([value])).tolist() == [holds]
    assert number("any").holds(pd.Series([float("-inf"), 5.0])).tolist() == [False, True]


def test_a_probe_of_few_rows_decides_nothing_but_the_way(monkeypatch: pytest.MonkeyPatch):
    words = series(["a", "B", "c", "a", "d e", "f"] * 3)
    once = slug("id").holds(words).tolist()
    monkeypatch.setattr(columns, "_PROBE", 1)
    assert slug("id").holds(words).tolist() == once
