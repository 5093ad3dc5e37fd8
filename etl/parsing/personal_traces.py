"""Detection of tables that may trace persons, by headings and cells about a device or person."""

from __future__ import annotations

import re

from etl.errors import ContentError
from etl.parsing import table_file
from etl.parsing.column_map import OpenedTable, plain
from etl.problems import phrase

_PERSONAL_HEADINGS = re.compile(
    r"mac|macadres|macaddress|device|deviceid|apparaat|apparaatid|imei|imsi|uuid|hash|bluetooth|wifi|ssid|bssid|kenteken|"
    r"ipadres|ipaddress|telefoon|email|persoon|persoonid|bezoekerid|visitorid|userid|klant|klantnummer|naam|voornaam|achternaam|geslacht|leeftijd"
)
_MAC = re.compile(
    r"(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}|[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}"
)
# Cells with a long word are no ids of a device: "Thursday/01-Jan-2015", "Molenstraat-Noord2".
_HASH = re.compile(
    r"(?=.*[0-9])(?=.*[A-Fa-f])[0-9A-Fa-f]{12,128}"
    r"|[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}"
    r"|(?=.*[0-9])(?=.*[a-z])(?=.*[A-Z])(?!.*[a-z]{6})[A-Za-z0-9+/_-]{20,}={0,2}"
)


def traces_error(name: str, sign: str, **values: object) -> ContentError:
    """The error for a file whose rows may be single persons, with the sign of that."""
    detail = phrase(f"counters.traces-{sign}", **values)
    return ContentError("individual-traces", name=name, detail=detail)


def refuse_traces(opened: OpenedTable) -> None:
    """Raise ContentError when a heading or a cell points at a device or a person."""
    name, cells = opened.sheet.name, opened.sheet.cells
    for heading in opened.sheet.headings:
        if _PERSONAL_HEADINGS.fullmatch(plain(heading)):
            raise traces_error(name, "heading", heading=heading)
    counter = opened.map.columns.get("counter")
    for heading in opened.sheet.headings:
        words = table_file.texts(cells[heading]).dropna()
        if words.str.fullmatch(_MAC).any():
            raise traces_error(name, "device", heading=heading)
        coded = words[words.str.fullmatch(_HASH)]
        # Sensors may have such numbers; there are few of them, and each has many rows.
        if len(coded) and (
            heading != counter or (coded.nunique() > 3 and coded.nunique() > 0.2 * len(coded))
        ):
            raise traces_error(name, "coded", heading=heading)
