"""The pilot as one drawing: a mark per initiative, and evidence that claims no more than it has."""

import re
from dataclasses import replace

import pytest

from dashboard.i18n.text import LANGUAGES, texts
from dashboard.panels.initiatives import chain
from dashboard.selection import permalink
from dashboard.selection.context import Context
from dashboard.session import visitor
from tests.dashboard import shipped, voorbeeldstad
from tests.dashboard.evidence_town import usual

NL = texts("nl")
FACTS = shipped.facts()


def context(facts=FACTS, lang: str = "nl") -> Context:
    """The whole region of these facts."""
    return Context(facts, texts(lang), permalink.opening(visitor.vocabulary(facts), lang))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_of_23_initiatives_nine_are_known_with_their_round_four_by_name_and_ten_not(lang):
    said = chain.marks(context(lang=lang))
    assert said.count('class="sure"') == 9 and said.count('class="unsure"') == 4
    assert said.count("<span role") == 10
    assert texts(lang)("chain.marks", total=23, sure=9, unsure=4, unknown=10) in said


def test_every_known_mark_leads_to_its_initiative():
    links = re.findall(r'href="([^"]*)"', chain.marks(context()))
    assert len(links) == 13
    assert all("keuze=initiatieven:" in link for link in links)


def test_without_a_count_there_are_no_marks():
    assert chain.marks(context(voorbeeldstad.facts())) is None


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_step_nobody_measured_is_drawn_as_unknown(lang):
    said = chain.drawing(context(lang=lang), ())
    assert said.count('class="step"') == 4
    assert said.count("arrow known") == 1 and said.count("arrow unknown") == 2
    assert texts(lang)("chain.effect_none") in said and "{" not in said


def test_the_example_was_judged_and_measured():
    facts = voorbeeldstad.facts()
    evidence = replace(usual(), place_id=facts.centres[0].place_id)
    said = chain.drawing(context(facts), ())
    # Of 8: 4 fit, 1 partly.
    assert "4 passen, 1 deels" in said and said.count("arrow known") == 2
    assert chain.drawing(context(facts), (evidence,)).count("arrow known") == 3


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_to_measure_names_what_both_designs_need(lang):
    said = chain.calendar(texts(lang))
    # Five streets with an initiative and five without; five surveys before it begins.
    assert "10 " in said and "5 " in said and said.count("<dt>") == 4


def test_only_the_pilot_has_lessons():
    assert "Saxion" in chain.lessons(FACTS, NL)
    assert chain.lessons(voorbeeldstad.facts(), NL) is None
