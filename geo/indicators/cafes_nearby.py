"""Cafés that residents have nearby, as published."""

import pandas as pd

from geo.bilingual import Bilingual
from geo.indicator import Indicator, Tables, published

INDICATOR = Indicator(
    id="cafes_nearby",
    label=Bilingual(nl="Cafés in de buurt", en="Cafés nearby", de="Kneipen in der Nähe"),
    unit=Bilingual(nl="cafés", en="cafés", de="Kneipen"),
    better="higher",
    group="supply",
    area="municipality",
    scope="nearby",
    definition=Bilingual(
        nl=(
            "Aantal cafés binnen 1 km over de weg, gemiddeld over alle inwoners van de gemeente."
            " Geen telling van de binnenstad."
        ),
        en=(
            "Number of cafés within 1 km by road, averaged over all residents of the municipality."
            " Not a count of the inner city."
        ),
        de=(
            "Anzahl Kneipen innerhalb von 1 km auf der Straße, gemittelt über alle Einwohner der"
            " Gemeinde. Keine Zählung der Innenstadt."
        ),
    ),
    needs=("observations",),
    decimals=1,
)


def compute(tables: Tables) -> pd.DataFrame:
    """Mean per place and year; the source gives tenths."""
    return published(tables["observations"], "cafes_within_1km", INDICATOR.area, step=0.1)
