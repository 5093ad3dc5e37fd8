"""Synthetic control: a weighted mix of untreated units that stands in for a treated one.

After Abadie, Diamond and Hainmueller (2010), matched on the outcomes before the start.
"""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy.optimize import nnls

from geo.errors import PoorFitError, WrongShapeError
from geo.panel import Moment, is_after, ordered, require

Reading = Literal["up", "down", "none", "cannot_tell"]

MIN_DONORS = 5
MIN_PERIODS_BEFORE = 5
# A stand-in that misses by more than donors differ among themselves lies outside what they span.
MAX_MISFIT = 1.0
# With fewer than 9 donors no p-value can come under this.
DOUBT = 0.10


@dataclass(frozen=True, slots=True)
class SyntheticControl:
    """What a stand-in made of donors says about one treated unit.

    `weights` per donor, 0 or more, sum 1; `gap` per period, treated less stand-in, in the unit of
    the outcome; `rmspe_pre` the root mean square gap before the start; `ratio` that after by that
    before; `p_value` the share of units, this one included, with at least so large a ratio;
    `effect` the mean gap from the start on. `placebos` holds the gap per period (rows) of every
    donor taken for the treated one, `ratios` their ratios.
    """

    weights: pd.Series
    gap: pd.Series
    rmspe_pre: float
    ratio: float
    p_value: float
    effect: float
    placebos: pd.DataFrame
    ratios: pd.Series

    @property
    def consistent_with(self) -> Reading:
        """Reading of the placebos; `cannot_tell` when there are too few for any small p-value."""
        if 1 / (self.weights.size + 1) > DOUBT:
            return "cannot_tell"
        if self.p_value > DOUBT:
            return "none"
        return "up" if self.effect > 0 else "down"


def synthetic_control(panel: pd.DataFrame, *, treated: str, start: Moment) -> SyntheticControl:
    """Weights, gap and placebo p-value of the unit `treated`; `panel` is periods x units.

    Periods from `start` on count as after. Placebos in space: every donor in turn is taken for
    the treated one, with the treated unit among its donors as in the paper, so that without an
    effect every unit is equally likely to have the largest ratio. Units come in any order.

    Raises TooFewUnits below 5 donors, 5 periods before or 1 after `start`; PoorFitError when
    the root mean square gap before the start is over once the spread of the donors (standard
    deviation between them, root mean square over the periods): then no mix of them stands in.

    >>> draw = np.random.default_rng(0).normal(size=(9, 6))
    >>> panel = pd.DataFrame(draw, index=range(2013, 2022), columns=list("abcdef"))
    >>> panel["town"] = (panel["a"] + panel["b"]) / 2.0
    >>> panel.loc[2020:, "town"] += 3.0
    >>> synthetic_control(panel, treated="town", start=2020).gap.loc[2020:].round(1).tolist()
    [3.0, 3.0]
    """
    units, before = _checked(panel, treated, start)
    donors = [name for name in units.columns if name != treated]
    weights, gap = _fit(units, treated, before)
    rmspe_pre = _root_mean_square(gap[before])
    # A perfect fit must not make the ratio endless: rounding is the least a gap can be.
    least = 1e-9 * max(np.abs(units.to_numpy()).max(), np.finfo(float).tiny)
    spread = float(np.sqrt(units.loc[before, donors].var(axis=1, ddof=1).mean()))
    misfit = rmspe_pre / max(spread, least)
    if misfit > MAX_MISFIT:
        raise PoorFitError(
            f"expected a stand-in for {treated} that misses before the start by at most "
            f"{MAX_MISFIT:g} times the spread of its donors, got {misfit:.2f} times: "
            "choose donors more like it",
            "fit_before",
            MAX_MISFIT,
            misfit,
        )
    ratio = _ratio(gap, before, least)
    placebos = pd.DataFrame(
        {name: _fit(units, name, before)[1] for name in donors}, index=units.index
    )
    ratios = pd.Series(
        {name: _ratio(placebos[name].to_numpy(), before, least) for name in donors}, name="ratio"
    )
    at_least = int((ratios >= ratio * (1 - 1e-9)).sum())
    order = [name for name in panel.columns if name != treated]
    return SyntheticControl(
        weights=pd.Series(weights, index=donors, name="weight").reindex(order),
        gap=pd.Series(gap, index=units.index, name="gap"),
        rmspe_pre=rmspe_pre,
        ratio=ratio,
        p_value=(1 + at_least) / (1 + len(donors)),
        effect=float(gap[~before].mean()),
        placebos=placebos[order],
        ratios=ratios[order],
    )


def _checked(panel: pd.DataFrame, treated: str, start: Moment) -> tuple[pd.DataFrame, np.ndarray]:
    """The panel in order of period and unit, and which periods come before the start."""
    known = isinstance(treated, Hashable) and treated in panel.columns
    if not known or not (panel.columns.is_unique and panel.index.is_unique):
        raise WrongShapeError(
            f"expected periods x units, each once, with a column {treated}, "
            f"got {list(panel.columns)}"
        )
    units = ordered(panel)
    before = ~is_after(units.index, start)
    require(units.shape[1] - 1, MIN_DONORS, "donors")
    require(int(before.sum()), MIN_PERIODS_BEFORE, "periods_before")
    require(int((~before).sum()), 1, "periods_after")
    return units, before


def _fit(units: pd.DataFrame, name: str, before: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Weights of all other units, in order, and the gap per period."""
    others = units.drop(columns=name).to_numpy()
    treated_series = units[name].to_numpy()
    apart = others[before] - treated_series[before, None]
    size = np.abs(apart).max()
    # The nearest mix is the point of the donors' hull nearest to the origin of `apart`. For
    # u = t w with sum(w) = 1, |apart u|^2 + (sum(u) - 1)^2 is least in t at q / (1 + q) with
    # q = |apart w|^2, which rises with q: one non-negative least squares gives the exact weights.
    rows = np.vstack([apart / size if size > 0 else apart, np.ones(others.shape[1])])
    mix, _ = nnls(rows, np.append(np.zeros(before.sum()), 1.0))
    weights = mix / mix.sum()
    return weights, treated_series - others @ weights


def _ratio(gap: np.ndarray, before: np.ndarray, least: float) -> float:
    return _root_mean_square(gap[~before]) / max(_root_mean_square(gap[before]), least)


def _root_mean_square(values: np.ndarray) -> float:
    return float(np.sqrt(np.mean(values**2)))
