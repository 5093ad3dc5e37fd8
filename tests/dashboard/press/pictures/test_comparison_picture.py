"""The picture of towns side by side: only what was counted alike shares a scale."""

from collections.abc import Callable

import pytest

from dashboard.i18n.text import texts
from dashboard.press.errors import UnknownSubjectError
from dashboard.press.request import PictureRequest
from dashboard.press.sizes import ON_SLIDE
from dashboard.press.studio import Studio
from dashboard.selection.comparison import SideBySide
from tests.dashboard.press.boxes import outside, overlapping

pytestmark = pytest.mark.slow

Ask = Callable[..., PictureRequest]
NL = texts("nl")


def towns(*names: str) -> SideBySide:
    return SideBySide("steden", names)


def seen(studio: Studio, request: PictureRequest) -> str:
    return " | ".join(one.text for one in studio.draw(request)[0].text_boxes)


def test_the_headline_is_the_largest_difference_and_its_row_stands_first(studio: Studio, ask: Ask):
    canvas, words = studio.draw(ask(subject="vergelijking"))
    assert words.headline.replace("\u00a0", " ") == "Treinreizigers: Almelo −12 %, Oldenzaal +6 %"
    assert words.standfirst.startswith("Verandering van 2019 tot 2023")
    assert "5 van de 20 maten" in words.standfirst
    headings = [one.text for one in canvas.text_boxes if one.size == 15.0]
    assert headings[:2] == ["Treinreizigers", "Leegstand"]
    assert words.verdict.startswith("Cijfer in de kop citeren: met voorbehoud.")
    assert words.caption.count("OV-Oost (2019, 2023)") == 1


def test_what_each_town_counts_in_its_own_way_has_no_scale_and_unknown_is_said(
    studio: Studio, ask: Ask
):
    canvas, words = studio.draw(ask(subject="vergelijking"))
    vacancy = "Leegstand (per stad anders geteld: niet vergelijken, Citeren: met voorbehoud): "
    assert f"{vacancy}Almelo 14,3 % (Leegstand, deel van de verkooppunten" in words.alt
    assert "Borne (niet bekend)" in words.alt
    assert "niet bekend: Almelo, Borne, Oldenzaal" in words.alt
    # The towns beside one another, each above what it counts.
    (borne,) = [one for one in canvas.text_boxes if one.text == "Borne" and one.size == 14.0][1:2]
    (unknown,) = [one for one in canvas.text_boxes if one.text == "niet bekend"]
    assert unknown.box.left == pytest.approx(borne.box.left)


def test_a_square_says_which_measure_finds_no_room(studio: Studio, ask: Ask):
    _, words = studio.draw(ask(subject="vergelijking", size="square"))
    assert words.standfirst.endswith("Per stad anders geteld en daarom weggelaten: Leegstand.")


@pytest.mark.parametrize("size", ["social", "square", "a4-portrait"])
def test_two_towns_stand_on_the_scale_of_all_centres(studio: Studio, ask: Ask, size: str):
    request = ask(subject="vergelijking", size=size, beside=towns("borne", "hengelo"))
    canvas, words = studio.draw(request)
    assert words.headline.endswith("Borne\u00a00,3, Hengelo\u00a02,7")
    assert outside(canvas) == [] and overlapping(canvas) == []
    assert "Oldenzaal" not in words.alt
    # The last word of the highest dot ends where the scale ends.
    ends = [one.box.right for one in canvas.text_boxes if one.text == "2,7"]
    right = canvas.width - (36.0 if canvas.width > 1000 else 32.0)
    assert max(ends) == pytest.approx(right, abs=1.0)


@pytest.mark.parametrize("lang", ["nl", "en", "de"])
def test_a_slide_has_the_rows_without_the_words_around_them(
    example_studio: Studio, example_ask: Ask, lang: str
):
    request = example_ask(subject="vergelijking", lang=lang)
    picture = example_studio.picture(request, "pptx")
    assert picture.story.headline.startswith(texts(lang)("centre.travellers").split()[0][:4])
    canvas, _ = example_studio.draw(PictureRequest(request.selection, "vergelijking", ON_SLIDE))
    assert outside(canvas) == [] and overlapping(canvas) == []
    assert picture.story.badges == (texts(lang)("press.example"),)


def test_streets_and_years_say_which_picture_shows_them(studio: Studio, ask: Ask):
    for kind in ("straten", "jaren"):
        with pytest.raises(UnknownSubjectError) as refused:
            studio.draw(ask(subject="vergelijking", beside=SideBySide(kind)))
        assert str(refused.value) == NL(f"press.no_{kind}")


def test_one_town_alone_is_no_comparison(studio: Studio, ask: Ask):
    with pytest.raises(UnknownSubjectError, match="Kies naast Borne"):
        studio.draw(ask(subject="vergelijking", beside=towns("borne")))


def test_more_than_five_towns_say_which_are_left_out(example_studio: Studio, example_ask: Ask):
    six = [f"voorbeeld{end}" for end in ("berg", "brug", "burg", "dal", "duin", "haven")]
    _, words = example_studio.draw(example_ask(subject="vergelijking", beside=towns(*six)))
    assert words.standfirst.endswith("Niet getoond: Voorbeeldhaven.")
    assert "Voorbeeldhaven" not in words.alt
