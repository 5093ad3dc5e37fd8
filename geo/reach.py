"""How much of what attracts people lies within walking distance."""

from dataclasses import replace

import numpy as np
import pandas as pd
from scipy.sparse.csgraph import dijkstra

from geo.arrays import Floats, Ints
from geo.betweenness import Engine
from geo.compiled import HAS_NUMBA, chosen, spread
from geo.crs import Layer
from geo.errors import NegativeValueError
from geo.network import Network, nearest_nodes, points_xy, route_arrays

_WORTH_COMPILING = 5_000
_BLOCK_CELLS = 1_000_000
_NEAR_CELLS = 50_000
"""Half a megabyte of shares."""
_NEIGHBOURHOOD_M = 500.0


def attracted(
    twice: Network,
    whole: Network,
    points: Layer,
    mass: Floats,
    *,
    walk_m: float,
    fade_per_m: float,
    engine: Engine = "auto",
) -> pd.Series:
    """Mass of the points within `walk_m` per street of `whole`, each times exp(-fade_per_m *
    metres).

    `twice` is `whole`, bridged or not, with a node in the middle of every edge. A point stands at
    its nearest node (at equally near ones in equal parts) and fades over the straight way there;
    one farther than `walk_m` from every node brings nothing. Missing for a street without any edge.
    """
    xy = points_xy(points)
    if len(xy) < len(mass):
        mass = mass[~(points.geometry.isna() | points.geometry.is_empty).to_numpy()]
    edges = len(twice.ends) // 2
    per_edge = np.zeros(edges)
    if len(xy) and len(twice.xy):
        away, point, node, share = nearest_nodes(twice, xy)
        arrives = np.where(away <= walk_m, mass * np.exp(-fade_per_m * away), 0.0)
        weights = share * arrives[point]
        at_node = np.bincount(node, weights, minlength=len(twice.xy)).astype(np.float64)
        per_edge = faded(twice, at_node, walk_m=walk_m, fade_per_m=fade_per_m, engine=engine)
    return whole.on_streets(per_edge[: len(whole.ends)])


def street_length(network: Network, *, walk_m: float, engine: Engine = "auto") -> pd.Series:
    """Metres of street within `walk_m` of the ends of each street; a node holds half of its edges.

    Missing for a street without any edge. The same as `reach_m` of `geo.betweenness`, without the
    routes.
    """
    compiled = chosen(
        engine, "scipy", installed=HAS_NUMBA, worthwhile=len(network.xy) >= _WORTH_COMPILING
    )
    routes, length = network.routes(), network.node_length_mm().astype(float)
    nodes, limit_mm = np.arange(len(network.xy)), round(walk_m * 1000.0)
    if compiled:
        per_node = spread(*route_arrays(routes), nodes, length, limit_mm, 0.0)
    else:
        per_node = np.zeros(len(nodes))
        for few in np.array_split(nodes, 1 + len(nodes) ** 2 // _BLOCK_CELLS) if len(nodes) else ():
            near = np.isfinite(dijkstra(routes, indices=few, limit=float(limit_mm)))
            per_node[few] = np.einsum("sn,n->s", near, length)
    return network.nodes_on_streets(per_node / 1000.0)


def faded(
    twice: Network, mass: Floats, *, walk_m: float, fade_per_m: float, engine: Engine = "auto"
) -> Floats:
    """Mass of all nodes within `walk_m` of the middle of each edge, each times exp(-fade_per_m *
    metres).
    """
    compiled = chosen(
        engine, "scipy", installed=HAS_NUMBA, worthwhile=len(mass) >= _WORTH_COMPILING
    )
    if not fade_per_m > 0:
        raise NegativeValueError(f"expected fade_per_m above 0, got {fade_per_m}")
    sources = np.flatnonzero(mass > 0).astype(np.int64)
    limit_mm, fade_per_mm = round(walk_m * 1000.0), fade_per_m / 1000.0
    if compiled:
        routes, nodes = route_arrays(twice.routes()), len(mass) - len(twice.ends) // 2
        return spread(*routes, sources, mass[sources], limit_mm, fade_per_mm)[nodes:]
    return _by_ends(twice, sources, mass[sources], limit_mm, fade_per_mm)


def _by_ends(
    twice: Network, sources: Ints, mass: Floats, limit_mm: int, fade_per_mm: float
) -> Floats:
    """As `faded`, from walks between junctions: a walk leaves and enters an edge at its ends."""
    edges = len(twice.ends) // 2
    nodes = len(twice.xy) - edges
    ends = np.column_stack([twice.ends[:edges, 0], twice.ends[edges:, 1]])
    half_mm = np.column_stack([twice.length_mm[:edges], twice.length_mm[edges:]])
    routes = replace(twice, xy=twice.xy[:nodes], ends=ends, length_mm=half_mm.sum(axis=1)).routes()
    # Lengths are whole millimetres: between the last one within reach and the next lies room for
    # this.
    least = np.exp(-fade_per_mm * (limit_mm + 0.5))
    total = np.zeros(edges)
    # Sources of one neighbourhood walk to the same few edges of a town.
    together = np.lexsort(np.floor(twice.xy[sources] / _NEIGHBOURHOOD_M).T)
    sources, mass = sources[together], mass[together]
    block = max(1, _BLOCK_CELLS // max(len(twice.xy), 1))
    for begin in range(0, len(sources), block):
        origin, weight = sources[begin : begin + block], mass[begin : begin + block]
        middle, edge = origin >= nodes, origin[origin >= nodes] - nodes
        start = np.unique(np.concatenate([origin[~middle], ends[edge].ravel()]))
        away = dijkstra(routes, indices=start, limit=float(limit_mm))
        within = np.isfinite(away.min(axis=0, initial=np.inf))
        near = np.flatnonzero(within[ends[:, 0]] | within[ends[:, 1]])
        # A junction out of reach is endlessly far, and exp of that is nothing.
        reached, other = (away.take(ends[near, at], axis=1) + half_mm[near, at] for at in (0, 1))
        np.minimum(reached, other, out=reached)
        reached *= -fade_per_mm
        np.exp(reached, out=reached)
        reached *= reached >= least
        # Summed by hand: the threads of BLAS cost more than these few numbers.
        total[near] += np.einsum(
            "s,se->e", weight[~middle], reached[np.searchsorted(start, origin[~middle])]
        )
        leaves, left = np.searchsorted(start, ends[edge]), np.exp(-fade_per_mm * half_mm[edge])
        own = np.searchsorted(near, edge)
        # A few at a time, so that what is multiplied stays near the processor.
        for few in np.array_split(np.arange(len(edge)), 1 + len(edge) * len(near) // _NEAR_CELLS):
            share, other = (reached[leaves[few, at]] * left[few, at, None] for at in (0, 1))
            np.maximum(share, other, out=share)
            share *= share >= least
            share[np.arange(len(few)), own[few]] = 1.0
            total[near] += np.einsum("s,se->e", weight[middle][few], share)
    return total
