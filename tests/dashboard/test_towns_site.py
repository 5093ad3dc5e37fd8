"""Several towns in a real browser: from the streets of one to those of another, and a version that
is published while somebody looks.
"""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest
from shapely.geometry import LineString, Point

from data.snapshot import publish
from etl.joins.streets import street_vacancy
from tests import town
from tests.conftest import require_chromium, serving
from tests.dashboard import towns
from tests.dashboard.pages import opened, pick, query, records

pytestmark = pytest.mark.browser
OTHER = towns.TOWNS[1]
AT = town.X + 5000.0


def publish_towns(folder: Path, *, vacant: int) -> None:
    """Publish the five towns, a street and its ten units in the second one too."""
    tables = towns.tables()
    line = LineString([(AT - 100.0, town.Y), (AT + 100.0, town.Y)])
    street = town.streets(
        {"street_id": f"{OTHER}-kade", "name": "Kade", "place_id": OTHER, "geometry": line}
    )
    units = [
        {
            "premises_id": f"survey:kade-{number}",
            "survey": "b2022",
            "place_id": OTHER,
            "street_id": f"{OTHER}-kade",
            "address": None,
            "status": "vacant" if number < vacant else "in_use",
            "surveyed": "2022-10-01",
            "geometry": Point(AT + number, town.Y),
        }
        for number in range(10)
    ]
    tables["streets"] = pd.concat([tables["streets"], street], ignore_index=True)
    tables["premises"] = pd.concat([tables["premises"], town.premises(*units)], ignore_index=True)
    tables["street_vacancy"] = street_vacancy(tables["premises"], tables["streets"])
    sources = {name: ids for name, ids in town.table_sources().items() if name in tables}
    noon = datetime(2024, 3, 3, 12, tzinfo=UTC)
    publish.publish(folder, tables, town.sources(), sources, published=noon)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("towns")


@pytest.fixture(scope="module")
def site(folder: Path) -> Iterator[str]:
    require_chromium()
    publish_towns(folder / "data", vacant=3)
    with serving(
        lambda port: [
            *(sys.executable, "-m", "tests.dashboard.unprepared"),
            *("--data", str(folder / "data"), "--port", str(port)),
        ],
        folder / "log",
        env={"STADSHART_TILES": "off"},
    ) as served:
        yield served.address


def rows(page) -> set[str]:
    return set(page.locator("[role=grid] tbody td:first-child").all_inner_texts())


def test_another_town_has_its_own_streets_back_keeps_to_it_and_a_new_version_shows_with_a_filter(
    page, site, folder
):
    opened(page, f"{site}/straten?plaats={towns.TOWNS[0]}")
    page.locator("[role=grid] tbody tr", has_text="Straat A").click()
    page.get_by_role("heading", name="Straat A, Aastad").wait_for()
    page.wait_for_function("location.search.includes('keuze=straten:')")
    first = query(page)["uitsnede"]
    pick(page, "Plaats", "Beestad")
    page.get_by_role("heading", level=1, name="Straten van Beestad").wait_for()
    page.get_by_text("In oktober 2022 stonden in Beestad 3 van 10 panden leeg").wait_for()
    page.locator("[role=grid] tbody tr", has_text="Kade").wait_for()
    assert rows(page) == {"Kade"}
    page.get_by_role("heading", name="Straat A, Aastad").wait_for(state="detached")
    page.wait_for_function(
        "old => location.search.includes('uitsnede=') && !location.search.includes(old)", arg=first
    )
    assert (query(page)["plaats"], query(page)["keuze"]) == (OTHER, "geen")
    page.get_by_role("link", name="Profiel", exact=True).first.click()
    page.get_by_role("heading", level=1, name="Profiel van Beestad").wait_for()
    page.go_back()
    page.locator("[role=grid] tbody tr", has_text="Kade").wait_for()
    assert query(page)["plaats"] == OTHER
    publish_towns(folder / "data", vacant=4)
    # The server looks again which version is published after a second.
    page.wait_for_timeout(1_200)
    pick(page, "Kleur op de kaart", "Panden per 100 m")
    page.get_by_text("In oktober 2022 stonden in Beestad 4 van 10 panden leeg").wait_for()
    assert records(page).faults == []
