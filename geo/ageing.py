"""How far a figure may have moved since it was counted."""

import numpy as np
import pandas as pd

YEARLY_CHANGE = 0.045
"""Typical relative change of a figure in one year: 4.5 per cent.

The root mean square of the year-to-year changes of logarithms of the establishments in trade and
in hospitality in the five municipalities, 2007-2012 (50 changes, CBS 81575NED). A shared rise or
fall and the rounding of the source count as change, so that it is rather too large than too small.
Other measures have no yearly series; that they move as fast is an assumption.
"""


def yearly_change(figures: pd.DataFrame) -> float:
    """Root mean square of the changes of logarithms from one year to the next.

    `figures` has the columns `series`, `year` and `value` (above 0), one row per series and year;
    only changes between two years in succession count.
    """
    rows = figures.sort_values(["series", "year"])
    change = np.log(rows["value"]).groupby(rows["series"]).diff()
    change = change[rows.groupby("series")["year"].diff() == 1]
    return float(np.sqrt((change**2).mean()))


def ageing_error(value: float, years_old: int) -> float:
    """Standard error that age adds, in the unit of the value.

    A random walk: changes of successive years are independent, so it grows with the square root of
    the age. A figure of this year has none.
    """
    return float(abs(value) * YEARLY_CHANGE * years_old**0.5)
