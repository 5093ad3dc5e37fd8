"""Nine towns of three provinces from their names, in the outlines that CBS publishes of them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pytest
from shapely.geometry import Point, shape
from shapely.geometry.base import BaseGeometry

from data import catalogue
from etl.pipeline import run
from etl.pipeline.run import RunOptions
from geo.crs import WGS84, to_rd
from tests.dashboard.driving import opened, served, words
from tests.etl.place_services import MIDDLE, Doc, PlaceServices, settlement, shop
from tests.etl.upstream import FastClock, Upstream

REAL = os.environ.get("STADSHART_REAL")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.real,
    pytest.mark.skipif(REAL is None, reason="STADSHART_REAL is unset: no outlines of CBS here"),
]
TOWNS = {
    "Groningen": "GM0014",
    "Stadskanaal": "GM0037",
    "Veendam": "GM0047",
    "Goes": "GM0664",
    "Terneuzen": "GM0715",
    "Vlissingen": "GM0718",
    "Heerlen": "GM0917",
    "Maastricht": "GM0935",
    "Venlo": "GM0983",
}


@dataclass(frozen=True, slots=True)
class Outline:
    """A municipality as CBS writes it, and a spot in it (RD) that stands for its centre."""

    feature: Doc
    shape: BaseGeometry
    middle: Point


@pytest.fixture(scope="module")
def outlines() -> dict[str, Outline]:
    text = (Path(REAL or "") / "nl_municipalities_2022/gemeenten.geojson").read_text("utf-8")
    features = {row["properties"]["statcode"]: row for row in json.loads(text)["features"]}
    shapes = gpd.GeoSeries(
        [shape(features[code]["geometry"]) for code in TOWNS.values()], crs=WGS84
    )
    return {
        name: Outline(
            features[code]
            | {
                "properties": {
                    "gemeentecode": code,
                    "gemeentenaam": name,
                    "water": "NEE",
                    "aantal_inwoners": 100,
                }
            },
            outline,
            outline.representative_point(),
        )
        for (name, code), outline in zip(TOWNS.items(), to_rd(shapes), strict=True)
    }


@pytest.fixture(scope="module")
def data(outlines: dict[str, Outline], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The data folder after `place add` with nine names and one run, served."""
    with Upstream() as upstream, pytest.MonkeyPatch.context() as patch:
        # Nothing waits for the disk.
        patch.setattr(os, "fsync", lambda descriptor: None)
        services = PlaceServices(upstream, FastClock(), tmp_path_factory.mktemp("nine"))
        services.settlements = [
            settlement(kind, name, TOWNS[name][2:])
            | {"centroide_rd": f"POINT({known.middle.x:.3f} {known.middle.y:.3f})"}
            for name, known in outlines.items()
            for kind in ("gemeente", "woonplaats")
        ]
        services.streets, services.districts = [], []
        services.boundaries = [known.feature for known in outlines.values()]
        services.shops = [
            shop(
                number,
                known.middle.x - MIDDLE[0] + 10 * number,
                known.middle.y - MIDDLE[1],
                code=TOWNS[name][2:],
            )
            for name, known in outlines.items()
            for number in range(1, 6)
        ]
        own = services.folder / "own"
        services.add(*TOWNS, places=own)
        options = RunOptions(
            data=services.data,
            places=own,
            only_sources=("bag",),
            base_urls={"bag": upstream.url()},
            workers=1,
        )
        with services.client() as client:
            result = run.run(options, clock=services.clock, client=client)
        assert not result.troubled
        with served(services.data):
            yield services.data


@pytest.mark.parametrize("name", TOWNS)
def test_a_town_lies_in_its_municipality(data: Path, outlines: dict[str, Outline], name: str):
    snapshot = catalogue.open(data)
    places = snapshot.places().set_index("municipality_code")
    place = places.loc[TOWNS[name]]
    assert place["name_nl"] == name
    assert outlines[name].shape.contains(place["core"])
    units = snapshot.table("premises", where={"place_id": (place["place_id"],)})
    assert len(units) == 5


def test_a_town_of_the_nine_is_shown(data: Path):
    page = opened("straten.py", plaats="venlo")
    assert "Venlo" in page.title[0].value
    assert "Voor Venlo zijn nog geen straatgegevens ingelezen." in words(page)
