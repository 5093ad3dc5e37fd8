"""Boardings at stations and in centres from the counts of the provinces, and how often timetabled
stops are served.

The counts (OV Oost) name stops by name or code only; where they lie comes from the curated stations
or from a
timetable in GTFS brought along. Of bus stops only the sum per place is kept. Departures are
service, not passengers.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

import geopandas as gpd
import pandas as pd
import shapely
from shapely.geometry import Point

from data.schema.tables import INDICATORS, OBSERVATIONS, STOPS, TRANSLATIONS
from etl.area import Area
from etl.decoding import delimited
from etl.decoding.delimited import Form
from etl.decoding.file_guard import MIB
from etl.errors import ContentError
from etl.fetch.messages import Limits, Request
from etl.parsing import boardings, dropped_rows, gtfs
from etl.parsing import observations as figures
from etl.parsing.boardings import STOP_PLACE, WITH_NS, WITHOUT_NS, Boardings, contradicted
from etl.parsing.observations import UNDATED, IndicatorRow
from etl.problems import Finding, found
from etl.source import Owner, Parsed, Piece, Question, Source
from etl.sources import reference
from geo.bilingual import Bilingual
from geo.crs import RD, distance_m

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
COUNTS_LICENCE = "niet vermeld; los feit met bronvermelding"
DUTCH_TIMETABLES = ("gtfs-nl.zip", "gtfs-openov-nl.zip")
"""Timetables of the whole country, whose publishers gave them to everybody; others come from
whoever brings them.
"""
UNSTATED = Bilingual(
    nl="niet vermeld in de dienstregeling",
    en="not stated in the timetable",
    de="im Fahrplan nicht angegeben",
)
UNNAMED_OWNER = Owner("meegegeven dienstregeling", UNSTATED.nl)
"""Of a timetable that does not say whose it is."""
DUTCH = Owner("OVapi (dienstregeling)", "CC0 1.0 (dienstregeling)", SOURCE.url, SOURCE.credit)
COUNTED_BY = Owner("provincies (OV Oost)", "niet vermeld (in- en uitstappers)")
LARGE = Limits(read_s=120.0, deadline_s=1500.0, wire_bytes=1024 * MIB, unpacked_bytes=1024 * MIB)
ONE_STATION_M = 500.0
"""Two stops of one name further apart are two stations."""


def served(departures: float) -> Bilingual:
    """What is said of a timetabled stop: how often something leaves, and that nobody counted who
    gets in.
    """
    number = f"{departures:g}"
    dutch = number.replace(".", ",")
    return Bilingual(
        nl=(
            f"Halte uit de dienstregeling, {dutch} vertrekken op een gewone werkdag; instappers"
            " zijn niet bekend."
        ),
        en=(
            f"Stop of the timetable, {number} departures on a normal workday; boardings are not"
            " known."
        ),
        de=(
            f"Haltestelle aus dem Fahrplan, {dutch} Abfahrten an einem gewöhnlichen Werktag;"
            " Einsteiger sind nicht bekannt."
        ),
    )


STATION = IndicatorRow(
    "boardings_per_workday",
    "travellers",
    Bilingual(
        nl="Instappers per gemiddelde werkdag",
        en="Boardings per average workday",
        de="Einsteiger je durchschnittlichem Werktag",
    ),
    Bilingual(nl="instappers per werkdag", en="boardings per workday", de="Einsteiger je Werktag"),
)
BUS = IndicatorRow(
    "bus_boardings_per_workday",
    "travellers",
    Bilingual(
        nl="Instappers bij bushaltes per werkdag",
        en="Boardings at bus stops per workday",
        de="Einsteiger an Bushaltestellen je Werktag",
    ),
    STATION.unit,
)
SERVED = IndicatorRow(
    "departures_per_workday",
    "travellers",
    Bilingual(nl="Vertrekken per werkdag", en="Departures per workday", de="Abfahrten je Werktag"),
    Bilingual(nl="vertrekken per werkdag", en="departures per workday", de="Abfahrten je Werktag"),
)
DEFINITIONS: Mapping[str, Bilingual] = {
    STATION.indicator: Bilingual(
        nl=(
            "Instappers op een gemiddelde werkdag op het station met de meeste instappers. Alleen"
            " in- en uitchecks."
        ),
        en=(
            "Boardings on an average workday at the station with most boardings. Check-ins and"
            " check-outs only."
        ),
        de=(
            "Einsteiger an einem durchschnittlichen Werktag am Bahnhof mit den meisten Einsteigern."
            " Nur Check-ins und Check-outs."
        ),
    ),
    BUS.indicator: Bilingual(
        nl=(
            "Instappers op een gemiddelde werkdag, som van de bushaltes in het gebied op de kaart."
            " Alleen in- en uitchecks."
        ),
        en=(
            "Boardings on an average workday, sum of the bus stops in the area on the map."
            " Check-ins and check-outs only."
        ),
        de=(
            "Einsteiger an einem durchschnittlichen Werktag, Summe der Bushaltestellen im Gebiet"
            " auf der Karte. Nur Check-ins und Check-outs."
        ),
    ),
    SERVED.indicator: Bilingual(
        nl=(
            "Vertrekken op een gewone werkdag, som van de haltes in het gebied op de kaart: aanbod,"
            " geen reizigers."
        ),
        en=(
            "Departures on a normal workday, sum of the stops in the area on the map: service, not"
            " passengers."
        ),
        de=(
            "Abfahrten an einem gewöhnlichen Werktag, Summe der Haltestellen im Gebiet auf der"
            " Karte: Angebot, keine Fahrgäste."
        ),
    ),
}


def requests(area: Area) -> Sequence[Question]:
    """The timetable of the Netherlands, when a place lies there; the counts only come as files."""
    if not area.municipality_codes:
        return []
    request = Request(
        url=TIMETABLE, kind="zip", limits=LARGE, licence="CC0 1.0", attribution=SOURCE.credit or ""
    )
    return [Question(name="gtfs-nl.zip", request=request)]


def parse(pieces: Sequence[Piece], area: Area) -> Parsed:
    """Stations with boardings and timetabled stops in the places; sums of bus boardings and
    departures per place.
    """
    reader = _TransitReader(area)
    stations: list[tuple[Piece, Boardings]] = []
    stop_places: list[tuple[Piece, Boardings]] = []
    for piece in pieces:
        if piece.require("zip", "csv") == "zip":
            reader.timetable(piece)
        else:
            frame, form = reader.table(piece)
            if "stop_lat" in frame:
                reader.positions.append(gtfs.stops(frame, area))
            else:
                by_station = "STATION" in frame
                column = "STATION" if by_station else STOP_PLACE
                counted = boardings.read(piece, frame, form, column)
                (stations if by_station else stop_places).append((piece, counted))
                reader.owners[COUNTED_BY.publisher] = COUNTED_BY
    # Where a file counts with and another without NS, the fuller one goes first.
    for piece, counted in sorted(stations, key=lambda entry: not entry[1].with_ns):
        reader.stations(piece, counted)
    for piece, counted in stop_places:
        reader.stop_places(piece, counted)
    return reader.parsed()


@dataclass(slots=True)
class _TransitReader:
    """What was read so far."""

    area: Area
    positions: list[gpd.GeoDataFrame] = field(default_factory=list)
    stops: list[dict[str, object]] = field(default_factory=list)
    figures: list[dict[str, object]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)
    surveyed: list[str] = field(default_factory=list)
    owners: dict[str, Owner] = field(default_factory=dict)
    """Who published what was read, by name."""
    words: dict[str, Bilingual] = field(default_factory=dict)
    """What is said of single stops, by its Dutch."""
    counted: dict[tuple[str, int, bool], tuple[str, float]] = field(default_factory=dict)
    """File and boardings by station or place, year and whether NS counts."""

    def table(self, piece: Piece) -> tuple[pd.DataFrame, Form]:
        """A file of counts or of stops as text; its separator tells its decimal sign."""
        data = piece.read()
        written = {"encodings": ("utf-8", "cp1252")}
        form = (
            Form(";", decimal=",", **written)
            if b";" in data.partition(b"\n")[0]
            else Form(",", **written)
        )
        read = delimited.read(data, form, name=piece.name)
        self.findings += read.findings
        return read.frame, form

    def timetable(self, piece: Piece) -> None:
        """Stops with their departures, and the positions of all stops."""
        read = gtfs.read(piece.path, self.area)
        self.positions.append(gtfs.stops_in(piece.path, self.area))
        self.surveyed.append(f"{read.first.isoformat()}/{read.last.isoformat()}")
        if read.stops.empty:
            self.findings.append(found("timetable-elsewhere", name=piece.name, stops=read.quays))
        for row in read.stops.itertuples():
            note = served(round(float(row.departures_per_workday), 1))
            self.words[note.nl] = note
            self.stops.append(
                self._stop(
                    f"gtfs:{_slug(str(row.stop_id))}",
                    read.first.year,
                    str(row.name),
                    "timetable_stop",
                    None,
                    note,
                    row.geometry,
                )
            )
        owners = self.area.owners(read.stops)
        dutch = piece.origin == "fetched" or piece.name in DUTCH_TIMETABLES
        licence = "CC0 1.0" if dutch else UNSTATED.nl
        owner = (
            DUTCH
            if dutch
            else UNNAMED_OWNER
            if read.publisher is None
            else _named(read.publisher, read.url)
        )
        self.owners[owner.publisher] = owner
        for place_id, total in read.stops["departures_per_workday"].groupby(owners).sum().items():
            self._figure(
                SERVED,
                piece,
                str(place_id),
                (read.first, read.last),
                float(total),
                "inner_city",
                licence=licence,
            )

    def stations(self, piece: Piece, counted: Boardings) -> None:
        """Stations by name, where one spot of that name is known; a curated figure stays beside."""
        self._record(piece, counted)
        best: dict[str, tuple[float, str]] = {}
        others: list[tuple[str, float, float]] = []
        for name, value in counted.per_stop.items():
            spot = self._station(name)
            owner = (
                None if spot is None else self.area.owners(gpd.GeoSeries([spot[1]], crs=RD)).iloc[0]
            )
            if spot is None or pd.isna(owner):
                self.counts["dropped-no-position" if spot is None else "dropped-elsewhere"] += 1
                continue
            self._require_agreed(piece, f"station {name}", counted, value)
            note = WITH_NS if counted.with_ns else WITHOUT_NS
            stop = (spot[0], counted.year, f"Station {name}", "train_station", value, note, spot[1])
            self.stops.append(self._stop(*stop))
            best[owner] = max(best.get(owner, (-1.0, "")), (value, name))
            known = _curated_boardings().get((spot[0], counted.year), value)
            others += [] if boardings.same(value, known) else [(name, value, known)]
        if others:
            self.findings.append(counted.contradiction(piece.name, others))
        curated = {name: known for name, _, known in others}
        days = (date(counted.year, 1, 1), date(counted.year, 12, 31))
        for place_id, (value, name) in best.items() if counted.with_ns else ():
            note = contradicted(curated[name]) if name in curated else WITH_NS
            self.words[note.nl] = note
            named, beside = f"Station {name}", name in curated
            self._figure(
                STATION,
                piece,
                place_id,
                days,
                value,
                "station",
                area_name=named,
                note=note.nl,
                beside_other=beside,
            )

    def stop_places(self, piece: Piece, counted: Boardings) -> None:
        """The sum of the stops that lie in each place, by code and position; a town's name is never
        asked.
        """
        self._record(piece, counted)
        spots = self._spots()
        known = [(spots.get(boardings.number(code)), n) for code, n in counted.per_stop.items()]
        lost = sum(spot is None for spot, _ in known)
        if lost:
            self.counts["dropped-no-position"] += lost
            self.findings.append(
                found("stops-without-position", name=piece.name, count=lost, rows=len(known))
            )
        near = gpd.GeoDataFrame(
            {"value": [value for spot, value in known if spot]},
            geometry=[spot for spot, _ in known if spot],
            crs=RD,
        )
        owners = self.area.owners(near)
        self.counts["dropped-elsewhere"] += int(owners.isna().sum())
        days = (date(counted.year, 1, 1), date(counted.year, 12, 31))
        for place_id, total in near["value"].groupby(owners).sum().items():
            self._require_agreed(piece, str(place_id), counted, float(total))
            self._figure(BUS, piece, str(place_id), days, round(float(total), 1), "inner_city")

    def _record(self, piece: Piece, counted: Boardings) -> None:
        self.counts.update(counted.counts)
        self.findings += counted.findings
        self.findings += dropped_rows.unusable(SOURCE, piece, len(counted.per_stop), counted.counts)
        self.surveyed.append(str(counted.year))

    def _require_agreed(self, piece: Piece, where: str, counted: Boardings, value: float) -> None:
        """ContentError when another file says another number of the same stops, trains and year."""
        key = (where, counted.year, counted.with_ns)
        other, earlier = self.counted.setdefault(key, (piece.name, value))
        if not boardings.same(earlier, value):
            values = f"{earlier:g} ({other}), {value:g} ({piece.name})"
            raise ContentError("boardings-disagree", where=where, year=counted.year, values=values)

    def parsed(self) -> Parsed:
        """The tables."""
        stops = pd.DataFrame(
            self.stops,
            columns=[
                "stop_id",
                "year",
                "name",
                "kind",
                "boardings_per_workday",
                "note",
                "geometry",
            ],
        )
        stops = stops.drop_duplicates(["stop_id", "year"], ignore_index=True)
        frame = gpd.GeoDataFrame(
            stops.drop(columns="geometry"), geometry=gpd.GeoSeries(list(stops["geometry"]), crs=RD)
        )
        rows = list({str(row["observation_id"]): row for row in reversed(self.figures)}.values())[
            ::-1
        ]
        words = [
            WITH_NS,
            WITHOUT_NS,
            UNSTATED,
            *self.words.values(),
            UNDATED,
            STATION.unit,
            SERVED.unit,
            *DEFINITIONS.values(),
        ]
        names = [
            Bilingual(
                nl=str(row["area_name"]),
                en=_english(str(row["area_name"])),
                de=_german(str(row["area_name"])),
            )
            for row in rows
        ]
        tables = {
            "stops": frame.astype({"boardings_per_workday": "float64"}),
            "observations": figures.observations(rows),
            "indicators": figures.indicators((STATION, BUS, SERVED)),
            "translations": figures.translations([*words, *names]),
        }
        return Parsed(
            tables,
            +self.counts,
            max(self.surveyed, default=None),
            tuple(self.findings),
            self._owner(),
        )

    def _owner(self) -> Owner | None:
        """Everybody whose files were read; None where nobody is known."""
        owners = [self.owners[name] for name in sorted(self.owners)]
        credits = [owner.credit for owner in owners if owner.credit is not None]
        urls = [owner.url for owner in owners if owner.url is not None]
        if not owners:
            return None
        return Owner(
            "; ".join(owner.publisher for owner in owners),
            "; ".join(dict.fromkeys(owner.licence for owner in owners)),
            urls[0] if len(urls) == 1 else None,
            "; ".join(credits) or None,
        )

    def _station(self, name: str) -> tuple[str, Point] | None:
        """Id and spot of a station: a curated one, or the one spot of that name in a timetable."""
        curated = _curated().get(f"station {name}".casefold())
        if curated is not None:
            return curated
        spots = [
            shape
            for stops in self.positions
            for shape in stops.geometry[stops["stop_name"].str.casefold() == name.casefold()]
        ]
        if not spots:
            return None
        middle = shapely.centroid(shapely.MultiPoint(spots))
        if max(distance_m(middle, spot) for spot in spots) > ONE_STATION_M:
            self.counts["ambiguous-name"] += 1
            return None
        return f"station-{_slug(name)}", middle

    def _spots(self) -> dict[str, Point]:
        """Where stops lie, by the digits of their code or id."""
        spots: dict[str, Point] = {}
        for stops in self.positions:
            for column in ("stop_id", "stop_code"):
                known = stops[stops[column].notna()]
                numbers = known[column].map(boardings.number)
                placed = zip(numbers, known.geometry, strict=True)
                spots |= {code: shape for code, shape in placed if code}
        return spots

    def _stop(
        self,
        stop_id: str,
        year: int,
        name: str,
        kind: str,
        value: float | None,
        note: Bilingual,
        spot: Point,
    ) -> dict[str, object]:
        return {
            "stop_id": stop_id,
            "year": year,
            "name": name,
            "kind": kind,
            "boardings_per_workday": value,
            "note": note.nl,
            "geometry": spot,
        }

    def _figure(
        self,
        counted: IndicatorRow,
        piece: Piece,
        place_id: str,
        days: tuple[date, date],
        value: float,
        area_kind: str,
        *,
        area_name: str | None = None,
        note: str | None = None,
        licence: str = COUNTS_LICENCE,
        beside_other: bool = False,
    ) -> None:
        """One figure of a place; years of these counts differ in method, so each stands alone.

        `beside_other`: the curated facts say another number, so nothing rests on this one.
        """
        name = next(place.name for place in self.area.everywhere if place.place_id == place_id)
        what = "station" if counted is STATION else "haltes"
        whole_year = days[0].strftime("%m%d") == "0101" and days[1].strftime("%m%d") == "1231"
        period = str(days[0].year) if whole_year else days[0].isoformat()
        ending = f"{period}-{SOURCE.id}" if beside_other else period
        slug = counted.indicator.replace("_", "-")
        self.figures.append(
            {
                "observation_id": f"{place_id}-{what}-{slug}-{ending}",
                "place_id": place_id,
                "area_name": area_name or f"Haltes {name}",
                "indicator": counted.indicator,
                "period_start": days[0],
                "period_end": days[1],
                "value": value,
                "unit": counted.unit.nl,
                "definition": DEFINITIONS[counted.indicator].nl,
                "area_kind": area_kind,
                "nature": "measured" if counted is not SERVED else "plan",
                "source_url": piece.url if piece.url.startswith("http") else None,
                "source_date": UNDATED.nl,
                "retrieved": piece.retrieved,
                "licence": licence,
                "confidence": "low" if beside_other else "medium",
                "provisional": False,
                "note": note,
            }
        )


@lru_cache(maxsize=1)
def _curated() -> dict[str, tuple[str, Point]]:
    """Id and spot of the main stations among the curated facts, by name."""
    known = reference.tables()["stops"]
    return {
        name.casefold(): (stop_id, spot)
        for name, stop_id, spot in zip(
            known["name"], known["stop_id"], known["geometry"], strict=True
        )
    }


@lru_cache(maxsize=1)
def _curated_boardings() -> dict[tuple[str, int], float]:
    """Boardings among the curated facts, by station and year."""
    known = reference.tables()["stops"].dropna(subset=["boardings_per_workday"])
    return known.set_index(["stop_id", "year"])["boardings_per_workday"].to_dict()


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9:/_.]+", "-", text.casefold()).strip("-")


def _named(publisher: str, url: str | None) -> Owner:
    return Owner(f"{publisher} (dienstregeling)", UNSTATED.nl, url, f"Dienstregeling: {publisher}")


def _english(name: str) -> str:
    return name.replace("Haltes ", "Stops ")


def _german(name: str) -> str:
    return name.replace("Haltes ", "Haltestellen ").replace("Station ", "Bahnhof ")
