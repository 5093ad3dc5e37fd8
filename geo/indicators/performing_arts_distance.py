"""How far residents live from a stage for performing arts, as published."""

import pandas as pd

from geo.bilingual import Bilingual
from geo.indicator import Indicator, Tables, published

INDICATOR = Indicator(
    id="performing_arts_distance",
    label=Bilingual(
        nl="Afstand van inwoners tot een podium",
        en="Distance of residents to a stage",
        de="Entfernung der Einwohner zu einer Bühne",
    ),
    unit=Bilingual(nl="km", en="km", de="km"),
    better="lower",
    group="supply",
    area="municipality",
    scope="nearby",
    definition=Bilingual(
        nl=(
            "Afstand over de weg tot een podium voor toneel, muziek of dans, gemiddeld over alle"
            " inwoners van de gemeente."
        ),
        en=(
            "Distance by road to a stage for theatre, music or dance, averaged over all residents"
            " of the municipality."
        ),
        de=(
            "Entfernung auf der Straße bis zu einer Bühne für Theater, Musik oder Tanz, gemittelt"
            " über alle Einwohner der Gemeinde."
        ),
    ),
    needs=("observations",),
    decimals=1,
)


def compute(tables: Tables) -> pd.DataFrame:
    """Mean per place and year; the source gives tenths."""
    return published(
        tables["observations"], "distance_performing_arts_km", INDICATOR.area, step=0.1
    )
