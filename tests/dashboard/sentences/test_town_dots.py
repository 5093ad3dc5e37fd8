"""The rows of dots of the opening view: filled only where all that is known counts alike."""

import pytest

from dashboard.i18n.text import texts
from dashboard.sentences import town_dots
from dashboard.sentences.town_dots import Dot
from tests.dashboard import shipped, voorbeeldstad

NL = texts("nl")


def test_vacancy_that_all_centres_count_alike_compares_beside_an_edge_without_a_figure():
    facts = voorbeeldstad.facts()
    edge = facts.places["voorbeeldboulevard"]
    column = town_dots.vacancy((*facts.centres, edge), facts, NL)
    assert column.compares and column.note.endswith("binnenstad, oktober 2024")
    values = [dot.value for dot in column.dots.values()]
    assert len(values) == 10 and values == sorted(values, reverse=True)
    assert {dot.basis for dot in column.dots.values()} == {""}


def test_vacancy_that_each_centre_counts_in_its_own_way_says_so_at_each_dot():
    facts = shipped.facts()
    column = town_dots.vacancy(facts.centres, facts, NL)
    assert not column.compares and column.note == NL("overview.dots_apart")
    assert "november 2023" in column.dots["hengelo"].basis


def test_a_dot_cites_what_it_rests_on():
    facts = shipped.facts()
    hengelo = town_dots.vacancy(facts.centres, facts, NL).dots["hengelo"]
    assert [row.value for row in hengelo.cited] == [hengelo.value] == [pytest.approx(0.193)]
    assert Dot(1.0, "1").cited == ()
