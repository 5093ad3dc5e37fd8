"""Nothing of a picture is cut off: every word stands whole inside the frame."""

import re
from collections.abc import Callable
from dataclasses import replace
from itertools import product

import matplotlib
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.font_manager import FontProperties
from matplotlib.text import Text
from matplotlib.textpath import TextToPath

from dashboard.facts.snapshot import Facts
from dashboard.i18n.text import LANGUAGES, texts
from dashboard.maps import layers, region_content
from dashboard.press.drawing import fonts, layout, legend
from dashboard.press.drawing.canvas import width, wrap
from dashboard.press.request import LONGEST_HEADLINE, LONGEST_STANDFIRST, SUBJECTS, PictureRequest
from dashboard.press.sizes import SIZES
from dashboard.press.studio import Studio
from dashboard.selection.context import context_of
from tests.dashboard.press.boxes import ROOMS, in_german, outside, overlapping

pytestmark = pytest.mark.slow

Ask = Callable[..., PictureRequest]
# Wide letters and words that barely break: as long as a maker may write.
LONG = {
    "nl": (
        "Winkelvloeroppervlakte buiten de binnenstad groeide, WINKELLEEGSTANDSBESTRIJDING in"
        " Oldenzaal, Hengelo en Almelo wacht M"
    ),
    "en": (
        "Retail floor area outside the WELL-ESTABLISHED inner cities of Twente grew, while vacancy"
        " in Oldenzaal and Hengelo remain"
    ),
    "de": (
        "Einzelhandelsverkaufsflächenentwicklung außerhalb der INNENSTÄDTE von Enschede, Hengelo"
        " und Oldenzaal: Leerstandsquoten W"
    ),
}


def test_a_slide_has_the_room_of_a_social_picture():
    slide, social = (
        (size.width, size.height, size.small, size.wide, size.framed)
        for size in (SIZES["slide"], SIZES["social"])
    )
    assert slide == social


@pytest.mark.parametrize(("size", "lang"), in_german(ROOMS))
def test_longest_headline_stands_whole_inside_the_frame(
    studio: Studio, ask: Ask, size: str, lang: str
):
    words = LONG[lang][:LONGEST_HEADLINE].strip()
    standfirst = (f"{words} " * 3)[:LONGEST_STANDFIRST].strip()
    canvas, _ = studio.draw(
        ask(size=size, lang=lang, place="oldenzaal", headline=words, standfirst=standfirst)
    )
    seen = "".join(one.text.rstrip("-") for one in canvas.text_boxes).replace(" ", "")
    assert words.replace(" ", "").replace("-", "") in seen.replace("-", "")
    assert standfirst.replace(" ", "").replace("-", "") in seen.replace("-", "")
    assert outside(canvas) == []


# Each subject in each size in German, whose words are the longest, and one in each language.
@pytest.mark.parametrize(
    ("subject", "lang", "size"),
    [
        pytest.param(
            *(subject, lang, size),
            marks=()
            if lang == "de" or (subject, size) == ("kaart", "social")
            else pytest.mark.long,
        )
        for subject, lang, size in product(SUBJECTS, LANGUAGES, ROOMS)
    ],
)
def test_generated_words_stand_inside_the_frame_and_apart(
    studio: Studio, ask: Ask, subject: str, lang: str, size: str
):
    canvas, _ = studio.draw(ask(size=size, lang=lang, subject=subject))
    assert outside(canvas) == []
    assert overlapping(canvas) == []


@pytest.mark.parametrize("subject", SUBJECTS)
def test_type_on_a_square_is_20_pixels_at_least(studio: Studio, ask: Ask, subject: str):
    for place in ("twente", "hengelo"):
        canvas, _ = studio.draw(ask(size="square", subject=subject, place=place))
        smallest = min(canvas.text_boxes, key=lambda one: one.size)
        assert smallest.size * canvas.size.pixels_per_unit >= 20.0, smallest.text


def test_square_of_a_town_without_streets_shows_its_figures_and_no_map(studio: Studio, ask: Ask):
    canvas, words = studio.draw(ask(size="square", place="hengelo"))
    seen = " ".join(one.text for one in canvas.text_boxes)
    assert "19,3\u00a0%" in seen.replace(" %", "\u00a0%") and "5 km" not in seen
    assert words.alt.count("Kaart van") == 0 and "Natural Earth" not in words.caption


