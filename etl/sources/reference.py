"""The curated facts of `data/reference` and the places of `data/places` as published tables."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType

import geopandas as gpd
import pandas as pd
import shapely
from shapely.geometry import Point, shape
from shapely.geometry.base import BaseGeometry
from shapely.validation import explain_validity

import data
from data.manifest import SourceRecord
from data.schema.initiative_tables import ACTORS, INITIATIVES, PARTICIPATIONS
from data.schema.table import Table
from data.schema.tables import INDICATORS, OBSERVATIONS, STOPS, TRANSLATIONS
from data.schema.tables import PLACES as PLACE_TABLE
from etl.decoding import strict_json
from etl.decoding.strict_json import Json
from etl.errors import ContentError, EtlError
from etl.parsing.geometries import NO_SHAPE
from etl.problems import one_line
from etl.source import Source
from geo.bilingual import Bilingual
from geo.crs import RD, WGS84, Box, rd_frame, to_rd
from geo.errors import GeoError

SOURCE = Source(
    id="reference",
    title=Bilingual(nl="Feiten met bron", en="Sourced facts"),
    publisher="Stadshart Twente",
    licence="per feit vermeld",
    fills=(
        PLACE_TABLE,
        OBSERVATIONS,
        INITIATIVES,
        ACTORS,
        PARTICIPATIONS,
        STOPS,
        INDICATORS,
        TRANSLATIONS,
    ),
    # Published figures; the other tables refer to them.
    rows=range(300, 2000),
    tried="recorded",
    tried_with=("the tables of `data/reference` and the files of `data/places` themselves",),
)

ROOM = Path(data.__file__).parent
REFERENCE = ROOM / "reference"
PLACES = ROOM / "places"

OUTLINES = ("Point", "Polygon", "MultiPolygon")
FARTHEST_CORE_M = 1500.0
"""The farthest that a core may lie from its outline: farther is a typing error."""
NETHERLANDS = Box(0.0, 300_000.0, 300_000.0, 625_000.0)
"""The box (RD) of places with a Dutch municipality code."""

FIGURES = (
    "vacancy",
    "floor_area",
    "spending_flows",
    "spending_per_head",
    "visitors",
    "population",
    "edge_retail",
    "pilot",
    "market",
    "streets",
    "profiles",
    "centre",
    "living",
    "nearby",
    "establishments",
    "parking",
    "programmes",
)
"""Files of published figures, one per theme; those of travellers are in `stops`."""

STATION_SOURCE = "ov-oost"
# Where the core points come from; that of Enschede is a square in OpenStreetMap, those of the other
# inner cities are centroids of the outline that the Kadaster draws.
PLACE_SOURCES = ("geonames", "ikea-stores", "kadaster-top10nl-2026-04", "osm-enschede-2023")

PLACE_PROPERTIES = (
    "place_id",
    "name_nl",
    "name_en",
    "name_de",
    "role",
    "municipality_code",
    "core_basis",
    "profile",
    "boundary_basis",
)


def tables(reference: Path = REFERENCE, places: Path = PLACES) -> dict[str, pd.DataFrame]:
    """The tables of the curated facts, by name; geometry in RD."""
    return {
        "places": place_table(places),
        "observations": _observations(reference),
        "initiatives": _initiatives(reference),
        "actors": ordered(read_facts(reference, "actors"), ACTORS),
        "participations": ordered(read_facts(reference, "participations"), PARTICIPATIONS),
        "stops": _located(read_facts(reference, "stops"), STOPS),
        "indicators": ordered(read_facts(reference, "indicators"), INDICATORS),
        "translations": ordered(read_facts(reference, "translations"), TRANSLATIONS),
    }


def table_sources(reference: Path = REFERENCE) -> dict[str, tuple[str, ...]]:
    """Ids of the sources of tables whose rows do not name one."""
    named = tuple(sorted(set(read_facts(reference, "initiatives")["source_id"])))
    return {
        "places": PLACE_SOURCES,
        "stops": (STATION_SOURCE,),
        "actors": named,
        "participations": named,
        "indicators": (),
        "translations": (),
    }


def sources(reference: Path = REFERENCE) -> list[SourceRecord]:
    """The records of the sources of the curated facts, by id; not of the list of municipalities."""
    facts = read_facts(reference, "sources").sort_values("source_id")
    unpublished = read_facts(reference, "municipalities")["source_id"]
    return [
        SourceRecord(
            source_id=row["source_id"],
            # Titles are not translated.
            title_nl=row["title"],
            title_en=row["title"],
            publisher=row["publisher"],
            url=_known(row["url"]),
            licence=row["licence"],
            credit=row["credit"],
            read_via=_known(row["read_via"]),
            source_date=row["source_date"],
            retrieved=date.fromisoformat(row["retrieved"]),
            status="fresh",
            sharing=row["sharing"],
        )
        for row in facts[~facts["source_id"].isin(unpublished)].to_dict("records")
    ]


def place_table(folder: Path = PLACES) -> gpd.GeoDataFrame:
    """The places of a folder, one GeoJSON Feature per file, in RD; `core` is a second geometry.

    Raises EtlError that names a file without such a Feature.
    """
    rows = [_place(path) for path in sorted(folder.glob("*.geojson"))]
    frame = pd.DataFrame([row for row, _, _ in rows], columns=list(PLACE_PROPERTIES)).astype("str")
    try:
        drawn = gpd.GeoSeries([shape for _, *shapes in rows for shape in shapes], crs=WGS84)
        placed = to_rd(drawn).array
    except GeoError as error:
        raise EtlError(f"{folder.name}/*.geojson: {error}") from error
    frame = ordered(frame.assign(core=placed[::2], geometry=placed[1::2]), PLACE_TABLE)
    places = rd_frame({str(name): values.array for name, values in frame.items()})
    _require_together(places)
    return places


def read_facts(folder: Path, name: str) -> pd.DataFrame:
    """One file of curated facts as text; an empty cell is missing, the word NA is not."""
    return pd.read_csv(
        folder / f"{name}.csv",
        dtype="str",
        keep_default_na=False,
        na_values=[""],
        encoding="utf-8",
    )


@cache
def municipality_names() -> Mapping[str, str]:
    """The official name of each Dutch municipality by its code."""
    rows = read_facts(REFERENCE, "municipalities")
    return MappingProxyType(dict(zip(rows["municipality_code"], rows["name"], strict=True)))


@cache
def municipality_provinces() -> Mapping[str, str]:
    """The province of each Dutch municipality by its code."""
    rows = read_facts(REFERENCE, "municipalities")
    return MappingProxyType(dict(zip(rows["municipality_code"], rows["province"], strict=True)))


def _observations(folder: Path) -> pd.DataFrame:
    """Every published figure with its source, boardings at stations included."""
    figures = [read_facts(folder, name) for name in FIGURES]
    rows = pd.concat([*figures, _boardings(folder)], ignore_index=True)
    return ordered(_sourced(folder, rows, "sharing"), OBSERVATIONS)


def _boardings(folder: Path) -> pd.DataFrame:
    """The boardings as published figures, each with its source and series."""
    stops = read_facts(folder, "stops")
    same = ["place_id", "definition", "series", "source_id", "confidence", "note"]
    return stops[same].assign(
        observation_id=stops["place_id"] + "-station-boardings-per-workday-" + stops["year"],
        area_name=stops["name"],
        indicator="boardings_per_workday",
        period_start=stops["year"] + "-01-01",
        period_end=stops["year"] + "-12-31",
        value=stops["boardings_per_workday"],
        unit="instappers per werkdag",
        area_kind="station",
        # The sum of counts of several operators is still a count.
        nature="measured",
        provisional="false",
    )


def _initiatives(folder: Path) -> gpd.GeoDataFrame:
    """The initiatives of the pilot; a point only where a street or square is known."""
    rows = read_facts(folder, "initiatives")
    streets = [[] if pd.isna(names) else str(names).split("; ") for names in rows["streets"]]
    rows = rows.assign(
        streets=pd.Series(streets, index=rows.index, dtype="object"),
        start=rows["start"].map(_first_day, na_action="ignore"),
        end=rows["end"].map(_last_day, na_action="ignore"),
    )
    return _located(_sourced(folder, rows), INITIATIVES)


def _sourced(folder: Path, rows: pd.DataFrame, *more: str) -> pd.DataFrame:
    """The rows joined with the facts about their source."""
    known = ["source_id", "url", "source_date", "retrieved", "licence", *more]
    joined = rows.merge(
        read_facts(folder, "sources")[known], on="source_id", how="left", validate="many_to_one"
    )
    return joined.rename(columns={"url": "source_url"})


def _located(rows: pd.DataFrame, table: Table) -> gpd.GeoDataFrame:
    """The rows with a point (RD) from `lon` and `lat`, missing where these are unknown."""
    known = rows["lon"].notna() & rows["lat"].notna()
    points = gpd.GeoSeries(
        [
            Point(float(x), float(y)) if located else None
            for x, y, located in zip(rows["lon"], rows["lat"], known, strict=True)
        ],
        index=rows.index,
        crs=WGS84,
    )
    return gpd.GeoDataFrame(
        ordered(rows.assign(geometry=to_rd(points)), table), geometry="geometry", crs=RD
    )


def ordered(rows: pd.DataFrame, table: Table) -> pd.DataFrame:
    """The columns of `table` in its order and types, sorted as it is stored.

    Other columns of the CSV are dropped.
    """
    types: Mapping[str, str] = {name: column.dtype for name, column in table.columns.items()}
    frame = pd.DataFrame(
        {name: _typed(rows[name], types[name]) for name in types}, index=rows.index
    )
    return frame.sort_values(list(table.sort), ignore_index=True)


def _typed(values: pd.Series, dtype: str) -> pd.Series:
    if dtype == "bool":
        return values.map({"true": True, "false": False}).astype("bool")
    if dtype == "datetime64[ms]":
        values = pd.to_datetime(values, format="%Y-%m-%d")
    if dtype in ("list", "geometry"):
        return values
    return values.astype(pd.api.types.pandas_dtype(dtype))


def _known(value: str) -> str | None:
    return None if pd.isna(value) else value


def _first_day(text: str) -> str:
    """The first day of a year, month or day: 2014, 2016-11, 2015-05-28."""
    return "-".join((text.split("-") + ["01", "01"])[:3])


def _last_day(text: str) -> str:
    """The last day of a year, month or day."""
    parts = text.split("-")
    if len(parts) == 1:
        return f"{text}-12-31"
    if len(parts) == 2:
        return f"{text}-{monthrange(int(parts[0]), int(parts[1]))[1]:02d}"
    return text


def _place(path: Path) -> tuple[dict[str, Json], Point, BaseGeometry]:
    """Properties, core and outline (WGS84) of one place file."""
    try:
        feature = strict_json.read(path.read_bytes())
    except ContentError as error:
        raise EtlError(f"{path.name}: expected a GeoJSON Feature: {error}") from error
    properties = strict_json.member(feature, "properties")
    if strict_json.member(feature, "type") != "Feature" or not isinstance(properties, Mapping):
        raise EtlError(
            f"{path.name}: expected a GeoJSON Feature with properties, got"
            f" {strict_json.member(feature, 'type')!r}"
        )
    missing = [name for name in (*PLACE_PROPERTIES, "core") if name not in properties]
    if missing:
        raise EtlError(
            f"{path.name}: expected a GeoJSON Feature with its properties, got none of"
            f" {', '.join(missing)}"
        )
    if not path.stem == strict_json.member(feature, "id") == properties["place_id"]:
        raise EtlError(
            f"{path.name}: expected id and place_id {path.stem}, got"
            f" {strict_json.member(feature, 'id')!r}: rename one of them"
        )
    stated = {name: properties[name] for name in PLACE_PROPERTIES}
    strange = next(
        (name for name, value in stated.items() if not (value is None or isinstance(value, str))),
        None,
    )
    if strange is not None:
        raise EtlError(f"{path.name}: expected text or null for {strange}, got {stated[strange]!r}")
    return (
        stated,
        _core(path, properties["core"]),
        _outline(path, strict_json.member(feature, "geometry")),
    )


def _core(path: Path, coordinates: Json) -> Point:
    numbers = coordinates if isinstance(coordinates, list) and len(coordinates) == 2 else ()
    if len(numbers) != 2 or not all(
        isinstance(number, int | float) and not isinstance(number, bool) for number in numbers
    ):
        raise EtlError(f"{path.name}: expected core [longitude, latitude], got {coordinates!r}")
    return Point(numbers)


def _outline(path: Path, geometry: Json) -> BaseGeometry:
    """The outline, or the core where none is known; EtlError unless it is valid and in degrees."""
    kind = strict_json.member(geometry, "type")
    if not isinstance(geometry, Mapping) or kind not in OUTLINES:
        raise EtlError(f"{path.name}: expected a geometry of {', '.join(OUTLINES)}, got {kind!r}")
    try:
        outline = shape(dict(geometry))
    except NO_SHAPE as error:
        raise EtlError(
            f"{path.name}: expected a {kind} with its coordinates, got {one_line(error)}"
        ) from error
    if outline.is_empty or not outline.is_valid:
        raise EtlError(
            f"{path.name}: expected an outline that neither crosses itself nor is empty, got"
            f" {explain_validity(outline)}: mend it in QGIS"
        )
    return outline


def _require_together(places: gpd.GeoDataFrame) -> None:
    """Raise EtlError for a core far from its outline, or a Dutch town outside the Netherlands.

    Swapped coordinates give both.
    """
    apart = shapely.distance(places["core"].array, places.geometry.array)
    far = ~(apart <= FARTHEST_CORE_M)
    if far.any():
        first = int(far.argmax())
        raise EtlError(
            f"{places['place_id'].iloc[first]}.geojson: expected the core within"
            f" {FARTHEST_CORE_M:.0f} m of its geometry, got {apart[first]:.0f} m: coordinates are"
            " written longitude first, like [6.9, 52.2]"
        )
    x, y = shapely.get_x(places["core"].array), shapely.get_y(places["core"].array)
    abroad = places["municipality_code"].notna().to_numpy() & ~NETHERLANDS.holds(x, y)
    if abroad.any():
        first = int(abroad.argmax())
        raise EtlError(
            f"{places['place_id'].iloc[first]}.geojson: expected a place in the Netherlands with"
            f" municipality_code {places['municipality_code'].iloc[first]}, got a core outside:"
            " coordinates are written longitude first, and abroad the code is null"
        )
