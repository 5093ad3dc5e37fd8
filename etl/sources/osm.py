"""Streets, squares, mapped shops and the map's background from OpenStreetMap.

Read from Overpass, or from files: Overpass JSON, GeoJSON, KML or an extract (.osm.pbf). The frame
`lines` reaches beyond
the place: people walk in from there, so `etl.joins.streets` models the footfall on all of it and keeps
what belongs to the place. That nobody mapped a unit as empty is no evidence that it
is in use, so nothing here makes a vacancy rate.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from data.schema.tables import BACKGROUND, PREMISES, STREETS
from etl.area import Area
from etl.decoding.file_guard import MIB
from etl.errors import ContentError
from etl.fetch.messages import Limits, Request
from etl.fetch.response_checks import OVERPASS_RETRY_WAITS, validate_overpass
from etl.joins.streets import BEYOND_OUTLINE_M, BUFFER_M
from etl.parsing import osm
from etl.parsing.osm import OsmFeatures
from etl.problems import Finding
from etl.source import Parsed, Piece, Question, Source
from geo.bilingual import Bilingual
from geo.crs import RD_SYSTEM, around, rd_frame
from geo.nearest import nearest

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

STREET_MARGIN_M = BUFFER_M + BEYOND_OUTLINE_M
"""Streets this far outside the place take part in the walk to its core."""
UNIT_MARGIN_M = 400.0
BACKGROUND_MARGIN_M = 1000.0

# No way on foot, or not there.
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
AMENITIES: Mapping[str, str] = dict.fromkeys(
    ("cafe", "restaurant", "bar", "pub", "fast_food", "ice_cream"), "hospitality"
) | {
    "bank": "services",
    "cinema": "culture",
    "theatre": "culture",
    "library": "culture",
    "marketplace": "market",
}
TOURISM: Mapping[str, str] = {"museum": "culture", "hotel": "hospitality"}
UNIT_TAGS = (
    "shop",
    "amenity",
    "craft",
    "tourism",
    "office",
    "disused:shop",
    "abandoned:shop",
    "disused:amenity",
    "vacant",
)
EMPTY_TAGS = ("disused:shop", "abandoned:shop", "disused:amenity")
HOMES = frozenset(
    [
        "apartments",
        "bungalow",
        "cabin",
        "detached",
        "dormitory",
        "farm",
        "house",
        "houseboat",
        "residential",
        "semidetached_house",
        "terrace",
    ]
)
"""Buildings nobody shops in: one of them that says `vacant=yes` is an empty home."""
# Says that there is a unit, not that it trades.
SAYS_NOTHING = ("yes", "no", "closed")
SAME_UNIT_M = 15.0
GREEN: Mapping[str, frozenset[str]] = {
    "leisure": frozenset({"park", "garden", "nature_reserve", "pitch"}),
    "landuse": frozenset(
        {"grass", "forest", "recreation_ground", "cemetery", "village_green", "meadow"}
    ),
    "natural": frozenset({"wood", "heath", "scrub", "grassland"}),
}


def requests(area: Area) -> Sequence[Question]:
    """Three questions to Overpass about the rectangle of the place; a second server is asked when
    the first fails.
    """
    walk, near = _box(area, STREET_MARGIN_M), _box(area, UNIT_MARGIN_M)
    wide = _box(area, BACKGROUND_MARGIN_M)
    amenities, tourism = "|".join(AMENITIES), "|".join(TOURISM)
    empty = "".join(f'nwr["{tag}"]{near};' for tag in EMPTY_TAGS)
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
                f'nwr["shop"]{near};nwr["amenity"~"^({amenities})$"]{near};nwr["craft"]{near};nwr["office"]{near};'
                f'nwr["tourism"~"^({tourism})$"]{near};{empty}nwr["vacant"="yes"]{near};'
            ),
            "out center tags;",
        ),
        "background": (
            (
                f'wr["natural"="water"]{wide};way["waterway"~"^(river|canal)$"]{wide};{green}'
                f'way["railway"="rail"]{wide};way["highway"~"^({"|".join(sorted(ROADS))})$"]{wide};wr["building"]{_box(area, 0.0)};'
            ),
            "out geom;",
        ),
    }
    return [
        _question(SERVERS[0], name, *body, otherwise=(_question(SERVERS[1], name, *body),))
        for name, body in queries.items()
    ]


def parse(pieces: Sequence[Piece], area: Area) -> Parsed:
    """Street sections, mapped units and background shapes around the place, as far as the pieces
    hold them.
    """
    read = [(piece, _features(piece, area)) for piece in pieces]
    counts: Counter[str] = sum((features.counts for _, features in read), Counter())
    whole = osm.joined([features for _, features in read])
    if len(whole.frame) and not area.plausible(whole.frame).any():
        area.require_plausible(whole.frame)
    frames: dict[str, pd.DataFrame] = {}
    ways = _ways(whole.frame, _near(whole.frame, area, STREET_MARGIN_M))
    if _was_fetched(read, "streets") or len(ways):
        frames["lines"] = ways
    units = _units(whole.frame, _near(whole.frame, area, UNIT_MARGIN_M), whole.surveyed)
    if _was_fetched(read, "units") or len(units):
        frames["premises"], merged = _once(units)
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
        findings += osm.broken_outlines(features.counts, piece.name)
    return Parsed(frames, dict(sorted((+counts).items())), whole.surveyed, tuple(findings))


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


def _box(area: Area, margin_m: float) -> str:
    west, south, east, north = area.degrees(margin_m=margin_m)
    return f"({south:.5f},{west:.5f},{north:.5f},{east:.5f})"


def _was_fetched(read: Sequence[tuple[Piece, OsmFeatures]], name: str) -> bool:
    return any(piece.origin == "fetched" and piece.name == name for piece, _ in read)


def _features(piece: Piece, area: Area) -> OsmFeatures:
    kind = piece.require("pbf", "kml", "json")
    if kind == "pbf":
        # Here, because only extracts need GDAL.
        from etl.parsing.osm_pbf import from_extract

        return from_extract(piece.path, area.degrees(margin_m=STREET_MARGIN_M))
    return _read(piece.path, piece.sha256, kind == "kml")


# Places share their files: one is read once per worker.
@lru_cache(maxsize=4)
def _read(path: Path, sha256: str, kml: bool) -> OsmFeatures:
    data = path.read_bytes()
    if kml:
        return osm.from_kml(data)
    if b'"elements"' in data:
        return osm.from_overpass(data)
    if b'"features"' in data:
        return osm.from_geojson(data)
    raise ContentError("input-kind", name=sha256[:12], expected="Overpass JSON or GeoJSON")


def _near(frame: gpd.GeoDataFrame, area: Area, margin_m: float) -> NDArray[np.bool_]:
    window = shapely.box(*area.metres(margin_m=margin_m))
    return shapely.intersects(frame.geometry.array, window)


def _ways(frame: gpd.GeoDataFrame, near: NDArray[np.bool_]) -> gpd.GeoDataFrame:
    """Lines and areas to walk on; a square without a way of its own counts as one."""
    shapes, name, highway = (frame[column].array for column in ("geometry", "name", "highway"))
    dimension, no_way = shapely.get_dimensions(shapes), pd.isna(highway)
    way = ~no_way & ~highway.isin(list(NO_STREET)) & ~frame["service"].array.isin(list(NO_SERVICE))
    square = no_way & np.asarray(frame["place"].eq("square")) & (dimension == 2)
    chosen = near & (way | square) & (dimension >= 1)
    return rd_frame(
        {
            "name": name[chosen],
            "highway": highway[chosen].fillna("pedestrian"),
            "geometry": shapes[chosen],
        }
    )


def _units(
    frame: gpd.GeoDataFrame, near: NDArray[np.bool_], surveyed: str | None
) -> gpd.GeoDataFrame:
    """Every mapped unit as a point: what it is, and whether somebody noted it as empty
    or trading.
    """
    # Most of a map is streets and shapes.
    plain = pd.DataFrame(frame)
    tagged = near & np.logical_or.reduce([~pd.isna(plain[tag].array) for tag in UNIT_TAGS])
    if not tagged.any():
        return _no_units()
    frame = _without_other_empties(frame[tagged])
    empty_tag = (
        frame[list(EMPTY_TAGS)].notna().any(axis=1)
        | frame["vacant"].eq("yes")
        | frame["shop"].eq("vacant")
    )
    amenity, tourism = frame["amenity"].map(AMENITIES), frame["tourism"].map(TOURISM)
    shop = frame["shop"].where(frame["shop"].ne("vacant"))
    keys = {
        "shop": shop,
        "amenity": frame["amenity"].where(amenity.notna()),
        "craft": frame["craft"],
    }
    keys |= {"tourism": frame["tourism"].where(tourism.notna()), "office": frame["office"]}
    branch = pd.Series(np.nan, index=frame.index, dtype="str")
    evidence = branch.copy()
    for key, values in keys.items():
        fresh = branch.isna() & values.notna()
        branch[fresh], evidence[fresh] = values[fresh], key + "=" + values[fresh]
    known = branch.notna() | empty_tag
    trades = branch.notna() & ~branch.isin(SAYS_NOTHING)
    use = pd.Series(
        np.select(
            [
                shop.notna(),
                amenity.notna(),
                tourism.notna(),
                frame["craft"].notna(),
                frame["office"].notna(),
            ],
            ["retail", amenity.fillna(""), tourism.fillna(""), "services", "office"],
            "unknown",
        ),
        index=frame.index,
    )
    day = surveyed[:10] if surveyed else None
    rows = pd.DataFrame(
        {
            "premises_id": "osm:" + frame["osm_id"],
            "source_id": SOURCE.id,
            "survey": f"osm-{day or 'undated'}",
            "address": (
                (frame["addr:street"] + " " + frame["addr:housenumber"].fillna("")).str.strip()
            ),
            "use": use.astype("str"),
            "branch": branch.where(trades),
            # A trading and an empty tag on one unit contradict each other.
            "status": np.select(
                [trades & ~empty_tag, empty_tag & ~trades], ["in_use", "vacant"], "unknown"
            ),
            "evidence": evidence.where(trades | ~empty_tag, _empty_evidence(frame)),
            "surveyed": pd.Series(
                pd.Timestamp(day) if day else pd.NaT, index=frame.index, dtype="datetime64[ms]"
            ),
            "_name": frame["name"],
            "_area": ~frame["osm_id"].str.startswith("node/"),
        }
    )
    points = gpd.GeoSeries(
        shapely.point_on_surface(frame.geometry.array), index=frame.index, crs=RD_SYSTEM
    )
    return gpd.GeoDataFrame(rows, geometry=points)[known]


def _without_other_empties(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The features without tags that say nothing of an empty unit: what is not disused, a disused
    telephone, an empty home.
    """
    given = {tag: frame[tag].where(frame[tag].ne("no")) for tag in EMPTY_TAGS}
    given["disused:amenity"] = given["disused:amenity"].where(
        given["disused:amenity"].isin((*AMENITIES, "yes"))
    )
    home = frame["building"].isin(HOMES) & frame[
        ["shop", "amenity", "craft", "office", "tourism"]
    ].isna().all(axis=1)
    return frame.assign(**given, vacant=frame["vacant"].where(~home))


