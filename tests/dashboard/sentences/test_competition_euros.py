"""Euros are a range with two figures of its larger end, in a unit that fits it."""

import pytest

from dashboard.analysis.competition.outcome import Interval
from dashboard.i18n.text import texts
from dashboard.sentences.competition_euros import euros, euros_rest_on, spending_notes
from tests.dashboard import voorbeeldstad


@pytest.mark.parametrize(
    ("low", "high", "written"),
    [
        (-6_449_000.0, -2_139_000.0, "\N{MINUS SIGN}6,4 tot \N{MINUS SIGN}2,1 mln"),
        (-14_300_000.0, -5_200_000.0, "\N{MINUS SIGN}14 tot \N{MINUS SIGN}5 mln"),
        (0.0, 287_400_000.0, "0 tot +290 mln"),
        (-9_960_000.0, 1_000_000.0, "\N{MINUS SIGN}10 tot +1 mln"),
        (121_400.0, 846_000.0, "+120 tot +850 duizend"),
        (999_900.0, 999_990.0, "+1,0 tot +1,0 mln"),
        (0.0, 0.0, "geen verschil"),
    ],
)
def test_both_ends_are_written_to_one_step(low, high, written):
    assert euros(Interval(low, high), texts("nl")) == written


@pytest.mark.slow
def test_notes_name_figure_area_year_and_publisher(model, facts):
    notes = " ".join(spending_notes(model, facts, texts("nl")))
    for named in ("Winschoten, 2017", "2.168 euro", "Nederland, 2017", "3.198 euro", "Oldambt"):
        assert named in notes
    assert "Geen van die cijfers gaat over Twente" in notes


@pytest.mark.slow
def test_without_figures_a_line_says_why_there_are_only_points(model):
    example, text = voorbeeldstad.facts(), texts("nl")
    assert euros_rest_on(None, model, example, text).startswith("Geen euro's, alleen procentpunten")
    assert spending_notes(model, example, text)[0] == euros_rest_on(None, model, example, text)
