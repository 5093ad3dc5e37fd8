"""Units along their street: which street, which side, in which order."""

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.geometry import LineString, Point

from geo.arrays import Floats, Ints, Mask
from geo.columns import require
from geo.crs import require_rd
from geo.names import search_key, streets_of, usual_writings
from geo.nearest import nearest_of_kind, nearest_rows

# A unit whose address names a street may lie this far from it: behind a court, or in an arcade.
BY_ADDRESS_M = 150.0
# Without a name to go by, a unit belongs to the street it stands on.
BY_DISTANCE_M = 60.0
# Two ends of a street this near to one another close it into a round.
_CLOSED_M = 1.0


def assigned(units: gpd.GeoDataFrame, streets: gpd.GeoDataFrame) -> pd.Series:
    """The `street_id` of each unit, missing for a unit beside no street.

    First the street its address names, the nearest section of that name within 150 m; else the
    nearest street with a name within 60 m, else the nearest of all. `units` has points and may have
    `address`; `streets` has `street_id` and `name`.
    """
    require_rd(units)
    require_rd(streets)
    require(streets, "street_id", "name")
    position = np.full(len(units), -1, dtype=np.int64)
    known, numbers = _numbered(streets["name"], {})
    if "address" in units.columns:
        _, wanted = _numbered(streets_of(units["address"]), known)
        position = nearest_of_kind(
            units, np.where(wanted < len(known), wanted, -1), streets, numbers, max_m=BY_ADDRESS_M
        )
    named = numbers >= 0
    for those in (
        (np.flatnonzero(named), np.arange(len(streets)))
        if not named.all()
        else (np.arange(len(streets)),)
    ):
        open_ = np.flatnonzero(position < 0)
        if len(open_) and len(those):
            beside, _ = nearest_rows(
                units.geometry.iloc[open_], streets.geometry.iloc[those], max_m=BY_DISTANCE_M
            )
            position[open_] = np.where(beside >= 0, those[beside], -1)
    ids = streets["street_id"].astype("str").array.take(position, allow_fill=True)
    return pd.Series(ids, index=units.index, name="street_id")


def street_names(units: pd.DataFrame, streets: pd.DataFrame) -> pd.Series:
    """The name of each unit's street, one writing per street and place; missing if nobody says.

    The section a unit stands on (`street_id`) names it; where that is unknown or nameless, the name
    its source writes (`street`) does. Writings of one name are one street of the place: it goes by
    the one most of its sections bear, else by the one most of its units bear. `units` has
    `place_id, street_id, street`, `streets` has `place_id, street_id, name`.
    """
    bearing = streets.drop_duplicates("street_id").set_index("street_id")["name"]
    names = units["street_id"].map(bearing).astype("str").fillna(units["street"])
    usual = usual_writings(names, within=units["place_id"])
    usual |= usual_writings(streets["name"], within=streets["place_id"])
    spelled = [
        usual.get((place, search_key(name))) if isinstance(name, str) else None
        for place, name in zip(units["place_id"], names, strict=True)
    ]
    return pd.Series(spelled, index=units.index, dtype="str", name="street")


