"""How far residents live from a cinema, as published."""

import pandas as pd

from geo.bilingual import Bilingual
from geo.indicator import Indicator, Tables, published

INDICATOR = Indicator(
    id="cinema_distance",
    label=Bilingual(
        nl="Afstand van inwoners tot een bioscoop",
        en="Distance of residents to a cinema",
        de="Entfernung der Einwohner zu einem Kino",
    ),
    unit=Bilingual(nl="km", en="km", de="km"),
    better="lower",
    group="supply",
    area="municipality",
    scope="nearby",
    definition=Bilingual(
        nl="Afstand over de weg tot een bioscoop, gemiddeld over alle inwoners van de gemeente.",
        en="Distance by road to a cinema, averaged over all residents of the municipality.",
        de=(
            "Entfernung auf der Straße bis zu einem Kino, gemittelt über alle Einwohner der"
            " Gemeinde."
        ),
    ),
    needs=("observations",),
    decimals=1,
)


def compute(tables: Tables) -> pd.DataFrame:
    """Mean per place and year; the source gives tenths."""
    return published(tables["observations"], "distance_cinema_km", INDICATOR.area, step=0.1)
