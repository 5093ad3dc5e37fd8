"""The page of what is new: per place, and what it says without an earlier version."""

import re
from pathlib import Path

import pytest

from dashboard.i18n.text import texts
from data import catalogue
from tests.dashboard import revised_towns
from tests.dashboard.driving import opened, served, words

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """March and April; not to be written to."""
    return revised_towns.two_versions(tmp_path_factory.mktemp("versions"))


def test_the_page_of_a_place_lists_what_changed_and_links_to_figure_and_feed(folder: Path):
    with served(folder):
        said = words(opened("nieuw.py", plaats="voorbeeldstad"))
    # The internal figure counts on this computer.
    assert "2 nieuwe cijfers, 1 gewijzigd cijfer en 1 vervallen cijfer." in said
    assert "2 april 2026" in said and "vergeleken met de versie van 1 maart 2026" in said
    assert "12 premises; in de versie ervoor 10 premises." in said
    assert f"keuze=cijfer:{revised_towns.CHANGED}" in said
    assert "./nieuw.atom?plaats=voorbeeldstad&amp;taal=nl" in said


def test_a_place_without_a_change_says_so(folder: Path):
    with served(folder):
        said = words(opened("nieuw.py", plaats="anderstad", taal="en"))
    assert "No figure about Other Town changed in this version." in said


def test_the_page_of_the_sources_leads_here():
    with served(catalogue.EMBEDDED):
        assert 'href="./nieuw?plaats=borne' in words(opened("bronnen.py", plaats="borne"))


def test_more_than_eight_figures_of_a_kind_are_folded(tmp_path: Path):
    rows = [{"observation_id": f"voorbeeldstad-{number}"} for number in range(11)]
    revised_towns.publish_version(tmp_path, revised_towns.MARCH, revised_towns.OTHER)
    revised_towns.publish_version(tmp_path, revised_towns.APRIL, revised_towns.OTHER, *rows)
    with served(tmp_path):
        said = words(opened("nieuw.py", plaats="voorbeeldstad"))
    assert "<summary>Nog 3</summary>" in said


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [
        ("nl", "geen eerdere versie bewaard"),
        ("en", "No earlier version of these data is kept"),
        ("de", "keine frühere Version aufbewahrt"),
    ],
)
def test_what_ships_says_that_it_is_the_first_and_how_old_it_is(lang: str, sentence: str):
    with served(catalogue.EMBEDDED):
        said = words(opened("nieuw.py", plaats="hengelo", taal=lang))
        listed = words(opened("cijfers.py", plaats="hengelo", taal=lang))
    assert sentence in said and "2026" in said
    # The page behind the link counts as many.
    counted = re.search(texts(lang)("news.first_count", count=r"(\d+)"), said)
    assert counted is not None
    assert texts(lang)("figures.count", shown=counted[1], old="|").split("|")[0] in listed
    assert f"./cijfers?plaats=hengelo&amp;taal={lang}" in said
