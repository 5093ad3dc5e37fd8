"""Answers of the search service of official notices."""

from urllib.parse import urlsplit

from etl.sources import notices
from tests.etl.sources.source_runs import HENGELO
from tests.etl.upstream import Reply

SRU = urlsplit(notices.SRU).path
HEAD = (
    '<sru:searchRetrieveResponse xmlns:sru="http://docs.oasis-open.org/ns/search-ws/sruResponse"'
    ' xmlns:gzd="http://standaarden.overheid.nl/sru" xmlns:dcterms="http://purl.org/dc/terms/"'
    ' xmlns:ow="http://standaarden.overheid.nl/wetgeving/">'
)


def marked(shape: str = "", *, point: str = "", area: str = "", lies_in: str = "") -> str:
    """A marking: a shape in RD, a point with its latitude first, a shape in degrees, a
    municipality.
    """
    told = {
        "geometrie": shape,
        "locatiepunt": point,
        "locatiegebied": area,
        "ligtInGemeente": lies_in,
    }
    inside = "".join(f"<ow:{name}>{text}</ow:{name}>" for name, text in told.items() if text)
    return f"<ow:gebiedsmarkering><ow:Punt>{inside}</ow:Punt></ow:gebiedsmarkering>"


def created(name: str, scheme: str = "overheid:Gemeente") -> str:
    """The creator of a record."""
    return f'<dcterms:creator scheme="{scheme}">{name}</dcterms:creator>'


def record(
    number: int = 1,
    *,
    kind: str = "evenementenvergunning",
    east: float | None = 0.0,
    day: str | None = "2026-02-20",
    shape: str | None = None,
    point: str = "52.26 6.79",
    creator: str = "",
    markings: str | None = None,
    identifier: str | None = None,
) -> str:
    """A record of a notice in the place of these tests; `markings` in place of its one marking."""
    wkt = shape or (None if east is None else f"POINT({HENGELO.x + east} {HENGELO.y})")
    marking = markings if markings is not None else marked(wkt, point=point) if wkt else ""
    dated = f"<dcterms:available>{day}</dcterms:available>" if day else ""
    known = identifier or f"gmb-2026-{number}"
    return (
        "<sru:record><sru:recordData><gzd:gzd><gzd:originalData><ow:meta><ow:owmskern>"
        f"<dcterms:identifier>{known}</dcterms:identifier>"
        "<dcterms:title>Vergunning voor de heer A. Voorbeeld</dcterms:title>"
        f"<dcterms:type>{kind}</dcterms:type>{creator}</ow:owmskern>"
        f"<ow:owmsmantel>{dated}</ow:owmsmantel><ow:tpmeta>{marking}</ow:tpmeta></ow:meta>"
        f"</gzd:originalData><gzd:enrichedData><gzd:preferredUrl>https://zoek.example/{known}"
        "</gzd:preferredUrl></gzd:enrichedData></gzd:gzd></sru:recordData></sru:record>"
    )


def answer(*records: str, total: int | None = None, following: int | None = None) -> bytes:
    count = len(records) if total is None else total
    after = f"<sru:nextRecordPosition>{following}</sru:nextRecordPosition>" if following else ""
    return (
        f"{HEAD}<sru:numberOfRecords>{count}</sru:numberOfRecords>"
        f"<sru:records>{''.join(records)}</sru:records>{after}</sru:searchRetrieveResponse>"
    ).encode()


def xml(body: bytes) -> Reply:
    return Reply(body=body, headers=(("Content-Type", "application/xml"),))
