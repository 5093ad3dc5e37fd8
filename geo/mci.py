"""The multiplicative competitive interaction model: what draws visitors, from market shares.

The share of destination j in origin i is a_ij / sum over k of a_ik, where the attraction a_ij is
the product of x_hij ** b_h over the factors h and of exp(b_d * d_ij) over the yes/no factors d.

M. Nakanishi and L. G. Cooper, "Parameter estimation for a multiplicative competitive interaction
model: least squares approach", Journal of Marketing Research 11 (1974), and "Simplified estimation
procedures for MCI models", Marketing Science 1 (1982): dividing each share and factor by its
geometric mean within the origin makes the model linear in logarithms. The logarithm is natural
throughout, in the estimate and in its inverse.

A factor of only 0 and 1 has no logarithm and needs none: it is the logarithm of exp(d) already, and
is centred like the others. T. Wieland, "Market Area Analysis for Retail and Service Locations with
MCI", The R Journal 9 (2017), leaves such factors untransformed as well, but does not centre them;
then their coefficient depends on how many destinations say yes, and is not that of the formula.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from geo.arrays import Floats
from geo.columns import require
from geo.errors import (
    MissingValueError,
    NegativeValueError,
    NotIdentifiedError,
    TooFewUnitsError,
    WrongShapeError,
)

__all__ = ["MciFit", "fit", "predict"]


@dataclass(frozen=True, slots=True)
class MciFit:
    """Coefficient of each factor with its standard error, both indexed by factor.

    `r2` and `n` are of centred log shares. The standard errors count one observation per origin as
    spent on its mean. `yes_no` are the factors of 0 and 1: yes multiplies the attraction by exp of
    the coefficient.
    """

    coefficients: pd.Series = field(compare=False)
    standard_errors: pd.Series = field(compare=False)
    r2: float
    n: int
    origin: str
    destination: str
    yes_no: tuple[str, ...] = ()


def fit(
    table: pd.DataFrame, *, origin: str, destination: str, share: str, factors: Sequence[str]
) -> MciFit:
    """Coefficients by least squares on log-centred shares.

    One row of `table` is one origin and destination. Shares must be above 0, and so must factors
    that are not 0 and 1 throughout. Shares need not sum to 1: the centring removes any constant of
    an origin.

    Raises TooFewUnitsError below more rows than origins and factors, NotIdentifiedError where
    factors say the same, WrongShapeError, NegativeValueError or MissingValueError on wrong values.

    >>> table = pd.DataFrame({
    ...     "from": ["a", "a", "b", "b"], "to": ["x", "y", "x", "y"],
    ...     "share": [0.8, 0.2, 0.5, 0.5], "size": [4.0, 1.0, 2.0, 2.0],
    ... })
    >>> found = fit(table, origin="from", destination="to", share="share", factors=["size"])
    >>> float(found.coefficients["size"].round(6))
    1.0
    """
    require(table, origin, destination, share, *factors)
    if not factors:
        raise WrongShapeError("factors: expected at least one column, got none")
    groups, names = _groups(table, origin)
    _require_one_row_each(table, origin, destination)
    yes_no = tuple(name for name in factors if table[name].isin((0, 1)).all())
    logs = _logs(table, [share, *factors], yes_no)
    centred = logs - _sums(logs, groups, len(names))[groups] / np.bincount(groups)[groups, None]
    seen, causes = centred[:, 0], centred[:, 1:]
    spare = len(table) - len(names) - len(factors)
    if spare < 1:
        raise TooFewUnitsError(
            f"expected more rows than origins and factors together, got {len(table)} rows for"
            f" {len(names)} origins and {len(factors)} factors"
        )
    _require_independent(causes, factors)
    values, *_ = np.linalg.lstsq(causes, seen, rcond=None)
    missed = seen - causes @ values
    varied = float(seen @ seen)
    errors = np.sqrt(np.diag(np.linalg.inv(causes.T @ causes)) * float(missed @ missed) / spare)
    index = pd.Index(list(factors), name="factor")
    return MciFit(
        coefficients=pd.Series(values, index=index, name="coefficient"),
        standard_errors=pd.Series(errors, index=index, name="standard_error"),
        # Equal shares everywhere leave nothing to explain: 0 rather than undefined.
        r2=1.0 - float(missed @ missed) / varied if varied > 0.0 else 0.0,
        n=len(table),
        origin=origin,
        destination=destination,
        yes_no=yes_no,
    )


def predict(fit: MciFit, table: pd.DataFrame) -> pd.Series:
    """Share of each row's destination in its origin, 0 to 1, on the index of `table`; 1 per origin.

    A factor of 0 with a positive exponent, such as a closed site's floor area, gives 0. Raises
    WrongShapeError where a yes/no factor holds anything but 0 and 1.

    >>> table = pd.DataFrame({
    ...     "from": ["a", "a", "b", "b"], "to": ["x", "y", "x", "y"],
    ...     "share": [0.8, 0.2, 0.5, 0.5], "size": [4.0, 1.0, 2.0, 2.0],
    ... })
    >>> found = fit(table, origin="from", destination="to", share="share", factors=["size"])
    >>> predict(found, table.assign(size=[3.0, 1.0, 1.0, 1.0])).round(6).tolist()
    [0.75, 0.25, 0.5, 0.5]
    """
    factors = list(fit.coefficients.index)
    require(table, fit.origin, fit.destination, *factors)
    groups, names = _groups(table, fit.origin)
    _require_one_row_each(table, fit.origin, fit.destination)
    values = _numbers(table, factors)
    for name in fit.yes_no:
        if not table[name].isin((0, 1)).all():
            raise WrongShapeError(f"{name}: expected 0 or 1 as in the fit, got other values")
    # A yes/no factor is the logarithm of its exponential.
    plain = np.array([name in fit.yes_no for name in factors])
    values = np.where(plain, np.exp(np.where(plain, values, 0.0)), values)
    exponents = fit.coefficients.to_numpy(dtype=np.float64)
    closed = (values == 0.0) & (exponents > 0.0)
    if ((values == 0.0) & ~closed).any():
        column = int(np.argwhere((values == 0.0) & ~closed)[0][1])
        raise NegativeValueError(
            f"{factors[column]}: expected above 0, since its exponent is not positive, got 0"
        )
    utility = np.where(closed, 0.0, np.log(np.where(closed, 1.0, values))) @ exponents
    utility[closed.any(axis=1)] = -np.inf
    top = np.full(len(names), -np.inf)
    np.maximum.at(top, groups, utility)
    if np.isneginf(top).any():
        where = names[int(np.argmin(top))]
        raise NegativeValueError(
            f"origin {where}: expected a destination with all factors above 0, got none"
        )
    weight = np.exp(utility - top[groups])
    total = np.bincount(groups, weights=weight, minlength=len(names))
    return pd.Series(weight / total[groups], index=table.index, name="share")


def _require_one_row_each(table: pd.DataFrame, origin: str, destination: str) -> None:
    unnamed = int(table[destination].isna().sum())
    if unnamed:
        raise MissingValueError(
            f"{destination}: expected a destination in each row, got {unnamed} without"
        )
    twice = table.duplicated([origin, destination])
    if twice.any():
        row = table.loc[twice].iloc[0]
        raise WrongShapeError(
            f"expected one row per origin and destination, got a second for {row[origin]} and"
            f" {row[destination]}"
        )


def _groups(table: pd.DataFrame, origin: str) -> tuple[np.ndarray, pd.Index]:
    groups, names = pd.factorize(table[origin])
    if (groups < 0).any():
        raise MissingValueError(
            f"{origin}: expected an origin in each row, got {int((groups < 0).sum())} without"
        )
    return groups, pd.Index(names)


def _numbers(table: pd.DataFrame, columns: list[str]) -> Floats:
    values = table[columns].to_numpy(dtype=np.float64, na_value=np.nan)
    for column, cells in zip(columns, values.T, strict=True):
        if not np.isfinite(cells).all():
            raise MissingValueError(
                f"{column}: expected known values, got {int((~np.isfinite(cells)).sum())} without"
            )
        if (cells < 0.0).any():
            raise NegativeValueError(f"{column}: expected 0 or more, got {cells.min():g}")
    return values


def _logs(table: pd.DataFrame, columns: list[str], yes_no: Sequence[str]) -> Floats:
    """Natural logarithms of the columns, yes/no ones as they are."""
    values = _numbers(table, columns)
    for column, cells in zip(columns, values.T, strict=True):
        if column not in yes_no and (cells == 0.0).any():
            raise NegativeValueError(
                f"{column}: expected above 0, got {int((cells == 0.0).sum())} of 0, which have no"
                " logarithm: leave these rows out, or count one visit more everywhere and say so"
            )
    plain = np.array([column in yes_no for column in columns])
    return np.where(plain, values, np.log(np.where(plain, 1.0, values)))


def _sums(values: Floats, groups: np.ndarray, count: int) -> Floats:
    sums = np.zeros((count, values.shape[1]))
    np.add.at(sums, groups, values)
    return sums


def _require_independent(causes: Floats, factors: Sequence[str]) -> None:
    # Centring leaves rounding of the logarithms behind where a factor does not vary.
    width = np.sqrt((causes**2).mean(axis=0))
    still = [name for name, size in zip(factors, width, strict=True) if size < 1e-12]
    if still:
        raise NotIdentifiedError(
            f"{', '.join(still)}: expected to differ between the destinations of an origin"
        )
    if np.linalg.svd(causes / width, compute_uv=False)[-1] < 1e-9 * np.sqrt(len(causes)):
        raise NotIdentifiedError(f"{', '.join(factors)}: each is told by the others: leave one out")
