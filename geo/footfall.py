"""Where people probably walk: a modelled figure per street, and its agreement with counts."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import ArrayLike

from geo.arrays import Floats, Mask
from geo.betweenness import Engine
from geo.columns import numbers
from geo.crs import Layer, require_rd
from geo.errors import MissingValueError, NegativeValueError, TooFewUnitsError, WrongShapeError
from geo.network import DETOUR, Network, bridged, build, distance_m, halved, points_xy
from geo.rank_correlation import spearman, with_labels
from geo.reach import attracted, street_length

__all__ = ["LITERATURE", "Fit", "Skill", "Weights", "combine", "evidence", "fit", "proxy", "skill"]

# Footfall falls by 15 % with every 100 m from the centre of large Dutch shopping areas
# (Ossokina, "Retail", project page; Teulings, Ossokina and Svitak give 10 to 15 % for rents).
FADE_PER_M = -float(np.log(0.85)) / 100.0
# Beyond this walk a shop or stop adds nothing: 0.85 ** 16 is 7 %.
WALK_M = 1600.0
LOCAL_M = 400.0
# What brings half of the most an attraction, a stop or a dense net of streets can bring:
# a street of fifty shops at the door; a town's station; the streets within 400 m of an old inner
# city.
HALF_ATTRACTIONS = 50.0
HALF_BOARDINGS = 5_000.0
HALF_STREET_M = 10_000.0
ENTRY_M = 50.0


@dataclass(frozen=True, slots=True)
class Weights:
    """Weight of each kind of evidence; `walkability` is the share that depends on local streets.

    The first three need not add up to 1. The core leads because distance to the core alone
    follows real counts best (rank correlation about .7 in one tested city, street length .5,
    betweenness .03 to .3).
    """

    core: float = 0.5
    attractions: float = 0.3
    stops: float = 0.2
    walkability: float = 0.25

    def __post_init__(self) -> None:
        values = (self.core, self.attractions, self.stops, self.walkability)
        if (
            not np.isfinite(values).all()
            or min(values) < 0
            or self.walkability > 1
            or self.core <= 0
        ):
            raise NegativeValueError(
                "expected weights of 0 or more, core above 0 and walkability at most 1, got"
                f" {values}"
            )


LITERATURE = Weights()


def proxy(
    streets: Layer,
    *,
    cores: Layer,
    attractions: Layer | None = None,
    stops: Layer | None = None,
    weights: Weights = LITERATURE,
    engine: Engine = "auto",
) -> pd.Series:
    """Modelled footfall per street, 0 to 100, on the index of `streets`; only the order in a place
    counts.

    `cores` are points, one per place; `attractions` points (shops, hospitality), each counting once
    or as its column `weight`; `stops` points with `boardings_per_workday`. What is not given does
    not count, and the rest counts for more. The scale is fixed, not stretched to the streets at
    hand, so a street far away changes no figure. A street without geometry has none.

    Raises WrongCrsError for a layer that is not in RD and MissingValueError without a core.

    >>> from shapely import LineString, Point
    >>> ways = [LineString([(0, 0), (200, 0)]), LineString([(200, 0), (900, 0)])]
    >>> streets = gpd.GeoSeries(ways, index=["near", "far"], crs="EPSG:28992")
    >>> cores = gpd.GeoSeries([Point(0, 0)], crs="EPSG:28992")
    >>> found = proxy(streets, cores=cores)
    >>> bool(found["near"] > found["far"] > 0.0)
    True
    """
    figures = evidence(streets, cores=cores, attractions=attractions, stops=stops, engine=engine)
    return combine(figures, weights)


def combine(figures: pd.DataFrame, weights: Weights = LITERATURE) -> pd.Series:
    """The figure, 0 to 100, from the evidence."""
    given = [name for name in ("core", "attractions", "stops") if name in figures.columns]
    each = {name: float(getattr(weights, name)) for name in given}
    parts = (figures[name].to_numpy() * part for name, part in each.items())
    mean = sum(parts) / sum(each.values())
    local = (1.0 - weights.walkability) + weights.walkability * figures["walkability"].to_numpy()
    return pd.Series(100.0 * mean * local, index=figures.index, name="footfall_proxy")


def evidence(
    streets: Layer,
    *,
    cores: Layer,
    attractions: Layer | None = None,
    stops: Layer | None = None,
    network: Network | None = None,
    engine: Engine = "auto",
) -> pd.DataFrame:
    """The parts of the figure per street: `core_distance_m, over_network`, and 0 to 1 per kind of
    evidence.

    `core` and `walkability` always, `attractions` and `stops` where given. Distances go over the
    network, gaps up to 100 m bridged. Where it does not reach the core the distance is the straight
    one times 1.3, and `over_network` is False. `network` is `build(streets)`, where the caller has
    it already.
    """
    for layer in (streets, cores, *(layer for layer in (attractions, stops) if layer is not None)):
        require_rd(layer)
    if not len(points_xy(cores)):
        raise MissingValueError(
            "expected at least one core point, got none: footfall without a core is unknown"
        )
    whole = build(streets) if network is None else network
    joined = bridged(whole)
    twice = halved(joined)
    distance, over_network = _core_distance(streets, whole, twice, cores)
    reach = street_length(joined, walk_m=LOCAL_M, engine=engine)
    columns = {
        "core_distance_m": distance,
        "over_network": over_network,
        "core": np.exp(-FADE_PER_M * distance),
        # An unreachable street has no streets around it.
        "walkability": _saturated(reach, HALF_STREET_M, distance),
    }
    for name, layer, mass, half in (
        ("attractions", attractions, _attraction_mass(attractions), HALF_ATTRACTIONS),
        ("stops", stops, _boardings(stops), HALF_BOARDINGS),
    ):
        if layer is not None:
            access = attracted(
                twice, whole, layer, mass, walk_m=WALK_M, fade_per_m=FADE_PER_M, engine=engine
            )
            columns[name] = _saturated(access, half, distance)
    return pd.DataFrame(columns, index=streets.index)


def _saturated(access: pd.Series, half: float, distance: Floats) -> Floats:
    """0 to 1, and 0.5 at `half`; 0 where unknown, missing where the distance is."""
    values = access.to_numpy()
    share = np.nan_to_num(values / (values + half))
    return np.where(np.isnan(distance), np.nan, share)


def _core_distance(
    streets: Layer, whole: Network, twice: Network, cores: Layer
) -> tuple[Floats, Mask]:
    """Metres from the middle of each street to the nearest core, and whether along the streets."""
    away = distance_m(twice, cores, entry_m=ENTRY_M)
    nodes = len(twice.xy) - len(twice.ends) // 2
    edges = len(whole.ends)
    walked = whole.on_streets(away[nodes : nodes + edges]).to_numpy()
    shapes = np.asarray(streets.geometry.array, dtype=object)
    usable = (shapely.get_dimensions(shapes) >= 1) & ~shapely.is_empty(shapes)
    middle = np.full(len(shapes), None, dtype=object)
    middle[usable] = shapely.centroid(shapes[usable])
    ends = shapely.multipoints(points_xy(cores))
    known = ~np.isnan(walked)
    return np.where(known, walked, shapely.distance(middle, ends) * DETOUR), known


def _attraction_mass(attractions: Layer | None) -> Floats:
    if attractions is None:
        return np.empty(0)
    if not isinstance(attractions, gpd.GeoDataFrame) or "weight" not in attractions.columns:
        return np.ones(len(attractions))
    return _positive(attractions["weight"], "weight")


def _boardings(stops: Layer | None) -> Floats:
    """Boardings per stop; a stop with unknown boardings adds nothing."""
    if stops is None:
        return np.empty(0)
    if not isinstance(stops, gpd.GeoDataFrame) or "boardings_per_workday" not in stops.columns:
        raise WrongShapeError(
            "expected stops with the column boardings_per_workday, got none: join the boardings"
            " first"
        )
    if "stop_id" in stops.columns and stops["stop_id"].duplicated().any():
        raise WrongShapeError("expected every stop once, got several years: choose one year")
    return _positive(stops["boardings_per_workday"], "boardings_per_workday")


def _positive(values: pd.Series, name: str) -> Floats:
    mass = numbers(values, name).fillna(0.0).to_numpy(dtype=float)
    if (mass < 0).any() or not np.isfinite(mass).all():
        raise NegativeValueError(
            f"expected {name} of 0 or more, got {mass.min():g} to {mass.max():g}"
        )
    return mass


@dataclass(frozen=True, slots=True)
class Skill:
    """Rank correlation of a modelled figure with counts, -1 to 1, its interval and number of
    streets.
    """

    spearman: float
    low: float
    high: float
    n: int

    @property
    def reliable(self) -> bool:
        """Whether the layer may be shown without saying that it is unreliable: 0.5 or more."""
        return self.spearman >= 0.5


@dataclass(frozen=True, slots=True)
class Fit:
    """Weights fitted to counts, and the skill of weights that were fitted outside each block."""

    weights: Weights
    skill: Skill
    blocks: int


def skill(
    proxy: pd.Series | ArrayLike,
    counts: pd.Series | ArrayLike,
    *,
    draws: int = 2000,
    seed: int = 0,
    certainty: float = 0.95,
) -> Skill:
    """Spearman's rank correlation on the streets that have both, with a percentile bootstrap
    interval.

    Both are aligned by the label of the street, or arrays in the same order. Several counts of one
    street are averaged first. Raises TooFewUnitsError below three streets or when all figures are
    equal.

    >>> found = skill([10.0, 20.0, 30.0, 40.0], [110, 190, 320, 400])
    >>> found.spearman, found.n
    (1.0, 4)
    """
    proxy, counts = with_labels(proxy, counts)
    if not 0.0 < certainty < 1.0 or draws < 1:
        raise NegativeValueError(
            f"expected draws above 0 and certainty between 0 and 1, got {draws} and {certainty}"
        )
    if proxy.index.has_duplicates:
        raise WrongShapeError(
            "expected each street once in the modelled figure, got some twice: give the streets"
            " unique labels"
        )
    both = (
        pd.DataFrame(
            {
                "proxy": _finite(proxy, "the modelled figure"),
                "counted": _per_street(counts).reindex(proxy.index),
            }
        )
        .dropna()
        .sort_values(["proxy", "counted"])
    )
    n = len(both)
    if n < 3:
        raise TooFewUnitsError(
            f"expected counts in at least 3 streets with a modelled figure, got {n}"
        )
    values = both.to_numpy(dtype=float).T
    correlation = float(spearman(values[:, None, :])[0])
    if np.isnan(correlation):
        raise TooFewUnitsError(f"expected figures that differ between {n} streets, got all alike")
    drawn = np.random.default_rng(seed).integers(0, n, (draws, n))
    resampled = spearman(values[:, drawn])
    tail = (1.0 - certainty) / 2.0
    # A draw of one street only has no order to correlate.
    low, high = np.quantile(resampled[np.isfinite(resampled)], [tail, 1.0 - tail])
    return Skill(correlation, float(low), float(high), n)


def fit(
    signals: pd.DataFrame,
    counts: pd.Series,
    *,
    streets: Layer,
    block_m: float = 500.0,
    seed: int = 0,
) -> Fit:
    """Weights that follow the counts best, and their skill by spatially blocked cross-validation.

    `signals` is `evidence(streets, …)`. Streets are put in square blocks of `block_m`; each block
    is predicted with weights chosen on all other blocks, so that no street is predicted by its
    neighbours. Of weights that do equally well those nearest to the literature are taken.
    Raises TooFewUnitsError below ten counted streets or three blocks.
    """
    require_rd(streets)
    if not (np.isfinite(block_m) and block_m > 0):
        raise NegativeValueError(f"expected block_m above 0, got {block_m}")
    counted = _per_street(counts).reindex(signals.index)
    known = (counted.notna() & combine(signals).notna()).to_numpy()
    middle = shapely.centroid(np.asarray(streets.geometry.array, dtype=object)[known])
    cell = np.floor(np.column_stack([shapely.get_x(middle), shapely.get_y(middle)]) / block_m)
    block = np.unique(cell, axis=0, return_inverse=True)[1].ravel()
    blocks = len(np.unique(block))
    if known.sum() < 10 or blocks < 3:
        raise TooFewUnitsError(
            f"expected counts in at least 10 streets and 3 blocks of {block_m:g} m, got"
            f" {int(known.sum())} and {blocks}"
        )
    choices = _choices([name for name in ("attractions", "stops") if name in signals.columns])
    figures = np.array([combine(signals[known], weights).to_numpy() for weights in choices])
    truth = counted[known].to_numpy(dtype=float)
    foretold = np.empty(len(truth))
    for held in range(blocks):
        out = block == held
        foretold[out] = figures[_best(figures[:, ~out], truth[~out])][out]
    labels = signals.index[known]
    honest = skill(pd.Series(foretold, index=labels), pd.Series(truth, index=labels), seed=seed)
    return Fit(choices[_best(figures, truth)], honest, blocks)


def _choices(given: list[str]) -> list[Weights]:
    """Weights in steps of a tenth, nearest to the literature first."""
    tenths = [step / 10.0 for step in range(11)]
    every = [
        Weights(
            core=round(1.0 - attractions - stops, 1),
            attractions=attractions,
            stops=stops,
            walkability=walkability,
        )
        for attractions, stops, walkability in product(
            tenths if "attractions" in given else [0.0],
            tenths if "stops" in given else [0.0],
            (0.0, 0.25, 0.5, 0.75),
        )
        if round(1.0 - attractions - stops, 1) > 0
    ]
    total = LITERATURE.core + sum(getattr(LITERATURE, name) for name in given)

    def away(weights: Weights) -> float:
        parts = [
            weights.core - LITERATURE.core / total,
            weights.walkability - LITERATURE.walkability,
        ]
        parts += [getattr(weights, name) - getattr(LITERATURE, name) / total for name in given]
        result: float = round(sum(part * part for part in parts), 9)
        return result

    return sorted(every, key=away)


def _best(figures: Floats, truth: Floats) -> int:
    score = spearman(np.stack([figures, np.broadcast_to(truth, figures.shape)]))
    return int(np.argmax(np.round(np.nan_to_num(score, nan=-1.0), 9)))


def _finite(values: pd.Series, name: str) -> pd.Series:
    known = numbers(values, name)
    if np.isinf(known).any():
        raise MissingValueError(
            f"expected finite numbers in {name}, got {int(np.isinf(known).sum())} endless"
        )
    return known


def _per_street(counts: pd.Series) -> pd.Series:
    known = _finite(counts, "counts").dropna()
    if (known < 0).any():
        raise NegativeValueError(f"expected counts of 0 or more, got {known.min():g}")
    return known.groupby(level=list(range(known.index.nlevels))).mean()
