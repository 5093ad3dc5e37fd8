"""The picture of a town's streets is the screen: its measure, its chosen street, its comparison."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest
from matplotlib.patches import Patch

from dashboard.i18n.text import texts
from dashboard.maps.street_content import select_content
from dashboard.press.caption import Story
from dashboard.press.drawing import label_placement
from dashboard.press.drawing.canvas import Canvas
from dashboard.press.drawing.label_placement import PageBox, Wanted
from dashboard.press.pictures import street_picture
from dashboard.press.request import PictureRequest
from dashboard.press.studio import Studio
from dashboard.selection.context import context_of
from dashboard.selection.streets import StreetChoice
from dashboard.style import theme
from tests.dashboard.press.boxes import ROOMS, in_german, outside
from tests.dashboard.press.conftest import asking

pytestmark = pytest.mark.slow

TOWN = "voorbeeldstad"
BUSY, OTHER = f"{TOWN}/zuiderstraat", f"{TOWN}/molenstraat"
Show = Callable[..., tuple[Canvas, Story]]


@pytest.fixture(scope="module")
def show(example_studio: Studio) -> Show:
    """A picture of the streets of the made-up town: what is chosen there, in which size and
    language.
    """
    return partial(draw, example_studio)


def draw(
    studio: Studio,
    *,
    measure: str = "leegstand",
    street: str | None = None,
    beside: str | None = None,
    size: str = "slide",
    lang: str = "nl",
) -> tuple[Canvas, Story]:
    ask = asking(studio.facts)
    chosen = None if street is None else f"straten:{street}"
    choice = StreetChoice(measure=measure, beside=beside)
    request = ask(
        subject="straten", place=TOWN, chosen=chosen, by_street=choice, size=size, lang=lang
    )
    return studio.draw(request)


def written(canvas: Canvas) -> str:
    return " ".join(one.text for one in canvas.text_boxes)


def test_measure_of_the_screen_colours_the_picture(show: Show):
    legends = {}
    for measure in ("leegstand", "langdurig", "drukte", "branchemix", "ketens", "dichtheid"):
        canvas, words = show(measure=measure)
        named = texts("nl")(f"street.measure_{measure}")
        assert named in words.standfirst and f"Kleur: {named}." in words.alt
        legends[measure] = written(canvas)
    assert "drukst (" in legends["drukte"] and "drukst (" not in legends["leegstand"]
    assert len(set(legends.values())) == len(legends)


def test_chosen_street_stands_in_the_headline_and_as_a_strip(show: Show, example_studio: Studio):
    canvas, words = show(street=BUSY)
    town = example_studio.facts.towns[TOWN]
    reading = town.streets[BUSY].readings[town.surveys[-1].survey]
    assert words.headline.startswith(
        f"Zuiderstraat in Voorbeeldstad: {reading.vacant} van {reading.units} "
    )
    assert "Zuiderstraat: 16 panden links en 14 rechts, 6 leeg" in written(canvas)
    assert "16 panden links" in words.alt


def test_comparison_shows_both_streets(show: Show):
    canvas, words = show(street=BUSY, beside=OTHER)
    assert words.headline == "Molenstraat naast Zuiderstraat, Voorbeeldstad"
    assert all(f"{name}: " in words.alt for name in ("Molenstraat", "Zuiderstraat"))
    assert written(canvas).count(" panden links en ") == 2


def test_chosen_street_lies_on_a_band(show: Show):
    def bands(canvas: Canvas) -> int:
        shapes = [drawn for drawn in canvas.figure.artists if isinstance(drawn, Patch)]
        edges = [drawn.get_edgecolor() for drawn in shapes]
        selected = tuple(int(theme.SELECTED[at : at + 2], 16) / 255 for at in (1, 3, 5))
        return sum(edge[:3] == pytest.approx(selected) and edge[3] > 0 for edge in edges)

    assert bands(show()[0]) == 0
    assert bands(show(street=BUSY)[0]) == 1
    assert bands(show(street=BUSY, beside=OTHER)[0]) == 2


def test_small_street_gives_no_number_of_vacant_units(example_studio: Studio):
    facts, text = example_studio.facts, texts("nl")
    town = facts.towns[TOWN]
    survey = town.surveys[-1]
    few = replace(town.streets[BUSY].readings[survey.survey], units=3, vacant=None, rate=None)
    small = replace(town.streets[BUSY], readings={survey.survey: few})
    selection = asking(facts)(subject="straten", place=TOWN).selection
    seen = replace(select_content(context_of(facts, selection), town), streets=(small,))
    assert "te weinig panden voor een cijfer" in street_picture._headline(
        "Voorbeeldstad", seen, (small,), text
    )
    rows = dict(street_picture._figures((small,), seen, text))
    assert rows["Panden"] == ("3",) and rows["Leeg"] == ("te weinig",)


def test_place_without_streets_gives_its_map(studio: Studio):
    request = asking(studio.facts)(subject="straten", place="hengelo")
    _, words = studio.draw(request)
    assert words.headline == studio.draw(replace(request, subject="kaart"))[1].headline


@pytest.mark.parametrize(("size", "lang"), in_german(ROOMS))
def test_nothing_is_cut_off(show: Show, size: str, lang: str):
    canvas, _ = show(street=BUSY, beside=OTHER, measure="ketens", size=size, lang=lang)
    assert outside(canvas) == []


def test_label_that_must_stay_near_its_street_is_left_out_rather_than_far_away():
    frame, wall = PageBox(0, 0, 600, 600), PageBox(200, 200, 400, 400)
    far = Wanted(300, 300, 5.0, 60, 20)
    assert label_placement.place([far], frame, [wall]) != [None]
    assert label_placement.place([replace(far, reach=30.0)], frame, [wall]) == [None]


def test_same_request_gives_the_same_picture(example_studio: Studio):
    request: PictureRequest = asking(example_studio.facts)(
        subject="straten", place=TOWN, chosen=f"straten:{BUSY}", size="social"
    )
    first, second = (example_studio.picture(request, "svg").content for _ in range(2))
    assert first == second
