"""How much of what draws people lies within a walk."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse.csgraph import dijkstra

from geo.betweenness import Engine
from geo.compiled import HAS_NUMBA, chosen, spread
from geo.crs import Layer
from geo.errors import NegativeValueError
from geo.network import Network, nearest_nodes, points_xy

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_WORTH_COMPILING = 5_000
_BLOCK_CELLS = 4_000_000


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
    """Per street of `whole` the mass of the points within `walk_m`, each faded by exp(-fade_per_m x metres walked).

    `twice` is `whole`, bridged or not, with a node in the middle of every edge. A point
    stands at its nearest node (at equally near ones in equal parts) and fades over the straight way there; one farther than
    `walk_m` from every node brings nothing. Missing for a street without any edge.
    """
    known = ~(points.geometry.isna() | points.geometry.is_empty).to_numpy()
    xy, mass = points_xy(points), mass[known]
    edges = len(twice.ends) // 2
    per_edge = np.zeros(edges)
    if len(xy) and len(twice.xy):
        away, node, share = nearest_nodes(twice, xy)
        brings = (away <= walk_m) & (mass > 0)
        arrives = share[brings] * (mass[brings] * np.exp(-fade_per_m * away[brings]))[:, None]
        at_node = np.bincount(node[brings].ravel(), weights=arrives.ravel(), minlength=len(twice.xy))
        per_edge = faded(twice, at_node, walk_m=walk_m, fade_per_m=fade_per_m, engine=engine)
    return whole.on_streets(per_edge[: len(whole.ends)])


def faded(twice: Network, mass: Floats, *, walk_m: float, fade_per_m: float, engine: Engine = "auto") -> Floats:
    """Per middle of an edge of a halved network the mass of all nodes within `walk_m`, each times exp(-fade_per_m x metres walked)."""
    compiled = chosen(engine, "scipy", installed=HAS_NUMBA, worthwhile=len(mass) >= _WORTH_COMPILING)
    if not fade_per_m > 0:
        raise NegativeValueError(f"expected fade_per_m above 0, got {fade_per_m}")
    routes = twice.routes()
    edges = len(twice.ends) // 2
    nodes = len(mass) - edges
    sources = np.flatnonzero(mass > 0).astype(np.int64)
    limit_mm, fade_per_mm = round(walk_m * 1000.0), fade_per_m / 1000.0
    if compiled:
        indptr, neighbour = routes.indptr.astype(np.int64), routes.indices.astype(np.int64)
        return spread(indptr, neighbour, routes.data.astype(np.int64), sources, mass[sources], limit_mm, fade_per_mm)[nodes:]
    # Whoever stands in the middle of a street leaves it at one of its ends, so that walks from junctions tell all.
    ends = np.column_stack([sources, sources])
    half = np.zeros(ends.shape)
    middle = sources >= nodes
    own = sources[middle] - nodes
    ends[middle] = np.column_stack([twice.ends[own, 0], twice.ends[edges + own, 1]])
    half[middle] = np.column_stack([twice.length_mm[own], twice.length_mm[edges + own]])
    left = np.exp(-fade_per_mm * half)
    # Lengths are whole millimetres: between the last one within reach and the next lies room for this.
    least = np.exp(-fade_per_mm * (limit_mm + 0.5))
    total = np.zeros(edges)
    block = max(1, _BLOCK_CELLS // max(len(mass), 1))
    for begin in range(0, len(sources), block):
        part = slice(begin, begin + block)
        start, at = np.unique(ends[part], return_inverse=True)
        # A node out of reach is endlessly far, and exp of that is nothing.
        walked = dijkstra(routes, indices=start, limit=float(limit_mm))[:, nodes:]
        reached, at = np.exp(-fade_per_mm * walked), at.reshape(-1, 2)
        share = np.maximum(reached[at[:, 0]] * left[part, :1], reached[at[:, 1]] * left[part, 1:])
        share[share < least] = 0.0
        here = np.flatnonzero(middle[part])
        share[here, sources[part][here] - nodes] = 1.0
        total += mass[sources[part]] @ share
    return total
