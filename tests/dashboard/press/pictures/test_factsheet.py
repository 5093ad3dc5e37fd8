"""The factsheet of a city: two pages, nothing cut off, and what is unknown says so."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from dashboard.i18n.text import LANGUAGES, texts
from dashboard.press.errors import UnknownSubjectError
from dashboard.press.pictures import factsheet_content
from dashboard.press.request import PictureRequest
from dashboard.press.studio import Studio
from tests.dashboard.press.boxes import outside, overlapping

pytestmark = pytest.mark.slow

Ask = Callable[..., PictureRequest]
CITIES = ("almelo", "borne", "enschede", "hengelo", "oldenzaal")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("place", CITIES)
def test_two_pages_hold_every_word_whole_and_apart(
    studio: Studio, ask: Ask, place: str, lang: str, monkeypatch: pytest.MonkeyPatch
):
    # With a code to scan there is the least room.
    monkeypatch.setenv("STADSHART_PUBLIC_URL", "https://stadshart.voorbeeld.nl")
    monkeypatch.setenv(
        "STADSHART_PUBLISHER", "Gemeente Voorbeeld, team binnenstad, binnenstad@voorbeeld.nl"
    )
    canvases, _ = studio.pages(ask(place=place, lang=lang))
    assert len(canvases) == 2
    for canvas in canvases:
        assert outside(canvas) == []
        assert overlapping(canvas) == []


def test_what_is_unknown_says_so_and_is_no_zero(studio: Studio, ask: Ask):
    found = factsheet_content.collect(studio.facts, studio.facts.places["borne"], texts("nl"))
    unknown = {entry.theme: entry.figure for entry in found.entries if not entry.known}
    assert unknown == {
        "Leegstand": "onbekend",
        "Winkelvloer": "onbekend",
        "Koopstromen": "onbekend",
        "Profiel": "onbekend",
    }
    # A number of premises without their total, of the whole municipality, is no rate of the centre.
    assert [(figure, area) for figure, _, area, *_ in found.vacancies] == [
        ("20 panden", "Gemeente Borne")
    ]


@pytest.mark.parametrize("place", CITIES)
def test_every_number_in_brackets_has_its_source(studio: Studio, ask: Ask, place: str):
    canvases, _ = studio.pages(ask(place=place))
    first, second = ("\n".join(one.text for one in canvas.text_boxes) for canvas in canvases)
    listed = set(re.findall(r"^\[(\d+)\]", second, re.MULTILINE))
    used = set(re.findall(r"\[(\d+)\]", first)) | set(
        re.findall(r"(?<!^)\[(\d+)\]", second, re.MULTILINE)
    )
    assert listed and used == listed == {str(number) for number in range(1, len(listed) + 1)}


def test_count_of_initiatives_stands_with_what_it_does_not_say(studio: Studio, ask: Ask):
    canvases, _ = studio.pages(ask(place="oldenzaal"))
    page = " ".join(one.text for one in canvases[0].text_boxes)
    assert "De pilot telde er 15 in de eerste tranche en 8 in de tender tot voorjaar 2016." in page
    assert "Meer stippen in een stad betekent niet dat daar meer is gebeurd." in page


def test_modelled_shares_are_marked_with_their_error(studio: Studio, ask: Ask):
    canvases, stories = studio.pages(ask(place="borne"))
    page = " ".join(one.text for one in canvases[1].text_boxes)
    assert texts("nl")("press.modelled") in stories[1].badges and page.count("Gemodelleerd") >= 2
    assert "niet gekalibreerd" in page and "Fout bij 7 gepubliceerde cijfers" in page


def test_town_without_a_model_says_so(town_studio: Studio, town_ask: Ask):
    canvases, stories = town_studio.pages(town_ask(place="voorbeeldstad"))
    assert texts("nl")("factsheet.no_flows") in " ".join(one.text for one in canvases[1].text_boxes)
    assert all(texts("nl")("press.example") in story.badges for story in stories)
    assert [overlapping(canvas) for canvas in canvases] == [[], []]


def test_region_has_no_factsheet(studio: Studio, ask: Ask):
    with pytest.raises(UnknownSubjectError, match="Kies eerst een stad"):
        studio.factsheet(ask())


def test_document_has_two_tagged_pages_and_the_same_bytes_twice(studio: Studio, ask: Ask):
    made = studio.factsheet(ask(place="almelo", lang="en"))
    again = Studio(studio.facts)
    again.model = studio.model  # that is worked out the same elsewhere: another process proves it
    assert made.content == again.factsheet(ask(place="almelo", lang="en")).content
    assert made.content.count(b"/S /Figure") == 2 and b"/Lang (en-GB)" in made.content
    assert made.story.headline == "Almelo: factsheet of the inner city"


def test_many_initiatives_are_counted_not_cut(
    studio: Studio, ask: Ask, monkeypatch: pytest.MonkeyPatch
):
    many = tuple(
        replace(studio.facts.initiatives[0], name=f"Initiatief {n}", place_id="hengelo")
        for n in range(40)
    )
    monkeypatch.setitem(studio.facts.__dict__, "initiatives", many)
    canvases, _ = studio.pages(ask(place="hengelo"))
    assert outside(canvases[0]) == [] and overlapping(canvases[0]) == []
    assert any(re.match(r"En nog \d+: zie", one.text) for one in canvases[0].text_boxes)
