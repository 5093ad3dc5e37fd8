"""From view to view by the menu in a real browser: what was chosen goes along, on the screen and in
the address.
"""

import pytest

from tests.dashboard.conftest import keep_picture
from tests.dashboard.controls import settled
from tests.dashboard.pages import DESKTOP, PHONE, opened, query, visit

pytestmark = pytest.mark.browser
CHOSEN = "plaats=enschede&type=physical&tranche=first,unknown&periode=2005-2020&taal=en"


def go(page, name: str, view: str) -> None:
    page.get_by_role("link", name=name, exact=True).first.click()
    page.wait_for_function(
        "view => location.pathname.endsWith(view) && location.search.includes('plaats=')", arg=view
    )


@pytest.fixture
def visit_page(shared_page, request):
    """The page of a visit that all tests go on with, on a desktop."""
    shared_page.bring_to_front()
    yield shared_page
    keep_picture(shared_page, request)
    shared_page.emulate_media(media="null")
    shared_page.set_viewport_size(DESKTOP)


@pytest.fixture
def on_map(visit_page, site):
    """The map of Enschede with all that can be chosen there."""
    visit(visit_page, f"{site}/kaart?{CHOSEN}&straat=enschede/oude-markt")
    on_the_map_of(visit_page, "Enschede")
    settled(visit_page)
    return visit_page


def on_the_map_of(page, town: str) -> None:
    page.get_by_role("heading", level=1, name=f"{town}: what is known").wait_for()
    page.locator(".map[data-ready]").wait_for()
    page.wait_for_function("location.search.includes('uitsnede=')")


def test_what_is_chosen_on_the_map_goes_along_to_the_initiatives_and_back(on_map):
    asked = query(on_map)
    for name, view in (("Initiatives", "initiatieven"), ("Map", "kaart")):
        go(on_map, name, view)
        on_map.locator(".map[data-ready]").wait_for()
        on_map.get_by_role("button", name="Period 2005-2020").wait_for()
        now = query(on_map)
        assert {key: now[key] for key in asked if key != "uitsnede"} == {
            key: asked[key] for key in asked if key != "uitsnede"
        }
        assert on_map.get_by_role("combobox", name="Place").input_value() == "Enschede"


def test_who_chose_nothing_sees_every_initiative(visit_page, site):
    page = visit_page
    visit(page, f"{site}/kaart?taal=en")
    page.get_by_role("heading", level=1, name="The five inner cities and the edge").wait_for()
    settled(page)
    go(page, "Initiatives", "initiatieven")
    page.get_by_text("13 of 13 initiatives described.").first.wait_for()
    assert query(page)["type"] == "physical,activity,transformation"


def test_a_choice_made_after_a_change_of_view_counts(on_map):
    go(on_map, "Initiatives", "initiatieven")
    on_map.get_by_role("heading", level=1, name="Initiatives in Enschede").wait_for()
    on_map.get_by_role("combobox", name="Place").click()
    on_map.get_by_role("option", name="Hengelo", exact=True).click()
    on_map.get_by_role("heading", level=1, name="Initiatives in Hengelo").wait_for()
    go(on_map, "Map", "kaart")
    on_the_map_of(on_map, "Hengelo")


def test_back_from_another_map_shows_the_view_of_the_map_that_was_left(on_map):
    extent = query(on_map)["uitsnede"]
    go(on_map, "Competition", "concurrentie")
    on_map.wait_for_function("location.search.includes('uitsnede=')")
    assert query(on_map)["uitsnede"] != extent
    on_map.go_back()
    on_the_map_of(on_map, "Enschede")
    assert query(on_map)["uitsnede"] == extent


def test_the_extent_of_a_link_is_that_of_its_own_map_only(page, site):
    opened(page, f"{site}/concurrentie?plaats=hengelo&taal=en&uitsnede=6.27,52.11,7.45,52.52")
    go(page, "Map", "kaart")
    on_the_map_of(page, "Hengelo")
    west, _, east, _ = map(float, query(page)["uitsnede"].split(","))
    # The inner city, not the region of the link.
    assert east - west < 0.1


