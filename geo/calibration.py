"""Huff parameters found from observed shares or totals, and how sure they are.

How far the data scatter around the model is estimated from them, never assumed; an origin weighs as
much as its demand.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import fdtri

from geo.arrays import Floats
from geo.decay import Law, checked, default_floor, log2_pull, raised, require_law, source_of
from geo.errors import NegativeValueError, TooFewUnitsError, WrongShapeError
from geo.likelihood import (
    FitProblem,
    information,
    maximise,
    probabilities,
    profile,
    require_identified,
)

Cost = ArrayLike | tuple[ArrayLike, ArrayLike]

PARAMETERS = ("alpha", "beta", "delta")
# Printed survey shares are rounded: a row may miss 1 by this much before it is called incomplete.
ROUNDING = 0.02
FEWEST_TO_RESAMPLE = 5


@dataclass(frozen=True, slots=True)
class HuffFit:
    """Parameters that fit best; r2 and mape (0.1 is 10 per cent) compare n observed shares with the
    model's.

    `at_bound` names what stopped at a bound: read it as "at least" or "at most". `attraction` holds
    the sizes used, with those that were looked for filled in.
    """

    alpha: float
    beta: float
    r2: float
    mape: float
    n: int
    converged: bool
    delta: float
    at_bound: tuple[str, ...]
    attraction: Floats = field(compare=False, repr=False)
    problem: FitProblem = field(compare=False, repr=False)
    top: Floats = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class HuffInterval:
    """Low and high of each parameter and of each share; a parameter kept fixed has its value twice.

    A flow's interval is the origin's demand times `share_low[N, M]` and `share_high[N, M]`.
    """

    level: float
    alpha: tuple[float, float]
    beta: tuple[float, float]
    delta: tuple[float, float]
    attraction_low: Floats = field(compare=False, repr=False)
    attraction_high: Floats = field(compare=False, repr=False)
    share_low: Floats = field(compare=False, repr=False)
    share_high: Floats = field(compare=False, repr=False)


def fit(
    demand: ArrayLike,
    attraction: ArrayLike,
    cost: Cost,
    *,
    totals: ArrayLike | None = None,
    shares: ArrayLike | None = None,
    decay: Law = "power",
    free: Collection[str] = ("alpha", "beta"),
    fixed: Mapping[str, float] | None = None,
    bounds: Mapping[str, tuple[float, float]] | None = None,
    attraction_range: tuple[ArrayLike, ArrayLike] | None = None,
    accessibility: ArrayLike | None = None,
    floor: float | None = None,
) -> HuffFit:
    """The parameters under which the observed shares [N, M], or totals [M], are likeliest.

    `totals` are compared as shares of their sum, so their unit may differ from that of `demand`;
    rows of `shares` add up to 1. What is not in `free` keeps its value in `fixed` (else alpha 1,
    beta 2 or 2 / mean cost, delta 0). `attraction_range` (low[M], high[M]) frees the size of sites
    whose low and high differ. `delta` is the exponent of `accessibility` (`geo.competition`).

    Raises NotIdentifiedError when the data say nothing about a free parameter, TooFewUnitsError
    when there are fewer independent observations than free parameters.

    >>> from geo import huff
    >>> size, cost = [100.0, 300.0, 200.0], [[1.0, 2.0, 4.0], [3.0, 1.0, 2.0]]
    >>> seen = huff.shares(size, cost, alpha=1.0, beta=1.5)
    >>> round(fit([10.0, 20.0], size, cost, shares=seen).beta, 3)
    1.5
    """
    require_law(decay)
    spending = _spending(demand)
    sizes, size_low, size_high = _sizes(attraction, attraction_range)
    source = source_of(cost, spending.size, sizes.size)
    reached, _ = raised(source.exact(slice(None)), floor, lambda: default_floor(source))
    values, limits = _values_and_limits(decay, reached, free, fixed, bounds)
    open_sites = np.flatnonzero(size_low != size_high)
    low, high = (
        np.append([limits[name][end] for name in limits], np.log(size[open_sites]))
        for end, size in enumerate((size_low, size_high))
    )
    log_size = log2_pull(sizes, 1.0) * np.log(2.0) + np.log(sizes.max())
    start = np.append([values[name] for name in limits], log_size[open_sites])
    problem = FitProblem(
        weight=spending / spending.sum(),
        log_size=log_size,
        distance=np.log(reached) if decay == "power" else reached,
        access=_log_access(accessibility, sizes.size),
        observed=_observed(totals, shares, spending, sizes),
        names=(*limits, *(f"attraction[{site}]" for site in open_sites)),
        open_sites=tuple(open_sites.tolist()),
        fixed=values,
        start=np.clip(start, low, high),
        low=low,
        high=high,
    )
    _require_enough(problem)
    top, _, converged = maximise(problem, problem.start, problem.weight, search=True)
    return _summary(problem, top, converged)


def interval(
    fitted: HuffFit,
    *,
    method: Literal["profile", "bootstrap"] = "profile",
    level: float = 0.95,
    draws: int = 200,
    seed: int = 0,
) -> HuffInterval:
    """Interval of each parameter and each share of this fit, at this level.

    `profile` follows the likelihood down from its top, scaled by the observed scatter; shares then
    come from draws around the top. `bootstrap` resamples origins and fits each draw: it needs
    shares per origin, of at least 5 origins. The scatter of single flows is not part of either.
    """
    if method not in ("profile", "bootstrap") or not 0.0 < level < 1.0 or draws < 2:
        raise WrongShapeError(
            "expected method profile or bootstrap, level between 0 and 1, 2 draws or more; got"
            f" {method!r}, {level}, {draws}"
        )
    problem, top = fitted.problem, fitted.top
    rng = np.random.default_rng(seed)
    tails = [(1.0 - level) / 2.0, (1.0 + level) / 2.0]
    if method == "bootstrap":
        sample = _resampled(fitted, draws, rng)
        low, high = np.quantile(sample, tails, axis=0)
    else:
        likelihood, _, matrix = information(problem, top, problem.weight)
        scatter, spare = _scatter(problem, top)
        least = likelihood - scatter * float(fdtri(1, spare, level)) / 2.0
        spread = np.linalg.pinv(matrix, hermitian=True, rcond=1e-14) * scatter
        ends = [
            profile(problem, top, least, which, spread[which, which]) for which in range(top.size)
        ]
        low, high = np.array(ends).T
        sample = np.clip(
            rng.multivariate_normal(top, spread, size=draws, method="eigh"),
            problem.low,
            problem.high,
        )
    share_low, share_high = np.quantile(
        [probabilities(problem, draw) for draw in sample], tails, axis=0
    )
    alpha, beta, delta = (
        (problem.value(name, low), problem.value(name, high)) for name in PARAMETERS
    )
    sizes_low, sizes_high = np.exp(problem.sizes(low)), np.exp(problem.sizes(high))
    return HuffInterval(level, alpha, beta, delta, sizes_low, sizes_high, share_low, share_high)


def _spending(demand: ArrayLike) -> Floats:
    spending = checked(demand, "demand", (None,))
    if not spending.sum() > 0.0:
        raise TooFewUnitsError(
            f"demand: expected an origin above 0 to learn from, got {spending.size} of 0"
        )
    return spending


def _sizes(
    attraction: ArrayLike, attraction_range: tuple[ArrayLike, ArrayLike] | None
) -> tuple[Floats, Floats, Floats]:
    sizes = checked(attraction, "attraction", (None,))
    if attraction_range is None:
        return sizes, sizes, sizes
    low, high = (checked(end, "attraction_range", sizes.shape) for end in attraction_range)
    if (low > high).any() or ((low == 0.0) & (high > 0.0)).any():
        raise WrongShapeError(
            "attraction_range: expected 0 < low <= high, or both 0, for each site"
        )
    return np.clip(sizes, low, high), low, high


def _values_and_limits(
    decay: Law,
    reached: Floats,
    free: Collection[str],
    fixed: Mapping[str, float] | None,
    bounds: Mapping[str, tuple[float, float]] | None,
) -> tuple[dict[str, float], dict[str, tuple[float, float]]]:
    """The value each parameter starts from or keeps; low and high of each free one, in order."""
    for name in (*free, *(fixed or ()), *(bounds or ())):
        if name not in PARAMETERS:
            raise WrongShapeError(
                f"expected parameters among {', '.join(PARAMETERS)}, got {name!r}"
            )
    beta = 2.0 if decay == "power" else 2.0 / float(reached.mean())
    values = {"alpha": 1.0, "beta": beta, "delta": 0.0, **(fixed or {})}
    # Wider than anything measured on shoppers; the exponential rate counts per mean cost.
    limits = {"alpha": (0.0, 20.0), "beta": (0.0, 10.0 * beta), "delta": (-20.0, 20.0)}
    limits |= bounds or {}
    for name in (name for name in PARAMETERS if name in free):
        if not limits[name][0] < limits[name][1]:
            raise WrongShapeError(f"bounds: expected low < high for {name}, got {limits[name]}")
    return values, {name: limits[name] for name in PARAMETERS if name in free}


def _require_enough(problem: FitProblem) -> None:
    independent = _independent(problem)
    if not problem.names or independent < len(problem.names):
        raise TooFewUnitsError(
            "expected at least one free parameter and an independent observation for each, got "
            f"{len(problem.names)} and {independent}: free fewer or bring shares per origin"
        )
    require_identified(problem)


def _log_access(accessibility: ArrayLike | None, sites: int) -> Floats:
    if accessibility is None:
        return np.zeros(sites)
    given = checked(accessibility, "accessibility", (sites,))
    if (given == 0.0).any():
        raise NegativeValueError(
            f"accessibility: expected above 0, got 0 at site {int(np.argmin(given))}"
        )
    result: Floats = np.log(given / given.max())
    return result


def _observed(
    totals: ArrayLike | None, shares: ArrayLike | None, spending: Floats, sizes: Floats
) -> Floats:
    if totals is not None and shares is None:
        seen = checked(totals, "totals", sizes.shape)
        if seen.sum() == 0.0:
            raise TooFewUnitsError("totals: expected one above 0, got only 0")
        seen = seen / seen.sum()
        visited = seen
    elif shares is not None and totals is None:
        seen = checked(shares, "shares", (spending.size, sizes.size))
        sums = seen.sum(axis=1)
        wrong = np.flatnonzero((np.abs(sums - 1.0) > ROUNDING) & (spending > 0.0))
        if wrong.size:
            raise WrongShapeError(
                f"shares: expected rows that add up to 1, got {sums[wrong[0]]:.3f} in row"
                f" {wrong[0]}: divide by the sum over the sites in the model"
            )
        spent = sums[:, None]
        rows: Floats = np.divide(seen, spent, out=np.zeros_like(seen), where=spent > 0.0)
        seen = rows
        visited = spending @ seen
    else:
        raise WrongShapeError(
            "expected either totals or shares, got " + ("both" if shares is not None else "neither")
        )
    without = np.flatnonzero((sizes == 0.0) & (visited > 0.0))
    if without.size:
        raise NegativeValueError(
            f"attraction: expected above 0 at site {without[0]}, which was visited, got 0"
        )
    return seen


def _independent(problem: FitProblem) -> int:
    """Observed shares that do not follow from the others because they sum to 1."""
    alive = int(np.isfinite(problem.log_size).sum())
    rows = int((problem.weight > 0.0).sum()) if problem.observed.ndim == 2 else 1
    return rows * (alive - 1)


def _compared(problem: FitProblem, top: Floats) -> tuple[Floats, Floats, Floats]:
    """Weight, observed and modelled share, of origins with demand or of the totals."""
    share = probabilities(problem, top)
    if problem.observed.ndim == 1:
        return np.ones(1), problem.observed[None, :], (problem.weight @ share)[None, :]
    seen = problem.weight > 0.0
    return problem.weight[seen], problem.observed[seen], share[seen]


def _summary(problem: FitProblem, top: Floats, converged: bool) -> HuffFit:
    _, observed, modelled = _compared(problem, top)
    missed = float(((observed - modelled) ** 2).sum())
    varied = float(((observed - observed.mean()) ** 2).sum())
    # Where nothing varied there is nothing to explain: r2 is 0 rather than undefined.
    r2 = 1.0 - missed / varied if varied > 0.0 else 0.0
    seen = observed > 0.0
    mape = float((np.abs(observed - modelled)[seen] / observed[seen]).mean())
    ends = zip(problem.names, (top <= problem.low) | (top >= problem.high), strict=True)
    return HuffFit(
        alpha=problem.value("alpha", top),
        beta=problem.value("beta", top),
        r2=r2,
        mape=mape,
        n=observed.size,
        converged=converged,
        delta=problem.value("delta", top),
        at_bound=tuple(name for name, stopped in ends if stopped),
        attraction=np.exp(problem.sizes(top)),
        problem=problem,
        top=top,
    )


def _scatter(problem: FitProblem, top: Floats) -> tuple[float, int]:
    """Pearson's scatter per observation to spare, and how many there are to spare."""
    spare = _independent(problem) - top.size
    if spare < 1:
        raise TooFewUnitsError(
            "interval: expected more independent observations than free parameters, got"
            f" {spare + top.size} for {top.size}"
        )
    weight, observed, modelled = _compared(problem, top)
    squares = np.divide(
        (observed - modelled) ** 2, modelled, out=np.zeros_like(modelled), where=modelled > 0.0
    )
    return float(weight @ squares.sum(axis=1)) / spare, spare


def _resampled(fitted: HuffFit, draws: int, rng: np.random.Generator) -> Floats:
    problem = fitted.problem
    visited = np.flatnonzero(problem.weight > 0.0)
    if problem.observed.ndim != 2 or visited.size < FEWEST_TO_RESAMPLE:
        raise TooFewUnitsError(
            f"bootstrap: expected shares of at least {FEWEST_TO_RESAMPLE} origins, got "
            + (f"{visited.size}" if problem.observed.ndim == 2 else "totals only")
            + ": take the profile"
        )
    sample = np.empty((draws, fitted.top.size))
    for draw in range(draws):
        times = np.bincount(rng.choice(visited, visited.size), minlength=problem.weight.size)
        weight = problem.weight * times
        sample[draw] = maximise(problem, fitted.top, weight / weight.sum())[0]
    return sample