@lru_cache(maxsize=1)
def _no_units() -> gpd.GeoDataFrame:
    """What `_units` says of a map without any."""
    texts = (
        "premises_id",
        "source_id",
        "survey",
        "address",
        "use",
        "branch",
        "status",
        "evidence",
        "_name",
    )
    columns = {name: pd.Series([], dtype="str") for name in texts} | {
        "surveyed": pd.Series([], dtype="datetime64[ms]"),
        "_area": pd.Series([], dtype=bool),
    }
    return gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries([], crs=RD_SYSTEM))


def _empty_evidence(frame: gpd.GeoDataFrame) -> pd.Series:
    evidence = pd.Series(np.nan, index=frame.index, dtype="str")
    for tag in ("shop", *EMPTY_TAGS, "vacant"):
        fresh = evidence.isna() & frame[tag].notna()
        evidence[fresh] = tag + "=" + frame[tag][fresh]
    return evidence


def _once(units: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, int]:
    """Units drawn both as a node and as an area once, the area kept; same name within 15 m."""
    area = units["_area"].astype(bool)
    nodes, areas = units[~area & units["_name"].notna()], units[area & units["_name"].notna()]
    double: list[object] = []
    for name in sorted(set(nodes["_name"]) & set(areas["_name"])):
        same_name = nodes[nodes["_name"] == name]
        near = nearest(
            same_name,
            areas[areas["_name"] == name].set_geometry(areas[areas["_name"] == name].buffer(0.1)),
            max_m=SAME_UNIT_M,
        )
        double += list(same_name.index[near["street"].notna()])
    return units.drop(index=double).drop(columns=["_name", "_area"]).reset_index(drop=True), len(
        double
    )


