"""Looking something up by name: what can be found, and the dialog with the keyboard alone."""

from urllib.parse import parse_qs, urlsplit

import pytest

from dashboard.i18n.text import LANGUAGES, texts
from dashboard.panels import search_index
from dashboard.panels.search_index import KINDS
from dashboard.selection import permalink, views
from dashboard.selection.context import Context
from dashboard.session import visitor
from tests.dashboard import shipped


def entries(lang: str = "nl") -> list[search_index.Entry]:
    """All that can be looked up in the facts that ship."""
    facts = shipped.facts()
    selection = permalink.opening(visitor.vocabulary(facts), lang)
    return list(search_index.entries(Context(facts, texts(lang), selection)))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_everything_with_a_name_can_be_found_and_every_address_can_be_read(lang):
    facts = shipped.facts()
    listed = entries(lang)
    assert {KINDS[kind] for kind, *_ in listed} == set(KINDS)
    for _, name, _, address in listed:
        parts = urlsplit(address)
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        assert name and parts.path.removeprefix("./") in views.by_id()
        selection, notes = permalink.parse(query, visitor.vocabulary(facts, query))
        assert notes == () and selection.lang == lang
    counted = [kind for kind, *_ in listed]
    assert counted.count(KINDS.index("initiative")) == len(facts.initiatives)
    assert counted.count(KINDS.index("place")) == 5
    assert counted.count(KINDS.index("source")) == len(facts.manifest.sources)


def test_of_a_series_the_newest_figure_is_found():
    # Hengelo's travellers: 8.959 in 2018 up to 8.844 in 2023.
    found = [entry for entry in entries() if entry[1].endswith("Station Hengelo")]
    assert [entry[2] for entry in found] == ["8.844 instappers per werkdag, 2023"]


def test_what_is_found_says_its_year_once_and_money_in_cents():
    details = {entry[1]: entry[2] for entry in entries()}
    assert details["Opening van een winkel, IKEA Hengelo, Plein Westermaat"] == "2002"
    hourly = details["Parkeren op straat, per uur, Binnenstad Almelo"]
    assert hourly.replace("\u00a0", " ") == "2,50 euro per uur, augustus 2017"


def test_a_page_is_found_by_what_it_holds_and_a_subject_by_its_name():
    listed = entries()
    pages = {entry[1]: entry[2] for entry in listed if KINDS[entry[0]] == "view"}
    assert "PowerPoint" in pages["Centrum"] and "privacy" in pages["Bronnen"]
    subjects = {entry[1]: entry[3] for entry in listed if KINDS[entry[0]] == "theme"}
    assert subjects["Treinreizigers"] == "./cijfers?thema=travellers&taal=nl"


@pytest.mark.browser
def test_a_name_with_an_error_is_found_and_opened_by_keyboard(page, site):
    page.goto(f"{site}/nieuw")
    page.locator("[data-search][data-offered]").wait_for()
    page.keyboard.press("/")
    field = page.get_by_role("combobox", name="Zoek een plaats")
    field.fill("zzqx")
    page.get_by_text("Niets gevonden").wait_for()
    field.fill("hoeveel winkels staan leeg")
    page.get_by_role("option").filter(has_text="Leegstand, deel van de winkels").first.wait_for()
    field.fill("oldenzal")
    first = page.get_by_role("option", selected=True)
    first.wait_for()
    assert first.inner_text().split("\n")[0] == "Oldenzaal"
    page.keyboard.press("ArrowDown")
    assert page.get_by_role("option", selected=True).get_attribute("id") == "search-1"
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Escape")
    field.wait_for(state="hidden")
    page.keyboard.press("Control+k")
    field.fill("Oldenzall")
    page.get_by_role("option", name="Oldenzaal centrum").wait_for()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Hoe staat het centrum van Oldenzaal ervoor?").wait_for()


@pytest.mark.browser
def test_without_its_index_the_search_leads_to_that_of_the_figures(page, site):
    page.route("**/map/*.json", lambda route: route.abort())
    page.goto(f"{site}/nieuw?taal=en")
    page.locator("[data-search][data-offered]").wait_for()
    page.keyboard.press("/")
    page.get_by_role("heading", level=1, name="All figures, with their sources").wait_for()
