"""Figures about travellers: boardings at stations and bus stops, and timetabled departures."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from etl.area import Place
from etl.parsing.observations import UNDATED, IndicatorRow
from etl.source import Piece
from geo.bilingual import Bilingual

COUNTS_LICENCE = "niet vermeld; los feit met bronvermelding"
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


def departures_note(departures: float) -> Bilingual:
    """The note on a timetabled stop: its departures on a normal workday, and no boardings."""
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


def observation(
    indicator: IndicatorRow,
    piece: Piece,
    place: Place,
    days: tuple[date, date],
    value: float,
    area_kind: str,
    *,
    area_name: str | None = None,
    note: str | None = None,
    licence: str = COUNTS_LICENCE,
    beside_other: bool = False,
) -> dict[str, object]:
    """One figure of a place; years of these counts differ in method, so it belongs to no series.

    `beside_other`: the curated facts hold another number, so the confidence in this one is low.
    """
    kind = "station" if indicator is STATION else "haltes"
    whole_year = days[0].strftime("%m%d") == "0101" and days[1].strftime("%m%d") == "1231"
    period = str(days[0].year) if whole_year else days[0].isoformat()
    ending = f"{period}-transit" if beside_other else period
    slug = indicator.indicator.replace("_", "-")
    return {
        "observation_id": f"{place.place_id}-{kind}-{slug}-{ending}",
        "place_id": place.place_id,
        "area_name": area_name or f"Haltes {place.name}",
        "indicator": indicator.indicator,
        "period_start": days[0],
        "period_end": days[1],
        "value": value,
        "unit": indicator.unit.nl,
        "definition": DEFINITIONS[indicator.indicator].nl,
        "area_kind": area_kind,
        "nature": "measured" if indicator is not SERVED else "plan",
        "source_url": piece.url if piece.url.startswith("http") else None,
        "source_date": UNDATED.nl,
        "retrieved": piece.retrieved,
        "licence": licence,
        "confidence": "low" if beside_other else "medium",
        "provisional": False,
        "note": note,
    }


def area_name(dutch: str) -> Bilingual:
    """The name of the stops or station that a figure is about."""
    return Bilingual(
        nl=dutch,
        en=dutch.replace("Haltes ", "Stops "),
        de=dutch.replace("Haltes ", "Haltestellen ").replace("Station ", "Bahnhof "),
    )
