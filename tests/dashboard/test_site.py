"""The whole dashboard in a real browser: it maps, filters, clicks, shares and goes back."""

import json
import urllib.request
from urllib.parse import urlsplit

import pytest

from tests.dashboard.accessibility import VIEWS
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


def test_the_tab_is_never_called_streamlit_and_ends_as_it_began(own_page, site):
    own_page.add_init_script(
        "window.titles = []; new MutationObserver(() => titles.push(document.title))"
        ".observe(document, {childList: true, subtree: true, characterData: true})"
    )
    opened(own_page, f"{site}/kaart?plaats=hengelo&taal=en")
    own_page.wait_for_load_state("networkidle")
    titles = [title for title in own_page.evaluate("titles") if title]
    assert titles[0] == titles[-1] == "Hengelo: map · Stadshart Twente"
    assert "streamlit" not in " ".join(titles).casefold()


def test_an_address_that_names_no_view_says_so_in_the_language_of_the_link_and_leads_on(page, site):
    answer = page.goto(f"{site}/karte?taal=de")
    assert answer.status == 404
    assert page.get_by_role("heading", level=1).inner_text() == "Diese Seite gibt es nicht"
    assert len(page.get_by_role("listitem").all()) == len(VIEWS)
    page.get_by_role("link", name="Karte", exact=True).click()
    page.locator(".map[data-ready]").wait_for()
    assert urlsplit(page.url).path == "/kaart" and query(page)["taal"] == "de"


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


def test_a_filter_changes_map_table_and_address_and_keeps_pan_and_zoom(page, site):
    opened(page, f"{site}/kaart?laag=initiatieven")
    box = page.locator(".map").bounding_box()
    page.mouse.move(box["x"] + 300, box["y"] + 300)
    page.mouse.wheel(0, -300)
    page.wait_for_function("() => location.search.includes('uitsnede=')")
    extent = query(page)["uitsnede"]
    before, rows = revision(page), page.locator("tbody tr").count()
    page.get_by_role("button", name="Initiatieven (13 van 13)").click()
    page.get_by_role("button", name="fysieke ingreep").click()
    redrawn(page, before)
    page.wait_for_function("() => location.search.includes('type=physical&')")
    assert rows == 13
    assert page.locator("tbody tr").count() < rows
    assert query(page)["uitsnede"] == extent


def test_a_filter_change_is_small_and_asks_for_nothing_more(page, site):
    opened(page, f"{site}/kaart?laag=leegstand,treinreizigers,initiatieven,randwinkels,inwoners")
    page.get_by_text("Periode 2").click()
    page.wait_for_load_state("networkidle")
    # The last messages of the opening come after the last request.
    page.wait_for_timeout(500)
    before, count, asked = revision(page), len(records(page).received), len(records(page).asked)
    page.get_by_role("slider").last.press("ArrowLeft")
    redrawn(page, before)
    page.wait_for_timeout(300)
    # Each message costs the server a third of a millisecond; one is the way to Vergelijk, which
    # names what the filter chose.
    assert 0 < len(records(page).received[count:]) <= 25
    assert received_bytes(page, count) <= 10_000
    page.keyboard.press("Escape")
    before, count = revision(page), len(records(page).received)
    pick(page, "Plaats", "Hengelo")
    redrawn(page, before)
    page.wait_for_timeout(300)
    # 15 kB, as on Concurrentie; usually 14,970.
    assert 0 < received_bytes(page, count) <= 15 * 1024
    assert [url for url in records(page).asked[asked:] if not url.startswith("data:")] == []


def test_another_place_has_another_title_and_back_leads_to_the_place_before(page, site):
    opened(page, f"{site}/kaart")
    page.wait_for_function("() => location.search.includes('uitsnede')")
    pick(page, "Plaats", "Hengelo")
    page.get_by_role("heading", name="Hengelo: wat is bekend").wait_for()
    page.wait_for_function("() => location.search.includes('plaats=hengelo')")
    pick(page, "Plaats", "Borne")
    page.get_by_role("heading", name="Borne: wat is bekend").wait_for()
    page.wait_for_function("() => location.search.includes('plaats=borne')")
    page.go_back()
    page.get_by_role("heading", name="Hengelo: wat is bekend").wait_for()
    assert records(page).faults == []


