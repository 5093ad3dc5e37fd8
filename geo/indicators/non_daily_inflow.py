"""Share of the turnover in non-daily goods that comes from outside, as published."""

import pandas as pd

from geo.bilingual import Bilingual
from geo.indicator import Indicator, Tables, published

INDICATOR = Indicator(
    id="non_daily_inflow",
    label=Bilingual(
        nl="Omzet van buiten, niet-dagelijks",
        en="Turnover from outside, non-daily",
        de="Umsatz von außerhalb, nicht täglicher Bedarf",
    ),
    unit=Bilingual(nl="%", en="%", de="%"),
    better="higher",
    group="supply",
    area="municipality",
    scope="municipality",
    definition=Bilingual(
        nl="Deel van de niet-dagelijkse omzet in de hele gemeente dat van kopers van buiten komt.",
        en=(
            "Share of the non-daily turnover in the whole municipality that comes from buyers from"
            " outside."
        ),
        de=(
            "Anteil des Umsatzes im nicht täglichen Bedarf der ganzen Gemeinde, der von Käufern von"
            " außerhalb kommt."
        ),
    ),
    needs=("observations",),
)


def compute(tables: Tables) -> pd.DataFrame:
    """Per cent per place and year."""
    figures = published(tables["observations"], "non_daily_inflow_share", INDICATOR.area)
    return figures.assign(value=100.0 * figures["value"])