def along(
    units: gpd.GeoDataFrame,
    streets: gpd.GeoDataFrame,
    *,
    by: str,
    within: str | None = None,
    core: Point | None = None,
) -> pd.DataFrame:
    """`side` (left, right; missing around a square), `along_m` and `order` (from 1) of each unit.

    `by` is the column in both frames that names the street; a street may be many sections. It is
    walked from its end nearest to `core` outwards, without a core from west to east; unconnected
    parts follow one another. A square is walked round its rim. Left and right are those of the
    walker. A unit without a street, or with a street not in `streets`, has none of the three. Units
    at the same metre keep the order of side and rows. `order` counts within each value of the
    column `within` (a survey, say).
    """
    require_rd(units)
    require_rd(streets)
    side = np.full(len(units), None, dtype=object)
    metres = np.full(len(units), np.nan)
    points = np.asarray(units.geometry.array, dtype=object)
    shapes = dict(iter(streets.groupby(by, sort=True).geometry))
    for label, at in units.groupby(by, sort=True).indices.items():
        if label not in shapes:
            continue
        geometries = np.asarray(shapes[label].array, dtype=object)
        walk = _walk(geometries, core)
        if not walk:
            continue
        metres[at], on_left = _placed(points[at], walk)
        # Around a square there is no left or right.
        if (shapely.get_dimensions(geometries) < 2).any():
            side[at] = np.where(on_left, "left", "right")
    placed = pd.DataFrame(
        {"side": pd.array(side, dtype="str"), "along_m": metres}, index=units.index
    )
    groups = {"by": units[by]} | ({} if within is None else {"within": units[within]})
    order = (
        placed.assign(**groups)
        .dropna(subset=["along_m"])
        .sort_values([*groups, "along_m", "side"], kind="stable")
        .groupby(list(groups))
        .cumcount()
        + 1
    )
    return placed.assign(order=order.reindex(units.index).astype("Int64"))


def _numbered(names: pd.Series, known: Mapping[str, int]) -> tuple[Mapping[str, int], Ints]:
    """A number per name by its search key, new ones after those `known`; -1 for a missing name."""
    # A street's name stands at every one of its units.
    codes, unique = pd.factorize(names)
    numbers = dict(known)
    per_name = [
        numbers.setdefault(key, len(numbers)) if (key := search_key(name)) else -1
        for name in unique
    ]
    return numbers, np.array([*per_name, -1], dtype=np.int64)[codes]


def _walk(geometries: NDArray[np.object_], core: Point | None) -> list[LineString]:
    """The parts of a street in the order and direction they are walked."""
    known = geometries[~(shapely.is_missing(geometries) | shapely.is_empty(geometries))]
    flat = shapely.force_2d(known)
    dimension = shapely.get_dimensions(flat)
    # A street that opens onto its square is walked along its lines; one that is only a square,
    # round the rim.
    if (dimension == 2).all():
        lines = shapely.get_exterior_ring(shapely.get_parts(flat))
    else:
        lines = shapely.get_parts(flat[dimension == 1])
    if not len(lines):
        return []
    merged = shapely.line_merge(shapely.union_all(lines))
    parts = [part for part in shapely.get_parts(shapely.normalize(merged)) if part.length > 0]
    return sorted((_outwards(part, core) for part in parts), key=lambda part: _first(part, core))


def _outwards(part: LineString, core: Point | None) -> LineString:
    start, end = Point(part.coords[0]), Point(part.coords[-1])
    if start.distance(end) <= _CLOSED_M:
        return LineString(part.coords)
    turned = (
        (end.x, end.y) < (start.x, start.y)
        if core is None
        else end.distance(core) < start.distance(core)
    )
    return LineString(part.coords[::-1] if turned else part.coords)


def _first(part: LineString, core: Point | None) -> tuple[float, float, float]:
    x, y = part.coords[0]
    return (0.0 if core is None else part.distance(core), x, y)


def _placed(points: NDArray[np.object_], walk: list[LineString]) -> tuple[Floats, Mask]:
    """Metres walked to each point's nearest spot, and whether the point lies left of the walk."""
    lines = np.asarray(walk, dtype=object)
    part = np.argmin(shapely.distance(points[:, None], lines[None, :]), axis=1)
    leg = lines[part]
    length = shapely.length(lines)
    at = shapely.line_locate_point(leg, points)
    # The direction there, over a metre on either side.
    ahead = shapely.get_coordinates(
        shapely.line_interpolate_point(leg, np.minimum(at + 1.0, length[part]))
    )
    behind = shapely.get_coordinates(shapely.line_interpolate_point(leg, np.maximum(at - 1.0, 0.0)))
    xy = shapely.get_coordinates(points)
    way, off = ahead - behind, xy - behind
    before = np.concatenate([[0.0], np.cumsum(length)[:-1]])
    return before[part] + at, way[:, 0] * off[:, 1] - way[:, 1] * off[:, 0] > 0.0
