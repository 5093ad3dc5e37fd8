"""Inhabitants per neighbourhood as the places where spending starts, and of whole municipalities,
from CBS.

What their inhabitants spend is the cited range per head times their number; nobody measured it per
neighbourhood.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data.schema.spending_tables import ORIGINS
from data.schema.tables import INDICATORS, OBSERVATIONS, TRANSLATIONS
from data.schema.vocabulary import BRANCH_GROUPS
from etl.area import Area
from etl.decoding import delimited
from etl.decoding.delimited import Form
from etl.errors import ContentError
from etl.fetch import response_checks
from etl.fetch.messages import Request
from etl.parsing import column_checks, dropped_rows, vector_layers
from etl.parsing import observations as figures
from etl.parsing.observations import UNDATED, IndicatorRow
from etl.problems import Finding, found
from etl.source import Parsed, Piece, Question, Source
from etl.sources import competition
from geo.bilingual import Bilingual
from geo.crs import RD

SOURCE = Source(
    id="cbs_population",
    title=Bilingual(
        nl="Inwoners per buurt en gemeente", en="Inhabitants per neighbourhood and municipality"
    ),
    publisher="CBS, via PDOK",
    licence="CC BY 4.0",
    fills=(ORIGINS, OBSERVATIONS, INDICATORS, TRANSLATIONS),
    rows=range(300, 3000),
    tried="recorded",
    tried_on=date(2026, 11, 24),
    tried_with=(
        "the neighbourhoods of Baarn of 2024 (GeoJSON, 224 columns)",
        "an export of StatLine with 342 municipalities (CSV)",
        "an empty page that PDOK expects of its service",
    ),
    untried="pages of the OGC API",
    max_age_days=800,
    settled_days=30,
    url="https://www.pdok.nl/introductie/-/article/cbs-wijken-en-buurten",
    credit="Bron: CBS, via PDOK",
    accepts=(*vector_layers.ACCEPTS, ".csv"),
    per="region",
)

YEAR = 2024
"""Edition asked for: the newest whose figures are complete."""
ADDRESS = "https://api.pdok.nl/cbs/wijken-en-buurten-{year}/ogc/v1/collections/{name}/items"
MARGIN_M = 10_000.0
"""Neighbourhoods of a municipality lie up to about this far beyond its centre's reach."""
MISSING_FROM = -99_990.0
MOST_MISSING = 0.05
"""Part of a municipality's inhabitants that its neighbourhoods may miss: small ones are kept
secret.
"""
COLUMNS = (
    "buurtcode",
    "buurtnaam",
    "gemeentecode",
    "gemeentenaam",
    "aantal_inwoners",
    "water",
    "jaar",
    "jaarcode",
    "geometry",
)

_EDITION = re.compile(r"wijken-en-buurten-(\d{4})/")
_YEAR = re.compile(r"(?:19|20)\d\d")
_INHABITANTS = re.compile(r"Inwonertal_\d+|Aantal_?inwoners(?:_\d+)?|AANT_INW", re.IGNORECASE)
_CODE = re.compile(r"Code_1|RegioS|WijkenEnBuurten|gemeente_?code|GM_CODE", re.IGNORECASE)
_MUNICIPALITY = re.compile(r"GM\d{4}")
_ANY_AREA = re.compile(r"[A-Z]{2}[0-9A-Z]{2,8}")
"""Tables of CBS hold provinces, neighbourhoods and the country beside municipalities."""

POPULATION = IndicatorRow(
    "population",
    "population",
    Bilingual(nl="Inwoners", en="Inhabitants", de="Einwohner"),
    Bilingual(nl="inwoners", en="inhabitants", de="Einwohner"),
)
DEFINITION = Bilingual(
    nl="Aantal inwoners van de gemeente op 1 januari, uit de kerncijfers wijken en buurten.",
    en=(
        "Number of inhabitants of the municipality on 1 January, from the key figures of districts"
        " and neighbourhoods."
    ),
    de="Einwohnerzahl der Gemeinde am 1. Januar, aus den Kennzahlen der Stadtteile und Viertel.",
)
NO_YEAR = Bilingual(
    nl="Het bestand zegt niet van welk jaar dit is.",
    en="The file does not say which year this is of.",
    de="Die Datei nennt kein Jahr.",
)


