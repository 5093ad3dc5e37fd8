"""The competition view in a real browser: one moves a slider, chooses a town, clicks a spot, and
the map answers.
"""

import re

import pytest

from tests.dashboard.controls import settled
from tests.dashboard.pages import PHONE, opened, query, received_bytes, records

pytestmark = pytest.mark.browser
# What one move of a slider may send in all (design: 15 kB), and how long the server may take in
# this crowd.
MOST_BYTES = 15 * 1024


def test_slider_and_enter_on_the_map_are_answered_on_the_page_and_in_the_link(page, site):
    opened(page, f"{site}/concurrentie")
    slider = page.get_by_role("slider").first
    slider.focus()
    page.wait_for_load_state("networkidle")
    records(page).received.clear()
    page.keyboard.press("ArrowRight")
    page.get_by_role("columnheader", name="In het scenario").first.wait_for()
    page.wait_for_function("() => location.search.includes('vloer:plein-westermaat:105')")
    assert 0 < received_bytes(page) < MOST_BYTES
    # Enter on the map adds a site in its middle.
    page.get_by_text("Nieuwe locatie toevoegen").click()
    page.get_by_text("Plek aanwijzen").click()
    page.get_by_text("druk op Enter").wait_for()
    page.wait_for_timeout(600)
    page.locator(".map").focus()
    page.keyboard.press("ArrowUp")
    page.wait_for_timeout(600)
    page.keyboard.press("Enter")
    page.wait_for_function("() => location.search.includes('nieuw:')")
    page.get_by_role("rowheader", name="nieuw, bij").wait_for()
    assert records(page).faults == []


# German has the longest words.
def test_controls_map_and_result_stand_on_one_screen_and_fit_a_phone(page, site):
    opened(
        page,
        f"{site}/concurrentie?plaats=hengelo&scenario=vloer:plein-westermaat:150&kaartbeeld=verschil&taal=de",
    )
    for part in (".stSlider", ".map", ".result tbody tr:nth-child(5)"):
        box = page.locator(part).first.bounding_box()
        assert box["y"] >= 0 and box["y"] + box["height"] <= 900, part
    # The table beside the map holds every change as a range, and sets out a town.
    page.get_by_role("tab", name="Herkunft").click()
    page.get_by_role("columnheader", name="Unterschied in Prozentpunkten").first.wait_for()
    town = page.get_by_role("gridcell", name="Borne", exact=True)
    row = page.get_by_role("row").filter(has=town)
    assert re.search(r"−\d+,\d bis −\d+,\d", row.inner_text())
    town.click()
    page.get_by_text("Wo Einwohner von Borne ihr Geld ausgeben").wait_for()
    assert re.fullmatch(r"stromen:[\w-]+/geonames:2758598", query(page)["keuze"])
    page.set_viewport_size(PHONE)
    settled(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert records(page).faults == []
