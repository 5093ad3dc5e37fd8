"""Vitality of the inner cities: values per indicator, changes within a series, and gaps."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal

import pandas as pd

from dashboard.facts.records import MEASURED, Observation, RetailPlace
from dashboard.facts.snapshot import Facts
from data.catalogue import ALL_ROWS
from data.schema.rules import NO_DEFINITION
from geo import indicators
from geo.ageing import ageing_error
from geo.indicator import Indicator, changes, comparable, newest

Turn = Literal["up", "down", "same"]
Side = Literal["strong", "weak", "between"]
# With fewer others to compare with, strong or weak is chance.
MIN_OTHERS = 2
OWN_PROFILE = "inner_city_profile"
_AMONG_INDICATORS = ("travellers", "population")


@dataclass(frozen=True, slots=True)
class IndicatorValue:
    """The newest value of an indicator in a place; `beside` where it compares with other places."""

    value: float
    year: int
    row_id: str
    beside: bool
    rounding_error: float = 0.0


@dataclass(frozen=True, slots=True)
class IndicatorChange:
    """Change of an indicator in one place; `first` is None where the indicator is a change."""

    indicator: Indicator
    first: float | None
    first_year: int
    last: float
    last_year: int
    turn: Turn


@dataclass(frozen=True, slots=True)
class IndicatorComparison:
    """One indicator of a place beside the lowest and highest of the comparable `others`.

    `yes` counts the others with value 1, for indicators that are yes or no.
    """

    indicator: Indicator
    value: float
    year: int
    lowest: float
    highest: float
    others: int
    side: Side
    yes: int = 0


@dataclass(frozen=True, slots=True)
class Gap:
    """An indicator that is not known for all places: for which, and which tables nobody filled."""

    indicator: Indicator
    places: tuple[str, ...]
    tables: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Vitality:
    """Everything in the snapshot about the vitality of its inner cities.

    `table` holds places x indicators, comparable values only; `errors` their standard errors: what
    the rounding of the source and the age of the figure leave open, age counted from the newest
    figure of the table.
    """

    places: tuple[str, ...]
    indicators: Mapping[str, Indicator]
    readings: Mapping[tuple[str, str], IndicatorValue]
    changes: Mapping[str, tuple[IndicatorChange, ...]]
    gaps: tuple[Gap, ...]
    table: pd.DataFrame
    errors: pd.DataFrame

    @property
    def groups(self) -> dict[str, str]:
        """Group per indicator."""
        return {name: indicator.group for name, indicator in self.indicators.items()}

    @property
    def weighable(self) -> tuple[str, ...]:
        """The indicators that an index rests on: those that do not merely grow with size."""
        return tuple(name for name, row in self.indicators.items() if not row.of_size)

    def known(self, indicator: str) -> int:
        """In how many places the indicator is known."""
        return sum((place, indicator) in self.readings for place in self.places)


def measured(facts: Facts) -> Vitality:
    """The readings of every indicator for every inner city of the snapshot."""
    places = tuple(place.place_id for place in facts.centres)
    declared = {name: module.INDICATOR for name, module in indicators.declared_measures().items()}
    readings: dict[tuple[str, str], IndicatorValue] = {}
    moved: dict[str, list[IndicatorChange]] = {place: [] for place in places}
    gaps: list[Gap] = []
    beside: dict[str, pd.Series] = {}
    names = {need for row in declared.values() for need in (*row.needs, *row.also)}
    tables = {name: table for name in names if (table := shared_table(facts, name)) is not None}
    for name, module in indicators.declared_measures().items():
        wanted = (*declared[name].needs, *declared[name].also)
        given = {need: tables[need] for need in wanted if need in tables}
        lacking = tuple(need for need in declared[name].needs if need not in given)
        values = module.compute(given) if not lacking else None
        if values is not None:
            values = values[values["place_id"].isin(places)]
            beside[name] = comparable(values)
            for place, row in newest(values).iterrows():
                readings[str(place), name] = IndicatorValue(
                    float(row["value"]),
                    int(row["year"]),
                    str(row["row_id"]),
                    place in beside[name].index,
                    float(row["rounding_error"]),
                )
            for place, change in _changes(declared[name], values):
                moved[place].append(change)
        unknown = tuple(
            place for place in places if values is None or place not in beside[name].index
        )
        if unknown:
            gaps.append(Gap(declared[name], unknown, lacking))
    table = pd.DataFrame(
        {
            name: beside[name].reindex(list(places)) if name in beside else float("nan")
            for name in declared
        },
        index=list(places),
        dtype="float64",
    )
    return Vitality(
        places=places,
        indicators=MappingProxyType(declared),
        readings=MappingProxyType(readings),
        changes=MappingProxyType({place: tuple(changes) for place, changes in moved.items()}),
        gaps=tuple(gaps),
        table=table,
        errors=_standard_errors(table, readings),
    )


def about_centre(vital: Vitality) -> Vitality:
    """The same with the indicators about the centre itself only."""
    names = [name for name, row in vital.indicators.items() if row.scope == "centre"]
    return replace(
        vital,
        indicators=MappingProxyType({name: vital.indicators[name] for name in names}),
        gaps=tuple(gap for gap in vital.gaps if gap.indicator.id in names),
        table=vital.table[names],
        errors=vital.errors[names],
    )


def compare_with_others(vital: Vitality, place_id: str) -> tuple[IndicatorComparison, ...]:
    """Indicators on which the place is strong, weak or in between, by the figures as written.

    Only comparable figures that are known for two others at least and do not grow with the size of
    a place. A value equal to the lowest or highest of the others is in between.
    """
    rows = []
    for name, indicator in vital.indicators.items():
        figures = vital.table[name].to_numpy().round(indicator.decimals).tolist()
        known = {
            place: figure
            for place, figure in zip(vital.table.index, figures, strict=True)
            if not math.isnan(figure)
        }
        if indicator.of_size or place_id not in known or len(known) <= MIN_OTHERS:
            continue
        value, others = known.pop(place_id), known.values()
        lowest, highest = min(others), max(others)
        side: Side = "between"
        if not lowest <= value <= highest:
            side = "strong" if (value > highest) == (indicator.better == "higher") else "weak"
        year = vital.readings[place_id, name].year
        rows.append(
            IndicatorComparison(
                indicator,
                value,
                year,
                lowest,
                highest,
                len(others),
                side,
                sum(figure == 1.0 for figure in others),
            )
        )
    return tuple(rows)


def own_profile(facts: Facts, place: RetailPlace) -> Observation | None:
    """The profile the city set for itself, with its source; None where unknown."""
    return next(
        (
            row
            for row in facts.observations
            if (row.place_id, row.indicator) == (place.place_id, OWN_PROFILE)
        ),
        None,
    )


def published_pairs(
    facts: Facts, place: RetailPlace
) -> tuple[tuple[Observation, Observation], ...]:
    """First and last year of each series that a source itself publishes of a place.

    Newest first. Boardings and residents are among the indicators, with a year to compare with.
    """
    series: dict[tuple[str, str], list[Observation]] = {}
    for row in facts.observations:
        theme = facts.indicators[row.indicator].theme
        measured = row.nature in MEASURED and row.year is not None and row.value is not None
        about = row.place_id == place.place_id and theme not in _AMONG_INDICATORS
        if about and measured and row.series:
            series.setdefault((row.series, row.area_name), []).append(row)
    pairs = [
        (min(rows, key=lambda row: row.year or 0), max(rows, key=lambda row: row.year or 0))
        for rows in series.values()
    ]
    pairs = [(first, last) for first, last in pairs if first.year != last.year]
    return tuple(sorted(pairs, key=lambda pair: (-(pair[1].year or 0), pair[1].observation_id)))


def goals(facts: Facts, place: RetailPlace) -> tuple[Observation, ...]:
    """The goals of a place that are numbers or ranges."""
    return tuple(
        row
        for row in facts.observations
        if row.place_id == place.place_id
        and row.nature == "target"
        and (row.value is not None or row.value_low is not None)
    )


def related(facts: Facts, place: RetailPlace) -> tuple[Observation, ...]:
    """Ambitions and descriptions of the inner city's character, without its own profile."""
    return tuple(
        row
        for row in facts.observations
        if row.place_id == place.place_id
        and facts.indicators[row.indicator].theme == "profile"
        and row.indicator != OWN_PROFILE
    )


