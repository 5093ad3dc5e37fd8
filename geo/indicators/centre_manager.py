"""Whether the inner city has a centre manager, as published."""

import pandas as pd

from geo.bilingual import Bilingual
from geo.indicator import Indicator, Tables, published

INDICATOR = Indicator(
    id="centre_manager",
    label=Bilingual(nl="Centrummanager", en="Centre manager", de="Citymanager"),
    unit=Bilingual(nl="(1 = ja, 0 = nee)", en="(1 = yes, 0 = no)", de="(1 = ja, 0 = nein)"),
    better="higher",
    group="cooperation",
    area="inner_city",
    scope="centre",
    definition=Bilingual(
        nl=(
            "Of de binnenstad een centrummanager heeft. Het aantal beschreven initiatieven is geen"
            " maat voor samenwerking."
        ),
        en=(
            "Whether the inner city has a centre manager. The number of initiatives described does"
            " not measure cooperation."
        ),
        de=(
            "Ob die Innenstadt einen Citymanager hat. Die Zahl beschriebener Initiativen misst"
            " keine Zusammenarbeit."
        ),
    ),
    needs=("observations",),
    yes_no=True,
)


def compute(tables: Tables) -> pd.DataFrame:
    """1 or 0 per place and year."""
    return published(tables["observations"], INDICATOR.id, INDICATOR.area)
