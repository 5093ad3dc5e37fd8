"""The towns of a snapshot by street: each read, grouped by name and measured when it is used."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry.base import BaseGeometry

from dashboard.facts.records import Initiative, RetailPlace, records, street_key
from dashboard.facts.street_lines import (
    build_streets,
    components,
    keys_inside,
    keys_near,
    named_sections,
    street_lines,
)
from dashboard.facts.street_records import (
    OUTLINES,
    REGISTER,
    REGISTERS,
    FootfallSkill,
    OutlineFigure,
    TownStreets,
    TownSurvey,
    trade_key,
)
from dashboard.facts.units import register_counts, units_by_survey, units_inside
from data.catalogue import Catalogue
from data.errors import MissingTableError
from data.export.sharing import Beyond
from data.schema.tables import DECLARED
from geo.crs import RD, area_m2

MOST_HELD = 24
"""Towns that stay in memory; a region of more is a country, where they are listed one by one."""


@dataclass(frozen=True, slots=True)
class SurveyDay:
    """One survey of a town; `day` is its last day."""

    place_id: str
    survey: str
    source_id: str
    day: dt.date


class Towns(Mapping[str, TownStreets]):
    """Every inner city of which the snapshot holds streets or a survey, by place.

    A town is read and measured when it is asked for; the `MOST_HELD` asked for last stay in memory.
    What is known of all towns at once rests on a few columns.
    """

    def __init__(
        self,
        catalogue: Catalogue | Beyond,
        places: Iterable[RetailPlace],
        initiatives: Sequence[Initiative],
    ) -> None:
        _require_by_street(catalogue)
        self._catalogue, self._initiatives = catalogue, initiatives
        units = _columns(catalogue, "premises", "place_id", "source_id", "survey", "surveyed")
        self._surveyed = units[~units["source_id"].isin(REGISTERS)]
        drawn = _columns(catalogue, "streets", "place_id")
        known = {*drawn["place_id"].unique(), *self._surveyed["place_id"].unique()}
        self._places = {
            place.place_id: place
            for place in places
            if place.role == "centre" and place.place_id in known
        }
        self._town = lru_cache(maxsize=MOST_HELD)(self._read)

    def __getitem__(self, place_id: str) -> TownStreets:
        return self._town(place_id)

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, place_id: object) -> bool:
        return place_id in self._places

    @cached_property
    def surveyed(self) -> frozenset[str]:
        """The places with units of another source than registers."""
        return frozenset(map(str, self._surveyed["place_id"].unique()))

    @cached_property
    def surveys(self) -> tuple[SurveyDay, ...]:
        """Every survey, by place and day."""
        rows = self._surveyed[self._surveyed["place_id"].isin(self._places)]
        days = rows.groupby(["place_id", "survey"], observed=True).agg(
            source_id=("source_id", "first"), day=("surveyed", "max")
        )
        return tuple(
            sorted(
                records(days.reset_index(), SurveyDay),
                key=lambda survey: (survey.place_id, survey.day, survey.survey),
            )
        )

    @cached_property
    def trades(self) -> tuple[str, ...]:
        """Every branch of trade that was surveyed, as it stands in a link."""
        if self._surveyed.empty:
            return ()
        units = _columns(self._catalogue, "premises", "place_id", "source_id", "branch")
        seen = units["place_id"].isin(self._places) & ~units["source_id"].isin(REGISTERS)
        return tuple(sorted({trade_key(name) for name in units.loc[seen, "branch"].dropna()}))

    @cached_property
    def _outlines(self) -> gpd.GeoSeries:
        return self._catalogue.places().set_index("place_id").geometry

    def _read(self, place_id: str) -> TownStreets:
        place = self._places[place_id]
        rows = TownTables(
            streets=_in_rd(_table(self._catalogue, "streets", place_id)),
            premises=_premises(self._catalogue, place_id),
            vacancy=_table(self._catalogue, "street_vacancy", place_id),
            tests=_table(self._catalogue, "footfall_tests", place_id),
        )
        nearby = tuple(row for row in self._initiatives if row.place_id == place_id)
        return _town(self._catalogue, place, rows, self._outlines[place_id], nearby)


@dataclass(frozen=True, slots=True)
class TownTables:
    """The rows of the tables that one town is made of."""

    streets: gpd.GeoDataFrame
    premises: gpd.GeoDataFrame
    vacancy: pd.DataFrame
    tests: pd.DataFrame


def _columns(catalogue: Catalogue | Beyond, name: str, *columns: str) -> pd.DataFrame:
    """Some columns of a table, without rows where the snapshot lacks it; each row of them once."""
    if not catalogue.has(name):
        return DECLARED[name].empty()[list(columns)]
    return catalogue.columns(name, columns).drop_duplicates(ignore_index=True)


def _table(catalogue: Catalogue | Beyond, name: str, place_id: str) -> pd.DataFrame:
    """The rows of a town, none where the snapshot lacks the table."""
    if not catalogue.has(name):
        return DECLARED[name].empty()
    return catalogue.table(name, where={"place_id": (place_id,)})


def _in_rd(rows: pd.DataFrame) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(rows, geometry="geometry", crs=RD)


def _require_by_street(catalogue: Catalogue | Beyond) -> None:
    """Raise MissingTableError for vacancy by sections of streets, as once published."""
    record = catalogue.manifest.table("street_vacancy")
    if record is not None and all(column.name != "street" for column in record.columns):
        raise MissingTableError(
            "the snapshot's table `street_vacancy` is of an earlier version of this program: "
            "publish it again with 'stadshart-etl run'"
        )


def _premises(catalogue: Catalogue | Beyond, place_id: str) -> gpd.GeoDataFrame:
    rows = _in_rd(_table(catalogue, "premises", place_id))
    if "street" not in rows.columns:
        # Earlier versions of this program did not publish the street as the source writes it.
        rows = rows.assign(street=pd.Series(None, index=rows.index, dtype="str"))
    return rows


def _town(
    catalogue: Catalogue | Beyond,
    place: RetailPlace,
    tables: TownTables,
    outline: BaseGeometry,
    initiatives: tuple[Initiative, ...],
) -> TownStreets:
    # Imported late: these load scipy, which a snapshot without streets does not need.
    from dashboard.facts import street_vacancy
    from geo.frontage import street_names

    place_id = place.place_id
    sections = named_sections(place_id, tables.streets)
    names = street_names(tables.premises, tables.streets)
    keys = names.map(lambda name: street_key(place_id, name), na_action="ignore").astype("str")
    units = tables.premises.assign(street=keys)
    surveyed = units[~units["source_id"].isin(REGISTERS)]
    surveys = _surveys(surveyed)
    lines = street_lines(sections)
    vacancy = tables.vacancy.assign(
        street=[street_key(place_id, name) for name in tables.vacancy["street"]]
    )
    readings = street_vacancy.per_street(surveyed, vacancy, lines["length_m"])
    streets = build_streets(place_id, lines, dict(zip(keys, names, strict=True)), readings)
    sharing = {record.source_id: record.sharing for record in catalogue.manifest.sources}
    hidden = any(sharing[source_id] == "aggregate" for source_id in surveyed["source_id"].unique())
    listed = (
        {}
        if hidden
        else units_by_survey(_in_rd(_surveyed_or_registered(units, surveyed)), sections, place)
    )
    outlines = street_vacancy.outlines(surveyed, surveys, place, outline)
    inside = {name: units_inside(listed, shape) for name, shape in outlines.items()}
    streets_inside = {
        name: keys_inside(streets, inside[name], shape) for name, shape in outlines.items()
    }
    unit_keys = {name: frozenset(unit.key for unit in rows) for name, rows in inside.items()}
    trades = {trade_key(branch): branch for branch in sorted(surveyed["branch"].dropna().unique())}
    return TownStreets(
        place_id=place_id,
        streets=MappingProxyType(streets),
        unnamed_sections=int(tables.streets["name"].isna().sum()),
        surveys=surveys,
        units=MappingProxyType(listed),
        outlines=MappingProxyType(outlines),
        figures=MappingProxyType(_figures(surveyed, surveys, outlines)),
        streets_inside=MappingProxyType(streets_inside),
        units_inside=MappingProxyType(unit_keys),
        footfall_skill=_footfall_skill(tables.tests),
        register_counts=register_counts(units),
        components=components(tables.streets),
        near=frozenset(keys_near(streets, initiatives)),
        trades=MappingProxyType(trades),
        source_ids=_source_ids(catalogue, tables.streets, units),
        units_hidden=hidden,
    )


def _surveyed_or_registered(units: pd.DataFrame, surveyed: pd.DataFrame) -> pd.DataFrame:
    """The surveyed units, or those of the registers where no survey was read."""
    if surveyed["survey"].notna().any():
        return surveyed
    return units.assign(survey=REGISTER).drop_duplicates("premises_id", keep="last")


def _source_ids(
    catalogue: Catalogue | Beyond, streets: pd.DataFrame, units: pd.DataFrame
) -> tuple[str, ...]:
    """The sources of the town's streets, if it has any, and of its units."""
    record = catalogue.manifest.table("streets") if len(streets) else None
    drawn = () if record is None else record.sources
    return tuple(dict.fromkeys([*drawn, *sorted(units["source_id"].unique())]))


