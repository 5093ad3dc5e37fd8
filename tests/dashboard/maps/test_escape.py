"""What a text may hold and still stay a text."""

import html

import jinja2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.maps.escape import escape

PAYLOADS = [
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    "${alert(1)}",
    "`t Hoekje",
    "Winkel \\",
    "\" onmouseover='alert(1)'",
    "{{ 7 * 7 }}{% raw %}{# weg #}",
]


@given(st.text())
def test_no_character_survives_that_could_end_the_text(text: str) -> None:
    assert not set("<>`$\"'\\{}") & set(escape(text))


@given(st.text())
def test_text_comes_back_whole(text: str) -> None:
    assert html.unescape(escape(text)) == text


@pytest.mark.parametrize("text", PAYLOADS)
def test_template_leaves_the_text_alone(text: str) -> None:
    assert jinja2.Template(escape(text)).render() == escape(text)


def test_ordinary_name_reads_as_before() -> None:
    assert escape("Café De Brug, Almelo: 19,3 %") == "Café De Brug, Almelo: 19,3 %"


def test_ampersand_is_written_once() -> None:
    assert escape("C&A") == "C&amp;A"
