"""The made-up region in a real browser: what no snapshot of real facts can show yet is there, on a
desk and on a phone.
"""

import re

import pytest

from tests.dashboard.controls import settled
from tests.dashboard.pages import DESKTOP, PHONE, opened, query, records

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(example_site: str) -> str:
    """The made-up region instead of what ships."""
    return example_site


def fits_a_phone_in_german(page) -> None:
    """A phone shows the page without scrolling sideways, in the language of the longest words."""
    page.set_viewport_size(DESKTOP)
    page.get_by_text("DE", exact=True).click()
    page.wait_for_function("document.documentElement.lang === 'de'")
    page.set_viewport_size(PHONE)
    settled(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390, page.url


def test_click_on_the_map_adds_a_site_in_the_made_up_region(page, site):
    opened(page, f"{site}/concurrentie")
    page.get_by_text("bij de 6 gepubliceerde cijfers").first.wait_for()
    page.get_by_text("Nieuwe locatie toevoegen").click()
    page.get_by_text("Plek aanwijzen").click()
    page.get_by_role("button", name="Voeg toe in deze plaats").wait_for()
    page.get_by_text("Klik op de kaart waar de nieuwe locatie komt.").wait_for()
    box = page.locator(".map").bounding_box()
    page.wait_for_timeout(600)
    page.locator(".map").click(position={"x": box["width"] * 0.45, "y": box["height"] * 0.3})
    page.wait_for_function("() => location.search.includes('nieuw:')")
    assert re.match(r"naam:zonder-naam,nieuw:(3\.9|4\.0)\d{3}:53\.", query(page)["scenario"])
    page.get_by_role("rowheader", name="nieuw, bij Voorbeeld").wait_for()
    page.get_by_text("Klik op de kaart waar de nieuwe locatie komt.").wait_for(state="detached")
    fits_a_phone_in_german(page)
    assert records(page).faults == []


def test_map_goes_to_the_boulevard_by_its_name_and_fits_a_phone_as_do_overview_and_profile(
    page, site
):
    opened(page, f"{site}/kaart")
    page.get_by_role("button", name="Toon Voorbeeldboulevard").click()
    assert page.get_by_text("Plein Westermaat").count() == 0
    fits_a_phone_in_german(page)
    for address in ("?taal=de", "profiel?plaats=voorbeeldweide&taal=de"):
        page.goto(f"{site}/{address}")
        page.locator("h1").first.wait_for()
        settled(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, address
    assert records(page).faults == []
