"""Terms of the trade explain themselves where they stand."""

import json
from collections import Counter

import pytest

from dashboard.component import assets
from dashboard.i18n import glossary
from dashboard.i18n.text import LANGUAGES, texts


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_word_belongs_to_one_term_and_stands_on_a_page(lang):
    terms = glossary.terms(texts(lang))
    words = Counter(word for term in terms for word in term["words"])
    assert max(words.values()) == 1
    sentences = " ".join(
        sentence.lower()
        for key, sentence in texts(lang).sentences.items()
        if not key.startswith("term.")
    )
    assert [term["words"] for term in terms if not any(w in sentences for w in term["words"])] == []
    assert all(term["means"].endswith(".") for term in terms)


def test_the_browser_gets_the_terms_of_the_language():
    told = json.loads(assets.code()["terms-en.json"].content)
    assert told["close"] == "Close"
    assert told["terms"][0]["words"] == ["vacancy", "vacancies"]
    assert told["terms"][1]["name"] == "Floor area"
    # An abbreviation keeps its capitals, whatever case it is looked up in.
    assert [term["words"] for term in told["terms"] if term["name"] == "BAG"] == [["bag"]]


@pytest.mark.browser
def test_a_term_opens_what_it_means_and_gives_the_keyboard_back(page, site):
    page.goto(f"{site}/concurrentie")
    term = page.locator("span.term", has_text="winkelvloer").first
    term.wait_for()
    marked = page.locator("span.term").evaluate_all("all => all.map(one => one.dataset.term)")
    assert len(marked) == len(set(marked)) > 3
    card = page.locator(".term-card")
    assert not card.is_visible()
    term.focus()
    page.keyboard.press("Enter")
    card.get_by_text("zonder magazijn en kantoor").wait_for()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Sluiten"
    page.keyboard.press("Escape")
    card.wait_for(state="hidden")
    assert term.evaluate("one => one === document.activeElement")
    # A link or a heading has a purpose of its own.
    assert page.locator(":is(a, h1, h2, summary) span.term").count() == 0
    # The words of the page are as they were.
    assert "winkelvloer" in term.locator("xpath=..").inner_text().lower()
    # Another language explains its own terms.
    page.goto(f"{site}/concurrentie?taal=de")
    page.locator("span.term", has_text="Verkaufsfläche").first.click()
    page.locator(".term-card").get_by_text("ohne Lager und Büro").wait_for()