def _surveys(surveyed: pd.DataFrame) -> tuple[TownSurvey, ...]:
    from geo.vacancy import per_centre

    counted = per_centre(surveyed).rename(
        columns={"surveyed": "day", "vacant_units": "vacant", "unknown_units": "unknown"}
    )
    return tuple(
        sorted(records(counted, TownSurvey), key=lambda survey: (survey.day, survey.survey))
    )


def _figures(
    surveyed: gpd.GeoDataFrame,
    surveys: tuple[TownSurvey, ...],
    outlines: Mapping[str, BaseGeometry | None],
) -> dict[str, tuple[OutlineFigure, ...]]:
    """Per survey what each outline holds of the same units: a figure moves with the line."""
    from geo.centres import compare

    if not surveys:
        return {}
    table = compare(surveyed, {name: outlines.get(name) for name in OUTLINES[1:]}, by="survey")
    hectares = {name: area_m2(shape) / 1e4 for name, shape in outlines.items() if shape is not None}
    return {
        survey.survey: (
            OutlineFigure("alles", None, survey.units, survey.vacant),
            *(
                OutlineFigure(str(name), None, None, None)
                if np.isnan(row["units"])
                else OutlineFigure(
                    str(name), hectares[str(name)], int(row["units"]), int(row["vacant_units"])
                )
                for name, row in table.xs(survey.survey, level="survey").iterrows()
            ),
        )
        for survey in surveys
    }


def _footfall_skill(tests: pd.DataFrame) -> FootfallSkill | None:
    """The skill of the modelled footfall, from a town's test; None where nobody counted."""
    tests = tests.rename(
        columns={
            "rank_correlation": "spearman",
            "rank_correlation_low": "low",
            "rank_correlation_high": "high",
            "sections": "n",
        }
    )
    return next(iter(records(tests, FootfallSkill)), None)
