"""The background of a snapshot: shapes in drawing order, and names of towns and countries."""

from collections.abc import Collection, Mapping
from dataclasses import replace

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import MultiLineString, MultiPolygon
from shapely.geometry.base import BaseGeometry

from dashboard.facts.snapshot import Facts
from dashboard.i18n.text import Lang, Texts
from dashboard.maps.scene import Background, PlaceName
from dashboard.maps.shapes import Bounds
from dashboard.maps.wording import wording
from data.catalogue import ALL_ROWS, Catalogue
from data.export.sharing import Beyond
from data.manifest import Manifest

# From the bottom up.
_ORDER = (
    "land_de",
    "land_nl",
    "green",
    "water",
    "building",
    "neighbourhood",
    "municipality",
    "road",
    "rail",
    "border",
)
_AREAS = ("neighbourhood", "municipality")
# Kinds of mapped data; the sketch that ships has land, border and rail only.
MERGED = frozenset({"green", "water", "building", "road"})
SKETCH = "background"
"""The source of the sketch: drawn by us on a border in the public domain."""
_OSM_CREDIT = "© OpenStreetMap contributors (ODbL)"
_NAMED_ROLES = ("centre", "abroad")
_GAZETTEER = "geonames:"
_SMALLEST_AROUND = 1_500
# The two points of one town, from the gazetteer and ours, are at most this far apart.
_SAME_TOWN_M = 2_000.0


def background(facts: Facts, lang: Lang, *, around: bool = False) -> Background:
    """The background of a snapshot; with `around` a sketch also names the places around.

    Of a country it holds the outlines of land and municipalities, with mapped data and
    neighbourhoods around the place in focus alone.
    """
    catalogue = facts.catalogue
    shapes = (
        _country_shapes(catalogue, facts.focus_box)
        if facts.country
        else _shapes(catalogue, ALL_ROWS)
    )
    measured = {kind for kind, _ in shapes} & MERGED
    return Background(
        shapes,
        _towns(facts, lang),
        _countries(lang),
        around=facts.derived(_around) if around and not measured else (),
        stations=() if measured else facts.derived(_stations),
        schematic=not measured,
        credit=_credit(catalogue) if measured else None,
    )


def ground(facts: Facts, text: Texts, *, around: bool = False) -> Background:
    """The background under the maps of a snapshot; the made-up region lies in no country."""
    plain = background(facts, text.lang, around=around)
    return replace(plain, countries=(), credit=text("example.credit")) if facts.example else plain


def source_ids(manifest: Manifest) -> tuple[str, ...]:
    """The sources of the background: of its shapes, and of the outlines of areas."""
    tables = (manifest.table("background"), manifest.table("areas"))
    return tuple(
        dict.fromkeys(
            source_id for record in tables if record is not None for source_id in record.sources
        )
    )


def within(whole: Background, bounds: Bounds, *, buildings: Bounds | None) -> Background:
    """The background clipped to `bounds` (RD), each mapped kind as one shape.

    Buildings are clipped to the smaller box `buildings`, or left out without one: a file to mail
    has no room for a whole region.
    """
    shapes: list[tuple[str, BaseGeometry]] = [
        (kind, shape) for kind, shape in whole.shapes if kind not in MERGED
    ]
    for kind in sorted(MERGED, key=_ORDER.index):
        frame = buildings if kind == "building" else bounds
        shapes_of_kind = [shape for name, shape in whole.shapes if name == kind]
        if shapes_of_kind and frame is not None:
            shapes.append((kind, _merged(shapely.clip_by_rect(shapes_of_kind, *frame))))
    shapes = [(kind, shape) for kind, shape in shapes if not shape.is_empty]
    return replace(whole, shapes=tuple(sorted(shapes, key=lambda shape: _ORDER.index(shape[0]))))


def _merged(shapes: NDArray[np.object_]) -> BaseGeometry:
    """The shapes as one multipart shape; slivers of a lower dimension are dropped."""
    parts = [part for part in shapely.get_parts(shapely.get_parts(shapes)) if not part.is_empty]
    lines = [part for part in parts if part.geom_type == "LineString"]
    if lines:
        return MultiLineString(lines)
    return MultiPolygon([part for part in parts if part.geom_type == "Polygon"])


