"""The offer to fetch data in a browser: pressed, left alone, found again, and shown whole."""

import json
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest

from tests.conftest import require_chromium, serving
from tests.dashboard import fetch_site
from tests.dashboard.pages import records
from tests.etl.upstream import ReceivedRequest, Reply, Upstream

pytestmark = pytest.mark.browser


@pytest.fixture
def answers() -> Event:
    """Set once the fake service may answer."""
    return Event()


@pytest.fixture
def first_start(tmp_path: Path, answers: Event) -> Iterator[str]:
    """The dashboard of somebody who has no snapshot yet."""
    require_chromium()

    def reply(_: ReceivedRequest) -> Reply:
        answers.wait(60)
        return fetch_site.streets()

    with Upstream() as upstream:
        upstream.serve(fetch_site.OVERPASS, reply)
        own = (sys.executable, "-m", "tests.dashboard.fetch_site", upstream.url())
        with serving(
            lambda port: [*own, "--port", str(port)],
            tmp_path / "log",
            env={"STADSHART_TILES": "off", "XDG_DATA_HOME": str(tmp_path)},
        ) as served:
            yield served.address


def test_a_first_start_fetches_on_one_click_and_goes_on_without_the_page(
    page, first_start: str, answers: Event, tmp_path: Path
):
    with urllib.request.urlopen(first_start) as answer:
        assert answer.headers["Content-Security-Policy"].endswith("frame-ancestors 'self'")
    own = tmp_path / "stadshart-twente"
    page.goto(f"{first_start}/?taal=nl")
    offer = page.get_by_role("button", name="Haal straten, panden en kerncijfers op")
    offer.wait_for()
    # The answer of the page stands above it.
    dots = page.locator(".towndots").bounding_box()
    assert dots and dots["y"] + dots["height"] < offer.bounding_box()["y"] < 900
    assert not own.exists()
    offer.click()
    page.get_by_text("Ophalen: 0 van 1 bronnen zijn klaar.").wait_for()
    page.goto("about:blank")
    page.goto(f"{first_start}/?taal=en")
    page.get_by_text("Fetching: 0 of 1 sources are done.").wait_for()
    answers.set()
    # The view draws itself anew, and what it offered before is gone.
    page.get_by_text("Fetched: all sources answered.").wait_for()
    assert page.get_by_text("Fetching:").count() == 0
    with urllib.request.urlopen(f"{first_start}/api/status") as answer:
        assert json.load(answer)["tables"]["streets"] == 4
    page.get_by_role("button", name="Hide").click()
    page.get_by_text("Fetched: all sources answered.").wait_for(state="detached")
    assert page.get_by_role("button", name="Fetch streets, units and key figures").count() == 0
    assert records(page).faults == []
