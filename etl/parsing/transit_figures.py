"""Figures about travellers: boardings at stations and bus stops, and timetabled departures."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from etl.area import Place
from etl.parsing.observations import INDICATORS, UNDATED, IndicatorRow, text
from etl.source import Piece
from geo.bilingual import Bilingual

COUNTS_LICENCE = "niet vermeld; los feit met bronvermelding"
STATION = INDICATORS["boardings_per_workday"]
BUS = INDICATORS["bus_boardings_per_workday"]
SERVED = INDICATORS["departures_per_workday"]
DEFINITIONS: Mapping[str, Bilingual] = {
    row.indicator: text(f"transit.{row.indicator}") for row in (STATION, BUS, SERVED)
}


def departures_note(departures: float) -> Bilingual:
    """The note on a timetabled stop: its departures on a normal workday, and no boardings."""
    number = f"{departures:g}"
    dutch = number.replace(".", ",")
    words = Bilingual(nl=dutch, en=number, de=dutch)
    return text("transit.timetabled-stop", departures=words)


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
