"""Shops that stand empty according to registers, per municipality, from the yearly vacancy monitor of CBS.

Nobody looked on the spot: a unit counts as empty when no person, user or company is registered on it. That is another
thing than a shop survey, so it has indicators and series of its own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from data.tables import INDICATORS, OBSERVATIONS, TRANSLATIONS
from etl import delimited, opendocument, workbook
from etl import figure as figures
from etl.area import Area
from etl.delimited import Form
from etl.errors import ContentError
from etl.figure import UNDATED, Counted
from etl.problems import NO_OTHER, Finding, found
from etl.source import Parsed, Piece, Question, Source
from etl.workbook import Cell, Sheet
from geo.bilingual import Bilingual

SOURCE = Source(
    id="cbs_vacancy",
    title=Bilingual(nl="Landelijke Monitor Leegstand", en="National vacancy monitor"),
    publisher="CBS",
    licence="CC BY 4.0",
    fills=(OBSERVATIONS, INDICATORS, TRANSLATIONS),
    rows=range(1, 500),
    # The layout of the publication was described, not seen: headings are looked for by what they must say.
    tried="documentation",
    tried_on=date(2026, 11, 24),
    tried_with=(
        "the headings of the publication and made-up workbooks after them (XLSX, ODS, CSV)",
    ),
    url="https://dashboards.cbs.nl/v5/landelijke_monitor_leegstand/",
    credit="Bron: CBS, Landelijke Monitor Leegstand. Bewerking: Stadshart Twente. CC BY 4.0.",
    waits_for_file=True,
    accepts=(".xlsx", ".ods", ".csv"),
    per="region",
)

HEADING_WITHIN = 25
"""Rows among which the headings must stand; titles and notes stand above."""
SHOP = re.compile(r"winkel(s|functie)?|detailhandel")
NOTHING = frozenset({"", ".", "-", "x", "geheim", "onbekend"})
"""How CBS writes a figure it does not give."""

_YEAR = re.compile(r"(?<!\d)(20[0-4]\d)(?!\d)")
_CODE = re.compile(r"GM\d{4}|\d{1,4}")


@dataclass(frozen=True, slots=True)
class Heading:
    """A column by words that its heading must hold and words that it must not."""

    name: str
    holds: tuple[str, ...]
    lacks: tuple[str, ...] = ()
    needed: bool = False

    def fits(self, heading: str) -> bool:
        """Whether a heading is this column's."""
        return all(re.search(word, heading) for word in self.holds) and not any(re.search(word, heading) for word in self.lacks)


_SHARE = r"%|percentage|aandeel|procent"
_AREA = r"oppervlak|\bm2\b|m²"
HEADINGS = (
    Heading("code", (r"code",), needed=True),
    Heading("use", (r"gebruik|functie|categorie|sector",), lacks=(r"code", r"leegsta"), needed=True),
    Heading("rate_units", (r"leegsta", _SHARE), lacks=(_AREA, r"langdurig")),
    Heading("rate_area", (r"leegsta", _SHARE, _AREA), lacks=(r"langdurig",)),
    Heading("vacant", (r"leegsta",), lacks=(_SHARE, _AREA, r"langdurig")),
    Heading("scope", (r"scope|onderzoek|populatie",), lacks=(_AREA, r"leegsta")),
    Heading("year", (r"^(jaar|peiljaar|verslagjaar)$",)),
)

NOTE = Bilingual(
    nl="CBS rondt aantallen af op tientallen. Groothandel telt mee. Niet vergelijken met een winkeltelling.",
    en="CBS rounds numbers to tens. Wholesale is included. Not to be compared with a shop survey.",
    de="CBS rundet Zahlen auf Zehner. Großhandel zählt mit. Nicht mit einer Ladenzählung vergleichen.",
)
_REGISTERS = Bilingual(
    nl="waar op 1 januari volgens de registers geen persoon, gebruiker of bedrijf staat. Niemand ging ter plaatse kijken.",
    en="where on 1 January the registers show no person, user or company. Nobody looked on the spot.",
    de="in denen laut Registern am 1. Januar keine Person, kein Nutzer und kein Unternehmen gemeldet ist. Niemand hat vor Ort nachgesehen.",
)


def _definition(nl: str, en: str, de: str) -> Bilingual:
    return Bilingual(nl=f"{nl} {_REGISTERS.nl}", en=f"{en} {_REGISTERS.en}", de=f"{de} {_REGISTERS.de}")


