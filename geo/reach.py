"""How much of what draws people lies within a walk."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse.csgraph import dijkstra

from geo.betweenness import Engine
from geo.compiled import HAS_NUMBA, chosen, spread
from geo.crs import Layer
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
    per_node = np.zeros(len(twice.xy))
    if len(xy) and len(twice.xy):
        away, node, share = nearest_nodes(twice, xy)
        brings = (away <= walk_m) & (mass > 0)
        arrives = share[brings] * (mass[brings] * np.exp(-fade_per_m * away[brings]))[:, None]
        at_node = np.bincount(node[brings].ravel(), weights=arrives.ravel(), minlength=len(twice.xy))
        per_node = faded(twice, at_node, walk_m=walk_m, fade_per_m=fade_per_m, engine=engine)
    nodes = len(twice.xy) - len(twice.ends) // 2
    return whole.on_streets(per_node[nodes : nodes + len(whole.ends)])


def faded(twice: Network, mass: Floats, *, walk_m: float, fade_per_m: float, engine: Engine = "auto") -> Floats:
    """Per node of a halved network the mass of all nodes within `walk_m`, each times exp(-fade_per_m x metres walked)."""
    compiled = chosen(engine, "scipy", installed=HAS_NUMBA, worthwhile=len(mass) >= _WORTH_COMPILING)
    routes = twice.routes()
    limit_mm, fade_per_mm = round(walk_m * 1000.0), fade_per_m / 1000.0
    if compiled:
        sources = np.flatnonzero(mass > 0).astype(np.int64)
        indptr, neighbour = routes.indptr.astype(np.int64), routes.indices.astype(np.int64)
        return spread(indptr, neighbour, routes.data.astype(np.int64), sources, mass[sources], limit_mm, fade_per_mm)
    total = np.zeros(len(mass))
    edges = len(twice.ends) // 2
    nodes = len(mass) - edges
    block = max(1, _BLOCK_CELLS // max(len(mass), 1))
    junctions = np.flatnonzero(mass[:nodes] > 0)
    for begin in range(0, len(junctions), block):
        part = junctions[begin : begin + block]
        # A node out of reach is endlessly far, and exp of that is nothing.
        total += mass[part] @ np.exp(-fade_per_mm * dijkstra(routes, indices=part, limit=float(limit_mm)))
    middles = np.flatnonzero(mass[nodes:] > 0)
    for begin in range(0, len(middles), block):
        part = middles[begin : begin + block]
        # Whoever stands in the middle of a street leaves it at one of its ends: fewer walks to look for.
        ends = np.column_stack([twice.ends[part, 0], twice.ends[edges + part, 1]])
        half = np.column_stack([twice.length_mm[part], twice.length_mm[edges + part]])
        start, at = np.unique(ends, return_inverse=True)
        walked = dijkstra(routes, indices=start, limit=float(limit_mm))
        at = at.reshape(ends.shape)
        away = np.minimum(walked[at[:, 0]] + half[:, :1], walked[at[:, 1]] + half[:, 1:])
        away[np.arange(len(part)), nodes + part] = 0.0
        away[away > limit_mm] = np.inf
        total += mass[nodes + part] @ np.exp(-fade_per_mm * away)
    return total
