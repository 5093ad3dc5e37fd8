"""The towns of a snapshot by street: read, grouped by name and measured once, at the first use."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry.base import BaseGeometry

from dashboard.facts.records import Initiative, RetailPlace, records, street_key, table_or_empty
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
from geo.crs import RD, area_m2


def towns(
    catalogue: Catalogue | Beyond, places: Iterable[RetailPlace], initiatives: Iterable[Initiative]
) -> Mapping[str, TownStreets]:
    """Every inner city of which the snapshot holds streets or a survey, by place."""
    if not (catalogue.has("streets") or catalogue.has("premises")):
        return MappingProxyType({})
    tables = TownTables(
        streets=_in_rd(table_or_empty(catalogue, "streets")),
        premises=_premises(catalogue),
        vacancy=_vacancy(catalogue),
        tests=table_or_empty(catalogue, "footfall_tests"),
    )
    outlines = catalogue.places().set_index("place_id").geometry
    by_place: dict[str, TownStreets] = {}
    for place in places:
        if place.role != "centre":
            continue
        rows = tables.of_place(place.place_id)
        if len(rows.streets) or not rows.premises["source_id"].isin(REGISTERS).all():
            nearby = tuple(row for row in initiatives if row.place_id == place.place_id)
            by_place[place.place_id] = _town(
                catalogue, place, rows, outlines[place.place_id], nearby
            )
    return MappingProxyType(by_place)


@dataclass(frozen=True, slots=True)
class TownTables:
    """The tables a town is made of."""

    streets: gpd.GeoDataFrame
    premises: gpd.GeoDataFrame
    vacancy: pd.DataFrame
    tests: pd.DataFrame

    def of_place(self, place_id: str) -> "TownTables":
        """The rows of one place."""
        every = (self.streets, self.premises, self.vacancy, self.tests)
        return TownTables(*(table[table["place_id"] == place_id] for table in every))


def _in_rd(rows: pd.DataFrame) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(rows, geometry="geometry", crs=RD)


def _vacancy(catalogue: Catalogue | Beyond) -> pd.DataFrame:
    """Vacancy per street; raises MissingTableError for a table by sections, as once published."""
    table = table_or_empty(catalogue, "street_vacancy")
    if "street" not in table.columns:
        raise MissingTableError(
            "the snapshot's table `street_vacancy` is of an earlier version of this program: "
            "publish it again with 'stadshart-etl run'"
        )
    return table


def _premises(catalogue: Catalogue | Beyond) -> gpd.GeoDataFrame:
    rows = _in_rd(table_or_empty(catalogue, "premises"))
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
