"""What published sources say of single streets, in the facts that ship."""

import pytest

from dashboard.analysis import published_street_figures
from dashboard.i18n.text import LANGUAGES, texts
from dashboard.maps.street_content import town_of
from dashboard.panels.streets import published_figures
from dashboard.selection import permalink
from dashboard.selection.context import Context, context_of
from dashboard.session import visitor
from tests.dashboard import shipped, voorbeeldstad


@pytest.fixture(scope="module")
def facts():
    return shipped.facts()


def named(facts, place_id, lang="nl"):
    return {one.name: one for one in published_street_figures.of_place(facts, place_id, lang)}


def test_a_street_carries_what_is_said_of_it_and_who_did_something_there(facts):
    found = named(facts, "enschede")
    assert [row.name for row in found["Noorderhagen"].initiatives] == [
        "Fabrieksschool",
        "Noorderhagenstraat",
    ]
    market = found["Oude Markt"]
    assert [row.value_text for row in market.figures] == ["centraal plein van de binnenstad"]
    assert [row.name for row in market.initiatives] == ["Wannaplay"]


def test_a_square_named_in_two_ways_of_its_town_is_one(facts):
    assert len(named(facts, "enschede")["Van Heekplein"].figures) == 2


def test_streets_come_before_markets_and_buildings(facts):
    assert list(named(facts, "hengelo"))[-2:] == [
        "Voormalig V&D-pand",
        "Warenmarkt Hengelo, Marktplein",
    ]


def test_newest_first(facts):
    assert [row.year for row in named(facts, "oldenzaal")["Deurningerstraat"].figures] == [
        2021,
        2016,
    ]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_town_has_something_to_say_in_every_language(facts, lang):
    text = texts(lang)
    for place in facts.centres:
        found = published_street_figures.of_place(facts, place.place_id, lang)
        selection = permalink.at_place(
            permalink.opening(visitor.vocabulary(facts), lang), place.place_id
        )
        said = published_figures.known(Context(facts, text, selection), found)
        assert found and said.count("<tr>") == 1 + sum(
            len(one.figures) + len(one.initiatives) for one in found
        )
        # Every row leads to where the whole figure or initiative stands.
        assert said.count("./cijfers?") + said.count("./initiatieven?") >= said.count("<tr>") - 1


def test_a_part_of_a_street_is_said_on_the_page_of_the_whole(facts):
    areas = [
        row.area_name
        for row in published_street_figures.of_street(facts, "hengelo/enschedesestraat")
    ]
    assert areas == [
        "Enschedesestraat (oostelijk deel), Hengelo",
        "Enschedesestraat (westelijk deel), Hengelo",
    ]
    assert published_street_figures.of_street(facts, "almelo/enschedesestraat") == ()


def test_a_name_of_two_towns_keeps_them_apart(facts):
    assert [
        row.value for row in published_street_figures.of_street(facts, "almelo/grotestraat")
    ] == [940.0]
    assert [row.year for row in published_street_figures.of_street(facts, "borne/grotestraat")] == [
        2010
    ]


def test_without_a_choice_the_town_with_most_to_say_opens(facts):
    assert town_of(context_of(facts, permalink.opening(visitor.vocabulary(facts)))) == "enschede"


def test_what_can_be_added_names_the_command_with_its_place(facts):
    said = published_figures.more("borne", None, texts("nl"))
    assert "<code>stadshart-etl run</code>" in said
    assert "<code>stadshart-etl import shop_survey BESTAND.xlsx --place borne</code>" in said
    assert said.index("stadshart-etl run") < said.index("shop_survey") < said.index("counters")


@pytest.mark.slow
def test_a_surveyed_and_tested_town_lacks_nothing():
    assert (
        published_figures.more(
            "voorbeeldstad", voorbeeldstad.facts(beyond=False).towns["voorbeeldstad"], texts("nl")
        )
        == ""
    )


def test_a_town_of_which_nothing_is_said_says_so(facts):
    selection = permalink.at_place(permalink.opening(visitor.vocabulary(facts)), "almelo")
    assert "is in de bronnen niets gevonden" in published_figures.known(
        Context(facts, texts("nl"), selection), ()
    )
