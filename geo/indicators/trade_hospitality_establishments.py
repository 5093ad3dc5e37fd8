"""Establishments in trade and hospitality per 1,000 residents of the municipality."""

import pandas as pd

from geo.bilingual import Bilingual
from geo.indicator import Indicator, Tables, published, ratio

INDICATOR = Indicator(
    id="trade_hospitality_establishments",
    label=Bilingual(
        nl="Vestigingen in handel en horeca",
        en="Establishments in trade and hospitality",
        de="Betriebe in Handel und Gastgewerbe",
    ),
    unit=Bilingual(nl="per 1.000 inwoners", en="per 1,000 residents", de="je 1.000 Einwohner"),
    better="higher",
    group="supply",
    area="municipality",
    scope="municipality",
    definition=Bilingual(
        nl=(
            "Vestigingen in handel (SBI G, met groothandel en auto's) en horeca (SBI I) in de hele"
            " gemeente, gedeeld door haar inwoners van dat jaar. Dit zijn geen winkels."
        ),
        en=(
            "Establishments in trade (SBI G, with wholesale and cars) and hospitality (SBI I) in"
            " the whole municipality, divided by its residents of that year. These are not shops."
        ),
        de=(
            "Betriebe in Handel (SBI G, mit Großhandel und Autos) und Gastgewerbe (SBI I) in der"
            " ganzen Gemeinde, geteilt durch ihre Einwohner in jenem Jahr. Das sind keine Läden."
        ),
    ),
    needs=("observations",),
    decimals=1,
)


def compute(tables: Tables) -> pd.DataFrame:
    """Per 1,000 residents per place and year; the source rounds establishments to fives."""
    figures = tables["observations"]
    counts = published(figures, "establishments_trade_hospitality", INDICATOR.area, step=5.0)
    residents = published(figures, "population", INDICATOR.area)
    return ratio(counts, residents, INDICATOR, times=1000.0)