def test_the_first_screen_of_a_phone_leads_to_ones_own_centre_and_to_the_what_if(visit_page, site):
    page = visit_page
    page.set_viewport_size(PHONE)
    visit(page, f"{site}/?plaats=hengelo&taal=nl")
    away = page.get_by_role("link", name="Wat trekt Plein Westermaat, en wat als het groeit?")
    own = page.get_by_role("navigation", name="Verder kijken").get_by_role("link", name="Almelo")
    away.wait_for()
    page.locator(".map[data-ready]").wait_for()
    settled(page)
    assert all(box["y"] + box["height"] < 844 for box in (away.bounding_box(), own.bounding_box()))
    away.click()
    page.get_by_role("slider", name="Winkelvloer van Plein Westermaat").wait_for()
    assert query(page)["keuze"] == "winkels:plein-westermaat"
    visit(page, f"{site}/?taal=nl")
    own.click()
    page.get_by_role("heading", level=1, name="Hoe staat het centrum van Almelo ervoor?").wait_for()


def test_on_paper_the_table_of_the_towns_keeps_its_last_column(visit_page, site):
    page = visit_page
    visit(page, f"{site}/?taal=nl")
    page.get_by_role("navigation", name="Verder kijken").wait_for()
    page.wait_for_function("history.stadshart")
    page.emulate_media(media="print")
    # A4 without its margins.
    page.set_viewport_size({"width": 720, "height": 1000})
    assert page.locator(".matrix").evaluate(
        "table => table.scrollWidth <= table.parentElement.clientWidth"
    )
    assert not page.get_by_role("navigation", name="Verder kijken").is_visible()
    page.emulate_media(media="screen")
    visit(page, f"{site}/kaart?plaats=hengelo&taal=nl")
    page.get_by_role("heading", level=1, name="Hengelo: wat is bekend").wait_for()
    page.locator(".st-key-tools").wait_for()
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    for gone in (".st-key-tools", ".st-key-filters"):
        page.locator(gone).wait_for(state="hidden")
    foot = page.locator(".sh .foot").evaluate("foot => getComputedStyle(foot, '::after').content")
    assert "/kaart?" in foot and "20" in foot


def test_figures_without_room_on_the_map_are_counted_below_it(visit_page, site):
    page = visit_page
    page.set_viewport_size(PHONE)
    visit(
        page,
        f"{site}/kaart?taal=nl&laag=leegstand,treinreizigers,initiatieven,randwinkels,inwoners",
    )
    page.locator(".hidden-figures", has_text="in de tabel. Zoom in").wait_for()
    page.set_viewport_size(DESKTOP)
    visit(page, f"{site}/kaart?plaats=borne&laag=inwoners&taal=nl")
    page.get_by_role("heading", level=1, name="Borne: wat is bekend").wait_for()
    page.locator(".hidden-figures").wait_for(state="hidden")


def test_on_a_phone_the_views_stand_behind_a_button_that_says_menu_and_closes(page, site):
    page.set_viewport_size(PHONE)
    page.goto(f"{site}/nieuw?taal=de")
    page.wait_for_function("history.stadshart")
    page.get_by_role("button", name="Menü", exact=True).click()
    page.get_by_role("link", name="Quellen", exact=True).click()
    page.get_by_role("heading", name="Woher die Zahlen kommen").wait_for()
    page.wait_for_function(
        "document.querySelector('[data-testid=stSidebar]')?.dataset.collapsed !== 'false'"
    )
    # The address follows the page.
    page.wait_for_url("**/bronnen?**taal=de**")
    page.reload()
    page.get_by_role("heading", name="Woher die Zahlen kommen").wait_for()
    assert page.locator("[data-testid=stSidebar][data-collapsed=false]").count() == 0
