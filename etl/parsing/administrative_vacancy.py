"""Figures of the vacancy monitor of CBS: indicators and definitions by measure, unit, total."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from etl.parsing.observations import INDICATORS, IndicatorRow, text
from geo.bilingual import Bilingual

Measure = Literal["vacant", "rate", "both_years", "both_years_rate"]
"""Vacant on 1 January, or on that day and a year before; as a number or as a share."""
Unit = Literal["units", "area"]
Total = Literal["scope", "stock", "vacancy"]
"""What a share is a share of: the units CBS looked at, the whole stock, or what is vacant."""

NOTE = text("cbs_vacancy.note")
_IDS: Mapping[tuple[Measure, Unit], str] = {
    ("rate", "units"): "administrative_vacancy_rate_units",
    ("rate", "area"): "administrative_vacancy_rate_floor_area",
    ("vacant", "units"): "administratively_vacant_shop_units",
    ("vacant", "area"): "administratively_vacant_shop_floor_area_m2",
    ("both_years", "units"): "administratively_vacant_both_years_shop_units",
    ("both_years", "area"): "administratively_vacant_both_years_shop_floor_area_m2",
    ("both_years_rate", "units"): "administratively_vacant_both_years_share_units",
    ("both_years_rate", "area"): "administratively_vacant_both_years_share_floor_area",
}


@dataclass(frozen=True, slots=True)
class VacancyFigure:
    """One kind of figure of the monitor; `total` only for shares."""

    measure: Measure
    unit: Unit
    total: Total | None = None

    @property
    def counted(self) -> IndicatorRow:
        """The row of the table `indicators`."""
        return INDICATORS[_IDS[self.measure, self.unit]]

    @property
    def slug(self) -> str:
        """The name in ids and series; a share of another total than usual has its own."""
        usual = {"rate": "scope", "both_years_rate": "vacancy"}.get(self.measure)
        suffix = "" if self.total == usual else f"-of-{self.total}"
        return self.counted.indicator.replace("_", "-") + suffix

    @property
    def definition(self) -> Bilingual:
        """What was counted, of which total, on which day."""
        what = f"number-{self.unit}" if self.total is None else f"share-{self.unit}-{self.total}"
        days = "days-both-years" if self.measure.startswith("both_years") else "days-now"
        return text(
            "cbs_vacancy.definition",
            what=text(f"cbs_vacancy.{what}"),
            days=text(f"cbs_vacancy.{days}"),
        )
