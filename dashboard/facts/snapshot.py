"""What the opened snapshot says, as records: small, read-only, ready for every view, export and
picture.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import cached_property
from types import MappingProxyType

import pandas as pd
from shapely.geometry import Point

from dashboard.facts.counters import counted
from dashboard.facts.records import (
    Counted,
    Indicator,
    Initiative,
    Observation,
    Participation,
    Place,
    StationYear,
    street_key,
)
from dashboard.facts.street_records import Town
from dashboard.facts.towns import towns
from dashboard.i18n.text import Lang
from data.catalogue import Catalogue
from data.errors import MissingTableError
from data.export.sharing import Beyond
from data.manifest import Manifest, SourceRecord
from data.schema.rules import NO_DEFINITION, is_example
from geo.crs import REACH_M, distance_m

OLD_YEARS = 5


def _text(value: object) -> str | None:
    return None if pd.isna(value) else str(value)


def _number(value: float | None) -> float | None:
    return None if pd.isna(value) else float(value)


def _day(value: pd.Timestamp) -> dt.date | None:
    return None if pd.isna(value) else value.date()


def _records(frame: pd.DataFrame) -> Iterable[Mapping[str, object]]:
    return frame.to_dict("records")


def _basis(row: Mapping[str, object], column: str) -> str:
    return _text(row.get(column)) or "published"


class Facts:
    """All records of one version of the snapshot."""

    def __init__(self, catalogue: Catalogue, *, beyond: bool = True) -> None:
        # Whether readers elsewhere can reach this: then nothing internal is there to be shown.
        self.beyond = beyond
        self.catalogue = Beyond(catalogue) if beyond else catalogue
        self.version: str = catalogue.version

    @cached_property
    def manifest(self) -> Manifest:
        """Tables and sources as they may be known here."""
        return self.catalogue.manifest

    @cached_property
    def places(self) -> Mapping[str, Place]:
        """Every place by its id: centres first, then the edge, then abroad, each by name."""
        order = {"centre": 0, "periphery": 1, "abroad": 2}
        places = [
            Place(
                place_id=str(row["place_id"]),
                names=MappingProxyType(
                    {lang: str(row[f"name_{lang}"]) for lang in ("nl", "en", "de")}
                ),
                role=str(row["role"]),
                municipality_code=_text(row["municipality_code"]),
                profile=_text(row["profile"]),
                core=row["core"],
                core_basis=str(row["core_basis"]),
            )
            for row in _records(self.catalogue.places())
        ]
        places.sort(key=lambda place: (order[place.role], place.names["nl"]))
        return MappingProxyType({place.place_id: place for place in places})

    @cached_property
    def centres(self) -> tuple[Place, ...]:
        """The inner cities."""
        return tuple(place for place in self.places.values() if place.role == "centre")

    @cached_property
    def observations(self) -> tuple[Observation, ...]:
        """Every figure that may be shown here, newest first within place and indicator; internal
        ones on this computer only.
        """
        rows = [
            Observation(
                observation_id=str(row["observation_id"]),
                place_id=_text(row["place_id"]),
                area_name=str(row["area_name"]),
                indicator=str(row["indicator"]),
                start=_day(row["period_start"]),
                end=_day(row["period_end"]),
                value=_number(row["value"]),
                value_low=_number(row["value_low"]),
                value_high=_number(row["value_high"]),
                value_text=_text(row["value_text"]),
                unit=str(row["unit"]),
                definition=None if row["definition"] == NO_DEFINITION else _text(row["definition"]),
                area_kind=str(row["area_kind"]),
                nature=str(row["nature"]),
                series=_text(row["series"]),
                source_id=str(row["source_id"]),
                source_url=_text(row["source_url"]),
                source_date=_text(row["source_date"]),
                retrieved=row["retrieved"].date(),
                licence=str(row["licence"]),
                confidence=str(row["confidence"]),
                provisional=bool(row["provisional"]),
                sharing=str(row["sharing"]),
                note=_text(row["note"]),
            )
            for row in self._rows("observations")
        ]
        rows.sort(key=lambda row: row.observation_id)
        rows.sort(key=lambda row: row.end or dt.date.min, reverse=True)
        return tuple(rows)

    @cached_property
    def initiatives(self) -> tuple[Initiative, ...]:
        """The initiatives that are documented, by place and name."""
        rows = [
            Initiative(
                initiative_id=str(row["initiative_id"]),
                name=str(row["name"]),
                place_id=str(row["place_id"]),
                streets=tuple(str(street) for street in row["streets"]),
                kind=str(row["type"]),
                kind_basis=str(row["type_basis"]),
                tranche=str(row["tranche"]),
                tranche_basis=_basis(row, "tranche_basis"),
                status=_text(row["status"]) or "unknown",
                start=_day(row["start"]),
                end=_day(row["end"]),
                descriptions=MappingProxyType(
                    {"nl": _text(row["description_nl"]), "en": _text(row["description_en"])}
                ),
                location_precision=str(row["location_precision"]),
                source_id=str(row["source_id"]),
                source_url=_text(row["source_url"]),
                source_date=_text(row["source_date"]),
                retrieved=row["retrieved"].date(),
                licence=str(row["licence"]),
                confidence=str(row["confidence"]),
                note=_text(row["note"]),
                point=row["geometry"],
                profile_fit=_text(row.get("profile_fit")),
            )
            for row in self._rows("initiatives")
        ]
        rows.sort(key=lambda row: (row.place_id, row.name))
        return tuple(rows)

    @cached_property
    def actors(self) -> Mapping[str, str]:
        """Names of those who take part, by id in order of name: organisations, and persons by role
        only.
        """
        rows = sorted(self._rows("actors"), key=lambda row: str(row["name"]).casefold())
        return MappingProxyType({str(row["actor_id"]): str(row["name"]) for row in rows})

    @cached_property
    def participations(self) -> Mapping[str, tuple[Participation, ...]]:
        """Who took which part, by initiative."""
        actors = {row["actor_id"]: row for row in self._rows("actors")}
        parts: dict[str, list[Participation]] = {}
        for row in self._rows("participations"):
            actor = actors[row["actor_id"]]
            part = Participation(
                initiative_id=str(row["initiative_id"]),
                actor=str(actor["name"]),
                actor_kind=str(actor["kind"]),
                role=str(row["role"]),
                basis=_basis(row, "basis"),
                actor_id=str(row["actor_id"]),
                facilitation=_text(row.get("facilitation")),
            )
            parts.setdefault(part.initiative_id, []).append(part)
        return MappingProxyType({key: tuple(value) for key, value in parts.items()})

    def _rows(self, name: str) -> Iterable[Mapping[str, object]]:
        """The rows of a table; a town of one's own may come without initiatives, figures or stops,
        and has none then.
        """
        return _records(self.catalogue.table(name)) if self.catalogue.has(name) else ()

    @cached_property
    def stations(self) -> tuple[StationYear, ...]:
        """Stations by name and year."""
        rows = [
            StationYear(
                stop_id=str(row["stop_id"]),
                year=int(row["year"]),
                name=str(row["name"]),
                boardings_per_workday=_number(row["boardings_per_workday"]),
                note=_text(row["note"]),
                point=row["geometry"],
                place_id=self._place_around(row["geometry"]),
            )
            for row in self._rows("stops")
            if row["kind"] == "train_station"
        ]
        rows.sort(key=lambda row: (row.name, row.year))
        return tuple(rows)

    @cached_property
    def boardings_figures(self) -> Mapping[tuple[str, int | None], Observation]:
        """The published figures that the stations show, by station and year."""
        rows = (row for row in self.observations if row.indicator == "boardings_per_workday")
        return {(row.area_name, row.year): row for row in rows}

    def _place_around(self, point: Point) -> str | None:
        """The centre whose reach holds `point`; joined by distance, since town names repeat."""
        near = min(self.centres, key=lambda place: place.core.distance(point))
        return near.place_id if distance_m(near.core, point) <= REACH_M else None

    @cached_property
    def counters(self) -> tuple[Counted, ...]:
        """What counters of passers-by counted on end, by counter and time; internal counts on this
        computer only.
        """
        return counted(self.catalogue, self._place_around)

    @property
    def counter_source_ids(self) -> tuple[str, ...]:
        """The sources of the counts."""
        record = self.manifest.table("counts")
        if record is None or not record.sources:
            raise MissingTableError(
                "the snapshot names no source for its table `counts`: publish it again"
            )
        return record.sources

    @cached_property
    def indicators(self) -> Mapping[str, Indicator]:
        """What each figure is about."""
        return MappingProxyType(
            {
                str(row["indicator"]): Indicator(
                    indicator=str(row["indicator"]),
                    theme=str(row["theme"]),
                    labels=MappingProxyType(
                        {lang: str(row[f"label_{lang}"]) for lang in ("nl", "en", "de")}
                    ),
                    unit=str(row["unit"]),
                )
                for row in self._rows("indicators")
            }
        )

    @cached_property
    def _translations(self) -> Mapping[tuple[str, str], str]:
        return {
            (str(row["text_nl"]), lang): str(row[f"text_{lang}"])
            for row in self._rows("translations")
            for lang in ("en", "de")
        }

    def said(self, text: str, lang: Lang) -> str:
        """A text of the data in `lang`; a text that nobody translated stays as its
        source wrote it.
        """
        return text if lang == "nl" else self._translations.get((text, lang), text)

    def publisher(self, source_id: str, lang: Lang) -> str:
        """Who published a source, by its name in `lang` where it has one."""
        return self.said(self.source(source_id).publisher, lang)

    @cached_property
    def station_source_id(self) -> str:
        """The source of the boardings."""
        record = self.manifest.table("stops")
        if record is None or not record.sources:
            raise MissingTableError(
                "the snapshot names no source for its table `stops`: publish it again"
            )
        return record.sources[0]

    @cached_property
    def place_source_ids(self) -> tuple[str, ...]:
        """The sources of the places' positions."""
        record = self.manifest.table("places")
        if record is None or not record.sources:
            raise MissingTableError(
                "the snapshot names no source for its table `places`: publish it again"
            )
        return record.sources

    @cached_property
    def streets(self) -> Mapping[str, tuple[str, str]]:
        """Every street an initiative names: link key to (place_id, street)."""
        found = {
            street_key(row.place_id, street): (row.place_id, street)
            for row in self.initiatives
            for street in row.streets
        }
        return MappingProxyType(dict(sorted(found.items())))

    @cached_property
    def years(self) -> tuple[int, int]:
        """First and last year that any figure about a place describes."""
        years = [row.end.year for row in self.observations if row.end and row.place_id]
        years += [row.year for row in self.stations]
        years += [day.year for row in self.counters for day in (row.start, row.end)]
        years += [survey.year for town in self.towns.values() for survey in town.surveys]
        if not years and self.manifest.published is not None:
            # Streets and mapped units alone describe the day they were gathered.
            years = [self.manifest.published.year]
        return min(years), max(years)

    @cached_property
    def towns(self) -> Mapping[str, Town]:
        """The inner cities whose streets the snapshot holds, by street."""
        return towns(self.catalogue, self.centres, self.initiatives)

    @cached_property
    def street_keys(self) -> tuple[str, ...]:
        """Every street a link may name: those of the snapshot, and those an initiative names."""
        return tuple(
            dict.fromkeys(
                [*self.streets, *(key for town in self.towns.values() for key in town.streets)]
            )
        )

    @cached_property
    def trades(self) -> tuple[str, ...]:
        """Every branch of trade a link may name."""
        return tuple(sorted({trade for town in self.towns.values() for trade in town.trades}))

    @cached_property
    def example(self) -> bool:
        """Whether everything here is made up: then every page and every picture says so."""
        return is_example([record.source_id for record in self.manifest.sources])

    @cached_property
    def consulted(self) -> dt.date:
        """The newest day on which a source was consulted, one that brought no figures but streets
        included; else that of publication.
        """
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
        """Whether the figure is older than five years, seen from the day its source was
        consulted.
        """
        return observation.year is not None and observation.year < self.consulted.year - OLD_YEARS
