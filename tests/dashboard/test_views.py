"""Every view in every language, every filter moved once, broken links and empty selections."""

import re

import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetStates
from streamlit.testing.v1 import AppTest

from dashboard.session import visitor
from tests.dashboard.driving import VIEWS, control, opened, words

pytestmark = pytest.mark.slow

LANGUAGES = ("nl", "en", "de")


@pytest.fixture(
    scope="module", params=[(view, lang) for view in VIEWS for lang in LANGUAGES], ids="-".join
)
def screen(request: pytest.FixtureRequest) -> tuple[AppTest, str]:
    """A view in a language, opened once for all that only look at it."""
    view, lang = request.param
    return opened(view, taal=lang), lang


def test_every_view_says_up_to_when(screen):
    app, lang = screen
    dated = {"nl": "Bijgewerkt tot en met", "en": "Up to date until", "de": "Stand:"}[lang]
    assert f'<p class="dated">{dated} ' in words(app)


def test_every_view_opens_in_every_language(screen):
    app, lang = screen
    assert app.title[0].value
    assert app.query_params["taal"] == lang


def test_no_page_about_real_places_speaks_of_the_made_up_town(screen):
    assert "Voorbeeldstad" not in words(screen[0])


def test_the_address_holds_every_value():
    app = opened("kaart.py", plaats="hengelo", periode="2015-2023", laag="treinreizigers")
    assert dict(app.query_params) == {
        "plaats": "hengelo",
        "straat": "alle",
        "type": "physical,activity,transformation",
        "tranche": "first,tender,unknown",
        "periode": "2015-2023",
        "laag": "treinreizigers",
        "thema": "alle",
        "keuze": "geen",
        "taal": "nl",
        "beeld": "scherm",
        "rol": "alle",
        "actor": "alle",
        "profiel": "alle",
        "gewichten": "geen",
        "maten": "alle",
        "branche": "niet_dagelijks",
        "scenario": "geen",
        "kaartbeeld": "verschil",
        "maat": "leegstand",
        "grens": "alles",
        "duur": "alle",
        "nabij": "alle",
        "vergelijk": "geen",
        "streek": "eigen",
    }


def test_moving_the_place_moves_address_and_title():
    app = opened("kaart.py")
    app.selectbox(key="w_plaats").set_value("borne").run()
    assert app.query_params["plaats"] == "borne"
    assert "Borne" in app.title[0].value


def test_the_street_filter_says_what_it_hides():
    app = opened("kaart.py", straat="enschede/noorderhagen")
    assert "zonder bekende straat staan niet op de kaart" in words(app)


def test_moving_the_layers_changes_address_and_notes():
    app = opened("kaart.py")
    app.button_group(key="w_laag").set_value(["treinreizigers"]).run()
    assert app.query_params["laag"] == "treinreizigers"
    assert "Vergelijk 2017 en eerder niet met 2018 en later" in words(app)


def test_moving_the_period_changes_address():
    app = opened("kaart.py")
    app.slider(key="w_periode").set_value((2015, 2019)).run()
    assert app.query_params["periode"] == "2015-2019"


def test_moving_type_and_tranche_changes_address():
    app = opened("kaart.py")
    app.button_group(key="w_type").set_value(["activity"]).run()
    app.button_group(key="w_tranche").set_value(["first"]).run()
    assert app.query_params["type"] == "activity"
    assert app.query_params["tranche"] == "first"


def test_no_layer_explains_itself():
    app = opened("kaart.py", laag="geen")
    assert "Zet een laag aan" in words(app)


def test_empty_street_layer_says_what_it_needs():
    app = opened("kaart.py", plaats="borne", laag="straten")
    assert "Voor Borne zijn nog geen straatgegevens ingelezen" in words(app)


def test_broken_link_falls_back_visibly():
    app = opened("kaart.py", plaats="gotham", straat="<img src=x onerror=alert(1)>")
    said = words(app)
    assert "onbekende plaats &#x27;gotham&#x27;" in said
    assert "<img" not in said


