"""Inhabitants per municipality, and per neighbourhood as origins of spending, from CBS.

Spending per neighbourhood is not measured: it is the cited range per head times the inhabitants.
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
from etl.decoding.delimited import Dialect
from etl.parsing import cbs_columns, column_checks, dropped_rows, ogc_api, vector_layers
from etl.parsing import observations as figures
from etl.parsing.assumptions import ServiceAssumption
from etl.parsing.observations import UNDATED
from etl.problems import Finding, make_finding
from etl.source import Parsed, Piece, Question, Source
from etl.sources import cbs_areas, competition
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

MARGIN_M = 10_000.0
"""Neighbourhoods of a municipality lie up to about this far beyond its centre's reach."""
MOST_MISSING = 0.05
"""Share of a municipality's inhabitants that may be missing from its neighbourhoods.

CBS does not publish the figures of small neighbourhoods.
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

_INHABITANTS = re.compile(r"Inwonertal_\d+|Aantal_?inwoners(?:_\d+)?|AANT_INW", re.IGNORECASE)
_CODE = re.compile(r"Code_1|RegioS|WijkenEnBuurten|gemeente_?code|GM_CODE", re.IGNORECASE)
_MUNICIPALITY = re.compile(r"GM\d{4}")
_ANY_AREA = re.compile(r"[A-Z]{2}[0-9A-Z]{2,8}")
"""Tables of CBS also hold provinces, neighbourhoods and the country."""

POPULATION = figures.INDICATORS["population"]
DEFINITION = figures.text("cbs_population.definition")
NO_YEAR = figures.text("cbs_population.no-year")


def requests(area: Area) -> Sequence[Question]:
    """Neighbourhoods and municipalities in the rectangle of the Dutch places and around it."""
    return cbs_areas.questions(SOURCE, ("buurten", "gemeenten"), area, margin_m=MARGIN_M)


def assumptions(area: Area) -> Sequence[ServiceAssumption]:
    """The columns of neighbourhoods and municipalities that are read."""
    types = {
        "gemeenten": {"gemeentecode": "string", "aantal_inwoners": "number"},
        "buurten": {"buurtcode": "string", "gemeentecode": "string", "aantal_inwoners": "number"},
    }
    return ogc_api.assumptions(requests(area)[::-1], types)


def parse(pieces: Sequence[Piece], area: Area) -> Parsed:
    """An origin per neighbourhood and branch group, and the inhabitants per municipality."""
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
    """Reads pieces into neighbourhoods, and inhabitants per municipality and year."""

    area: Area
    neighbourhoods: list[gpd.GeoDataFrame] = field(default_factory=list)
    municipalities: dict[tuple[str, int | None], tuple[float, Piece]] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)
    rows: int = 0
    """Number of rows about the municipalities of the area."""

    def map(self, piece: Piece) -> None:
        """Add the neighbourhoods or municipalities of a map."""
        read = vector_layers.read([piece], self.area, columns=cbs_columns.spellings(COLUMNS))
        self.counts.update(read.counts)
        self.findings += read.findings
        if not len(read.frame):
            return
        named = cbs_columns.with_names(read.frame)
        column_checks.require(named.columns, ("gemeentecode", "aantal_inwoners"))
        rows = named.assign(
            gemeentecode=cbs_columns.codes_of(named["gemeentecode"], _MUNICIPALITY, "gemeentecode"),
            aantal_inwoners=cbs_columns.published(named["aantal_inwoners"], "aantal_inwoners"),
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
            self._add_municipality(
                str(row.gemeentecode), _year(rows, piece), float(row.aantal_inwoners), piece
            )

    def table(self, piece: Piece) -> None:
        """Add the municipalities of an export of StatLine, whose codes may be padded."""
        data = piece.read()
        delimiter = ";" if b";" in data.partition(b"\n")[0] else ","
        read = delimited.read(
            data, Dialect(delimiter, ("utf-8", "cp1252"), decimal=","), name=piece.name
        )
        self.findings += read.findings
        code, inhabitants = (
            cbs_columns.first_column(read.frame, pattern, name)
            for pattern, name in ((_CODE, "RegioS"), (_INHABITANTS, "Inwonertal"))
        )
        values = cbs_columns.published(read.frame[inhabitants], inhabitants)
        years = set(re.findall(r"(?<!\d)(20[0-4]\d)(?!\d)", piece.name))
        year = int(years.pop()) if len(years) == 1 else None
        known = cbs_columns.codes_of(read.frame[code], _ANY_AREA, code)
        ours = known.isin(self.area.municipality_codes)
        self.counts["dropped-other-municipality"] += int((~ours).sum())
        self.rows += int(ours.sum())
        for municipality, value in zip(known[ours], values[ours], strict=True):
            self._add_municipality(municipality, year, value, piece)

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
        texts = [DEFINITION, NO_YEAR, UNDATED, *names]
        return Parsed(
            {"origins": origins, **figures.tables(rows, [POPULATION], texts)},
            +self.counts,
            f"{years[-1]}-01-01" if years else None,
            (*self.findings, *self._missing(origins)),
        )

    def _add_municipality(self, code: str, year: int | None, value: float, piece: Piece) -> None:
        # Land and water of a municipality are two rows with the same number of inhabitants.
        if not np.isnan(value):
            self.municipalities.setdefault((code, year), (value, piece))

    def _origins(self) -> gpd.GeoDataFrame:
        if not self.neighbourhoods:
            return ORIGINS.empty().assign(year=None)
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
        repaired = shapely.make_valid(shapes)
        # The centroid of a neighbourhood bent around another lies outside it.
        middle = np.where(
            shapely.intersects(repaired, middle), middle, shapely.point_on_surface(repaired)
        )
        known = pd.DataFrame(
            {
                "origin_id": "cbs:" + whole["buurtcode"].astype("str").str.strip().str.lower(),
                "name": whole["buurtnaam"].astype("str").str.strip(),
                "municipality_code": whole["gemeentecode"],
                "population": whole["aantal_inwoners"],
                "year": (
                    whole["jaar"].map(
                        lambda year: cbs_columns.year_of(year, "jaar"), na_action="ignore"
                    )
                    if "jaar" in whole
                    else None
                ),
            }
        )
        parts = competition.by_branch_group(known.assign(geometry=middle), competition.per_head())
        return gpd.GeoDataFrame(parts, geometry="geometry", crs=RD)

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
        """A finding per municipality that has clearly more inhabitants than its neighbourhoods."""
        if not len(origins):
            return []
        once = origins[origins["branch_group"] == BRANCH_GROUPS[0]]
        sums = once.groupby("municipality_code")["population"].sum()
        inhabitants = {code: value for (code, _), (value, _) in self.municipalities.items()}
        return [
            make_finding(
                "neighbourhoods-incomplete",
                municipality=code,
                have=round(sums.get(code, 0.0)),
                whole=round(whole),
            )
            for code, whole in sorted(inhabitants.items())
            if sums.get(code, 0.0) < (1.0 - MOST_MISSING) * whole
        ]


def _year(rows: gpd.GeoDataFrame, piece: Piece) -> int | None:
    """Year of the figures: of the rows, else of the fetched edition, else None."""
    for name in ("jaar", "jaarcode"):
        if name in rows and rows[name].notna().any():
            return int(cbs_columns.year_of(rows[name].dropna().iloc[0], name))
    edition = cbs_areas.EDITION.search(piece.url)
    return int(edition.group(1)) if edition else None
