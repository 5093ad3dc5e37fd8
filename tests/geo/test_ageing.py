"""How far a figure may have moved since it was counted."""

import numpy as np
import pandas as pd
import pytest

from geo.ageing import YEARLY_CHANGE, ageing_error, yearly_change
from tests.dashboard import shipped


def test_the_stated_yearly_change_is_that_of_the_shipped_establishments():
    rows = shipped.facts().catalogue.table("observations")
    kinds = ["establishments_trade", "establishments_hospitality"]
    rows = rows[rows["indicator"].isin(kinds) & (rows["area_kind"] == "municipality")]
    figures = pd.DataFrame(
        {
            "series": rows["place_id"] + rows["indicator"],
            "year": rows["period_end"].dt.year,
            "value": rows["value"],
        }
    )
    assert len(figures) == 60 and figures["year"].min() == 2007 and figures["year"].max() == 2012
    assert yearly_change(figures) == pytest.approx(YEARLY_CHANGE, abs=0.001)


def test_a_gap_in_the_years_is_no_yearly_change():
    figures = pd.DataFrame(
        {"series": ["a", "a", "a"], "year": [2007, 2008, 2010], "value": [1.0, np.e, 9.0]}
    )
    assert yearly_change(figures) == pytest.approx(1.0)


def test_four_years_leave_twice_as_much_open_as_one():
    assert ageing_error(100.0, 0) == 0.0
    assert ageing_error(100.0, 1) == pytest.approx(4.5)
    assert ageing_error(-100.0, 4) == pytest.approx(9.0)