def test_chosen_mark_shows_source_and_line_to_quote():
    app = opened("kaart.py", keuze="initiatieven:wannaplay")
    said = words(app)
    assert "Wannaplay (Enschede)" in said and "Bronregel" in said


def test_choice_outside_the_snapshot_is_said():
    app = opened("kaart.py", keuze="initiatieven:bestaat-niet")
    assert "valt buiten deze filters" in words(app)


def test_language_moves_everything_but_the_choice():
    app = opened("kaart.py", plaats="hengelo")
    app.button_group(key="w_taal").set_value("en").run()
    assert app.query_params["taal"] == "en" and app.query_params["plaats"] == "hengelo"
    assert app.title[0].value == "Hengelo: what is known"


def test_overview_names_the_facts_with_their_period():
    said = words(opened("overzicht.py"))
    for fact in (
        "76 %",
        "2019",
        "63 winkelpanden",
        "november 2023",
        "19,3 %",
        "13.896",
        "16 %",
        "13 initiatieven",
    ):
        assert fact in said, fact


def test_overview_never_suggests_a_cause():
    said = words(opened("overzicht.py"))
    assert "Ze bewijzen niet dat het een door het ander komt" in said


def test_figures_list_what_is_known_of_a_theme():
    said = words(opened("cijfers.py", plaats="hengelo", thema="vacancy"))
    for figure in ("63", "68", "19,3 %", "13.896"):
        assert figure in said


def test_figures_of_an_unknown_theme_say_so():
    said = words(opened("cijfers.py", plaats="borne", thema="spending_flows"))
    assert "kennen wij van Borne geen cijfer met bron" in said
    assert (
        '<details class="detail" open><summary>Ontbreekt een cijfer over Koopstromen in Borne'
        in said
    )
    assert "een koopstromenonderzoek" in said and "de beheerder van dit dashboard" in said
    form = re.search(r'data-copy="([^"]+)"', said)
    assert form and "Plaats: Borne" in form[1] and "Wat er is geteld: " in form[1]


def test_figures_stand_by_subject_newest_first_with_older_ones_folded():
    said = words(opened("cijfers.py", plaats="hengelo"))
    assert (
        said.count('<details class="subject">') > 8 and '<details class="subject" open>' not in said
    )
    alone = words(opened("cijfers.py", plaats="hengelo", thema="vacancy"))
    first, folded = alone.split("ouder of verder terug", 1)
    assert '<details class="subject" open>' in first
    assert "1 november 2023" in first or "november 2023" in first
    assert 'id="hengelo-binnenstad-vacant-premises-2023-11"' in first and "2017" in folded


def test_a_market_day_is_no_figure():
    said = words(opened("cijfers.py", plaats="hengelo", thema="market"))
    figures, known = said.split("Wel bekend, geen getal", 1)
    assert "Marktdag" in known and "Marktdag" not in figures and "gegeven" in known


def test_a_search_leaves_the_figures_that_hold_every_word():
    app = opened("cijfers.py")
    app.text_input(key="w_zoek_cijfer").set_value("leegstaande panden hengelo").run()
    said = words(app)
    assert "hengelo-binnenstad-vacant-premises-2023-11" in said and "almelo" not in re.findall(
        r'<tr id="(\w+)-', said
    )
    app.text_input(key="w_zoek_cijfer").set_value("<b>xyzzy").run()
    assert "Niets gevonden bij" in words(app) and "<b>xyzzy" not in words(app)


def test_sources_say_the_usual_licence_once_and_how_to_supply_first():
    app = opened("bronnen.py")
    said = words(app)
    usual = said.count("Licentie, waar niets anders staat")
    assert said.count("niet vermeld; los feit met bronvermelding") == usual
    assert said.index('id="aanvullen"') < said.index('class="subject"')
    assert '<details class="subject" open>' not in said
    app.text_input(key="w_zoek_bron").set_value("goudappel").run()
    assert '<details class="subject" open>' in words(app)
    assert "Goudappel" in words(app) and "Locatus (2014)" not in words(app)


