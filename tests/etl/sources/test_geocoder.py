import json
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from data import catalogue
from etl.area import Area, Spot
from etl.errors import ContentError
from etl.pipeline.parts_store import PartsStore
from etl.sources import geocoder
from tests.etl.made_up_town import Town, X, Y
from tests.etl.sources.source_runs import (
    HENGELO,
    NO_SAMPLES,
    SourceFailedError,
    SourceRunner,
    area,
    place,
    sample,
)
from tests.etl.upstream import FastClock, ReceivedRequest, Reply, Upstream, as_json

FREE = urlsplit(geocoder.FREE).path
CORE = Spot("core/hengelo", "hengelo", "Markt")
STREET = Spot("initiative/de-stek", "hengelo", "Langestraat")
ADDRESS = Spot("initiative/de-hoek", "hengelo", "Langestraat 12a")


def wanting(*spots: Spot) -> Area:
    return area(place(), wanted=spots)


def street(name: str, east: float = 0.0, **known: object) -> dict[str, object]:
    return {
        "type": "weg",
        "straatnaam": name,
        "gemeentecode": "0164",
        "centroide_rd": f"POINT({HENGELO.x + east} {HENGELO.y})",
    } | known


def answer(*docs: dict[str, object]) -> Reply:
    return as_json({"response": {"numFound": len(docs), "start": 0, "docs": list(docs)}})


@pytest.fixture
def runner(upstream: Upstream, clock: FastClock, tmp_path: Path, quick_disk: None) -> SourceRunner:
    return SourceRunner(upstream, clock, tmp_path)


def positions(
    runner: SourceRunner, upstream: Upstream, spot: Spot, *docs: dict[str, object]
) -> dict[str, tuple[str, float]]:
    """Precision and metres east of the core of what is found, by key."""
    upstream.serve(FREE, answer(*docs))
    frame = runner.run(geocoder, wanting(spot)).frames["positions"]
    return {row.key: (row.precision, row.geometry.x - HENGELO.x) for row in frame.itertuples()}


def test_the_nearest_market_square_is_the_core(runner: SourceRunner, upstream: Upstream):
    docs = (street("Marktstraat", 5.0), street("Markt", 400.0), street("Oude Markt", 80.0))
    assert positions(runner, upstream, CORE, *docs) == {"core/hengelo": ("square", 80.0)}
    asked = [parse_qs(urlsplit(one.target).query) for one in upstream.requests]
    assert [one["q"] for one in asked] == [["markt"], ["marktplein"]]
    assert asked[0]["fq"] == ["type:weg", "gemeentecode:0164"]


def test_the_market_of_a_village_is_not_the_core(runner: SourceRunner, upstream: Upstream):
    assert positions(runner, upstream, CORE, street("Markt", 6000.0)) == {}


@pytest.mark.parametrize(
    "known",
    [{"gemeentecode": "1876"}, {"type": "adres"}, {"type": "perceel"}, {"centroide_rd": None}],
)
def test_what_is_not_a_street_of_the_municipality_is_no_hit(
    runner: SourceRunner, upstream: Upstream, known: dict[str, object]
):
    assert positions(runner, upstream, CORE, street("Markt", **known)) == {}


def test_a_street_is_found_by_its_whole_name(runner: SourceRunner, upstream: Upstream):
    docs = (street("Korte Langestraat", 10.0), street("Langestraat", 200.0))
    assert positions(runner, upstream, STREET, *docs) == {"initiative/de-stek": ("street", 200.0)}


@pytest.mark.parametrize(
    ("spot", "known"),
    [(STREET, {}), (ADDRESS, {"type": "adres", "huisnummer": 12, "huisletter": "A"})],
)
def test_a_street_of_that_name_in_a_village_is_not_the_one_in_the_centre(
    runner: SourceRunner, upstream: Upstream, spot: Spot, known: dict[str, object]
):
    assert positions(runner, upstream, spot, street("Langestraat", 6000.0, **known)) == {}


def test_of_two_streets_of_one_name_the_one_in_the_centre_counts(
    runner: SourceRunner, upstream: Upstream
):
    docs = (street("Langestraat", 6000.0), street("Langestraat", 900.0))
    assert positions(runner, upstream, STREET, *docs) == {"initiative/de-stek": ("street", 900.0)}


def test_a_square_is_told_as_one(runner: SourceRunner, upstream: Upstream):
    spot = Spot("initiative/x", "hengelo", "Brinkplein")
    assert positions(runner, upstream, spot, street("Brinkplein")) == {
        "initiative/x": ("square", 0.0)
    }


def test_an_address_needs_the_same_number_and_letter(runner: SourceRunner, upstream: Upstream):
    docs = [
        street("Langestraat", east, type="adres", huisnummer=12, huisletter=letter)
        for east, letter in ((10.0, None), (20.0, "A"), (30.0, "B"))
    ]
    assert positions(runner, upstream, ADDRESS, *docs, street("Langestraat", 1.0)) == {
        "initiative/de-hoek": ("address", 20.0)
    }
    assert parse_qs(urlsplit(upstream.requests[0].target).query)["fq"][0] == "type:adres"


