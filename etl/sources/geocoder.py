"""Positions of market squares and of streets of initiatives, from the Locatieserver of PDOK.

Scores do not count: a hit is accepted when its municipality, kind, and name or house number are the
requested ones.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import geopandas as gpd
import pandas as pd
from shapely.geometry import Point

from data.schema.initiative_tables import INITIATIVES
from data.schema.tables import PLACES
from etl.area import Area, Place, Spot
from etl.decoding import strict_json
from etl.decoding.strict_json import Json
from etl.errors import ContentError, column_retyped
from etl.fetch.messages import Request
from etl.parsing.assumptions import HasTypes, OnlyKnown, ServiceAssumption, at
from etl.problems import NO_OTHER
from etl.source import Parsed, Piece, Question, Source
from geo.bilingual import Bilingual
from geo.crs import RD, REACH_M, around

SOURCE = Source(
    id="geocoder",
    title=Bilingual(
        nl="Plaatsbepaling van pleinen en straten", en="Positions of squares and streets"
    ),
    publisher="PDOK / Kadaster",
    licence="Niet vermeld bij de Locatieserver; openbare gegevens van het Kadaster",
    # It fills no table: it moves cores and places initiatives.
    fills=(PLACES, INITIATIVES),
    rows=range(1),
    tried="recorded",
    tried_on=date(2026, 11, 24),
    tried_with=("answers of the release before this one: free, lookup, suggest and an error",),
    settled_days=90,
    url="https://api.pdok.nl/bzk/locatieserver/search/v3_1/free",
    credit="Bron: PDOK Locatieserver / Kadaster",
    may_be_empty=True,
)

FREE = "https://api.pdok.nl/bzk/locatieserver/search/v3_1/free"
FIELDS = (
    "id,type,weergavenaam,straatnaam,huisnummer,huisletter,woonplaatsnaam,gemeentecode,centroide_rd"
)
SETTLEMENT_FIELDS = (
    "id,type,weergavenaam,woonplaatsnaam,gemeentenaam,gemeentecode,provincienaam,centroide_rd"
)
ROWS = "50"
CORE = "core/"
MUNICIPALITY, TOWN = "gemeente", "woonplaats"
"""Kinds of settlement, as the service writes them."""
MARKET_WORDS = ("markt", "marktplein")
MARKETS = frozenset(
    {"markt", "marktplein", "oude markt", "grote markt", "groote markt", "nieuwe markt"}
)
"""Names of market squares; streets towards one (Marktstraat) are not included."""

_POINT = re.compile(r"POINT\s*\(\s*(-?[\d.]+)\s+(-?[\d.]+)\s*\)")
_ADDRESS = re.compile(r"(?P<street>.+?)\s+(?P<number>\d+)\s*(?P<letter>[A-Za-z]?)")
_SQUARE = re.compile(r"(plein|markt|brink)$")


@dataclass(frozen=True, slots=True)
class Hit:
    """One street or address that was found, in RD."""

    kind: str
    street: str
    number: int | None
    letter: str
    municipality: str
    point: Point


@dataclass(frozen=True, slots=True)
class Settlement:
    """A municipality, or a town in one, with its middle in RD."""

    kind: str
    name: str
    municipality_code: str
    municipality: str
    province: str
    point: Point


def requests(area: Area) -> Sequence[Question]:
    """The questions per wanted spot in a Dutch place; for a market square its usual names."""
    places = {place.place_id: place for place in area.all_places}
    return [question for spot in area.spots for question in _questions(spot, places[spot.place_id])]


def assumptions(area: Area) -> Sequence[ServiceAssumption]:
    """Streets of a municipality with the fields that are read, and the kind `weg` for them."""
    rows = at("response", "docs", "*")
    street = {"straatnaam": "string", "gemeentecode": "string", "centroide_rd": "string"}
    asked = [
        question
        for place in area.places[:1]
        for question in _questions(core_spot(place.place_id), place)
    ]
    return [
        ServiceAssumption(
            about=question.name,
            question=question,
            checks=(
                HasTypes(street, rows),
                OnlyKnown(("weg",), at("response", "docs", "*", "type")),
            ),
        )
        for question in asked[:1]
    ]


def parse(pieces: Sequence[Piece], area: Area) -> Parsed:
    """The spots that were found, with how precise each is."""
    places = {place.place_id: place for place in area.all_places}
    hits: dict[str, list[Hit]] = {}
    for piece in pieces:
        hits.setdefault(piece.name.partition(" ")[0], []).extend(read(piece.read()))
    counts: Counter[str] = Counter()
    rows: list[dict[str, object]] = []
    for spot in area.spots:
        if spot.key not in hits:
            continue
        choice = _choose(hits[spot.key], spot, places[spot.place_id])
        if choice is None:
            counts["missing-spot"] += 1
            continue
        rows.append(
            {
                "key": spot.key,
                "place_id": spot.place_id,
                "precision": _precision(choice, spot),
                "geometry": choice.point,
            }
        )
    texts = pd.DataFrame(
        [{name: row[name] for name in ("key", "place_id", "precision")} for row in rows],
        columns=["key", "place_id", "precision"],
        dtype="str",
    )
    frame = gpd.GeoDataFrame(
        texts, geometry=gpd.GeoSeries([row["geometry"] for row in rows], crs=RD)
    )
    return Parsed({"positions": frame}, counts)


def read(data: bytes) -> list[Hit]:
    """Streets and addresses with a point in an answer of `free` or `lookup`.

    Raises ContentError when the answer is not a list of hits.
    """
    return [hit for doc in _docs(data) if (hit := _hit(doc)) is not None]


def squares(pieces: Sequence[Piece], place: Place) -> list[Hit]:
    """The market squares of the municipality of a place, each once, nearest to its core first."""
    spot = core_spot(place.place_id)
    squares_by_spot = {
        (hit.street, hit.point.wkb): hit
        for piece in pieces
        for hit in read(piece.read())
        if hit.municipality == place.municipality_code and _is_asked(hit, spot)
    }
    return sorted(
        squares_by_spot.values(), key=lambda hit: (hit.point.distance(place.core), hit.street)
    )


def core_spot(place_id: str) -> Spot:
    """The market square of a place, as a spot to locate."""
    return Spot(f"{CORE}{place_id}", place_id, "Markt")


def settlement_questions(name: str, municipality_code: str | None = None) -> list[Question]:
    """The municipality and the town of this name, in one municipality or in the whole country."""
    return [
        _question(f"{kind} {name}", name, kind, municipality_code, SETTLEMENT_FIELDS)
        for kind in (MUNICIPALITY, TOWN)
    ]


def settlements(pieces: Sequence[Piece]) -> list[Settlement]:
    """Municipalities and towns with a point, in the order of the answers.

    Raises ContentError when an answer is not a list of hits.
    """
    return [
        settlement
        for piece in pieces
        for doc in _docs(piece.read())
        if (settlement := _settlement(doc)) is not None
    ]


def _docs(data: bytes) -> list[Mapping[str, Json]]:
    docs = strict_json.rows_at(strict_json.read(data), "response", "docs")
    if docs is None:
        raise ContentError("column-missing", column="response.docs", like=NO_OTHER)
    return [doc for doc in docs if isinstance(doc, Mapping)]


def _settlement(doc: Mapping[str, Json]) -> Settlement | None:
    kind, point = doc.get("type"), _point(doc)
    if kind not in (MUNICIPALITY, TOWN) or point is None:
        return None
    shown = strict_json.text_at(doc, "weergavenaam") or ""
    municipality = strict_json.text_at(doc, "gemeentenaam") or shown.removeprefix("Gemeente ")
    town = strict_json.text_at(doc, "woonplaatsnaam") or ""
    return Settlement(
        str(kind),
        municipality if kind == MUNICIPALITY else town,
        _municipality_code(doc),
        municipality,
        strict_json.text_at(doc, "provincienaam") or "",
        point,
    )


def _questions(spot: Spot, place: Place) -> list[Question]:
    if place.municipality_code is None:
        return []
    address = _ADDRESS.fullmatch(spot.text)
    words = MARKET_WORDS if spot.key.startswith(CORE) else (spot.text,)
    kind = "adres" if address and not spot.key.startswith(CORE) else "weg"
    return [
        _question(f"{spot.key} {word}", word, kind, place.municipality_code, FIELDS)
        for word in words
    ]


def _question(
    name: str, text: str, kind: str, municipality_code: str | None, fields: str
) -> Question:
    within = (
        ()
        if municipality_code is None
        else (("fq", f"gemeentecode:{municipality_code.removeprefix('GM')}"),)
    )
    return Question(
        name=name,
        request=Request(
            url=FREE,
            params=(
                ("q", text),
                ("fq", f"type:{kind}"),
                *within,
                ("fl", fields),
                ("rows", ROWS),
            ),
            licence=SOURCE.licence,
            attribution=SOURCE.credit or "",
        ),
    )


def _point(doc: Mapping[str, Json]) -> Point | None:
    at = _POINT.fullmatch(strict_json.text_at(doc, "centroide_rd") or "")
    return None if at is None else Point(float(at.group(1)), float(at.group(2)))


def _municipality_code(doc: Mapping[str, Json]) -> str:
    code = strict_json.text_at(doc, "gemeentecode")
    if code is None:
        raise column_retyped("gemeentecode", repr(doc.get("gemeentecode")), "text like 0164")
    return f"GM{code}"


def _hit(doc: Mapping[str, Json]) -> Hit | None:
    kind, point = doc.get("type"), _point(doc)
    if kind not in ("weg", "adres") or point is None:
        return None
    number, code = doc.get("huisnummer"), _municipality_code(doc)
    street = (
        strict_json.text_at(doc, "straatnaam")
        or (strict_json.text_at(doc, "weergavenaam") or "").partition(",")[0]
    )
    letter = strict_json.text_at(doc, "huisletter") or ""
    return Hit(
        str(kind),
        street,
        number if isinstance(number, int) else None,
        letter,
        code,
        point,
    )


def _choose(hits: Sequence[Hit], spot: Spot, place: Place) -> Hit | None:
    """The matching hit nearest to the core, None where all lie outside the place."""
    near = [
        hit for hit in hits if hit.municipality == place.municipality_code and _is_asked(hit, spot)
    ]
    # A village of the same municipality may also have a market, or a street of that name.
    reach = around(place.core, REACH_M) if spot.key.startswith(CORE) else place.reach
    near = [hit for hit in near if hit.point.intersects(reach)]
    return min(
        near, key=lambda hit: (round(hit.point.distance(place.core), 3), hit.street), default=None
    )


def _is_asked(hit: Hit, spot: Spot) -> bool:
    if spot.key.startswith(CORE):
        return hit.kind == "weg" and hit.street.casefold() in MARKETS
    address = _ADDRESS.fullmatch(spot.text)
    if address is None:
        return hit.kind == "weg" and hit.street.casefold() == spot.text.strip().casefold()
    same = hit.street.casefold() == address["street"].casefold() and hit.number == int(
        address["number"]
    )
    return hit.kind == "adres" and same and hit.letter.casefold() == address["letter"].casefold()


def _precision(hit: Hit, spot: Spot) -> str:
    if hit.kind == "adres":
        return "address"
    return (
        "square" if spot.key.startswith(CORE) or _SQUARE.search(hit.street.casefold()) else "street"
    )
