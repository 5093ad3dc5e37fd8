"""Share of the municipality's dwellings that nobody lives in, as published."""

import pandas as pd

from geo.bilingual import Bilingual
from geo.indicator import Indicator, Tables, published

INDICATOR = Indicator(
    id="vacant_dwellings",
    label=Bilingual(nl="Onbewoonde woningen", en="Unoccupied dwellings", de="Unbewohnte Wohnungen"),
    unit=Bilingual(nl="%", en="%", de="%"),
    better="lower",
    group="spatial_quality",
    area="municipality",
    scope="municipality",
    definition=Bilingual(
        nl="Deel van de woningen in de hele gemeente dat niet bewoond is. Woningen, geen winkels.",
        en=(
            "Share of the dwellings in the whole municipality that nobody lives in. Dwellings, not"
            " shops."
        ),
        de=(
            "Anteil der Wohnungen der ganzen Gemeinde, die nicht bewohnt sind. Wohnungen, keine"
            " Läden."
        ),
    ),
    needs=("observations",),
    decimals=0,
)


def compute(tables: Tables) -> pd.DataFrame:
    """Per cent per place and year; the source gives whole per cents.

    Only figures of a series: single ones count other dwellings.
    """
    figures = published(tables["observations"], "vacant_dwellings_share", INDICATOR.area, step=0.01)
    figures = figures.dropna(subset=["series"])
    return figures.assign(
        value=100.0 * figures["value"], rounding_error=100.0 * figures["rounding_error"]
    )
