"""Establishments in culture, recreation and other services per 1,000 residents."""

import pandas as pd

from geo.bilingual import Bilingual
from geo.indicator import Indicator, Tables, published, ratio

INDICATOR = Indicator(
    id="culture_service_establishments",
    label=Bilingual(
        nl="Vestigingen in cultuur, recreatie en overige diensten",
        en="Establishments in culture, recreation and other services",
        de="Betriebe in Kultur, Erholung und sonstigen Diensten",
    ),
    unit=Bilingual(nl="per 1.000 inwoners", en="per 1,000 residents", de="je 1.000 Einwohner"),
    better="higher",
    group="supply",
    area="municipality",
    scope="municipality",
    definition=Bilingual(
        nl=(
            "Vestigingen in cultuur, recreatie en overige diensten (SBI R tot en met U, ook"
            " kappers en verenigingen) in de hele gemeente, gedeeld door haar inwoners van dat"
            " jaar."
        ),
        en=(
            "Establishments in culture, recreation and other services (SBI R to U, with"
            " hairdressers and associations) in the whole municipality, divided by its residents of"
            " that year."
        ),
        de=(
            "Betriebe in Kultur, Erholung und sonstigen Diensten (SBI R bis U, auch Friseure und"
            " Vereine) in der ganzen Gemeinde, geteilt durch ihre Einwohner in jenem Jahr."
        ),
    ),
    needs=("observations",),
    decimals=1,
)


def compute(tables: Tables) -> pd.DataFrame:
    """Per 1,000 residents per place and year; the source rounds establishments to fives."""
    figures = tables["observations"]
    counts = published(figures, "establishments_culture_recreation", INDICATOR.area, step=5.0)
    residents = published(figures, "population", INDICATOR.area)
    return ratio(counts, residents, INDICATOR, times=1000.0)
