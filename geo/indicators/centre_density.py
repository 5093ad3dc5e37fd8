"""Residents of the inner city per hectare."""

import pandas as pd

from geo.bilingual import Bilingual
from geo.indicator import Indicator, Tables, published, ratio

INDICATOR = Indicator(
    id="centre_density",
    label=Bilingual(
        nl="Inwoners van de binnenstad per hectare",
        en="Residents of the inner city per hectare",
        de="Einwohner der Innenstadt je Hektar",
    ),
    unit=Bilingual(nl="per hectare", en="per hectare", de="je Hektar"),
    better="higher",
    group="demography",
    area="inner_city",
    scope="centre",
    definition=Bilingual(
        nl=(
            "Inwoners van de binnenstad gedeeld door haar oppervlakte, beide binnen de omtrek van"
            " het Kadaster."
        ),
        en=(
            "Residents of the inner city divided by its area, both within the outline of the"
            " Kadaster."
        ),
        de=(
            "Einwohner der Innenstadt geteilt durch ihre Fläche, beides innerhalb des Umrisses des"
            " Kadasters."
        ),
    ),
    needs=("observations",),
    decimals=0,
)


def compute(tables: Tables) -> pd.DataFrame:
    """Residents per hectare per place and year; residents come in fives, hectares in tenths."""
    figures = tables["observations"]
    residents = published(figures, "centre_residents", INDICATOR.area, step=5.0)
    hectares = published(figures, "centre_area_ha", INDICATOR.area, step=0.1)
    return ratio(residents, hectares, INDICATOR)
