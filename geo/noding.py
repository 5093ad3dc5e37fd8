"""Lines split where they share a vertex: the step under both sections and network."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from geo.arrays import Floats, Ints
from geo.errors import MissingValueError

_LINE = int(shapely.GeometryType.LINESTRING)


@dataclass(frozen=True, slots=True)
class Pieces:
    """Straight pieces between vertices. One vertex is one place to the millimetre, however many
    lines pass it.

    A piece that occurs twice is kept once. `use_piece` and `use_row` tell which rows use which
    piece, so that a doubled line still finds its own.
    """

    xy: Floats
    ends: Ints
    length_mm: Ints
    row: Ints
    use_piece: Ints
    use_row: Ints
    ring_vertex: Ints
    ring_row: Ints

    def users(self) -> Ints:
        """Per piece a number that stands for the rows using it, the same wherever the
        same rows do.
        """
        pair = np.unique(np.column_stack([self.use_piece, self.use_row]), axis=0)
        number, several = self.row.copy(), np.bincount(pair[:, 0], minlength=len(self.ends)) > 1
        if not several.any():
            return number
        shared = pd.DataFrame(pair[several[pair[:, 0]]], columns=["piece", "row"])
        together = shared.groupby("piece")["row"].agg(tuple)
        number[together.index] = self.row.max(initial=0) + 1 + pd.factorize(together)[0]
        return number


@dataclass(frozen=True, slots=True)
class Chains:
    """Runs of pieces between break vertices: the run of each piece, both ends of each run."""

    of_piece: Ints
    ends: Ints

    def __len__(self) -> int:
        return len(self.ends)


def pieces(geometries: NDArray[np.object_]) -> Pieces:
    """The pieces of the lines, and the rim vertices of the areas, of an array of geometries.

    Anything that is neither line nor area, and what is missing or empty, brings nothing.
    Lines that cross without a shared vertex stay apart: one is a bridge.
    """
    flat = shapely.force_2d(geometries) if shapely.has_z(geometries).any() else geometries
    dimension = shapely.get_dimensions(flat)
    # A square counts by its rim; its holes do not matter to those who walk on to it.
    areas = np.flatnonzero(dimension == 2)
    drawn = flat[dimension == 1]
    single = bool((shapely.get_type_id(drawn) == _LINE).all())
    line_parts, line_row = (
        (drawn, np.arange(len(drawn))) if single else shapely.get_parts(drawn, return_index=True)
    )
    area_parts, area_row = shapely.get_parts(flat[areas], return_index=True)
    lines = np.flatnonzero(dimension == 1)
    line_xy, line_of = shapely.get_coordinates(line_parts, return_index=True)
    rim_xy, rim_of = shapely.get_coordinates(
        shapely.get_exterior_ring(area_parts), return_index=True
    )

    require_finite(np.concatenate([line_xy, rim_xy]))
    xy, vertex = _vertices(np.concatenate([line_xy, rim_xy]))
    on_line, on_rim = vertex[: len(line_xy)], vertex[len(line_xy) :]
    joined = line_of[1:] == line_of[:-1]
    ends = np.sort(np.column_stack([on_line[:-1], on_line[1:]])[joined], axis=1)
    row = lines[line_row][line_of[:-1][joined]]
    moves = ends[:, 0] != ends[:, 1]
    ends, row = ends[moves], row[moves]

    _, first, use_piece = np.unique(
        ends[:, 0] * max(len(xy), 1) + ends[:, 1], return_index=True, return_inverse=True
    )
    ends_once = ends[first]
    steps = xy[ends_once[:, 0]] - xy[ends_once[:, 1]]
    rim = np.unique(np.column_stack([areas[area_row][rim_of], on_rim]), axis=0)
    return Pieces(
        xy=xy,
        ends=ends_once,
        length_mm=to_mm(np.hypot(steps[:, 0], steps[:, 1])),
        row=row[first],
        use_piece=use_piece.astype(np.int64),
        use_row=row,
        ring_vertex=rim[:, 1],
        ring_row=rim[:, 0],
    )


def chains(noded: Pieces, attribute: Ints) -> Chains:
    """Runs of pieces with one attribute, split at junctions, ends, rims and changes."""
    count, vertices = len(noded.ends), len(noded.xy)
    meeting = np.concatenate([noded.ends[:, 0], noded.ends[:, 1]])
    order = np.argsort(meeting, kind="stable")
    piece = order % max(count, 1)
    degree = np.bincount(meeting, minlength=vertices)
    start = np.concatenate([[0], np.cumsum(degree)])

    through = degree == 2
    through[noded.ring_vertex] = False
    at = np.flatnonzero(through)
    first, other = piece[start[at]], piece[start[at] + 1]
    same = attribute[first] == attribute[other]
    through[at[~same]] = False
    links = coo_matrix((np.ones(int(same.sum())), (first[same], other[same])), shape=(count, count))
    number, label = connected_components(links, directed=False)

    broken = ~through[meeting[order]]
    run, vertex = label[piece[broken]], meeting[order][broken]
    by_run = np.argsort(run, kind="stable")
    run, vertex = run[by_run], vertex[by_run]
    # A ring without any junction has no end; it starts and stops at its first vertex.
    ends = np.full((number, 2), vertices, dtype=np.int64)
    np.minimum.at(ends[:, 0], label, noded.ends[:, 0])
    ends[:, 1] = ends[:, 0]
    starts = np.flatnonzero(np.diff(run, prepend=-1))
    ends[run[starts], 0] = vertex[starts]
    ends[run[starts], 1] = vertex[starts + 1]
    return Chains(of_piece=label.astype(np.int64), ends=ends)


def require_finite(xy: Floats) -> None:
    """Raise MissingValueError unless every coordinate is a number."""
    nowhere = ~np.isfinite(xy).all(axis=1)
    if nowhere.any():
        raise MissingValueError(
            f"expected numbers for the coordinates of streets, got {int(nowhere.sum())} vertices"
            " endless or missing: read the source again"
        )


def to_mm(length_m: Floats) -> Ints:
    """Whole millimetres, at least 1, so that sums do not depend on the order of adding."""
    return np.maximum(np.rint(length_m * 1000.0).astype(np.int64), 1)


def _vertices(xy: Floats) -> tuple[Floats, Ints]:
    if not len(xy):
        return np.empty((0, 2)), np.empty(0, dtype=np.int64)
    cell = np.rint(xy * 1000.0).astype(np.int64)
    cell -= cell.min(axis=0)
    key = cell[:, 0] * (cell[:, 1].max() + 1) + cell[:, 1]
    _, first, inverse = np.unique(key, return_index=True, return_inverse=True)
    return xy[first], inverse.astype(np.int64)
