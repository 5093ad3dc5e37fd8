"""Published tables of streets: sections, footfall proxy, units on streets, vacancy."""

from __future__ import annotations

import logging
import math
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pandas.api.extensions import ExtensionArray

from data.schema.content_hash import increasing, sorted_rows
from data.schema.tables import STREET_VACANCY, STREETS
from etl.joins.footfall import measured
from etl.joins.footfall import on_streets as on_sections
from geo import footfall, frontage, network, vacancy
from geo.betweenness import Engine
from geo.crs import (
    RD_SYSTEM,
    REACH_M,
    on_ground,
    rd_frame,
    rd_per_metre,
    rd_per_metre_at,
    require_rd,
)
from geo.names import search_key, usual_writings
from geo.network import Parts
from geo.streets import sections

log = logging.getLogger(__name__)

# A place with an outline reaches this far beyond it.
BEYOND_OUTLINE_M = 400.0
# The longest walk that is measured. Without the lines this far around a place its edge looks quiet.
BUFFER_M = footfall.WALK_M


@dataclass(frozen=True, slots=True)
class MeasuredStreets:
    """The tables `streets` and `footfall_tests`, and the connected parts of their network."""

    streets: gpd.GeoDataFrame
    parts: Parts
    tests: pd.DataFrame


def reach(places: gpd.GeoDataFrame) -> gpd.GeoSeries:
    """The area whose streets are published, per `place_id` of the inner cities, in RD."""
    require_rd(places)
    centre = np.asarray(places["role"].array == "centre", dtype=bool)
    outlines, cores = (
        np.asarray(places[name].array, dtype=object)[centre] for name in ("geometry", "core")
    )
    outlined = shapely.get_dimensions(outlines) == 2
    scale = rd_per_metre(shapely.get_x(cores), shapely.get_y(cores))
    distance = np.where(outlined, BEYOND_OUTLINE_M, REACH_M) * scale
    area = shapely.buffer(np.where(outlined, outlines, cores), distance, quad_segs=16)
    return gpd.GeoSeries(
        area, index=pd.Index(places["place_id"].array[centre], name="place_id"), crs=RD_SYSTEM
    )


def streets(
    lines: gpd.GeoDataFrame,
    places: gpd.GeoDataFrame,
    *,
    premises: gpd.GeoDataFrame | None = None,
    stops: gpd.GeoDataFrame | None = None,
    counts: gpd.GeoDataFrame | None = None,
    engine: Engine = "auto",
) -> MeasuredStreets:
    """The sections within reach of an inner city, with a footfall proxy from all lines.

    `lines` (RD) are those of OpenStreetMap with `name` and `highway`, at least `BUFFER_M` beyond
    the reach of the places. `premises` attract people unless they are known to be vacant, `stops`
    by their boardings in the newest year with a figure. The weights are fitted to `counts` where
    these allow it; else counts are a test only.
    """
    whole = sections(lines)
    scale = _scale(whole)
    # Walks are measured in metres on the ground; tables are in RD.
    ground = on_ground(whole, scale)
    walked = network.build(ground)
    places = _nearby(places, whole)
    areas = reach(places)
    cores = gpd.GeoSeries(places["core"].array[places["role"].array == "centre"], areas.index)
    attractions, boardings = _attractions(premises), _newest(stops)
    evidence = footfall.evidence(
        ground,
        cores=on_ground(cores, scale),
        attractions=None if attractions is None else on_ground(attractions, scale),
        stops=None if boardings is None else on_ground(boardings, scale),
        network=walked,
        engine=engine,
    )
    place = _place(whole, areas, cores)
    # People walk on a pavement beside a street, but it is not a separate street.
    shown = np.flatnonzero((place >= 0) & np.asarray(whole["part_of"].isna()))
    place_id = np.asarray(areas.index, dtype=object)[place[shown]]
    street_id, name, length_m, shapes = (
        np.asarray(whole[column].array)[shown]
        for column in ("street_id", "name", "length_m", "geometry")
    )
    columns = {
        "street_id": pd.array(place_id + "-" + street_id, dtype="str"),
        "name": _usual_spelling(name, place_id),
        "place_id": pd.array(place_id, dtype="str"),
        "length_m": length_m / scale,
        "footfall_proxy": np.full(len(shown), np.nan),
        "geometry": shapes,
    }
    table = rd_frame({column: columns[column] for column in STREETS.columns})
    placed = None if counts is None else on_sections(counts, table)
    proxy, tests = measured(evidence.iloc[shown].reset_index(drop=True), table, placed)
    table["footfall_proxy"] = np.round(np.clip(proxy.to_numpy(dtype=float), 0.0, 100.0), 2)
    parts = network.parts(walked)
    log.info("%s", parts.meaning)
    return MeasuredStreets(sorted_rows(STREETS, table), parts, tests)


