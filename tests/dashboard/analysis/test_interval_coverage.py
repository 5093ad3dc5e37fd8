"""The stated intervals of the index hold the truth as often as they say."""

import pytest

from tests.bench import index_coverage

pytestmark = pytest.mark.slow


def test_nine_of_ten_intervals_hold_the_true_score_and_rank():
    held = index_coverage.coverage(simulations=60, draws=200)
    assert held["score"] >= index_coverage.TARGET and held["rank"] >= index_coverage.TARGET
