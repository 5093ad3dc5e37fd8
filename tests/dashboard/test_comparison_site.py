"""Vergelijk in a real browser: its maps move together, and a choice stays small."""

import pytest

from tests.dashboard.pages import DESKTOP, PHONE, forget, query, received_bytes, records

pytestmark = pytest.mark.browser

# Per map the shift of its pane and the text of its scale.
_LOOKS = """maps => maps.map(map => {
    const pane = getComputedStyle(map.querySelector('.leaflet-map-pane')).transform
    return [new DOMMatrix(pane).e, map.querySelector('.leaflet-control-scale').innerText] })"""
# Where the middle of a map lies in what is drawn, as long as it is not drawn anew.
_MIDDLE = """map => {
    const pane = getComputedStyle(map.querySelector('.leaflet-map-pane')).transform
    return map.clientWidth / 2 - new DOMMatrix(pane).e }"""


def test_one_click_leads_here_maps_move_as_one_and_a_choice_is_small_and_keeps_the_middle(
    page, site
):
    forget(page)
    page.set_viewport_size(PHONE)
    page.goto(f"{site}/centrum?plaats=hengelo&taal=de")
    door = page.locator(".st-key-tools").get_by_role("link", name="Vergleich")
    door.wait_for()
    page.locator(".st-key-take").wait_for()
    heights = page.locator(".st-key-tools").bounding_box()["height"]
    assert heights < 2 * door.bounding_box()["height"]
    # Its label stands in the middle of the button that takes files along.
    take = page.get_by_test_id("stPopoverButton").and_(page.locator(".st-key-take button"))
    button, label = take.bounding_box(), take.locator("p").bounding_box()
    left = label["x"] - button["x"]
    assert left == pytest.approx(button["width"] - label["width"] - left, abs=1)
    door.click()
    page.locator(".linked[data-ready]").wait_for()
    assert query(page)["plaats"] == "hengelo"
    assert page.locator(".sides thead th").first.inner_text() == "Hengelo"
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.set_viewport_size(DESKTOP)
    page.get_by_role("button", name="Borne", exact=True).click()
    page.locator(".linked .title", has_text="Borne").wait_for(state="detached")
    page.wait_for_load_state("networkidle")
    maps = page.locator(".linked .map")
    at_first = maps.evaluate_all(_LOOKS)
    (scale,) = {text for _, text in at_first}
    assert len(at_first) == 4
    maps.nth(1).focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(600)
    now = maps.evaluate_all(_LOOKS)
    shifts = [late - early for (early, _), (late, _) in zip(at_first, now, strict=True)]
    # Each map stands on whole pixels of its own.
    assert max(shifts) - min(shifts) <= 1.5 and max(shifts) < -40
    page.locator(".linked .tools button").last.click()
    page.wait_for_timeout(300)
    (closer,) = {text for _, text in maps.evaluate_all(_LOOKS)}
    assert closer != scale
    assert page.locator(".linked .legend:visible").count() == 1
    middle, before = maps.first.evaluate(_MIDDLE), len(records(page).received)
    page.get_by_role("button", name="Borne", exact=True).click()
    page.locator(".linked .title", has_text="Borne").wait_for()
    page.wait_for_timeout(300)
    assert 0 < received_bytes(page, before) <= 15_000
    assert query(page)["naast"] == "almelo,borne,enschede,hengelo,oldenzaal"
    assert maps.first.evaluate(_MIDDLE) == pytest.approx(middle, abs=2)
    assert [text for _, text in maps.evaluate_all(_LOOKS)] == [closer] * 5
    assert records(page).faults == []