def _nearby(places: gpd.GeoDataFrame, whole: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The places that can matter to these sections, with what `reach` needs; in a country most lie
    elsewhere.

    A core farther from the box around the sections than its diagonal is never the nearest, when a
    core lies in the box; nor does its reach touch the box.
    """
    cores, outlines = (
        np.asarray(places[name].array, dtype=object) for name in ("core", "geometry")
    )
    west, south, east, north = whole.total_bounds if len(whole) else (math.nan,) * 4
    x, y = shapely.get_x(cores), shapely.get_y(cores)
    inside = (x >= west) & (x <= east) & (y >= south) & (y <= north)
    if not (inside & np.asarray(places["role"].array == "centre", dtype=bool)).any():
        return places
    side = math.hypot(east - west, north - south) + 2.0 * REACH_M
    left, bottom, right, top = shapely.bounds(outlines).T
    near = (
        (np.minimum(x, left) <= east + side)
        & (np.maximum(x, right) >= west - side)
        & (np.minimum(y, bottom) <= north + side)
        & (np.maximum(y, top) >= south - side)
    )
    if near.all():
        return places
    columns = ("place_id", "role", "core", "geometry")
    return rd_frame({name: places[name].array[near] for name in columns})


def _scale(whole: gpd.GeoDataFrame) -> float:
    """Metres of RD per metre on the ground in the middle of the streets of a town."""
    return rd_per_metre_at(shapely.box(*whole.total_bounds)) if len(whole) else 1.0


def _usual_spelling(names: NDArray[np.object_], places: NDArray[np.object_]) -> ExtensionArray:
    """The names in the spelling most common in their place: other tables join on them."""
    usual = usual_writings(names, within=places)
    spelled = [
        usual.get((place, search_key(name)), name) if isinstance(name, str) else None
        for place, name in zip(places, names, strict=True)
    ]
    return pd.array(spelled, dtype="str")


def on_streets(premises: gpd.GeoDataFrame, table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The units with `street_id`: as their source gives it, else the section they stand on."""
    return premises.assign(street_id=_street_ids(premises, table))


def _street_ids(premises: gpd.GeoDataFrame, table: gpd.GeoDataFrame) -> pd.Series:
    """The street of each unit: as its source gives it, else the section in its place."""
    places = premises["place_id"].unique()
    if len(places) == 1 and (table["place_id"] == places[0]).all():
        street_of = frontage.assigned(premises, table)
    else:
        street_of = pd.Series(np.nan, index=premises.index, dtype="str")
        for place_id, rows in premises.groupby("place_id"):
            street_of[rows.index] = frontage.assigned(
                gpd.GeoDataFrame(rows, crs=RD_SYSTEM), table[table["place_id"] == place_id]
            )
    stated = premises["street_id"]
    return street_of if stated.isna().all() else stated.fillna(street_of)


def street_vacancy(premises: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """The table `street_vacancy` of the surveyed units on `table`, by units and by floor area.

    It is empty without a survey. `geo.frontage.street_names` names the streets.
    """
    known = _surveyed(premises)
    if len(known):
        known = known.assign(street=frontage.street_names(known, table))
    if known.empty or known["street"].isna().all():
        return STREET_VACANCY.empty()
    both = [vacancy.per_street(known, weight=weight) for weight in ("units", "floor_area")]
    assigned = pd.concat(both, ignore_index=True)
    # A street without any known floor area has a count of units, but no rate by floor area.
    typed = assigned.astype({name: column.dtype for name, column in STREET_VACANCY.columns.items()})
    return typed.sort_values(list(STREET_VACANCY.sort), ignore_index=True)


def _surveyed(premises: pd.DataFrame) -> pd.DataFrame:
    surveyed = ~premises["source_id"].isin(vacancy.NOT_SURVEYS)
    return premises[surveyed] if surveyed.any() else premises.iloc[:0]


def _attractions(premises: gpd.GeoDataFrame | None) -> gpd.GeoSeries | None:
    """Points that attract people: each unit in its last survey, unless it is vacant."""
    if premises is None or premises.empty:
        return None
    last = premises
    if not increasing(premises, ("premises_id",)):
        last = premises.sort_values("surveyed", kind="stable", na_position="first").drop_duplicates(
            "premises_id", keep="last"
        )
    open_ = np.asarray(last["status"].array != "vacant", dtype=bool)
    return gpd.GeoSeries(
        last.geometry.array if open_.all() else last.geometry.array[open_], crs=RD_SYSTEM
    )


def _newest(stops: gpd.GeoDataFrame | None) -> gpd.GeoDataFrame | None:
    if stops is None or stops.empty:
        return None
    known = stops[stops["boardings_per_workday"].notna()].sort_values(["stop_id", "year"])
    return gpd.GeoDataFrame(
        known.drop_duplicates("stop_id", keep="last"), geometry="geometry", crs=RD_SYSTEM
    )


def _place(
    whole: gpd.GeoDataFrame, areas: gpd.GeoSeries, cores: gpd.GeoSeries
) -> NDArray[np.int64]:
    """The number of the place within whose reach each section lies, -1 outside all.

    Where reaches overlap it is the place with the nearest core.
    """
    shapes = np.asarray(whole.geometry.array, dtype=object)
    best = np.full(len(whole), np.inf)
    positions = np.full(len(whole), -1, dtype=np.int64)
    west, south, east, north = shapely.bounds(shapes).T
    for number, (area, core) in enumerate(zip(areas.array, cores.array, strict=True)):
        left, bottom, right, top = area.bounds
        near = np.flatnonzero((west <= right) & (east >= left) & (south <= top) & (north >= bottom))
        if not near.size:
            continue
        shapely.prepare(area)
        near = near[shapely.intersects(area, shapes[near])]
        away = shapely.distance(shapes[near], core)
        nearer = away < best[near]
        best[near[nearer]], positions[near[nearer]] = away[nearer], number
    return positions