def character(facts: Facts, place: RetailPlace) -> tuple[Observation, ...]:
    """Everything about the character of the inner city, its own profile first."""
    profile = own_profile(facts, place)
    return (*(() if profile is None else (profile,)), *related(facts, place))


def cited(facts: Facts, place: RetailPlace) -> tuple[Observation, ...]:
    """The figures of a place's page that are not among the measures."""
    pairs = (row for pair in published_pairs(facts, place) for row in pair)
    return (*character(facts, place), *pairs, *goals(facts, place))


def shared_table(facts: Facts, name: str) -> pd.DataFrame | None:
    """The rows of a table that may be shown; None where the snapshot holds no such table.

    Internal rows are left out when readers elsewhere are served.
    """
    if not facts.catalogue.has(name):
        return None
    # Registers hold the permitted use of units: no indicator is measured on them.
    where = {"place_id": facts.towns.surveyed} if name == "premises" else ALL_ROWS
    table = facts.catalogue.table(name, where=where)
    if "definition" in table.columns:
        # A missing definition is no definition to compare by.
        known = table["definition"].mask(table["definition"] == NO_DEFINITION)
        table = table.assign(definition=known)
    if not facts.beyond:
        return table
    hidden = {record.source_id for record in facts.manifest.sources if record.sharing == "internal"}
    if "sharing" in table.columns:
        return table[table["sharing"] != "internal"]
    if "source_id" in table.columns:
        return table[~table["source_id"].isin(hidden)]
    record = facts.manifest.table(name)
    return None if record is None or hidden & set(record.sources) else table