SHARE = Bilingual(nl="share", en="share", de="share")
UNITS = Bilingual(nl="verblijfsobjecten", en="units", de="Einheiten")
FIGURES: Mapping[str, tuple[Counted, Bilingual]] = {
    "rate_units": (
        Counted(
            "administrative_vacancy_rate_units",
            "vacancy",
            Bilingual(
                nl="Administratieve leegstand van winkels, deel van de aantallen",
                en="Administrative vacancy of shops, share of units",
                de="Leerstand von Läden laut Registern, Anteil der Einheiten",
            ),
            SHARE,
        ),
        _definition("Deel van de verblijfsobjecten met winkelfunctie", "Share of the units with a shop purpose", "Anteil der Einheiten mit Ladennutzung,"),
    ),
    "rate_area": (
        Counted(
            "administrative_vacancy_rate_floor_area",
            "vacancy",
            Bilingual(
                nl="Administratieve leegstand van winkels, deel van de oppervlakte",
                en="Administrative vacancy of shops, share of floor area",
                de="Leerstand von Läden laut Registern, Anteil der Fläche",
            ),
            SHARE,
        ),
        _definition("Deel van de oppervlakte van verblijfsobjecten met winkelfunctie", "Share of the floor area of units with a shop purpose", "Anteil der Fläche der Einheiten mit Ladennutzung,"),
    ),
    "vacant": (
        Counted(
            "administratively_vacant_shop_units",
            "vacancy",
            Bilingual(nl="Administratief leegstaande winkels", en="Administratively vacant shops", de="Laut Registern leer stehende Läden"),
            UNITS,
        ),
        _definition("Verblijfsobjecten met winkelfunctie", "Units with a shop purpose", "Einheiten mit Ladennutzung,"),
    ),
}


def requests(area: Area) -> Sequence[Question]:
    """Nothing: the publication is a file that somebody places."""
    return []


def parse(pieces: Sequence[Piece], area: Area) -> Parsed:
    """Administrative vacancy of shops per municipality of the places and year."""
    rows: list[dict[str, object]] = []
    findings: list[Finding] = []
    counts: Counter[str] = Counter()
    for piece in pieces:
        table, met = _table(piece)
        findings += met
        rows += _figures(table, piece, area, counts)
    once = {str(row["observation_id"]): row for row in rows}
    names = [figures.municipality(area, code).name for code in area.municipality_codes]
    words = [SHARE, UNITS, NOTE, UNDATED, *names, *(definition for _, definition in FIGURES.values())]
    frames = {
        "observations": figures.observations(list(once.values())),
        "indicators": figures.indicators(counted for counted, _ in FIGURES.values()),
        "translations": figures.translations(words),
    }
    last = max((row["period_end"] for row in rows), default=None)
    return Parsed(frames, +counts, None if last is None else str(last), tuple(findings))


def _table(piece: Piece) -> tuple[pd.DataFrame, tuple[Finding, ...]]:
    """The columns we know of the table, as text or as stored; a workbook's `Tabel 1`, or its first sheet."""
    if piece.require("xlsx", "csv") == "csv":
        data = piece.read()
        written = {"encodings": ("utf-8", "cp1252")}
        read = delimited.read(data, Form(";", **written) if b";" in data.partition(b"\n")[0] else Form(",", **written), name=piece.name)
        rows: Sequence[Sequence[Cell]] = [tuple(read.frame.columns), *read.frame.itertuples(index=False, name=None)]
        return _columns(rows), read.findings
    # Both workbooks are zips; what lies in them tells them apart.
    reader: Callable[..., Sheet] = opendocument.read if _is_ods(piece) else workbook.read
    first = reader(piece.path)
    named = next((name for name in first.sheets if re.fullmatch(r"tabel[ _]?1", name.strip().casefold())), first.name)
    return _columns((first if named == first.name else reader(piece.path, sheet=named)).rows), ()


def _is_ods(piece: Piece) -> bool:
    with piece.path.open("rb") as file:
        # The first member of an ODS is its type, unpacked.
        return b"application/vnd.oasis.opendocument.spreadsheet" in file.read(128)


def _columns(rows: Sequence[Sequence[Cell]]) -> pd.DataFrame:
    """Below the row whose cells are most of our headings, the columns we know."""
    top, best = 0, {}
    for number, row in enumerate(rows[:HEADING_WITHIN]):
        met = _met(row)
        if len(met) > len(best):
            top, best = number, met
    for heading in HEADINGS:
        if heading.needed and heading.name not in best:
            words = [str(cell) for cell in rows[top] if isinstance(cell, str)] if rows else []
            raise ContentError(found("column-missing", column={"code": "gemeentecode", "use": "gebruiksdoel"}[heading.name], like=", ".join(words[:6]) or NO_OTHER))
    if not {"rate_units", "rate_area", "vacant"} & set(best):
        raise ContentError(found("column-missing", column="leegstand", like=", ".join(str(cell) for cell in rows[top][:6])))
    cells = [[row[at] if at < len(row) else None for at in best.values()] for row in rows[top + 1 :]]
    return pd.DataFrame(cells, columns=list(best), dtype=object)


def _met(row: Sequence[Cell]) -> dict[str, int]:
    """Where our columns stand in a row of headings; the first that fits."""
    met: dict[str, int] = {}
    for at, cell in enumerate(row):
        text = " ".join(str(cell).casefold().split()) if isinstance(cell, str) else ""
        name = next((one.name for one in HEADINGS if text and one.name not in met and one.fits(text)), None)
        if name is not None:
            met[name] = at
    return met


