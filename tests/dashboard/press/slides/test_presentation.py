"""A slide is real text around a picture, in one language, and the same bytes for the same words."""

import datetime as dt
import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from dashboard.i18n.text import LANGUAGES, texts
from dashboard.press import caption
from dashboard.press.caption import Story
from dashboard.press.request import SUBJECTS, PictureRequest
from dashboard.press.sizes import ON_SLIDE
from dashboard.press.slides import presentation, template
from dashboard.press.slides.presentation import Slide
from dashboard.press.studio import Studio
from dashboard.selection import permalink
from dashboard.selection.context import Context, context_of
from dashboard.session import visitor
from dashboard.style import theme
from tests.dashboard.press.slides.slide_file import opened, parts, picture, shape

pytestmark = pytest.mark.slow

Ask = Callable[..., PictureRequest]
CODES = {"nl": "nl-NL", "en": "en-GB", "de": "de-DE"}
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"


def context(studio: Studio, lang: str = "nl") -> Context:
    opening = permalink.opening(visitor.vocabulary(studio.facts), lang)
    return context_of(studio.facts, opening)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_slide_holds_title_picture_sources_and_notes_in_its_language(
    studio: Studio, ask: Ask, lang: str
):
    made = studio.picture(ask(subject="leegstand", place="hengelo", lang=lang), "pptx")
    file = opened(made.content)
    (slide,) = file.slides
    assert slide.shapes.title.text_frame.text == made.story.headline
    assert shape(slide, "Standfirst").text_frame.text == made.story.standfirst
    assert picture(slide).element.nvPicPr.cNvPr.get("descr") == made.story.alt
    assert "19" in made.story.alt
    sources = shape(slide, "Sources").text_frame
    assert sources.text.startswith(texts(lang)("press.sources", sources="1Twente (2022")[:-1])
    links = [run.hyperlink.address for run in sources.paragraphs[0].runs if run.hyperlink.address]
    assert links[0].startswith("https://www.1twente.nl/artikel/4154037/") and len(links) == 2
    notes = slide.notes_slide.notes_text_frame.text
    assert texts(lang)("slides.counted") in notes and made.story.verdict in notes
    assert links[0] in notes and made.story.licence in notes
    languages = {
        run.get("lang")
        for name, part in parts(made.content).items()
        if name.endswith(".xml")
        for run in ElementTree.fromstring(part).iter()
        if run.get("lang")
    }
    assert languages == {CODES[lang]}


def test_a_definition_stands_in_the_notes_once(studio: Studio, ask: Ask):
    made = studio.picture(ask(subject="verkooppunten"), "pptx")
    notes = opened(made.content).slides[0].notes_slide.notes_text_frame.text
    _, _, counted = notes.partition("Wat er geteld is\n")
    assert counted.count("Leegstaande verkooppunten per 1.000 inwoners:") == 1, counted