def requests(area: Area) -> Sequence[Question]:
    """Neighbourhoods and municipalities in the rectangle of the Dutch places and around it."""
    dutch = Area(tuple(place for place in area.places if place.municipality_code), area.everywhere)
    if not dutch.places:
        return []
    box = ",".join(f"{side:.6f}" for side in dutch.degrees(margin_m=MARGIN_M))
    return [
        Question(
            name=name,
            request=Request(
                url=ADDRESS.format(year=YEAR, name=name),
                params=(("f", "json"), ("limit", "1000"), ("bbox", box)),
                kind="geojson",
                validate=response_checks.validate_features,
                licence=SOURCE.licence,
                attribution=SOURCE.credit or "",
            ),
            read=vector_layers.page,
        )
        for name in ("buurten", "gemeenten")
    ]


def parse(pieces: Sequence[Piece], area: Area) -> Parsed:
    """One origin per neighbourhood of the places' municipalities and branch group, and inhabitants
    per municipality.
    """
    reader = _PopulationReader(area)
    for piece in pieces:
        before, rows = reader.counts.copy(), reader.rows
        if piece.require("geojson", "gpkg", "parquet", "csv") == "csv":
            reader.table(piece)
        else:
            reader.map(piece)
        reader.findings += dropped_rows.unusable(
            SOURCE, piece, reader.rows - rows, reader.counts - before
        )
    return reader.parsed()


