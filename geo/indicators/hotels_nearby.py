"""Hotels that residents have nearby, as published."""

import pandas as pd

from geo.bilingual import Bilingual
from geo.indicator import Indicator, Tables, published

INDICATOR = Indicator(
    id="hotels_nearby",
    label=Bilingual(nl="Hotels in de buurt", en="Hotels nearby", de="Hotels in der Nähe"),
    unit=Bilingual(nl="hotels", en="hotels", de="Hotels"),
    better="higher",
    group="supply",
    area="municipality",
    scope="nearby",
    definition=Bilingual(
        nl=(
            "Aantal hotels binnen 5 km over de weg, gemiddeld over alle inwoners van de gemeente."
            " Geen telling van de binnenstad."
        ),
        en=(
            "Number of hotels within 5 km by road, averaged over all residents of the"
            " municipality. Not a count of the inner city."
        ),
        de=(
            "Anzahl Hotels innerhalb von 5 km auf der Straße, gemittelt über alle Einwohner der"
            " Gemeinde. Keine Zählung der Innenstadt."
        ),
    ),
    needs=("observations",),
    decimals=1,
)


def compute(tables: Tables) -> pd.DataFrame:
    """Mean per place and year; the source gives tenths."""
    return published(tables["observations"], "hotels_within_5km", INDICATOR.area, step=0.1)
