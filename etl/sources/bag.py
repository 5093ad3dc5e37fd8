"""Shop and assembly units of the BAG, the national register of addresses and buildings.

A purpose in the BAG is a building permit: it does not say who uses the unit, or whether anybody
does. Hence the status is always unknown, and `use` names the permit: `retail` (winkelfunctie),
`assembly` (bijeenkomstfunctie: hospitality, but churches and halls as well) or `retail/assembly`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from data.schema.columns import text_array
from data.schema.content_hash import increasing
from data.schema.tables import PREMISES
from etl.area import Area, Place
from etl.decoding.file_guard import MIB
from etl.errors import column_retyped
from etl.fetch import response_checks
from etl.fetch.messages import Limits, Request
from etl.fetch.pagination import by_offset
from etl.parsing import area_split as splitting
from etl.parsing import column_checks, vector_layers
from etl.parsing.assumptions import (
    HasNextPage,
    HasRows,
    HasTypes,
    OnlyKnown,
    ServiceAssumption,
    at,
    smaller,
)
from etl.source import Parsed, Piece, Question, Source
from geo.bilingual import Bilingual
from geo.crs import rd_frame

SOURCE = Source(
    id="bag",
    title=Bilingual(
        nl="Panden met winkel- of bijeenkomstfunctie", en="Units with a shop or assembly purpose"
    ),
    publisher="Kadaster",
    licence="Public Domain Mark 1.0",
    fills=(PREMISES,),
    rows=range(300, 12_000),
    # Of the WFS only a building was recorded; its fields for units come from working clients.
    tried="recorded",
    tried_on=date(2026, 11, 24),
    tried_with=(
        "a unit of 2026 from the OGC API, withdrawn",
        "properties of a unit with two purposes, called on 2026-08-30",
        "a building of the WFS in its older form",
        (
            "the addresses of an Amsterdam quarter that PDOK tests its service with (GeoPackage, "
            "in RD and degrees)"
        ),
        "pages that PDOK expects of its service: none, in RD, without geometry",
    ),
    untried="pages of the WFS",
    max_age_days=180,
    url="https://service.pdok.nl/lv/bag/wfs/v2_0",
    credit="Bron: BAG, Kadaster",
    accepts=vector_layers.ACCEPTS,
    budget_s=1800.0,
)

WFS = "https://service.pdok.nl/lv/bag/wfs/v2_0"
OGC = "https://api.pdok.nl/kadaster/bag/ogc/v2/collections/verblijfsobject/items"
RD_URI = "http://www.opengis.net/def/crs/EPSG/0/28992"
PAGE = 1000
YOUNGER_THAN_THE_REGISTER = range(1900, 2100)
"""Numbers of municipalities younger than the register: ids of their older units begin otherwise."""
SMALLEST_BOX_M = 500.0
"""Length of the side down to which a box with too many units is halved."""
LIMITS = Limits(unpacked_bytes=64 * MIB)

IN_USE_STATUSES = (
    "Verblijfsobject in gebruik",
    "Verblijfsobject in gebruik (niet ingemeten)",
    "Verbouwing verblijfsobject",
)
LEFT_OUT = {
    "Verblijfsobject ingetrokken": "dropped-withdrawn",
    "Verblijfsobject gevormd": "dropped-not-built",
    "Niet gerealiseerd verblijfsobject": "dropped-not-built",
    "Verblijfsobject buiten gebruik": "dropped-out-of-use",
    "Verblijfsobject ten onrechte opgevoerd": "dropped-entered-by-mistake",
}
PURPOSES = {"winkelfunctie": "retail", "bijeenkomstfunctie": "assembly"}
PLACEHOLDER_AREAS_M2 = (1.0, 999_999.0)

NEEDED = ("identificatie", "gebruiksdoel", "oppervlakte", "status")
STREET = ("openbare_ruimte", "openbare_ruimte_naam")
"""The column of the street in the WFS and in the OGC API."""
NUMBER = ("huisnummer", "huisletter", "toevoeging")
_NOTHING = pa.scalar("", pa.large_string())
POSTCODE = "postcode"
READ = (*NEEDED, *STREET, *NUMBER, POSTCODE)
# Other columns of the services and their downloads.
OTHER_COLUMNS = frozenset(
    [
        *("geometry", "id", "pandidentificatie", "rdf_seealso", "woonplaats", "bouwjaar"),
        *("pandstatus", "openbare_ruimte_naam_kort", "openbare_ruimte_identificatie"),
        *("openbare_ruimte_status", "woonplaats_naam", "woonplaats_identificatie"),
        *("woonplaats_status", "hoofdadres_identificatie", "hoofdadres_status"),
        *("bronhouder_identificatie", "bronhouder_naam", "provincie_naam"),
        *("provincie_afkorting", "geconstateerd", "documentdatum", "documentnummer"),
        *("pand.href", "fid", "feature_id", "external_fid"),
    ]
)

_LIKE = (
    '<fes:PropertyIsLike wildCard="*" singleChar="."'
    ' escapeChar="!"><fes:ValueReference>{name}</fes:ValueReference>'
    "<fes:Literal>{pattern}</fes:Literal></fes:PropertyIsLike>"
)


def requests(area: Area) -> Sequence[Question]:
    """Per centre the units of its municipality that the WFS picks; those in a box for other sites
    and young municipalities; abroad nothing.
    """
    return [_question(place) for place in area.places if place.municipality_code is not None]


def assumptions(area: Area) -> Sequence[ServiceAssumption]:
    """Units of the WFS, filtered, sorted and counted, and those of the OGC API."""
    assumed: list[ServiceAssumption] = []
    for question in requests(area)[:1]:
        box = _in_box("ogc", area.places[0].reach.bounds)
        assumed.append(_assumed("ogc/verblijfsobject", smaller(box, limit="5"), STREET[1]))
        if question.hits is not None:
            few = replace(smaller(question, count="5"), otherwise=())
            assumed.append(_assumed("bag:verblijfsobject", few, STREET[0]))
            hits = Question(name=question.name, request=question.hits)
            number = HasRows(lambda data: range(vector_layers.matched(data)))
            assumed.append(ServiceAssumption(about="hits", question=hits, checks=(number,)))
    return assumed


def _assumed(about: str, question: Question, street: str) -> ServiceAssumption:
    types = dict.fromkeys(("identificatie", "gebruiksdoel", "status", street), "string")
    types["oppervlakte"] = "number"
    status = OnlyKnown((*IN_USE_STATUSES, *LEFT_OUT), at("features", "*", "properties", "status"))
    fields = HasTypes(types, at("features", "*", "properties"))
    return ServiceAssumption(about=about, question=question, checks=(fields, status, HasNextPage()))


def parse(pieces: Sequence[Piece], area: Area) -> Parsed:
    """The units with a shop or assembly purpose in the places."""
    layer = vector_layers.read(pieces, area, columns=READ, near=True)
    counts = Counter(layer.counts)
    new = (
        column_checks.require(layer.names, NEEDED, known=(*READ, *OTHER_COLUMNS))
        if layer.names
        else ()
    )
    if not len(layer.frame):
        findings = (*layer.findings, *new)
        return Parsed({"premises": PREMISES.empty()}, counts, layer.surveyed, findings)
    frame = _with_codes(layer.frame)
    if not increasing(frame, ("identificatie",)):
        frame = _keep(frame, ~frame["identificatie"].duplicated(), "dropped-duplicate", counts)
    uses = _uses(frame["gebruiksdoel"])
    if (uses == "").any():
        frame, uses = _keep(frame, uses != "", "dropped-other-purpose", counts), uses[uses != ""]
    frame = _in_use(frame, counts)
    owner = area.owners(frame)
    inside = _keep(frame, owner.isin(area.place_ids), "dropped-elsewhere", counts)
    if not len(inside):
        # No unit of a whole municipality in the place: likely a wrong coordinate system.
        area.clip(frame)
    surveyed = np.datetime64(layer.surveyed or "NaT", "ms")
    rows = rd_frame(
        {
            "premises_id": "bag:" + inside["identificatie"],
            "survey": column_checks.same(SOURCE.id, len(inside)),
            "place_id": owner.reindex(inside.index),
            "address": _addresses(inside),
            "floor_area_m2": _floor_area(inside["oppervlakte"], counts),
            "use": uses.reindex(inside.index),
            "status": column_checks.same("unknown", len(inside)),
            "surveyed": np.full(len(inside), surveyed),
            "geometry": inside.geometry.array,
        },
        inside.index,
    )
    frames: dict[str, pd.DataFrame] = {"premises": rows}
    if POSTCODE in inside and inside[POSTCODE].notna().any():
        # Not published: surveys look up their addresses by postcode.
        frames["postcodes"] = pd.DataFrame(
            {"premises_id": rows["premises_id"], "postcode": inside[POSTCODE].astype("str")}
        ).reset_index(drop=True)
    return Parsed(frames, +counts, layer.surveyed, (*layer.findings, *new))


def split(piece: Piece, areas: Sequence[Area], folder: Path) -> Sequence[Piece]:
    """The units near each area as a separate piece, where the file has no quick index."""
    return splitting.split(piece, areas, folder, columns=READ)


def _keep(
    frame: gpd.GeoDataFrame, retained: pd.Series, rule: str, counts: Counter[str]
) -> gpd.GeoDataFrame:
    """The retained rows; the others are counted under `rule`."""
    left_out = len(frame) - int(retained.sum())
    counts[rule] += left_out
    return frame[retained] if left_out else frame


def _with_codes(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The frame with its ids as text; ContentError when they are no codes of sixteen digits."""
    ids = frame["identificatie"]
    # A number has lost its leading zero, and with it the municipality.
    digits = text_array(ids.astype("str").array)
    sixteen = pc.and_(pc.ascii_is_decimal(digits), pc.equal(pc.binary_length(digits), 16))
    well = _is_text(ids) & np.asarray(sixteen.fill_null(False))
    if not well.all():
        first = f"{ids[~well].iloc[0]!r} ({int((~well).sum())} rows)"
        raise column_retyped("identificatie", first, "16 digits as text")
    return frame if ids.dtype == "str" else frame.assign(identificatie=ids.astype("str"))


