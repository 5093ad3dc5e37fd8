"""Standardised income of the municipality's households, as published."""

import pandas as pd

from geo.bilingual import Bilingual
from geo.indicator import Indicator, Tables, published

INDICATOR = Indicator(
    id="household_income",
    label=Bilingual(
        nl="Inkomen van huishoudens", en="Income of households", de="Einkommen der Haushalte"
    ),
    unit=Bilingual(nl="euro per jaar", en="euros per year", de="Euro pro Jahr"),
    better="higher",
    group="demography",
    area="municipality",
    scope="municipality",
    definition=Bilingual(
        nl=(
            "Gemiddeld gestandaardiseerd inkomen van de huishoudens in de hele gemeente: wat"
            " inwoners te besteden hebben, niet wat zij in de binnenstad besteden."
        ),
        en=(
            "Mean standardised income of the households in the whole municipality: what residents"
            " can spend, not what they spend in the inner city."
        ),
        de=(
            "Mittleres standardisiertes Einkommen der Haushalte der ganzen Gemeinde: was Einwohner"
            " ausgeben können, nicht was sie in der Innenstadt ausgeben."
        ),
    ),
    needs=("observations",),
    decimals=0,
)


def compute(tables: Tables) -> pd.DataFrame:
    """Euros per year per place and year; the source rounds to hundreds."""
    return published(
        tables["observations"], "household_income_standardised", INDICATOR.area, step=100.0
    )
