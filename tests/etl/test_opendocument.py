import zipfile
from datetime import date
from pathlib import Path

import pytest

from etl import opendocument
from etl.errors import ContentError, FileError
from tests.etl.sources.ods import ods


def written(tmp_path: Path, *tables: tuple[str, str]) -> Path:
    path = tmp_path / "book.ods"
    path.write_bytes(ods(*tables))
    return path


TEXT = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
NUMBER = '<table:table-cell office:value-type="float" office:value="{}"/>'
BLANK = '<table:table-cell table:number-columns-repeated="{}"/>'


def row(*cells: str, times: int = 1) -> str:
    return f'<table:table-row table:number-rows-repeated="{times}">{"".join(cells)}</table:table-row>'


def test_cells_keep_their_place_and_kind(tmp_path: Path):
    special = '<table:table-cell office:value-type="percentage" office:value="0.053"/><table:table-cell office:value-type="date" office:date-value="2025-01-01T00:00:00"/>'
    path = written(tmp_path, ("A", row(TEXT.format("Hengelo"), BLANK.format(2), NUMBER.format(7)) + row(BLANK.format(3), times=2) + row(special)))
    assert opendocument.read(path).rows == (("Hengelo", None, None, 7.0), (), (), (0.053, date(2025, 1, 1)))


def test_repeated_cells_and_rows_are_as_many(tmp_path: Path):
    twice = '<table:table-cell office:value-type="float" office:value="1" table:number-columns-repeated="2"/>'
    assert opendocument.read(written(tmp_path, ("A", row(twice, times=2)))).rows == ((1.0, 1.0), (1.0, 1.0))


def test_a_sheet_is_chosen_by_name(tmp_path: Path):
    path = written(tmp_path, ("Toelichting", row(TEXT.format("a"))), ("Tabel 1", row(TEXT.format("b"))))
    assert (opendocument.read(path).name, opendocument.read(path, sheet="Tabel 1").rows) == ("Toelichting", (("b",),))
    with pytest.raises(FileError, match="Toelichting, Tabel 1"):
        opendocument.read(path, sheet="Tabel 2")


def test_a_million_blank_rows_are_no_rows(tmp_path: Path):
    assert opendocument.read(written(tmp_path, ("A", row(NUMBER.format(1)) + row(BLANK.format(16_384), times=1_048_000)))).rows == ((1.0,),)


@pytest.mark.parametrize(("cell", "times", "code"), [(NUMBER.format(1), 200_001, "sheet-rows"), ('<table:table-cell office:value-type="float" office:value="1" table:number-columns-repeated="101"/>', 1, "sheet-columns")])
def test_more_than_the_caps_is_refused(tmp_path: Path, cell: str, times: int, code: str):
    with pytest.raises(FileError, match=code):
        opendocument.read(written(tmp_path, ("A", row(cell, times=times))))


def test_entities_are_refused(tmp_path: Path):
    path = tmp_path / "book.ods"
    path.write_bytes(ods(content='<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'))
    with pytest.raises(ContentError, match="xml-entities"):
        opendocument.read(path)


def test_a_number_that_is_none_is_refused(tmp_path: Path):
    with pytest.raises(ContentError, match="column-retyped"):
        opendocument.read(written(tmp_path, ("A", row(NUMBER.format("many")))))


def test_another_zip_is_refused(tmp_path: Path):
    path = tmp_path / "book.ods"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("content.xml", "<x/>")
    with pytest.raises(FileError):
        opendocument.read(path)
