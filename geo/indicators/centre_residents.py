"""Residents of the inner city, as published."""

import pandas as pd

from geo.bilingual import Bilingual
from geo.indicator import Indicator, Tables, published

INDICATOR = Indicator(
    id="centre_residents",
    label=Bilingual(
        nl="Inwoners van de binnenstad",
        en="Residents of the inner city",
        de="Einwohner der Innenstadt",
    ),
    unit=Bilingual(nl="inwoners", en="residents", de="Einwohner"),
    better="higher",
    group="demography",
    area="inner_city",
    scope="centre",
    definition=Bilingual(
        nl=(
            "Inwoners binnen de binnenstad zoals het Kadaster die tekent. De ene omtrek is ruimer"
            " dan de andere."
        ),
        en=(
            "Residents within the inner city as the Kadaster draws it. One outline is wider than"
            " another."
        ),
        de=(
            "Einwohner innerhalb der Innenstadt, wie das Kadaster sie zeichnet. Manche Umrisse"
            " sind weiter als andere."
        ),
    ),
    needs=("observations",),
    decimals=0,
    of_size=True,
)


def compute(tables: Tables) -> pd.DataFrame:
    """Residents per place and year; the source rounds to fives."""
    return published(tables["observations"], INDICATOR.id, INDICATOR.area, step=5.0)
