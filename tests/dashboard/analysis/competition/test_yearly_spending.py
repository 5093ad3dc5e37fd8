"""Euros per year come from published spending per head, with every end of both ranges."""

import pytest

from dashboard.analysis.competition import surveys
from dashboard.analysis.competition.outcome import Interval
from dashboard.analysis.competition.region import figure
from dashboard.analysis.competition.yearly_spending import spending_per_head, yearly_change
from tests.dashboard import voorbeeldstad


def test_a_loss_of_two_to_three_points_of_a_thousand_residents():
    per_head = Interval(2_000.0, 3_000.0)
    lost = yearly_change(Interval(-0.03, -0.02), 1_000.0, per_head)
    assert (lost.low, lost.high) == pytest.approx((-90_000.0, -40_000.0))
    untold = yearly_change(Interval(-0.01, 0.02), 1_000.0, per_head)
    assert (untold.low, untold.high) == pytest.approx((-30_000.0, 60_000.0))


def test_figures_of_a_survey_are_the_range_that_its_check_uses(facts):
    for survey in surveys.all_surveys():
        for kind, ends in (("daily", survey.daily_eur), ("other", survey.other_eur)):
            if kind in survey.per_head:
                assert tuple(figure(facts, name) for name in survey.per_head[kind]) == ends


@pytest.mark.slow
def test_range_of_a_branch_is_the_published_one_times_its_part(model, facts):
    whole = spending_per_head(model, facts, "niet_dagelijks")
    assert whole is not None and whole.part is None
    assert (whole.euros.low, whole.euros.high) == (2_168.0, 3_198.0)
    part = spending_per_head(model, facts, "grootschalig")
    assert part is not None and part.part is not None
    assert 0.19 <= part.part.low < part.part.high <= 0.62
    assert part.euros.low == pytest.approx(2_168.0 * part.part.low)
    daily = spending_per_head(model, facts, "dagelijks")
    assert daily is not None and (daily.euros.low, daily.euros.high) == (2_245.0, 2_595.0)


@pytest.mark.slow
def test_where_the_snapshot_holds_no_figure_there_are_no_euros(model):
    example = voorbeeldstad.facts()
    assert spending_per_head(model, example, "niet_dagelijks") is None
