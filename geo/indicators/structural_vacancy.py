"""Share of the surveyed units that have stood empty for over three years."""

import pandas as pd

from geo.bilingual import Bilingual
from geo.indicator import Indicator, Tables, per_survey

# With fewer units one door more or less moves the share by over three points.
MIN_UNITS = 30

INDICATOR = Indicator(
    id="structural_vacancy",
    label=Bilingual(
        nl="Langer dan drie jaar leeg",
        en="Empty for over three years",
        de="Länger als drei Jahre leer",
    ),
    unit=Bilingual(nl="%", en="%", de="%"),
    better="lower",
    group="spatial_quality",
    area="inner_city",
    scope="centre",
    definition=Bilingual(
        nl=(
            "Panden die langer dan drie jaar leeg staan, als deel van alle panden in de"
            " winkelinventarisatie."
        ),
        en=(
            "Premises that have stood empty for over three years, as a share of all premises in the"
            " shop survey."
        ),
        de=(
            "Ladenlokale, die länger als drei Jahre leer stehen, als Anteil aller Ladenlokale der"
            " Erhebung."
        ),
    ),
    needs=("premises",),
    decimals=1,
)


def compute(tables: Tables) -> pd.DataFrame:
    """Per cent per place and year of survey.

    Only surveyed units count: registers hold the permitted use, not vacancy. Withheld below
    `MIN_UNITS` units, and where the duration of any vacancy is unknown: a unit that was vacant at
    the first survey has only a shortest possible duration, unless the survey says since when.
    """
    # Imported late: it loads scipy, which a list of indicators does not need.
    from geo.vacancy import vacant_at_first_survey

    premises = tables["premises"]
    units = premises[
        premises["premises_id"].str.startswith("survey:")
        & premises["status"].isin(["in_use", "vacant"])
        & premises["surveyed"].notna()
    ]
    units = units.assign(unseen=vacant_at_first_survey(units) & units["duration"].ne("structural"))
    return per_survey(units, INDICATOR, _share)


def _share(units: pd.DataFrame) -> float | None:
    vacant = units[units["status"] == "vacant"]
    if len(units) < MIN_UNITS or vacant["duration"].isna().any() or vacant["unseen"].any():
        return None
    return float(100.0 * (vacant["duration"] == "structural").sum() / len(units))
