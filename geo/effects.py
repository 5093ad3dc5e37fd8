"""Did something matter: difference in differences here, synthetic control in `geo.synthetic`.

Both compare what was treated with what was not, before and after a start, and both refuse with
the counts needed and found when the data cannot carry the comparison. What they return is at most
"consistent with" an effect: neither makes up for treatment that was chosen because of the outcome.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.spatial.distance import cdist
from scipy.special import stdtr, stdtrit

from geo.errors import MissingValueError, PoorFitError, RefusedError, TooFewUnits, WrongShapeError
from geo.panel import Moment, is_after, ordered, require
from geo.synthetic import Reading, SyntheticControl, synthetic_control

__all__ = [
    "Effect",
    "PoorFitError",
    "Reading",
    "RefusedError",
    "SyntheticControl",
    "TooFewUnits",
    "complete_units",
    "difference_in_differences",
    "matched",
    "synthetic_control",
]

MIN_UNITS = 5
LEVEL = 0.95
# A trend missed costs a wrong statement, one seen in vain only a "cannot tell": hence not 0.05.
PRE_TREND_DOUBT = 0.10


@dataclass(frozen=True, slots=True)
class Effect:
    """Change of the treated beyond that of the control units, in the unit of the outcome.

    `low` and `high` bound the 95 % interval. `pre_trend_p` is the probability of so different
    trends before the start if there were none; NaN with one period before: not testable.
    """

    estimate: float
    low: float
    high: float
    pre_trend_p: float
    n_treated: int
    n_control: int

    @property
    def consistent_with(self) -> Reading:
        """Reading of the interval; `cannot_tell` when earlier trends differ or are unknown."""
        if not self.pre_trend_p >= PRE_TREND_DOUBT:
            return "cannot_tell"
        if self.low > 0:
            return "up"
        return "down" if self.high < 0 else "none"


def difference_in_differences(
    panel: pd.DataFrame, *, unit: str, period: str, outcome: str, treated: str, start: Moment
) -> Effect:
    """Effect on the treated with its 95 % interval, in the unit of the outcome.

    One row per unit and period; `treated` names a column of booleans, the same in every row of a
    unit; periods from `start` on count as after. Each unit is carried back to its mean after less
    its mean before (Bertrand, Duflo and Mullainathan, 2004), so that dependence over time within
    a unit is harmless. The interval is Welch's: for this design it is the cluster-robust one by
    unit with the CR2 correction and the degrees of freedom of Bell and McCaffrey (2002). The test
    before the start compares the linear trends per unit over the order of periods the same way.

    Raises TooFewUnits below 5 units in either group or without a period on either side of
    `start`; MissingValueError when a unit lacks a period (see `complete_units`); WrongShapeError
    when the treatment changes within a unit or `start` cannot be compared with the periods.

    >>> rows = [
    ...     (street, year, street < 5, 10.0 + street + (2.0 if street < 5 and year > 2020 else 0.0))
    ...     for street in range(10) for year in (2019, 2020, 2021)
    ... ]
    >>> panel = pd.DataFrame(rows, columns=["street", "year", "treated", "visitors"])
    >>> found = difference_in_differences(
    ...     panel, unit="street", period="year", outcome="visitors", treated="treated", start=2021
    ... )
    >>> round(found.estimate, 3), found.n_treated, found.n_control
    (2.0, 5, 5)
    """
    table, is_treated = _by_unit(panel, unit, period, outcome, treated)
    groups = {"treated_units": is_treated.sum(), "control_units": (~is_treated).sum()}
    for group, count in groups.items():
        require(int(count), MIN_UNITS, group)
    after = is_after(table.columns, start)
    require(int((~after).sum()), 1, "periods_before")
    require(int(after.sum()), 1, "periods_after")

    before = table.loc[:, ~after].to_numpy()
    change = table.loc[:, after].to_numpy().mean(axis=1) - before.mean(axis=1)
    size = np.abs(table.to_numpy()).max()
    estimate, error, freedom = _welch(change[is_treated], change[~is_treated], size)
    margin = float(stdtrit(freedom, (1 + LEVEL) / 2)) * error if error > 0 else 0.0
    return Effect(
        estimate=estimate,
        low=estimate - margin,
        high=estimate + margin,
        pre_trend_p=_pre_trend_p(before, is_treated, size),
        n_treated=int(is_treated.sum()),
        n_control=int((~is_treated).sum()),
    )


def complete_units(panel: pd.DataFrame, *, unit: str, period: str, outcome: str) -> pd.DataFrame:
    """The rows of units with an outcome in every period of the panel; the others are left out."""
    known = panel.dropna(subset=[outcome])
    counts = known.groupby(unit, sort=True)[period].nunique()
    complete = counts.index[counts == panel[period].nunique()]
    return panel[panel[unit].isin(complete)]


def matched(
    panel: pd.DataFrame, *, unit: str, treated: str, alike: Sequence[str], per_unit: int = 3
) -> pd.DataFrame:
    """The rows of the treated units and of the control units most like them.

    Each treated unit takes the `per_unit` control units nearest to it in the columns `alike`, each
    counted in its standard deviation over all units; a control unit may serve several. Match on
    what does not move with the outcome (length, number of units, function): units chosen for
    their outcomes before the start drift back to the usual by themselves and would show as an
    effect (Daw and Hatfield, 2018).

    Raises WrongShapeError where a column of `alike` changes within a unit, MissingValueError
    where it is missing.
    """
    columns = [treated, *alike]
    lacking = [name for name in (unit, *columns) if name not in panel.columns]
    if lacking or not alike:
        raise WrongShapeError(
            f"expected columns to match on, got none of {lacking or 'alike'} in "
            f"{list(panel.columns)}"
        )
    if panel[[unit, *columns]].isna().any(axis=None):
        raise MissingValueError(f"expected a value in every row of {columns}: leave out units")
    units = panel.groupby(unit, sort=True)
    kinds = units[columns].nunique()
    changing = [name for name in columns if (kinds[name] > 1).any()]
    if changing:
        raise WrongShapeError(f"expected one value per unit, got several in {changing}")
    first = units[columns].first()
    spread = first[list(alike)].astype("float64").std(ddof=1)
    # A column that is the same everywhere tells no units apart.
    points = (first[list(alike)].astype("float64") / spread.where(spread > 0, 1.0)).to_numpy()
    is_treated = first[treated].to_numpy(dtype=bool)
    control = np.flatnonzero(~is_treated)
    apart = cdist(points[is_treated], points[control])
    # Stable, so that units equally near fall to the name.
    nearest = np.argsort(apart.round(9), axis=1, kind="stable")[:, :per_unit]
    chosen = np.union1d(np.flatnonzero(is_treated), control[nearest.ravel()])
    return panel[panel[unit].isin(first.index[chosen])]


def _by_unit(
    panel: pd.DataFrame, unit: str, period: str, outcome: str, treated: str
) -> tuple[pd.DataFrame, np.ndarray]:
    """Outcomes as units x periods, in order, and which units were treated."""
    names = (unit, period, outcome, treated)
    lacking = [
        name for name in names if not isinstance(name, Hashable) or name not in panel.columns
    ]
    if lacking:
        unknown = [name if isinstance(name, Hashable) else type(name).__name__ for name in lacking]
        raise WrongShapeError(
            f"expected names of columns, {unknown} are none of {list(panel.columns)}"
        )
    keys = panel[[unit, period, treated]]
    if keys.isna().any(axis=None):
        raise MissingValueError(
            "expected unit, period and treatment in every row, "
            f"got {int(keys.isna().to_numpy().sum())} missing"
        )
    if keys.duplicated([unit, period]).any():
        twice = keys[keys.duplicated([unit, period])].iloc[0]
        raise WrongShapeError(
            f"expected one row per unit and period, got more for {twice[unit]} in {twice[period]}"
        )
    if not keys[treated].isin([True, False]).all():
        raise WrongShapeError(f"expected booleans in {treated}, got {keys[treated].iloc[0]!r}")
    changing = keys.groupby(unit)[treated].nunique() > 1
    if changing.any():
        raise WrongShapeError(
            f"expected one treatment per unit, got both for {changing.index[changing][0]}"
        )
    table = ordered(panel.pivot(index=unit, columns=period, values=outcome))
    return table, keys.groupby(unit)[treated].first().loc[table.index].to_numpy(dtype=bool)


def _welch(treated: np.ndarray, control: np.ndarray, size: float) -> tuple[float, float, float]:
    """Difference of means, its standard error and degrees of freedom; error 0 if rounding only."""
    parts = np.array([treated.var(ddof=1) / treated.size, control.var(ddof=1) / control.size])
    error = float(np.sqrt(parts.sum()))
    difference = float(treated.mean() - control.mean())
    if error <= 1e-12 * size:
        return difference, 0.0, float(treated.size + control.size - 2)
    freedom = parts.sum() ** 2 / (parts**2 / (np.array([treated.size, control.size]) - 1)).sum()
    return difference, error, float(freedom)


def _pre_trend_p(before: np.ndarray, is_treated: np.ndarray, size: float) -> float:
    """Two-sided p-value of equal mean slopes per unit, NaN with one period."""
    if before.shape[1] < 2:
        return float("nan")
    order = np.arange(before.shape[1]) - (before.shape[1] - 1) / 2
    slopes = before @ order / (order**2).sum()
    difference, error, freedom = _welch(slopes[is_treated], slopes[~is_treated], size)
    if error == 0:
        return 1.0 if abs(difference) <= 1e-12 * size else 0.0
    return float(2 * stdtr(freedom, -abs(difference) / error))
