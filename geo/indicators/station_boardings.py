"""Boardings per average workday at the centre's station."""

import pandas as pd

from geo.bilingual import Bilingual
from geo.indicator import Indicator, Tables, published

# From 2018 the trains are counted by other operators, and the line to Gronau is in the counts from
# 2019.
SINCE = 2019
CORONA_YEARS = (2020, 2021)

INDICATOR = Indicator(
    id="station_boardings",
    label=Bilingual(nl="Treinreizigers", en="Train passengers", de="Bahnreisende"),
    unit=Bilingual(
        nl="instappers per werkdag", en="boardings per workday", de="Einsteigende pro Werktag"
    ),
    better="higher",
    group="accessibility",
    area="station",
    scope="municipality",
    definition=Bilingual(
        nl=(
            "Instappers op een gemiddelde werkdag op het station van de stad. Geen bezoekers van de"
            " binnenstad."
        ),
        en="Boardings on an average workday at the town's station. Not visitors of the inner city.",
        de=(
            "Einsteigende an einem durchschnittlichen Werktag am Bahnhof der Stadt. Keine Besucher"
            " der Innenstadt."
        ),
    ),
    needs=("observations",),
    of_size=True,
)


def compute(tables: Tables) -> pd.DataFrame:
    """Boardings per workday per place and year, the corona years left out."""
    figures = published(
        tables["observations"], "boardings_per_workday", INDICATOR.area, since=SINCE
    )
    return figures[~figures["year"].isin(CORONA_YEARS)].reset_index(drop=True)
