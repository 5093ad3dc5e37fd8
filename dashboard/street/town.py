"""Every town of a snapshot by street: read, grouped by name and measured once, when the snapshot is opened."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from types import MappingProxyType
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from dashboard.records import Initiative, Place, street_key
from dashboard.street.records import (
    OUTLINES,
    REGISTER,
    REGISTERS,
    Fallen,
    OutlineFigure,
    Registered,
    Street,
    Survey,
    Tested,
    Town,
    Unit,
    trade_key,
)
from geo.crs import RD, area_m2, on_ground, rd_per_metre_at
from geo.names import search_key

if TYPE_CHECKING:
    from data.catalogue import Catalogue

# An initiative is near a street it names, or whose line lies this near to its spot.
NEAR_M = 100.0
MIN_UNITS = 5
LEAST_IN_CENTRE = 50
_THIN_PX, _WIDEST_PX = 1.2, 6.0


def towns(
    catalogue: Catalogue, places: Iterable[Place], initiatives: Iterable[Initiative]
) -> Mapping[str, Town]:
    """Every inner city with streets in the snapshot, by place."""
    if not catalogue.has("streets"):
        return MappingProxyType({})
    streets = gpd.GeoDataFrame(catalogue.table("streets"), geometry="geometry", crs=RD)
    premises = _premises(catalogue)
    tests = catalogue.table("footfall_tests") if catalogue.has("footfall_tests") else None
    outlines = catalogue.places().set_index("place_id").geometry
    found: dict[str, Town] = {}
    for place in places:
        own = streets[streets["place_id"] == place.place_id]
        if place.role == "centre" and len(own):
            rows = premises[premises["place_id"] == place.place_id]
            near = tuple(row for row in initiatives if row.place_id == place.place_id)
            found[place.place_id] = _town(catalogue, place, own, rows, tests, outlines[place.place_id], near)
    return MappingProxyType(found)


def _premises(catalogue: Catalogue) -> gpd.GeoDataFrame:
    from data.tables import DECLARED

    if not catalogue.has("premises"):
        empty = {name: pd.Series(dtype=column.dtype) for name, column in DECLARED["premises"].columns.items() if name != "geometry"}
        return gpd.GeoDataFrame(empty, geometry=gpd.GeoSeries([], crs=RD))
    return gpd.GeoDataFrame(catalogue.table("premises"), geometry="geometry", crs=RD)


def _town(
    catalogue: Catalogue,
    place: Place,
    streets: gpd.GeoDataFrame,
    premises: gpd.GeoDataFrame,
    tests: pd.DataFrame | None,
    outline: BaseGeometry,
    initiatives: tuple[Initiative, ...],
) -> Town:
    # Late: what measures brings scipy along, which a snapshot without streets need not load.
    from dashboard.street import readings

    named = _named(place.place_id, streets)
    key_of = named.set_index("street_id")["street"]
    units = premises.assign(street=premises["street_id"].map(key_of).astype("str"))
    surveyed = units[~units["source_id"].isin(REGISTERS)]
    surveys = _surveys(surveyed)
    shapes = _shapes(named)
    per_street = readings.per_street(surveyed, shapes["length_m"], {one.survey for one in surveys if one.counts_only})
    found = {
        str(row.Index): Street(
            key=str(row.Index),
            name=str(row.name),
            place_id=place.place_id,
            sections=int(row.sections),
            length_m=float(row.length_m),
            footfall=None if pd.isna(row.footfall) else float(row.footfall),
            shape=row.shape,
            widths=row.widths,
            readings=MappingProxyType(per_street.get(str(row.Index), {})),
        )
        for row in shapes.itertuples()
    }
    sharing = {record.source_id: record.sharing for record in catalogue.manifest.sources}
    hidden = any(sharing[source_id] == "aggregate" for source_id in surveyed["source_id"].unique())
    told = surveyed if surveys else units.assign(survey=REGISTER).drop_duplicates("premises_id", keep="last")
    listed = {} if hidden else _units(gpd.GeoDataFrame(told, geometry="geometry", crs=RD), named, place)
    outlines = readings.outlines(surveyed, surveys, place, outline)
    sections = shapes["shape"]
    trades = {trade_key(branch): branch for branch in sorted(surveyed["branch"].dropna().unique())}
    return Town(
        place_id=place.place_id,
        streets=MappingProxyType(found),
        nameless=int(streets["name"].isna().sum()),
        surveys=surveys,
        units=MappingProxyType(listed),
        outlines=MappingProxyType(outlines),
        figures=MappingProxyType(_figures(surveyed, surveys, outlines)),
        streets_inside=MappingProxyType(
            {name: frozenset(_touching(sections, shape)) for name, shape in outlines.items()}
        ),
        units_inside=MappingProxyType(
            {name: frozenset(_within(listed, shape)) for name, shape in outlines.items()}
        ),
        tested=_tested(place.place_id, tests),
        registered=_registered(units),
        fallen=_fallen(streets),
        near=frozenset(_near(sections, initiatives)),
        trades=MappingProxyType(trades),
        source_ids=tuple(dict.fromkeys([*_sources(catalogue, "streets"), *sorted(units["source_id"].unique())])),
        units_hidden=hidden,
    )


def _sources(catalogue: Catalogue, table: str) -> tuple[str, ...]:
    record = catalogue.manifest.table(table)
    return () if record is None else record.sources


def _named(place_id: str, streets: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The sections with a name and the link key of their street; writings of one name are one street."""
    named = streets[streets["name"].notna()]
    searched = named["name"].map(search_key)
    named = named[searched.ne("")].assign(searched=searched)
    # The writing met most often, of several the first.
    times = named.groupby(["searched", "name"]).size().rename("times").reset_index()
    often = times.sort_values(["times", "name"], ascending=[False, True], kind="stable").drop_duplicates("searched")
    usual = often.set_index("searched")["name"]
    keys = {key: street_key(place_id, name) for key, name in usual.items()}
    return named.assign(street=named["searched"].map(keys), usual=named["searched"].map(usual))


