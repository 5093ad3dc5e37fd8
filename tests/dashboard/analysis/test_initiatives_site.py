"""The view Initiatieven in a real browser: one network per width, readable, and small messages."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.dashboard.conftest import keep_picture
from tests.dashboard.deploy import visits
from tests.dashboard.pages import PHONE

pytestmark = pytest.mark.browser
# The page's aim is 15 kB; what a slow machine repeats of its own progress comes on top.
MOST_BYTES = 18_000


@pytest.fixture(scope="module")
def opened(shared_page, site):
    """The page, opened once for all that only look at it."""
    shared_page.goto(f"{site}/initiatieven")
    shared_page.locator(".side .scroll tbody tr").nth(12).wait_for(state="attached")
    return shared_page


@pytest.fixture
def screen(opened, request):
    """That page in a size; a picture of it is kept when the test fails."""

    def sized(width, height=900):
        opened.set_viewport_size({"width": width, "height": height})
        # What follows the size of the page is set in the next frame.
        opened.evaluate(
            "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
        )
        return opened

    yield sized
    keep_picture(opened, request)


def network(page) -> tuple[bool, bool]:
    """Whether the wide and the narrow drawing are on the screen."""
    page.locator("figure.wide svg").wait_for(state="attached")
    return page.locator("figure.wide").is_visible(), page.locator("figure.slim").is_visible()


def test_each_width_shows_its_own_network(screen):
    page = screen(1440)
    page.locator("figure.wide").wait_for(state="visible")
    assert network(page) == (True, False)
    page.set_viewport_size(PHONE)
    page.locator("figure.slim").wait_for(state="visible")
    assert network(page) == (False, True)


@pytest.mark.parametrize(("width", "drawing"), [(1440, "wide"), (390, "slim")])
def test_names_in_the_network_can_be_read(screen, width, drawing):
    label = screen(width).locator(f"figure.{drawing} text").first
    label.wait_for(state="visible")
    assert label.bounding_box()["height"] >= 13


def test_a_bar_lies_behind_its_own_row(screen):
    row = screen(1440).locator(".timeline tr", has_text="Stadsmakers")
    row.wait_for(state="visible")
    # Both in one look: the page still grows above them while the map loads.
    inside, bar = row.evaluate(
        "row => ['td.track', 'b'].map((part) =>"
        " row.querySelector(part).getBoundingClientRect().toJSON())"
    )
    assert inside["x"] <= bar["x"] and bar["x"] + bar["width"] <= inside["x"] + inside["width"] + 1
    assert (
        inside["y"] <= bar["y"] and bar["y"] + bar["height"] <= inside["y"] + inside["height"] + 1
    )


def test_a_change_of_filter_stays_small(site):
    async def heard() -> list[bytes]:
        async with visits.visit(site) as opened:
            await opened.run(page="initiatieven")
            opened.heard.clear()
            await opened.run(opened.chosen("w_tranche", "eerste tranche"), page="initiatieven")
            return opened.heard

    # In a thread: the driver of the browser has the event loop of this one.
    with ThreadPoolExecutor(1) as beside:
        messages = beside.submit(asyncio.run, heard()).result()
    assert any(b"9 van de 13 beschreven initiatieven" in one for one in messages)
    assert sum(map(len, messages)) <= MOST_BYTES


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1280, 720), (390, 844)])
def test_no_row_is_cut_through_and_a_shadow_says_that_more_follow(screen, width, height):
    page = screen(width, height)
    table = page.locator(".side .scroll")
    cut, hidden = table.evaluate("""table => {
          const end = table.getBoundingClientRect().top + table.clientTop + table.clientHeight
          const rows = [...table.querySelectorAll("tbody tr")]
            .map((row) => row.getBoundingClientRect())
          return [
            rows.filter((row) => row.top < end - 1 && row.bottom > end + 1).length,
            rows.filter((row) => row.top >= end - 1).length,
          ]
        }""")
    assert cut == 0
    assert ("more" in table.get_attribute("class")) is (hidden > 0)
    table.evaluate("table => { table.scrollTop = table.scrollHeight }")
    page.wait_for_function("table => !table.classList.contains('more')", arg=table.element_handle())
    table.evaluate("table => { table.scrollTop = 0 }")


@pytest.mark.parametrize("width", [1440, 390])
def test_a_name_of_one_word_stays_on_one_line(screen, width):
    name = screen(width).locator(".side td .first span", has_text="Noorderhagenstraat").last
    name.wait_for(state="attached")
    lines = name.evaluate(
        "cell => { const range = document.createRange(); range.selectNodeContents(cell); return"
        " range.getClientRects().length }"
    )
    assert lines == 1


def test_on_a_phone_no_column_is_cut_off(screen):
    table = screen(390, 844).locator(".side .scroll")
    assert table.evaluate("table => table.scrollWidth <= table.clientWidth")
    box = table.bounding_box()
    for cell in table.locator("tbody tr").first.locator("td").all():
        assert (
            cell.is_visible()
            and cell.bounding_box()["x"] + cell.bounding_box()["width"]
            <= box["x"] + box["width"] + 1
        )
