"""The walking network: junctions, the ways between them, connected parts and distances."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import shapely
from scipy.sparse import coo_matrix, csr_matrix
from scipy.sparse.csgraph import connected_components, dijkstra, minimum_spanning_tree
from scipy.spatial import cKDTree

from geo.arrays import Floats, Ints
from geo.crs import Layer, require_rd
from geo.errors import NegativeValueError, WrongShapeError
from geo.noding import chains, pieces, to_mm

# A walker crosses a gap no larger than this where the map misses a piece of street, at the
# usual ratio of walked to straight distance in towns.
GAP_M = 100.0
DETOUR = 1.3
# Distances that differ by less than this are equal but for rounding of coordinates.
_HAIR_M = 1e-6
# No more nodes than this are asked whether they are equally near to a point.
_TIES = 8


@dataclass(frozen=True, slots=True)
class Network:
    """Nodes and edges in RD; lengths in whole millimetres.

    `share_edge, share_row, share_mm` say how many millimetres of which street row lie in which
    edge. A square is a hub with an edge to each point on its rim where a street arrives.
    """

    xy: Floats
    ends: Ints
    length_mm: Ints
    middle: Floats
    share_edge: Ints
    share_row: Ints
    share_mm: Ints
    streets: pd.Index

    @property
    def length_m(self) -> float:
        """Total length of all edges in metres."""
        return float(self.length_mm.sum()) / 1000.0

    def routes(self) -> csr_matrix:
        """Distances in mm between neighbours, both ways; of two ways between two nodes the shorter,
        no loops.
        """
        low, high = self.ends.min(axis=1, initial=len(self.xy)), self.ends.max(axis=1, initial=0)
        order = np.lexsort((self.length_mm, high, low))
        low, high, length = low[order], high[order], self.length_mm[order]
        first = (np.diff(low, prepend=-1) != 0) | (np.diff(high, prepend=-1) != 0)
        first &= low != high
        low, high, length = low[first], high[first], length[first].astype(float)
        nodes = len(self.xy)
        matrix = coo_matrix(
            (np.tile(length, 2), (np.r_[low, high], np.r_[high, low])), shape=(nodes, nodes)
        ).tocsr()
        matrix.sort_indices()
        return matrix

    def node_length_mm(self) -> Ints:
        """Half the length of the edges that meet at each node; nodes together hold all length."""
        half = np.column_stack([self.length_mm // 2, self.length_mm - self.length_mm // 2])
        return np.bincount(self.ends.ravel(), weights=half.ravel(), minlength=len(self.xy)).astype(
            np.int64
        )

    def part_of_node(self) -> Ints:
        """The number of the connected part each node lies in."""
        nodes = len(self.xy)
        links = coo_matrix((np.ones(len(self.ends)), tuple(self.ends.T)), shape=(nodes, nodes))
        return connected_components(links, directed=False)[1].astype(np.int64)

    def on_streets(self, per_edge: Floats) -> pd.Series:
        """Values of edges as values of streets, weighted by length; missing for a street without
        any edge.
        """
        weight = self.share_mm.astype(float)
        count = len(self.streets)
        total = np.bincount(
            self.share_row, weights=weight * per_edge[self.share_edge], minlength=count
        )
        length = np.bincount(self.share_row, weights=weight, minlength=count)
        return pd.Series(
            np.divide(total, length, out=np.full(count, np.nan), where=length > 0),
            index=self.streets,
        )

    def nodes_on_streets(self, per_node: Floats) -> pd.Series:
        """Values of nodes as values of streets: mean of both ends of every edge, weighted by
        length.
        """
        return self.on_streets(per_node[self.ends].mean(axis=1))


def route_arrays(routes: csr_matrix) -> tuple[Ints, Ints, Ints]:
    """Routes as compiled loops take them: where each node's begin, the neighbours, and mm."""
    begin, neighbour, length_mm = routes.indptr, routes.indices, routes.data
    return begin.astype(np.int64), neighbour.astype(np.int64), length_mm.astype(np.int64)


@dataclass(frozen=True, slots=True)
class Parts:
    """The connected parts: their number, share of length in the largest, metres in each."""

    count: int
    largest_share: float
    lengths_m: tuple[float, ...]

    @property
    def meaning(self) -> str:
        """What the parts mean for the measures, in one or two sentences."""
        if self.count <= 1:
            return "The network hangs together: every street can be reached from every other."
        outside = sum(self.lengths_m[1:])
        return (
            f"The network falls into {self.count} parts that do not touch; the largest holds"
            f" {self.largest_share:.1%} of all length, {outside / 1000.0:.1f} km lies outside it."
            " No route leaves its part, so streets in a small part look shorter of reach and less"
            " passed than they are. The usual cause is an extract that misses classes of street."
        )


