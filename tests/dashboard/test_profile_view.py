"""The view Profiel in every language: own profile first, the index last and only when enough is
known.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.i18n.text import texts
from dashboard.session import cache
from geo import indicators, presets
from tests.dashboard import towns
from tests.dashboard.driving import control, opened, words

pytestmark = pytest.mark.slow

LANGUAGES = ("nl", "en", "de")
VIEW = "profiel.py"
EQUAL = ",".join(
    f"{name}:{0 if module.INDICATOR.of_size else 100}"
    for name, module in indicators.declared_measures().items()
)


@pytest.fixture(scope="module")
def five(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The snapshot of the five made-up towns; not to be written to."""
    return towns.snapshot(tmp_path_factory.mktemp("towns"), surveyed=False)


@pytest.fixture
def made_up(five: Path) -> Iterator[None]:
    """The five made-up towns served instead of the facts that ship."""
    before = cache._served.folder
    cache.use(five)
    yield
    cache.use(before)


@pytest.mark.parametrize(
    ("place", "lang"),
    [*((place, "nl") for place in ("twente", "almelo", "borne", "enschede")), ("hengelo", "de")],
)
def test_an_unsourced_profile_reads_unknown(place, lang):
    assert texts(lang)("unknown.cell") in words(opened(VIEW, taal=lang, plaats=place))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_sourced_profile_comes_first(lang):
    text = texts(lang)
    said = words(opened(VIEW, taal=lang, plaats="oldenzaal"))
    order = [
        said.index(text(key, place="Oldenzaal") if key == "profile.own_title" else text(key))
        for key in (
            "profile.own_title",
            "profile.side_title",
            "profile.changed_title",
            "profile.measures",
            "profile.alike_title",
            "index.title",
        )
    ]
    assert order == sorted(order)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_shipped_facts_show_an_index_on_asking_only(lang):
    text = texts(lang)
    app = opened(VIEW, taal=lang)
    assert text("index.result") not in words(app) and text("index.gaps") not in words(app)
    app.toggle(key="w_index").set_value(True).run()
    said = words(app)
    assert text("index.some_apart", same=8, total=10) in said and text("index.result") in said
    assert said.index(text("index.some_apart", same=8, total=10)) < said.index(text("index.result"))
    assert app.query_params["gewichten"] == EQUAL


def test_of_the_centre_itself_there_is_no_index_and_the_gaps_are_its_own():
    app = opened(VIEW, gewichten=EQUAL)
    app.button_group(key="w_maten").set_value("binnenstad").run()
    said = words(app)
    assert app.query_params["maten"] == "binnenstad"
    assert "2 van de 9 maten" in said and texts("nl")("index.result") not in said
    assert app.query_params["gewichten"] == EQUAL
    app.button_group(key="w_maten").set_value("alle").run()
    assert texts("nl")("index.result") in words(app)


def test_a_link_from_before_the_newer_measures_is_kept_but_not_worked_out():
    older = ("station_boardings", "population_change", "vacancy_rate_premises", "centre_manager")
    app = opened(VIEW, gewichten=",".join(f"{name}:100" for name in older))
    assert "Uw link vraagt om een index" in words(app)
    assert "centre_manager:100" in app.query_params["gewichten"]
    assert "cafes_nearby:0" in app.query_params["gewichten"]


def test_of_five_towns_the_one_most_alike_is_named_with_the_reason():
    said = words(opened(VIEW, plaats="borne"))
    assert "lijkt Borne van de 4 andere het meest op Hengelo" in said
    assert "Borne en Hengelo lijken het meest op elkaar in" in said


@pytest.mark.parametrize("lang", ["nl", "de"])
def test_the_index_is_off_until_asked_for(made_up, lang):
    text = texts(lang)
    app = opened(VIEW, taal=lang)
    assert text("index.result") not in words(app)
    assert app.query_params["gewichten"] == "geen"
    app.toggle(key="w_index").set_value(True).run()
    said = words(app)
    assert (
        text("index.result") in said
        and text("index.sobol") in said
        and text("index.origins") in said
    )
    assert app.query_params["gewichten"] == EQUAL


def test_a_link_with_weights_opens_the_index(made_up):
    weights = EQUAL.replace("retail_floor_area:0", "retail_floor_area:7")
    app = opened(VIEW, gewichten=weights)
    assert app.slider(key="w_gewicht_retail_floor_area").value == 7
    assert texts("nl")("index.result") in words(app)
    assert app.query_params["gewichten"] == weights


def test_a_slider_moves_the_link(made_up):
    app = opened(VIEW, gewichten=EQUAL)
    app.slider(key="w_gewicht_centre_manager").set_value(0).run()
    assert "centre_manager:0" in app.query_params["gewichten"]


def test_a_preset_sets_every_slider(made_up):
    app = opened(VIEW, gewichten=EQUAL)
    app.button_group(key="w_startgewichten").set_value("groups").run()
    given = presets.weights(
        presets.PRESETS[1],
        {
            name: one.INDICATOR.group
            for name, one in indicators.declared_measures().items()
            if not one.INDICATOR.of_size
        },
    )
    assert app.query_params["gewichten"] == ",".join(
        f"{name}:{given.get(name, 0)}" for name in indicators.declared_measures()
    )


def test_the_preset_of_the_weights_is_the_chosen_one_and_own_weights_have_none(made_up):
    app = opened(VIEW, gewichten=EQUAL)
    assert app.button_group(key="w_startgewichten").value == "equal"
    app.slider(key="w_gewicht_centre_manager").set_value(40).run()
    assert control(app.button_group, "startgewichten").value is None
    app.slider(key="w_gewicht_centre_manager").set_value(100).run()
    assert control(app.button_group, "startgewichten").value == "equal"


def test_weight_on_unknown_measures_is_refused(made_up):
    heavy = ",".join(
        f"{name}:{100 if name == 'branch_variety' else 1}"
        for name in indicators.declared_measures()
    )
    said = words(opened(VIEW, gewichten=heavy))
    assert "Er is nu geen index te maken" in said and texts("nl")("index.result") not in said


def test_no_weight_at_all_asks_for_some(made_up):
    app = opened(VIEW, gewichten=EQUAL)
    for name in indicators.declared_measures():
        app.slider(key=f"w_gewicht_{name}").set_value(0)
    app.run()
    assert "Geef minstens één maat gewicht." in [one.value for one in app.caption]
    assert app.query_params["gewichten"] == "geen"


def test_switching_off_clears_the_link(made_up):
    app = opened(VIEW, gewichten=EQUAL)
    app.toggle(key="w_index").set_value(False).run()
    assert app.query_params["gewichten"] == "geen"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_city_offers_its_factsheet_and_slides_and_the_region_does_not(lang):
    button = texts(lang)("factsheet.button")
    said = words(opened(VIEW, taal=lang, plaats="borne"))
    assert button in said and "./export/factsheet.pdf?plaats=borne" in said
    assert "./export/presentatie.pptx?plaats=borne" in said
    assert button not in words(opened(VIEW, taal=lang, plaats="twente"))
