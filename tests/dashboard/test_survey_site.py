"""A shop survey brought into an empty data folder shows itself, in a real browser."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from etl.commands.import_file import ImportRequest, import_file
from tests.conftest import require_chromium, serving
from tests.dashboard.pages import opened, records

pytestmark = pytest.mark.browser
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


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Iterator[str]:
    """The dashboard on a data folder that holds the survey and what ships, and no street."""
    require_chromium()
    folder = tmp_path_factory.mktemp("survey")
    import_file(
        ImportRequest(
            source_id="shop_survey", file=survey(folder), place_id="hengelo", data=folder / "data"
        )
    )
    with serving(
        lambda port: [
            sys.executable,
            "-m",
            "dashboard",
            "--port",
            str(port),
            "--data",
            str(folder / "data"),
        ],
        folder / "log",
        env={"STADSHART_TILES": "off"},
    ) as served:
        yield served.address


def test_straten_shows_the_rate_the_points_and_a_table_by_name(page, site):
    opened(page, f"{site}/straten?plaats=hengelo")
    page.get_by_text(
        "In maart 2024 stonden in Hengelo 13 van de 122 panden leeg: 10,7 %."
    ).wait_for()
    said = page.locator(".sh").all_inner_texts()
    assert any("nog geen straten ingelezen" in one for one in said)
    assert not any("nog geen straatgegevens" in one or "import shop_survey" in one for one in said)
    rows = page.locator("[role=grid] tbody tr")
    assert rows.count() == 13
    assert rows.filter(has_text="Voorbeeldstraat A").inner_text().split("\t")[-2:] != ["", ""]
    assert "? van 2" in rows.filter(has_text="Steeg").inner_text()
    assert "leegstaand 13" in page.locator(".legend").inner_text().replace("\n", " ")
    # The published vacancy of Hengelo is of November 2023, counted otherwise.
    page.goto(f"{site}/centrum?plaats=hengelo")
    newer = page.locator(".subject").first.get_by_text("Nieuwer, anders geteld. In maart 2024")
    assert "13 van de 122 panden leeg: 10,7 %" in newer.inner_text().replace("\u00a0", " ")
    assert records(page).faults == []


def test_kaart_shows_every_unit_as_a_point(page, site):
    opened(page, f"{site}/kaart?plaats=hengelo&laag=panden")
    page.get_by_text("122 van 122 panden.", exact=True).wait_for()
    assert page.locator(".sh .caution", has_text="staat er niets op de kaart").count() == 0
    page.locator("[role=grid] tbody tr").first.click()
    page.get_by_text("Pand: Steeg 1").or_(page.get_by_text("Pand: Voorbeeldstraat A 1")).wait_for()
    assert records(page).faults == []
