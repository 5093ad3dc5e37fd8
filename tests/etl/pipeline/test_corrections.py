"""Repairs of known errors: applied while the source is wrong, void once it is right."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from etl.errors import DeclarationError
from etl.pipeline import corrections
from tests import town

TODAY = date(2026, 3, 1)
TEXT = """
[[correction]]
table = "premises"
key = {{ premises_id = "bag:9999010000000001" }}
column = "{column}"
was = {was}
becomes = {becomes}
reason = "a placeholder"
source = "the register itself"
date = 2026-02-01
{more}
"""


def applied(
    tmp_path: Path,
    *,
    column: str = "floor_area_m2",
    was: str = "999999",
    becomes: str = '"missing"',
    more: str = "",
    met: float = 999999.0,
):
    (tmp_path / "bag.toml").write_text(
        TEXT.format(column=column, was=was, becomes=becomes, more=more)
    )
    frame = town.premises(
        {"premises_id": "bag:9999010000000001", "floor_area_m2": met},
        {"premises_id": "bag:9999010000000002"},
    )
    frames, counts, findings = corrections.apply_corrections(
        {"premises": frame}, corrections.load_corrections("bag", tmp_path), TODAY
    )
    return (
        frames["premises"],
        counts["repaired-by-correction"],
        [finding.code for finding in findings],
    )


def test_a_wrong_value_is_repaired_and_counted(tmp_path: Path):
    frame, count, codes = applied(tmp_path)
    assert frame["floor_area_m2"].isna().tolist() == [True, False] and (count, codes) == (1, [])


def test_a_repair_can_set_the_right_value(tmp_path: Path):
    assert applied(tmp_path, becomes="120")[0]["floor_area_m2"].tolist() == [120.0, 100.0]


def test_once_the_source_is_right_the_repair_is_void_and_told(tmp_path: Path):
    frame, count, codes = applied(tmp_path, met=85.0)
    assert frame["floor_area_m2"].tolist() == [85.0, 100.0] and (count, codes) == (
        0,
        ["correction-expired"],
    )


def test_after_its_day_a_repair_is_void_and_told(tmp_path: Path):
    assert applied(tmp_path, more="until = 2026-02-28")[1:] == (0, ["correction-expired"])


def test_a_source_without_repairs_has_none(tmp_path: Path):
    assert corrections.load_corrections("osm", tmp_path) == ()


@pytest.mark.parametrize("text", ["[[correction]]\ntable = 'premises'", "[[correction"])
def test_a_repair_that_lacks_something_is_refused_with_its_file(tmp_path: Path, text: str):
    (tmp_path / "bag.toml").write_text(text)
    with pytest.raises(DeclarationError, match="^bag.toml: expected"):
        corrections.load_corrections("bag", tmp_path)


def test_a_repair_of_an_unknown_column_is_refused(tmp_path: Path):
    with pytest.raises(DeclarationError, match="expected a table and column"):
        applied(tmp_path, column="colour")
