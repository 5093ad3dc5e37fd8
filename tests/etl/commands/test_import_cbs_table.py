"""A table of CBS from the file to the page: dry run, column map, publication, download."""

from pathlib import Path

import pytest

from data import catalogue
from data.snapshot import publish
from tests.dashboard.driving import opened, rows_of, served, words
from tests.etl.command import Capture, run

pytestmark = pytest.mark.slow
TABLE = (
    "ID;RegioS;Perioden;GemiddeldePrijs_1\n"
    "0;GM0164    ;2023JJ00;310500\n"
    "1;GM0153    ;2023JJ00;300000\n"
    "2;NL01      ;2023JJ00;400000\n"
)


def test_a_table_is_asked_about_published_for_all_towns_and_shown(capsys: Capture, tmp_path: Path):
    file, data = tmp_path / "85035NED.csv", tmp_path / "data"
    file.write_text(TABLE)
    command = ("import", "cbs_table", file, "--data", data)
    code, said, complaint = run(capsys, *command, "--dry-run")
    assert code == 1 and "2 of 3 rows" in said and "[subjects-unchosen]" in complaint
    written = tmp_path / "85035NED.csv.columns.toml"
    line = '# "GemiddeldePrijs_1" = { theme = "?", label = "GemiddeldePrijs", unit = "?" }'
    answer = '"GemiddeldePrijs_1" = { theme = "living", label = "Prijs van huizen", unit = "euro" }'
    assert line in written.read_text()
    written.write_text(written.read_text().replace(line, answer))
    code, said, complaint = run(capsys, *command, "--columns", written)
    assert (code, complaint) == (0, "") and "observations 2" in said
    assert publish.verify(data) == []
    rows = catalogue.open(data).table("observations").query("source_id == 'cbs_table'")
    assert rows.set_index("place_id")["value"].to_dict() == {"enschede": 3e5, "hengelo": 310500.0}
    with served(data):
        told = words(opened("cijfers.py", plaats="hengelo", thema="living"))
        assert "Prijs van huizen" in told and "310.500 euro" in told
        taken = rows_of("observations.csv", plaats="hengelo", thema="living")
    (row,) = (row for row in taken if row["Kenmerk"].startswith("hengelo-cbs-85035ned"))
    assert (row["Waarde"], row["Uitgever"], row["Licentie"]) == ("310500", "CBS", "CC BY 4.0")
    assert row["Definitie"] == "CBS, tabel 85035NED: Prijs van huizen"
    assert row["Webadres"].endswith("/85035NED/table") and file.name in row["Toelichting"]
    code, _, complaint = run(
        capsys, "withdraw", "cbs_table", "--file", file.name, "--reason", "trial", "--data", data
    )
    assert (code, complaint) == (0, "")
    left = catalogue.open(data).table("observations")["source_id"]
    assert "cbs_table" not in set(left)
