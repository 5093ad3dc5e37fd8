"""The factsheet of a city: one finding, four figures, nothing cut off, what is unknown says so."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from dashboard.i18n.text import texts
from dashboard.press.drawing.canvas import Canvas
from dashboard.press.errors import UnknownSubjectError
from dashboard.press.pictures import factsheet_content
from dashboard.press.pictures.factsheet_content import FactsheetContent
from dashboard.press.request import PictureRequest
from dashboard.press.studio import Studio
from dashboard.sentences import centre
from tests.dashboard.press.boxes import in_german, outside, overlapping

pytestmark = pytest.mark.slow

Ask = Callable[..., PictureRequest]
CITIES = ("almelo", "borne", "enschede", "hengelo", "oldenzaal")


def collected(studio: Studio, place: str) -> FactsheetContent:
    return factsheet_content.collect(
        studio.facts, studio.facts.places[place], texts("nl"), studio.vitality
    )


def written(canvas: Canvas) -> str:
    return " ".join(one.text for one in canvas.text_boxes).replace("\u00a0", " ")


def test_pair_that_one_source_gives_is_the_finding(studio: Studio, ask: Ask):
    _, stories = studio.pages(ask(place="hengelo"))
    assert stories[0].headline == (
        "Verkooppunten niet-dagelijks, Gemeente Hengelo: gedaald van 374 (2015) naar 325 (2019)"
    )
    assert stories[0].verdict.startswith("Cijfer in de kop citeren: ja.")


def test_pair_without_a_definition_stands_on_the_page_and_not_in_its_headline(
    studio: Studio, ask: Ask
):
    canvases, stories = studio.pages(ask(place="oldenzaal"))
    assert "107 miljoen euro" in written(canvases[0]) and "77 miljoen euro" in written(canvases[0])
    assert stories[0].headline == (
        "Instappers per gemiddelde werkdag, Station Oldenzaal:"
        " gestegen van 1.006 (2019) naar 1.070 (2023)"
    )


@pytest.mark.parametrize("place", CITIES)
def test_first_page_says_what_the_page_of_the_centre_says(studio: Studio, place: str):
    facts, text = studio.facts, texts("nl")
    words = centre.words(facts, facts.places[place], studio.vitality, text)
    found = collected(studio, place).centre
    assert found.headline == words.finding
    assert [row.card for row in found.summary] == [*words.cards]
    assert len(found.edge) == len(words.edge_figures)
    assert [goal.rpartition(" ")[0] for goal in found.goals] == [goal.words for goal in words.goals]
    assert found.unknown.startswith(words.unknown)


def test_goal_is_named_as_a_goal(studio: Studio, ask: Ask):
    canvases, _ = studio.pages(ask(place="hengelo"))
    assert "Doel voor de leegstand: 5 tot 10 procent (2021). Doel, geen meting." in written(
        canvases[0]
    )


def test_figures_stand_beside_those_of_other_centres_only_where_they_compare(studio: Studio):
    summary = {row.card.subject: row.card for row in collected(studio, "hengelo").centre.summary}
    assert [(one.name, one.written) for one in summary["residents"].peers] == [
        ("Enschede", "69"),
        ("Oldenzaal", "64"),
        ("Hengelo", "47"),
        ("Almelo", "45"),
        ("Borne", "43"),
    ]
    # One study measured two of the centres in one month.
    enschede = collected(studio, "enschede").centre.summary[0].card
    assert [(one.name, one.written) for one in enschede.peers] == [
        ("Enschede", "15 %"),
        ("Hengelo", "12 %"),
    ]
    assert collected(studio, "borne").centre.summary[0].card.peers == ()


def test_past_is_a_series_of_the_source(studio: Studio):
    card = collected(studio, "hengelo").centre.summary[0].card
    assert (card.figure, card.past_title) == ("19,3 %", "Leegstaande winkelpanden")
    assert [(one.year, one.written) for one in card.past] == [(2022, "68"), (2023, "63")]


def test_edge_stands_beside_every_centre(studio: Studio):
    found = collected(studio, "borne").centre
    assert found.edge_name == "Plein Westermaat"
    assert [figure for figure, _ in found.edge] == [
        "circa 60.000 m²",
        "76 %",
        "16 %",
        "34 %",
        "0 %",
    ]


@pytest.mark.parametrize(("place", "lang"), in_german(CITIES))
def test_pages_hold_every_word_whole_and_apart(
    studio: Studio, ask: Ask, place: str, lang: str, monkeypatch: pytest.MonkeyPatch
):
    # With a code to scan there is the least room.
    monkeypatch.setenv("STADSHART_PUBLIC_URL", "https://stadshart.voorbeeld.nl")
    monkeypatch.setenv(
        "STADSHART_PUBLISHER", "Gemeente Voorbeeld, team binnenstad, binnenstad@voorbeeld.nl"
    )
    canvases, _ = studio.pages(ask(place=place, lang=lang))
    assert len(canvases) in (2, 3)
    for canvas in canvases:
        assert outside(canvas) == []
        assert overlapping(canvas) == []


def test_what_is_unknown_says_so_and_is_no_zero(studio: Studio, ask: Ask):
    found = collected(studio, "borne")
    assert found.centre.unknown == (
        "Van Borne is nog onbekend: Leegstand, Koopstromen, Winkelvloer en Profiel."
        " Onbekend betekent niet nul."
        " Een gemeente kan dit cijfer aanleveren; zie Bronnen, onder Aanvullen."
    )
    unknown = {row.card.heading: row.figure for row in found.centre.summary if not row.card.row}
    assert unknown == {"Leegstand": "onbekend"}
    assert [row.theme for row in found.more] == ["Inwoners"]
    # A number of premises without their total, of the whole municipality, is no rate of the centre.
    assert [(figure, area) for figure, _, area, *_ in found.vacancies] == [
        ("20 panden", "Gemeente Borne")
    ]


@pytest.mark.parametrize("place", CITIES)
def test_every_number_in_brackets_has_its_source(studio: Studio, ask: Ask, place: str):
    canvases, _ = studio.pages(ask(place=place))
    words = "\n".join(one.text for canvas in canvases for one in canvas.text_boxes)
    listed = set(re.findall(r"^\[(\d+)\] \w", words, re.MULTILINE))
    used = set(re.findall(r"\[(\d+)\](?! \w)", words))
    assert listed and used == listed == {str(number) for number in range(1, len(listed) + 1)}


def test_count_of_initiatives_stands_with_what_it_does_not_say(studio: Studio, ask: Ask):
    canvases, _ = studio.pages(ask(place="oldenzaal"))
    page = written(canvases[1])
    assert "De pilot telde er 15 in de eerste tranche en 8 in de tender tot voorjaar 2016." in page
    assert "Meer stippen in een stad betekent niet dat daar meer is gebeurd." in page


def test_modelled_shares_are_marked_with_their_error(studio: Studio, ask: Ask):
    canvases, stories = studio.pages(ask(place="borne"))
    page = written(canvases[1])
    assert texts("nl")("press.modelled") in stories[1].badges and page.count("Gemodelleerd") >= 2
    assert "niet gekalibreerd" in page and "bij de 6 gepubliceerde cijfers" in page


def test_town_without_a_model_says_so(town_studio: Studio, town_ask: Ask):
    canvases, stories = town_studio.pages(town_ask(place="voorbeeldstad"))
    assert texts("nl")("factsheet.no_flows") in written(canvases[1])
    assert all(texts("nl")("press.example") in story.badges for story in stories)
    assert not any(overlapping(canvas) for canvas in canvases)


def test_region_has_no_factsheet(studio: Studio, ask: Ask):
    with pytest.raises(UnknownSubjectError, match="Kies eerst een stad"):
        studio.factsheet(ask())


def test_document_has_tagged_pages(studio: Studio, ask: Ask):
    made = studio.factsheet(ask(place="almelo", lang="en"))
    assert made.content.count(b"/S /Figure") == 3 and b"/Lang (en-GB)" in made.content
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
    assert outside(canvases[1]) == [] and overlapping(canvases[1]) == []
    assert any(re.match(r"En nog \d+: zie", one.text) for one in canvases[1].text_boxes)


def test_known_streets_have_a_page_that_says_what_is_modelled(
    example_studio: Studio, example_ask: Ask
):
    canvases, stories = example_studio.pages(example_ask(place="voorbeeldstad"))
    assert len(canvases) == 3 and outside(canvases[2]) == [] and overlapping(canvases[2]) == []
    assert texts("nl")("press.modelled") in stories[2].badges and stories[2].sources
    assert "kaart van de straten" in stories[2].alt