@pytest.mark.parametrize("size", ROOMS)
@pytest.mark.parametrize("place", ["almelo", "borne", "enschede", "hengelo", "oldenzaal"])
def test_words_about_every_city_stand_inside_the_frame_and_apart(
    studio: Studio, ask: Ask, place: str, size: str
):
    # German words are the longest.
    canvas, _ = studio.draw(ask(size=size, lang="de", place=place))
    assert outside(canvas) == []
    assert overlapping(canvas) == []


@pytest.mark.parametrize("size", ROOMS)
def test_scenario_stands_inside_the_frame_and_apart(studio: Studio, ask: Ask, size: str):
    name = "weidewinkelwoonboulevardwijk-groeit-door"
    canvas, made = studio.draw(
        ask(
            size=size,
            lang="de",
            subject="koopstromen",
            scenario=f"naam:{name},vloer:plein-westermaat:150,dicht:hornbach-enschede",
        )
    )
    assert name.replace("-", " ") in made.headline
    assert outside(canvas) == []
    assert overlapping(canvas) == []


def test_longest_place_names_stand_inside_the_frame(studio: Studio, ask: Ask):
    facts = Facts(studio.facts.catalogue)
    long = {
        place_id: replace(
            place,
            names=dict.fromkeys(
                LANGUAGES, f"Westerhaar-Vriezenveensewijk aan de {place_id.title()}"
            ),
        )
        for place_id, place in facts.places.items()
    }
    facts.__dict__["places"] = long
    made = Studio(facts)
    for size in ("social", "a4-portrait"):
        for place in ("twente", "enschede"):
            canvas, _ = made.draw(ask(size=size, lang="de", place=place))
            assert outside(canvas) == []
            assert overlapping(canvas) == []


def test_line_does_not_part_what_belongs_together():
    for words, together in (
        ("Inwoners, Gemeente Hengelo, 1 januari 2026", "1 januari"),
        ("van de winkelmeters · binnenstad · juni 2017", "winkelmeters ·"),
        ("winkelgebied aan de rand of over de grens (4)", "grens (4)"),
        ("instappers per werkdag, Station Hengelo, 2023 [12]", "2023 [12]"),
    ):
        # Wide enough for every word and for the pair, and so on up to the whole.
        for room in range(
            int(max(width(one, 13.0) for one in (together, *words.split()))) + 1, 320
        ):
            lines = wrap(words, 13.0, float(room))
            assert " ".join(lines) == words and any(together in line for line in lines)


@pytest.mark.parametrize(
    "address", ["pers@regiotwente.example", "stadshart.twente.example/concurrentie"]
)
def test_address_gets_no_hyphen_where_it_is_broken(address: str):
    for room in range(40, int(width(address, 12.0)) + 2):
        assert "".join(wrap(address, 12.0, float(room))) == address


@pytest.mark.parametrize(("size", "named"), [("social", False), ("a4-portrait", True)])
def test_town_is_told_briefly_rather_than_far_from_its_dot(
    studio: Studio, ask: Ask, size: str, named: bool
):
    # On a low map eight names of initiatives find room only far off; a higher one has it nearby.
    canvas, _ = studio.draw(ask(place="enschede", size=size))
    words = {one.text for one in canvas.text_boxes}
    assert "Enschede" in words and ("Fabrieksschool" in words) is named


def test_place_of_two_words_is_not_parted_in_a_headline(studio: Studio, ask: Ask):
    for size in ROOMS:
        canvas, made = studio.draw(ask(size=size, subject="koopstromen"))
        assert "Plein Westermaat" in made.headline
        assert any("Plein\u00a0Westermaat" in one.text for one in canvas.text_boxes)


def test_sign_for_what_is_known_of_the_town_only_stands_in_the_legend_where_it_is_drawn(
    studio: Studio, ask: Ask
):
    # Almelo's one initiative is named under the town; of the region only the marks stand there, in
    # their frame.
    for place, there in (("almelo", False), ("twente", True)):
        canvas, _ = studio.draw(ask(place=place))
        words = " ".join(one.text for one in canvas.text_boxes)
        assert ("gestreept kader" in words) is there
        assert "Literaire muurgedichten" in words or there