def _background(frame: gpd.GeoDataFrame, area: Area) -> gpd.GeoDataFrame:
    """Water, green, roads, rail and buildings, cut at the edge of what is shown around
    the place.
    """
    shapes = np.asarray(frame.geometry.array, dtype=object)
    dimension = shapely.get_dimensions(shapes)
    tag = {name: values.array for name, values in pd.DataFrame(frame).items()}
    overground = ~tag["tunnel"].isin(["yes", "culvert", "building_passage"])
    green = np.logical_or.reduce([tag[key].isin(list(values)) for key, values in GREEN.items()])
    kinds = {
        "building": ~pd.isna(tag["building"]) & ~tag["building"].isin(["no"]) & (dimension == 2),
        "water": (
            (tag["natural"].isin(["water"]) & (dimension == 2))
            | (tag["waterway"].isin(["river", "canal"]) & overground)
        ),
        "green": green & (dimension == 2),
        "rail": tag["railway"].isin(["rail"]) & overground & (dimension == 1),
        "road": tag["highway"].isin(list(ROADS)) & (dimension == 1),
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
    kind = np.repeat(np.array(list(kinds), dtype=object), [len(flat) for flat in shown])
    return rd_frame({"kind": pd.array(kind, dtype="str"), "geometry": np.concatenate(shown)})
