"""Share of the premises in the inner city that stand empty, as published."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from geo.bilingual import Bilingual
from geo.indicator import Indicator, published

# The province's benchmark takes vacancy as a mark of the street, so it stands under spatial quality.
INDICATOR = Indicator(
    id="vacancy_rate_premises",
    label=Bilingual(nl="Leegstand, deel van de panden", en="Vacancy, share of premises", de="Leerstand, Anteil der Ladenlokale"),
    unit=Bilingual(nl="%", en="%", de="%"),
    better="lower",
    group="spatial_quality",
    area="inner_city",
    definition=Bilingual(
        nl="Lege winkelpanden als deel van alle winkelpanden in de binnenstad.",
        en="Empty retail premises as a share of all retail premises in the inner city.",
        de="Leer stehende Ladenlokale als Anteil aller Ladenlokale in der Innenstadt.",
    ),
    needs=("observations",),
    decimals=1,
)


def compute(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Per cent per place and year."""
    found = published(tables["observations"], indicator=INDICATOR.id, area_kind=INDICATOR.area)
    return found.assign(value=100.0 * found["value"])
