"""What a change of filter costs the server, beside the least an app can do: both in one run, since
machines differ.
"""

import os
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.bench import server
from tests.conftest import CHROMIUM
from tests.dashboard.pages import opened, received_bytes, records, redrawn, revision

pytestmark = pytest.mark.browser


@pytest.mark.skipif(sys.platform != "linux", reason="asks /proc what the server spent")
@pytest.mark.skipif(
    not CHROMIUM.exists() and os.environ.get("CI") != "true", reason=f"no browser at {CHROMIUM}"
)
def test_a_change_of_the_map_costs_less_than_half_of_the_least_app():
    # The least app has one slider and leaves Streamlit's full collection after each run as it is:
    # 28 ms, ours 8 ms.
    cases = (
        server.Case("the least", server.BARE, "/"),
        server.Case("the map", server.OURS, server.MAP, "Periode 2"),
    )
    # In a thread of its own: the driver of another browser has the event loop of this one.
    with ThreadPoolExecutor(1) as thread:
        least, each = thread.submit(server.serve_and_measure, 12, *cases).result()
    assert each < 0.45 * least


def test_a_change_of_the_map_sends_what_it_sent_when_controls_sent_no_values(page, site):
    # 8,523 bytes without the values that every control now carries, 8,529 with them; the link in
    # the bar of the view takes 239 more, five more views in the menu 260, the dataset in the
    # address 13, and the way to Vergelijk, which names place, period and layers, 350.
    opened(page, f"{site}{server.MAP}")
    page.get_by_text("Periode 2").click()
    slider = page.get_by_role("slider").last
    slider.press("ArrowLeft")
    page.wait_for_timeout(2_000)
    before, count = revision(page), len(records(page).received)
    slider.press("ArrowLeft")
    redrawn(page, before)
    page.wait_for_timeout(1_000)
    assert 0 < received_bytes(page, count) <= 9_550
