"""The whole dashboard in a real browser: it maps, filters, clicks, shares and goes back."""

import urllib.error
import urllib.request

import pytest

from tests.dashboard.accessibility import VIEWS
from tests.dashboard.controls import settled
from tests.dashboard.pages import (
    opened,
    pick,
    query,
    received_bytes,
    records,
    redrawn,
    revision,
)

pytestmark = pytest.mark.browser


def test_an_address_that_names_no_view_says_so_in_the_language_of_the_link_and_leads_on(site):
    asked = urllib.request.Request(f"{site}/karte?taal=de", headers={"Accept": "text/html"})
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(asked)
    said = refused.value.read().decode()
    assert refused.value.code == 404 and "<h1>Diese Seite gibt es nicht</h1>" in said
    assert said.count("<li>") == len(VIEWS) and '<a href="./kaart?taal=de"' in said


def test_the_table_counts_the_figures_there_are(page, site):
    opened(page, f"{site}/kaart?laag=leegstand")
    assert (
        page.locator(".sentence").inner_text()
        == "5 leegstandscijfers, elk anders gemeten. Niet met elkaar vergelijken."
    )
    assert page.get_by_role("row", name="Borne").count() == 1
    opened(page, f"{site}/kaart?laag=leegstand&plaats=borne")
    page.get_by_text("Hiervan is nog geen cijfer gevonden. Onbekend is niet nul.").first.wait_for()


@pytest.mark.parametrize(("asked", "view"), [("Kaart", "/kaart"), ("overzicht", "/")])
def test_a_view_by_another_spelling_is_found_with_all_that_the_link_says(site, asked, view):
    with urllib.request.urlopen(f"{site}/{asked}?plaats=hengelo") as answer:
        assert answer.url == f"{site}{view}?plaats=hengelo"


def test_what_is_done_on_the_map_enters_the_link_that_shows_the_same_again(page, site):
    opened(page, f"{site}/kaart?laag=initiatieven")
    box = page.locator(".map").bounding_box()
    page.mouse.move(box["x"] + 300, box["y"] + 300)
    page.mouse.wheel(0, -300)
    page.wait_for_function("() => location.search.includes('uitsnede=')")
    extent = query(page)["uitsnede"]
    before, all_rows = revision(page), page.locator("tbody tr").count()
    page.get_by_role("button", name="Initiatieven (13 van 13)").click()
    page.get_by_role("button", name="fysieke ingreep").click()
    redrawn(page, before)
    page.wait_for_function("() => location.search.includes('type=physical&')")
    page.keyboard.press("Escape")
    page.get_by_role("row").filter(has_text="Fabrieksschool").focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Fabrieksschool (Enschede)").wait_for()
    page.wait_for_function("() => location.search.includes('keuze=initiatieven:fabrieksschool')")
    assert page.get_by_text("Bronregel").is_visible()
    link, asked, rows = page.url, query(page), page.locator("tbody tr").all_text_contents()
    assert all_rows == 13 and 0 < len(rows) < 13 and asked["uitsnede"] == extent
    opened(page, link)
    assert page.locator("tbody tr").all_text_contents() == rows
    page.wait_for_function("() => location.search.includes('uitsnede')")
    assert query(page) == asked


def test_a_filter_change_is_small_and_asks_for_nothing_more(page, site):
    opened(page, f"{site}/kaart?laag=leegstand,treinreizigers,initiatieven,randwinkels,inwoners")
    page.get_by_text("Periode 2").click()
    page.wait_for_load_state("networkidle")
    # The last messages of the opening come after the last request.
    settled(page)
    before, count, asked = revision(page), len(records(page).received), len(records(page).asked)
    page.get_by_role("slider").last.press("ArrowLeft")
    redrawn(page, before)
    settled(page)
    # Each message costs the server a third of a millisecond; one is the way to Vergelijk, which
    # names what the filter chose.
    assert 0 < len(records(page).received[count:]) <= 25
    # 8,523 bytes without the values that every control carries, 8,529 with them; the link in the
    # bar of the view takes 239 more, five more views in the menu 260, the dataset in the address
    # 13, and the way to Vergelijk 350.
    assert received_bytes(page, count) <= 9_550
    page.keyboard.press("Escape")
    before, count = revision(page), len(records(page).received)
    pick(page, "Plaats", "Hengelo")
    redrawn(page, before)
    settled(page)
    # 15 kB, as on Concurrentie; usually 14,970.
    assert 0 < received_bytes(page, count) <= 15 * 1024
    assert [url for url in records(page).asked[asked:] if not url.startswith("data:")] == []


def test_place_and_language_change_all_but_the_styles_and_back_leads_to_the_place_before(
    own_page, site
):
    own_page.add_init_script(
        "window.titles = []; new MutationObserver(() => titles.push(document.title))"
        ".observe(document, {childList: true, subtree: true, characterData: true})"
    )
    page = opened(own_page, f"{site}/kaart?plaats=hengelo&periode=2019-2023&taal=en")
    page.wait_for_load_state("networkidle")
    titles = [title for title in page.evaluate("titles") if title]
    assert titles[0] == titles[-1] == "Hengelo: map · Stadshart Twente"
    assert "streamlit" not in " ".join(titles).casefold()
    page.wait_for_function("history.stadshart")
    page.get_by_text("NL", exact=True).click()
    page.get_by_role("heading", name="Hengelo: wat is bekend").wait_for()
    page.get_by_role("button", name="Periode 2019").wait_for()
    page.wait_for_function("document.documentElement.lang === 'nl'")
    assert page.locator("link[href*='stadshart.css']").count() == 1
    colour = page.locator("h1").evaluate("title => getComputedStyle(title).color")
    assert colour == "rgb(21, 66, 115)" and query(page)["periode"] == "2019-2023"
    pick(page, "Plaats", "Borne")
    page.get_by_role("heading", name="Borne: wat is bekend").wait_for()
    page.wait_for_function("() => location.search.includes('plaats=borne')")
    page.go_back()
    page.get_by_role("heading", name="Hengelo: wat is bekend").wait_for()
    assert records(page).faults == []


def test_a_cell_of_what_we_know_is_a_door_and_a_link_is_made_when_it_is_asked_for(page, site):
    opened(page, f"{site}/")
    page.get_by_role("link", name="30.381").first.click()
    page.get_by_role("heading", name="Alle cijfers over Hengelo").wait_for()
    assert query(page)["thema"] == "floor_area" and page.locator("code").count() == 0
    page.get_by_role("button", name="Link").click()
    page.locator("code", has_text="/cijfers?plaats=hengelo&").wait_for()
    link = page.get_by_role("button", name="Kopieer link")
    assert "/cijfers?plaats=hengelo&" in link.get_attribute("data-copy")


def test_source_line_is_copied_as_one_plain_line_by_every_browser(page, site):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{site}/cijfers?keuze=cijfer:hengelo-binnenstad-vacant-premises-2023-11")
    page.wait_for_function("history.stadshart")
    copy = page.get_by_role("button", name="Kopieer bronvermelding")
    copy.click()
    page.get_by_text("Gekopieerd", exact=True).wait_for()
    line = page.evaluate("navigator.clipboard.readText()")
    assert "63" in line and "Bron: 1Twente" in line and "\n" not in line
    page.evaluate(
        "Object.defineProperty(navigator, 'clipboard', { value: undefined });"
        "document.addEventListener('copy', () => { window.kept = document.activeElement.value })"
    )
    copy.click()
    page.wait_for_function("window.kept !== undefined")
    assert page.evaluate("window.kept") == line
