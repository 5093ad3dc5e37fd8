"""The view Initiatieven in every language: filters, cards, the count that always stands there,
effect or its refusal.
"""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.exports import downloads
from dashboard.i18n.text import texts
from dashboard.press.studio import Studio
from dashboard.selection import permalink
from dashboard.session import cache, visitor
from data import catalogue
from tests.dashboard import towns
from tests.dashboard.driving import opened, words

pytestmark = pytest.mark.slow

LANGUAGES = ("nl", "en", "de")
VIEW = "initiatieven.py"
EFFECT = "effect.py"


@pytest.fixture(scope="module")
def five(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The snapshot of the five made-up towns; not to be written to."""
    return towns.snapshot(tmp_path_factory.mktemp("towns"))


@pytest.fixture
def made_up(five: Path) -> Iterator[None]:
    """The five made-up towns served instead of the facts that ship."""
    before = cache._served.folder
    cache.use(five)
    yield
    cache.use(before)


def listed(app: AppTest) -> str:
    return words(app)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_count_never_stands_without_its_text(lang):
    said = listed(opened(VIEW, taal=lang))
    assert texts(lang)("note.initiatives", described=13, first=9, unsure=4) in said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_without_data_there_is_a_card_and_no_effect(lang):
    text = texts(lang)
    said = listed(opened(EFFECT, taal=lang))
    assert text("verdict.card_title") in said and text("verdict.difference_title") not in said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_surveyed_town_shows_both_designs(made_up, lang):
    text = texts(lang)
    said = listed(opened(EFFECT, taal=lang, plaats="aastad"))
    for key in ("difference_title", "synthetic_title", "together_agree"):
        assert text(f"verdict.{key}") in said
    assert text("verdict.card_title") not in said


@pytest.fixture
def example():
    """Voorbeeldstad served instead of the facts that ship."""
    before = cache._served.folder
    cache.use(catalogue.EXAMPLE)
    yield
    cache.use(before)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_made_up_town_shows_the_whole_analysis(example, lang):
    text = texts(lang)
    app = opened(EFFECT, taal=lang)
    said = listed(app)
    for key in ("difference_title", "synthetic_title", "together_agree", "donors"):
        assert text(f"verdict.{key}") in said
    for key in ("trend_passed", "placebos_said", "difference_down", "synthetic_down"):
        assert text.open(f"verdict.{key}").split("{")[0] in said
    drawn = {component.proto.id.rsplit("-", 1)[-1] for component in app.get("bidi_component")}
    assert "effect_voorbeeldstad" in drawn and text("example.short") in said
    assert text("verdict.card_title") not in said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_kind_with_too_few_streets_is_refused_in_the_made_up_town(example, lang):
    text = texts(lang)
    said = listed(opened(EFFECT, taal=lang, type="activity"))
    assert text("verdict.kinds", kinds=text("kind.activity")) in said
    assert text("verdict.difference_refused_treated_units", found=1, needed=5) in said


def test_a_kind_nobody_began_between_surveys_says_so(made_up):
    said = listed(opened(EFFECT, plaats="aastad", type="transformation"))
    assert "niets te zeggen: transformatie en samenwerking" in said


def test_a_town_without_surveys_shows_the_card(made_up):
    assert texts("nl")("verdict.card_title") in listed(opened(EFFECT, plaats="beestad"))


def test_a_small_network_says_so(made_up):
    assert "Een netwerk is nog niet te tekenen" in listed(opened(VIEW))


def test_a_link_restores_part_actor_and_fit():
    app = opened(VIEW, rol="funder", actor="regio-twente", profiel="not_judged")
    assert app.button_group(key="w_rol").value == ["funder"]
    assert app.multiselect(key="w_actor").value == ["regio-twente"]
    assert "2 van de 13 beschreven initiatieven" in listed(app)
    assert app.query_params["actor"] == "regio-twente"


def test_every_filter_moves_the_address():
    app = opened(VIEW)
    app.button_group(key="w_rol").set_value(["owner"]).run()
    assert app.query_params["rol"] == "owner"
    app.multiselect(key="w_actor").set_value(["ons-huis"]).run()
    assert app.query_params["actor"] == "ons-huis"
    app.button_group(key="w_profiel").set_value(["profile_unknown"]).run()
    assert app.query_params["profiel"] == "profile_unknown"
    app.button_group(key="w_type").set_value(["physical"]).run()
    app.button_group(key="w_tranche").set_value(["unknown"]).run()
    app.slider(key="w_periode").set_value((2010, 2020)).run()
    assert app.query_params["periode"] == "2010-2020"
    assert "1 van de 13" in listed(app) and "Fabrieksschool" in listed(app)
    app.multiselect(key="w_straat").set_value(["enschede/oude-markt"]).run()
    assert "Geen enkel beschreven initiatief past" in listed(app)


def test_clearing_brings_all_back_but_the_place():
    app = opened(VIEW, plaats="enschede", rol="owner", actor="ons-huis")
    app.button(key="reset").click().run()
    assert (app.query_params["rol"], app.query_params["actor"]) == ("alle", "alle")
    assert app.query_params["plaats"] == "enschede"


def test_a_card_shows_actors_precision_and_what_is_unknown():
    said = listed(opened(VIEW, keuze="initiatieven:the-passion"))
    assert (
        "The Passion (Enschede)" in said
        and "alleen de stad" in said
        and "onbekend: vul aan" in said
    )


def test_the_view_leaves_the_layers_of_the_map_alone():
    app = opened(VIEW, laag="treinreizigers")
    assert app.query_params["laag"] == "treinreizigers"


def test_the_sheet_and_the_list_are_at_their_addresses():
    selection, _ = permalink.parse({"plaats": "oldenzaal"}, visitor.vocabulary(cache.facts()))
    studio = Studio(cache.facts())
    sheet = downloads.make_from_studio(studio, "initiatieven-sjabloon.csv", selection)
    assert (
        downloads.file_name("initiatieven-sjabloon.csv", selection)
        == "stadshart-initiatieven-sjabloon-oldenzaal.csv"
    )
    rows = list(csv.DictReader(io.StringIO(sheet.content.decode("utf-8-sig")), delimiter=";"))
    assert {row["initiatief"] for row in rows} == {"Boeskoolmarkt", "De Verjoardag"}
    for form in ("csv", "xlsx"):
        assert downloads.make_from_studio(studio, f"initiatieven.{form}", selection).content
