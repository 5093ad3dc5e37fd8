"""Municipalities, districts and neighbourhoods with their inhabitants, from CBS through PDOK."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date

import geopandas as gpd
import pandas as pd

from data.schema.tables import AREAS
from etl.area import Area
from etl.decoding import strict_json
from etl.errors import ContentError, column_retyped
from etl.fetch import response_checks
from etl.fetch.messages import Response, Validation, reject
from etl.parsing import cbs_columns, column_checks, dropped_rows, ogc_api
from etl.parsing import vector_layers as feature_files
from etl.parsing.assumptions import IsEdition, ServiceAssumption
from etl.parsing.geometries import broken_outlines, repaired
from etl.problems import Finding
from etl.source import Parsed, Piece, Question, Source
from geo.bilingual import Bilingual
from geo.crs import RD
from geo.streets import search_key

YEAR = 2024
"""The oldest edition that is asked for, and the one whose columns were seen."""

SOURCE = Source(
    id="cbs_areas",
    title=Bilingual(
        nl="Gemeenten, wijken en buurten", en="Municipalities, districts and neighbourhoods"
    ),
    publisher="CBS, via PDOK",
    licence="CC BY 4.0",
    credit="Bron: CBS, via PDOK",
    url="https://www.pdok.nl/introductie/-/article/cbs-wijken-en-buurten",
    fills=(AREAS,),
    rows=range(60, 1000),
    tried="recorded",
    tried_on=date(2026, 11, 24),
    tried_with=(
        "the municipalities of 2022, generalised (GeoJSON)",
        "the neighbourhoods of Enschede of its open data, without codes (GeoJSON)",
        "errors that PDOK expects of its service (400, 404, 500)",
    ),
    untried="pages of the OGC API",
    max_age_days=800,
    settled_days=30,
    accepts=feature_files.ACCEPTS,
    per="region",
)

_ADDRESS = "https://api.pdok.nl/cbs/wijken-en-buurten-{year}/ogc/v1/collections/{{name}}/items"
ADDRESS = _ADDRESS.format(year=YEAR)
EDITION = re.compile(r"wijken-en-buurten-(\d{4})/")
"""The edition in an address."""
COLLECTIONS = ("gemeenten", "wijken", "buurten")
CODE = {"gemeenten": "gemeentecode", "wijken": "wijkcode", "buurten": "buurtcode"}
POPULATION = "aantal_inwoners"

KINDS = {"BU": "neighbourhood", "WK": "district", "GM": "municipality"}
_YEAR = re.compile(r"(?:19|20)\d\d")


def requests(area: Area) -> Sequence[Question]:
    """Three collections within the rectangle of the Dutch places; none without a Dutch place."""
    return questions(SOURCE, COLLECTIONS, area)


def questions(
    source: Source, collections: Sequence[str], area: Area, *, margin_m: float = 0.0
) -> list[Question]:
    """Questions of any source to these collections: the newest edition that answers them all."""
    years = range(max(_today().year, YEAR), YEAR - 1, -1)
    return ogc_api.questions(
        source,
        [_ADDRESS.format(year=year) for year in years],
        collections,
        area,
        margin_m=margin_m,
        validate=with_population,
    )


def with_population(answer: Response) -> Validation | None:
    """A failure for a page of an edition that has boundaries but no inhabitants yet."""
    valid = response_checks.validate_features(answer)
    if valid is None or not valid.good:
        return valid
    rows = strict_json.rows_at(answer.json, "features") or ()
    land = [row for row in rows if strict_json.member(row, "properties", "water") != "JA"]
    known = [strict_json.member(row, "properties", POPULATION) for row in land]
    if not land or any(
        isinstance(count, int | float) and count > cbs_columns.MISSING_FROM for count in known
    ):
        return valid
    return reject("edition-empty", host=answer.host, column=POPULATION)


def assumptions(area: Area) -> Sequence[ServiceAssumption]:
    """Codes, names and figures of each collection, in pages, and the edition that answers."""
    types = {
        name: {
            code: "string",
            code.replace("code", "naam"): "string",
            "gemeentecode": "string",
            POPULATION: "number",
            "aantal_huishoudens": "number",
        }
        for name, code in CODE.items()
    }
    return ogc_api.assumptions(requests(area), types, IsEdition(str(YEAR), EDITION))


def parse(pieces: Sequence[Piece], area: Area) -> Parsed:
    """Outlines with inhabitants and households of the municipalities of the places.

    Areas without a code are included where they touch a place.
    """
    counts: Counter[str] = Counter()
    findings: list[Finding] = []
    frames = []
    for piece in pieces:
        dropped: Counter[str] = Counter()
        frames.append(_areas(piece, area, dropped, findings))
        findings += dropped_rows.unusable(SOURCE, piece, len(frames[-1]), dropped)
        counts += dropped
    whole = pd.concat(frames, ignore_index=True) if frames else AREAS.empty()
    years = sorted({int(year) for year in whole["year"].dropna()})
    # Land and water of a municipality are two rows, and pages may repeat.
    joined = gpd.GeoDataFrame(whole, geometry="geometry", crs=RD)
    twice = joined.duplicated("area_id")
    if twice.any():
        counts["merged-parts"] += int(twice.sum())
        shapes = joined[["area_id", "geometry"]].dissolve("area_id")["geometry"]
        once = joined[~twice]
        joined = once.assign(
            geometry=gpd.GeoSeries(once["area_id"].map(shapes).to_numpy(), index=once.index, crs=RD)
        )
    surveyed = "/".join(str(year) for year in years) or None
    return Parsed(
        {"areas": joined.reset_index(drop=True)},
        {rule: n for rule, n in sorted(counts.items()) if n},
        surveyed,
        tuple(findings),
    )


def _today() -> date:
    return date.today()  # noqa: DTZ011 - the day on the clock of this computer


def _areas(
    piece: Piece, area: Area, counts: Counter[str], findings: list[Finding]
) -> gpd.GeoDataFrame:
    read = feature_files.read([piece], area)
    counts.update(read.counts)
    findings += read.findings
    shapes, repairs = repaired(read.frame.geometry.to_numpy())
    counts += repairs
    findings += broken_outlines(repairs, piece.name)
    named = cbs_columns.with_names(read.frame)
    rows = named.set_geometry(gpd.GeoSeries(shapes, index=named.index, crs=RD))
    rows = rows[rows.geometry.notna()].reset_index(drop=True)
    if "water" in rows:
        water = rows["water"].astype("str").str.upper().eq("JA")
        counts["dropped-water"] += int(water.sum())
        rows = rows[~water]
    if rows.empty:
        return AREAS.empty()
    if rows.geom_type.isin(["Polygon", "MultiPolygon"]).all():
        found_rows = _coded(rows, piece) if _code_column(rows) else _named(rows, piece)
    else:
        raise column_retyped("geometry", ", ".join(sorted(set(rows.geom_type))), "polygons")
    inside = found_rows["municipality_code"].isin(area.municipality_codes)
    near, _ = area.clip(found_rows)
    # Rows without a code are placed by their outline.
    selected = inside | (found_rows["municipality_code"].isna() & found_rows.index.isin(near.index))
    counts["dropped-other-municipality"] += int((~selected).sum())
    return found_rows[selected]


def _code_column(rows: gpd.GeoDataFrame) -> str | None:
    return next(
        (name for name in ("buurtcode", "wijkcode", "gemeentecode", "statcode") if name in rows),
        None,
    )


def _coded(rows: gpd.GeoDataFrame, piece: Piece) -> gpd.GeoDataFrame:
    column = _code_column(rows) or "statcode"
    code = rows[column].astype("str").str.strip()
    kind = code.str[:2].map(KINDS)
    if kind.isna().any():
        unknown = code[kind.isna()].iloc[0]
        raise column_retyped(column, repr(unknown), "codes like GM0153, WK015300 or BU01530000")
    usual = column.removesuffix("code") + "naam"
    name = "statnaam" if "statnaam" in rows and usual not in rows else usual
    column_checks.require(rows.columns, (name,))
    codes = (
        rows["gemeentecode"].astype("str").str.strip()
        if "gemeentecode" in rows
        else "GM" + code.str[2:6]
    )
    return _frame(rows, piece, area_id=code, kind=kind, name=rows[name], municipality_code=codes)


def _named(rows: gpd.GeoDataFrame, piece: Piece) -> gpd.GeoDataFrame:
    """Neighbourhoods of a municipality's map without codes: the id is made of file and name."""
    column = next(
        (heading for heading in ("naam", "name", "buurt", "wijk") if heading in rows), None
    )
    if column is None:
        raise ContentError(
            "column-missing", column="gemeentecode", like=", ".join(map(str, rows.columns[:5]))
        )
    stem = search_key(piece.name.partition(".")[0]).replace(" ", "-")
    slug = rows[column].astype("str").map(lambda text: search_key(text).replace(" ", "-"))
    nothing = pd.Series(None, index=rows.index, dtype="str")
    return _frame(
        rows,
        piece,
        area_id="local:" + stem + "-" + slug,
        kind=pd.Series("neighbourhood", index=rows.index),
        name=rows[column],
        municipality_code=nothing,
    )