def _uses(given: pd.Series) -> pd.Series:
    """`retail`, `assembly`, both or neither of texts like "winkelfunctie,woonfunctie"."""
    strange = given.notna() & ~_is_text(given)
    if strange.any():
        raise column_retyped("gebruiksdoel", repr(given[strange].iloc[0]), "text")
    numbers, texts = pd.factorize(given)
    uses = [_use({purpose.strip() for purpose in text.split(",")}) for text in texts]
    return pd.Series(pd.array([*uses, ""], dtype="str").take(numbers), index=given.index)


def _use(purposes: set[str]) -> str:
    return "/".join(use for purpose, use in PURPOSES.items() if purpose in purposes)


def _is_text(values: pd.Series) -> pd.Series:
    """Whether each value is text; quick for a column that holds nothing else."""
    if isinstance(values.dtype, pd.StringDtype):
        return values.notna()
    return values.map(lambda value: isinstance(value, str)).astype(bool)


def _in_use(frame: gpd.GeoDataFrame, counts: Counter[str]) -> gpd.GeoDataFrame:
    """The units that exist; the others are counted by status."""
    in_use = frame["status"].isin(IN_USE_STATUSES)
    if in_use.all():
        return frame
    for status in frame["status"][~in_use]:
        counts[LEFT_OUT.get(str(status), "dropped-unheard-status")] += 1
    return frame[in_use]


