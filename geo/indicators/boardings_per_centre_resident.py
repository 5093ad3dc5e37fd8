"""Boardings at the town's station per resident of the inner city."""

import pandas as pd

from geo.bilingual import Bilingual
from geo.indicator import Indicator, Tables, newest, published, ratio
from geo.indicators import station_boardings

# The newest boardings are of 2023, the newest residents of 2025.
YEARS_BETWEEN = 2

INDICATOR = Indicator(
    id="boardings_per_centre_resident",
    label=Bilingual(
        nl="Treinreizigers per inwoner van de binnenstad",
        en="Train passengers per resident of the inner city",
        de="Bahnreisende je Einwohner der Innenstadt",
    ),
    unit=Bilingual(
        nl="instappers per inwoner", en="boardings per resident", de="Einsteigende je Einwohner"
    ),
    better="higher",
    group="accessibility",
    area="station",
    scope="centre",
    definition=Bilingual(
        nl=(
            "Instappers op een gemiddelde werkdag op het station van de stad, gedeeld door de"
            " inwoners van de binnenstad, hooguit twee jaar uit elkaar. Geen bezoekers van de"
            " binnenstad."
        ),
        en=(
            "Boardings on an average workday at the town's station, divided by the residents of"
            " the inner city, at most two years apart. Not visitors of the inner city."
        ),
        de=(
            "Einsteigende an einem durchschnittlichen Werktag am Bahnhof der Stadt, geteilt durch"
            " die Einwohner der Innenstadt, höchstens zwei Jahre auseinander. Keine Besucher der"
            " Innenstadt."
        ),
    ),
    needs=("observations",),
    decimals=1,
)


def compute(tables: Tables) -> pd.DataFrame:
    """Boardings per workday and resident per place, in the last year of its boardings."""
    boardings = station_boardings.compute(tables)
    boardings = boardings[
        boardings["year"] == boardings.groupby("place_id")["year"].transform("max")
    ]
    residents = newest(
        published(tables["observations"], "centre_residents", "inner_city", step=5.0)
    )
    pairs = residents.reset_index().merge(
        boardings[["place_id", "year"]], on="place_id", suffixes=("_counted", "")
    )
    near = (pairs["year_counted"] - pairs["year"]).abs() <= YEARS_BETWEEN
    return ratio(boardings, pairs.loc[near, list(boardings)], INDICATOR)
