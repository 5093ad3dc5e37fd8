"""What 'place' prints, asks and exits with."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pytest
from shapely.geometry import Point

from data import catalogue
from etl.pipeline.run import open_client
from geo.crs import RD
from tests.etl import command
from tests.etl.command import Capture
from tests.etl.place_services import MIDDLE, PlaceServices, boundary, degrees, settlement, shop
from tests.etl.upstream import FastClock, Upstream

pytestmark = pytest.mark.usefixtures("quick_disk")
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def services(upstream: Upstream, clock: FastClock, tmp_path: Path) -> PlaceServices:
    return PlaceServices(upstream, clock, tmp_path)


@pytest.fixture
def run(services: PlaceServices, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs 'place' against the fake services, in Dutch, without waiting between questions."""
    monkeypatch.setattr("etl.commands.places.SystemClock", lambda: services.clock)
    monkeypatch.setenv("LC_ALL", "nl_NL.UTF-8")

    def run_place(*words: object) -> tuple[int, str, str]:
        more: list[object] = ["--data", services.data]
        if words[0] == "add":
            for source, url in services.base_urls.items():
                more += ["--base-url", f"{source}={url}"]
        return command.run(capsys, "place", *words, *more)

    return run_place


def test_it_says_what_it_assumed_with_source_and_day(run: Run, services: PlaceServices):
    code, out, err = run("add", "Deventer")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == (
        "Deventer: gemeente GM0150 in Overijssel, volgens de lijst van CBS van de 342 gemeenten"
        " van 2026"
    )
    assert lines[1] == (
        "Deventer: omtrek is de wijk Binnenstad (36 ha) in TOP10NL van het Kadaster (2026-04-01)"
    )
    assert lines[2] == (
        "Deventer: de kern is het plein Markt, volgens de Locatieserver (2026-03-01)"
    )
    assert lines[3] == (
        "Deventer: buiten de binnenstad kent de BAG geen groep grote winkelpanden die een"
        " randlocatie kan zijn (2026-03-01)"
    )
    assert lines[4].endswith("places/deventer.geojson")
    assert "Twente" in lines[5] and lines[-1] == (f"nu: stadshart-etl run --data {services.data}")


def test_a_service_that_is_down_is_named_with_its_code(run: Run, services: PlaceServices):
    services.down = {"brt_places", "cbs_areas", "bag"}
    _, out, _ = run("add", "Deventer", "--lang", "en")
    assert "Deventer: shop units were not fetched, so no site at the edge is proposed (" in out
    assert "Deventer: the outline was not fetched (" in out and "[http-404])" in out
    assert "reaches 1500 m around its core" in out


def test_json_has_an_object_per_assumption(run: Run):
    _, out, _ = run("add", "Deventer", "--json")
    events = [json.loads(line) for line in out.splitlines()]
    assert [event.get("what", event["event"]) for event in events] == [
        "municipality",
        "outline",
        "core-square",
        "edges-none",
        "written",
        "copied",
    ]


def test_wrong_use_is_one_line_and_exit_code_2(run: Run):
    for words, expected in (
        (("add", "Bergen"), "2 gemeenten passen"),
        (("add", "Bergen", "--lang", "en"), "2 municipalities fit"),
        (("add", "Devneter"), "bedoelt u Deventer, GM0150, Overijssel? Zie "),
        (("add",), "expected a NAME"),
        (("add", "Deventer", "--edge", "De Boreel", "6,1", "52,2"), "expected NAME LON LAT"),
        (("add", "Deventer", "--edge", "De Boreel"), "expected NAME LON LAT"),
    ):
        code, out, err = run(*words)
        assert (code, out, err.count("\n")) == (2, "", 1), words
        assert expected in err
        assert re.search(r"(: see|: zie|\? Zie) 'stadshart-etl place add --help'\n$", err), words


def test_a_town_without_a_position_is_exit_code_1(run: Run, services: PlaceServices):
    services.down = {"geocoder"}
    code, _, err = run("add", "Deventer")
    assert code == 1 and "--core LON LAT" in err


