"""Street sections between junctions, with names to find them by; squares kept as areas."""

import logging
from collections import Counter
from collections.abc import Hashable, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.arrays import Floats, Ints, Mask
from geo.crs import rd_frame, require_rd
from geo.errors import WrongShapeError
from geo.names import find, search_key
from geo.nearest import nearest, nearest_piece, straight_pieces
from geo.noding import Pieces, chains, pieces

__all__ = ["find", "nearest", "search_key", "sections"]

Texts = NDArray[np.object_]

log = logging.getLogger(__name__)

# Kinds of way that may merely accompany a street: OpenStreetMap draws pavements and cycle tracks
# apart.
BESIDE = frozenset({"footway", "path", "cycleway", "steps", "bridleway", "track", "corridor"})
# A pavement lies this near to the middle of its street and runs this parallel to it, over this
# share of its length.
BESIDE_M = 15.0
BESIDE_DEGREES = 30.0
BESIDE_SHARE = 0.75


def sections(lines: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """One row per street section between junctions, and per square; RD.

    `lines` holds lines and areas with the columns `name` and `highway` as in OpenStreetMap. Result:
    `street_id`, `name` (as written, missing when none), `highway`, `kind` (street, path, square),
    `part_of` (the `street_id` of the street a path merely accompanies, missing otherwise),
    `length_m` (of a square its longer side), geometry. The walk goes over all rows; a list of
    streets leaves out those with `part_of`. Doubled lines count once; rows without line or area are
    dropped and counted in the log.
    """
    require_rd(lines)
    missing = {"name", "highway"} - set(lines.columns)
    if missing:
        raise WrongShapeError(
            f"expected the columns name and highway, got no {' and no '.join(sorted(missing))}:"
            " rename the source's own"
        )
    name, highway, geometries = _ordered(lines)
    area = shapely.get_dimensions(geometries) == 2
    beside = np.array([way in BESIDE for way in highway], dtype=bool)
    kind = np.where(area, "square", np.where(beside, "path", "street"))

    noded = pieces(geometries)
    attribute = _numbers(list(zip(name, kind.tolist(), strict=True)))[noded.row]
    run = chains(noded, attribute)
    drawn = _drawn(noded, run.of_piece)
    row = np.full(len(run), len(name), dtype=np.int64)
    np.minimum.at(row, run.of_piece, noded.row)
    squares = np.flatnonzero(area)
    row = np.concatenate([row, squares])
    shapes = np.concatenate([drawn, shapely.normalize(geometries[squares])])
    length_m = np.concatenate([shapely.length(drawn), _longer_side(geometries[squares])])
    street_id, order = _ids(name[row], highway[row], kind[row] == "square", shapes)
    result = rd_frame(
        {
            "street_id": pd.array(street_id, dtype="str"),
            "name": pd.array(name[row][order], dtype="str"),
            "highway": pd.array(highway[row][order], dtype="str"),
            "kind": pd.array(kind[row][order], dtype="str"),
            "length_m": length_m[order],
            "geometry": shapes[order],
        }
    )
    result.insert(4, "part_of", _part_of(result))
    return result


def _ordered(lines: gpd.GeoDataFrame) -> tuple[Texts, Texts, NDArray[np.object_]]:
    """Name, kind of way and shape of single lines and areas, in an order independent of the
    input's.
    """
    parts, row = shapely.get_parts(
        shapely.force_2d(np.asarray(lines.geometry.array, dtype=object)), return_index=True
    )
    usable = (shapely.get_dimensions(parts) >= 1) & ~shapely.is_empty(parts)
    left_out = len(parts) + len(lines) - len(np.unique(row)) - int(usable.sum())
    if left_out:
        log.info("%d rows without a line or area left out", left_out)
    parts, row = parts[usable], row[usable]
    name, highway = _trimmed(lines["name"])[row], _trimmed(lines["highway"])[row]
    dimension, shape = shapely.get_dimensions(parts), shapely.to_wkb(shapely.normalize(parts))

    def rank(at: int) -> tuple[bool, str, bool, str, bytes]:
        return name[at] is None, name[at] or "", highway[at] is None, highway[at] or "", shape[at]

    order: list[int] = []
    seen: set[bytes] = set()
    # A doubled area is kept under its name, if one of the two has one.
    for at in sorted(range(len(parts)), key=rank):
        if dimension[at] != 2 or shape[at] not in seen:
            order.append(at)
        seen.add(shape[at])
    return name[order], highway[order], parts[order]


def _trimmed(values: pd.Series) -> Texts:
    """Each text without blanks around it, None where nothing is left."""
    trimmed = [
        text.strip() or None if isinstance(text, str) else None
        for text in values.astype("str").to_numpy(dtype=object)
    ]
    return np.array([*trimmed, None], dtype=object)[:-1]


def _numbers(values: Sequence[Hashable]) -> Ints:
    """The number of each value, in order of first appearance."""
    known: dict[Hashable, int] = {}
    return np.array([known.setdefault(value, len(known)) for value in values], dtype=np.int64)


def _drawn(noded: Pieces, run: Ints) -> NDArray[np.object_]:
    """One line per run of pieces, in a direction independent of the input's."""
    order = np.argsort(run, kind="stable")
    straight = np.asarray(shapely.linestrings(noded.xy[noded.ends[order]]), dtype=object)
    drawn = np.empty(int(run.max(initial=-1)) + 1, dtype=object)
    alone = np.bincount(run)[run[order]] == 1
    drawn[run[order][alone]] = straight[alone]
    several, of_run = np.unique(run[order][~alone], return_inverse=True)
    drawn[several] = shapely.line_merge(shapely.multilinestrings(straight[~alone], indices=of_run))
    return shapely.normalize(drawn)


def _longer_side(squares: NDArray[np.object_]) -> Floats:
    box = shapely.minimum_rotated_rectangle(squares) if len(squares) else squares
    corners = [shapely.get_point(shapely.get_exterior_ring(box), at) for at in range(3)]
    return np.maximum(
        shapely.distance(corners[0], corners[1]), shapely.distance(corners[1], corners[2])
    )


def _ids(
    name: Texts, highway: Texts, square: Mask, shapes: NDArray[np.object_]
) -> tuple[list[str], list[int]]:
    """Ids in their order, and the row each is of: the name to search by and the metre the middle
    lies in, which stay when other streets change.
    """
    middle = np.empty(len(shapes), dtype=object)
    middle[square] = shapely.centroid(shapes[square])
    middle[~square] = shapely.line_interpolate_point(shapes[~square], 0.5, normalized=True)
    x, y = (
        np.rint(side).astype(np.int64).tolist()
        for side in (shapely.get_x(middle), shapely.get_y(middle))
    )
    known = [label or other or "way" for label, other in zip(name, highway, strict=True)]
    # A street's name stands at every one of its sections.
    slug = {text: search_key(text).replace(" ", "-") or "way" for text in set(known)}
    base = [f"{slug[text]}-{east}-{north}" for text, east, north in zip(known, x, y, strict=True)]
    rows = Counter(base)
    # Where an id belongs to one row its shape decides nothing.
    shape = [shapely.to_wkb(shapes[at]) if rows[text] > 1 else b"" for at, text in enumerate(base)]
    order = sorted(range(len(base)), key=lambda at: (base[at], shape[at]))
    ids: list[str] = []
    times: Counter[str] = Counter()
    for at in order:
        times[base[at]] += 1
        ids.append(base[at] if times[base[at]] == 1 else f"{base[at]}-{times[base[at]]}")
    return ids, order


def _part_of(sections: gpd.GeoDataFrame) -> pd.Series:
    """The id of the street each path runs beside, missing when it goes its own way."""
    owner = pd.Series(np.nan, index=sections.index, dtype="str")
    if not (sections["kind"].array == "path").any():
        return owner
    streets, paths = sections[sections["kind"] == "street"], sections[sections["kind"] == "path"]
    if streets.empty:
        return owner
    segments, row = straight_pieces(np.asarray(streets.geometry.array, dtype=object))
    samples = np.maximum(np.ceil(paths["length_m"].to_numpy() / 10.0), 3).astype(np.int64)
    path = np.repeat(np.arange(len(paths)), samples)
    share = (
        np.arange(samples.sum()) - np.repeat(np.cumsum(samples) - samples, samples) + 0.5
    ) / samples[path]
    shape = np.asarray(paths.geometry.array, dtype=object)[path]
    xy = shapely.get_coordinates(shapely.line_interpolate_point(shape, share, normalized=True))
    step = 0.1 / samples[path]
    ahead, behind = (
        shapely.get_coordinates(
            shapely.line_interpolate_point(shape, share + side * step, normalized=True)
        )
        for side in (1, -1)
    )
    at, distance = nearest_piece(xy[:, 0], xy[:, 1], segments, max_m=BESIDE_M)
    heading = ahead - behind
    line = segments[at, 2:] - segments[at, :2]
    cosine = np.abs((heading * line).sum(axis=1)) / np.maximum(
        np.hypot(*heading.T) * np.hypot(*line.T), 1e-9
    )
    beside = (distance <= BESIDE_M) & (cosine >= np.cos(np.radians(BESIDE_DEGREES)))

    seen = pd.DataFrame({"path": path[beside], "street": row[at[beside]]})
    seen["group"] = streets["name"].fillna(streets["street_id"]).to_numpy()[seen["street"]]
    path_name = paths["name"].to_numpy()[seen["path"]]
    seen = seen[pd.isna(path_name) | (path_name == seen["group"].to_numpy())]
    by_group = seen.groupby(["path", "group"]).size()
    enough = by_group[
        by_group.to_numpy() >= BESIDE_SHARE * samples[by_group.index.get_level_values("path")]
    ]
    seen = seen.merge(enough.rename("times").reset_index(), on=["path", "group"])
    # Of the sections of that street, the one it accompanies longest.
    longest = seen.groupby(["path", "street"]).size().rename("times").reset_index()
    longest = longest.sort_values(
        ["path", "times", "street"], ascending=[True, False, True]
    ).drop_duplicates("path")
    owner.loc[paths.index[longest["path"]]] = streets["street_id"].to_numpy()[longest["street"]]
    return owner