@dataclass(slots=True)
class _PopulationReader:
    """What was read so far: neighbourhoods, and inhabitants per municipality and year."""

    area: Area
    neighbourhoods: list[gpd.GeoDataFrame] = field(default_factory=list)
    municipalities: dict[tuple[str, int | None], tuple[float, Piece]] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)
    rows: int = 0
    """Rows of the municipalities here."""

    def map(self, piece: Piece) -> None:
        """Neighbourhoods or municipalities of a map."""
        read = vector_layers.read([piece], self.area, columns=column_checks.cbs_spellings(COLUMNS))
        self.counts.update(read.counts)
        self.findings += read.findings
        if not len(read.frame):
            return
        named = column_checks.with_cbs_names(read.frame)
        column_checks.require(named.columns, ("gemeentecode", "aantal_inwoners"))
        rows = named.assign(
            gemeentecode=_codes(named["gemeentecode"], _MUNICIPALITY, "gemeentecode"),
            aantal_inwoners=_published(named["aantal_inwoners"], "aantal_inwoners"),
        )
        ours = rows["gemeentecode"].isin(self.area.municipality_codes)
        self.counts["dropped-other-municipality"] += int((~ours).sum())
        water = (
            rows["water"].astype("str").str.upper().eq("JA")
            if "water" in rows
            else pd.Series(False, index=rows.index)
        )
        self.counts["dropped-water"] += int((ours & water).sum())
        rows = rows[ours & ~water]
        self.rows += len(rows)
        if "buurtcode" in rows:
            self.neighbourhoods.append(rows)
            return
        for row in rows.itertuples():
            self._of_municipality(
                str(row.gemeentecode), _year(rows, piece), float(row.aantal_inwoners), piece
            )

    def table(self, piece: Piece) -> None:
        """Inhabitants per municipality of a StatLine export: padded codes, semicolons, a byte order
        mark.
        """
        data = piece.read()
        delimiter = ";" if b";" in data.partition(b"\n")[0] else ","
        read = delimited.read(
            data, Form(delimiter, ("utf-8", "cp1252"), decimal=","), name=piece.name
        )
        self.findings += read.findings
        code, inhabitants = (
            _first_column(read.frame, pattern, name)
            for pattern, name in ((_CODE, "RegioS"), (_INHABITANTS, "Inwonertal"))
        )
        values = _published(read.frame[inhabitants], inhabitants)
        years = set(re.findall(r"(?<!\d)(20[0-4]\d)(?!\d)", piece.name))
        year = int(years.pop()) if len(years) == 1 else None
        known = _codes(read.frame[code], _ANY_AREA, code)
        ours = known.isin(self.area.municipality_codes)
        self.counts["dropped-other-municipality"] += int((~ours).sum())
        self.rows += int(ours.sum())
        for municipality, value in zip(known[ours], values[ours], strict=True):
            self._of_municipality(municipality, year, value, piece)

    def parsed(self) -> Parsed:
        """The tables."""
        origins = self._origins()
        rows = [
            self._figure(code, year, value, piece)
            for (code, year), (value, piece) in sorted(self.municipalities.items(), key=str)
        ]
        names = [
            figures.municipality(self.area, code).name for code in self.area.municipality_codes
        ]
        years = sorted(
            {year for _, year in self.municipalities if year}
            | {int(year) for year in origins.pop("year").dropna()}
        )
        tables = {
            "origins": origins,
            "observations": figures.observations(rows),
            "indicators": figures.indicators([POPULATION]),
            "translations": figures.translations(
                [POPULATION.unit, DEFINITION, NO_YEAR, UNDATED, *names]
            ),
        }
        return Parsed(
            tables,
            +self.counts,
            f"{years[-1]}-01-01" if years else None,
            (*self.findings, *self._missing(origins)),
        )

    def _of_municipality(self, code: str, year: int | None, value: float, piece: Piece) -> None:
        # Land and water of one municipality come apart, with the same number of inhabitants.
        if not np.isnan(value):
            self.municipalities.setdefault((code, year), (value, piece))

    def _origins(self) -> gpd.GeoDataFrame:
        if not self.neighbourhoods:
            names = ("origin_id", "name", "municipality_code", "branch_group", "year")
            return gpd.GeoDataFrame(
                {name: pd.Series([], dtype="str") for name in names},
                geometry=gpd.GeoSeries([], crs=RD),
            )
        whole = gpd.GeoDataFrame(
            pd.concat(self.neighbourhoods, ignore_index=True), geometry="geometry", crs=RD
        )
        column_checks.require(whole.columns, ("buurtcode", "buurtnaam"))
        twice = whole["buurtcode"].duplicated()
        self.counts["dropped-duplicate"] += int(twice.sum())
        whole = whole[~twice]
        self.counts["missing-not-published"] += int(whole["aantal_inwoners"].isna().sum())
        shapes = whole.geometry.to_numpy()
        middle = shapely.centroid(shapes)
        # A neighbourhood bent around another has its middle in the other.
        middle = np.where(
            shapely.intersects(shapely.make_valid(shapes), middle),
            middle,
            shapely.point_on_surface(shapely.make_valid(shapes)),
        )
        known = pd.DataFrame(
            {
                "origin_id": "cbs:" + whole["buurtcode"].astype("str").str.strip().str.lower(),
                "name": whole["buurtnaam"].astype("str").str.strip(),
                "municipality_code": whole["gemeentecode"],
                "population": whole["aantal_inwoners"],
                "year": (
                    whole["jaar"].map(lambda year: _year_of(year, "jaar"), na_action="ignore")
                    if "jaar" in whole
                    else None
                ),
            }
        )
        per_head = competition.per_head()
        parts = [
            known.assign(
                branch_group=group,
                spending_eur=float("nan"),
                spending_low_eur=(known["population"] * per_head[group][0]).round(),
                spending_high_eur=(known["population"] * per_head[group][1]).round(),
                geometry=middle,
            )
            for group in BRANCH_GROUPS
        ]
        return gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), geometry="geometry", crs=RD)

    def _figure(self, code: str, year: int | None, value: float, piece: Piece) -> dict[str, object]:
        about = figures.municipality(self.area, code)
        return {
            "observation_id": (
                f"{about.key}-gemeente-population-{year or 'ongedateerd'}-wijken-en-buurten"
            ),
            "place_id": about.place_id,
            "area_name": about.name.nl,
            "indicator": POPULATION.indicator,
            "period_start": None if year is None else date(year, 1, 1),
            "period_end": None if year is None else date(year, 1, 1),
            "value": value,
            "unit": POPULATION.unit.nl,
            "definition": DEFINITION.nl,
            "area_kind": "municipality",
            "nature": "measured",
            "series": None if year is None else f"cbs-wijken-en-buurten-{about.key}",
            "source_date": UNDATED.nl,
            "retrieved": piece.retrieved,
            "confidence": "medium" if year is None else "high",
            "provisional": False,
            "note": NO_YEAR.nl if year is None else None,
        }

    def _missing(self, origins: pd.DataFrame) -> list[Finding]:
        """A warning per municipality whose neighbourhoods hold clearly fewer inhabitants than it
        has.
        """
        if not len(origins):
            return []
        once = origins[origins["branch_group"] == BRANCH_GROUPS[0]]
        sums = once.groupby("municipality_code")["population"].sum()
        inhabitants = {code: value for (code, _), (value, _) in self.municipalities.items()}
        return [
            found(
                "neighbourhoods-incomplete",
                municipality=code,
                have=round(sums.get(code, 0.0)),
                whole=round(whole),
            )
            for code, whole in sorted(inhabitants.items())
            if sums.get(code, 0.0) < (1.0 - MOST_MISSING) * whole
        ]


