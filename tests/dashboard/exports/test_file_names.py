"""What a file is called."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.exports.file_names import file_name

pytestmark = pytest.mark.slow


def test_file_name_is_readable() -> None:
    assert (
        file_name("Leegstand", "Café Hengelo", "2015-2023", extension="csv")
        == "leegstand-cafe-hengelo-2015-2023.csv"
    )


@settings(max_examples=30)
@given(st.lists(st.text(), max_size=4))
def test_file_name_never_leaves_its_folder(parts: list[str]) -> None:
    assert re.fullmatch(
        r"[a-z0-9]([a-z0-9-]{0,78}[a-z0-9])?\.xlsx", file_name(*parts, extension="xlsx")
    )
