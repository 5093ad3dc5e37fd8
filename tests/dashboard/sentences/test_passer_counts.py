"""Where counts of passers-by are missing, the reader is told since when and why."""

import pytest

from dashboard.i18n.text import LANGUAGES, texts
from dashboard.panels import source_list
from dashboard.sentences import passer_counts
from tests.dashboard import shipped, voorbeeldstad

SHIPPED = shipped.facts()


def test_cities_that_stopped_counting_are_named_with_day_and_source():
    said = passer_counts.missing(SHIPPED, texts("nl"))
    assert said.startswith("Passanten: voor Almelo, Borne, Enschede, Hengelo en Oldenzaal")
    assert (
        "Enschede telde passanten met wifi, sinds mei 2018; gestopt op 1 mei 2020 "
        "(bron: Autoriteit Persoonsgegevens en gemeente Enschede)." in said
    )
    assert (
        "Hengelo telde passanten met wifi; tijdelijk gestopt op 30 april 2021 "
        "(bron: Gemeente Hengelo)." in said
    )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_list_of_sources_says_it_under_filling_gaps(lang):
    text = texts(lang)
    said = passer_counts.missing(SHIPPED, text)
    assert said and said in source_list.supply(SHIPPED, text)


def test_only_the_chosen_places_are_explained():
    borne = [place for place in SHIPPED.centres if place.place_id == "borne"]
    assert passer_counts.why_missing(borne, SHIPPED, texts("nl")) == ()


def test_nothing_is_said_where_no_source_says_why():
    assert passer_counts.missing(voorbeeldstad.facts(), texts("nl")) == ""
