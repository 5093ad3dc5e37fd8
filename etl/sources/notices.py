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
from dataclasses import replace
from datetime import date
from xml.etree.ElementTree import Element

import geopandas as gpd
import pandas as pd
from shapely.geometry import Point

from data.schema.tables import NOTICES
from etl.area import Area
from etl.decoding import strict_xml
from etl.decoding.strict_json import Json
from etl.fetch.messages import Limits, Request
from etl.parsing import sru
from etl.parsing.assumptions import (
    HasNames,
    HasNextPage,
    HasRows,
    OnlyKnown,
    ServiceAssumption,
    smaller,
)
from etl.parsing.official_notices import (
    TYPES,
    Notice,
    announced_total,
    diagnostic_of,
    is_end,
    read_notice,
    records,
    types_in_use,
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
KINDS: Mapping[str, str] = {name: kind for name, kind in TYPES.items() if kind}
"""Kinds of notices in the table, by the types of the gazette that are asked for."""
FACETS = ("facetLimit", "100:dt.type")
"""Asks for the types that a town uses, with their numbers."""
MOST_TOWNS = 10
"""Towns whose types are asked for to see which there are."""
_TYPES = "-types-"
"""In the names of those questions."""
PATIENT = Limits(
    read_s=180.0, deadline_s=900.0, silence_s=600.0, tries=6, waits_s=(5.0, 15.0, 45.0, 90.0, 180.0)
)
"""Time-outs and waits of clients that harvest this service."""

NO_NOTICE = Bilingual(
    nl="geen bekendmaking van deze soorten ligt in een plaats van deze run",
    en="no notice of these kinds lies in a place of this run",
)
RECORD_PARTS = ("identifier", "type", "creator", "available", "preferredUrl")
"""Elements of a record that are read."""
KEPT_PARTS = frozenset(
    [
        *RECORD_PARTS,
        *("numberOfRecords", "nextRecordPosition", "recordPosition", "scheme", "organisatietype"),
        *("geometrie", "locatiepunt", "locatiegebied", "ligtInGemeente"),
        *("index", "actualTerm", "count"),
    ]
)
"""What a recorded answer holds: titles and other texts may name persons."""
_COLUMNS = ("notice_id", "place_id", "kind", "published", "title", "url", "geometry")


def requests(area: Area) -> Sequence[Question]:
    """A question in pages per municipality of a centre, kind and year, and one about its types.

    The service answers no question with more than 10,000 records.
    """
    years = [_today().year - back for back in range(YEARS)]
    groups: dict[str, list[str]] = defaultdict(list)
    for name, kind in KINDS.items():
        groups[kind].append(name)
    paged = [
        Question(
            name=f"{code}-{kind}-{year}",
            request=_request(sru.query(creators, year, types), str(PAGE)),
            read=sru.page,
            follow=sru.following,
        )
        for code, creators in _creators(area).items()
        for kind, types in groups.items()
        for year in years
    ]
    return [*paged, *(_types_question(code, area) for code in _creators(area))]


def _types_question(code: str, area: Area) -> Question:
    """The question which types a municipality used last year."""
    creators, year = _creators(area)[code], _today().year - 1
    request = _request(sru.query(creators, year), "1")
    return Question(
        name=f"{code}{_TYPES}{year}",
        request=replace(request, params=(*request.params, FACETS)),
        aside=True,
    )


def assumptions(area: Area) -> Sequence[ServiceAssumption]:
    """The form of the question, records with what is read of them, pages, and the types in use."""
    asked = requests(area)
    building = f"-{KINDS['omgevingsvergunning']}-"
    permits = next(question for question in asked if building in question.name)
    return [
        ServiceAssumption(
            about="omgevingsvergunning",
            question=smaller(permits, maximumRecords="2"),
            checks=(HasRows(_identifiers), HasNames(RECORD_PARTS, _leaves), HasNextPage()),
            keeps=KEPT_PARTS,
        ),
        *(
            ServiceAssumption(
                about=question.name,
                question=question,
                checks=(OnlyKnown(tuple(TYPES), lambda data: [*types_in_use(_root(data))]),),
                keeps=KEPT_PARTS,
            )
            for question in [each for each in asked if _TYPES in each.name][:MOST_TOWNS]
        ),
    ]


def _identifiers(data: bytes) -> Sequence[Json]:
    return sru.page(data).ids


def _leaves(data: bytes) -> Sequence[Json]:
    """The names of the elements that hold a text."""
    return sorted(
        {
            str(element.tag).rpartition("}")[2]
            for element in _root(data).iter()
            if (element.text or "").strip()
        }
    )


def _root(data: bytes) -> Element:
    return strict_xml.read(data)


def _request(query: str, most: str) -> Request:
    return Request(
        url=SRU,
        params=(
            ("operation", "searchRetrieve"),
            ("version", "2.0"),
            ("query", query),
            ("maximumRecords", most),
            ("startRecord", "1"),
        ),
        kind="xml",
        validate=sru.judged,
        limits=PATIENT,
        licence=SOURCE.licence,
        attribution=SOURCE.credit or "",
    )


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


def parse(pieces: Sequence[Piece], area: Area) -> Parsed:
    """Notices of the `KINDS` in the places of the municipality that published them.

    Other notices are counted.
    """
    counts: Counter[str] = Counter()
    notices, unknown = _read(pieces, counts)
    owners = _Owners(area)
    used: dict[str, set[str]] = defaultdict(set)
    rows: list[dict[str, object]] = []
    for notice in notices.values():
        kind = next((KINDS[name] for name in notice.kinds if name in KINDS), None)
        code = owners.municipality(notice)
        if code is not None:
            used[code].update(notice.kinds)
        if kind is None and not any(name in TYPES for name in notice.kinds):
            unknown[code or ""] += Counter(dict.fromkeys(notice.kinds, 1))
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
    findings = [*_unused(pieces, used, _creators(area)), *_not_grouped(unknown, _creators(area))]
    if notices and not rows and all(piece.origin == "file" for piece in pieces):
        every = ", ".join(piece.name for piece in pieces)
        findings.append(make_finding("import-nothing", name=every, detail=NO_NOTICE))
    return Parsed({"notices": located}, +counts, last, tuple(findings))


def _read(
    pieces: Sequence[Piece], counts: Counter[str]
) -> tuple[dict[str, Notice], dict[str, Counter[str]]]:
    """Each notice by its id, and per municipality the notices of unknown types by answers on types.

    Other publications are added to `counts`.
    """
    notices: dict[str, Notice] = {}
    unknown: dict[str, Counter[str]] = defaultdict(Counter)
    for piece in pieces:
        piece.require("xml")
        root = strict_xml.read(piece.read())
        if is_end(diagnostic_of(root) or ""):
            continue
        announced_total(root)
        types = types_in_use(root)
        if types or _TYPES in piece.name:
            unknown[piece.name.partition("-")[0]] += _unknown(types)
            continue
        for record in records(root):
            notice = read_notice(record, counts)
            if notice is not None:
                notices.setdefault(notice.notice_id, notice)
    return notices, unknown


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


def _unknown(types: Mapping[str, int]) -> Counter[str]:
    """The numbers of notices of types that `TYPES` does not hold."""
    return Counter({name: count for name, count in types.items() if name not in TYPES})


def _not_grouped(
    unknown: Mapping[str, Counter[str]], creators: Mapping[str, tuple[str, ...]]
) -> Iterator[Finding]:
    """A finding per municipality that uses types of no kind, most frequent first."""
    for code, types in sorted(unknown.items()):
        if types:
            listed = ", ".join(f"{name} ({count})" for name, count in types.most_common())
            town = creators[code][0] if code in creators else "-"
            yield make_finding("notices-other-types", town=town, types=listed)


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
