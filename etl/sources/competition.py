"""Origins of spending and supply of floor area, from the curated towns and sites."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
import pandas as pd

from data.schema.spending_tables import ORIGINS, SUPPLY
from data.schema.vocabulary import BRANCH_GROUPS
from etl.errors import EtlError
from etl.source import Source
from etl.sources.reference import REFERENCE, ordered, read_facts
from geo.bilingual import Bilingual
from geo.crs import WGS84, to_rd

SOURCE = Source(
    id="competition",
    title=Bilingual(
        nl="Herkomst en winkelvloer", en="Origins and floor area", de="Herkunft und Verkaufsfläche"
    ),
    publisher="Stadshart Twente",
    licence="CC BY 4.0 (GeoNames); single facts with their source",
    fills=(ORIGINS, SUPPLY),
    rows=range(300, 700),
    tried="recorded",
    tried_with=("the tables of `data/reference` themselves",),
)

# Lowest and highest spending per head and year among the cited ones, none of them of Twente.
PER_HEAD = {
    "daily": ("eijsden-spending-per-head-daily-2013", "winschoten-spending-per-head-daily-2017"),
    "other": (
        "winschoten-spending-per-head-non-daily-2017",
        "nederland-turnover-per-head-non-food-2017",
    ),
}
LARGE_SCALE_PART = (0.19, 0.62)
"""Share of large-scale goods in non-daily spending, low and high, rounded outward.

Low: their concentrations hold 4.299 of 26.907 million m2, of which 17.7 per cent is for daily goods
(0.194). High: furnishing and appliances (2,400) in the household budget of 2020 for these and for
clothing and shoes (1,500) together (0.62).
"""


def tables(reference: Path = REFERENCE) -> dict[str, pd.DataFrame]:
    """The tables `origins` (RD) and `supply`.

    Raises EtlError when a reference figure of spending per head is missing.
    """
    return {
        "origins": _origins(reference),
        "supply": ordered(read_facts(reference, "supply"), SUPPLY),
    }


def table_sources(reference: Path = REFERENCE) -> dict[str, tuple[str, ...]]:
    """Ids of the sources behind each table."""
    named = {
        source
        for text in read_facts(reference, "supply")["source_ids"]
        for source in text.split(";")
    }
    per_head = read_facts(reference, "spending_per_head")
    cited = [name for pair in PER_HEAD.values() for name in pair]
    spent = set(per_head.loc[per_head["observation_id"].isin(cited), "source_id"])
    origins = {*read_facts(reference, "origins")["source_id"], *spent, "cbs-03759ned"}
    return {"origins": tuple(sorted(origins)), "supply": tuple(sorted(named))}


def _origins(reference: Path) -> gpd.GeoDataFrame:
    """One row per town and branch group; spending is the cited range, without a single value."""
    towns = read_facts(reference, "origins").dropna(subset=["population"])
    points = to_rd(
        gpd.GeoSeries(
            gpd.points_from_xy(towns["lon"].astype(float), towns["lat"].astype(float)), crs=WGS84
        )
    )
    known = towns.assign(population=towns["population"].astype("float64"))
    return origins(
        gpd.GeoDataFrame(known, geometry=points.set_axis(known.index)), per_head(reference)
    )


def origins(towns: gpd.GeoDataFrame, spent: Mapping[str, tuple[float, float]]) -> gpd.GeoDataFrame:
    """The table `origins` (RD) of towns with `origin_id, name, municipality_code, population`.

    Spending is that per head and group times the population.
    """
    known = towns[["origin_id", "name", "municipality_code", "population", "geometry"]]
    rows = ordered(by_branch_group(known, spent), ORIGINS)
    return gpd.GeoDataFrame(rows, geometry="geometry", crs=towns.crs)


def by_branch_group(known: pd.DataFrame, spent: Mapping[str, tuple[float, float]]) -> pd.DataFrame:
    """The rows once per branch group, with the spending of their `population`: a range alone."""
    parts = [
        known.assign(
            branch_group=group,
            spending_eur=float("nan"),
            spending_low_eur=(known["population"] * spent[group][0]).round(),
            spending_high_eur=(known["population"] * spent[group][1]).round(),
        )
        for group in BRANCH_GROUPS
    ]
    return pd.concat(parts, ignore_index=True)


def per_head(reference: Path = REFERENCE) -> Mapping[str, tuple[float, float]]:
    """Low and high spending per head and year, in euros, per branch group."""
    figures = (
        read_facts(reference, "spending_per_head")
        .set_index("observation_id")["value"]
        .astype("float64")
    )
    missing = [name for pair in PER_HEAD.values() for name in pair if name not in figures.index]
    if missing:
        raise EtlError(
            f"spending_per_head.csv: expected the figure {missing[0]!r}, got none: put it back"
        )
    daily, other = ((figures[low], figures[high]) for low, high in PER_HEAD.values())
    return by_group(daily, other)


def by_group(
    daily: tuple[float, float], other: tuple[float, float]
) -> Mapping[str, tuple[float, float]]:
    """Low and high spending per head and branch group.

    Non-daily spending is divided into large-scale goods and other goods.
    """
    least, most = LARGE_SCALE_PART
    return {
        "daily": daily,
        "non_daily": (other[0] * (1.0 - most), other[1] * (1.0 - least)),
        "large_scale": (other[0] * least, other[1] * most),
    }
