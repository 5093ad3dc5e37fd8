"""The view Straten in a real browser, on the made-up town: it draws, sorts, opens a street, and
sends little.
"""

import pytest

from dashboard.maps.bundle import COMPONENT, bundle
from tests.dashboard.controls import settled
from tests.dashboard.pages import (
    PHONE,
    hosts,
    opened,
    pick,
    query,
    received_bytes,
    records,
    redrawn,
    revision,
)

pytestmark = pytest.mark.browser
MOST_BYTES = 15_000


@pytest.fixture(scope="module")
def site(example_site: str) -> str:
    """The made-up region instead of what ships."""
    return example_site


def bytes_of_colour(page, colour) -> int:
    """Size of what the page receives for another colour on the map."""
    settled(page)
    before, count = revision(page), len(records(page).received)
    pick(page, "Kleur op de kaart", colour)
    redrawn(page, before)
    settled(page)
    return received_bytes(page, count)


def test_it_draws_fits_a_phone_and_keeps_pan_and_zoom_under_another_colour(page, site):
    opened(page, f"{site}/straten?maat=dichtheid")
    assert page.locator("[role=grid] tbody tr").count() == 21
    assert page.locator("tbody canvas.spark").count() == 21
    legend = page.locator(".legend").inner_text()
    assert "3 tot 6" in legend and "15 of meer" in legend
    assert not page.get_by_role("button", name="Lees meer over").is_visible()
    box = page.locator(".map").bounding_box()
    page.mouse.move(box["x"] + 300, box["y"] + 200)
    page.mouse.wheel(0, -300)
    page.wait_for_function("() => location.search.includes('uitsnede=')")
    extent = query(page)["uitsnede"]
    page.get_by_role("columnheader", name="Straat").get_by_role("button").click()
    assert 0 < bytes_of_colour(page, "Ketens") < MOST_BYTES
    page.get_by_role("columnheader", name="Ketens").wait_for()
    page.locator(".map[data-ready]").wait_for()
    page.wait_for_function("() => location.search.includes('maat=ketens')")
    assert query(page)["uitsnede"] == extent
    assert page.locator("[role=grid] tbody tr").first.inner_text().startswith("Bakkerssteeg")
    assert (
        page.locator("[role=grid] tbody tr", has_text="Noorderstraat").inner_text().count("56 %")
        == 1
    )
    page.set_viewport_size(PHONE)
    settled(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.locator(".map").bounding_box()["y"] < 844
    # The whole row is in view: a course cut off half-way would be another number.
    assert page.locator(".scroll").evaluate("box => box.scrollWidth <= box.clientWidth")
    assert hosts(page) == {"127.0.0.1"} and records(page).faults == []


def test_a_click_opens_the_page_of_a_street_the_map_leads_there_and_a_colour_is_as_small(
    page, site
):
    opened(page, f"{site}/straten?straat=voorbeeldstad/oosterstraat")
    page.locator("[role=grid] tbody tr", has_text="Oosterstraat").click()
    page.get_by_role("heading", name="Oosterstraat, Voorbeeldstad").wait_for()
    assert page.locator(".strip-units i").count() == 36
    page.wait_for_function("location.search.includes('keuze=straten:voorbeeldstad/oosterstraat')")
    page.get_by_role("tab", name="Panden").click()
    sides = page.locator("[role=grid] tbody td:nth-child(2)").all_inner_texts()
    assert len(sides) == 36 and set(sides) == {"links", "rechts"}
    assert 0 < bytes_of_colour(page, "Ketens") < MOST_BYTES
    page.get_by_role("button", name="Lees meer over Oosterstraat").click()
    page.wait_for_function(
        "document.activeElement.textContent === 'Oosterstraat, Voorbeeldstad'"
        " && document.activeElement.getBoundingClientRect().top < innerHeight / 2"
    )


def test_names_stand_along_their_streets_and_never_upside_down(page):
    spots = page.evaluate(f"() => {{ {bundle(COMPONENT / 'names.mjs')} {_ALONG} }}")
    assert [spot["name"] for spot in spots] == ["Langestraat", "Zuiderstraat"]
    assert spots[0]["y"] == 100 and spots[0]["angle"] == 0
    assert abs(spots[1]["angle"]) <= 1.5708 and spots[1]["x"] == 500


_ALONG = """
  const view = { at: ([x, y]) => [x, y], worldBox: [0, 0, 1000, 1000] }
  const street = (name, ...parts) => {
    const [xs, ys] = [0, 1].map((from) => parts.flat().filter((_, at) => at % 2 === from))
    const box = [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)]
    return { name, widths: [1], shape: { parts, box } }
  }
  return along(
    [
      // Two parts that touch, drawn from right to left.
      street("Langestraat", [300, 100, 200, 100], [200, 100, 100, 100]),
      street("Zuiderstraat", [500, 500, 500, 800]),
      // Too short for its name, and outside what is seen.
      street("Kerkstraat", [10, 10, 30, 10]),
      street("Verweg", [2000, 2000, 3000, 2000]),
      // On the name that stands there already.
      street("Achterstraat", [100, 104, 300, 104]),
    ],
    view,
  )
"""


def test_a_label_that_had_to_move_stands_beside_no_other_mark(page):
    code = bundle(COMPONENT / "labels.mjs")
    alone, crowded = page.evaluate(f"() => {{ {code} {_MOVED} }}")
    assert alone["box"] == [341, 292, 421, 308]
    # To the right it would stand ten pixels from the other mark, and forty-one from its own.
    assert crowded["box"] == [179, 292, 259, 308]


_MOVED = """
  const item = { x: 300, y: 300, r: 6, w: 80, h: 16, reach: [30] }
  const own = [294, 294, 306, 306]
  const other = [344, 312, 356, 324]
  return [[own], [own, other]].map((marks) => place([item], { frame: [0, 0, 600, 600], marks })[0])
"""
