"""Official notices of permits and events in the places: what kind, when and where; never whose.

Titles may name people, so they are not kept. A notice counts where its own marking on the map lies.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from xml.etree.ElementTree import Element

import geopandas as gpd
import pandas as pd
import shapely
from shapely.geometry import Point

from data.tables import NOTICES
from etl import xmlio
from etl.area import Area
from etl.errors import ContentError
from etl.exchange import Answer, Request, Verdict, refuse
from etl.paging import Page
from etl.problems import found
from etl.source import Parsed, Piece, Question, Source
from geo.bilingual import Bilingual
from geo.crs import RD

SOURCE = Source(
    id="notices",
    title=Bilingual(nl="Officiële bekendmakingen", en="Official notices"),
    publisher="KOOP, officielebekendmakingen.nl",
    licence="Vrij te hergebruiken (Auteurswet artikel 11)",
    fills=(NOTICES,),
    rows=range(0, 20_000),
    tried="documentation",
    tried_on=date(2026, 11, 24),
    tried_with=("the manual of the SRU service and made-up answers after it",),
    max_age_days=60,
    settled_days=1,
    url="https://repository.overheid.nl/sru",
    credit="Bron: officielebekendmakingen.nl",
    accepts=(".xml",),
    per="region",
    budget_s=1800.0,
    may_be_empty=True,
    optional=True,
)

SRU = "https://repository.overheid.nl/sru"
SHOWN_AT = "https://zoek.officielebekendmakingen.nl/{id}.html"
PAGE = 1000
YEARS = 2
"""This year and the one before."""
KINDS: Mapping[str, str] = {
    "evenementenvergunning": "event",
    "exploitatievergunning": "operation",
    "drank- en horecavergunning": "alcohol",
    "standplaatsvergunning": "pitch",
    "omgevingsvergunning": "building",
}
"""What the register calls a notice, and what we call it."""

_DATES = ("available", "issued", "date", "modified")
_ID = re.compile(r"[a-z]+-\d{4}-\d+(?:-[a-z0-9]+)*")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MARKING = "gebiedsmarkering"
_SHAPE = "geometrie"
"""Inside a marking: the same shape in RD; beside it stands one in degrees."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice without its words."""

    notice_id: str
    kinds: tuple[str, ...]
    published: date
    url: str
    points: tuple[Point, ...]


def requests(area: Area) -> Sequence[Question]:
    """Per municipality of a centre, kind and year one question in pages: a question may not bring more than 10,000."""
    towns = {place.municipality_code: place.name for place in area.everywhere if place.role == "centre" and place.municipality_code}
    # A quote in a name would end the text it stands in.
    towns = {code: name.replace('"', '\\"') for code, name in towns.items()}
    years = [_today().year - back for back in range(YEARS)]
    return [
        Question(
            name=f"{code}-{KINDS[kind]}-{year}",
            request=Request(
                url=SRU,
                params=(
                    ("operation", "searchRetrieve"),
                    ("version", "2.0"),
                    ("query", f'c.product-area==officielepublicaties AND dt.creator=="{name}" AND dt.type=="{kind}" AND w.jaargang=="{year}"'),
                    ("maximumRecords", str(PAGE)),
                    ("startRecord", "1"),
                ),
                kind="xml",
                judge=judged,
                licence=SOURCE.licence,
                attribution=SOURCE.credit or "",
            ),
            read=page,
            follow=following,
        )
        for code, name in sorted(towns.items())
        for kind in KINDS
        for year in years
    ]


def judged(answer: Answer) -> Verdict | None:
    """A diagnostic in place of records is a failure, whatever the status says."""
    if answer.status != 200:
        return None
    root = xmlio.read(answer.read())
    told = next((one for one in root.iter() if _local(one) == "diagnostic"), None)
    if told is None:
        return None
    said = " ".join(part.strip() for part in told.itertext() if part.strip())
    return refuse("error-inside", host=answer.host, detail=said or "a diagnostic without words")


def page(data: bytes) -> Page:
    """Ids of one page of records and the announced total."""
    root = xmlio.read(data)
    return Page(tuple(notice.notice_id for notice in _read(root)), None, _announced(root))


