from pathlib import Path

import pytest

from data import catalogue
from etl.__main__ import main
from etl.pipeline import place_files
from etl.sources.reference import PLACES
from tests.etl.made_up_town import place_file


def run(*arguments: object) -> int:
    with pytest.raises(SystemExit) as left:
        main([str(one) for one in arguments])
    return int(left.value.code or 0)


def published(data: Path) -> set[str]:
    return set(catalogue.open(data).table("places")["place_id"])


def test_a_data_folder_remembers_its_places(tmp_path: Path):
    given, data, nothing = place_file(tmp_path / "given"), tmp_path / "data", tmp_path / "nothing"
    nothing.mkdir()
    assert run("run", "--places", given, "--data", data, "--inputs", nothing) == 0
    (given / "voorbeeldstad.geojson").rename(tmp_path / "elsewhere.geojson")
    assert run("run", "--data", data, "--inputs", nothing) == 0
    assert published(data) == {"voorbeeldstad"}
    before = {path: path.stat().st_mtime_ns for path in (data / "places").iterdir()}
    assert run("run", "--data", data, "--inputs", nothing) == 0
    assert {path: path.stat().st_mtime_ns for path in (data / "places").iterdir()} == before


def test_places_given_anew_take_the_place_of_those_before(tmp_path: Path):
    data = tmp_path / "data"
    assert place_files.places_folder(data, None) == PLACES
    place_files.save_places(data, place_file(tmp_path / "one", "stad-een"))
    place_files.save_places(data, place_file(tmp_path / "two", "stad-twee"))
    assert [path.name for path in place_files.places_folder(data, None).iterdir()] == [
        "stad-twee.geojson"
    ]
    place_files.save_places(data, PLACES)
    assert place_files.places_folder(data, None) == PLACES


def test_a_file_is_brought_for_a_place_that_was_given_before(tmp_path: Path):
    data = tmp_path / "data"
    place_files.save_places(data, place_file(tmp_path / "one", "stad-een"))
    sheet = tmp_path / "opname-2024-03-01.csv"
    sheet.write_text("pand_id;status;x;y\n1;leeg;150100;530000\n2;in gebruik;150110;530000\n")
    assert (
        run("import", "shop_survey", sheet, "--place", "stad-een", "--data", data, "--dry-run") == 0
    )
