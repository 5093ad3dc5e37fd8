"""Ten towns that nobody prepared: from their names to an opened page, without editing a file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from dashboard.session import cache
from dashboard.style.escape import escape
from data import catalogue
from etl.parsing.municipalities import by_code
from etl.pipeline import run
from etl.pipeline.run import RunOptions
from tests.dashboard.driving import opened, served, words
from tests.etl import made_up_town
from tests.etl.place_services import (
    MIDDLE,
    PlaceServices,
    boundary,
    district,
    settlement,
    shop,
    square,
)
from tests.etl.upstream import FastClock, Upstream

pytestmark = pytest.mark.slow
SOURCES = ("bag", "osm")
APART_M = 17_000.0


@dataclass(frozen=True, slots=True)
class Typed:
    """What a person types, and which municipality and place that is."""

    words: str
    code: str
    place_id: str
    name: str


TOWNS = (
    Typed("Deventer", "GM0150", "deventer", "Deventer"),
    Typed("GM0301", "GM0301", "zutphen", "Zutphen"),
    Typed("0503", "GM0503", "delft", "Delft"),
    Typed("Den Haag", "GM0518", "s-gravenhage", "'s-Gravenhage"),
    Typed("'s-Hertogenbosch", "GM0796", "s-hertogenbosch", "'s-Hertogenbosch"),
    Typed("Bergen (L.)", "GM0893", "bergen-l", "Bergen (L.)"),
    Typed("leeuwarden", "GM0080", "leeuwarden", "Leeuwarden"),
    Typed("14", "GM0014", "groningen", "Groningen"),
    Typed("MAASTRICHT", "GM0935", "maastricht", "Maastricht"),
    Typed("gm0664", "GM0664", "goes", "Goes"),
)


def east(town: Typed) -> float:
    """Where a town lies, in metres from the middle: each west of the one before."""
    return -APART_M * TOWNS.index(town)


def streets(town: Typed, number: int) -> list[dict[str, object]]:
    """A long street of 800 m through the core, with one crossing it."""
    x, y = (MIDDLE[0] - made_up_town.X + east(town), MIDDLE[1] - made_up_town.Y)
    return [
        made_up_town.way(
            number, [(x - 400, y), (x, y), (x + 400, y)], highway="pedestrian", name="Langestraat"
        ),
        made_up_town.way(
            number + 1, [(x, y - 300), (x, y), (x, y + 300)], highway="residential", name="Dwars"
        ),
    ]


def shops(town: Typed, at: int) -> list[dict[str, object]]:
    """As many shops as the number of the town, 10 m apart."""
    return [
        shop(number, east(town) + 10 * number, code=town.code[2:]) for number in range(1, at + 1)
    ]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The data folder after `place add` with ten names and one run."""
    with Upstream() as upstream, pytest.MonkeyPatch.context() as patch:
        # Nothing waits for the disk.
        patch.setattr(os, "fsync", lambda descriptor: None)
        services = PlaceServices(upstream, FastClock(), tmp_path_factory.mktemp("ten"))
        known = [(town, by_code(town.code), east(town)) for town in TOWNS]
        services.settlements = [
            settlement(kind, entry.name, town.code[2:], east=away)
            for town, entry, away in known
            for kind in ("gemeente", "woonplaats")
        ]
        services.streets = [square(east=away, code=town.code[2:]) for town, _, away in known]
        services.districts = [district(east=away) for _, _, away in known]
        services.boundaries = [boundary(town.code, away) for town, _, away in known]
        services.shops = [row for at, town in enumerate(TOWNS, 1) for row in shops(town, at)]
        ways = [row for at, town in enumerate(TOWNS, 1) for row in streets(town, 10 * at)]
        upstream.serve(
            made_up_town.OVERPASS,
            lambda asked: made_up_town.overpass(
                ways if made_up_town.overpass_subject(asked) == "streets" else []
            ),
        )
        own = services.folder / "own"
        services.add(*(town.words for town in TOWNS), places=own)
        options = RunOptions(
            data=services.data,
            places=own,
            only_sources=SOURCES,
            base_urls=dict.fromkeys(SOURCES, upstream.url()),
            workers=1,
        )
        with services.client() as client:
            result = run.run(options, clock=services.clock, client=client)
        assert not result.troubled
        yield services.data


@pytest.fixture(scope="module")
def shown(data: Path) -> Iterator[None]:
    with served(data):
        yield


@pytest.mark.parametrize("town", TOWNS, ids=lambda town: town.place_id)
def test_a_town_is_known_from_its_name_alone(data: Path, shown: None, town: Typed):
    snapshot = catalogue.open(data)
    place = snapshot.places().set_index("place_id").loc[town.place_id]
    assert (place["municipality_code"], place["name_nl"]) == (town.code, town.name)
    assert place["core_basis"] == "square"
    lines = snapshot.table("streets", where={"place_id": (town.place_id,)})
    assert lines[lines["name"] == "Langestraat"]["length_m"].sum() == pytest.approx(800, abs=1)
    units = snapshot.table("premises", where={"place_id": (town.place_id,)})
    assert len(units) == 1 + TOWNS.index(town)
    assert cache.facts().places[town.place_id].core.x == pytest.approx(
        MIDDLE[0] + east(town), abs=1
    )


# One plain name, and the two with signs in them.
@pytest.mark.parametrize("town", [TOWNS[at] for at in (0, 3, 5)], ids=lambda town: town.place_id)
def test_a_town_has_its_page(shown: None, town: Typed):
    page = opened("straten.py", plaats=town.place_id)
    assert town.name in page.title[0].value
    assert f"Voor {escape(town.name)} is er geen ingelezen" in words(page)
