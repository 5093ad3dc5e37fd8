"""How the pull of a site fades with cost, calculated in blocks that fit the processor's cache.

Weights are powers of two until the last step, so that no unit of cost overflows. Blocks are
float32; a row that float32 cannot hold is repeated in float64.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from geo.arrays import Floats, Mask
from geo.errors import MissingValueError, NegativeValueError, NoAttractionError, WrongShapeError

Law = Literal["power", "exponential"]
Singles = NDArray[np.float32]

# Pairs in one block: 1 MB of float32, which stays in the cache next to one scratch block.
PAIRS_PER_BLOCK = 2**18
# Exponents of two within which float32 products and their sums stay normal numbers.
SAFE_EXPONENT = 60.0
WIDEST = 100.0
# The smallest normal float32: beyond it exp2 is slow and the share is nil anyway.
FADED = -126.0
# Above this a square or a product of two inputs leaves float64.
LARGEST = 1e150
TINY = float(np.finfo(np.float64).tiny)
LOG2_E = float(np.log2(np.e))


def checked(values: ArrayLike, name: str, shape: tuple[int | None, ...]) -> Floats:
    """The values as float64, all known, finite and 0 or more; `None` in `shape` is any size."""
    array = _floats(values).astype(np.float64, copy=False)
    require_shape(array, name, shape)
    require_amounts(array, name)
    return array


def _floats(values: ArrayLike) -> NDArray[np.floating]:
    """The values as float32 or float64, else converted to float64; masked values become NaN."""
    if isinstance(values, pd.DataFrame | pd.Series):
        return values.to_numpy(dtype=np.float64, na_value=np.nan)
    if isinstance(values, np.ma.MaskedArray):
        # What lies under a mask is a gap, whatever number is left there.
        result: NDArray[np.floating] = np.ma.filled(values.astype(np.float64), np.nan)
        return result
    array = np.asarray(values)
    if np.iscomplexobj(array):
        raise WrongShapeError(f"expected real numbers, got {array.dtype}")
    return array if array.dtype in (np.float32, np.float64) else array.astype(np.float64)


def require_shape(array: NDArray[np.floating], name: str, shape: tuple[int | None, ...]) -> None:
    """Raises WrongShapeError unless the array has this shape."""
    fits = array.ndim == len(shape) and all(
        want is None or want == got for want, got in zip(shape, array.shape, strict=True)
    )
    if not fits:
        wanted = " x ".join("any" if size is None else str(size) for size in shape)
        got = " x ".join(map(str, array.shape)) or "a single number"
        raise WrongShapeError(f"{name}: expected {wanted} values, got {got}")


def require_amounts(array: NDArray[np.floating], name: str) -> None:
    """Raises unless every value is known, 0 or more and not beyond 1e150."""
    if array.size == 0 or (array.min() >= 0.0 and array.max() <= LARGEST):
        return
    unknown = np.isnan(array) | (array > LARGEST)
    if unknown.any():
        where, value = _first(array, unknown)
        raise MissingValueError(
            f"{name}: expected known values up to {LARGEST:g}, got {value} at {where}: fill it in"
            " or leave it out"
        )
    where, value = _first(array, array < 0.0)
    raise NegativeValueError(f"{name}: expected 0 or more, got {value} at {where}")


def _first(array: NDArray[np.floating], mask: Mask) -> tuple[str, float]:
    where = np.argwhere(mask)[0]
    return f"[{', '.join(map(str, where))}]", float(array[tuple(where)])


def require_parameter(value: float, name: str) -> float:
    """The parameter as float; raises unless it is a known number from 0 to 1e150."""
    number = float(value)
    if np.isnan(number) or number > LARGEST:
        raise MissingValueError(f"{name}: expected a known number, got {number}")
    if number < 0.0:
        raise NegativeValueError(
            f"{name}: expected 0 or more, got {number}: give it without the minus sign"
        )
    return number


def require_law(decay: str) -> None:
    """Raises WrongShapeError for a decay this module does not know."""
    if decay not in get_args(Law):
        raise WrongShapeError(f"decay: expected one of {', '.join(get_args(Law))}, got {decay!r}")


def require_floor(floor: float | None) -> None:
    """Raises NegativeValueError for a floor that is not above 0."""
    if floor is not None and require_parameter(floor, "floor") == 0.0:
        raise NegativeValueError(
            "floor: expected a cost above 0, got 0: leave it out for half the smallest positive"
            " cost"
        )


def log2_pull(attraction: Floats, alpha: float) -> Floats:
    """Log2 of each site's attraction**alpha relative to the largest; -inf at zero attraction."""
    alive = attraction > 0.0
    if not alive.any():
        raise NoAttractionError(
            f"attraction: expected at least one site above 0, got {attraction.size} of 0: spending"
            " has nowhere to go"
        )
    pull = np.full(attraction.shape, -np.inf)
    np.log2(attraction, out=pull, where=alive)
    # 0 * -inf is undefined: a site without attraction stays at 0 for alpha = 0 too.
    np.multiply(pull, alpha, out=pull, where=alive)
    result: Floats = pull - pull.max()
    return result