@pytest.mark.parametrize("view", ["overzicht.py", "bronnen.py"])
def test_the_end_of_counting_passers_by_is_said(view: str):
    said = words(opened(view))
    assert "gestopt op 1 mei 2020" in said and "gestopt op 30 april 2021" in said


def test_every_mark_of_the_snapshot_has_its_details():
    from dashboard.i18n.text import texts
    from dashboard.panels import details
    from dashboard.session import cache

    facts = cache.facts()
    for lang in LANGUAGES:
        for layer in cache.scene_files(lang).scene.layers:
            for feature in layer.features:
                assert details.chosen(f"{layer.id}:{feature.id}", facts, texts(lang)), (
                    layer.id,
                    feature.id,
                )


def test_every_figure_can_be_quoted_in_every_language():
    from dashboard.i18n.text import texts
    from dashboard.sentences import citation
    from dashboard.session import cache

    facts = cache.facts()
    for lang in LANGUAGES:
        for row in facts.observations:
            line = citation.line(row, facts, texts(lang))
            assert (
                citation.reason(row, texts(lang))
                and row.source_id
                and facts.publisher(row.source_id, lang) in line
            )


def test_a_quick_second_move_is_not_undone_by_the_address_of_the_first():
    app = opened("kaart.py", plaats="hengelo")
    before = dict(app.query_params)
    app.button_group(key="w_laag").set_value(["inwoners"]).run()
    # The browser had not heard of the first move yet when the second came.
    for key, value in before.items():
        app.query_params[key] = value
    app.slider(key="w_periode").set_value((2015, 2019)).run()
    assert app.query_params["laag"] == "inwoners"
    assert app.query_params["periode"] == "2015-2019"


def test_an_address_that_comes_by_itself_is_followed():
    app = opened("kaart.py", plaats="hengelo")
    before = dict(app.query_params)
    app.selectbox(key="w_plaats").set_value("borne").run()
    for key, value in before.items():
        app.query_params[key] = value
    app.run()
    assert app.title[0].value == "Hengelo: wat is bekend"
    assert app.query_params["plaats"] == "hengelo"


@pytest.mark.parametrize("cause", ["an address that comes by itself", "filters cleared"])
def test_a_click_made_before_the_answer_counts(cause):
    app = opened("kaart.py", plaats="hengelo")
    before, drawn = dict(app.query_params), app.button_group(key="w_taal").id
    app.button_group(key="w_laag").set_value(["inwoners"]).run()
    if cause == "filters cleared":
        app.button(key="reset").click().run()
    else:
        for key, value in before.items():
            app.query_params[key] = value
        app.run()
    assert app.query_params["laag"] == before["laag"]
    # What the browser sends under another id is lost.
    assert app.button_group(key="w_taal").id == drawn
    app.button_group(key="w_taal").set_value("en").run()
    assert app.query_params["taal"] == "en"


def test_cleared_filters_drop_what_came_in_the_same_message():
    app = opened("kaart.py", plaats="hengelo", periode="2015-2019")
    sent = WidgetStates()
    sent.widgets.add(id=app.button(key="reset").proto.id, trigger_value=True)
    period = sent.widgets.add(id=app.slider(key="w_periode").id)
    period.double_array_value.data.extend([2016, 2019])
    app._run(sent)
    fresh = opened("kaart.py", plaats="hengelo")
    assert dict(app.query_params) == dict(fresh.query_params)
    # Drawn anew, since the browser still shows what was dropped.
    assert control(app.slider, "periode").id != period.id
    assert control(app.slider, "periode").value == fresh.slider(key="w_periode").value


def test_an_address_that_comes_before_the_last_one_is_drawn_is_followed(monkeypatch):
    app = opened("kaart.py", plaats="hengelo")
    with monkeypatch.context() as interrupted:
        interrupted.setattr(visitor, "keep", lambda _: None)
        app.query_params["plaats"] = "borne"
        app.run()
    app.query_params["plaats"] = "almelo"
    app.run()
    assert app.title[0].value == "Almelo: wat is bekend"
    assert app.query_params["plaats"] == "almelo"
