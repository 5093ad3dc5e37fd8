"""The meaning of headings in the layouts of the vacancy monitor of CBS."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from etl.errors import ContentError
from etl.parsing.administrative_vacancy import Total, Unit
from etl.problems import NO_OTHER, phrase

_SHARE = re.compile(r"%|percentage|aandeel|procent")
_AREA = re.compile(r"oppervlak|\bm2\b|m²")
_UNITS = re.compile(r"aantal|object|panden|winkels|eenheden")
_BOTH_YEARS = re.compile(r"jaar eerder|langdurig")
_OTHER = re.compile(r"niet[- ]leeg|mutatie|verander|verschil|toename|afname|nieuw")
_SCALED = re.compile(r"1[ .]?000|duizend|hectare")
_KEYS = {
    "year": re.compile(r"(peil|verslag)?jaar"),
    "unit": re.compile(r"eenheid"),
    "kind": re.compile(r"gebiedstype|soort gebied|regiotype"),
    "code": re.compile(r"(gemeente|gm)[ _-]?code|code (van de )?gemeente"),
    "other_code": re.compile(r"((regio|gebieds)[ _-]?)?code"),
}
_TOTALS: dict[Total, re.Pattern[str]] = {
    "vacancy": re.compile(r"(totale|van de|t\.?o\.?v\.?( de)?) leegstand"),
    "scope": re.compile(r"scope|populatie"),
    "stock": re.compile(r"voorraad"),
}


@dataclass(frozen=True, slots=True)
class VacancyColumn:
    """The content of a column by its heading; `total` of a share, `unit` of a number."""

    name: str
    total: Total | None = None
    unit: Unit | None = None

    @property
    def is_share(self) -> bool:
        """Whether it holds a share."""
        return self.name in ("rate", "both_years_rate")

    @property
    def is_number(self) -> bool:
        """Whether it holds a number or a share, and no key of the row."""
        return self.name not in _KEYS and self.name != "use"

    @property
    def key(self) -> str:
        """The name of the column in the long table, without the unit."""
        return f"{self.name}:{self.total or ''}" if self.is_share else self.name


def count_known(row: Sequence[str]) -> int:
    """The number of known headings in a row."""
    return sum(meaning(cell) is not None for cell in row)


def meaning(heading: str) -> VacancyColumn | None:
    """The meaning of a heading, None when it is not known."""
    # A footnote mark may follow the heading.
    text = re.sub(r"( ?\d\)|\*)+$", "", " ".join(heading.casefold().split()))
    for name, pattern in _KEYS.items():
        if pattern.fullmatch(text):
            return VacancyColumn(name)
    share = _SHARE.search(text) is not None
    unit: Unit | None = "area" if _AREA.search(text) else "units" if _UNITS.search(text) else None
    if _OTHER.search(text):
        return None
    if "leegsta" in text or _BOTH_YEARS.search(text):
        totals = [total for total, pattern in _TOTALS.items() if share and pattern.search(text)]
        name = "both_years" if _BOTH_YEARS.search(text) else "rate" if share else "vacant"
        name = f"{name}_rate" if share and name == "both_years" else name
        return VacancyColumn(name, totals[0] if len(totals) == 1 else None, unit)
    if not share:
        for total in ("scope", "stock"):
            if _TOTALS[total].search(text) or (total == "scope" and "onderzoek" in text):
                return VacancyColumn(total, unit=unit)
    if re.search(r"gebruik|functie|categorie|sector", text) and "code" not in text:
        return VacancyColumn("use")
    return None


def per_unit(cells: pd.DataFrame, name: str) -> list[pd.DataFrame]:
    """The known columns as tables, each row in the unit that its `unit` names.

    A layout without `Eenheid` has the unit in its headings: it gives a table per unit. Raises
    ContentError for a missing or ambiguous column.
    """
    columns = {
        heading: column for heading in cells.columns if (column := meaning(heading)) is not None
    }
    if not any(column.name == "code" for column in columns.values()):
        others = [heading for heading in columns if columns[heading].name == "other_code"]
        columns |= dict.fromkeys(others, VacancyColumn("code"))
    names = {column.name for column in columns.values()}
    like = ", ".join(cells.columns[:6]) or NO_OTHER
    for needed, dutch in (("code", "gemeentecode"), ("use", "gebruiksdoel")):
        if needed not in names:
            raise ContentError("column-missing", column=dutch, like=like)
    if not names & {"vacant", "rate", "both_years", "both_years_rate"}:
        raise ContentError("column-missing", column="leegstand", like=like)
    by_row = "unit" in names
    _require_clear(columns, by_row, name)
    if by_row:
        return [_renamed(cells, columns)]
    parts = []
    for unit, label in (("units", "Aantal"), ("area", "Oppervlakte")):
        same_unit = {name: column for name, column in columns.items() if column.unit == unit}
        if same_unit:
            keys = {name: column for name, column in columns.items() if not column.is_number}
            parts.append(_renamed(cells, keys | same_unit).assign(unit=label))
    return parts


def _renamed(cells: pd.DataFrame, columns: Mapping[str, VacancyColumn]) -> pd.DataFrame:
    return cells[list(columns)].rename(
        columns={name: column.key for name, column in columns.items()}
    )


def _require_clear(columns: Mapping[str, VacancyColumn], by_row: bool, name: str) -> None:
    """Raise ContentError unless every heading has one meaning of its own."""
    seen: dict[tuple[str, Unit | None], str] = {}
    for heading, column in columns.items():
        unit = None if by_row else column.unit
        needs_unit = not by_row and unit is None and column.name not in ("scope", "stock")
        if column.is_number and (_SCALED.search(heading.casefold()) or needs_unit):
            raise unclear(name, heading, "which-unit")
        if column.is_number and by_row and column.unit == "area":
            raise unclear(name, heading, "which-row-unit")
        if column.name == "rate" and column.total == "vacancy":
            raise unclear(name, heading, "which-part")
        other = seen.setdefault((column.key, unit), heading)
        if other != heading:
            raise unclear(name, f"{other} / {heading}", "which-column")


def unclear(name: str, column: str, question: str) -> ContentError:
    """The error for a file with a column of two possible meanings."""
    detail = phrase(f"cbs_vacancy.{question}")
    return ContentError("column-unclear", name=name, column=column, detail=detail)
