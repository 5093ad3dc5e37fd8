"""Restaurants that residents have nearby, as published."""

import pandas as pd

from geo.bilingual import Bilingual
from geo.indicator import Indicator, Tables, published

INDICATOR = Indicator(
    id="restaurants_nearby",
    label=Bilingual(
        nl="Restaurants in de buurt", en="Restaurants nearby", de="Restaurants in der Nähe"
    ),
    unit=Bilingual(nl="restaurants", en="restaurants", de="Restaurants"),
    better="higher",
    group="supply",
    area="municipality",
    scope="nearby",
    definition=Bilingual(
        nl=(
            "Aantal restaurants binnen 1 km over de weg, gemiddeld over alle inwoners van de"
            " gemeente. Geen telling van de binnenstad."
        ),
        en=(
            "Number of restaurants within 1 km by road, averaged over all residents of the"
            " municipality. Not a count of the inner city."
        ),
        de=(
            "Anzahl Restaurants innerhalb von 1 km auf der Straße, gemittelt über alle Einwohner"
            " der Gemeinde. Keine Zählung der Innenstadt."
        ),
    ),
    needs=("observations",),
    decimals=1,
)


def compute(tables: Tables) -> pd.DataFrame:
    """Mean per place and year; the source gives tenths."""
    return published(tables["observations"], "restaurants_within_1km", INDICATOR.area, step=0.1)
