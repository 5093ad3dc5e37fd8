"""What the dashboard reads of a snapshot, one record a row."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from inspect import signature
from itertools import starmap
from typing import Literal, TypeVar

import pandas as pd
from shapely.geometry import Point

from dashboard.i18n.text import Lang
from data.catalogue import Catalogue
from data.export.sharing import Beyond
from data.schema.tables import DECLARED
from geo.names import search_key

Record = TypeVar("Record")

# Natures of figures that charts and headlines may show; targets and plans are not among them.
MEASURED = frozenset({"measured", "derived"})


@dataclass(frozen=True, slots=True)
class RetailPlace:
    """An inner city or a competing retail site; `core` is a point in RD."""

    place_id: str
    names: Mapping[Lang, str]
    role: str
    municipality_code: str | None
    profile: str | None
    core: Point
    core_basis: str


@dataclass(frozen=True, slots=True)
class Observation:
    """One published figure with everything needed to cite it."""

    observation_id: str
    place_id: str | None
    area_name: str
    indicator: str
    start: dt.date | None
    end: dt.date | None
    value: float | None
    value_low: float | None
    value_high: float | None
    value_text: str | None
    unit: str
    definition: str | None
    area_kind: str
    nature: str
    series: str | None
    source_id: str
    source_url: str | None
    source_date: str | None
    retrieved: dt.date
    licence: str
    confidence: str
    provisional: bool
    sharing: str
    note: str | None

    @property
    def year(self) -> int | None:
        """The last year the figure describes."""
        return None if self.end is None else self.end.year


@dataclass(frozen=True, slots=True)
class Initiative:
    """One initiative of the pilot; `point` in RD only where the street or square is known."""

    initiative_id: str
    name: str
    place_id: str
    streets: tuple[str, ...]
    kind: str
    kind_basis: str
    tranche: str
    tranche_basis: str
    status: str
    start: dt.date | None
    end: dt.date | None
    descriptions: Mapping[str, str | None]
    location_precision: str
    source_id: str
    source_url: str | None
    source_date: str | None
    retrieved: dt.date
    licence: str
    confidence: str
    note: str | None
    point: Point | None
    profile_fit: str | None

    @property
    def street_keys(self) -> tuple[str, ...]:
        """Link keys of its streets: `place/street`."""
        return tuple(street_key(self.place_id, street) for street in self.streets)


@dataclass(frozen=True, slots=True)
class Participation:
    """One actor's part in one initiative."""

    initiative_id: str
    actor: str
    actor_kind: str
    role: str
    basis: str
    actor_id: str
    facilitation: str | None


@dataclass(frozen=True, slots=True)
class StationYear:
    """Boardings per average workday at one station in one year."""

    stop_id: str
    year: int
    name: str
    boardings_per_workday: float | None
    note: str | None
    point: Point
    place_id: str | None

    @property
    def start(self) -> dt.date:
        """First day of the year."""
        return dt.date(self.year, 1, 1)

    @property
    def end(self) -> dt.date:
        """Last day of the year."""
        return dt.date(self.year, 12, 31)


@dataclass(frozen=True, slots=True)
class IndicatorLabel:
    """What a figure is about, in three languages."""

    indicator: str
    theme: str
    labels: Mapping[Lang, str]
    unit: str


def street_key(place_id: str, street: str) -> str:
    """The street in a link, with its place: Marktplein exists in three towns."""
    return f"{place_id}/{search_key(street).replace(' ', '-')}"


@dataclass(frozen=True, slots=True)
class CountStretch:
    """One unbroken stretch of counts of one counter of passers-by.

    `value` is the mean per counted hour, or per counted day where an interval is a day or longer;
    None where the counter failed throughout. `intervals` of `minutes` were counted on `days` days;
    `failed` more have no value. With `after_break`, earlier counts do not compare. `point` in RD.
    """

    counter_id: str
    place_id: str | None
    street: str | None
    begun: dt.datetime
    end: dt.date
    days: int
    minutes: int
    intervals: int
    failed: int
    value: float | None
    after_break: bool
    point: Point

    @property
    def start(self) -> dt.date:
        """The first day."""
        return self.begun.date()

    @property
    def per(self) -> Literal["hour", "day"]:
        """The unit of time of the mean."""
        return "day" if self.minutes >= 1440 else "hour"

    @property
    def street_key(self) -> str | None:
        """Link key of its street."""
        return (
            None
            if self.place_id is None or self.street is None
            else street_key(self.place_id, self.street)
        )


def table_or_empty(catalogue: Catalogue | Beyond, name: str) -> pd.DataFrame:
    """The table, or one without rows where the snapshot does not hold it."""
    return catalogue.table(name) if catalogue.has(name) else DECLARED[name].empty()


def records(
    frame: pd.DataFrame, record: Callable[..., Record], **values: Iterable[object]
) -> list[Record]:
    """One `record` a row: each field from `values`, else from the column of its name."""
    fields = signature(record).parameters
    columns = (values[name] if name in values else column_values(frame[name]) for name in fields)
    return list(starmap(record, zip(*columns, strict=True)))


def column_values(column: pd.Series) -> list[object]:
    """The values of a column as a record holds them: days as dates, None for what is missing."""
    values = (column.dt.date if column.dtype.kind == "M" else column).to_numpy(dtype=object)
    missing = column.isna().to_numpy()
    if missing.any():
        values = values.copy()
        values[missing] = None
    held: list[object] = values.tolist()
    return held
