"""How often a street lies on the way: betweenness and reach within walking distances."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix, identity
from scipy.sparse.csgraph import dijkstra
from scipy.sparse.linalg import spsolve_triangular

from geo.arrays import Floats, Ints
from geo.compiled import HAS_NUMBA, brandes, chosen
from geo.errors import NegativeValueError
from geo.network import Network, route_arrays

Engine = Literal["auto", "numba", "scipy"]

WALKS_M = (400.0, 800.0, 1600.0)
# Below this many nodes compiling takes longer than it saves.
_WORTH_COMPILING = 5_000
_BLOCK_CELLS = 4_000_000


def measures(
    network: Network, *, radii_m: Sequence[float] = WALKS_M, engine: Engine = "auto"
) -> pd.DataFrame:
    """Per node and radius `betweenness_<radius>` (routes passing) and `reach_m_<radius>` (metres of
    street in reach).

    Betweenness counts the pairs of nodes at most the radius apart whose shortest route passes
    the node, each pair once, shared evenly where routes are equally short (Brandes 2001).
    Reach adds, for every node in reach, half the length of the edges that meet there.
    """
    radii = sorted(set(radii_m))
    if not radii or not np.isfinite(radii).all() or radii[0] <= 0:
        raise NegativeValueError(f"expected radii above 0 metres, got {tuple(radii_m)}")
    compiled = chosen(
        engine, "scipy", installed=HAS_NUMBA, worthwhile=len(network.xy) >= _WORTH_COMPILING
    )
    routes, length = network.routes(), network.node_length_mm()
    radii_mm = np.rint(np.asarray(radii) * 1000.0).astype(np.int64)
    if compiled:
        between, reach = brandes(*route_arrays(routes), length, radii_mm)
    else:
        between, reach = _by_blocks(routes, length, radii_mm)
    columns = {f"betweenness_{radius:g}": between[:, at] / 2.0 for at, radius in enumerate(radii)}
    columns |= {f"reach_m_{radius:g}": reach[:, at] / 1000.0 for at, radius in enumerate(radii)}
    return pd.DataFrame(columns)


def on_streets(
    network: Network, *, radii_m: Sequence[float] = WALKS_M, engine: Engine = "auto"
) -> pd.DataFrame:
    """The same measures per street, weighted by length; missing for a street without any edge."""
    per_node = measures(network, radii_m=radii_m, engine=engine)
    return pd.DataFrame(
        {name: network.nodes_on_streets(values.to_numpy()) for name, values in per_node.items()}
    )


def _by_blocks(routes: csr_matrix, length_mm: Ints, radii_mm: Ints) -> tuple[Floats, Ints]:
    nodes = routes.shape[0]
    between = np.zeros((nodes, len(radii_mm)))
    reach = np.zeros((nodes, len(radii_mm)), dtype=np.int64)
    block = max(1, _BLOCK_CELLS // max(nodes, 1))
    for first in range(0, nodes, block):
        sources = np.arange(first, min(first + block, nodes))
        distance = dijkstra(routes, indices=sources, limit=float(radii_mm[-1]))
        source, node = np.nonzero(np.isfinite(distance))
        away = distance[source, node].astype(np.int64)
        for kind, radius in enumerate(radii_mm):
            near = away <= radius
            reach[sources, kind] = np.bincount(
                source[near], weights=length_mm[node[near]], minlength=len(sources)
            ).astype(np.int64)
        _add_block(routes, distance, source, node, away, radii_mm, between)
    return between, reach


def _add_block(
    routes: csr_matrix,
    distance: Floats,
    source: Ints,
    node: Ints,
    away: Ints,
    radii_mm: Ints,
    between: Floats,
) -> None:
    """Add the shares of one block of sources to `between`.

    Sorted by distance, the shortest routes of all sources form one triangular matrix, so counting
    them and sharing them out are two triangular solves instead of a walk per source.
    """
    order = np.argsort(away, kind="stable")
    source, node, away = source[order], node[order], away[order]
    count = len(order)
    place = np.full(distance.shape, -1, dtype=np.int64)
    place[source, node] = np.arange(count)

    degree = np.diff(routes.indptr)[node]
    before = np.repeat(np.arange(count), degree)
    slot = (
        np.arange(degree.sum())
        - np.repeat(np.cumsum(degree) - degree, degree)
        + np.repeat(routes.indptr[node], degree)
    )
    after = place[source[before], routes.indices[slot]]
    on_route = after >= 0
    on_route[on_route] = (
        away[before[on_route]] + routes.data[slot[on_route]].astype(np.int64)
        == away[after[on_route]]
    )
    before, after = before[on_route], after[on_route]
    step = csr_matrix((np.ones(len(before)), (after, before)), shape=(count, count))
    unit = identity(count, format="csr")
    start = (away == 0).astype(float)
    paths = spsolve_triangular((unit - step).tocsr(), start, lower=True, unit_diagonal=True)
    back = step.T.tocsr()
    ends_here = (away[:, None] <= radii_mm) / paths[:, None]
    per_path = spsolve_triangular(
        (unit - back).tocsr(), back @ ends_here, lower=False, unit_diagonal=True
    )
    passing = per_path * paths[:, None]
    passing[away == 0] = 0.0
    for kind in range(len(radii_mm)):
        between[:, kind] += np.bincount(node, weights=passing[:, kind], minlength=len(between))
