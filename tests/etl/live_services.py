"""Every live service at one fake address, as its documentation describes it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from etl.commands.probe import ProbeRequest, _small_area
from etl.sources import (
    bag,
    brt_places,
    cbs_areas,
    cbs_statline,
    geocoder,
    notices,
    osm,
    pageviews,
    transit,
)
from etl.sources import readers as all_readers
from tests.etl.sources import sru
from tests.etl.upstream import ReceivedRequest, Reply, Upstream, as_json

STATLINE = urlsplit(cbs_statline.BASE).path
SRU, FREE = (urlsplit(url).path for url in (notices.SRU, geocoder.FREE))
WFS, OGC = (urlsplit(url).path for url in (bag.WFS, bag.OGC))
OVERPASS = urlsplit(osm.SERVERS[0]).path
EXTRACT = urlsplit(osm.EXTRACTS.format(name="overijssel")).path
TIMETABLE = urlsplit(transit.TIMETABLE).path
TYPES = {"omgevingsvergunning": 570, "andere vergunning": 110, "evenementenvergunning": 60}
NOWHERE = Path("/nonexistent")
"""A data folder that holds nothing: the places that ship are used."""
Doc = dict[str, object]


def names() -> list[str]:
    """The sources that declare assumptions."""
    return [name for name, module in all_readers().items() if hasattr(module, "assumptions")]


def feature(number: int, **properties: object) -> Doc:
    return {
        "type": "Feature",
        "id": str(number),
        "properties": properties,
        "geometry": {"type": "Point", "coordinates": [6.66, 52.35]},
    }


def features(asked: ReceivedRequest, *, rows: Sequence[Doc] = (), more: bool = True) -> Reply:
    """A page of an OGC API with a link to the next."""
    link = {"rel": "next", "href": f"http://127.0.0.1:{asked.port}{asked.target}&cursor=2"}
    page = {"type": "FeatureCollection", "links": [link] if more else [], "features": list(rows)}
    return as_json(page, content_type="application/geo+json")


def unit(**more: object) -> Doc:
    return {
        "identificatie": "0141010000000001",
        "gebruiksdoel": "winkelfunctie,woonfunctie",
        "status": "Verblijfsobject in gebruik",
        "oppervlakte": 120,
        **more,
    }


def facets(types: dict[str, int]) -> bytes:
    """An answer with the types in use and their numbers."""
    terms = "".join(
        f"<f:term><f:actualTerm>{name}</f:actualTerm><f:count>{count}</f:count></f:term>"
        for name, count in types.items()
    )
    whole = sru.answer(sru.record(), total=740).decode()
    listed = (
        '<sru:extraResponseData><sru:facetedResults xmlns:f="http://docs.oasis-open.org/ns/'
        'search-ws/facetedResults"><f:facet><f:index>dt.type</f:index>'
        f"<f:terms>{terms}</f:terms></f:facet></sru:facetedResults></sru:extraResponseData>"
    )
    return whole.replace(
        "</sru:searchRetrieveResponse>", f"{listed}</sru:searchRetrieveResponse>"
    ).encode()


class LiveServices:
    """What every service answers; a test replaces the answer at a path."""

    def __init__(self, upstream: Upstream) -> None:
        self.upstream = upstream
        self.base_urls = dict.fromkeys(names(), upstream.url())
        self._serve_registers()
        self._serve_statline()
        self._serve_others()

    def serve(self, path: str, reply: Reply | Callable[[ReceivedRequest], Reply]) -> None:
        self.upstream.serve(path, reply)

    def areas(self, year: int, **more: object) -> None:
        """Serve an edition of municipalities, districts and neighbourhoods."""
        for name, code in cbs_areas.CODE.items():
            known = {
                code: "x",
                code.replace("code", "naam"): "x",
                "gemeentecode": "GM0141",
                "aantal_inwoners": 74_000,
                "aantal_huishoudens": 33_000,
                "water": "NEE",
                **more,
            }
            path = urlsplit(cbs_areas.ADDRESS.format(name=name)).path
            rows = (feature(1, **known), feature(2, **known))
            self.serve(path.replace(str(cbs_areas.YEAR), str(year)), partial(features, rows=rows))

    def _serve_registers(self) -> None:
        street = {"openbare_ruimte": "Grotestraat"}
        matched = (
            b'<wfs:FeatureCollection xmlns:wfs="http://www.opengis.net/wfs/2.0"'
            b' numberMatched="617" numberReturned="0"/>'
        )
        hits = Reply(body=matched, headers=(("Content-Type", "application/xml"),))
        self.serve(
            WFS,
            lambda asked: (
                hits
                if asked.query.get("resultType") == "hits"
                else features(asked, rows=[feature(1, **unit(**street))], more=False)
            ),
        )
        named = unit(openbare_ruimte_naam="Grotestraat")
        self.serve(OGC, partial(features, rows=[feature(1, **named)]))
        district = {"typegebied": "wijk", "naamnl": "Binnenstad"}
        flat, multiple = (
            urlsplit(brt_places.ADDRESS.format(name=name)).path for name in brt_places.COLLECTIONS
        )
        self.serve(flat, partial(features, rows=[feature(1, **district)]))
        self.serve(multiple, partial(features, more=False))
        self.areas(cbs_areas.YEAR)
        market = {
            "type": "weg",
            "straatnaam": "Markt",
            "gemeentecode": "0141",
            "centroide_rd": "POINT(241000 486000)",
        }
        self.serve(FREE, as_json({"response": {"numFound": 1, "start": 0, "docs": [market]}}))

    def _serve_statline(self) -> None:
        for table in {series.table for series in cbs_statline.FIGURES}:
            own = [series for series in cbs_statline.FIGURES if series.table == table]
            where = {name: code for series in own for name, code in series.where.items()}
            observation = {
                "Id": 1,
                "Measure": own[0].measure,
                "Value": 640,
                "ValueAttribute": "None",
                "RegioS": "GM0141",
                "Perioden": "2026JJ00",
                **where,
            }
            measures = [
                {"Identifier": series.measure, "Unit": series.cbs_unit or "aantal"}
                for series in own
            ]
            period = {"Identifier": "2026JJ00", "Status": "Definitief"}
            rows = {
                "MeasureCodes": measures,
                "PeriodenCodes": [period],
                "Observations": [observation],
            }
            for entity, values in rows.items():
                self.serve(f"{STATLINE}/{table}/{entity}", as_json({"value": values}))
            self.serve(
                f"{STATLINE}/{table}/Properties",
                as_json({"Identifier": table, "Status": "Regulier", "Modified": "2026-06-12"}),
            )

    def _serve_others(self) -> None:
        self.notices(TYPES)
        tags = {"shop": "shoes", "name": "Schoenen Jansen", "phone": "0546 123456"}
        shop = {"type": "node", "id": 1, "lat": 52.35, "lon": 6.66, "tags": tags}
        self.overpass = {
            "version": 0.6,
            "osm3s": {"timestamp_osm_base": "2026-03-01T00:00:00Z"},
            "elements": [shop],
        }
        self.serve(OVERPASS, as_json(self.overpass))
        area = _small_area(ProbeRequest(data=NOWHERE))
        for question in pageviews.requests(area):
            views = {
                "project": "nl.wikipedia",
                "article": "Almelo",
                "timestamp": "2026010100",
                "views": 900,
                **pageviews.COUNTED_AS,
            }
            self.serve(urlsplit(question.request.url).path, as_json({"items": [views]}))
        headers = (("Content-Type", "application/zip"),)
        self.serve(TIMETABLE, Reply(headers=headers, announced=245_000_000))
        self.serve(EXTRACT, Reply(announced=110_000_000))

    def notices(self, types: dict[str, int]) -> None:
        """Serve notices with these types in use."""
        record = sru.record(creator=sru.created("Almelo"))
        self.serve(
            SRU,
            lambda asked: sru.xml(
                facets(types)
                if "facetLimit" in asked.query
                else sru.answer(record, sru.record(2), total=740, following=3)
            ),
        )
