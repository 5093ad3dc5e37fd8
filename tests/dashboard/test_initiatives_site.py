"""The view Initiatieven in a real browser: one network per width, readable, and small messages."""

import sys
from collections.abc import Iterator

import pytest

from tests.conftest import serving

pytestmark = pytest.mark.browser
# The page's aim is 15 kB; what a slow machine repeats of its own progress comes on top.
MOST_BYTES = 18_000


@pytest.fixture(scope="module")
def site(chromium, tmp_path_factory) -> Iterator[str]:
    home = tmp_path_factory.mktemp("home")
    with serving(
        lambda port: [sys.executable, "-m", "dashboard", "--port", str(port)],
        home / "log",
        env={"STADSHART_TILES": "off", "XDG_DATA_HOME": str(home)},
    ) as served:
        yield served.address


def network(page) -> tuple[bool, bool]:
    """Whether the wide and the narrow drawing are on the screen."""
    page.locator("figure.wide svg").wait_for(state="attached")
    return page.locator("figure.wide").is_visible(), page.locator("figure.slim").is_visible()


def test_each_width_shows_its_own_network(site, page):
    page.goto(f"{site}/initiatieven")
    assert network(page) == (True, False)
    page.set_viewport_size({"width": 390, "height": 844})
    page.locator("figure.slim").wait_for(state="visible")
    assert network(page) == (False, True)


@pytest.mark.parametrize(("width", "drawing"), [(1440, "wide"), (390, "slim")])
def test_names_in_the_network_can_be_read(site, page, width, drawing):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{site}/initiatieven")
    label = page.locator(f"figure.{drawing} text").first
    label.wait_for(state="visible")
    assert label.bounding_box()["height"] >= 13


def test_a_bar_lies_behind_its_own_row(site, page):
    page.goto(f"{site}/initiatieven")
    row = page.locator(".timeline tr", has_text="Stadsmakers")
    row.wait_for(state="visible")
    # Both in one look: the page still grows above them while the map loads.
    inside, bar = row.evaluate(
        "row => ['td.track', 'b'].map((part) => row.querySelector(part).getBoundingClientRect().toJSON())"
    )
    assert inside["x"] <= bar["x"] and bar["x"] + bar["width"] <= inside["x"] + inside["width"] + 1
    assert inside["y"] <= bar["y"] and bar["y"] + bar["height"] <= inside["y"] + inside["height"] + 1


def test_a_change_of_filter_stays_small(site, page):
    received: list[int] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: received.append(len(frame))))
    page.goto(f"{site}/initiatieven")
    page.get_by_role("button", name="Soort, tranche").click()
    pill = page.get_by_role("button", name="eerste tranche", exact=True)
    pill.wait_for(state="visible")
    page.wait_for_timeout(1_000)
    received.clear()
    pill.click()
    page.get_by_text("4 van de 13 beschreven initiatieven").wait_for(state="visible")
    page.wait_for_timeout(500)
    assert 0 < sum(received) <= MOST_BYTES