def test_several_sites_at_the_edge_are_added_with_the_town(run: Run):
    east, north = (str(side) for side in degrees(500.0))
    code, out, _ = run(
        "add", "Deventer", "--edge", "De Boreel", east, north, "--edge", "Noord", east, north
    )
    assert code == 0 and "De Boreel: randlocatie bij deventer, dus van gemeente GM0150" in out
    _, out, _ = run("list")
    assert {"de-boreel", "noord", "deventer", "enschede"} <= {
        line.split("\t")[0] for line in out.splitlines()
    }


# Four stores of 2,000 m2 in a row, 100 m apart, from 1,450 m east of the middle: 8,000 m2.
STORES = tuple(
    shop(10 + at, 1_450.0 + 100 * at, floor_area_m2=2_000, openbare_ruimte="De Boreel")
    for at in range(4)
)


def test_large_shops_outside_the_inner_city_are_proposed_and_not_added(
    run: Run, services: PlaceServices
):
    services.shops = (
        *services.shops,
        *STORES,
        # Two supermarkets of a quarter, small shops, and a large shop within the inner city.
        *(shop(20 + at, 0.0, 2_000.0 + 50 * at, floor_area_m2=1_500) for at in range(2)),
        *(shop(30 + at, 3_000.0 + at, floor_area_m2=499) for at in range(50)),
        shop(90, 200.0, floor_area_m2=9_000),
        # A hall of 9,000 m2 that is no shop.
        shop(91, -3_000.0, floor_area_m2=9_000, gebruiksdoel="bijeenkomstfunctie"),
    )
    lon, lat = (round(side, 5) for side in degrees(1_600.0))
    _, out, _ = run("add", "Deventer", "--lang=en")
    proposed = [line for line in out.splitlines() if "site at the edge" in line]
    # The core is a square 100 m east of the middle.
    (line,) = proposed
    assert line == (
        "Deventer: De Boreel may be a site at the edge: 4 shop units of 500 m2 or more, 8000 m2 in"
        f" all, 1.5 km from the core, by the BAG. If so: --edge 'De Boreel' {lon} {lat}"
    )
    assert not (services.data / "places/de-boreel.geojson").exists()
    # What was printed can be typed, and a site that is known is not proposed.
    _, out, _ = run("add", "--edge", "De Boreel", lon, lat)
    assert (services.data / "places/de-boreel.geojson").is_file()
    _, out, _ = run("add", "Deventer", "--replace", "--json")
    assert not [line for line in out.splitlines() if json.loads(line)["event"] == "proposed"]


def test_a_person_at_a_terminal_confirms_a_site_by_its_name(
    run: Run, services: PlaceServices, monkeypatch: pytest.MonkeyPatch
):
    # One store of 6,000 m2 is a site as well; the second answer leaves it out.
    services.shops = (*STORES, shop(40, -2_000.0, floor_area_m2=6_000, openbare_ruimte="Zuidrand"))
    answers = iter(["Woonplein", " "])
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setattr("builtins.input", lambda question: next(answers))
    code, out, _ = run("add", "Deventer")
    assert code == 0 and "1 winkelpand van 6000 m2" in out
    assert "Woonplein: randlocatie bij deventer, dus van gemeente GM0150" in out
    places = {path.stem for path in (services.data / "places").iterdir()}
    assert "woonplein" in places and not places & {"de-boreel", "zuidrand"}


def test_a_municipality_younger_than_the_register_is_not_searched(
    run: Run, services: PlaceServices
):
    services.settlements = [settlement("gemeente", "Land van Cuijk", "1982")]
    services.boundaries = [boundary("GM1982")]
    _, out, _ = run("add", "Land van Cuijk", "--core", *degrees())
    assert "GM1982 is jonger dan de BAG" in out


