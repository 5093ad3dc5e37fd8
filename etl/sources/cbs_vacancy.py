"""Administrative vacancy of shops per municipality, from the vacancy monitor of CBS.

A unit counts as vacant when no person, user or company is registered on it; nobody looks on the
spot. Hence the indicators and series are not those of a shop survey.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import get_args

import numpy as np
import pandas as pd

from data.schema.tables import INDICATORS, OBSERVATIONS, TRANSLATIONS
from etl.area import Area
from etl.decoding.xlsx import Cell
from etl.errors import ContentError, column_retyped
from etl.parsing import observations as figures
from etl.parsing import table_file
from etl.parsing.administrative_vacancy import NOTE, Measure, Total, Unit, VacancyFigure
from etl.parsing.observations import UNDATED
from etl.parsing.vacancy_headings import count_known, per_unit, unclear
from etl.problems import Finding, make_finding, phrase
from etl.source import Parsed, Piece, Question, Source
from geo.bilingual import Bilingual

SOURCE = Source(
    id="cbs_vacancy",
    title=Bilingual(nl="Landelijke Monitor Leegstand", en="National vacancy monitor"),
    publisher="CBS",
    licence="CC BY 4.0",
    fills=(OBSERVATIONS, INDICATORS, TRANSLATIONS),
    rows=range(1, 2000),
    # Only a description of the layout is known, so headings are recognised by their words.
    tried="documentation",
    tried_on=date(2026, 11, 29),
    tried_with=(
        "the headings of the publication and made-up workbooks after them (XLSX, ODS, CSV)",
    ),
    url="https://dashboards.cbs.nl/v5/landelijke_monitor_leegstand/",
    credit="Bron: CBS, Landelijke Monitor Leegstand. Bewerking: Stadshart Twente. CC BY 4.0.",
    waits_for_file=True,
    accepts=(".xlsx", ".xls", ".ods", ".csv"),
    per="region",
)

SHOP = re.compile(r"winkel(s|functie)?|detailhandel")
MUNICIPALITY = re.compile(r"gemeente[n]?")
UNIT_OF: dict[Unit, re.Pattern[str]] = {
    "units": re.compile(r"aantal( (verblijfs)?objecten| panden| winkels)?"),
    "area": re.compile(r"oppervlakte( in)? ?\(?(m2|m²|vierkante meters?)?\)?"),
}
"""Units in the words of the column `Eenheid`."""
NOTHING = frozenset({"", ".", "-", "x", "geheim", "onbekend"})
"""Cells of figures that CBS does not publish."""
CLOSE = 0.1
"""Relative difference allowed between a share and its own numbers, which are rounded to tens."""

_MEASURES: dict[str, tuple[Measure, Total | None]] = {
    measure if total is None else f"{measure}:{total}": (measure, total)
    for measure in get_args(Measure)
    for total in (None, *get_args(Total))
}
_YEAR = re.compile(r"(?<!\d)(20[0-4]\d)(?!\d)")
_CODE = re.compile(r"GM\d{4}|\d{1,4}")
_THOUSANDS = re.compile(r"[1-9]\d{0,2}([., ]\d{3})+")


def requests(area: Area) -> Sequence[Question]:
    """No questions: the publication is a file that somebody downloads."""
    return []


@dataclass(frozen=True, slots=True)
class MunicipalFigure:
    """One figure of a municipality and year, and its row of `observations`."""

    figure: VacancyFigure
    year: int
    value: float
    row: dict[str, object]


def parse(pieces: Sequence[Piece], area: Area) -> Parsed:
    """Administrative vacancy of shops per municipality of the places and year.

    Raises FileError or ContentError.
    """
    findings: list[Finding] = []
    counts: Counter[str] = Counter()
    everywhere = {place.municipality_code for place in area.all_places}
    editions: dict[int, list[MunicipalFigure]] = {}
    for piece in pieces:
        tables, noticed = _tables(piece)
        findings += noticed
        shops = [_shops(table) for table in tables]
        if not any(table["code"].isin(everywhere).any() for table in shops):
            findings.append(_nothing(tables, shops, piece, area))
            continue
        read = list(_figures(shops, piece, area, counts))
        edition = max((figure.year for figure in read), default=0)
        editions.setdefault(edition, []).extend(read)
    # A later edition repeats and corrects the years of an earlier one.
    unique = [_unique(editions[edition]) for edition in sorted(editions)]
    latest = {key: figure for edition in unique for key, figure in edition.items()}
    counts["replaced-by-later-edition"] = sum(map(len, unique)) - len(latest)
    kinds = {figure.figure for figure in latest.values()}
    names = [figures.municipality(area, code).name for code in area.municipality_codes]
    words = [NOTE, UNDATED, *names, *(kind.definition for kind in kinds)]
    by_indicator = {kind.counted.indicator: kind.counted for kind in kinds}
    indicators = [by_indicator[name] for name in sorted(by_indicator)]
    frames = figures.tables([figure.row for figure in latest.values()], indicators, words)
    last = max((figure.year for figure in latest.values()), default=None)
    surveyed = None if last is None else date(last, 1, 1).isoformat()
    return Parsed(frames, +counts, surveyed, tuple(findings))


def _unique(rows: Sequence[MunicipalFigure]) -> dict[str, MunicipalFigure]:
    """The figures of an edition by id; ContentError where it gives one figure two values."""
    unique: dict[str, MunicipalFigure] = {}
    for figure in rows:
        key = str(figure.row["observation_id"])
        first = unique.setdefault(key, figure)
        if (first.value, first.figure.definition) != (figure.value, figure.figure.definition):
            values = f"{first.value:g}, {figure.value:g}"
            raise ContentError("figure-twice", figure=key, values=values)
    return unique


def _tables(piece: Piece) -> tuple[list[pd.DataFrame], tuple[Finding, ...]]:
    """Rows of municipality, year, use and unit, in tables of the columns that each layout has."""
    if piece.require("xlsx", "xls", "csv") == "csv":
        names: tuple[str | None, ...] = (None,)
    else:
        names = table_file.known_sheets(piece.path, count_known)
    sheets = [
        table_file.read(piece.path, piece.name, knows=count_known, sheet=title) for title in names
    ]
    tables = [part for sheet in sheets for part in per_unit(sheet.cells, piece.name)]
    if len(names) > 1 and not all("year" in table for table in tables):
        every = ", ".join(map(str, names))
        raise unclear(piece.name, every, "which-sheet")
    return tables, tuple(finding for sheet in sheets for finding in sheet.findings)


def _figures(
    shops: Sequence[pd.DataFrame], piece: Piece, area: Area, counts: Counter[str]
) -> Iterator[MunicipalFigure]:
    """The figures of our municipalities; unpublished figures are counted."""
    for table in _numbered(shops, piece):
        numbers = [
            name for name in table.columns if ":" in name or name in ("vacant", "both_years")
        ]
        for _, row in table[table["code"].isin(area.municipality_codes)].iterrows():
            for name in numbers:
                if np.isnan(row[name]):
                    counts["missing-not-published"] += 1
                    continue
                measure, total = _MEASURES[name]
                figure = VacancyFigure(measure, row["unit"], total)
                yield _figure(figure, float(row[name]), row, piece, area)


def _nothing(
    tables: Sequence[pd.DataFrame], shops: Sequence[pd.DataFrame], piece: Piece, area: Area
) -> Finding:
    """A finding about a file without shops of our municipalities.

    Raises ContentError where it has no shops at all, or no row of our municipalities.
    """
    nothing = make_finding("import-nothing", name=piece.name, detail=phrase("cbs_vacancy.no-shops"))
    everywhere = {place.municipality_code for place in area.all_places}
    ours = any(table["code"].map(_municipality).isin(everywhere).any() for table in tables)
    if not (ours and any(map(len, shops))):
        raise ContentError.from_finding(nothing)
    return nothing


def _shops(table: pd.DataFrame) -> pd.DataFrame:
    """The rows about shops in a whole municipality."""
    codes = table["code"].map(_municipality)
    ours = codes.notna() & table["use"].map(lambda cell: _fits(SHOP, cell)).astype(bool)
    if "kind" in table:
        # Districts have the code of their municipality.
        ours &= table["kind"].map(lambda cell: _fits(MUNICIPALITY, cell)).astype(bool)
    # Only those rows: a longer column would fill an empty frame with rows.
    return table[ours].assign(code=codes[ours], unit=table.loc[ours, "unit"].map(_unit))


def _figure(
    figure: VacancyFigure, value: float, row: pd.Series, piece: Piece, area: Area
) -> MunicipalFigure:
    year = _year(row, piece)
    about = figures.municipality(area, row["code"])
    return MunicipalFigure(
        figure,
        year,
        value,
        {
            "observation_id": f"{about.key}-gemeente-{figure.slug}-{year}-01-01",
            "place_id": about.place_id,
            "area_name": about.name.nl,
            "indicator": figure.counted.indicator,
            "period_start": date(year, 1, 1),
            "period_end": date(year, 1, 1),
            "value": value,
            "unit": figure.counted.unit.nl,
            "definition": figure.definition.nl,
            "area_kind": "municipality",
            "nature": "derived",
            "series": f"cbs-leegstandsmonitor-{figure.slug}-{about.key}",
            "source_date": UNDATED.nl,
            "retrieved": piece.retrieved,
            "confidence": "medium",
            "provisional": False,
            "note": NOTE.nl,
        },
    )


def _fits(pattern: re.Pattern[str], cell: Cell) -> bool:
    text = " ".join(cell.casefold().split()) if isinstance(cell, str) else ""
    return pattern.fullmatch(text) is not None


def _unit(cell: Cell) -> Unit:
    """The unit of a row; ContentError for words that may mean another scale."""
    unit = next((unit for unit, pattern in UNIT_OF.items() if _fits(pattern, cell)), None)
    if unit is None:
        raise column_retyped("Eenheid", repr(cell), "Aantal or Oppervlakte")
    return unit


def _municipality(cell: Cell) -> str | None:
    """A code like GM0153 from a cell: `GM0153`, `0153`, or 153 where it was stored as a number."""
    whole = int(cell) if isinstance(cell, float) and cell.is_integer() else cell
    text = str(whole).strip().upper()
    if _CODE.fullmatch(text) is None:
        return None
    return text if text.startswith("GM") else f"GM{int(text):04d}"


def _numbered(tables: Sequence[pd.DataFrame], piece: Piece) -> list[pd.DataFrame]:
    """The numbers as float64 with missing as NaN, shares 0 to 1, each named after its total."""
    parsed = [_parsed(table) for table in tables]
    shops = pd.concat(parsed, ignore_index=True)
    shares = [name for name in shops.columns if ":" in name]
    if not shares:
        return parsed
    scale = _scale(shops, shares)
    shops[shares] = shops[shares] / scale
    highest = float(shops[shares].max().max())
    if highest > 1.0:
        raise column_retyped("leegstand %", f"at most {highest:.2%}", "0 to 100 per cent")
    unnamed = [name for name in shares if name.endswith(":") and shops[name].notna().any()]
    totals = {name: name + _total(shops, name, piece) for name in unnamed}
    for table in parsed:
        present = table.columns.intersection(shares)
        table[present] = (table[present] / scale).round(6)
    return [table.rename(columns=totals) for table in parsed]


def _parsed(table: pd.DataFrame) -> pd.DataFrame:
    shares = [name for name in table.columns if ":" in name]
    numbers = [name for name in ("scope", "stock", "vacant", "both_years") if name in table]
    parsed = table.assign(**{name: table[name].map(_number) for name in shares})
    parsed = parsed.assign(**{name: table[name].map(_count) for name in numbers})
    parsed = parsed.astype(dict.fromkeys((*shares, *numbers), "float64"))
    units = parsed.loc[parsed["unit"].eq("units"), numbers]
    if (units % 1 > 0).any(axis=None):
        raise column_retyped(
            "aantal", f"{float(units[units % 1 > 0].max().max()):g}", "a whole number of 0 or more"
        )
    return parsed


def _count(cell: Cell) -> float:
    """A number of units or m²: neither has three decimals, so groups of three are thousands."""
    text = " ".join(cell.split()) if isinstance(cell, str) else ""
    return float(re.sub(r"\D", "", text)) if _THOUSANDS.fullmatch(text) else _number(cell)


def _number(cell: Cell) -> float:
    """A number as CBS writes it (decimal comma in text); missing where it gives none."""
    if cell is None or (isinstance(cell, float) and np.isnan(cell)):
        return float("nan")
    if isinstance(cell, int | float) and not isinstance(cell, bool) and cell >= 0:
        return float(cell)
    text = str(cell).strip().removesuffix("%").strip()
    if text.casefold() in NOTHING:
        return float("nan")
    if re.fullmatch(r"\d+([.,]\d+)?", text) is None:
        raise column_retyped("leegstand", repr(cell), "a number like 5,3")
    return float(text.replace(",", "."))


def _part(share: str) -> str:
    return "vacant" if share.startswith("rate") else "both_years"


def _ratios(shops: pd.DataFrame, share: str, total: str) -> pd.Series:
    """Ratios of shares to those computed from their own numbers, where these are known."""
    whole = "vacant" if total == "vacancy" else total
    if not {_part(share), whole} <= set(shops):
        return pd.Series(dtype="float64")
    known = (shops[share] > 0) & (shops[_part(share)] > 0) & (shops[whole] > 0)
    rows = shops[known]
    return rows[share] * rows[whole] / rows[_part(share)]


def _scale(shops: pd.DataFrame, shares: Sequence[str]) -> float:
    """The scale of the shares of a file, 1 or 100: by its own numbers, or a share above 1.

    Raises ContentError where it is ambiguous: 0.5 may be a half or half a per cent.
    """
    totals = {name: name.partition(":")[2] for name in shares}
    totals |= {name: "scope" if "scope" in shops else "stock" for name in shares if name == "rate:"}
    ratios = pd.concat([_ratios(shops, name, total) for name, total in totals.items() if total])
    if len(ratios):
        # Numbers are rounded to tens, so only the order of magnitude counts.
        return 1.0 if float(ratios.median()) < 10.0 else 100.0
    highest = float(shops[shares].max().max())
    if highest <= 1.0:
        raise column_retyped(
            "leegstand %",
            f"at most {highest:g}",
            "per cent, or numbers beside it that tell its scale",
        )
    return 100.0


def _total(shops: pd.DataFrame, share: str, piece: Piece) -> Total:
    """The total of a share by its own numbers; ContentError where these do not decide it."""
    totals: tuple[Total, ...] = ("scope", "stock")
    totals = totals if share == "rate:" else ("vacancy", *totals)
    ratios = pd.DataFrame({total: _ratios(shops, share, total) for total in totals})
    ratios = ratios.dropna(axis=1, how="all")
    rows = ratios.dropna()
    rows = rows[rows.nunique(axis=1) == len(ratios.columns)]
    off = (rows - 1.0).abs().median().sort_values()
    if len(off) < 2 or not off.iloc[0] <= min(CLOSE, off.iloc[1] / 2):
        heading = "leegstand %" if share == "rate:" else "jaar eerder ook al leeg %"
        raise unclear(piece.name, heading, "which-total")
    best: Total = off.index[0]
    return best


def _year(row: pd.Series, piece: Piece) -> int:
    """Year of the row, or the one year in the name of the file; its day is 1 January."""
    years = set(_YEAR.findall(str(row["year"]) if "year" in row else piece.name))
    if len(years) != 1:
        raise ContentError("year-missing", name=piece.name)
    return int(years.pop())
