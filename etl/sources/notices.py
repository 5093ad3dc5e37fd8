"""Official notices of permits and events in the places, by kind, day and position.

Titles may name people, so they are dropped. A notice belongs to the municipality that published it
and counts in the place of that municipality in which its marking on the map lies. Towns use the
kinds of the register differently: an unused kind is reported, and never counts as zero notices.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import geopandas as gpd
import pandas as pd
from shapely.geometry import Point

from data.schema.tables import NOTICES
from etl.area import Area
from etl.decoding import strict_xml
from etl.fetch.messages import VALID, Limits, Request, Response, Validation, reject
from etl.fetch.pagination import Page
from etl.parsing.official_notices import (
    Notice,
    announced_total,
    diagnostic_of,
    identifier_of,
    is_end,
    read_notice,
    records,
    text_of,
)
from etl.problems import Finding, make_finding
from etl.source import Parsed, Piece, Question, Source
from etl.sources.reference import municipality_names
from geo.bilingual import Bilingual
from geo.crs import RD

SOURCE = Source(
    id="notices",
    title=Bilingual(nl="Officiële bekendmakingen", en="Official notices"),
    publisher="KOOP, officielebekendmakingen.nl",
    licence="Vrij te hergebruiken (Auteurswet artikel 11)",
    fills=(NOTICES,),
    rows=range(20_000),
    tried="documentation",
    tried_on=date(2026, 11, 29),
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
    partial=True,
)

SRU = "https://repository.overheid.nl/sru"
PAGE = 1000
YEARS = 2
"""Years to fetch: this year and the last."""
KINDS: Mapping[str, str] = {
    "evenementenvergunning": "event",
    "exploitatievergunning": "operation",
    "drank- en horecavergunning": "alcohol",
    "standplaatsvergunning": "pitch",
    "omgevingsvergunning": "building",
}
"""Kinds of notices in the table, by the words of the register."""

NO_NOTICE = Bilingual(
    nl="geen bekendmaking van deze soorten ligt in een plaats van deze run",
    en="no notice of these kinds lies in a place of this run",
)
_COLUMNS = ("notice_id", "place_id", "kind", "published", "title", "url", "geometry")


def requests(area: Area) -> Sequence[Question]:
    """A question in pages per municipality of a centre, kind and year.

    The service answers no question with more than 10,000 records.
    """
    years = [_today().year - back for back in range(YEARS)]
    return [
        Question(
            name=f"{code}-{KINDS[kind]}-{year}",
            request=Request(
                url=SRU,
                params=(
                    ("operation", "searchRetrieve"),
                    ("version", "2.0"),
                    ("query", _query(creators, kind, year)),
                    ("maximumRecords", str(PAGE)),
                    ("startRecord", "1"),
                ),
                kind="xml",
                validate=judged,
                limits=Limits(read_s=120.0, deadline_s=400.0),
                licence=SOURCE.licence,
                attribution=SOURCE.credit or "",
            ),
            read=page,
            follow=following,
        )
        for code, creators in _creators(area).items()
        for kind in KINDS
        for year in years
    ]


def _creators(area: Area) -> dict[str, tuple[str, ...]]:
    """The names under which each municipality of a centre publishes, by code.

    Those of its municipality, whatever the place is called; abroad and made up the place's own.
    """
    names: dict[str, set[str]] = defaultdict(set)
    for place in area.all_places:
        if place.role == "centre" and place.municipality_code:
            names[place.municipality_code].add(place.name)
    known = municipality_names()
    return {
        code: _signatures(known[code]) if code in known else tuple(sorted(names[code]))
        for code in sorted(names)
    }


def _signatures(name: str) -> tuple[str, ...]:
    """How a municipality signs; with the letters of its province where two have its name."""
    base, _, province = name.partition(" (")
    bases = Counter(other.partition(" (")[0] for other in municipality_names().values())
    if not province or bases[base] == 1:
        return (base,)
    return name, name.replace(".)", ")")


def _query(creators: Sequence[str], kind: str, year: int) -> str:
    """The question in CQL, sorted, because pages of an unsorted answer can repeat."""
    # A quote in a name would end the text; a backslash would escape that quote.
    texts = [re.sub(r'([\\"])', r"\\\1", name) for name in creators]
    by = " OR ".join(f'dt.creator=="{text}"' for text in texts)
    by = by if len(texts) == 1 else f"({by})"
    return (
        f'c.product-area==officielepublicaties AND {by} AND dt.type=="{kind}" '
        f'AND w.jaargang=="{year}" sortBy dt.available /sort.descending'
    )


def judged(answer: Response) -> Validation | None:
    """A failure for a diagnostic in place of records under any status, except for the last page."""
    if answer.status != 200:
        return None
    diagnostic = diagnostic_of(strict_xml.read(answer.read()))
    if diagnostic is None:
        return None
    if is_end(diagnostic):
        return VALID
    return reject("error-inside", host=answer.host, detail=diagnostic)


def page(data: bytes) -> Page:
    """Ids of one page of records, the begin of the next, and the estimated total."""
    root = strict_xml.read(data)
    if is_end(diagnostic_of(root) or ""):
        return Page(())
    ids = tuple(identifier_of(record) for record in records(root))
    return Page(ids, text_of(root, "nextRecordPosition"), announced_total(root), estimated=True)


def following(request: Request, read: Page, received: int) -> Request | None:
    """The next page: as the answer names it, else from the first record not yet received."""
    if read.next_url is not None and read.next_url.isdecimal():
        return request.with_param("startRecord", read.next_url)
    if not read.ids or (read.announced is not None and received >= read.announced):
        return None
    return request.with_param("startRecord", str(received + 1))


def parse(pieces: Sequence[Piece], area: Area) -> Parsed:
    """Notices of the `KINDS` in the places of the municipality that published them.

    Other notices are counted.
    """
    counts: Counter[str] = Counter()
    notices: dict[str, Notice] = {}
    for piece in pieces:
        piece.require("xml")
        root = strict_xml.read(piece.read())
        if is_end(diagnostic_of(root) or ""):
            continue
        announced_total(root)
        for record in records(root):
            notice = read_notice(record, counts)
            if notice is not None:
                notices.setdefault(notice.notice_id, notice)
    owners = _Owners(area)
    used: dict[str, set[str]] = defaultdict(set)
    rows: list[dict[str, object]] = []
    for notice in notices.values():
        kind = next((KINDS[name] for name in notice.kinds if name in KINDS), None)
        code = owners.municipality(notice)
        if code is not None:
            used[code].update(notice.kinds)
        if kind is None:
            counts["dropped-other-kind"] += 1
        elif notice.creators is not None and code is None:
            counts["dropped-other-creator"] += 1
        elif (spot := owners.place(notice, code)) is None:
            counts["dropped-elsewhere" if notice.markings else "dropped-no-position"] += 1
        else:
            rows.append(_row(notice, kind, *spot))
    frame = pd.DataFrame(rows, columns=_COLUMNS)
    published = pd.to_datetime(frame["published"]).astype("datetime64[ms]")
    frame = frame.assign(published=published, title=frame["title"].astype("str"))
    last = max((str(row["published"]) for row in rows), default=None)
    points = gpd.GeoSeries(list(frame["geometry"]), crs=RD)
    located = gpd.GeoDataFrame(frame.drop(columns="geometry"), geometry=points)
    findings = [*_unused(pieces, used, _creators(area))]
    if notices and not rows and all(piece.origin == "file" for piece in pieces):
        every = ", ".join(piece.name for piece in pieces)
        findings.append(make_finding("import-nothing", name=every, detail=NO_NOTICE))
    return Parsed({"notices": located}, +counts, last, tuple(findings))


def _row(notice: Notice, kind: str, place_id: str, point: Point) -> dict[str, object]:
    values = (notice.notice_id, place_id, kind, notice.published, None, notice.url, point)
    return dict(zip(_COLUMNS, values, strict=True))


def _unused(
    pieces: Sequence[Piece],
    used: Mapping[str, set[str]],
    creators: Mapping[str, tuple[str, ...]],
) -> Iterator[Finding]:
    """A finding per municipality with unused kinds: it may publish under other kinds."""
    years = Counter(name.rpartition("-")[0] for name in {piece.name for piece in pieces})
    from_files = any(piece.origin == "file" for piece in pieces)
    for code, names in creators.items():
        # A kind without an answer about every year may be in use.
        wanted = {kind for kind in KINDS if years[f"{code}-{KINDS[kind]}"] == YEARS}
        known = KINDS if from_files and code in used else wanted
        unused = [kind for kind in KINDS if kind in known and kind not in used.get(code, ())]
        if unused:
            yield make_finding("notices-not-so-called", town=names[0], kinds=", ".join(unused))


def _today() -> date:
    return date.today()  # noqa: DTZ011 - the day on the clock of this computer


def _plain(name: str) -> str:
    """A name of a municipality for comparison, with the province only where it is not unique."""
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()
    letters = letters.removeprefix("gemeente ")
    bare = letters if letters.startswith("bergen (") else letters.partition(" (")[0]
    return re.sub(r"[^a-z0-9]+", "", bare)


class _Owners:
    """The municipalities of the run by the names under which they publish, and their places."""

    def __init__(self, area: Area) -> None:
        self._area = area
        creators = _creators(area)
        self._codes = {_plain(name): code for code, names in creators.items() for name in names}

    def municipality(self, notice: Notice) -> str | None:
        """Code of the municipality that published it, None for one outside the run."""
        known = (self._codes.get(_plain(name)) for name in notice.creators or ())
        return next((code for code in known if code is not None), None)

    def place(self, notice: Notice, code: str | None) -> tuple[str, Point] | None:
        """The place of a marking, and the middle (RD) of that marking.

        Only places of the municipality `code` count. Markings that name it come first.
        """
        places = [
            place for place in self._area.all_places if code in (None, place.municipality_code)
        ]
        inside = [
            marking
            for marking in notice.markings
            if marking.lies_in and self._is(marking.lies_in, code)
        ]
        points = [marking.point for marking in inside or notice.markings]
        if not points:
            return None
        owners = Area(tuple(places), tuple(places)).owners(gpd.GeoSeries(points, crs=RD))
        located = zip(owners, points, strict=True)
        return next(((str(owner), point) for owner, point in located if not pd.isna(owner)), None)

    def _is(self, name: str, code: str | None) -> bool:
        """Whether the municipality in a marking, by name or by number, is this one."""
        return code is not None and (
            self._codes.get(_plain(name)) == code or name.removeprefix("GM") == code[2:]
        )
