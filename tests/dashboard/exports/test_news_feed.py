"""The Atom feed of a place: what RFC 4287 asks, the same ids each time, nothing unescaped."""

import re
from datetime import datetime
from functools import cache
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from dashboard.analysis import news
from dashboard.analysis.news import Revision
from dashboard.exports import news_feed
from dashboard.facts.snapshot import Facts
from dashboard.i18n.text import LANGUAGES
from dashboard.selection import permalink
from dashboard.selection.context import context_of
from dashboard.selection.permalink import Vocabulary
from dashboard.session import visitor
from data import catalogue
from tests.dashboard import revised_towns
from tests.dashboard.revised_towns import APRIL, CHANGED, INTERNAL, MARCH, OTHER

ATOM = "{http://www.w3.org/2005/Atom}"
BASE = "https://stadshart.example"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """March and April; not to be written to."""
    return revised_towns.two_versions(tmp_path_factory.mktemp("versions"))


@cache
def compared(folder: Path, *, beyond: bool) -> tuple[Facts, Vocabulary, tuple[Revision, ...]]:
    facts = Facts(catalogue.open(folder), beyond=beyond)
    return facts, visitor.vocabulary(facts), news.revisions(facts)


def read(folder: Path, *, base: str = BASE, beyond: bool = True, **query: str) -> ET.Element:
    facts, vocabulary, revisions = compared(folder, beyond=beyond)
    selection, notes = permalink.parse(query, vocabulary)
    assert notes == ()
    return ET.fromstring(news_feed.feed(revisions, context_of(facts, selection), base))


def text(element: ET.Element, name: str) -> str:
    return element.findtext(f"{ATOM}{name}") or ""


def links(element: ET.Element) -> dict[str, str]:
    return {link.get("rel", ""): link.get("href", "") for link in element.findall(f"{ATOM}link")}


def listed(element: ET.Element) -> list[str]:
    """The figures of an entry as a reader shows them."""
    items = re.findall(r"<li>(.*?)</li>", text(element, "content"))
    return [re.sub(r"<[^>]+>", "", item) for item in items]


def test_an_entry_says_what_changed_about_the_place_with_its_source(folder: Path):
    (entry,) = read(folder, plaats="voorbeeldstad").findall(f"{ATOM}entry")
    assert text(entry, "title") == (
        "Voorbeeldstad: 1 nieuw cijfer, 1 gewijzigd cijfer en 1 vervallen cijfer"
    )
    about = "Leegstaande panden, Voorbeeldstad, binnenstad,"
    publisher = "Stadshart Twente (verzonnen gegevens)"
    source = f"Bron: {publisher} (ongedateerd), geraadpleegd op 1 maart 2024."
    assert listed(entry) == [
        f"{about} 2025: 7 premises. {source}",
        f"{about} 2023: 12 premises; in de versie ervoor 10 premises. {source}",
        f"{about} 2019: staat niet meer in de gegevens. {source}",
    ]


def test_the_feed_has_what_the_standard_asks(folder: Path):
    feed = read(folder, plaats="voorbeeldstad", taal="en")
    assert feed.tag == f"{ATOM}feed"
    for element in (feed, *feed.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(element.findall(f"{ATOM}{name}")) == 1 and text(element, name)
        assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", text(element, "id"))
        assert datetime.fromisoformat(text(element, "updated")).utcoffset() is not None
    assert feed.findtext(f"{ATOM}author/{ATOM}name")
    assert feed.get("{http://www.w3.org/XML/1998/namespace}lang") == "en"
    assert links(feed) == {
        "self": f"{BASE}/nieuw.atom?plaats=voorbeeldstad&taal=en",
        "alternate": f"{BASE}/nieuw?plaats=voorbeeldstad&taal=en",
    }
    (entry,) = feed.findall(f"{ATOM}entry")
    assert text(feed, "updated") == text(entry, "updated") == "2026-04-02T10:30:00Z"


def test_links_of_an_entry_are_whole_and_lead_to_the_figure(folder: Path):
    (entry,) = read(folder, plaats="voorbeeldstad").findall(f"{ATOM}entry")
    found = re.findall(r'href="([^"]+)"', text(entry, "content"))
    assert f"{BASE}/cijfers?plaats=voorbeeldstad&amp;keuze=cijfer:{CHANGED}&amp;taal=nl" in found
    assert all(address.startswith("https://") for address in found)


def test_ids_are_the_same_each_time_and_differ_by_place_and_language(folder: Path):
    queries = [
        {"plaats": place, "taal": lang}
        for place in ("voorbeeldstad", "anderstad", "twente")
        for lang in LANGUAGES
    ]
    once, again = (
        [[element.text for element in read(folder, **query).iter(f"{ATOM}id")] for query in queries]
        for _ in range(2)
    )
    assert once == again
    ids = [identity for feed in once for identity in feed]
    # Nine feeds; of the other town nothing changed, so six have an entry.
    assert len(ids) == len(set(ids)) == 15


def test_the_address_of_the_request_leaves_ids_as_they_are(folder: Path):
    local, other = (
        read(folder, base=base, plaats="voorbeeldstad")
        for base in ("http://127.0.0.1:8501", "http://localhost:8501")
    )
    assert [one.text for one in local.iter(f"{ATOM}id")] == [
        one.text for one in other.iter(f"{ATOM}id")
    ]


def test_a_place_without_a_change_has_an_empty_feed_that_says_how_far_back_it_goes(folder: Path):
    feed = read(folder, plaats="anderstad")
    assert feed.findall(f"{ATOM}entry") == []
    assert "versie van 1 maart 2026 om 09:00 (UTC)" in text(feed, "subtitle")


def test_what_ships_says_that_there_is_nothing_to_compare_with():
    feed = read(catalogue.EMBEDDED, plaats="hengelo")
    assert feed.findall(f"{ATOM}entry") == []
    assert "geen eerdere versie bewaard" in text(feed, "subtitle")


@pytest.mark.slow
def test_the_made_up_region_says_so_in_every_feed():
    assert text(read(catalogue.EXAMPLE), "subtitle").startswith("Deze streek bestaat niet.")


def test_an_internal_figure_is_in_no_feed(folder: Path):
    (entry,) = read(folder, beyond=False, plaats="voorbeeldstad").findall(f"{ATOM}entry")
    assert INTERNAL["observation_id"] not in text(entry, "content") and len(listed(entry)) == 3


def test_texts_of_the_data_stay_text(tmp_path: Path):
    hostile = '<script>alert("x")</script> & {{ 7 * 7 }} \x0b]]>'
    revised_towns.publish_version(tmp_path, MARCH, OTHER)
    revised_towns.publish_version(tmp_path, APRIL, OTHER, {"area_name": hostile})
    (entry,) = read(tmp_path, plaats="voorbeeldstad").findall(f"{ATOM}entry")
    assert "<script" not in text(entry, "content") and "&lt;script&gt;" in text(entry, "content")
    assert "49" not in text(entry, "content")


def test_a_long_entry_names_fifty_figures_and_says_how_many_more(tmp_path: Path):
    rows = [{"observation_id": f"voorbeeldstad-{number}"} for number in range(52)]
    revised_towns.publish_version(tmp_path, MARCH, OTHER)
    revised_towns.publish_version(tmp_path, APRIL, OTHER, *rows)
    (entry,) = read(tmp_path, plaats="voorbeeldstad").findall(f"{ATOM}entry")
    assert text(entry, "title") == "Voorbeeldstad: 52 nieuwe cijfers"
    assert len(listed(entry)) == 50
    assert "Er zijn nog 2 cijfers veranderd." in text(entry, "content")
