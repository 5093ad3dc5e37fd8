"""Boardings at stations and in centres as provinces count them, and departures of timetables.

The counts (OV Oost) name stops by name or code only; their position comes from the curated stations
or from a timetable in GTFS. Of bus stops only the sum per place is retained. Departures are
service, not passengers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache

import geopandas as gpd
import pandas as pd
from shapely.geometry import Point

from data.schema.tables import INDICATORS, OBSERVATIONS, STOPS, TRANSLATIONS
from etl.area import Area, Place
from etl.decoding import delimited
from etl.decoding.delimited import Dialect
from etl.decoding.file_guard import MIB
from etl.errors import ContentError
from etl.fetch.messages import Limits, Request
from etl.parsing import boardings, dropped_rows, gtfs
from etl.parsing import observations as figures
from etl.parsing.assumptions import FitsLimit, ServiceAssumption, head_of
from etl.parsing.boardings import STOP_PLACE, WITH_NS, WITHOUT_NS, Boardings, contradicted
from etl.parsing.observations import UNDATED
from etl.parsing.stop_positions import StopPositions, point_of, slug
from etl.parsing.transit_figures import (
    BUS,
    DEFINITIONS,
    SERVED,
    STATION,
    area_name,
    departures_note,
    observation,
)
from etl.problems import Finding, make_finding
from etl.source import Owner, Parsed, Piece, Question, Source
from etl.sources import reference
from geo.bilingual import Bilingual
from geo.crs import RD

SOURCE = Source(
    id="transit",
    title=Bilingual(nl="Haltes, dienstregeling en instappers", en="Stops, timetable and boardings"),
    publisher="OVapi (dienstregeling); provincies (OV Oost)",
    licence="CC0 1.0 (dienstregeling); niet vermeld (in- en uitstappers)",
    fills=(STOPS, OBSERVATIONS, INDICATORS, TRANSLATIONS),
    rows=range(50, 5000),
    tried="recorded",
    tried_on=date(2026, 11, 24),
    tried_with=(
        (
            "files of OV Oost, excerpts: stations with NS 2019 and 2021, stations per concession "
            "2023, stop places and quays 2022 and 2023"
        ),
    ),
    untried="the timetable (GTFS)",
    max_age_days=60,
    settled_days=7,
    url="https://gtfs.ovapi.nl/nl/gtfs-nl.zip",
    credit="Dienstregeling: OVapi",
    accepts=(".zip", ".csv", ".txt"),
    per="region",
    budget_s=1800.0,
)

TIMETABLE = "https://gtfs.ovapi.nl/nl/gtfs-nl.zip"
DUTCH_TIMETABLES = ("gtfs-nl.zip", "gtfs-openov-nl.zip")
"""Timetables of the whole country that anybody may use; the owner of another sets its terms."""
UNSTATED = figures.text("transit.licence-unstated")
UNNAMED_OWNER = Owner("meegegeven dienstregeling", UNSTATED.nl)
"""The owner of a timetable that does not name one."""
DUTCH = Owner("OVapi (dienstregeling)", "CC0 1.0 (dienstregeling)", SOURCE.url, SOURCE.credit)
COUNTED_BY = Owner("provincies (OV Oost)", "niet vermeld (in- en uitstappers)")
ENCODINGS = ("utf-8", "cp1252")
LARGE = Limits(read_s=120.0, deadline_s=1500.0, wire_bytes=1024 * MIB, unpacked_bytes=1024 * MIB)
_STOP_COLUMNS = ["stop_id", "year", "name", "kind", "boardings_per_workday", "note", "geometry"]


def requests(area: Area) -> Sequence[Question]:
    """The timetable of the Netherlands for places in it; the counts only come as files."""
    if not area.municipality_codes:
        return []
    request = Request(
        url=TIMETABLE, kind="zip", limits=LARGE, licence="CC0 1.0", attribution=SOURCE.credit or ""
    )
    return [Question(name="gtfs-nl.zip", request=request)]


def assumptions(area: Area) -> Sequence[ServiceAssumption]:
    """The timetable lies at its address and fits the limits; its content is not fetched."""
    return [
        ServiceAssumption(
            about=question.name,
            question=replace(question, request=head_of(question.request)),
            checks=(FitsLimit(LARGE.wire_bytes),),
        )
        for question in requests(area)
    ]


def parse(pieces: Sequence[Piece], area: Area) -> Parsed:
    """Stations and timetabled stops in the places; boardings and departures per place."""
    reader = _TransitReader(area, StopPositions(_curated_stations()))
    stations: list[tuple[Piece, Boardings]] = []
    stop_places: list[tuple[Piece, Boardings]] = []
    for piece in pieces:
        if piece.require("zip", "csv") == "zip":
            reader.add_timetable(piece)
            continue
        frame, form = reader.read_table(piece)
        if "stop_lat" in frame:
            reader.positions.timetables.append(gtfs.stops(frame, area))
            continue
        by_station = "STATION" in frame
        column = "STATION" if by_station else STOP_PLACE
        counted = boardings.read(piece, frame, form, column)
        (stations if by_station else stop_places).append((piece, counted))
        reader.owners[COUNTED_BY.publisher] = COUNTED_BY
    # Of two files with one station the one that includes NS comes first.
    for piece, counted in sorted(stations, key=lambda entry: not entry[1].with_ns):
        reader.add_stations(piece, counted)
    for piece, counted in stop_places:
        reader.add_stop_places(piece, counted)
    return reader.parsed()


@dataclass(slots=True)
class _TransitReader:
    """Reads timetables and counts into rows of stops and figures."""

    area: Area
    positions: StopPositions
    stops: list[tuple[str, int, str, str, float | None, str, Point]] = field(default_factory=list)
    """Rows in the order of `_STOP_COLUMNS`."""
    figures: list[dict[str, object]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)
    surveyed: list[str] = field(default_factory=list)
    owners: dict[str, Owner] = field(default_factory=dict)
    """The publishers of the files, by name."""
    notes: dict[str, Bilingual] = field(default_factory=dict)
    """The notes on single stops, by their Dutch."""
    counted: dict[tuple[str, int, bool], tuple[str, float]] = field(default_factory=dict)
    """File and boardings by station or place, year and whether NS counts."""

    def read_table(self, piece: Piece) -> tuple[pd.DataFrame, Dialect]:
        """A file of counts or stops as text; its separator tells the decimal sign."""
        data = piece.read()
        semicolons = b";" in data.partition(b"\n")[0]
        form = Dialect(";", ENCODINGS, ",") if semicolons else Dialect(",", ENCODINGS)
        read = delimited.read(data, form, name=piece.name)
        self.findings += read.findings
        return read.frame, form

    def add_timetable(self, piece: Piece) -> None:
        """Add the stops with their departures, and the positions of all stops."""
        read = gtfs.read(piece.path, self.area)
        self.positions.timetables.append(gtfs.stops_in(piece.path, self.area))
        self.surveyed.append(f"{read.first.isoformat()}/{read.last.isoformat()}")
        if read.stops.empty:
            self.findings.append(
                make_finding("timetable-elsewhere", name=piece.name, stops=read.quays)
            )
        for row in read.stops.itertuples():
            note = departures_note(round(float(row.departures_per_workday), 1))
            self.notes[note.nl] = note
            stop_id, name = f"gtfs:{slug(str(row.stop_id))}", str(row.name)
            year, kind = read.first.year, "timetable_stop"
            self.stops.append((stop_id, year, name, kind, None, note.nl, row.geometry))
        dutch = piece.origin == "fetched" or piece.name in DUTCH_TIMETABLES
        owner = DUTCH if dutch else _timetable_owner(read.publisher, read.url)
        self.owners[owner.publisher] = owner
        days, licence = (read.first, read.last), "CC0 1.0" if dutch else UNSTATED.nl
        departures = read.stops["departures_per_workday"]
        for place, total in self._sums(departures, self.area.owners(read.stops)):
            self.figures.append(
                observation(SERVED, piece, place, days, total, "inner_city", licence=licence)
            )

    def add_stations(self, piece: Piece, counted: Boardings) -> None:
        """Add stations by name, where one position of that name is known.

        A figure that differs from the curated one stands beside it.
        """
        self._record(piece, counted)
        best: dict[str, tuple[float, str]] = {}
        curated: dict[str, float] = {}
        others: list[tuple[str, float, float]] = []
        for name, value in counted.items():
            station = self.positions.station(name, self.counts)
            if station is None:
                self.counts["dropped-no-position"] += 1
                continue
            stop_id, point = station
            owner = self.area.owners(gpd.GeoSeries([point], crs=RD)).iloc[0]
            if pd.isna(owner):
                self.counts["dropped-elsewhere"] += 1
                continue
            self._require_agreed(piece, f"station {name}", counted, value)
            note, title = WITH_NS if counted.with_ns else WITHOUT_NS, f"Station {name}"
            row = (stop_id, counted.year, title, "train_station", value, note.nl, point)
            self.stops.append(row)
            best[owner] = max(best.get(owner, (-1.0, "")), (value, name))
            known = _curated_boardings().get((stop_id, counted.year), value)
            if not boardings.same(value, known):
                others.append((name, value, known))
                curated[name] = known
        if others:
            self.findings.append(counted.contradiction(piece.name, others))
        for place_id, (value, name) in best.items() if counted.with_ns else ():
            note = contradicted(curated[name]) if name in curated else WITH_NS
            self.notes[note.nl] = note
            figure = observation(
                STATION,
                piece,
                self._place(place_id),
                _whole_year(counted.year),
                value,
                "station",
                area_name=f"Station {name}",
                note=note.nl,
                beside_other=name in curated,
            )
            self.figures.append(figure)

    def add_stop_places(self, piece: Piece, counted: Boardings) -> None:
        """Add the sum of the stops that lie in each place, by number and name, never by one alone.

        Towns of one name have stops of one name, and the numbers are of different registers.
        """
        self._record(piece, counted)
        stops = self.positions.by_number()
        numbered = [
            (stops.get(boardings.number(code), ()), counted.names.get(code, ""), value)
            for code, value in counted.items()
        ]
        known = [(point_of(name, same_number), value) for same_number, name, value in numbered]
        missing = sum(point is None for point, _ in known)
        self.counts["other-name"] += sum(
            bool(same_number) and point is None
            for (same_number, _, _), (point, _) in zip(numbered, known, strict=True)
        )
        if missing:
            self.counts["dropped-no-position"] += missing
            self.findings.append(
                make_finding(
                    "stops-without-position", name=piece.name, count=missing, rows=len(known)
                )
            )
        located = gpd.GeoDataFrame(
            {"value": [value for point, value in known if point]},
            geometry=[point for point, _ in known if point],
            crs=RD,
        )
        owners = self.area.owners(located)
        self.counts["dropped-elsewhere"] += int(owners.isna().sum())
        days = _whole_year(counted.year)
        for place, total in self._sums(located["value"], owners):
            self._require_agreed(piece, place.place_id, counted, total)
            self.figures.append(observation(BUS, piece, place, days, round(total, 1), "inner_city"))

    def _place(self, place_id: str) -> Place:
        return next(place for place in self.area.all_places if place.place_id == place_id)

    def _sums(self, values: pd.Series, owners: pd.Series) -> Iterator[tuple[Place, float]]:
        """The sum of the values per place that owns them."""
        for place_id, total in values.groupby(owners).sum().items():
            yield self._place(str(place_id)), float(total)

    def _record(self, piece: Piece, counted: Boardings) -> None:
        self.counts.update(counted.counts)
        self.findings += counted.findings
        self.findings += dropped_rows.unusable(SOURCE, piece, len(counted.per_stop), counted.counts)
        self.surveyed.append(str(counted.year))

    def _require_agreed(self, piece: Piece, where: str, counted: Boardings, value: float) -> None:
        """Raise ContentError when another file has another number for these stops and year."""
        key = (where, counted.year, counted.with_ns)
        other, earlier = self.counted.setdefault(key, (piece.name, value))
        if not boardings.same(earlier, value):
            values = f"{earlier:g} ({other}), {value:g} ({piece.name})"
            raise ContentError("boardings-disagree", where=where, year=counted.year, values=values)

    def parsed(self) -> Parsed:
        """The tables."""
        stops = pd.DataFrame(self.stops, columns=_STOP_COLUMNS)
        stops = stops.drop_duplicates(["stop_id", "year"], ignore_index=True)
        frame = gpd.GeoDataFrame(
            stops.drop(columns="geometry"), geometry=gpd.GeoSeries(list(stops["geometry"]), crs=RD)
        )
        last = {str(row["observation_id"]): row for row in reversed(self.figures)}
        rows = list(last.values())[::-1]
        texts = [
            WITH_NS,
            WITHOUT_NS,
            UNSTATED,
            *self.notes.values(),
            UNDATED,
            *DEFINITIONS.values(),
            *(area_name(str(row["area_name"])) for row in rows),
        ]
        stops = frame.astype({"boardings_per_workday": "float64"})
        return Parsed(
            {"stops": stops, **figures.tables(rows, (STATION, BUS, SERVED), texts)},
            +self.counts,
            max(self.surveyed, default=None),
            tuple(self.findings),
            self._owner(),
        )

    def _owner(self) -> Owner | None:
        """All publishers of the files as one owner; None where none is known."""
        owners = [self.owners[name] for name in sorted(self.owners)]
        if not owners:
            return None
        urls = [owner.url for owner in owners if owner.url is not None]
        return Owner(
            "; ".join(owner.publisher for owner in owners),
            "; ".join(dict.fromkeys(owner.licence for owner in owners)),
            urls[0] if len(urls) == 1 else None,
            "; ".join(owner.credit for owner in owners if owner.credit is not None) or None,
        )


@lru_cache(maxsize=1)
def _curated_stations() -> dict[str, tuple[str, Point]]:
    """Id and point (RD) of the main stations among the curated facts, by name in small letters."""
    known = reference.tables()["stops"]
    columns = (known["name"], known["stop_id"], known["geometry"])
    return {
        name.casefold(): (stop_id, point) for name, stop_id, point in zip(*columns, strict=True)
    }


@lru_cache(maxsize=1)
def _curated_boardings() -> dict[tuple[str, int], float]:
    """Boardings among the curated facts, by station and year."""
    known = reference.tables()["stops"].dropna(subset=["boardings_per_workday"])
    keys = zip(known["stop_id"], known["year"], strict=True)
    return dict(zip(keys, known["boardings_per_workday"], strict=True))


def _whole_year(year: int) -> tuple[date, date]:
    return date(year, 1, 1), date(year, 12, 31)


def _timetable_owner(publisher: str | None, url: str | None) -> Owner:
    if publisher is None:
        return UNNAMED_OWNER
    return Owner(f"{publisher} (dienstregeling)", UNSTATED.nl, url, f"Dienstregeling: {publisher}")
