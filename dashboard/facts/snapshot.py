"""The opened snapshot as records: small, read-only, for every view, export and picture."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from copy import copy
from functools import cached_property
from types import MappingProxyType
from typing import TypeVar, cast

import pandas as pd
from shapely.geometry import Point

from dashboard.facts.counters import counted
from dashboard.facts.records import (
    CountStretch,
    IndicatorLabel,
    Initiative,
    Observation,
    Participation,
    RetailPlace,
    StationYear,
    column_values,
    records,
    street_key,
    table_or_empty,
)
from dashboard.facts.street_records import TownStreets
from dashboard.facts.towns import MOST_HELD, Towns
from dashboard.i18n.text import LANGUAGES, Lang
from data.catalogue import Box, Catalogue
from data.errors import MissingTableError
from data.export.sharing import Beyond
from data.manifest import Manifest, SourceRecord
from data.schema.rules import NO_DEFINITION, is_example
from geo.crs import REACH_M, distance_m, rd_per_metre_at

OLD_YEARS = 5


def _translations(frame: pd.DataFrame, column: str) -> list[Mapping[Lang, str]]:
    """The text of each row by language, from `column_nl`, `column_en` and `column_de`."""
    rows = zip(*(frame[f"{column}_{lang}"].astype(str) for lang in LANGUAGES), strict=True)
    return [MappingProxyType(dict(zip(LANGUAGES, row, strict=True))) for row in rows]


def _with_earlier_columns(frame: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """The table with `columns` as missing values where a version published earlier lacks them."""
    return frame.assign(**{name: None for name in columns if name not in frame.columns})


_Key = TypeVar("_Key")
_Made = TypeVar("_Made")


def _grouped(
    rows: Iterable[Observation], key: Callable[[Observation], _Key]
) -> Mapping[_Key, tuple[Observation, ...]]:
    groups: dict[_Key, list[Observation]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return MappingProxyType({name: tuple(group) for name, group in groups.items()})


class Facts:
    """All records of one version of the snapshot."""

    # Not among the records, which `around` shares.
    __slots__ = ("__dict__", "focus")

    def __init__(self, catalogue: Catalogue, *, beyond: bool = True) -> None:
        # Whether readers elsewhere are served: then nothing internal may be shown.
        self.beyond = beyond
        self.opened = catalogue
        self.catalogue = Beyond(catalogue) if beyond else catalogue
        self.version: str = catalogue.version
        self.focus = ""

    @cached_property
    def shareable(self) -> "Facts":
        """The records that readers beyond this computer may see."""
        return self if self.beyond else Facts(self.opened)

    @cached_property
    def manifest(self) -> Manifest:
        """Tables and sources that may be shown."""
        return self.catalogue.manifest

    @cached_property
    def places(self) -> Mapping[str, RetailPlace]:
        """Every place by its id: centres first, then the edge, then abroad, each by name."""
        order = {"centre": 0, "periphery": 1, "abroad": 2}
        frame = self.catalogue.places()
        places = records(frame, RetailPlace, names=_translations(frame, "name"))
        places.sort(key=lambda place: (order[place.role], place.names["nl"]))
        return MappingProxyType({place.place_id: place for place in places})

    @cached_property
    def centres(self) -> tuple[RetailPlace, ...]:
        """The inner cities."""
        return tuple(place for place in self.places.values() if place.role == "centre")

    @cached_property
    def observations(self) -> tuple[Observation, ...]:
        """Every figure that may be shown, newest first; internal ones on this computer only."""
        frame = self._table("observations").rename(
            columns={"period_start": "start", "period_end": "end"}
        )
        defined = frame["definition"].mask(frame["definition"] == NO_DEFINITION)
        # A source that names no other area is about the place.
        names = {place.place_id: place.names["nl"] for place in self.places.values()}
        areas = frame["area_name"].fillna(frame["place_id"].map(names))
        rows = records(frame.assign(definition=defined, area_name=areas), Observation)
        rows.sort(key=lambda row: row.observation_id)
        rows.sort(key=lambda row: row.end or dt.date.min, reverse=True)
        return tuple(rows)

    @cached_property
    def by_place(self) -> Mapping[str | None, tuple[Observation, ...]]:
        """The figures of each place in their order; under None those of provinces and countries."""
        return _grouped(self.observations, lambda row: row.place_id)

    @cached_property
    def by_indicator(self) -> Mapping[str, tuple[Observation, ...]]:
        """The figures of each indicator in their order."""
        return _grouped(self.observations, lambda row: row.indicator)

    @cached_property
    def positions(self) -> dict[str, int]:
        """Where each figure stands in `observations`, by its id."""
        return {row.observation_id: at for at, row in enumerate(self.observations)}

    @cached_property
    def _derived(self) -> dict[Callable[["Facts"], object], object]:
        return {}

    def derived(self, make: Callable[["Facts"], _Made]) -> _Made:
        """What a function of a module makes of the records, made once; it reads no focus."""
        if make not in self._derived:
            self._derived[make] = make(self)
        return cast(_Made, self._derived[make])

    @cached_property
    def initiatives(self) -> tuple[Initiative, ...]:
        """The documented initiatives, by place and name."""
        frame = _with_earlier_columns(self._table("initiatives"), "tranche_basis", "profile_fit")
        frame = frame.fillna({"tranche_basis": "published", "status": "unknown"}).rename(
            columns={"type": "kind", "type_basis": "kind_basis", "geometry": "point"}
        )
        texts = zip(
            *(column_values(frame[f"description_{lang}"]) for lang in ("nl", "en")), strict=True
        )
        rows = records(
            frame,
            Initiative,
            streets=map(tuple, frame["streets"]),
            descriptions=(MappingProxyType({"nl": nl, "en": en}) for nl, en in texts),
        )
        rows.sort(key=lambda row: (row.place_id, row.name))
        return tuple(rows)

    @cached_property
    def actors(self) -> Mapping[str, str]:
        """Names of the actors by id, in order of name: organisations, and persons by role only."""
        actors = self._table("actors")
        rows = zip(actors["actor_id"].astype(str), actors["name"].astype(str), strict=True)
        return MappingProxyType(dict(sorted(rows, key=lambda row: row[1].casefold())))

    @cached_property
    def participations(self) -> Mapping[str, tuple[Participation, ...]]:
        """Who took which part, by initiative."""
        frame = _with_earlier_columns(self._table("participations"), "basis", "facilitation")
        actors = self._table("actors").set_index("actor_id")
        frame = frame.fillna({"basis": "published"}).assign(
            actor=frame["actor_id"].map(actors["name"]),
            actor_kind=frame["actor_id"].map(actors["kind"]),
        )
        parts: dict[str, list[Participation]] = {}
        for part in records(frame, Participation):
            parts.setdefault(part.initiative_id, []).append(part)
        return MappingProxyType({key: tuple(value) for key, value in parts.items()})

    def _table(self, name: str) -> pd.DataFrame:
        """The table, without rows where the snapshot lacks it."""
        return pd.DataFrame(table_or_empty(self.catalogue, name))

    def _table_sources(self, name: str) -> tuple[str, ...]:
        """The sources of a table; raises MissingTableError where the snapshot names none."""
        record = self.manifest.table(name)
        if record is None or not record.sources:
            raise MissingTableError(
                f"the snapshot names no source for its table `{name}`: publish it again"
            )
        return record.sources

    @cached_property
    def stations(self) -> tuple[StationYear, ...]:
        """Stations by name and year."""
        stops = self._table("stops").rename(columns={"geometry": "point"})
        stops = stops[stops["kind"] == "train_station"]
        rows = records(stops, StationYear, place_id=map(self._place_around, stops["point"]))
        rows.sort(key=lambda row: (row.name, row.year))
        return tuple(rows)

    @cached_property
    def boardings_figures(self) -> Mapping[tuple[str, int | None], Observation]:
        """The published figures that the stations show, by station and year."""
        rows = self.by_indicator.get("boardings_per_workday", ())
        return {(row.area_name, row.year): row for row in rows}

    def _place_around(self, point: Point) -> str | None:
        """The centre whose reach holds `point`; joined by distance, since town names repeat."""
        near = min(self.centres, key=lambda place: place.core.distance(point))
        return near.place_id if distance_m(near.core, point) <= REACH_M else None

    @cached_property
    def counters(self) -> tuple[CountStretch, ...]:
        """Counts of passers-by, by counter and time; internal counts on this computer only."""
        return counted(self.catalogue, self._place_around)

    @property
    def counter_source_ids(self) -> tuple[str, ...]:
        """The sources of the counts."""
        return self._table_sources("counts")

    @cached_property
    def indicators(self) -> Mapping[str, IndicatorLabel]:
        """What each figure is about."""
        frame = self._table("indicators")
        rows = records(frame, IndicatorLabel, labels=_translations(frame, "label"))
        return MappingProxyType({row.indicator: row for row in rows})

    @cached_property
    def _dictionary(self) -> Mapping[tuple[str, str], str]:
        """Texts of the data in English and German, by Dutch text and language."""
        frame = self._table("translations")
        return {
            (dutch, lang): translation
            for lang in ("en", "de")
            for dutch, translation in zip(frame["text_nl"], frame[f"text_{lang}"], strict=True)
        }

    def translate(self, text: str, lang: Lang) -> str:
        """A text of the data in `lang`; without a translation, as the source wrote it."""
        return text if lang == "nl" else self._dictionary.get((text, lang), text)

    def publisher(self, source_id: str, lang: Lang) -> str:
        """The publisher of a source, translated where a translation exists."""
        return self.translate(self.source(source_id).publisher, lang)

    @cached_property
    def station_source_id(self) -> str:
        """The source of the boardings."""
        return self._table_sources("stops")[0]

    @cached_property
    def place_source_ids(self) -> tuple[str, ...]:
        """The sources of the places' positions."""
        return self._table_sources("places")

    @cached_property
    def streets(self) -> Mapping[str, tuple[str, str]]:
        """Every street an initiative names: link key to (place_id, street)."""
        streets = {
            street_key(row.place_id, street): (row.place_id, street)
            for row in self.initiatives
            for street in row.streets
        }
        return MappingProxyType(dict(sorted(streets.items())))

    @cached_property
    def years(self) -> tuple[int, int]:
        """First and last year that any figure about a place describes."""
        years = [row.end.year for row in self.observations if row.end and row.place_id]
        years += [row.year for row in self.stations]
        years += [day.year for row in self.counters for day in (row.start, row.end)]
        years += [survey.day.year for survey in self.towns.surveys]
        if not years and self.manifest.published is not None:
            # Streets and mapped units alone describe the day of their collection.
            years = [self.manifest.published.year]
        return min(years), max(years)

    @cached_property
    def towns(self) -> Towns:
        """The inner cities whose streets the snapshot holds, by street."""
        return Towns(self.catalogue, self.centres, self.initiatives)

    @property
    def country(self) -> bool:
        """Whether there are too many inner cities to list streets and units of all at once."""
        return len(self.centres) > MOST_HELD

    def around(self, place_id: str) -> "Facts":
        """The same records; in a country streets and units are listed of this place alone."""
        if not self.country:
            return self
        same = copy(self)
        # What either of them reads from now on is read for both.
        same.__dict__ = self.__dict__
        same.focus = place_id
        return same

    @property
    def focus_box(self) -> Box | None:
        """The box within reach of the place in focus; None for the whole of the snapshot."""
        if self.focus not in self.places:
            return None
        core = self.places[self.focus].core
        side = REACH_M * rd_per_metre_at(core)
        return core.x - side, core.y - side, core.x + side, core.y + side

    @property
    def listed_towns(self) -> tuple[TownStreets, ...]:
        """The towns whose streets and units are listed: all, in a country the one in focus."""
        towns = [self.focus] if self.country else self.towns
        return tuple(self.towns[place] for place in towns if place in self.towns)

    @property
    def listed_observations(self) -> tuple[Observation, ...]:
        """The figures that are listed: all, in a country those about no place or that in focus."""
        if not self.country:
            return self.observations
        return (*self.by_place.get(self.focus, ()), *self.by_place.get(None, ()))

    def street_keys(self, place_ids: Iterable[str]) -> tuple[str, ...]:
        """Every street of these places that a link may name: those of the snapshot, and those that
        an initiative names.
        """
        chosen = set(place_ids)
        named = [key for key, (place, _) in self.streets.items() if place in chosen]
        drawn = (self.towns[place] for place in self.towns if place in chosen)
        return tuple(dict.fromkeys([*named, *(key for town in drawn for key in town.streets)]))

    @cached_property
    def example(self) -> bool:
        """Whether everything is made up: then every page and every picture says so."""
        return is_example([record.source_id for record in self.manifest.sources])

    @cached_property
    def consulted(self) -> dt.date:
        """The newest day on which a source was consulted, else the day of publication."""
        days = [row.retrieved for row in self.observations]
        days += [
            record.retrieved for record in self.manifest.sources if record.retrieved is not None
        ]
        if not days and self.manifest.published is not None:
            days = [self.manifest.published.date()]
        if not days:
            raise MissingTableError(
                "the snapshot tells of no source when it was consulted: publish it again"
            )
        return max(days)

    def source(self, source_id: str) -> SourceRecord:
        """Publisher, title, licence and credit of a source."""
        return self.catalogue.source(source_id)

    def is_old(self, observation: Observation) -> bool:
        """Whether the figure describes a year more than five before the snapshot was consulted."""
        return observation.year is not None and observation.year < self.consulted.year - OLD_YEARS
