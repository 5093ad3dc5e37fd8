"""The view Vergelijk without a browser: what it opens with, and what it does with any choice."""

import re

import pytest

from dashboard.i18n.text import LANGUAGES, texts
from dashboard.panels.comparison import choice
from dashboard.selection import permalink
from dashboard.selection.context import Context, context_of
from dashboard.session import visitor
from data import catalogue
from tests.dashboard import shipped, voorbeeldstad
from tests.dashboard.driving import control, opened, served, words

pytestmark = pytest.mark.slow

VIEW = "vergelijk.py"


@pytest.fixture
def example():
    """Voorbeeldstad served instead of the facts that ship."""
    with served(catalogue.EXAMPLE):
        yield


def context(facts=None, **query: str) -> Context:
    """What a link asks of a snapshot."""
    facts = facts or shipped.facts()
    return context_of(facts, permalink.parse(query, visitor.vocabulary(facts, query))[0])


def columns(said: str) -> list[str]:
    """The heads of the first table."""
    return re.findall(r'<th scope="col">(?:<a[^>]*>)?([^<]*)', said.partition("</thead>")[0])


@pytest.mark.parametrize("lang", ["nl", "de"])
def test_without_a_choice_the_five_towns_stand_side_by_side(lang):
    said = words(opened(VIEW, taal=lang))
    assert columns(said) == ["Almelo", "Borne", "Enschede", "Hengelo", "Oldenzaal"]
    assert texts(lang)("comparison.apart") in said and 'class="apart"' in said


def test_a_link_with_two_towns_shows_those_two():
    app = opened(VIEW, naast="hengelo,almelo")
    assert columns(words(app)) == ["Almelo", "Hengelo"]
    assert app.query_params["naast"] == "almelo,hengelo"


def test_one_town_asks_for_another_and_nothing_chosen_shows_all():
    app = opened(VIEW, naast="almelo,hengelo")
    control(app.get("button_group"), "naast").set_value(["almelo"]).run()
    assert texts("nl")("comparison.too_few", name="Almelo") in words(app)
    assert "<table" not in words(app)
    control(app.get("button_group"), "naast").set_value([]).run()
    assert len(columns(words(app))) == 5 and "naast" not in app.query_params


def test_more_than_five_say_which_do_not_fit(example):
    six = [f"voorbeeld{end}" for end in ("berg", "brug", "burg", "dal", "duin", "haven")]
    said = words(opened(VIEW, naast=",".join(six)))
    assert texts("nl")("comparison.too_many", most=5, names="Voorbeeldhaven") in said
    assert len(columns(said)) == 5


def test_streets_show_the_margin_the_count_and_their_units_on_one_scale(example):
    said = words(opened(VIEW, naast="straten"))
    assert columns(said) == ["Langestraat", "Oosterstraat", "Noorderstraat"]
    assert said.partition("</table>")[0].count('class="ranged"') == 3
    assert "4 van 41 panden geteld" in said
    # 41, 36 and 33 units.
    assert re.findall(r"--share:(\d+)", said)[:3] == ["100", "88", "80"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_without_streets_it_says_so_and_leads_to_the_example(lang):
    said = words(opened(VIEW, taal=lang, naast="straten", plaats="borne"))
    assert texts(lang)("note.streets_empty", place="Borne") in said
    assert f"streek=voorbeeld&amp;taal={lang}&amp;naast=straten" in said


def test_years_of_one_town_or_of_all(example):
    said = words(opened(VIEW, naast="2019,2024", plaats="voorbeeldstad"))
    assert columns(said) == ["2019", "2024"] and "Voorbeeldstad: " not in said
    assert "Voorbeeldberg: " in words(opened(VIEW, naast="2019,2024"))


@pytest.mark.parametrize(
    ("view", "query", "asked"),
    [
        ("centrum", {"plaats": "hengelo"}, {"plaats": "hengelo"}),
        ("kaart", {"periode": "2019-2023"}, {"naast": "2019,2023"}),
        ("profiel", {"periode": "2019-2023"}, {}),
        ("straten", {"plaats": "hengelo"}, {"plaats": "hengelo", "naast": "straten"}),
    ],
)
def test_every_view_leads_here_with_its_town_street_or_period(view, query, asked):
    address = choice.address(context(**query), view)
    assert address.startswith("./vergelijk?")
    for key, value in asked.items():
        assert f"{key}={value}" in address
    assert ("naast=" in address) == ("naast" in asked)


def test_the_chosen_street_and_the_one_beside_it_are_compared():
    two = {"keuze": "straten:voorbeeldstad/langestraat", "vergelijk": "voorbeeldstad/oosterstraat"}
    address = choice.address(context(voorbeeldstad.facts(), **two), "straten")
    assert "naast=voorbeeldstad/langestraat,voorbeeldstad/oosterstraat" in address


def test_streets_that_only_a_published_figure_names_have_nothing_to_compare():
    first, second = shipped.facts().street_keys(shipped.facts().places)[:2]
    said = words(opened(VIEW, naast=f"{first},{second}"))
    assert texts("nl")("note.streets_empty", place=texts("nl")("region.five")) in said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_vacancy_of_different_counts_is_not_to_be_compared_between_years(lang):
    # Hengelo: 9 % of the municipality in 2019, 19.3 % of the premises of the centre in 2023.
    caution = texts(lang)("comparison.unlike")
    assert caution in words(opened(VIEW, plaats="hengelo", naast="2019,2023", taal=lang))
    assert caution not in words(opened(VIEW, plaats="hengelo", naast="2024,2025", taal=lang))