def _frame(
    rows: gpd.GeoDataFrame,
    piece: Piece,
    *,
    area_id: pd.Series,
    kind: pd.Series,
    name: pd.Series,
    municipality_code: pd.Series,
) -> gpd.GeoDataFrame:
    def figures(column: str) -> pd.Series:
        return (
            _published(rows[column], column)
            if column in rows
            else pd.Series(float("nan"), index=rows.index)
        )

    columns = {
        "area_id": area_id.astype("str"),
        "kind": kind.astype("str"),
        "name": name.astype("str").str.strip(),
        "municipality_code": municipality_code.astype("str"),
        "population": figures(POPULATION),
        "households": figures("aantal_huishoudens"),
        "year": _year(rows, piece),
        "source_id": pd.Series(SOURCE.id, index=rows.index, dtype="str"),
    }
    return gpd.GeoDataFrame(columns, geometry=rows.geometry, crs=RD)


def _year(rows: gpd.GeoDataFrame, piece: Piece) -> pd.Series:
    """Year of the boundaries: of the row, of its code, or of the fetched address; else missing."""
    for column in ("jaar", "jaarcode", "jrstatcode"):
        if column in rows:
            years = rows[column].astype("str").str.extract(r"^(\d{4})", expand=False)
            return pd.Series(pd.to_numeric(years), dtype="float64")
    match = (
        _YEAR.search(piece.url.partition("?")[0].partition("/ogc/")[0])
        if piece.origin == "fetched"
        else None
    )
    return pd.Series(float(match.group()) if match else float("nan"), index=rows.index)


def _published(values: pd.Series, name: str) -> pd.Series:
    """The values as float64, unpublished figures missing."""
    known = column_checks.require_numbers(values, name)
    return known.where(known > cbs_columns.MISSING_FROM)