def test_a_person_at_a_terminal_chooses(
    run: Run, services: PlaceServices, monkeypatch: pytest.MonkeyPatch
):
    answers = iter(["3", "x", "2"])
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setattr("builtins.input", lambda question: next(answers))
    services.settlements = [settlement("gemeente", "Bergen", "0893")]
    code, out, _ = run("add", "Bergen")
    assert code == 0 and "2  Bergen (L.), GM0893, Limburg" in out
    assert (services.data / "places/bergen-l.geojson").is_file()


def test_a_terminal_that_ends_chooses_nothing(run: Run, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)

    def end(question: str) -> str:
        raise EOFError

    monkeypatch.setattr("builtins.input", end)
    code, _, err = run("add", "Bergen")
    assert code == 2 and "2 gemeenten passen" in err


def test_show_and_remove_say_what_they_know(run: Run, services: PlaceServices):
    run("add", "Deventer")
    code, out, _ = run("show", "deventer")
    assert code == 0 and "Kern volgens: square" in out and "Datum van de omtrek: 2026-04-01" in out
    _, out, _ = run("show", "deventer", "--json")
    assert json.loads(out)["core"] == list(degrees(100.0))
    code, out, _ = run("remove", "deventer")
    assert code == 0 and out == f"verwijderd: {services.data / 'places/deventer.geojson'}\n"
    assert run("show", "deventer")[0] == 2


def test_the_client_is_that_of_a_run(run: Run, services: PlaceServices):
    assert open_client.__module__ == "etl.pipeline.run"
    run("add", "Deventer")
    assert services.upstream.requests[0].headers["user-agent"].startswith("StadshartTwente/")


@pytest.mark.slow
def test_a_run_knows_the_place_and_removal_says_what_is_published(
    run: Run, services: PlaceServices, capsys: Capture, tmp_path: Path
):
    run("add", "Deventer")
    nothing = tmp_path / "nothing"
    nothing.mkdir()
    code, out, _ = command.run(
        capsys,
        *("run", "--data", services.data, "--inputs", nothing, "--source", "figures"),
        *("--workers", 1),
    )
    assert code == 0 and out.startswith("gepubliceerd")
    opened = catalogue.open(services.data)
    assert {"deventer", "enschede"} <= set(opened.places()["place_id"])
    assert "place-files" in opened.manifest.table("places").sources
    assert opened.source("place-outlines").credit == "Bron: Kadaster/PDOK (BRT TOP10NL)"
    (services.data / "imports/figures/deventer").mkdir(parents=True)
    _, out, _ = run("remove", "deventer")
    assert "bevat nog over deventer: places 1" in out
    assert "withdraw figures --place deventer" in out


@pytest.mark.slow
def test_without_a_drawn_outline_the_shop_units_of_a_run_derive_one(
    run: Run, services: PlaceServices, capsys: Capture, tmp_path: Path
):
    services.districts = ()
    own = ("--places", tmp_path / "own")
    run("add", "Deventer", *own)
    # Four rows of ten shops, ten metres apart, from the square to the east.
    spots = [
        Point(MIDDLE[0] + 100 + 10 * x, MIDDLE[1] + 10 * y) for x in range(10) for y in range(4)
    ]
    columns = {
        "identificatie": [f"015001{number:010d}" for number in range(40)],
        "gebruiksdoel": "winkelfunctie",
        "status": "Verblijfsobject in gebruik",
        "oppervlakte": 80,
        "openbare_ruimte": "Langestraat",
        "huisnummer": range(1, 41),
    }
    (tmp_path / "inputs/bag").mkdir(parents=True)
    gpd.GeoDataFrame(columns, geometry=spots, crs=RD).to_file(tmp_path / "inputs/bag/units.gpkg")
    words = ("--inputs", tmp_path / "inputs", "--source", "bag", *own)
    assert command.run(capsys, "run", "--data", services.data, *words)[0] == 0
    _, out, _ = run("add", "Deventer", "--replace", *own)
    assert "winkelgebied om 40 winkelpanden van de BAG (1 ha)" in out
    assert "reikt de plaats" not in out
    _, out, _ = run("show", "deventer", *own)
    assert "Omtrek volgens: derived" in out and "Kern volgens: square" in out
