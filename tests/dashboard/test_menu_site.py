"""From view to view by the menu in a real browser: what was chosen goes along, on the screen and in
the address.
"""

import pytest

from tests.dashboard.pages import PHONE, opened, query

pytestmark = pytest.mark.browser
CHOSEN = "plaats=enschede&type=physical&tranche=first,unknown&periode=2005-2020&taal=en"


def go(page, name: str, view: str) -> None:
    page.get_by_role("link", name=name, exact=True).first.click()
    page.wait_for_function(
        "view => location.pathname.endsWith(view) && location.search.includes('plaats=')", arg=view
    )


def test_what_is_chosen_on_the_map_goes_along_to_the_initiatives_and_back(page, site):
    opened(page, f"{site}/kaart?{CHOSEN}&straat=enschede/oude-markt")
    asked = query(page)
    for name, view in (("Initiatives", "initiatieven"), ("Map", "kaart")):
        go(page, name, view)
        page.locator(".map[data-ready]").wait_for()
        page.get_by_role("button", name="Period 2005-2020").wait_for()
        now = query(page)
        assert {key: now[key] for key in asked if key != "uitsnede"} == {
            key: asked[key] for key in asked if key != "uitsnede"
        }
        assert page.get_by_role("combobox", name="Place").input_value() == "Enschede"


def test_who_chose_nothing_sees_every_initiative(page, site):
    opened(page, f"{site}/kaart?taal=en")
    go(page, "Initiatives", "initiatieven")
    page.get_by_text("13 of 13 initiatives described.").first.wait_for()
    assert query(page)["type"] == "physical,activity,transformation"


def test_a_choice_made_after_a_change_of_view_counts(page, site):
    opened(page, f"{site}/kaart?plaats=enschede&taal=en")
    go(page, "Initiatives", "initiatieven")
    page.get_by_role("heading", level=1, name="Initiatives in Enschede").wait_for()
    page.get_by_role("combobox", name="Place").click()
    page.get_by_role("option", name="Hengelo", exact=True).click()
    page.get_by_role("heading", level=1, name="Initiatives in Hengelo").wait_for()
    go(page, "Map", "kaart")
    page.get_by_role("heading", level=1, name="Hengelo: what is known").wait_for()


def test_back_from_another_map_shows_the_view_of_the_map_that_was_left(page, site):
    opened(page, f"{site}/kaart?plaats=hengelo&taal=en")
    page.wait_for_function("location.search.includes('uitsnede=')")
    extent = query(page)["uitsnede"]
    go(page, "Competition", "concurrentie")
    page.wait_for_function("location.search.includes('uitsnede=')")
    assert query(page)["uitsnede"] != extent
    page.go_back()
    page.get_by_role("heading", level=1, name="Hengelo: what is known").wait_for()
    page.locator(".map[data-ready]").wait_for()
    assert query(page)["uitsnede"] == extent


def test_the_extent_of_a_link_is_that_of_its_own_map_only(page, site):
    opened(page, f"{site}/concurrentie?plaats=hengelo&taal=en&uitsnede=6.27,52.11,7.45,52.52")
    go(page, "Map", "kaart")
    page.get_by_role("heading", level=1, name="Hengelo: what is known").wait_for()
    page.locator(".map[data-ready]").wait_for()
    page.wait_for_function("location.search.includes('uitsnede=')")
    west, _, east, _ = map(float, query(page)["uitsnede"].split(","))
    # The inner city, not the region of the link.
    assert east - west < 0.1


def test_the_first_screen_of_a_phone_leads_to_ones_own_centre_and_to_the_what_if(page, site):
    page.set_viewport_size(PHONE)
    opened(page, f"{site}/?plaats=hengelo")
    away = page.get_by_role("link", name="Wat trekt Plein Westermaat, en wat als het groeit?")
    own = page.get_by_role("navigation", name="Verder kijken").get_by_role("link", name="Almelo")
    assert all(box["y"] + box["height"] < 844 for box in (away.bounding_box(), own.bounding_box()))
    away.click()
    page.get_by_role("slider", name="Winkelvloer van Plein Westermaat").wait_for()
    assert query(page)["keuze"] == "winkels:plein-westermaat"
    page.goto(f"{site}/")
    own.click()
    page.get_by_role("heading", level=1, name="Hoe staat het centrum van Almelo ervoor?").wait_for()


def test_on_paper_the_table_of_the_towns_keeps_its_last_column(own_page, site):
    opened(own_page, f"{site}/")
    own_page.emulate_media(media="print")
    # A4 without its margins.
    own_page.set_viewport_size({"width": 720, "height": 1000})
    assert own_page.locator(".matrix").evaluate(
        "table => table.scrollWidth <= table.parentElement.clientWidth"
    )
    assert not own_page.get_by_role("navigation", name="Verder kijken").is_visible()
    own_page.emulate_media(media="screen")
    opened(own_page, f"{site}/kaart?plaats=hengelo")
    own_page.wait_for_function("history.stadshart")
    own_page.emulate_media(media="print")
    own_page.evaluate("dispatchEvent(new Event('beforeprint'))")
    for gone in (".st-key-tools", ".st-key-filters"):
        assert not own_page.locator(gone).is_visible()
    foot = own_page.locator(".sh .foot").evaluate(
        "foot => getComputedStyle(foot, '::after').content"
    )
    assert "/kaart?" in foot and "20" in foot


def test_figures_without_room_on_the_map_are_counted_below_it(own_page, site):
    own_page.set_viewport_size({"width": 390, "height": 844})
    opened(
        own_page, f"{site}/kaart?laag=leegstand,treinreizigers,initiatieven,randwinkels,inwoners"
    )
    own_page.locator(".hidden-figures", has_text="in de tabel. Zoom in").wait_for()
    own_page.set_viewport_size({"width": 1440, "height": 900})
    opened(own_page, f"{site}/kaart?plaats=borne&laag=inwoners")
    assert not own_page.locator(".hidden-figures").is_visible()


def test_with_the_readers_own_colours_the_chosen_language_and_tab_stand_out(own_page, site):
    opened(own_page, f"{site}/kaart?taal=en")
    own_page.emulate_media(forced_colors="active")
    shown = own_page.locator(".st-key-w_taal button").evaluate_all(
        "all => all.map((one) => getComputedStyle(one).outlineStyle)"
    )
    assert shown == ["none", "solid", "none"]
    lines = own_page.get_by_role("tab").evaluate_all(
        "all => all.map((one) => getComputedStyle(one).borderBottomColor)"
    )
    assert len(set(lines[1:])) == 1 and lines[0] != lines[1]


def test_on_a_phone_the_views_stand_behind_a_button_that_says_menu_and_closes(page, site):
    page.set_viewport_size(PHONE)
    page.goto(f"{site}/cijfers?taal=de")
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
