"""Inner loops that numba, where it is installed, makes fast; each has a numpy or scipy twin with
the same answers.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from geo.errors import WrongShapeError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
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
        """The loop in machine code, made at its first call and kept beside the program where that
        may be written.
        """
        # The lock of the interpreter is let go, so that places can be worked on side by side.
        try:
            cached: Loop = njit(nogil=True, cache=True)(loop)
            return cached
        except RuntimeError:
            # Nowhere to keep it: then it is made anew in every process.
            made: Loop = njit(nogil=True)(loop)
            return made


def chosen(engine: str, plain: str, *, installed: bool, worthwhile: bool) -> bool:
    """Whether the compiled loop is to be taken; `plain` names its twin, `auto` takes what is
    faster.

    Raises WrongShapeError for another name, and for numba asked for where it is not installed.
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
    """Per point the nearest straight piece (-1 when none within `rings` cells) and the squared
    distance in m2.
    """
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
                        x1, y1 = segments[which, 0], segments[which, 1]
                        dx, dy = segments[which, 2] - x1, segments[which, 3] - y1
                        length2 = dx * dx + dy * dy
                        along = (px - x1) * dx + (py - y1) * dy
                        along = along / length2 if length2 > 0.0 else along / 1.0
                        along = min(max(along, 0.0), 1.0)
                        off_x, off_y = px - (x1 + along * dx), py - (y1 + along * dy)
                        squared = off_x * off_x + off_y * off_y
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
    """Per point the squared distance in m2 to the nearest of its own straight pieces, those from
    `begin` on in `order`,
    and which piece that is: -1 without any.
    """
    points = len(x)
    best = np.full(points, -1, dtype=np.int64)
    distance2 = np.full(points, np.inf)
    for point in range(points):
        px, py = x[point], y[point]
        for slot in range(begin[point], begin[point] + count[point]):
            which = order[slot]
            x1, y1 = segments[which, 0], segments[which, 1]
            dx, dy = segments[which, 2] - x1, segments[which, 3] - y1
            length2 = dx * dx + dy * dy
            along = (px - x1) * dx + (py - y1) * dy
            along = along / length2 if length2 > 0.0 else along / 1.0
            along = min(max(along, 0.0), 1.0)
            off_x, off_y = px - (x1 + along * dx), py - (y1 + along * dy)
            squared = off_x * off_x + off_y * off_y
            if squared < distance2[point]:
                distance2[point], best[point] = squared, which
    return distance2, best


@compiled
def brandes(  # noqa: C901 (one numba kernel whose three walks share their arrays)
    indptr: Ints, neighbour: Ints, weight: Ints, node_length: Ints, radii: Ints
) -> tuple[Floats, Ints]:
    """Betweenness, and street length in reach, per node and radius (all in mm): Brandes 2001 within
    a walking distance.

    One walk per source to the largest radius serves the smaller ones as well,
    because every shortest route to a near node passes nearer nodes only.
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
        count = 0
        distance[source] = 0
        paths[source] = 1.0
        heap = [(np.int64(0), np.int64(source))]
        while len(heap) > 0:
            here, node = heapq.heappop(heap)
            if settled[node]:
                continue
            settled[node] = True
            order[count] = node
            count += 1
            for slot in range(indptr[node], indptr[node + 1]):
                other = neighbour[slot]
                there = here + weight[slot]
                if there > limit or there > distance[other]:
                    continue
                if there < distance[other]:
                    distance[other] = there
                    paths[other] = paths[node]
                    heapq.heappush(heap, (there, np.int64(other)))
                else:
                    paths[other] += paths[node]
        for back in range(count - 1, -1, -1):
            node = order[back]
            here = distance[node]
            for kind in range(kinds):
                if here <= radii[kind]:
                    reach[source, kind] += node_length[node]
            for slot in range(indptr[node], indptr[node + 1]):
                other = neighbour[slot]
                if distance[other] + weight[slot] == here and distance[other] < here:
                    ratio = paths[other] / paths[node]
                    for kind in range(kinds):
                        if here <= radii[kind]:
                            share[other, kind] += ratio * (1.0 + share[node, kind])
            if node != source:
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
    """Per node the masses of the sources within `limit` mm, each times exp(-fade x
    distance in mm).
    """
    nodes = len(indptr) - 1
    total = np.zeros(nodes)
    far = np.int64(2**62)
    distance = np.full(nodes, far, dtype=np.int64)
    settled = np.zeros(nodes, dtype=np.bool_)
    order = np.empty(nodes, dtype=np.int64)
    for which in range(len(sources)):
        count = 0
        source = sources[which]
        distance[source] = 0
        heap = [(np.int64(0), np.int64(source))]
        while len(heap) > 0:
            here, node = heapq.heappop(heap)
            if settled[node]:
                continue
            settled[node] = True
            order[count] = node
            count += 1
            for slot in range(indptr[node], indptr[node + 1]):
                other = neighbour[slot]
                there = here + weight[slot]
                if there <= limit and there < distance[other]:
                    distance[other] = there
                    heapq.heappush(heap, (there, np.int64(other)))
        for at in range(count):
            node = order[at]
            total[node] += mass[which] * np.exp(-fade * distance[node])
            distance[node] = far
            settled[node] = False
    return total