@dataclass(frozen=True, slots=True)
class CostMatrix:
    """Costs given as a table of origins by sites, float32 or float64."""

    cost: NDArray[np.floating]

    @property
    def shape(self) -> tuple[int, int]:
        """Numbers of origins and sites."""
        return self.cost.shape[0], self.cost.shape[1]

    def exact(self, rows: slice | NDArray[np.intp]) -> Floats:
        """Checked costs of these origins in float64, not yet raised to the floor."""
        cost = self.cost[rows].astype(np.float64)
        require_amounts(cost, "cost")
        return cost

    def block(self, rows: int) -> Singles:
        """Room for one block, laid out as the matrix is."""
        return np.empty((rows, self.shape[1]), dtype=np.float32)

    def fill(self, out: Singles, spare: Singles, start: int, law: Law) -> tuple[float, float]:
        """Writes cost / unit of the origins from `start`; returns the unit and the power of the
        cost, 1.
        """
        cost = self.cost[start : start + len(out)]
        # A power of two near the first row's costs: scaling by it is free of rounding.
        unit = _power_of_two(float(cost[0].max()))
        np.multiply(cost, 1.0 / unit, out=out, casting="same_kind")
        return unit, 1.0


@dataclass(frozen=True, slots=True)
class Points:
    """Costs as straight distances, in metres where both ends are in RD; never stored as a table."""

    origins: NDArray[np.floating]
    sites: Floats

    @property
    def shape(self) -> tuple[int, int]:
        """Numbers of origins and sites."""
        return len(self.origins), len(self.sites)

    def exact(self, rows: slice | NDArray[np.intp]) -> Floats:
        """Checked distances of these origins in float64, not yet raised to the floor."""
        origins = self.origins[rows].astype(np.float64)
        require_known_points(origins, "origins")
        dx = np.subtract.outer(origins[:, 0], self.sites[:, 0])
        dy = np.subtract.outer(origins[:, 1], self.sites[:, 1])
        return np.hypot(dx, dy, out=dx)

    def block(self, rows: int) -> Singles:
        """Room for one block, seen as origins by sites but stored site after site: long inner
        loops.
        """
        return np.empty((self.shape[1], rows), dtype=np.float32).T

    def fill(self, out: Singles, spare: Singles, start: int, law: Law) -> tuple[float, float]:
        """Writes (distance / unit)**power of the origins from `start`; returns unit and power.

        The power law needs no root: power 2. Coordinates count from the sites' middle, because
        float32 holds a national RD coordinate to 3 cm only.
        """
        middle = (self.sites.min(axis=0) + self.sites.max(axis=0)) / 2.0
        origins = self.origins[start : start + len(out)] - middle
        sites = self.sites - middle
        unit = _power_of_two(float(max(np.abs(origins).max(), np.abs(sites).max())))
        x, y = (origins / unit).astype(np.float32).T
        site_x, site_y = (sites / unit).astype(np.float32).T
        np.subtract(x[:, None], site_x, out=out)
        np.multiply(out, out, out=out)
        np.subtract(y[:, None], site_y, out=spare)
        np.multiply(spare, spare, out=spare)
        np.add(out, spare, out=out)
        if law == "power":
            return unit, 2.0
        np.sqrt(out, out=out)
        return unit, 1.0


def require_known_points(points: NDArray[np.floating], name: str) -> None:
    """Raises MissingValueError unless every coordinate is a known number."""
    if points.size and not np.abs(points).max() <= LARGEST:
        where, value = _first(points, ~(np.abs(points) <= LARGEST))
        raise MissingValueError(f"{name}: expected known coordinates, got {value} at {where}")


def _power_of_two(size: float) -> float:
    # A broken or zero size keeps unit 1: the rows concerned end in the exact path, which says why.
    return 2.0 ** float(np.floor(np.log2(size))) if TINY < size <= LARGEST else 1.0


