"""The schematic background: two countries, their border and straight railway links."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Literal, TypedDict

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry import LineString, MultiLineString, Polygon, box, mapping, shape
from shapely.geometry.base import BaseGeometry

import data
from data.manifest import Json, SourceRecord
from data.schema.tables import BACKGROUND
from etl.errors import EtlError
from etl.source import Source
from geo.bilingual import Bilingual
from geo.crs import WGS84, to_rd

SOURCE = Source(
    id="background",
    title=Bilingual(nl="Grens en spoor, schets", en="Border and railway, sketch"),
    publisher="Natural Earth",
    licence="Public domain",
    fills=(BACKGROUND,),
    rows=range(4, 50),
    tried="recorded",
    tried_with=("countries-10m.json of world-atlas 2.0.2",),
    url="https://www.naturalearthdata.com/",
    credit="Grens: Natural Earth",
)

FILE = Path(data.__file__).parent / "reference" / "background.geojson"

# Wide enough for the furthest zoom: some 65 km around Twente.
BOX_DEGREES = (5.85, 51.7, 7.95, 52.95)
COUNTRIES: Mapping[str, str] = {"Netherlands": "land_nl", "Germany": "land_de"}

# The lines by main station; a line may start or end in a town or a direction.
LINES: tuple[tuple[str, ...], ...] = (
    ("towards Wierden", "Almelo", "Borne", "Hengelo", "Enschede", "Gronau"),
    ("Hengelo", "Oldenzaal", "towards Bad Bentheim"),
)
# A short stub shows that the line continues; the reference facts hold no station there.
DIRECTIONS: Mapping[str, tuple[str, float, float]] = {
    "towards Wierden": ("Almelo", -0.035, 0.002),
    "towards Bad Bentheim": ("Oldenzaal", 0.05, 0.004),
}


class PolygonArcs(TypedDict):
    """A country of one polygon: rings of arc numbers."""

    type: Literal["Polygon"]
    properties: dict[str, str]
    arcs: list[list[int]]


class MultiPolygonArcs(TypedDict):
    """A country of several polygons."""

    type: Literal["MultiPolygon"]
    properties: dict[str, str]
    arcs: list[list[list[int]]]


class Countries(TypedDict):
    """All countries of an atlas."""

    geometries: list[PolygonArcs | MultiPolygonArcs]


class Transform(TypedDict):
    """Degrees per unit of an arc, and the degrees of its origin."""

    scale: list[float]
    translate: list[float]


class Atlas(TypedDict):
    """The TopoJSON of world-atlas, as far as it is read; arcs are differences of vertices."""

    objects: dict[Literal["countries"], Countries]
    transform: Transform
    arcs: list[list[list[int]]]


def frame(path: Path = FILE) -> gpd.GeoDataFrame:
    """The shapes of the schematic background by kind, in RD."""
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    kinds = pd.Series([feature["properties"]["kind"] for feature in features], dtype="str")
    shapes = gpd.GeoSeries([shape(feature["geometry"]) for feature in features], crs=WGS84)
    drawn = gpd.GeoDataFrame({"kind": kinds}, geometry=to_rd(shapes))
    order = (
        pd.DataFrame({"kind": kinds, "outline": shapes.to_wkb()})
        .sort_values(["kind", "outline"])
        .index
    )
    return drawn.loc[order].reset_index(drop=True)


def record() -> SourceRecord:
    """What is known about the background's source."""
    return SourceRecord(
        source_id=SOURCE.id,
        title_nl=SOURCE.title.nl,
        title_en=SOURCE.title.en,
        publisher=SOURCE.publisher,
        licence="publiek domein (grens); eigen schets (spoor)",
        status="fresh",
        sharing="open",
        url=SOURCE.url,
        credit=SOURCE.credit,
        read_via="world-atlas 2.0.2, countries-10m",
        source_date="Natural Earth 4.1, schaal 1:10 miljoen",
        retrieved=date(2026, 11, 23),
    )


