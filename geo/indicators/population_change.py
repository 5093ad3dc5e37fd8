"""Change of the municipality's population over five years."""

import pandas as pd

from geo.bilingual import Bilingual
from geo.indicator import Indicator, Tables, published, readings

YEARS = 5

INDICATOR = Indicator(
    id="population_change",
    label=Bilingual(
        nl="Verandering van het aantal inwoners in vijf jaar",
        en="Change of population in five years",
        de="Veränderung der Einwohnerzahl in fünf Jahren",
    ),
    unit=Bilingual(nl="%", en="%", de="%"),
    better="higher",
    group="demography",
    area="municipality",
    scope="municipality",
    definition=Bilingual(
        nl=(
            "Inwoners van de hele gemeente op 1 januari, vergeleken met vijf jaar eerder in"
            " dezelfde reeks."
        ),
        en=(
            "Residents of the whole municipality on 1 January, compared with five years earlier in"
            " the same series."
        ),
        de=(
            "Einwohner der ganzen Gemeinde am 1. Januar, verglichen mit fünf Jahren zuvor in"
            " derselben Reihe."
        ),
    ),
    needs=("observations",),
    decimals=1,
    change_years=YEARS,
)


def compute(tables: Tables) -> pd.DataFrame:
    """Per cent per place and year, where the same series holds the count of five years before."""
    counts = published(tables["observations"], "population", INDICATOR.area)
    counts = counts.dropna(subset=["series"])
    earlier = counts.assign(year=counts["year"] + YEARS)[["place_id", "series", "year", "value"]]
    pairs = counts.merge(earlier, on=["place_id", "series", "year"], suffixes=("", "_before"))
    pairs = pairs[pairs["value_before"] > 0]
    pairs["value"] = 100.0 * (pairs["value"] / pairs["value_before"] - 1.0)
    # One definition for all: what the statistics office says of its counts stands with the counts.
    pairs = pairs.assign(definition=INDICATOR.definition.nl)
    return readings(pairs.drop(columns="value_before").to_dict("records"))
