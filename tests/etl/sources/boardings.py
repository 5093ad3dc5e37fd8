"""Tables of boardings as the operators supply them, and the figures read from them."""

from datetime import date
from pathlib import Path

from etl.area import Area
from etl.source import Parsed
from etl.sources import transit
from tests.etl.sources.gtfs import STOPS
from tests.etl.sources.source_runs import (
    area,
    write_piece,
)

TODAY = date(2026, 11, 24)
STATIONS = "STATION,INSTAP_WERK,UITSTAP_WERK,INSTAP_ZA,UITSTAP_ZA,INSTAP_ZO,UITSTAP_ZO\n"


PLACES = (
    "STOPPLACECODE;NAME;TOWN;INSTAP_WERK;UITSTAP_WERK;INSTAP_ZA;UITSTAP_ZA;INSTAP_ZO;UITSTAP_ZO\n"
)


def counts(
    tmp_path: Path, name: str, text: str, *, stops: str | None = STOPS, asked: Area | None = None
) -> Parsed:
    pieces = [write_piece(tmp_path, name, text)]
    if stops is not None:
        pieces.append(write_piece(tmp_path, "stops.txt", stops))
    return transit.parse(pieces, asked or area())


def figures(parsed: Parsed) -> dict[str, float]:
    rows = parsed.frames["observations"]
    return (
        dict(zip(rows["observation_id"], rows.get("value", ()), strict=True)) if len(rows) else {}
    )
