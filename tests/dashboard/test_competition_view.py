"""The view of where the money goes: every language, every control moved once, broken links, no gaps
on the screen.
"""

import itertools
import re

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.analysis.competition import calibration
from dashboard.exports import flow_tables
from dashboard.i18n.text import LANGUAGES, texts
from dashboard.panels import downloads as panel
from dashboard.selection import permalink
from dashboard.selection.context import Context
from dashboard.selection.scenario import BRANCHES
from dashboard.session import cache, visitor
from tests.dashboard import driving, register_snapshot
from tests.dashboard.driving import control, words

pytestmark = pytest.mark.slow

GROWN = "naam:rand-groeit,vloer:plein-westermaat:150,reis:100,grens:0,verval:100:100:100"


def opened(**query: str) -> AppTest:
    return driving.opened("concurrentie.py", **query)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("scenario", ["geen", GROWN])
def test_no_gap_no_sign_for_euro_and_always_the_doubt(lang: str, scenario: str):
    said = words(opened(taal=lang, scenario=scenario))
    assert not re.search(r"\bnan\b|\binf\b|None|€|\{|\}", said, re.IGNORECASE)
    caution = {
        "nl": "Rekenvoorbeeld, geen voorspelling",
        "en": "not a forecast",
        "de": "keine Prognose",
    }[lang]
    error = {"nl": "weggelaten", "en": "left out", "de": "weggelassen"}[lang]
    assert caution in said and error in said
    marks = {
        "nl": ("aanname", "niet gekalibreerd"),
        "en": ("assumption", "not calibrated"),
        "de": ("Annahme", "nicht kalibriert"),
    }
    assert all(mark in said for mark in marks[lang])


def test_result_is_a_range_of_percentage_points():
    said = words(opened(scenario=GROWN))
    assert re.search(r"Plein Westermaat: \+\d+,\d tot \+\d+,\d procentpunt", said)
    assert "Scenario “rand groeit”" in said


def test_slider_moves_link_and_result():
    app = opened()
    before = words(app)
    app.slider(key="w_wat_vloer_plein-westermaat").set_value(150).run()
    assert not app.exception
    assert "vloer:plein-westermaat:150" in app.query_params["scenario"]
    assert words(app) != before and "In het scenario" in words(app)


def test_slider_back_at_today_leaves_no_scenario():
    app = opened(scenario=GROWN)
    app.slider(key="w_wat_vloer_plein-westermaat").set_value(100).run()
    app.text_input(key="w_wat_naam").set_value("").run()
    assert app.query_params["scenario"] == "geen"


def test_every_control_can_be_moved():
    app = opened(keuze="winkels:enschede")
    app.text_input(key="w_wat_naam").set_value("Mijn Idee!").run()
    app.toggle(key="w_wat_eigen_enschede").set_value(True).run()
    app.number_input(key="w_wat_eigen_m2_enschede").set_value(95_000).run()
    app.toggle(key="w_wat_dicht_enschede").set_value(True).run()
    app.toggle(key="w_wat_toon_reis").set_value(True).run()
    app.slider(key="w_wat_reis").set_value(120).run()
    app.slider(key="w_wat_grens").set_value(-5).run()
    app.slider(key="w_wat_verval_large_scale").set_value(80).run()
    assert not app.exception
    assert (
        app.query_params["scenario"]
        == "naam:Mijn-Idee,dicht:enschede,eigen:enschede:95000,reis:120,grens:-5,verval:100:100:80"
    )


def test_other_site_keeps_what_was_changed_before():
    app = opened(scenario=GROWN)
    app.selectbox(key="w_locatie").set_value("hengelo").run()
    app.slider(key="w_wat_vloer_hengelo").set_value(80).run()
    assert "vloer:hengelo:80,vloer:plein-westermaat:150" in app.query_params["scenario"]
    assert app.query_params["keuze"] == "winkels:hengelo"