def _figures(
    table: pd.DataFrame, piece: Piece, area: Area, counts: Counter[str]
) -> list[dict[str, object]]:
    codes = table["code"].map(_municipality)
    shops = table["use"].map(lambda cell: isinstance(cell, str) and SHOP.fullmatch(cell.strip().casefold()) is not None)
    shops, here = shops.astype(bool), codes.isin(area.municipality_codes)
    counts["dropped-other-use"] += int((~shops).sum())
    counts["dropped-no-code"] += int((shops & codes.isna()).sum())
    counts["dropped-other-municipality"] += int((shops & codes.notna() & ~here).sum())
    # Assigning to a frame without rows would give it those of what is assigned.
    ours = table.assign(code=codes)[here & shops]
    if not len(ours):
        return []
    numbers = {name: ours[name].map(_number) for name in FIGURES.keys() | {"scope"} if name in ours}
    rated = [name for name in ("rate_units", "rate_area") if name in numbers]
    scale = _scale(numbers) if rated else 1.0
    numbers |= {name: _within(numbers[name] / scale, name) for name in rated}
    rows = []
    for at in ours.index:
        year = _year(ours, at, piece)
        for name in (one for one in FIGURES if one in numbers):
            value = float(numbers[name][at])
            if np.isnan(value):
                counts["missing-not-published"] += 1
                continue
            rows.append(_row(name, str(ours.at[at, "code"]), year, value, piece, area))
    return rows


def _row(name: str, code: str, year: int, value: float, piece: Piece, area: Area) -> dict[str, object]:
    counted, definition = FIGURES[name]
    about = figures.municipality(area, code)
    slug = counted.indicator.replace("_", "-")
    return {
        "observation_id": f"{about.key}-gemeente-{slug}-{year}-01-01",
        "place_id": about.place_id,
        "area_name": about.name.nl,
        "indicator": counted.indicator,
        "period_start": date(year, 1, 1),
        "period_end": date(year, 1, 1),
        "value": value,
        "unit": counted.unit.nl,
        "definition": definition.nl,
        "area_kind": "municipality",
        "nature": "derived",
        "series": f"cbs-leegstandsmonitor-{slug}-{about.key}",
        "source_date": UNDATED.nl,
        "retrieved": piece.retrieved,
        "confidence": "medium",
        "provisional": False,
        "note": NOTE.nl,
    }


def _municipality(cell: Cell) -> str | None:
    """A code like GM0153 from what stands in a cell: `GM0153`, `0153`, or 153 where a spreadsheet made a number of it."""
    text = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()
    if _CODE.fullmatch(text) is None:
        return None
    return text if text.startswith("GM") else f"GM{int(text):04d}"


def _number(cell: Cell) -> float:
    """A number as CBS writes it (decimal comma in text); missing where it gives none."""
    if cell is None or (isinstance(cell, float) and np.isnan(cell)):
        return float("nan")
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return float(cell)
    text = str(cell).strip().removesuffix("%").strip()
    if text.casefold() in NOTHING:
        return float("nan")
    if re.fullmatch(r"\d+(,\d+)?", text) is None:
        raise ContentError(found("column-retyped", column="leegstand", met=repr(cell), expected="a number like 5,3"))
    return float(text.replace(",", "."))


def _scale(numbers: Mapping[str, pd.Series]) -> float:
    """What the rates of a file are out of, 100 or 1: as its own numbers tell, else 100 where a rate is above 1.

    Raises ContentError where nothing tells: half a per cent and a half look the same.
    """
    rates = pd.concat([numbers[name] for name in ("rate_units", "rate_area") if name in numbers])
    if {"rate_units", "vacant", "scope"} <= set(numbers):
        rate, vacant, scope = (numbers[name] for name in ("rate_units", "vacant", "scope"))
        told = (rate * scope / vacant)[(rate > 0) & (vacant > 0) & (scope > 0)]
        if len(told):
            # Numbers are rounded to tens, so only the order of magnitude tells.
            return 1.0 if float(told.median()) < 10.0 else 100.0
    if rates.notna().any() and rates.max() <= 1.0:
        raise ContentError(found("column-retyped", column="leegstand %", met=f"at most {rates.max():g}", expected="per cent, or numbers beside it that tell its scale"))
    return 100.0


def _within(shares: pd.Series, name: str) -> pd.Series:
    if shares.min() < 0.0 or shares.max() > 1.0:
        raise ContentError(found("column-retyped", column=name, met=f"{shares.min():.2%} to {shares.max():.2%}", expected="0 to 100 per cent"))
    return shares.round(6)


def _year(rows: pd.DataFrame, at: object, piece: Piece) -> int:
    """Year of the row, or the one year in the name of the file; its day is 1 January."""
    told = str(rows.at[at, "year"]) if "year" in rows else piece.name
    years = set(_YEAR.findall(told))
    if len(years) != 1:
        raise ContentError(found("year-missing", name=piece.name))
    return int(years.pop())
