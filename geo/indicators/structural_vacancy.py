"""Share of the surveyed units that have stood empty for over three years."""

from collections.abc import Mapping

import pandas as pd

from geo.bilingual import Bilingual
from geo.indicator import Indicator, readings

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


def compute(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
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
    rows = []
    for (place_id, year), group in units.groupby(
        ["place_id", units["surveyed"].dt.year], sort=True
    ):
        vacant = group[group["status"] == "vacant"]
        if len(group) < MIN_UNITS or vacant["duration"].isna().any() or vacant["unseen"].any():
            continue
        rows.append(
            {
                "place_id": place_id,
                "year": year,
                "value": 100.0 * (vacant["duration"] == "structural").sum() / len(group),
                "definition": INDICATOR.definition.nl,
                "row_id": group["survey"].iloc[0],
                "series": f"{place_id}-{INDICATOR.id}",
            }
        )
    return readings(rows)