def test_who_loses_most_comes_first_after_the_own_centre():
    said = words(opened(scenario=GROWN, plaats="borne"))
    table = said.split("laagste tot hoogste uitkomst", 1)[1].split("</table>", 1)[0]
    order = re.findall(r'<th scope="row">([^<]+)', table)
    assert order[0] == "Borne" and order[-1] == "Plein Westermaat"
    bars = [
        (float(left), float(width))
        for left, width in re.findall(r'style="--l:([\d.]+);--w:([\d.]+)(?:;--c:#\w{6})?"', table)
    ]
    # Those that lose end left of the middle; the site that grew begins right of it.
    assert len(bars) == len(order) and bars[0][0] + bars[0][1] <= 51 and bars[-1][0] >= 50
    middles = [left + width / 2 for left, width in bars[1:]]
    assert all(after - before > -0.5 for before, after in itertools.pairwise(middles))


def test_a_new_site_has_its_area_written_as_the_language_does():
    app = opened()
    app.toggle(key="w_wat_toon_nieuw").set_value(True).run()
    slider = app.select_slider(key="w_wat_nieuw_m2")
    assert slider.value == 10_000 and "10.000 m²" in slider.options
    slider.set_value(25_000).run()
    app.selectbox(key="w_wat_nieuw_plaats").set_value("geonames:2755030").run()
    next(button for button in app.button if button.label.startswith("Voeg toe")).click().run()
    assert ":25000:large_scale" in app.query_params["scenario"]


def test_site_added_in_a_town_can_be_taken_away():
    app = opened()
    app.toggle(key="w_wat_toon_nieuw").set_value(True).run()
    app.selectbox(key="w_wat_nieuw_plaats").set_value("geonames:2755030").run()
    next(button for button in app.button if button.label.startswith("Voeg toe")).click().run()
    assert re.search(r"nieuw:6\.\d{4}:52\.\d{4}:10000:large_scale", app.query_params["scenario"])
    assert "nieuw, bij Haaksbergen" in words(app)
    app.button(key="w_wat_weg_0").click().run()
    assert "nieuw:" not in app.query_params["scenario"]


def test_start_again_forgets_everything():
    app = opened(scenario=GROWN)
    next(button for button in app.button if button.label == "Begin opnieuw").click().run()
    assert app.query_params["scenario"] == "geen"
    assert control(app.slider, "wat_vloer_plein-westermaat").value == 100


@pytest.mark.parametrize("branch", BRANCHES)
def test_every_branch_has_an_answer_for_every_site(branch: str):
    app = opened(branche=branch)
    for site in app.selectbox(key="w_locatie").options:
        assert site
    app.selectbox(key="w_locatie").set_value("hornbach-enschede").run()
    assert not app.exception
    if branch in ("winkelen", "dagelijks"):
        assert "Van Hornbach Enschede kennen wij geen winkelvloer" in words(app)


def test_map_of_a_closed_site_shows_who_bought_there():
    said = words(opened(scenario="dicht:plein-westermaat"))
    assert "In het scenario is Plein Westermaat weggelaten." in said
    assert "In het scenario is" not in words(opened(scenario="dicht:borne"))
    # The map of changes shows what it loses.
    lost = words(opened(scenario="dicht:plein-westermaat", kaartbeeld="verschil"))
    assert "In het scenario is" not in lost and "omlaag: een kleiner" in lost


def test_moved_slider_opens_the_map_of_changes_and_the_switch_goes_to_either_state():
    app = opened()
    app.slider(key="w_wat_vloer_plein-westermaat").set_value(150).run()
    assert app.query_params["kaartbeeld"] == "verschil" and "Driehoek omhoog" in words(app)
    for shown in ("vandaag", "scenario"):
        control(app.button_group, "kaartbeeld").set_value(shown).run()
        assert not app.exception and app.query_params["kaartbeeld"] == shown
        assert "Driehoek omhoog" not in words(app) and "Kleur: deel van de" in words(app)


def test_site_that_no_town_shops_at_differently_says_so():
    app = opened(scenario="vloer:borne:105", kaartbeeld="verschil", keuze="winkels:nordhorn")
    assert "Bij Nordhorn verandert dit scenario van geen plaats het deel" in words(app)


