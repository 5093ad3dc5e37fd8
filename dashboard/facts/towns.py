"""Every town of a snapshot by street: read, grouped by name and measured once, when the snapshot is
opened.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from dashboard.facts.records import Initiative, Place, street_key
from dashboard.facts.street_records import (
    OUTLINES,
    REGISTER,
    REGISTERS,
    Fallen,
    OutlineFigure,
    Reading,
    Registered,
    Street,
    Survey,
    Tested,
    Town,
    Unit,
    trade_key,
)
from data.errors import MissingTableError
from geo.crs import RD, area_m2, on_ground, rd_per_metre_at
from geo.names import search_key, usual_writings

if TYPE_CHECKING:
    from data.catalogue import Catalogue

# An initiative is near a street it names, or whose line lies this near to its spot.
NEAR_M = 100.0
_THIN_PX, _WIDEST_PX = 1.2, 6.0


def towns(
    catalogue: Catalogue, places: Iterable[Place], initiatives: Iterable[Initiative]
) -> Mapping[str, Town]:
    """Every inner city of which the snapshot holds streets or a survey, by place."""
    if not (catalogue.has("streets") or catalogue.has("premises")):
        return MappingProxyType({})
    tables = _Tables(
        streets=gpd.GeoDataFrame(_table(catalogue, "streets"), geometry="geometry", crs=RD),
        premises=_premises(catalogue),
        vacancy=_vacancy(catalogue),
        tests=_table(catalogue, "footfall_tests"),
    )
    outlines = catalogue.places().set_index("place_id").geometry
    found: dict[str, Town] = {}
    for place in places:
        if place.role != "centre":
            continue
        own = tables.of_place(place.place_id)
        if len(own.streets) or not own.premises["source_id"].isin(REGISTERS).all():
            near = tuple(row for row in initiatives if row.place_id == place.place_id)
            found[place.place_id] = _town(catalogue, place, own, outlines[place.place_id], near)
    return MappingProxyType(found)


@dataclass(frozen=True, slots=True)
class _Tables:
    """The tables a town is made of."""

    streets: gpd.GeoDataFrame
    premises: gpd.GeoDataFrame
    vacancy: pd.DataFrame
    tests: pd.DataFrame

    def of_place(self, place_id: str) -> _Tables:
        """Their rows of one place."""
        every = (self.streets, self.premises, self.vacancy, self.tests)
        return _Tables(*(table[table["place_id"] == place_id] for table in every))


def _table(catalogue: Catalogue, name: str) -> pd.DataFrame:
    """The table, without a row where the snapshot does not hold it."""
    from data.schema.tables import DECLARED

    return catalogue.table(name) if catalogue.has(name) else DECLARED[name].empty()


def _vacancy(catalogue: Catalogue) -> pd.DataFrame:
    """The vacancy per street; MissingTableError for one by sections, as once published."""
    table = _table(catalogue, "street_vacancy")
    if "street" not in table.columns:
        raise MissingTableError(
            "the snapshot's table `street_vacancy` is of an earlier version of this program: "
            "publish it again with 'stadshart-etl run'"
        )
    return table


def _premises(catalogue: Catalogue) -> gpd.GeoDataFrame:
    rows = gpd.GeoDataFrame(_table(catalogue, "premises"), geometry="geometry", crs=RD)
    if "street" not in rows.columns:
        # A version that an earlier program published: no source's own writing was kept.
        rows = rows.assign(street=pd.Series(None, index=rows.index, dtype="str"))
    return rows


def _town(
    catalogue: Catalogue,
    place: Place,
    tables: _Tables,
    outline: BaseGeometry,
    initiatives: tuple[Initiative, ...],
) -> Town:
    # Late: what measures brings scipy along, which a snapshot without streets need not load.
    from dashboard.facts import street_vacancy
    from geo.frontage import street_names

    streets = tables.streets
    named = _named(place.place_id, streets)
    names = street_names(tables.premises, streets)
    keys = names.map(lambda name: street_key(place.place_id, name), na_action="ignore").astype(
        "str"
    )
    units = tables.premises.assign(street=keys)
    surveyed = units[~units["source_id"].isin(REGISTERS)]
    surveys = _surveys(surveyed)
    shapes = _shapes(named)
    vacancy = tables.vacancy.assign(
        street=[street_key(place.place_id, name) for name in tables.vacancy["street"]]
    )
    per_street = street_vacancy.per_street(surveyed, vacancy, shapes["length_m"])
    found = _streets(place.place_id, shapes, dict(zip(keys, names, strict=True)), per_street)
    sharing = {record.source_id: record.sharing for record in catalogue.manifest.sources}
    hidden = any(sharing[source_id] == "aggregate" for source_id in surveyed["source_id"].unique())
    told = (
        surveyed
        if surveys
        else units.assign(survey=REGISTER).drop_duplicates("premises_id", keep="last")
    )
    listed = (
        {} if hidden else _units(gpd.GeoDataFrame(told, geometry="geometry", crs=RD), named, place)
    )
    outlines = street_vacancy.outlines(surveyed, surveys, place, outline)
    units_inside = {name: _within(listed, shape) for name, shape in outlines.items()}
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
            {
                name: _streets_inside(found, units_inside[name], shape)
                for name, shape in outlines.items()
            }
        ),
        units_inside=MappingProxyType(
            {name: frozenset(unit.key for unit in inside) for name, inside in units_inside.items()}
        ),
        tested=_tested(tables.tests),
        registered=_registered(units),
        fallen=_fallen(streets),
        near=frozenset(_near(found, initiatives)),
        trades=MappingProxyType(trades),
        source_ids=_source_ids(catalogue, streets, units),
        units_hidden=hidden,
    )


def _source_ids(
    catalogue: Catalogue, streets: pd.DataFrame, units: pd.DataFrame
) -> tuple[str, ...]:
    """The sources of the town's streets, if it has any, and of its units."""
    record = catalogue.manifest.table("streets") if len(streets) else None
    drawn = () if record is None else record.sources
    return tuple(dict.fromkeys([*drawn, *sorted(units["source_id"].unique())]))