def test_file_says_what_it_is_and_holds_no_clock(studio: Studio, ask: Ask, monkeypatch):
    monkeypatch.setenv("STADSHART_PUBLISHER", "Gemeente Hengelo, pers@hengelo.nl")
    made = studio.picture(ask(subject="verkooppunten"), "pptx")
    about = opened(made.content).core_properties
    assert about.title == made.story.headline
    assert about.author == about.last_modified_by == "Gemeente Hengelo, pers@hengelo.nl"
    assert about.subject == made.story.sources[0] == "Locatus (jan 2017)"
    assert about.comments.startswith("Licentie van de gegevens: ")
    midnight = dt.datetime.combine(studio.facts.consulted, dt.time())
    assert about.created == about.modified == midnight
    assert about.language == "nl-NL"
    with zipfile.ZipFile(io.BytesIO(made.content)) as file:
        assert {part.date_time for part in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert not [name for name in file.namelist() if "printer" in name or "thumb" in name]


def test_slide_is_wide_in_our_colours_and_font_without_empty_places(studio: Studio, ask: Ask):
    made = studio.picture(ask(subject="inwoners"), "pptx")
    file = opened(made.content)
    assert (file.slide_width.inches, file.slide_height.inches) == (pytest.approx(40 / 3), 7.5)
    assert [layout.name for layout in file.slide_layouts] == ["Title and Content", "Title Only"]
    for page in (file.slides[0], file.slides[0].notes_slide):
        assert [
            place.name
            for place in page.placeholders
            if place.has_text_frame and not place.text_frame.text
        ] == []
    for number in (1, 2):
        root = ElementTree.fromstring(parts(made.content)[f"ppt/theme/theme{number}.xml"])
        (heading,) = root.find(f".//{DRAWING}dk2")
        assert f"#{heading.get('val').lower()}" == theme.HEADING
        faces = root.iterfind(f".//{DRAWING}fontScheme/*/{DRAWING}latin")
        assert {face.get("typeface") for face in faces} == {theme.FONT}


def test_picture_on_a_slide_is_drawing_alone_and_not_stretched(studio: Studio, ask: Ask):
    request = ask(subject="verkooppunten", size="square")
    made = studio.picture(request, "pptx")
    drawn = picture(opened(made.content).slides[0])
    assert Image.open(io.BytesIO(drawn.image.blob)).size == (1920, 720)
    assert drawn.width / drawn.height == pytest.approx(1920 / 720)
    canvas, story = studio.draw(replace(request, size=ON_SLIDE))
    written = [box.text for box in canvas.text_boxes]
    assert story.headline == made.story.headline and not any("Bron" in line for line in written)
    assert written[0] == "Almelo" and "Stadshart Twente" not in written


@pytest.mark.parametrize("subject", SUBJECTS)
def test_every_subject_fits_its_slide(studio: Studio, ask: Ask, subject: str):
    request = ask(subject=subject, place="hengelo", lang="de")
    canvas, story = studio.draw(replace(request, size=ON_SLIDE))
    outside = [
        box.text
        for box in canvas.text_boxes
        if box.box.bottom > canvas.height or box.box.right > canvas.width + 1 or box.box.top < 0
    ]
    assert outside == []
    sources = "".join(words for words, _ in presentation._source_line(story, context(studio, "de")))
    size = presentation._size(sources, presentation._SOURCES, template.SOURCES)
    assert size >= 8.0
    rows = presentation._rows(sources, size, template.SOURCES)
    assert rows * size * presentation._LEADING <= template.SOURCES.height


def test_example_bears_its_mark_on_the_slide_in_the_picture_and_in_its_words(
    example_studio: Studio, example_ask: Ask
):
    made = example_studio.picture(example_ask(subject="leegstand", place="voorbeeldstad"), "pptx")
    (slide,) = opened(made.content).slides
    mark = "Voorbeeldstreek: verzonnen cijfers"
    first = shape(slide, "Sources").text_frame.paragraphs[0].runs[0]
    assert first.text == f"{mark}. " and first.font.bold
    assert mark in picture(slide).element.nvPicPr.cNvPr.get("descr")
    assert slide.notes_slide.notes_text_frame.text.startswith(mark)
    assert opened(made.content).core_properties.keywords == mark
    request = example_ask(subject="leegstand", place="voorbeeldstad")
    canvas, _ = example_studio.draw(replace(request, size=ON_SLIDE))
    assert canvas.text_boxes[0].text == mark


@settings(max_examples=10, deadline=None)
@given(words=st.text(st.characters(), min_size=1, max_size=200))
def test_no_words_of_data_break_the_file(studio: Studio, ask: Ask, words: str):
    story = replace(
        blank_story(studio, ask),
        headline=words,
        standfirst=words,
        notes=(words,),
        sender=words,
        licence=words,
        alt=words,
    )
    content = presentation.document(
        [Slide(story, PIXEL), Slide(story, lines=((words, f"https://{words}"), (words, None)))],
        words,
        context(studio),
    )
    for name, part in parts(content).items():
        if name.endswith((".xml", ".rels")):
            ElementTree.fromstring(part)
    first, second = opened(content).slides
    plain = presentation.printable(words)
    assert first.shapes.title.text_frame.text == plain
    assert second.placeholders[1].text_frame.paragraphs[1].runs[0].text == plain


def test_an_address_that_runs_a_program_is_no_link(studio: Studio, ask: Ask):
    lines = (
        ("see javascript:alert(1)", "javascript:alert(1)"),
        ("see https://example.org/a b?x=[1]", "https://example.org/a b?x=[1]"),
    )
    content = presentation.document(
        [Slide(blank_story(studio, ask), lines=lines)], "x", context(studio)
    )
    (slide,) = opened(content).slides
    paragraphs = slide.placeholders[1].text_frame.paragraphs
    assert [[run.hyperlink.address for run in one.runs] for one in paragraphs] == [
        [None, None],
        [None, "https://example.org/a%20b?x=%5B1%5D"],
    ]
    assert paragraphs[1].text == lines[1][0]


def test_long_lines_are_divided_over_slides_with_titles_of_their_own(studio: Studio, ask: Ask):
    lines = [(f"{number}. " + "woord " * 60, None) for number in range(30)]
    pages = presentation.pages_of_lines(replace(blank_story(studio, ask), headline="T"), lines)
    # A slide of 366 points holds 8 of them: 3 rows of 12 points and half a row between.
    assert [page.story.headline for page in pages] == ["T (1/4)", "T (2/4)", "T (3/4)", "T (4/4)"]
    assert [len(page.lines) for page in pages] == [8, 8, 8, 6]
    assert [line for page in pages for line in page.lines] == lines
    assert {page.size for page in pages} == {10.0}
    (short,) = presentation.pages_of_lines(
        replace(blank_story(studio, ask), headline="T"), lines[:2]
    )
    assert (short.story.headline, short.size) == ("T", 18.0)


def blank_story(studio: Studio, ask: Ask) -> Story:
    draft = caption.Draft(view="centrum", headline="Kop", standfirst="", alt="Alt")
    return caption.finish(context(studio), ask(), draft)


def _pixel() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (1, 1)).save(out, "PNG")
    return out.getvalue()


PIXEL = _pixel()
