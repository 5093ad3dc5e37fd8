"""Where spending goes: each origin divided over all sites by their size and the cost to get there.

D. L. Huff, "A probabilistic analysis of shopping center trade areas", Land Economics 39 (1963), and
"Defining and estimating a trading area", Journal of Marketing 28 (1964).

The rules, the same for every function here:
- a site with zero attraction gets 0; when all have zero attraction that is an error;
- a cost below `floor` counts as the floor; without one, a cost of 0 counts as half the smallest
  positive cost, or all sites as equally near where every cost is 0;
- an origin without demand contributes 0; a single site gets everything;
- missing, endless or negative values raise and name their place, so that no NaN comes out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.arrays import Floats
from geo.calibration import HuffFit, HuffInterval, fit, interval
from geo.decay import (
    SAFE_EXPONENT,
    Law,
    Singles,
    Source,
    block_rows_for,
    checked,
    default_floor,
    exact_weights,
    fade,
    log2_pull,
    raised,
    require_floor,
    require_law,
    require_parameter,
    source_of,
)
from geo.errors import MissingValueError, WrongShapeError

__all__ = [
    "Decay",
    "HuffFit",
    "HuffInterval",
    "allocate",
    "allocate_stream",
    "fit",
    "interval",
    "prepare",
    "shares",
]

Precision = Literal["auto", "single", "double"]
Cost = ArrayLike | tuple[ArrayLike, ArrayLike]

# Up to here float64 takes a few milliseconds: no reason to round.
PAIRS_IN_DOUBLE = 2**18
# A row whose float32 weights sum to less has lost its digits, for instance when its near sites
# close.
FAINT = np.float32(2.0**-100)


def shares(
    attraction: ArrayLike,
    cost: Cost,
    *,
    alpha: float = 1.0,
    beta: float = 2.0,
    decay: Law = "power",
    floor: float | None = None,
) -> Floats:
    """Share of each site (column) in the spending of each origin (row), 0 to 1; rows sum to 1.

    Share is attraction**alpha * f(cost) over the row's sum; f is cost**-beta for `power` and
    exp(-beta * cost) for `exponential` (Huff 1963, 1964). `cost` is a matrix or a tuple
    (origins[N, 2], sites[M, 2]) of coordinates, in metres.

    `attraction` is `[M]`, 0 or more; `cost` `[N, M]` in any one unit; the result `[N, M]`.
    Raises WrongShapeError, NegativeValueError or MissingValueError on what is not, and
    NoAttractionError where no site has attraction.

    >>> shares([100.0, 300.0], [[1.0, 1.0], [1.0, 2.0]]).round(3).tolist()
    [[0.25, 0.75], [0.571, 0.429]]
    """
    sizes, law = _checked_model(attraction, alpha, beta, decay, floor)
    source = source_of(cost, _rows_of(cost), sizes.size)
    return _shares(source, log2_pull(sizes, alpha), beta, law, floor)


def allocate(
    demand: ArrayLike,
    attraction: ArrayLike,
    cost: Cost,
    *,
    alpha: float = 1.0,
    beta: float = 2.0,
    decay: Law = "power",
    floor: float | None = None,
    block_rows: int | None = None,
    precision: Precision = "auto",
) -> Floats:
    """Spending that reaches each site, in the unit of `demand`; the sum equals the sum of demand.

    Needs the memory of one block of origins beyond its inputs (by default about 2**18 pairs, at
    most 2,048 origins). Above 2**18 pairs `auto` calculates the blocks in float32, within 1e-5 of
    the float64 totals (4e-7 is usual), and adds them up in float64.

    `demand` is `[N]`, `attraction` and the result `[M]`, `cost` as for `shares`, which says also
    what is raised and by whom the model is.

    >>> allocate([100.0, 50.0], [100.0, 300.0], [[1.0, 1.0], [2.0, 2.0]]).round(6).tolist()
    [37.5, 112.5]
    """
    sizes, law = _checked_model(attraction, alpha, beta, decay, floor)
    spending = checked(demand, "demand", (None,))
    source = source_of(cost, spending.size, sizes.size)
    model = _Model(log2_pull(sizes, alpha), beta, law, block_rows, precision)
    return _divide(spending, source, model, floor)


def allocate_stream(
    blocks: Iterable[tuple[ArrayLike, ArrayLike]],
    attraction: ArrayLike,
    *,
    sites: ArrayLike | None = None,
    alpha: float = 1.0,
    beta: float = 2.0,
    decay: Law = "power",
    floor: float | None = None,
    block_rows: int | None = None,
    precision: Precision = "single",
) -> Floats:
    """Spending that reaches each site, from origins that arrive in pieces and are never held at
    once.

    Each piece is (demand[n], cost[n, M]) or, with `sites`, (demand[n], origins[n, 2]). A stream
    cannot be searched for its smallest cost, so a cost of 0 needs a `floor` here.
    """
    sizes, law = _checked_model(attraction, alpha, beta, decay, floor)
    model = _Model(log2_pull(sizes, alpha), beta, law, block_rows, precision)
    totals = np.zeros(sizes.size)
    for piece in blocks:
        demand, travel = piece
        spending = checked(demand, "demand", (None,))
        travel_to = travel if sites is None else (travel, sites)
        source = source_of(travel_to, spending.size, sizes.size)
        totals += _divide(spending, source, model, floor, in_stream=True)
    return totals


@dataclass(frozen=True, slots=True)
class Decay:
    """The decay of every site at every origin, stored so that new floor areas cost one memory pass.

    Holds 4 bytes per pair, and the costs it was made from without copying them.
    """

    source: Source
    beta: float
    law: Law
    floor: float | None
    blocks: tuple[Singles, ...]

    def allocate(self, demand: ArrayLike, attraction: ArrayLike, *, alpha: float = 1.0) -> Floats:
        """Spending that reaches each site with these attractions; sums to the sum of demand."""
        sizes, _ = _checked_model(attraction, alpha, self.beta, self.law, self.floor)
        spending = checked(demand, "demand", (None,))
        if (spending.size, sizes.size) != self.source.shape:
            raise WrongShapeError(
                f"expected demand of {self.source.shape[0]} origins and attraction of"
                f" {self.source.shape[1]} sites, got {spending.size} and {sizes.size}: prepare"
                " again after adding one"
            )
        pull = log2_pull(sizes, alpha)
        rows = len(self.blocks[0]) if self.blocks else 1
        model = _Model(pull, self.beta, self.law, rows, "single")
        return _divide(spending, self.source, model, self.floor, stored=self.blocks)

    def shares(self, attraction: ArrayLike, *, alpha: float = 1.0) -> Floats:
        """Share of each site in each origin, 0 to 1, in float64 from the costs; rows sum to 1."""
        sizes, _ = _checked_model(attraction, alpha, self.beta, self.law, self.floor)
        return _shares(self.source, log2_pull(sizes, alpha), self.beta, self.law, self.floor)


def prepare(
    cost: Cost,
    *,
    beta: float = 2.0,
    decay: Law = "power",
    floor: float | None = None,
    block_rows: int | None = None,
) -> Decay:
    """The decay of every pair, for reuse with other attractions or demand (see `Decay`)."""
    require_law(decay)
    require_floor(floor)
    source = source_of(cost, _rows_of(cost), _sites_of(cost))
    rows = _checked_rows(block_rows, source.shape[1])
    level = np.zeros(source.shape[1])
    spare = source.block(min(rows, source.shape[0]))
    blocks = []
    for start in range(0, source.shape[0], rows):
        out = source.block(min(rows, source.shape[0] - start))
        odd = fade(
            source,
            out,
            spare[: len(out)],
            start,
            beta=require_parameter(beta, "beta"),
            law=decay,
            floor=floor,
        )
        if odd.size:
            reached, floor = raised(source.exact(start + odd), floor, lambda: default_floor(source))
            out[odd] = exact_weights(reached, level, beta, decay)
        out.setflags(write=False)
        blocks.append(out)
    return Decay(source, float(beta), decay, floor, tuple(blocks))


@dataclass(frozen=True, slots=True)
class _Model:
    pull: Floats
    beta: float
    law: Law
    block_rows: int | None
    precision: Precision


def _shares(source: Source, pull: Floats, beta: float, law: Law, floor: float | None) -> Floats:
    cost, _ = raised(source.exact(slice(None)), floor, lambda: default_floor(source))
    if not len(cost):
        return cost
    weights = exact_weights(cost, pull, beta, law)
    weights /= weights.sum(axis=1, keepdims=True)
    return weights


def _divide(
    demand: Floats,
    source: Source,
    model: _Model,
    floor: float | None,
    *,
    in_stream: bool = False,
    stored: tuple[Singles, ...] = (),
) -> Floats:
    """Spending per site, block after block."""
    origins, sites = source.shape
    rows = _checked_rows(model.block_rows, sites)
    totals = np.zeros(sites)
    single = _in_single(model, origins * sites)
    strength = np.exp2(model.pull).astype(np.float32)

    def find_floor() -> float:
        if in_stream:
            raise MissingValueError(
                "floor: expected a cost above 0 for streamed origins that hold a cost of 0, got"
                " None"
            )
        return default_floor(source)

    # Two blocks to write in, where the costs are not kept.
    room = [source.block(min(rows, origins)) for _ in range(2 if single and not stored else 0)]
    for start in range(0, origins, rows):
        block = demand[start : start + rows]
        exact = np.arange(start, start + len(block))
        if single:
            if stored:
                weights, odd = stored[start // rows], np.empty(0, dtype=np.intp)
            else:
                weights, scratch = (space[: len(block)] for space in room)
                odd = fade(
                    source, weights, scratch, start, beta=model.beta, law=model.law, floor=floor
                )
            part, faint = _divide_block(block, weights, strength, odd)
            totals += part
            exact = start + faint
        if exact.size:
            cost, floor = raised(source.exact(exact), floor, find_floor)
            pairs = exact_weights(cost, model.pull, model.beta, model.law)
            totals += (demand[exact] / pairs.sum(axis=1)) @ pairs
    return totals


def _divide_block(
    demand: Floats, weights: Singles, strength: Singles, odd: NDArray[np.intp]
) -> tuple[Floats, NDArray[np.intp]]:
    """Totals of one block in float64, and the rows that float32 cannot hold, which are left out."""
    sums = weights @ strength
    if odd.size:
        sums[odd] = 0.0
    if sums.min() < FAINT:
        odd = np.flatnonzero(sums < FAINT)
        demand = demand.copy()
        demand[odd] = 0.0
        sums[odd] = 1.0
    largest = demand.max()
    if largest == 0.0:
        return np.zeros(strength.size), odd
    per_weight = (demand / largest).astype(np.float32)
    per_weight /= sums
    part = (per_weight @ weights).astype(np.float64) * strength
    # The block's own demand is divided: float32 decides only in which proportion.
    return part * (demand.sum() / part.sum()), odd


def _in_single(model: _Model, pairs: int) -> bool:
    if model.precision not in get_args(Precision):
        raise WrongShapeError(
            f"precision: expected one of {', '.join(get_args(Precision))}, got {model.precision!r}"
        )
    if model.precision == "double" or (model.precision == "auto" and pairs <= PAIRS_IN_DOUBLE):
        return False
    # Sizes further apart than float32 products can hold go the exact way as a whole.
    return bool(model.pull.min(where=np.isfinite(model.pull), initial=0.0) > -SAFE_EXPONENT)


def _checked_model(
    attraction: ArrayLike, alpha: float, beta: float, decay: Law, floor: float | None
) -> tuple[Floats, Law]:
    require_law(decay)
    require_floor(floor)
    require_parameter(alpha, "alpha")
    require_parameter(beta, "beta")
    sizes = checked(attraction, "attraction", (None,))
    if sizes.size == 0:
        raise WrongShapeError("attraction: expected at least one site, got none")
    return sizes, decay


def _checked_rows(block_rows: int | None, sites: int) -> int:
    if block_rows is None:
        return block_rows_for(sites)
    if not isinstance(block_rows, int | np.integer) or block_rows < 1:
        raise WrongShapeError(f"block_rows: expected a whole number of 1 or more, got {block_rows}")
    return int(block_rows)


def _rows_of(cost: Cost) -> int:
    origins = np.asarray(cost[0] if isinstance(cost, tuple) and cost else cost)
    return origins.shape[0] if origins.ndim else 0


def _sites_of(cost: Cost) -> int:
    if isinstance(cost, tuple) and cost:
        return _rows_of(cost[-1:])
    matrix = np.asarray(cost)
    return matrix.shape[1] if matrix.ndim == 2 else 0
