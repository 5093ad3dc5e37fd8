"""Shop floor area of the inner city, as published."""

import pandas as pd

from geo.bilingual import Bilingual
from geo.indicator import Indicator, Tables, published

INDICATOR = Indicator(
    id="retail_floor_area",
    label=Bilingual(nl="Winkelvloer", en="Shop floor area", de="Verkaufsfläche"),
    unit=Bilingual(nl="m²", en="m²", de="m²"),
    better="higher",
    group="supply",
    area="inner_city",
    scope="centre",
    definition=Bilingual(
        nl=(
            "Winkelvloeroppervlak van de hele binnenstad. Meer vloer is meer aanbod, niet vanzelf"
            " een beter centrum."
        ),
        en=(
            "Shop floor area of the whole inner city. More floor is more supply, not in itself a"
            " better centre."
        ),
        de=(
            "Verkaufsfläche der ganzen Innenstadt. Mehr Fläche ist mehr Angebot, nicht von selbst"
            " ein besseres Zentrum."
        ),
    ),
    needs=("observations",),
    of_size=True,
)


def compute(tables: Tables) -> pd.DataFrame:
    """Square metres per place and year."""
    return published(tables["observations"], "retail_floor_area_m2", INDICATOR.area)
