"""Shares of small groups drawn towards the share of their centre (empirical Bayes)."""

import numpy as np
from scipy.special import betaincinv, betaln, expit, logit

from geo.arrays import Floats

# How strongly streets are held to their centre, in units: the values tried.
_HOLD = np.geomspace(1.0, 1000.0, 121)
# For the interval fewer do: beside them stand means of the centre.
_FEW_HOLDS = np.geomspace(1.0, 1000.0, 11)
_MEANS = 9
_CELLS = 1_000_000


def shrinkage_interval(
    share: Floats, units: Floats, mean: float, certainty: float
) -> tuple[Floats, Floats, Floats]:
    """Shrunk rate and interval of each group; a group alone in its centre keeps its own rate."""
    vacant = share * units
    tail = (1.0 - certainty) / 2.0
    if len(units) == 1:
        # Jeffreys' interval, whose ends hold the rate (Brown, Cai and DasGupta, 2001).
        rate, a, b = share, vacant + 0.5, units - vacant + 0.5
    else:
        # A centre without any vacant unit, or with nothing else, may have one unseen.
        least = 0.5 / (units.sum() + 1.0)
        hold = _prior_strength(vacant, units, min(max(mean, least), 1.0 - least))
        rate = (mean * hold + vacant) / (hold + units)
        a, b = _moment_matched_beta(vacant, units)
    low, high = betaincinv(a, b, tail), betaincinv(a, b, 1.0 - tail)
    return rate, np.minimum(low, rate), np.maximum(high, rate)


def _moment_matched_beta(vacant: Floats, units: Floats) -> tuple[Floats, Floats]:
    """The beta distribution, by its two moments, of each group's rate when the centre's are
    unknown.

    Mean and strength are summed over a grid, each weighed by its likelihood and prior (Jeffreys'
    for the mean).
    """
    known = np.array([vacant.sum(), units.sum() - vacant.sum()])
    # Groups that differ tell less of their mean than as many units would: an eighth is wide enough.
    ends = betaincinv(0.5 + known[0] / 8.0, 0.5 + known[1] / 8.0, [1e-3, 1.0 - 1e-3])
    lowest, highest = logit(np.clip(ends, 1e-4, 1.0 - 1e-4)).tolist()
    mean = expit(np.linspace(lowest, highest, _MEANS))[:, None]
    weight = np.log(mean * (1.0 - mean)) / 2.0 + np.log(_FEW_HOLDS) - 2.0 * np.log1p(_FEW_HOLDS)
    a, b = (mean * _FEW_HOLDS)[..., None], ((1.0 - mean) * _FEW_HOLDS)[..., None]
    parts = [slice(at, at + _CELLS // a.size) for at in range(0, len(units), _CELLS // a.size)]
    for part in parts:
        k, n = vacant[part], units[part]
        weight = weight + (betaln(a + k, b + n - k) - betaln(a, b)).sum(axis=2)
    weight = np.exp(weight - weight.max())
    weight /= weight.sum()
    middle, spread = np.empty(len(units)), np.empty(len(units))
    for part in parts:
        size = a + b + units[part]
        each = (a + vacant[part]) / size
        middle[part] = np.tensordot(weight, each, 2)
        inside = each * (1.0 - each) / (size + 1.0)
        spread[part] = np.tensordot(weight, inside + (each - middle[part]) ** 2, 2)
    strength = middle * (1.0 - middle) / spread - 1.0
    return middle * strength, (1.0 - middle) * strength


def _prior_strength(vacant: Floats, units: Floats, centre: float) -> float:
    """The weight of the centre's rate in units: the most likely of the values tried."""
    fit = np.zeros(len(_HOLD))
    step = max(1, _CELLS // len(_HOLD))
    a, b = centre * _HOLD[:, None], (1.0 - centre) * _HOLD[:, None]
    for begin in range(0, len(units), step):
        k, n = vacant[begin : begin + step], units[begin : begin + step]
        fit += (betaln(a + k, b + n - k) - betaln(a, b)).sum(axis=1)
    # On a logarithmic scale the prior 1 / (1+s)^2 gains a factor s.
    return float(_HOLD[np.argmax(fit - 2.0 * np.log1p(_HOLD) + np.log(_HOLD))])