def test_words_are_measured_as_wide_as_they_are_drawn(studio: Studio, ask: Ask):
    canvas, _ = studio.draw(ask(place="enschede"))
    # As a picture is drawn: hinted letters stand on whole pixels, wider.
    with matplotlib.rc_context({"text.hinting": "none"}):
        renderer = FigureCanvasAgg(canvas.figure)
        renderer.draw()
        drawn = [
            one.get_window_extent(renderer.get_renderer()).width
            for one in renderer.figure.artists
            if isinstance(one, Text)
        ]
    assert drawn == pytest.approx([one.box.width for one in canvas.text_boxes], rel=0.03, abs=2.0)


def test_a_line_is_as_wide_as_its_words_with_the_blanks_between_them():
    lines = (
        "Leegstand in de binnenstad van Hengelo: 63 panden",
        "ÅÄÖ, „Öffnungszeiten“ & café (2019–2023): 12,5 % · AV To. We",
    )
    for line, weight in product(lines, (400, 700)):
        whole, _, _ = TextToPath().get_text_width_height_descent(
            line, FontProperties(family=list(fonts.register()), weight=weight, size=100.0), False
        )
        assert width(line, 100.0, weight) == pytest.approx(whole, abs=0.1)
        assert width(f" {line} ", 100.0, weight) == width(line, 100.0, weight)
    assert width("", 100.0) == width(" ", 100.0) == 0.0


def test_nothing_is_drawn_on_the_rim_of_a_picture(studio: Studio, ask: Ask):
    canvas, _ = studio.draw(
        ask(size="square", place="hengelo", headline=LONG["nl"][:LONGEST_HEADLINE].strip())
    )
    renderer = FigureCanvasAgg(canvas.figure)
    renderer.draw()
    pixels = np.asarray(renderer.buffer_rgba())
    rim = np.concatenate(
        [
            pixels[:8].reshape(-1, 4),
            pixels[-8:].reshape(-1, 4),
            pixels[:, :8].reshape(-1, 4),
            pixels[:, -8:].reshape(-1, 4),
        ]
    )
    assert len(np.unique(rim, axis=0)) == 1


def test_legend_counts_a_class_and_its_town_level_form_together(studio: Studio):
    words = studio.scene("nl").texts
    found = legend.entries({"initiative_physical": 2, "initiative_physical_town": 3}, words)
    assert [(entry.count, entry.framed) for entry in found] == [(5, False), (3, True)]


@pytest.mark.parametrize("layer", [*layers.by_id()])
def test_legend_of_a_map_names_only_what_its_layers_show(studio: Studio, ask: Ask, layer: str):
    request = ask(layers=(layer,), size="a4")
    scene = studio.scene("nl")
    every = {
        entry.label for entry in legend.entries(dict.fromkeys(legend.theme.STYLES, 1), scene.texts)
    }
    used = {
        name: 1
        for now in region_content.select_content(
            context_of(studio.facts, request.selection)
        ).visible.values()
        for name in now.values()
    }
    expected = {entry.label for entry in legend.entries(used, scene.texts)}
    canvas, _ = studio.draw(request)
    page_text = "\n".join(one.text for one in canvas.text_boxes)
    seen = {
        label
        for label in every
        if re.search(
            r"^" + r"\s".join(map(re.escape, label.split())) + r"\s\(\d+\)$",
            page_text,
            re.MULTILINE,
        )
    }
    assert seen <= expected
    assert len(expected) == 0 or seen


def test_code_to_scan_needs_a_public_address(
    studio: Studio, ask: Ask, monkeypatch: pytest.MonkeyPatch
):
    request = ask(place="hengelo")
    canvas, alone = studio.draw(request)
    assert alone.link is None and layout.plan(canvas, alone, texts("nl")).code is None
    assert not any("http" in one.text or "localhost" in one.text for one in canvas.text_boxes)
    monkeypatch.setenv("STADSHART_PUBLIC_URL", "https://stadshart.voorbeeld.nl/twente")
    canvas, shared = studio.draw(request)
    code = layout.plan(canvas, shared, texts("nl")).code
    assert shared.link is not None and shared.link.startswith(
        "https://stadshart.voorbeeld.nl/twente/kaart?"
    )
    assert "plaats=hengelo" in shared.link
    # The finder patterns of a QR code: a ring of seven in three corners.
    assert (
        code is not None
        and code[0, :7].all()
        and code[:7, 0].all()
        and code[0, -7:].all()
        and code[-7:, 0].all()
    )
    assert "stadshart.voorbeeld.nl/twente/kaart" in "".join(
        one.text.removesuffix("-") for one in canvas.text_boxes
    )
