"""Where a centre ends: derived from its units, drawn by the municipality, or a walk from its
market.
"""

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree
from shapely.geometry.base import BaseGeometry

from geo.arrays import Floats, Ints
from geo.columns import require
from geo.crs import RD, Layer, require_rd
from geo.errors import NegativeValueError
from geo.network import points_xy
from geo.vacancy import counts

__all__ = ["around", "clusters", "compare", "delineate", "derived"]

KADASTER = "top10nl"
"""The `boundary_basis` of an outline of the Kadaster, which draws every Dutch town the same way."""

_COMPARED = ["units", "vacant_units", "unknown_units", "vacant_share", "area_m2"]


def delineate(
    premises: Layer, *, within_m: float = 100.0, min_units: int = 10, margin_m: float = 15.0
) -> gpd.GeoDataFrame:
    """One outline per cluster of units, most units first: `cluster, units, area_m2`, polygon in RD.

    Density clustering (DBSCAN, Ester and others 1996): a unit with `min_units` units within
    `within_m`, itself included, belongs to a cluster, and so do all units within `within_m` of it.
    Several units at one spot each count. The outline reaches `margin_m` beyond the units, closes
    gaps narrower than `within_m` and has no holes. Row order changes nothing. Without any cluster:
    no rows.

    Raises WrongCrsError for a layer that is not in RD, NegativeValueError for distances of 0.

    >>> spots = gpd.GeoSeries.from_xy(range(0, 240, 20), [0] * 12, crs="EPSG:28992")
    >>> delineate(spots, min_units=5)["units"].tolist()
    [12]
    """
    require_rd(premises)
    if min(within_m, margin_m) <= 0 or not np.isfinite([within_m, margin_m]).all() or min_units < 1:
        raise NegativeValueError(
            f"expected within_m, margin_m and min_units above 0, got {within_m}, {margin_m} and"
            f" {min_units}"
        )
    xy = points_xy(premises)
    xy = xy[np.lexsort(xy.T)]
    label = clusters(xy, within_m=within_m, min_units=min_units)
    number = int(label.max(initial=-1)) + 1
    outlines = [_outline(xy[label == cluster], within_m, margin_m) for cluster in range(number)]
    units = np.bincount(label[label >= 0], minlength=number)
    outlined = gpd.GeoDataFrame(
        {
            "units": units.astype(np.int64),
            "area_m2": shapely.area(np.array(outlines, dtype=object)),
        },
        geometry=gpd.GeoSeries(outlines, crs=RD),
    )
    # Of equally many the western one first.
    order = (
        outlined.assign(west=outlined.geometry.bounds["minx"].to_numpy())
        .sort_values(["units", "west"], ascending=[False, True])
        .index
    )
    outlined = outlined.loc[order].reset_index(drop=True)
    outlined.insert(0, "cluster", np.arange(number, dtype=np.int64))
    return outlined


def clusters(xy: Floats, *, within_m: float, min_units: int) -> Ints:
    """The cluster number of each point, from 0, and -1 for a point in none.

    A point at the rim of two clusters goes with the dense point nearest to it.
    """
    label = np.full(len(xy), -1, dtype=np.int64)
    if not len(xy):
        return label
    # Units stacked at one spot are one place of many: a street of flats would give pairs without
    # end.
    spot, at, stacked = np.unique(xy, axis=0, return_inverse=True, return_counts=True)
    tree = cKDTree(spot)
    pairs = tree.query_pairs(within_m, output_type="ndarray")
    near = stacked + np.bincount(pairs[:, 0], weights=stacked[pairs[:, 1]], minlength=len(spot))
    near = near + np.bincount(pairs[:, 1], weights=stacked[pairs[:, 0]], minlength=len(spot))
    dense = np.flatnonzero(near >= min_units)
    if not dense.size:
        return label
    inner = pairs[np.isin(pairs, dense).all(axis=1)]
    links = coo_matrix((np.ones(len(inner)), inner.T), shape=(len(spot), len(spot)))
    part = connected_components(links, directed=False)[1]
    away, nearest = cKDTree(spot[dense]).query(
        spot, distance_upper_bound=np.nextafter(within_m, np.inf)
    )
    of_spot = np.where(np.isfinite(away), part[dense[np.minimum(nearest, len(dense) - 1)]], -1)
    labels = of_spot[at.ravel()]
    _, back = np.unique(labels[labels >= 0], return_inverse=True)
    label[labels >= 0] = back
    return label


