"""Share of the premises in the inner city that stand empty, as published or else surveyed."""

import pandas as pd

from geo.bilingual import Bilingual
from geo.indicator import Indicator, Tables, published, readings

SURVEYED = "Lege panden als deel van alle panden waarvan de winkelinventarisatie de stand kent."

# The province's benchmark takes vacancy as a mark of the street, so it stands under spatial
# quality.
INDICATOR = Indicator(
    id="vacancy_rate_premises",
    label=Bilingual(
        nl="Leegstand, deel van de panden",
        en="Vacancy, share of premises",
        de="Leerstand, Anteil der Ladenlokale",
    ),
    unit=Bilingual(nl="%", en="%", de="%"),
    better="lower",
    group="spatial_quality",
    area="inner_city",
    scope="centre",
    definition=Bilingual(
        nl="Lege winkelpanden als deel van alle winkelpanden in de binnenstad.",
        en="Empty retail premises as a share of all retail premises in the inner city.",
        de="Leer stehende Ladenlokale als Anteil aller Ladenlokale in der Innenstadt.",
    ),
    needs=("observations",),
    also=("premises",),
    decimals=1,
)


def compute(tables: Tables) -> pd.DataFrame:
    """Per cent per place and year: the published figure, else that of the last survey."""
    figures = published(tables["observations"], INDICATOR.id, INDICATOR.area)
    figures = figures.assign(value=100.0 * figures["value"])
    counted = _surveyed(tables["premises"]) if "premises" in tables else readings()
    known = pd.MultiIndex.from_frame(figures[["place_id", "year"]])
    new = ~pd.MultiIndex.from_frame(counted[["place_id", "year"]]).isin(known)
    return readings([*figures.to_dict("records"), *counted[new].to_dict("records")])


def _surveyed(premises: pd.DataFrame) -> pd.DataFrame:
    """The share in the last survey of each year, where it saw enough units to give one."""
    # Imported late: it loads scipy, which a list of indicators does not need.
    from geo.vacancy import NOT_SURVEYS, per_centre

    units = premises[~premises["source_id"].isin(NOT_SURVEYS) & premises["surveyed"].notna()]
    rows = per_centre(units).dropna(subset=["rate"]).sort_values(["place_id", "surveyed", "survey"])
    rows = rows.assign(year=rows["surveyed"].dt.year, value=100.0 * rows["rate"]).drop_duplicates(
        ["place_id", "year"], keep="last"
    )
    return readings(
        [
            {
                "place_id": row.place_id,
                "year": row.year,
                "value": row.value,
                "definition": SURVEYED,
                "row_id": row.survey,
                "series": f"{row.place_id}-{row.source_id}",
            }
            for row in rows.itertuples()
        ]
    )