def test_euros_stand_below_points_with_what_they_rest_on():
    said = words(opened(scenario=GROWN))
    row = re.search(r"<th scope=\"row\">Plein Westermaat</th>.*?</tr>", said)
    assert row is not None and re.search(r"<b>\+\d+ tot \+\d+ mln</b>", row[0])
    assert "2.170 tot 3.200 euro per inwoner per jaar (Winschoten, 2017; Nederland, 2017)" in said
    # Written as no difference in points, so not in euros either.
    nordhorn = re.search(r"<th scope=\"row\">Nordhorn.*?</tr>", said)
    assert nordhorn is not None and "geen verschil" in nordhorn[0] and "mln" not in nordhorn[0]


def test_residents_abroad_have_no_euros():
    app = opened(scenario="vloer:gronau:300", keuze="stromen:gronau/geonames:2917138")
    of_town, shifts = words(app).split("Waar inwoners van Gronau", 1)[1].split("meest verandert", 1)
    assert "Euro per jaar" not in of_town and "mln" not in of_town
    assert "Alleen procentpunten: wat inwoners over de grens" in of_town
    assert "<td>onbekend</td>" in shifts


@pytest.mark.parametrize(
    ("preset", "scenario", "branch"),
    [
        ("rand_groeit", "vloer:plein-westermaat:120", "niet_dagelijks"),
        ("rand_sluit", "dicht:plein-westermaat", "niet_dagelijks"),
        ("supermarkt", "nieuw:6.7", "dagelijks"),
    ],
)
def test_ready_scenario_is_a_scenario_in_the_address(preset: str, scenario: str, branch: str):
    app = opened(plaats="hengelo")
    control(app.button_group, "wat_voorbeeld").set_value(preset).run()
    assert not app.exception
    query = app.query_params
    assert f"naam:zonder-naam,{scenario}" in query["scenario"] and query["branche"] == branch
    assert control(app.button_group, "wat_voorbeeld").value == preset
    if preset == "rand_groeit":
        lead = "Scenario “Plein Westermaat: 20 % meer winkelvloer”: Hengelo (binnenstad) heeft"
        assert lead in words(app).replace("\u00a0", " ")
        assert texts("nl")("competition.unnamed") not in words(app)
    # Its own link marks it too; another change does not.
    again = opened(**{key: query[key] for key in ("plaats", "scenario", "branche", "keuze")})
    assert control(again.button_group, "wat_voorbeeld").value == preset
    app.slider(key="w_wat_vloer_hengelo").set_value(130).run()
    assert control(app.button_group, "wat_voorbeeld").value is None


def test_supermarket_stands_in_the_first_town_and_its_assumed_size_can_be_moved():
    app = opened()
    control(app.button_group, "wat_voorbeeld").set_value("supermarkt").run()
    assert app.query_params["keuze"] == "winkels:almelo"
    within = "Nieuw in de binnenstad van Almelo, en daar meegeteld: {} m² dagelijks."
    assert within.format("1.500") in words(app) and "nieuw, bij" not in words(app)
    app.number_input(key="w_wat_weg_m2_0").set_value(2_500).run()
    assert not app.exception and within.format("2.500") in words(app)


def test_new_site_outside_the_region_is_named_and_left_out():
    app = opened(scenario="nieuw:4.9000:52.3700:20000:non_daily", kaartbeeld="verschil")
    assert "4.9000:52.3700" in words(app) and app.query_params["scenario"] == "geen"


def test_from_a_centre_the_edge_can_be_moved_as_well():
    app = opened(plaats="hengelo")
    app.slider(key="w_wat_vloer_plein-westermaat").set_value(120).run()
    assert app.query_params["keuze"] == "winkels:hengelo"
    assert "vloer:plein-westermaat:120" in app.query_params["scenario"]


def test_broken_scenario_falls_back_visibly():
    app = opened(scenario="vloer:plein-westermaat:9999")
    assert "scenario" in words(app) and app.query_params["scenario"] == "geen"


def test_unknown_site_in_a_scenario_is_named_and_left_out():
    app = opened(scenario="vloer:meubelplein-atlantis:150")
    assert "meubelplein-atlantis" in words(app) and "niet gebruikt" in words(app)
    assert app.query_params["scenario"] == "geen"