def around(
    cores: gpd.GeoSeries, *, radius_m: float = 400.0, basis: pd.Series | None = None
) -> gpd.GeoSeries:
    """A circle of `radius_m` around each core, on the same index; missing where the core is no
    market square.

    `basis` is the column `core_basis` of the places: a point from a gazetteer or postcode list may
    lie anywhere in town, so 400 m around it mean nothing.
    """
    require_rd(cores)
    if not (np.isfinite(radius_m) and radius_m > 0):
        raise NegativeValueError(f"expected radius_m above 0, got {radius_m}")
    if basis is None:
        return cores.buffer(radius_m, quad_segs=32)
    return cores.where(basis.reindex(cores.index) == "square", None).buffer(radius_m, quad_segs=32)


def derived(clusters_found: gpd.GeoDataFrame, core: BaseGeometry) -> BaseGeometry | None:
    """The outline of the cluster that holds the core, else the nearest within 400 m, else None."""
    require_rd(clusters_found)
    away = clusters_found.geometry.distance(core)
    if away.empty or away.min() > 400.0:
        return None
    result: BaseGeometry | None = clusters_found.geometry.iloc[int(away.to_numpy().argmin())]
    return result


def compare(
    premises: gpd.GeoDataFrame,
    outlines: Mapping[str, BaseGeometry | None],
    *,
    by: str | None = None,
) -> pd.DataFrame:
    """Per outline `units, vacant_units, unknown_units, vacant_share, area_m2` of the same units.

    `vacant_share` is of the units of known status in it, missing when there are none. An outline
    that is not known (None) gives missing numbers, not noughts. Units on the line count as inside.
    With `by`, a column of which every unit has a value (its survey, say), all that per outline and
    value.
    """
    require_rd(premises)
    require(premises, "status", *([] if by is None else [by]))
    shapes = np.asarray(premises.geometry.array, dtype=object)
    plain = pd.DataFrame(premises.drop(columns="geometry", errors="ignore")).assign(
        group="all" if by is None else premises[by]
    )
    groups = pd.Index(["all"] if by is None else plain["group"].unique(), name=by).sort_values()
    tables: dict[str, pd.DataFrame] = {}
    for name, outline in outlines.items():
        if outline is None or outline.is_empty:
            tables[name] = pd.DataFrame(np.nan, index=groups, columns=_COMPARED)
            continue
        shapely.prepare(outline)
        tally = (
            counts(plain[shapely.intersects(outline, shapes)], by="group")
            .reindex(groups, fill_value=0)
            .astype(float)
        )
        share = tally["vacant_units"] / tally["units"].where(tally["units"] > 0)
        tables[name] = tally.assign(vacant_share=share, area_m2=outline.area)[_COMPARED]
    whole = pd.concat(tables, names=["outline"]) if tables else pd.DataFrame(columns=_COMPARED)
    return whole.droplevel(1) if by is None and tables else whole


def _outline(xy: Floats, within_m: float, margin_m: float) -> BaseGeometry:
    # Discs of half the reach just touch between neighbours; a little more makes them one.
    reach = within_m * 0.51
    joined = shapely.union_all(shapely.buffer(shapely.points(xy), reach, quad_segs=8))
    # Drawn in again by less than it was drawn out, so that single units keep their margin and necks
    # hold.
    closed = shapely.buffer(joined, within_m / 2.0, quad_segs=8)
    drawn_in = shapely.buffer(closed, -(reach + within_m / 2.0 - margin_m), quad_segs=8)
    if shapely.get_num_geometries(drawn_in) != 1:
        drawn_in = shapely.buffer(closed, -within_m / 2.0, quad_segs=8)
    solid = shapely.polygons(shapely.get_exterior_ring(shapely.get_parts(drawn_in)))
    return shapely.normalize(shapely.union_all(solid))