def _floor_area(given: pd.Series, counts: Counter[str]) -> pd.Series:
    """Usable floor area in m2; placeholders are missing."""
    area = column_checks.require_numbers(given, "oppervlakte")
    placeholder = area.isin(PLACEHOLDER_AREAS_M2) | (area <= 0)
    counts["missing-placeholder-area"] += int(placeholder.sum())
    return area.mask(placeholder)


def _addresses(units: pd.DataFrame) -> pd.Series:
    """Addresses like `Langestraat 12A-3`; missing where no street is given."""
    street = next((units[name].astype("str") for name in STREET if name in units), None)
    if street is None:
        return pd.Series(None, index=units.index, dtype="str")
    joined = pc.utf8_trim_whitespace(text_array(street))
    for name, before in zip(NUMBER, (" ", "", "-"), strict=True):
        if name in units:
            part = text_array(_part(units[name], name))
            between = pc.if_else(pc.equal(part, ""), _NOTHING, pa.scalar(before, _NOTHING.type))
            joined = pc.binary_join_element_wise(joined, between, part, _NOTHING)
    return pd.Series(pd.array(joined, dtype="str"), index=units.index)


def _part(values: pd.Series, name: str) -> pd.Series:
    """One part of the house number as text, empty where there is none."""
    if isinstance(values.dtype, np.dtype) and values.dtype.kind in "iu":
        return values.astype("str")
    if pd.api.types.is_numeric_dtype(values):
        whole = values.isna() | (values % 1 == 0)
        if not whole.all():
            raise column_retyped(name, repr(values[~whole].iloc[0]), "a whole number")
        values = values.astype("Int64")
    return values.astype("str").str.strip().fillna("")


