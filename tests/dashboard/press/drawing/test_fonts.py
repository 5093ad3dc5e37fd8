"""Which characters a picture can set: those of its fonts that stand by themselves, one after the
other.
"""

import re
import warnings
from collections.abc import Callable

import pytest

from dashboard.press.drawing import fonts
from dashboard.press.drawing.canvas import width
from dashboard.press.request import PictureRequest
from dashboard.press.studio import Studio

Ask = Callable[..., PictureRequest]


@pytest.mark.parametrize(
    "words",
    ["Éénentwintig cafés", "Łódź, Škofja Loka", "Αθήνα", "Москва", "€ 12 · 5 m² – “ja” → nee"],
)
def test_letters_of_europe_can_be_set(words: str):
    assert fonts.unset(words) == "" and fonts.settable(words) == words


@pytest.mark.parametrize(
    ("words", "lost", "drawn"),
    [
        ("漢字 en 漢", "漢字", "□□ en □"),
        # The fonts hold these letters, but not how they stand beside one another.
        ("a ع b", "ع", "a □ b"),
        ("a א b", "א", "a □ b"),
        ("x\u0336", "\u0336", "x□"),
    ],
)
def test_what_cannot_be_set_is_named_once_and_drawn_as_a_box(words: str, lost: str, drawn: str):
    assert fonts.unset(words) == lost and fonts.settable(words) == drawn


def test_accent_that_comes_after_its_letter_is_one_with_it():
    assert fonts.settable("cafe\u0301") == "café"


@pytest.mark.slow
@pytest.mark.parametrize("form", ["png", "svg", "pdf"])
def test_picture_with_any_words_is_drawn_without_a_complaint(studio: Studio, ask: Ask, form: str):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        made = studio.picture(ask(headline="Αθήνα, Москва, 漢, ע en \U0001fae8 in Hengelo"), form)
    assert made.story.headline == "Αθήνα, Москва, 漢, ע en \U0001fae8 in Hengelo"
    if form == "svg":
        assert re.search("Αθήνα, Москва, □, □ en □ in Hengelo", made.content.decode())


def test_box_is_measured_as_it_is_drawn():
    assert width("漢", 20.0) == width("□", 20.0) > 0.0
