"""Inner loops for numba, where installed; each has a numpy or scipy twin with equal results."""

import heapq
from collections.abc import Callable
from typing import TypeVar

import numpy as np

from geo.arrays import Floats, Ints, Mask
from geo.errors import WrongShapeError

Loop = TypeVar("Loop", bound=Callable[..., object])

try:
    from numba import njit
except ImportError:
    HAS_NUMBA = False

    def compiled(loop: Loop) -> Loop:
        """The loop as it is: right, but slow; callers take the numpy or scipy twin instead."""
        return loop

else:
    HAS_NUMBA = True

    def compiled(loop: Loop) -> Loop:
        """The loop in machine code, compiled at its first call and cached on disk if possible."""
        # nogil: threads can work on places side by side.
        try:
            cached: Loop = njit(nogil=True, cache=True)(loop)
            return cached
        except RuntimeError:
            # No folder to cache in: compiled once per process.
            made: Loop = njit(nogil=True)(loop)
            return made


def chosen(engine: str, plain: str, *, installed: bool, worthwhile: bool) -> bool:
    """Whether to take the compiled loop; `plain` names its twin, `auto` takes what is faster.

    Raises WrongShapeError for another name, and for numba where it is not installed.
    """
    if engine not in ("auto", "numba", plain):
        raise WrongShapeError(f"expected engine auto, numba or {plain}, got {engine!r}")
    if engine == "numba" and not installed:
        raise WrongShapeError(
            "expected numba to be installed for engine='numba': install the extra 'scale' or use"
            " 'auto'"
        )
    return engine == "numba" or (engine == "auto" and installed and worthwhile)


@compiled
def _squared_distance(px: float, py: float, segments: Floats, which: int) -> float:
    """Squared distance in m2 from a point to a straight piece."""
    x1, y1 = segments[which, 0], segments[which, 1]
    dx, dy = segments[which, 2] - x1, segments[which, 3] - y1
    length2 = dx * dx + dy * dy
    along = (px - x1) * dx + (py - y1) * dy
    along = along / length2 if length2 > 0.0 else along / 1.0
    along = min(max(along, 0.0), 1.0)
    off_x, off_y = px - (x1 + along * dx), py - (y1 + along * dy)
    squared: float = off_x * off_x + off_y * off_y
    return squared


@compiled
def nearest_pieces(
    x: Floats,
    y: Floats,
    segments: Floats,
    start: Ints,
    piece: Ints,
    west: float,
    south: float,
    cell_m: float,
    columns: int,
    rows: int,
    rings: int,
) -> tuple[Ints, Floats]:
    """Nearest straight piece per point (-1: none within `rings` cells), squared distance in m2."""
    count = len(x)
    best = np.full(count, -1, dtype=np.int64)
    distance2 = np.full(count, np.inf)
    for point in range(count):
        px, py = x[point], y[point]
        column = int(np.floor((px - west) / cell_m))
        line = int(np.floor((py - south) / cell_m))
        least, lowest = np.inf, -1
        for ring in range(1, rings + 1):
            for at in range(max(line - ring, 0), min(line + ring, rows - 1) + 1):
                whole = ring == 1 or at == line - ring or at == line + ring
                step = 1 if whole else 2 * ring
                for cell in range(column - ring, column + ring + 1, step):
                    if cell < 0 or cell >= columns:
                        continue
                    for slot in range(start[at * columns + cell], start[at * columns + cell + 1]):
                        which = piece[slot]
                        squared = _squared_distance(px, py, segments, which)
                        if squared < least or (squared == least and which < lowest):
                            least, lowest = squared, which
            if least <= (ring * cell_m) ** 2:
                break
        best[point], distance2[point] = lowest, least
    return best, distance2


@compiled
def nearest_among(
    x: Floats, y: Floats, segments: Floats, order: Ints, begin: Ints, count: Ints
) -> tuple[Floats, Ints]:
    """Squared distance in m2 per point to the nearest of its candidates, and which piece that is.

    The candidates of a point are `count` pieces of `order` from `begin` on; -1 without any.
    """
    points = len(x)
    best = np.full(points, -1, dtype=np.int64)
    distance2 = np.full(points, np.inf)
    for point in range(points):
        px, py = x[point], y[point]
        for slot in range(begin[point], begin[point] + count[point]):
            which = order[slot]
            squared = _squared_distance(px, py, segments, which)
            if squared < distance2[point]:
                distance2[point], best[point] = squared, which
    return distance2, best


