"""PDOK and the Kadaster as they answer about made-up towns: positions, boundary, outlines, squares.

The town lies in RD around `MIDDLE`; its municipality reaches 8 km on every side.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from pyproj import Transformer

from etl.commands import places
from etl.commands.places import AddRequest, AddResult
from etl.fetch.client import Client
from etl.sources import bag, brt_places, cbs_areas, geocoder
from geo.crs import RD, WGS84
from tests.etl.upstream import FastClock, ReceivedRequest, Reply, Upstream, as_json

MIDDLE = (207_000.0, 474_000.0)
FREE = urlsplit(geocoder.FREE).path
GEMEENTEN = urlsplit(cbs_areas.ADDRESS.format(name="gemeenten")).path
WFS = urlsplit(bag.WFS).path
FLAT, MULTIPLE = (
    urlsplit(brt_places.ADDRESS.format(name=name)).path for name in brt_places.COLLECTIONS
)
CODES = ("GM0150", "GM0164", "GM0173", "GM0301", "GM0893", "GM1735")
"""Municipalities that all lie around the middle."""
SERVICES = ("geocoder", "cbs_areas", "brt_places", "bag")
_TO_DEGREES = Transformer.from_crs(RD, WGS84, always_xy=True)

Doc = dict[str, object]


def degrees(east: float = 0.0, north: float = 0.0) -> tuple[float, float]:
    """Longitude and latitude of a spot in metres from the middle, as a place file writes them."""
    lon, lat = _TO_DEGREES.transform(MIDDLE[0] + east, MIDDLE[1] + north)
    return round(lon, 6), round(lat, 6)


def settlement(
    kind: str, name: str, code: str = "0150", *, municipality: str = "", east: float = 0.0
) -> Doc:
    """A municipality or town as the Locatieserver documents it."""
    shown = f"Gemeente {name}" if kind == "gemeente" else f"{name}, Overijssel"
    document: Doc = {
        "type": kind,
        "weergavenaam": shown,
        "gemeentenaam": municipality or name,
        "gemeentecode": code,
        "provincienaam": "Overijssel",
        "centroide_rd": f"POINT({MIDDLE[0] + east} {MIDDLE[1]})",
    }
    return document | ({"woonplaatsnaam": name} if kind == "woonplaats" else {})


def square(name: str = "Markt", east: float = 100.0, code: str = "0150") -> Doc:
    """A street or square as the Locatieserver writes it."""
    return {
        "type": "weg",
        "straatnaam": name,
        "gemeentecode": code,
        "centroide_rd": f"POINT({MIDDLE[0] + east} {MIDDLE[1]})",
    }


def _ring(east: float, half_m: float) -> list[tuple[float, float]]:
    corners = ((-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1))
    return [degrees(east + x * half_m, y * half_m) for x, y in corners]


def _feature(number: int, east: float, half_m: float, properties: Doc) -> Doc:
    ring = _ring(east, half_m)
    return {
        "type": "Feature",
        "id": number,
        "properties": properties,
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def district(name: str = "Binnenstad", east: float = 0.0, half_m: float = 300.0) -> Doc:
    """A district of TOP10NL: a square with sides of twice `half_m`."""
    known: Doc = {"typegebied": "wijk", "naamnl": name, "bronactualiteit": "2026-04-01"}
    return _feature(int(east) + 1, east, half_m, known)


def shop(
    number: int,
    east: float,
    north: float = 0.0,
    *,
    floor_area_m2: int = 80,
    code: str = "0150",
    **known: object,
) -> Doc:
    """A shop unit of the BAG, so many metres from the middle, in RD."""
    identifier = f"{code}01{number:010d}"
    properties = {
        "identificatie": identifier,
        "oppervlakte": floor_area_m2,
        "status": "Verblijfsobject in gebruik",
        "gebruiksdoel": "winkelfunctie",
        "openbare_ruimte": "Langestraat",
        "huisnummer": number,
        **known,
    }
    spot = [MIDDLE[0] + east, MIDDLE[1] + north]
    return {
        "type": "Feature",
        "id": identifier,
        "properties": properties,
        "geometry": {"type": "Point", "coordinates": spot},
    }


def boundary(code: str, east: float = 0.0) -> Doc:
    """A municipality of CBS."""
    known = {"gemeentecode": code, "gemeentenaam": code, "water": "NEE", "aantal_inwoners": 100}
    return _feature(int(code[2:]), east, 8_000.0, known)


def features(*rows: Doc) -> Reply:
    """The only page of an OGC API."""
    return as_json({"type": "FeatureCollection", "links": [], "features": list(rows)})


@dataclass
class PlaceServices:
    """What the services know, and a data folder to add places to."""

    upstream: Upstream
    clock: FastClock
    folder: Path
    settlements: Sequence[Doc] = (
        settlement("gemeente", "Deventer", east=400.0),
        settlement("woonplaats", "Deventer"),
    )
    streets: Sequence[Doc] = (square(),)
    districts: Sequence[Doc] = (district(),)
    boundaries: Sequence[Doc] = tuple(boundary(code) for code in CODES)
    shops: Sequence[Doc] = (shop(1, 100.0),)
    down: set[str] = field(default_factory=set)
    status: int = 404

    def __post_init__(self) -> None:
        self.data = self.folder / "data"
        self.upstream.serve(FREE, self._unless("geocoder", self._located))
        self.upstream.serve(
            GEMEENTEN, self._unless("cbs_areas", lambda asked: features(*self.boundaries))
        )
        self.upstream.serve(
            FLAT, self._unless("brt_places", lambda asked: features(*self.districts))
        )
        self.upstream.serve(WFS, self._unless("bag", self._shops))
        self.upstream.serve(MULTIPLE, self._unless("brt_places", lambda asked: features()))

    def _unless(
        self, source: str, answer: Callable[[ReceivedRequest], Reply]
    ) -> Callable[[ReceivedRequest], Reply]:
        return lambda asked: (
            Reply(status=self.status, body=b"down") if source in self.down else answer(asked)
        )

    def _shops(self, asked: ReceivedRequest) -> Reply:
        """The units whose id begins with the number of the municipality in the filter."""
        (number,) = re.findall(r"<fes:Literal>(\d{4})\*", asked.query["filter"])
        rows = [unit for unit in self.shops if str(unit["id"]).startswith(number)]
        if asked.query.get("resultType") == "hits":
            matched = (
                '<wfs:FeatureCollection xmlns:wfs="http://www.opengis.net/wfs/2.0"'
                f' numberMatched="{len(rows)}" numberReturned="0"/>'
            )
            return Reply(body=matched.encode(), headers=(("Content-Type", "application/xml"),))
        crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::28992"}}
        page = rows[int(asked.query["startindex"]) :]
        return as_json({"type": "FeatureCollection", "crs": crs, "features": page})

    def _located(self, asked: ReceivedRequest) -> Reply:
        query = parse_qs(urlsplit(asked.target).query)
        filters = dict(text.split(":", 1) for text in query["fq"])
        text = query["q"][0].casefold()
        docs = [
            doc
            for doc in (*self.settlements, *self.streets)
            if doc["type"] == filters["type"]
            and filters.get("gemeentecode", doc["gemeentecode"]) == doc["gemeentecode"]
            and (doc["type"] == "weg" or text in str(doc["weergavenaam"]).casefold())
        ]
        return as_json({"response": {"numFound": len(docs), "start": 0, "docs": docs}})

    @property
    def base_urls(self) -> dict[str, str]:
        """The services at this computer."""
        return dict.fromkeys(SERVICES, self.upstream.url())

    @contextmanager
    def client(self) -> Iterator[Client]:
        """A client that does not wait."""
        with Client(
            "StadshartTwente/1.0",
            clock=self.clock,
            spacing_s=0.0,
            jitter=lambda: 0.0,
            operator_urls=[self.upstream.url()],
        ) as client:
            yield client

    def add(self, *names: str, choose: Any = None, **more: Any) -> AddResult:
        """Add places to the data folder."""
        request = AddRequest(names=names, data=self.data, base_urls=self.base_urls, **more)
        chosen = {} if choose is None else {"choose": choose}
        with self.client() as client:
            return places.add_places(request, client=client, clock=self.clock, **chosen)