def _shapes(named: gpd.GeoDataFrame) -> pd.DataFrame:
    """Per street its name, length, mean footfall, lines and their widths; a square is drawn as its rim.

    Only the order of the modelled footfall within a town means anything, so the width runs from its quietest to
    its busiest section.
    """
    named = named.sort_values("street", kind="stable")
    street, keys = pd.factorize(named["street"])
    proxy, length_m = (named[column].to_numpy(dtype=float) for column in ("footfall_proxy", "length_m"))
    known = ~np.isnan(proxy)
    low, high = (float(end(proxy[known])) if known.any() else np.nan for end in (np.min, np.max))
    busy = (proxy - low) / (high - low if high > low else 1.0)
    width = np.round(np.where(known, _THIN_PX + (_WIDEST_PX - _THIN_PX) * busy, _THIN_PX), 1)
    geometries = np.asarray(named.geometry.array, dtype=object)
    area = shapely.get_dimensions(geometries) == 2
    parts, section = shapely.get_parts(np.where(area, shapely.boundary(geometries), geometries), return_index=True)
    weight, total = (np.bincount(street[known], weights=each[known], minlength=len(keys)) for each in (length_m, proxy * length_m))
    ends = np.flatnonzero(np.diff(street[section])) + 1
    return pd.DataFrame(
        {
            "name": named["usual"].to_numpy()[np.searchsorted(street, np.arange(len(keys)))],
            "sections": np.bincount(street, minlength=len(keys)),
            "length_m": np.bincount(street, weights=length_m, minlength=len(keys)),
            "footfall": np.divide(total, weight, out=np.full(len(keys), np.nan), where=weight > 0),
            "shape": shapely.multilinestrings(parts, indices=street[section]),
            "widths": [tuple(own.tolist()) for own in np.split(width[section], ends)][: len(keys)],
        },
        index=pd.Index(keys),
    )


def _surveys(surveyed: pd.DataFrame) -> tuple[Survey, ...]:
    found = []
    for survey, rows in surveyed.groupby("survey", sort=True):
        tally = rows["status"].value_counts()
        known = int(tally.get("in_use", 0) + tally.get("vacant", 0))
        found.append(
            Survey(
                survey=str(survey),
                day=rows["surveyed"].max().date(),
                source_id=str(rows["source_id"].iloc[0]),
                units=known,
                vacant=int(tally.get("vacant", 0)),
                unknown=int(tally.get("unknown", 0)),
                counts_only=known < LEAST_IN_CENTRE,
            )
        )
    return tuple(sorted(found, key=lambda one: (one.day, one.survey)))