def build(streets: Layer) -> Network:
    """The network of lines and squares that share vertices, in RD.

    Rows that are missing, empty or points bring nothing and stay without measures.
    """
    require_rd(streets)
    geometries = np.asarray(streets.geometry.array, dtype=object)
    noded = pieces(geometries)
    run = chains(noded, noded.users())
    node_vertex, ends = np.unique(run.ends, return_inverse=True)
    ends = ends.reshape(-1, 2).astype(np.int64)
    length = np.bincount(run.of_piece, weights=noded.length_mm, minlength=len(run)).astype(np.int64)
    middles = noded.xy[noded.ends].mean(axis=1) * noded.length_mm[:, None]
    summed = [np.bincount(run.of_piece, weights=axis, minlength=len(run)) for axis in middles.T]
    middle = np.column_stack(summed) / np.maximum(length, 1)[:, None]

    xy = noded.xy[node_vertex]
    use_edge = run.of_piece[noded.use_piece] if len(run) else np.empty(0, dtype=np.int64)
    edge, row, share = use_edge, noded.use_row, noded.length_mm[noded.use_piece]

    # Squares: a hub in the middle, a spoke to every rim vertex that a street or another square
    # shares.
    squares = np.unique(noded.ring_row)
    hub_xy = shapely.get_coordinates(
        shapely.point_on_surface(shapely.force_2d(geometries[squares]))
    )
    rims = np.bincount(noded.ring_vertex, minlength=len(noded.xy))
    on_line = np.zeros(len(noded.xy), dtype=bool)
    on_line[noded.ends.ravel()] = True
    gate = on_line[noded.ring_vertex] | (rims[noded.ring_vertex] > 1)
    gates, gate_row = noded.ring_vertex[gate], noded.ring_row[gate]
    extra = np.setdiff1d(gates, node_vertex)
    node_vertex = np.concatenate([node_vertex, extra])
    order = np.argsort(node_vertex)
    gate_node = order[np.searchsorted(node_vertex[order], gates)] if gates.size else gates
    xy = np.concatenate([xy, noded.xy[extra], hub_xy])
    hub = len(node_vertex) + np.searchsorted(squares, gate_row)
    steps = xy[gate_node] - xy[hub]
    spoke = to_mm(np.hypot(steps[:, 0], steps[:, 1]))
    return Network(
        xy=xy,
        ends=np.concatenate([ends, np.column_stack([gate_node, hub])]).astype(np.int64),
        length_mm=np.concatenate([length, spoke]),
        middle=np.concatenate([middle, (xy[gate_node] + xy[hub]) / 2.0]),
        share_edge=np.concatenate([edge, len(length) + np.arange(len(spoke))]),
        share_row=np.concatenate([row, gate_row]),
        share_mm=np.concatenate([share, spoke]),
        streets=streets.index,
    )


def parts(network: Network) -> Parts:
    """The connected parts of a network; no part at all when there is no street."""
    if not len(network.xy):
        return Parts(0, float("nan"), ())
    label = network.part_of_node()
    length = np.bincount(
        label[network.ends[:, 0]],
        weights=network.length_mm / 1000.0,
        minlength=int(label.max()) + 1,
    )
    total = float(length.sum())
    return Parts(
        count=len(length),
        largest_share=float(length.max()) / total if total > 0 else float("nan"),
        lengths_m=tuple(np.sort(length)[::-1].tolist()),
    )


def bridged(network: Network, *, gap_m: float = GAP_M) -> Network:
    """The network with gaps of up to `gap_m` metres bridged, shortest first, at DETOUR times the
    gap.

    No street holds the new edges. Parts farther away than `gap_m` stay apart.
    """
    if gap_m < 0:
        raise NegativeValueError(f"expected gap_m of 0 or more, got {gap_m}")
    label = network.part_of_node()
    if not len(label) or not label.max():
        return network
    largest = int(np.bincount(label).argmax())
    small = np.flatnonzero(label != largest)
    near = cKDTree(network.xy[small]).sparse_distance_matrix(
        cKDTree(network.xy), gap_m + _HAIR_M, output_type="ndarray"
    )
    node, other = small[near["i"]], near["j"]
    apart = label[node] != label[other]
    # Every bridge once, from west to east; of equally short ones the western one. All in whole
    # millimetres, so that neither the numbers of the parts nor the origin of the coordinates
    # choose.
    spot = np.rint(network.xy * 1000.0).astype(np.int64)
    ends = np.column_stack([node, other])[apart]
    (x, y), (other_x, other_y) = spot[ends[:, 0]].T, spot[ends[:, 1]].T
    turned = (x > other_x) | ((x == other_x) & (y > other_y))
    ends[turned] = ends[turned][:, ::-1]
    bridge_mm = to_mm(near["v"][apart] * DETOUR)
    order = np.lexsort((*spot[ends[:, 1]].T[::-1], *spot[ends[:, 0]].T[::-1], bridge_mm))
    ends, bridge_mm = ends[order], bridge_mm[order]
    pair, first = np.unique(np.sort(label[ends], axis=1), axis=0, return_index=True)
    # Their rank in that order stands for their length: then there is one shortest tree only.
    count = int(label.max()) + 1
    tree = minimum_spanning_tree(coo_matrix((first + 1.0, pair.T), shape=(count, count))).tocoo()
    chosen = np.rint(tree.data).astype(np.int64) - 1
    ends = ends[chosen]
    return replace(
        network,
        ends=np.concatenate([network.ends, ends]),
        length_mm=np.concatenate([network.length_mm, bridge_mm[chosen]]),
        middle=np.concatenate([network.middle, network.xy[ends].mean(axis=1)]),
    )


