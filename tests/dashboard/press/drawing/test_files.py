"""The three forms of a picture: exact, repeatable, readable by who cannot see it."""

import io
import re
import zlib
from collections.abc import Callable
from xml.etree import ElementTree

import pytest
from PIL import Image

from dashboard.press.drawing import files
from dashboard.press.drawing.canvas import Canvas
from dashboard.press.request import SUBJECTS, PictureRequest
from dashboard.press.sizes import FORMATS, SIZES
from dashboard.press.studio import Studio

pytestmark = pytest.mark.slow

Ask = Callable[..., PictureRequest]
SVG = "{http://www.w3.org/2000/svg}"
EXACT = {
    "social": (1200, 675),
    "square": (1080, 1080),
    "slide": (1920, 1080),
    "a4": (3508, 2480),
    "a4-portrait": (2480, 3508),
}
HOSTILE = "<script>alert(1)</script> & $x^2$ \"'"


@pytest.mark.parametrize("size", EXACT)
def test_picture_has_exactly_the_pixels_of_its_size(studio: Studio, ask: Ask, size: str):
    # The pixels are those of the paper, whatever is drawn on it.
    _, story = studio.draw(ask(size=size, subject="inwoners"))
    image = Image.open(io.BytesIO(files.png(Canvas(SIZES[size]), story, "nl")))
    assert (image.size, image.mode) == (EXACT[size], "RGB")


@pytest.mark.parametrize("subject", SUBJECTS)
def test_text_in_a_drawing_stays_text_with_title_and_description(
    studio: Studio, ask: Ask, subject: str
):
    made = studio.picture(ask(subject=subject), "svg")
    root = ElementTree.fromstring(made.content)
    words = " ".join("".join(element.itertext()) for element in root.iter(f"{SVG}text"))
    assert set(made.story.headline.split()) <= set(words.split())
    assert [element.text for element in root.findall(f"{SVG}title")] == [made.story.headline]
    assert [element.text for element in root.findall(f"{SVG}desc")] == [made.story.alt]
    assert root.get("role") == "img" and root.get("aria-labelledby") == "title desc"


def test_drawing_loads_nothing_from_elsewhere(studio: Studio, ask: Ask):
    drawing = studio.picture(ask(), "svg").content.decode()
    assert "@font-face" in drawing
    assert [
        found
        for found in re.findall(r"(?:href|url\()\s*=?\s*[\"']?(\w+:)", drawing)
        if found != "data:"
    ] == []


def test_png_carries_title_alternative_text_source_and_licence(studio: Studio, ask: Ask):
    made = studio.picture(ask(place="hengelo", lang="de"), "png")
    fields = Image.open(io.BytesIO(made.content)).text
    assert fields["Description"] == made.story.alt and "Hengelo" in fields["Description"]
    assert fields["Title"] == made.story.headline
    assert fields["Source"] == "; ".join(made.story.sources)
    assert fields["Copyright"] == made.story.licence


@pytest.mark.parametrize(("lang", "tag"), [("nl", b"nl-NL"), ("en", b"en-GB"), ("de", b"de-DE")])
def test_pdf_has_title_language_and_a_tagged_figure(
    studio: Studio, ask: Ask, lang: str, tag: bytes
):
    made = studio.picture(ask(subject="inwoners", lang=lang), "pdf")
    inflated = made.content + b"".join(_streams(made.content))
    assert b"/Lang (" + tag + b")" in inflated and b"/MarkInfo << /Marked true >>" in inflated
    assert (
        b"/DisplayDocTitle true" in inflated
        and b"/S /Figure" in inflated
        and b"/Figure <</MCID 0>> BDC" in inflated
    )
    written = {_said(found) for found in re.findall(rb"/Alt <([0-9A-Fa-f]+)>", inflated)}
    assert written == {made.story.alt}
    assert b"/Title" in made.content


def _streams(content: bytes) -> list[bytes]:
    found = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", content, re.DOTALL)
    return [zlib.decompress(one) for one in found if one[:1] == b"x"]


def _said(digits: bytes) -> str:
    return bytes.fromhex(digits.decode("ascii")).decode("utf-16")


@pytest.mark.parametrize("form", FORMATS)
def test_hostile_headline_stays_text(studio: Studio, ask: Ask, form: str):
    made = studio.picture(ask(headline=HOSTILE, standfirst=HOSTILE), form)
    assert made.story.headline == HOSTILE
    if form == "png":
        assert Image.open(io.BytesIO(made.content)).text["Title"] == HOSTILE
    elif form == "svg":
        root = ElementTree.fromstring(made.content)
        assert list(root.iter(f"{SVG}script")) == []
        assert root.findtext(f"{SVG}title") == HOSTILE
        assert any(
            "<script>alert(1)</script>" in "".join(element.itertext())
            for element in root.iter(f"{SVG}text")
        )
    else:
        assert b"/JavaScript" not in made.content and b"/JS" not in made.content
