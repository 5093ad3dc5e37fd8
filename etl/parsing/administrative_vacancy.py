"""Figures of the vacancy monitor of CBS: indicators and definitions by measure, unit, total."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from etl.parsing.observations import IndicatorRow
from geo.bilingual import Bilingual

Measure = Literal["vacant", "rate", "both_years", "both_years_rate"]
"""Vacant on 1 January, or on that day and a year before; as a number or as a share."""
Unit = Literal["units", "area"]
Total = Literal["scope", "stock", "vacancy"]
"""What a share is a share of: the units CBS looked at, the whole stock, or what is vacant."""

SHARE = Bilingual(nl="share", en="share", de="share")
UNITS = Bilingual(nl="verblijfsobjecten", en="units", de="Einheiten")
AREA = Bilingual(nl="m²", en="m²", de="m²")
NOTE = Bilingual(
    nl="CBS rondt aantallen af op tientallen. Groothandel telt mee. "
    "Niet vergelijken met een winkeltelling.",
    en="CBS rounds numbers to tens. Wholesale is included. Not to be compared with a shop survey.",
    de="CBS rundet Zahlen auf Zehner. Großhandel zählt mit. "
    "Nicht mit einer Ladenzählung vergleichen.",
)

_DAYS = {
    "now": Bilingual(
        nl="waar op 1 januari volgens de registers geen persoon, gebruiker of bedrijf staat.",
        en="where on 1 January the registers show no person, user or company.",
        de="in denen laut Registern am 1. Januar keine Person, kein Nutzer und kein Unternehmen "
        "gemeldet ist.",
    ),
    "both_years": Bilingual(
        nl="waar op 1 januari en ook een jaar eerder volgens de registers geen persoon, "
        "gebruiker of bedrijf staat.",
        en="where on 1 January and also a year before the registers show no person, user or "
        "company.",
        de="in denen laut Registern am 1. Januar und auch ein Jahr zuvor keine Person, kein Nutzer "
        "und kein Unternehmen gemeldet ist.",
    ),
}
_UNSEEN = Bilingual(
    nl="Niemand ging ter plaatse kijken.",
    en="Nobody looked on the spot.",
    de="Niemand hat vor Ort nachgesehen.",
)
_COUNTED = {
    "units": Bilingual(
        nl="Verblijfsobjecten met winkelfunctie",
        en="Units with a shop purpose",
        de="Einheiten mit Ladennutzung,",
    ),
    "area": Bilingual(
        nl="Oppervlakte van verblijfsobjecten met winkelfunctie",
        en="Floor area of units with a shop purpose",
        de="Fläche der Einheiten mit Ladennutzung,",
    ),
}
_SHARES = {
    ("units", "scope"): Bilingual(
        nl="Deel van de verblijfsobjecten met winkelfunctie in de onderzoekspopulatie",
        en="Share of the units with a shop purpose in the research population",
        de="Anteil der Einheiten mit Ladennutzung in der Untersuchungsgesamtheit,",
    ),
    ("units", "stock"): Bilingual(
        nl="Deel van de verblijfsobjecten met winkelfunctie in de totale voorraad",
        en="Share of the units with a shop purpose in the whole stock",
        de="Anteil der Einheiten mit Ladennutzung im gesamten Bestand,",
    ),
    ("units", "vacancy"): Bilingual(
        nl="Deel van de leegstaande verblijfsobjecten met winkelfunctie",
        en="Share of the vacant units with a shop purpose",
        de="Anteil der leer stehenden Einheiten mit Ladennutzung,",
    ),
    ("area", "scope"): Bilingual(
        nl="Deel van de oppervlakte van verblijfsobjecten met winkelfunctie in de "
        "onderzoekspopulatie",
        en="Share of the floor area of units with a shop purpose in the research population",
        de="Anteil der Fläche der Einheiten mit Ladennutzung in der Untersuchungsgesamtheit,",
    ),
    ("area", "stock"): Bilingual(
        nl="Deel van de oppervlakte van verblijfsobjecten met winkelfunctie in de totale voorraad",
        en="Share of the floor area of units with a shop purpose in the whole stock",
        de="Anteil der Fläche der Einheiten mit Ladennutzung im gesamten Bestand,",
    ),
    ("area", "vacancy"): Bilingual(
        nl="Deel van de oppervlakte van leegstaande verblijfsobjecten met winkelfunctie",
        en="Share of the floor area of vacant units with a shop purpose",
        de="Anteil der Fläche der leer stehenden Einheiten mit Ladennutzung,",
    ),
}


def _counted(indicator: str, unit: Bilingual, nl: str, en: str, de: str) -> IndicatorRow:
    return IndicatorRow(indicator, "vacancy", Bilingual(nl=nl, en=en, de=de), unit)


INDICATORS: dict[tuple[Measure, Unit], IndicatorRow] = {
    ("rate", "units"): _counted(
        "administrative_vacancy_rate_units",
        SHARE,
        "Administratieve leegstand van winkels, deel van de aantallen",
        "Administrative vacancy of shops, share of units",
        "Leerstand von Läden laut Registern, Anteil der Einheiten",
    ),
    ("rate", "area"): _counted(
        "administrative_vacancy_rate_floor_area",
        SHARE,
        "Administratieve leegstand van winkels, deel van de oppervlakte",
        "Administrative vacancy of shops, share of floor area",
        "Leerstand von Läden laut Registern, Anteil der Fläche",
    ),
    ("vacant", "units"): _counted(
        "administratively_vacant_shop_units",
        UNITS,
        "Administratief leegstaande winkels",
        "Administratively vacant shops",
        "Laut Registern leer stehende Läden",
    ),
    ("vacant", "area"): _counted(
        "administratively_vacant_shop_floor_area_m2",
        AREA,
        "Administratief leegstaande winkeloppervlakte",
        "Administratively vacant shop floor area",
        "Laut Registern leer stehende Ladenfläche",
    ),
    ("both_years", "units"): _counted(
        "administratively_vacant_both_years_shop_units",
        UNITS,
        "Winkels die nu en een jaar eerder administratief leegstonden",
        "Shops administratively vacant now and a year before",
        "Läden, die laut Registern jetzt und ein Jahr zuvor leer standen",
    ),
    ("both_years", "area"): _counted(
        "administratively_vacant_both_years_shop_floor_area_m2",
        AREA,
        "Winkeloppervlakte die nu en een jaar eerder administratief leegstond",
        "Shop floor area administratively vacant now and a year before",
        "Ladenfläche, die laut Registern jetzt und ein Jahr zuvor leer stand",
    ),
    ("both_years_rate", "units"): _counted(
        "administratively_vacant_both_years_share_units",
        SHARE,
        "Winkels die nu en een jaar eerder administratief leegstonden, deel van de aantallen",
        "Shops administratively vacant now and a year before, share of units",
        "Läden, die laut Registern jetzt und ein Jahr zuvor leer standen, Anteil der Einheiten",
    ),
    ("both_years_rate", "area"): _counted(
        "administratively_vacant_both_years_share_floor_area",
        SHARE,
        "Winkels die nu en een jaar eerder administratief leegstonden, deel van de oppervlakte",
        "Shops administratively vacant now and a year before, share of floor area",
        "Läden, die laut Registern jetzt und ein Jahr zuvor leer standen, Anteil der Fläche",
    ),
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
        return INDICATORS[self.measure, self.unit]

    @property
    def slug(self) -> str:
        """The name in ids and series; a share of another total than usual has its own."""
        usual = {"rate": "scope", "both_years_rate": "vacancy"}.get(self.measure)
        suffix = "" if self.total == usual else f"-of-{self.total}"
        return self.counted.indicator.replace("_", "-") + suffix

    @property
    def definition(self) -> Bilingual:
        """What was counted, of which total, on which day."""
        what = _COUNTED[self.unit] if self.total is None else _SHARES[self.unit, self.total]
        days = _DAYS["both_years" if self.measure.startswith("both_years") else "now"]
        return Bilingual(
            nl=f"{what.nl} {days.nl} {_UNSEEN.nl}",
            en=f"{what.en} {days.en} {_UNSEEN.en}",
            de=f"{what.text('de')} {days.text('de')} {_UNSEEN.text('de')}",
        )
