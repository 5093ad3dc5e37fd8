"""Shops for daily food that residents have nearby, as published."""

import pandas as pd

from geo.bilingual import Bilingual
from geo.indicator import Indicator, Tables, published, readings

INDICATOR = Indicator(
    id="food_shops_nearby",
    label=Bilingual(
        nl="Levensmiddelenwinkels in de buurt",
        en="Food shops nearby",
        de="Lebensmittelläden in der Nähe",
    ),
    unit=Bilingual(nl="winkels", en="shops", de="Läden"),
    better="higher",
    group="supply",
    area="municipality",
    scope="nearby",
    definition=Bilingual(
        nl=(
            "Aantal grote supermarkten en andere winkels voor dagelijkse levensmiddelen binnen 1"
            " km over de weg, gemiddeld over alle inwoners van de gemeente. Geen telling van de"
            " binnenstad."
        ),
        en=(
            "Number of large supermarkets and other shops for daily food within 1 km by road,"
            " averaged over all residents of the municipality. Not a count of the inner city."
        ),
        de=(
            "Anzahl großer Supermärkte und anderer Läden für tägliche Lebensmittel innerhalb von 1"
            " km auf der Straße, gemittelt über alle Einwohner der Gemeinde. Keine Zählung der"
            " Innenstadt."
        ),
    ),
    needs=("observations",),
    decimals=1,
)


def compute(tables: Tables) -> pd.DataFrame:
    """Mean per place and year: the sum of two means that the source gives in tenths."""
    large, other = (
        published(tables["observations"], f"{kind}_within_1km", INDICATOR.area, step=0.1)
        for kind in ("large_supermarkets", "other_food_shops")
    )
    both = large.merge(other, on=["place_id", "year"], suffixes=("", "_other"))
    both = both.assign(
        value=both["value"] + both["value_other"],
        rounding_error=both["rounding_error"] * 2**0.5,
        definition=INDICATOR.definition.nl,
    )
    return readings(both[list(large)].to_dict("records"))
