"""Whether owners, shopkeepers and municipality meet in one organisation, as published."""

import pandas as pd

from geo.bilingual import Bilingual
from geo.indicator import Indicator, Tables, published

INDICATOR = Indicator(
    id="cooperation_platform",
    label=Bilingual(nl="Samenwerkingsverband", en="Cooperation platform", de="Zusammenschluss"),
    unit=Bilingual(nl="(1 = ja, 0 = nee)", en="(1 = yes, 0 = no)", de="(1 = ja, 0 = nein)"),
    better="higher",
    group="cooperation",
    area="inner_city",
    scope="centre",
    definition=Bilingual(
        nl=(
            "Of eigenaren, ondernemers en gemeente samenwerken in één organisatie voor de"
            " binnenstad."
        ),
        en=(
            "Whether owners, entrepreneurs and municipality work together in one organisation for"
            " the inner city."
        ),
        de=(
            "Ob Eigentümer, Gewerbe und Gemeinde in einer Organisation für die Innenstadt"
            " zusammenarbeiten."
        ),
    ),
    needs=("observations",),
    yes_no=True,
)


def compute(tables: Tables) -> pd.DataFrame:
    """1 or 0 per place and year."""
    return published(tables["observations"], INDICATOR.id, INDICATOR.area)
