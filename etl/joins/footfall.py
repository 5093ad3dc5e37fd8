"""The footfall proxy of streets, fitted to counts where a place has enough, and its skill."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data.schema.tables import FOOTFALL_TESTS
from etl import area as areas
from geo import counting, footfall
from geo.crs import RD_SYSTEM
from geo.errors import TooFewUnitsError
from geo.footfall import LITERATURE, Skill, Weights
from geo.nearest import nearest

COUNTER_M = 50.0
"""The farthest that a counter stands from its street."""


def of_place(counts: gpd.GeoDataFrame, places: gpd.GeoDataFrame, place_id: str) -> gpd.GeoDataFrame:
    """The counts of the counters that stand in one place."""
    spot, spots = _spots(counts)
    return counts[areas.area_of_places(places).owners(spots).eq(place_id).to_numpy()[spot]]


def on_streets(counts: gpd.GeoDataFrame, table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The counts with the section that each counter stands in, missing far from every street."""
    if not len(table) or not len(counts):
        return counts
    spot, spots = _spots(counts)
    nearest_street = nearest(spots, table.set_index("street_id"), max_m=COUNTER_M)["street"].astype(
        "str"
    )
    return counts.assign(
        street_id=counts["street_id"].fillna(nearest_street.iloc[spot].set_axis(counts.index))
    )


def _spots(counts: gpd.GeoDataFrame) -> tuple[np.ndarray, gpd.GeoSeries]:
    """The number of its site per row, and the sites (RD), each once.

    There are many more intervals than sites.
    """
    points = counts.geometry.array
    spot, site = pd.factorize(shapely.get_x(points) + 1j * shapely.get_y(points))
    return spot, gpd.GeoSeries(shapely.points(site.real, site.imag), crs=RD_SYSTEM)


def measured(
    features: pd.DataFrame, table: gpd.GeoDataFrame, counts: pd.DataFrame | None
) -> tuple[pd.Series, pd.DataFrame]:
    """Footfall per row of `table`, 0 to 100, and `footfall_tests` of the places with counts.

    `features` is `geo.footfall.evidence` on the rows of `table`. Places use the weights of the
    literature, unless weights fitted to counts predict other streets of the place better.
    """
    proxy = footfall.combine(features)
    if counts is None:
        return proxy, FOOTFALL_TESTS.empty()
    rows = []
    for place_id, streets in table.groupby("place_id", sort=True):
        place_features = features.loc[streets.index].set_axis(streets["street_id"])
        passers = _passers(counts[counts["street_id"].isin(streets["street_id"])])
        try:
            plain = footfall.skill(footfall.combine(place_features), passers)
        except TooFewUnitsError:
            # Too few counted sections to say how good the proxy is.
            continue
        weights, skill, blocks = _chosen(place_features, passers, streets, plain)
        if blocks:
            proxy.loc[streets.index] = footfall.combine(place_features, weights).to_numpy()
        rows.append(_row(str(place_id), weights, skill, blocks))
    tests = pd.DataFrame(rows, columns=list(FOOTFALL_TESTS.columns))
    return proxy, tests.astype(
        {name: column.dtype for name, column in FOOTFALL_TESTS.columns.items()}
    )


def _chosen(
    features: pd.DataFrame, passers: pd.Series, streets: gpd.GeoDataFrame, plain: Skill
) -> tuple[Weights, Skill, int]:
    """The weights, their skill, and the number of blocks in their test.

    Weights of the literature are tested on 0 blocks.
    """
    try:
        fitted = footfall.fit(
            features,
            passers,
            streets=gpd.GeoSeries(streets.set_index("street_id").geometry, crs=RD_SYSTEM),
        )
    except TooFewUnitsError:
        return LITERATURE, plain, 0
    if fitted.skill.spearman > plain.spearman:
        return fitted.weights, fitted.skill, fitted.blocks
    return LITERATURE, plain, 0


def _passers(counts: pd.DataFrame) -> pd.Series:
    """Passers-by per hour by section, over the hours in which all counters of the place ran."""
    return counting.per_street(counting.in_common(counts))["passers_per_hour"]


def _row(
    place_id: str, weights: Weights, skill: Skill, blocks: int
) -> dict[str, str | float | int]:
    values = (skill.spearman, skill.low, skill.high)
    return {
        "place_id": place_id,
        "weights": "fitted" if blocks else "literature",
        **dict(
            zip(
                ("rank_correlation", "rank_correlation_low", "rank_correlation_high"),
                np.round(values, 3).tolist(),
                strict=True,
            )
        ),
        "sections": skill.n,
        "blocks": blocks,
        "core": weights.core,
        "attractions": weights.attractions,
        "stops": weights.stops,
        "walkability": weights.walkability,
    }
