"""How much of what draws people lies within a walk."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
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
        per_node = faded(twice.routes(), at_node, walk_m=walk_m, fade_per_m=fade_per_m, engine=engine)
    nodes = len(twice.xy) - len(twice.ends) // 2
    return whole.on_streets(per_node[nodes : nodes + len(whole.ends)])


def faded(routes: csr_matrix, mass: Floats, *, walk_m: float, fade_per_m: float, engine: Engine = "auto") -> Floats:
    """Per node the mass of all nodes within `walk_m`, each times exp(-fade_per_m x metres walked)."""
    compiled = chosen(engine, "scipy", installed=HAS_NUMBA, worthwhile=len(mass) >= _WORTH_COMPILING)
    sources = np.flatnonzero(mass > 0).astype(np.int64)
    limit_mm, fade_per_mm = round(walk_m * 1000.0), fade_per_m / 1000.0
    if compiled:
        indptr, neighbour = routes.indptr.astype(np.int64), routes.indices.astype(np.int64)
        return spread(indptr, neighbour, routes.data.astype(np.int64), sources, mass[sources], limit_mm, fade_per_mm)
    total = np.zeros(len(mass))
    block = max(1, _BLOCK_CELLS // max(len(mass), 1))
    for begin in range(0, len(sources), block):
        part = sources[begin : begin + block]
        # A node out of reach is endlessly far, and exp of that is nothing.
        total += mass[part] @ np.exp(-fade_per_mm * dijkstra(routes, indices=part, limit=float(limit_mm)))
    return total
