"""How likely observed shares are under a Huff model, and the parameters that maximise it.

The model is a multinomial logit in the logarithms of size and cost (D. McFadden, "Conditional
logit analysis of qualitative choice behavior", 1974): with shares per origin its likelihood has one
top, which Fisher scoring reaches in a few steps.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import logsumexp

from geo.arrays import Floats
from geo.errors import NotIdentifiedError

MOST_STEPS = 200
# Relative movement below which the top is reached: two digits above float64 rounding.
STILL = 1e-13
SLOWEST = 1e-9
# Starting exponents tried, as multiples of the usual one: totals alone may have several tops.
START_FACTORS = (0.1, 0.25, 0.5, 1.0, 2.0, 4.0)


@dataclass(frozen=True, slots=True)
class FitProblem:
    """Observed shares, the sites and costs behind them, and free parameters with bounds."""

    weight: Floats  # per origin, sums to 1
    log_size: Floats  # per site, -inf where the attraction is 0
    distance: Floats  # origins by sites: the logarithm of cost, or cost
    access: Floats  # per site, logarithm of its accessibility
    observed: Floats  # origins by sites, or per site: shares of the total
    names: tuple[str, ...]  # free among alpha, beta, delta; then "attraction[j]"
    open_sites: tuple[int, ...]  # sites whose size is looked for, in the logarithm
    fixed: dict[str, float]
    start: Floats
    low: Floats
    high: Floats

    def value(self, name: str, theta: Floats) -> float:
        """The parameter called `name`, from the free ones or as fixed."""
        return float(theta[self.names.index(name)]) if name in self.names else self.fixed[name]

    def sizes(self, theta: Floats) -> Floats:
        """Logarithm of each site's attraction, with the free ones filled in."""
        if not self.open_sites:
            return self.log_size
        filled = self.log_size.copy()
        filled[list(self.open_sites)] = theta[-len(self.open_sites) :]
        return filled


def probabilities(problem: FitProblem, theta: Floats) -> Floats:
    """Modelled share of each site in each origin, 0 to 1; rows sum to 1."""
    return np.exp(_log_probabilities(problem, theta))


def _log_probabilities(problem: FitProblem, theta: Floats) -> Floats:
    size = problem.sizes(theta)
    alive = np.isfinite(size)
    utility = np.full(problem.distance.shape, -np.inf)
    utility[:, alive] = (
        problem.value("alpha", theta) * size[alive]
        + problem.value("delta", theta) * problem.access[alive]
        - problem.value("beta", theta) * problem.distance[:, alive]
    )
    result: Floats = utility - logsumexp(utility, axis=1, keepdims=True)
    return result


def information(problem: FitProblem, theta: Floats, weight: Floats) -> tuple[float, Floats, Floats]:
    """Log-likelihood per unit of weight, its gradient and the Fisher information."""
    log_share = _log_probabilities(problem, theta)
    share = np.exp(log_share)
    slopes = [
        column - (share * column).sum(axis=1, keepdims=True) for column in _columns(problem, theta)
    ]
    if problem.observed.ndim == 2:
        surprise = np.multiply(
            problem.observed, log_share, out=np.zeros_like(share), where=problem.observed > 0.0
        )
        likelihood = float(weight @ surprise.sum(axis=1))
        missed = weight[:, None] * (problem.observed - share)
        spread = weight[:, None] * share
        gradient = np.array([(missed * slope).sum() for slope in slopes])
        matrix = np.array([[(spread * row * other).sum() for other in slopes] for row in slopes])
        return likelihood, gradient, matrix
    total = np.maximum(weight @ share, 1e-300)
    likelihood = float((problem.observed * np.log(total)).sum())
    moves = np.array([weight @ (share * slope) for slope in slopes])
    return likelihood, moves @ (problem.observed / total), (moves / total) @ moves.T


def _columns(problem: FitProblem, theta: Floats) -> list[Floats]:
    size = problem.sizes(theta)
    # A site without attraction has share 0: any finite number stands for its logarithm.
    known = {
        "alpha": np.where(np.isfinite(size), size, 0.0),
        "beta": -problem.distance,
        "delta": problem.access,
    }
    columns = [
        np.broadcast_to(known[name], problem.distance.shape)
        for name in problem.names
        if name in known
    ]
    for site in problem.open_sites:
        column = np.zeros(problem.distance.shape)
        column[:, site] = problem.value("alpha", theta)
        columns.append(column)
    return columns


