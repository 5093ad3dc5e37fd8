"""Variety of branches among units in use: the equally common branches that would be as varied."""

import numpy as np
import pandas as pd

from geo.bilingual import Bilingual
from geo.indicator import Indicator, Tables, per_survey

# Entropy of a sample is too low, the more so the smaller it is.
MIN_UNITS = 30

INDICATOR = Indicator(
    id="branch_variety",
    label=Bilingual(
        nl="Verscheidenheid van branches", en="Variety of branches", de="Vielfalt der Branchen"
    ),
    unit=Bilingual(nl="branches", en="branches", de="Branchen"),
    better="higher",
    group="supply",
    area="inner_city",
    scope="centre",
    definition=Bilingual(
        nl=(
            "Aantal even grote branches dat net zo gevarieerd zou zijn (Shannon; Hill, 1973), onder"
            " panden in gebruik."
        ),
        en=(
            "Number of equally large branches that would be just as varied (Shannon; Hill, 1973),"
            " among units in use."
        ),
        de=(
            "Anzahl gleich großer Branchen, die ebenso vielfältig wäre (Shannon; Hill, 1973), unter"
            " genutzten Lokalen."
        ),
    ),
    needs=("premises",),
    decimals=1,
)


def compute(tables: Tables) -> pd.DataFrame:
    """Effective number of branches per place and year, 1 or more: the exponential of Shannon's
    entropy.

    From surveyed units in use; withheld below `MIN_UNITS` units with a known branch.
    """
    premises = tables["premises"]
    units = premises[
        premises["premises_id"].str.startswith("survey:")
        & (premises["status"] == "in_use")
        & premises["branch"].notna()
        & premises["surveyed"].notna()
    ]
    return per_survey(units, INDICATOR, _variety)


def _variety(units: pd.DataFrame) -> float | None:
    if len(units) < MIN_UNITS:
        return None
    shares = units["branch"].value_counts(normalize=True).to_numpy()
    return float(np.exp(-(shares * np.log(shares)).sum()))
