"""Street sections between junctions, with names to find them by; squares kept as areas."""

from __future__ import annotations

import logging

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.crs import RD, require_rd
from geo.errors import WrongShapeError
from geo.names import find, search_key
from geo.nearest import nearest, nearest_piece, straight_pieces
from geo.noding import Pieces, chains, pieces

__all__ = ["find", "nearest", "search_key", "sections"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

log = logging.getLogger(__name__)

# Kinds of way that may merely accompany a street: OpenStreetMap draws pavements and cycle tracks apart.
BESIDE = frozenset({"footway", "path", "cycleway", "steps", "bridleway", "track", "corridor"})
# A pavement lies this near to the middle of its street and runs this parallel to it, over this share of its length.
BESIDE_M = 15.0
BESIDE_DEGREES = 30.0
BESIDE_SHARE = 0.75


def sections(lines: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """One row per street section between junctions, and per square; RD.

    `lines` holds lines and areas with the columns `name` and `highway` as in
    OpenStreetMap. Result: `street_id`, `name` (as written, missing when none), `highway`,
    `kind` (street, path, square), `part_of` (the `street_id` of the street a path merely
    accompanies, missing otherwise), `length_m` (of a square its longer side), geometry.
    The walk goes over all rows; a list of streets leaves out those with `part_of`.
    Doubled lines count once; rows without line or area are dropped and counted in the log.
    """
    require_rd(lines)
    missing = {"name", "highway"} - set(lines.columns)
    if missing:
        raise WrongShapeError(
            f"expected the columns name and highway, got no {' and no '.join(sorted(missing))}: rename the source's own"
        )
    known = _ordered(lines)
    geometries = np.asarray(known.geometry.array, dtype=object)
    area = shapely.get_dimensions(geometries) == 2
    beside = known["highway"].isin(BESIDE).to_numpy()
    kind = np.where(area, "square", np.where(beside, "path", "street"))

    found = pieces(geometries)
    attribute = pd.factorize(known["name"].fillna("") + "\0" + kind)[0].astype(np.int64)[found.row]
    run = chains(found, attribute)
    drawn = _drawn(found, run.of_piece)
    row = np.full(len(run), len(known), dtype=np.int64)
    np.minimum.at(row, run.of_piece, found.row)
    squares = np.flatnonzero(area)
    row = np.concatenate([row, squares])
    shapes = np.concatenate([drawn, shapely.normalize(geometries[squares])])
    result = gpd.GeoDataFrame(
        {
            "name": known["name"].array[row],
            "highway": known["highway"].array[row],
            "kind": pd.array(kind[row], dtype="str"),
            "length_m": np.concatenate([shapely.length(drawn), _longer_side(geometries[squares])]),
        },
        geometry=gpd.GeoSeries(shapes, crs=RD),
    )
    result = _with_ids(result)
    result.insert(4, "part_of", _part_of(result))
    return result[["street_id", "name", "highway", "kind", "part_of", "length_m", "geometry"]]


def _ordered(lines: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Single lines and areas with names trimmed, in an order that does not depend on the order given."""
    text = {column: lines[column].astype("str").str.strip().replace("", np.nan) for column in ("name", "highway")}
    shapes = gpd.GeoSeries(shapely.force_2d(np.asarray(lines.geometry.array, dtype=object)), crs=RD)
    known = gpd.GeoDataFrame({column: values.to_numpy() for column, values in text.items()}, geometry=shapes, crs=RD)
    known = known.astype({"name": "str", "highway": "str"}).explode(ignore_index=True)
    usable = (shapely.get_dimensions(known.geometry.array) >= 1) & ~known.geometry.is_empty.to_numpy()
    if not usable.all():
        log.info("%d rows without a line or area left out", int((~usable).sum()))
    known = known[usable]
    # A doubled line is kept under its name, if one of the two has one.
    keys = known.assign(
        _area=shapely.get_dimensions(known.geometry.array),
        _unnamed=known["name"].isna(),
        _shape=shapely.to_wkb(shapely.normalize(known.geometry.array)),
    )
    order = keys.sort_values(["_unnamed", "name", "highway", "_shape"], kind="stable")
    doubled = order.duplicated("_shape") & (order["_area"] == 2)
    return known.loc[order.index[~doubled]].reset_index(drop=True)


def _drawn(found: Pieces, run: Ints) -> NDArray[np.object_]:
    """One line per run of pieces, in a direction of its own."""
    order = np.argsort(run, kind="stable")
    straight = shapely.linestrings(found.xy[found.ends[order]])
    return shapely.normalize(shapely.line_merge(shapely.multilinestrings(straight, indices=run[order])))


def _longer_side(squares: NDArray[np.object_]) -> Floats:
    box = shapely.minimum_rotated_rectangle(squares) if len(squares) else squares
    corners = [shapely.get_point(shapely.get_exterior_ring(box), at) for at in range(3)]
    return np.maximum(shapely.distance(corners[0], corners[1]), shapely.distance(corners[1], corners[2]))


def _with_ids(found: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Sorted by id: the name to search by and the metre the middle lies in, which stay when other streets change."""
    lines = found["kind"] != "square"
    middle = np.where(
        lines,
        shapely.line_interpolate_point(found.geometry.where(lines).array, 0.5, normalized=True),
        shapely.centroid(found.geometry.array),
    )
    # A street's name stands at every one of its sections.
    number, names = pd.factorize(found["name"].fillna(found["highway"]).fillna("way"))
    slug = pd.Series(pd.array([search_key(name).replace(" ", "-") or "way" for name in names], dtype="str").take(number))
    place = pd.DataFrame({"x": np.rint(shapely.get_x(middle)), "y": np.rint(shapely.get_y(middle))}).astype(np.int64)
    base = slug + "-" + place["x"].astype("str") + "-" + place["y"].astype("str")
    order = (
        pd.DataFrame({"base": base, "shape": shapely.to_wkb(found.geometry.array)}).sort_values(["base", "shape"]).index
    )
    again = base.loc[order].groupby(base.loc[order]).cumcount()
    street_id = base.loc[order] + np.where(again > 0, "-" + (again + 1).astype("str"), "")
    result = found.loc[order].reset_index(drop=True)
    result.insert(0, "street_id", street_id.astype("str").array)
    return result


def _part_of(found: gpd.GeoDataFrame) -> pd.Series:
    """The id of the street each path runs beside, missing when it goes its own way."""
    owner = pd.Series(np.nan, index=found.index, dtype="str")
    streets, paths = found[found["kind"] == "street"], found[found["kind"] == "path"]
    if streets.empty or paths.empty:
        return owner
    segments, row = straight_pieces(np.asarray(streets.geometry.array, dtype=object))
    samples = np.maximum(np.ceil(paths["length_m"].to_numpy() / 10.0), 3).astype(np.int64)
    path = np.repeat(np.arange(len(paths)), samples)
    share = (np.arange(samples.sum()) - np.repeat(np.cumsum(samples) - samples, samples) + 0.5) / samples[path]
    shape = np.asarray(paths.geometry.array, dtype=object)[path]
    here = shapely.get_coordinates(shapely.line_interpolate_point(shape, share, normalized=True))
    step = 0.1 / samples[path]
    ahead, behind = (
        shapely.get_coordinates(shapely.line_interpolate_point(shape, share + side * step, normalized=True))
        for side in (1, -1)
    )
    at, distance = nearest_piece(here[:, 0], here[:, 1], segments, max_m=BESIDE_M)
    heading = ahead - behind
    line = segments[at, 2:] - segments[at, :2]
    cosine = np.abs((heading * line).sum(axis=1)) / np.maximum(np.hypot(*heading.T) * np.hypot(*line.T), 1e-9)
    beside = (distance <= BESIDE_M) & (cosine >= np.cos(np.radians(BESIDE_DEGREES)))

    seen = pd.DataFrame({"path": path[beside], "street": row[at[beside]]})
    seen["group"] = streets["name"].fillna(streets["street_id"]).to_numpy()[seen["street"]]
    own = paths["name"].to_numpy()[seen["path"]]
    seen = seen[pd.isna(own) | (own == seen["group"].to_numpy())]
    by_group = seen.groupby(["path", "group"]).size()
    enough = by_group[by_group.to_numpy() >= BESIDE_SHARE * samples[by_group.index.get_level_values("path")]]
    seen = seen.merge(enough.rename("times").reset_index(), on=["path", "group"])
    # Of the sections of that street, the one it accompanies longest.
    longest = seen.groupby(["path", "street"]).size().rename("times").reset_index()
    longest = longest.sort_values(["path", "times", "street"], ascending=[True, False, True]).drop_duplicates("path")
    owner.loc[paths.index[longest["path"]]] = streets["street_id"].to_numpy()[longest["street"]]
    return owner
