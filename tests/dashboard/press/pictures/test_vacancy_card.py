"""Vacancy as a card: one figure as its source wrote it, what stands beside it, the unknown."""

from collections.abc import Callable

import pytest

from dashboard.i18n.text import LANGUAGES
from dashboard.press.request import PictureRequest
from dashboard.press.studio import Studio
from tests.dashboard.press.boxes import ROOMS, outside, overlapping

pytestmark = pytest.mark.slow

Ask = Callable[..., PictureRequest]
CITIES = ("almelo", "borne", "enschede", "hengelo", "oldenzaal")


def written(studio: Studio, request: PictureRequest) -> str:
    canvas, _ = studio.draw(request)
    return " ".join(one.text for one in canvas.text_boxes).replace("\u00a0", " ")


def largest(studio: Studio, request: PictureRequest) -> str:
    canvas, _ = studio.draw(request)
    return max(canvas.text_boxes, key=lambda one: one.size).text.replace("\u00a0", " ")


def test_figure_stands_with_its_past_what_its_source_adds_and_the_goal(studio: Studio, ask: Ask):
    request = ask(place="hengelo", subject="leegstand")
    words = written(studio, request)
    for part in (
        "Leegstand, deel van de panden, Binnenstad Hengelo, november 2023",
        "Leegstaande winkelpanden 68 2022 63 nov 2023",
        "Ook uit deze bron 13.896 m² wvo: Leegstaande winkelvloer, Binnenstad Hengelo,",
        "Doel, geen meting 5 tot 10 procent: Doel voor de leegstand, Binnenstad Hengelo, 2021",
    ):
        assert part in words
    assert largest(studio, request) == "19,3 %"


def test_alternative_text_says_all_that_is_drawn(studio: Studio, ask: Ask):
    _, words = studio.draw(ask(place="hengelo", subject="leegstand"))
    assert "19,3 %: Leegstand, deel van de panden" in words.alt
    assert "Leegstaande winkelpanden: 68 (2022); 63 (nov 2023)" in words.alt
    assert "Doel, geen meting: 5 tot 10 procent" in words.alt
    assert "Plein Westermaat" not in words.alt


def test_unknown_says_since_when_and_who_may_know(studio: Studio, ask: Ask):
    request = ask(place="borne", subject="leegstand")
    words = written(studio, request)
    for part in (
        "Van het centrum van Borne is geen leegstandscijfer gevonden. Onbekend betekent niet nul.",
        "onbekend Gezocht tot en met 29 november 2026.",
        "Wie het kan weten De gemeente Borne:",
        "Wel bekend 20: Leegstaande winkelpanden, Gemeente Borne, 1 januari 2024",
    ):
        assert part in words
    assert " 0 %" not in words


def test_figure_with_a_reserve_says_so_right_below(studio: Studio, ask: Ask):
    for place, reserved in (("hengelo", True), ("oldenzaal", True), ("almelo", False)):
        words = written(studio, ask(place=place, subject="leegstand"))
        assert ("Citeren met voorbehoud" in words) is reserved


def test_sure_figure_is_larger_than_one_with_a_reserve(studio: Studio, ask: Ask):
    sizes = [
        max(one.size for one in studio.draw(ask(place=place, subject="leegstand"))[0].text_boxes)
        for place in ("almelo", "hengelo", "borne")
    ]
    assert sizes == sorted(sizes, reverse=True) and len(set(sizes)) == 3


def test_every_source_drawn_is_cited_and_no_other(studio: Studio, ask: Ask):
    _, words = studio.draw(ask(place="hengelo", subject="leegstand"))
    assert words.sources == (
        "1Twente (2022, nov 2023)",
        "Gemeente Hengelo, Integraal Actieplan (2021)",
    )
    assert len(words.citation.splitlines()) == 2


def test_figures_of_one_study_stand_beside_each_other(studio: Studio, ask: Ask):
    words = written(studio, ask(place="enschede", subject="leegstand"))
    assert "Leegstand, deel van de winkelmeters, binnenstad, juni 2017" in words
    assert "Hengelo 12 %" in words
    # The figure of Hengelo is of 2023: that of 2017 does not stand beside it.
    assert "12 %" not in written(studio, ask(place="hengelo", subject="leegstand"))


def test_figure_past_and_peers_lie_within_the_period(studio: Studio, ask: Ask):
    request = ask(place="hengelo", subject="leegstand", years=(2017, 2017))
    assert largest(studio, request) == "12 %"
    assert "2022" not in studio.draw(request)[1].alt


def test_centres_counted_alike_are_bars_and_others_are_not(
    studio: Studio, ask: Ask, example_studio: Studio, example_ask: Ask
):
    alike = example_studio.draw(example_ask(subject="leegstand"))[1]
    assert alike.standfirst == "Alle centra op dezelfde manier geteld."
    apart = studio.draw(ask(subject="leegstand"))[1]
    assert "niet met elkaar vergelijken" in apart.standfirst
    assert "Borne: onbekend" in apart.alt


def test_survey_stands_where_no_figure_was_published(
    example_studio: Studio, example_ask: Ask, monkeypatch: pytest.MonkeyPatch
):
    for name, none in (
        ("observations", ()),
        ("by_place", {}),
        ("by_indicator", {}),
        ("_derived", {}),
    ):
        monkeypatch.setitem(example_studio.facts.__dict__, name, none)
    request = example_ask(place="voorbeeldstad", subject="leegstand")
    canvas, words = example_studio.draw(request)
    assert outside(canvas) == [] and overlapping(canvas) == []
    surveys = example_studio.facts.towns["voorbeeldstad"].surveys
    newest = f"{surveys[-1].vacant} van de {surveys[-1].units} panden, winkelinventarisatie"
    assert newest in words.alt and "onbekend" not in words.alt
    assert str(surveys[0].year) in words.alt and str(surveys[-1].year) in words.sources[0]


def test_survey_with_too_few_units_gives_no_share(town_studio: Studio, town_ask: Ask):
    request = town_ask(place="voorbeeldstad", subject="leegstand")
    assert town_studio.facts.towns["voorbeeldstad"].surveys[-1].counts_only
    assert "onbekend. Wie het kan weten" in town_studio.draw(request)[1].alt


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("place", CITIES)
def test_card_stands_inside_the_frame_in_every_size(
    studio: Studio, ask: Ask, place: str, lang: str
):
    for size in ROOMS:
        canvas, _ = studio.draw(ask(place=place, subject="leegstand", size=size, lang=lang))
        assert outside(canvas) == []
        assert overlapping(canvas) == []
