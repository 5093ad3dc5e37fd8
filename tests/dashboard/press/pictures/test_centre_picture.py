"""A centre at a glance as a picture: what its page says, whole in every size."""

from collections.abc import Callable

import pytest

from dashboard.i18n.text import texts
from dashboard.press.request import PictureRequest
from dashboard.press.studio import Studio
from dashboard.sentences import centre
from tests.dashboard.press.boxes import ROOMS, in_german, outside, overlapping

pytestmark = pytest.mark.slow

Ask = Callable[..., PictureRequest]
CITIES = ("almelo", "borne", "enschede", "hengelo", "oldenzaal")


def written(studio: Studio, request: PictureRequest) -> str:
    canvas, _ = studio.draw(request)
    return " ".join(one.text for one in canvas.text_boxes).replace("\u00a0", " ")


@pytest.mark.parametrize("place", CITIES)
def test_picture_says_what_the_page_of_the_centre_says(studio: Studio, ask: Ask, place: str):
    facts = studio.facts
    page = centre.words(facts, facts.places[place], studio.vitality, texts("nl"))
    request = ask(place=place, subject="centrum")
    seen, story = written(studio, request), studio.draw(request)[1]
    assert story.headline == page.finding and page.unknown in story.standfirst
    for card in page.cards:
        assert (card.figure if card.source_id else "onbekend") in seen
        assert card.basis.rstrip(".") in story.alt and card.peers_title in story.alt
        assert all(f"{dated.written} ({dated.short})" in story.alt for dated in card.past)
    for goal in (*page.goals, *(goal for card in page.cards for goal in card.goals)):
        assert goal.words.rstrip(".") in story.alt
    assert "Daarnaast: Plein Westermaat" in seen and "76 %" in seen


def test_figure_with_a_reserve_says_so(studio: Studio, ask: Ask):
    seen = written(studio, ask(place="hengelo", subject="centrum"))
    # The vacancy and the passengers, not the outlets and the residents.
    assert seen.count("Citeren met voorbehoud") == 2


def test_small_picture_names_only_what_is_drawn(studio: Studio, ask: Ask):
    request = ask(place="hengelo", subject="centrum", size="square")
    seen, story = written(studio, request), studio.draw(request)[1]
    assert "Plein Westermaat" not in seen + story.alt
    assert "68" not in story.alt and "DBZ" not in story.citation
    assert "Hengelo 12 %" in seen and "Enschede 15 %" in seen


def test_whole_region_shows_the_vacancy_of_every_centre(studio: Studio, ask: Ask):
    assert studio.draw(ask(subject="centrum"))[1] == studio.draw(ask(subject="leegstand"))[1]


@pytest.mark.parametrize(("place", "lang"), in_german(CITIES))
def test_picture_is_whole_in_every_size(
    studio: Studio, ask: Ask, place: str, lang: str, monkeypatch: pytest.MonkeyPatch
):
    # With a code to scan there is the least room.
    monkeypatch.setenv("STADSHART_PUBLIC_URL", "https://stadshart.voorbeeld.nl")
    monkeypatch.setenv(
        "STADSHART_PUBLISHER", "Gemeente Voorbeeld, team binnenstad, binnenstad@voorbeeld.nl"
    )
    for size in ROOMS:
        canvas, _ = studio.draw(ask(place=place, subject="centrum", size=size, lang=lang))
        assert outside(canvas) == []
        assert overlapping(canvas) == []