def test_snapshot_without_floor_areas_says_what_it_needs(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(cache, "competition", lambda: None)
    monkeypatch.setattr(cache, "flow_files", lambda lang: None)
    assert "valt niets te modelleren" in words(opened())


def test_chosen_town_says_where_it_spends_and_what_leaves():
    app = opened(keuze="stromen:plein-westermaat/geonames:2754394")
    said = words(app)
    assert "Waar inwoners van Hengelo hun geld uitgeven" in said
    assert (
        "van inwoners van Hengelo, zonder de rest van de gemeente" in said
        and "elders buiten de gemeente" in said
    )
    assert app.query_params["keuze"] == "stromen:plein-westermaat/geonames:2754394"


def test_chosen_town_abroad_says_what_crosses_the_border():
    assert "elders over de grens" in words(opened(keuze="stromen:enschede/geonames:2917138"))


def test_town_nobody_knows_is_let_go():
    app = opened(keuze="stromen:enschede/geonames:1")
    assert app.query_params["keuze"] == "winkels:enschede"


@pytest.mark.parametrize("lang", ["nl", "de"])
def test_flows_can_be_taken_along_with_the_scenario(lang: str):
    selection, _ = permalink.parse(
        {"taal": lang, "scenario": GROWN}, visitor.vocabulary(cache.facts())
    )
    context = Context(cache.facts(), texts(lang), selection)
    offered = panel.offers(context, "koopstromen").replace("&amp;", "&")
    links = re.findall(r'href="\./export/(koopstromen\.\w+)\?([^"]+)"', offered)
    assert [name for name, _ in links] == [
        "koopstromen.csv",
        "koopstromen.xlsx",
        "koopstromen.ods",
        "koopstromen.parquet",
        "koopstromen.zip",
    ]
    assert all(
        f"taal={lang}" in query and "vloer:plein-westermaat:150" in query for _, query in links
    )
    # `test_flow_tables.py` makes the file in every language.
    table = flow_tables.flow_table(context, cache.competition())
    cells = {str(cell) for row in table.rows for cell in row.cells}
    assert {{"nl": "gemodelleerd", "de": "modelliert"}[lang], "rand groeit"} <= cells


@pytest.fixture(scope="module")
def on_one_basis(tmp_path_factory):
    """The snapshot with units of the register for every site, served instead of the one
    that ships.
    """
    fit = calibration.model_of
    folder = register_snapshot.snapshot(tmp_path_factory.mktemp("units"))
    with pytest.MonkeyPatch.context() as patch, driving.served(folder):
        # Its words need no more.
        patch.setattr(calibration, "model_of", lambda facts: fit(facts, draws=40))
        yield


def test_without_units_the_view_says_which_sites_lack_them():
    said = words(opened())
    assert "Nog zonder panden met een winkelbestemming: Almelo, Borne" in said
    assert (
        "stadshart-etl run --source bag" in said
        and "van welke andere locaties komt het geld" in said
    )
    assert "wint, komt van" not in said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_units_show_what_sites_take_from_each_other_and_what_would_hold_a_share(
    lang: str, on_one_basis
):
    said = words(opened(taal=lang, scenario=GROWN))
    gains = {
        "nl": "wint, komt van",
        "en": "wins, this part comes from",
        "de": "gewinnt, kommt von",
    }[lang]
    needs = {"nl": "zijn deel te houden", "en": "hold its share", "de": "seinen Anteil zu halten"}[
        lang
    ]
    assert gains in said and needs in said
    assert re.search(
        r"<th scope=\"row\">Hengelo</th><td>.{10,60}</td><td>.{10,60}</td><td><i .{25,60}</td>"
        r"<td>\+\d[.,]?\d00 (tot|to|bis)"
        r" \+\d[.,]?\d00 m²</td>",
        said,
    )
    assert not re.search(r"\b(nan|inf|None)\b|€|\{|\}", said)


def test_with_units_only_what_lies_across_the_border_is_an_assumption(on_one_basis):
    said = words(opened())
    assert (
        "De winkelvloer is een aanname van Gronau en Nordhorn" in said
        and "vier binnensteden" not in said
    )
    assert "Verzonnen register" in said