Source = CostMatrix | Points


def source_of(cost: ArrayLike | tuple[ArrayLike, ArrayLike], origins: int, sites: int) -> Source:
    """The costs as matrix or, for a tuple of two, as points; only the shapes are checked here."""
    if isinstance(cost, tuple):
        if len(cost) != 2:
            raise WrongShapeError(
                f"cost: expected a matrix or (origins, sites), got a tuple of {len(cost)}"
            )
        origin_points, site_points = _floats(cost[0]), _floats(cost[1])
        require_shape(origin_points, "origins", (origins, 2))
        require_shape(site_points, "sites", (sites, 2))
        require_known_points(site_points, "sites")
        return Points(origin_points, site_points.astype(np.float64))
    matrix = _floats(cost)
    require_shape(matrix, "cost", (origins, sites))
    return CostMatrix(matrix)


def block_rows_for(sites: int) -> int:
    """Origins in one block of about 2**18 pairs: 2,048 at most."""
    return max(1, min(2048, PAIRS_PER_BLOCK // max(1, sites)))


def default_floor(source: Source) -> float:
    """Half the smallest positive cost; 1 where every cost is 0, since all sites are then equally
    near.

    It follows from the costs alone, so that no scenario moves it.
    """
    smallest = np.inf
    rows = block_rows_for(source.shape[1])
    for start in range(0, source.shape[0], rows):
        cost = source.exact(slice(start, start + rows))
        smallest = min(smallest, float(cost.min(where=cost > 0.0, initial=np.inf)))
    return max(smallest / 2.0, TINY) if np.isfinite(smallest) else 1.0


def raised(
    cost: Floats, floor: float | None, find: Callable[[], float]
) -> tuple[Floats, float | None]:
    """The costs raised to at least the floor, and that floor if it was needed.

    Without a given floor only a cost of 0 needs one: `find` is called then and not before.
    """
    if floor is None:
        if cost.size == 0 or cost.min() > 0.0:
            return cost, None
        floor = find()
    return np.maximum(cost, floor), floor


def exact_weights(cost: Floats, pull: Floats, beta: float, law: Law) -> Floats:
    """Weight of each pair in float64, at most 1 and 1 at the strongest site of each row."""
    if law == "power":
        exponent = np.log2(cost)
        exponent *= -beta
    else:
        # Against the nearest site first: what a far row has in common must not eat its digits.
        exponent = cost - cost.min(axis=1, keepdims=True)
        exponent *= -beta * LOG2_E
    exponent += pull
    exponent -= exponent.max(axis=1, keepdims=True)
    return np.exp2(exponent, out=exponent)


def fade(
    source: Source,
    out: Singles,
    spare: Singles,
    start: int,
    *,
    beta: float,
    law: Law,
    floor: float | None,
) -> NDArray[np.intp]:
    """Writes the decay of one block, each row up to a factor; returns the rows float32 cannot hold.

    Those rows hold 1 throughout afterwards and need `exact_weights`: rows with a missing, negative
    or zero cost are among them, so that these are found and named there.
    """
    with np.errstate(all="ignore"):
        unit, power = source.fill(out, spare, start, law)
        low = float(out.min())
        if floor is not None and 0.0 <= low < (least := (floor / unit) ** power):
            np.maximum(out, np.float32(least), out=out)
            low = float(out.min())
        slope = -beta / power if law == "power" else -beta * unit * LOG2_E
        reach = SAFE_EXPONENT / -slope if slope else LARGEST
        # Bounds on the nearest site of a row; a farther one may fade to nothing.
        nearest, farthest = 2.0**-WIDEST, 2.0**WIDEST
        if law == "power":
            reach = min(reach, WIDEST)
            nearest, reach = 2.0**-reach, 2.0**reach
        reach = min(reach, farthest)
        odd = np.empty(0, dtype=np.intp)
        fades_out = not (nearest <= low and float(out.max()) <= reach)
        if fades_out:
            row_low = out.min(axis=1)
            odd = np.flatnonzero(
                ~((row_low >= nearest) & (row_low <= reach) & (out.max(axis=1) <= farthest))
            )
            out[odd] = 1.0
        if law == "power":
            np.log2(out, out=out)
        np.multiply(out, np.float32(slope), out=out)
        if fades_out:
            np.maximum(out, np.float32(FADED), out=out)
        np.exp2(out, out=out)
    return odd