def halved(network: Network) -> Network:
    """The network with a node in the middle of every edge: node `len(xy) + e` for edge `e`."""
    nodes, edges = len(network.xy), len(network.ends)
    middle = nodes + np.arange(edges)
    half = network.length_mm // 2
    return replace(
        network,
        xy=np.concatenate([network.xy, network.middle]),
        ends=np.concatenate(
            [
                np.column_stack([network.ends[:, 0], middle]),
                np.column_stack([middle, network.ends[:, 1]]),
            ]
        ),
        length_mm=np.concatenate([half, network.length_mm - half]),
        middle=np.concatenate(
            [(network.xy[network.ends[:, side]] + network.middle) / 2.0 for side in (0, 1)]
        ),
        share_edge=np.concatenate([network.share_edge, network.share_edge + edges]),
        share_row=np.tile(network.share_row, 2),
        share_mm=np.concatenate([network.share_mm // 2, network.share_mm - network.share_mm // 2]),
    )


def distance_m(network: Network, points: Layer, *, entry_m: float = 50.0) -> Floats:
    """Walking distance in metres from each node to the nearest point; missing where none is
    reachable.

    A point connects in a straight line to every node within `entry_m`, or else to its nearest
    nodes, because a square can be left on any side.
    """
    require_rd(points)
    start = points_xy(points)
    if not len(network.xy) or not len(start):
        return np.full(len(network.xy), np.nan)
    tree = cKDTree(network.xy)
    entered = np.full(len(network.xy), np.inf)
    # Rounding must not leave out an equally near node.
    reach = np.maximum(entry_m, tree.query(start)[0]) + _HAIR_M
    for point, near in zip(start, tree.query_ball_point(start, reach), strict=True):
        at = np.asarray(near, dtype=np.int64)
        away = np.hypot(*(network.xy[at] - point).T)
        np.minimum.at(entered, at, away)
    # One extra node, from which every entry costs its straight distance.
    entry = np.flatnonzero(np.isfinite(entered))
    nodes = len(network.xy)
    known = network.routes().tocoo()
    row = np.concatenate([known.row, np.full(len(entry), nodes)])
    column = np.concatenate([known.col, entry])
    cost = np.concatenate([known.data, to_mm(entered[entry])])
    routes = coo_matrix((cost, (row, column)), shape=(nodes + 1, nodes + 1)).tocsr()
    walked_mm = dijkstra(routes, indices=[nodes])[0, :nodes]
    return np.where(np.isfinite(walked_mm), walked_mm / 1000.0, np.nan)


def nearest_nodes(network: Network, xy: Floats) -> tuple[Floats, Ints, Ints, Floats]:
    """`away[P]` metres to the nearest node; and `point, node, share` of every point with each node
    equally near, the shares of a point summing to 1.
    """
    tree, count = cKDTree(network.xy), len(network.xy)
    distance, nearest = map(np.asarray, tree.query(xy, k=range(1, min(2, count) + 1)))
    away, node = distance[:, 0], nearest[:, 0].astype(np.int64)
    point, share = np.arange(len(xy)), np.ones(len(xy))
    # Few points lie just between nodes; asking every point for so many nodes would take thrice as
    # long.
    tied = np.flatnonzero((distance[:, 1:] <= away[:, None] + _HAIR_M).any(axis=1))
    if tied.size:
        more, others = map(np.asarray, tree.query(xy[tied], k=range(1, min(_TIES, count) + 1)))
        equal = more <= more[:, :1] + _HAIR_M
        times = equal.sum(axis=1)
        point = np.concatenate([np.delete(point, tied), np.repeat(tied, times)])
        node = np.concatenate([np.delete(node, tied), others[equal]])
        share = np.concatenate([np.delete(share, tied), np.repeat(1.0 / times, times)])
    return away, point, node, share


def points_xy(points: Layer) -> Floats:
    """`[P, 2]` coordinates, of a point on the surface for other shapes; missing ones left out."""
    spots = np.asarray(points.geometry.array, dtype=object)
    if shapely.get_type_id(spots).any():
        known = spots[~(shapely.is_missing(spots) | shapely.is_empty(spots))]
        spots = shapely.point_on_surface(known)
    # Neither a missing nor an empty point has coordinates.
    xy = shapely.get_coordinates(spots)
    if not np.isfinite(xy).all():
        raise WrongShapeError(
            "expected finite point coordinates, got infinity: read the source again"
        )
    return xy