def convert(topology: bytes, stations: Mapping[str, tuple[float, float]]) -> bytes:
    """`background.geojson` from `countries-10m.json` of world-atlas and stations (degrees).

    The same input gives the same bytes.
    """
    atlas: Atlas = json.loads(topology)
    frame_box = box(*BOX_DEGREES)
    arcs = {name: _country(atlas, name) for name in COUNTRIES}
    lands = {name: _land(atlas, arcs[name]).intersection(frame_box) for name in COUNTRIES}
    shared = sorted(_numbers(arcs["Netherlands"]) & _numbers(arcs["Germany"]))
    border = shapely.line_merge(
        MultiLineString([_line(atlas, number) for number in shared])
    ).intersection(frame_box)
    features = [_feature(kind, lands[name]) for name, kind in COUNTRIES.items()]
    features.append(_feature("border", border))
    features += [
        _feature("rail", LineString(_stops(line, stations)), schematic=True) for line in LINES
    ]
    collection: Json = {
        "type": "FeatureCollection",
        "properties": {
            "land and border": (
                "Natural Earth 1:10 million, via world-atlas 2.0.2 (countries-10m.json), clipped"
            ),
            "licence of land and border": "public domain",
            "rail": (
                "straight links between the stations of data/reference/stops.csv: a sketch, no"
                " measured track"
            ),
        },
        "features": features,
    }
    return (
        json.dumps(collection, ensure_ascii=False, indent=None, separators=(",", ":")) + "\n"
    ).encode()


def station_positions(
    stops: pd.DataFrame, towns: Mapping[str, tuple[float, float]]
) -> dict[str, tuple[float, float]]:
    """Longitude and latitude by the names in `LINES`: `Station Borne` is `Borne`.

    The `towns` are included.
    """
    known = stops.drop_duplicates("name")
    names = known["name"].str.removeprefix("Station ")
    positions = dict(
        zip(
            names,
            zip(known["lon"].astype(float), known["lat"].astype(float), strict=True),
            strict=True,
        )
    )
    return {**towns, **positions}


def _stops(
    line: Iterable[str], stations: Mapping[str, tuple[float, float]]
) -> list[tuple[float, float]]:
    vertices = []
    for name in line:
        start, east, north = DIRECTIONS.get(name, (name, 0.0, 0.0))
        if start not in stations:
            raise EtlError(
                f"no position for station {start!r}, expected one of {', '.join(sorted(stations))}"
            )
        lon, lat = stations[start]
        vertices.append((round(lon + east, 6), round(lat + north, 6)))
    return vertices


def _country(atlas: Atlas, name: str) -> list[list[list[int]]]:
    """Polygons of a country as rings of arc numbers; a negative number is an arc reversed."""
    for country in atlas["objects"]["countries"]["geometries"]:
        if country["properties"]["name"] == name:
            return [country["arcs"]] if country["type"] == "Polygon" else country["arcs"]
    raise EtlError(f"no country {name!r} in the atlas, expected countries-10m.json of world-atlas")


def _numbers(polygons: list[list[list[int]]]) -> set[int]:
    return {_index(number) for rings in polygons for ring in rings for number in ring}


def _index(number: int) -> int:
    return ~number if number < 0 else number


def _line(atlas: Atlas, number: int) -> LineString:
    scale, move = atlas["transform"]["scale"], atlas["transform"]["translate"]
    vertices = np.cumsum(np.array(atlas["arcs"][_index(number)]), axis=0) * scale + move
    return LineString(vertices[::-1] if number < 0 else vertices)


def _land(atlas: Atlas, polygons: list[list[list[int]]]) -> BaseGeometry:
    rings = [
        [np.concatenate([_line(atlas, number).coords[:] for number in ring]) for ring in rings]
        for rings in polygons
    ]
    return shapely.union_all([shapely.make_valid(Polygon(outer, holes)) for outer, *holes in rings])


def _feature(kind: str, drawn: BaseGeometry, *, schematic: bool = False) -> Json:
    rounded = shapely.set_precision(drawn, 0.0001) if not schematic else drawn
    geometry: Json = json.loads(
        json.dumps(mapping(rounded), default=list),
        parse_float=lambda number: round(float(number), 6),
    )
    return {
        "type": "Feature",
        "properties": {"kind": kind, "schematic": schematic},
        "geometry": geometry,
    }