def _credit(catalogue: Catalogue | Beyond) -> str:
    """The credits that the sources ask for; OpenStreetMap's where none is stated."""
    wanted = [catalogue.source(source_id).credit for source_id in source_ids(catalogue.manifest)]
    return "; ".join(dict.fromkeys(credit for credit in wanted if credit)) or _OSM_CREDIT


def _country_shapes(
    catalogue: Catalogue | Beyond, box: Bounds | None
) -> tuple[tuple[str, BaseGeometry], ...]:
    land = set(_ORDER) - MERGED - {"neighbourhood"}
    outlines = _shapes(catalogue, {"kind": land})
    if box is None:
        return outlines
    details = _shapes(catalogue, {"kind": set(_ORDER) - land}, box)
    return tuple(sorted((*outlines, *details), key=lambda shape: _ORDER.index(shape[0])))


def _shapes(
    catalogue: Catalogue | Beyond,
    where: Mapping[str, Collection[str]],
    box: Bounds | None = None,
) -> tuple[tuple[str, BaseGeometry], ...]:
    shapes: dict[str, list[BaseGeometry]] = {}
    if catalogue.has("background"):
        frame = catalogue.table("background", where=where, box=box)
        shapes |= {str(kind): list(rows) for kind, rows in frame.groupby("kind")["geometry"]}
    if catalogue.has("areas"):
        areas = catalogue.table("areas", where=where, box=box)
        # Outlines only: the inside shows the ground.
        shapes |= {
            str(kind): list(shapely.boundary(rows.to_numpy()))
            for kind, rows in areas.groupby("kind")["geometry"]
            if kind in _AREAS
        }
    return tuple((kind, shape) for kind in _ORDER for shape in shapes.get(kind, ()))


def _towns(facts: Facts, lang: Lang) -> tuple[PlaceName, ...]:
    return tuple(
        PlaceName(place.names[lang], (place.core.x, place.core.y), abroad=place.role == "abroad")
        for _, place in sorted(facts.places.items())
        if place.role in _NAMED_ROLES
    )


def _around(facts: Facts) -> tuple[PlaceName, ...]:
    """The larger places of the gazetteer that are not among the towns."""
    if not facts.catalogue.has("origins"):
        return ()
    known = facts.catalogue.table("origins").drop_duplicates("origin_id")
    known = known[
        known["origin_id"].str.startswith(_GAZETTEER) & (known["population"] >= _SMALLEST_AROUND)
    ]
    known = known.sort_values(["population", "origin_id"], ascending=[False, True])
    towns = [place.core for place in facts.places.values() if place.role in _NAMED_ROLES]
    taken = shapely.MultiPoint(towns)
    apart = known[shapely.distance(known.geometry.array, taken) > _SAME_TOWN_M] if towns else known
    return tuple(
        PlaceName(str(name), (point.x, point.y), abroad=bool(code))
        for name, point, code in zip(
            apart["name"], apart.geometry, apart["municipality_code"].isna(), strict=True
        )
    )


def _stations(facts: Facts) -> tuple[PlaceName, ...]:
    """The railway stations whose passengers are known."""
    if not facts.catalogue.has("stops"):
        return ()
    stops = facts.catalogue.table("stops").dropna(subset=["geometry"]).drop_duplicates("stop_id")
    stations = stops[stops["kind"] == "train_station"]
    return tuple(
        PlaceName(str(name), (point.x, point.y))
        for name, point in zip(stations["name"], stations.geometry, strict=True)
    )


def _countries(lang: Lang) -> tuple[PlaceName, ...]:
    """West and east of the border; the map places them along it and ignores their point."""
    words = wording(lang)
    return tuple(
        PlaceName(words[f"country_{code}"], (250_000.0, 475_000.0), abroad=code == "de")
        for code in ("nl", "de")
    )