def require_identified(problem: FitProblem) -> None:
    """Raise NotIdentifiedError when a free parameter, or a combination of them, changes nothing."""
    _, _, matrix = information(problem, problem.start, problem.weight)
    columns = _columns(problem, problem.start)
    scale = np.array([float(np.abs(column).max()) for column in columns])
    # Sites of size 1 have a column of zeros, which must not divide.
    strength = np.diag(matrix) / np.where(scale > 0.0, scale, 1.0) ** 2
    for name, amount in zip(problem.names, strength, strict=True):
        if amount < 1e-20:
            raise NotIdentifiedError(f"{name}: nothing observed depends on it here: keep it fixed")
    width = np.sqrt(np.diag(matrix))
    if np.linalg.eigvalsh(matrix / np.outer(width, width))[0] < 1e-10:
        names = ", ".join(problem.names)
        raise NotIdentifiedError(
            f"{names}: the data tell only a combination of them: keep one fixed"
        )


def maximise(
    problem: FitProblem,
    start: Floats,
    weight: Floats,
    *,
    held: int | None = None,
    search: bool = False,
) -> tuple[Floats, float, bool]:
    """The free parameters at the maximum, the log-likelihood there, and whether it converged."""
    theta = _best_start(problem, start, weight) if search else start
    likelihood, gradient, matrix = information(problem, theta, weight)
    for _ in range(MOST_STEPS):
        at_bound = ((theta <= problem.low) & (gradient <= 0.0)) | (
            (theta >= problem.high) & (gradient >= 0.0)
        )
        at_bound |= np.arange(theta.size) == held
        free = np.flatnonzero(~at_bound)
        if not free.size:
            return theta, likelihood, True
        step = np.zeros_like(theta)
        step[free] = _solve(matrix[np.ix_(free, free)], gradient[free])
        gain = float(gradient @ step)
        fraction = 1.0
        while True:
            trial = np.clip(theta + fraction * step, problem.low, problem.high)
            reached = information(problem, trial, weight)
            if reached[0] >= likelihood - 1e-15 * abs(likelihood):
                break
            fraction /= 2.0
            if fraction < SLOWEST:
                return theta, likelihood, gain < SLOWEST
        moved = float(np.abs((trial - theta) / (1e-300 + np.abs(theta) + np.abs(trial))).max())
        theta, (likelihood, gradient, matrix) = trial, reached
        if moved < STILL or gain < STILL**2:
            return theta, likelihood, True
    return theta, likelihood, False


def _solve(matrix: Floats, gradient: Floats) -> Floats:
    # Parameters differ in scale (per metre, per logarithm): solve in scaled units.
    width = np.sqrt(np.maximum(np.diag(matrix), 1e-300))
    step, *_ = np.linalg.lstsq(matrix / np.outer(width, width), gradient / width, rcond=1e-12)
    result: Floats = step / width
    return result


def _best_start(problem: FitProblem, start: Floats, weight: Floats) -> Floats:
    if "beta" not in problem.names:
        return start
    which = problem.names.index("beta")
    tries = []
    for factor in START_FACTORS:
        trial = start.copy()
        trial[which] = np.clip(
            problem.fixed["beta"] * factor, problem.low[which], problem.high[which]
        )
        tries.append(trial)
    return max(tries, key=lambda trial: information(problem, trial, weight)[0])


def profile(
    problem: FitProblem, top: Floats, least: float, which: int, variance: float
) -> tuple[float, float]:
    """Where the profile likelihood of this parameter falls to `least`, below and above; else its
    bound.
    """
    # Imported late: only fitting needs it.
    from scipy.optimize import brentq

    centre = float(top[which])
    width = float(np.sqrt(max(variance, 0.0)))
    if width <= 1e-9 * (1e-300 + abs(centre)):
        return centre, centre

    def above(value: float) -> float:
        start = top.copy()
        start[which] = value
        return maximise(problem, start, problem.weight, held=which)[1] - least

    ends = []
    for sign, bound in ((-1.0, float(problem.low[which])), (1.0, float(problem.high[which]))):
        reach, inside, end = width, centre, bound
        while sign * (bound - inside) > 0.0:
            outside = max(bound, centre - reach) if sign < 0.0 else min(bound, centre + reach)
            if above(outside) < 0.0:
                end = float(brentq(above, inside, outside, xtol=1e-6 * width))
                break
            inside, reach = outside, 2.0 * reach
        ends.append(end)
    return ends[0], ends[1]