@compiled
def _walk(
    indptr: Ints,
    neighbour: Ints,
    weight: Ints,
    source: int,
    limit: int,
    distance: Ints,
    paths: Floats,
    settled: Mask,
    order: Ints,
) -> int:
    """Dijkstra's walk from `source` up to `limit` mm: how many nodes it reaches.

    Writes their `order`, nearest first, their `distance` and the number of shortest `paths`.
    """
    count = 0
    distance[source] = 0
    paths[source] = 1.0
    heap = [(np.int64(0), np.int64(source))]
    while len(heap) > 0:
        away, node = heapq.heappop(heap)
        if settled[node]:
            continue
        settled[node] = True
        order[count] = node
        count += 1
        for slot in range(indptr[node], indptr[node + 1]):
            other = neighbour[slot]
            there = away + weight[slot]
            if there > limit or there > distance[other]:
                continue
            if there < distance[other]:
                distance[other] = there
                paths[other] = paths[node]
                heapq.heappush(heap, (there, np.int64(other)))
            else:
                paths[other] += paths[node]
    return count


@compiled
def brandes(
    indptr: Ints, neighbour: Ints, weight: Ints, node_length: Ints, radii: Ints
) -> tuple[Floats, Ints]:
    """Betweenness, and street length in reach, per node and radius (all in mm): Brandes (2001)
    within a walking distance.

    One walk per source to the largest radius serves the smaller ones as well, because every
    shortest route to a near node passes nearer nodes only.
    """
    nodes, kinds = len(indptr) - 1, len(radii)
    limit = radii[kinds - 1]
    between = np.zeros((nodes, kinds))
    reach = np.zeros((nodes, kinds), dtype=np.int64)
    far = np.int64(2**62)
    distance = np.full(nodes, far, dtype=np.int64)
    paths = np.zeros(nodes)
    share = np.zeros((nodes, kinds))
    settled = np.zeros(nodes, dtype=np.bool_)
    order = np.empty(nodes, dtype=np.int64)
    for source in range(nodes):
        count = _walk(indptr, neighbour, weight, source, limit, distance, paths, settled, order)
        reach[source] = node_length[source]
        for back in range(count - 1, 0, -1):
            node = order[back]
            away = distance[node]
            for kind in range(kinds):
                if away <= radii[kind]:
                    reach[source, kind] += node_length[node]
            for slot in range(indptr[node], indptr[node + 1]):
                other = neighbour[slot]
                if distance[other] + weight[slot] == away and distance[other] < away:
                    ratio = paths[other] / paths[node]
                    for kind in range(kinds):
                        if away <= radii[kind]:
                            share[other, kind] += ratio * (1.0 + share[node, kind])
            for kind in range(kinds):
                between[node, kind] += share[node, kind]
        for back in range(count):
            node = order[back]
            distance[node] = far
            paths[node] = 0.0
            settled[node] = False
            for kind in range(kinds):
                share[node, kind] = 0.0
    return between, reach


@compiled
def spread(
    indptr: Ints,
    neighbour: Ints,
    weight: Ints,
    sources: Ints,
    mass: Floats,
    limit: int,
    fade: float,
) -> Floats:
    """Masses of the sources within `limit` mm of each node, each times exp(-fade * distance)."""
    nodes = len(indptr) - 1
    total = np.zeros(nodes)
    far = np.int64(2**62)
    distance = np.full(nodes, far, dtype=np.int64)
    paths = np.zeros(nodes)
    settled = np.zeros(nodes, dtype=np.bool_)
    order = np.empty(nodes, dtype=np.int64)
    for which in range(len(sources)):
        count = _walk(
            indptr, neighbour, weight, sources[which], limit, distance, paths, settled, order
        )
        for at in range(count):
            node = order[at]
            total[node] += mass[which] * np.exp(-fade * distance[node])
            distance[node] = far
            settled[node] = False
    return total
