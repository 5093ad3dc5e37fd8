"""The headline of a picture: the surest figure or the maker's words, and no larger figure."""

from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import pytest

from dashboard.analysis import quotable
from dashboard.i18n.text import LANGUAGES, texts
from dashboard.press.request import PictureRequest
from dashboard.press.studio import Studio
from dashboard.selection import permalink
from dashboard.sentences import citation
from dashboard.session import visitor
from tests import town
from tests.dashboard.street.frames import town_facts

pytestmark = pytest.mark.slow

Ask = Callable[..., PictureRequest]
DEFINED = "leegstaande panden gedeeld door alle panden"


@pytest.mark.parametrize(
    "change",
    [
        {"confidence": "low"},
        {"definition": None},
        {"end": None},
        {"nature": "target"},
        {"nature": "plan"},
        {"nature": "expectation"},
    ],
)
def test_doubtful_figure_never_heads_a_picture(town_studio: Studio, change: dict[str, str | None]):
    row = next(one for one in town_studio.facts.observations if one.definition == DEFINED)
    assert quotable.is_quotable_headline(row)
    assert not quotable.is_quotable_headline(replace(row, **change))


def test_headline_gives_the_sure_figure_of_a_town_and_no_doubtful_one():
    sure = {
        "observation_id": "rate",
        "indicator": "vacancy_rate_premises",
        "value": 0.1,
        "unit": "share",
        "series": None,
        "definition": DEFINED,
        "confidence": "high",
    }
    for confidence, expected in (("high", True), ("low", False)):
        facts = town_facts(
            observations=town.observations(sure | {"confidence": confidence}),
            indicators=_with_rate(town.tables()["indicators"]),
        )
        opening = permalink.opening(visitor.vocabulary(facts))
        _, words = Studio(facts).draw(PictureRequest(replace(opening, layers=("leegstand",))))
        assert ("10 %" in words.headline.replace("\u00a0", " ")) is expected, words.headline


def _with_rate(indicators: pd.DataFrame) -> pd.DataFrame:
    extra = indicators.iloc[[0]].assign(indicator="vacancy_rate_premises", theme="vacancy")
    return (
        indicators
        if "vacancy_rate_premises" in set(indicators["indicator"])
        else pd.concat([indicators, extra], ignore_index=True)
    )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_headline_of_every_place_holds_no_figure_that_may_not_head(
    studio: Studio, ask: Ask, lang: str
):
    text = texts(lang)
    for place in (one for one in studio.facts.places.values() if one.role == "centre"):
        rows = [
            row
            for row in studio.facts.observations
            if row.place_id == place.place_id and row.unit == "share"
        ]
        sure = {
            citation.value(row, studio.facts, text)
            for row in rows
            if quotable.is_quotable_headline(row)
        }
        doubtful = {citation.value(row, studio.facts, text) for row in rows} - sure
        _, words = studio.draw(ask(place=place.place_id, lang=lang))
        assert [value for value in doubtful if value in words.headline.replace("\u00a0", " ")] == []


def test_headline_of_the_maker_says_so_and_nothing_vouches_for_it(studio: Studio, ask: Ask):
    _, ours = studio.draw(ask(place="hengelo", layers=("leegstand",)))
    assert "citeren" in ours.verdict
    canvas, own = studio.draw(
        ask(place="hengelo", layers=("leegstand",), headline="Leegstand gehalveerd")
    )
    assert own.headline == "Leegstand gehalveerd"
    assert own.badges == ("Kop van de maker",) and own.verdict == ""
    written = " ".join(one.text for one in canvas.text_boxes)
    assert "Kop van de maker" in written and "in de kop citeren" not in written
    assert own.alt.startswith("Leegstand gehalveerd. Kop van de maker. ")


def largest(studio: Studio, request: PictureRequest) -> str:
    canvas, _made = studio.draw(request)
    return max(canvas.text_boxes, key=lambda one: one.size).text


@pytest.mark.parametrize("place", ["hengelo", "oldenzaal"])
def test_figure_that_may_not_head_is_smaller_than_the_headline(
    studio: Studio, ask: Ask, place: str
):
    canvas, made = studio.draw(ask(place=place))
    assert largest(studio, ask(place=place)) in made.headline
    assert "citeren met voorbehoud" in " ".join(one.text for one in canvas.text_boxes)


def test_few_figures_are_set_larger_than_the_headline_only_where_all_may_head(
    studio: Studio, ask: Ask, example_studio: Studio, example_ask: Ask
):
    _, borne = studio.draw(ask(place="borne", subject="cijfers"))
    assert largest(studio, ask(place="borne", subject="cijfers")) == borne.headline
    few = example_ask(subject="cijfers", place="voorbeeldduin", theme="vacancy")
    assert largest(example_studio, few) != example_studio.draw(few)[1].headline


def test_figure_of_the_headline_may_be_the_largest(studio: Studio, ask: Ask):
    assert largest(studio, ask(place="almelo")).replace("\u00a0", " ") == "14,3 %"


def test_number_and_unit_of_a_headline_stay_on_one_line(studio: Studio, ask: Ask):
    canvas, made = studio.draw(ask(place="hengelo", size="a4-portrait"))
    assert "13.896\u00a0m²\u00a0wvo" in made.headline
    assert any("13.896\u00a0m²\u00a0wvo" in one.text for one in canvas.text_boxes)