def _standard_errors(
    table: pd.DataFrame, readings: Mapping[tuple[str, str], IndicatorValue]
) -> pd.DataFrame:
    """Rounding and age together, as independent errors, of every value of the table."""
    known = {cell: reading for cell, reading in readings.items() if reading.beside}
    newest_year = max((reading.year for reading in known.values()), default=0)
    errors: dict[str, dict[str, float]] = {name: {} for name in table.columns}
    for (place, name), reading in known.items():
        aged = ageing_error(reading.value, newest_year - reading.year)
        errors[name][place] = math.hypot(reading.rounding_error, aged)
    return pd.DataFrame(errors, index=table.index, columns=table.columns, dtype="float64")


def _changes(indicator: Indicator, values: pd.DataFrame) -> list[tuple[str, IndicatorChange]]:
    """The change in each place; an indicator that is a change itself has no first value."""
    if indicator.is_change:
        rows = newest(values).rename(columns={"value": "last", "year": "last_year"})
        first_year = rows["last_year"] - indicator.change_years
        rows = rows.assign(first=None, first_year=first_year, difference=rows["last"])
    else:
        rows = changes(values)
        rows = rows.assign(difference=rows["last"] - rows["first"])
    return [
        (
            str(place),
            IndicatorChange(
                indicator,
                None if row["first"] is None else float(row["first"]),
                int(row["first_year"]),
                float(row["last"]),
                int(row["last_year"]),
                _turn(indicator, row["difference"]),
            ),
        )
        for place, row in rows.iterrows()
    ]


def _turn(indicator: Indicator, difference: float) -> Turn:
    """The direction of a difference after rounding to the decimals shown."""
    rounded = round(difference, indicator.decimals)
    if rounded == 0:
        return "same"
    return "up" if rounded > 0 else "down"