def _units(surveyed: gpd.GeoDataFrame, named: gpd.GeoDataFrame, place: Place) -> dict[str, tuple[Unit, ...]]:
    from geo.frontage import along
    from geo.vacancy import found_empty

    # Of what the first survey found empty nobody knows since when, only that it is over three years once it is.
    unseen, lasted = found_empty(surveyed), surveyed["duration"] == "structural"
    known = {"vacant_since": surveyed["vacant_since"].mask(unseen), "duration": surveyed["duration"].mask(unseen & ~lasted)}
    placed = pd.DataFrame(surveyed).assign(**known).join(along(surveyed, named, by="street", within="survey", core=place.core))
    placed = placed.sort_values(["survey", "street", "order", "premises_id"], na_position="last")
    placed = placed.rename(columns={"vacant_since": "since", "geometry": "point"})
    listed: dict[str, list[Unit]] = {}
    for values in zip(*(_told(placed[field.name]) for field in fields(Unit)), strict=True):
        unit = Unit(*values)
        listed.setdefault(unit.survey, []).append(unit)
    return {survey: tuple(units) for survey, units in listed.items()}


def _told(column: pd.Series) -> list[object]:
    """The values of a column as a record holds them: days as dates, None for what is missing."""
    values = column.dt.date if pd.api.types.is_datetime64_dtype(column) else column
    return values.astype(object).where(column.notna(), None).tolist()


def _figures(
    surveyed: gpd.GeoDataFrame, surveys: tuple[Survey, ...], outlines: Mapping[str, BaseGeometry | None]
) -> dict[str, tuple[OutlineFigure, ...]]:
    """Per survey what each outline holds of the same units: how much a figure moves with the line."""
    from geo.centres import compare

    if not surveys:
        return {}
    table = compare(surveyed, {name: outlines.get(name) for name in OUTLINES[1:]}, by="survey")
    hectares = {name: area_m2(shape) / 1e4 for name, shape in outlines.items() if shape is not None}
    found: dict[str, tuple[OutlineFigure, ...]] = {}
    for one in surveys:
        rows = table.xs(one.survey, level="survey")
        found[one.survey] = (
            OutlineFigure("alles", None, one.units, one.vacant),
            *(
                OutlineFigure(str(name), None, None, None)
                if np.isnan(row["units"])
                else OutlineFigure(
                    str(name), hectares[str(name)], int(row["units"]), int(row["vacant_units"])
                )
                for name, row in rows.iterrows()
            ),
        )
    return found


def _touching(sections: pd.Series, outline: BaseGeometry | None) -> Iterable[str]:
    return () if outline is None else sections.index[shapely.intersects(sections.to_numpy(), outline)]


def _within(listed: Mapping[str, tuple[Unit, ...]], outline: BaseGeometry | None) -> Iterable[str]:
    if outline is None:
        return ()
    shapely.prepare(outline)
    every = [unit for units in listed.values() for unit in units]
    inside = shapely.intersects(outline, np.array([unit.point for unit in every], dtype=object))
    return [unit.key for unit, within in zip(every, inside, strict=True) if within]


def _near(sections: pd.Series, initiatives: tuple[Initiative, ...]) -> set[str]:
    found = {key for row in initiatives for key in row.street_keys if key in sections.index}
    spots = [row.point for row in initiatives if row.point is not None and row.location_precision != "place"]
    if spots:
        away = shapely.distance(sections.to_numpy(), shapely.multipoints(spots))
        found |= set(sections.index[away <= NEAR_M])
    return found


def _tested(place_id: str, tests: pd.DataFrame | None) -> Tested | None:
    """The skill of the modelled footfall in this town, never in another; None where nobody counted."""
    own = () if tests is None else tests[tests["place_id"] == place_id].itertuples()
    for row in own:
        values = (row.rank_correlation, row.rank_correlation_low, row.rank_correlation_high)
        return Tested(*map(float, values), n=int(row.sections), blocks=int(row.blocks))
    return None


def _registered(units: pd.DataFrame) -> Registered | None:
    rows = units[units["source_id"].isin(REGISTERS)]
    if rows.empty:
        return None
    vacant = rows[(rows["source_id"] == "osm") & (rows["status"] == "vacant")]
    return Registered(rows.loc[rows["source_id"] == "bag", "premises_id"].nunique(), vacant["premises_id"].nunique())


def _fallen(streets: gpd.GeoDataFrame) -> Fallen | None:
    from geo import network

    scale = rd_per_metre_at(shapely.box(*streets.total_bounds))
    parts = network.parts(network.build(on_ground(streets, scale)))
    if parts.count <= 1:
        return None
    return Fallen(parts.count, parts.largest_share, sum(parts.lengths_m[1:]))
