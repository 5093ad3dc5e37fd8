"""Where the money goes, pictured: ranges and never one number, the scenario by its name, both
states in one scale.
"""

import io
import re
from collections.abc import Callable

import pytest

from dashboard.analysis.competition import query
from dashboard.i18n.text import LANGUAGES, texts
from dashboard.press.request import PictureRequest
from dashboard.press.studio import Studio
from dashboard.press.worker import process
from dashboard.sentences import competition

pytestmark = pytest.mark.slow

Ask = Callable[..., PictureRequest]
SCENARIO = "naam:rand-groeit,vloer:plein-westermaat:150"


def page(studio: Studio, request: PictureRequest) -> tuple[str, str]:
    canvas, made = studio.draw(request)
    return " ".join(one.text for one in canvas.text_boxes), made.headline


@pytest.mark.parametrize("lang", LANGUAGES)
def test_scenario_is_named_in_the_headline_and_marked_as_modelled(
    studio: Studio, ask: Ask, lang: str
):
    words, headline = page(studio, ask(subject="koopstromen", lang=lang, scenario=SCENARIO))
    assert "rand groeit" in headline and "Plein Westermaat" in headline
    assert texts(lang)("press.modelled") in words


def test_scenario_without_a_name_says_in_the_headline_what_it_changes(studio: Studio, ask: Ask):
    one, two = "vloer:plein-westermaat:80", "vloer:plein-westermaat:80,dicht:borne"
    said = [
        page(studio, ask(subject="koopstromen", scenario=f"naam:zonder-naam,{changed}"))[1]
        for changed in (one, two)
    ]
    assert "“Plein Westermaat: 20 % minder winkelvloer”" in said[0].replace("\u00a0", " ")
    assert said[1].startswith("Rekenvoorbeeld: wat verandert er")


def test_both_states_and_their_difference_stand_as_ranges_with_the_error(studio: Studio, ask: Ask):
    request, text = ask(subject="koopstromen", scenario=SCENARIO), texts("nl")
    model = studio.model
    assert model is not None
    answer = query.answer(model, query.build_query(request.selection, model.region))
    assert answer.after is not None
    row = competition.row_of(answer.after, "plein-westermaat")
    assert row is not None and row.change.low > 0.0
    words, _ = page(studio, request)
    assert (
        competition.span(row.before, text) in words and competition.span(row.after, text) in words
    )
    assert competition.change(row.change, text) in words
    assert "bij de 6 gepubliceerde cijfers" in words
    assert text("competition.today") in words and "In het scenario" in words


def test_picture_shows_the_map_of_the_screen(studio: Studio, ask: Ask):
    text = texts("nl")
    changed, _ = page(studio, ask(subject="koopstromen", scenario=SCENARIO, flow_map="verschil"))
    assert "Kleur en vorm: verschil in procentpunt" in changed
    # Every town gains or loses nothing that can be told.
    assert text("press.change_6") in changed and text("press.change_2") not in changed
    assert text("press.share_1") not in changed
    today, _ = page(studio, ask(subject="koopstromen", scenario=SCENARIO, flow_map="vandaag"))
    assert text("press.share_1") in today and text("press.change_6") not in today


def test_centres_nobody_published_about_carry_a_star_and_what_it_means(studio: Studio, ask: Ask):
    words, _ = page(studio, ask(subject="koopstromen", scenario=SCENARIO))
    assert "Almelo*" in words and "Hengelo*" not in words and "* niet gekalibreerd" in words


def test_while_floor_areas_are_assumed_no_share_stands_without_its_range(studio: Studio, ask: Ask):
    assert studio.model is not None and studio.model.region.assumed
    canvas, _ = studio.draw(ask(subject="koopstromen", scenario=SCENARIO))
    alone = [one.text for one in canvas.text_boxes if re.fullmatch(r"\d+(,\d)? %", one.text)]
    # Only the scale over the bars holds a share by itself: round, from zero.
    assert alone and all(int(words.split()[0]) % 5 == 0 for words in alone)


def test_picture_of_today_ranks_the_towns_by_what_they_bring(studio: Studio, ask: Ask):
    model, text = studio.model, texts("nl")
    assert model is not None
    request = ask(subject="koopstromen")
    today = query.answer(model, query.build_query(request.selection, model.region)).today
    # As on the page the most money comes first, which is not the largest share.
    names = dict(zip(model.region.towns, model.region.town_names, strict=True))
    ranked = [names[row.town_id] for row in today.towns[:10]]
    canvas, _ = studio.draw(request)
    shares = [competition.span(row.before, text) for row in today.towns[:10]]
    drawn = [one.text for one in canvas.text_boxes]
    assert [words for words in drawn if words in set(shares)] == shares
    assert ranked[:2] == ["Hengelo", "Borne"] and set(ranked) <= set(drawn)


def test_model_that_travelled_draws_the_same_picture_and_takes_little_room(
    studio: Studio, ask: Ask
):
    assert studio.model is not None
    other = Studio(studio.facts)
    for _ in range(2):
        pipe = io.BytesIO()
        process.send(pipe, studio.model.light())
        assert pipe.tell() < 4_000_000
        pipe.seek(0)
        other.learn(process.receive(pipe))
        request = ask(subject="koopstromen", scenario=SCENARIO)
        assert other.picture(request, "svg").content == studio.picture(request, "svg").content


def test_studio_keeps_the_first_model_that_came(studio: Studio):
    # What is worked out of a model hangs on it: each copy that came later would be held as well.
    assert studio.model is not None
    other, first, second = Studio(studio.facts), studio.model.light(), studio.model.light()
    other.learn(first)
    other.learn(second)
    assert other.model is first
