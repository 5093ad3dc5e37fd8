"""A preview says what an import would take over from a file."""

from pathlib import Path

import pytest

from etl.parsing.preview import as_text
from etl.sources import shop_survey
from tests.etl.sources.pieces import piece, voorbeeldstad
from tests.etl.sources.survey_sheet import DATE, HEAD, X, Y, only, parse, row

pytestmark = pytest.mark.slow


def test_preview_says_in_dutch_what_was_understood(tmp_path: Path):
    content = HEAD + row(1) + row(2, group="Leegstand", since="1-2-2022") + row(3, x="")
    seen = shop_survey.preview(piece(tmp_path, DATE, content), None, voorbeeldstad())
    lines = as_text(seen, "nl")
    assert lines[0] == f"{DATE}: 3 rijen, 12 kolommen."
    for line in (
        "  2 van 3 rijen te gebruiken",
        "  leeg: 1",
        "  in gebruik: 1",
        (
            "  rij 4: geen bruikbare coördinaten, en het adres staat niet bij de panden van de BAG"
            " in deze gegevensmap"
        ),
        "  leeg-sinds -> leeg sinds",
        (
            "  Langestraat 2, 1234 AB Voorbeeldstad, leeg, 120,5 m2, gezien 2024-03-31, leeg sinds"
            " 2022-02-01"
        ),
        "  opname voorbeeldstad-2024-03-31: 2 panden",
    ):
        assert line in lines, "\n".join(lines)


def test_preview_says_the_same_in_english(tmp_path: Path):
    content = HEAD + row(1) + row(2, group="Leegstand", since="1-2-2022") + row(3, x="")
    seen = shop_survey.preview(piece(tmp_path, DATE, content), None, voorbeeldstad())
    lines = as_text(seen, "en")
    assert lines[0] == f"{DATE}: 3 rows, 12 columns."
    assert len(lines) == len(as_text(seen, "nl"))
    for line in (
        "  2 of 3 rows can be used",
        "  vacant: 1",
        "  in use: 1",
        (
            "  row 4: no usable coordinates, and the address is not among the units of the BAG in"
            " this data folder"
        ),
        "  leeg-sinds -> vacant since",
        (
            "  Langestraat 2, 1234 AB Voorbeeldstad, vacant, 120.5 m2, seen 2024-03-31, vacant"
            " since 2022-02-01"
        ),
        "  survey voorbeeldstad-2024-03-31: 2 units",
    ):
        assert line in lines, "\n".join(lines)


def test_a_column_of_persons_is_told_and_goes_nowhere(tmp_path: Path):
    content = (
        f"id;status;eigenaar;beheer;opmerking;x;y\n1;leeg;P. Jansen;dhr. de Boer;te huur;{X};{Y}\n"
    )
    seen = shop_survey.preview(piece(tmp_path, DATE, content), None, voorbeeldstad())
    notes = [finding.nl for finding in seen.findings if finding.code == "personal-column"]
    assert [line.split()[1] for line in notes] == ["eigenaar", "beheer"] and all(
        line in " ".join(as_text(seen, "nl")) for line in notes
    )
    parsed = parse(tmp_path, (DATE, content))
    assert [finding.code for finding in parsed.findings] == ["personal-column"] * 2
    everything = only(parsed).drop(columns="geometry").astype("str").to_csv() + "".join(
        as_text(seen, "nl")
    )
    assert "Jansen" not in everything and "Boer" not in everything


def test_a_line_of_totals_is_told_as_such(tmp_path: Path):
    content = (
        f"straat;huisnr;leegstand;wvo;x;y\nLangestraat;1;ja;50,5;{X};{Y}\n"
        f"Totaal;;1;50,5;;\nTotaalwonen;2;nee;9,5;{X};{Y}\n"
    )
    seen = shop_survey.preview(piece(tmp_path, DATE, content), None, voorbeeldstad())
    assert seen.file.used == 2 and "  rij 3: dit is een regel met totalen, geen pand" in as_text(
        seen, "nl"
    )


def test_rows_refused_for_one_reason_stand_on_one_line_in_order(tmp_path: Path):
    content = (
        HEAD + row(1, wvo="veel") + "".join(row(number, x="") for number in range(2, 40)) + row(50)
    )
    lines = as_text(
        shop_survey.preview(piece(tmp_path, DATE, content), None, voorbeeldstad()), "nl"
    )
    refused = lines[lines.index("Niet of niet helemaal overgenomen:") + 1 :]
    assert refused[0].startswith("  rij 2: de winkelvloer is geen getal")
    assert (
        refused[1].startswith("  rijen 3, 4, 5,")
        and " en nog 18: geen bruikbare coördinaten" in refused[1]
    )
