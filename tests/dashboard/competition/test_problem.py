"""The slopes a fit follows are those of the flows it fits."""

import numpy as np
import pytest

from dashboard.competition import calibration
from dashboard.competition.problem import START, Problem, Unknowns


def test_slopes_are_how_the_flows_move(model, facts):
    problem = Problem(model.region, calibration._targets(model.region, facts))
    unknowns = Unknowns(np.full(len(model.region.named), 0.3), 0.4, 2.0)
    here, step = np.array(START), 1e-6 * np.array(START)
    flows, slopes = problem.slopes(unknowns)(here)
    spent = problem.flows(unknowns)
    assert flows == pytest.approx(spent(here), rel=1e-12)
    for at, slope in enumerate(slopes):
        aside = np.zeros(here.size)
        aside[at] = step[at]
        felt = (spent(here + aside) - spent(here - aside)) / (2.0 * step[at])
        assert np.abs(slope - felt).max() <= 1e-5 * np.abs(felt).max()