def test_a_spot_that_is_not_found_is_counted(runner: SourceRunner, upstream: Upstream):
    upstream.serve(FREE, answer())
    parsed = runner.run(geocoder, wanting(STREET))
    assert (len(parsed.frames["positions"]), parsed.counts) == (0, {"missing-spot": 1})


def test_the_same_spot_is_not_asked_twice_in_a_quarter(
    runner: SourceRunner, upstream: Upstream, clock: FastClock
):
    upstream.serve(FREE, answer(street("Langestraat")))
    for days in (0, 60, 40):
        clock.slept.append(days * 86_400.0)
        runner.run(geocoder, wanting(STREET))
    assert len(upstream.requests) == 2


def test_nothing_wanted_nothing_asked():
    assert geocoder.requests(wanting()) == []


def test_abroad_nothing_is_asked():
    assert (
        geocoder.requests(
            area(
                place("gronau", None, role="abroad"),
                wanted=(Spot("core/gronau", "gronau", "Markt"),),
            )
        )
        == []
    )


@pytest.mark.parametrize(
    "body",
    [
        {"docs": []},
        {
            "response": {
                "docs": [{"type": "weg", "gemeentecode": 164, "centroide_rd": "POINT(1 2)"}]
            }
        },
    ],
)
def test_an_answer_of_another_shape_is_refused(body: dict[str, object]):
    with pytest.raises(ContentError):
        geocoder.read(json.dumps(body).encode())


# Against recorded answers.


@NO_SAMPLES
@pytest.mark.parametrize(
    ("name", "street_and_number"), [("free", ("Bolstraat", 1)), ("lookup", ("Europalaan", 93))]
)
def test_recorded_addresses_are_read(name: str, street_and_number: tuple[str, int]):
    (hit,) = geocoder.read(sample(f"locatieserver/{name}.json").read_bytes())
    assert ((hit.street, hit.number), hit.municipality, hit.kind) == (
        street_and_number,
        "GM0344",
        "adres",
    )
    assert 130_000 < hit.point.x < 140_000


@NO_SAMPLES
def test_recorded_suggestions_have_no_point():
    assert geocoder.read(sample("locatieserver/suggest.json").read_bytes()) == []


@NO_SAMPLES
@pytest.mark.parametrize("status", [400, 200])
def test_the_recorded_error_fails_with_its_message(
    runner: SourceRunner, upstream: Upstream, status: int
):
    upstream.serve(FREE, Reply(status=status, body=sample("locatieserver/error.json").read_bytes()))
    with pytest.raises(SourceFailedError) as failed:
        runner.run(geocoder, wanting(STREET))
    assert "Verplichte parameter 'id' ontbreekt" in failed.value.findings[0].en
    assert len(upstream.requests) == 1


@NO_SAMPLES
def test_the_recorded_street_of_another_city_is_no_hit(runner: SourceRunner, upstream: Upstream):
    def say(asked: ReceivedRequest) -> Reply:
        return Reply(body=sample("locatieserver/free.json").read_bytes())

    upstream.serve(FREE, say)
    assert (
        len(
            runner.run(geocoder, wanting(Spot("initiative/x", "hengelo", "Bolstraat 1"))).frames[
                "positions"
            ]
        )
        == 0
    )


@pytest.mark.parametrize("basis", ["gazetteer", "outline"])
def test_a_run_moves_the_core_and_tells_so(
    upstream: Upstream, clock: FastClock, tmp_path: Path, quick_disk: None, basis: str
):
    town = Town(tmp_path, upstream, clock)
    file = town.places / "voorbeeldstad.geojson"
    file.write_text(file.read_text().replace('"gazetteer"', f'"{basis}"'))
    square = {
        "type": "weg",
        "straatnaam": "Grote Markt",
        "gemeentecode": "9999",
        "centroide_rd": f"POINT({X + 120} {Y})",
    }
    upstream.serve(FREE, answer(square))
    town.run(only_sources=("geocoder",), base_urls={"geocoder": upstream.url()})
    moved = catalogue.open(town.data).table("places").iloc[0]
    assert (moved["core"].x, moved["core_basis"], moved["geometry"].x) == (
        X + 120,
        "square",
        X + 120,
    )
    notes = PartsStore(town.data).index().notes
    assert [(one.code, one.values["metres"]) for one in notes] == [("core-moved", "120")]


@pytest.mark.parametrize("basis", ["square", "street", "drawn"])
def test_a_core_that_somebody_chose_stays_where_it_is(
    upstream: Upstream, clock: FastClock, tmp_path: Path, quick_disk: None, basis: str
):
    town = Town(tmp_path, upstream, clock)
    file = town.places / "voorbeeldstad.geojson"
    file.write_text(file.read_text().replace('"gazetteer"', f'"{basis}"'))
    square = {
        "type": "weg",
        "straatnaam": "Grote Markt",
        "gemeentecode": "9999",
        "centroide_rd": f"POINT({X + 120} {Y})",
    }
    upstream.serve(FREE, answer(square))
    town.run(only_sources=("geocoder",), base_urls={"geocoder": upstream.url()})
    place = catalogue.open(town.data).table("places").iloc[0]
    assert (round(place["core"].x), place["core_basis"]) == (X, basis)
    assert not upstream.requests and not PartsStore(town.data).index().notes