def _announced(root: Element) -> int:
    """How many records the answer belongs to; ContentError for one that does not say so: it is no answer of SRU."""
    total = _text(root, "numberOfRecords")
    if total is None or not total.isdecimal():
        raise ContentError(found("column-retyped", column="numberOfRecords", met=repr(total), expected="a number"))
    return int(total)


def following(asked: Request, read: Page, received: int) -> Request | None:
    """The page from the first record not yet received."""
    if not read.ids or (read.announced is not None and received >= read.announced):
        return None
    return asked.with_param("startRecord", str(received + 1))


def parse(pieces: Sequence[Piece], area: Area) -> Parsed:
    """Notices of our kinds whose marking lies in one of the places; the others are counted."""
    counts: Counter[str] = Counter()
    met: dict[str, Notice] = {}
    for piece in pieces:
        piece.require("xml")
        root = xmlio.read(piece.read())
        _announced(root)
        for notice in _read(root):
            met.setdefault(notice.notice_id, notice)
    rows: list[dict[str, object]] = []
    for notice in met.values():
        kind = next((KINDS[one] for one in notice.kinds if one in KINDS), None)
        if kind is None:
            counts["dropped-other-kind"] += 1
            continue
        spot = _in_a_place(notice, area)
        if spot is None:
            counts["dropped-elsewhere" if notice.points else "dropped-no-position"] += 1
            continue
        place_id, point = spot
        rows.append(
            {"notice_id": notice.notice_id, "place_id": place_id, "kind": kind, "published": notice.published, "title": None, "url": notice.url, "geometry": point}
        )
    names = ["notice_id", "place_id", "kind", "published", "title", "url", "geometry"]
    frame = pd.DataFrame(rows, columns=names)
    frame = frame.assign(published=pd.to_datetime(frame["published"]).astype("datetime64[ms]"), title=frame["title"].astype("str"))
    last = max((row["published"] for row in rows), default=None)
    located = gpd.GeoDataFrame(frame.drop(columns="geometry"), geometry=gpd.GeoSeries(list(frame["geometry"]), crs=RD))
    return Parsed({"notices": located}, +counts, None if last is None else str(last))


def _today() -> date:
    return date.today()


def _in_a_place(notice: Notice, area: Area) -> tuple[str, Point] | None:
    """The first place a marking of the notice lies in, and that marking's middle."""
    if not notice.points:
        return None
    owners = area.owners(gpd.GeoSeries(list(notice.points), crs=RD))
    return next(((str(owner), point) for owner, point in zip(owners, notice.points, strict=True) if not pd.isna(owner)), None)


def _read(root: Element) -> Iterator[Notice]:
    """The notices of an answer; ContentError for a record without an id or a day."""
    for record in (one for one in root.iter() if _local(one) == "recordData"):
        notice_id = (_text(record, "identifier") or "").lower()
        if _ID.fullmatch(notice_id) is None:
            raise ContentError(found("column-retyped", column="identifier", met=repr(notice_id), expected="an id like gmb-2026-123456"))
        day = next((text[:10] for name in _DATES if (text := _text(record, name)) and _DAY.fullmatch(text[:10])), None)
        if day is None:
            raise ContentError(found("column-missing", column="available", like=", ".join(sorted({_local(one) for one in record.iter()}))))
        kinds = tuple((one.text or "").strip().casefold() for one in record.iter() if _local(one) == "type")
        url = _text(record, "preferredUrl") or SHOWN_AT.format(id=notice_id)
        yield Notice(notice_id, kinds, _date(day), url, tuple(_points(record)))


def _points(record: Element) -> Iterator[Point]:
    """The middle of every marking that is a shape; others are as good as none."""
    for marking in (one for one in record.iter() if _local(one) == _MARKING):
        for one in marking.iter():
            if _local(one) != _SHAPE or not (one.text or "").strip():
                continue
            shape = shapely.from_wkt((one.text or "").strip(), on_invalid="ignore")
            if shape is not None and not shape.is_empty:
                yield shape.centroid


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ContentError(found("column-retyped", column="available", met=repr(text), expected="a day")) from error


def _local(element: Element) -> str:
    """Name of an element without its namespace: the prefixes differ between releases."""
    return str(element.tag).rpartition("}")[2]


def _text(element: Element, name: str) -> str | None:
    """Text of the first element of that name inside, None when there is none."""
    met = next((one for one in element.iter() if _local(one) == name), None)
    return (met.text or "").strip() or None if met is not None else None
