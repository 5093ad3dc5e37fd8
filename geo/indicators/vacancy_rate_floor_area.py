"""Share of the shop floor area in the inner city that stands empty, as published."""

import pandas as pd

from geo.bilingual import Bilingual
from geo.indicator import Indicator, Tables, published

INDICATOR = Indicator(
    id="vacancy_rate_floor_area",
    label=Bilingual(
        nl="Leegstand, deel van de winkelmeters",
        en="Vacancy, share of floor area",
        de="Leerstand, Anteil der Verkaufsfläche",
    ),
    unit=Bilingual(nl="%", en="%", de="%"),
    better="lower",
    group="spatial_quality",
    area="inner_city",
    scope="centre",
    definition=Bilingual(
        nl=(
            "Lege winkelvloer als deel van alle winkelvloer in de binnenstad. Iets anders dan het"
            " deel van de panden."
        ),
        en=(
            "Empty shop floor area as a share of all shop floor area in the inner city. Not the"
            " same as the share of premises."
        ),
        de=(
            "Leere Verkaufsfläche als Anteil aller Verkaufsfläche in der Innenstadt. Etwas anderes"
            " als der Anteil der Ladenlokale."
        ),
    ),
    needs=("observations",),
    decimals=1,
)


def compute(tables: Tables) -> pd.DataFrame:
    """Per cent per place and year."""
    figures = published(tables["observations"], INDICATOR.id, INDICATOR.area)
    return figures.assign(value=100.0 * figures["value"])
