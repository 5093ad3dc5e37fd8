"""The made-up region on the page: index, look-alikes and model are there, and no word is about a
real place.
"""

import re
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from dashboard.i18n.text import LANGUAGES, texts
from dashboard.session import cache
from data import catalogue
from geo import indicators
from tests.dashboard.driving import IN_TURN, opened, served, words

pytestmark = pytest.mark.slow

EQUAL = ",".join(
    f"{name}:{0 if module.INDICATOR.of_size else 100}"
    for name, module in indicators.declared_measures().items()
)
# Places, publishers and countries the texts of the real region speak of; the product's own name
# holds one of them.
REAL = re.compile(
    r"Westermaat|Hengelo|Enschede|Oldenzaal|Almelo|\bBorne\b|Gronau|Twente|Winschoten|Raalte|\bCBS\b|GeoNames|Nederland|Netherlands|Niederlande|Duitsland|Germany|Deutschland"
)
GROWN = "naam:rand-groeit,vloer:voorbeeldboulevard:150"


@pytest.fixture(autouse=True)
def example() -> Iterator[None]:
    with served(catalogue.EXAMPLE):
        yield


@pytest.mark.parametrize("lang", LANGUAGES)
def test_index_shows_an_interval_of_ranks_for_every_centre(lang):
    text = texts(lang)
    app = opened("profiel.py", taal=lang)
    assert text("index.result") not in words(app)
    app.toggle(key="w_index").set_value(True).run()
    said = words(app)
    assert (
        text("index.result") in said
        and text("index.sobol") in said
        and text("index.gaps") not in said
    )
    assert app.query_params["gewichten"] == EQUAL
    # Voorbeeldkerk is last whatever one assumes, and no centre is first whatever one assumes.
    found = cache.ranking(
        tuple((name, int(weight)) for name, weight in (one.split(":") for one in EQUAL.split(",")))
    )
    assert len(found.places) == 10 and found.coverage > 0.8
    last = next(one for one in found.places if one.place_id == "voorbeeldkerk")
    assert (last.rank_low, last.same) == (10, ())
    apart, same = text("index.told_apart"), text("index.same_as", others="|").split("|")[0]
    assert 0 < said.count(apart) * 9 == said.count(same)
    assert sum(one.rank_low == 1 for one in found.places) > 1


@pytest.mark.parametrize("lang", LANGUAGES)
def test_profile_names_strengths_weaknesses_and_look_alikes(lang):
    text = texts(lang)
    strong, weak = (
        words(opened("profiel.py", taal=lang, plaats=place))
        for place in ("voorbeeldweide", "voorbeeldkerk")
    )
    assert text("profile.side_strong") in strong and text("profile.side_weak") in weak
    alike = re.escape(
        text("profile.alike", place="Voorbeeldkerk", others="|", number=9, features="#")
    ).replace(r"\#", r"\d+")
    assert re.search(alike.replace(r"\|", "Voorbeelddal[^.]*"), weak)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_competition_shows_a_calibrated_model_with_its_error(lang):
    text = texts(lang)
    said = words(opened("concurrentie.py", taal=lang, scenario=GROWN))
    assert text("competition.needs_tables") not in said
    assert (
        text("competition.error", targets=6, free=4, rmse="|", foreseen="|").split("|")[0] in said
    )
    assert text("survey.voorbeeldstreek_2023.edge_outside") in said and "rand groeit" in said


@pytest.mark.parametrize(("view", "lang"), IN_TURN)
def test_every_page_says_that_it_is_made_up_and_no_word_is_about_a_real_place(view, lang):
    page = words(opened(view, taal=lang))
    assert texts(lang)("example.short") in page
    said = re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)
    said = said.replace("Stadshart Twente", "").replace("plaats=twente", "")
    assert [said[max(0, met.start() - 80) : met.end() + 40] for met in REAL.finditer(said)] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_figures_counted_alike_are_not_said_to_differ(lang):
    text = texts(lang)
    said = words(opened("kaart.py", taal=lang))
    assert text("note.vacancy_alike", what="|", area="", period="").split("|")[0] in said
    # Within these years only Voorbeeldstad has figures: beside nothing nothing is alike.
    fewer = words(opened("kaart.py", taal=lang, periode="2015-2018"))
    assert text("note.vacancy", per_place="|").split("|")[0] in fewer


def test_overview_leads_with_the_edge_and_its_city():
    said = words(opened("overzicht.py"))
    assert (
        "Voorbeeldboulevard trok in 2023 78 % van zijn bezoekers van buiten Voorbeeldstad"
        in said.replace("\u00a0", " ")
    )
    # Ten centres with one definition and month compare, the emptiest first.
    assert texts("nl")("overview.dots_apart") not in said
    assert texts("nl")("overview.dots_note", column="Leegstand") in said


def test_facts_of_the_example_say_that_they_are():
    facts: SimpleNamespace = cache.facts()
    assert facts.example and all("voorbeeld" in one or "beispiel" in one for one in facts.places)
