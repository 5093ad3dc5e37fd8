"""What is taken along in a real browser: from the button to the file on one's own computer."""

import json

import pytest
from playwright.sync_api import Locator, Page

from dashboard.facts.snapshot import Facts
from dashboard.i18n.text import texts
from dashboard.maps.single_file import folium_map
from dashboard.selection import permalink
from dashboard.selection.context import Context
from dashboard.session import visitor
from data import catalogue
from tests.dashboard.pages import DESKTOP, PHONE, opened, records

pytestmark = pytest.mark.browser
FILES = {
    "PNG": ("social.png", b"\x89PNG"),
    "SVG": ("social.svg", b"<?xml"),
    "PDF": ("social.pdf", b"%PDF-"),
    "PowerPoint": ("slide.pptx", b"PK"),
}


def assert_beside(picture: dict[str, float], files: dict[str, float]) -> None:
    """The files stand beside the picture, and both are seen without scrolling."""
    assert picture["x"] + picture["width"] <= files["x"]
    for box in (picture, files):
        assert box["y"] >= 0 and box["y"] + box["height"] <= DESKTOP["height"]


def shown_picture(page: Page) -> Locator:
    """The picture in its window, asked for again while the process that makes it still starts."""
    picture = page.locator("img.picture")
    for _ in range(5):
        page.get_by_role("button", name="Maak een beeld").click()
        picture.or_(page.get_by_text("Het is druk")).wait_for()
        if picture.is_visible():
            return picture
        page.keyboard.press("Escape")
        page.get_by_test_id("stDialog").wait_for(state="detached")
    pytest.fail("no picture was made")


def test_data_and_a_picture_in_every_form_are_taken_along(page, site):
    opened(page, f"{site}/kaart?plaats=hengelo&laag=leegstand")
    page.get_by_role("button", name="Download").click()
    # The first file waits for the process that makes it.
    with page.expect_download(timeout=90_000) as taken:
        page.get_by_role("link", name="GeoJSON").click()
    assert taken.value.suggested_filename == "stadshart-kaart-hengelo.geojson"
    features = json.loads(taken.value.path().read_bytes())["features"]
    assert "Hengelo" in {feature["properties"]["place"] for feature in features}
    page.keyboard.press("Escape")
    page.locator(".take").wait_for(state="hidden")
    picture = shown_picture(page)
    assert_beside(picture.bounding_box(), page.locator(".take").bounding_box())
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Kopieer bijschrift").click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("Leegstaande winkelvloer in de binnenstad van Hengelo")
    page.get_by_role("button", name="Kopieer bronvermelding").click()
    assert "https://www.1twente.nl/" in page.evaluate("navigator.clipboard.readText()")
    page.get_by_role("button", name="Kopieer beeld").click()
    page.locator(".copy [role=status]", has_text="Gekopieerd").nth(2).wait_for()
    kinds = page.evaluate("navigator.clipboard.read().then((all) => all[0].types)")
    assert kinds == ["image/png"]
    for form, (ending, begins) in FILES.items():
        with page.expect_download(timeout=90_000) as taken:
            page.locator(".take").get_by_role("link", name=form).click()
        assert taken.value.suggested_filename == f"stadshart-kaart-hengelo-{ending}"
        assert taken.value.path().read_bytes().startswith(begins)
    assert records(page).faults == []
    # That it cannot be made now is told beside the links.
    busy = {"status": 503, "content_type": "text/plain; charset=utf-8", "body": "Het is druk."}
    page.route("**/export/kaart.pdf**", lambda route: route.fulfill(**busy))
    page.locator(".take").get_by_role("link", name="PDF").click()
    page.locator(".take [role=status]", has_text="Het is druk.").wait_for()


def test_a_map_file_with_a_link_fits_a_phone(page, tmp_path, monkeypatch):
    monkeypatch.setenv("STADSHART_PUBLIC_URL", "https://stadshart.example/dash")
    facts = Facts(catalogue.open(catalogue.EMBEDDED), beyond=True)
    asked = permalink.opening(visitor.vocabulary(facts))
    (tmp_path / "kaart.html").write_bytes(folium_map.document(Context(facts, texts("nl"), asked)))
    page.set_viewport_size(PHONE)
    page.goto((tmp_path / "kaart.html").as_uri())
    caption = page.locator("figcaption")
    assert "https://stadshart.example/dash/kaart?plaats=twente" in caption.inner_text()
    assert caption.evaluate("box => box.scrollWidth <= box.clientWidth")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
