"""A survey of a place without streets keeps its street names, and people hear what shows."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from data import catalogue
from data.snapshot import publish
from etl.commands import survey_preview
from etl.sources import shop_survey
from tests import town
from tests.etl.command import Capture, run
from tests.etl.made_up_town import X, Y, place_file
from tests.etl.sources.pieces import piece, voorbeeldstad

pytestmark = [pytest.mark.usefixtures("quick_disk"), pytest.mark.slow]
STREETS = {"Marktstraat": 40, "Lange steeg": 20}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """60 units in two streets, every fifth of them vacant, and the place they lie in."""
    place_file(tmp_path / "places")
    rows = [
        f"{street};{number};{'leeg' if number % 5 == 0 else 'in gebruik'};{X + number:g};{Y:g}"
        for street, count in STREETS.items()
        for number in range(count)
    ]
    (tmp_path / "winkels-2024-02-01.csv").write_text(
        "\n".join(["straat;huisnummer;status;x;y", *rows]) + "\n"
    )
    return tmp_path


def bring(folder: Path, *more: object) -> list[object]:
    brought = [
        "import",
        "shop_survey",
        folder / "winkels-2024-02-01.csv",
        "--place",
        "voorbeeldstad",
    ]
    return [*brought, "--places", folder / "places", "--data", folder / "data", *more]


def test_an_import_without_streets_gives_the_vacancy_by_written_name(capsys: Capture, folder: Path):
    assert run(capsys, *bring(folder))[0] == 0
    opened = catalogue.open(folder / "data")
    table = opened.table("street_vacancy").query("basis == 'units'").set_index("street")
    assert table["units"].to_dict() == {"Lange steeg": 20, "Marktstraat": 40}
    assert table["vacant_units"].to_dict() == {"Lange steeg": 4.0, "Marktstraat": 8.0}
    assert table["vacancy_rate"].notna().all() and not opened.has("streets")


def test_dry_run_and_import_say_what_shows_and_what_streets_would_add(
    capsys: Capture, folder: Path
):
    for more in (["--dry-run"], []):
        _, out, _ = run(capsys, *bring(folder, *more, "--lang", "nl"))
        (said,) = (line for line in out.splitlines() if line.startswith("Dit komt in beeld:"))
        assert "van voorbeeldstad de panden als punten op Kaart en Straten" in said
        assert "stadshart-etl run --source osm" in said
        assert "de panden op volgorde langs de straat" in said


def test_with_streets_nothing_is_asked_for(tmp_path: Path):
    tables = town.tables()
    sources = {name: ids for name, ids in town.table_sources().items() if name in tables}
    publish.publish(
        tmp_path,
        tables,
        town.sources(),
        sources,
        published=datetime(2024, 3, 3, tzinfo=UTC),
    )
    said = survey_preview.shown_in_dashboard("shop_survey", ["voorbeeldstad"], tmp_path)
    assert said and "voorbeeldstad" in said.nl and "run --source osm" not in said.nl
    both = survey_preview.shown_in_dashboard("shop_survey", ["voorbeeldstad", "buurstad"], tmp_path)
    assert both and "van voorbeeldstad de panden op Kaart" in both.nl
    assert "van buurstad de panden als punten" in both.nl


def test_counts_of_passers_by_are_no_survey_that_shows(tmp_path: Path):
    assert survey_preview.shown_in_dashboard("counters", ["voorbeeldstad"], tmp_path) is None


@pytest.mark.parametrize(
    ("heading", "cell"),
    [
        ("straat;huisnummer", "Sint Jansplein;4"),
        ("adres", "Sint Jansplein 4, 1234 AB Voorbeeldstad"),
        ("adres;huisnummer", "Sint Jansplein;4"),
    ],
    ids=["columns", "one cell", "street in the cell of the address"],
)
def test_the_street_is_kept_as_the_survey_writes_it(tmp_path: Path, heading: str, cell: str):
    content = f"id;{heading};status;x;y\n1;{cell};leeg;{X:g};{Y:g}\n"
    brought = piece(tmp_path, "winkels-2024-03-31.csv", content, place_id="voorbeeldstad")
    parsed = shop_survey.parse([brought], voorbeeldstad())
    assert parsed.frames["premises"]["street"].tolist() == ["Sint Jansplein"]