def _question(place: Place) -> Question:
    box = _in_box(f"box-{place.place_id}", place.reach.bounds)
    if (
        place.role != "centre"
        or place.municipality_code is None
        or int(place.municipality_code.removeprefix("GM")) in YOUNGER_THAN_THE_REGISTER
    ):
        return box
    request = Request(
        url=WFS,
        params=(
            ("service", "WFS"),
            ("version", "2.0.0"),
            ("request", "GetFeature"),
            ("typeName", "bag:verblijfsobject"),
            ("srsName", "EPSG:28992"),
            ("filter", _filter(place.municipality_code.removeprefix("GM"))),
        ),
        limits=LIMITS,
        licence=SOURCE.licence,
        attribution=SOURCE.credit or "",
    )
    paging = (
        ("outputFormat", "application/json"),
        ("sortBy", "bag:identificatie"),
        ("count", str(PAGE)),
        ("startindex", "0"),
    )
    return Question(
        name=f"municipality-{place.municipality_code}",
        request=replace(
            request, params=request.params + paging, validate=response_checks.validate_features
        ),
        read=vector_layers.page,
        follow=by_offset("startindex"),
        hits=replace(request, params=(*request.params, ("resultType", "hits")), kind="xml"),
        total=vector_layers.matched,
        otherwise=(box,),
    )


def _filter(municipality: str) -> str:
    """FES 2.0 for units whose id this municipality issued, with one of the purposes.

    Without the status: withdrawn units are counted.
    """
    issued = _LIKE.format(name="identificatie", pattern=f"{municipality}*")
    purposes = "".join(
        _LIKE.format(name="gebruiksdoel", pattern=f"*{purpose}*") for purpose in PURPOSES
    )
    return (
        "<fes:Filter"
        f' xmlns:fes="http://www.opengis.net/fes/2.0"><fes:And>{issued}<fes:Or>{purposes}</fes:Or></fes:And></fes:Filter>'
    )


def _in_box(name: str, bounds: tuple[float, float, float, float]) -> Question:
    """The question for all units in a box (RD): the OGC API cannot filter by purpose."""
    west, south, east, north = bounds
    request = Request(
        url=OGC,
        params=(
            ("f", "json"),
            ("limit", str(PAGE)),
            ("bbox", ",".join(f"{side:.2f}" for side in bounds)),
            ("bbox-crs", RD_URI),
            ("crs", RD_URI),
        ),
        validate=response_checks.validate_features,
        limits=LIMITS,
        licence=SOURCE.licence,
        attribution=SOURCE.credit or "",
    )

    def halves() -> Sequence[Question]:
        if east - west >= north - south:
            middle = (west + east) / 2
            parts = ((west, south, middle, north), (middle, south, east, north))
        else:
            middle = (south + north) / 2
            parts = ((west, south, east, middle), (west, middle, east, north))
        return [_in_box(f"{name}-{number}", part) for number, part in enumerate(parts, start=1)]

    splits = max(east - west, north - south) / 2 >= SMALLEST_BOX_M
    return Question(
        name=name, request=request, read=vector_layers.page, halves=halves if splits else None
    )
