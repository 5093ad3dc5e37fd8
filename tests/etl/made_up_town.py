"""A made-up town, and Overpass and PDOK as they answer about it, served on this computer.

The town lies in open water; its one long street runs west to east through its core, crossed by
another.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
from shapely.geometry import Point

from etl.fetch.client import Client
from etl.pipeline.run import RunOptions, RunResult, run
from geo.crs import RD, to_wgs84
from tests.etl.upstream import FastClock, ReceivedRequest, Reply, Upstream, as_json

X, Y = 150_000.0, 530_000.0
OVERPASS = "/api/interpreter"
PDOK = "/cbs/wijken-en-buurten-2024/ogc/v1/collections"
STAMP = "2026-02-20T10:00:00Z"
CODE = "GM9999"


def degrees(x: float, y: float) -> tuple[float, float]:
    """Longitude and latitude of a spot given in metres from the core, rounded as a
    service would.
    """
    point = to_wgs84(gpd.GeoSeries([Point(X + x, Y + y)], crs=RD)).iloc[0]
    return round(point.x, 7), round(point.y, 7)


def place_file(
    folder: Path, place_id: str = "voorbeeldstad", *, x: float = 0.0, code: str | None = CODE
) -> Path:
    """A folder with one more place file, a centre `x` metres east of the first."""
    folder.mkdir(exist_ok=True)
    core = degrees(x, 0.0)
    properties = {
        "place_id": place_id,
        "name_nl": place_id.title(),
        "name_en": place_id.title(),
        "name_de": place_id.title(),
        "role": "centre",
        "municipality_code": code,
        "core": core,
        "core_basis": "gazetteer",
        "profile": None,
        "boundary_basis": None,
        "boundary_source": None,
        "boundary_date": None,
    }
    feature = {
        "type": "Feature",
        "id": place_id,
        "geometry": {"type": "Point", "coordinates": core},
        "properties": properties,
    }
    (folder / f"{place_id}.geojson").write_text(json.dumps(feature))
    return folder


def way(number: int, path: Sequence[tuple[float, float]], **tags: str) -> dict[str, object]:
    """A way as Overpass gives it with `out geom`."""
    spots = [degrees(*spot) for spot in path]
    return {
        "type": "way",
        "id": number,
        "geometry": [{"lon": lon, "lat": lat} for lon, lat in spots],
        "tags": tags,
    }


def node(number: int, x: float, y: float, tags: Mapping[str, str]) -> dict[str, object]:
    """A node as Overpass gives it."""
    lon, lat = degrees(x, y)
    return {"type": "node", "id": number, "lat": lat, "lon": lon, "tags": dict(tags)}


STREETS = [
    way(1, [(-400, 0), (0, 0), (400, 0)], highway="pedestrian", name="Langestraat"),
    way(2, [(0, -300), (0, 0), (0, 300)], highway="residential", name="Dwarsstraat"),
]
UNITS = [
    node(
        11,
        100,
        5,
        {
            "shop": "clothes",
            "name": "Voorbeeldmode",
            "addr:street": "Langestraat",
            "addr:housenumber": "1",
        },
    ),
    node(12, 140, -5, {"shop": "vacant"}),
    node(13, 180, 5, {"amenity": "cafe", "name": "Voorbeeldcafé"}),
    node(14, 220, 5, {"shop": "yes"}),
]
BACKGROUND = [
    way(21, [(-500, 600), (500, 600), (500, 700), (-500, 700), (-500, 600)], natural="water"),
    way(22, [(-500, -600), (500, -600)], railway="rail"),
    way(23, [(20, 20), (40, 20), (40, 40), (20, 40), (20, 20)], building="yes"),
]


def overpass(elements: Sequence[object], **more: object) -> Reply:
    """An answer of Overpass."""
    return as_json(
        {"version": 0.6, "osm3s": {"timestamp_osm_base": STAMP}, "elements": list(elements), **more}
    )


def overpass_subject(asked: ReceivedRequest) -> str:
    """Which of the three questions to Overpass this is."""
    text = asked.body.decode()
    return "units" if "center" in text else "background" if "building" in text else "streets"


def shop_unit(number: int) -> dict[str, object]:
    """A shop on the long street as the register gives it."""
    properties = {
        "identificatie": f"999901{number:010d}",
        "oppervlakte": 80,
        "status": "Verblijfsobject in gebruik",
        "gebruiksdoel": "winkelfunctie",
        "openbare_ruimte": "Langestraat",
        "huisnummer": number,
        "huisletter": None,
        "toevoeging": None,
    }
    return {
        "type": "Feature",
        "id": f"verblijfsobject.{number}",
        "properties": properties,
        "geometry": {"type": "Point", "coordinates": [X + number * 10, Y]},
    }


def municipality(
    code: str = CODE, *, population: int = 10_000, side_m: float = 3000.0
) -> dict[str, object]:
    """A square municipality around the core as PDOK gives it."""
    ring = [
        degrees(x * side_m, y * side_m) for x, y in ((-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1))
    ]
    properties = {
        "gemeentecode": code,
        "gemeentenaam": "Voorbeeldstad",
        "aantal_inwoners": population,
        "aantal_huishoudens": -99997,
        "water": "NEE",
    }
    return {
        "type": "Feature",
        "id": code,
        "geometry": {"type": "Polygon", "coordinates": [ring]},
        "properties": properties,
    }


def collection(features: Sequence[object]) -> Reply:
    """A page of PDOK, the last one."""
    return as_json(
        {
            "type": "FeatureCollection",
            "numberReturned": len(features),
            "links": [],
            "features": list(features),
        }
    )


def serve_normal_answers(upstream: Upstream) -> None:
    """Let the fake services answer every question without a fault."""
    answers = {"streets": STREETS, "units": UNITS, "background": BACKGROUND}
    upstream.serve(OVERPASS, lambda asked: overpass(answers[overpass_subject(asked)]))
    upstream.serve(f"{PDOK}/gemeenten/items", collection([municipality()]))
    for name in ("wijken", "buurten"):
        upstream.serve(f"{PDOK}/{name}/items", collection([]))


class Town:
    """A data folder and its runs against the fake services."""

    def __init__(self, folder: Path, upstream: Upstream, clock: FastClock) -> None:
        self.folder, self.upstream, self.clock = folder, upstream, clock
        self.data = folder / "data"
        self.places = place_file(folder / "places")

    def options(self, **more: Any) -> RunOptions:
        """Options of a run of the two fetched sources."""
        defaults: dict[str, Any] = {
            "data": self.data,
            "places": self.places,
            "only_sources": ("cbs_areas", "osm"),
            "base_urls": {"osm": self.upstream.url(), "cbs_areas": self.upstream.url()},
            "workers": 1,
        }
        return RunOptions(**{**defaults, **more})

    def run(self, **more: Any) -> RunResult:
        """One run."""
        with Client(
            "StadshartTwente/1.0",
            clock=self.clock,
            spacing_s=0.0,
            jitter=lambda: 0.0,
            operator_urls=[self.upstream.url()],
        ) as client:
            return run(self.options(**more), clock=self.clock, client=client)

    def wait_days(self, days: float) -> None:
        """Let time pass, so that stored answers become too old."""
        self.clock.slept.append(days * 86_400.0)
