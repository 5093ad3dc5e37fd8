"""The slides about a centre: what is known as pictures, then goals, the unknown and the sources."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from dashboard.i18n.text import LANGUAGES, texts
from dashboard.press.errors import UnknownSubjectError
from dashboard.press.request import PictureRequest
from dashboard.press.studio import Studio
from tests.dashboard.press.slides.slide_file import opened, picture, shape

pytestmark = pytest.mark.slow

Ask = Callable[..., PictureRequest]
HENGELO = [
    "Verkooppunten niet-dagelijks, Gemeente Hengelo: gedaald van 374 (2015) naar 325 (2019)",
    "Leegstand in Hengelo",
    "Waar wonen de kopers van Hengelo? Een rekenmodel, geen telling",
    "Station Hengelo: van 8.950 instappers per werkdag in 2019 naar 8.844 in 2023",
    "Doelen van Hengelo",
    "Wat van Hengelo nog onbekend is",
]


def titles(content: bytes) -> list[str]:
    return [slide.shapes.title.text_frame.text for slide in opened(content).slides]


@pytest.fixture(scope="module")
def hengelo(studio: Studio, ask: Ask) -> bytes:
    return studio.presentation(ask(place="hengelo")).content


def test_slides_follow_the_page_of_the_centre(hengelo: bytes):
    made = titles(hengelo)
    assert made[:6] == HENGELO
    assert made[6].startswith("Bronnen") and made[-1] == "Wat er geteld is"
    assert len(made) == len(set(made))
    assert opened(hengelo).core_properties.title == "Hengelo: het centrum in dia's"
    assert len(hengelo) < 3_000_000


def test_every_slide_has_sources_and_notes_and_pictures_have_words(hengelo: bytes):
    slides = list(opened(hengelo).slides)
    for slide, title in zip(slides[:4], HENGELO, strict=False):
        assert picture(slide).element.nvPicPr.cNvPr.get("descr").startswith(title)
    for slide in slides:
        assert "Geraadpleegd t/m 29 november 2026." in shape(slide, "Sources").text_frame.text
        assert "Geraadpleegd t/m" in slide.notes_slide.notes_text_frame.text
    assert shape(slides[2], "Sources").text_frame.text.startswith("Gemodelleerd. Bronnen: ")


def test_goals_are_named_as_goals(hengelo: bytes):
    goals = opened(hengelo).slides[4]
    assert goals.placeholders[1].text_frame.text.split("\n") == [
        "Doel voor de leegstand: 5 tot 10 procent (2021). Doel, geen meting.",
        "Doel voor het rapportcijfer: meer dan 6,5 (2021). Doel, geen meting.",
    ]


def test_sources_of_all_slides_stand_at_the_end_with_their_addresses(hengelo: bytes):
    slides = [
        slide
        for slide in opened(hengelo).slides
        if slide.shapes.title.text_frame.text.startswith("Bronnen")
    ]
    lines = [line for slide in slides for line in slide.placeholders[1].text_frame.paragraphs]
    links = [run.hyperlink.address for line in lines for run in line.runs if run.hyperlink.address]
    assert len(lines) == len(links) == len({line.text for line in lines})
    assert any(link.startswith("https://www.1twente.nl/artikel/4154037/") for link in links)
    assert all(link.startswith(("https://", "http://")) for link in links)


def test_unknown_vacancy_has_no_picture_and_says_who_may_know(studio: Studio, ask: Ask):
    content = studio.presentation(ask(place="borne")).content
    assert "Leegstand in Borne" not in titles(content)
    (unknown,) = (
        slide
        for slide in opened(content).slides
        if slide.shapes.title.text_frame.text == "Wat van Borne nog onbekend is"
    )
    first, how, holder = unknown.placeholders[1].text_frame.text.split("\n")
    assert first.startswith("Van Borne is nog onbekend: Leegstand")
    assert how == texts("nl")("unknown.how")
    assert holder.startswith("Wie het kan weten: De gemeente Borne: uit een inventarisatie")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_town_without_a_model_has_no_slide_of_it_and_the_mark_on_all(
    town_studio: Studio, town_ask: Ask, lang: str
):
    content = town_studio.presentation(town_ask(place="voorbeeldstad", lang=lang)).content
    mark = texts(lang)("press.example")
    slides = list(opened(content).slides)
    # The page of the centre, what is unknown, and the sources.
    assert len(slides) == 3
    for slide in slides:
        sources = shape(slide, "Sources").text_frame
        assert sources.paragraphs[0].runs[0].text == f"{mark}. "
        assert mark in slide.notes_slide.notes_text_frame.text
    assert texts(lang)("press.modelled") not in opened(content).core_properties.keywords


@pytest.mark.parametrize(
    "place",
    [
        "enschede",
        *(pytest.param(place, marks=pytest.mark.long) for place in ("almelo", "oldenzaal")),
    ],
)
def test_words_of_every_town_fit_in_the_longest_language(studio: Studio, ask: Ask, place: str):
    made = titles(studio.presentation(ask(place=place, lang="de")).content)
    assert made[-1] == "Was gezählt wurde" and len(made) == len(set(made))


def test_a_scenario_of_the_link_changes_no_slide(studio: Studio, ask: Ask, hengelo: bytes):
    asked = ask(place="hengelo", scenario="naam:x,vloer:plein-westermaat:150", headline="Eigen kop")
    assert studio.presentation(asked).content == hengelo


def test_region_has_no_deck(studio: Studio, ask: Ask):
    with pytest.raises(UnknownSubjectError, match="Kies eerst een stad: deze dia's"):
        studio.presentation(ask())


def test_office_program_opens_every_slide(hengelo: bytes, tmp_path: Path):
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed")
    (tmp_path / "deck.pptx").write_bytes(hengelo)
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    subprocess.run(
        [office, profile, "--headless", "--convert-to", "pdf", "deck.pptx"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        timeout=300,
    )
    pages = (tmp_path / "deck.pdf").read_bytes().count(b"/Type/Page/")
    assert pages == len(opened(hengelo).slides)