def test_another_language_changes_all_and_keeps_the_styles(page, site):
    opened(page, f"{site}/kaart?plaats=hengelo&periode=2019-2023")
    page.wait_for_function("history.stadshart")
    page.get_by_text("EN", exact=True).click()
    page.get_by_role("heading", name="Hengelo: what is known").wait_for()
    page.get_by_role("button", name="Period 2019").wait_for()
    page.wait_for_function("document.documentElement.lang === 'en'")
    assert page.locator("link[href*='stadshart.css']").count() == 1
    colour = page.locator("h1").evaluate("title => getComputedStyle(title).color")
    assert colour == "rgb(21, 66, 115)"
    assert query(page)["periode"] == "2019-2023"


def test_choosing_a_row_shows_its_source_and_enters_the_address(page, site):
    opened(page, f"{site}/kaart?plaats=enschede&laag=initiatieven")
    page.get_by_role("row").filter(has_text="Wannaplay").focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Wannaplay (Enschede)").wait_for()
    page.wait_for_function("() => location.search.includes('keuze=initiatieven:wannaplay')")
    assert page.get_by_text("Bronregel").is_visible()


def test_a_copied_link_shows_the_same_again(page, site):
    address = f"{site}/kaart?plaats=borne&laag=inwoners,treinreizigers&periode=2019-2021&taal=en"
    opened(page, address)
    page.wait_for_function("() => location.search.includes('uitsnede')")
    link, asked, rows = page.url, query(page), page.locator("tbody tr").all_text_contents()
    opened(page, link)
    assert page.locator("tbody tr").all_text_contents() == rows
    page.wait_for_function("() => location.search.includes('uitsnede')")
    assert query(page) == asked


def test_a_cell_of_what_we_know_is_a_door_to_its_figures(page, site):
    opened(page, f"{site}/")
    page.get_by_role("link", name="30.381").first.click()
    page.get_by_role("heading", name="Alle cijfers over Hengelo").wait_for()
    assert query(page)["thema"] == "floor_area"


def test_what_is_shown_can_be_taken_along_and_a_full_queue_is_told_beside_its_link(page, site):
    opened(page, f"{site}/kaart?plaats=hengelo&laag=leegstand")
    page.get_by_role("button", name="Download").click()
    # The first file waits for the process that makes it.
    with page.expect_download(timeout=60_000) as taken:
        page.get_by_role("link", name="GeoJSON").click()
    assert taken.value.suggested_filename == "stadshart-kaart-hengelo.geojson"
    features = json.loads(taken.value.path().read_bytes())["features"]
    assert "Hengelo" in {feature["properties"]["place"] for feature in features}
    busy = {"status": 503, "content_type": "text/plain; charset=utf-8", "body": "Het is druk."}
    page.route("**/export/kaart.csv**", lambda route: route.fulfill(**busy))
    page.get_by_role("link", name="CSV").click()
    page.locator(".take [role=status]", has_text="Het is druk.").wait_for()
    assert "/kaart" in page.url


def test_source_line_is_copied_as_one_plain_line_by_every_browser(own_page, site):
    own_page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    own_page.goto(f"{site}/cijfers?keuze=cijfer:hengelo-binnenstad-vacant-premises-2023-11")
    own_page.wait_for_function("history.stadshart")
    copy = own_page.get_by_role("button", name="Kopieer bronvermelding")
    copy.click()
    own_page.get_by_text("Gekopieerd", exact=True).wait_for()
    line = own_page.evaluate("navigator.clipboard.readText()")
    assert "63" in line and "Bron: 1Twente" in line and "\n" not in line
    own_page.evaluate(
        "Object.defineProperty(navigator, 'clipboard', { value: undefined });"
        "document.addEventListener('copy', () => { window.kept = document.activeElement.value })"
    )
    copy.click()
    own_page.wait_for_function("window.kept !== undefined")
    assert own_page.evaluate("window.kept") == line


def test_the_link_to_a_view_is_made_when_it_is_asked_for(page, site):
    page.goto(f"{site}/cijfers?plaats=hengelo")
    page.get_by_role("heading", level=1).wait_for()
    assert page.locator("code").count() == 0
    page.get_by_role("button", name="Link").click()
    page.locator("code", has_text="/cijfers?plaats=hengelo&").wait_for()
    link = page.get_by_role("button", name="Kopieer link")
    assert "/cijfers?plaats=hengelo&" in link.get_attribute("data-copy")