def _named(place_id: str, streets: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The sections with a name and the link key of their street; writings of one name are one
    street.
    """
    usual = usual_writings(streets["name"], within=streets["place_id"])
    named = streets[streets["name"].notna()]
    searched = named["name"].map(search_key)
    named, searched = named[searched.ne("")], searched[searched.ne("")]
    names = searched.map(usual.droplevel("within"))
    return named.assign(street=names.map(lambda name: street_key(place_id, name)), usual=names)


def _shapes(named: gpd.GeoDataFrame) -> pd.DataFrame:
    """Per street its name, length, mean footfall, lines and their widths; a square is drawn as its
    rim.

    Only the order of the modelled footfall within a town means anything, so the width runs from its
    quietest to
    its busiest section.
    """
    named = named.sort_values("street", kind="stable")
    street, keys = pd.factorize(named["street"])
    proxy, length_m = (
        named[column].to_numpy(dtype=float) for column in ("footfall_proxy", "length_m")
    )
    known = ~np.isnan(proxy)
    low, high = (float(end(proxy[known])) if known.any() else np.nan for end in (np.min, np.max))
    busy = (proxy - low) / (high - low if high > low else 1.0)
    width = np.round(np.where(known, _THIN_PX + (_WIDEST_PX - _THIN_PX) * busy, _THIN_PX), 1)
    geometries = np.asarray(named.geometry.array, dtype=object)
    area = shapely.get_dimensions(geometries) == 2
    parts, section = shapely.get_parts(
        np.where(area, shapely.boundary(geometries), geometries), return_index=True
    )
    weight, total = (
        np.bincount(street[known], weights=each[known], minlength=len(keys))
        for each in (length_m, proxy * length_m)
    )
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


def _streets(
    place_id: str,
    shapes: pd.DataFrame,
    names: Mapping[str, str],
    per_street: Mapping[str, Mapping[str, Reading]],
) -> dict[str, Street]:
    """The streets by link key: those with lines, then those that a survey names and nobody drew."""
    found = {
        str(row.Index): Street(
            key=str(row.Index),
            name=str(row.name),
            place_id=place_id,
            sections=int(row.sections),
            length_m=float(row.length_m),
            footfall=None if pd.isna(row.footfall) else float(row.footfall),
            shape=row.shape,
            widths=row.widths,
            readings=MappingProxyType(per_street.get(str(row.Index), {})),
        )
        for row in shapes.itertuples()
    }
    for key in sorted(per_street.keys() - found.keys()):
        found[key] = Street(
            key=key,
            name=names[key],
            place_id=place_id,
            sections=0,
            length_m=None,
            footfall=None,
            shape=None,
            widths=(),
            readings=MappingProxyType(per_street[key]),
        )
    return found


def _surveys(surveyed: pd.DataFrame) -> tuple[Survey, ...]:
    from geo.vacancy import per_centre

    found = [
        Survey(
            survey=str(row.survey),
            day=row.surveyed.date(),
            source_id=str(row.source_id),
            units=int(row.units),
            vacant=int(row.vacant_units),
            unknown=int(row.unknown_units),
            rate=None if np.isnan(row.rate) else float(row.rate),
            low=None if np.isnan(row.low) else float(row.low),
            high=None if np.isnan(row.high) else float(row.high),
        )
        for row in per_centre(surveyed).itertuples()
    ]
    return tuple(sorted(found, key=lambda one: (one.day, one.survey)))


def _units(
    surveyed: gpd.GeoDataFrame, named: gpd.GeoDataFrame, place: Place
) -> dict[str, tuple[Unit, ...]]:
    from geo.frontage import along
    from geo.vacancy import vacant_at_first_survey

    # Of what the first survey found empty nobody knows since when, only that it is over three years
    # once it is.
    unseen, lasted = vacant_at_first_survey(surveyed), surveyed["duration"] == "structural"
    known = {
        "vacant_since": surveyed["vacant_since"].mask(unseen),
        "duration": surveyed["duration"].mask(unseen & ~lasted),
    }
    placed = (
        pd.DataFrame(surveyed)
        .assign(**known)
        .join(along(surveyed, named, by="street", within="survey", core=place.core))
    )
    # In the order of the street; where nobody drew it by number, so that 2 comes before 10.
    door = placed["address"].str.replace(r"\d+", lambda number: number[0].zfill(6), regex=True)
    by = ["survey", "street", "order", "door", "premises_id"]
    placed = placed.assign(door=door).sort_values(by, na_position="last")
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
    surveyed: gpd.GeoDataFrame,
    surveys: tuple[Survey, ...],
    outlines: Mapping[str, BaseGeometry | None],
) -> dict[str, tuple[OutlineFigure, ...]]:
    """Per survey what each outline holds of the same units: how much a figure moves
    with the line.
    """
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
                (
                    OutlineFigure(str(name), None, None, None)
                    if np.isnan(row["units"])
                    else OutlineFigure(
                        str(name), hectares[str(name)], int(row["units"]), int(row["vacant_units"])
                    )
                )
                for name, row in rows.iterrows()
            ),
        )
    return found


def _within(
    listed: Mapping[str, tuple[Unit, ...]], outline: BaseGeometry | None
) -> tuple[Unit, ...]:
    if outline is None:
        return ()
    shapely.prepare(outline)
    every = [unit for units in listed.values() for unit in units]
    inside = shapely.intersects(outline, np.array([unit.point for unit in every], dtype=object))
    return tuple(unit for unit, within in zip(every, inside, strict=True) if within)


def _streets_inside(
    streets: Mapping[str, Street], units: Iterable[Unit], outline: BaseGeometry | None
) -> frozenset[str]:
    """The streets that touch the outline; one that nobody drew lies where its units lie."""
    lying = {unit.street for unit in units}
    return frozenset(
        key
        for key, street in streets.items()
        if (
            key in lying
            if street.shape is None
            else outline is not None and street.shape.intersects(outline)
        )
    )


def _near(streets: Mapping[str, Street], initiatives: tuple[Initiative, ...]) -> set[str]:
    found = {key for row in initiatives for key in row.street_keys if key in streets}
    spots = [
        row.point
        for row in initiatives
        if row.point is not None and row.location_precision != "place"
    ]
    drawn = {key: street.shape for key, street in streets.items() if street.shape is not None}
    if spots and drawn:
        away = shapely.distance(
            np.array([*drawn.values()], dtype=object), shapely.multipoints(spots)
        )
        found |= {key for key, metres in zip(drawn, away, strict=True) if metres <= NEAR_M}
    return found


def _tested(tests: pd.DataFrame) -> Tested | None:
    """The skill of the modelled footfall in the town of these rows; None where nobody counted."""
    for row in tests.itertuples():
        values = (row.rank_correlation, row.rank_correlation_low, row.rank_correlation_high)
        return Tested(*map(float, values), n=int(row.sections), blocks=int(row.blocks))
    return None


def _registered(units: pd.DataFrame) -> Registered | None:
    rows = units[units["source_id"].isin(REGISTERS)]
    if rows.empty:
        return None
    vacant = rows[(rows["source_id"] == "osm") & (rows["status"] == "vacant")]
    return Registered(
        rows.loc[rows["source_id"] == "bag", "premises_id"].nunique(),
        vacant["premises_id"].nunique(),
    )


def _fallen(streets: gpd.GeoDataFrame) -> Fallen | None:
    from geo import network

    if streets.empty:
        return None
    scale = rd_per_metre_at(shapely.box(*streets.total_bounds))
    parts = network.parts(network.build(on_ground(streets, scale)))
    if parts.count <= 1:
        return None
    return Fallen(parts.count, parts.largest_share, sum(parts.lengths_m[1:]))
