"""How far residents live from a railway station, as published."""

import pandas as pd

from geo.bilingual import Bilingual
from geo.indicator import Indicator, Tables, published

INDICATOR = Indicator(
    id="station_distance_residents",
    label=Bilingual(
        nl="Afstand van inwoners tot een station",
        en="Distance of residents to a station",
        de="Entfernung der Einwohner zu einem Bahnhof",
    ),
    unit=Bilingual(nl="km", en="km", de="km"),
    better="lower",
    group="accessibility",
    area="municipality",
    scope="nearby",
    definition=Bilingual(
        nl=(
            "Afstand over de weg tot een treinstation, gemiddeld over alle inwoners van de"
            " gemeente. Niet de afstand van de binnenstad zelf."
        ),
        en=(
            "Distance by road to a railway station, averaged over all residents of the"
            " municipality. Not the distance of the inner city itself."
        ),
        de=(
            "Entfernung auf der Straße bis zu einem Bahnhof, gemittelt über alle Einwohner der"
            " Gemeinde. Nicht die Entfernung der Innenstadt selbst."
        ),
    ),
    needs=("observations",),
    decimals=1,
)


def compute(tables: Tables) -> pd.DataFrame:
    """Mean per place and year; the source gives tenths."""
    return published(tables["observations"], "distance_station_km", INDICATOR.area, step=0.1)