def _codes(values: pd.Series, pattern: re.Pattern[str], name: str) -> pd.Series:
    """The codes without blanks around them; ContentError for one that cannot be a code of CBS."""
    codes = values.astype("str").str.strip()
    strange = ~codes.str.fullmatch(pattern, na=False).astype(bool)
    if strange.any():
        first = f"{codes[strange].iloc[0]!r} ({int(strange.sum())} rows)"
        raise ContentError("column-retyped", column=name, met=first, expected="codes like GM0153")
    return codes


def _published(values: pd.Series, name: str) -> pd.Series:
    """The values as float64; what CBS writes in place of an unpublished figure (-99997 and the
    like) is missing.
    """
    known = column_checks.require_numbers(values, name)
    if ((known < 0) & (known > MISSING_FROM)).any():
        raise ContentError(
            "column-retyped",
            column=name,
            met=f"{known[(known < 0) & (known > MISSING_FROM)].iloc[0]:g}",
            expected="0 or more",
        )
    return known.where(known >= 0)


def _year(rows: gpd.GeoDataFrame, piece: Piece) -> int | None:
    """Year of the figures: of the rows, or of the edition asked; None when nobody says."""
    for name in ("jaar", "jaarcode"):
        if name in rows and rows[name].notna().any():
            return int(_year_of(rows[name].dropna().iloc[0], name))
    edition = _EDITION.search(piece.url)
    return int(edition.group(1)) if edition else None


def _year_of(cell: object, name: str) -> str:
    """The year a cell begins with, `2024` of 2024, 2024.0 or 2024JJ00; ContentError when it begins
    with none.
    """
    match = _YEAR.match(str(cell))
    if match is None:
        raise ContentError(
            "column-retyped", column=name, met=repr(cell), expected="a year like 2024"
        )
    return match.group()


def _first_column(frame: pd.DataFrame, pattern: re.Pattern[str], name: str) -> str:
    """The first column whose name fits."""
    match = next((column for column in frame.columns if pattern.fullmatch(str(column))), None)
    if match is None:
        raise ContentError(
            "column-missing", column=name, like=", ".join(map(str, frame.columns[:5]))
        )
    return str(match)
