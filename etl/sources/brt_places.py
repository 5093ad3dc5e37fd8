"""Outlines of inner cities as the Kadaster draws them (BRT TOP10NL, object `plaats`), from PDOK.

An outline is a place of kind `wijk` that bears one of `NAMES`; the name of the town beside it does
not count. It belongs to the Dutch centre whose reach holds its centroid.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd

from data.schema.tables import PLACES
from etl.area import Area, Place
from etl.parsing import column_checks, dropped_rows, gml, ogc_api
from etl.parsing import vector_layers as feature_files
from etl.parsing.assumptions import HasRows, ServiceAssumption, at, smaller
from etl.parsing.geometries import broken_outlines, repaired
from etl.problems import Finding, make_finding
from etl.source import Parsed, Piece, Question, Source
from geo.bilingual import Bilingual
from geo.crs import RD
from geo.names import search_key

SOURCE = Source(
    id="brt_places",
    title=Bilingual(nl="Omtrek van de binnensteden", en="Outlines of the inner cities"),
    publisher="Kadaster, via PDOK",
    licence="CC BY 4.0",
    credit="Bron: Kadaster/PDOK (BRT TOP10NL)",
    url="https://www.pdok.nl/ogc-apis/-/article/basisregistratie-topografie-brt-topnl",
    # It fills no table: its outlines replace the reach around the core of a place.
    fills=(PLACES,),
    rows=range(1),
    tried="recorded",
    tried_on=date(2026, 11, 29),
    tried_with=("outlines of five inner cities and a district, of April 2026 (GeoJSON)",),
    untried="the OGC API, and GML as the Kadaster delivers it",
    max_age_days=800,
    settled_days=30,
    accepts=(*feature_files.ACCEPTS, ".gml", ".xml"),
    per="region",
)

ADDRESS = "https://api.pdok.nl/kadaster/brt-top10nl/ogc/v1/collections/{name}/items"
COLLECTIONS = ("plaats_vlak", "plaats_multivlak")
"""Places of one part, and of several."""

DISTRICT = "wijk"
NAMES = frozenset(
    {
        "binnenstad",
        "binnenstad centrum",
        "centrum",
        "centrum binnenstad",
        "city",
        "de binnenstad",
        "het centrum",
        "historische binnenstad",
        "oude binnenstad",
        "stadscentrum",
        "stadshart",
    }
)
"""Names of an inner city, as `search_key` writes them."""
KIND_COLUMN = "typegebied"
NAME_COLUMNS = ("naamnl", "naamofficieel", "naamfries", "naam", "name")
DAY_COLUMN = "bronactualiteit"
"""Columns without capitals and underscores: every service and file writes them another way."""


def requests(area: Area) -> Sequence[Question]:
    """Both collections within the rectangle of the Dutch centres; none without such a centre."""
    return ogc_api.questions(SOURCE, (ADDRESS,), COLLECTIONS, Area(_centres(area), area.all_places))


def assumptions(area: Area) -> Sequence[ServiceAssumption]:
    """Places with the kind and a name, in pages; places of several parts are rare."""
    types = {KIND_COLUMN: "string|array", "|".join(NAME_COLUMNS): "string|array"}
    asked = requests(area)
    rare = [
        ServiceAssumption(
            about=question.name,
            question=smaller(question, limit="2"),
            checks=(HasRows(at("features", "*"), least=0),),
        )
        for question in asked[1:]
    ]
    return [*ogc_api.assumptions(asked[:1], {COLLECTIONS[0]: types}, loose=True), *rare]


def parse(pieces: Sequence[Piece], area: Area) -> Parsed:
    """One outline per Dutch centre that has any: `place_id, name, geometry` (RD)."""
    counts: Counter[str] = Counter()
    findings: list[Finding] = []
    whole = inner_cities(pieces, area, counts, findings)
    chosen = []
    for place in _centres(area):
        named = whole[whole["place_id"].eq(place.place_id)]
        if len(named):
            counts["dropped-other-outline"] += len(named) - 1
            chosen.append((place.place_id, _choose(named, place, findings)))
    outlines = gpd.GeoDataFrame(
        {
            "place_id": pd.Series([place_id for place_id, _ in chosen], dtype="str"),
            "name": pd.Series([row["name"] for _, row in chosen], dtype="str"),
        },
        geometry=gpd.GeoSeries([row["geometry"] for _, row in chosen], crs=RD),
    )
    return Parsed(
        {"outlines": outlines},
        {rule: n for rule, n in sorted(counts.items()) if n},
        max((row["surveyed"] for _, row in chosen if pd.notna(row["surveyed"])), default=None),
        tuple(findings),
    )


def inner_cities(
    pieces: Sequence[Piece], area: Area, counts: Counter[str], findings: list[Finding]
) -> gpd.GeoDataFrame:
    """Every outline of an inner city: `place_id, name, surveyed, geometry` (RD).

    What is left out is added to `counts`, and what a reader must know to `findings`.
    """
    frames = []
    for piece in pieces:
        dropped: Counter[str] = Counter()
        frames.append(_inner_cities(piece, area, dropped, findings))
        findings += dropped_rows.unusable(SOURCE, piece, len(frames[-1]), dropped)
        counts += dropped
    whole = pd.concat(frames, ignore_index=True)
    # Pages and files may repeat a district.
    return whole[~whole.assign(wkb=whole.geometry.to_wkb()).duplicated(["name", "wkb"])]


def _centres(area: Area) -> tuple[Place, ...]:
    return tuple(
        place for place in area.places if place.role == "centre" and place.municipality_code
    )


def _inner_cities(
    piece: Piece, area: Area, counts: Counter[str], findings: list[Finding]
) -> gpd.GeoDataFrame:
    """The inner cities in a piece: `place_id, name, surveyed, geometry` (RD)."""
    districts = _districts(piece, area, counts, findings)
    centres = _centres(area)
    owner = Area(centres, centres).owners(districts.geometry)
    counts["dropped-elsewhere"] += int(owner.isna().sum())
    towns = owner.map({place.place_id: place.name for place in centres})
    names = [
        None if pd.isna(town) else _centre_name(names, town)
        for names, town in zip(districts["names"], towns, strict=True)
    ]
    named = districts.assign(
        place_id=owner, name=pd.Series(names, index=districts.index, dtype="str")
    )
    inner = named["name"].notna()
    counts["dropped-other-kind"] += int((owner.notna() & ~inner).sum())
    return named.loc[inner, ["place_id", "name", "surveyed", "geometry"]]


def _districts(
    piece: Piece, area: Area, counts: Counter[str], findings: list[Finding]
) -> gpd.GeoDataFrame:
    """The districts in a piece: `names, surveyed, geometry` (RD), without broken outlines."""
    if piece.require("gpkg", "parquet", "geojson", "xml") == "xml":
        rows = gml.read(piece.read(), "Plaats")
    else:
        layer = feature_files.read([piece], area)
        rows = layer.frame
        counts.update(layer.counts)
        findings += layer.findings
    spelled = {str(name).casefold().replace("_", ""): name for name in rows.columns}
    named = [rows[spelled[name]] for name in NAME_COLUMNS if name in spelled]
    if len(rows):
        column_checks.require(spelled, (KIND_COLUMN, *(() if named else NAME_COLUMNS[:1])))
    kinds, surveyed = (
        rows[spelled[name]] if name in spelled else pd.Series(None, index=rows.index, dtype="str")
        for name in (KIND_COLUMN, DAY_COLUMN)
    )
    district = np.array([DISTRICT in _texts(kind) for kind in kinds], dtype=bool)
    counts["dropped-other-kind"] += int((~district).sum())
    names = [[text for value in row for text in _texts(value)] for row in zip(*named, strict=True)]
    frame = gpd.GeoDataFrame(
        {
            "names": pd.Series(names, index=rows.index, dtype="object"),
            "surveyed": pd.Series(
                [max(_texts(day), default=None) for day in surveyed], index=rows.index, dtype="str"
            ),
        },
        geometry=rows.geometry,
    )[district]
    shapes, repairs = repaired(frame.geometry.to_numpy())
    counts.update(repairs)
    findings += broken_outlines(repairs, piece.name)
    frame = frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index, crs=RD))
    polygons = frame.geom_type.isin(["Polygon", "MultiPolygon"])
    counts["dropped-wrong-geometry"] += int((~polygons & frame.geometry.notna()).sum())
    near, elsewhere = area.clip(frame[polygons])
    counts["dropped-elsewhere"] += elsewhere
    return near


def _texts(value: object) -> list[str]:
    """The texts of a property: one, or several in a list."""
    values = value if isinstance(value, list) else [value]
    return [text.strip() for text in values if isinstance(text, str) and text.strip()]


def _centre_name(names: Sequence[str], town: str) -> str | None:
    """The first of the names that an inner city has, with or without its town; None without one."""
    beside = set(search_key(town).split())
    for name in names:
        if " ".join(word for word in search_key(name).split() if word not in beside) in NAMES:
            return name
    return None


def _choose(named: gpd.GeoDataFrame, place: Place, findings: list[Finding]) -> pd.Series:
    """The outline that holds the core, else the nearest to it; equally near ones by their size.

    A choice that the core does not decide is a finding.
    """
    away_m = named.geometry.distance(place.core)
    ranked = named.assign(away_m=away_m, area_m2=named.area).sort_values(["away_m", "area_m2"])
    if len(ranked) > 1 and int((away_m == 0.0).sum()) != 1:
        taken, *rest = ranked["name"]
        findings.append(
            make_finding(
                "outline-undecided", place=place.place_id, chosen=taken, others=", ".join(rest)
            )
        )
    chosen: pd.Series = ranked.iloc[0]
    return chosen
