"""A town nobody has seen, from a place file, an extract and a timetable: published and shown
without a line of code.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.session import cache
from data import catalogue
from data.snapshot import publish
from etl.__main__ import main
from geo.names import search_key
from tests.dashboard.driving import IN_TURN, opened, words
from tests.etl.new_town import EMPTY, GRID, TRIPS, UNITS, write_folders

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder after one run."""
    folder = tmp_path_factory.mktemp("unseen")
    places, inputs = write_folders(folder)
    with pytest.raises(SystemExit) as left:
        main(
            [
                "run",
                "--places",
                str(places),
                "--inputs",
                str(inputs),
                "--data",
                str(folder / "data"),
                "--workers",
                "1",
            ]
        )
    assert left.value.code == 0
    return folder / "data"


@pytest.fixture
def shown(data: Path) -> Iterator[None]:
    """The town served instead of the facts that ship."""
    before = cache._served.folder
    cache.use(data)
    yield
    cache.use(before)


def test_its_streets_are_measured(data: Path):
    streets = catalogue.open(data).table("streets")
    # As names are searched for: a minus tells no two of them apart.
    name = streets["name"].map(search_key, na_action="ignore")
    lengths = streets.groupby(name)["length_m"].sum().round()
    crossing = {f"{of} {abs(i)}" for of in ("langeweg", "dwarsstraat") for i in GRID}
    assert set(lengths.index) == {"havenstraat", "grote markt"} | crossing - {"dwarsstraat 0"}
    assert lengths["havenstraat"] == 800.0
    busiest = streets.groupby(name)["footfall_proxy"].max()
    assert streets["footfall_proxy"].between(0, 100).all()
    assert busiest["havenstraat"] > busiest["dwarsstraat 4"]


def test_its_units_stand_on_their_street_and_empty_is_what_was_mapped(data: Path):
    premises = catalogue.open(data).table("premises")
    assert (len(premises), (premises["status"] == "vacant").sum()) == (UNITS, EMPTY)
    streets = catalogue.open(data).table("streets").set_index("street_id")["name"]
    assert set(premises["street_id"].map(streets)) <= {
        "Havenstraat",
        *(f"Langeweg {i}" for i in GRID),
    }
    assert not catalogue.open(data).has("street_vacancy"), "mapped units make no rate"


def test_its_stops_have_departures_per_day(data: Path):
    opened_now = catalogue.open(data)
    stops = opened_now.table("stops")
    # Where every trip ends nothing leaves.
    assert (
        stops["name"].tolist() == ["Markt"]
        and f"{TRIPS} vertrekken op een gewone werkdag" in stops["note"].iloc[0]
    )
    figures = opened_now.table("observations").set_index("indicator")["value"]
    assert figures["departures_per_workday"] == TRIPS


def test_nothing_of_other_places_comes_along(data: Path):
    opened_now = catalogue.open(data)
    assert opened_now.table("places")["place_id"].tolist() == ["zeestad"]
    assert {source for table in opened_now.manifest.tables for source in table.sources} == {
        "osm",
        "transit",
        "place-files",
    }
    assert publish.verify(data) == []


@pytest.mark.parametrize(("view", "lang"), IN_TURN)
def test_every_page_opens_and_speaks_of_no_town_that_ships_and_of_no_pilot(
    shown: None, view: str, lang: str
):
    app = opened(view, taal=lang)
    assert app.title[0].value
    said = words(app).replace("Stadshart Twente", "")
    for name in (
        "Almelo",
        "Borne",
        "Enschede",
        "Hengelo",
        "Oldenzaal",
        "Twente",
        "Westermaat",
        "ilot",
    ):
        assert name not in said, said[max(said.find(name) - 80, 0) : said.find(name) + 40]


def test_its_streets_are_shown_and_what_is_not_known_is_said(shown: None):
    said = words(opened("straten.py"))
    assert "Voor Zeestad is er geen ingelezen" in said
    assert f"Iemand heeft {EMPTY} panden in OpenStreetMap als leeg aangegeven" in said
