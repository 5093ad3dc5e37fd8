"""A shop survey brought into an empty data folder shows itself; `maps/test_undrawn.py` holds what
the maps and tables make of it.
"""

from pathlib import Path

import pytest

from etl.commands.import_file import ImportRequest, import_file
from tests.dashboard.driving import opened, rows_of, served, words

pytestmark = pytest.mark.slow
# Twelve streets of ten units in the centre of Hengelo, the first of each empty; one of two units.
STREETS = [f"Voorbeeldstraat {letter}" for letter in "ABCDEFGHIJKL"]
X, Y = 251_200, 476_300


def survey(folder: Path) -> Path:
    rows = [
        f"{street};{number};{'leeg' if number == 1 else 'open'};{X + 30 * at};{Y + 12 * number}"
        for at, street in enumerate([*STREETS, "Steeg"])
        for number in range(1, 3 if street == "Steeg" else 11)
    ]
    path = folder / "winkels-2024-03-31.csv"
    path.write_text("\n".join(["straat;huisnummer;status;x;y", *rows]) + "\n")
    return path


def test_a_survey_without_streets_shows_on_straten_centrum_and_kaart(tmp_path: Path):
    data = tmp_path / "data"
    import_file(
        ImportRequest(source_id="shop_survey", file=survey(tmp_path), place_id="hengelo", data=data)
    )
    with served(data):
        said = words(opened("straten.py", plaats="hengelo"))
        assert "In maart 2024 stonden in Hengelo 13 van de 122 panden leeg: 10,7 %." in said
        assert "nog geen straten ingelezen" in said
        assert "nog geen straatgegevens" not in said and "import shop_survey" not in said
        assert len(rows_of("panden.csv", plaats="hengelo")) == 122
        # The published vacancy of Hengelo is of November 2023, counted otherwise.
        newer = words(opened("centrum.py", plaats="hengelo")).replace("\u00a0", " ")
        assert "Nieuwer, anders geteld. In maart 2024" in newer
        assert "13 van de 122 panden leeg: 10,7 %" in newer
        shown = words(opened("kaart.py", plaats="hengelo", laag="panden"))
        assert "staat er niets op de kaart" not in shown
