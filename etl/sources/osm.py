"""Streets, squares, mapped shops and the map's background from OpenStreetMap.

Read from Overpass, or from files: Overpass JSON, GeoJSON, KML or an extract (.osm.pbf). The frame
`lines` reaches beyond the place: people walk in from there, so `etl.joins.streets` models the
footfall on all of it and keeps what belongs to the place. A unit that nobody mapped as empty is not
known to be in use, so this source gives no vacancy rate.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from numpy.typing import NDArray
from pandas.api.extensions import ExtensionArray

from data.schema.columns import text_array
from data.schema.tables import BACKGROUND, PREMISES, STREETS
from etl.area import Area
from etl.decoding.file_guard import MIB
from etl.errors import ContentError
from etl.fetch.messages import Limits, Request
from etl.fetch.response_checks import OVERPASS_RETRY_WAITS, validate_overpass
from etl.joins.streets import BEYOND_OUTLINE_M, BUFFER_M
from etl.parsing import osm, osm_units, overpass
from etl.parsing.assumptions import FitsLimit, HasTypes, ServiceAssumption, at, head_of
from etl.parsing.geometries import broken_outlines
from etl.parsing.osm import OsmFeatures
from etl.problems import Finding
from etl.source import Parsed, Piece, Question, Source
from etl.sources.reference import municipality_provinces
from geo.bilingual import Bilingual
from geo.crs import around, rd_frame
from geo.names import search_key

SOURCE = Source(
    id="osm",
    title=Bilingual(
        nl="Straten, winkels en ondergrond",
        en="Streets, shops and background",
        de="Straßen, Läden und Hintergrund",
    ),
    publisher="OpenStreetMap-bijdragers",
    licence="ODbL 1.0",
    credit="© OpenStreetMap-bijdragers",
    url="https://www.openstreetmap.org/copyright",
    fills=(STREETS, PREMISES, BACKGROUND),
    rows=range(1000, 150_000),
    tried="recorded",
    tried_on=date(2026, 11, 24),
    tried_with=(
        "Overpass answers: node, way, area, centres, relations, none, and an error inside a 200",
        "a KML of the streets of Enschede of 2023-12-24",
    ),
    untried="extracts (.osm.pbf)",
    max_age_days=400,
    settled_days=3,
    accepts=(".pbf", ".json", ".geojson", ".kml"),
    budget_s=1800.0,
)

SERVERS = (
    "https://overpass-api.de/api/interpreter",
    "https://overpass.private.coffee/api/interpreter",
)

SMALL_M = 300.0
OVERPASS_PLACES = 33
"""The most places whose questions Overpass is asked: three each, and it allows a program in regular
use about a hundred a day, all its users together.
"""
EXTRACTS = "https://download.geofabrik.de/europe/netherlands/{name}-latest.osm.pbf"
EXTRACT_LIMITS = Limits(
    read_s=120.0, deadline_s=1500.0, wire_bytes=1024 * MIB, unpacked_bytes=1024 * MIB
)
BORDER_M = 15_000.0
"""The extract of another province is read as well for a place this near to a place in it."""
STREET_MARGIN_M = BUFFER_M + BEYOND_OUTLINE_M
"""Streets this far outside the place take part in the walk to its core."""
UNIT_MARGIN_M = 400.0
BACKGROUND_MARGIN_M = 1000.0

# Not walkable, or not built.
NO_STREET = frozenset(
    [
        "motorway",
        "motorway_link",
        "trunk",
        "trunk_link",
        "raceway",
        "proposed",
        "construction",
        "platform",
        "razed",
        "abandoned",
        "bus_guideway",
        "busway",
        "elevator",
        "escape",
        "rest_area",
        "services",
    ]
)
NO_SERVICE = frozenset({"driveway", "parking_aisle", "drive-through", "emergency_access"})
ROADS = frozenset(
    [
        "motorway",
        "motorway_link",
        "trunk",
        "trunk_link",
        "primary",
        "primary_link",
        "secondary",
        "secondary_link",
        "tertiary",
        "tertiary_link",
        "unclassified",
        "residential",
        "living_street",
    ]
)
GREEN: Mapping[str, frozenset[str]] = {
    "leisure": frozenset({"park", "garden", "nature_reserve", "pitch"}),
    "landuse": frozenset(
        {"grass", "forest", "recreation_ground", "cemetery", "village_green", "meadow"}
    ),
    "natural": frozenset({"wood", "heath", "scrub", "grassland"}),
}


def requests(area: Area) -> Sequence[Question]:
    """Three questions to Overpass about the rectangle of the place, or the extract of its province.

    The second of the `SERVERS` is for when the first fails. Extracts are for Dutch places in a
    region of more than `OVERPASS_PLACES`; all places of a province share the file.
    """
    if len(area.all_places) > OVERPASS_PLACES and area.municipality_codes:
        return _extract_questions(area)
    walk, near = _box(area, STREET_MARGIN_M), _box(area, UNIT_MARGIN_M)
    wide = _box(area, BACKGROUND_MARGIN_M)
    roads = "|".join(sorted(ROADS))
    amenities, tourism = "|".join(osm_units.AMENITIES), "|".join(osm_units.TOURISM)
    empty = "".join(f'nwr["{tag}"]{near};' for tag in osm_units.EMPTY_TAGS)
    green = "".join(
        f'nwr["{key}"~"^({"|".join(sorted(values))})$"]{wide};' for key, values in GREEN.items()
    )
    queries = {
        "streets": (
            (
                f'way["highway"]{walk};relation["highway"="pedestrian"]["type"="multipolygon"]{walk};'
                f'wr["place"="square"]{walk};'
            ),
            "out geom;",
        ),
        "units": (
            (
                f'nwr["shop"]{near};nwr["amenity"~"^({amenities})$"]{near};'
                f'nwr["craft"]{near};nwr["office"]{near};'
                f'nwr["tourism"~"^({tourism})$"]{near};{empty}nwr["vacant"="yes"]{near};'
            ),
            "out center tags;",
        ),
        "background": (
            (
                f'wr["natural"="water"]{wide};way["waterway"~"^(river|canal)$"]{wide};{green}'
                f'way["railway"="rail"]{wide};way["highway"~"^({roads})$"]{wide};'
                f'wr["building"]{_box(area, 0.0)};'
            ),
            "out geom;",
        ),
    }
    return [
        _question(SERVERS[0], name, *body, otherwise=(_question(SERVERS[1], name, *body),))
        for name, body in queries.items()
    ]


def assumptions(area: Area) -> Sequence[ServiceAssumption]:
    """Overpass answers a small box and dates its data; the extract lies at its address."""
    small = _small_box(area)
    question = _question(
        SERVERS[0],
        "shops",
        f'nwr["shop"]{small};',
        "out center tags;",
        otherwise=(_question(SERVERS[1], "shops", f'nwr["shop"]{small};', "out center tags;"),),
    )
    extracts = [
        ServiceAssumption(
            about=extract.name,
            question=replace(extract, request=head_of(extract.request)),
            checks=(FitsLimit(EXTRACT_LIMITS.wire_bytes),),
        )
        for extract in _extract_questions(area)
    ]
    return [
        *extracts,
        ServiceAssumption(
            about=question.name,
            question=question,
            checks=(
                HasTypes({"type": "string", "id": "number", "tags": "object"}, at("elements", "*")),
                HasTypes({"timestamp_osm_base": "string"}, at("osm3s")),
            ),
            keeps=frozenset(
                ["version", "generator", "timestamp_osm_base", "type", "id", "lat", "lon"]
                + ["shop", "amenity", "craft", "office", "tourism", "building"]
            ),
        ),
    ]


def parse(pieces: Sequence[Piece], area: Area) -> Parsed:
    """The street sections, mapped units and background shapes around the place in the pieces."""
    read = [(piece, _features(piece, area)) for piece in pieces]
    counts: Counter[str] = sum((features.counts for _, features in read), Counter())
    whole = osm.joined([features for _, features in read])
    if len(whole.frame) and not area.plausible(whole.frame).any():
        area.require_plausible(whole.frame)
    frames: dict[str, pd.DataFrame] = {}
    ways = _ways(whole.frame, _near(whole.frame, area, STREET_MARGIN_M))
    if _was_fetched(read, "streets") or len(ways):
        frames["lines"] = ways
    units = osm_units.mapped_units(
        whole.frame, _near(whole.frame, area, UNIT_MARGIN_M), whole.surveyed
    )
    if _was_fetched(read, "units") or len(units):
        frames["premises"], merged = osm_units.without_double_units(units)
        counts["merged-node-and-area"] += merged
    shapes = _background(whole.frame, area)
    if _was_fetched(read, "background") or len(shapes):
        frames["background"] = shapes
    if not any(len(frame) for frame in frames.values()):
        near = _near(whole.frame, area, BACKGROUND_MARGIN_M)
        counts["dropped-elsewhere"] += int((~near).sum())
        counts["dropped-other-tags"] += int(near.sum())
    findings: list[Finding] = []
    for piece, features in read:
        findings += broken_outlines(features.counts, piece.name)
    return Parsed(frames, dict(sorted((+counts).items())), whole.surveyed, tuple(findings))


def _extract_questions(area: Area) -> list[Question]:
    near = [
        other.municipality_code
        for place in area.places
        for other in area.all_places
        if other.municipality_code and other.core.distance(place.core) <= BORDER_M
    ]
    known = municipality_provinces()
    provinces = {known[code] for code in near if code in known}
    return [
        Question(
            name=name,
            request=Request(
                url=EXTRACTS.format(name=name),
                kind="pbf",
                limits=EXTRACT_LIMITS,
                licence=SOURCE.licence,
                attribution=SOURCE.credit or "",
            ),
        )
        for name in sorted(map(_extract_name, provinces))
    ]


def _extract_name(province: str) -> str:
    key = search_key(province).replace(" ", "-")
    return {"fryslan": "friesland"}.get(key, key)


def _question(
    server: str, name: str, what: str, out: str, otherwise: tuple[Question, ...] = ()
) -> Question:
    return Question(
        name=name,
        request=Request(
            url=server,
            method="POST",
            form=(("data", f"[out:json][timeout:60][maxsize:{64 * MIB}];({what});{out}"),),
            kind="json",
            validate=validate_overpass,
            retry_waits=OVERPASS_RETRY_WAITS,
            limits=Limits(read_s=90.0, deadline_s=300.0),
            licence=SOURCE.licence,
            attribution=SOURCE.credit or "",
        ),
        otherwise=otherwise,
    )


def _small_box(area: Area) -> str:
    """A square of `SMALL_M` around the core of the first place."""
    core = area.places[0].core.buffer(SMALL_M / 2)
    return _box(Area((replace(area.places[0], reach=core),), area.all_places), 0.0)


def _box(area: Area, margin_m: float) -> str:
    west, south, east, north = area.degrees(margin_m=margin_m)
    return f"({south:.5f},{west:.5f},{north:.5f},{east:.5f})"


def _was_fetched(read: Sequence[tuple[Piece, OsmFeatures]], name: str) -> bool:
    return any(piece.origin == "fetched" and piece.name == name for piece, _ in read)


def _features(piece: Piece, area: Area) -> OsmFeatures:
    kind = piece.require("pbf", "kml", "json")
    if kind == "pbf":
        # Imported late: only extracts need GDAL.
        from etl.parsing.osm_pbf import from_extract

        return from_extract(piece.path, area.degrees(margin_m=STREET_MARGIN_M))
    return _read(piece.path, piece.sha256, kind == "kml")


# Places share their files: each file is read once per worker.
@lru_cache(maxsize=4)
def _read(path: Path, sha256: str, kml: bool) -> OsmFeatures:
    data = path.read_bytes()
    if kml:
        return osm.from_kml(data)
    if b'"elements"' in data:
        return overpass.from_overpass(data)
    if b'"features"' in data:
        return osm.from_geojson(data)
    raise ContentError("input-kind", name=sha256[:12], expected="Overpass JSON or GeoJSON")


def _near(frame: gpd.GeoDataFrame, area: Area, margin_m: float) -> NDArray[np.bool_]:
    window = shapely.box(*area.metres(margin_m=margin_m))
    near: NDArray[np.bool_] = shapely.intersects(frame.geometry.array, window)
    return near


def _ways(frame: gpd.GeoDataFrame, near: NDArray[np.bool_]) -> gpd.GeoDataFrame:
    """Lines and areas to walk on, squares without a way included."""
    shapes, name, highway = (frame[column].array for column in ("geometry", "name", "highway"))
    dimension, no_way = shapely.get_dimensions(shapes), pd.isna(highway)
    way = ~no_way & ~_among(highway, NO_STREET) & ~_among(frame["service"].array, NO_SERVICE)
    square = no_way & _among(frame["place"].array, ["square"]) & (dimension == 2)
    chosen = near & (way | square) & (dimension >= 1)
    return rd_frame(
        {
            "name": name[chosen],
            "highway": highway[chosen].fillna("pedestrian"),
            "geometry": shapes[chosen],
        }
    )


def _among(tags: ExtensionArray, words: Collection[str]) -> NDArray[np.bool_]:
    """Whether each tag is one of these words; no missing tag is."""
    among = pa.array(list(words), type=pa.large_string())
    return np.asarray(pc.is_in(text_array(tags), value_set=among))


def _background(frame: gpd.GeoDataFrame, area: Area) -> gpd.GeoDataFrame:
    """Water, green, roads, rail and buildings, cut at the edge of the background."""
    shapes = np.asarray(frame.geometry.array, dtype=object)
    dimension = shapely.get_dimensions(shapes)
    tag = {name: values.array for name, values in pd.DataFrame(frame).items()}
    overground = ~_among(tag["tunnel"], ["yes", "culvert", "building_passage"])
    green = np.logical_or.reduce([_among(tag[key], values) for key, values in GREEN.items()])
    kinds = {
        "building": ~pd.isna(tag["building"]) & ~_among(tag["building"], ["no"]) & (dimension == 2),
        "water": (
            (_among(tag["natural"], ["water"]) & (dimension == 2))
            | (_among(tag["waterway"], ["river", "canal"]) & overground)
        ),
        "green": green & (dimension == 2),
        "rail": _among(tag["railway"], ["rail"]) & overground & (dimension == 1),
        "road": _among(tag["highway"], ROADS) & (dimension == 1),
    }
    wide = around(area.reach, BACKGROUND_MARGIN_M, quad_segs=16)
    shown: list[np.ndarray] = []
    for kind, mask in kinds.items():
        cut = shapely.intersection(shapes[mask], area.reach if kind == "building" else wide)
        # A polygon cut at the edge may leave a point or line behind.
        least = 2 if kind in ("building", "green") else 1
        flat = shapely.get_parts(cut)
        flat = flat[(shapely.get_dimensions(flat) >= least) & ~shapely.is_empty(flat)]
        shown.append(flat[shapely.is_valid(flat)])
    names = np.repeat(np.array(list(kinds), dtype=object), [len(flat) for flat in shown])
    return rd_frame({"kind": pd.array(names, dtype="str"), "geometry": np.concatenate(shown)})
